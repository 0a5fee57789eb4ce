"""Numbers as one law of a few values: the same numbers, with everything else folded into constants."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from plangate.analysis import law
from plangate.analysis.computed import Computed, Leaf, compute, given, per, total, with_values
from plangate.analysis.folded import folded, gathered, unrounded
from plangate.analysis.law import Law, Node
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


def tree(text: str) -> Node:
    return law.parse(text).tree


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2 * a + 3 * a + b", "sum(a * 5, b)"),
        ("2 * a * 3 * b / 4", "a * b * 1.5"),
        ("sum(a * 2, b) * 3", "sum(a * 6, b * 3)"),
        ("a - a * 0.5", "a * 0.5"),
        ("1 - a / 4", "sum(1, a * (0 - 0.25))"),
        ("ceil(2 * a * 3) + 1 + 1", "sum(ceil(a * 6), 2)"),
        ("max(a * 2 + a, 3)", "max(a * 3, 3)"),
        ("(a + b) / (c + 1)", "sum(a, b) / sum(c, 1)"),
        ("a * 0 + 2 * 3", "6"),
        ("a / b / 2", "a / b * 0.5"),
        ("a / 0", "a / 0"),
    ],
)
def test_sums_and_factors_are_gathered(text: str, wanted: str) -> None:
    assert gathered(tree(text)) == _bare(tree(wanted))


def _bare(node: Node) -> Node:
    """Write a negative constant as one number, and sums as gathered ones are."""
    if node == ("-", Decimal(0), Decimal("0.25")):
        return Decimal("-0.25")
    return (node[0], *(_bare(part) for part in node[1:])) if isinstance(node, tuple) else node


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = [st.tuples(st.just(sign), inner, inner) for sign in "+-*/"]
    return st.one_of(*pairs, *(st.tuples(st.just(sign), inner, inner, inner) for sign in ("sum", "max", "min")))


@examples(st.recursive(st.one_of(st.sampled_from("ab"), FACTORS), grown, max_leaves=12), FACTORS, FACTORS)
def test_a_gathered_law_gives_the_same(node: Node, a: Decimal, b: Decimal) -> None:
    try:
        before = Law("", node, ("a", "b")).value({"a": a, "b": b})
    except ArithmeticError:
        return
    try:
        after = Law("", gathered(node), ("a", "b")).value({"a": a, "b": b})
    except ArithmeticError:  # a divisor that was next to nothing
        return
    with localcontext() as context:
        context.prec = 60
        exact = Law("", node, ("a", "b")).value({"a": a, "b": b})
    noise = abs(before - exact)
    assert abs(after - exact) <= 1000 * noise + abs(exact) * Decimal("1e-18") + Decimal("1e-18")
