"""A Protobuf file in the form in which it is compared: messages, enums, fields and what is reserved."""

from typing import Literal

from msgspec import Struct

Label = Literal["", "optional", "required", "repeated"]
Ranges = tuple[tuple[int, int], ...]
"""Numbers that are reserved, first and last of each range: `reserved 2, 9 to 11;` is ((2, 2), (9, 11))."""


class ProtoField(Struct, frozen=True):
    """A field of a message. `type` is a scalar, `map<K, V>`, or the name of a message or enum as it is declared."""

    name: str
    number: int
    type: str
    label: Label = ""
    oneof: str = ""
    json_name: str = ""
    """Empty where the file gives none: then it follows from the name."""
    default: str = ""

    @property
    def json(self) -> str:
        """The name in JSON: the one given, else the name in lowerCamelCase."""
        first, *rest = self.name.split("_")
        return self.json_name or first + "".join(part[:1].upper() + part[1:] for part in rest)


class ProtoMessage(Struct, frozen=True):
    """A message; one within another is named with it: `Order.Line`."""

    name: str
    fields: tuple[ProtoField, ...] = ()
    reserved_numbers: Ranges = ()
    reserved_names: tuple[str, ...] = ()


class ProtoEnum(Struct, frozen=True):
    """An enum with its names and numbers; one within a message is named with it: `Order.Status`."""

    name: str
    values: tuple[tuple[str, int], ...] = ()
    reserved_numbers: Ranges = ()
    reserved_names: tuple[str, ...] = ()


class ProtoFile(Struct, frozen=True):
    """All that one file declares, messages and enums within messages included."""

    package: str = ""
    syntax: str = "proto3"
    messages: tuple[ProtoMessage, ...] = ()
    enums: tuple[ProtoEnum, ...] = ()
