"""JSON from strangers: bounded, without duplicate keys, with the place of each value."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from typing import Never

from plangate.model.problem import Path
from plangate.reading.scalars import FORBIDDEN, MAX_NUMBER_LENGTH, describe_forbidden
from plangate.reading.schemas.source import SchemaRejected, Source
from plangate.reading.yaml import shown

MAX_DEPTH = 64
MAX_VALUES = 200_000

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{},:]|[^\s"\[\]{},:]+', re.DOTALL)


class _Twice(Exception):  # noqa: N818 -- found on the way, told with its place
    """A key that stands twice in one object."""


def load_json(content: str, name: str) -> Source:
    """Read JSON text; numbers with a point are exact decimals. Raises SchemaRejected, and nothing else."""
    _limits(content)
    try:
        data = json.loads(
            content, object_pairs_hook=_object, parse_float=_decimal, parse_int=_integer, parse_constant=_constant
        )
    except json.JSONDecodeError as error:
        raise SchemaRejected(f"This is not readable as JSON: {error.msg}", error.lineno, error.colno) from None
    except _Twice:
        _refuse_duplicate(content)
    except (ValueError, ArithmeticError) as error:
        raise SchemaRejected(f"This is not readable as JSON: {error}") from None
    source = Source(name, data, partial(place, Places(content)))
    if "\\u" in content:
        for path, value in _texts(data):
            if (bad := FORBIDDEN.search(value.replace("\r", ""))) is not None:
                source.refuse(describe_forbidden(bad[0]), path)
    return source


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Twice
    return found


def _decimal(written: str) -> Decimal:
    if len(written) > MAX_NUMBER_LENGTH:
        raise ValueError(f"a number has {len(written)} characters")
    return Decimal(written)


def _integer(written: str) -> int:
    if len(written) > MAX_NUMBER_LENGTH:
        raise ValueError(f"a number has {len(written)} characters")
    return int(written)


def _constant(written: str) -> Never:
    raise ValueError(f"{written} is no JSON number")


def _limits(content: str) -> None:
    depth = 0
    for count, found in enumerate(_TOKEN.finditer(content)):
        mark = found[0]
        depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
        if depth > MAX_DEPTH:
            raise SchemaRejected(f"This is nested more than {MAX_DEPTH} levels deep", *_at(content, found.start()))
        if count > 4 * MAX_VALUES:
            raise SchemaRejected(f"The file holds more than {MAX_VALUES} values", *_at(content, found.start()))


def _texts(data: object) -> Iterator[tuple[Path, str]]:
    """All texts of a value with the path of the value that holds them, keys included."""
    waiting: list[tuple[Path, object]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield path, key
                waiting.append(((*path, key), inner))
        elif isinstance(value, list):
            waiting.extend(((*path, at), inner) for at, inner in enumerate(value))


@dataclass
class Places:
    """Where the values of a JSON text stand, found when somebody asks."""

    content: str

    @cached_property
    def offsets(self) -> dict[Path, int]:
        return {path: offset for path, offset, _ in _walk(self.content)}


def place(places: Places, path: Path) -> tuple[int, int]:
    """1-based line and column of the value at a path of JSON text; of the nearest value above it that is there."""
    while path and path not in places.offsets:
        path = path[:-1]
    return _at(places.content, places.offsets.get(path, 0))


def _refuse_duplicate(content: str) -> Never:
    first: dict[Path, int] = {}
    for path, _, key in _walk(content):
        if path and isinstance(path[-1], str):
            if path in first:
                line = _at(content, first[path])[0]
                message = f"Key {shown(path[-1])} stands twice in this object, first on line {line}; keep one"
                raise SchemaRejected(message, *_at(content, key), rule="GEN002")
            first[path] = key
    raise SchemaRejected("A key stands twice in an object; keep one", rule="GEN002")


def _walk(content: str) -> Iterator[tuple[Path, int, int]]:
    """Path, offset and offset of the key of each value of readable JSON, in the order of the text."""
    path: list[str | int] = []
    holders: list[str] = []
    key_due = False
    key_at = 0
    for found in _TOKEN.finditer(content):
        mark = found[0]
        if mark == ":":
            key_due = False
        elif mark == ",":
            if holders[-1] == "{":
                key_due = True
            else:
                path[-1] = int(path[-1]) + 1
        elif mark in {"]", "}"}:
            holders.pop()
            path.pop()
            key_due = False
        elif key_due:
            path[-1] = json.loads(mark)
            key_at = found.start()
        else:
            yield tuple(path), found.start(), key_at
            if mark in {"[", "{"}:
                holders.append(mark)
                path.append(0)
                key_due = mark == "{"


def _at(content: str, offset: int) -> tuple[int, int]:
    return content.count("\n", 0, offset) + 1, offset - content.rfind("\n", 0, offset)
