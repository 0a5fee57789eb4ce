"""The way back: who decides by what, and its own steps."""

from markupsafe import Markup

from plangate.model.cutover import Cutover
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, table
from plangate.render.links import anchor
from plangate.render.parts import PartWriter
from plangate.render.values import day_text, quantity_text


def rollback_table(cutover: Cutover, writer: PartWriter) -> Markup:
    """Give who decides by what, and the rollback steps with the steps that they undo."""
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
            ("Tested", day_text(back.tested) if back.tested else NOTHING),
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
