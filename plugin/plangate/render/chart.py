"""The three charts: stacked areas, a line against a limit, bars. Each with the table beneath that says the same.

Numbers are in base units; a `Scale` says in which unit they are told. Whether and where a limit is passed is a fact
that the caller brings along. Sizes are fixed, so that the same plan gives the same bytes.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.amount import above, digits
from plangate.render.fragments import Cell, Head, Row, joined, number, table
from plangate.render.scale import Scale

_WIDTH, _LEFT, _RIGHT, _TOP, _PLOT, _BELOW = 760, 60, 540, 22, 200, 40
_BOTTOM, _HEIGHT = _TOP + _PLOT, _TOP + _PLOT + _BELOW
_MOST_AREAS = 5
_MOST_STEPS = 7
_BETWEEN_LABELS = 15
_LABEL_LETTERS = 34
_BAR_NAME, _BAR, _BAR_HEIGHT, _BAR_NAME_LETTERS = 210, 330, 26, 32
_ZERO = Decimal(0)

MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Steps of an axis of months."""


class Series(Struct, frozen=True):
    """Named numbers, one for each point of the axis; `lows` and `highs` are the low and high case, if they differ."""

    name: str
    values: Sequence[Decimal]
    lows: Sequence[Decimal] = ()
    highs: Sequence[Decimal] = ()


class Across(Struct, frozen=True):
    """The axis from left to right: evenly spaced numbers from `first` on, what they count, and the steps of its marks.

    `word` names one point (`month`); `title` stands beneath the axis; `steps` are in points.
    """

    title: str
    word: str
    count: int
    every: Decimal = Decimal(1)
    steps: Sequence[int] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)

    def text(self, place: int) -> str:
        """Write the number of a point."""
        return digits(place * self.every)


def months(count: int) -> Across:
    """Give the axis of the months after go-live, from 0 to `count`."""
    return Across("months after go-live", "month", count + 1, steps=MONTHS)


class Limit(Struct, frozen=True):
    """What must not be passed, and the place of the first point that does (None if none does)."""

    name: str
    value: Decimal
    at: int | None = None


class Bar(Struct, frozen=True):
    """A number with its own limit, if it has one, and the address that its name leads to in the table."""

    name: str
    value: Decimal
    limit: Decimal | None = None
    link: Markup | None = None


def stacked(label: str, series: Sequence[Series], axis: Across, scale: Scale, limit: Limit | None = None) -> Markup:
    """Give areas stacked upon each other, the largest lowest, labelled beside their right end, and a limit over them.

    At most five areas are drawn by themselves; the smallest are one. `label` says what is shown. Nothing comes of less
    than two points.
    """
    if not series or axis.count < 2:
        return Markup("")
    areas = _largest(series)
    sums = [sum(column, _ZERO) for column in zip(*(entry.values for entry in areas), strict=True)]
    step, top = _heights(max([*sums, limit.value if limit else _ZERO]), scale)
    below, shapes, labels = [_ZERO] * axis.count, [], []
    for place, entry in enumerate(areas):
        above = [low + value for low, value in zip(below, entry.values, strict=True)]
        outline = _path(above, axis, top) + "L" + _path(below, axis, top, back=True)[1:] + "z"
        shapes.append(Markup('<path class="pg-area pg-c{}" d="{}"/>').format(place, outline))
        middle = _y((above[-1] + below[-1]) / 2, top)
        labels.append((middle, f"{_short(entry.name)} {scale.text(entry.values[-1])}"))
        below = above
    drawn = joined(shapes) + _limit(limit, axis, scale, top) + _labels(labels)
    rows = [*areas, Series("Together", sums)] if len(areas) > 1 else areas
    return _figure(label, _frame(axis, scale, step, top) + drawn, _table(label, rows, axis, scale, limit))


def line(label: str, series: Sequence[Series], axis: Across, scale: Scale, limit: Limit | None = None) -> Markup:
    """Give a line per series, each labelled beside its right end and dashed in its own way, against a limit.

    Low and high case are a band around their line. Nothing comes of less than two points.
    """
    if not series or axis.count < 2:
        return Markup("")
    numbers = [value for entry in series for value in (*entry.values, *entry.highs)]
    step, top = _heights(max([*numbers, limit.value if limit else _ZERO]), scale)
    shapes, labels = [], []
    for place, entry in enumerate(series):
        if entry.lows and entry.highs:
            band = _path(entry.highs, axis, top) + "L" + _path(entry.lows, axis, top, back=True)[1:] + "z"
            shapes.append(Markup('<path class="pg-band pg-c{}" d="{}"/>').format(place, band))
        shapes.append(Markup('<path class="pg-stroke pg-c{}" d="{}"/>').format(place, _path(entry.values, axis, top)))
        labels.append((_y(entry.values[-1], top), f"{_short(entry.name)} {scale.text(entry.values[-1])}"))
    drawn = joined(shapes) + _limit(limit, axis, scale, top) + _labels(labels)
    return _figure(label, _frame(axis, scale, step, top) + drawn, _table(label, series, axis, scale, limit))


def bars(label: str, entries: Sequence[Bar], scale: Scale, limit: Limit | None = None) -> Markup:
    """Give a bar per entry from the top down, each with its number and against its own limit or the one for all.

    What passes its limit is hollow and marked ✕. What is `never` reached fills the width.
    """
    if not entries:
        return Markup("")
    bounds = [entry.limit if entry.limit is not None else limit.value if limit else None for entry in entries]
    finite = [number for entry in entries for number in (entry.value, entry.limit) if number is not None]
    highest = max([*(number for number in finite if number.is_finite()), limit.value if limit else _ZERO]) or Decimal(1)
    shapes, rows = [], []
    for place, (entry, bound) in enumerate(zip(entries, bounds, strict=True)):
        over = bound is not None and above(entry.value, bound)
        shapes.append(_bar(place, entry, bound, highest, scale, over=over))
        told = number(scale.told(entry.value), entry.value, derived=True)
        cells: list[Cell | Markup | str] = [entry.link or entry.name, told]
        if any(found is not None for found in bounds):
            cells.append(number(scale.told(bound), bound) if bound is not None else Cell(Markup("—")))
            cells.append("—" if bound is None else "✕ passed" if over else "kept")
        rows.append(Row(cells))
    heads = [Head("What"), Head("Number", "number")]
    if any(found is not None for found in bounds):
        heads += [Head(limit.name if limit else "Limit", "number"), Head("Limit is")]
    height = len(entries) * _BAR_HEIGHT + 4
    return _figure(label, joined(shapes), table(f"{label}: the numbers", heads, rows), height=height)


def _largest(series: Sequence[Series]) -> list[Series]:
    ranked = sorted(series, key=lambda entry: (-entry.values[-1], entry.name))
    if len(ranked) <= _MOST_AREAS + 1:
        return ranked
    rest = ranked[_MOST_AREAS:]
    together = [sum(column, _ZERO) for column in zip(*(entry.values for entry in rest), strict=True)]
    return [*ranked[:_MOST_AREAS], Series(f"{len(rest)} more", together)]


def _heights(highest: Decimal, scale: Scale) -> tuple[Decimal, Decimal]:
    """Give the step of the marks and the top of the axis, both whole in the unit of the scale."""
    number = highest / scale.factor if highest > 0 else Decimal(1)
    power = Decimal(1).scaleb((number / 4).adjusted())
    step = next(size * power for size in (1, 2, 5, 10) if number / (size * power) <= 4)
    top = (number / step).to_integral_value(ROUND_CEILING) * step
    return step * scale.factor, top * scale.factor


def _x(place: int, axis: Across) -> str:
    return _decimal(_LEFT + (_RIGHT - _LEFT) * place / (axis.count - 1))


def _y(value: Decimal, top: Decimal) -> float:
    return _BOTTOM - float(value / top) * _PLOT


def _decimal(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _path(values: Sequence[Decimal], axis: Across, top: Decimal, *, back: bool = False) -> str:
    points = [f"{_x(place, axis)} {_decimal(_y(value, top))}" for place, value in enumerate(values)]
    return "M" + "L".join(reversed(points) if back else points)


def _frame(axis: Across, scale: Scale, step: Decimal, top: Decimal) -> Markup:
    pieces = [Markup('<text x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 8, _TOP - 10, scale.unit)]
    for turn in range(int(top / step) + 1):
        y = _decimal(_y(step * turn, top))
        pieces.append(Markup('<path class="pg-grid" d="M{} {}H{}"/>').format(_LEFT, y, _RIGHT))
        mark = digits(step * turn / scale.factor)
        pieces.append(Markup('<text x="{}" y="{}" dy="4" text-anchor="end">{}</text>').format(_LEFT - 8, y, mark))
    centred = [(_x(place, axis), _BOTTOM + 16, axis.text(place)) for place in _marks(axis)]
    centred.append((str((_LEFT + _RIGHT) // 2), _BOTTOM + 33, axis.title))
    pieces += (Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(*entry) for entry in centred)
    return joined(pieces)


def _marks(axis: Across) -> list[int]:
    """Give the places that are told: every so many, the first always."""
    last = axis.count - 1
    step = next((step for step in axis.steps if last / step <= _MOST_STEPS), max(last, 1))
    return list(range(0, last + 1, step))


def _limit(limit: Limit | None, axis: Across, scale: Scale, top: Decimal) -> Markup:
    if limit is None:
        return Markup("")
    y = _decimal(_y(limit.value, top))
    drawn = Markup('<path class="pg-limit" d="M{} {}H{}"/>').format(_LEFT, y, _RIGHT)
    if limit.at is not None:
        x = _x(limit.at, axis)
        drawn += Markup(
            '<path class="pg-crossing" d="M{} {}V{}"/><circle class="pg-crossing" cx="{}" cy="{}" r="4"/>'
        ).format(x, y, _BOTTOM, x, y)
    return drawn + Markup('<text class="pg-said" x="{}" y="{}" dy="-6">{}</text>').format(
        _LEFT + 6, y, _crossing(limit, axis, scale)
    )


def _crossing(limit: Limit, axis: Across, scale: Scale) -> str:
    said = f"{limit.name} {scale.told(limit.value)}"
    if limit.at is None:
        return f"{said}: not passed"
    return (
        f"{said}: passed from the start" if limit.at == 0 else f"{said}: ✕ passed in {axis.word} {axis.text(limit.at)}"
    )


def _labels(labels: Sequence[tuple[float, str]]) -> Markup:
    """Set labels beside the right end, moved apart where they would touch, with a line to where they belong."""
    wanted = sorted(enumerate(labels), key=lambda entry: -entry[1][0])
    places: list[float] = []
    for _, (y, _) in wanted:
        places.append(min(y, places[-1] - _BETWEEN_LABELS) if places else min(y, _BOTTOM))
    if places and places[-1] < _TOP:
        places[-1] = _TOP
        for turn in range(len(places) - 2, -1, -1):
            places[turn] = max(places[turn], places[turn + 1] + _BETWEEN_LABELS)
    pieces = []
    for (color, (y, said)), place in zip(wanted, places, strict=True):
        lead = f"M{_RIGHT + 2} {_decimal(y)}L{_RIGHT + 12} {_decimal(place)}"
        pieces.append(
            Markup('<path class="pg-lead pg-c{}" d="{}"/><text class="pg-said" x="{}" y="{}" dy="4">{}</text>').format(
                color, lead, _RIGHT + 16, _decimal(place), said
            )
        )
    return joined(pieces)


def _bar(place: int, entry: Bar, bound: Decimal | None, highest: Decimal, scale: Scale, *, over: bool) -> Markup:
    y = place * _BAR_HEIGHT + 4
    share = float(entry.value / highest) if entry.value.is_finite() else 1.0
    width = _decimal(max(share, 0) * _BAR)
    tone = "pg-passed" if over else "pg-kept"
    drawn = Markup('<text class="pg-said" x="{}" y="{}" text-anchor="end">{}</text>').format(
        _BAR_NAME - 8, y + 13, _short(entry.name, _BAR_NAME_LETTERS)
    )
    drawn += Markup('<rect class="{}" x="{}" y="{}" width="{}" height="16"/>').format(tone, _BAR_NAME, y, width)
    said = scale.told(entry.value)
    if bound is not None:
        x = _decimal(_BAR_NAME + float(bound / highest) * _BAR)
        drawn += Markup('<path class="pg-limit" d="M{} {}v22"/>').format(x, y - 3)
        said = f"{'✕ ' if over else ''}{said} of {scale.told(bound)}"
    return drawn + Markup('<text class="pg-said" x="{}" y="{}">{}</text>').format(_BAR_NAME + _BAR + 10, y + 13, said)


def _short(name: str, letters: int = _LABEL_LETTERS - 8) -> str:
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def _table(label: str, series: Sequence[Series], axis: Across, scale: Scale, limit: Limit | None) -> Markup:
    places = sorted({*_marks(axis), axis.count - 1, *([limit.at] if limit and limit.at is not None else [])})
    heads = [Head(axis.word.capitalize()), *(Head(f"{entry.name}, {scale.unit}", "number") for entry in series)]
    if limit is not None:
        heads.append(Head(f"{limit.name}, {scale.unit}", "number"))
    rows = []
    for place in places:
        cells: list[Cell | Markup | str] = [axis.text(place)]
        cells += [number(scale.text(entry.values[place]), entry.values[place], derived=True) for entry in series]
        if limit is not None:
            passed = limit.at is not None and place >= limit.at
            cells.append(number(f"{'✕ ' if passed else ''}{scale.text(limit.value)}", limit.value))
        rows.append(Row(cells))
    return table(f"{label}: the numbers", heads, rows)


def _figure(label: str, drawn: Markup, numbers: Markup, *, height: int = _HEIGHT) -> Markup:
    return Markup(
        '<div class="pg-chart"><div class="pg-drawing" role="region" tabindex="0" aria-label="{}, drawn">'
        '<svg viewBox="0 0 {} {}" role="img" aria-label="{}; the table beneath says the same">{}</svg></div>'
        '<details class="pg-data"><summary>The numbers of this chart</summary>{}</details></div>'
    ).format(label, _WIDTH, height, label, drawn, numbers)
