"""What is stored month by month, as stacked areas with the table that says the same."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.amount import bytes_text
from plangate.analysis.capacity import CapacityFacts
from plangate.render.fragments import Cell, Head, Row, joined, number, table

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 640, 220, 64, 10, 24
_LABEL = "Storage from go-live to the horizon; the table beneath says the same"
_MOST_AREAS = 5
_MONTHS_IN_TABLE = 6


def growth(volumes: CapacityFacts) -> Markup:
    """Give the growth of storage from go-live to the horizon; nothing where a workload's storage is not known."""
    series = [(entry.dataset, [point.base for point in entry.series]) for entry in volumes.workloads if entry.series]
    months = volumes.horizon_months
    if not series or months < 1:
        return Markup("")
    largest = sorted(series, key=lambda entry: (-entry[1][-1], entry[0]))
    areas = largest[:_MOST_AREAS]
    if rest := largest[_MOST_AREAS:]:
        areas.append(
            (
                f"{len(rest)} more",
                [sum(values, Decimal(0)) for values in zip(*(entry[1] for entry in rest), strict=True)],
            )
        )
    return _picture(areas, months, volumes.binary) + _table(areas, months, volumes.binary)


def _picture(areas: Sequence[tuple[str, list[Decimal]]], months: int, binary: bool) -> Markup:
    top = sum((values[-1] for _, values in areas), Decimal(0)) or Decimal(1)
    highest = max(*(sum((values[month] for _, values in areas), Decimal(0)) for month in range(months + 1)), top)
    below = [Decimal(0)] * (months + 1)
    paths = []
    for place, (_, values) in enumerate(areas):
        above = [low + value for low, value in zip(below, values, strict=True)]
        upper = [_point(month, value, months, highest) for month, value in enumerate(above)]
        lower = [_point(month, value, months, highest) for month, value in enumerate(below)]
        outline = "M" + "L".join([*upper, *reversed(lower)]) + "z"
        paths.append(Markup('<path d="{}" fill="currentColor" fill-opacity="{}"/>').format(outline, f".{8 - place}"))
        below = above
    labels = [(_LEFT, _HEIGHT - 6, "start", "go-live"), (_WIDTH, _HEIGHT - 6, "end", f"{months} months")]
    labels += [
        (_LEFT - 6, _TOP + 8, "end", bytes_text(highest, binary=binary)),
        (_LEFT - 6, _HEIGHT - _BOTTOM, "end", "0"),
    ]
    texts = (Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(*entry) for entry in labels)
    return Markup('<svg class="pg-growth" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>').format(
        _WIDTH, _HEIGHT, _LABEL, joined(paths), joined(texts)
    )


def _point(month: int, value: Decimal, months: int, highest: Decimal) -> str:
    x = _LEFT + (_WIDTH - _LEFT) * month / months
    y = _HEIGHT - _BOTTOM - float(value / highest) * (_HEIGHT - _BOTTOM - _TOP)
    return f"{x:.0f} {y:.1f}"


def _table(areas: Sequence[tuple[str, list[Decimal]]], months: int, binary: bool) -> Markup:
    step = max(1, -(-months // _MONTHS_IN_TABLE))
    shown = [*range(0, months, step), months]
    rows = [_row(name, values, shown, binary) for name, values in areas]
    total = [sum(values, Decimal(0)) for values in zip(*(entry[1] for entry in areas), strict=True)]
    heads = [Head("Dataset"), *(Head("Go-live" if month == 0 else f"Month {month}", "number") for month in shown)]
    return table("What is stored", heads, [*rows, _row("Together", total, shown, binary)])


def _row(name: str, values: Sequence[Decimal], shown: Sequence[int], binary: bool) -> Row:
    cells: list[Cell | Markup | str] = [name]
    return Row(
        [*cells, *(number(bytes_text(values[month], binary=binary), values[month], derived=True) for month in shown)]
    )
