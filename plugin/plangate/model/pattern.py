"""Paths with wildcards into a gate: `sources.*.owner`, `scope.in`, `alerts[signal=lag]`, `*` for the whole gate.

A dot goes down by key (the name that the YAML has), `*` goes to every entry of a list or mapping, and `[key=value]`
keeps the entries of a list whose key has that value: at least one has to be there.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Struct
from pydantic import AfterValidator, BaseModel
from pydantic_core import PydanticCustomError

from plangate.model.problem import Path
from plangate.model.text import is_placeholder

WHOLE = "*"
_PART = re.compile(r"([a-z_][a-z0-9_]*)(?:\[([a-z_][a-z0-9_]*)=([^\]\[]+)\])?|\*")


class PatternPart(Struct, frozen=True):
    """One step of a pattern: a key (None for `*`), and what entries of the list under that key are kept by."""

    key: str | None
    where: tuple[str, str] | None = None


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[PatternPart, ...]:
    """Split a pattern into its parts; raises ValueError where it is none."""
    parts = []
    for part in text.split("."):
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f"`{text}` is no path into a gate; write for example `sources.*.owner`")
        parts.append(PatternPart(found[1], (found[2], found[3]) if found[2] else None))
    return tuple(parts)


def _pattern(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise PydanticCustomError("GEN008", "{reason}", {"reason": str(error)}) from None
    return text


PatternText = Annotated[str, AfterValidator(_pattern)]


def places(part: BaseModel, pattern: str) -> Iterator[tuple[Path, object]]:
    """Find every place of a gate that a pattern names, with its value (None where nothing stands).

    `*` over an empty list names no place; `list[key=value]` without a fitting entry names the list with None.
    """
    if pattern == WHOLE:
        yield (), part
    else:
        yield from _places(part, parse(pattern), ())


def _places(value: object, parts: tuple[PatternPart, ...], path: Path) -> Iterator[tuple[Path, object]]:
    if not parts:
        yield path, value
        return
    part, rest = parts[0], parts[1:]
    if part.key is None:
        for key, inner in _entries(value):
            yield from _places(inner, rest, (*path, key))
        return
    here = (*path, part.key)
    inner = child(value, part.key)
    if part.where is None:
        yield from _places(inner, rest, here)
        return
    fitting = [entry for entry in _entries(inner) if str(child(entry[1], part.where[0])) == part.where[1]]
    if not fitting:
        yield here, None
    for key, entry in fitting:
        yield from _places(entry, rest, (*here, key))


def along(value: object, path: Path) -> list[object]:
    """Give a value and those that a path leads through, to the one at its end; None where the path leads nowhere."""
    found = [value]
    for step in path:
        last = found[-1]
        if isinstance(step, str):
            found.append(child(last, step))
        else:
            found.append(last[step] if isinstance(last, tuple | list) and step < len(last) else None)
    return found


def _entries(value: object) -> list[tuple[str | int, object]]:
    if isinstance(value, tuple | list):
        return list(enumerate(value))
    return list(value.items()) if isinstance(value, dict) else []


def child(value: object, key: str) -> object:
    """Give what stands under a key of a part or mapping; None where nothing does."""
    if isinstance(value, dict):
        return value.get(key)
    attribute = attributes(type(value)).get(key)  # type: ignore[arg-type]  # types can be hashed
    return None if attribute is None else getattr(value, attribute)


@cache
def attributes(model: type) -> dict[str, str]:
    """Give the attribute of each field of a part by its name in YAML; nothing else has any."""
    return (
        {info.alias or name: name for name, info in model.model_fields.items()} if issubclass(model, BaseModel) else {}
    )


def is_filled(value: object) -> bool:
    """Tell whether a value says something: not absent, not empty, not a placeholder, nor made of such values only."""
    if value is None:
        return False
    if isinstance(value, str):
        return not is_placeholder(value)
    if isinstance(value, BaseModel):
        return any(
            is_filled(inner) or _is_word(type(value), name, inner)
            for name in value.model_fields_set
            if (inner := getattr(value, name)) is not None
        )
    if isinstance(value, tuple | list):
        return any(is_filled(item) for item in value)
    return any(is_filled(item) for item in value.values()) if isinstance(value, dict) else True


def unfilled(part: BaseModel, pattern: str) -> Iterator[Path]:
    """Give the places that a pattern names and that say nothing."""
    for path, value in places(part, pattern):
        if not is_filled(value) and not _stands_as_word(part, path, value):
            yield path


def _stands_as_word(value: object, path: Path, leaf: object) -> bool:
    """Tell whether a text at a path is a word of a closed set: `compatibility: none` is an answer, no placeholder."""
    if not isinstance(leaf, str) or not path or not isinstance(path[-1], str):
        return False
    holder = along(value, path[:-1])[-1]
    return isinstance(holder, BaseModel) and _is_word(type(holder), attributes(type(holder))[path[-1]], leaf)


def _is_word(model: type[BaseModel], attribute: str, text: object) -> bool:
    return isinstance(text, str) and text in _words(model.model_fields[attribute].annotation)


def _words(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(word for inner in get_args(annotation) for word in _words(inner))


def reaches(model: type[BaseModel], pattern: str) -> bool:
    """Tell whether a pattern can name anything in a model: every key is a field there."""
    found: list[Any] = [model]
    for part in () if pattern == WHOLE else parse(pattern):
        if part.key is None:
            continue
        found = [inner for outer in found for inner in _field_types(outer, part.key)]
        if part.where is not None and not any(_field_types(inner, part.where[0]) for inner in found):
            return False
    return bool(found)


def _field_types(model: Any, key: str) -> list[Any]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    attribute = attributes(model).get(key)
    if attribute is None:
        return []
    return list(_models(model.model_fields[attribute].annotation)) or [None]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models(argument)
