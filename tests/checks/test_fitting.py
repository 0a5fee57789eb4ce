"""Checks fit their columns, tolerances fit what is compared."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE, MODELS, SOURCES = "07-quality.yml", "05-modeling.yml", "02-sources.yml"
DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"


def check(text: str, dataset: str = "dataset: mart.orders, ") -> tuple[str, str, str]:
    return FILE, DERIVE, f"{DERIVE}checks:\n  - {{id: one_more, {dataset}{text}}}\n"


def compared(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


def amount(kind: str) -> tuple[str, str, str]:
    entry = f'      - {{name: amount, type: "{kind}"}}\n'
    return MODELS, "      - {name: order_date,", f"{entry}      - {{name: order_date,"


COLUMNS = (
    "02-sources.yml",
    "        primary_key: [id]\n",
    "        primary_key: [id]\n        columns: [{name: id}]\n",
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([check("kind: not_null, column: order_id")], []),
        ([check("kind: row_count")], []),
        ([check("kind: range, column: order_date, min: 2024-01-01")], []),
        ([check("kind: pattern, column: status, pattern: '^[a-z]+$'")], []),
        ([check("kind: freshness, column: order_date")], []),
        ([check("kind: relationship, column: order_id, references: raw.orders#id")], []),
        ([check("kind: custom_sql, column: [order_id, status], sql: order_id is null")], []),
        ([check("kind: custom_sql, column: order_id, description: No order is lost")], []),
        ([check("kind: custom_sql, column: [order_id, status]")], [("checks[0].sql", "Check one_more has no `sql`")]),
        ([check("kind: range, column: order_date, max: 2034-01-01")], []),
        ([check("kind: range, column: order_date")], [("checks[0].min", "Check one_more has no `min`")]),
        ([check("kind: pattern, column: status")], [("checks[0].pattern", "Check one_more has no `pattern`")]),
        ([check("kind: accepted_values, column: status")], []),
        ([check("kind: accepted_values, column: order_id, values: [a, b]")], []),
        ([check("kind: accepted_values, column: order_id")],
         [("checks[0].values", "Check one_more has no `values`")]),
        ([compared("source: shop_db.orders, ", "")],
         [("reconciliation[0].source", "Reconciliation orders_vs_shop has no `source`")]),
        ([compared("target: mart.orders, ", "")],
         [("reconciliation[0].target", "Reconciliation orders_vs_shop has no `target`")]),
        ([check("kind: not_null, column: order_number")],
         [("checks[0].column", "Check one_more looks at order_number of mart.orders, which has no such column")]),
        ([check("kind: unique, column: [order_id, line, part]")],
         [("checks[0].column", "Check one_more looks at line and part of mart.orders, which has no such column")]),
        ([check("kind: not_null, column: anything", "dataset: raw.orders, ")], []),
        ([check("kind: not_null")], [("checks[0].column", "Check one_more has no `column`")]),
        ([check("kind: not_null, column: order_id", "")], [("checks[0].dataset", "Check one_more has no `dataset`")]),
        ([check("column: order_id")], [("checks[0].kind", "Check one_more has no `kind`")]),
        ([check("kind: relationship, column: order_id")],
         [("checks[0].references", "Check one_more has no `references`")]),
        ([check("kind: range, column: status, min: 1")],
         [("checks[0].kind", "Check one_more of kind range cannot judge mart.orders#status, a string")]),
        ([check("kind: pattern, column: order_date, pattern: '^2'")],
         [("checks[0].kind", "Check one_more of kind pattern cannot judge mart.orders#order_date, a date")]),
        ([check("kind: freshness, column: status")],
         [("checks[0].kind", "Check one_more of kind freshness cannot judge mart.orders#status, a string")]),
        ([compared("measure: count,", "measure: sum, column: amount,")],
         [("reconciliation[0].column",
           "Check orders_vs_shop looks at amount of mart.orders, which has no such column")]),
        ([compared("measure: count,", "measure: sum, source_column: amount,")], []),
        ([COLUMNS, compared("measure: count,", "measure: sum, source_column: amount,")],
         [("reconciliation[0].source_column",
           "Check orders_vs_shop looks at amount of shop_db.orders, which has no such column")]),
        ([compared("grain: [order_date]", "grain: [order_dat]")],
         [("reconciliation[0].grain",
           "Check orders_vs_shop looks at order_dat of mart.orders, which has no such column")]),
        ([compared("grain: [order_date]", "keys: [order_id, nonsense]")],
         [("reconciliation[0].keys",
           "Check orders_vs_shop looks at nonsense of mart.orders, which has no such column")]),
        ([COLUMNS, compared("grain: [order_date]", "keys: [order_id, id]")], []),
        ([amount("decimal(18,2)"), check("kind: range, column: amount, min: 0, max: 1.5")], []),
        ([amount("decimal(18,2)"), check("kind: range, column: amount, min: 100000, max: 0")],
         [("checks[0].min", "Check one_more allows nothing: its `min`, 100000, is above its `max`, 0")]),
        ([amount("decimal(18,2)"), check("kind: range, column: amount, min: low, max: 1")],
         [("checks[0].min", "Check one_more holds mart.orders#amount, a decimal(18,2), against `low`")]),
        ([check("kind: range, column: order_date, max: 2024")],
         [("checks[0].max", "Check one_more holds mart.orders#order_date, a date, against `2024`")]),
        ([check("kind: range, column: order_date, min: 2024-01-01, max: 2023-01-01")],
         [("checks[0].min", "Check one_more allows nothing: its `min`, 2024-01-01, is above its `max`, 2023-01-01")]),
        ([check("kind: range, column: order_date, min: 2024-01-01, max: current_date")], []),
    ],
)  # fmt: skip
def test_checks_fit_columns(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "DQ009", changes)) == problems


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("^[0-9a-f]{64}$", None),
        (r"^[(\[]+\(\)$", None),
        ("[]a(]", None),
        ("[[:alpha:](]+", None),
        (r"(?<day>[0-9]{2})\p{L}++", None),
        (r"\Q(\E", None),
        ("(?x) a # (", None),
        ("%@%", None),
        ("^[0-9a-f{32}($", "a `[` is not closed"),
        ("(a", "a `(` is not closed"),
        ("a)(", "a `)` closes nothing"),
    ],
)
def test_brackets_of_a_pattern_are_closed(tmp_path: Path, pattern: str, problem: str | None) -> None:
    message = f"The pattern of check one_more matches nothing: {problem}"
    found = judged(tmp_path, "DQ009", [check(f"kind: pattern, column: status, pattern: '{pattern}'")])
    assert told(found) == ([("checks[0].pattern", message)] if problem else [])


SUM = compared("measure: count, grain: [order_date], tolerance: 0.1 %", "measure: sum, column: amount, tolerance: 0 %")
ROWS = (SOURCES, "6_000 rows/d", "900 rows/d")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([amount("decimal(18,2)"), SUM], []),
        ([amount("float64"), SUM],
         ["Reconciliation orders_vs_shop sums mart.orders#amount, a float64, and tolerates nothing"]),
        ([amount("double"), (SUM[0], SUM[1], SUM[2].replace("0 %", "0.01 %"))], []),
        ([ROWS], ["Reconciliation orders_vs_shop tolerates 0.1 % of 900 rows a day, which is less than one row"]),
        ([(SOURCES, "6_000 rows/d", "1_000 rows/d")], []),
        ([ROWS, compared("tolerance: 0.1 %", "tolerance: 5 rows")], []),
        ([ROWS, compared("tolerance: 0.1 %", "tolerance: 0 %")], []),
        ([ROWS, compared("measure: count", "measure: hash")], []),
    ],
)  # fmt: skip
def test_tolerances_fit(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    found = judged(tmp_path, "DQ005", changes)
    assert told(found) == [("reconciliation[0].tolerance", message) for message in problems]
    assert all(entry.severity == "warning" for entry in found)


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("DQ009", check("kind: not_nul, column: order_id")),
        ("DQ005", compared("tolerance: 0.1 %", "tolerance: little")),
    ],
)
def test_a_refused_value_leaves_fit_undetermined(tmp_path: Path, rule: str, refused: tuple[str, str, str]) -> None:
    more = compared("measure: count", "measure: hash")
    assert {entry.verdict for entry in judged(tmp_path, rule, [refused, more])} <= {"undetermined"}


def test_without_comparisons_no_tolerance_is_judged(tmp_path: Path) -> None:
    assert idle(tmp_path, "DQ005", [compared("tolerance: 0.1 %, ", "")]) == 1
    assert verdicts(judged(tmp_path / "gone", "DQ005 DQ009", [(FILE, None, None)])) == []
