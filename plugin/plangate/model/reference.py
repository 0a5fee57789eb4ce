"""References from one element of a plan to another: who defines an id, who uses it, and where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from plangate.model.problem import Path
from plangate.model.text import shown
from plangate.model.walk import parts

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{1,62}")
DATASET = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
COLUMN = re.compile(rf"{DATASET.pattern}#[A-Za-z_][A-Za-z0-9_$.]*")
PLAN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "dataset": (DATASET, "a dataset id such as `mart.fct_orders`"),
    "column": (COLUMN, "a column such as `mart.fct_orders#net_revenue`"),
    "plan": (PLAN, "a plan id such as `orders-mart`"),
}
_ID_SHAPE = (IDENTIFIER, "an id of 2 to 63 small letters, digits and underscores that starts with a letter")


@dataclass(frozen=True, slots=True)
class Ref:
    """Marks a text field that names an element: `Annotated[str, Ref("alert")]`.

    Several kinds mean that the text may name an element of any one of them. Element kinds are the `kind` of the
    element classes; besides them `dataset`, `column`, `team` (a person, team or rota of people.yml) and `plan`.
    """

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        object.__setattr__(self, "kinds", kinds)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self.shaped, core_schema.str_schema(strict=True))

    def shaped(self, text: str) -> str:
        """Hold the text against the shape of its kinds; raises PydanticCustomError (GEN002)."""
        pattern, expected = _shape(self.kinds)
        if pattern.fullmatch(text):
            return text
        raise PydanticCustomError(
            "GEN002", "`{observed}` is not {expected}", {"observed": shown(text), "expected": expected}
        )


@cache
def _shape(kinds: tuple[str, ...]) -> tuple[re.Pattern[str], str]:
    """Give the pattern of a text that may name an element of any of some kinds, and the same in words."""
    shapes = [_SHAPES.get(kind, _ID_SHAPE) for kind in kinds]
    words = " or ".join(dict.fromkeys(words for _, words in shapes))
    return re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _ in shapes)), words


def as_identifier(name: str) -> str:
    """Turn any name into an id: small letters, digits and underscores that begin with a letter, 2 to 63 of them."""
    word = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
    word = word if len(word) > 1 and word[0].isalpha() else f"id_{word}"
    return word[:63].rstrip("_")


def _identifier(text: str) -> str:
    if IDENTIFIER.fullmatch(text):
        return text
    raise PydanticCustomError(
        "GEN002", "`{observed}` is not {expected}", {"observed": shown(text), "expected": _ID_SHAPE[1]}
    )


class _Shape:
    """A text of a given shape that names its own element."""

    def __init__(self, kind: str | None) -> None:
        self.kind = kind

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        check = _identifier if self.kind is None else Ref(self.kind).shaped
        return core_schema.no_info_after_validator_function(check, core_schema.str_schema(strict=True))


Identifier = Annotated[str, _Shape(None)]
DatasetId = Annotated[str, _Shape("dataset")]
DatasetRef = Annotated[str, Ref("dataset")]
ColumnRef = Annotated[str, Ref("column")]
TeamRef = Annotated[str, Ref("team")]
PlanRef = Annotated[str, Ref("plan")]
CheckRef = Annotated[str, Ref("check", "reconciliation")]


class Use(NamedTuple):
    """A place that names an element: the path of the text, the kinds that it may name, the text."""

    path: Path
    kinds: tuple[str, ...]
    text: str


class Definition(NamedTuple):
    """A place that defines an element: the path of the element, its kind and id."""

    path: Path
    kind: str
    id: str


def uses(part: BaseModel) -> Iterator[Use]:
    """Find every reference in a gate, part by part in the order of the file."""
    return (found for found in marks(parts(part)) if isinstance(found, Use))


def definitions(part: BaseModel) -> Iterator[Definition]:
    """Find every element with an id in a gate, in the order of the file."""
    return (found for found in marks(parts(part)) if isinstance(found, Definition))


def marks(found: Iterable[tuple[Path, BaseModel]]) -> Iterator[Use | Definition]:
    """Find every reference and every element with an id in parts that were found, each part without those within it."""
    for path, part in found:
        model = type(part)
        kind: str | None = _kind(model)
        if kind is not None:
            yield Definition(path, kind, part.id)  # type: ignore[attr-defined]
        for attribute, name, ref in _fields(model):
            value = getattr(part, attribute)
            if value is None:
                continue
            if isinstance(value, str):
                yield Use((*path, name), ref.kinds, value)
            elif value:
                yield from _used(value, (*path, name), ref)


@cache
def homes(model: type[BaseModel]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """List the kinds of elements that a gate may define, each with the keys that lead to them."""
    return tuple(_homes(model, ()))


def _homes(model: type[BaseModel], keys: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for attribute, info in model.model_fields.items():
        name = info.alias or attribute
        for part in _parts(info.annotation):
            kind = _kind(part)
            if kind is not None:
                yield kind, (*keys, name)
            yield from _homes(part, (*keys, name))


def _parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for arg in getattr(annotation, "__args__", ()):
        yield from _parts(arg)


def _used(value: object, path: Path, ref: Ref) -> Iterator[Use]:
    if isinstance(value, str):
        yield Use(path, ref.kinds, value)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _used(item, (*path, index), ref)
    elif isinstance(value, dict):
        for key, item in value.items():  # of numbers it is the keys that say whose they are
            yield from _used(item if isinstance(item, str | tuple | list | dict) else key, (*path, key), ref)


@cache
def _kind(model: type[BaseModel]) -> str | None:
    return getattr(model, "kind", None)


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, Ref], ...]:
    """Give attribute, YAML name and reference mark of each field that can hold a reference."""
    found = []
    for attribute, field in model.model_fields.items():
        ref = next((mark for mark in field.metadata if isinstance(mark, Ref)), None) or _ref_within(field.annotation)  # type: ignore[arg-type]  # types can be hashed
        if ref is not None:
            found.append((attribute, field.alias or attribute, ref))
    return tuple(found)


@cache
def _ref_within(annotation: Any) -> Ref | None:
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Ref):
            return mark
    return next((ref for arg in getattr(annotation, "__args__", ()) if (ref := _ref_within(arg))), None)
