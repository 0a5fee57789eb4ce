"""What breaks first: each limit with the factor of the volume at which it is crossed."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.breakpoints import MULTIPLES, Breakpoint
from plangate.analysis.computed import leaves, with_values
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.reading.portfolio import Portfolio, read_portfolio

from .plans import POLICY, plan

ROOT = Path(__file__).parents[2]
SOURCES = """
sources:
  - id: shop
    kind: api
    access: {rate_limit: 1 requests/s, rows_per_request: 100 rows, quota: 2000 requests/d}
    datasets:
      - {id: shop.orders, rows_total: 1000 rows, rows_per_day: 86400 rows/d, row_bytes: 80 B, peak_factor: 2,
         growth: 0 %/month}
"""
INGESTION = """
pipelines:
  - {id: load_orders, inputs: [shop.orders], outputs: [raw.orders], pattern: PATTERN, execution_timeout: 20 min,
     schedule: {cron: "0 * * * *", timezone: UTC, start_date: 2027-01-01}, concurrency: {pool: slots, pool_slots: 2}}
"""
CAPACITY = """
horizon: 12 month
workloads: [{dataset: raw.orders, from: shop.orders, retention: {total: 30 d}}]
throughput: {capacity: 10 rows/s, target_utilisation: 50 %}
runtimes: [{pipeline: load_orders, p50: 6 min, p95: 6 min, max: 15 min}]
resources:
  pools: [{id: slots, size: 1}]
  sizing:
    - {name: Tasks, load: 100 rows/s, per_unit: 4 rows/s, utilisation: 100 %, count: 2}
    - {name: Disks, load: 10 TB, per_unit: 4 TB, utilisation: 50 %, count: 10}
"""


def found(folder: Path, pattern: str = "batch", **changed: str) -> dict[str, Breakpoint]:
    gates = {"sources": SOURCES, "ingestion": INGESTION.replace("PATTERN", pattern), "capacity": CAPACITY} | changed
    return {entry.name: entry for entry in Facts(plan(folder, **gates), POLICY).breakpoints}


def test_every_limit_has_its_factor_and_the_first_to_break_comes_first(tmp_path: Path) -> None:
    assert [(name, str(entry.factor)) for name, entry in found(tmp_path).items()] == [
        ("Disks", "2"),
        ("Quota of shop", "2.31"),
        ("Usable throughput", "2.5"),
        ("Timeout of load_orders", "3.33"),
        ("Tasks", "4"),
        ("Slots of slots", "5"),
        ("Rate limit of shop", "100"),
    ]


def test_a_limit_leads_to_where_the_plan_says_it(tmp_path: Path) -> None:
    places = {name: entry.at for name, entry in found(tmp_path).items()}
    assert places["Usable throughput"] == ("capacity", ("throughput", "capacity"))
    assert places["Timeout of load_orders"] == ("ingestion", ("pipelines", 0, "execution_timeout"))
    assert places["Quota of shop"] == ("sources", ("sources", 0, "access", "quota"))
    assert places["Disks"] == ("capacity", ("resources", "sizing", 1, "count"))


def test_without_a_timeout_the_longest_runtime_counts(tmp_path: Path) -> None:
    entry = found(tmp_path, ingestion=INGESTION.replace(" execution_timeout: 20 min,", "").replace("PATTERN", "batch"))
    assert str(entry["Longest runtime of load_orders"].factor) == "2.5"


def test_a_runtime_of_no_pipeline_is_told_by_its_place(tmp_path: Path) -> None:
    entry = found(tmp_path, capacity=CAPACITY.replace("pipeline: load_orders, ", ""))
    assert str(entry["Longest runtime of entry 1"].factor) == "2.5"


def test_a_stream_holds_its_slots_at_any_volume(tmp_path: Path) -> None:
    assert "Slots of slots" not in found(tmp_path, "stream")


def test_nothing_to_carry_never_breaks(tmp_path: Path) -> None:
    names = found(tmp_path, sources=SOURCES.replace("86400 rows/d", "0 rows/d"))
    assert names["Usable throughput"].factor.never
    assert not any(names["Usable throughput"].broken(times) for times in MULTIPLES)


@pytest.mark.parametrize(("times", "broken"), [(2, False), (3, True)])
def test_a_limit_that_is_just_reached_is_not_crossed(tmp_path: Path, times: int, broken: bool) -> None:
    assert found(tmp_path)["Disks"].broken(times) is broken


def test_a_backfill_meets_its_time(tmp_path: Path) -> None:
    backfill = """
backfill:
  - {id: history, dataset: raw.orders, range: {start: 2026-01-01, end: 2026-01-11}, granularity: 1 d, parallel: 1,
     unit_runtime: {p95: 1 h}, retry_rate: 0 %, must_finish_within: 25 h}
"""
    entry = found(tmp_path, cutover=backfill)["Time of backfill history"]
    assert str(entry.factor) == "2.5"
    assert entry.at == ("cutover", ("backfill", 0, "must_finish_within"))


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return read_portfolio(ROOT / "plans", ROOT / "references")


def test_of_a_stream_state_and_catching_up_break(portfolio: Portfolio) -> None:
    clicks = next(entry for entry in portfolio.plans if entry.id == "clickstream-sessions")
    factors = {
        entry.name: entry.factor for entry in Facts(clicks, portfolio.policy, Landscape(portfolio.plans)).breakpoints
    }
    catching_up = factors["Catching up in time"]
    state = next(factor for name, factor in factors.items() if name.startswith("State of "))
    # Clicks and consent peak at 2241 rows/s: 21000 rows/s ÷ (2241 rows/s × (1 + (2 h + 2 min) ÷ 40 min))
    assert round(catching_up.value.base, 3) == round(
        Decimal(21000) / (Decimal(193_600_000) / 86400 * Decimal("4.05")), 3
    )
    assert 2 < state.value.base < 5


def test_times_its_factor_a_demand_is_its_limit(portfolio: Portfolio) -> None:
    """The peak of the sample plans with every volume multiplied is the usable rate."""
    for each in portfolio.plans:
        facts = Facts(each, portfolio.policy, Landscape(portfolio.plans))
        entry = next(found for found in facts.breakpoints if found.name == "Usable throughput")
        peak, limit = facts.capacity.peak_rate, facts.capacity.limit
        assert peak is not None
        assert limit is not None
        volumes = {
            found.leaf: found.value.base * entry.factor.value.base
            for found in leaves(peak)
            if found.leaf is not None and found.path[-1] == "rows_per_day"
        }
        again = with_values(peak, volumes)
        assert again is not None
        assert abs(again - limit.value.base) < Decimal("1e-15")
