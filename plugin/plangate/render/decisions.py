"""The sheets of the decisions to go on: what they are held against, by whom, when, and what holds if nobody answers."""

from markupsafe import Markup

from plangate.analysis.cutover import Schedule, ScheduledStep
from plangate.model.cutover import GoCriterion, Step, Switch
from plangate.render.fragments import NOTHING, Cell, Row, figures, joined, link, table, text
from plangate.render.links import anchor
from plangate.render.page import Section
from plangate.render.parts import PartWriter
from plangate.render.values import duration_text
from plangate.render.zones import clock


def decision_sheets(switch: Switch, schedule: Schedule, writer: PartWriter) -> tuple[Section, ...]:
    """Give a sheet for each go/no-go, in the order of the file."""
    return tuple(
        Section(
            anchor("decision", entry.step.id),
            f"{entry.step.id}: {entry.step.name}" if entry.step.name else entry.step.id,
            _when(entry, schedule, switch, writer) + _criteria(entry.step, writer),
            3,
        )
        for entry in schedule.steps
        if entry.step.kind_ == "go_no_go"
    )


def _when(entry: ScheduledStep, schedule: Schedule, switch: Switch, writer: PartWriter) -> Markup:
    step = entry.step
    stand_in = step.decision_owner or step.owner
    after = joined((link(name, f"#{anchor('step', name)}") for name in step.after), ", ")
    return figures(
        [
            ("Not before", clock(entry.start_at, schedule.t0, switch)),
            ("Can wait for", "nothing: it is critical" if entry.critical else duration_text(entry.slack)),
            ("After", after or NOTHING),
            ("Decided by", _team(stand_in, writer)),
            ("In place of them", _team(step.backup, writer)),
            ("Answers needed", str(step.quorum or 1)),
            ("If an answer is missing", "go" if step.if_missing == "go" else "no-go"),
        ]
    )


def _team(name: str | None, writer: PartWriter) -> Markup:
    return link(name, writer.links.element(("team",), name)) if name else NOTHING


def _criteria(step: Step, writer: PartWriter) -> Markup:
    box = Markup('<span class="pg-tick" aria-hidden="true"></span>')
    rows = [
        Row(
            [
                Cell(box + _what(entry, writer)),
                Cell(text(str(entry.must_be))) if entry.must_be is not None else NOTHING,
                _team(entry.owner, writer),
                entry.evidence or NOTHING,
            ]
        )
        for entry in step.criteria
    ]
    return table(f"What {step.id} is held against", ("Criterion", "Must be", "Owner", "Evidence"), rows)


def _what(entry: GoCriterion, writer: PartWriter) -> Markup:
    """Give what is measured, each with what kind of thing it is."""
    measured = [
        Markup("{} {}").format(word, link(name, writer.links.element(kinds, name)))
        for name, word, kinds in (
            (entry.check, "check", ("check", "reconciliation")),
            (entry.metric, "metric", ("metric",)),
            (entry.slo, "SLO", ("slo",)),
        )
        if name is not None
    ]
    return joined([*measured, *([entry.statement] if entry.statement else [])], ", ") or NOTHING
