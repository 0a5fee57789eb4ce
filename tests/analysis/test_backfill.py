"""Backfills of small plans, worked by hand; waves and excluded days against a count of another kind."""

import heapq
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.backfill_units import excluded_units, length
from plangate.analysis.computed import compute, leaves
from plangate.analysis.computed import given as put_in
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.cutover import Backfill

from .plans import POLICY, plan

CAPACITY = """
workloads: [{dataset: raw.orders, rows_per_day: 50_000_000 rows/d, row_bytes: 100 B, peak_factor: 2}]
throughput: {capacity: 20_000 rows/s, target_utilisation: 70 %}
runtimes:
  - {pipeline: load_orders, p50: 6 min, p95: 12 min, max: 20 min}
  - {pipeline: build_orders, p50: 6 min, p95: 12 min, max: 20 min}
resources: {pools: [{id: warehouse, size: 8}, {id: own, size: 4}]}
cost:
  currency: EUR
  lines:
    - {driver: scan, purpose: backfill, backfill: history, quantity: 13 TiB, unit_price: 6 EUR/TiB}
"""
INGESTION = """
pipelines:
  - id: load_orders
    kind: ingest
    inputs: [shop_db.orders]
    outputs: [raw.orders]
    schedule: {cron: "0 * * * *", timezone: UTC, start_date: 2026-11-18}
    concurrency: {pool: warehouse, pool_slots: 2}
  - id: build_orders
    kind: transform
    inputs: [raw.orders]
    outputs: [mart.orders]
    schedule: {after: [load_orders]}
    concurrency: {pool: warehouse}
"""
CUTOVER = """
backfill:
  - id: history
    dataset: raw.orders
    range: {start: 2025-11-18, end: 2026-11-18}
    granularity: 1 d
    starts: 2026-11-28T06:00:00+00:00
    unit_runtime: {p50: 9 min, p95: 12 min}
    scanned: 36 GiB
    parallel: 4
    slots: 1
    retry_rate: 5 %
    pool: warehouse
    priority: below_live
    must_finish_within: 24 h
"""


def facts(folder: Path, *changes: tuple[str, str], **gates: str) -> Facts:
    text = CUTOVER
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    read = plan(folder, **{"capacity": CAPACITY, "ingestion": INGESTION, "cutover": text, **gates})
    return Facts(read, POLICY, Landscape((read,)))


def one(folder: Path, *changes: tuple[str, str], **gates: str) -> BackfillFacts:
    (found,) = facts(folder, *changes, **gates).backfills
    return found


def hours(found: BackfillFacts) -> Decimal:
    assert found.duration is not None
    return found.duration.value.base if found.duration.never else round(found.duration.value.to("h"), 4)


def test_by_hand(tmp_path: Path) -> None:
    found = one(tmp_path)
    assert (str(found.units), found.runs) == ("365", None)
    assert found.pool is not None
    assert str(found.pool.mean) == "0.6"  # (2 + 1) slots for 12 of 60 minutes
    assert found.effective is not None
    assert (int(found.effective.value.base), found.limited_by) == (4, None)
    assert hours(found) == Decimal("19.32")
    assert found.duration is not None
    assert found.duration.low.to("h") == Decimal("14.49")
    assert found.by_division is not None
    assert found.by_division.value.to("h") == Decimal("18.25")
    assert found.allowed is not None
    assert found.allowed.value.to("h") == Decimal("19.2")
    assert str(found.headroom) == "19.5 %"
    assert str(found.pool_use) == "57.5 %"
    assert [(entry.parallel, str(entry.duration), entry.possible) for entry in found.by_parallel] == [
        (1, "76.7 h", True),
        (2, "38.4 h", True),
        (4, "19.3 h", True),
        (8, "9.66 h", False),
    ]
    assert found.ends == datetime(2026, 11, 29, 1, 19, 12, tzinfo=UTC)
    assert (str(found.scanned), str(found.scan_cost)) == ("12.8 TiB", "77 EUR")
    assert found.cost_line is not None
    assert str(found.cost_line.one_off) == "78 EUR"


@pytest.mark.parametrize(
    ("changes", "effective", "limited", "duration"),
    [
        ([("parallel: 4", "parallel: 1")], 1, None, "76.65"),
        ([("parallel: 4", "parallel: 1"), ("    retry_rate: 5 %\n", "")], 1, None, "73"),
        ([("parallel: 4", "parallel: 10"), ("pool: warehouse", "pool: own")], 4, "pool", "19.32"),
        ([("parallel: 4", "parallel: 10")], 7, "pool", "11.13"),  # (8 - 0.6) slots, 53 waves
        ([("slots: 1", "slots: 3")], 2, "pool", "38.43"),
        ([("parallel: 4", "parallel: 4\n    depends_on_past: true")], 1, "depends_on_past", "76.65"),
        ([("    pool: warehouse\n", ""), ("parallel: 4", "parallel: 10")], 10, None, "7.77"),
        ([("pool: warehouse\n", "depends_on_past: true\n")], 1, "depends_on_past", "76.65"),
        # 36 runs of 2 h in nine waves, then one of an hour by itself
        ([("parallel: 4", "units_per_run: 10\n    parallel: 4")], 4, None, "19.95"),
        # 19 runs of 4 h in five waves, the last of which has two full ones beside that of an hour
        ([("parallel: 4", "units_per_run: 20\n    parallel: 4")], 4, None, "21"),
        ([("parallel: 4", "units_per_run: 1000\n    parallel: 4")], 4, None, "76.65"),  # one run of all units
        ([("parallel: 4", "units_per_run: 364\n    parallel: 1")], 1, None, "76.65"),  # and one unit after it
        ([("slots: 1", "slots: 9\n    units_per_run: 1000")], 0, "pool", "Infinity"),
        ([("granularity: 1 d", "granularity: 1 d\n    excluded: [2025-12-25, 2025-12-26]")], 4, None, "19.11"),
        ([("slots: 1", "slots: 9")], 0, "pool", "Infinity"),
    ],
)
def test_how_many_run_and_how_long(
    tmp_path: Path, changes: list[tuple[str, str]], effective: int, limited: str | None, duration: str
) -> None:
    found = one(tmp_path, *changes)
    assert found.effective is not None
    assert (int(found.effective.value.base), found.limited_by) == (effective, limited)
    assert hours(found) == Decimal(duration)
    assert found.ends is None or duration != "Infinity"


def test_what_no_calendar_has_room_for_has_no_end(tmp_path: Path) -> None:
    found = one(tmp_path, ("p50: 9 min, p95: 12 min", "p50: 100 yr, p95: 100 yr"))
    assert found.duration is not None
    assert not found.duration.never
    assert found.duration.value.to("yr") > 9000
    assert found.ends is None


@pytest.mark.parametrize(
    "changes",
    [
        [("    range: {start: 2025-11-18, end: 2026-11-18}\n", "")],
        [("    granularity: 1 d\n", "")],
        [("    parallel: 4\n", "")],
        [(", p95: 12 min", "")],
        [("pool: warehouse", "pool: elsewhere")],
    ],
)
def test_what_is_missing_is_not_guessed(tmp_path: Path, changes: list[tuple[str, str]]) -> None:
    found = one(tmp_path, *changes)
    assert (found.duration, found.headroom, found.by_parallel) == (None, None, ())


def test_a_live_load_that_nobody_knows_leaves_the_parallelism_open(tmp_path: Path) -> None:
    found = one(tmp_path, capacity=CAPACITY.replace("pipeline: build_orders", "pipeline: other"))
    assert found.pool is not None
    assert found.pool.unknown == ("build_orders",)
    assert (found.pool.mean, found.effective, found.duration) == (None, None, None)


@pytest.mark.parametrize(
    ("more", "origin", "sources", "duration", "naive"),
    [
        ("throughput: 20_000 rows/s", "", "", "261.0250", "253.4722"),
        ("throughput: 90_000 rows/s", "", "", "261.0250", "253.4722"),  # the engine carries no more than 20,000
        ("throughput: 500 rows/s", "", "", "Infinity", "10138.8889"),  # less than what arrives
        (
            "throughput: 20_000 rows/s",
            "origin: shop_api",
            "sources: [{id: shop_api, access: {rate_limit: 40 requests/s, rows_per_request: 100 rows}}]",
            "1481.7321",
            "1267.3611",
        ),
    ],
)
def test_rows_on_a_shared_path(tmp_path: Path, more: str, origin: str, sources: str, duration: str, naive: str) -> None:
    changes = [
        ("unit_runtime: {p50: 9 min, p95: 12 min}", f"rows: 18_250_000_000 rows\n    {more}\n    {origin}"),
    ]
    found = one(tmp_path, *changes, **({"sources": sources} if sources else {}))
    assert hours(found) == Decimal(duration)
    assert found.by_division is not None
    assert round(found.by_division.value.to("h"), 4) == Decimal(naive)


def test_the_slower_of_waves_and_rows_counts(tmp_path: Path) -> None:
    found = one(tmp_path, ("parallel: 4", "rows: 18_250_000_000 rows\n    parallel: 4"))
    assert hours(found) == Decimal("261.0250")


def test_rows_on_the_path_count_at_any_parallelism(tmp_path: Path) -> None:
    found = one(tmp_path, ("parallel: 4", "rows: 18_250_000_000 rows\n    parallel: 4"))
    assert {str(entry.duration) for entry in found.by_parallel} == {str(found.duration)} == {"10.9 d"}
    found = one(tmp_path / "few", ("parallel: 4", "rows: 4_000_000_000 rows\n    parallel: 4"))  # 57.2 h
    assert [str(entry.duration) for entry in found.by_parallel] == ["76.7 h", "57.2 h", "57.2 h", "57.2 h"]


@pytest.mark.parametrize("per_run", [1, 10, 1000])
def test_a_division_counts_units(tmp_path: Path, per_run: int) -> None:
    found = one(tmp_path, ("parallel: 4", f"units_per_run: {per_run}\n    parallel: 4"))
    assert str(found.by_division) == "18.3 h"


def test_it_rests_on_values_of_the_plan(tmp_path: Path) -> None:
    found = one(tmp_path)
    assert found.headroom is not None
    assert {(entry.gate, entry.path[-1]) for entry in leaves(found.headroom)} == {
        ("cutover", "range"),
        ("cutover", "granularity"),
        ("cutover", "parallel"),
        ("cutover", "slots"),
        ("cutover", "p95"),
        ("cutover", "retry_rate"),
        ("cutover", "must_finish_within"),
        ("capacity", "size"),
        ("capacity", "p95"),
        ("ingestion", "pool_slots"),
    }


@pytest.mark.parametrize(
    ("cron", "slots"),
    [("0 * * * *", "0.6"), ("*/30 * * * *", "1.2"), ("0 6 * * 1-5", "0.0178"), ("0 0 1 * *", "0.000821")],
)
def test_live_slots_follow_the_schedule(tmp_path: Path, cron: str, slots: str) -> None:
    found = one(tmp_path, ingestion=INGESTION.replace("0 * * * *", cron))
    assert found.pool is not None
    assert str(found.pool.mean) == slots


def test_a_stream_holds_its_slots_all_the_time(tmp_path: Path) -> None:
    text = INGESTION.replace('{cron: "0 * * * *", timezone: UTC, start_date: 2026-11-18}', "{event: a row}")
    found = one(tmp_path, ingestion=text.replace("kind: ingest", "kind: ingest\n    pattern: stream"))
    assert found.pool is not None
    assert [str(entry.mean) for entry in found.pool.pipelines] == ["2", "None"]


@pytest.mark.parametrize(("size", "crowds"), [(8, False), (7, False), (6, True)])
def test_a_pool_that_is_full_makes_live_runs_wait(tmp_path: Path, size: int, crowds: bool) -> None:
    assert one(tmp_path, capacity=CAPACITY.replace("size: 8", f"size: {size}")).crowds is crowds


def waves(units: int, places: int, runtime: int) -> int:
    """Give each unit to the place that is free first, one after the other; the last one decides."""
    free = [0] * places
    for _ in range(units):
        heapq.heappush(free, heapq.heappop(free) + runtime)
    return max(free)


COUNTS = st.integers(1, 400)


@given(COUNTS, st.integers(1, 40), st.integers(1, 60))
def test_runs_equal_a_simulation_of_the_pool(units: int, per_run: int, places: int) -> None:
    free = [0] * places
    for first in range(0, units, per_run):
        heapq.heappush(free, heapq.heappop(free) + min(per_run, units - first))
    number = {"units": units, "units_per_run": per_run, "parallel": places, "unit_runtime": 1, "retry_rate": 0}
    told = {name: put_in(name, Decimal(value)) for name, value in number.items()}
    full = put_in("full_runs", compute("full_runs", told["units"], told["units_per_run"]))
    left = put_in("units_left", compute("units_left", told.pop("units"), full, told["units_per_run"]))
    duration = compute("backfill_in_runs", full, left, *told.values())
    assert duration is not None
    assert duration.value.base == max(free)


@given(COUNTS, st.integers(1, 40), st.integers(1, 12), st.integers(0, 39), st.integers(1, 90))
def test_waves_equal_a_simulation_of_the_pool(asked: int, pool: int, slots: int, live: int, minutes: int) -> None:
    places = compute(
        "effective_parallel",
        *(
            put_in(name, Decimal(n))
            for name, n in (("parallel", asked), ("pool", pool), ("live", live), ("slots", slots))
        ),
    )
    assert places is not None
    taken, fits = live, 0
    while fits < asked and taken + slots <= pool:
        taken, fits = taken + slots, fits + 1
    assert max(places.value.base, 0) == fits
    duration = compute(
        "backfill_duration",
        put_in("units", Decimal(asked)),
        put_in("parallel", places),
        put_in("unit_runtime", Decimal(minutes)),
        put_in("retry_rate", Decimal(0)),
    )
    assert duration is not None
    assert duration.value.base == (waves(asked, fits, minutes) if fits else Decimal("Infinity"))


@given(COUNTS, st.integers(1, 60), st.integers(1, 60))
def test_more_at_one_time_never_takes_longer(units: int, few: int, more: int) -> None:
    def duration(parallel: int) -> Decimal:
        found = compute(
            "backfill_duration",
            put_in("units", Decimal(units)),
            put_in("parallel", Decimal(parallel)),
            put_in("unit_runtime", Decimal(720)),
            put_in("retry_rate", Decimal("0.05")),
        )
        assert found is not None
        return found.value.base

    assert duration(max(few, more)) <= duration(min(few, more))


def stretch(start: datetime, end: datetime, grain: str, excluded: list[date] | None = None) -> Backfill:
    return written(start.isoformat(), end.isoformat(), grain, *(f"{day}" for day in excluded or ()))


def written(start: str, end: str, grain: str, *excluded: str) -> Backfill:
    return Backfill.model_validate(
        {"id": "history", "range": {"start": start, "end": end}, "granularity": grain, "excluded": list(excluded)}
    )


def units(backfill: Backfill) -> Decimal:
    found = compute(
        "backfill_units",
        put_in("range", length(backfill)),
        put_in("granularity", backfill.granularity),
        put_in("excluded", excluded_units(backfill)),
    )
    assert found is not None
    return found.value.base


@pytest.mark.parametrize(
    ("start", "end", "grain", "count"),
    [
        ("2025-01-01", "2026-01-01", "1 month", 12),
        ("2025-01-01", "2026-01-02", "1 month", 13),  # the last one is not full
        ("2025-01-15", "2025-03-15", "1 month", 2),
        ("2025-01-31", "2025-03-31", "1 month", 2),
        ("2025-01-31", "2025-02-28", "1 month", 1),
        ("2025-01-01", "2026-01-01", "3 month", 4),
        ("2024-01-01", "2025-01-01", "1 yr", 1),
        ("2024-02-29", "2026-02-28", "1 yr", 2),
        ("2024-01-01", "2025-01-02", "1 yr", 2),
        ("2024-01-01", "2025-01-01", "365 d", 2),
        ("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", "1 d", 3),  # one of them has 25 hours
        ("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", "24 h", 4),
        ("2027-03-27T00:00+01:00", "2027-03-30T00:00+02:00", "1 d", 3),
        ("2026-10-22T00:00+02:00", "2026-11-05T00:00+01:00", "1 wk", 2),
        ("2026-10-01T00:00+02:00", "2026-12-01T00:00+01:00", "1 month", 2),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:15+01:00", "1 d", 1),  # the clock is set back in it
        ("2026-10-24", "2026-10-27", "1 d", 3),
    ],
)
def test_units_are_those_of_the_calendar(start: str, end: str, grain: str, count: int) -> None:
    assert units(written(start, end, grain)) == count


@pytest.mark.parametrize(
    ("backfill", "count"),
    [
        (written("2025-01-01", "2026-01-01", "1 month", *(f"2025-02-{day:02}" for day in range(1, 29))), 11),
        (written("2025-01-01", "2026-01-01", "1 month", *(f"2025-02-{day:02}" for day in range(1, 28))), 12),
        (written("2026-10-24T00:00+02:00", "2026-10-27T00:00+01:00", "1 d", "2026-10-25"), 2),
    ],
)
def test_excluded_days_are_those_of_the_clock(backfill: Backfill, count: int) -> None:
    assert units(backfill) == count


def test_the_length_is_told_in_what_its_units_are(tmp_path: Path) -> None:
    found = one(tmp_path, ("granularity: 1 d", "granularity: 1 month"))
    assert found.units is not None
    assert found.units.work == "⌈12 month ÷ 1 month⌉ − 0"
    found = one(
        tmp_path / "part", ("granularity: 1 d", "granularity: 1 yr"), ("start: 2025-11-18", "start: 2024-05-18")
    )
    assert found.units is not None
    assert found.units.work == "⌈2.50 yr ÷ 1 yr⌉ − 0"


MOMENTS = st.integers(1, 400)


@given(MOMENTS, MOMENTS)
def test_ranges_that_meet_count_no_unit_twice(first: int, second: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    middle, end = start + timedelta(days=first), start + timedelta(days=first + second)
    parts = units(stretch(start, middle, "1 d")) + units(stretch(middle, end, "1 d"))
    assert parts == units(stretch(start, end, "1 d")) == first + second


@given(st.integers(1, 96), st.integers(1, 240), st.sets(st.integers(-2, 12)))
def test_excluded_units_equal_a_count_one_by_one(grain: int, length: int, days: set[int]) -> None:
    start = datetime(2026, 3, 1, 6, tzinfo=UTC)
    end = start + timedelta(hours=length)
    excluded = sorted(date(2026, 3, 1) + timedelta(days=day) for day in days)
    left, begin = 0, start
    while begin < end:
        until = min(begin + timedelta(hours=grain), end)
        hours_of = [begin + timedelta(hours=hour) for hour in range(int((until - begin).total_seconds() // 3600))]
        left += not all(hour.date() in excluded for hour in hours_of)
        begin += timedelta(hours=grain)
    assert units(stretch(start, end, f"{grain} h", excluded)) == left
