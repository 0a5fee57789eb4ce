"""What a gate says as canonical data: the same meaning gives the same value, whatever the YAML looked like.

Only texts, booleans, lists and mappings occur. Members that are absent or equal to their default are left out;
quantities are decimal numbers in base units (`7200 s`), moments are in UTC; references and words of a closed set are
sorted, and so are elements with ids, except where order has a meaning.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from types import MappingProxyType, NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from plangate.model.bound import Bound
from plangate.model.pattern import attributes, child
from plangate.model.problem import Path
from plangate.model.quantity import Quantity
from plangate.model.reference import Ref
from plangate.model.unit import Dimension

Data = str | bool | list["Data"] | dict[str, "Data"]
"""Canonical data, all of which has a JSON form that does not depend on who writes it."""

ORDERED = frozenset({"columns", "steps", "layers", "escalation"})
"""Fields whose order is meant, though what they list has ids or is a reference."""

RATIO = "ratio"
"""The base unit of what has none: `5 %` is `0.05 ratio`."""

_QUOTES = re.compile(r"[\"'`]")
_BLANKS = re.compile(r"(?<=[^ \t])[ \t]+")
_LABELS = ("id", "dataset", "pipeline", "consumer", "name", "topic", "term", "step", "plan")
"""The members by which people tell entries of a list apart, the first that all entries have and differ in."""


class Member(Struct, frozen=True):
    """A field of a part: its attribute, its name in YAML, its default, what it refers to, and whether order counts."""

    attribute: str
    name: str
    default: object
    required: bool
    ref: tuple[str, ...]
    as_set: bool


def canonical(value: object, *, leave_out: frozenset[str] = frozenset()) -> Data:
    """Give the canonical data of a typed value; raises TypeError for a type that no model holds.

    Optional members named in `leave_out` are dropped at every depth, unless they refer to something other than a team.
    """
    if type(value) is str:  # as most values are
        return text(value)
    return _writer(type(value))(value, leave_out)  # type: ignore[arg-type]  # types can be hashed


@cache
def _writer(kind: type) -> Callable[[Any, frozenset[str]], Data]:
    """Give what writes values of a type: there are few types and many values, so types are asked what they are."""
    if issubclass(kind, BaseModel):
        return part_data
    if issubclass(kind, tuple | list):
        return _entries
    if issubclass(kind, dict | MappingProxyType):
        return _mapping
    write = _scalar_writer(kind)  # type: ignore[arg-type]  # types can be hashed
    return lambda value, _: write(value)


def _mapping(value: Mapping[object, object], leave_out: frozenset[str]) -> Data:
    return {text(str(key)): canonical(item, leave_out=leave_out) for key, item in value.items() if item is not None}


def plain(value: object) -> Data:
    """Give canonical data of plain YAML values, whose lists keep their order; nothing is an empty text."""
    if isinstance(value, Mapping):
        return {text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return "" if value is None else _scalar(value)


def text(raw: str) -> str:
    """Give a text in NFC with LF as line ends, without trailing blanks of lines and empty lines at its end.

    Blanks between words count once, for a folded YAML text has those of its lines' ends in the middle; where the text
    quotes something they count as they are.
    """
    if " ".join(raw.split()) == raw and unicodedata.is_normalized("NFC", raw):  # most texts: one line of single words
        return raw
    lines = [line.rstrip(" \t") for line in raw.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if not _QUOTES.search(raw):
        lines = [_BLANKS.sub(" ", line) for line in lines]
    return unicodedata.normalize("NFC", "\n".join(lines).rstrip("\n"))


def number(value: Decimal | int) -> str:
    """Write a number with as few digits as it has: no exponent, no trailing zeros, no negative zero."""
    digits = format(Decimal(value), "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits in {"-0", ""} else digits


def quantity(value: Quantity) -> str:
    """Write a quantity in base units: `20000 rows/s`, `0.05 ratio`."""
    return f"{number(value.base)} {unit(value.dimension)}"


@cache
def unit(dimension: Dimension) -> str:
    """Write base units: `EUR/s`, `ratio` where there is none, `1/s` where all stand below the line."""
    above = " ".join(name for name, power in dimension for _ in range(power))
    below = "".join(f"/{name}" for name, power in dimension for _ in range(-power))
    return (above or "1") + below if dimension else RATIO


def _bound(value: Bound) -> str:
    values = [quantity(value.value)] + ([quantity(value.upper)] if value.upper else [])
    return f"{value.operator} {' and '.join(values)}"


_SCALARS: tuple[tuple[type, Callable[[Any], Data]], ...] = (
    (str, text),
    (bool, bool),
    (int, number),
    (Decimal, number),
    (Quantity, quantity),
    (Bound, _bound),
    (datetime, lambda value: value.astimezone(UTC).isoformat()),
    (date, date.isoformat),
)
"""What writes a scalar; a type stands before those that it is a special case of."""


def _scalar(value: object) -> Data:
    return _scalar_writer(type(value))(value)  # type: ignore[arg-type]  # types can be hashed


@cache
def _scalar_writer(kind: type) -> Callable[[Any], Data]:
    found = next((write for known, write in _SCALARS if issubclass(kind, known)), None)
    if found is None:
        raise TypeError(f"{kind.__name__} has no canonical form")
    return found


def part_data(part: BaseModel, leave_out: frozenset[str] = frozenset()) -> dict[str, Data]:
    """Give the canonical data of a part by its members."""
    kept = _kept(type(part), leave_out)
    found: dict[str, Data] = {}
    for attribute, value in part.__dict__.items():
        if value is None or (member := kept.get(attribute)) is None:
            continue
        if member.default is None or value != member.default:
            # As `_member_data` does; most members are texts, and need not ask what they are.
            found[member.name] = text(value) if type(value) is str else _member_data(value, member, leave_out)
    return found


def field_data(part: BaseModel, name: str, leave_out: frozenset[str] = frozenset()) -> Data | None:
    """Give the canonical data of one field of a part, by its name in YAML; None where the part has none."""
    member = _kept(type(part), leave_out).get(attributes(type(part)).get(name, ""))
    value = None if member is None else getattr(part, member.attribute)
    if member is None or value is None or value == member.default:
        return None
    return _member_data(value, member, leave_out)


def _member_data(value: object, member: Member, leave_out: frozenset[str]) -> Data:
    if not isinstance(value, tuple):
        return canonical(value, leave_out=leave_out)
    if member.as_set:
        return [*sorted({str(_scalar(item)) for item in value})]
    return _entries(value, leave_out, by_id=member.name not in ORDERED)


def _entries(values: Sequence[object], leave_out: frozenset[str], *, by_id: bool = True) -> list[Data]:
    found = [canonical(item, leave_out=leave_out) for item in values]
    if not by_id or not any(isinstance(data, dict) for data in found):  # texts have no id
        return found
    keys = [_named(item, "id") or "" for item in values]
    return [found[place] for place in sorted(range(len(found)), key=keys.__getitem__)] if any(keys) else found


@cache
def _kept(model: type[BaseModel], leave_out: frozenset[str]) -> dict[str, Member]:
    """Give the fields of a part that count, by their attributes, in the order of the model."""
    return {
        member.attribute: member
        for member in _members(model)
        if member.name not in leave_out or member.required or member.ref not in {(), ("team",)}
    }


@cache
def _members(model: type[BaseModel]) -> tuple[Member, ...]:
    return tuple(_member(attribute, info) for attribute, info in model.model_fields.items())


def _member(attribute: str, info: FieldInfo) -> Member:
    name = info.alias or attribute
    refs = [mark for mark in info.metadata if isinstance(mark, Ref)] or _refs(info.annotation)  # type: ignore[arg-type]  # types can be hashed
    as_set = name not in ORDERED and _has_sets(info.annotation)  # type: ignore[arg-type]  # types can be hashed
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    kinds = tuple(kind for ref in refs for kind in ref.kinds)
    return Member(attribute, name, default, info.is_required(), kinds, as_set)


@cache
def _refs(annotation: Any) -> tuple[Ref, ...]:
    """Find the marks of references in a field itself: a part within it has fields of its own."""
    own = (mark for mark in getattr(annotation, "__metadata__", ()) if isinstance(mark, Ref))
    return (*own, *(ref for argument in get_args(annotation) for ref in _refs(argument)))


@cache
def _has_sets(annotation: Any) -> bool:
    """Tell whether a field may hold entries without an order."""
    if get_origin(annotation) is tuple:
        return _is_set(get_args(annotation)[0])
    return get_origin(annotation) is not dict and any(_has_sets(argument) for argument in get_args(annotation))


def _is_set(item: Any) -> bool:
    """Tell whether entries are references or words of a closed set."""
    if get_origin(item) is Annotated:
        return any(isinstance(mark, Ref) for mark in item.__metadata__)
    return get_origin(item) is Literal or (
        bool(get_args(item)) and all(arm is NoneType or _is_set(arm) for arm in get_args(item))
    )


def labels(entries: Sequence[object]) -> list[str | None]:
    """Give for each entry of a list the text by which people tell it from the others; None where only its position
    does.

    Entries are typed parts or canonical mappings.
    """
    found: list[str | None] = [None] * len(entries)
    for name in _LABELS:
        if None not in found:
            break
        named = [_named(entry, name) for entry in entries]
        often = Counter(named)
        found = [
            known if known is not None or own is None or often[own] > 1 else own
            for known, own in zip(found, named, strict=True)
        ]
    return found


def _named(item: object, name: str) -> str | None:
    found = child(item, name)
    return text(found) if isinstance(found, str) else None


def named_path(value: object, path: Path, known: dict[int, list[str | None]] | None = None) -> str:
    """Write a path of a typed gate with entries of lists by their names: `sources[shop_db].freshness`.

    `known` keeps the names of entries between calls for one gate.
    """
    shown, known = "", {} if known is None else known
    for step in path:
        if isinstance(step, int):
            entries = value if isinstance(value, tuple | list) else ()
            inner = entries[step] if step < len(entries) else None
            if id(entries) not in known:
                known[id(entries)] = labels(entries)
            named = known[id(entries)][step] if step < len(entries) else None
            shown += f"[{named or step}]"
            value = inner
        else:
            shown += f".{step}" if shown else step
            value = child(value, step)
    return shown


def leaves(data: Data, path: str = "") -> Iterator[tuple[str, str]]:
    """Give the path and text of every leaf of canonical data: `sources[shop_db].freshness.warn_after`, `1800 s`.

    A list of texts is one leaf.
    """
    if isinstance(data, dict):
        if not data and path:
            yield path, "{}"
        for key, item in sorted(data.items()):
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(data, list) and any(isinstance(item, dict | list) for item in data):
        for place, (item, named) in enumerate(zip(data, labels(data), strict=True)):
            yield from leaves(item, f"{path}[{named or place}]")
    elif isinstance(data, list):
        yield path, ", ".join(str(item) for item in data)
    else:
        yield path, str(data).lower() if isinstance(data, bool) else data
