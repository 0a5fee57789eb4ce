"""Protobuf files (`.proto`): messages at the top of the file as tables."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from plangate.model.protobuf import ProtoEnum, ProtoField, ProtoFile, ProtoMessage, Ranges
from plangate.model.table import Field, Table, Type
from plangate.reading.schemas.named import MAX_FIELDS, NamedTypes, TooLarge
from plangate.reading.schemas.proto_text import ProtoText
from plangate.reading.schemas.source import Source
from plangate.reading.yaml import shown

_SCALARS: Mapping[str, Type] = MappingProxyType(
    {
        "double": Type("float", bits=64),
        "float": Type("float", bits=32),
        **dict.fromkeys(("int32", "sint32", "sfixed32"), Type("integer", bits=32)),
        **dict.fromkeys(("int64", "sint64", "sfixed64"), Type("integer", bits=64)),
        **dict.fromkeys(("uint32", "fixed32"), Type("integer", bits=32, unsigned=True)),
        **dict.fromkeys(("uint64", "fixed64"), Type("integer", bits=64, unsigned=True)),
        "bool": Type("boolean"),
        "string": Type("string"),
        "bytes": Type("bytes"),
    }
)
_WELL_KNOWN: Mapping[str, Type] = MappingProxyType(
    {
        "google.protobuf.Timestamp": Type("timestamp", zoned=True, fraction=9),
        "google.protobuf.Duration": Type("interval"),
        "google.protobuf.Struct": Type("json"),
        "google.protobuf.Value": Type("json"),
        "google.protobuf.ListValue": Type("array", items=Type("json")),
        "google.protobuf.Any": Type("json"),
        "google.protobuf.Empty": Type("record"),
        "google.type.Date": Type("date"),
        "google.type.Decimal": Type("decimal"),
        "google.type.TimeOfDay": Type("time", zoned=False, fraction=9),
        "google.type.DateTime": Type("timestamp"),
        **{
            f"google.protobuf.{word}Value": _SCALARS[scalar]
            for word, scalar in (
                *(("Double", "double"), ("Float", "float"), ("Int64", "int64"), ("UInt64", "uint64")),
                *(("Int32", "int32"), ("UInt32", "uint32"), ("Bool", "bool"), ("String", "string"), ("Bytes", "bytes")),
            )
        },
    }
)


_LAST_FIELD, _LAST_VALUE = 2**29 - 1, 2**31 - 1
"""The highest number of a field and of a value of an enum, which `max` stands for."""


def protobuf_tables(source: Source, proto: ProtoText) -> tuple[ProtoFile, tuple[Table, ...]]:
    """Read a file, and the messages at its top as tables.

    Raises SchemaRejected where there is none or one grows without end.
    """
    file = proto.read()
    if not file["messages"]:
        raise proto.wrong("This file holds no message; a table is a message", 0)
    reader = _Reader(source, proto, file)
    tables = tuple(reader.table(message) for message in file["messages"])
    return reader.file_of(), tables


class _Reader:
    """Types of one file by full name."""

    def __init__(self, source: Source, proto: ProtoText, file: dict[str, Any]) -> None:
        self.source, self.proto, self.file = source, proto, file
        self.named = NamedTypes()
        self.messages: dict[str, dict[str, Any]] = {}
        self.enums: dict[str, dict[str, Any]] = {}
        waiting = [(file["package"], file)]
        for space, holder in waiting:  # grows as it is gone through
            for kind, known in (("messages", self.messages), ("enums", self.enums)):
                for one in holder[kind]:
                    full = f"{space}.{one['name']}" if space else one["name"]
                    if full in self.messages or full in self.enums:
                        self.tell("GEN002", f"{shown(one['name'])} is defined twice; keep one", one)
                    known[full] = one
                    if kind == "messages":
                        waiting.append((full, one))

    def file_of(self) -> ProtoFile:
        """The file in the form in which it is compared, with types by their full names within the package."""
        return ProtoFile(
            self.file["package"],
            self.file["syntax"],
            tuple(
                ProtoMessage(
                    self.within(full),
                    tuple(self.field_of(one, full) for one in message["fields"]),
                    _ranges(message, _LAST_FIELD),
                    tuple(message["reserved_names"]),
                )
                for full, message in self.messages.items()
            ),
            tuple(
                ProtoEnum(
                    self.within(full),
                    tuple((name, number) for name, number in enum["values"].items() if number is not None),
                    _ranges(enum, _LAST_VALUE),
                    tuple(enum["reserved_names"]),
                )
                for full, enum in self.enums.items()
            ),
        )

    def field_of(self, one: dict[str, Any], scope: str) -> ProtoField:
        names = (name for name in self.candidates(one["type"], scope) if name in self.messages or name in self.enums)
        kind = one["type"] if one["type"] in _SCALARS else self.within(next(names, one["type"].removeprefix(".")))
        return ProtoField(
            one["name"],
            one["number"],
            kind if one["key"] is None else f"map<{one['key']}, {kind}>",
            one["label"] or "",
            one["oneof"] or "",
            one["options"].get("json_name", ""),
            one["options"].get("default", ""),
        )

    def within(self, full: str) -> str:
        package = self.file["package"]
        return full.removeprefix(f"{package}.") if package else full

    def tell(self, rule: str, message: str, at: dict[str, Any], **more: str) -> None:
        if not self.source.full:
            self.source.tell(rule, message, (), at=self.proto.place(at["offset"]), **more)

    def table(self, message: dict[str, Any]) -> Table:
        package = self.file["package"]
        full = f"{package}.{message['name']}" if package else message["name"]
        try:
            found = self.named.get(full, lambda: self.message(message, full))
        except TooLarge as error:
            raise self.proto.wrong(str(error), message["offset"]) from None
        return Table(message["name"], found.fields, description=message["comment"])

    def message(self, message: dict[str, Any], full: str) -> Type:
        if len(message["fields"]) > MAX_FIELDS:
            raise TooLarge(f"This holds more than {MAX_FIELDS} fields")
        fields: list[Field] = []
        names: set[str] = set()
        numbers: dict[int, str] = {}
        for one in message["fields"]:
            name, number = one["name"], one["number"]
            if name in names:
                self.tell("GEN002", f"Field {shown(name)} stands twice in {full}", one)
                continue
            if number in numbers:
                self.tell("GEN002", f"Field {shown(name)} has number {number}, as {numbers[number]} has", one)
            held = [span for span in message["reserved_numbers"] if _within(number, span)]
            if held or name in message["reserved_names"]:
                what = f"number {number}" if held else f"name {shown(name)}"
                self.tell("GEN002", f"Field {shown(name)} has the {what}, which {full} reserves", one)
            names.add(name)
            numbers.setdefault(number, name)
            fields.append(self.field(one, full))
        return Type("record", fields=tuple(fields), name=full, written=full)

    def field(self, one: dict[str, Any], scope: str) -> Field:
        kind, nullable = self.type(one, scope)
        if one["key"] is not None:
            kind = Type("map", items=kind, written=f"map<{one['key']}, {one['type']}>")
        elif one["label"] == "repeated":
            kind = Type("array", items=kind, written=f"repeated {one['type']}")
        if one["label"] == "required" or one["key"] is not None or one["label"] == "repeated":
            nullable = False
        elif one["label"] == "optional" or one["oneof"] is not None:
            nullable = True
        return Field(
            one["name"],
            kind,
            nullable=nullable,
            values=kind.symbols,
            default=one["options"].get("default"),
            description=one["comment"],
            deprecated=True if one["options"].get("deprecated") == "true" else None,
            number=one["number"],
        )

    def type(self, one: dict[str, Any], scope: str) -> tuple[Type, bool]:
        """The type of a field, and whether it can be absent when nothing else says so, as messages can."""
        word = one["type"]
        if word in _SCALARS:
            return replace(_SCALARS[word], written=word), False
        for name in self.candidates(word, scope):
            if name in self.enums:
                values = tuple(self.enums[name]["values"])
                return Type("string", symbols=values, name=name, written=f"enum {name}"), False
            if name in self.messages:
                return self.named.get(name, partial(self.message, self.messages[name], name)), True
        known = _WELL_KNOWN.get(word.removeprefix("."))
        if known is not None:
            return replace(known, written=word), True
        if not self.file["imports"]:
            self.tell("GEN003", f"Type {shown(word)} is defined nowhere in this file", one, observed=word)
        return Type("unknown", written=word), True

    def candidates(self, word: str, scope: str) -> list[str]:
        """The full names that a name may mean, from the innermost scope outwards."""
        if word.startswith("."):
            return [word[1:]]
        parts = scope.split(".")
        return [".".join((*parts[:length], word)) for length in range(len(parts), -1, -1)]


def _ranges(holder: dict[str, Any], last: int) -> Ranges:
    spans = ((first, last if end is None else end) for first, end in holder["reserved_numbers"])
    return tuple((first, end) for first, end in spans if first is not None)


def _within(number: int, span: list[int | None]) -> bool:
    first, last = span
    return first is not None and first <= number and (last is None or number <= last)
