"""The waterfall: how parts add up, bar after bar, and what is left of a limit; the caller sets its table beneath."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from msgspec import Struct

from plangate.render.fragments import joined

_WIDTH, _NAME, _BAR, _TOP, _ROW, _HEIGHT = 760, 300, 320, 30, 24, 14
_NAME_LETTERS, _COLOURS = 46, 6


class Part(Struct, frozen=True):
    """A part of a sum: its name, its size in base units, the number as told, and the group that shares a colour."""

    name: str
    size: Decimal
    told: str
    group: int = 0


def waterfall(label: str, parts: Sequence[Part], limit: tuple[str, Decimal], rest: str) -> Markup:
    """Give a bar for each part, each beginning where the one before ends, against a limit with its name.

    Beneath them a dashed bar is what is left of the limit, or a hollow one with ✕ what is over it; `rest` tells how
    much that is.
    """
    said, bound = limit
    whole = sum((part.size for part in parts), Decimal(0))
    highest = max(whole, bound) or Decimal(1)
    start, rows = Decimal(0), []
    for place, part in enumerate(parts):
        drawn = _rect(f"pg-area pg-c{part.group % _COLOURS}", place, start, part.size, highest)
        start += part.size
        rows.append(_said(place, part.name) + drawn + _number(place, part.told) + _step(place, start, highest))
    over = whole > bound
    tone, name = ("pg-passed", "✕ over") if over else ("pg-left", "left")
    drawn = _rect(tone, len(parts), min(whole, bound), abs(bound - whole), highest)
    rows.append(_said(len(parts), name) + drawn + _number(len(parts), f"✕ {rest}" if over else rest))
    bottom = _TOP + (len(parts) + 1) * _ROW
    return Markup(
        '<div class="pg-chart"><div class="pg-drawing" role="region" tabindex="0" aria-label="{}, drawn">'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}; the table beneath says the same">{}{}{}</svg></div></div>'
    ).format(
        label,
        _WIDTH,
        bottom + 4,
        label,
        _line("pg-grid", _NAME, bottom),
        joined(rows),
        _limit(said, bound, highest, bottom),
    )


def _limit(said: str, bound: Decimal, highest: Decimal, bottom: int) -> Markup:
    """Draw the limit through all rows, its name above it on the side where there is room."""
    x = _x(bound, highest)
    at, anchor = (x - 6, "end") if bound * 2 > highest else (x + 6, "start")
    name = Markup('<text class="pg-said" x="{}" y="16" text-anchor="{}">{}</text>').format(_shown(at), anchor, said)
    return _line("pg-limit", x, bottom) + name


def _line(tone: str, x: float, bottom: int) -> Markup:
    return Markup('<path class="{}" d="M{} {}V{}"/>').format(tone, _shown(x), _TOP - 24, bottom)


def _rect(tone: str, place: int, start: Decimal, size: Decimal, highest: Decimal) -> Markup:
    x, end = _x(start, highest), _x(start + size, highest)
    return Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
        tone, _shown(x), _TOP + place * _ROW, _shown(max(end - x, 1 if size else 0)), _HEIGHT
    )


def _step(place: int, at: Decimal, highest: Decimal) -> Markup:
    """Draw the line from the end of a bar to the start of the next."""
    top = _TOP + place * _ROW + _HEIGHT
    return Markup('<path class="pg-grid" d="M{} {}v{}"/>').format(_shown(_x(at, highest)), top, _ROW - _HEIGHT)


def _said(place: int, name: str) -> Markup:
    shown = name if len(name) <= _NAME_LETTERS else f"{name[: _NAME_LETTERS - 1]}…"
    return Markup('<text class="pg-said" x="{}" y="{}" text-anchor="end">{}</text>').format(
        _NAME - 8, _TOP + place * _ROW + 11, shown
    )


def _number(place: int, told: str) -> Markup:
    return Markup('<text class="pg-said" x="{}" y="{}">{}</text>').format(
        _NAME + _BAR + 10, _TOP + place * _ROW + 11, told
    )


def _x(value: Decimal, highest: Decimal) -> float:
    return _NAME + float(value / highest) * _BAR


def _shown(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
