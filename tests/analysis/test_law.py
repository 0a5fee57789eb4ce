"""Laws: what they compute, of which dimension, how they read, and what of them leaves as data."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.law import FUNCTIONS, Law, parse

S, ROWS, RATE = (("s", 1),), (("rows", 1),), (("rows", 1), ("s", -1))
NUMBERS = st.decimals(min_value=1, max_value=10**6, places=2)


@pytest.mark.parametrize(
    ("text", "values", "result"),
    [
        ("a + b * c", {"a": 1, "b": 2, "c": 3}, "7"),
        ("(a + b) * c", {"a": 1, "b": 2, "c": 3}, "9"),
        ("a / b / c", {"a": 24, "b": 2, "c": 3}, "4"),
        ("a - (b - c)", {"a": 9, "b": 5, "c": 1}, "5"),
        ("(1 + a) ** b", {"a": "0.05", "b": 2}, "1.1025"),
        ("ceil(a / b)", {"a": 365, "b": 4}, "92"),
        ("ceil(a / b)", {"a": 364, "b": 4}, "91"),
        ("floor(a / b)", {"a": 7, "b": 2}, "3"),
        ("max(a, b)", {"a": 7, "b": 20}, "20"),
        ("min(a, b)", {"a": 7, "b": 20}, "7"),
        ("over(a, b)", {"a": 10, "b": 4}, "2.5"),
        ("over(a, b)", {"a": 10, "b": 0}, "Infinity"),
        ("over(a, b)", {"a": 10, "b": -4}, "Infinity"),
        ("over(a, b)", {"a": 0, "b": -4}, "0"),
        ("per(a, b)", {"a": 10, "b": 0}, "0"),
        ("backoff(a, b, c, d)", {"a": 3, "b": 5, "c": 2, "d": 15}, "30"),
        ("backoff(a, b, c, d)", {"a": 3, "b": 5, "c": 2, "d": 100}, "35"),
        ("backoff(a, b, c, d)", {"a": 2, "b": 5, "c": 1, "d": 5}, "10"),
        ("backoff(a, b, c, d)", {"a": 0, "b": 5, "c": 2, "d": 15}, "0"),
    ],
)
def test_value(text: str, values: dict[str, int | str], result: str) -> None:
    assert parse(text).value({name: Decimal(value) for name, value in values.items()}) == Decimal(result)


def test_many_numbers_stand_for_one_parameter() -> None:
    numbers = (Decimal("0.999"),) * 3
    assert parse("sum(parts)").value({"parts": numbers}) == Decimal("2.997")
    assert parse("product(parts)").value({"parts": numbers}) == Decimal("0.997002999")
    assert parse("max(parts)").value({"parts": (Decimal(1), Decimal(3), Decimal(2))}) == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("rows_per_day * peak_factor", "rows per day × peak factor"),
        ("ceil(units / parallel) * unit_runtime", "⌈units ÷ parallel⌉ × unit runtime"),
        ("a * (1 + b)", "a × (1 + b)"),
        ("a - (b - c)", "a − (b − c)"),
        ("a / (b * c)", "a ÷ (b × c)"),
        ("a / b * c", "a ÷ b × c"),
        ("(1 + a) ** (b / c)", "(1 + a) ^ (b ÷ c)"),
        ("over(a, b - c)", "a ÷ (b − c)"),
        ("sum(parts)", "the sum of parts"),
        ("max(a / b, c)", "the largest of a ÷ b, c"),
        ("ceil(min(a, b + c) / d)", "⌈(the smallest of a, b + c) ÷ d⌉"),
        ("a - min(b, c) * d", "a − (the smallest of b, c) × d"),
        ("max(min(a, b), c)", "the largest of (the smallest of a, b), c"),
        ("a * over(b, c + d)", "a × b ÷ (c + d)"),
        ("a / per(b, c)", "a ÷ (b ÷ c)"),
    ],
)
def test_shown(text: str, shown: str) -> None:
    assert parse(text).shown() == shown


def test_shown_with_the_numbers_put_in() -> None:
    assert parse("ceil(units / parallel)").shown({"units": "365", "parallel": "4"}) == "⌈365 ÷ 4⌉"


def test_data_is_what_json_can_hold() -> None:
    assert parse("ceil(a / b) * (1 + 0.5)").data() == ["*", ["ceil", ["/", "a", "b"]], ["+", 1, 0.5]]
    assert Law("", ("max", "a", Decimal("Infinity")), ("a",)).data() == ["max", "a", ["over", 1, 0]]


@pytest.mark.parametrize("text", ["a.b", "a if b else c", "print(a)", "a[0]", "'a'", "a == b", "max(a, key=b)", "-a"])
def test_other_words_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a law cannot say"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "dimensions", "result"),
    [
        ("a * b", {"a": RATE, "b": S}, ROWS),
        ("a / b", {"a": ROWS, "b": RATE}, S),
        ("over(a, b - c)", {"a": ROWS, "b": RATE, "c": RATE}, S),
        ("backoff(a, b, c, d)", {"a": (), "b": S, "c": (), "d": S}, S),
        ("1 - a / b", {"a": S, "b": S}, ()),
    ],
)
def test_dimension(text: str, dimensions: dict[str, object], result: object) -> None:
    assert parse(text).dimension(dimensions) == result  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "dimensions"),
    [
        ("a + b", {"a": ROWS, "b": S}),
        ("max(a, b)", {"a": ROWS, "b": S}),
        ("a ** b", {"a": ROWS, "b": ()}),
        ("product(a)", {"a": S}),
        ("kept_compound(a, b, b, b, b)", {"a": S, "b": S}),
    ],
)
def test_unlike_things_are_refused(text: str, dimensions: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        parse(text).dimension(dimensions)  # type: ignore[arg-type]


@given(NUMBERS, NUMBERS, NUMBERS)
def test_what_is_shown_means_what_is_computed(a: Decimal, b: Decimal, c: Decimal) -> None:
    """The text for people, read back as arithmetic, gives the same number."""
    law = parse("a - (b - c) * a / (b + c) / 2")
    given_ = {"a": a, "b": b, "c": c}
    written = law.shown({name: f"Decimal('{value}')" for name, value in given_.items()})
    for sign, plain in (("×", "*"), ("÷", "/"), ("−", "-"), (" 2", " Decimal(2)")):
        written = written.replace(sign, plain)
    assert eval(written, {"Decimal": Decimal}) == law.value(given_)  # noqa: S307 -- text made here


def test_every_function_is_named_in_some_law_or_tested_here() -> None:
    assert set(FUNCTIONS) >= {"ceil", "floor", "max", "min", "sum", "product", "over", "per", "backoff"}
