"""Backfills: how long each takes in what live loads leave, against its window, and what it takes along."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.backfill import AtParallel, BackfillFacts
from plangate.analysis.computed import Computed
from plangate.analysis.facts import Facts
from plangate.analysis.rebuild import Affected
from plangate.model.text import spoken
from plangate.render.chart import Bar, Limit, bars
from plangate.render.fragments import (
    NOTHING,
    Cell,
    Head,
    Row,
    chips,
    figures,
    joined,
    link,
    number,
    paragraph,
    table,
    text,
)
from plangate.render.fragments import facts as pairs
from plangate.render.links import Links, anchor
from plangate.render.page import Page, Section
from plangate.render.scale import scale_of
from plangate.render.values import day_text, moment_text, quantity_text
from plangate.render.work import Step, computed, given, room, total, work

PAGE = "backfill"
"""The name of the page under its plan."""

_LIMITED = {"pool": "live loads leave no more of the pool", "depends_on_past": "each unit needs the one before"}
_BECOMES = {
    "rebuilt": "rebuilt",
    "backfilled": "has a backfill of its own",
    "excluded": "left out",
    "follows": "follows by itself, a view",
    "open": "✕ not said",
}
_PRIORITY = {"below_live": "behind live loads", "separate_pool": "in a pool of its own", "same": "that of live loads"}


def backfill_table(facts: Facts, links: Links) -> Markup:
    """Give one row per backfill: units, how many run at one time, duration against its window, and the work beneath."""
    if not facts.backfills:
        return paragraph(_none(facts))
    heads = [
        Head("Backfill"),
        Head("Dataset"),
        Head("Units", "number"),
        Head("At one time", "number"),
        Head("Duration", "number"),
        Head("Window", "number"),
        Head("Room", "number"),
    ]
    rows = [
        Row(
            [
                link(entry.backfill.id, links.page(PAGE, anchor("backfill", entry.backfill.id))),
                _dataset(entry.backfill.dataset, links),
                computed(entry.units),
                _at_one_time(entry),
                computed(entry.duration),
                given(entry.window),
                _room(entry.headroom, facts),
            ],
            below=work(_steps(entry), links),
        )
        for entry in facts.backfills
    ]
    return Markup('<div class="pg-numbers">{}</div>').format(table("Backfills", heads, rows))


def backfill_page(facts: Facts, links: Links) -> Page:
    """Give the page of a plan's backfills, a section for each: duration, live loads, what it takes along, its end."""
    plan = facts.plan
    intro = paragraph(
        "Units run in waves, as many at one time as are asked for and live loads leave of the pool. A duration counts "
        "the p95 runtime of a unit; its low case, in small print, the p50."
    )
    return Page(
        title=f"Backfill: {plan.title}",
        description=f"How long the history of {plan.title} takes to fill, and at whose expense.",
        sections=tuple(_section(entry, facts, links) for entry in facts.backfills),
        intro=intro if facts.backfills else paragraph(_none(facts)),
    )


def _none(facts: Facts) -> str:
    reason = facts.plan.not_applicable.get(("cutover", ("backfill",)))
    return f"No backfill is needed: {reason}" if reason else "No backfill is stated yet."


def _dataset(name: str | None, links: Links) -> Markup:
    return link(name, links.element(("dataset",), name)) if name else NOTHING


def _at_one_time(entry: BackfillFacts) -> Cell:
    if entry.effective is None:
        return Cell(NOTHING)
    running = max(entry.effective.value.base, Decimal(0))
    shown = text(f"{running:f}")
    if entry.limited_by is not None and entry.asked is not None:
        shown += Markup(" <small>of {}: {}</small>").format(f"{entry.asked.value.base:f}", _LIMITED[entry.limited_by])
    return number(shown, running, derived=True)


def _room(share: Computed | None, facts: Facts) -> Cell:
    return room(share, 1 - facts.policy.checklists.thresholds.backfill_headroom.base)


def _steps(entry: BackfillFacts) -> Sequence[Step]:
    return (
        ("Units", entry.units),
        ("Runs", entry.runs),
        ("Mean slots of live loads", entry.pool.mean if entry.pool else None),
        ("Units at one time", entry.effective.of if entry.effective else None),
        ("Duration", entry.duration),
        ("Duration by division alone", entry.by_division),
        ("Time that may be used", entry.allowed),
        ("Room", entry.headroom),
        ("Use of the pool", entry.pool_use),
        ("Bytes read", entry.scanned),
        ("Cost of what is read", entry.scan_cost),
    )


def _section(entry: BackfillFacts, facts: Facts, links: Links) -> Section:
    name = entry.backfill.id
    parts = [
        ("durations", "How many at one time", _durations(entry)),
        ("pool", "Live loads meanwhile", _live(entry, links)),
        ("freshness", "Freshness meanwhile", _meanwhile(entry, links)),
        ("downstream", "What is built from it", _downstream(entry.downstream, links)),
        ("stop", "Verify and stop", _stop(entry, links)),
    ]
    body = (
        _figures(entry, facts, links),
        paragraph(_told(entry)),
        _whole(entry),
        work(_steps(entry), links),
    )
    return Section(
        anchor("backfill", name),
        f"{name}: {entry.backfill.dataset}" if entry.backfill.dataset else name,
        Markup('<div class="pg-numbers">{}</div>').format(joined(body)),
        children=tuple(
            Section(f"pg-{part}-{name}", title, Markup('<div class="pg-numbers">{}</div>').format(html), 3)
            for part, title, html in parts
            if html
        ),
    )


def _figures(entry: BackfillFacts, facts: Facts, links: Links) -> Markup:
    backfill = entry.backfill
    found: list[tuple[str, str]] = [
        ("Dataset", _dataset(backfill.dataset, links)),
        ("Units", total(entry.units)),
        ("At one time", _at_one_time(entry).html),
        ("Duration", total(entry.duration)),
        ("Window", quantity_text(entry.window.value) if entry.window else NOTHING),
        ("Room", _room(entry.headroom, facts).html),
    ]
    if backfill.starts is not None:
        found.append(("Starts", moment_text(backfill.starts)))
    if entry.ends is not None:
        found.append(("Over by", moment_text(entry.ends)))
    if entry.cost_line is not None and entry.cost_line.one_off is not None:
        found.append(("Costs once", total(entry.cost_line.one_off)))
    return figures(found)


def _told(entry: BackfillFacts) -> str:
    """Say in words what the number is made of, and how far a plain division would be off."""
    if entry.duration is None:
        return "How long it takes cannot be computed yet: an input is missing."
    if entry.duration.never:
        return "It never ends: live loads leave nothing of what it runs on."
    said = f"It takes {entry.duration}"
    if entry.allowed is not None and entry.window is not None:
        fits = entry.duration.value.base <= entry.allowed.value.base
        said += f", of {entry.window.value} it may use {entry.allowed}: {'it fits' if fits else 'it does not fit'}"
    if entry.by_division is not None:
        said += f". A division without waves, retries and live loads would say {entry.by_division}"
    return f"{said}."


def _whole(entry: BackfillFacts) -> Markup:
    whole = entry.whole
    if not whole.reasons:
        return Markup("")
    said = f"It has to fill the whole history, because {spoken(whole.reasons)}"
    if whole.begins is not None and whole.live_from is not None:
        said += f": from {day_text(whole.begins)} to {day_text(whole.live_from)}"
    return paragraph(f"{said}. ✕ {spoken(whole.gaps)}." if whole.gaps else f"{said}, and it does.")


def _durations(entry: BackfillFacts) -> Markup:
    """Give the duration with other numbers of units at one time, against what may be used of the window."""
    if not entry.by_parallel:
        return Markup("")
    finite = [found.duration.value.base for found in entry.by_parallel if not found.duration.never]
    limit = None
    if entry.allowed is not None and entry.window is not None:
        limit = Limit(f"May be used of {entry.window.value}", entry.allowed.value.base)
    scale = scale_of((("s", 1),), max([*finite, limit.value if limit else Decimal(0)], default=Decimal(0)))
    lines = [Bar(_bar_name(found, entry), found.duration.value.base) for found in entry.by_parallel]
    return bars(f"Duration of {entry.backfill.id} by units at one time", lines, scale, limit)


def _bar_name(found: AtParallel, entry: BackfillFacts) -> str:
    running = entry.effective is not None and found.parallel == entry.effective.value.base
    word = ", runs" if running else "" if found.possible else ", not possible"
    return f"{found.parallel} at one time{word}"


def _live(entry: BackfillFacts, links: Links) -> Markup:
    pool = entry.pool
    if pool is None:
        return Markup("")
    said = f"Pool {pool.id} has {quantity_text(pool.size.value)} slots"
    if not pool.pipelines:
        return paragraph(f"{said}, and no live pipeline holds any of them.")
    rows = [
        Row(
            [
                link(live.pipeline.id, links.element(("pipeline",), live.pipeline.id)),
                number(quantity_text(live.slots.value), live.slots.value.base),
                computed(live.mean),
            ]
        )
        for live in pool.pipelines
    ]
    rows.append(Row(["All live loads", Cell(Markup("")), computed(pool.mean)]))
    use = f", {entry.pool_use} of them are in use while it runs" if entry.pool_use is not None else ""
    heads = [Head("Pipeline"), Head("Slots of a run", "number"), Head("Mean over time", "number")]
    steps = [(live.pipeline.id, live.mean) for live in pool.pipelines]
    return paragraph(f"{said}{use}.") + table(f"Slots of pool {pool.id}", heads, rows) + work(steps, links)


def _meanwhile(entry: BackfillFacts, links: Links) -> Markup:
    """Give how old data gets while live runs may have to wait for a unit; nothing where they need not."""
    if not entry.meanwhile:
        return Markup("")
    rows = [
        Row(
            [
                _dataset(found.need.dataset, links),
                found.need.name,
                number(quantity_text(found.need.need), found.need.need.base),
                computed(found.need.age.age),
                computed(found.age),
                "kept" if found.met else "✕ missed",
            ]
        )
        for found in entry.meanwhile
    ]
    heads = [
        Head("Dataset"),
        Head("For"),
        Head("May be old", "number"),
        Head("Worst age", "number"),
        Head("With the backfill", "number"),
        Head("Promise is"),
    ]
    said = "Live loads and units want more slots than the pool has: a live run may have to wait for a unit to end."
    return paragraph(said) + table("Worst age while it runs", heads, rows)


def _downstream(found: Sequence[Affected], links: Links) -> Markup:
    if not found:
        return Markup("")
    rows = [
        Row(
            [
                _dataset(entry.dataset, links),
                _BECOMES[entry.becomes] + (f": {entry.because}" if entry.because else ""),
                joined((_dataset(name, links) for name in entry.after), ", ") or "the filled dataset",
            ]
        )
        for entry in found
    ]
    return table("What is built from the filled dataset, in order", ["Dataset", "Becomes", "After"], rows)


def _stop(entry: BackfillFacts, links: Links) -> Markup:
    backfill = entry.backfill
    checks = chips(link(name, links.element(("check", "reconciliation"), name)) for name in backfill.verify)
    told: list[tuple[str, str | None]] = [
        ("Stops when", backfill.stop_when),
        ("Verified by", checks if backfill.verify else None),
        ("Priority", _PRIORITY.get(backfill.priority or "")),
        ("Method", backfill.method.replace("_", " ") if backfill.method else None),
        ("A unit can run twice by", backfill.replay.idempotency if backfill.replay else None),
        ("Owner", backfill.owner),
        ("Told about it", chips(backfill.watchers) if backfill.watchers else None),
    ]
    return pairs([(name, value) for name, value in told if value])
