"""A number before and after, as differences tell it."""

import pytest

from plangate.analysis.changes.plan import NumberChange
from plangate.analysis.computed import compute, given
from plangate.analysis.numbers import Named
from plangate.model.quantity import parse
from plangate.reports.difference_text import number_step


def rate(rows: str | None) -> Named | None:
    """Give the mean rate of a dataset that gets so many rows."""
    computed = compute("average_rate", given("rows_per_day", parse(rows))) if rows is not None else None
    return Named("average_rate", "dataset", "raw.orders", "Mean rate", computed) if computed is not None else None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("86_400 rows/d", "172_800 rows/d", "1 rows/s → 2 rows/s"),
        ("86_400 rows/d", "86_401 rows/d", "1 rows/s → just over 1 rows/s"),
        ("86_401 rows/d", "86_400 rows/d", "1 rows/s → just under 1 rows/s"),
        ("86_400 rows/d", "3_600 rows/h", "stays 1 rows/s"),
        ("86_400 rows/d", None, "1 rows/s → not known"),
        (None, "86_400 rows/d", "not known → 1 rows/s"),
    ],
)
def test_rounding_makes_no_two_numbers_look_alike(old: str | None, new: str | None, told: str) -> None:
    change = NumberChange(rate(old), rate(new), "neutral", "")
    assert number_step(change) == f"{change.named.label} {told}"
