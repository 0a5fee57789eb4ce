"""Gate ingestion: what its example means, what it names, and what it refuses."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from plangate.model.ingestion import Ingestion, Pipeline
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import yaml


def read(text: str) -> Ingestion:
    return Ingestion.model_validate(yaml.load(text.encode(), name="04-ingestion.yml").data)


def pipeline(text: str) -> Pipeline:
    return read(f"pipelines: [{{id: load, {text}}}]").pipelines[0]


def test_schedule_is_one_mapping_for_time_upstream_and_event() -> None:
    timed = pipeline('schedule: {cron: "0  * * * *", timezone: UTC, catchup: false, start_date: 2026-11-18}').schedule
    assert timed is not None
    assert (timed.cron, timed.catchup) == ("0 * * * *", False)
    assert timed.start_date == datetime(2026, 11, 18, tzinfo=UTC)
    chained, woken = pipeline("schedule: {after: [other]}").schedule, pipeline("schedule: {event: landed}").schedule
    assert chained is not None
    assert woken is not None
    assert (chained.after, chained.cron, woken.event) == (("other",), None, "landed")


def test_catchup_false_differs_from_nothing_said() -> None:
    said, unsaid = pipeline("schedule: {catchup: false}").schedule, pipeline("schedule: {event: landed}").schedule
    assert said is not None
    assert unsaid is not None
    assert (said.catchup, unsaid.catchup) == (False, None)


def test_no_retries_differs_from_nothing_said() -> None:
    assert (pipeline("retries: 0").retries, pipeline("load: merge").retries) == (0, None)


def test_keywords_have_their_yaml_names() -> None:
    found = pipeline("kind: ingest, deadline: {from: data_interval_end, within: PT90M}")
    assert (found.kind_, found.kind) == ("ingest", "pipeline")
    assert found.deadline is not None
    assert found.deadline.from_ == "data_interval_end"
    assert found.deadline.within is not None
    assert found.deadline.within.to("min") == 90


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
pipelines:
  - id: load_shop_orders
    owner: commerce_data
    inputs: [shop_db.orders]
    outputs: [raw.shop_orders]
    schedule: {after: [check_source]}
    waits_for: [{pipeline: check_source, dataset: shop_db.orders}]
    concurrency: {pool: warehouse_slots}
    on_failure: {alert: orders_page, quarantine: raw_quarantine.shop_orders}
    deadline: {alert: orders_page}
"""
    )
    assert [(path_text(use.path).removeprefix("pipelines[0]."), use.kinds, use.text) for use in uses(gate)] == [
        ("owner", ("team",), "commerce_data"),
        ("inputs[0]", ("dataset",), "shop_db.orders"),
        ("outputs[0]", ("dataset",), "raw.shop_orders"),
        ("schedule.after[0]", ("pipeline",), "check_source"),
        ("waits_for[0].pipeline", ("pipeline",), "check_source"),
        ("waits_for[0].dataset", ("dataset",), "shop_db.orders"),
        ("concurrency.pool", ("pool",), "warehouse_slots"),
        ("on_failure.alert", ("alert",), "orders_page"),
        ("deadline.alert", ("alert",), "orders_page"),
    ]
    assert [(found.kind, found.id) for found in definitions(gate)] == [("pipeline", "load_shop_orders")]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("kind: load", "kind", "literal_error"),
        ("pattern: batched", "pattern", "literal_error"),
        ("inputs: shop_db.orders", "inputs", "tuple_type"),
        ("inputs: [orders]", "inputs[0]", "GEN002"),
        ('schedule: "0 * * * *"', "schedule", "model_type"),
        ('schedule: {cron: "0 * * *"}', "schedule.cron", "GEN006"),
        ('schedule: {cron: "0 30 * * *"}', "schedule.cron", "GEN006"),
        ("schedule: {timezone: CEST}", "schedule.timezone", "GEN006"),
        ("schedule: {catchup: no}", "schedule.catchup", "GEN008"),
        ("schedule: {start_date: 2026-11-18T00:00:00}", "schedule.start_date", "GEN006"),
        ("schedule: {after: [Load]}", "schedule.after[0]", "GEN002"),
        ("schedule: {after: load_shop}", "schedule.after", "tuple_type"),
        ("schedule: {after: [load_shop], every: 5 min}", "schedule.every", "extra_forbidden"),
        ("waits_for: [{timeout: 0 s}]", "waits_for[0].timeout", "GEN008"),
        ("depends_on_past: 1", "depends_on_past", "GEN008"),
        ("load: upsert", "load", "literal_error"),
        ("idempotency: {mechanism: luck}", "idempotency.mechanism", "literal_error"),
        ("idempotency: {window: 1 TB}", "idempotency.window", "GEN005"),
        ("watermark: {lookback: 3}", "watermark.lookback", "GEN005"),
        ("watermark: {late: ignore}", "watermark.late", "literal_error"),
        ("retries: two", "retries", "GEN008"),
        ("retries: -1", "retries", "GEN008"),
        ("retries: 1.0", "retries", "GEN008"),
        ("retry_delay: 5 m", "retry_delay", "GEN005"),
        ("retry_exponential_backoff: on", "retry_exponential_backoff", "GEN008"),
        ("execution_timeout: 0 min", "execution_timeout", "GEN008"),
        ("concurrency: {overlap: wait}", "concurrency.overlap", "literal_error"),
        ("concurrency: {pool_slots: 0}", "concurrency.pool_slots", "GEN008"),
        ("concurrency: {max_active_runs: -1}", "concurrency.max_active_runs", "GEN008"),
        ("on_failure: {alert: Page Me}", "on_failure.alert", "GEN002"),
        ("deadline: {from: sunrise}", "deadline.from", "literal_error"),
        ("deadline: {within: -5 min}", "deadline.within", "GEN008"),
        ("landing: {retention: 30 rows}", "landing.retention", "GEN005"),
        ("availability: 99.5", "availability", "GEN005"),
        ("secrets: vault:x", "secrets", "tuple_type"),
        ("retires: 2", "retires", "extra_forbidden"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        pipeline(text)
    found = [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]
    assert found == [(f"pipelines[0].{path}", rule)]
