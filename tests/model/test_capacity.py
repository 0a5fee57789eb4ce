"""Gate capacity: what its example means, what it names, and what it refuses."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from plangate.model.capacity import Capacity, StorageRetention
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import yaml


def read(text: str) -> Capacity:
    return Capacity.model_validate(yaml.load(text.encode(), name="03-capacity.yml").data)


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        read(text)
    return [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]


def line(text: str) -> str:
    return f"cost: {{lines: [{{{text}}}]}}"


def test_horizon_is_counted_in_months_of_thirty_days() -> None:
    horizon = read("horizon: 36 month").horizon
    assert horizon is not None
    assert horizon.to("month") == 36
    assert horizon.to("d") == 1080


def test_workload_takes_its_volume_from_a_source() -> None:
    workload = read("workloads: [{dataset: raw.orders, from: shop_db.orders, shape: append}]").workloads[0]
    assert (workload.from_, workload.rows_per_day) == ("shop_db.orders", None)


def test_compression_has_a_basis() -> None:
    compression = read("workloads: [{compression: {base: 4, low: 2.5, basis: guess}}]").workloads[0].compression
    assert compression is not None
    assert compression.cases == (Decimal("2.5"), Decimal(4), Decimal(4))
    assert compression.basis == "guess"


@pytest.mark.parametrize(
    "text",
    [
        "model: bigquery_on_demand, scanned_per_query: 65 GiB, queries_per_day: 200, tables_per_query: 3",
        "model: bigquery_capacity, slots: 100, hours_per_day: 8, unit_price: 0.05 EUR/slot h",
        "model: snowflake, warehouse_size: M, seconds: 45, resumes_per_day: 24, unit_price: 3 EUR/credits",
        "model: databricks, dbu_per_hour: 12.5, hours_per_day: 3, nodes: 4, node_price: 0.4 EUR/node h",
        "model: redshift, rpu: 128, seconds: 600, resumes_per_day: 4",
        "model: kafka, brokers: 3, ingress: 5 MB/s, fan_out: 2, replication: 3, cross_zone_price: 0.01 EUR/GB",
        "model: kinesis, shards: 5, put_units: 5000 requests/s",
        "model: object_store, stock: raw.shop_orders, unit_price: 23 EUR/TB/month, requests: 9 requests/s",
        "model: egress, quantity: 5 TB/month, unit_price: 20 EUR/TB, path: eu to us",
        "model: flat, driver: people, quantity: 3 person_days/month, unit_price: 600 EUR/person_days",
    ],
)
def test_cost_line_of_each_pricing_model(text: str) -> None:
    cost = read(line(text)).cost
    assert cost is not None
    assert cost.lines[0].model == text.split(",", maxsplit=1)[0].removeprefix("model: ")


def test_price_with_two_divisions_is_per_both() -> None:
    cost = read(line("unit_price: 23 EUR/TB/month")).cost
    assert cost is not None
    price = cost.lines[0].unit_price
    assert price is not None
    assert price.dimension == (("B", -1), ("EUR", 1), ("s", -1))


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
workloads: [{dataset: raw.shop_orders, from: shop_db.orders}]
runtimes: [{pipeline: load_shop_orders}]
resources: {pools: [{id: warehouse_slots, size: 8}]}
queries: [{consumer: finance_close, dataset: mart.fct_orders}]
cost: {lines: [{stock: raw.shop_orders, pipeline: load_shop_orders, backfill: orders_history}], owner: commerce_data}
stated: [{formula: f1, dataset: raw.shop_orders, value: 167 rows/s}]
"""
    )
    assert [(path_text(use.path), use.kinds, use.text) for use in uses(gate)] == [
        ("workloads[0].dataset", ("dataset",), "raw.shop_orders"),
        ("workloads[0].from", ("dataset",), "shop_db.orders"),
        ("runtimes[0].pipeline", ("pipeline",), "load_shop_orders"),
        ("queries[0].consumer", ("consumer",), "finance_close"),
        ("queries[0].dataset", ("dataset",), "mart.fct_orders"),
        ("cost.owner", ("team",), "commerce_data"),
        ("cost.lines[0].pipeline", ("pipeline",), "load_shop_orders"),
        ("cost.lines[0].backfill", ("backfill",), "orders_history"),
        ("cost.lines[0].stock", ("dataset",), "raw.shop_orders"),
        ("stated[0].dataset", ("dataset",), "raw.shop_orders"),
    ]
    assert [(path_text(found.path), found.kind, found.id) for found in definitions(gate)] == [
        ("resources.pools[0]", "pool", "warehouse_slots")
    ]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("horizon: 36", "horizon", "GEN005"),
        ("horizon: 0 month", "horizon", "GEN008"),
        ("workloads: [{shape: stream}]", "workloads[0].shape", "literal_error"),
        ("workloads: [{from_: shop_db.orders}]", "workloads[0].from_", "extra_forbidden"),
        ("workloads: [{rows_per_day: 2400000}]", "workloads[0].rows_per_day.base", "GEN005"),
        ("workloads: [{rows_per_day: {low: 1 rows/d}}]", "workloads[0].rows_per_day.base", "missing"),
        (
            "workloads: [{rows_per_day: {base: 1 rows/d, about: 2}}]",
            "workloads[0].rows_per_day.about",
            "extra_forbidden",
        ),
        ("workloads: [{runs_per_day: 24/d}]", "workloads[0].runs_per_day", "GEN008"),
        ("workloads: [{compression: 0}]", "workloads[0].compression.base", "GEN008"),
        ("workloads: [{compression: {base: 4:1}}]", "workloads[0].compression.base", "GEN008"),
        ("workloads: [{replication: 1.5}]", "workloads[0].replication", "GEN008"),
        ("workloads: [{overhead: 0.1}]", "workloads[0].overhead", "GEN005"),
        ("workloads: [{retention: {total: 7 years}}]", "workloads[0].retention.total", "GEN005"),
        ("workloads: [{retention: 7 yr}]", "workloads[0].retention", "model_type"),
        ("workloads: [{partitions: {target_file_size: 128}}]", "workloads[0].partitions.target_file_size", "GEN005"),
        ("throughput: {capacity: 20000}", "throughput.capacity", "GEN005"),
        ("throughput: {capacity: 0 rows/s}", "throughput.capacity", "GEN008"),
        ("throughput: {target_utilisation: 0.7}", "throughput.target_utilisation", "GEN005"),
        ("runtimes: [{p95: 1:30}]", "runtimes[0].p95", "GEN008"),
        ("runtimes: [{p95: 0 min}]", "runtimes[0].p95", "GEN008"),
        ("resources: {pools: [{id: slots, size: 0}]}", "resources.pools[0].size", "GEN008"),
        ("resources: {pools: [{size: 8}]}", "resources.pools[0].id", "missing"),
        ("resources: {warehouse_size: huge}", "resources.warehouse_size", "literal_error"),
        ("resources: {sizing: [{count: 259.2}]}", "resources.sizing[0].count", "GEN008"),
        ("resources: {sizing: [{utilisation: 0 %}]}", "resources.sizing[0].utilisation", "GEN008"),
        ("resources: {sizing: [{per_unit: 0 rows/s}]}", "resources.sizing[0].per_unit.base", "GEN008"),
        ("queries: [{scanned: 5 rows}]", "queries[0].scanned.base", "GEN005"),
        ("cost: {currency: EURO}", "cost.currency", "GEN005"),
        ("cost: {currency: eur}", "cost.currency", "GEN005"),
        ("cost: {price_as_of: last week}", "cost.price_as_of", "GEN006"),
        ("cost: {fx: [{currency: USD, rate: 0}]}", "cost.fx[0].rate", "GEN008"),
        ("cost: {fx: [{rate: 1.1}]}", "cost.fx[0].currency", "missing"),
        ("cost: {budget: 4000 €/month}", "cost.budget", "GEN005"),
        ("cost: {budget: 4000 rows/month}", "cost.budget", "GEN005"),
        ("cost: {one_off: {backfill: 500 EUR/month}}", "cost.one_off.backfill", "GEN005"),
        (line("driver: coffee"), "cost.lines[0].driver", "literal_error"),
        (line("model: oracle"), "cost.lines[0].model", "literal_error"),
        (line("purpose: fun"), "cost.lines[0].purpose", "literal_error"),
        (line("quantity: 380"), "cost.lines[0].quantity.base", "GEN005"),
        (line("unit_price: 6/TiB"), "cost.lines[0].unit_price", "GEN005"),
        (line("unit_price: 6 TiB"), "cost.lines[0].unit_price", "GEN005"),
        (line("unit_price: -6 EUR/TiB"), "cost.lines[0].unit_price", "GEN008"),
        (line("seconds: 45 s"), "cost.lines[0].seconds", "GEN008"),
        ("peak_headroom_factor: 2 x", "peak_headroom_factor", "GEN008"),
        ("stated: [{value: 167 rows/s}]", "stated[0].formula", "missing"),
        ("stated: [{formula: f1}]", "stated[0].value", "missing"),
        ("stated: [{formula: f1, value: 167}]", "stated[0].value", "GEN005"),
        ("sensitivity: [{change: half}]", "sensitivity[0].change", "GEN005"),
        ("breaks_first: {at_3x: pool}", "breaks_first.at_3x", "extra_forbidden"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: str) -> None:
    assert refused(text) == [(path, rule)]


@pytest.mark.parametrize(("hot", "total", "kept"), [("2 yr", "2 yr", True), ("9 yr", "7 yr", False)])
def test_what_is_kept_hot_is_part_of_what_is_kept(hot: str, total: str, kept: bool) -> None:
    if kept:
        StorageRetention.model_validate({"hot": hot, "total": total})
        return
    with pytest.raises(ValidationError) as caught:
        StorageRetention.model_validate({"hot": hot, "total": total})
    (error,) = caught.value.errors()
    assert (error["type"], error["msg"]) == ("GEN008", "`hot` 9 yr is more than `total` 7 yr")
