"""Gate acceptance: criteria that can be measured, cover what was promised, and are no softer than it."""

import re
from collections.abc import Iterator

from plangate.analysis.accepted import Accepted, looser
from plangate.analysis.amount import alike
from plangate.analysis.computed import Computed
from plangate.analysis.terms import refused
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.acceptance import Criterion
from plangate.model.context import Metric
from plangate.model.problem import Problem

_FILE = "10-acceptance.yml"
_VAGUE = re.compile(r"\b(fast|good|acceptable|reasonable|soon|stable|appropriate|as needed)\b", re.IGNORECASE)
_LEFT_OUT = {
    "metric": "metric",
    "slo": "objective",
    "contract": "the service level of",
    "reconciliation": "reconciliation",
}


def _with_criteria(subject: Subject) -> bool:
    return subject.plan.acceptance is not None and bool(subject.plan.acceptance.criteria)


def _called(subject: Subject, criterion: Criterion) -> str:
    """Name a criterion, and what it is derived from where no file says its id."""
    stated = subject.plan.acceptance.stated_criteria if subject.plan.acceptance else ()
    derived = criterion.id not in {one.id for one in stated} and criterion.from_
    return f"{criterion.id} (derived from {criterion.from_})" if derived else criterion.id


@rule(
    "VAL001",
    "Every criterion says what is measured, against which bound, by whom it is shown and by whom accepted",
    scope="plan",
    reason="A criterion without a bound is met by whoever is asked last.",
    reads=(
        "acceptance.criteria",
        "acceptance.performance_test",
        "quality.checks",
        "quality.reconciliation",
        "operations.slos",
        "contracts.contracts",
        "context.metrics",
    ),
    applies=_with_criteria,
    where="the acceptance has criteria",
    fails=(Edit(_FILE, "owner: data_team, approver: data_platform", "owner: data_team, approver: data_team"),),
)
def criteria_said_in_full(subject: Subject) -> Iterator[Problem]:
    """A criterion measures something (`from` or `measure`), has a bound (`must_be`, or that of what it is taken from),
    an owner (or that of what it is taken from) and an approver who is somebody else; one that is not taken `from` an
    element says `environment` and `evidence`. What is due in phase pre_launch is due by the go-live.
    """
    for entry in subject.facts.acceptance.criteria:
        criterion, (gate, path) = entry.criterion, entry.at
        owner = criterion.owner or (entry.measured.owner if entry.measured else None) or subject.plan.header.accountable
        missing = [
            name
            for name, there in (
                ("measure", entry.name),
                ("must_be", criterion.must_be or _bounded(entry) or _refused(subject, entry)),
                ("owner", owner),
                ("approver", criterion.approver),
                ("environment", criterion.environment or criterion.from_),
                ("evidence", criterion.evidence or criterion.from_),
            )
            if not there
        ]
        if entry.measured is None and (subject.gone(*_MEASURED) or subject.refused("acceptance.criteria.from")):
            continue
        for name in missing:
            yield Problem(
                "VAL001",
                f"Criterion {_called(subject, criterion)} does not say its `{name}`",
                gate,
                (*path, name),
                expected=f"`{name}`",
                hint=_where_from(subject, criterion) if name == "must_be" else None,
                cause="CTX002" if name == "must_be" and _unmeasurable(subject, criterion) else None,
                absent=True,
            )
        alone = criterion.approver is not None and criterion.approver == owner
        if alone and not subject.refused("acceptance.criteria[].owner"):
            yield Problem(
                "VAL001",
                f"{owner} shows criterion {criterion.id} and accepts it",
                gate,
                (*path, "approver"),
                owner,
                "somebody else",
            )
        live = subject.plan.header.go_live
        if criterion.phase == "pre_launch" and criterion.due and live and criterion.due > live.date():
            yield Problem(
                "VAL001",
                f"Criterion {criterion.id} of phase pre_launch is due on {criterion.due}, after the go-live on "
                f"{live:%Y-%m-%d}",
                gate,
                (*path, "due"),
                str(criterion.due),
                f"{live:%Y-%m-%d} or earlier",
            )


def _metric(subject: Subject, criterion: Criterion) -> Metric | None:
    metrics = subject.plan.context.metrics if subject.plan.context else ()
    return next((one for one in metrics if one.id == criterion.from_), None)


def _unmeasurable(subject: Subject, criterion: Criterion) -> bool:
    """Tell whether a criterion has no bound because its metric does not say from what to what it is to change."""
    metric = _metric(subject, criterion)
    if metric is None or subject.plan.header.tier not in FROM_B:
        return False
    one, other = metric.baseline, metric.target
    return one is None or other is None or one.dimension != other.dimension or one.base == other.base


def _where_from(subject: Subject, criterion: Criterion) -> str | None:
    """Say where what is derived takes its bound from, since it cannot state one itself."""
    if criterion not in subject.facts.derived.criteria:
        return None
    if _metric(subject, criterion) is not None:
        return f"Give metric {criterion.from_} a `target` other than its `baseline`, or write the criterion out"
    return f"Give the contract of {criterion.from_} its `sla`, or write the criterion out with its bound"


_MEASURED = (
    "acceptance.performance_test",
    "quality.checks.must_be",
    "quality.reconciliation",
    "operations.slos",
    "contracts.contracts.sla",
    "contracts.contracts.dataset",
    "context.metrics",
)
"""Where stands what a criterion measures."""


def _bounded(entry: Accepted) -> bool:
    """What is derived from a contract has its service level as the bound; everything else a bound of its own."""
    return entry.measured is not None and (entry.measured.bound is not None or entry.measured.kind == "contract")


def _refused(subject: Subject, entry: Accepted) -> bool:
    """Tell whether something was refused of what a criterion measures: its bound may be missing only thereby."""
    return entry.measured is not None and refused(subject.plan, *entry.measured.at)


@rule(
    "VAL002",
    "Whatever is promised is accepted by somebody",
    scope="plan",
    tiers=FROM_B,
    reason="A promise that nobody checks before the switch is checked by its readers after it.",
    reads=(
        "acceptance.criteria",
        "context.metrics",
        "operations.slos",
        "contracts.contracts",
        "quality.reconciliation",
    ),
    applies=_with_criteria,
    where="the acceptance has criteria",
    fails=(Edit(_FILE, "{derive: [daily_orders, mart.orders]", "{derive: [mart.orders]"),),
)
def promises_are_accepted(subject: Subject) -> Iterator[Problem]:
    """A criterion, stated or derived, measures each metric, each objective (SLO), the service level of each contract,
    and each reconciliation.
    """
    if subject.refused(*(f"acceptance.criteria.{name}" for name in ("id", "from", "derive", "measure"))):
        return
    for entry in subject.facts.acceptance.left_out:
        yield Problem(
            "VAL002",
            f"No criterion measures {_LEFT_OUT[entry.kind]} {entry.id}",
            entry.at[0],
            entry.at[1],
            entry.id,
            "a criterion in gate acceptance",
            f"Write `from: {entry.id}` in a criterion, or add it to a `derive` list",
        )


@rule(
    "VAL003",
    "A criterion is no softer than what it verifies",
    scope="plan",
    tiers=FROM_B,
    reason="Two bars for one thing: the lower one will be used.",
    reads=("acceptance.criteria", "context.metrics", "operations.slos", "quality.checks", "quality.reconciliation"),
    applies=_with_criteria,
    where="the acceptance has criteria",
    fails=(Edit(_FILE, 'must_be: "<= 0.1 %"', 'must_be: "<= 1 %"'),),
)
def no_softer(subject: Subject) -> Iterator[Problem]:
    """The bound of a criterion allows at most what the target, objective, tolerance or bound allows that it is taken
    from.
    """
    for entry in subject.facts.acceptance.criteria:
        own, source = entry.criterion.must_be, entry.measured.bound if entry.measured else None
        if own is None or source is None or entry.measured is None or not looser(own, source):
            continue
        yield Problem(
            "VAL003",
            f"Criterion {entry.criterion.id} asks for {own}, {entry.measured.kind.replace('_', ' ')} "
            f"{entry.measured.id} for {source}",
            entry.at[0],
            (*entry.at[1], "must_be"),
            str(own),
            f"{source.operator} {alike(source.value, own.value) if own.value.unit else source.value}",
        )


@rule(
    "VAL004",
    "Criteria are said in numbers, not in words like fast",
    tiers=FROM_B,
    core=False,
    reason="Good for one is bad for another.",
    reads=("acceptance.criteria",),
    applies=_with_criteria,
    where="the acceptance has criteria",
    fails=(Edit(_FILE, "from: orders_vs_shop, phase", "from: orders_vs_shop, statement: The counts are good, phase"),),
)
def said_in_numbers(subject: Subject) -> Iterator[Problem]:
    """A statement with one of the words fast, good, acceptable, reasonable, soon, stable, appropriate, as needed has a
    number too.
    """
    for entry in subject.facts.acceptance.criteria:
        statement = entry.criterion.statement or ""
        found = _VAGUE.search(statement)
        if found and not re.search(r"\d", statement):
            yield Problem(
                "VAL004",
                f"Criterion {entry.criterion.id} says `{found[0]}` and no number",
                entry.at[0],
                (*entry.at[1], "statement"),
                statement,
                "a number that can be measured",
            )


def _peak(subject: Subject) -> Computed | None:
    return subject.facts.capacity.peak_at_horizon


@rule(
    "VAL005",
    "The load test carries what is expected at the horizon",
    scope="plan",
    tiers=("A",),
    core=False,
    reason="A test at today's load shows that today is fine.",
    reads=("acceptance.performance_test", "capacity.workloads", "capacity.horizon"),
    applies=lambda subject: bool(subject.plan.acceptance and _peak(subject)),
    where="the acceptance is there and the volume at the horizon is known",
    fails=(Edit(_FILE, "criteria:", "performance_test: {id: read_orders, load: 1 rows/s}\ncriteria:"),),
    passes=(Edit(_FILE, "criteria:", "performance_test: {id: read_orders, load: 2_000 rows/s}\ncriteria:"),),
)
def load_of_the_horizon(subject: Subject) -> Iterator[Problem]:
    """The `load` of the performance test is at least the peak rate of all workloads together, grown to the horizon."""
    test = subject.plan.acceptance.performance_test if subject.plan.acceptance else None
    peak = _peak(subject)
    if peak is None:
        return
    if test is None or test.load is None:
        yield Problem(
            "VAL005",
            "No performance test says under which `load` it runs",
            "acceptance",
            ("performance_test",) if test is None else ("performance_test", "load"),
            expected=f"at least {peak.value}",
            absent=True,
        )
    elif test.load.dimension == peak.value.dimension and test.load.base < peak.value.base:
        yield Problem(
            "VAL005",
            f"The performance test runs under {test.load}, the peak at the horizon is {alike(peak.value, test.load)}",
            "acceptance",
            ("performance_test", "load"),
            str(test.load),
            f"at least {alike(peak.value, test.load)}",
        )
