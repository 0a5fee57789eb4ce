"""Whether what there is suffices: the peak against the path, slots, counts of machines, queries, what breaks first."""

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from plangate.analysis.breakpoints import MULTIPLES, Breakpoint
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.facts import Facts
from plangate.analysis.pool_demand import PoolDemand
from plangate.analysis.throughput import QueryFacts, SizingFacts
from plangate.render.chart import Limit, Series, line, months
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, table, text
from plangate.render.links import Links, section_anchor
from plangate.render.scale import Scale
from plangate.render.values import estimate_text, quantity_text
from plangate.render.work import computed, given, room, total, work

_ROWS_A_SECOND = Scale("rows/s")
_NONE = Cell(Markup("—"))
_MOST_NAMED = 5


def peak_against_path(facts: Facts, links: Links) -> Markup:
    """Give the peak rate month by month against the rate that may be used, and what queueing makes of it."""
    volumes = facts.capacity
    found = volumes.throughput
    if found.utilisation is None or found.usable is None:
        return Markup("")
    within = "not within the horizon" if volumes.horizon_months else "not at go-live; the plan says no horizon"
    when = within if found.crossing is None else f"✕ in month {found.crossing}"
    entries = [
        ("Peak rate of all together", total(volumes.peak_rate)),
        ("Rate that may be used", total(found.usable)),
        ("Used of the capacity at the peak", total(found.utilisation)),
        ("A row takes by queueing", text(f"{found.slowdown} times as long") if found.slowdown else NOTHING),
        ("The peak passes the usable rate", text(when if volumes.peaks else str(NOTHING))),
    ]
    steps = (
        ("Peak rate of all together", volumes.peak_rate),
        ("Rate that may be used", found.usable),
        ("Headroom", found.headroom),
        ("Used of the capacity at the peak", found.utilisation),
        ("Slowdown by queueing", found.slowdown),
    )
    return Markup('<div class="pg-numbers">{}{}{}</div>').format(figures(entries), _peaks(volumes), work(steps, links))


def _peaks(volumes: CapacityFacts) -> Markup:
    found = volumes.throughput
    if not volumes.peaks or found.usable is None:
        return Markup("")
    spread = any(month.spread for month in volumes.peaks)
    series = Series(
        "Peak rate",
        [month.value.base for month in volumes.peaks],
        [month.low.base for month in volumes.peaks] if spread else (),
        [month.high.base for month in volumes.peaks] if spread else (),
    )
    limit = Limit("Usable rate", found.usable.value.base, found.crossing)
    return line("Peak rate against the usable rate", [series], months(volumes.horizon_months), _ROWS_A_SECOND, limit)


def units_and_slots(facts: Facts, links: Links) -> Markup:
    """Give the counts of machines and the slots of pools, each against what is needed."""
    sizing = [_sizing(entry, links) for entry in facts.capacity.sizing]
    pools = [_pool(entry, links) for entry in facts.pools if entry.demand is not None]
    shown = Markup("")
    if pools:
        heads = [
            Head("Pool"),
            Head("Slots", "number"),
            Head("Asked for together", "number"),
            Head("Headroom", "number"),
            Head("Held on average", "number"),
        ]
        shown += table("Slots that are asked for together", heads, pools)
    if sizing:
        heads = [
            Head("What"),
            Head("Load", "number"),
            Head("One carries", "number"),
            Head("Used to", "number"),
            Head("Needed", "number"),
            Head("Ordered", "number"),
            Head("Headroom", "number"),
        ]
        shown += table("Units: needed and ordered", heads, sizing)
    return Markup('<div class="pg-numbers">{}</div>').format(shown) if shown else shown


def _pool(entry: PoolDemand, links: Links) -> Row:
    steps = (
        ("Slots that are asked for together", entry.demand),
        ("Headroom", entry.headroom),
        ("Slots held on average", entry.mean),
    )
    return Row(
        [
            link(entry.id, links.element(("pool",), entry.id)),
            given(entry.size),
            computed(entry.demand),
            room(entry.headroom),
            computed(entry.mean) if entry.mean is not None else _NONE,
        ],
        below=work(steps, links),
    )


def _sizing(entry: SizingFacts, links: Links) -> Row:
    told = entry.sizing
    short = entry.needed is not None and told.count is not None and entry.needed.value.base > told.count
    steps = (
        ("Needed", entry.needed),
        ("What those that are ordered carry", entry.usable),
        ("Headroom", entry.headroom),
    )
    return Row(
        [
            entry.name,
            given(entry.load),
            number(estimate_text(told.per_unit), told.per_unit.base.base) if told.per_unit else Cell(NOTHING),
            number(quantity_text(told.utilisation), told.utilisation.base) if told.utilisation else Cell(NOTHING),
            computed(entry.needed),
            number(f"{'✕ ' if short else ''}{told.count:,}", told.count) if told.count is not None else Cell(NOTHING),
            room(entry.headroom),
        ],
        below=work(steps, links),
    )


def scanned_by_queries(facts: Facts, links: Links) -> Markup:
    """Give what each query reads, where it is computed from partitions and columns."""
    found = [entry for entry in facts.capacity.queries if entry.scanned is not None and entry.scanned.of is not None]
    if not found:
        return Markup("")
    heads = [Head("Query"), Head("Dataset"), Head("Reads", "number")]
    rows = [_query(entry, links) for entry in found]
    return Markup('<div class="pg-numbers">{}</div>').format(table("Bytes that queries read", heads, rows))


def _query(entry: QueryFacts, links: Links) -> Row:
    dataset = entry.query.dataset or ""
    scanned = entry.scanned.of if entry.scanned is not None else None
    return Row(
        [
            entry.query.name or f"query {entry.index + 1}",
            link(dataset, links.element(("dataset",), dataset)),
            computed(scanned),
        ],
        below=work([("Bytes that one query reads", scanned)], links),
    )


def what_breaks_first(facts: Facts, links: Links) -> Markup:
    """Give what breaks at 2, 5 and 10 times the volume, computed and in the author's words, and each limit."""
    found = facts.breakpoints
    told = facts.plan.capacity.breaks_first if facts.plan.capacity else None
    if not found and told is None:
        return Markup("")
    words = {2: told.at_2x, 5: told.at_5x, 10: told.at_10x} if told is not None else {}
    rows = [
        Row(
            [f"{times} ×", _broken(found, before, times), text(words.get(times) or "") or NOTHING],
            f"{section_anchor('breaks_first')}-{times}",
        )
        for before, times in pairwise((0, *MULTIPLES))
    ]
    shown = table("What breaks first", ["Volume", "By computation, in this order", "The plan says"], rows)
    if found:
        heads = [
            Head("Limit"),
            Head("Needed today", "number"),
            Head("There is", "number"),
            Head("Crossed at × today", "number"),
        ]
        shown += table(
            "Every limit that volume reaches", heads, [_limit(entry, links) for entry in found], sortable=True
        )
    return Markup('<div class="pg-numbers">{}</div>').format(shown)


def _broken(found: Sequence[Breakpoint], before: int, times: int) -> Markup:
    """Name what is crossed at a multiple of the volume and was not at the one before."""
    crossed = [entry for entry in found if entry.broken(times) and not entry.broken(before)]
    if not crossed:
        return text("nothing more of what is computed" if before else "nothing of what is computed")
    named = [f"✕ {entry.name} (at {entry.factor} ×)" for entry in crossed[:_MOST_NAMED]]
    more = [f"and {len(crossed) - _MOST_NAMED} more"] if len(crossed) > _MOST_NAMED else []
    return joined(named + more, ", ")


def _limit(entry: Breakpoint, links: Links) -> Row:
    demand = next(found for found in entry.factor.inputs if found.name == "demand")
    cells = [
        Cell(total(found.of), format(found.value.base, "f"), "pg-derived") if found.of is not None else given(found)
        for found in (demand, entry.limit)
    ]
    return Row([link(entry.name, links.edit_url(*entry.at)), *cells, computed(entry.factor)])
