"""What is paid once and stored twice around the switch."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

CAPACITY, CUTOVER, ACCEPTANCE = "03-capacity.yml", "09-cutover.yml", "10-acceptance.yml"
NO_BACKFILL = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n'
BACKFILL = "backfill: [{id: history, dataset: raw.orders, method: in_place}, {id: again, dataset: mart.orders}]\n"
ALONE = '{not_applicable: "The hand-made export is replaced at once; both are kept until the end of February"}'
SIDE_BY_SIDE = (ACCEPTANCE, ALONE, "{start: 2027-01-12, end: 2027-01-26}")
HISTORY = (CUTOVER, NO_BACKFILL, BACKFILL)


def lines(*texts: str) -> tuple[str, str, str]:
    """Add cost lines to the first plan."""
    added = "".join(f"    - {{{text}, quantity: 1 TB, unit_price: 6 EUR/TB}}\n" for text in texts)
    return CAPACITY, "  budget: 100 EUR/month\n", f"{added}  budget: 100 EUR/month\n"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [HISTORY],
            [
                ("backfill[0]", "Nothing says what backfill history costs"),
                ("backfill[1]", "Nothing says what backfill again costs"),
            ],
        ),
        (
            [HISTORY, lines("purpose: backfill, backfill: history")],
            [("backfill[1]", "Nothing says what backfill again costs")],
        ),
        ([HISTORY, lines("purpose: backfill")], []),
        ([HISTORY, lines("purpose: backfill, backfill: history", "purpose: backfill, backfill: again")], []),
        (
            [HISTORY, lines("purpose: rehearsal, backfill: history", "purpose: backfill, backfill: again")],
            [("backfill[0]", "Nothing says what backfill history costs")],
        ),
        (
            [SIDE_BY_SIDE],
            [("phases.parallel_run", "Old and new run side by side, and nothing says what that costs")],
        ),
        ([SIDE_BY_SIDE, lines("purpose: parallel_run")], []),
        (
            [(CUTOVER, NO_BACKFILL, f"{NO_BACKFILL}handover: {{dual_run: [orders], offsets: By time}}\n")],
            [("handover.dual_run", "Old and new run side by side, and nothing says what that costs")],
        ),
    ],
)
def test_one_off_costs(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP010", changes)) == found


def test_refused_lines_leave_one_off_costs_undetermined(tmp_path: Path) -> None:
    broken = (CAPACITY, "driver: compute", "driver: coffee")
    assert verdicts(judged(tmp_path, "CAP010", [SIDE_BY_SIDE, broken])) == [("CAP010", "undetermined", None)]


def copied(dataset: str, method: str = "shadow_swap") -> tuple[str, str, str]:
    return CUTOVER, NO_BACKFILL, f"backfill: [{{id: history, dataset: {dataset}, method: {method}}}]\n"


KEPT = (CUTOVER, "storage: 20 MB, ", "")
UNSAID = ("legacy", "The old one is kept until 2027-02-28, and nothing says what it stores or costs meanwhile")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([KEPT], [UNSAID]),
        ([(CUTOVER, "storage: 20 MB, ", "cost: 5 EUR/month, ")], []),
        ([KEPT, lines("purpose: parallel_run")], [UNSAID]),
        ([KEPT, lines("purpose: parallel_run, driver: storage")], []),
        ([KEPT, (CUTOVER, "keep_until: 2027-02-28, ", "")], []),
        ([copied("raw.orders")], []),
        (
            [copied("stg.orders")],
            [
                (
                    "backfill[0].method",
                    "Backfill history fills a copy of stg.orders, and how large that is cannot be worked out",
                )
            ],
        ),
        ([copied("stg.orders", "in_place")], []),
        ([copied("stg.orders"), lines("purpose: backfill, driver: storage")], []),
    ],
)
def test_stored_twice(tmp_path: Path, changes: Changes, found: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "CAP011", changes)) == found


@pytest.mark.parametrize(
    "changes",
    [
        [(CUTOVER, "storage: 20 MB", "storage: 20")],
        [
            copied("raw.orders"),
            (CAPACITY, "compression: 3, retention: {hot: 2 yr", "compression: x, retention: {hot: 2"),
        ],
    ],
)
def test_a_refused_input_leaves_what_is_stored_twice_undetermined(tmp_path: Path, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, "CAP011", changes)) == [("CAP011", "undetermined", None)]


def test_both_hold_for_the_sample_plans(tmp_path: Path) -> None:
    storage = ("09-cutover.yml", "  storage: 6 TiB\n  cost: 900 EUR/month\n", "")
    paid = ("03-capacity.yml", "driver: storage, model: object_store, purpose: parallel_run, quantity: 6 TiB month",
            "driver: compute, model: object_store, purpose: parallel_run, quantity: 6 TiB month")  # fmt: skip
    assert sample(tmp_path / "good", "orders-mart", "CAP010 CAP011") == []
    assert told(sample(tmp_path / "bad", "orders-mart", "CAP011", [storage, paid])) == [
        ("legacy", "The old one is kept until 2027-01-15, and nothing says what it stores or costs meanwhile")
    ]
