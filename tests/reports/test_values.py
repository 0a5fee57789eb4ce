"""Computed facts as plain data."""

import json
from decimal import Decimal

import pytest

from plangate.analysis.computed import Computed, Input
from plangate.model.quantity import parse
from plangate.reports.values import amount, number, plain, rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19.3 h", {"value": 69480, "unit": "s", "text": "19.3 h"}),
        ("1 KiB", {"value": 1024, "unit": "B", "text": "1 KiB"}),
        ("5 %", {"value": 0.05, "unit": "1", "text": "5 %"}),
        ("60 rows/min", {"value": 1, "unit": "rows/s", "text": "60 rows/min"}),
    ],
)
def test_numbers_are_in_base_units_beside_their_text(text: str, expected: dict[str, object]) -> None:
    assert number(parse(text)) == expected


def test_a_computed_number_has_formula_and_inputs() -> None:
    rate = parse("86400 rows/d")
    one = parse("1 rows/s")
    computed = Computed("average_rate", one, one, one, (Input("rows_per_day", rate, rate, rate),))
    assert plain(computed) == {
        "value": 1,
        "unit": "rows/s",
        "text": "1 rows/s",
        "formula": "average_rate",
        "inputs": {"rows_per_day": {"value": 1, "unit": "rows/s", "text": "86400 rows/d"}},
    }
    assert list(rows(plain(computed), "average")) == ["- average: 1 rows/s  (average_rate: rows_per_day 86400 rows/d)"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal(69552), 69552), (Decimal("0.5"), 0.5), (Decimal(1) / 3, 0.333333333333), (Decimal("1E+3"), 1000)],
)
def test_amounts_are_whole_where_they_are(value: Decimal, expected: float) -> None:
    assert amount(value) == expected
    assert json.dumps(amount(value)) == json.dumps(expected)


def test_rows_keep_hostile_text_on_its_line() -> None:
    shown = list(rows({"a\nb": ["x\ny", None, True]}, "top"))
    assert shown == ["- top:", "  - a\\u000ab: x\\u000ay, not known, yes"]
