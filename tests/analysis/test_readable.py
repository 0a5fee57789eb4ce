"""Canonical texts as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.canonical import canonical
from plangate.analysis.readable import alike, readable
from plangate.model.quantity import parse

UNITS = (
    *("s", "min", "h", "d", "B", "GB", "GiB", "TiB", "rows", "rows/s", "rows/d", "MB/s", "GiB/month", "credits/month"),
    *("EUR", "EUR/month", "EUR/h", "EUR/GiB", "EUR/TiB/month", "EUR/GB/month", "EUR/credits", "%", "%/month"),
)


def said(text: str) -> str:
    found = canonical(parse(text))
    assert isinstance(found, str)
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.08 EUR/GiB", "0.16 EUR/GiB"),
        ("21 EUR/TiB/month", "42 EUR/TiB/month"),
        ("600 GiB/month", "900 GiB/month"),
        ("6,000 rows/d", "7,000 rows/d"),
        ("1.5 TiB", "2 TiB"),
        ("20 MB/s", "25 MB/s"),
        ("300 B", "310 B"),
        ("3 EUR/credits", "4 EUR/credits"),
        ("5 EUR/h", "6 EUR/h"),
        ("100 EUR/month", "120 EUR/month"),
        ("8 credits/month", "9 credits/month"),
        ("5 %/month", "6 %/month"),
        ("2 h", "2.25 h"),
        ("19.25 h", "20 h"),
        ("12.345678 GB", "12.345679 GB"),
    ],
)
def test_two_numbers_stand_in_the_unit_that_an_author_would_take(old: str, new: str) -> None:
    assert alike(said(old.replace(",", "_")), said(new.replace(",", "_"))) == (old, new)
    assert readable(said(old.replace(",", "_"))) == old


@given(st.decimals("0.0001", "100000", places=4), st.decimals("0.0001", "100000", places=4), st.sampled_from(UNITS))
def test_numbers_that_differ_never_look_alike_and_none_looks_like_nothing(
    one: Decimal, other: Decimal, unit: str
) -> None:
    texts = (said(f"{one:f} {unit}"), said(f"{other:f} {unit}"))
    shown = alike(*texts)
    assert (shown[0] == shown[1]) == (texts[0] == texts[1])
    assert not any((text or "").startswith("0 ") for text in shown)


@given(st.decimals("0.01", "1000", places=2), st.sampled_from([unit for unit in UNITS if "/" in unit or "B" in unit]))
def test_what_is_short_as_it_was_written_is_told_in_full(number: Decimal, unit: str) -> None:
    told = readable(said(f"{number:f} {unit}"))
    assert told is not None
    assert canonical(parse(told.replace(",", "_"))) == said(f"{number:f} {unit}")


@pytest.mark.parametrize("text", [None, "", "5 apples", "1/s", "sha256:00", "10 rows/apples"])
def test_what_is_no_quantity_stays_as_it_is(text: str | None) -> None:
    assert readable(text) == text
