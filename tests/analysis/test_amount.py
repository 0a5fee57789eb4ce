"""Numbers as people write them: unit, digits, and what has no end."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.amount import (
    above,
    alike,
    amount,
    beside,
    digits,
    dimension_of,
    display,
    no_less,
    no_more,
    rounded,
    settled,
    style,
)
from plangate.analysis.leaf import told
from plangate.model.quantity import parse

DAY, MONTH = 86400, 2592000


@pytest.mark.parametrize(
    ("base", "unit", "text"),
    [
        (0, "s", "0 s"),
        (119, "s", "119 s"),
        (120, "s", "2 min"),
        (7199, "s", "120 min"),
        (7200, "s", "2 h"),
        (359_999, "s", "100 h"),
        (360_000, "s", "4.17 d"),
        (-90, "s", "-90 s"),
        (-9000, "s", "-2.5 h"),
        ("Infinity", "s", "never"),
        (999, "B", "999 B"),
        (1000, "B", "1 kB"),
        ("2.7e12", "B", "2.7 TB"),
        ("40e9", "B", "40 GB"),
        (Decimal(40 * 10**9) / DAY, "B/s", "40 GB/d"),
        (Decimal(1750) / MONTH, "EUR/s", "1,750 EUR/month"),
        ("9.5", "EUR", "9.5 EUR"),
        ("10.5", "EUR", "11 EUR"),
        ("0.7579", "1", "75.8 %"),
        ("-0.1", "1", "-10 %"),
        ("1.795856", "number", "1.8"),
        ("833.333", "rows/s", "833 rows/s"),
        (Decimal("0.05") / MONTH, "%/month", "5 %/month"),
        (Decimal(12) / MONTH, "credits/s", "12 credits/month"),
        (Decimal(360) / MONTH, "DBU/s", "360 DBU/month"),
        (128 * 600, "RPU s", "21.3 RPU h"),
        (Decimal(6 * 10**12) * DAY, "B s", "200 GB month"),
    ],
)
def test_display(base: object, unit: str, text: str) -> None:
    assert display(Decimal(str(base)), dimension_of(unit), plain=unit == "number") == text


def test_binary_sizes() -> None:
    assert display(Decimal(1024**3), dimension_of("B"), binary=True) == "1 GiB"
    assert display(Decimal(1000**3), dimension_of("B"), binary=True) == "954 MiB"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("1234567", "1,234,567"),
        ("99.96", "100"),
        ("9.995", "10"),
        ("8.125", "8.13"),
        ("-8.125", "-8.13"),
        ("0.0123456", "0.0123"),
        ("0.00000000123", "0"),
        ("-0.00000000123", "0"),
        ("-0", "0"),
    ],
)
def test_digits(number: str, text: str) -> None:
    assert digits(Decimal(number)) == text


def test_a_style_says_all_that_is_needed_to_write_a_number_anew() -> None:
    found = style(dimension_of("B/s"))
    assert found.factor == DAY
    assert found.steps[0] == (Decimal(10**15), Decimal(10**15), "PB/d")
    assert found.steps[-1] == (Decimal(0), Decimal(1), "B/d")
    assert style(dimension_of("EUR")).money


@pytest.mark.parametrize(
    ("number", "limit", "over"),
    [
        ("1", "1", False),
        ("1.00000000000000000000001", "1", True),
        ("1.000000000000000000000000001", "1", False),
        ("0.9", "1", False),
        ("-1", "-2", True),
        ("Infinity", "1", True),
    ],
)
def test_above_by_more_than_rounding(number: str, limit: str, over: bool) -> None:
    assert above(Decimal(number), Decimal(limit)) is over


def test_three_times_a_third_is_one() -> None:
    a_row_a_day = Decimal(1) / 86400
    assert a_row_a_day * 86400 != 1
    assert settled(a_row_a_day * 86400) == 1


@pytest.mark.parametrize(
    ("number", "like", "text"),
    [
        ("151 min", "120 min", "151 min"),
        ("91 min", "2 h", "1.52 h"),
        ("24.25 h", "1455 min", "1,455 min"),
        ("24.251 h", "1455 min", "just over 1,455 min"),
        ("89.99 min", "90 min", "just under 90 min"),
        ("99.71 %", "99.7 %", "just over 99.7 %"),
        ("91 min", "PT2H", "91 min"),
    ],
)
def test_a_number_in_the_unit_of_another(number: str, like: str, text: str) -> None:
    assert alike(parse(number), parse(like)) == text


@pytest.mark.parametrize(
    ("number", "like", "least", "most"),
    [
        ("95.8125 h", "24 h", "95.9 h", "95.8 h"),
        ("69 h", "1 d", "2.88 d", "2.87 d"),
        ("30 rows/s", "2000 rows/h", "108_000 rows/h", "108_000 rows/h"),
        ("123456.7 rows/h", "2000 rows/h", "123_457 rows/h", "123_456 rows/h"),
        ("9.999 h", "1 h", "10 h", "9.99 h"),
        ("0.4567 %", "5 %", "0.457 %", "0.456 %"),
        ("91 min", "PT2H", "91 min", "91 min"),
        ("0 s", "5 min", "0 min", "0 min"),
    ],
)
def test_a_number_to_be_typed_is_rounded_to_the_safe_side(number: str, like: str, least: str, most: str) -> None:
    assert no_less(parse(number), parse(like)) == least
    assert no_more(parse(number), parse(like)) == most


@given(st.decimals("0.001", "1e9", places=3), st.sampled_from(["s", "min", "h", "d", "wk", "month", "yr"]))
def test_what_is_to_be_typed_can_be_read_and_is_on_its_side(value: Decimal, unit: str) -> None:
    number, like = amount(value, (("s", 1),)), parse(f"1 {unit}")
    least, most = parse(no_less(number, like)), parse(no_more(number, like))
    assert (least.unit, most.unit) == (unit, unit)
    assert settled(most.base) <= settled(value) <= settled(least.base)


@pytest.mark.parametrize("number", ["12345678901234567890123456789012345.25", "-1e40", "0.05"])
def test_rounding_needs_no_end_of_digits(number: str) -> None:
    shown = rounded(Decimal(number), Decimal("0.1"))
    assert abs(shown - Decimal(number)) <= Decimal("0.05")
    assert shown.as_tuple().exponent == -1


def test_a_value_of_very_many_digits_is_told_in_its_unit() -> None:
    assert told(parse("1 rows"), Decimal(10) ** 30).text == f"{10**30:,} rows"


@pytest.mark.parametrize(
    ("seconds", "limit", "shown"),
    [
        ("138240", "138240", "38.4 h"),
        ("138250", "138240", "just over 38.4 h"),
        ("138230", "138240", "just under 38.4 h"),
        ("138600", "138240", "38.5 h"),
        ("138240.0000000000000000000001", "138240", "38.4 h"),
    ],
)
def test_a_number_beside_its_limit_is_never_rounded_to_it(seconds: str, limit: str, shown: str) -> None:
    assert beside(*(amount(Decimal(text), (("s", 1),)) for text in (seconds, limit))) == shown
