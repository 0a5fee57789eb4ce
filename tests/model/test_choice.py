"""Fields of several forms: the right form is taken, and errors keep the path of the file."""

import json
from typing import Annotated, Literal

import pytest
from pydantic import ValidationError

from plangate.model.choice import ByShape
from plangate.model.element import Part
from plangate.model.number import Count


class Named(Part):
    name: str
    size: Count | None = None


class Counted(Part):
    count: Count


class Holder(Part):
    field: (
        Annotated[tuple[Named, ...] | Counted | Named | Literal["all"], ByShape("a list, `{count}` or `all`")] | None
    ) = None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("all", "all"),
        ([], ()),
        ([{"name": "a"}], (Named(name="a"),)),
        ({"count": 3}, Counted(count=3)),
        ({"name": "a", "size": 2}, Named(name="a", size=2)),
        (Counted(count=3), Counted(count=3)),
    ],
)
def test_the_form_is_picked_by_shape(raw: object, expected: object) -> None:
    assert Holder.model_validate({"field": raw}).field == expected


@pytest.mark.parametrize(
    ("raw", "loc", "kind"),
    [
        ([{"name": "a"}, {"name": "b", "size": 0}], ("field", 1, "size"), "GEN008"),
        ([{"nme": "a"}], ("field", 0, "name"), "missing"),
        ({"count": "3"}, ("field", "count"), "GEN008"),
        ({"size": 3}, ("field", "name"), "missing"),
        ("some", ("field",), "GEN008"),
        (3, ("field",), "GEN008"),
        (True, ("field",), "GEN008"),
    ],
)
def test_errors_keep_the_path_of_the_file(raw: object, loc: tuple[str | int, ...], kind: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Holder.model_validate({"field": raw})
    assert (loc, kind) in [(error["loc"], error["type"]) for error in caught.value.errors()]


def test_the_refusal_says_what_would_be_right() -> None:
    with pytest.raises(ValidationError, match=r"`some` is not a list, `\{count\}` or `all`"):
        Holder.model_validate({"field": "some"})


def test_the_json_schema_knows_every_form() -> None:
    schema = json.dumps(Holder.model_json_schema())
    assert all(word in schema for word in ('"all"', "Counted", "Named", '"array"'))


def test_absent_is_none() -> None:
    assert Holder().field is None
    assert Holder.model_validate({"field": None}).field is None
