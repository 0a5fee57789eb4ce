"""Gate operations: objectives that the design can meet, and outages that end in time."""

from collections.abc import Iterator
from decimal import Decimal

from plangate.analysis.freshness import Need
from plangate.analysis.timeline import midnight
from plangate.checks.ages import AGES, asked, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.operations import Alert, Slo
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken

_BEFORE = "oncall: {team: data_oncall"
_SLO = (
    "slos: [{id: orders_fresh, sli: freshness, dataset: mart.orders, target: 30 h, objective: 99 %, window: 30 d, "
    "alerts: [orders_late]}]\n"
)
_ALERT = Edit("08-operations.yml", "by 09:00 UTC,", "by 09:00 UTC, signal: freshness, threshold: 28 h,")
_OUTAGE = Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], tolerated_outage: 2 d")


def _edit(text: str) -> Edit:
    return Edit("08-operations.yml", _BEFORE, text + _BEFORE)


def _slos(subject: Subject) -> tuple[Slo, ...]:
    return subject.plan.operations.slos if subject.plan.operations else ()


@rule(
    "OPS003",
    "Objectives have an error budget, and alerts come before it is spent",
    tiers=FROM_B,
    core=False,
    reason="An objective of 100 % is missed on its first day, and an alert at the limit comes when it is too late.",
    reads=("operations.slos", "operations.alerts", "sources.freshness"),
    applies=lambda subject: bool(_slos(subject)),
    where="there are objectives",
    fails=(_edit(_SLO.replace("99 %", "100 %")), _ALERT),
    passes=(_edit(_SLO), _ALERT),
)
def error_budgets(subject: Subject) -> Iterator[Problem]:
    """Each objective is below 100 % and has a window, so that there is a budget; one of the alerts of a freshness
    objective fires at a smaller age than its target.
    """
    targets = {(need.gate, need.path[:2]): need for need in subject.facts.freshness.of("slo")}
    for slo, budget in zip(_slos(subject), subject.facts.availability.budgets, strict=True):
        path: Path = ("slos", budget.index)
        if budget.budget is None:
            if not subject.refused("operations.slos[].objective", "operations.slos[].window"):
                lacks = "objective" if slo.objective is None else "window"
                message = f"SLO {slo.id} has no {lacks}, so nobody knows when its budget is spent"
                yield Problem("OPS003", message, "operations", path, f"no {lacks}", f"`{lacks}`")
        elif budget.budget.value.base <= 0:
            message = f"SLO {slo.id} allows no time at all to be missed in {slo.window}"
            yield Problem("OPS003", message, "operations", (*path, "objective"), str(slo.objective), "below 100 %")
        if slo.sli == "freshness":
            yield from _early(subject, slo, path, targets.get(("operations", path)))


def _early(subject: Subject, slo: Slo, path: Path, need: Need | None) -> Iterator[Problem]:
    """Judge the alerts of a freshness objective: one of them has to fire before its target."""
    if need is None:
        if not subject.refused("operations.slos[].target", "operations.slos[].dataset", "sources.freshness"):
            message = f"SLO {slo.id} says nowhere how old data may be: it has no target, and its dataset no promise"
            yield Problem("OPS003", message, "operations", path, "no target", "`target`")
        return
    alerts = {entry.id: entry for entry in (subject.plan.operations.alerts if subject.plan.operations else ())}
    named = [alerts[name] for name in slo.alerts if name in alerts]
    bounds = [(age, entry.threshold) for entry in named if (age := _age_of(entry, need.need)) is not None]
    if any(age < need.need.base for age, _ in bounds) or subject.refused("operations.alerts[]"):
        return
    _, earliest = min(bounds, key=lambda bound: bound[0], default=(None, None))
    lacks = f"its first alert fires at {earliest}" if earliest else "no alert of it has an age as its `threshold`"
    yield Problem(
        "OPS003",
        f"SLO {slo.id} is missed at {need.need}, and {lacks}",
        "operations",
        path,
        str(earliest) if earliest else "no threshold",
        f"an alert with a `threshold` below {need.need}",
    )


def _age_of(alert: Alert, target: Quantity) -> Decimal | None:
    """Give the age in seconds at which an alert fires, as told or as a share of the target; None where it watches no
    age."""
    told = alert.threshold
    if told is None or alert.signal not in {None, "freshness", "latency", "lag", "run"}:
        return None
    if told.dimension == target.dimension:
        return told.base
    return told.base * target.base if not told.dimension and alert.signal in {None, "freshness"} else None


_RECOVERY = "recovery: {rpo: 24 h, rto: 4 h, backup_every: 24 h, restore_throughput: 50 MB/s}\n"


def _may_be_lost(subject: Subject) -> bool:
    return subject.plan.operations is not None and ("operations", ("recovery",)) not in subject.plan.not_applicable


@rule(
    "OPS004",
    "A restore ends in its time and loses no more than agreed",
    scope="plan",
    tiers=FROM_B,
    reason="An objective that nobody divided by the speed of a restore is a wish.",
    reads=("operations.recovery", "capacity.workloads", "sources.sources[].datasets"),
    applies=_may_be_lost,
    where="gate operations is there and does not decline recovery",
    fails=(_edit(_RECOVERY.replace("backup_every: 24 h", "backup_every: 48 h")),),
    passes=(_edit(_RECOVERY),),
)
def restores_in_time(subject: Subject) -> Iterator[Problem]:
    """Restoring everything that is stored at go-live, at the throughput of a restore, takes at most the `rto`; at the
    horizon too, or there is a warning. The time between two backups is at most the `rpo`.
    """
    found = subject.facts.recovery
    if found is None:
        if not subject.refused("operations.recovery"):
            message = "Nothing says how long a restore may take and how much it may lose"
            yield Problem(
                "OPS004",
                message,
                "operations",
                (),
                None,
                "a `recovery` with `rto`, `rpo`, `backup_every` and `restore_throughput`",
                absent=True,
            )
        return
    path: Path = ("recovery",)
    names = ("rto", "rpo", "backup_every", "restore_throughput")
    missing = [
        f"`{name}`"
        for name in names
        if getattr(found.recovery, name) is None
        and not subject.refused(f"operations.recovery.{name}")
        and ("operations", (*path, name)) not in subject.plan.not_applicable
    ]
    if missing:
        message = f"Whether a restore ends in time cannot be told without {spoken(missing)}"
        yield Problem("OPS004", message, "operations", path, None, spoken(missing))
    for when, takes, severity in (
        ("at go-live", found.at_go_live, None),
        ("at the horizon", found.at_horizon, "warning"),
    ):
        if takes is not None and found.rto is not None and takes.value.base > found.rto.value.base:
            message = f"Restoring what is stored {when} takes {takes}, {found.rto.value} are allowed"
            limit = f"at most {found.rto.value}"
            yield Problem("OPS004", message, "operations", (*path, "rto"), str(takes), limit, severity=severity)
            break
    if found.loses is not None and found.rpo is not None and found.loses.value.base > found.rpo.value.base:
        message = f"A backup every {found.loses.value} may lose that much; {found.rpo.value} are allowed"
        limit = f"at most {found.rpo.value}"
        yield Problem("OPS004", message, "operations", (*path, "backup_every"), str(found.loses.value), limit)


@rule(
    "OPS006",
    "Freshness objectives lie between the worst age and the needs",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Tighter than the design it is always missed, looser than the need it is kept while readers complain.",
    reads=(*AGES, "operations.slos", "sources.freshness", "context.consumers"),
    applies=asked("slo"),
    where="an objective of freshness is set, and gate ingestion is there",
    fails=(_edit(_SLO.replace("target: 30 h", "target: 20 h")),),
    passes=(_edit(_SLO),),
)
def objectives_fit(subject: Subject) -> Iterator[Problem]:
    """The target of each freshness objective is at least the worst age of its dataset, and at most what each consumer
    of the dataset needs.
    """
    facts = subject.facts.freshness
    for need in facts.of("slo"):
        yield from unmet("OPS006", subject, [need], f"SLO {need.name} aims at {need.need}")
        for consumer in facts.of("consumer"):
            if consumer.dataset == need.dataset and consumer.need.base < need.need.base:
                yield Problem(
                    "OPS006",
                    f"SLO {need.name} lets {need.dataset} be {need.need} old, consumer {consumer.name} needs it at "
                    f"most {consumer.need} old",
                    need.gate,
                    need.path,
                    str(need.need),
                    f"at most {consumer.need}",
                )


@rule(
    "OPS007",
    "Outages are noticed and repaired before a consumer suffers",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Who can do without fresh data for eight hours must not wait for ten.",
    reads=(
        "context.consumers[].tolerated_outage",
        "context.consumers[].reads",
        "contracts.contracts[].sla",
        "contracts.contracts[].dataset",
        "operations.time_to_detect",
        "operations.time_to_repair",
        "quality.checks[].schedule",
    ),
    applies=lambda subject: bool(subject.plan.operations and subject.facts.availability.outages),
    where="gate operations is there and a consumer says which outage it bears",
    fails=(_OUTAGE, _edit("time_to_detect: 12 h\ntime_to_repair: 40 h\n")),
    passes=(_OUTAGE, _edit("time_to_detect: 12 h\ntime_to_repair: 30 h\n")),
)
def outages_end(subject: Subject) -> Iterator[Problem]:
    """The time to detect and the time to repair, of the dataset's contract or of the gate, are together at most the
    outage that each reader of the dataset tolerates; and freshness is looked at within the time to detect.
    """
    for outage in subject.facts.availability.outages:
        path: Path = ("consumers", outage.index, "tolerated_outage")
        who = f"Consumer {outage.consumer} can do without fresh data of {outage.dataset} for {outage.tolerated}"
        if outage.length is None:
            if not subject.refused(
                "contracts.contracts[].sla",
                "contracts.contracts[].dataset",
                "operations.time_to_detect",
                "operations.time_to_repair",
            ):
                lacks = "time_to_detect" if outage.detect is None else "time_to_repair"
                message = f"{who}, and no {lacks} is stated"
                yield Problem("OPS007", message, "context", path, "nothing", f"`{lacks}` in the contract or the gate")
        elif outage.length.value.base > outage.tolerated.base:
            message = f"{who}, detecting and repairing takes up to {outage.length}"
            yield Problem("OPS007", message, "context", path, str(outage.length), f"at most {outage.tolerated}")
    looked = {(outage.dataset): outage for outage in subject.facts.availability.outages}
    for dataset, outage in looked.items():
        detect, every = outage.detect, outage.looked
        if detect is not None and every is not None and every.value.base > detect.value.base:
            yield Problem(
                "OPS007",
                f"{dataset} is looked at every {every.value}, so an outage cannot be noticed within {detect.value}",
                every.gate,
                every.path,
                str(every.value),
                f"at most {detect.value}",
            )


@rule(
    "OPS005",
    "Runbooks are drilled before the go-live",
    severity="warning",
    scope="plan",
    tiers=("A",),
    core=False,
    reason="A runbook that nobody followed is a story.",
    reads=("operations.runbooks", "plan.go_live"),
    applies=lambda subject: bool(subject.plan.operations and subject.plan.operations.runbooks),
    where="there are runbooks",
    fails=(Edit("08-operations.yml", "owner: data_team}]\noncall", "owner: data_team}]\noncall"),),
    passes=(
        Edit("08-operations.yml", "owner: data_team}]\noncall", "owner: data_team, drilled: 2027-01-05}]\noncall"),
    ),
)
def drilled(subject: Subject) -> Iterator[Problem]:
    """Each runbook was followed in a drill (`drilled`) by the go-live at the latest."""
    live = subject.plan.header.go_live
    for index, entry in enumerate(subject.plan.operations.runbooks if subject.plan.operations else ()):
        path: Path = ("runbooks", index)
        if entry.drilled is None:
            yield Problem(
                "OPS005",
                f"Runbook {entry.id} was never drilled",
                "operations",
                (*path, "drilled"),
                expected="the day of the last drill",
                absent=True,
            )
        elif live is not None and midnight(entry.drilled) > live:
            yield Problem(
                "OPS005",
                f"Runbook {entry.id} is drilled on {entry.drilled}, after the go-live on {live:%Y-%m-%d}",
                "operations",
                (*path, "drilled"),
                str(entry.drilled),
                f"{live:%Y-%m-%d} or earlier",
            )
