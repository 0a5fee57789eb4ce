"""Cost of small plans, worked by hand: each month, over the horizon, once, in one currency, against the budget."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.amount import MONTH, settled
from plangate.analysis.capacity import capacity
from plangate.analysis.computed import Computed, leaves, with_values
from plangate.analysis.cost import CostFacts
from plangate.analysis.throughput import first_above

from .plans import plan

SOURCES = """
sources:
  - id: shop_db
    datasets:
      - {id: shop_db.orders, rows_total: 1000 rows, rows_per_day: 1000 rows/d, row_bytes: 1000 B, peak_factor: 1,
         growth: 0 %/month, growth_kind: linear}
"""
STORED = "{driver: storage, purpose: run, stock: raw.orders, unit_price: 1 EUR/MB/month}"
NODES = "{name: nodes, driver: compute, purpose: run, quantity: 2 nodes, unit_price: 50 EUR/node/month}"
BUDGET = "  budget: 150 EUR/month\n"


def facts(folder: Path, *lines: str, more: str = "", months: int = 4, currency: str = "EUR", **gates: str) -> CostFacts:
    """Compute the cost of a plan that stores 30 MB more each month for three months and then keeps 90 MB."""
    listed = "".join(f"    - {line}\n" for line in lines)
    text = (
        (f"horizon: {months} month\n" if months else "")
        + "workloads: [{dataset: raw.orders, from: shop_db.orders, retention: {total: 90 d}}]\n"
        f"cost:\n  currency: {currency}\n{more}  lines:\n{listed}"
    )
    read = plan(folder, sources=SOURCES, capacity=text, **gates)
    return CostFacts(read, capacity(read))


def money(number: Computed | None) -> Decimal:
    """Give money in EUR, of a cost per time in EUR a month."""
    assert number is not None
    per_time = ("s", -1) in number.value.dimension
    return settled(number.value.base * MONTH) if per_time else settled(number.value.base)


def test_month_by_month(tmp_path: Path) -> None:
    found = facts(tmp_path, STORED, NODES, more=BUDGET)
    assert [money(month) for month in found.series] == [100, 130, 160, 190, 190]
    assert [money(found.monthly), money(found.monthly_at_horizon)] == [100, 190]
    assert {name: [money(month) for month in series] for name, series in found.driver_series.items()} == {
        "compute": [100] * 5,
        "storage": [0, 30, 60, 90, 90],
    }
    assert (found.crossing, found.crossing_high) == (2, 2)
    assert found.headroom is not None
    assert found.headroom_at_horizon is not None
    assert settled(found.headroom.value.base) == settled(1 - Decimal(100) / 150)
    assert settled(found.headroom_at_horizon.value.base) == settled(1 - Decimal(190) / 150)


def test_the_horizon_is_the_sum_of_its_months(tmp_path: Path) -> None:
    found = facts(tmp_path, STORED, NODES)
    assert money(found.over_horizon) == 115 + 145 + 175 + 190 != 4 * 190
    assert {name: money(part) for name, part in found.driver_over_horizon.items()} == {"compute": 400, "storage": 225}
    assert facts(tmp_path / "none", NODES, months=0).over_horizon is None


def test_the_high_case_crosses_earlier(tmp_path: Path) -> None:
    scan = (
        "{driver: scan, model: bigquery_on_demand, purpose: run, unit_price: 10 EUR/TB, "
        "quantity: {low: 1 TB/month, base: 3 TB/month, high: 9 TB/month}}"
    )
    found = facts(tmp_path, STORED, scan, more=BUDGET.replace("150", "110"))
    assert (found.crossing, found.crossing_high) == (3, 1)
    assert found.monthly is not None
    assert [settled(case.base * MONTH) for case in (found.monthly.low, found.monthly.value, found.monthly.high)] == [
        10,
        30,
        90,
    ]


@pytest.mark.parametrize(
    ("line", "once"),
    [
        ("driver: scan, quantity: 2 TB, unit_price: 6 EUR/TB", 12),
        ("driver: storage, quantity: 6 TB month, unit_price: 20 EUR/TB/month", 120),
        ("driver: compute, quantity: 4 nodes, unit_price: 30 EUR/node/month, duration: 15 d", 60),
        ("driver: egress, model: egress, quantity: 3 TB/month, unit_price: 20 EUR/TB, duration: 10 d", 20),
        (
            "driver: compute, model: snowflake, warehouse_size: S, seconds: 1800, resumes_per_day: 2, "
            "unit_price: 3 EUR/credits, duration: 5 d",
            30,
        ),
    ],
)
def test_what_is_paid_once(tmp_path: Path, line: str, once: int) -> None:
    found = facts(tmp_path, f"{{purpose: rehearsal, {line}}}")
    assert money(found.one_off) == once
    assert found.lines[0].missing == ()
    assert found.lines[0].series == ()
    assert money(found.monthly) == 0


def test_a_stock_that_is_paid_for_a_time(tmp_path: Path) -> None:
    line = "{driver: storage, purpose: parallel_run, stock: raw.orders, unit_price: 1 EUR/MB/month, duration: 2 d}"
    backfill = "backfill: [{id: history, dataset: raw.orders, range: {start: 2026-01-01, end: 2026-01-31}}]\n"
    found = facts(tmp_path, line, cutover=backfill)
    assert money(found.one_off) == 2
    (charge,) = found.lines[0].charges
    assert str(charge.quantity.value) == "2 MB month"  # type: ignore[union-attr]


def test_money_per_time_needs_a_duration_where_it_is_paid_once(tmp_path: Path) -> None:
    found = facts(tmp_path, "{purpose: rehearsal, quantity: 4 nodes, unit_price: 30 EUR/node/month}")
    assert found.lines[0].missing == ("duration",)
    assert (found.lines[0].open, found.one_off) == (True, None)


def test_an_open_line_leaves_its_totals_open(tmp_path: Path) -> None:
    open_line = "{driver: compute, model: snowflake, purpose: run, warehouse_size: M, unit_price: 3 EUR/credits}"
    found = facts(tmp_path, STORED, NODES, open_line, more=BUDGET)
    assert found.lines[2].missing == ("seconds", "resumes_per_day")
    assert (found.series, found.monthly, found.over_horizon, found.headroom) == ((), None, None, None)
    assert list(found.by_driver) == ["storage"]


def test_money_that_is_none_has_no_cost(tmp_path: Path) -> None:
    found = facts(tmp_path, "{driver: scan, purpose: run, quantity: 2 TB/month, unit_price: 6 EUR/credits}")
    (charge,) = found.lines[0].charges
    assert (charge.cost, found.lines[0].missing, found.lines[0].open) == (None, (), True)
    assert charge.product is not None


FX = "  fx: [{currency: USD, rate: 0.9, as_of: 2026-10-01}]\n"
DOLLARS = "{name: reports, driver: licence, purpose: run, quantity: 1 nodes, unit_price: 100 USD/node/month}"


def test_other_currencies_at_the_rate_of_the_plan(tmp_path: Path) -> None:
    found = facts(tmp_path, NODES, DOLLARS, more=FX)
    assert money(found.monthly) == 190
    assert found.monthly is not None
    assert ("capacity", ("cost", "fx", 0, "rate")) in {entry.leaf for entry in leaves(found.monthly)}
    doubled = with_values(found.monthly, {("capacity", ("cost", "fx", 0, "rate")): Decimal("1.8")})
    assert settled((doubled or 0) * MONTH) == 280


def test_two_currencies_without_a_rate_have_no_total(tmp_path: Path) -> None:
    found = facts(tmp_path, NODES, DOLLARS)
    assert [str(line.monthly) for line in found.lines] == ["100 EUR/month", "100 USD/month"]
    assert found.monthly is None


def test_one_off_budgets(tmp_path: Path) -> None:
    scan = "{driver: scan, purpose: %s, quantity: %d TB, unit_price: 10 EUR/TB}"
    lines = scan % ("backfill", 8), scan % ("rehearsal", 3)
    found = facts(tmp_path, *lines, more="  one_off: {backfill: 60 EUR, parallel_run: 5 EUR}\n")
    assert [(entry.purpose, str(entry.cost), str(entry.headroom)) for entry in found.once] == [
        ("backfill", "80 EUR", "-33.3 %"),
        ("parallel_run", "None", "None"),
        ("rehearsal", "30 EUR", "None"),
    ]


def test_without_a_horizon_the_cost_at_it_is_not_known(tmp_path: Path) -> None:
    found = facts(tmp_path, NODES, STORED, months=0, more="  budget: 90 EUR/month\n")
    assert money(found.monthly) == 100
    assert (found.monthly_at_horizon, found.settled_at_horizon, found.headroom_at_horizon) == (None, None, None)
    assert found.over_horizon is None
    assert [(entry.monthly_at_horizon, entry.later) for entry in found.lines] == [(None, ())] * 2
    assert found.crossing == 0


@pytest.mark.parametrize(
    ("until", "costs"),
    [
        ("2027-01-04", 905),  # 30 days and 4 hours
        ("2026-12-06", 35),  # to the end of the day after the switch: 28 h
        ("2026-12-05", 5),  # to the end of the day of the switch: 4 h
        ("2026-12-04", 0),
    ],
)
def test_what_the_old_system_costs_to_the_end_of_its_last_day(tmp_path: Path, until: str, costs: int) -> None:
    cutover = f"cutover: {{t0: 2026-12-05T20:00:00+00:00}}\nlegacy: {{keep_until: {until}, cost: 900 EUR/month}}\n"
    assert money(facts(tmp_path, NODES, cutover=cutover).legacy) == costs
    assert facts(tmp_path / "none", NODES).legacy is None


def test_the_old_system_costs_money_of_the_plan(tmp_path: Path) -> None:
    cutover = "cutover: {t0: 2026-12-05T20:00:00+00:00}\nlegacy: {keep_until: 2027-01-04, cost: 900 USD/month}\n"
    rate = "  fx: [{currency: USD, rate: 0.9, as_of: 2026-11-01}]\n"
    assert str(facts(tmp_path, NODES, more=rate, cutover=cutover).legacy) == "814 EUR"
    assert str(facts(tmp_path / "none", NODES, cutover=cutover).legacy) == "905 USD"


def test_storage_that_nobody_touched_is_cheaper(tmp_path: Path) -> None:
    line = STORED.replace("unit_price", "model: object_store, long_term_price: 0.5 EUR/MB/month, unit_price")
    cutover = "backfill: [{id: history, dataset: raw.orders, range: {start: 2026-01-01, end: 2026-04-11}}]\n"
    read = plan(
        tmp_path,
        sources=SOURCES,
        capacity="horizon: 1 month\n"
        "workloads: [{dataset: raw.orders, from: shop_db.orders, retention: {total: 1 yr}}]\n"
        f"cost:\n  currency: EUR\n  lines: [{line}]\n",
        cutover=cutover,
    )
    found = CostFacts(read, capacity(read))
    assert {charge.what: money(charge.cost) for charge in found.lines[0].charges} == {
        "Storage, active": 90,
        "Storage, untouched for 90 d": 5,
    }
    assert money(found.monthly) == 95


def test_a_scan_of_the_whole_stock_grows_with_it(tmp_path: Path) -> None:
    line = (
        "{driver: scan, model: bigquery_on_demand, purpose: run, stock: raw.orders, queries_per_day: 10, "
        "unit_price: 1 EUR/GB}"
    )
    found = facts(tmp_path, line)
    assert [money(month) for month in found.series] == [3, 9, 18, 27, 27]  # at go-live 10 MB, the least for a query


def test_idle_time_is_told_beside_its_line(tmp_path: Path) -> None:
    line = (
        "{driver: compute, model: bigquery_capacity, purpose: run, slots: 100, hours_per_day: 10, idle: 30 %, "
        "unit_price: 0.05 EUR/slot h}"
    )
    found = facts(tmp_path, line)
    assert [money(found.monthly), money(found.lines[0].idle)] == [1500, 450]


@pytest.mark.parametrize("kind", ["linear", "compound"])
@pytest.mark.parametrize("shape", ["append", "upsert"])
@pytest.mark.parametrize(
    "growth", ["0 %/month", "9 %/month", "-9 %/month", "{low: -9 %/month, base: 1 %/month, high: 9 %/month}"]
)
def test_where_a_budget_is_passed_is_found_as_if_every_month_had_been_looked_at(
    tmp_path: Path, growth: str, shape: str, kind: str
) -> None:
    source = SOURCES.replace("growth: 0 %/month, growth_kind: linear", f"growth: {growth}, growth_kind: {kind}")
    cold = "{driver: storage, stock: raw.orders, unit_price: 2 EUR/MB/month, long_term_price: 1 EUR/MB/month}"
    for budget in range(40, 440, 40):
        text = (
            f"horizon: 7 month\nworkloads: [{{dataset: raw.orders, from: shop_db.orders, shape: {shape}, "
            "retention: {total: 150 d}}]\n"
            f"throughput: {{capacity: {budget / 20000} rows/s, target_utilisation: 100 %}}\n"
            f"cost: {{currency: EUR, budget: {budget} EUR/month, lines: [{cold}, {NODES}]}}\n"
        )
        read = plan(tmp_path / str(budget), sources=source, capacity=text)
        volumes = capacity(read)
        found = CostFacts(read, volumes)
        assert len(found.series) == 8
        assert found.budget is not None
        for crossing, months in (
            (found.crossing, [month.value.base for month in found.series]),
            (found.crossing_high, [month.high.base for month in found.series]),
        ):
            assert crossing == first_above(months, found.budget.base)
        assert volumes.limit is not None
        peaks = [month.value.base for month in volumes.peaks]
        assert volumes.throughput.crossing == first_above(peaks, volumes.limit.value.base)
