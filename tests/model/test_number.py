"""Plain numbers and flags: strict, and with words for what YAML readers disagree about."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from plangate.model.number import Attempts, Count, Factor, Flag, Whole


def read(kind: Any, raw: object) -> Any:
    return TypeAdapter(kind).validate_python(raw)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Whole, 0, 0),
        (Whole, 24, 24),
        (Count, 1, 1),
        (Factor, 6, Decimal(6)),
        (Factor, Decimal("1.5"), Decimal("1.5")),
        (Flag, True, True),
        (Flag, False, False),
    ],
)
def test_number_is_read(kind: Any, raw: object, value: object) -> None:
    found = read(kind, raw)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("kind", "raw", "words"),
    [
        (Whole, -1, "zero or more"),
        (Whole, True, "`true` is not a whole number"),
        (Whole, Decimal("1.0"), "`1.0` is not a whole number"),
        (Whole, "24", "`24` is not a whole number"),
        (Whole, "0123", "leading zero"),
        (Whole, "1e3", "exponents"),
        (Whole, 10**30, "at most 30 digits"),
        (Factor, 10**30, "at most 30 digits"),
        (Attempts, 1001, "a number of attempts up to 1000"),
        (Attempts, -1, "zero or more"),
        (Whole, "12:30", "base-60"),
        (Whole, "0x1F", "decimal"),
        (Whole, None, "`null`"),
        (Count, 0, "one or more"),
        (Count, -1, "zero or more"),
        (Count, False, "`false`"),
        (Factor, 0, "above zero"),
        (Factor, Decimal("-0.5"), "above zero"),
        (Factor, True, "`true` is not a number"),
        (Factor, "6", "`6` is not a number"),
        (Factor, ".inf", "not a finite number"),
        (Factor, 1.5, "`1.5` is not a number"),
        (Flag, "yes", "write `true`"),
        (Flag, "ON", "write `true`"),
        (Flag, "no", "write `false`"),
        (Flag, "off", "write `false`"),
        (Flag, "false", "text; write `false` without quotes"),
        (Flag, 1, "`true` or `false`"),
        (Flag, 0, "`true` or `false`"),
        (Flag, "maybe", "`true` or `false`"),
        (Flag, None, "`null`"),
    ],
)
def test_other_values_are_refused_in_words(kind: Any, raw: object, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(kind, raw)
    [error] = caught.value.errors()
    assert (error["type"], error["loc"]) == ("GEN008", ())
    assert words in error["msg"]


@given(st.integers(min_value=1, max_value=10**30 - 1))
def test_every_positive_integer_is_whole_count_and_factor(number: int) -> None:
    assert read(Whole, number) == read(Count, number) == number
    assert read(Factor, number) == Decimal(number)


@given(st.integers(max_value=-1))
def test_no_negative_integer_is_a_number_here(number: int) -> None:
    for kind in (Whole, Count, Factor):
        with pytest.raises(ValidationError):
            read(kind, number)


@pytest.mark.parametrize(
    ("kind", "type_"), [(Whole, "integer"), (Count, "integer"), (Factor, "number"), (Flag, "boolean")]
)
def test_schema_says_the_type(kind: Any, type_: str) -> None:
    assert TypeAdapter(kind).json_schema()["type"] == type_
