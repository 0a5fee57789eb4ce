"""Numbers as one law of a few values: the same numbers, with everything else folded into constants."""

from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from plangate.analysis.computed import Computed, Leaf, compute, given, per, total, with_values
from plangate.analysis.folded import folded, unrounded
from plangate.model.quantity import parse

ROWS: Leaf = ("sources", ("rows",))
SIZE: Leaf = ("sources", ("size",))
PRICE: Leaf = ("capacity", ("price",))
NAMES = {ROWS: "rows", SIZE: "size", PRICE: "price"}
FACTORS = st.decimals(min_value="0.01", max_value=100, places=3)


def cost() -> Computed:
    volume = compute(
        "daily_volume",
        given("rows_per_day", parse("700000 rows/d"), *ROWS),
        per(given("row_bytes", parse("420 B"), *SIZE), "rows"),
    )
    line = compute("monthly_cost", given("quantity", volume), given("unit_price", parse("3 EUR/GB"), *PRICE))
    other = compute("monthly_cost", given("quantity", parse("7 TB/month")), given("unit_price", parse("2 EUR/TB")))
    found = total([("line", line), ("again", line), ("other", other)])
    assert found is not None
    return found


def test_what_does_not_move_is_a_constant() -> None:
    number = cost()
    law = folded(number, {ROWS: "rows"})
    assert law.names == ("rows",)
    moved = ["*", ["*", "rows", 420], 3e-9]
    assert law.data() == ["sum", moved, moved, pytest.approx(14 / 2592000)]
    assert folded(number, {}).tree == number.value.base


@examples(FACTORS, FACTORS, st.sets(st.sampled_from(list(NAMES))))
def test_the_law_gives_what_another_value_gives(one: Decimal, other: Decimal, moving: set[Leaf]) -> None:
    number = cost()
    factors = {ROWS: one, SIZE: other, PRICE: one * other}
    values = {leaf: factors[leaf] * 7 for leaf in moving}
    law = folded(number, {leaf: NAMES[leaf] for leaf in moving})
    assert law.value({NAMES[leaf]: value for leaf, value in values.items()}) == with_values(number, values)


def test_a_value_of_the_plan_is_its_own_law() -> None:
    entry = given("price", parse("3 EUR/GB"), *PRICE)
    assert entry is not None
    assert folded(entry, NAMES).tree == "price"
    assert folded(entry, {}).tree == parse("3 EUR/GB").base


def test_a_count_before_it_was_rounded_up() -> None:
    brokers = compute(
        "units_needed",
        given("load", parse("362_880_000 MB")),
        given("per_unit", parse("2_000_000 MB")),
        given("utilisation", parse("70 %")),
    )
    assert brokers is not None
    assert brokers.value.base == 260
    assert unrounded(brokers) == Decimal("259.2")
    assert unrounded(cost()) is None
