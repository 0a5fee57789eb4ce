"""The runbook of the switch: one table with its Gantt bars, the way back, decisions, rehearsals, word to readers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.cutover import Schedule, ScheduledStep
from plangate.model.cutover import Cutover, Rollback, RollbackStep, Step, Switch
from plangate.model.plan import Plan
from plangate.render import gantt
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table, text
from plangate.render.links import Links, anchor
from plangate.render.page import Page, Section
from plangate.render.parts import PartWriter
from plangate.render.template import fill
from plangate.render.values import clock_text, duration_text, moment_text, percent_text, quantity_text

_NO_SWITCH = "Gate cutover has no steps yet, so there is no runbook."


def runbook_page(plan: Plan, schedule: Schedule | None, links: Links) -> Page:
    """Give the page of the runbook: figures, steps, rollback, decisions, rehearsals, communication, contingencies."""
    cutover = plan.cutover
    sections: list[Section] = []
    if cutover is not None and cutover.cutover is not None and schedule is not None:
        writer = PartWriter(plan, "cutover", links)
        sections = [
            Section("pg-steps", "Steps", steps_table(plan, schedule, links)),
            Section("pg-rollback", "Rollback", _rollback(cutover, writer)),
            *_decisions(cutover.cutover, writer),
            *_rehearsals(cutover),
            *_comms(cutover, cutover.cutover, writer),
            *_contingencies(cutover, writer),
        ]
    return Page(
        title=f"Cutover runbook: {plan.title}",
        description=f"Step by step through the switch of {plan.title}, with the way back.",
        sections=tuple(sections),
        intro=runbook_figures(plan, schedule),
    )


def runbook(plan: Plan, schedule: Schedule | None, links: Links) -> Markup:
    """Give the figures and the steps, for use inside another page."""
    if schedule is None or plan.cutover is None or plan.cutover.cutover is None:
        return paragraph(_NO_SWITCH)
    return Markup("<div>{}{}</div>").format(runbook_figures(plan, schedule), steps_table(plan, schedule, links))


def runbook_figures(plan: Plan, schedule: Schedule | None) -> Markup:
    """Give window, critical path, buffer, point of no return and last safe decision; times in UTC."""
    switch = plan.cutover.cutover if plan.cutover else None
    if switch is None or schedule is None:
        return paragraph(_NO_SWITCH)
    if schedule.cycle:
        return paragraph(f"These steps wait for each other, so no time can be computed: {' → '.join(schedule.cycle)}.")
    first = _first(switch, schedule)
    return figures(
        [
            ("Window", _window(switch)),
            ("Critical path", _critical_path(schedule)),
            ("At most", duration_text(schedule.duration_max)),
            ("Buffer", _buffer(schedule)),
            ("Point of no return", _point(switch, schedule, first)),
            ("Last safe rollback decision", _last_decision(switch, schedule, first)),
        ]
    )


def _first(switch: Switch, schedule: Schedule) -> datetime | None:
    return schedule.t0 or (switch.window.start if switch.window else None)


def _window(switch: Switch) -> str:
    if switch.window is None:
        return NOTHING
    start, end = switch.window.start, switch.window.end
    until = moment_text(end) if (end - start) > timedelta(days=6) else f"{moment_text(end)[:3]} {end:%H:%M} UTC"
    return f"{moment_text(start).removesuffix(' UTC')} → {until}"


def _critical_path(schedule: Schedule) -> str:
    return f"{duration_text(schedule.duration_expected)} · {len(schedule.critical_path)} of {len(schedule.steps)} steps"


def _buffer(schedule: Schedule) -> str:
    if schedule.buffer_seconds is None:
        return NOTHING
    share = f" ({percent_text(schedule.buffer_share)})" if schedule.buffer_share is not None else ""
    return f"{duration_text(schedule.buffer_seconds)}{share}"


def _point(switch: Switch, schedule: Schedule, first: datetime | None) -> str:
    point = switch.point_of_no_return
    if point is None:
        return NOTHING
    if point.none is not None:
        return f"none: {point.none}"
    at = schedule.point_of_no_return_at
    return f"end of {point.after}" + (f" at {clock_text(at, first)}" if at and first else "")


def _last_decision(switch: Switch, schedule: Schedule, first: datetime | None) -> str:
    if schedule.last_safe_decision is None:
        return NOTHING
    step, until = schedule.last_safe_decision
    return f"{step}, over at {clock_text(until, first)}" if first else step


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the steps' table, as its template takes it."""

    id: str
    step: str
    what: str
    badge: str
    tone: str
    downtime: bool
    owner: str
    start: str
    minutes: str
    after: Markup
    rollback: Markup
    critical: bool
    slack: str
    x: float
    w: float
    hatch: str
    whisker: str
    below: str


def steps_table(plan: Plan, schedule: Schedule, links: Links) -> Markup:
    """Give the steps in the order of the file, each with its bar; the critical ones by bar and by word."""
    switch = plan.cutover.cutover if plan.cutover else None
    if switch is None or not schedule.steps or schedule.t0 is None:
        return paragraph(_NO_SWITCH)
    moments = [schedule.t0, *(step.end_at for step in schedule.steps)]
    moments += [switch.window.start, switch.window.end] if switch.window else []
    shown = gantt.axis(moments)
    restore = restore_times(switch, plan.cutover.rollback if plan.cutover else None)
    point = switch.point_of_no_return
    lines = [
        _line(step, schedule, shown, restore.get(step.step.id), point.after if point else None)
        for step in schedule.steps
    ]
    why = f": {point.why}" if point is not None and point.why else ""
    at = schedule.point_of_no_return_at
    if at is not None and point is not None:
        said = f"▲ Point of no return at {clock_text(at, schedule.t0)}{why}"
        lines = [_with_below(line, said) if line.step == point.after else line for line in lines]
    return fill(
        "runbook",
        caption=f"Steps of the switch of {plan.title}; times in UTC, +1 is the next day",
        width=gantt.WIDTH,
        ticks=gantt.ticks(shown),
        rows=lines,
        line=shown.x(at) if at is not None else None,
    )


def _with_below(line: _Line, said: str) -> _Line:
    return replace(line, below=said)


def _line(
    found: ScheduledStep, schedule: Schedule, shown: gantt.Axis, back: "Restore | None", point: str | None
) -> _Line:
    step = found.step
    first = schedule.t0 or found.start_at
    decision, no_return = step.kind_ == "go_no_go", step.id == point
    x, end = shown.x(found.start_at), shown.x(found.end_at)
    width = max(round(end - x, 1), 2)
    late = shown.x(found.end_at + timedelta(seconds=float(found.slack)))
    plain = not (found.critical or decision or no_return)
    return _Line(
        id=anchor("step", step.id),
        step=step.id,
        what=step.name or NOTHING,
        badge="▲ Point of no return" if no_return else "◆ Go / no-go" if decision else "",
        tone=" ".join(["pg-critical-step"] * found.critical + ["pg-ponr"] * no_return + ["pg-go"] * decision),
        downtime=bool(step.downtime),
        owner=step.decision_owner or step.owner or NOTHING,
        start=clock_text(found.start_at, first),
        minutes=_minutes(found.early_finish - found.early_start),
        after=joined((link(name, f"#{anchor('step', name)}") for name in step.after), ", ") or Markup("—"),
        rollback=_way_back(step, back),
        critical=found.critical,
        slack=duration_text(found.slack),
        x=x,
        w=width,
        hatch=gantt.hatch(x, width) if plain else "",
        whisker="" if found.critical else gantt.whisker(round(x + width, 1), late),
        below="",
    )


def _minutes(seconds: Decimal | float) -> str:
    return f"{Decimal(seconds) / 60:,.1f}".removesuffix(".0")


def _way_back(step: Step, back: "Restore | None") -> Markup:
    if step.rollback is not None:
        shown = link(step.rollback, f"#{anchor('rollback_step', step.rollback)}")
        return shown + (
            Markup(" <small>back in {}</small>").format(duration_text(back.seconds)) if back else Markup("")
        )
    if step.reversible is False or step.forward_fix:
        return Markup("roll forward") + (
            Markup(" <small>{}</small>").format(text(step.forward_fix)) if step.forward_fix else Markup("")
        )
    return Markup("—")


@dataclass(frozen=True, slots=True)
class Restore:
    """The way back from a step: the rollback steps that it takes, and their longest path at most, in seconds."""

    steps: tuple[str, ...]
    seconds: Decimal


def restore_times(switch: Switch, rollback: Rollback | None) -> Mapping[str, Restore]:
    """Give for each step how long the way back takes once it ran: what undoes it and everything before it.

    The length is the longest path through these rollback steps by `after`, each at its maximum.
    """
    if rollback is None:
        return {}
    before = _before(switch)
    found = {}
    for step in switch.steps:
        done = before[step.id] | {step.id}
        needed = {back.id: back for back in rollback.steps if done & set(back.undoes)}
        if needed:
            found[step.id] = Restore(tuple(needed), max(_length(name, needed, ()) for name in needed))
    return found


def _before(switch: Switch) -> dict[str, frozenset[str]]:
    direct = {step.id: step.after for step in switch.steps}
    closed: dict[str, frozenset[str]] = {}
    for name in direct:
        seen: set[str] = set()
        open_ = list(direct[name])
        while open_:
            earlier = open_.pop()
            if earlier not in seen:
                seen.add(earlier)
                open_ += direct.get(earlier, ())
        closed[name] = frozenset(seen)
    return closed


def _length(name: str, steps: Mapping[str, RollbackStep], above: tuple[str, ...]) -> Decimal:
    step = steps[name]
    own = step.max or step.expected
    waits = [_length(other, steps, (*above, name)) for other in step.after if other in steps and other not in above]
    return (own.base if own else Decimal(0)) + max(waits, default=Decimal(0))


def _rollback(cutover: Cutover, writer: PartWriter) -> Markup:
    back = cutover.rollback
    if back is None:
        return Markup("<p>{}</p>").format(writer.declined(("rollback",)) or NOTHING)
    heads = [
        Head("Step"),
        Head("What"),
        Head("Owner"),
        Head("After"),
        Head("Expected", "number"),
        Head("At most", "number"),
        Head("Undoes"),
        Head("How it is seen"),
    ]
    rows = [
        Row(
            [
                Cell(Markup('<span class="pg-tick" aria-hidden="true"></span>{}').format(step.id)),
                step.name or NOTHING,
                step.owner or NOTHING,
                _names("rollback_step", step.after),
                quantity_text(step.expected) if step.expected else NOTHING,
                quantity_text(step.max) if step.max else NOTHING,
                _names("step", step.undoes),
                step.verify or NOTHING,
            ],
            anchor("rollback_step", step.id),
        )
        for step in back.steps
    ]
    known = figures(
        [
            ("Decided by", back.decision_owner or NOTHING),
            ("At most", quantity_text(back.max) if back.max else NOTHING),
            ("Possible for", quantity_text(back.available_for) if back.available_for else NOTHING),
            ("Data written after the switch", (back.written_after_switch or "").replace("_", " ") or NOTHING),
            ("Tested", back.tested.isoformat() if back.tested else NOTHING),
        ]
    )
    triggers = (
        writer.elements(back.triggers, ("rollback", "triggers"), "What makes us go back")
        if back.triggers
        else Markup("")
    )
    return known + triggers + table("Rollback steps", heads, rows)


def _names(kind: str, names: tuple[str, ...]) -> Markup:
    return joined((link(name, f"#{anchor(kind, name)}") for name in names), ", ") or Markup("—")


def _decisions(switch: Switch, writer: PartWriter) -> list[Section]:
    rows = []
    for index, step in enumerate(switch.steps):
        if step.kind_ == "go_no_go":
            path = ("cutover", "steps", index, "criteria")
            criteria = writer.inline(step.criteria, path) if step.criteria else NOTHING
            missing = {"no_go": "no-go", "go": "go"}.get(step.if_missing or "", NOTHING)
            rows.append(
                Row(
                    [
                        link(step.id, f"#{anchor('step', step.id)}"),
                        step.name or NOTHING,
                        step.decision_owner or NOTHING,
                        str(step.quorum or 1),
                        missing,
                        criteria,
                    ]
                )
            )
    heads = ["Step", "Decision", "Decided by", Head("Quorum", "number"), "If an answer is missing", "Criteria"]
    return (
        [Section("pg-decisions", "Go / no-go", table("Decisions to go on", heads, rows, hidden=True))] if rows else []
    )


def _rehearsals(cutover: Cutover) -> list[Section]:
    """Planned against measured, per step and rehearsal, with the deviation from what is expected."""
    if not cutover.rehearsals or cutover.cutover is None:
        return []
    back = cutover.rollback.steps if cutover.rollback else ()
    planned: list[Step | RollbackStep] = [*cutover.cutover.steps, *back]
    runs = cutover.rehearsals
    heads: list[Head | str] = ["Step", Head("Expected", "number"), Head("At most", "number")]
    heads += [Head(f"{run.date or 'no date'}, {run.environment or 'environment not stated'}", "number") for run in runs]
    rows = []
    for step in planned:
        measured = [run.measured.get(step.id) for run in runs]
        if any(measured):
            cells = [_deviation(value.base if value else None, step) for value in measured]
            ends = [quantity_text(value) if value else NOTHING for value in (step.expected, step.max)]
            rows.append(Row([step.id, *ends, *cells]))
    results = figures(
        (
            f"{run.date or 'no date'}",
            f"{(run.result or 'no result').replace('_', ' ')}" + (f": {run.deviations}" if run.deviations else ""),
        )
        for run in runs
    )
    return [Section("pg-rehearsals", "Rehearsals", results + table("Planned and measured", heads, rows))]


def _deviation(seconds: Decimal | None, step: Step | RollbackStep) -> Cell:
    if seconds is None:
        return Cell(Markup("—"))
    shown = duration_text(seconds)
    if step.expected is None or not step.expected.base:
        return number(shown, seconds)
    share = seconds / step.expected.base - 1
    signed = f"{'+' if share > 0 else ''}{percent_text(share)}"
    over = step.max is not None and seconds > step.max.base
    remark = Markup(" <small>{}{}</small>").format(signed, ", over its maximum" if over else "")
    return Cell(text(shown) + remark, str(seconds), "pg-over" if over else "")


def _comms(cutover: Cutover, switch: Switch, writer: PartWriter) -> list[Section]:
    if not cutover.comms:
        return []
    rows = []
    for entry in cutover.comms:
        when = NOTHING
        if entry.offset is not None:
            told = switch.t0 + timedelta(seconds=float(entry.offset.base)) if switch.t0 else None
            when = text(moment_text(told)) if told else text(quantity_text(entry.offset))
        audience = entry.audience or ""
        rows.append(
            Row(
                [
                    link(audience, writer.links.element(("consumer", "team", "plan"), audience)) or NOTHING,
                    entry.channel or NOTHING,
                    Cell(when, str(entry.offset.base) if entry.offset else None),
                    entry.message or NOTHING,
                    entry.owner or NOTHING,
                ]
            )
        )
    heads = ("Who is told", "Channel", "When", "What", "By")
    return [Section("pg-comms", "Communication", table("Communication", heads, rows, hidden=True))]


def _contingencies(cutover: Cutover, writer: PartWriter) -> list[Section]:
    if not cutover.contingencies:
        return []
    body = writer.elements(cutover.contingencies, ("contingencies",), "If something else happens")
    return [Section("pg-contingencies", "Contingencies", body)]
