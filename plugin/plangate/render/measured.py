"""The switch again by the times that rehearsals measured: how long it takes, by which path, what is left."""

from collections.abc import Sequence

from markupsafe import Markup

from plangate.analysis.facts import Facts
from plangate.analysis.rehearsed import Rehearsed, measured
from plangate.render.fragments import NOTHING, Cell, Head, Row, joined, link, number, paragraph, table, text
from plangate.render.links import anchor
from plangate.render.page import Section
from plangate.render.values import day_text, duration_text, percent_text


def measured_sections(facts: Facts) -> tuple[Section, ...]:
    """Give the section for the page of the runbook; none where nothing was measured or no time can be computed."""
    found = [entry for entry in measured(facts) if entry.schedule is not None and entry.planned is not None]
    if not found:
        return ()
    return (Section("pg-measured", "By measured times", measured_table(found) + _now_critical(found[-1])),)


def measured_table(found: Sequence[Rehearsed]) -> Markup:
    """Give a row a rehearsal: the critical path with measured times in place of expected ones, and the way back."""
    heads = [
        Head("Rehearsal"),
        Head("Critical path", "number"),
        Head("Than planned", "number"),
        Head("Left of the window", "number"),
        Head("Way back", "number"),
        Head("Path"),
        Head("Not measured"),
    ]
    return table(
        "The switch with measured times in place of expected ones", heads, [_row(entry) for entry in found], hidden=True
    )


def _row(found: Rehearsed) -> Row:
    schedule, planned, run = found.schedule, found.planned, found.rehearsal
    assert schedule is not None  # noqa: S101 -- measured_sections looked
    assert planned is not None  # noqa: S101
    when = day_text(run.date) if run.date is not None else "day not stated"
    same = schedule.critical_path == planned.critical_path
    return Row(
        [
            f"{when}, {run.environment}" if run.environment else when,
            number(duration_text(schedule.duration_expected), schedule.duration_expected, derived=True),
            _change(found),
            _left(schedule.buffer_seconds),
            _back(found),
            "that of the plan" if same else _steps(schedule.critical_path, " → "),
            ", ".join(found.missing) or "nothing",
        ]
    )


def _change(found: Rehearsed) -> Cell:
    moved, planned = found.moved or 0, found.planned
    share = f" ({percent_text(moved / planned.duration_expected)})" if planned and planned.duration_expected else ""
    word = "longer" if moved > 0 else "shorter"
    return number(f"{duration_text(abs(moved))} {word}{share.replace('−', '')}" if moved else "the same", moved)


def _left(seconds: int | None) -> Cell:
    if seconds is None:
        return Cell(NOTHING)
    if seconds < 0:
        return Cell(text(f"✕ {duration_text(-seconds)} too long"), str(seconds), "pg-over")
    return number(duration_text(seconds), seconds)


def _back(found: Rehearsed) -> Cell:
    if found.back is None or found.back.whole is None or not any(step.back and step.took for step in found.steps):
        return Cell(Markup("—"))
    return number(duration_text(found.back.whole.expected), found.back.whole.expected)


def _now_critical(found: Rehearsed) -> Markup:
    """Say which steps have no slack by the last rehearsal and have some by the plan."""
    names = [step.id for step in found.steps if step.critical and not step.was_critical]
    if not names:
        return Markup("")
    word = "Steps" if len(names) > 1 else "Step"
    tail = "have no slack" if len(names) > 1 else "has no slack"
    return paragraph(
        Markup("{} {} {} by the last rehearsal, and some by the plan.").format(word, _steps(names, ", "), tail)
    )


def _steps(names: Sequence[str], between: str) -> Markup:
    return joined((link(name, f"#{anchor('step', name)}") for name in names), between)
