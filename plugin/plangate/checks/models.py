"""Gate modeling, model by model: keys that hold, history without overlaps, second runs that give the same."""

from collections.abc import Iterator

from plangate.checks.absences import absent, section_rule
from plangate.checks.modeling import chain_of_views, justified
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.modeling import Determinism, History, Incremental, Model
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_FILE = "05-modeling.yml"
_INCREMENTAL = "incremental: {strategy: merge, unique_key: [order_id], on_schema_change: append_new_columns}"
_OWN = "    grain: [order_id]\n    owner: data_team\n    access: public\n"


def _models(subject: Subject) -> Iterator[tuple[Path, Model]]:
    for index, model in enumerate(subject.plan.modeling.models if subject.plan.modeling else ()):
        yield ("models", index), model


def _any(subject: Subject) -> bool:
    return bool(subject.plan.modeling and subject.plan.modeling.models)


def _lack(subject: Subject, rule_id: str, path: Path, message: str, expected: str) -> Iterator[Problem]:
    return absent(subject, rule_id, "modeling", path, message, expected)


@rule(
    "TRN003",
    "Incremental models know their rows again and keep up with new columns",
    scope="plan",
    tiers=FROM_B,
    reason="Without a key every rerun adds its rows once more; with `ignore` a new column is silently left out.",
    reads=("modeling.models[].materialized", "modeling.models[].incremental", "contracts.contracts[].dataset"),
    applies=lambda subject: any(model.materialized == "incremental" for _, model in _models(subject)),
    where="a model is incremental",
    fails=(Edit(_FILE, "on_schema_change: append_new_columns", "on_schema_change: ignore"),),
    passes=(Edit(_FILE, "on_schema_change: append_new_columns", "on_schema_change: fail"),),
)
def rows_are_known_again(subject: Subject) -> Iterator[Problem]:
    """Each incremental model has a `unique_key`, or overwrites partitions (`insert_overwrite` or `delete+insert` with
    `partition_by`, `microbatch` with `event_time`). Its `on_schema_change` is not `ignore`; under a contract it is
    `append_new_columns` or `fail`.
    """
    contracts = subject.plan.contracts.contracts if subject.plan.contracts else ()
    promised = {contract.dataset for contract in contracts}
    for path, model in _models(subject):
        if model.materialized != "incremental":
            continue
        told, place = model.incremental or Incremental(), (*path, "incremental")
        parts = told.strategy in {"insert_overwrite", "delete+insert"} and told.partition_by
        if not told.unique_key and not parts and not (told.strategy == "microbatch" and told.event_time):
            message = f"Model {model.id} is incremental and neither has a key nor overwrites partitions"
            yield from _lack(subject, "TRN003", (*place, "unique_key"), message, "`unique_key`, or a partition")
        allowed = ["append_new_columns", "fail", *([] if model.id in promised else ["sync_all_columns"])]
        where = (*place, "on_schema_change")
        if told.on_schema_change is None:
            message = f"Model {model.id} does not say what becomes of a new column; dbt ignores it"
            yield from _lack(subject, "TRN003", where, message, " or ".join(allowed))
        elif told.on_schema_change not in allowed:
            under = ", and it has a contract" if told.on_schema_change == "sync_all_columns" else ""
            message = f"Model {model.id} takes a change of columns by `{told.on_schema_change}`{under}"
            yield Problem("TRN003", message, "modeling", where, told.on_schema_change, " or ".join(allowed))


@rule(
    "TRN004",
    "The grain of a model is among its columns, and a check holds it",
    scope="plan",
    tiers=FROM_B,
    reason="A grain that nothing tests is a hope; the first join on it doubles the revenue.",
    reads=("modeling.models[].grain", "modeling.models[].columns", "quality.checks", "quality.derive"),
    applies=lambda subject: any(model.grain for _, model in _models(subject)),
    where="a model has a grain",
    fails=(Edit("07-quality.yml", "derive: [unique, ", "derive: ["),),
)
def grains_hold(subject: Subject) -> Iterator[Problem]:
    """Each column of a model's `grain` is among its `columns`, where these are listed; and gate quality has a check of
    kind `unique` on the grain or on a part of it, written or derived.
    """
    for path, model in _models(subject):
        if not model.grain:
            continue
        unknown = [name for name in model.grain if name not in {column.name for column in model.columns}]
        if model.columns and unknown and not subject.refused("modeling.models.columns.name"):
            message = f"The grain of model {model.id} has {spoken(unknown)}, which {_is(unknown)} of its columns"
            yield Problem("TRN004", message, "modeling", (*path, "grain"), spoken(unknown), "names of its columns")
        facts = subject.facts.datasets.get(model.id)
        unique = [entry.columns for entry in (facts.checks if facts else ()) if entry.kind == "unique"]
        known = subject.plan.quality is not None and not subject.gone("quality.checks.kind", "quality.derive")
        if known and not any(columns and set(columns) <= set(model.grain) for columns in unique):
            grain = spoken(list(model.grain))
            yield Problem(
                "TRN004",
                f"No check holds that {grain} {'is' if len(model.grain) == 1 else 'are'} unique in {model.id}",
                "modeling",
                (*path, "grain"),
                None,
                "a check of kind unique",
                "Add one in gate quality, or `unique` to its `derive`",
                cause=section_rule(subject, "quality", ("checks",)),
            )


def _is(names: list[str]) -> str:
    return "is none" if len(names) == 1 else "are none"


@rule(
    "TRN006",
    "Models with history say from when to when a row holds, and no two overlap",
    tiers=FROM_B,
    core=False,
    reason="Two versions of a customer at one time count each of its orders twice.",
    reads=("modeling.models[].history", "modeling.models[].materialized", "modeling.models[].columns"),
    applies=lambda subject: any(
        model.history is not None or model.materialized == "snapshot" for _, model in _models(subject)
    ),
    where="a model keeps history",
    fails=(Edit(_FILE, _OWN, _OWN + "    history: {scd_type: 2, valid_from: order_date, valid_to: order_date}\n"),),
    passes=(Edit(_FILE, _OWN, _OWN + "    history: {scd_type: 1}\n"),),
)
def versions_do_not_overlap(subject: Subject) -> Iterator[Problem]:
    """A model with `history`, and every snapshot, says its `scd_type`; from type 2 on it names `valid_from` and
    `valid_to`, which are among its columns where these are listed, and in `overlap_check` the check that no two
    versions of one key hold at one time.
    """
    for path, model in _models(subject):
        if model.history is None and model.materialized != "snapshot":
            continue
        told, place = model.history or History(), (*path, "history")
        if told.scd_type is None:
            message = f"Model {model.id} keeps history and does not say in which way"
            yield from _lack(subject, "TRN006", (*place, "scd_type"), message, "`scd_type`, 0 to 6")
        if told.scd_type is not None and told.scd_type < 2:
            continue
        for name in ("valid_from", "valid_to", "overlap_check"):
            value, columns = getattr(told, name), {column.name for column in model.columns}
            if value is None:
                message = f"Model {model.id} keeps history and has no `{name}`"
                yield from _lack(subject, "TRN006", (*place, name), message, f"`{name}`")
            elif (
                name != "overlap_check"
                and columns
                and value not in columns
                and not subject.gone("modeling.models.columns.name")
            ):
                message = f"Model {model.id} is valid by {value}, which is none of its columns"
                yield Problem("TRN006", message, "modeling", (*place, name), value, "a column of the model")


_VIEW = Edit(_FILE, f"    materialized: incremental\n    {_INCREMENTAL}\n", "    materialized: view\n")
_SERVED = Edit(
    "06-contracts.yml",
    "sla: {freshness: 30 h, retention: 3 yr}",
    "sla: {freshness: 30 h, retention: 3 yr, latency: 2 s}",
)


@rule(
    "TRN008",
    "What is to answer fast is no view over views",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Each view over a view is computed anew for every reader, at the hour at which all of them ask.",
    reads=(
        "modeling.models[].materialized",
        "modeling.models[].depends_on",
        "modeling.models[].justification",
        "contracts.contracts[].sla.latency",
        "operations.slos",
        "acceptance.performance_test",
    ),
    applies=_any,
    where="there are models",
    fails=(_VIEW, _SERVED),
    passes=(_SERVED,),
)
def fast_answers_are_stored(subject: Subject) -> Iterator[Problem]:
    """A model for which a time to answer is promised (`latency` in its contract, an SLO on latency, or the p95 of the
    performance test) is no view over another view; and no chain of views is longer than `chained_views`. A
    `justification` frees the model from both.
    """
    most = subject.policy.checklists.thresholds.chained_views
    models, served = {model.id: model for _, model in _models(subject)}, _served(subject)
    for path, model in _models(subject):
        chain = chain_of_views(model, models)
        if chain < 2 or justified(subject, path, model):
            continue
        place = (*path, "materialized")
        if model.id in served:
            message = f"{model.id} is to answer within {served[model.id]} and is a view over {chain - 1} more"
            hint = "Store it, or say in `justification` why it is fast enough"
            yield Problem("TRN008", message, "modeling", place, model.materialized, "table or incremental", hint)
        elif chain > most:
            message = f"{chain} views follow each other up to {model.id}"
            yield Problem("TRN008", message, "modeling", place, str(chain), f"at most {most}", cause="TRN005")


def _served(subject: Subject) -> dict[str, str]:
    """Give the datasets for which a time to answer is promised, with that time."""
    plan = subject.plan
    found: dict[str, str] = {}
    for contract in plan.contracts.contracts if plan.contracts else ():
        if contract.dataset and contract.sla and contract.sla.latency is not None:
            found[contract.dataset] = str(contract.sla.latency)
    for slo in plan.operations.slos if plan.operations else ():
        if slo.sli == "latency" and slo.dataset and slo.target is not None:
            found.setdefault(slo.dataset, str(slo.target))
    test = plan.acceptance.performance_test if plan.acceptance else None
    if test is not None and test.dataset and test.expected_p95 is not None:
        found.setdefault(test.dataset, str(test.expected_p95))
    return found


@rule(
    "TRN009",
    "What makes a second run differ has a note for the backfill",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A model that reads the clock fills the past with today.",
    reads=("modeling.models[].determinism", "cutover.backfill[].reproducibility", "cutover.backfill[].dataset"),
    applies=lambda subject: any(model.determinism is not None for _, model in _models(subject)),
    where="a model says whether a second run gives the same",
    fails=(Edit(_FILE, _OWN, _OWN + "    determinism: {uses_now: true}\n"),),
    passes=(
        Edit(_FILE, _OWN, _OWN + "    determinism: {uses_now: true, note: A backfill sets the day of its unit}\n"),
    ),
)
def second_runs_are_explained(subject: Subject) -> Iterator[Problem]:
    """A model that uses the present time (`uses_now`), chance (`uses_random`) or the order of its rows
    (`ordering_dependent`) says in `determinism.note` how a backfill gets the same result, or its backfill does so in
    `reproducibility`.
    """
    backfills = subject.plan.cutover.backfill if subject.plan.cutover else ()
    noted = {entry.dataset for entry in backfills if entry.reproducibility}
    for path, model in _models(subject):
        told = model.determinism or Determinism()
        used = [name for name in ("uses_now", "uses_random", "ordering_dependent") if getattr(told, name)]
        if used and not told.note and model.id not in noted:
            message = (
                f"Model {model.id} has {spoken([f'`{name}`' for name in used])}: a second run gives another result"
            )
            expected = "`note`, or `reproducibility` in its backfill"
            yield from _lack(subject, "TRN009", (*path, "determinism", "note"), message, expected)


@rule(
    "TRN010",
    "Public models have a contract",
    scope="plan",
    tiers=FROM_B,
    reason="What anybody may read, somebody builds on; without a contract they learn of a change by an error.",
    reads=("modeling.models[].access", "contracts.contracts[].dataset"),
    applies=lambda subject: (
        subject.plan.contracts is not None
        and (
            subject.refused("modeling.models[].access")
            or any(model.access == "public" for _, model in _models(subject))
        )
    ),
    where="there are contracts and a model is public",
    fails=(Edit("06-contracts.yml", "dataset: mart.orders", "dataset: stg.orders"),),
)
def public_models_are_promised(subject: Subject) -> Iterator[Problem]:
    """Each model with `access: public` is the `dataset` of a contract."""
    promised = {entry.dataset for entry in (subject.plan.contracts.contracts if subject.plan.contracts else ())}
    for path, model in _models(subject):
        if model.access == "public" and model.id not in promised and not subject.gone("contracts.contracts.dataset"):
            yield Problem(
                "TRN010",
                f"Model {model.id} is public and has no contract",
                "modeling",
                (*path, "access"),
                "public",
                f"a contract of {model.id} in gate contracts, or `access: protected`",
                cause=section_rule(subject, "contracts", ("contracts",)),
            )
