"""Gate contracts: who needs one, and whether its mode of compatibility fits its readers."""

from collections.abc import Iterator, Mapping

from plangate.analysis.compatibility.modes import MODES
from plangate.analysis.lineage import produced
from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.checks.schemas import called
from plangate.model.problem import Problem
from plangate.model.text import spoken

_FILE = "06-contracts.yml"
_NONE = Edit(_FILE, "compatibility: backward\n    upgrade_order: consumers_first\n", "compatibility: none\n")


def _external(subject: Subject) -> Mapping[str, str]:
    """Give the datasets that somebody outside reads, each with one of its readers."""
    own = produced(subject.plan)
    found: dict[str, str] = {}
    for consumer in subject.plan.context.consumers if subject.plan.context else ():
        if consumer.external:
            found.update({name: f"consumer {consumer.id}" for name in consumer.reads if name in own})
    for name in sorted(own):
        others = sorted(subject.facts.landscape.users.get(name, frozenset()) - {subject.plan.id})
        if others:
            found.setdefault(name, f"plan {others[0]}")
    return found


@rule(
    "CON001",
    "Critical datasets, and those that others read, have a contract",
    scope="plan",
    tiers=FROM_B,
    reason="What somebody relies on is a promise, written or not; the unwritten one is broken first.",
    reads=(
        "contracts.contracts",
        "modeling.models[].critical",
        "modeling.models[].access",
        "context.consumers",
        "ingestion.pipelines[].outputs",
        "events.streams[].dataset",
    ),
    applies=lambda subject: (
        subject.plan.contracts is not None and bool(subject.facts.derived.critical or _external(subject))
    ),
    where="there are contracts, and datasets that are critical or read from outside",
    fails=(Edit(_FILE, "    sla: {freshness: 30 h, retention: 3 yr}\n", ""),),
)
def promises_are_written(subject: Subject) -> Iterator[Problem]:
    """Each critical dataset, and each that an external consumer or another plan reads, has a contract with `owner`,
    `version`, `columns` and `sla`.
    """
    outside = _external(subject)
    contracts = enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ())
    known = {contract.dataset: (index, contract) for index, contract in contracts}
    public = {
        model.id
        for model in (subject.plan.modeling.models if subject.plan.modeling else ())
        if model.access == "public"
    }
    streams = {stream.dataset for stream in (subject.plan.events.streams if subject.plan.events else ())}
    for name in sorted((subject.facts.derived.critical | outside.keys()) - streams):
        if name not in known:
            why = "is critical" if name in subject.facts.derived.critical else f"is read by {outside[name]}"
            told = section_rule(subject, "contracts", ("contracts",))
            cause = told or ("TRN010" if name in public else None)
            message = f"{name} {why} and has no contract"
            expected = f"a contract of {name}"
            yield from absent(subject, "CON001", "contracts", ("contracts",), message, expected, cause=cause)
            continue
        index, contract = known[name]
        for field in ("owner", "version", "columns", "sla"):
            if not getattr(contract, field):
                message = f"The contract of {name} has no `{field}`"
                path = ("contracts", index, field)
                cause = "CON002" if field in {"version", "columns"} else None
                yield from absent(subject, "CON001", "contracts", path, message, f"`{field}`", cause=cause)


@rule(
    "CON007",
    "Who moves first fits the mode of compatibility",
    tiers=FROM_B,
    core=False,
    reason="Backward means that new readers read old data, so they move first; it is often told the wrong way round.",
    reads=("contracts.contracts[].compatibility", "contracts.contracts[].upgrade_order"),
    applies=lambda subject: any(
        contract.upgrade_order for contract in (subject.plan.contracts.contracts if subject.plan.contracts else ())
    ),
    where="a contract says who moves first",
    fails=(Edit(_FILE, "upgrade_order: consumers_first", "upgrade_order: producers_first"),),
)
def order_fits_mode(subject: Subject) -> Iterator[Problem]:
    """Where a contract names an `upgrade_order`, it is `consumers_first` for a mode of `backward` and `producers_first`
    for one of `forward`, transitive or not. With `full` or `none` any order will do.
    """
    for index, contract in enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ()):
        right = MODES[contract.compatibility].order if contract.compatibility else "any"
        if contract.upgrade_order is not None and right not in {"any", contract.upgrade_order}:
            message = (
                f"{called(contract, index)} says `compatibility: {contract.compatibility}`, with which "
                f"{right.removesuffix('_first')} move first, and {contract.upgrade_order}"
            )
            path = ("contracts", index, "upgrade_order")
            breaks = [one.name for one in subject.facts.broken_contracts if one.dataset == contract.dataset]
            hint = (
                f"The order is for changes that keep the mode. {spoken(breaks)} {'do' if breaks[1:] else 'does'} not: "
                "serve the old version until its readers have moved"
            )
            asked = hint if breaks else None
            yield Problem("CON007", message, "contracts", path, contract.upgrade_order, right, asked)


@rule(
    "CON012",
    "A contract that promises no compatibility says why others can live with that",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Without a mode every release may break every reader, also those whom nobody here can ask.",
    reads=(
        "contracts.contracts[].compatibility",
        "contracts.contracts[].justification",
        "context.consumers[].external",
        "context.consumers[].reads",
    ),
    applies=lambda subject: subject.plan.contracts is not None and bool(_external(subject)),
    where="a dataset under contract is read from outside",
    fails=(_NONE, Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], external: true")),
    passes=(
        Edit(
            _FILE, _NONE.old, f"{_NONE.new}    justification: The one partner reads a copy that they take themselves\n"
        ),
        Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], external: true"),
    ),
)
def no_mode_is_justified(subject: Subject) -> Iterator[Problem]:
    """A contract with `compatibility: none` on a dataset that an external consumer or another plan reads has a
    `justification`.
    """
    outside = _external(subject)
    for index, contract in enumerate(subject.plan.contracts.contracts if subject.plan.contracts else ()):
        reader = outside.get(contract.dataset or "")
        if contract.compatibility == "none" and reader is not None and not contract.justification:
            message = f"The contract of {contract.dataset} promises no compatibility, and {reader} reads it"
            path = ("contracts", index, "justification")
            yield from absent(subject, "CON012", "contracts", path, message, "`justification`, or a mode")
