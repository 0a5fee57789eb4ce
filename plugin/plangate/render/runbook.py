"""The runbook of the switch: figures, steps, the way back, decisions, rehearsals, word to readers."""

from datetime import datetime, timedelta

from markupsafe import Markup

from plangate.analysis.cutover import Schedule
from plangate.model.cutover import Cutover, Switch
from plangate.model.plan import Plan
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, link, paragraph, table, text
from plangate.render.links import Links, anchor
from plangate.render.page import Page, Section
from plangate.render.parts import PartWriter
from plangate.render.rehearsal import rehearsal_table
from plangate.render.rollback import rollback_table
from plangate.render.steps import NO_SWITCH, steps_table
from plangate.render.values import clock_text, duration_text, moment_text, percent_text, quantity_text


def runbook_page(plan: Plan, schedule: Schedule | None, links: Links) -> Page:
    """Give the page of the runbook: figures, steps, rollback, decisions, rehearsals, communication, contingencies."""
    cutover = plan.cutover
    sections: list[Section] = []
    if cutover is not None and cutover.cutover is not None and schedule is not None:
        writer = PartWriter(plan, "cutover", links)
        sections = [
            Section("pg-steps", "Steps", steps_table(plan, schedule)),
            Section("pg-rollback", "Rollback", rollback_table(cutover, writer)),
            *_decisions(cutover.cutover, writer),
            *([Section("pg-rehearsals", "Rehearsals", rehearsal_table(cutover))] if cutover.rehearsals else []),
            *_comms(cutover, cutover.cutover, writer),
            *_contingencies(cutover, writer),
        ]
    return Page(
        title=f"Cutover runbook: {plan.title}",
        description=f"Step by step through the switch of {plan.title}, with the way back.",
        sections=tuple(sections),
        intro=runbook_figures(plan, schedule),
    )


def runbook(plan: Plan, schedule: Schedule | None) -> Markup:
    """Give the figures and the steps, for use inside another page."""
    if schedule is None or plan.cutover is None or plan.cutover.cutover is None:
        return paragraph(NO_SWITCH)
    return Markup("<div>{}{}</div>").format(runbook_figures(plan, schedule), steps_table(plan, schedule))


def runbook_figures(plan: Plan, schedule: Schedule | None) -> Markup:
    """Give window, critical path, buffer, point of no return and last safe decision; times in UTC."""
    switch = plan.cutover.cutover if plan.cutover else None
    if switch is None or schedule is None:
        return paragraph(NO_SWITCH)
    if schedule.cycle:
        return paragraph(f"These steps wait for each other, so no time can be computed: {' → '.join(schedule.cycle)}.")
    first = schedule.t0
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


def _point(switch: Switch, schedule: Schedule, first: datetime) -> str:
    point = switch.point_of_no_return
    if point is None:
        return NOTHING
    if point.none is not None:
        return f"none: {point.none}"
    at = schedule.point_of_no_return_at
    return f"end of {point.after}" + (f" at {clock_text(at, first)}" if at else "")


def _last_decision(switch: Switch, schedule: Schedule, first: datetime) -> str:
    if schedule.last_safe_decision is None:
        return NOTHING
    step, until = schedule.last_safe_decision
    return f"{step}, over at {clock_text(until, first)}"


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
    heads: list[Head | str] = [
        "Step",
        "Decision",
        "Decided by",
        Head("Quorum", "number"),
        "If an answer is missing",
        "Criteria",
    ]
    return (
        [Section("pg-decisions", "Go / no-go", table("Decisions to go on", heads, rows, hidden=True))] if rows else []
    )


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
