"""Gate events: what its example means, what it names, and what it refuses."""

import pytest
from pydantic import ValidationError

from plangate.model.events import Events
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import yaml


def read(text: str) -> Events:
    return Events.model_validate(yaml.load(text.encode(), name="03-events.yml").data)


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        read(text)
    return [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]


def test_events_and_rows_are_one_unit() -> None:
    parallelism = read("parallelism: {value: 12, max: 720, per_task: 500 events/s}").parallelism
    assert parallelism is not None
    assert parallelism.per_task is not None
    assert parallelism.per_task.to("rows/s") == 500


def test_window_has_a_kind_of_its_own() -> None:
    window = read("windows: [{id: session, kind: session, gap: 30 min}]").windows[0]
    assert (window.kind_, window.kind) == ("session", "window")


def test_replay_takes_the_word_from() -> None:
    replay = read("replay: {from: offset, sink_idempotent: true}").replay
    assert replay is not None
    assert (replay.from_, replay.sink_idempotent) == ("offset", True)


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
streams: [{id: clicks, dataset: web.clicks}]
windows: [{id: session}]
state: [{operator: sessionize, window: session}]
dlq: {owner: web_data}
"""
    )
    assert [(path_text(use.path), use.kinds, use.text) for use in uses(gate)] == [
        ("streams[0].dataset", ("dataset",), "web.clicks"),
        ("state[0].window", ("window",), "session"),
        ("dlq.owner", ("team",), "web_data"),
    ]
    assert [(found.kind, found.id) for found in definitions(gate)] == [("stream", "clicks"), ("window", "session")]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("streams: [{id: clicks, partitions: 0}]", "streams[0].partitions", "GEN008"),
        ("streams: [{id: clicks, partitions: 24 shards}]", "streams[0].partitions", "GEN008"),
        ("streams: [{id: clicks, retention: 7}]", "streams[0].retention", "GEN005"),
        ("streams: [{id: clicks, cleanup: purge}]", "streams[0].cleanup", "literal_error"),
        ("streams: [{id: clicks, compatibility: BACKWARD}]", "streams[0].compatibility", "literal_error"),
        ("streams: [{id: clicks, ordering: global}]", "streams[0].ordering", "literal_error"),
        ("streams: [{id: clicks, dataset: clicks}]", "streams[0].dataset", "GEN002"),
        ("streams: [{id: clicks, key_cardinality: 5 rows}]", "streams[0].key_cardinality.base", "GEN005"),
        ("streams: [{id: clicks, event_timezone: Mars}]", "streams[0].event_timezone", "GEN006"),
        ("time: {watermark: periodic}", "time.watermark", "literal_error"),
        ("time: {max_out_of_orderness: 30}", "time.max_out_of_orderness", "GEN005"),
        ("time: {idleness: 0 s}", "time.idleness", "GEN008"),
        ("time: {late: keep}", "time.late", "literal_error"),
        ("delivery: {guarantee: twice}", "delivery.guarantee", "literal_error"),
        ("delivery: {end_to_end: {sink: maybe}}", "delivery.end_to_end.sink", "literal_error"),
        ("delivery: {dedupe: {window: 24:00}}", "delivery.dedupe.window", "GEN008"),
        ("sink: {transactional: on}", "sink.transactional", "GEN008"),
        ("sink: {file_size: 128 Mib}", "sink.file_size", "GEN005"),
        ("parallelism: {value: 1.5}", "parallelism.value", "GEN008"),
        ("windows: [{id: session, kind: hopping}]", "windows[0].kind", "literal_error"),
        ("state: [{keys: 50_000_000}]", "state[0].keys.base", "GEN005"),
        ("state: [{bytes_per_key: 200 keys}]", "state[0].bytes_per_key.base", "GEN005"),
        ("state: [{overhead: 50}]", "state[0].overhead", "GEN005"),
        ("state: [{capacity: 64 gb}]", "state[0].capacity", "GEN005"),
        ("checkpoints: {interval: 0 s}", "checkpoints.interval", "GEN008"),
        ("checkpoints: {mode: fast}", "checkpoints.mode", "literal_error"),
        ("recovery: {catch_up: 30 rows}", "recovery.catch_up", "GEN005"),
        ("lag: {slo_events: 5 min}", "lag.slo_events", "GEN005"),
        ("dlq: {max_rate: 1 rows/s}", "dlq.max_rate", "GEN005"),
        ("replay: {from: yesterday}", "replay.from", "literal_error"),
        ("upgrade: {savepoint_restore_tested: yes}", "upgrade.savepoint_restore_tested", "GEN006"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: str) -> None:
    assert refused(text) == [(path, rule)]
