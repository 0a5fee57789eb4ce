"""What changed between two Protobuf files: on the wire, in JSON, and for generated code."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from plangate.analysis.compatibility.change import Change, Verdict, made
from plangate.analysis.compatibility.protobuf_rules import BY_NAME, CATEGORIES, Category
from plangate.model.protobuf import ProtoEnum, ProtoField, ProtoFile, ProtoMessage, Ranges

_Named = TypeVar("_Named", ProtoMessage, ProtoEnum)

_VARINT = ("bool", "int32", "uint32", "int64", "uint64")
_WIRE: tuple[tuple[str, ...], ...] = (
    _VARINT,
    ("sint32", "sint64"),
    ("fixed32", "sfixed32"),
    ("fixed64", "sfixed64"),
    ("string", "bytes"),
)
"""Types that have one encoding on the wire."""
_JSON: tuple[tuple[str, ...], ...] = (
    ("int32", "uint32", "sint32", "fixed32", "sfixed32"),
    ("int64", "uint64", "sint64", "fixed64", "sfixed64"),
)
"""Types that are written alike in JSON: 64 bits are text there, 32 bits a number."""
_BITS = {"bool": 1} | {name: int(name[-2:]) for group in _WIRE[:4] for name in group if name != "bool"}


def compare_protobuf(before: ProtoFile, after: ProtoFile, *, category: Category = "WIRE_JSON") -> tuple[Change, ...]:
    """Tell what changed between two files.

    `category` says what backward and forward are about: FILE generated code too, WIRE_JSON both encodings, WIRE the
    binary one. Consumer and producer are always about generated code. Services are not compared.
    """
    return tuple(_Comparison(before, after, category).changes())


class _Comparison:
    def __init__(self, before: ProtoFile, after: ProtoFile, category: Category) -> None:
        self.before, self.after, self.category = before, after, category

    def changes(self) -> Iterator[Change]:
        if self.before.package != self.after.package:
            yield self.change("PACKAGE-CHANGED", "package", self.before.package, self.after.package)
        if self.before.syntax != self.after.syntax:
            yield self.change("SYNTAX-CHANGED", "syntax", self.before.syntax, self.after.syntax)
        messages, now = _named(self.before.messages), _named(self.after.messages)
        enums, those = _named(self.before.enums), _named(self.after.enums)
        for name in dict.fromkeys((*messages, *enums)):
            if name not in now and name not in those:
                yield self.change("MESSAGE-REMOVED", name, name, "")
        for name in dict.fromkeys((*now, *those)):
            if name in messages and name in now:
                yield from self.messages(messages[name], now[name])
            elif name in enums and name in those:
                yield from self.enums(enums[name], those[name])
            elif name in messages or name in enums:
                kinds = ("message", "enum") if name in messages else ("enum", "message")
                yield self.change("TYPE-CHANGED", name, *kinds)
            else:
                yield self.change("MESSAGE-ADDED", name, "", name)

    def change(self, rule: str, path: str, before: str, after: str) -> Change:
        found = BY_NAME[rule]
        kept = None if self.category in CATEGORIES[found.id] else Verdict.COMPATIBLE
        return made(found, path, path, before, after, backward=kept, forward=kept)

    def messages(self, old: ProtoMessage, new: ProtoMessage) -> Iterator[Change]:
        before, after = ({entry.number: entry for entry in message.fields} for message in (old, new))
        numbers = {entry.name: entry.number for entry in new.fields}
        was = {entry.name: entry.number for entry in old.fields}
        for number, entry in before.items():
            path = f"{old.name}.{entry.name}"
            if number in after:
                yield from self.fields(entry, after[number], path)
            elif entry.name in numbers and numbers[entry.name] not in before:
                yield self.change("FIELD-RENUMBERED", path, str(number), str(numbers[entry.name]))
            elif entry.label == "required":
                yield self.change("REQUIRED-FIELD-REMOVED", path, _told(entry), "")
            else:
                rule = _removal(number, entry.name, new.reserved_numbers, new.reserved_names)
                yield self.change(f"FIELD-REMOVED{rule}", path, _told(entry), "")
        for number, entry in after.items():
            moved = entry.name in was and was[entry.name] not in after
            if number not in before and not moved:
                rule = "REQUIRED-FIELD-ADDED" if entry.label == "required" else "FIELD-ADDED"
                yield self.change(rule, f"{new.name}.{entry.name}", "", _told(entry))
        yield from self.reservations(old, new)

    def fields(self, old: ProtoField, new: ProtoField, path: str) -> Iterator[Change]:
        if old.name != new.name:
            yield self.change("FIELD-RENAMED", path, old.name, new.name)
        elif old.json != new.json:
            yield self.change("JSON-NAME-CHANGED", path, old.json, new.json)
        if old.type != new.type:
            yield self.change(self.retyped(old.type, new.type), path, old.type, new.type)
        if old.label != new.label:
            yield self.change(_relabelled(old.label, new.label), path, old.label or "singular", new.label or "singular")
        if old.oneof != new.oneof:
            yield self.change("ONEOF-CHANGED", path, old.oneof or "none", new.oneof or "none")
        if old.default != new.default:
            yield self.change("DEFAULT-CHANGED", path, old.default or "none", new.default or "none")

    def retyped(self, old: str, new: str) -> str:
        """Name the rule for another type: what its encodings share decides, that in JSON too unless WIRE is asked."""
        before = "int32" if old in _named(self.before.enums) else old
        after = "int32" if new in _named(self.after.enums) else new
        enums = before != old, after != new
        if self.category == "FILE" or not _together(before, after, _WIRE):
            return "TYPE-CHANGED"
        if self.category != "WIRE" and (enums != (False, False) or not _together(before, after, _JSON)):
            return "TYPE-CHANGED"
        one, other = _BITS.get(before, 0), _BITS.get(after, 0)
        if one == other or (before[:1] != after[:1] and "bool" not in (before, after)):
            return "TYPE-REINTERPRETED"
        return "TYPE-WIDENED" if one < other else "TYPE-NARROWED"

    def enums(self, old: ProtoEnum, new: ProtoEnum) -> Iterator[Change]:
        names = dict.fromkeys(number for _, number in (*old.values, *new.values))
        for number in names:
            before = [name for name, value in old.values if value == number]
            after = [name for name, value in new.values if value == number]
            gone = [name for name in before if name not in after]
            path = f"{old.name}.{(before or after)[0]}"
            if not before:
                yield self.change("ENUM-VALUE-ADDED", path, "", f"{after[0]} = {number}")
            elif not after:
                rule = _removal(number, before[0], new.reserved_numbers, new.reserved_names)
                yield self.change(f"ENUM-VALUE-REMOVED{rule}", path, f"{before[0]} = {number}", "")
            elif gone:
                yield self.change("ENUM-VALUE-RENAMED", path, gone[0], after[0])
        yield from self.reservations(old, new)

    def reservations(self, old: ProtoMessage | ProtoEnum, new: ProtoMessage | ProtoEnum) -> Iterator[Change]:
        freed = [
            f"{first} to {last}" if first != last else str(first)
            for first, last in old.reserved_numbers
            if not any(low <= first and last <= high for low, high in new.reserved_numbers)
        ]
        freed += [name for name in old.reserved_names if name not in new.reserved_names]
        if freed:
            yield self.change("RESERVED-REMOVED", old.name, ", ".join(freed), "")


def _named(found: Iterable[_Named]) -> Mapping[str, _Named]:
    return {entry.name: entry for entry in found}


def _removal(number: int, name: str, numbers: Ranges, names: tuple[str, ...]) -> str:
    if not any(first <= number <= last for first, last in numbers):
        return ""
    return "-RESERVED" if name in names else "-NAME-FREE"


def _relabelled(old: str, new: str) -> str:
    if "repeated" in (old, new):
        return "CARDINALITY-CHANGED"
    if "required" in (old, new):
        return "REQUIRED-ADDED" if new == "required" else "REQUIRED-REMOVED"
    return "PRESENCE-CHANGED"


def _together(one: str, other: str, groups: tuple[tuple[str, ...], ...]) -> bool:
    return any(one in group and other in group for group in groups)


def _told(entry: ProtoField) -> str:
    return f"{entry.label} {entry.type} {entry.name} = {entry.number}".strip()
