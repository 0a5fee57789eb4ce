"""Bounds: an operator with a value, or two values that belong together."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from plangate.model import quantity
from plangate.model.bound import Bound, MustBe, parse


@pytest.mark.parametrize(
    ("text", "operator", "value", "written"),
    [
        ("<= 0 rows", "<=", "0", "<= 0 rows"),
        ("<= 0.1 %", "<=", "0.001", "<= 0.1 %"),
        (">=99.5 %", ">=", "0.995", ">= 99.5 %"),
        ("< 5 min", "<", "300", "< 5 min"),
        ("> 3", ">", "3", "> 3"),
        ("== 1_000 rows", "==", "1000", "== 1_000 rows"),
        ("= 5 rows", "==", "5", "== 5 rows"),
        ("!= 0", "!=", "0", "!= 0"),
        ("≤ 5 rows", "<=", "5", "<= 5 rows"),
        ("≥ 5 rows", ">=", "5", ">= 5 rows"),
        ("> -5", ">", "-5", "> -5"),
        ("  <=   5 rows ", "<=", "5", "<= 5 rows"),
    ],
)
def test_operator_and_value(text: str, operator: str, value: str, written: str) -> None:
    bound = parse(text)
    assert (bound.operator, bound.value.base, bound.upper, str(bound)) == (operator, Decimal(value), None, written)


def test_between_two_values() -> None:
    bound = parse("between 1 rows and 5 rows")
    assert bound.upper is not None
    assert (bound.operator, bound.value, bound.upper) == ("between", quantity.parse("1 rows"), quantity.parse("5 rows"))
    assert str(bound) == "between 1 rows and 5 rows"
    assert parse("between 60 min and 1 h").upper is not None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("0.1 %", "GEN005"),
        ("<=", "GEN005"),
        ("=> 5 rows", "GEN005"),
        ("about 5 rows", "GEN005"),
        ("", "GEN005"),
        ("<= five rows", "GEN005"),
        ("<= 5 m", "GEN005"),
        ("<= 1e3", "GEN008"),
        ("<= 0123 rows", "GEN008"),
        ("<= 12:30", "GEN008"),
        ("between 5 rows and 1 rows", "GEN005"),
        ("between 1 rows and 5 min", "GEN005"),
        ("between 1 rows", "GEN005"),
        ("between 1 and 5 rows", "GEN005"),
    ],
)
def test_other_texts_are_refused(text: str, rule: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.type == rule


@pytest.mark.parametrize("raw", [5, Decimal("0.1"), True, None, ["<= 5 rows"], {"max": 5}])
def test_field_refuses_what_is_no_text(raw: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(MustBe).validate_python(raw)
    assert [(error["type"], error["loc"]) for error in caught.value.errors()] == [("GEN005", ())]


def test_field_reads_and_writes_text() -> None:
    adapter: TypeAdapter[Bound] = TypeAdapter(MustBe)
    bound = adapter.validate_python("≤ 0.1 %")
    assert adapter.dump_python(bound, mode="json") == "<= 0.1 %"
    assert adapter.validate_python(bound) is bound
    assert adapter.json_schema()["type"] == "string"


@given(
    st.sampled_from(["<=", ">=", "<", ">", "==", "!="]),
    st.integers(0, 10**9),
    st.sampled_from(["", " rows", " %", " min"]),
)
def test_what_is_written_is_read_back(operator: str, number: int, unit: str) -> None:
    bound = parse(f"{operator} {number}{unit}")
    assert parse(str(bound)) == bound
    assert bound.operator == operator


def outcome(text: str) -> Bound | str:
    """Give the bound, or the rule that refuses the text."""
    try:
        return parse(text)
    except PydanticCustomError as refusal:
        return refusal.type


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_rule(text: str) -> None:
    found = outcome(text)
    assert outcome(str(found)) == found if isinstance(found, Bound) else found in {"GEN005", "GEN008"}
