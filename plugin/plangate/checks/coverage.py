"""Gate quality: what has to be checked is checked: critical datasets, ways to the source, rules of the business."""

from collections.abc import Iterator, Mapping

from plangate.analysis.dataset import DatasetCheck, DatasetFacts
from plangate.analysis.terms import refused
from plangate.checks.absences import absent, section_rule
from plangate.checks.measures import column_types, fitting_tolerance
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.modeling import Model
from plangate.model.problem import Path, Problem
from plangate.model.quality import Reconciliation
from plangate.model.text import spoken

_FILE = "07-quality.yml"
_DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
_COUNTS = frozenset({"row_count", "volume_anomaly"})
_SHOWS: Mapping[str, frozenset[str]] = {
    "completeness": frozenset({"not_null", "row_count", "volume_anomaly"}),
    "uniqueness": frozenset({"unique"}),
    "timeliness": frozenset({"freshness"}),
    "validity": frozenset({"accepted_values", "range", "pattern", "schema"}),
    "consistency": frozenset({"relationship", "reconciliation"}),
}
"""The dimensions of quality, and the kinds of check that show each where a check does not name its own."""


_ASKED_FRESHNESS = ("sources.freshness", "context.consumers[].freshness", "context.consumers[].reads")
"""What checks of freshness are derived from."""

_DERIVED = ("quality.checks.kind", "quality.derive", "modeling.models.columns")
"""What says which checks there are."""


def _critical(subject: Subject) -> Iterator[tuple[Model, DatasetFacts]]:
    for model in subject.plan.modeling.models if subject.plan.modeling else ():
        if model.id in subject.facts.derived.critical:
            yield model, subject.facts.datasets.get(model.id, DatasetFacts())


def _judged(subject: Subject) -> bool:
    return subject.plan.quality is not None and any(_critical(subject))


@rule(
    "DQ001",
    "Critical datasets are checked for keys, gaps, age and volume",
    scope="plan",
    tiers=FROM_B,
    reason="These four find most of what goes wrong, and the day on which one of them is missing is the day it does.",
    reads=(
        "quality.checks",
        "quality.derive",
        "modeling.models",
        "contracts.contracts[].primary_key",
        "sources.freshness",
        "capacity.workloads",
        "context.consumers",
    ),
    applies=_judged,
    where="gate quality is there and datasets are critical",
    fails=(Edit(_FILE, "accepted_values, freshness, row_count]", "accepted_values, freshness]"),),
)
def critical_datasets_are_checked(subject: Subject) -> Iterator[Problem]:
    """Each critical dataset has, written or derived, a check of kind `unique`, one of kind `not_null` on each column of
    its key (the contract's `primary_key`, else the grain), one of kind `freshness`, and one of `row_count` or
    `volume_anomaly`; and one of kind `relationship` on each column with `references`, of `accepted_values` on each with
    `values`.
    """
    if subject.gone(*_DERIVED, "quality.checks.column") or subject.refused("modeling.models[].grain"):
        return
    unknown = subject.refused(*_ASKED_FRESHNESS)
    for model, facts in _critical(subject):
        missing = [kind for kind in _unchecked(model, facts) if not (unknown and kind == "freshness")]
        if missing:
            message = f"Critical dataset {model.id} has no check of {spoken(missing)}"
            expected = "a check in gate quality, or its kind in `derive`"
            cause = section_rule(subject, "sources", ("freshness",)) if missing == ["freshness"] else None
            yield from absent(subject, "DQ001", "quality", ("checks",), message, expected, cause=cause)


def _unchecked(model: Model, facts: DatasetFacts) -> Iterator[str]:
    kinds = {entry.kind for entry in facts.checks}
    keys = next((entry.primary_key for entry in facts.contracts if entry.primary_key), model.grain)
    if "unique" not in kinds:
        yield "unique"
    for name in keys:
        if not _looked_at(facts.checks, "not_null", name):
            yield f"not_null on {name}"
    if "freshness" not in kinds:
        yield "freshness"
    if kinds.isdisjoint(_COUNTS):
        yield "row_count"
    for column in model.columns:
        for kind, needed in (("relationship", column.references), ("accepted_values", column.values)):
            if needed and not _looked_at(facts.checks, kind, column.name):
                yield f"{kind} on {column.name}"


def _looked_at(checks: tuple[DatasetCheck, ...], kind: str, column: str) -> bool:
    return any(entry.kind == kind and column in entry.columns for entry in checks)


@rule(
    "DQ004",
    "Critical datasets are reconciled with a source, at a given hour and within a tolerance",
    scope="plan",
    tiers=FROM_B,
    reason="Two counts taken at different hours always differ; without a tolerance nobody knows when that is an error.",
    reads=(
        "quality.reconciliation",
        "sources.sources[].datasets",
        "events.streams[].dataset",
        "modeling.models[].critical",
        "modeling.models[].access",
        "modeling.models[].columns[].name",
        "modeling.models[].columns[].type",
        "context.consumers",
    ),
    applies=_judged,
    where="gate quality is there and datasets are critical",
    fails=(Edit(_FILE, 'cut_off: "02:00", ', ""),),
)
def critical_datasets_are_reconciled(subject: Subject) -> Iterator[Problem]:
    """Each critical dataset is the `target` of a reconciliation whose `source` comes from outside: a dataset of gate
    sources, of a stream or of another plan. Each reconciliation has a `measure`, a `tolerance`, a `cut_off` and a
    `timezone`; one of sums or of the least and the greatest has a `column`, one of distinct values a `column` or
    `keys`. The tolerance is in what is measured: a share; of counts and hashes also a number of rows; of a decimal
    column no time; of the least and the greatest of a date or time nothing but a time.
    """
    entries = subject.plan.quality.reconciliation if subject.plan.quality else ()
    types = column_types(subject)
    for index, entry in enumerate(entries):
        path: Path = ("reconciliation", index)
        for name in ("measure", "column", "tolerance", "cut_off", "timezone"):
            if getattr(entry, name) is None and (name != "column" or _of_column(subject, path, entry)):
                message = f"Reconciliation {entry.id} has no `{name}`"
                yield from absent(subject, "DQ004", "quality", (*path, name), message, f"`{name}`")
        written = types.get(entry.target or "", {}).get(entry.column or "")
        fitting = fitting_tolerance(entry, entry.tolerance, written) if entry.tolerance else None
        if fitting:
            what = f"{entry.measure} of {entry.column}, a {written}" if written else f"{entry.measure}"
            message = f"Reconciliation {entry.id} measures {what}, and tolerates {entry.tolerance}"
            yield Problem("DQ004", message, "quality", (*path, "tolerance"), str(entry.tolerance), fitting)
    graph = subject.facts.lineage.by_id
    outside = {name for name, node in graph.items() if node.kind == "source" or node.external}
    compared = {entry.target for entry in entries if entry.source in outside}
    if subject.gone("sources.sources.datasets", "events.streams.dataset"):
        return
    for model, _ in _critical(subject):
        if model.id not in compared:
            message = f"Critical dataset {model.id} is reconciled with no source"
            expected = f"a reconciliation with `target: {model.id}` and a dataset of a source"
            cause = section_rule(subject, "sources", ("sources",))
            yield from absent(subject, "DQ004", "quality", ("reconciliation",), message, expected, cause=cause)


def _of_column(subject: Subject, path: Path, entry: Reconciliation) -> bool:
    """Tell whether what a reconciliation measures it measures of a column; distinct keys are as good as one."""
    keyed = bool(entry.keys) or refused(subject.plan, "quality", (*path, "keys"))
    return entry.measure in {"sum", "min_max"} or (entry.measure == "distinct_count" and not keyed)


def _ruled(subject: Subject) -> bool:
    return any(model.business_rules for model in (subject.plan.modeling.models if subject.plan.modeling else ()))


_OWN = "    grain: [order_id]\n    owner: data_team\n    access: public\n"
_RULED = _OWN + "    business_rules: [{id: cancelled_out, rule: Cancelled orders do not count, TEST}]\n"


@rule(
    "DQ008",
    "Every rule of the business has a check that shows it",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A rule that stands in a manual and in no check is broken by the next change, and nobody notices.",
    reads=("modeling.models[].business_rules",),
    applies=_ruled,
    where="a model states rules of the business",
    fails=(Edit("05-modeling.yml", _OWN, _RULED.replace(", TEST", "")),),
    passes=(Edit("05-modeling.yml", _OWN, _RULED.replace("TEST", "test: orders_vs_shop")),),
)
def business_rules_are_shown(subject: Subject) -> Iterator[Problem]:
    """Each entry of a model's `business_rules` says its `rule`, and names in `test` the check that shows it."""
    for index, model in enumerate(subject.plan.modeling.models if subject.plan.modeling else ()):
        for place, entry in enumerate(model.business_rules):
            for name, what in (("rule", "does not say what it asks for"), ("test", "is shown by no check")):
                if getattr(entry, name) is None:
                    path: Path = ("models", index, "business_rules", place, name)
                    message = f"Business rule {entry.id} of {model.id} {what}"
                    yield from absent(subject, "DQ008", "modeling", path, message, f"`{name}`")


@rule(
    "DQ010",
    "Critical datasets are looked at from every side",
    severity="warning",
    scope="plan",
    tiers=("A",),
    core=False,
    reason="Ten checks for empty values say nothing about the one value that is wrong.",
    reads=("quality.checks", "quality.derive", "quality.reconciliation", "modeling.models", *_ASKED_FRESHNESS),
    applies=_judged,
    where="gate quality is there and datasets are critical",
    fails=(Edit(_FILE, _DERIVE, "derive: [unique, not_null, freshness, row_count]\n"),),
    passes=(Edit(_FILE, _DERIVE, "derive: [unique, not_null, accepted_values, freshness]\n"),),
)
def every_side_is_looked_at(subject: Subject) -> Iterator[Problem]:
    """The checks of each critical dataset show its completeness, uniqueness, timeliness, validity (or conformity) and
    consistency (or accuracy): by the `dimension` that they name, or by their kind.
    """
    named = {check.id: check.dimension for check in (subject.plan.quality.checks if subject.plan.quality else ())}
    alike = {"conformity": "validity", "accuracy": "consistency"}
    sides = "quality.reconciliation", "modeling.models[].columns[].values", "modeling.models[].grain"
    if subject.gone(*_DERIVED) or subject.refused(*sides):
        return
    unknown = {"timeliness"} if subject.refused(*_ASKED_FRESHNESS) else set()
    for model, facts in _critical(subject):
        shown = {alike.get(side, side) for entry in facts.checks if (side := named.get(entry.id)) is not None}
        shown |= {side for side, kinds in _SHOWS.items() for entry in facts.checks if entry.kind in kinds}
        missing = [side for side in _SHOWS if side not in shown | unknown]
        if missing:
            message = f"No check of critical dataset {model.id} shows its {spoken(missing)}"
            yield from absent(subject, "DQ010", "quality", ("checks",), message, f"a check of {spoken(missing)}")
