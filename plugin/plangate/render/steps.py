"""The steps of the switch as one table whose last column is the Gantt chart."""

from datetime import timedelta

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.cutover import Schedule, ScheduledStep
from plangate.analysis.facts import Facts
from plangate.analysis.rollback import Restore
from plangate.model.cutover import Step, Switch
from plangate.render import gantt
from plangate.render.fragments import EMPTY, NOTHING, joined, link, paragraph
from plangate.render.links import anchor
from plangate.render.template import fill
from plangate.render.values import clock_text, duration_text, grouped
from plangate.render.zones import clock, other_zones, stamp

NO_SWITCH = "Gate cutover has no steps with a time yet, so there is no runbook."


class _Line(Struct, frozen=True):
    """A row of the steps' table, as its template takes it."""

    id: str
    step: str
    what: str
    badge: str
    tone: str
    downtime: bool
    command: str
    verify: str
    owner: str
    backup: str
    start: Markup
    minutes: str
    most: str
    after: Markup
    rollback: Markup
    critical: bool
    slack: str
    latest: Markup
    x: float
    w: float
    hatch: str
    whisker: str
    below: str


def shown_axis(switch: Switch, schedule: Schedule) -> gantt.Axis:
    """Give the stretch of time that the chart shows: the window and every step that is not over before it opens."""
    begin = schedule.begin_at
    moments = [schedule.t0, begin, *(step.end_at for step in schedule.steps if step.end_at > begin)]
    return gantt.axis(moments + ([switch.window.start, switch.window.end] if switch.window else []))


def steps_table(facts: Facts) -> Markup:
    """Give the steps in the order of the file, each with its bar; the critical ones by bar and by word."""
    plan, schedule = facts.plan, facts.cutover
    switch = plan.switch
    if switch is None or schedule is None or not schedule.steps:
        return paragraph(NO_SWITCH)
    shown = shown_axis(switch, schedule)
    restore = facts.way_back.after if facts.way_back is not None else {}
    lines = [_line(step, schedule, switch, shown, restore.get(step.step.id)) for step in schedule.steps]
    point = switch.point_of_no_return
    why = f": {point.why}" if point is not None and point.why else ""
    at = schedule.point_of_no_return_at
    if at is not None and point is not None:
        said = f"▲ Point of no return at {clock_text(at, schedule.t0)}{why}"
        lines = [replace(line, below=said) if line.step == point.after else line for line in lines]
    return fill(
        "runbook",
        caption=f"Steps of the switch of {plan.title}; times in {', '.join(['UTC', *other_zones(switch)])}, "
        "+1 is the next day",
        width=gantt.WIDTH,
        ticks=gantt.ticks(shown),
        rows=lines,
        line=shown.x(at) if at is not None else None,
    )


def _line(found: ScheduledStep, schedule: Schedule, switch: Switch, shown: gantt.Axis, back: Restore | None) -> _Line:
    step = found.step
    point = switch.point_of_no_return
    decision, no_return = step.kind_ == "go_no_go", point is not None and step.id == point.after
    x, end = shown.x(found.start_at), shown.x(found.end_at)
    width = max(round(end - x, 1), 2)
    expected, most = found.early_finish - found.early_start, found.max_finish - found.max_start
    slip = timedelta(seconds=found.slack)
    late_start, late = found.start_at + slip, shown.x(found.end_at + slip)
    plain = not (found.critical or decision or no_return)
    return _Line(
        id=anchor("step", step.id),
        step=step.id,
        what=step.name or NOTHING,
        badge="▲ Point of no return" if no_return else "◆ Go / no-go" if decision else "",
        tone=" ".join(["pg-critical-step"] * found.critical + ["pg-ponr"] * no_return + ["pg-go"] * decision),
        downtime=bool(step.downtime),
        command=step.command or "",
        verify=step.verify or "",
        owner=step.decision_owner or step.owner or NOTHING,
        backup=step.backup or "",
        start=clock(found.start_at, schedule.t0, switch),
        minutes=_minutes(expected),
        most=_minutes(most) if most > expected else "",
        after=joined((link(name, f"#{anchor('step', name)}") for name in step.after), ", ") or Markup("—"),
        rollback=_way_back(step, back),
        critical=found.critical,
        slack=duration_text(found.slack),
        latest=stamp(late_start, clock_text(late_start, schedule.t0)),
        x=x,
        w=width,
        hatch=gantt.hatch(x, width) if plain else "",
        whisker="" if found.critical else gantt.whisker(round(x + width, 1), late),
        below="",
    )


def _minutes(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return grouped(minutes) if not rest else f"{seconds / 60:,.1f}"


def _way_back(step: Step, back: Restore | None) -> Markup:
    time = Markup(" <small>back in {}</small>").format(duration_text(back.most)) if back else EMPTY
    if step.rollback is not None:
        return link(step.rollback, f"#{anchor('rollback_step', step.rollback)}") + time
    if step.reversible is False or step.forward_fix:
        return Markup("roll forward")
    return time or Markup("—")
