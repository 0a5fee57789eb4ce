"""The way back: how long it takes from every step, and its own steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup

from plangate.model.cutover import Cutover, Rollback, RollbackStep, Switch
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, table
from plangate.render.links import anchor
from plangate.render.parts import PartWriter
from plangate.render.values import day_text, quantity_text


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
    for name, after in direct.items():
        seen: set[str] = set()
        open_ = list(after)
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
