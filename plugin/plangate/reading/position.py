"""Where each value of a YAML text stands: a second pass over its events, made only when a place is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

try:
    from yaml._yaml import CParser
except ImportError:  # PyYAML was built without libyaml
    CParser = None  # type: ignore[assignment, misc]

Path = tuple[str | int, ...]
Place = tuple[int, int]

_FRAME = frozenset({StreamStartEvent, DocumentStartEvent, DocumentEndEvent})
_ENDS = frozenset({MappingEndEvent, SequenceEndEvent})
_STARTS = frozenset({MappingStartEvent, SequenceStartEvent})


class PythonParser(Reader, Scanner, Parser):
    """PyYAML's own parser, for machines whose PyYAML lacks libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)


def event_parser(text: str) -> Any:
    """A parser of `text` with `get_event()`, libyaml's where there is one."""
    return PythonParser(text) if CParser is None else CParser(text)


@dataclass
class _Holder:
    """A mapping or sequence that is open: its path, and what its next value is called."""

    path: Path
    index: int | None
    key: str | None = field(default=None)


def walk(text: str) -> Iterator[tuple[Path, bool, Place]]:
    """Path, whether it is the key's place, and 1-based (line, column), for keys and values in document order.

    `text` is YAML that the loader accepts, at least as far as the iterator is driven.
    """
    get = event_parser(text).get_event
    holders: list[_Holder] = []
    while type(event := get()) is not StreamEndEvent:
        kind = type(event)
        if kind in _FRAME:
            continue
        if kind in _ENDS:
            holders.pop()
            continue
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        path: Path = ()
        if holders:
            holder = holders[-1]
            if holder.index is not None:
                path = (*holder.path, holder.index)
                holder.index += 1
            elif holder.key is None:
                holder.key = event.value
                yield (*holder.path, event.value), True, place
                continue
            else:
                path = (*holder.path, holder.key)
                holder.key = None
        yield path, False, place
        if kind in _STARTS:
            holders.append(_Holder(path, 0 if kind is SequenceStartEvent else None))


class Places(Struct, frozen=True):
    """1-based (line, column) of the keys and the values of one document, by path."""

    keys: dict[Path, Place]
    values: dict[Path, Place]

    def of(self, path: Path, *, key: bool) -> Place:
        """The place of the value at `path`, or of its key; for a path that is not there, of its nearest ancestor."""
        if path in self.values:
            return self.keys.get(path, self.values[path]) if key else self.values[path]
        for length in range(len(path) - 1, 0, -1):
            nearest = path[:length]
            if nearest in self.values:
                return self.keys.get(nearest, self.values[nearest])
        return (1, 1)


def find_places(text: str) -> Places:
    """The places of all keys and values of `text`, YAML that the loader accepts."""
    keys: dict[Path, Place] = {}
    values: dict[Path, Place] = {}
    for path, is_key, place in walk(text):
        (keys if is_key else values)[path] = place
    return Places(keys, values)


def first_of_duplicate(text: str) -> Place:
    """The place where the first repeated key of `text` stood before."""
    keys: dict[Path, Place] = {}
    for path, is_key, place in walk(text):
        if is_key and keys.setdefault(path, place) is not place:
            return keys[path]
    return (1, 1)
