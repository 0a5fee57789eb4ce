"""What was read when it was signed, and how it differs from what stands there now."""

import base64
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType

from msgspec import Struct

from plangate.analysis.canonical import Data, leaves
from plangate.analysis.digest import Signed, preimage, sha256, signed, split
from plangate.analysis.readable import alike

_MOST = 4_000_000
_FOLLOWS = "$derived."
_OTHERWISE = re.compile(r"([^.$]+)\.\$(\w+)\.?(.*)")
_PART = re.compile(r".+?\$derived\.\w+\[[^\[\]]*\]")
_LINE = 100
_TOLD = 80
_DEEPEST = 64


class Change(Struct, frozen=True):
    """A field that says something else than before: its path with the gate, and both texts; None where it is absent."""

    path: str
    old: str | None
    new: str | None

    @property
    def follows(self) -> bool:
        """Tell whether it follows from what other fields say."""
        return _FOLLOWS in self.path

    @property
    def place(self) -> str:
        """The path as it stands in the gate's file; what follows from other fields is a part of it like any other."""
        found = _OTHERWISE.fullmatch(self.path)
        if found is None:
            return self.path
        gate, form, path = found.groups()
        if form == "refused":
            return f"{gate}: what cannot be read"
        if form == "page":
            return f"{gate}: {path} of the page"
        return _shown(gate, f"{path}.not_applicable" if form == "not_applicable" else path)

    def __str__(self) -> str:
        if self.old is None:
            return f"{self.place} is new: {_short(self.new)}"
        if self.new is None:
            return f"{self.place} is gone: {_short(self.old)}"
        return f"{self.place} {_short(self.old)} → {_short(self.new)}"


def _short(text: str | None) -> str:
    return text if text is not None and len(text) <= _TOLD else f"{(text or '')[:_TOLD]}…"


def packed(everything: Iterable[tuple[bytes, ...]]) -> str:
    """Pack what digests were taken over into one text, in lines."""
    content = preimage(preimage(parts) for parts in everything)
    text = base64.b64encode(zlib.compress(content, 9)).decode("ascii")
    return "\n".join(text[place : place + _LINE] for place in range(0, len(text), _LINE))


@lru_cache(maxsize=64)
def unpacked(text: str) -> Mapping[str, Signed]:
    """Unpack what digests were taken over, by the digest that it has: nothing where the text is no such packing."""
    try:
        content = zlib.decompressobj().decompress(base64.b64decode("".join(text.split()), validate=True), _MOST)
    except (ValueError, zlib.error):
        return MappingProxyType({})
    found: dict[str, Signed] = {}
    for one in split(content) or ():
        parts = split(one)
        if parts is not None:
            with suppress(ValueError, RecursionError):
                told = signed(parts)
                if all(_sound(data) for data in (told.data, told.files, told.plan)):
                    found[sha256(one)] = told
    return MappingProxyType(found)


def _sound(data: object, depth: int = 0) -> bool:
    """Tell whether what was unpacked is canonical data, no deeper than a plan can be."""
    if isinstance(data, dict):
        return depth < _DEEPEST and all(_sound(item, depth + 1) for item in data.values())
    if isinstance(data, list):
        return depth < _DEEPEST and all(_sound(item, depth + 1) for item in data)
    return isinstance(data, str | bool)


def changes(gate: str, old: Signed, new: Signed) -> tuple[Change, ...]:
    """Give the fields of a gate that differ, in the order of their paths, what follows from others behind them.

    Prose is one field for each part of it, and so is a part that follows and is new or gone as a whole.
    """
    everything = list(_differences(gate, old.data, new.data))
    fields = [change for change in everything if change.old or change.new] or everything
    found = sorted((change for change in fields if not change.follows), key=lambda change: change.place)
    stayed = frozenset(part for part in _parts(gate, old.data) & _parts(gate, new.data) if part)
    found.extend(_following((change for change in fields if change.follows), stayed))
    if old.prose != new.prose:
        found.extend(prose_changes(gate, old.prose, new.prose))
    found.extend(_differences(f"{gate}: file", old.files, new.files))
    found.extend(_differences("plan", old.plan, new.plan))
    return tuple(found)


def _following(found: Iterable[Change], stayed: frozenset[str]) -> Iterator[Change]:
    """Tell a part of what follows once where it is new or gone, by what it says; one that stayed field by field."""
    for path, group in groupby(found, key=lambda change: _part(change.path)):
        if path is None or path in stayed:
            yield from group
        else:
            yield Change(path, *map(_together, zip(*((one.old, one.new) for one in group), strict=True)))


def _part(path: str) -> str | None:
    found = _PART.match(path)
    return found[0] if found else None


def _parts(gate: str, data: Data) -> set[str | None]:
    return {_part(_shown(gate, path)) for path, _ in leaves(data or {})}


def _together(side: Iterable[str | None]) -> str | None:
    """Give what a part says in one line; None where it is not there."""
    there = [text for text in side if text is not None]
    return ", ".join(text for text in there if text) if there else None


def field_changes(
    gate: str, old: Mapping[str, Data], new: Mapping[str, Data], patterns: Iterable[str]
) -> tuple[Change, ...]:
    """Give the changes of those fields of a gate that patterns name; a pattern that was not signed is one itself."""
    found: dict[str, Change] = {}
    for pattern in patterns:
        if pattern not in old:
            found[pattern] = Change(f"{gate}.{pattern}", "not asked for", "part of the review")
            continue
        found.update((change.path, change) for change in _differences(gate, old[pattern], new.get(pattern, {})))
    return tuple(found[path] for path in sorted(found))


def _differences(gate: str, old: Data, new: Data) -> Iterator[Change]:
    before, after = dict(leaves(old or {})), dict(leaves(new or {}))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            yield Change(_shown(gate, path), *alike(before.get(path), after.get(path)))


def _shown(gate: str, path: str) -> str:
    return path if path.partition("[")[0].partition(".")[0] == gate else f"{gate}.{path}"


def prose_changes(gate: str, old: str, new: str) -> Iterator[Change]:
    """Give the paragraphs that went and came; a paragraph is told by its first words."""
    before, after = ([part for part in text.split("\n\n") if part] for text in (old, new))
    gone = [part for part in before if part not in after]
    come = [part for part in after if part not in before]
    for place in range(max(len(gone), len(come), 1)):
        yield Change(f"{gate}: prose", _opening(gone, place), _opening(come, place))


def _opening(parts: list[str], place: int) -> str | None:
    if place >= len(parts):
        return None
    text = " ".join(parts[place].split())
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"
