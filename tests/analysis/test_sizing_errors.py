"""The errors of sizing pages: what the wrong way gives is not what comes out here."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.amount import settled
from plangate.analysis.calendar import fires
from plangate.analysis.capacity import CapacityFacts, capacity
from plangate.analysis.computed import Computed, compute
from plangate.analysis.computed import given as put_in
from plangate.model.bound import parse as parse_bound
from plangate.model.quantity import parse

from .plans import plan

INGESTION = "pipelines: [{id: load_orders, inputs: [shop_db.orders], outputs: [raw.orders]}]\n"


def worked(formula: str, **numbers: str) -> Computed:
    """Put numbers, as people write them, into a formula."""
    inputs = []
    for name, text in numbers.items():
        number = parse_bound(f"== {text}").value
        inputs.append(put_in(name, number if number.unit else number.value))
    found = compute(formula, *inputs)
    assert found is not None
    return found


def volumes(folder: Path, workload: str, growth: str = "0 %/month", more: str = "") -> CapacityFacts:
    """Compute the volumes of one workload: 50 million rows of 800 B a day, with a peak of six times the mean."""
    sources = (
        "sources: [{id: shop_db, datasets: [{id: shop_db.orders, rows_total: 1000 rows, "
        "rows_per_day: 50_000_000 rows/d, row_bytes: 800 B, peak_factor: 6, "
        f"growth: {growth}, growth_kind: compound}}]}}]\n"
    )
    text = f"horizon: 12 month\nworkloads: [{{dataset: raw.orders, from: shop_db.orders, {workload}}}]\n{more}"
    return capacity(plan(folder, sources=sources, ingestion=INGESTION, capacity=text))


def stored(found: CapacityFacts, unit: str) -> Decimal:
    assert found.total_stored_at_horizon is not None
    return round(found.total_stored_at_horizon.value.to(unit), 9)


def test_gb_are_not_gib() -> None:
    """40 GB a day are 37.25 GiB; whoever takes one for the other is off by 7 %."""
    volume = worked("daily_volume", rows_per_day="50_000_000 rows/d", row_bytes="800 B/rows").value
    assert settled(volume.to("GB/d")) == 40
    assert round(volume.to("GiB/d"), 4) == Decimal("37.2529")
    assert str(worked("file_count", size="40 GB", file_size="128 MiB")) == "299"
    assert str(worked("file_count", size="40 GiB", file_size="128 MiB")) == "320"


def test_gib_stay_gib_in_a_plan_that_is_billed_by_them(tmp_path: Path) -> None:
    cost = "cost: {lines: [{driver: storage, stock: raw.orders, unit_price: 20 EUR/TiB/month}]}\n"
    assert str(volumes(tmp_path, "retention: {total: 1 d}", more=cost).total_daily) == "37.3 GiB/d"


def test_part_of_a_machine_is_a_machine() -> None:
    """259.2 brokers are 260; a published page prints 259."""
    assert str(worked("units_needed", load="362_880_000 MB", per_unit="2_000_000 MB", utilisation="70 %")) == "260"


def test_what_fits_exactly_needs_no_machine_more() -> None:
    """Rounding up is no excuse for one too many: three hundred a day divided by a hundred a day are three."""
    assert str(worked("units_needed", load="300 rows/d", per_unit="100 rows/d", utilisation="100 %")) == "3"


def test_the_peak_factor_is_no_matter_of_storage(tmp_path: Path) -> None:
    found = volumes(tmp_path, "retention: {total: 90 d}")
    assert stored(found, "TB") == Decimal("3.6")
    assert stored(volumes(tmp_path / "peak", "peak_factor: 12, retention: {total: 90 d}"), "TB") == Decimal("3.6")
    assert found.peak_rate is not None
    assert round(found.peak_rate.value.base, 4) == Decimal("3472.2222")


def test_replication_counts_once(tmp_path: Path) -> None:
    """Three copies are three times the data: not three and the first one more, nor three times for each of three."""
    assert stored(volumes(tmp_path, "replication: 3, retention: {total: 90 d}"), "TB") == Decimal("10.8")
    peak = volumes(tmp_path / "again", "replication: 3, retention: {total: 90 d}").peak_rate
    assert peak is not None
    assert round(peak.value.base, 4) == Decimal("3472.2222")


def test_replication_is_no_matter_of_the_size_of_a_partition(tmp_path: Path) -> None:
    found = volumes(tmp_path, "replication: 3, retention: {total: 90 d}, partitions: {granularity: 1 d}")
    cut = found.workloads[0].cut_at_horizon
    assert cut is not None
    assert cut.size is not None
    assert round(cut.size.value.to("GB"), 9) == 40


def test_compression_counts_once(tmp_path: Path) -> None:
    """The size of a row is uncompressed; what is stored is a quarter of it, what arrives is not."""
    found = volumes(tmp_path, "compression: 4, retention: {total: 90 d}")
    assert stored(found, "TB") == Decimal("0.9")
    assert found.total_daily is not None
    assert settled(found.total_daily.value.to("GB/d")) == 40


def test_weeks_of_retention_meet_rows_a_day(tmp_path: Path) -> None:
    assert stored(volumes(tmp_path, "retention: {total: 2 wk}"), "GB") == 40 * 14
    assert stored(volumes(tmp_path / "days", "retention: {total: 14 d}"), "GB") == 40 * 14


def test_a_yearly_growth_does_not_compound_monthly(tmp_path: Path) -> None:
    """12 % a year are 12 % more in a year of 365 days; 1 % a month would be 12.7 %, and 12 % a month 3.9 times."""
    growth = worked("growth_compound", growth="12 %/yr", period="365 d", time="365 d")
    assert growth.value.base == Decimal("1.12")
    found = volumes(tmp_path, "shape: upsert", growth="12 %/yr").workloads[0]
    assert found.stored_at_horizon is not None
    size = found.stored_at_horizon.value.base / 800_000
    assert Decimal("1.118") < size < Decimal("1.12")
    monthly = volumes(tmp_path / "monthly", "shape: upsert", growth="12 %/month").workloads[0].stored_at_horizon
    assert monthly is not None
    assert round(monthly.value.base / 800_000, 3) == Decimal("3.896")


def test_the_mean_of_the_day_is_not_the_peak(tmp_path: Path) -> None:
    found = volumes(tmp_path, "retention: {total: 1 d}").workloads[0]
    assert found.average_rate is not None
    assert found.peak_rate is not None
    assert found.peak_rate.value.base == 6 * found.average_rate.value.base


def test_a_nightly_batch_does_not_take_the_day(tmp_path: Path) -> None:
    """50 million rows in an hour are 13,889 a second, times the fullest night: not 579."""
    runtime = "runtimes: [{pipeline: load_orders, p95: 1 h}]\n"
    found = volumes(tmp_path, "runs_per_day: 1, peak_factor: 2, retention: {total: 1 d}", more=runtime)
    assert str(found.peak_rate) == "27,778 rows/s"


def test_what_keeps_arriving_takes_its_part_of_the_capacity() -> None:
    """36 million rows at 10,000 a second are an hour, if nothing arrived: with 5,000 a second it takes two."""
    assert str(worked("catch_up", backlog="36_000_000 rows", capacity="10000 rows/s", load="5000 rows/s")) == "2 h"
    assert worked("catch_up", backlog="1 rows", capacity="5000 rows/s", load="5000 rows/s").never
    assert worked("catch_up", backlog="1 rows", capacity="4000 rows/s", load="5000 rows/s").never
    assert worked("catch_up", backlog="100 rows", capacity="3 rows/d", load="3 rows/d").never


@pytest.mark.parametrize(("months", "days"), [("1 month", 30), ("12 month", 360), ("1 yr", 365)])
def test_a_month_has_thirty_days_and_a_year_365(months: str, days: int) -> None:
    """Neither 28 nor 30.44 nor 31; a rate a month times twelve is no rate a year."""
    assert parse(months) == parse(f"{days} d")


def test_bits_are_not_bytes() -> None:
    assert parse("8 bit") == parse("1 B")
    assert worked("transfer_time", size="10 TB", link="1_000_000_000 bit/s", efficiency="100 %").value.to("s") == 80_000


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-06-01", 24), ("2027-10-31", 25)])
def test_a_local_day_has_not_always_24_hours(day: str, hours: int) -> None:
    """From midnight to midnight in Berlin; who takes 24 hours reads an hour twice, or never."""
    start = datetime.fromisoformat(f"{day}T00:00:00+00:00").replace(tzinfo=UTC) - timedelta(hours=3)
    first, then = fires("0 0 * * *", "Europe/Berlin", start, start + timedelta(hours=30))
    assert then - first == timedelta(hours=hours)


def test_rounded_rates_are_not_multiplied_on() -> None:
    """A tenth of a row a minute, times three, is 432 rows a day; 0.00167 rows a second, as a page shows it, are 433."""
    rate = worked("peak_rate", rows_per_day="144 rows/d", peak_factor="3").value
    assert settled(rate.to("rows/d")) == 432
    assert round(Decimal("0.00167") * 3 * 86400) == 433
