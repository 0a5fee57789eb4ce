"""Volumes, storage and cost of small plans, worked by hand."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.amount import MONTH
from plangate.analysis.capacity import capacity
from plangate.analysis.cost import CostFacts

from .plans import plan

SOURCES = """
sources:
  - id: shop_db
    datasets:
      - id: shop_db.orders
        rows_total: 1000 rows
        rows_per_day: 864 rows/d
        row_bytes: 100 B
        peak_factor: 3
        growth: 0 %/month
"""
INGESTION = "pipelines: [{id: load_orders, inputs: [shop_db.orders], outputs: [raw.orders]}]\n"
CAPACITY = """
horizon: 12 month
workloads:
  - {dataset: raw.orders, from: shop_db.orders, shape: append, retention: {hot: 30 d, total: 60 d}}
throughput: {capacity: 10 rows/s, target_utilisation: 50 %}
runtimes: [{pipeline: load_orders, p50: 1 min, p95: 2 min}]
cost:
  currency: EUR
  lines:
    - {driver: storage, purpose: run, stock: raw.orders, unit_price: 1 EUR/MB/month}
    - driver: compute
      purpose: run
      quantity: {low: 8 credits/month, base: 10 credits/month, high: 20 credits/month}
      unit_price: 3 EUR/credits
    - {driver: scan, purpose: backfill, quantity: 2 TB, unit_price: 6 EUR/TB}
  budget: 60 EUR/month
"""


def test_streamed_peak_and_storage(tmp_path: Path) -> None:
    facts = capacity(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=CAPACITY))
    (workload,) = facts.workloads
    assert str(workload.daily_volume) == "86.4 kB/d"
    assert workload.peak_rate is not None
    assert workload.peak_rate.value.base == Decimal("0.03")
    assert workload.stored_at_go_live is not None
    assert workload.stored_at_go_live.value.base == 0
    assert [stored.value.base for stored in workload.series[:4]] == [0, 2_592_000, 5_184_000, 5_184_000]
    assert facts.headroom is not None
    assert facts.headroom.value.base == 1 - Decimal("0.03") / 5


def test_batch_peak_is_of_the_run(tmp_path: Path) -> None:
    text = CAPACITY.replace("shape: append", "shape: append, runs_per_day: 24")
    facts = capacity(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text))
    assert facts.peak_rate is not None
    assert facts.peak_rate.value.base == Decimal(36) * 3 / 120
    assert facts.workloads[0].peak_rate.work == "864 rows/d × 24 h ÷ 24 × 3 ÷ 2 min"  # type: ignore[union-attr]


def test_a_missing_runtime_gives_no_batch_peak(tmp_path: Path) -> None:
    text = CAPACITY.replace("shape: append", "shape: append, runs_per_day: 24").replace(
        "load_orders, p50", "other, p50"
    )
    facts = capacity(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text))
    assert (facts.workloads[0].peak_rate, facts.peak_rate, facts.headroom) == (None, None, None)


@pytest.mark.parametrize(
    ("shape", "more", "stored"),
    [
        ("full_snapshot", ", snapshots_kept: 7", 700_000),
        ("upsert", "", 100_000),
        ("upsert", ", versions: 2", 200_000),
        ("upsert", ", compression: 4, replication: 3, overhead: 10 %", 82_500),
    ],
)
def test_tables_that_are_kept_whole(tmp_path: Path, shape: str, more: str, stored: int) -> None:
    text = CAPACITY.replace("shape: append", f"shape: {shape}{more}")
    facts = capacity(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text))
    assert facts.total_stored_at_horizon is not None
    assert facts.total_stored_at_horizon.value.base == stored


def test_cost_by_hand(tmp_path: Path) -> None:
    read = plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=CAPACITY)
    found = CostFacts(read, capacity(read))
    assert found.monthly is not None
    assert [str(case) for case in (found.monthly.low, found.monthly.value, found.monthly.high)] == [
        "24 EUR/month",
        "30 EUR/month",
        "60 EUR/month",
    ]
    assert found.monthly_at_horizon is not None
    assert round(found.monthly_at_horizon.value.base * MONTH, 3) == Decimal("35.184")
    assert str(found.one_off) == "12 EUR"
    assert found.headroom is not None
    assert round(found.headroom.value.base, 9) == Decimal("0.5")
    assert {name: str(part) for name, part in found.by_driver.items()} == {
        "compute": "30 EUR/month",
        "storage": "0 EUR/month",
    }
    assert {name: str(part) for name, part in found.by_purpose.items()} == {"backfill": "12 EUR"}


def test_an_open_line_leaves_the_total_open(tmp_path: Path) -> None:
    text = CAPACITY.replace("stock: raw.orders, ", "stock: raw.elsewhere, ")
    read = plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text)
    found = CostFacts(read, capacity(read))
    assert found.lines[0].open
    assert found.monthly is None
