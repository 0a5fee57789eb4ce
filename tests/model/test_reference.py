"""References: shapes of ids, and that every use and definition is found where it stands."""

from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from plangate.model import reference as r
from plangate.model.element import Element, Part
from plangate.model.reference import Definition, Ref, Use, definitions, uses


class Leaf(Element):
    """An element of this test."""

    kind: ClassVar[str] = "leaf"

    next: Annotated[str, Ref("leaf")] | None = None


class Twig(Part):
    """A part without an id that holds references in every form."""

    one: Annotated[str, Ref("alert", "check")] | None = None
    many: tuple[Annotated[str, Ref("check")], ...] = ()
    nested: tuple[tuple[Annotated[str, Ref("check")], ...], ...] = ()
    named: dict[str, Annotated[str, Ref("step")]] = Field(default_factory=dict)
    counted: dict[Annotated[str, Ref("leaf")], int] = Field(default_factory=dict)
    from_: r.DatasetRef | None = Field(default=None, alias="from")
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()
    by_name: dict[str, Leaf] = Field(default_factory=dict)
    plain: str | None = None


def accepts(kind: Any, text: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("text", ["ab", "orders_pk", "a1", "s01", "a" + "b" * 62])
def test_identifier(text: str) -> None:
    assert TypeAdapter(r.Identifier).validate_python(text) == text


@pytest.mark.parametrize(
    "text", ["a", "", "1a", "_a", "Orders", "orders-pk", "orders.pk", "a" + "b" * 63, "ab\n", " ab", "é1", "a²"]
)
def test_other_identifiers_are_refused(text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(r.Identifier).validate_python(text)
    assert caught.value.errors()[0]["type"] == "GEN002"


@pytest.mark.parametrize("kind", [r.Identifier, r.DatasetId, r.DatasetRef, r.TeamRef])
@pytest.mark.parametrize("raw", [5, True, None, ["ab"], {"id": "ab"}])
def test_only_text_is_a_name(kind: Any, raw: object) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(raw)
    assert caught.value.errors()[0]["type"] == "string_type"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            r.DatasetRef,
            ["mart.fct_orders", "a.b", "raw.shop.orders", "mart.2026"],
            ["orders", "Mart.orders", "mart.", ".orders", "mart..orders", "mart.Orders", "mart.o#c", "mart.o "],
        ),
        (
            r.ColumnRef,
            ["mart.fct_orders#net_revenue", "mart.o#Address.city", "a.b#_x", "a.b#A$1"],
            ["mart.fct_orders", "orders#net", "mart.o#", "mart.o#1x", "mart.o#a b", "#net", "mart.o#a#b"],
        ),
        (r.PlanRef, ["orders-mart", "a", "a1", "x" * 64], ["Orders", "-a", "a-", "a_b", "", "x" * 65]),
        (r.TeamRef, ["commerce_data", "alice"], ["Commerce Data", "a", "alice@acme.example"]),
        (r.CheckRef, ["orders_pk"], ["mart.fct_orders"]),
        (Annotated[str, Ref("metric", "column")], ["net_revenue", "mart.o#net"], ["mart.o", "Net"]),
    ],
)
def test_shape_of_a_reference(kind: Any, good: list[str], bad: list[str]) -> None:
    assert [text for text in good if not accepts(kind, text)] == []
    assert [text for text in bad if accepts(kind, text)] == []


def test_refusal_names_each_shape_once() -> None:
    with pytest.raises(ValidationError, match=r"`X` is not a dataset id such as `mart\.fct_orders` or a column"):
        TypeAdapter(Annotated[str, Ref("dataset", "column", "dataset")]).validate_python("X")


def test_uses_are_found_in_every_form_in_the_order_of_the_fields() -> None:
    twig = Twig.model_validate(
        {
            "plain": "not_a_reference",
            "by_name": {"left": {"id": "l3", "next": "l1"}},
            "leaves": [{"id": "l2", "next": "l3"}, {"id": "l4"}],
            "leaf": {"id": "l1", "next": "l2"},
            "from": "raw.orders",
            "named": {"first": "s1"},
            "counted": {"l2": 5},
            "nested": [["c3"], ["c4", "c5"]],
            "many": ["c1", "c2"],
            "one": "a1",
        }
    )
    assert list(uses(twig)) == [
        Use(("one",), ("alert", "check"), "a1"),
        Use(("many", 0), ("check",), "c1"),
        Use(("many", 1), ("check",), "c2"),
        Use(("nested", 0, 0), ("check",), "c3"),
        Use(("nested", 1, 0), ("check",), "c4"),
        Use(("nested", 1, 1), ("check",), "c5"),
        Use(("named", "first"), ("step",), "s1"),
        Use(("counted", "l2"), ("leaf",), "l2"),
        Use(("from",), ("dataset",), "raw.orders"),
        Use(("leaf", "next"), ("leaf",), "l2"),
        Use(("leaves", 0, "next"), ("leaf",), "l3"),
        Use(("by_name", "left", "next"), ("leaf",), "l1"),
    ]
    assert list(definitions(twig)) == [
        Definition(("leaf",), "leaf", "l1"),
        Definition(("leaves", 0), "leaf", "l2"),
        Definition(("leaves", 1), "leaf", "l4"),
        Definition(("by_name", "left"), "leaf", "l3"),
    ]


def test_empty_part_names_nothing() -> None:
    assert (list(uses(Twig())), list(definitions(Twig()))) == ([], [])


@given(st.from_regex(r"[a-z][a-z0-9_]{1,62}", fullmatch=True))
def test_every_identifier_is_read(text: str) -> None:
    assert accepts(r.Identifier, text)
    assert accepts(r.TeamRef, text)
    assert accepts(r.DatasetRef, f"{text}.{text}")
    assert accepts(r.ColumnRef, f"{text}.{text}#{text}")
    assert not accepts(r.Identifier, f"{text}.{text}")
