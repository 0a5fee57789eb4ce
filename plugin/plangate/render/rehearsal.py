"""Rehearsals of the switch: what each step took, beside what was planned."""

from markupsafe import Markup

from plangate.model.cutover import Cutover, Rehearsal, RollbackStep, Step
from plangate.model.quantity import Quantity
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, number, table, text
from plangate.render.values import day_text, percent_text, quantity_text


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
