"""Computed facts as plain data."""

import json
from decimal import Decimal

import pytest

from plangate.analysis.computed import Computed, Input, compute, given, total
from plangate.model.quantity import parse
from plangate.reports.values import amount, bare, number, plain, rows


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
        "work": "86400 rows/d",
    }
    assert list(rows(plain(computed), "average")) == ["- average: 1 rows/s = 86400 rows/d  (average_rate)"]


def test_low_and_high_stand_beside_a_number_where_they_differ() -> None:
    low, base, high = (parse(f"{count} rows/d") for count in ("43200", "86400", "172800"))
    entry = Input("rows_per_day", low, base, high, "capacity", ("workloads", 0, "rows_per_day"), basis="guess")
    computed = Computed("average_rate", low, base, high, (entry,))
    data = plain(computed)
    assert (data["low"]["value"], data["value"], data["high"]["value"]) == (0.5, 1, 2)
    assert data["inputs"]["rows_per_day"]["at"] == "capacity: workloads[0].rows_per_day"
    assert data["inputs"]["rows_per_day"]["basis"] == "guess"
    assert list(rows(data, "average")) == [
        "- average: 86400 rows/d (43200 rows/d – 172800 rows/d) = 86400 rows/d  (average_rate)"
    ]
    assert bare(computed) == {key: data[key] for key in ("value", "unit", "text", "low", "high")}


def test_inputs_that_are_computed_have_their_own_and_parts_of_a_sum_do_not() -> None:
    one = parse("1 rows/s")
    rate = Computed("average_rate", one, one, one, (Input("rows_per_day", one, one, one),))
    room = compute("headroom", given("demand", rate), given("limit", parse("4 rows/s")))
    assert room is not None
    assert plain(room)["inputs"]["demand"] == plain(rate)
    both = total([("raw.a", rate), ("raw.a", rate)])
    assert both is not None
    assert plain(both)["inputs"] == {
        name: {"value": 1, "unit": "rows/s", "text": "1 rows/s", "formula": "average_rate"}
        for name in ("raw.a", "raw.a (2)")
    }


def test_people_see_six_months_of_a_series_at_a_time() -> None:
    points = [{"month": month, "stored": number(parse(f"{month + 1} GB")), "peak": None} for month in range(15)]
    assert list(rows(points, "months", 1)) == [
        "  - stored by month: 1 GB at go-live, 7 GB in month 6, 13 GB in month 12, 15 GB in month 14"
    ]


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
