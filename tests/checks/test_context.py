"""Consumers against the worst age of what they read."""

from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

READS = "reads: [mart.orders]"


def needs(text: str) -> tuple[str, str, str]:
    return "01-context.yml", READS, f"{READS}, freshness: {text}"


NO_RUNTIME = ("03-capacity.yml", "  - {pipeline: build_orders, p50: 2 min, p95: 4 min, max: 10 min}\n", "")
NO_PROMISE = (
    "02-sources.yml",
    "freshness:\n  - {dataset: mart.orders, target: 30 h, slo: 99 %, window: 30 d}",
    "freshness: []",
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([needs("1455 min")], []),
        (
            [needs("1454 min")],
            [("Consumer stock_report can do with data of 1454 min, mart.orders is at worst 1,455 min old", None)],
        ),
        (
            [needs("24 h")],
            [("Consumer stock_report can do with data of 24 h, mart.orders is at worst 24.3 h old", None)],
        ),
        (
            [needs("36 h"), NO_PROMISE, NO_RUNTIME],
            [
                (
                    "Consumer stock_report can do with data of 36 h, and how old mart.orders gets is not known: "
                    "missing is the p95 runtime of pipeline build_orders",
                    None,
                )
            ],
        ),
        (
            [needs("36 h"), NO_RUNTIME],
            [
                (
                    "Consumer stock_report can do with data of 36 h, and how old mart.orders gets is not known: "
                    "missing is the p95 runtime of pipeline build_orders",
                    "ING008",
                )
            ],
        ),
    ],
)
def test_consumers_get_data_that_is_fresh_enough(
    tmp_path: Path, changes: Changes, found: list[tuple[str, str | None]]
) -> None:
    problems = judged(tmp_path, "CTX010", changes)
    assert [(entry.message, entry.cause) for entry in problems] == found
    assert all(entry.path == "consumers[0].freshness" for entry in problems)


def test_a_need_in_another_unit_never_looks_like_the_age(tmp_path: Path) -> None:
    """24.25 h of age against a need of 24.249 h: rounded both are 24.2."""
    (finding,) = judged(tmp_path, "CTX010", [needs("24.249 h")])
    assert finding.message.endswith("can do with data of 24.249 h, mart.orders is at worst 24.3 h old")
    (finding,) = judged(tmp_path / "again", "CTX010", [needs("1_454.9 min")])
    assert finding.message.endswith("mart.orders is at worst just over 1,455 min old")


@pytest.mark.parametrize(
    "change",
    [
        needs("20"),
        ("04-ingestion.yml", 'cron: "0 3 * * *"', 'cron: "0 30 * * *"'),
    ],
)
def test_a_refused_value_leaves_needs_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    changes = [change] if change[0] == "01-context.yml" else [needs("20 h"), change]
    assert verdicts(judged(tmp_path, "CTX010", changes)) == [("CTX010", "undetermined", None)]


def test_every_dataset_that_a_consumer_reads_is_judged(tmp_path: Path) -> None:
    changes = [("01-context.yml", READS, "reads: [mart.orders, raw.orders], freshness: 10 h")]
    assert told(judged(tmp_path, "CTX010", changes)) == [
        (
            "consumers[0].freshness",
            "Consumer stock_report can do with data of 10 h, mart.orders is at worst 24.3 h old",
        ),
        ("consumers[0].freshness", "Consumer stock_report can do with data of 10 h, raw.orders is at worst 24.2 h old"),
    ]
