"""The packaged stream, changed until a rule of gate events speaks, stays silent, or cannot judge."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.rule import Edit, all_rules
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

EVENTS, CAPACITY, CUTOVER = "03-events.yml", "04-capacity.yml", "10-cutover.yml"
Changes = Sequence[tuple[str, str]]


def findings(folder: Path, rule: str, changes: Changes, *edits: Edit) -> list[Finding]:
    events = [Edit(EVENTS, old, new) for old, new in changes]
    plans = first_plan(folder, [*events, *edits], "first-stream")
    report = check(read_portfolio(plans), today=TODAY, preset="strict", rules=[rule])
    assert not report.failures
    return list(report.findings)


def told(found: Sequence[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.severity, finding.path, finding.message) for finding in found if finding.verdict == "fail"]


STORE = "takes 330 MB; 28 MB may be used, 70 % of 40 MB"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("capacity: 4 GB", "capacity: 480 MB")], []),
        (
            [("capacity: 4 GB", "capacity: 40 MB")],
            [("state[0]", f"State of dedupe_events and count_attempts {STORE}")],
        ),
        (
            [("ttl: 2 h, backend: rocksdb, capacity: 4 GB", "ttl: 2 h, backend: rocksdb, capacity: 40 MB")],
            [("state[0]", f"State of dedupe_events {STORE}")],
        ),
        (
            [("ttl: 2 h, ", "")],
            [
                (
                    "state[0]",
                    "Nothing ends the state of dedupe_events: it has no time to live and no bound for its keys",
                )
            ],
        ),
        ([("ttl: 2 h, ", "bounded_by: One key per open checkout, ")], []),
        (
            [(", capacity: 4 GB", "")],
            [
                ("state[0]", "Whether the state of dedupe_events fits cannot be told without `capacity`"),
                ("state[1]", "Whether the state of count_attempts fits cannot be told without `capacity`"),
            ],
        ),
    ],
)
def test_state_fits(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert [(path, message) for _, path, message in told(findings(tmp_path, "STR004", changes))] == problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("ttl: 2 h", "ttl: 1 h")], []),
        ([("ttl: 2 h", "ttl: 59 min")], ["State of dedupe_events ends after 59 min, it is needed for 60 min"]),
        ([("ttl: 1 h", "ttl: 3 min")], ["State of count_attempts ends after 3 min, it is needed for 4 min"]),
        ([("ttl: 1 h", "ttl: 4 min")], []),
        (
            [("ttl: 1 h, window: minute", "ttl: 1 h, window: minute, join_interval: 2 h")],
            ["State of count_attempts ends after 1 h, it is needed for 2 h"],
        ),
        (
            [("ttl: 1 h, window: minute", "ttl: 30 min")],
            ["State of count_attempts ends after 30 min, it is needed for 60 min"],
        ),
        ([("ttl: 1 h, window: minute", "ttl: 30 min, bounded_by: A key per method")], []),
        (
            [("kind: tumbling, size: 1 min", "kind: session, gap: 30 min"), ("ttl: 1 h", "ttl: 32 min")],
            ["State of count_attempts ends after 32 min, it is needed for 33 min"],
        ),
    ],
)
def test_state_lives_long_enough(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert [message for *_, message in told(findings(tmp_path, "STR005", changes))] == problems


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("expected: 10 s", "expected: 30 s")], []),
        (
            [("expected: 10 s", "expected: 31 s")],
            [("checkpoints.interval", "A checkpoint is due every 60 s and takes 31 s: 51.7 % of the time")],
        ),
        (
            [("timeout: 5 min", "timeout: 10 s")],
            [("checkpoints.timeout", "A checkpoint is given up after 10 s and is expected to take 10 s")],
        ),
        (
            [("min_pause: 20 s", "min_pause: 0 s")],
            [
                (
                    "checkpoints.min_pause",
                    "No pause is left between two checkpoints; after a slow one the next begins at once",
                )
            ],
        ),
        (
            [("expected: 10 s, min_pause: 20 s, ", "")],
            [("checkpoints", "The checkpoints do not say `expected` and `min_pause`")],
        ),
    ],
)
def test_checkpoints(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert [(path, message) for _, path, message in told(findings(tmp_path, "STR006", changes))] == problems


@pytest.mark.parametrize(
    ("changes", "edits", "problems"),
    [
        ([], (), []),
        ([("guarantee: exactly_once", "guarantee: at_least_once"), ("replayable: true", "replayable: false")], (), []),
        (
            [("replayable: true", "replayable: false")],
            (),
            ["Stream checkout cannot be read again, so no event of it can count exactly once after a restart"],
        ),
        ([("    replayable: true\n", "")], (), []),
        (
            [("    replayable: true\n", ""), ("    retention: 7 d\n", "")],
            (),
            ["Stream checkout cannot be read again, so no event of it can count exactly once after a restart"],
        ),
        (
            [(", transactional: true, upsert_key: [minute, payment_method]", ""), ("sink_idempotent: true, ", "")],
            (),
            ["The sink neither takes part in transactions nor writes by key; after a restart rows are there twice"],
        ),
        ([("transactional: true, ", "")], (), []),
        (
            [("transaction_timeout: 15 min", "transaction_timeout: 2 min")],
            (),
            ["A transaction is given up after 2 min; with a restart it stays open for 2 min"],
        ),
        ([("transaction_timeout: 15 min", "transaction_timeout: 121 s")], (), []),
        (
            [(", transaction_timeout: 15 min", "")],
            (),
            ["Nothing says for how long a transaction of the sink may stay open"],
        ),
        (
            [],
            (Edit("01-context.yml", "freshness: 15 min", "freshness: 1 min"),),
            ["mart.checkout_minutes is to be at most 1 min old; what a checkpoint commits is visible after 80 s"],
        ),
    ],
)
def test_exactly_once(tmp_path: Path, changes: Changes, edits: Sequence[Edit], problems: list[str]) -> None:
    assert [message for *_, message in told(findings(tmp_path, "STR007", changes, *edits))] == problems


NOT_BY_KEY = (", upsert_key: [minute, payment_method]", "")


@pytest.mark.parametrize(
    ("old", "new", "path", "observed"),
    [
        ("transactional: true", "transactional: false", "sink.transactional", "false"),
        (", transactional: true", "", "sink", None),
    ],
)
def test_a_sink_that_refuses_transactions_is_shown_where_it_says_so(
    tmp_path: Path, old: str, new: str, path: str, observed: str | None
) -> None:
    changes = [NOT_BY_KEY, (old, new), ("sink_idempotent: true, ", "")]
    found = [one for one in findings(tmp_path, "STR007", changes) if "sink" in one.path]
    assert [(one.path, one.observed) for one in found] == [(path, observed)]


WAIT = "After 2 h without the job (2.02 h with its restart) 2,100,694 rows wait; at the peak, 289 rows/s, it"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("catch_up: 90 min", "catch_up: 35 min")], []),
        (
            [("catch_up: 90 min", "catch_up: 30 min")],
            [
                (
                    "warning",
                    "After 2 h without the job (2.02 h with its restart) 3,378,835 rows wait; at the peak at the "
                    "horizon, 465 rows/s, it takes "
                    "34.5 min to be level again; allowed are 30 min",
                )
            ],
        ),
        (
            [("catch_up: 90 min", "catch_up: 15 min")],
            [("error", f"{WAIT} takes 19.3 min to be level again; allowed are 15 min")],
        ),
        ([("per_task: 500", "per_task: 60")], [("error", f"{WAIT} is never level again; allowed are 90 min")]),
        (
            [("max_outage: 2 h", "max_outage: 6 h"), ("catch_up: 90 min", "catch_up: 45 min")],
            [
                (
                    "error",
                    "After 6 h without the job (6.02 h with its restart) 6,267,361 rows wait; at the peak, 289 "
                    "rows/s, it takes 57.7 min to be "
                    "level again; allowed are 45 min",
                )
            ],
        ),
    ],
)
def test_catching_up(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    found = findings(tmp_path, "STR008", changes)
    assert [(severity, message) for severity, _, message in told(found)] == problems
    assert all(finding.path == "recovery.catch_up" for finding in found)


def test_a_restart_that_takes_no_time_is_asked_for(tmp_path: Path) -> None:
    found = findings(tmp_path, "STR008", [("restart_time: 1 min, ", "")])
    message = "Nothing says how long the job takes to start again; what arrives meanwhile is not counted"
    assert told(found) == [("error", "recovery.restart_time", message)]
    assert told(findings(tmp_path / "said", "STR008", [("restart_time: 1 min, ", "restart_time: 2 min, ")])) == []


@pytest.mark.parametrize(
    ("changes", "edits", "missing", "cause"),
    [
        ([("catch_up: 90 min, ", "")], (), "`recovery.catch_up`", "GEN014"),
        (
            [(", max_outage: 2 h", "")],
            (Edit("09-operations.yml", "rpo: 2 h, rto: 2 h", "rpo: 2 h"),),
            "`recovery.max_outage`",
            None,
        ),
        (
            [(", per_task: 500 rows/s", "")],
            (Edit(CAPACITY, "capacity: 3_000 rows/s, ", ""),),
            "`parallelism.per_task` or the throughput of gate capacity",
            None,
        ),
        (
            [],
            (Edit(CAPACITY, ", target_utilisation: 70 %", ""),),
            "the target utilisation of gate capacity",
            None,
        ),
        (
            [],
            (Edit("02-sources.yml", "        peak_factor: 5\n", ""),),
            "a workload with rows per day and peak factor for each stream",
            None,
        ),
    ],
)
def test_what_is_missing_to_tell_is_named(
    tmp_path: Path, changes: Changes, edits: Sequence[Edit], missing: str, cause: str | None
) -> None:
    (finding,) = findings(tmp_path, "STR008", changes, *edits)
    assert finding.message == f"Whether the job catches up after an outage cannot be told without {missing}"
    assert finding.cause == cause


@pytest.mark.parametrize(
    ("changes", "edits", "problems"),
    [
        ([], (), []),
        (
            [("    retention: 7 d\n", "    retention: 160 min\n")],
            (Edit(CUTOVER, ", window: 6 d", ""), Edit(CUTOVER, "origin: shop.checkout.v1", "origin: elsewhere")),
            [
                (
                    "streams[0].retention",
                    "Stream checkout keeps events for 160 min; an outage with its restart (2.02 h), 19.3 min to catch "
                    "up and a margin of 20 % take 2.81 h",
                )
            ],
        ),
        (
            [("    retention: 7 d\n", "    retention: 160 min\n"), ("cleanup: delete", "cleanup: compact")],
            (Edit(CUTOVER, ", window: 6 d", ""), Edit(CUTOVER, "origin: shop.checkout.v1", "origin: elsewhere")),
            [],
        ),
        (
            [("    retention: 7 d\n", "")],
            (),
            [("streams[0]", "Stream checkout does not say for how long its events are kept")],
        ),
        (
            [("    retention: 7 d\n", "    retention: 5 d\n")],
            (),
            [
                (
                    "streams[0].retention",
                    "Stream checkout keeps events for 5 d; backfill minutes_replay is to be replayable for 6 d; "
                    "backfill minutes_replay reads events that are up to 5.44 d old",
                )
            ],
        ),
        (
            [],
            (Edit(CUTOVER, "window: 6 d", "window: 5 d"),),
            [
                (
                    "backfill[0].range",
                    "Backfill minutes_replay reads events that are up to 5.44 d old; its replay window is 5 d",
                )
            ],
        ),
        (
            [("per_task: 500", "per_task: 60")],
            (),
            [
                (
                    "streams[0].retention",
                    "Stream checkout keeps events for 7 d; as the job never catches up, no time is enough",
                )
            ],
        ),
    ],
)
def test_retention(tmp_path: Path, changes: Changes, edits: Sequence[Edit], problems: list[tuple[str, str]]) -> None:
    found = findings(tmp_path, "STR009", changes, *edits)
    assert sorted((path, message) for _, path, message in told(found)) == sorted(problems)


NO_REPLAY = (Edit(CUTOVER, ", window: 6 d", ""), Edit(CUTOVER, "origin: shop.checkout.v1", "origin: elsewhere"))
NEVER = ("per_task: 500", "per_task: 60")
SIX_DAYS = "at least 6 d, as backfill minutes_replay is to be replayable for 6 d"
NO_SLOTS = Edit(CUTOVER, "slots: 6", "slots: 7")


@pytest.mark.parametrize(
    ("changes", "edits", "needs", "expected", "cause"),
    [
        ([("retention: 7 d\n", "retention: 2 h\n")], (), ["2.81 h", "6 d", "5.44 d"], SIX_DAYS, None),
        ([("retention: 7 d\n", "retention: 2 h\n")], NO_REPLAY, ["2.81 h"], "at least 2.81 h", None),
        (
            [("retention: 7 d\n", "retention: 2 h\n")],
            (Edit(CUTOVER, "window: 6 d", "window: 90 min"),),
            ["2.81 h"],
            "at least 2.81 h",
            None,
        ),
        (
            [("retention: 7 d\n", "retention: 5 d\n")],
            (Edit(CUTOVER, ", window: 6 d", ""),),
            ["5.44 d"],
            "at least 5.45 d",
            None,
        ),
        ([("retention: 7 d\n", "retention: 5 d\n"), NEVER], (), ["6 d", "5.44 d", "no time"], SIX_DAYS, None),
        ([NEVER], (), ["no time"], None, "STR008"),
        ([], (NO_SLOTS,), ["backfill minutes_replay never ends, no time"], None, "BCK003"),
        ([("    retention: 7 d\n", "")], (), ["how long"], "`retention`", "STR001"),
    ],
)
def test_a_stream_is_told_once_with_the_largest_need(
    tmp_path: Path, changes: Changes, edits: Sequence[Edit], needs: Sequence[str], expected: str | None, cause: str
) -> None:
    (finding,) = [one for one in findings(tmp_path, "STR009", changes, *edits) if one.gate == "events"]
    said = finding.message.split("; ")[-len(needs) :]
    assert [need in text for need, text in zip(needs, said, strict=True)] == [True] * len(needs)
    assert finding.message.count(";") in {0, len(needs)}
    assert (finding.expected, finding.cause) == (expected, cause)


@pytest.mark.parametrize(
    ("retention", "open_for", "tier", "cause"),
    [
        ("2 h", "72 h", "B", ["STR009"]),
        ("5 d", "144 h", "B", ["STR009"]),
        ("7 d", "192 h", "B", [None]),
        ("2 h", "72 h", "C", [None]),
        ("7 d", "72 h", "B", []),
    ],
)
def test_a_way_back_that_outlasts_a_stream_follows_from_its_short_retention(
    tmp_path: Path, retention: str, open_for: str, tier: str, cause: list[str | None]
) -> None:
    changes = [("retention: 7 d\n", f"retention: {retention}\n")]
    edits = (
        Edit("plan.yml", "tier: B", f"tier: {tier}"),
        Edit(CUTOVER, "available_for: 72 h", f"available_for: {open_for}"),
    )
    found = [one for one in findings(tmp_path, "CUT009", changes, *edits) if one.gate == "events"]
    assert [one.cause for one in found] == cause


@pytest.mark.parametrize(
    ("tasks", "problems"),
    [
        ("{value: 6, max: 120}", []),
        ("{value: 4, max: 4}", []),
        (
            "{value: 8, max: 120}",
            [("error", "parallelism.value", "8 tasks run at once, and the largest stream has 6 partitions")],
        ),
        (
            "{value: 6, max: 4}",
            [("error", "parallelism.value", "6 tasks run at once, and state can be spread over 4 at most")],
        ),
        (
            "{value: 5, max: 128}",
            [
                (
                    "warning",
                    "parallelism.max",
                    "The greatest parallelism of 128 is no multiple of 5: some tasks hold more state than others",
                )
            ],
        ),
        ("{max: 120}", [("error", "parallelism", "Nothing says how many tasks run at once")]),
    ],
)
def test_tasks(tmp_path: Path, tasks: str, problems: list[tuple[str, str, str]]) -> None:
    changes = [("{value: 6, max: 120, per_task: 500 rows/s}", tasks)]
    assert told(findings(tmp_path, "STR010", changes)) == problems


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("STR004", [("bytes_per_key: 100 B", "bytes_per_key: 100")]),
        ("STR005", [("ttl: 2 h", "ttl: 2 hours")]),
        ("STR006", [("interval: 60 s", "interval: 60")]),
        ("STR007", [("transaction_timeout: 15 min", "transaction_timeout: 15 m")]),
        ("STR008", [("catch_up: 90 min", "catch_up: soon")]),
        ("STR009", [("retention: 7 d\n", "retention: a week\n")]),
        ("STR010", [("{value: 6,", "{value: six,")]),
    ],
)
def test_what_was_refused_is_not_judged(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert [finding.verdict for finding in findings(tmp_path, rule, changes)] == ["undetermined"]


@pytest.mark.parametrize("rule", [name for name in all_rules() if name.startswith("STR")])
def test_a_batch_is_not_asked(tmp_path: Path, rule: str) -> None:
    plans = first_plan(tmp_path, (Edit("plan.yml", "tier: C", "tier: A"),))
    report = check(read_portfolio(plans), today=TODAY, preset="strict", rules=[rule])
    assert (report.findings, report.summary["not_applicable"]) == ((), 1)
