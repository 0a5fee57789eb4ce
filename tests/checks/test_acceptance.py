"""Criteria of the first plan and of the samples: in full, covering, and no softer than what they verify."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told

FILE, BUNDLE, CONTEXT = "10-acceptance.yml", "11-bundle.yml", "01-context.yml"
STATED = "from: orders_vs_shop, phase: pre_launch"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(FILE, f"{STATED}, must_be: \"<= 0.1 %\"", STATED)], []),
        (
            [(FILE, f"{STATED}, ", "statement: It is right, phase: pre_launch, ")],
            ["Criterion count_correct does not say its `measure`"],
        ),
        (
            [(FILE, "from: orders_vs_shop, phase: pre_launch, must_be: \"<= 0.1 %\", environment: production, ",
              "measure: orders_vs_shop, phase: pre_launch, must_be: \"<= 0.1 %\", ")],
            ["Criterion count_correct does not say its `environment`"],
        ),
        (
            [(FILE, "owner: data_team, approver: data_platform", "owner: data_team")],
            ["Criterion count_correct does not say its `approver`"],
        ),
        (
            [(FILE, "owner: data_team, approver: data_platform", "owner: data_team, approver: data_team")],
            ["data_team shows criterion count_correct and accepts it"],
        ),
        (
            [(FILE, "due: 2027-01-12", "due: 2027-01-13")],
            ["Criterion count_correct of phase pre_launch is due on 2027-01-13, after the go-live on 2027-01-12"],
        ),
        (
            [(FILE, "phase: pre_launch, must_be", "phase: post_cutover, must_be"),
             (FILE, "due: 2027-01-12", "due: 2027-02-13")],
            [],
        ),
    ],
)  # fmt: skip
def test_criteria_are_said_in_full(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "VAL001", changes))] == found


@pytest.mark.parametrize("baseline", ["99.5 %", "96 min"])
def test_a_criterion_of_a_metric_that_does_not_change_follows_from_the_metric(tmp_path: Path, baseline: str) -> None:
    found = judged(tmp_path, "CTX002 VAL001", [(CONTEXT, "baseline: 96 %", f"baseline: {baseline}")])
    assert [(finding.rule, finding.cause, finding.hint) for finding in found if finding.rule == "VAL001"] == [
        (
            "VAL001",
            "CTX002",
            "Give metric daily_orders a `target` other than its `baseline`, or write the criterion out",
        )
    ]
    assert any(finding.rule == "CTX002" for finding in found)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(FILE, "[daily_orders, mart.orders], approver", "[mart.orders], approver")],
            ["No criterion measures metric daily_orders"],
        ),
        (
            [(FILE, "[daily_orders, mart.orders], approver", "[daily_orders], approver")],
            ["No criterion measures the service level of mart.orders"],
        ),
        (
            [(FILE, "from: orders_vs_shop", "from: daily_orders"), (FILE, "[daily_orders, mart", "[mart")],
            ["No criterion measures reconciliation orders_vs_shop"],
        ),
    ],
)  # fmt: skip
def test_promises_are_accepted(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "VAL002", changes))] == found


@pytest.mark.parametrize(
    ("bound", "found"),
    [
        ("<= 0.1 %", []),
        ("<= 0.05 %", []),
        ("== 0 %", []),
        ("<= 1 %", ["Criterion count_correct asks for <= 1 %, reconciliation orders_vs_shop for <= 0.1 %"]),
        (">= 0.1 %", ["Criterion count_correct asks for >= 0.1 %, reconciliation orders_vs_shop for <= 0.1 %"]),
        ("<= 10 rows", []),
    ],
)
def test_no_softer(tmp_path: Path, bound: str, found: list[str]) -> None:
    changes = [(FILE, 'must_be: "<= 0.1 %"', f'must_be: "{bound}"')]
    assert [message for _, message in told(judged(tmp_path, "VAL003", changes))] == found


def test_a_metric_is_held_to_its_target_from_either_side(tmp_path: Path) -> None:
    told_so = 'from: net_revenue, statement: Net revenue agrees with the ledger in two closes, must_be: ">= 99.9 %"'
    soft = [(FILE, told_so, 'from: net_revenue, must_be: ">= 99 %"')]
    found = told(sample(tmp_path, "orders-mart", "VAL003", soft))
    assert [message for _, message in found] == [
        "Criterion revenue_agrees asks for >= 99 %, metric net_revenue for >= 99.9 %"
    ]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("The counts are equal", []),
        ("The page is fast", ["Criterion count_correct says `fast` and no number"]),
        ("The page is fast, within 2 s", []),
        ("Runs as needed", ["Criterion count_correct says `as needed` and no number"]),
        ("Goodness", []),
    ],
)
def test_no_vague_words(tmp_path: Path, statement: str, found: list[str]) -> None:
    changes = [(FILE, STATED, f'{STATED}, statement: "{statement}"')]
    assert [message for _, message in told(judged(tmp_path, "VAL004", changes))] == found


@pytest.mark.parametrize(
    ("load", "found"),
    [
        ("27_000 rows/s", []),
        ("17_000 rows/s", ["The performance test runs under 17_000 rows/s, the peak at the horizon is 17,326 rows/s"]),
    ],
)
def test_the_load_of_the_horizon(tmp_path: Path, load: str, found: list[str]) -> None:
    changes = [(FILE, "load: 27_000 rows/s", f"load: {load}")]
    assert [message for _, message in told(sample(tmp_path, "orders-mart", "VAL005", changes))] == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(CONTEXT, "measured_by: mart.orders#order_id", "measured_by: shop_db.orders#id")],
            ["No column of a model holds metric daily_orders: shop_db.orders#id is none"],
        ),
        ([(FILE, "[daily_orders, mart.orders], approver", "[mart.orders], approver")], []),
        (
            [(FILE, "[daily_orders, mart.orders], approver", "[mart.orders], approver"),
             (FILE, "from: orders_vs_shop", "from: mart.orders")],
            ["No criterion accepts metric daily_orders"],
        ),
    ],
)  # fmt: skip
def test_metrics_are_traced(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "CTX006", changes))] == found


@pytest.mark.parametrize(
    ("totals", "found"),
    [
        ("{backfill: 19.32 h, critical_path: 395 min}", []),
        ("{backfill: 19.3 h}", []),
        ("{backfill: 18 h}", ["The bundle quotes 18 h as backfill, the gates come to 19.3 h"]),
        ("{critical_path: 6 h}", ["The bundle quotes 6 h as critical path, the gates come to 6.58 h"]),
    ],
)
def test_totals(tmp_path: Path, totals: str, found: list[str]) -> None:
    changes = [(BUNDLE, "{backfill: 19.32 h, critical_path: 395 min}", totals)]
    assert [message for _, message in told(sample(tmp_path, "orders-mart", "BND001", changes))] == found


FOLLOW_UP = "due: 2027-02-28, blocks_go_live: false"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(BUNDLE, FOLLOW_UP, "due: 2027-01-12, blocks_go_live: true")], []),
        (
            [(BUNDLE, FOLLOW_UP, "due: 2027-02-28, blocks_go_live: true")],
            ["Follow-up drop_export blocks the go-live on 2027-01-12 and is due on 2027-02-28"],
        ),
        (
            [(BUNDLE, FOLLOW_UP, "due: 2027-01-12, blocks_go_live: true"),
             ("plan.yml", "intent: in_review", "intent: live")],
            ["Follow-up drop_export blocks the go-live and is open, and the plan is live"],
        ),
        (
            [(BUNDLE, "likelihood: low", "likelihood: high"),
             (BUNDLE, "mitigation: The load checks the columns before it starts, owner: data_team, ", "")],
            ["Risk late_export is high and has no `mitigation`", "Risk late_export is high and has no `owner`"],
        ),
    ],
)  # fmt: skip
def test_nothing_blocks(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "BND003", changes))] == found
