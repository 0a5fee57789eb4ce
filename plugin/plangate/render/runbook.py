"""The runbook of the switch: figures, steps, the way back, decisions, rehearsals, word to readers."""

from collections.abc import Callable
from datetime import timedelta

from markupsafe import Markup

from plangate.analysis.cutover import Schedule
from plangate.analysis.facts import Facts
from plangate.analysis.rollback import WayBack
from plangate.model.cutover import Switch
from plangate.model.plan import Plan
from plangate.render.clock import clock_table, comms_table
from plangate.render.contingency import contingency_matrix, what_if
from plangate.render.decisions import decision_sheets
from plangate.render.follow import follow_panel
from plangate.render.fragments import EMPTY, NOTHING, figures, joined, link, paragraph
from plangate.render.links import Links
from plangate.render.page import Page, Section
from plangate.render.parts import PartWriter
from plangate.render.rehearsal import rehearsal_table
from plangate.render.rollback import restore_table, rollback_table
from plangate.render.steps import NO_SWITCH, steps_table
from plangate.render.values import duration_text, moment_text, percent_text, quantity_text
from plangate.render.zones import clock


def runbook_page(facts: Facts, links: Links) -> Page:
    """Give the page of the runbook: figures, steps, the way back, decisions, the clock, what if, rehearsals.

    Paper gets what stands before the time to restore.
    """
    plan, schedule = facts.plan, facts.cutover
    cutover = plan.cutover
    switch = cutover.cutover if cutover is not None else None
    sections: list[Section] = []
    panel = EMPTY
    if cutover is not None and switch is not None and schedule is not None and schedule.steps:
        writer = PartWriter(plan, "cutover", links)
        panel = follow_panel(plan, switch, schedule)
        sections = [
            Section("pg-runbook-steps", "Steps", steps_table(facts)),
            Section("pg-rollback", "Rollback", rollback_table(cutover, writer)),
            *_parts("pg-decisions", "Go / no-go", decision_sheets(switch, schedule, writer)),
            Section("pg-restore", "Time to restore", restore_table(facts)),
            Section("pg-clock", "On one clock", clock_table(facts)),
            *_if("pg-comms", "Communication", cutover.comms, lambda: comms_table(cutover.comms, switch, writer)),
            *_if(
                "pg-contingencies",
                "Contingencies",
                cutover.contingencies,
                lambda: contingency_matrix(cutover.contingencies, writer),
            ),
            *_parts("pg-what-if", "What if", what_if(facts)),
            *_if("pg-rehearsals", "Rehearsals", cutover.rehearsals, lambda: rehearsal_table(cutover)),
        ]
    return Page(
        title=f"Cutover runbook: {plan.title}",
        description=f"Step by step through the switch of {plan.title}, with the way back.",
        sections=tuple(sections),
        intro=runbook_figures(plan, schedule, facts.way_back) + panel + _jumps(sections),
    )


def _jumps(sections: list[Section]) -> Markup:
    """Give links to the sections behind the steps, which the table of contents makes room for."""
    links = joined((link(section.title, f"#{section.id}") for section in sections[1:]), " · ")
    return Markup('<nav class="pg-jumps" aria-label="Parts of this page">{}</nav>').format(links) if sections else EMPTY


def _if(name: str, title: str, there: object, body: Callable[[], Markup]) -> list[Section]:
    return [Section(name, title, body())] if there else []


def _parts(name: str, title: str, parts: tuple[Section, ...]) -> list[Section]:
    return [Section(name, title, EMPTY, children=parts)] if parts else []


def runbook(facts: Facts) -> Markup:
    """Give the figures and the steps, for use inside another page."""
    schedule = facts.cutover
    if schedule is None:
        return paragraph(NO_SWITCH)
    figures_ = runbook_figures(facts.plan, schedule, facts.way_back)
    return Markup("<div>{}{}</div>").format(figures_, steps_table(facts))


def runbook_figures(plan: Plan, schedule: Schedule | None, back: WayBack | None = None) -> Markup:
    """Give window, critical path, buffer, downtime, point of no return and last safe decision; times in UTC.

    With the way back also how long that takes at most, and until when it may begin.
    """
    switch = plan.switch
    if switch is None or schedule is None:
        return paragraph(NO_SWITCH)
    if schedule.cycle:
        return paragraph(f"These steps wait for each other, so no time can be computed: {' → '.join(schedule.cycle)}.")
    return figures(
        [
            ("Window", _window(switch)),
            ("Critical path", _critical_path(schedule)),
            ("At most", _at_most(schedule)),
            ("Buffer", _buffer(schedule)),
            *_downtime(switch, schedule),
            ("Point of no return", _point(switch, schedule)),
            ("Last safe rollback decision", _last_decision(switch, schedule)),
            *_back(back, schedule, switch),
        ]
    )


def _window(switch: Switch) -> str:
    if switch.window is None:
        return NOTHING
    start, end = switch.window.start, switch.window.end
    until = moment_text(end) if (end - start) > timedelta(days=6) else f"{moment_text(end)[:3]} {end:%H:%M} UTC"
    return f"{moment_text(start).removesuffix(' UTC')} → {until}"


def _critical_path(schedule: Schedule) -> str:
    return f"{duration_text(schedule.duration_expected)} · {len(schedule.critical_path)} of {len(schedule.steps)} steps"


def _at_most(schedule: Schedule) -> str:
    """Give the path of maxima; of the steps, those that are on it and not on the one of what is expected."""
    told = duration_text(schedule.duration_max)
    others = [name for name in schedule.critical_path_max if name not in schedule.critical_path]
    return f"{told} · then {', '.join(others)} decide{'s' * (len(others) == 1)}" if others else f"{told} · same path"


def _buffer(schedule: Schedule) -> str:
    if schedule.buffer_seconds is None:
        return NOTHING
    share = f" ({percent_text(schedule.buffer_share)})" if schedule.buffer_share is not None else ""
    return f"{duration_text(schedule.buffer_seconds)}{share}"


def _point(switch: Switch, schedule: Schedule) -> Markup | str:
    point = switch.point_of_no_return
    if point is None:
        return NOTHING
    if point.none is not None:
        return f"none: {point.none}"
    at = schedule.point_of_no_return_at
    ends = f"end of {point.after}"
    return Markup("{} at {}").format(ends, clock(at, schedule.t0, switch)) if at else ends


def _last_decision(switch: Switch, schedule: Schedule) -> Markup | str:
    if schedule.last_safe_decision is None:
        return NOTHING
    step, until = schedule.last_safe_decision
    return Markup("{}, over at {}").format(step, clock(until, schedule.t0, switch))


def _downtime(switch: Switch, schedule: Schedule) -> list[tuple[str, str]]:
    """Give how long readers see nothing, where that is so or a budget is stated."""
    budget = switch.downtime_budget
    if not schedule.downtime and budget is None:
        return []
    allowed = f" of {quantity_text(budget)}" if budget is not None else ""
    return [("Downtime", f"{duration_text(schedule.downtime)}{allowed}")]


def _back(back: WayBack | None, schedule: Schedule, switch: Switch) -> list[tuple[str, str]]:
    longest = max((entry.most for entry in back.after.values()), default=None) if back is not None else None
    if back is None or longest is None:
        return []
    told = f"at most {duration_text(longest)}"
    if back.latest is None:
        return [("Way back", told)]
    return [("Way back", Markup("{}, begun by {}").format(told, clock(back.latest, schedule.t0, switch)))]
