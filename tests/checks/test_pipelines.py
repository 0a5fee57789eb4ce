"""What starts a pipeline, how often it is tried, and whether its pool has room."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE, CAPACITY = "04-ingestion.yml", "03-capacity.yml"
CRON = 'schedule: {cron: "0 3 * * *", timezone: UTC, catchup: false, start_date: 2027-01-12}'


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


@pytest.mark.parametrize(
    ("new", "problems"),
    [
        (CRON, []),
        ("schedule: {event: the shop closes its day}", []),
        ("schedule: {timezone: UTC}", [("cron", "Nothing says what starts pipeline load_orders")]),
        ("x_schedule: {timezone: UTC}", [("cron", "Nothing says what starts pipeline load_orders")]),
        (
            CRON.replace("timezone: UTC, ", ""),
            [("timezone", "The schedule of pipeline load_orders does not say its `timezone`")],
        ),
        (
            CRON.replace("catchup: false, ", ""),
            [("catchup", "The schedule of pipeline load_orders does not say its `catchup`")],
        ),
        (
            CRON.replace(", start_date: 2027-01-12", ""),
            [("start_date", "The schedule of pipeline load_orders does not say its `start_date`")],
        ),
        (
            CRON.replace("}", ", event: the shop closes}"),
            [("", "Pipeline load_orders is started by `cron` and `event`")],
        ),
        (
            CRON.replace("}", ", event: the shop closes, after: [build_orders]}"),
            [("", "Pipeline load_orders is started by `cron`, `after` and `event`")],
        ),
    ],
)
def test_starts_are_said(tmp_path: Path, new: str, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "ING001", [change(CRON, new)])
    base = "pipelines[0].schedule"
    assert told(found) == [(f"{base}.{name}" if name else base, message) for name, message in problems]
    assert all(entry.cause == ("GEN014" if new.startswith("x_") else None) for entry in found)


RETRIES = "retries: 2\n    retry_delay: 5 min\n    execution_timeout: 20 min\n"


@pytest.mark.parametrize(
    ("new", "problems"),
    [
        (RETRIES, []),
        (RETRIES.replace("2", "1", 1), []),
        (RETRIES.replace("retries: 2", "retries: 0"), ["Pipeline load_orders is not tried again when it fails"]),
        (RETRIES.replace("retry_delay: 5 min\n    ", ""), ["Pipeline load_orders has no `retry_delay`"]),
        (RETRIES.replace("    execution_timeout: 20 min\n", ""), ["Pipeline load_orders has no `execution_timeout`"]),
        (RETRIES + "    retry_exponential_backoff: true\n", ["Pipeline load_orders has no `max_retry_delay`"]),
        (RETRIES + "    retry_exponential_backoff: false\n", []),
        (RETRIES + "    retry_exponential_backoff: true\n    max_retry_delay: 15 min\n", []),
    ],
)
def test_runs_are_retried(tmp_path: Path, new: str, problems: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "ING002", [change(RETRIES, new)]))] == problems


POOL = (
    "overlap: queue, pool: default_pool, pool_slots: 1}\n    on_failure: {alert: orders_late}\n"
    "    deadline: {from: data_interval_end, within: 5 h"
)
ALONE = "max_active_runs: 1, " + POOL


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([change(POOL, POOL.replace("1}", "4}"))], []),
        (
            [change(POOL, POOL.replace("1}", "5}"))],
            [("pool_slots", "Pipeline load_orders asks for 5 slots of pool default_pool, which has 4", None)],
        ),
        (
            [change(ALONE, ALONE.replace("runs: 1", "runs: 0"))],
            [("max_active_runs", "Pipeline load_orders may never run", None)],
        ),
        (
            [change(ALONE, POOL)],
            [("max_active_runs", "Pipeline load_orders does not say how many of its runs may run together", None)],
        ),
        (
            [change(POOL, POOL.replace("default_pool", "other_pool"))],
            [("pool", "Pipeline load_orders runs in pool other_pool, which gate capacity does not have", "GEN003")],
        ),
        ([change(POOL, POOL.replace("pool: default_pool, pool_slots: 1", "x_pool: none"))], []),
    ],
)
def test_pools_have_room(tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]) -> None:
    found = judged(tmp_path, "ING004", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found] == [
        (f"pipelines[0].concurrency.{name}", message, cause) for name, message, cause in problems
    ]


def test_a_pool_says_its_size(tmp_path: Path) -> None:
    found = judged(tmp_path, "ING004", [(CAPACITY, "{id: default_pool, size: 4}", "{id: default_pool}")])
    assert told(found) == [
        ("resources.pools[0].size", f"Pool default_pool, in which pipeline {name} runs, does not say its size")
        for name in ("build_orders", "load_orders")
    ]


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("ING001", change('cron: "0 3 * * *"', 'cron: "0 30 * * *"')),
        ("ING002", change("execution_timeout: 20 min", "execution_timeout: 20 m")),
        ("ING004", change("pool_slots: 1", "pool_slots: one")),
        ("ING004", (CAPACITY, "size: 4", "size: four")),
    ],
)
def test_a_refused_value_leaves_pipelines_undetermined(
    tmp_path: Path, rule: str, refused: tuple[str, str, str]
) -> None:
    found = judged(tmp_path, rule, [refused])
    assert {(entry.rule, entry.verdict) for entry in found} == {(rule, "undetermined")}


def test_without_pipelines_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "ING001 ING002 ING003 ING004 ING005 ING012 ING013", [(FILE, None, None)]) == 7
    assert verdicts(judged(tmp_path / "again", "ING004", [(CAPACITY, None, None)])) == []
