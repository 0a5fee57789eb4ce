"""Estimates: a plain quantity is its own case; low, base and high are of one kind."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from plangate.model import estimate as e
from plangate.model.problem import path_text


def errors_of(kind: Any, raw: object) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(raw)
    return [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]


def test_plain_quantity_stands_for_all_three_cases() -> None:
    estimate = e.RowRateEstimate.model_validate("5 rows/s")
    assert [str(case) for case in estimate.cases] == ["5 rows/s"] * 3
    assert (estimate.low, estimate.high, estimate.basis, estimate.source, estimate.as_of) == (None,) * 5


def test_mapping_gives_each_case_and_where_it_comes_from() -> None:
    estimate = e.BytesEstimate.model_validate(
        {
            "low": "1 GB",
            "base": "2 GB",
            "high": "4 GB",
            "basis": "measured",
            "source": "pg_stat",
            "as_of": "2026-10-01",
        }
    )
    assert [str(case) for case in estimate.cases] == ["1 GB", "2 GB", "4 GB"]
    assert (estimate.basis, estimate.source, estimate.as_of) == ("measured", "pg_stat", date(2026, 10, 1))


def test_missing_case_is_the_base_case() -> None:
    estimate = e.RowsEstimate.model_validate({"base": "5 rows", "high": "9 rows"})
    assert [str(case) for case in estimate.cases] == ["5 rows", "5 rows", "9 rows"]


def test_factor_is_estimated_without_a_unit() -> None:
    assert e.FactorEstimate.model_validate(6).cases == (Decimal(6), Decimal(6), Decimal(6))
    ranged = e.FactorEstimate.model_validate({"low": 2, "base": Decimal("2.5"), "high": 3})
    assert ranged.cases == (Decimal(2), Decimal("2.5"), Decimal(3))


def test_estimate_stays_itself() -> None:
    estimate = e.KeysEstimate.model_validate("5 keys")
    assert e.KeysEstimate.model_validate(estimate) == estimate


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (e.DurationEstimate, "5 min", "5 rows"),
        (e.BytesEstimate, "0 B", "5 s"),
        (e.PositiveBytesEstimate, "5 B", "5 bits"),
        (e.RowsEstimate, "5 rows", "5 rows/s"),
        (e.RowRateEstimate, "0 rows/d", "5 rows"),
        (e.PositiveRowRateEstimate, "5 rows/d", "5 B/s"),
        (e.KeysEstimate, "5 keys", "5 rows"),
        (e.PercentEstimate, "5 %", "5 %/month"),
        (e.GrowthEstimate, "-5 %/month", "5 %"),
        (e.MoneyRateEstimate, "5 EUR/month", "5 EUR"),
        (e.QuantityEstimate, "5 TiB/month", "5"),
    ],
)
def test_each_case_is_of_the_kind(kind: Any, good: str, bad: str) -> None:
    assert str(TypeAdapter(kind).validate_python(good).base) == good
    assert errors_of(kind, bad) == [("base", "GEN005")]
    assert errors_of(kind, {"base": good, "low": bad}) == [("low", "GEN005")]
    assert errors_of(kind, {"base": good, "high": bad}) == [("high", "GEN005")]


@pytest.mark.parametrize(
    ("raw", "path", "rule"),
    [
        ({}, "base", "missing"),
        ({"low": "5 rows"}, "base", "missing"),
        ({"base": "5 rows", "basis": "hope"}, "basis", "literal_error"),
        ({"base": "5 rows", "as_of": "October"}, "as_of", "GEN006"),
        ({"base": "5 rows", "mid": "6 rows"}, "mid", "extra_forbidden"),
        ({"base": {"base": "5 rows"}}, "base", "GEN005"),
        (5, "base", "GEN005"),
        (True, "base", "GEN008"),
        (None, "base", "GEN005"),
        (["5 rows"], "base", "GEN005"),
    ],
)
def test_what_is_no_estimate_is_refused(raw: object, path: str, rule: str) -> None:
    assert errors_of(e.RowsEstimate, raw) == [(path, rule)]
