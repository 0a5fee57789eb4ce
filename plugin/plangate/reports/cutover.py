"""The switch as data and as lines for people: schedule, decisions, ways back, and who is wanted twice."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from plangate.analysis.agenda import Agenda, Decision, Entry, agenda, zone_of
from plangate.analysis.amount import amount, duration_text
from plangate.analysis.facts import Facts
from plangate.analysis.rehearsed import Rehearsed, measured
from plangate.analysis.rollback import Restore
from plangate.model.cutover import Freeze, PointOfNoReturn
from plangate.model.quantity import Quantity
from plangate.model.unit import Dimension
from plangate.reports.lines import line
from plangate.reports.rehearsed import heading, path_lines
from plangate.reports.values import number, plain

_SECONDS: Dimension = (("s", 1),)
_STRETCHES = frozenset({"early_start", "early_finish", "late_start", "late_finish", "max_start", "max_finish"})


def cutover_data(facts: Facts, zone: str | None = None) -> dict[str, Any] | None:
    """Give the schedule with every stretch of time as a duration, moments in UTC, and the zone that people want."""
    schedule, gate = facts.cutover, facts.plan.cutover
    switch = gate.cutover if gate is not None else None
    if schedule is None or switch is None:
        return None
    data: dict[str, Any] = plain(schedule)
    for name in ("begin", "duration_expected", "duration_max", "window_seconds"):
        data[name.removesuffix("_seconds")] = seconds(data.pop(name))
    data["buffer"] = seconds(schedule.buffer_seconds)
    found = agenda(facts)
    restores = facts.way_back.after if facts.way_back is not None else {}
    data["steps"] = [
        {name: seconds(value) if name in _STRETCHES else value for name, value in step.items()}
        | {"slack": seconds(scheduled.slack), "restore": _restore(restores.get(scheduled.step.id))}
        for step, scheduled in zip(data["steps"], schedule.steps, strict=True)
    ]
    return data | {
        "zone": zone or zone_of(switch),
        "freeze": _freeze(switch.freeze),
        "downtime": seconds(schedule.downtime),
        "downtime_budget": number(switch.downtime_budget) if switch.downtime_budget is not None else None,
        "first_decision": _decision(found.first_decision) if found is not None else None,
        "rollback_by": plain(found.rollback_by) if found is not None else None,
        "overlaps": [
            {
                "owner": entry.owner,
                "first": entry.first,
                "second": entry.second,
                "shared": seconds(entry.end - entry.begin),
            }
            for entry in facts.overlaps
        ],
        "rehearsals": [_rehearsed(run) for run in measured(facts)],
    }


def _rehearsed(found: Rehearsed) -> dict[str, Any]:
    schedule = found.schedule
    return {
        "date": plain(found.rehearsal.date),
        "environment": found.rehearsal.environment,
        "result": found.rehearsal.result,
        "duration": seconds(schedule.duration_expected) if schedule is not None else None,
        "buffer": seconds(schedule.buffer_seconds) if schedule is not None else None,
        "critical_path": list(schedule.critical_path) if schedule is not None else None,
        "not_measured": list(found.missing),
        "steps": [
            {
                "step": step.id,
                "took": number(amount(step.took, _SECONDS)),
                "share": plain(step.share),
                "over_maximum": step.over,
            }
            for step in found.steps
            if step.took is not None
        ],
    }


def seconds(value: int | None) -> dict[str, Any] | None:
    """Give whole seconds as a number with its text."""
    return None if value is None else number(amount(Decimal(value), _SECONDS))


def _freeze(freeze: Freeze | None) -> dict[str, Any] | None:
    if freeze is None:
        return None
    return {"start": plain(freeze.start), "end": plain(freeze.end), "systems": list(freeze.systems)}


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    return None if decision is None else {"step": decision.step, "at": plain(decision.at)}


def _restore(restore: Restore | None) -> dict[str, Any] | None:
    if restore is None:
        return None
    return {
        "steps": list(restore.steps),
        "expected": number(amount(restore.expected, _SECONDS)),
        "most": number(amount(restore.most, _SECONDS)),
        "left": number(amount(restore.left, _SECONDS)) if restore.left is not None else None,
        "in_time": restore.in_time,
    }


def cutover_lines(facts: Facts, zone: str | None = None) -> Iterator[str]:
    """Give the switch in the order of time, in the plan's zone or another: figures, then a line a step."""
    schedule, found = facts.cutover, agenda(facts)
    if schedule is not None and schedule.cycle:
        yield line("- ", f"cutover: these steps wait for each other: {' → '.join(schedule.cycle)}")
        return
    if found is None:
        yield line("- ", "cutover: no steps with a time yet")
        return
    shown = zone or found.zone
    yield line("- ", f"cutover: {_length(found)}")
    yield line("  - ", f"times in {shown}; t0 is {_moment(found, found.t0, shown)}")
    yield from (line("  - ", told) for told in _figures(found, shown))
    for overlap in found.overlaps:
        shared = duration_text(Decimal(overlap.end - overlap.begin))
        yield line("  - ", f"✕ {overlap.owner} has {overlap.first} and {overlap.second} at one time, for {shared}")
    for run in measured(facts):
        yield line("  - ", f"{heading(run)}: {'; '.join(path_lines(run))}")
    yield line("  - ", "steps:")
    for entry in found.entries:
        yield line("    - ", _step(found, entry, shown))


def _length(found: Agenda) -> str:
    schedule = found.schedule
    told = duration_text(Decimal(schedule.duration_expected))
    if schedule.window_seconds is not None and schedule.buffer_seconds is not None:
        left = schedule.buffer_seconds
        told += f" of a window of {duration_text(Decimal(schedule.window_seconds))}, "
        told += (
            f"begun {duration_text(Decimal(schedule.idle_seconds))} after it opens, " if schedule.idle_seconds else ""
        )
        told += f"{duration_text(Decimal(left))} left" if left >= 0 else f"✕ {duration_text(Decimal(-left))} too long"
    return f"{told}; at most {duration_text(Decimal(schedule.duration_max))}"


def _figures(found: Agenda, zone: str) -> Iterator[str]:
    schedule, switch = found.schedule, found.switch
    yield f"critical path: {' → '.join(schedule.critical_path)}"
    if switch.freeze is not None:
        frozen = f" of {', '.join(switch.freeze.systems)}" if switch.freeze.systems else ""
        start, end = (_moment(found, at, zone) for at in (switch.freeze.start, switch.freeze.end))
        yield f"freeze{frozen}: {start} to {end}"
    yield f"downtime: {_downtime(schedule.downtime, switch.downtime_budget)}"
    if found.first_decision is not None:
        yield f"first go/no-go: {found.first_decision.step} at {_moment(found, found.first_decision.at, zone)}"
    if found.last_safe is not None:
        yield f"last safe decision: {found.last_safe.step}, over at {_moment(found, found.last_safe.at, zone)}"
    if found.rollback_by is not None:
        yield f"a rollback begins at the latest at {_moment(found, found.rollback_by, zone)}"
    if switch.point_of_no_return is not None:
        yield f"point of no return: {_point(found, switch.point_of_no_return, zone)}"


def _downtime(spent: int, budget: Quantity | None) -> str:
    told = duration_text(Decimal(spent))
    if budget is None:
        return told
    return f"{told} of at most {budget}" + (": ✕ too long" if spent > budget.base else "")


def _point(found: Agenda, point: PointOfNoReturn, zone: str) -> str:
    if point.after is None:
        return f"none: {point.none}"
    at = found.schedule.point_of_no_return_at
    return f"the end of {point.after}" + (f", {_moment(found, at, zone)}" if at is not None else "")


def _step(found: Agenda, entry: Entry, zone: str) -> str:
    step, scheduled = entry.step, entry.scheduled
    owner = step.decision_owner or step.owner
    parts = [
        f"{_moment(found, scheduled.start_at, zone)} {step.id}{f' {step.name}' if step.name else ''}",
        *([owner] if owner else []),
        duration_text(Decimal(scheduled.early_finish - scheduled.early_start)),
        "critical" if scheduled.critical else f"slack {duration_text(Decimal(scheduled.slack))}",
        *(["downtime"] if step.downtime else []),
    ]
    return f"{', '.join(parts)}; {_back(entry)}"


def _back(entry: Entry) -> str:
    if entry.turns:
        return "▲ no way back from its end on"
    if entry.restore is None:
        if entry.after_turn or entry.step.forward_fix:
            return "forward only"
        return "nothing to undo" if entry.step.kind_ in {"go_no_go", "comms"} else "✕ no way back"
    late = ": ✕ too late" if entry.restore.in_time is False else ""
    return f"back by {' → '.join(entry.restore.steps)} in at most {duration_text(entry.restore.most)}{late}"


def _moment(found: Agenda, moment: datetime, zone: str) -> str:
    return f"{found.local(moment, zone):%Y-%m-%d %H:%M{':%S' if moment.second else ''}}"
