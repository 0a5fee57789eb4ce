"""What each stream and its event time have to say."""

from pathlib import Path

import pytest

from .judging import Changes, idle, stream, told, verdicts

FILE = "03-events.yml"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


@pytest.mark.parametrize(
    ("rule", "line", "message"),
    [
        ("STR001", "    key: checkout_id\n", "Stream checkout has no `key`"),
        ("STR001", "    event_time: occurred_at\n", "Stream checkout has no `event_time`"),
        ("STR001", "    ordering: key\n", "Stream checkout has no `ordering`"),
        ("STR001", "    schema_subject: shop.checkout-value\n", "Stream checkout has no `schema_subject`"),
        ("STR001", "    partitions: 6\n", "Stream checkout has no `partitions`"),
        ("STR001", "    retention: 7 d\n    cleanup", "Stream checkout has no `retention`"),
        ("STR012", "    compatibility: backward\n", "Stream checkout does not say how its schema may change"),
        ("STR012", "    key_schema: string, the id of the checkout\n", "Stream checkout does not say what its key is"),
        ("STR014", "    replication_factor: 3\n", "Stream checkout has no `replication_factor`"),
        ("STR014", "    min_insync_replicas: 2\n", "Stream checkout has no `min_insync_replicas`"),
    ],
)
def test_streams_are_said(tmp_path: Path, rule: str, line: str, message: str) -> None:
    assert stream(tmp_path / "whole", rule) == []
    name = line.partition(":")[0].strip()
    kept = "    cleanup" if line.endswith("cleanup") else ""
    assert told(stream(tmp_path, rule, [change(line, kept)])) == [(f"streams[0].{name}", message)]


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("max_out_of_orderness: 30 s", "max_out_of_orderness: 20 s", []),
        ("max_out_of_orderness: 30 s", "max_out_of_orderness: 19 s",
         [("max_out_of_orderness", "The watermark waits for 19 s; one event in a hundred is more than 20 s late")]),
        ("watermark: bounded, max_out_of_orderness: 30 s", "watermark: monotonous",
         [("watermark", "A monotonous watermark waits for nothing; one event in a hundred is more than 20 s late")]),
        ("20 s}", "0 s}", []),
        (", measured_p99_lateness: 20 s", "",
         [("measured_p99_lateness", "The event time has no `measured_p99_lateness`")]),
        ("max_out_of_orderness: 30 s, ", "",
         [("max_out_of_orderness", "The event time has no `max_out_of_orderness`")]),
        ("watermark: bounded, ", "", [("watermark", "The event time has no `watermark`")]),
        ("allowed_lateness: 3 min, ", "", [("allowed_lateness", "The event time has no `allowed_lateness`")]),
        ("late: side_output, ", "", [("late", "The event time has no `late`")]),
    ],
)  # fmt: skip
def test_watermarks_wait(tmp_path: Path, old: str, new: str, problems: list[tuple[str, str]]) -> None:
    found = told(stream(tmp_path, "STR002", [change(old, new)]))
    assert found == [(f"time.{name}", message) for name, message in problems]


NO_IDLENESS = change("idleness: 1 min, ", "")
HELD = [("time.idleness", "A silent partition of stream checkout would hold the watermark back for ever")]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([NO_IDLENESS], HELD),
        ([NO_IDLENESS, change("    low_traffic: true\n", "")], HELD),
        ([NO_IDLENESS, change("low_traffic: true", "low_traffic: false")], []),
        ([NO_IDLENESS, change("partitions: 6", "partitions: 1")], []),
        ([NO_IDLENESS, change("partitions: 6", "partitions: 2")], HELD),
    ],
)
def test_silence_is_noticed(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(stream(tmp_path, "STR003", changes)) == problems


@pytest.mark.parametrize(
    ("copies", "insync", "problems"),
    [
        (3, 2, []),
        (5, 4, []),
        (2, 2, ["Stream checkout has a `replication_factor` of 2"]),
        (3, 1, ["Stream checkout has a `min_insync_replicas` of 1"]),
        (3, 3, ["Stream checkout has 3 copies, of which 3 have to be in sync: none may be away"]),
        (1, 1, [
            "Stream checkout has a `min_insync_replicas` of 1",
            "Stream checkout has a `replication_factor` of 1",
        ]),
    ],
)  # fmt: skip
def test_topics_survive(tmp_path: Path, copies: int, insync: int, problems: list[str]) -> None:
    old = "replication_factor: 3\n    min_insync_replicas: 2"
    new = f"replication_factor: {copies}\n    min_insync_replicas: {insync}"
    found = stream(tmp_path, "STR014", [change(old, new)])
    assert sorted(message for _, message in told(found)) == problems
    assert all(entry.severity == "warning" for entry in found)


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("STR001", change("partitions: 6", "partitions: six")),
        ("STR002", change("max_out_of_orderness: 30 s", "max_out_of_orderness: 30")),
        ("STR003", change("idleness: 1 min", "idleness: 1 m")),
        ("STR012", change("compatibility: backward", "compatibility: backwards")),
        ("STR014", change("replication_factor: 3", "replication_factor: three")),
    ],
)
def test_a_refused_value_leaves_streams_undetermined(tmp_path: Path, rule: str, refused: tuple[str, str, str]) -> None:
    assert verdicts(stream(tmp_path, rule, [refused])) == [(rule, "undetermined", None)]


def test_a_batch_has_no_streams(tmp_path: Path) -> None:
    rules = "STR001 STR002 STR003 STR011 STR012 STR013 STR014 STR015"
    assert idle(tmp_path, rules) == 8
    assert idle(tmp_path / "alone", "STR003", [change("partitions: 6", "partitions: 1")], "first-stream") == 1
