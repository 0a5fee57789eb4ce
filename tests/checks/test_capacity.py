"""Volumes that are said, peaks that fit, horizons and runtimes."""

from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

CAPACITY, INGESTION, SOURCES, MODELING = (
    "03-capacity.yml",
    "04-ingestion.yml",
    "02-sources.yml",
    "05-modeling.yml",
)
RAW = (
    "  - {dataset: raw.orders, from: shop_db.orders, shape: append, runs_per_day: 1, compression: 3, "
    "retention: {hot: 2 yr, total: 3 yr}}\n"
)
MART = (
    "  - {dataset: mart.orders, from: shop_db.orders, shape: upsert, runs_per_day: 1, compression: 3, "
    "retention: {hot: 3 yr, total: 3 yr}}\n"
)
PATH = "throughput: {capacity: 2000 rows/s, target_utilisation: 70 %}\n"


def capacity(old: str, new: str) -> tuple[str, str, str]:
    return CAPACITY, old, new


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [capacity(MART, "")],
            [("workloads", "mart.orders is written, and no workload says how much")],
        ),
        (
            [capacity(RAW, "")],
            [("workloads", "raw.orders is written, and no workload says how much")],
        ),
        ([capacity(MART, ""), (MODELING, "materialized: incremental", "materialized: view")], []),
        ([capacity(MART, ""), (MODELING, "materialized: incremental", "materialized: ephemeral")], []),
        ([capacity(RAW, ""), (INGESTION, "kind: ingest", "kind: transform")], []),
        (
            [capacity("raw.orders, from: shop_db.orders", "raw.orders"), capacity(MART, "")],
            [
                ("workloads", "Source dataset shop_db.orders is in no workload"),
                ("workloads", "mart.orders is written, and no workload says how much"),
                (
                    "workloads[0]",
                    "Workload raw.orders does not say how many rows come a day and how large a row is and how far the "
                    "peak is above the mean and how it grows",
                ),
            ],
        ),
        (
            [capacity(MART, RAW.replace("raw.orders", "mart.orders", 1) + MART)],
            [("workloads[2].dataset", "mart.orders has two workloads; its volume would count twice")],
        ),
        (
            [(SOURCES, "        rows_total: 4_000_000 rows\n", "")],
            [("workloads[1]", "Workload mart.orders does not say how many rows it holds")],
        ),
        (
            [(SOURCES, "        peak_factor: 3\n", "")],
            [
                ("workloads[0]", "Workload raw.orders does not say how far the peak is above the mean"),
                ("workloads[1]", "Workload mart.orders does not say how far the peak is above the mean"),
            ],
        ),
    ],
)
def test_every_dataset_has_a_volume(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP001", changes)) == found


SCHEDULE = 'cron: "0 3 * * *", timezone: UTC, catchup: false'


def runs(count: str, of: str = "raw.orders, from: shop_db.orders, shape: append") -> tuple[str, str, str]:
    return capacity(f"{of}, runs_per_day: 1", f"{of}, runs_per_day: {count}")


def cron(text: str, more: str = "catchup: false") -> tuple[str, str, str]:
    return INGESTION, SCHEDULE, f'cron: "{text}", timezone: UTC, {more}'


MART_TWICE = runs("2", "mart.orders, from: shop_db.orders, shape: upsert")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        (
            [runs("24")],
            ["raw.orders has `runs_per_day: 24`, but load_orders writes it by `0 3 * * *`, once a day"],
        ),
        (
            [cron("0 * * * *")],
            [
                "raw.orders has `runs_per_day: 1`, but load_orders writes it by `0 * * * *`, 24 times a day",
                "mart.orders has `runs_per_day: 1`, but build_orders writes it after load_orders by `0 * * * *`, 24 "
                "times a day",
            ],
        ),
        (
            [runs("4"), cron("0 3,15 * * 1-5"), MART_TWICE],
            [
                "raw.orders has `runs_per_day: 4`, but load_orders writes it by `0 3,15 * * 1-5`, twice a day on the "
                "days that it has"
            ],
        ),
        ([cron("0 3 * * 1-5")], []),
        ([cron("0 3 * * 1-5"), runs("0.7")], []),
        ([cron("0 3 * * 1"), runs("0.14")], []),
        ([runs("24"), cron("0 3 * * *", "catchup: true")], []),
        ([runs("24"), cron("0 3 * * *", "catchup: false, calendar: bank days")], []),
        ([runs("24"), (INGESTION, SCHEDULE, "event: a file is there, timezone: UTC, catchup: false")], []),
        ([runs("24"), (INGESTION, "outputs: [mart.orders]", "outputs: [mart.orders, raw.orders]")], []),
        ([capacity("runs_per_day: 1, ", ""), cron("0 * * * *")], []),
    ],
)
def test_runs_a_day_are_those_of_the_schedule(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    findings = judged(tmp_path, "CAP001", changes)
    assert [message for _, message in told(findings)] == found


def test_the_runs_that_are_suggested_are_those_of_the_schedule(tmp_path: Path) -> None:
    findings = judged(tmp_path / "now", "CAP001", [runs("24"), cron("0 3,15 * * *"), MART_TWICE])
    assert [finding.expected for finding in findings] == ["`runs_per_day: 2`"]
    assert judged(tmp_path / "then", "CAP001", [runs("2"), cron("0 3,15 * * *"), MART_TWICE]) == []


def test_a_refused_driver_leaves_the_volume_undetermined(tmp_path: Path) -> None:
    found = judged(tmp_path, "CAP001", [(SOURCES, "row_bytes: 300 B", "row_bytes: 300")])
    assert verdicts(found) == [("CAP001", "undetermined", None)]


# The load peaks at 6000 × 3 / 360 s = 50 rows/s, and the build that it starts at 6000 × 3 / 240 s = 75 rows/s.
TURNS = "The peak of all workloads (the largest of build_orders and load_orders, which never meet)"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([capacity(PATH, "throughput: {capacity: 150 rows/s, target_utilisation: 50 %}\n")], []),
        (
            [capacity(PATH, "throughput: {capacity: 149.9 rows/s, target_utilisation: 50 %}\n")],
            [
                (
                    "throughput.capacity",
                    f"{TURNS} is 75 rows/s, 74.9 rows/s may be used, 50 % of 149.9 rows/s",
                )
            ],
        ),
        (
            [capacity(PATH, "throughput: {capacity: 120 rows/s, target_utilisation: 50 %}\n")],
            [
                (
                    "throughput.capacity",
                    f"{TURNS} is 75 rows/s, 60 rows/s may be used, 50 % of 120 rows/s",
                )
            ],
        ),
        (
            [capacity("target_utilisation: 70 %", "target_utilisation: 0 %")],
            [
                (
                    "throughput.capacity",
                    f"{TURNS} is 75 rows/s, 0 rows/s may be used, 0 % of 2000 rows/s",
                ),
                ("throughput.target_utilisation", "A target utilisation of 0 leaves nothing to use"),
            ],
        ),
        (
            [capacity(PATH, "throughput: {capacity: 2000 rows/s}\n")],
            [
                (
                    "throughput",
                    "Nothing says the share of it that may be used, so that the peak cannot be held against it",
                )
            ],
        ),
        (
            [capacity("  - {pipeline: build_orders, p50: 2 min, p95: 4 min, max: 10 min}\n", "")],
            [
                (
                    "runtimes",
                    "The peak of mart.orders is not known: the pipeline that writes it has no p95 runtime",
                )
            ],
        ),
    ],
)
def test_the_peak_fits(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP004", changes)) == found


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ([], "75 rows/s: 18,000 rows in 4 min (p95 of build_orders)"),
        (
            [capacity("p50: 2 min, p95: 4 min", "p50: 5 min, p95: 4 min")],
            "75 rows/s: 18,000 rows in 4 min (p95 of build_orders, which CAP007 doubts: its p50 is 5 min)",
        ),
    ],
)
def test_what_sets_the_peak_is_named(tmp_path: Path, changes: Changes, told: str) -> None:
    low = capacity("capacity: 2000 rows/s", "capacity: 100 rows/s")
    (found,) = judged(tmp_path, "CAP004", [low, *changes])
    assert found.hint == f"Most of the peak is mart.orders, {told}; the peak is 70 % of 108 rows/s"


@pytest.mark.parametrize(
    ("rate", "asked"),
    [
        ("2000 rows/h", ". Or is it `2000 rows/s`?"),
        ("20_000 rows/h", ". Or is it `20_000 rows/min`?"),
        ("2000 rows/d", ". Or is it `2000 rows/s`?"),
        ("100 rows/h", ""),
        ("100 rows/s", ""),
    ],
)
def test_the_same_number_per_second_is_asked_about_where_it_would_do(tmp_path: Path, rate: str, asked: str) -> None:
    (found,) = judged(tmp_path, "CAP004", [capacity("capacity: 2000 rows/s", f"capacity: {rate}")])
    assert "".join((found.hint or "").partition("the peak is 70 % of ")[2].partition(".")[1:]) == asked


@pytest.mark.parametrize(
    ("share", "severity"),
    [("70 %", []), ("71 %", ["warning"]), ("85 %", ["warning"]), ("86 %", ["error"])],
)
def test_the_target_utilisation_has_two_bars(tmp_path: Path, share: str, severity: list[str]) -> None:
    found = judged(tmp_path, "CAP004", [capacity("target_utilisation: 70 %", f"target_utilisation: {share}")])
    assert [finding.severity for finding in found] == severity


def test_a_missing_driver_of_the_peak_is_told_by_the_rule_of_drivers(tmp_path: Path) -> None:
    found = judged(tmp_path, "CAP004", [(SOURCES, "        peak_factor: 3\n", "")])
    assert verdicts(found) == [("CAP004", "error", "CAP001")] * 2


@pytest.mark.parametrize(
    "change",
    [
        capacity("capacity: 2000 rows/s", "capacity: 2000"),
        capacity("p50: 2 min, p95: 4 min", "p50: 2 min, p95: 4"),
        (SOURCES, "peak_factor: 3", "peak_factor: high"),
    ],
)
def test_a_refused_value_leaves_the_peak_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, "CAP004", [change])) == [("CAP004", "undetermined", None)]


def test_a_plan_that_declines_its_throughput_has_no_peak_to_judge(tmp_path: Path) -> None:
    declined = capacity(PATH, "throughput: {not_applicable: The warehouse scales without a bound of ours}\n")
    assert judged(tmp_path, "CAP004", [declined]) == []


def test_a_section_that_is_not_there_is_told_by_the_rule_of_sections(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "CAP004", [capacity(PATH, "")])) == [("CAP004", "error", "GEN014")] * 2


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([capacity("horizon: 24 month", "horizon: 1 yr")], []),
        ([capacity("horizon: 24 month", "horizon: 12 month")], []),
        (
            [capacity("horizon: 24 month", "horizon: 11 month")],
            [("horizon", "The horizon is 11 month, it has to be at least 12 month")],
        ),
        ([capacity("horizon: 24 month\n", "")], [("horizon", "The plan says no horizon")]),
        (
            [(SOURCES, "        growth_kind: compound\n", ""), capacity(MART, "")],
            [
                (
                    "workloads[0].growth_kind",
                    "Workload raw.orders does not say whether its growth is compound or linear",
                )
            ],
        ),
        (
            [(SOURCES, "        growth_kind: compound\n", "")],
            [
                (
                    "workloads[0].growth_kind",
                    "Workloads raw.orders and mart.orders do not say whether their growth is compound or linear",
                )
            ],
        ),
        (
            [
                (SOURCES, "        growth_kind: compound\n", ""),
                capacity("{dataset: mart.orders, from: shop_db.orders,", "{dataset: mart.orders,"),
            ],
            [
                (
                    "workloads[0].growth_kind",
                    "Workload raw.orders does not say whether its growth is compound or linear",
                ),
                (
                    "workloads[1].growth_kind",
                    "Workload mart.orders does not say whether its growth is compound or linear",
                ),
            ],
        ),
        (
            [
                (SOURCES, "        growth_kind: compound\n", ""),
                capacity("compression: 3", "compression: 3, growth_kind: linear"),
            ],
            [],
        ),
    ],
)
def test_the_plan_looks_ahead(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP005", changes)) == found


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("p50: 3 min, p95: 3 min, max: 3 min", []),
        (
            "p50: 7 min, p95: 6 min, max: 15 min",
            [("runtimes[0].p50", "Runtime of load_orders: p50 7 min is above p95 6 min")],
        ),
        (
            "p50: 3 min, p95: 16 min, max: 15 min",
            [("runtimes[0].p95", "Runtime of load_orders: p95 16 min is above max 15 min")],
        ),
        ("p50: 3 min, p95: 6 min", [("runtimes[0]", "The runtime of load_orders says no max")]),
    ],
)
def test_runtimes_are_in_order(tmp_path: Path, change: str, found: list[tuple[str, str]]) -> None:
    changed = capacity("p50: 3 min, p95: 6 min, max: 15 min", change)
    assert told(judged(tmp_path, "CAP007", [changed])) == found
