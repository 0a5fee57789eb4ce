"""What is stored by its age: nothing is lost between the two parts, and the boundary lies at 90 days."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.amount import DAY, amount, settled
from plangate.analysis.computed import Computed, compute
from plangate.analysis.computed import given as put_in
from plangate.analysis.stock import by_age
from plangate.model.quantity import parse

A_DAY = Decimal(1_000_000)
"""Bytes that arrive in a day."""


def days(name: str, count: int) -> object:
    return put_in(name, amount(count * DAY, (("s", 1),)))


def stored(kept: int, history: int, age: int, growth: str = "0 %/month", law: str = "kept_compound") -> Computed:
    found = compute(
        "storage_retained",
        put_in("daily_volume", parse("1 MB/d")),
        put_in(
            "kept",
            compute(
                law,
                put_in("growth", parse(growth)),
                put_in("period", parse("1 month")),
                days("kept", kept),  # type: ignore[arg-type]
                days("history", history),  # type: ignore[arg-type]
                days("age", age),  # type: ignore[arg-type]
            ),
        ),
        put_in("compression", Decimal(1)),
        put_in("replication", Decimal(1)),
        put_in("overhead", parse("0 %")),
    )
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("history", "active", "long_term"),
    [
        (0, 0, 0),
        (89, 89, 0),
        (90, 90, 0),  # the oldest day was loaded 89 days ago
        (91, 90, 1),  # the oldest day was loaded 90 days ago
        (400, 90, 310),
        (900, 90, 310),  # kept for 400 days
    ],
)
def test_the_boundary(history: int, active: int, long_term: int) -> None:
    parts = by_age(stored(400, history, 0))
    assert parts is not None
    assert [settled(part.value.base) for part in parts] == [active * A_DAY, long_term * A_DAY]


@given(
    st.integers(1, 800),
    st.integers(0, 800),
    st.integers(0, 1000),
    st.sampled_from(("0 %/month", "2 %/month", "-1 %/month")),
    st.sampled_from(("kept_compound", "kept_linear")),
)
def test_the_two_parts_are_all_of_it(kept: int, history: int, age: int, growth: str, law: str) -> None:
    whole = stored(kept, history, age, growth, law)
    parts = by_age(whole)
    assert parts is not None
    active, long_term = (part.value.base for part in parts)
    assert abs(active + long_term - whole.value.base) < Decimal("1e-9")
    assert long_term >= 0
    assert active <= whole.value.base


def on_disk(data: Computed) -> Computed:
    shares = put_in("os_reserve", parse("5 %")), put_in("service_overhead", parse("20 %"))
    found = compute("disk_needed", put_in("stored", data), *shares)
    assert found is not None
    return found


def test_each_part_takes_what_its_disk_keeps_free() -> None:
    parts, parted = by_age(on_disk(stored(400, 900, 0))), by_age(stored(400, 900, 0))
    assert parts is not None
    assert parted is not None
    assert parts == tuple(map(on_disk, parted))


def test_what_is_rewritten_in_place_is_not_parted() -> None:
    snapshot = compute(
        "storage_snapshot",
        put_in("rows_total", parse("1000 rows")),
        put_in("row_bytes", parse("100 B/rows")),
        put_in("snapshots", Decimal(7)),
        put_in("growth", Decimal(1)),
        put_in("compression", Decimal(1)),
        put_in("replication", Decimal(1)),
        put_in("overhead", parse("0 %")),
    )
    assert snapshot is not None
    assert by_age(snapshot) is None
    assert by_age(on_disk(snapshot)) is None
