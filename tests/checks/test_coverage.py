"""Critical datasets are checked and reconciled, rules of the business are shown."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE, MODELS = "07-quality.yml", "05-modeling.yml"
DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]"
LACKS = "Critical dataset mart.orders has no check of"


def derive(*kinds: str) -> tuple[str, str, str]:
    return FILE, DERIVE, f"derive: [{', '.join(kinds)}]"


def check(text: str) -> tuple[str, str, str]:
    return FILE, "reconciliation:\n", f"checks:\n  - {{id: one_more, dataset: mart.orders, {text}}}\nreconciliation:\n"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([derive("not_null", "accepted_values", "freshness", "row_count")], [f"{LACKS} unique"]),
        (
            [derive("not_null", "accepted_values", "freshness", "row_count"), check("column: order_id, kind: unique")],
            [],
        ),
        ([derive("unique", "accepted_values", "freshness", "row_count")], [f"{LACKS} not_null on order_id"]),
        (
            [derive("unique", "accepted_values", "freshness", "row_count"), check("column: status, kind: not_null")],
            [f"{LACKS} not_null on order_id"],
        ),
        ([derive("unique", "not_null", "accepted_values", "row_count")], [f"{LACKS} freshness"]),
        ([derive("unique", "not_null", "accepted_values", "freshness")], [f"{LACKS} row_count"]),
        ([derive("unique", "not_null", "accepted_values", "freshness"), check("kind: volume_anomaly")], []),
        ([derive("unique", "not_null", "freshness", "row_count")], [f"{LACKS} accepted_values on status"]),
        (
            [(MODELS, "description: Order number of the shop}", "references: raw.orders#id}")],
            [f"{LACKS} relationship on order_id"],
        ),
        (
            [derive("row_count")],
            [f"{LACKS} unique, not_null on order_id, freshness and accepted_values on status"],
        ),
        (
            [("06-contracts.yml", "primary_key: [order_id]", "primary_key: [order_id, status]")],
            [],
        ),
    ],
)
def test_critical_datasets_are_checked(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "DQ001", changes)) == [("checks", message) for message in problems]


NO_LONGER = (MODELS, "access: public", "access: protected")
SOURCE = "source: shop_db.orders"
ALONE = "Critical dataset mart.orders is reconciled with no source"
HAS = "Reconciliation orders_vs_shop has no"


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("", "", []),
        ("tolerance: 0.1 %, ", "", [("reconciliation[0].tolerance", f"{HAS} `tolerance`")]),
        ('cut_off: "02:00", ', "", [("reconciliation[0].cut_off", f"{HAS} `cut_off`")]),
        ("timezone: UTC, ", "", [("reconciliation[0].timezone", f"{HAS} `timezone`")]),
        ("measure: count, ", "", [("reconciliation[0].measure", f"{HAS} `measure`")]),
        ("measure: count", "measure: sum", [("reconciliation[0].column", f"{HAS} `column`")]),
        ("measure: count", "measure: sum, column: order_id", []),
        ("measure: count", "measure: min_max", [("reconciliation[0].column", f"{HAS} `column`")]),
        ("measure: count", "measure: distinct_count", [("reconciliation[0].column", f"{HAS} `column`")]),
        ("measure: count", "measure: distinct_count, keys: [order_id]", []),
        ("measure: count", "measure: hash", []),
        (SOURCE, "source: raw.orders", [("reconciliation", ALONE)]),
        ("target: mart.orders", "target: stg.orders",
         [("reconciliation", ALONE)]),
        ("target: mart.orders, ", "",
         [("reconciliation", ALONE)]),
    ],
)  # fmt: skip
def test_critical_datasets_are_reconciled(tmp_path: Path, old: str, new: str, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "DQ004", [(FILE, old, new)] if old else [])) == problems


@pytest.mark.parametrize(
    ("written", "measure", "tolerance", "fits"),
    [
        ("string", "count", "5 rows", True),
        ("string", "count", "5 min", False),
        ("string", "count", "5 EUR", False),
        ("string", "hash", "2 keys", True),
        ("string", "distinct_count, column: order_id", "5 min", False),
        ("decimal(18,2)", "sum, column: order_id", "5 EUR", True),
        ("decimal(18,2)", "sum, column: order_id", "5 min", False),
        ("bigint", "sum, column: order_id", "5 min", True),
        ("bigint", "sum, column: order_id", "5 rows", True),
        ("timestamp", "min_max, column: order_id", "5 min", True),
        ("timestamp", "min_max, column: order_id", "0 %", True),
        ("timestamp", "min_max, column: order_id", "5 rows", False),
        ("decimal(18,2)", "min_max, column: order_id", "5 min", False),
    ],
)
def test_a_tolerance_is_in_what_is_measured(
    tmp_path: Path, written: str, measure: str, tolerance: str, fits: bool
) -> None:
    changes = [
        (FILE, "measure: count", f"measure: {measure}"),
        (FILE, "tolerance: 0.1 %", f"tolerance: {tolerance}"),
        (MODELS, "{name: order_id, type: string", f'{{name: order_id, type: "{written}"'),
    ]
    found = judged(tmp_path, "DQ004", changes)
    assert [(finding.path, finding.observed) for finding in found] == (
        [] if fits else [("reconciliation[0].tolerance", tolerance)]
    )


def test_a_tolerance_that_does_not_fit_is_told_with_the_column(tmp_path: Path) -> None:
    changes = [
        (FILE, "measure: count", "measure: sum, column: order_id"),
        (FILE, "tolerance: 0.1 %", "tolerance: 5 min"),
        (MODELS, "{name: order_id, type: string", '{name: order_id, type: "decimal(18,2)"'),
    ]
    message = "Reconciliation orders_vs_shop measures sum of order_id, a decimal(18,2), and tolerates 5 min"
    assert told(judged(tmp_path, "DQ004", changes)) == [("reconciliation[0].tolerance", message)]


def test_a_reconciliation_may_be_declined(tmp_path: Path) -> None:
    entry = (
        "reconciliation:\n  - {id: orders_vs_shop, source: shop_db.orders, target: mart.orders, measure: count, grain: "
        '[order_date], tolerance: 0.1 %, cut_off: "02:00", timezone: UTC, metric: daily_orders}'
    )
    declined = "reconciliation: {not_applicable: The shop has no table that could be counted}"
    assert judged(tmp_path, "DQ004", [(FILE, entry, declined)]) == []


def test_nothing_critical_asks_for_nothing(tmp_path: Path) -> None:
    assert idle(tmp_path, "DQ001 DQ004", [NO_LONGER]) == 2
    assert idle(tmp_path / "gone", "DQ001 DQ004", [(FILE, None, None)]) == 2


OWN = "    grain: [order_id]\n    owner: data_team\n    access: public\n"


def ruled(text: str) -> tuple[str, str, str]:
    return MODELS, OWN, f"{OWN}    business_rules: [{{id: cancelled_out, {text}}}]\n"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("rule: Cancelled orders do not count, test: orders_vs_shop", []),
        ("rule: Cancelled orders do not count",
         [("test", "Business rule cancelled_out of mart.orders is shown by no check")]),
        ("test: orders_vs_shop",
         [("rule", "Business rule cancelled_out of mart.orders does not say what it asks for")]),
    ],
)  # fmt: skip
def test_business_rules_are_shown(tmp_path: Path, text: str, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "DQ008", [ruled(text)])
    assert told(found) == [(f"models[1].business_rules[0].{name}", message) for name, message in problems]


def test_without_rules_of_the_business_none_is_shown(tmp_path: Path) -> None:
    assert idle(tmp_path, "DQ008") == 1


TIER_A = ("plan.yml", "tier: B", "tier: A")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ([], None),
        ([derive("unique", "not_null", "freshness", "row_count")], "validity"),
        (
            [derive("unique", "not_null", "freshness", "row_count"), check("kind: custom_sql, dimension: conformity")],
            None,
        ),
        ([derive("unique", "freshness")], "completeness and validity"),
        ([derive("accepted_values")], "completeness, uniqueness and timeliness"),
        ([(FILE, "target: mart.orders", "target: stg.orders")], "consistency"),
        ([(FILE, "target: mart.orders", "target: stg.orders"), check("kind: custom_sql, dimension: accuracy")], None),
    ],
)
def test_every_side_is_looked_at(tmp_path: Path, changes: Changes, missing: str | None) -> None:
    found = judged(tmp_path, "DQ010", [TIER_A, *changes])
    message = f"No check of critical dataset mart.orders shows its {missing}"
    assert told(found) == ([("checks", message)] if missing else [])
    assert all(entry.severity == "warning" for entry in found)


def test_only_tier_a_is_looked_at_from_every_side(tmp_path: Path) -> None:
    assert judged(tmp_path, "DQ010", [derive("unique")]) == []


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("DQ001", [(MODELS, "values: [placed, shipped, cancelled]", "values: placed")]),
        ("DQ004", [(FILE, "tolerance: 0.1 %", "tolerance: little")]),
        ("DQ008", [ruled("rule: Cancelled orders do not count, test: Orders")]),
        ("DQ010", [TIER_A, (FILE, "measure: count", "measure: counting")]),
    ],
)
def test_a_refused_value_leaves_coverage_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]
