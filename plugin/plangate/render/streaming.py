"""Streams: state against its store, catching up against its target, retention, checkpoints; and restores."""

from collections.abc import Iterator
from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.computed import Input
from plangate.analysis.facts import Facts
from plangate.analysis.streaming import CatchUp, OutageFacts, StreamFacts, StreamingFacts
from plangate.model.quantity import Quantity
from plangate.model.text import spoken
from plangate.render.chart import Bar, Limit, bars
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table, text
from plangate.render.links import Links, anchor
from plangate.render.scale import scale_of
from plangate.render.values import quantity_text
from plangate.render.work import after, computed, given, room, total, work

_NAMES = {"max_outage": "the longest outage", "rto": "an outage as long as the recovery time objective"}


def state_table(facts: Facts, links: Links) -> Markup:
    """Give one row per operator: size of its state and how long it lives; and each store with the room that is left."""
    found = facts.streaming
    if found is None or not found.operators:
        return Markup("")
    heads = [Head("Operator"), Head("State", "number"), Head("Lives for", "number"), Head("Is needed for", "number")]
    rows = [
        Row(
            [
                entry.name,
                computed(entry.size),
                given(entry.ttl)
                if entry.ttl
                else Cell(text(entry.state.bounded_by) if entry.state.bounded_by else NOTHING),
                computed(entry.ttl_needed) if entry.ttl_needed else Cell(Markup("—")),
            ],
            below=work([("State", entry.size), ("Is needed for", entry.ttl_needed)], links),
        )
        for entry in found.operators
    ]
    return _numbers(table("State as computed", heads, rows), _stores(found, links))


def _stores(found: StreamingFacts, links: Links) -> Markup:
    heads = [
        Head("Operators"),
        Head("State", "number"),
        Head("Store", "number"),
        Head("May be used", "number"),
        Head("Room", "number"),
    ]
    rows = [
        Row(
            [
                joined((entry.name for entry in store.operators), ", "),
                computed(store.size),
                given(store.capacity),
                computed(store.usable),
                room(store.headroom),
            ],
            below=work([("State", store.size), ("May be used", store.usable), ("Room", store.headroom)], links),
        )
        for store in found.stores
    ]
    return table("State in each store", heads, rows)


def catch_up_table(facts: Facts, links: Links) -> Markup:
    """Give catching up after the longest outage under each load, in the base and the high case, against the target."""
    found = facts.streaming
    worst = found.worst if found is not None else None
    if found is None or worst is None or not worst.cases:
        return Markup("")
    months = facts.capacity.horizon_months
    heads = [
        Head("Load"),
        Head("Arrives", "number"),
        Head("Waits then", "number"),
        Head("Level again after", "number"),
        Head("In the high case", "number"),
    ]
    rows = [
        Row(
            [
                _load(case, months),
                computed(case.rate),
                computed(case.backlog),
                number(str(case.duration), case.duration.value.base, derived=True),
                number(case.duration.high.text, case.duration.high.base, derived=True),
            ],
            below=work([("Arrives", case.rate), ("Waits then", case.backlog), ("Level again", case.duration)], links),
        )
        for case in worst.cases
    ]
    return _numbers(
        figures(
            [
                ("Without the job", total(worst.down)),
                ("All tasks carry", quantity_text(found.capacity.value) if found.capacity else NOTHING),
                ("May be used", total(found.usable)),
                ("Target", quantity_text(found.target.value) if found.target else NOTHING),
                ("Rate to aim at", total(found.aim)),
                ("Room for it", room(found.aim_headroom).html),
            ]
        ),
        paragraph(_told(found, worst, months)),
        _bars(found, worst, months),
        table(f"Catching up after {_NAMES[worst.name]}", heads, rows),
        work([("May be used", found.usable), ("Without the job", worst.down), ("Rate to aim at", found.aim)], links),
    )


def _load(case: CatchUp, months: int) -> str:
    when = {"mean": "Mean rate", "peak": "Peak", "peak_at_horizon": f"Peak {after(months)}"}
    return when[case.load]


def _told(found: StreamingFacts, worst: OutageFacts, months: int) -> str:
    """Say in words under which loads the target is missed, if under any."""
    if found.target is None:
        return "No time is set in which the job has to be level again."
    allowed = f"the {quantity_text(found.target.value)} that are allowed"
    missed = [
        f"{'in the high case ' if high else ''}at the {_load(case, months).lower()} "
        + (f"it takes {duration.text}" if duration.base.is_finite() else "it is never level again")
        for case, high, duration in _durations(worst)
        if duration.base > found.target.value.base
    ]
    if not missed:
        return f"Every load keeps to {allowed}, the high case included."
    said = spoken(missed)
    base = all(case.duration.value.base <= found.target.value.base for case in worst.cases)
    rest = " The base case keeps to them under every load." if base else ""
    return f"{said[0].upper()}{said[1:]}, more than {allowed}.{rest}"


def _durations(worst: OutageFacts) -> Iterator[tuple[CatchUp, bool, Quantity]]:
    for case in worst.cases:
        yield case, False, case.duration.value
        if case.duration.spread:
            yield case, True, case.duration.high


def _bars(found: StreamingFacts, worst: OutageFacts, months: int) -> Markup:
    lines = [
        Bar(f"{_load(case, months)}{', high case' if high else ''}", duration.base)
        for case, high, duration in _durations(worst)
    ]
    limit = Limit("Target", found.target.value.base) if found.target else None
    finite = [line.value for line in lines if line.value.is_finite()]
    scale = scale_of((("s", 1),), max([*finite, limit.value if limit else Decimal(0)], default=Decimal(0)))
    return bars("Time until the job is level again", lines, scale, limit)


def retention_table(facts: Facts, links: Links) -> Markup:
    """Give one row per stream: what its broker keeps, what an outage needs of it, and how far back replays reach."""
    found = facts.streaming
    if found is None or not found.streams:
        return Markup("")
    heads = [
        Head("Stream"),
        Head("Kept for", "number"),
        Head("An outage needs", "number"),
        Head("Room", "number"),
        Head("Replays reach back", "number"),
        Head("Replay window", "number"),
    ]
    rows = [_stream(entry, links) for entry in found.streams]
    return _numbers(table("What the broker keeps", heads, rows))


def _stream(entry: StreamFacts, links: Links) -> Row:
    name = link(entry.stream.id, f"#{anchor('stream', entry.stream.id)}")
    reach = [replay.reach for replay in entry.replays if replay.reach is not None]
    windows = [replay.window for replay in entry.replays if replay.window is not None]
    furthest = max(reach, key=lambda number: number.value.base, default=None)
    widest: Input | None = max(windows, key=lambda number: number.value.base, default=None)
    if entry.compacted:
        needed: tuple[Cell, Cell] = (Cell(Markup("compacted: the last of each key stays")), Cell(Markup("—")))
    else:
        needed = (computed(entry.needed), room(entry.headroom))
    return Row(
        [
            name,
            given(entry.retention),
            *needed,
            computed(furthest) if furthest else Cell(Markup("—")),
            given(widest) if widest else Cell(Markup("—")),
        ],
        below=work([("An outage needs", entry.needed), ("Replays reach back", furthest)], links),
    )


def checkpoint_figures(facts: Facts, links: Links) -> Markup:
    """Give what checkpoints take, how long a transaction stays open, and when results are visible."""
    found = facts.streaming.checkpoints if facts.streaming else None
    if found is None or (found.share is None and found.transaction is None and found.visible is None):
        return Markup("")
    entries = [
        ("Share of the time", found.share),
        ("A transaction stays open", found.transaction),
        ("Results are visible after", found.visible),
    ]
    return _numbers(figures([(name, total(value)) for name, value in entries]), work(entries, links))


def recovery_figures(facts: Facts, links: Links) -> Markup:
    """Give how long a restore of everything takes, at go-live and at the horizon, against what is allowed."""
    found = facts.recovery
    if found is None:
        return Markup("")
    later = f"Restore {after(facts.capacity.horizon_months)}"
    steps = [("Restore at go-live", found.at_go_live), (later, found.at_horizon)]
    entries: list[tuple[str, str]] = [(name, total(value)) for name, value in steps if value is not None]
    entries.append(("Room at go-live", room(found.headroom).html))
    entries.append(("Room at the horizon", room(found.headroom_at_horizon).html))
    if found.loses is not None:
        entries.append(("Loses at most", quantity_text(found.loses.value)))
        entries.append(("Room for that", room(found.headroom_rpo, Decimal(0)).html))
    return _numbers(figures(entries), work(steps, links))


def _numbers(*parts: Markup) -> Markup:
    return Markup('<div class="pg-numbers">{}</div>').format(joined(parts))
