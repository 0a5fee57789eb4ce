"""Volumes: what was put in, what follows by which formula, how much room is left, and how storage grows."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.amount import DAY, MINUTE
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed
from plangate.analysis.computed import total as added
from plangate.analysis.facts import Facts
from plangate.analysis.workload import WorkloadFacts
from plangate.model.text import spoken
from plangate.model.unit import Dimension
from plangate.render.chart import Limit, Series, months, stacked
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table
from plangate.render.links import Links
from plangate.render.scale import Scale, scale_of
from plangate.render.values import quantity_text
from plangate.render.work import Step, after, computed, given, headroom, room, total, work

_BYTES: Dimension = (("B", 1),)
_ROWS_A_DAY = Scale("rows/d", 1 / DAY)
_BYTES_A_ROW = Scale("B")
_ROWS_A_SECOND = Scale("rows/s")
_NONE = Cell(Markup("—"))


def capacity_table(facts: Facts, links: Links) -> Markup:
    """Give one row per workload: inputs upright, what is computed italic, its formulas in a row to open beneath."""
    volumes = facts.capacity
    if not volumes.workloads:
        return paragraph("No workloads are stated yet.")
    return Markup('<div class="pg-numbers">{}{}{}{}</div>').format(
        capacity_figures(volumes), _volumes(facts, links), growth(volumes), _partitions(volumes, links)
    )


def capacity_figures(volumes: CapacityFacts) -> Markup:
    """Give the totals, and the room between the peak and the rate that may be used."""
    entries = [
        ("Volume a day", total(volumes.total_daily)),
        ("Peak rate of all together", total(volumes.peak_rate)),
        ("Rate that may be used", total(volumes.limit)),
        ("Headroom", headroom(volumes.headroom.value.base) if volumes.headroom else NOTHING),
        ("Stored at go-live", total(volumes.total_stored_at_go_live)),
        (f"Stored {after(volumes.horizon_months)}", total(volumes.total_stored_at_horizon)),
    ]
    if volumes.at_cutover is not None:
        entries.append(("Stored while old and new stand side by side", total(volumes.at_cutover)))
    return figures(entries)


def growth(volumes: CapacityFacts) -> Markup:
    """Give the growth of storage from go-live to the horizon; nothing where no workload's storage is known."""
    series = [
        Series(entry.dataset, [stored.value.base for stored in entry.series])
        for entry in volumes.workloads
        if entry.series
    ]
    ordered, crossing = volumes.storage_limit
    limit = None
    if ordered is not None and ordered.usable is not None:
        limit = Limit(ordered.name, ordered.usable.value.base, crossing)
    sums = [sum(column, Decimal(0)) for column in zip(*(entry.values for entry in series), strict=True)]
    highest = max([*sums, limit.value if limit else Decimal(0)])
    scale = scale_of(_BYTES, highest, binary=volumes.binary)
    return stacked("What is stored", series, months(volumes.horizon_months), scale, limit)


def _volumes(facts: Facts, links: Links) -> Markup:
    volumes, last = facts.capacity, facts.capacity.horizon_months
    costs = {entry.dataset: _cost(facts, entry.dataset) for entry in volumes.workloads}
    daily = _scale((("B", 1), ("s", -1)), (entry.daily_volume for entry in volumes.workloads), volumes)
    sizes = [volumes.total_stored_at_horizon, *(entry.stored_at_horizon for entry in volumes.workloads)]
    sizes += (
        [] if last else [volumes.total_stored_at_go_live, *(entry.stored_at_go_live for entry in volumes.workloads)]
    )
    stored = _scale(_BYTES, sizes, volumes)
    runtime = scale_of(
        (("s", 1),), max((e.runtime.value.base for e in volumes.workloads if e.runtime), default=2 * MINUTE)
    )
    heads = [
        Head("Dataset"),
        Head("Rows / day", "number"),
        Head("Bytes / row", "number"),
        Head(f"{daily.unit.replace('/d', ' / day')}", "number"),
        Head("Peak rows / s", "number"),
        Head(f"{stored.unit} now", "number"),
        Head(f"{last}-month {stored.unit}" if last else f"{stored.unit} at the horizon", "number"),
        Head(f"p95 runtime {runtime.unit}", "number"),
        Head("Headroom", "number"),
        *([Head(f"{facts.cost.currency or 'Cost'} / month", "number")] if any(costs.values()) else []),
    ]

    def row(entry: WorkloadFacts) -> Row:
        cost = costs[entry.dataset]
        cells: list[Cell | Markup | str] = [
            link(entry.dataset or f"workload {entry.index + 1}", links.element(("dataset",), entry.dataset)),
            given(entry.rows_per_day, _ROWS_A_DAY),
            given(entry.row_bytes, _BYTES_A_ROW),
            computed(entry.daily_volume, daily),
            computed(entry.peak_rate, _ROWS_A_SECOND),
            computed(entry.stored_at_go_live, stored),
            computed(entry.stored_at_horizon, stored),
            given(entry.runtime, runtime) if entry.workload.runs_per_day is not None else _NONE,
            room(entry.headroom),
        ]
        if any(costs.values()):
            cells.append(computed(cost, scale_of(cost.value.dimension, cost.value.base)) if cost else _NONE)
        return Row(cells, below=work(_steps(entry, cost, last), links))

    together: list[Cell | Markup | str] = [
        "Together",
        _NONE,
        _NONE,
        computed(volumes.total_daily, daily),
        computed(volumes.peak_rate, _ROWS_A_SECOND),
        computed(volumes.total_stored_at_go_live, stored),
        computed(volumes.total_stored_at_horizon, stored),
        _NONE,
        room(volumes.headroom),
        *([_NONE] if any(costs.values()) else []),
    ]
    caption = "Volumes by workload"
    if any(costs.values()):
        caption += f", with what storage costs a month {after(last)}"
    for group in volumes.turns:
        caption += f". Runs of {spoken(group)} never meet: together the larger peak counts"
    return table(
        caption,
        heads,
        [row(entry) for entry in volumes.workloads],
        foot=Row(together) if len(volumes.workloads) > 1 else None,
        sortable=True,
    )


def _steps(entry: WorkloadFacts, cost: Computed | None, last: int) -> list[Step]:
    return [
        ("Volume a day", entry.daily_volume),
        ("Mean rate", entry.average_rate),
        ("Peak rate", entry.peak_rate),
        ("Headroom", entry.headroom),
        ("Stored at go-live", entry.stored_at_go_live),
        (f"Stored {after(last)}", entry.stored_at_horizon),
        (f"Cost a month {after(last)}", cost),
    ]


def _cost(facts: Facts, dataset: str) -> Computed | None:
    """What the lines pay a month, at the horizon, for what is stored of a dataset; None where no line does."""
    lines = [entry for entry in facts.cost.lines if entry.line.stock == dataset]
    if len(lines) == 1:
        return lines[0].monthly_at_horizon
    return added((entry.name, entry.monthly_at_horizon) for entry in lines)


def _scale(dimension: Dimension, numbers: Iterable[Computed | None], volumes: CapacityFacts) -> Scale:
    highest = max((found.value.base for found in numbers if found is not None), default=Decimal(0))
    return scale_of(dimension, highest, binary=volumes.binary)


def _partitions(volumes: CapacityFacts, links: Links) -> Markup:
    """Give how datasets are cut, for those that say so."""
    cut = [entry for entry in volumes.workloads if entry.cut_at_horizon is not None]
    if not cut:
        return Markup("")
    last = volumes.horizon_months
    heads = [
        Head("Dataset"),
        Head("Partition"),
        Head("Now", "number"),
        Head(f"Month {last}" if last else "At the horizon", "number"),
        Head("Most", "number"),
        Head("Mean size", "number"),
        Head("Size aimed at", "number"),
        Head("Files each", "number"),
        Head("Mean file", "number"),
    ]
    return table("Partitions by dataset", heads, [_cut(entry, links) for entry in cut], sortable=True)


def _cut(entry: WorkloadFacts, links: Links) -> Row:
    told, now, later = entry.workload.partitions, entry.cut_at_go_live, entry.cut_at_horizon
    assert told is not None and now is not None and later is not None  # noqa: S101, PT018 -- it is one that is cut
    target, over = told.target_file_size, later.count is not None and later.count.value.base > (told.limit or 0) > 0
    most = number(f"{'✕ ' if over else ''}{told.limit:,}", told.limit) if told.limit is not None else _NONE
    steps = (
        ("Partitions at go-live", now.count),
        ("Partitions at the horizon", later.count),
        ("Mean size of a partition", later.size),
        ("Files of a partition", later.files),
        ("Mean size of a file", later.file_size),
        ("What a query reads of a partition", now.read),
    )
    return Row(
        [
            link(entry.dataset, links.element(("dataset",), entry.dataset)),
            joined([told.column or "", quantity_text(told.granularity) if told.granularity else NOTHING], " "),
            computed(now.count),
            computed(later.count),
            most,
            computed(later.size),
            number(quantity_text(target), target.base) if target is not None else Cell(NOTHING),
            computed(later.files),
            computed(later.file_size),
        ],
        below=work(steps, links),
    )
