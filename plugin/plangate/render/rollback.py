"""The way back: how long it takes from every step, and its own steps."""

from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.cutover import ScheduledStep
from plangate.analysis.facts import Facts
from plangate.analysis.rollback import Restore
from plangate.model.cutover import Cutover
from plangate.render.fragments import EMPTY, NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table
from plangate.render.links import anchor
from plangate.render.parts import PartWriter
from plangate.render.values import day_text, duration_text, moment_text, quantity_text
from plangate.render.zones import clock


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


def restore_table(facts: Facts) -> Markup:
    """Give from every step which rollback steps would run, how long at most, and whether that is in time."""
    back, schedule, gate = facts.way_back, facts.cutover, facts.plan.cutover
    if back is None or schedule is None or gate is None or gate.cutover is None:
        return EMPTY
    if back.cycle:
        return paragraph(f"These rollback steps wait for each other: {' → '.join(back.cycle)}.")
    limit = gate.rollback.max.base if gate.rollback is not None and gate.rollback.max is not None else None
    heads = [
        Head("Once this is over"),
        Head("At", "number"),
        Head("These run, in this order"),
        Head("Expected", "number"),
        Head("At most", "number"),
        Head("Left of the window", "number"),
        Head("In time"),
    ]
    rows = [
        Row(
            [
                link(step.step.id, f"#{anchor('step', step.step.id)}"),
                clock(step.end_at, schedule.t0, gate.cutover),
                *_restored(step, back.after.get(step.step.id), limit),
            ]
        )
        for step in schedule.steps
    ]
    return _latest(facts, limit) + table("Time to restore from every step", heads, rows, hidden=True)


def _latest(facts: Facts, limit: Decimal | None) -> Markup:
    told = [] if limit is None else [f"The way back may take {duration_text(limit)}."]
    latest = facts.way_back.latest if facts.way_back is not None else None
    if latest is not None:
        told.append(f"A way back that begins by {moment_text(latest)} ends within the window, whatever has been done.")
    return paragraph(" ".join(told)) if told else EMPTY


def _restored(step: ScheduledStep, back: Restore | None, limit: Decimal | None) -> list[Cell | Markup | str]:
    if back is None:
        fix = step.step.forward_fix
        ahead = step.step.reversible is False or fix
        word = (f"roll forward: {fix}" if fix else "roll forward") if ahead else "nothing to undo"
        return [word, *[Markup("—")] * 4]
    order = joined((link(name, f"#{anchor('rollback_step', name)}") for name in back.steps), " → ")
    times = [number(duration_text(value), value, derived=True) for value in (back.expected, back.most)]
    left = number(duration_text(back.left), back.left, derived=True) if back.left is not None else NOTHING
    return [order, *times, left, _in_time(back, limit)]


def _in_time(back: Restore, limit: Decimal | None) -> Cell | Markup:
    if back.in_time is None:
        return NOTHING
    if back.in_time:
        return Cell(Markup("✓ in time"), tone="pg-good")
    late = [
        f"{duration_text(back.most - bound)} over {what}"
        for bound, what in ((limit, "its maximum"), (back.left, "the window"))
        if bound is not None and back.most > bound
    ]
    return Cell(Markup("✕ {}").format(", ".join(late)), tone="pg-bad")
