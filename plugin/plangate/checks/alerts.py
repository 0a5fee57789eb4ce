"""Gate operations: objectives with alerts, and alerts that reach somebody who can act."""

import re
from collections.abc import Iterator

from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.operations import Alert
from plangate.model.problem import Path, Problem

_FILE = "08-operations.yml"
_ALWAYS = re.compile(
    r"(?:24\s*(?:h|hours?)?\s*[x×/]\s*7|7\s*[x×/]\s*24|24\s*(?:h|hours?)\b.{0,12}\b(?:7|seven) days|always"
    r"|around the clock|day and night)\b(?!.*\b(?:except|but|not|without|only|unless|(?:on|in|of|during)"
    r" (?:all )?(?:working|business|office|week)))",
    re.IGNORECASE,
)
_FRESH = "{id: orders_fresh, sli: freshness, dataset: mart.orders, target: 30 h, objective: 99 %, window: 30 d, ALERTS}"
_RIGHT = (
    "{id: orders_right, sli: correctness, dataset: mart.orders, objective: 99 %, window: 30 d, alerts: [orders_late]}"
)


def _with(*slos: str) -> Edit:
    lines = "".join(f"  - {slo.replace('ALERTS', 'alerts: [orders_late]')}\n" for slo in slos)
    return Edit(_FILE, "dashboards:", f"slos:\n{lines}dashboards:")


def _alerts(subject: Subject) -> dict[str, tuple[int, Alert]]:
    found = subject.plan.operations.alerts if subject.plan.operations else ()
    return {alert.id: (index, alert) for index, alert in enumerate(found)}


@rule(
    "OPS001",
    "Critical datasets have objectives for freshness and for correctness",
    scope="plan",
    tiers=FROM_B,
    reason="Fresh and wrong, or right and a week old: either alone serves nobody.",
    reads=(
        "operations.slos",
        "sources.freshness",
        "modeling.models[].critical",
        "modeling.models[].access",
        "context.consumers",
    ),
    applies=lambda subject: subject.plan.operations is not None and bool(subject.facts.derived.critical),
    where="gate operations is there and datasets are critical",
    fails=(_with(_FRESH),),
    passes=(_with(_FRESH, _RIGHT),),
)
def objectives_are_set(subject: Subject) -> Iterator[Problem]:
    """Each critical dataset has an SLO on freshness and one on correctness, each with `objective` and `window`; a
    promise of gate sources with `slo` and `window` is one on freshness.
    """
    plan = subject.plan
    slos = plan.operations.slos if plan.operations else ()
    told = {(slo.dataset, slo.sli) for slo in slos if slo.objective is not None and slo.window is not None}
    promises = plan.sources.freshness if plan.sources else ()
    if isinstance(promises, tuple):
        told |= {
            (entry.dataset, "freshness") for entry in promises if entry.slo is not None and entry.window is not None
        }
    for name in sorted(subject.facts.derived.critical):
        for sli in (sli for sli in ("freshness", "correctness") if (name, sli) not in told):
            message = f"Critical dataset {name} has no objective for {sli}"
            expected = f"an SLO on {sli} with `objective` and `window`"
            cause = section_rule(subject, "sources", ("freshness",)) if sli == "freshness" else None
            yield from absent(subject, "OPS001", "operations", ("slos",), message, expected, cause=cause)


@rule(
    "OPS002",
    "Objectives have alerts, and pages reach somebody who knows what to do",
    tiers=FROM_B,
    reason="An objective without an alert is missed in silence; a page at night to a rota of the day is one too.",
    reads=("operations.slos", "operations.alerts", "operations.oncall"),
    applies=lambda subject: bool(subject.plan.operations and (subject.plan.operations.slos or _pages(subject))),
    where="there are objectives, or alerts that page somebody",
    fails=(_with(_FRESH.replace(", ALERTS", "")),),
    passes=(_with(_FRESH),),
)
def alerts_reach_somebody(subject: Subject) -> Iterator[Problem]:
    """Each SLO names `alerts`. Each alert of severity `page` has a `runbook` and a `route`; and where an SLO names one,
    `oncall.hours` are around the clock (`24x7`), since the window of an SLO has nights and weekends in it.
    """
    operations = subject.plan.operations
    slos = operations.slos if operations else ()
    for index, slo in enumerate(slos):
        if not slo.alerts:
            message = f"SLO {slo.id} has no alert"
            yield from absent(subject, "OPS002", "operations", ("slos", index, "alerts"), message, "`alerts`")
    for index, alert in _pages(subject):
        for name, why in (("runbook", "says what to do"), ("route", "says whom it calls")):
            if getattr(alert, name) is None:
                message = f"Alert {alert.id} pages, and no {name} {why}"
                yield from absent(subject, "OPS002", "operations", ("alerts", index, name), message, f"`{name}`")
    paging = {alert.id for _, alert in _pages(subject)}
    called = [slo.id for slo in slos if not paging.isdisjoint(slo.alerts)]
    hours = operations.oncall.hours if operations and operations.oncall else None
    place: Path = ("oncall", "hours")
    if called and hours is None:
        message = f"SLO {called[0]} pages, and nothing says when somebody answers"
        yield from absent(subject, "OPS002", "operations", place, message, "`oncall.hours`")
    elif called and hours is not None and not _ALWAYS.match(hours.strip()):
        message = f"SLO {called[0]} pages at any hour, on call is somebody {hours}"
        hint = "Staff the nights, or let the alert open a ticket"
        yield Problem("OPS002", message, "operations", place, hours, "24x7", hint)


def _pages(subject: Subject) -> list[tuple[int, Alert]]:
    return [(index, alert) for index, alert in _alerts(subject).values() if alert.severity == "page"]


@rule(
    "OPS008",
    "Somebody hears of the cost before the budget is spent",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="At the end of the month the money is gone.",
    reads=("operations.cost_guardrails",),
    applies=lambda subject: subject.plan.operations is not None,
    where="gate operations is there",
    fails=(Edit(_FILE, "alert_at: 80 %", "alert_at: 90 %"),),
    passes=(Edit(_FILE, "alert_at: 80 %", "alert_at: 70 %"),),
)
def cost_is_watched(subject: Subject) -> Iterator[Problem]:
    """`cost_guardrails` have an `owner` and an alert at 80 % of the budget (`cost_alert`) or earlier."""
    told = subject.plan.operations.cost_guardrails if subject.plan.operations else None
    latest = subject.policy.checklists.thresholds.cost_alert
    for name, what in (("alert_at", "at which share of the budget an alert goes out"), ("owner", "who hears of it")):
        if told is None or getattr(told, name) is None:
            message = f"The cost guardrails do not say {what}"
            yield from absent(subject, "OPS008", "operations", ("cost_guardrails", name), message, f"`{name}`")
    if told is not None and told.alert_at is not None and told.alert_at.base > latest.base:
        message = f"The alert on cost goes out at {told.alert_at} of the budget"
        path = ("cost_guardrails", "alert_at")
        yield Problem("OPS008", message, "operations", path, str(told.alert_at), f"at most {latest}")


@rule(
    "ING011",
    "Failures of pipelines reach somebody on call",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A run that fails at three is a day without data, unless an alert finds a person.",
    reads=("ingestion.pipelines[].on_failure", "operations.alerts[].route", "operations.oncall"),
    applies=lambda subject: bool(
        subject.plan.operations and subject.plan.ingestion and subject.plan.ingestion.pipelines
    ),
    where="there are pipelines, and gate operations",
    fails=(Edit(_FILE, ', route: "#data"', ""),),
)
def failures_are_heard(subject: Subject) -> Iterator[Problem]:
    """Each pipeline names in `on_failure.alert` an alert of gate operations, which has a `route`; and `oncall` names
    the `team` that answers.
    """
    alerts = _alerts(subject)
    for index, pipeline in enumerate(subject.plan.ingestion.pipelines if subject.plan.ingestion else ()):
        name = pipeline.on_failure.alert if pipeline.on_failure else None
        path: Path = ("pipelines", index, "on_failure", "alert")
        if name is None:
            message = f"Nobody hears when pipeline {pipeline.id} fails"
            yield from absent(subject, "ING011", "ingestion", path, message, "`alert`")
        elif name in alerts and alerts[name][1].route is None:
            place, alert = alerts[name]
            message = f"Pipeline {pipeline.id} tells of failures by alert {name}, which has no route"
            cause = "OPS002" if alert.severity == "page" else None
            yield from absent(
                subject, "ING011", "operations", ("alerts", place, "route"), message, "`route`", cause=cause
            )
    oncall = subject.plan.operations.oncall if subject.plan.operations else None
    if oncall is None or oncall.team is None:
        message = "Pipelines fail, and nobody is on call"
        yield from absent(subject, "ING011", "operations", ("oncall", "team"), message, "`oncall.team`")
