"""Gate quality: a check says what it measures, and what becomes of what it finds."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from plangate.analysis.amount import amount, no_more
from plangate.analysis.terms import checks_of, refused
from plangate.analysis.timeline import midnight
from plangate.checks.absences import absent
from plangate.checks.lineage import FEEDS
from plangate.checks.measures import fitting_bound
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quality import Baseline, Check, Quarantine, Reconciliation
from plangate.model.quantity import Quantity

_FILE = "07-quality.yml"
_DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
_LEARNING = frozenset({"volume_anomaly", "distribution"})
_ACTS = ("block_publish", "quarantine", "page")


def _with(text: str) -> tuple[Edit, ...]:
    """Give the first plan a check of its orders."""
    return (Edit(_FILE, _DERIVE, f"{_DERIVE}checks:\n  - {{id: orders_pk, dataset: mart.orders, {text}}}\n"),)


def _action(subject: Subject, check: Check | Reconciliation) -> str | None:
    """Give what a check does when it fails: its own action, or the one that its severity obliges to."""
    if check.action is not None:
        return check.action
    told = subject.plan.quality.severities if subject.plan.quality else ()
    return next((entry.action for entry in told if entry.severity == check.severity is not None), None)


def _obliges_unread(subject: Subject) -> bool:
    """Tell whether what a severity obliges to was refused, so that a check without an action may have one."""
    return subject.refused("quality.severities[].severity", "quality.severities[].action")


def _has_checks(subject: Subject) -> bool:
    return bool(subject.plan.quality and subject.plan.quality.checks)


@rule(
    "DQ002",
    "Every check has a threshold, a weight, an action and an owner",
    tiers=FROM_B,
    reason="A check that measures and decides nothing is a number in a log.",
    reads=("quality.checks", "quality.severities", "quality.baseline.sensitivity"),
    applies=_has_checks,
    where="there are checks",
    fails=_with("column: order_id, kind: unique, severity: warn, action: warn, owner: data_team"),
    passes=_with(
        "column: order_id, kind: unique, must_be: '<= 0 rows', severity: warn, action: warn, owner: data_team"
    ),
)
def checks_decide(subject: Subject) -> Iterator[Problem]:
    """Each check that is written has `must_be` (but for kind `schema`, and for one that learns its bounds with a
    `sensitivity`), `severity`, `owner`, and an `action`, which `severities` may give for all of one severity.

    What it must be is something that the kind measures: `freshness` an age from above (`<= 2 h`); `not_null`, `unique`,
    `accepted_values`, `range`, `pattern` and `relationship` the rows that are found, as a number from above or as a
    share; `row_count` and `volume_anomaly` a number of rows, at once or per time, or a share.
    """
    for index, check in enumerate(subject.plan.quality.checks if subject.plan.quality else ()):
        learnt = _baseline(subject, check).sensitivity or subject.refused(
            "quality.checks[].baseline.sensitivity", "quality.baseline.sensitivity"
        )
        told = {
            "must_be": check.must_be is not None
            or check.kind_ == "schema"
            or (check.kind_ in _LEARNING and learnt)
            or refused(subject.plan, "quality", ("checks", index, "kind")),
            "severity": check.severity is not None,
            "action": _action(subject, check) is not None
            or _obliges_unread(subject)
            or refused(subject.plan, "quality", ("checks", index, "severity")),
            "owner": check.owner is not None,
        }
        for name in (name for name, there in told.items() if not there):
            message = f"Check {check.id} has no `{name}`"
            yield from absent(subject, "DQ002", "quality", ("checks", index, name), message, f"`{name}`")
        fitting = fitting_bound(check, check.must_be) if check.must_be else None
        if fitting:
            message = f"Check {check.id} of kind {check.kind_} cannot be held against `{check.must_be}`"
            yield Problem("DQ002", message, "quality", ("checks", index, "must_be"), str(check.must_be), fitting)


def _serious(subject: Subject) -> bool:
    return any(check.severity == "error" for _, check, _ in checks_of(subject.plan))


@rule(
    "DQ003",
    "An error stops something, or calls somebody who knows what to do",
    scope="plan",
    tiers=FROM_B,
    reason="An error that only warns is read on Monday; a page without a runbook wakes somebody who cannot help.",
    reads=(
        "quality.checks[].severity",
        "quality.checks[].action",
        "quality.checks[].alert",
        "quality.checks[].runbook",
        "quality.reconciliation[].severity",
        "quality.reconciliation[].action",
        "quality.reconciliation[].alert",
        "quality.reconciliation[].runbook",
        "quality.severities[].severity",
        "quality.severities[].action",
        "operations.alerts",
    ),
    applies=_serious,
    where="a check has severity error",
    fails=_with(
        "column: order_id, kind: unique, must_be: '<= 0 rows', severity: error, action: warn, owner: data_team"
    ),
    passes=_with(
        "column: order_id, kind: unique, must_be: '<= 0 rows', severity: error, action: page, owner: data_team, "
        "alert: orders_late"
    ),
)
def errors_are_acted_on(subject: Subject) -> Iterator[Problem]:
    """A check or reconciliation of severity `error` has the action `block_publish`, `quarantine` or `page`. One that
    pages names the `alert` whose `route` it takes, and a `runbook`, its own or the alert's.
    """
    alerts = {entry.id: entry for entry in (subject.plan.operations.alerts if subject.plan.operations else ())}
    for path, check, _ in checks_of(subject.plan):
        action = _action(subject, check)
        if check.severity == "error" and action is not None and action not in _ACTS:
            message = f"Check {check.id} is of severity error and only has the action `{action}`"
            yield Problem("DQ003", message, "quality", (*path, "action"), action, " or ".join(_ACTS))
        elif check.severity == "error" and action is None and not _obliges_unread(subject):
            message = f"Check {check.id} is of severity error and sets off nothing"
            cause = "DQ002" if path[0] == "checks" else None
            yield from absent(subject, "DQ003", "quality", (*path, "action"), message, " or ".join(_ACTS), cause=cause)
        if action != "page":
            continue
        alert = alerts.get(check.alert or "")
        if check.alert is None:
            message = f"Check {check.id} pages, and no alert says whom"
            yield from absent(subject, "DQ003", "quality", (*path, "alert"), message, "`alert`, with a route")
        elif alert is not None and alert.route is None:
            message = f"Check {check.id} pages by alert {alert.id}, which has no route"
            where = ("alerts", list(alerts).index(alert.id), "route")
            yield from absent(subject, "DQ003", "operations", where, message, "`route`", cause="OPS002")
        if check.runbook is None and (alert is None or alert.runbook is None):
            message = f"Check {check.id} pages, and no runbook says what to do"
            yield from absent(subject, "DQ003", "quality", (*path, "runbook"), message, "`runbook`")


def _quarantines(subject: Subject) -> bool:
    return any(_action(subject, check) == "quarantine" for _, check, _ in checks_of(subject.plan))


_ASIDE = "column: order_id, kind: not_null, must_be: '<= 0 rows', severity: error, action: quarantine, owner: data_team"
_PLACE = (
    "quarantine: {location: raw_quarantine.orders, retention: 90 d, replay: Correct and load again, max_rate: 0.1 %}"
)


@rule(
    "DQ011",
    "Rows that are set aside have a place, an end and a way back",
    core=False,
    reason="Rows in a quarantine that nobody empties are rows that were dropped.",
    reads=(
        "quality.checks[].action",
        "quality.checks[].quarantine",
        "quality.quarantine",
        "quality.severities[].action",
    ),
    applies=_quarantines,
    where="a check sets rows aside",
    fails=_with(_ASIDE),
    passes=_with(f"{_ASIDE}, {_PLACE}"),
)
def quarantines_are_emptied(subject: Subject) -> Iterator[Problem]:
    """A check with the action `quarantine` has, itself or from the gate's own `quarantine`, the `location` of refused
    rows, their `retention`, how they come back (`replay`), and how many are too many (`max_rate`).
    """
    shared = (subject.plan.quality.quarantine if subject.plan.quality else None) or Quarantine()
    for path, check, _ in checks_of(subject.plan):
        if _action(subject, check) != "quarantine":
            continue
        own = (check.quarantine if isinstance(check, Check) else None) or Quarantine()
        place: Path = (*path, "quarantine") if isinstance(check, Check) else ("quarantine",)
        names = ("location", "retention", "replay", "max_rate")
        unread = [name for name in names if refused(subject.plan, "quality", ("quarantine", name))]
        missing = [name for name in names if getattr(own, name) is None and getattr(shared, name) is None]
        for name in (name for name in missing if name not in unread):
            message = f"Check {check.id} sets rows aside and does not say their `{name}`"
            yield from absent(subject, "DQ011", "quality", (*place, name), message, f"`{name}`")


def _baseline(subject: Subject, check: Check) -> Baseline:
    return check.baseline or (subject.plan.quality.baseline if subject.plan.quality else None) or Baseline()


def _learns(subject: Subject) -> bool:
    return any(check.kind_ in _LEARNING for check in (subject.plan.quality.checks if subject.plan.quality else ()))


_HISTORY = (
    "sources.sources[].history_from",
    "cutover.backfill",
    "acceptance.phases.parallel_run",
    "plan.go_live",
    *FEEDS,
)
_LEARNT = (
    "kind: volume_anomaly, must_be: between 70 % and 130 %, severity: warn, action: warn, owner: data_team, "
    "baseline: {training_period: DAYS}"
)


@rule(
    "DQ007",
    "Checks that learn have enough to learn from, or a bound until then",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A check that learnt from three days takes the fourth for an anomaly, and is switched off.",
    reads=(
        "quality.checks[].baseline",
        "quality.checks[].kind",
        "quality.baseline",
        *_HISTORY,
    ),
    applies=_learns,
    where="a check learns from its history",
    fails=_with(_LEARNT.replace("DAYS", "7 d")),
    passes=_with(_LEARNT.replace("DAYS", "14 d")),
)
def learning_takes_time(subject: Subject) -> Iterator[Problem]:
    """A check of kind `volume_anomaly` or `distribution` learns (`training_period`) from at least 14 days
    (`anomaly_training`), and the dataset has that much history at go-live, from a backfill, the parallel run, or a
    first load of the whole source; or it has a `fallback`, a bound that holds until then.
    """
    least = subject.policy.checklists.thresholds.anomaly_training
    for index, check in enumerate(subject.plan.quality.checks if subject.plan.quality else ()):
        told = _baseline(subject, check)
        unread = subject.refused(
            "quality.checks.baseline.fallback", "quality.baseline.fallback", "quality.baseline.training_period"
        )
        if check.kind_ not in _LEARNING or told.fallback is not None or unread:
            continue
        path, span = ("checks", index, "baseline", "training_period"), told.training_period
        if span is None:
            message = f"Check {check.id} does not say from how many days it learns, and has no bound until then"
            yield from absent(subject, "DQ007", "quality", path, message, "`training_period`, or a `fallback`")
        elif span.base < least.base:
            message = f"Check {check.id} learns from {span}"
            yield Problem("DQ007", message, "quality", path, str(span), f"at least {least}, or a `fallback`")
        elif subject.refused(*_HISTORY):
            continue
        elif (there := _history(subject, check.dataset)) is not None and there.base < span.base:
            message = f"Check {check.id} learns from {span}, and {check.dataset} has {there} of history at go-live"
            expected = f"at most {no_more(there, span)}, or a `fallback`"
            yield Problem("DQ007", message, "quality", path, str(span), expected)


def _history(subject: Subject, dataset: str | None) -> Quantity | None:
    """Give how much history a dataset has at go-live; None where that is not known."""
    plan, live = subject.plan, subject.plan.header.go_live
    if live is None or dataset is None:
        return None
    since: list[datetime] = []
    beside = plan.acceptance.phases.parallel_run if plan.acceptance and plan.acceptance.phases else None
    if beside is not None and beside.start is not None:
        since.append(beside.start)
    related = {dataset} | subject.facts.lineage.upstream(dataset)
    filled = [entry for entry in (plan.cutover.backfill if plan.cutover else ()) if entry.dataset in related]
    since += [entry.range.start for entry in filled if entry.range is not None and entry.range.start is not None]
    if ("cutover", ("backfill",)) in plan.not_applicable:
        sources = plan.sources.sources if plan.sources else ()
        above = [entry for entry in sources if any(part.id in related for part in entry.datasets)]
        known = [midnight(entry.history_from) for entry in above if entry.history_from is not None]
        since.extend([max(known)] if known and len(known) == len(above) else [])
    span = live - min(since, default=live)
    return amount(Decimal(max(span, timedelta(0)) // timedelta(seconds=1)), (("s", 1),))
