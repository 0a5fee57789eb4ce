"""The table of volumes: what was put in, what follows, by which formula, and how much room is left."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input
from plangate.analysis.formulas import FORMULAS
from plangate.analysis.workload import WorkloadFacts
from plangate.render.chart import Series, months, stacked
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table, text
from plangate.render.links import Links
from plangate.render.scale import scale_of
from plangate.render.values import percent_text, quantity_text

TIGHT = Decimal("0.2")
"""Room below this share is marked as tight, unless a page says otherwise."""


def capacity_table(volumes: CapacityFacts, links: Links) -> Markup:
    """Give one row per workload: inputs upright, what is computed italic, its formulas in a row to open beneath."""
    if not volumes.workloads:
        return paragraph("No workloads are stated yet.")
    later = f"Stored after {volumes.horizon_months} months"
    heads = [
        Head("Dataset"),
        Head("Rows a day", "number"),
        Head("Size of a row", "number"),
        Head("Volume a day", "number"),
        Head("Mean rate", "number"),
        Head("Peak rate", "number"),
        Head("Stored at go-live", "number"),
        Head(later, "number"),
    ]
    rows = [_row(entry, links) for entry in volumes.workloads]
    volume = table("Volumes by workload", heads, rows, sortable=True)
    return Markup("<div>{}{}{}</div>").format(capacity_figures(volumes), volume, growth(volumes))


def growth(volumes: CapacityFacts) -> Markup:
    """Give the growth of storage from go-live to the horizon; nothing where no workload's storage is known."""
    series = [
        Series(entry.dataset, [point.value.base for point in entry.series])
        for entry in volumes.workloads
        if entry.series
    ]
    highest = max((sum(column) for column in zip(*(entry.values for entry in series), strict=True)), default=Decimal(0))
    scale = scale_of((("B", 1),), Decimal(highest), binary=volumes.binary)
    return stacked("What is stored", series, months(volumes.horizon_months), scale)


def capacity_figures(volumes: CapacityFacts) -> Markup:
    """Give the totals, and the room between the peak and the rate that may be used."""
    return figures(
        [
            ("Volume a day", total(volumes.total_daily)),
            ("Peak rate of all together", total(volumes.peak_rate)),
            ("Rate that may be used", total(volumes.limit)),
            ("Headroom", headroom(volumes.headroom.value.base) if volumes.headroom else NOTHING),
            ("Stored at go-live", total(volumes.total_stored_at_go_live)),
            (f"Stored after {volumes.horizon_months} months", total(volumes.total_stored_at_horizon)),
        ]
    )


def _row(entry: WorkloadFacts, links: Links) -> Row:
    steps = (
        ("Volume a day", entry.daily_volume),
        ("Mean rate", entry.average_rate),
        ("Peak rate", entry.peak_rate),
        ("Stored at go-live", entry.stored_at_go_live),
        ("Stored at the horizon", entry.stored_at_horizon),
    )
    name = link(entry.dataset or f"workload {entry.index + 1}", links.element(("dataset",), entry.dataset))
    return Row(
        [name, given(entry.rows_per_day), given(entry.row_bytes), *(computed(value) for _, value in steps)],
        below=work(steps, links),
    )


def given(value: Input | None) -> Cell:
    """Give a number that was put in, with its low and high case."""
    if value is None:
        return Cell(NOTHING)
    shown = text(quantity_text(value.value))
    if value.low != value.high:
        shown += Markup(' <small class="pg-range">{} – {}</small>').format(
            quantity_text(value.low), quantity_text(value.high)
        )
    return number(shown, value.value.base)


def computed(value: Computed | None) -> Cell:
    """Give a computed number with its low and high case, or that an input for it is missing."""
    return Cell(NOTHING) if value is None else number(total(value), value.value.base, derived=True)


def total(value: Computed | None) -> Markup:
    """Give a computed number as text with its low and high case."""
    if value is None:
        return NOTHING
    shown = text(str(value.value))
    if value.spread:
        shown += Markup(' <small class="pg-range">{} – {}</small>').format(str(value.low), str(value.high))
    return shown


def work(steps: Iterable[tuple[str, Computed | None]], links: Links) -> Markup:
    """Give a part to open: for each number its formula, the numbers put in with their places, and the value."""
    lines = [_step(name, value, links) for name, value in steps if value is not None]
    if not lines:
        return Markup("")
    return Markup(
        '<details class="pg-formula"><summary>How these numbers come about</summary><ul>{}</ul></details>'
    ).format(joined(lines))


def _step(name: str, value: Computed, links: Links) -> Markup:
    inputs = joined((_input(entry, links) for entry in value.inputs), ", ")
    return Markup("<li>{}: {} → {} → <strong>{}</strong> (from {})</li>").format(
        name, FORMULAS[value.formula].expression, value.work, total(value), inputs
    )


def _input(entry: Input, links: Links) -> Markup:
    shown = (
        f"{entry.name.replace('_', ' ')} {quantity_text(entry.value)}"
        if entry.path
        else f"{entry.name.replace('_', ' ')} {entry.value}"
    )
    return link(shown, links.edit_url(entry.gate, entry.path) if entry.gate and entry.path else None)


def headroom(share: Decimal, tight: Decimal = TIGHT) -> Markup:
    """Give the room that is left as a bar with sign and number; less than none is more than there is."""
    tone, sign = ("bad", "✕ ") if share < 0 else ("warn", "! ") if share < tight else ("good", "")
    width = round(float(min(max(share, Decimal(0)), Decimal(1))) * 46, 1)
    return Markup(
        '<span class="pg-{}"><svg class="pg-share" viewBox="0 0 48 8" aria-hidden="true" focusable="false">'
        '<rect x=".5" y=".5" width="47" height="7"/><rect x="1" y="1" width="{}" height="6" stroke="none"/>'
        "</svg>{}{}</span>"
    ).format(tone, width, sign, percent_text(share))
