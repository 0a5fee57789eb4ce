"""What differs between two JSON Schemas in notes, types, limits and values, with the difference seen the other way."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from msgspec import Struct

from plangate.analysis.compatibility.json_rules import INVERSE, LIMITS
from plangate.analysis.compatibility.json_schema import Schema, exact, listed, shown


class Difference(Struct, frozen=True):
    """A difference at one place, and the one that is seen when old and new are exchanged."""

    name: str
    inverse: str
    path: str
    before: str
    after: str


def difference(name: str, path: str, before: str, after: str, inverse: str = "") -> Difference:
    """Make a difference; the inverse is that of its rule where no other is said."""
    return Difference(name, inverse or INVERSE[name], path, before, after)


def notes(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    """Compare what is said about a schema."""
    for keyword, name in (("$id", "ID"), ("title", "TITLE"), ("description", "DESCRIPTION"), ("default", "DEFAULT")):
        if old.get(keyword) != new.get(keyword):
            yield difference(f"{name}_CHANGED", path, shown(old.get(keyword)), shown(new.get(keyword)))
    if old.get("format") != new.get("format"):
        yield difference("FORMAT_CHANGED", path, shown(old.get("format")), shown(new.get("format")))


def types(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    """Compare the kinds of value; an integer is a number."""
    before, after = listed(old.get("type")), listed(new.get("type"))
    if not before or not after:
        if before != after:
            yield difference("TYPE_EXTENDED" if before else "TYPE_NARROWED", path, _said(before), _said(after))
        return
    lost = [kind for kind in before if kind not in after and not (kind == "integer" and "number" in after)]
    come = [kind for kind in after if kind not in before and not (kind == "integer" and "number" in before)]
    if lost and come:
        yield difference("TYPE_CHANGED", path, _said(before), _said(after))
    elif lost:
        yield difference("TYPE_NARROWED", path, _said(before), _said(after))
    elif come:
        yield difference("TYPE_EXTENDED", path, _said(before), _said(after))


def limits(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    """Compare the keywords that set a limit."""
    for keyword, name in LIMITS.items():
        before, after = _number(old.get(keyword)), _number(new.get(keyword))
        if before == after:
            continue
        if before is None or after is None:
            step = "ADDED" if before is None else "REMOVED"
        else:
            step = "INCREASED" if before < after else "DECREASED"
        yield difference(f"{name}_{step}", path, shown(old.get(keyword)), shown(new.get(keyword)))
    before, after = _number(old.get("multipleOf")), _number(new.get("multipleOf"))
    if before != after:
        if before is None or after is None:
            step = "ADDED" if before is None else "REMOVED"
        else:
            step = (
                "REDUCED"
                if after and before % after == 0
                else "EXPANDED"
                if before and after % before == 0
                else "CHANGED"
            )
        yield difference(f"MULTIPLE_OF_{step}", path, shown(old.get("multipleOf")), shown(new.get("multipleOf")))


def values(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    """Compare patterns and lists of values; a constant is a list of one."""
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        step = "ADDED" if before is None else "REMOVED" if after is None else "CHANGED"
        yield difference(f"PATTERN_{step}", path, before or "", after or "")
    allowed, allows = _allowed(old), _allowed(new)
    if allowed is None or allows is None:
        if allowed != allows:
            rule = "ENUM_ADDED" if allowed is None else "ENUM_REMOVED"
            yield difference(rule, path, shown(allowed), shown(allows))
    else:
        yield from sets("ENUM_ARRAY", allowed, allows, path)


def sets(name: str, before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Difference]:
    """Compare two lists of which the order does not matter."""
    one, other = {exact(entry) for entry in before}, {exact(entry) for entry in after}
    if one != other:
        step = "EXTENDED" if one < other else "NARROWED" if other < one else "CHANGED"
        yield difference(f"{name}_{step}", path, shown(before), shown(after))


def _allowed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    found = schema.get("enum")
    return found if isinstance(found, list) else None


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return Fraction(str(value))


def _said(kinds: Sequence[str]) -> str:
    return " or ".join(kinds)
