"""Walks over a typed gate: every part in it, every text that an author wrote freely."""

from collections.abc import Iterable, Iterator
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from plangate.model.problem import Path


def parts(part: BaseModel) -> list[tuple[Path, BaseModel]]:
    """Find a part and every part within it, in the order of the file, each with its path."""
    found: list[tuple[Path, BaseModel]] = []
    _gather(part, (), found)
    return found


def _gather(value: object, path: Path, found: list[tuple[Path, BaseModel]]) -> None:
    if isinstance(value, BaseModel):
        found.append((path, value))
        for attribute, name in _holders(type(value)):
            inner = getattr(value, attribute)
            if inner:
                _gather(inner, (*path, name), found)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            _gather(item, (*path, index), found)
    elif isinstance(value, dict):
        for key, item in value.items():
            _gather(item, (*path, key), found)


def texts(found: Iterable[tuple[Path, BaseModel]]) -> Iterator[tuple[Path, str]]:
    """Find every text in parts that were found that is free: no id, reference, enumeration, date or number."""
    for path, inner in found:
        for attribute, name in _free(type(inner)):
            value = getattr(inner, attribute)
            if value is None:
                continue
            if isinstance(value, str):
                yield (*path, name), value
            elif isinstance(value, tuple):
                yield from (((*path, name, index), item) for index, item in enumerate(value) if isinstance(item, str))


@cache
def _holders(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Give the fields that can hold parts: attribute and YAML name."""
    return tuple(
        (attribute, info.alias or attribute)
        for attribute, info in model.model_fields.items()
        if _holds_parts(info.annotation)  # type: ignore[arg-type]  # types can be hashed
    )


@cache
def _holds_parts(annotation: Any) -> bool:
    """Tell whether a value of an annotated field can be a part, or hold one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_parts(arg) for arg in getattr(annotation, "__args__", ()))


@cache
def _free(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (attribute, info.alias or attribute)
        for attribute, info in model.model_fields.items()
        if not info.metadata and _is_free(info.annotation)  # type: ignore[arg-type]  # types can be hashed
    )


@cache
def _is_free(annotation: Any) -> bool:
    """Tell whether an annotation is `str`, `str | None` or a tuple of such; marks and literals make a text unfree."""
    if annotation is str:
        return True
    arguments = [argument for argument in get_args(annotation) if argument not in {NoneType, Ellipsis}]
    plain = get_origin(annotation) is tuple or NoneType in get_args(annotation)
    return plain and len(arguments) == 1 and _is_free(arguments[0])
