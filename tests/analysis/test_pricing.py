"""What each pricing model bills for, worked by hand, and what it cannot do without."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.amount import settled
from plangate.analysis.pricing import CREDITS_PER_HOUR, Bill, bill
from plangate.model.capacity import CostLine
from plangate.reading import yaml

SNOWFLAKE = "model: snowflake, unit_price: 3 EUR/credits"


def billed(text: str) -> Bill:
    """Read a cost line and bill it; what is stored of its stock is not known."""
    data = yaml.load(f"{{purpose: run, {text}}}".encode(), name="line").data
    return bill(CostLine.model_validate(data), 0)


def in_unit(text: str, unit: str) -> Decimal:
    """Give the quantity of the only charge of a line."""
    (charge,) = billed(text).charges
    assert charge.quantity is not None
    return settled(charge.quantity.value.to(unit))


@pytest.mark.parametrize(
    ("text", "unit", "quantity"),
    [
        ("model: snowflake, warehouse_size: XS, seconds: 30, resumes_per_day: 60", "credits/d", 1),
        ("model: snowflake, warehouse_size: M, seconds: 45, resumes_per_day: 30", "credits/d", 2),
        ("model: snowflake, warehouse_size: L, seconds: 600, resumes_per_day: 3", "credits/d", 4),
        ("model: snowflake, warehouse_size: XL, seconds: 3600, resumes_per_day: 1", "credits/month", 480),
        ("model: snowflake, warehouse_size: XS, seconds: 3600, resumes_per_day: 1", "credits/d", 1),
        (
            "model: snowflake, warehouse_size: S, seconds: 30, auto_suspend: 10 min, resumes_per_day: 4",
            "credits/d",
            "1.4",
        ),
        ("model: snowflake, warehouse_size: S, seconds: 30, auto_suspend: 20 s, resumes_per_day: 30", "credits/d", 1),
        ("model: snowflake, warehouse_size: S, seconds: 1800, resumes_per_day: 1, clusters: 3", "credits/d", 3),
        (
            "model: bigquery_on_demand, scanned_per_query: 65.1875 GiB, queries_per_day: 200",
            "TiB/month",
            "381.9580078125",
        ),
        ("model: bigquery_on_demand, scanned_per_query: 1 MB, queries_per_day: 100", "GB/d", 1),
        ("model: bigquery_on_demand, scanned_per_query: 25 MB, tables_per_query: 3, queries_per_day: 100", "GB/d", 3),
        ("model: bigquery_on_demand, scanned_per_query: 1 GB, tables_per_query: 3, queries_per_day: 100", "GB/d", 100),
        ("model: bigquery_capacity, slots: 100, hours_per_day: 12", "slot h/d", 1200),
        ("model: bigquery_capacity, slots: 110, hours_per_day: 10, autoscale: {step: 50 slots}", "slot h/d", 1500),
        ("model: bigquery_capacity, slots: 300, hours_per_day: 10, autoscale: {max: 200 slots}", "slot h/d", 2000),
        (
            "model: bigquery_capacity, slots: 310, hours_per_day: 10, "
            "autoscale: {min: 50 slots, max: 200 slots, step: 50 slots}",
            "slot h/d",
            50 * 24 + 150 * 10,
        ),
        ("model: bigquery_capacity, slots: 20, hours_per_day: 10, autoscale: {min: 50 slots}", "slot h/d", 1200),
        ("model: databricks, dbu_per_hour: 6, hours_per_day: 2, serverless: true", "DBU/month", 360),
        ("model: redshift, rpu: 128, seconds: 600, resumes_per_day: 3", "RPU h/d", 64),
        ("model: redshift, rpu: 128, seconds: 30, resumes_per_day: 30", "RPU h/d", 64),
        ("model: redshift, nodes: 4, node_price: 1 EUR/node h", "node h/month", 2880),
        ("model: redshift, nodes: 4, hours_per_day: 8, unit_price: 1 EUR/node h", "node h/d", 32),
        ("model: kafka, brokers: 3", "node h/month", 2160),
        ("model: kafka, partitions: 100", "node h/d", 2400),
        ("model: egress, quantity: 600 GiB/month", "GiB/month", 600),
        ("model: flat, quantity: 720 node h/month", "node h/month", 720),
        ("model: object_store, quantity: 2 TB", "TB", 2),
    ],
)
def test_quantity(text: str, unit: str, quantity: object) -> None:
    assert in_unit(text, unit) == Decimal(str(quantity))


def test_sizes_double() -> None:
    assert [(size, CREDITS_PER_HOUR[size]) for size in ("XS", "L", "XL", "6XL")] == [
        ("XS", 1),
        ("L", 8),
        ("XL", 16),
        ("6XL", 512),
    ]


def test_a_rounded_unit_rate_is_not_multiplied() -> None:
    """0.0003 credits a second, as published for XS, would make 1.08 credits of an hour."""
    one = in_unit("model: snowflake, warehouse_size: XS, seconds: 3600, resumes_per_day: 1", "credits/d")
    assert one == 1 != Decimal("0.0003") * 3600


@pytest.mark.parametrize(
    ("text", "charges"),
    [
        (
            "model: databricks, dbu_per_hour: 6, hours_per_day: 2, unit_price: 0.5 EUR/DBU, nodes: 3, "
            "node_price: 0.4 EUR/node h",
            {"DBU": "180 EUR/month", "Machines": "72 EUR/month"},
        ),
        (
            "model: databricks, dbu_per_hour: 6, hours_per_day: 2, unit_price: 0.5 EUR/DBU, nodes: 3, "
            "node_price: 0.4 EUR/h",
            {"DBU": "180 EUR/month", "Machines": "72 EUR/month"},
        ),
        (
            "model: kafka, brokers: 3, unit_price: 0.2 EUR/node h, ingress: 1 GB/d, replication: 3, "
            "cross_zone_price: 0.02 EUR/GB, fan_out: 2, retrieval_price: 0.01 EUR/GB",
            {"Brokers": "432 EUR/month", "Traffic between zones": "1.2 EUR/month", "Reads": "0.6 EUR/month"},
        ),
        (
            "model: kinesis, shards: 5, unit_price: 0.02 EUR/shards h, put_units: 1_000_000 requests/d, "
            "put_unit_price: 0.00000002 EUR/requests",
            {"Shards": "72 EUR/month", "PUT units": "0.6 EUR/month"},
        ),
        (
            "model: object_store, quantity: 2 TB, unit_price: 20 EUR/TB/month, requests: 100_000 requests/d, "
            "request_price: 0.000005 EUR/requests, retrieved: 10 GB/d, retrieval_price: 0.01 EUR/GB",
            {"Storage": "40 EUR/month", "Requests": "15 EUR/month", "Retrieval": "3 EUR/month"},
        ),
        (
            "model: object_store, requests: 100_000 requests/d, request_price: 0.000005 EUR/requests",
            {"Requests": "15 EUR/month"},
        ),
        (f"{SNOWFLAKE}, warehouse_size: XS, seconds: 3600, resumes_per_day: 2", {"Credits": "180 EUR/month"}),
        (f"{SNOWFLAKE}, quantity: 8 credits/month, warehouse_size: XS", {"Credits": "24 EUR/month"}),
        ("quantity: 13 TiB, unit_price: 6 EUR/TiB", {"Cost": "78 EUR"}),
    ],
)
def test_charges(text: str, charges: dict[str, str]) -> None:
    found = billed(text)
    assert {charge.what: str(charge.product) for charge in found.charges} == charges
    assert found.missing == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", ["quantity", "unit_price"]),
        ("quantity: 2 nodes", ["unit_price"]),
        ("model: bigquery_on_demand", ["scanned_per_query", "queries_per_day", "unit_price"]),
        ("model: bigquery_on_demand, quantity: 3 TiB/month", ["unit_price"]),
        ("model: bigquery_on_demand, driver: storage, stock: raw.orders", ["the storage of raw.orders", "unit_price"]),
        ("model: bigquery_capacity, slots: 100", ["hours_per_day", "unit_price"]),
        (
            "model: bigquery_capacity, slots: 9, hours_per_day: 2, autoscale: {min: 5 nodes}, unit_price: 1 EUR/slot h",
            ["autoscale.min in slots"],
        ),
        (SNOWFLAKE, ["warehouse_size", "seconds", "resumes_per_day"]),
        (f"{SNOWFLAKE}, warehouse_size: M", ["seconds", "resumes_per_day"]),
        (
            "model: databricks, unit_price: 0.5 EUR/DBU",
            ["dbu_per_hour", "hours_per_day", "nodes", "node_price"],
        ),
        ("model: databricks, serverless: true", ["dbu_per_hour", "hours_per_day", "unit_price"]),
        ("model: databricks, quantity: 90 DBU/month, unit_price: 0.5 EUR/DBU", []),
        ("model: redshift, rpu: 8", ["seconds", "resumes_per_day", "unit_price"]),
        ("model: redshift, nodes: 2", ["node_price"]),
        ("model: kafka, unit_price: 1 EUR/node h", ["brokers"]),
        ("model: kafka, brokers: 3, unit_price: 1 EUR/node h, replication: 3", ["ingress", "cross_zone_price"]),
        ("model: kinesis, shards: 3, unit_price: 1 EUR/shards h", ["put_units", "put_unit_price"]),
        ("model: kinesis, quantity: 3 shards, unit_price: 1 EUR/shards h", []),
        ("model: object_store", ["quantity or stock"]),
        ("model: object_store, requests: 3 requests/d", ["request_price"]),
        ("model: object_store, quantity: 1 TB, unit_price: 1 EUR/TB/month, retrieved: 1 GB/d", ["retrieval_price"]),
        ("model: egress, unit_price: 1 EUR/GB", ["quantity"]),
    ],
)
def test_what_a_model_cannot_do_without(text: str, missing: list[str]) -> None:
    assert list(billed(text).missing) == missing


@given(st.integers(1, 10_000), st.integers(0, 2000), st.integers(1, 500))
def test_no_resume_is_billed_for_less_than_a_minute(seconds: int, idle: int, resumes: int) -> None:
    text = f"model: snowflake, warehouse_size: XS, auto_suspend: {idle} s, resumes_per_day: {resumes}"
    found = in_unit(f"{text}, seconds: {seconds}", "credits/d")
    assert found == settled(Decimal(resumes * max(60, seconds + idle)) / 3600)
