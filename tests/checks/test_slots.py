"""Pools have the slots that are asked for together."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

CAPACITY, INGESTION = "03-capacity.yml", "04-ingestion.yml"


def capacity(old: str, new: str) -> tuple[str, str, str]:
    return CAPACITY, old, new


BACKFILL = """backfill:
  - {id: history, dataset: raw.orders, pool: default_pool, parallel: PARALLEL, slots: 1MORE}
"""
NO_BACKFILL = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n'


def backfill(parallel: int, more: str = "") -> tuple[str, str, str]:
    return "09-cutover.yml", NO_BACKFILL, BACKFILL.replace("PARALLEL", str(parallel)).replace("MORE", more)


SLOTS = "pool: default_pool, pool_slots: 1"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        # Build starts after load and is over before the next night: they take turns.
        ([(INGESTION, SLOTS, "pool: default_pool, pool_slots: 4")], []),
        (
            [(INGESTION, SLOTS, "pool: default_pool, pool_slots: 5")],
            [("resources.pools[0].size", "Pool default_pool has 4 slots, 5 are asked for together by load_orders")],
        ),
        (
            [
                (INGESTION, SLOTS, "pool: default_pool, pool_slots: 4"),
                (INGESTION, "{after: [load_orders]}", "{event: a file}"),
            ],
            [
                (
                    "resources.pools[0].size",
                    "Pool default_pool has 4 slots, 8 are asked for together by load_orders, build_orders (4 + 4)",
                )
            ],
        ),
        ([backfill(3)], []),
        (
            [backfill(4)],
            [
                (
                    "resources.pools[0].size",
                    "Pool default_pool has 4 slots, 5 are asked for together by load_orders, backfill history (1 + 4)",
                )
            ],
        ),
        ([backfill(4, ", depends_on_past: true")], []),
        (
            [(INGESTION, "max_active_runs: 1", "max_active_runs: 3")],
            [],
        ),
        (
            [capacity("size: 4", "system: airflow")],
            [("resources.pools[0]", "Pool default_pool has no size; 2 slots are asked for together")],
        ),
        ([capacity("{id: default_pool, size: 4}", "{id: default_pool, size: 4}, {id: idle, size: 1}")], []),
    ],
)
def test_pools_suffice(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP012", changes)) == found


def test_a_refused_size_leaves_the_pool_undetermined(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "CAP012", [capacity("size: 4", "size: many")])) == [
        ("CAP012", "undetermined", None)
    ]


def test_pools_of_a_sample_plan(tmp_path: Path) -> None:
    """Fifteen slots of pipelines and four of the backfill; the nightly loads and what they start take turns."""
    found = sample(tmp_path, "orders-mart", "CAP012", [(CAPACITY, "size: 20", "size: 16")])
    assert [(finding.observed, finding.expected) for finding in found] == [("16", "at least 17")]


def test_a_plan_without_pools_has_none_to_judge(tmp_path: Path) -> None:
    assert sample(tmp_path, "jaffle-shop", "CAP012") == []


def test_a_pool_of_its_own_does_not_help_where_the_pipelines_alone_ask_for_too_much(tmp_path: Path) -> None:
    changes = [backfill(2), (INGESTION, SLOTS, "pool: default_pool, pool_slots: 6")]
    (found,) = judged(tmp_path, "CAP012", changes)
    assert found.expected == "at least 8"
    assert found.hint == (
        "Or give backfill history its own pool, `{id: history, size: 2}`, and name it in `pool`; default_pool then "
        "still needs `size: 6`"
    )
