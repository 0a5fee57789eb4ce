"""Numbers with their work: inputs upright, what is computed italic, low to high beneath, formulas in a row to open."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.computed import Computed, Input
from plangate.analysis.formulas import FORMULAS
from plangate.render.fragments import NOTHING, Cell, joined, link, number, text
from plangate.render.links import Links
from plangate.render.scale import Scale
from plangate.render.values import percent_text, quantity_text

TIGHT = Decimal("0.2")
"""Room below this share is marked as tight, unless a page says otherwise."""

Step = tuple[str, Computed | None]
"""A computed number and what it is called where it is shown."""


def after(months: int) -> str:
    """Say when the horizon is, or that the plan says none."""
    return f"after {months} months" if months else "at the horizon, which is not stated"


def given(value: Input | None, scale: Scale | None = None) -> Cell:
    """Give a number that was put in, with its low and high case; in the unit of a column, which its head tells."""
    if value is None:
        return Cell(NOTHING)
    low, base, high = (
        scale.text(case.base) if scale else quantity_text(case) for case in (value.low, value.value, value.high)
    )
    return number(text(base) + _range(low, high, differ=value.low != value.high), value.value.base)


def computed(value: Computed | None, scale: Scale | None = None) -> Cell:
    """Give a computed number with its low and high case, or that an input for it is missing."""
    return Cell(NOTHING) if value is None else number(total(value, scale), value.value.base, derived=True)


def total(value: Computed | None, scale: Scale | None = None) -> Markup:
    """Give a computed number as text with its low and high case; in the unit of a column, which its head tells."""
    if value is None:
        return NOTHING
    low, base, high = (scale.text(case.base) if scale else str(case) for case in (value.low, value.value, value.high))
    return text(base) + _range(low, high, differ=value.spread)


def _range(low: str, high: str, *, differ: bool) -> Markup:
    return Markup(' <small class="pg-range">{} – {}</small>').format(low, high) if differ else Markup("")


def work(steps: Iterable[Step], links: Links) -> Markup:
    """Give a part to open: for each number its formula, the numbers put in with their places, and the value.

    What a number rests on and is computed itself stands before it.
    """
    lines = [_line(name, value, links) for name, value in _in_order(steps)]
    if not lines:
        return Markup("")
    return Markup(
        '<details class="pg-formula"><summary>How these numbers come about</summary>'
        '<dl class="pg-work">{}</dl></details>'
    ).format(joined(lines))


def _in_order(steps: Iterable[Step]) -> Iterator[tuple[str, Computed]]:
    named = [(name, value) for name, value in steps if value is not None]
    later = {id(value): name for name, value in named}
    seen: set[int] = set()

    def before(name: str, value: Computed) -> Iterator[tuple[str, Computed]]:
        if id(value) not in seen:
            seen.add(id(value))
            for entry in value.inputs:
                if entry.of is not None:
                    yield from before(later.get(id(entry.of), FORMULAS[entry.of.formula].name), entry.of)
            yield name, value

    for name, value in named:
        yield from before(name, value)


def _line(name: str, value: Computed, links: Links) -> Markup:
    inputs = joined((_input(entry, links) for entry in value.inputs if entry.leaf is not None), ", ")
    origin = Markup(" <small>from {}</small>").format(inputs) if inputs else Markup("")
    formula = FORMULAS[value.formula]
    return Markup("<div><dt>{}</dt><dd>{} = {} = <strong>{}</strong>{}</dd></div>").format(
        name, link(formula.expression, links.formula(formula.id)), value.work, total(value), origin
    )


def _input(entry: Input, links: Links) -> Markup:
    assert entry.gate is not None  # noqa: S101 -- the plan says it
    shown = link(f"{entry.name.replace('_', ' ')} {quantity_text(entry.value)}", links.edit_url(entry.gate, entry.path))
    low_high = _range(quantity_text(entry.low), quantity_text(entry.high), differ=entry.low != entry.high)
    return shown + low_high + (f" ({entry.basis})" if entry.basis else "")


def headroom(share: Decimal, tight: Decimal = TIGHT) -> Markup:
    """Give the room that is left as a bar with sign and number; less than none is more than there is.

    What never comes to an end leaves none.
    """
    if not share.is_finite():
        return Markup('<span class="pg-bad">✕ never ends</span>')
    share = Decimal(0) + round(share, 12)
    tone, sign = ("bad", "✕ ") if share < 0 else ("warn", "! ") if share < tight else ("good", "")
    width = round(float(min(max(share, Decimal(0)), Decimal(1))) * 46, 1)
    return Markup(
        '<span class="pg-{}"><svg class="pg-share" viewBox="0 0 48 8" aria-hidden="true" focusable="false">'
        '<rect x=".5" y=".5" width="47" height="7"/><rect x="1" y="1" width="{}" height="6" stroke="none"/>'
        "</svg>{}{}</span>"
    ).format(tone, width, sign, percent_text(share))


def room(value: Computed | None, tight: Decimal = TIGHT) -> Cell:
    """Give a cell for a computed share that is left."""
    if value is None:
        return Cell(NOTHING)
    return number(headroom(value.value.base, tight), value.value.base, derived=True)
