"""Gate acceptance: criteria that can be measured, cover what was promised, and are no softer than it."""

import re
from collections.abc import Iterator

from plangate.analysis.accepted import Accepted, held_against, looser
from plangate.analysis.amount import alike, no_less
from plangate.analysis.computed import Computed
from plangate.analysis.terms import refused
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.acceptance import Criterion
from plangate.model.problem import Problem
from plangate.model.text import spoken

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
        "acceptance.release_gates",
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
    element says `environment` and `evidence`, and one that is written out its `phase`. What is due in phase pre_launch
    says when, by the go-live; it is all that a release gate needs, by the day on which that is `due`.
    """
    for entry in subject.facts.acceptance.criteria:
        if entry.measured is None and (subject.gone(*_MEASURED) or subject.refused("acceptance.criteria.from")):
            continue
        yield from _unsaid(subject, entry)
        yield from _accepts_alone(subject, entry)
        yield from _after_the_launch(subject, entry)
    yield from _released_on(subject)


def _owner(subject: Subject, entry: Accepted) -> str | None:
    measured = entry.measured.owner if entry.measured else None
    return entry.criterion.owner or measured or subject.plan.header.accountable


def _unsaid(subject: Subject, entry: Accepted) -> Iterator[Problem]:
    """Tell what a criterion does not say. A list to derive from may leave out the phase, as its example does."""
    criterion, (gate, path) = entry.criterion, entry.at
    stated = criterion not in subject.facts.derived.criteria
    said = (
        ("measure", entry.name),
        ("must_be", criterion.must_be or _bounded(entry) or _refused(subject, entry)),
        ("owner", _owner(subject, entry)),
        ("approver", criterion.approver),
        ("environment", criterion.environment or criterion.from_),
        ("evidence", criterion.evidence or criterion.from_),
        ("phase", criterion.phase or not stated),
        ("due", criterion.due or criterion.phase != "pre_launch"),
    )
    for name, there in said:
        if not there:
            yield Problem(
                "VAL001",
                f"Criterion {_called(subject, criterion)} does not say its `{name}`",
                gate,
                (*path, name),
                expected=f"`{name}`" if name != "phase" else "`phase`: pre_launch, parallel_run or post_cutover",
                hint=_where_from(subject, entry) if name == "must_be" else None,
                cause=_cause(subject, entry) if name == "must_be" else None,
                absent=True,
            )


def _accepts_alone(subject: Subject, entry: Accepted) -> Iterator[Problem]:
    criterion, owner = entry.criterion, _owner(subject, entry)
    alone = criterion.approver is not None and criterion.approver == owner
    if alone and not subject.refused("acceptance.criteria[].owner"):
        yield Problem(
            "VAL001",
            f"{owner} shows criterion {criterion.id} and accepts it",
            entry.at[0],
            (*entry.at[1], "approver"),
            owner,
            "somebody else",
        )


def _after_the_launch(subject: Subject, entry: Accepted) -> Iterator[Problem]:
    criterion, live = entry.criterion, subject.plan.header.go_live
    if criterion.phase == "pre_launch" and criterion.due and live and criterion.due > live.date():
        yield Problem(
            "VAL001",
            f"Criterion {criterion.id} of phase pre_launch is due on {criterion.due}, after the go-live on "
            f"{live:%Y-%m-%d}",
            entry.at[0],
            (*entry.at[1], "due"),
            str(criterion.due),
            f"{live:%Y-%m-%d} or earlier",
        )


def _released_on(subject: Subject) -> Iterator[Problem]:
    """Tell of what a release gate needs and cannot have: criteria of a later phase, or due after the gate."""
    known = {entry.criterion.id: entry.criterion for entry in subject.facts.acceptance.criteria}
    derived = {criterion.id for criterion in subject.facts.derived.criteria}
    for index, gate in enumerate(subject.plan.acceptance.release_gates if subject.plan.acceptance else ()):
        for place, name in enumerate(gate.needs):
            criterion = known.get(name)
            if criterion is None or (criterion.phase is None and name not in derived):
                continue
            path = ("release_gates", index, "needs", place)
            if criterion.phase != "pre_launch" and not subject.refused("acceptance.criteria[].phase"):
                phase = f"of phase {criterion.phase}" if criterion.phase else "which says no phase"
                message = f"Release gate {gate.id} needs criterion {name}, {phase}"
                yield Problem("VAL001", message, "acceptance", path, name, "a criterion of phase pre_launch")
            elif gate.due is not None and criterion.due is not None and criterion.due > gate.due:
                message = (
                    f"Release gate {gate.id} of {gate.due} needs criterion {name}, which is due on {criterion.due}"
                )
                expected = f"a criterion that is due on {gate.due} or earlier"
                yield Problem("VAL001", message, "acceptance", path, str(criterion.due), expected)


_TELLS = {"metric": "CTX002", "slo": "OPS003", "reconciliation": "DQ004"}
"""The rules, all from tier B on, that ask for what an element takes its bound from."""


def _cause(subject: Subject, entry: Accepted) -> str | None:
    """Name the rule that tells why a criterion has no bound: what it measures does not say one."""
    if subject.plan.header.tier not in FROM_B:
        return None
    if entry.measured is None:
        return "CON001" if entry.name in subject.facts.derived.critical else None
    return _TELLS.get(entry.measured.kind) if entry.measured.lacks else None


def _where_from(subject: Subject, entry: Accepted) -> str | None:
    """Say where what is derived takes its bound from, since it cannot state one itself."""
    if entry.criterion not in subject.facts.derived.criteria:
        return None
    measured = entry.measured
    if measured is not None and measured.kind == "metric":
        source = f"metric {measured.id} a `target` other than its `baseline`"
    elif measured is not None:
        source = f"{_CALLED[measured.kind]} {measured.id} its `{measured.lacks}`"
    elif entry.name in {check.id for check in subject.facts.derived.checks}:
        return "Write the criterion out with its bound"
    else:
        source = f"the contract of {entry.name} its `sla`"
    return f"Give {source}, or write the criterion out with its bound"


_CALLED = {
    "slo": "SLO",
    "reconciliation": "reconciliation",
    "check": "check",
    "performance_test": "performance test",
}


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
    """Tell whether what is measured has a bound: of a contract its service level is one, whatever it promises."""
    return entry.measured is not None and entry.measured.lacks is None


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


_PROMISED = ("sources.freshness", "context.consumers[].freshness", "context.consumers[].reads")
"""Where stands how old data may be of which an objective does not say it."""


@rule(
    "VAL003",
    "A criterion is no softer than what it verifies",
    scope="plan",
    tiers=FROM_B,
    reason="Two bars for one thing: the lower one will be used.",
    reads=(
        "acceptance.criteria",
        "acceptance.performance_test",
        "context.metrics",
        "contracts.contracts[].dataset",
        "contracts.contracts[].sla",
        "operations.slos",
        "quality.checks",
        "quality.reconciliation",
        *_PROMISED,
    ),
    applies=_with_criteria,
    where="the acceptance has criteria",
    fails=(Edit(_FILE, 'must_be: "<= 0.1 %"', 'must_be: "<= 1 %"'),),
)
def no_softer(subject: Subject) -> Iterator[Problem]:
    """The bound of a criterion allows at most what the target, objective, service level, tolerance or bound allows that
    it is taken from, and is of the same kind: minutes are held against minutes, a share against a share.
    """
    for entry in subject.facts.acceptance.criteria:
        own, measured = entry.criterion.must_be, entry.measured
        if own is None or measured is None or not measured.bounds or _refused(subject, entry):
            continue
        source = held_against(own, measured.bounds)
        if source is None and (measured.lacks is not None or subject.refused(*_PROMISED)):
            continue
        if source is not None and not looser(own, source):
            continue
        bounds = (source,) if source is not None else measured.bounds
        yield Problem(
            "VAL003",
            f"Criterion {entry.criterion.id} asks for {own}, {measured.kind.replace('_', ' ')} {measured.id} for "
            + spoken([str(bound) for bound in bounds])
            + ("" if source is not None else ": these cannot be compared"),
            entry.at[0],
            (*entry.at[1], "must_be"),
            str(own),
            spoken([str(bound) for bound in bounds], "or"),
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
    """The `load` of the performance test, in rows per time, is at least the peak rate of all workloads together, grown
    to the horizon.
    """
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
            expected=f"at least {no_less(peak.value, peak.value)}",
            absent=True,
        )
    elif test.load.dimension != peak.value.dimension:
        yield Problem(
            "VAL005",
            f"The performance test runs under {test.load}, which cannot be compared with the peak at the horizon, "
            f"{peak.value}",
            "acceptance",
            ("performance_test", "load"),
            str(test.load),
            f"at least {no_less(peak.value, peak.value)}",
        )
    elif test.load.base < peak.value.base:
        yield Problem(
            "VAL005",
            f"The performance test runs under {test.load}, the peak at the horizon is {alike(peak.value, test.load)}",
            "acceptance",
            ("performance_test", "load"),
            str(test.load),
            f"at least {no_less(peak.value, test.load)}",
        )
