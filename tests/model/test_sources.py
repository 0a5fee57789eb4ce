"""Gate sources: what its example means, what it names, and what it refuses."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.model.sources import Arrival, Promise, Sources
from plangate.reading import yaml


def read(text: str) -> Sources:
    return Sources.model_validate(yaml.load(text.encode(), name="02-sources.yml").data)


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        read(text)
    return [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]


def source(text: str) -> str:
    return f"sources: [{{id: shop_db, {text}}}]"


def dataset(text: str) -> str:
    return source(f"datasets: [{{id: shop_db.orders, {text}}}]")


def test_kind_of_the_source_is_not_the_kind_of_element() -> None:
    found = read(source("kind: database")).sources[0]
    assert (found.kind_, found.kind) == ("database", "source")


def test_dataset_volume_is_an_estimate() -> None:
    found = read(dataset("rows_per_day: {low: 1 rows/d, base: 2 rows/d, high: 4 rows/d}, peak_factor: 6"))
    volume = found.sources[0].datasets[0]
    assert volume.rows_per_day is not None
    assert [str(case) for case in volume.rows_per_day.cases] == ["1 rows/d", "2 rows/d", "4 rows/d"]
    assert volume.peak_factor is not None
    assert volume.peak_factor.cases == (Decimal(6), Decimal(6), Decimal(6))


def test_no_personal_data_differs_from_nothing_said() -> None:
    said, unsaid = (
        read(source(f"personal_data: {{{text}}}")).sources[0].personal_data for text in ("columns: []", "kept: 1 d")
    )
    assert said is not None
    assert unsaid is not None
    assert (said.columns, unsaid.columns) == ((), None)


def test_promises_are_a_list_or_taken_from_consumers() -> None:
    assert read("freshness: from_consumers").freshness == "from_consumers"
    listed = read("freshness: [{dataset: mart.fct_orders, target: 120 min}]").freshness
    assert [type(promise) for promise in listed] == [Promise]
    assert read("{}").freshness == ()


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
sources:
  - id: shop_db
    owner: checkout
    personal_data: {columns: ["shop_db.orders#email"]}
    datasets: [{id: shop_db.orders}]
freshness: [{dataset: mart.fct_orders}]
"""
    )
    assert [(path_text(use.path), use.kinds, use.text) for use in uses(gate)] == [
        ("sources[0].owner", ("team",), "checkout"),
        ("sources[0].personal_data.columns[0]", ("column",), "shop_db.orders#email"),
        ("freshness[0].dataset", ("dataset",), "mart.fct_orders"),
    ]
    assert [(path_text(found.path), found.kind, found.id) for found in definitions(gate)] == [
        ("sources[0]", "source", "shop_db"),
        ("sources[0].datasets[0]", "dataset", "shop_db.orders"),
    ]


def test_promises_taken_from_consumers_name_nothing() -> None:
    assert list(uses(read("freshness: from_consumers"))) == []


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        (source("kind: spreadsheet"), "sources[0].kind", "literal_error"),
        (source("kind_: database"), "sources[0].kind_", "extra_forbidden"),
        (source("owner: Checkout!"), "sources[0].owner", "GEN002"),
        (source("capture: cdc"), "sources[0].capture", "literal_error"),
        (source("mutation: {deletes: sometimes}"), "sources[0].mutation.deletes", "literal_error"),
        (source("arrival: {continuous: yes}"), "sources[0].arrival.continuous", "GEN008"),
        (source('arrival: {schedule: "0 30 * * *"}'), "sources[0].arrival.schedule", "GEN006"),
        (source("arrival: {timezone: Europe/Atlantis}"), "sources[0].arrival.timezone", "GEN006"),
        (source('arrival: {expected_by: "24:00"}'), "sources[0].arrival.expected_by", "GEN006"),
        (source("arrival: {delay_p95: 4 m}"), "sources[0].arrival.delay_p95", "GEN005"),
        (source("freshness: {warn_after: 30}"), "sources[0].freshness.warn_after", "GEN005"),
        (source("access: {rate_limit: 5 rows/s}"), "sources[0].access.rate_limit", "GEN005"),
        (source("access: {rate_limit: 0 requests/s}"), "sources[0].access.rate_limit", "GEN008"),
        (source("access: {max_connections: 0}"), "sources[0].access.max_connections", "GEN008"),
        (source("access: {extract_window: {start: 9}}"), "sources[0].access.extract_window.start", "GEN006"),
        (source("maintenance: [{duration: 0 h}]"), "sources[0].maintenance[0].duration", "GEN008"),
        (source("classification: secret"), "sources[0].classification", "literal_error"),
        (source("personal_data: {columns: [email]}"), "sources[0].personal_data.columns[0]", "GEN002"),
        (source("history_from: 2021"), "sources[0].history_from", "GEN006"),
        (source("retention: 400"), "sources[0].retention", "GEN005"),
        (source("availability: 0.999"), "sources[0].availability", "GEN005"),
        (source("datasets: [{id: orders}]"), "sources[0].datasets[0].id", "GEN002"),
        (source("datasets: [{cursor: id}]"), "sources[0].datasets[0].id", "missing"),
        (dataset("rows_total: 61000000"), "sources[0].datasets[0].rows_total.base", "GEN005"),
        (dataset("rows_per_day: 5 rows"), "sources[0].datasets[0].rows_per_day.base", "GEN005"),
        (dataset("row_bytes: 0 B"), "sources[0].datasets[0].row_bytes.base", "GEN008"),
        (dataset("row_bytes: 420 b"), "sources[0].datasets[0].row_bytes.base", "GEN005"),
        (dataset("peak_factor: six"), "sources[0].datasets[0].peak_factor.base", "GEN008"),
        (dataset("growth: 5 %"), "sources[0].datasets[0].growth.base", "GEN005"),
        (dataset("growth_kind: fast"), "sources[0].datasets[0].growth_kind", "literal_error"),
        (dataset("physical: {schema: public}"), "sources[0].datasets[0].physical.schema", "extra_forbidden"),
        ("freshness: from_models", "freshness", "GEN008"),
        ("freshness: {dataset: mart.fct_orders}", "freshness", "GEN008"),
        ("freshness: [{dataset: mart.fct_orders, target: 0 min}]", "freshness[0].target", "GEN008"),
        ("freshness: [{dataset: mart.fct_orders}, {slo: 5 min}]", "freshness[1].slo", "GEN005"),
        ("freshness: [{aim: 5 min}]", "freshness[0].aim", "extra_forbidden"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: str) -> None:
    assert refused(text) == [(path, rule)]


@pytest.mark.parametrize(
    ("delays", "message"),
    [
        ({"delay_p50": "1 min", "delay_p95": "1 min", "delay_p99": "5 min"}, None),
        ({"delay_p50": "30 min", "delay_p95": "4 min"}, "`delay_p50` 30 min is more than `delay_p95` 4 min"),
        ({"delay_p50": "3 min", "delay_p99": "2 min"}, "`delay_p50` 3 min is more than `delay_p99` 2 min"),
    ],
)
def test_delays_are_in_order(delays: dict[str, str], message: str | None) -> None:
    if message is None:
        Arrival.model_validate(delays)
        return
    with pytest.raises(ValidationError) as caught:
        Arrival.model_validate(delays)
    assert [error["msg"] for error in caught.value.errors()] == [message]
