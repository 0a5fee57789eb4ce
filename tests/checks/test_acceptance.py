"""Criteria of the first plan and of the samples: in full, covering, and no softer than what they verify."""

from datetime import timedelta
from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts
from .test_rules import TODAY

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
            ["Release gate go_live needs criterion count_correct, of phase post_cutover"],
        ),
        (
            [(FILE, "phase: pre_launch, must_be", "phase: post_cutover, must_be"),
             (FILE, ", due: 2027-01-12", ""),
             (FILE, "needs: [count_correct]", "needs: []")],
            [],
        ),
        ([(FILE, ", due: 2027-01-12", "")], ["Criterion count_correct does not say its `due`"]),
        (
            [(FILE, "phase: pre_launch, must_be", "must_be"), (FILE, "due: 2027-01-12", "due: 2027-02-13")],
            ["Criterion count_correct does not say its `phase`"],
        ),
        ([(FILE, "needs: [count_correct]", "due: 2027-01-12, needs: [count_correct]")], []),
        (
            [(FILE, "needs: [count_correct]", "due: 2027-01-11, needs: [count_correct]")],
            ["Release gate go_live of 2027-01-11 needs criterion count_correct, which is due on 2027-01-12"],
        ),
        (
            [(FILE, "needs: [count_correct]", "needs: [count_correct, daily_orders_accepted]")],
            ["Release gate go_live needs criterion daily_orders_accepted, which says no phase"],
        ),
        (
            [(FILE, "needs: [count_correct]", "needs: [count_correct, daily_orders_accepted]"),
             (FILE, "mart.orders], approver", "mart.orders], phase: pre_launch, due: 2027-01-12, approver")],
            [],
        ),
        (
            [(FILE, "daily_orders, mart.orders], approver", "daily_orders, mart.orders], phase: pre_launch, approver")],
            ["Criterion daily_orders_accepted (derived from daily_orders) does not say its `due`",
             "Criterion mart_orders_accepted (derived from mart.orders) does not say its `due`"],
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
            "Give metric daily_orders a `target` other than its `baseline`, or write the criterion out with its bound",
        )
    ]
    assert any(finding.rule == "CTX002" for finding in found)


DAILY = "daily_vs_ledger, source: ledger.postings, source_column: amount, target: mart.revenue_daily, measure: sum"


@pytest.mark.parametrize(
    ("changes", "source", "cause"),
    [
        (
            [("08-operations.yml", "mart.fct_conversion, objective: 99 %, window: 30 d, checks",
              "mart.fct_conversion, window: 30 d, checks")],
            "SLO conversion_correct its `objective`",
            "OPS003",
        ),
        (
            [("07-quality.yml", f"{DAILY}, column: net_revenue, grain: [order_date, country], tolerance: 0.1 %",
              f"{DAILY}, column: net_revenue, grain: [order_date, country]"),
             (FILE, '  - {id: daily_agrees, from: daily_vs_ledger, must_be: "<= 0.1 %", ',
              "  - {derive: [daily_vs_ledger], "),
             (FILE, "orders_complete, daily_agrees, daily", "orders_complete, daily_vs_ledger_accepted, daily")],
            "reconciliation daily_vs_ledger its `tolerance`",
            "DQ004",
        ),
        (
            [("06-contracts.yml", "    sla: {freshness: 6 h, availability: 99.5 %, retention: 800 d}\n", "")],
            "the contract of mart.fct_conversion its `sla`",
            "CON001",
        ),
        (
            [(FILE, "expected_p95: 20 s, ", ""),
             (FILE, "{id: load_carried, from: close_query, statement: The close query answers within 20 s while 27000 "
              'rows/s are loaded, must_be: "<= 20 s", ', "{derive: [close_query], "),
             (FILE, "load_carried, ", "close_query_accepted, ")],
            "performance test close_query its `expected_p95`",
            None,
        ),
    ],
)  # fmt: skip
def test_a_bound_that_is_missing_is_asked_for_where_it_belongs(
    tmp_path: Path, changes: Changes, source: str, cause: str | None
) -> None:
    found = sample(tmp_path, "orders-mart", "VAL001 VAL003 CON001 DQ004 OPS003", changes)
    bounds = [finding for finding in found if finding.rule == "VAL001"]
    hint = f"Give {source}, or write the criterion out with its bound"
    assert [(finding.cause, finding.hint) for finding in bounds] == [(cause, hint)]
    assert {finding.rule for finding in found} == {"VAL001", cause or "VAL001"}


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
        ("between 0 % and 0.05 %", []),
        ("between 0 % and 1 %",
         ["Criterion count_correct asks for between 0 % and 1 %, reconciliation orders_vs_shop for <= 0.1 %"]),
        ("== 1 %", ["Criterion count_correct asks for == 1 %, reconciliation orders_vs_shop for <= 0.1 %"]),
        ("!= 1 %", ["Criterion count_correct asks for != 1 %, reconciliation orders_vs_shop for <= 0.1 %"]),
        ("<= 0 rows", []),
        ("<= 10 rows",
         ["Criterion count_correct asks for <= 10 rows, reconciliation orders_vs_shop for <= 0.1 %: these cannot be "
          "compared"]),
    ],
)  # fmt: skip
def test_no_softer(tmp_path: Path, bound: str, found: list[str]) -> None:
    changes = [(FILE, 'must_be: "<= 0.1 %"', f'must_be: "{bound}"')]
    assert [message for _, message in told(judged(tmp_path, "VAL003", changes))] == found


HASHED = 'from: email_is_hashed, statement: No address can be read in the mart, must_be: "<= 0 rows"'
VOLUME = "between 70 % and 130 %"


def asks(source: str, bound: str) -> tuple[str, str, str]:
    """Let the criterion of the hashed addresses measure something else."""
    return FILE, HASHED, f'from: {source}, must_be: "{bound}"'


@pytest.mark.parametrize(
    ("source", "bound", "asked"),
    [
        ("orders_fresh", ">= 99.5 %", None),
        ("orders_fresh", ">= 90 %", "slo orders_fresh for >= 99.5 %"),
        ("orders_fresh", "<= 100 min", None),
        ("orders_fresh", "<= 240 min", "slo orders_fresh for <= 120 min"),
        ("orders_fresh", "<= 0 rows", "slo orders_fresh for >= 99.5 % and <= 120 min: these cannot be compared"),
        ("orders_correct", "<= 100 min", "slo orders_correct for >= 99.5 %: these cannot be compared"),
        ("mart.fct_orders", "<= 120 min", None),
        ("mart.fct_orders", "<= 240 min", "contract mart.fct_orders for <= 120 min"),
        ("mart.fct_orders", "<= 4 h", None),  # as the contract says of repairs
        ("mart.fct_orders", ">= 7 yr", None),
        ("mart.fct_orders", ">= 400 d", "contract mart.fct_orders for >= 7 yr"),
        ("mart.fct_orders", ">= 90 %", "contract mart.fct_orders for >= 99.5 %"),
        ("email_is_hashed", "== 0 rows", None),
        ("email_is_hashed", "== 0", None),
        ("email_is_hashed", "<= 100 rows", "check email_is_hashed for <= 0 rows"),
        ("orders_volume", "between 80 % and 120 %", None),
        ("orders_volume", "== 100 %", None),
        ("orders_volume", "<= 130 %", f"check orders_volume for {VOLUME}"),
        ("orders_volume", "between 60 % and 130 %", f"check orders_volume for {VOLUME}"),
        ("close_query", "<= 20 s", None),
        ("close_query", ">= 27_000 rows/s", None),
        ("close_query", "<= 30 s", "performance test close_query for <= 20 s"),
        ("close_query", ">= 20_000 rows/s", "performance test close_query for >= 27_000 rows/s"),
    ],
)  # fmt: skip
def test_a_criterion_is_held_against_what_it_is_measured_in(
    tmp_path: Path, source: str, bound: str, asked: str | None
) -> None:
    found = told(sample(tmp_path, "orders-mart", "VAL003", [asks(source, bound)]))
    wanted = [f"Criterion mail_hidden asks for {bound}, {asked}"] if asked else []
    assert [message for _, message in found] == wanted


@pytest.mark.parametrize(("operator", "found"), [("==", 1), ("!=", 0)])
def test_a_check_may_ask_for_a_value_or_for_any_other(tmp_path: Path, operator: str, found: int) -> None:
    column = "column: customer_email_hash, kind: pattern, dimension: conformity, "
    bound = f'{column}pattern: "^[0-9a-f]{{64}}$", must_be: "'
    changed = ("07-quality.yml", f"{bound}<= 0 rows", f"{bound}{operator} 0 rows")
    for place, (own, count) in enumerate({"<= 100 rows": 1, ">= 1 rows": found}.items()):
        changes = [changed, asks("email_is_hashed", own)]
        assert len(told(sample(tmp_path / str(place), "orders-mart", "VAL003", changes))) == count


@pytest.mark.parametrize(("promised", "found"), [("target: 120 min", 1), ("target: {of: kind}", 0)])
def test_an_objective_without_a_target_has_that_of_the_promise(tmp_path: Path, promised: str, found: int) -> None:
    changes = [
        ("08-operations.yml", "mart.fct_orders, target: 120 min, objective", "mart.fct_orders, objective"),
        ("02-sources.yml", "{dataset: mart.fct_orders, target: 120 min", f"{{dataset: mart.fct_orders, {promised}"),
        asks("orders_fresh", "<= 240 min"),
    ]
    assert len(told(sample(tmp_path, "orders-mart", "VAL003", changes))) == found


def test_what_says_no_bound_is_compared_with_none(tmp_path: Path) -> None:
    changes = [
        ("08-operations.yml", "mart.fct_orders, target: 120 min, objective: 99.5 %", "mart.fct_orders, target: 120 min")
    ]
    assert sample(tmp_path, "orders-mart", "VAL003", changes) == []


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
        (
            "10 MB/s",
            [
                "The performance test runs under 10 MB/s, which cannot be compared with the peak at the horizon, "
                "17,326 rows/s"
            ],
        ),
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
        (
            [(FILE, "[daily_orders, mart.orders], approver", "[mart.orders], approver"),
             ("07-quality.yml", "drift:", "  - {id: another, metric: daily_orders}\ndrift:")],
            [],
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
        (
            "{monthly_cost: 1 USD/month, one_off_cost: 78 USD}",
            [
                "The bundle quotes 1 USD/month as monthly cost, the gates come to 1,750 EUR/month",
                "The bundle quotes 78 USD as one off cost, the gates come to 636 EUR",
            ],
        ),
    ],
)
def test_totals(tmp_path: Path, totals: str, found: list[str]) -> None:
    changes = [(BUNDLE, "{backfill: 19.32 h, critical_path: 395 min}", totals)]
    assert [message for _, message in told(sample(tmp_path, "orders-mart", "BND001", changes))] == found


NO_BACKFILL = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}'
QUOTED = (BUNDLE, "risks:", "totals: {backfill: 500 h}\nrisks:")


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ([], ("BND001", "error", None)),
        ([("09-cutover.yml", f"{NO_BACKFILL}\n", "")],
         ("BND001", "error", "GEN014")),
        ([("09-cutover.yml", NO_BACKFILL, "backfill: some")],
         ("BND001", "undetermined", None)),
        ([("09-cutover.yml", NO_BACKFILL, "backfill: [{id: history, dataset: mart.orders}]")], None),
    ],
)  # fmt: skip
def test_a_total_of_what_is_not_there(tmp_path: Path, changes: Changes, verdict: tuple[str, str, str | None]) -> None:
    found = verdicts(judged(tmp_path, "BND001", [QUOTED, *changes]))
    assert found == ([verdict] if verdict else [])


OVER = TODAY - timedelta(days=1)
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
        ([(BUNDLE, FOLLOW_UP, "blocks_go_live: false")], []),
        (
            [(BUNDLE, FOLLOW_UP, "blocks_go_live: true")],
            ["Follow-up drop_export blocks the go-live and does not say when it is `due`"],
        ),
        ([(BUNDLE, FOLLOW_UP, "due: soon, blocks_go_live: true")], []),
        ([(BUNDLE, FOLLOW_UP, f"due: {TODAY}, blocks_go_live: true")], []),
        ([(BUNDLE, FOLLOW_UP, f"due: {OVER}, blocks_go_live: false")], []),
        (
            [(BUNDLE, FOLLOW_UP, f"due: {OVER}, blocks_go_live: true")],
            [f"Follow-up drop_export blocks the go-live, was due on {OVER} and is open on {TODAY}"],
        ),
        (
            [(BUNDLE, f"{FOLLOW_UP}, status: open", f"due: {OVER}, blocks_go_live: true, status: closed")],
            [],
        ),
        (
            [(BUNDLE, "likelihood: low, impact: medium, ", ""),
             (BUNDLE, "mitigation: The load checks the columns before it starts, owner: data_team, ", "")],
            ["Risk late_export does not say its `impact`", "Risk late_export does not say its `likelihood`"],
        ),
        ([(BUNDLE, "likelihood: low", "likelihood: rare")], []),
        ([(BUNDLE, "likelihood: low, impact: medium", "impact: high")], []),
    ],
)  # fmt: skip
def test_nothing_blocks(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "BND003", changes))] == found
