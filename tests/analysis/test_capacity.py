"""Workloads, throughput, counts of units, queries and what stands side by side at the cutover, worked by hand."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plangate.analysis.amount import settled
from plangate.analysis.capacity import CapacityFacts, capacity
from plangate.analysis.computed import Computed, compute, leaves
from plangate.analysis.computed import given as put_in
from plangate.analysis.throughput import first_above
from plangate.model.quantity import parse

from .plans import plan

SOURCES = """
sources:
  - id: shop_db
    datasets:
      - {id: shop_db.orders, rows_total: 36500 rows, rows_per_day: 100 rows/d, row_bytes: 80 B, peak_factor: 3,
         growth: 0 %/month, growth_kind: linear}
"""
INGESTION = "pipelines: [{id: load_orders, inputs: [shop_db.orders], outputs: [raw.orders]}]\n"


def facts(folder: Path, workload: str = "", more: str = "", **gates: str) -> CapacityFacts:
    """Compute the volumes of a plan with one workload over a year; 100 rows of 80 B arrive a day."""
    text = (
        "horizon: 12 month\n"
        f"workloads: [{{dataset: raw.orders, from: shop_db.orders, retention: {{total: 90 d}}{workload}}}]\n{more}"
    )
    return capacity(plan(folder, sources=SOURCES, ingestion=INGESTION, capacity=text, **gates))


def exact(number: Computed | None) -> Decimal:
    assert number is not None
    return number.value.base


def test_storage_keeps_its_work_month_by_month(tmp_path: Path) -> None:
    found = facts(tmp_path)
    (workload,) = found.workloads
    assert [settled(exact(stored)) for stored in workload.series] == [8000 * days for days in (0, 30, 60, *[90] * 10)]
    assert workload.series[2].work == "8 kB/d × 60 d ÷ 1 × 1 × (1 + 0 %)"
    assert [exact(stored) for stored in found.stored] == [exact(stored) for stored in workload.series]
    assert {entry.path for entry in leaves(found.stored[3])} == {
        ("workloads", 0, "retention", "total"),
        *(("sources", 0, "datasets", 0, name) for name in ("rows_per_day", "row_bytes", "growth")),
    }


def test_a_series_with_a_gap_is_none_at_all(tmp_path: Path) -> None:
    found = facts(tmp_path, more="runtimes: []\n")
    assert found.workloads[0].series
    text = "horizon: 12 month\nworkloads: [{dataset: raw.orders, from: shop_db.orders}, {dataset: raw.other}]\n"
    found = capacity(plan(tmp_path / "again", sources=SOURCES, ingestion=INGESTION, capacity=text))
    assert (found.stored, found.workloads[0].series, found.total_stored_at_go_live) == ((), (), None)


@pytest.mark.parametrize(
    ("reserve", "stored"),
    [
        ("", 720_000),
        (", os_reserve: 5 %", Decimal(720_000) / Decimal("0.95")),
        (", os_reserve: 5 %, service_overhead: 20 %", Decimal(720_000) / Decimal("0.95") / Decimal("0.8")),
        (
            ", replication: 2, overhead: 10 %, os_reserve: 5 %, service_overhead: 20 %",
            Decimal(720_000) * 2 * Decimal("1.1") / Decimal("0.95") / Decimal("0.8"),
        ),
    ],
)
def test_disk_of_a_search_engine(tmp_path: Path, reserve: str, stored: Decimal) -> None:
    assert round(exact(facts(tmp_path, reserve).total_stored_at_horizon), 12) == round(stored, 12)


@pytest.mark.parametrize(
    ("shape", "numbers"),
    [
        # 90 days of 8 kB; a partition has 8 kB on average, which is three files of 3 kB and less.
        ("append", ("0", "90", "8 kB", "8 kB", "3", "2.67 kB")),
        ("append, replication: 3", ("0", "90", "8 kB", "8 kB", "3", "2.67 kB")),
        ("append, compression: 4", ("0", "90", "2 kB", "8 kB", "1", "2 kB")),
        # 36500 rows of 80 B are 2.92 MB in as many partitions as are kept, from the first day on.
        ("upsert", ("90", "90", "32.4 kB", "32.4 kB", "11", "2.95 kB")),
        ("full_snapshot, snapshots_kept: 2", ("90", "90", "64.9 kB", "32.4 kB", "22", "2.95 kB")),
    ],
)
def test_partitions(tmp_path: Path, shape: str, numbers: tuple[str, ...]) -> None:
    cut = ", partitions: {granularity: 1 d, target_file_size: 3 kB}"
    (workload,) = facts(tmp_path, f", shape: {shape}{cut}").workloads
    now, later = workload.cut_at_go_live, workload.cut_at_horizon
    assert now is not None
    assert later is not None
    found = (now.count, later.count, later.size, later.read, later.files, later.file_size)
    assert tuple(str(number) for number in found) == numbers


def test_history_counts_as_partitions(tmp_path: Path) -> None:
    history = "backfill: [{id: b1, dataset: raw.orders, range: {start: 2026-01-01, end: 2026-02-10}}]\n"
    (workload,) = facts(tmp_path, ", partitions: {granularity: 1 d}", cutover=history).workloads
    assert workload.cut_at_go_live is not None
    assert str(workload.cut_at_go_live.count) == "40"
    assert str(workload.stored_at_go_live) == "320 kB"


@pytest.mark.parametrize(
    ("ranges", "days"),
    [
        (["start: 2026-01-01, end: 2026-02-10", "start: 2025-12-12, end: 2026-01-01"], 60),  # they meet
        (["start: 2026-01-01, end: 2026-02-10", "start: 2026-01-31, end: 2026-02-20"], 50),  # ten days are in both
        (["start: 2026-01-01, end: 2026-02-10", "start: 2026-01-11, end: 2026-01-21"], 40),  # one within the other
        (["start: 2026-01-01, end: 2026-02-10"] * 2, 40),
        (["start: 2026-01-01, end: 2026-01-06", "start: 2026-02-01, end: 2026-02-06"], 10),  # with a gap
    ],
)
def test_several_backfills_count_with_what_they_cover_together(tmp_path: Path, ranges: list[str], days: int) -> None:
    entries = ", ".join(
        f"{{id: b{place}, dataset: raw.orders, range: {{{text}}}}}" for place, text in enumerate(ranges)
    )
    (workload,) = facts(tmp_path, ", partitions: {granularity: 1 d}", cutover=f"backfill: [{entries}]\n").workloads
    assert workload.cut_at_go_live is not None
    assert int(exact(workload.cut_at_go_live.count)) == days
    assert settled(exact(workload.stored_at_go_live)) == 8000 * days
    assert workload.stored_at_go_live is not None
    moved = {entry.path[:2] for entry in leaves(workload.stored_at_go_live) if entry.gate == "cutover"}
    assert moved == {("backfill", place) for place in range(len(ranges))}


def test_without_a_horizon_nothing_is_known_of_it(tmp_path: Path) -> None:
    text = (
        "workloads: [{dataset: raw.orders, from: shop_db.orders, partitions: {granularity: 1 d}}]\n"
        "throughput: {capacity: 200 rows/d, target_utilisation: 50 %}\n"
    )
    found = capacity(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text))
    (workload,) = found.workloads
    assert (found.total_stored_at_horizon, found.data_at_horizon, found.peak_at_horizon) == (None, None, None)
    assert workload.stored_at_horizon is None
    assert workload.cut_at_horizon is not None
    assert (workload.cut_at_horizon.count, workload.cut_at_horizon.size) == (None, None)
    assert str(workload.cut_at_horizon.read) == "8 kB"
    assert found.peak_rate is not None
    assert found.throughput.crossing == 0  # 300 rows/d at the peak; today's is known


def test_a_workload_that_is_not_cut_has_no_partitions(tmp_path: Path) -> None:
    assert facts(tmp_path).workloads[0].cut_at_horizon is None


THROUGHPUT = "throughput: {capacity: CAPACITY, target_utilisation: 50 %}\n"


@pytest.mark.parametrize(
    ("carried", "growth", "crossing"),
    [
        ("960 rows/d", "5 %/month", None),
        ("900 rows/d", "5 %/month", 11),  # in month 10 both are 450 rows a day
        ("800 rows/d", "5 %/month", 7),
        ("500 rows/d", "0 %/month", 0),
    ],
)
def test_the_month_in_which_the_peak_passes(tmp_path: Path, carried: str, growth: str, crossing: int | None) -> None:
    """A peak of 300 rows a day grows linearly by 15 a month, to 480 in the twelfth."""
    found = facts(tmp_path, f", growth: {growth}", THROUGHPUT.replace("CAPACITY", carried))
    assert found.throughput.crossing == crossing
    assert len(found.peaks) == 13


def test_use_and_slowdown_at_the_peak(tmp_path: Path) -> None:
    found = facts(tmp_path, more=THROUGHPUT.replace("CAPACITY", "400 rows/d"))
    throughput = found.throughput
    assert [str(part) for part in (throughput.utilisation, throughput.slowdown, found.headroom)] == [
        "75 %",
        "4",
        "-50 %",
    ]
    assert str(found.workloads[0].headroom) == "-50 %"


def test_a_peak_at_the_capacity_waits_for_ever(tmp_path: Path) -> None:
    found = facts(tmp_path, more=THROUGHPUT.replace("CAPACITY", "300 rows/d"))
    assert found.throughput.slowdown is not None
    assert found.throughput.slowdown.never


def test_without_throughput_there_is_nothing_to_hold_the_peak_against(tmp_path: Path) -> None:
    found = facts(tmp_path)
    assert (found.limit, found.headroom, found.throughput.crossing) == (None, None, None)
    assert found.peak_rate is not None


@pytest.mark.parametrize(
    ("numbers", "limit", "place"),
    [((1, 2, 3), 2, 2), ((1, 2, 3), 3, None), ((5,), 4, 0), ((), 1, None)],
)
def test_first_above(numbers: tuple[int, ...], limit: int, place: int | None) -> None:
    assert first_above(map(Decimal, numbers), Decimal(limit)) == place


@pytest.mark.parametrize(
    ("entry", "needed", "usable", "room"),
    [
        ("load: 362_880_000 MB, per_unit: 2_000_000 MB, utilisation: 70 %, count: 259", "260", "363 TB", "-0.0772 %"),
        ("load: 21_000 rows/s, per_unit: 2500 rows/s, utilisation: 70 %, count: 12", "12", "21,000 rows/s", "0 %"),
        ("load: 100 TB, per_unit: 4 TB, utilisation: 100 %, count: 50", "25", "200 TB", "50 %"),
        # A day has no exact share of a second, and yet a hundred rows a day are a third of three hundred.
        ("load: 300 rows/d, per_unit: 100 rows/d, utilisation: 100 %, count: 3", "3", "0.00347 rows/s", "0 %"),
        ("load: 100 TB, per_unit: 4 rows/s, utilisation: 100 %, count: 25", "None", "None", "None"),
        ("load: 100 TB, per_unit: 4 TB, count: 25", "None", "None", "None"),
    ],
)
def test_counts_of_units(tmp_path: Path, entry: str, needed: str, usable: str, room: str) -> None:
    (found,) = facts(tmp_path, more=f"resources: {{sizing: [{{name: Disks, {entry}}}]}}\n").sizing
    assert (str(found.needed), str(found.usable), str(found.headroom)) == (needed, usable, room)
    assert found.name == "Disks"


@pytest.mark.parametrize(("count", "crossing"), [(8, 3), (9, None), (7, 3), (4, 2)])
def test_the_month_in_which_disks_are_full(tmp_path: Path, count: int, crossing: int | None) -> None:
    """240 kB a month are kept for three months; a disk takes 80 kB."""
    sizing = f"resources: {{sizing: [{{load: 1 MB, per_unit: 100 kB, utilisation: 80 %, count: {count}}}]}}\n"
    assert facts(tmp_path, more=sizing).storage_limit[1] == crossing


@pytest.mark.parametrize(
    ("query", "scanned"),
    [
        ("scanned: 12 GiB, partitions: 7, columns_share: 25 %", "12 GiB"),
        ("partitions: 7, columns_share: 25 %", "14 kB"),
        ("partitions: 7", "28 kB"),
        ("columns_share: 25 %", None),
    ],
)
def test_bytes_that_a_query_reads(tmp_path: Path, query: str, scanned: str | None) -> None:
    """A partition has 8 kB, of which half the columns are read unless the query says otherwise."""
    cut = ", partitions: {granularity: 1 d}, columns_scanned_share: 50 %"
    (found,) = facts(tmp_path, cut, f"queries: [{{dataset: raw.orders, {query}}}]\n").queries
    assert (None if found.scanned is None else str(found.scanned.value)) == scanned


def test_the_published_bytes_of_a_query(tmp_path: Path) -> None:
    """50 million rows of 800 B a day are 37.25 GiB; seven days of a quarter of the columns are read."""
    sources = SOURCES.replace("100 rows/d", "50_000_000 rows/d").replace("80 B", "800 B")
    text = (
        "horizon: 12 month\nworkloads: [{dataset: raw.orders, from: shop_db.orders, compression: 4, retention: "
        "{total: 90 d}, partitions: {granularity: 1 d}}]\n"
        "queries: [{dataset: raw.orders, partitions: 7, columns_share: 25 %}]\n"
    )
    (found,) = capacity(plan(tmp_path, sources=sources, ingestion=INGESTION, capacity=text)).queries
    assert found.scanned is not None
    assert round(found.scanned.value.to("GiB") * 200 * 30 / 1024, 0) == 382


@pytest.mark.parametrize(
    ("cutover", "together"),
    [
        ("comms_notice: 1 d", "1 kB"),
        ("legacy: {keep_until: 2027-03-01, storage: 5 kB}", "6 kB"),
        ("legacy: {keep_until: 2027-03-01}", None),
        ("backfill: [{id: b1, dataset: raw.orders, method: shadow_swap}]", "2 kB"),
        ("backfill: [{id: b1, dataset: raw.orders, method: clone}]", "2 kB"),
        ("backfill: [{id: b1, dataset: raw.orders, method: in_place}]", "1 kB"),
        ("backfill: [{id: b1, dataset: raw.other, method: shadow_swap}]", None),
        ("legacy: {storage: 5 kB}\nbackfill: [{id: b1, dataset: raw.orders, method: clone}]", "7 kB"),
    ],
)
def test_what_stands_side_by_side_at_the_cutover(tmp_path: Path, cutover: str, together: str | None) -> None:
    shape = ", shape: upsert, rows_total: 10 rows, row_bytes: 100 B"
    found = facts(tmp_path, shape, cutover=f"{cutover}\n").at_cutover
    assert (None if found is None else str(found)) == together


def test_without_a_cutover_nothing_stands_side_by_side(tmp_path: Path) -> None:
    assert facts(tmp_path).at_cutover is None


def stored(growth: str, kept: str, age: int, kind: str = "compound") -> Decimal:
    arguments = [
        put_in("growth", parse(growth)),
        put_in("period", parse("30 d")),
        put_in("kept", parse(kept)),
        put_in("history", parse("0 d")),
        put_in("age", parse(f"{age} d")),
    ]
    return exact(compute(f"kept_{kind}", *arguments)) / 86400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(growth=st.integers(0, 20), kept=st.integers(1, 900), age=st.integers(0, 900))
def test_storage_is_what_arrived_in_the_days_that_are_kept(growth: int, kept: int, age: int) -> None:
    """Held against adding up day by day, each with the growth of its month."""
    rate = Decimal(growth) / 100
    days = range(max(age - kept, 0), age)
    compound = sum(((1 + rate) ** (day // 30) for day in days), Decimal(0))
    linear = sum((1 + rate * (day // 30) for day in days), Decimal(0))
    assert abs(stored(f"{growth} %/month", f"{kept} d", age, "compound") - compound) < Decimal("1e-15")
    assert abs(stored(f"{growth} %/month", f"{kept} d", age, "linear") - linear) < Decimal("1e-15")


@given(growth=st.integers(0, 20), kept=st.integers(1, 900))
def test_storage_never_falls_while_volume_grows(growth: int, kept: int) -> None:
    months = [stored(f"{growth} %/month", f"{kept} d", 30 * month) for month in range(12)]
    assert all(before <= after for before, after in pairwise(months))


def test_nothing_that_arrives_divides_nothing(tmp_path: Path) -> None:
    more = ", rows_per_day: 0 rows/d, partitions: {granularity: 1 d, target_file_size: 1 MB}"
    found = facts(tmp_path, more, THROUGHPUT.replace("CAPACITY", "300 rows/d"))
    cut = found.workloads[0].cut_at_horizon
    assert cut is not None
    numbers = (found.total_daily, found.peak_rate, found.headroom, found.total_stored_at_horizon, cut.size, cut.files)
    assert [str(number) for number in numbers] == ["0 B/d", "0 rows/s", "100 %", "0 B", "0 B", "0"]
    assert cut.file_size is None


def in_turn(folder: Path, schedule: str, limit: str = "100 rows/s") -> CapacityFacts:
    """Compute the volumes of a load and a build of it, once a day each, 3600 and 7200 rows in a minute."""
    pipelines = (
        'pipelines:\n  - {id: load, outputs: [raw.orders], execution_timeout: 1 h, schedule: {cron: "0 1 * * *", '
        "timezone: UTC, start_date: 2027-01-01, catchup: false}}\n"
        f"  - {{id: build, outputs: [mart.orders], execution_timeout: 1 h, schedule: {{{schedule}, catchup: false}}}}\n"
    )
    workloads = (
        "horizon: 12 month\nworkloads:\n"
        "  - {dataset: raw.orders, rows_per_day: 3600 rows/d, runs_per_day: 1, peak_factor: 1, growth: 10 %/month}\n"
        "  - {dataset: mart.orders, rows_per_day: 7200 rows/d, runs_per_day: 1, peak_factor: 1}\n"
        "runtimes: [{pipeline: load, p95: 1 min}, {pipeline: build, p95: 1 min}]\n"
        f"throughput: {{capacity: {limit}, target_utilisation: 100 %}}\n"
    )
    return capacity(plan(folder, ingestion=pipelines, capacity=workloads))


AT_TWO = 'cron: "0 2 * * *", timezone: UTC, start_date: 2027-01-01'
AT_ONE = AT_TWO.replace("0 2", "0 1")


@pytest.mark.parametrize(
    ("schedule", "limit", "now", "turns"),
    [
        ("after: [load]", "150 rows/s", 120, (("build", "load"),)),
        (AT_TWO, "150 rows/s", 120, (("build", "load"),)),
        (AT_ONE, "150 rows/s", 180, ()),
        ("event: a file", "150 rows/s", 180, ()),
        # There is room for both, but not after a year; then all of it is counted by turns.
        ("after: [load]", "200 rows/s", 120, (("build", "load"),)),
        ("after: [load]", "1000 rows/s", 180, ()),
    ],
)
def test_batches_that_never_meet_take_turns(
    tmp_path: Path, schedule: str, limit: str, now: int, turns: tuple[tuple[str, ...], ...]
) -> None:
    found = in_turn(tmp_path, schedule, limit)
    assert exact(found.peak_rate) == now
    assert found.turns == turns


def test_the_larger_of_two_that_take_turns_may_change(tmp_path: Path) -> None:
    found = in_turn(tmp_path, "after: [load]", "130 rows/s")
    load = [60 * Decimal("1.1") ** month for month in range(13)]
    assert [exact(peak) for peak in found.peaks] == pytest.approx([max(120, rate) for rate in load])
    assert found.throughput.crossing == 9  # 60 × 1.1⁹ = 141
    assert found.peak_rate is not None
    assert found.peak_rate.work == "the largest of 120 rows/s, 60 rows/s"
    assert {entry.path for entry in leaves(found.peak_rate)} >= {
        ("workloads", 0, "rows_per_day"),
        ("workloads", 1, "rows_per_day"),
    }
