"""Rehearsals of the switch: what each step took, beside what was planned."""

from markupsafe import Markup

from plangate.analysis.cutover import Schedule, with_durations
from plangate.model.cutover import Cutover, Rehearsal, RollbackStep, Step
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, table, text
from plangate.render.links import anchor
from plangate.render.values import day_text, duration_text, percent_text, quantity_text


def rehearsal_table(cutover: Cutover) -> Markup:
    """Give planned against measured, per step and rehearsal, with the deviation from what is expected."""
    runs = cutover.rehearsals
    if not runs or cutover.cutover is None:
        return Markup("")
    back = cutover.rollback.steps if cutover.rollback else ()
    planned: list[Step | RollbackStep] = [*cutover.cutover.steps, *back]
    heads = [Head("Step"), Head("Expected", "number"), Head("At most", "number")]
    rows = []
    for step in planned:
        measured = [run.measured.get(step.id) for run in runs]
        if any(measured):
            cells = [_deviation(value, step) for value in measured]
            ends = [quantity_text(value) if value else NOTHING for value in (step.expected, step.max)]
            rows.append(Row([step.id, *ends, *cells]))
    heads += [Head(_when(run), "number") for run in runs]
    return figures((_when(run), _result(run)) for run in runs) + table("Planned and measured", heads, rows)


def estimated_anew(plan: Plan, schedule: Schedule) -> Markup:
    """Give the critical path as planned, and anew with the durations that each rehearsal measured."""
    runs = plan.cutover.rehearsals if plan.cutover else ()
    found = [(_when(run), again) for run in runs if (again := with_durations(plan, run.measured)) is not None]
    heads = [
        Head("Durations of"),
        Head("It takes", "number"),
        Head("Against the plan", "number"),
        Head("Left of the window", "number"),
        Head("Critical path"),
    ]
    rows = [_estimate(name, again, schedule) for name, again in [("The plan", schedule), *found]]
    return table("The critical path with measured durations", heads, rows)


def _estimate(name: str, found: Schedule, planned: Schedule) -> Row:
    longer = found.duration_expected - planned.duration_expected
    moved = f"{'+' if longer > 0 else ''}{duration_text(longer)}"
    left = found.buffer_seconds
    tone = "pg-derived" + (" pg-over" if left is not None and left < 0 else "")
    room = Cell(text(duration_text(left)), str(left), tone) if left is not None else NOTHING
    path = joined((link(step, f"#{anchor('step', step)}") for step in found.critical_path), " → ")
    other = Markup(" <small>another path</small>") if found.critical_path != planned.critical_path else Markup("")
    return Row(
        [
            name,
            number(duration_text(found.duration_expected), found.duration_expected, derived=True),
            Markup("—") if found is planned else number(moved, longer, derived=True),
            room,
            path + other,
        ]
    )


def _when(run: Rehearsal) -> str:
    return ", ".join(
        [day_text(run.date) if run.date else "day not stated", *([run.environment] if run.environment else [])]
    )


def _result(run: Rehearsal) -> str:
    result = run.result.replace("_", " ") if run.result else NOTHING
    return f"{result}: {run.deviations}" if run.deviations else result


def _deviation(measured: Quantity | None, step: Step | RollbackStep) -> Cell:
    if measured is None:
        return Cell(Markup("—"))
    shown, seconds = quantity_text(measured), measured.base
    if step.expected is None or not step.expected.base:
        return number(shown, seconds)
    share = seconds / step.expected.base - 1
    signed = f"{'+' if share > 0 else ''}{percent_text(share)}"
    over = step.max is not None and seconds > step.max.base
    remark = Markup(" <small>{}{}</small>").format(signed, ", over its maximum" if over else "")
    return Cell(text(shown) + remark, str(seconds), "pg-over" if over else "")
