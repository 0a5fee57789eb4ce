"""The schema of a dataset in one form, whatever it was written in: ODCS, a plan's columns, DDL, Avro, JSON Schema,
Protobuf or dbt."""

from dataclasses import dataclass, field
from typing import Literal

from plangate.model.contracts import Classification

Kind = Literal[
    "boolean",
    "integer",
    "float",
    "decimal",
    "string",
    "bytes",
    "uuid",
    "date",
    "time",
    "timestamp",
    "interval",
    "json",
    "array",
    "map",
    "record",
    "union",
    "unknown",
]
"""What a value is, in the words that systems share; `unknown` is a type that nobody here can read."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type of a column, the same for the same values: `bigint`, `INT64` and Avro's `long` are integers of 64 bits."""

    kind: Kind
    bits: int | None = None
    """Width of an integer or a float; None where the type says none."""
    precision: int | None = None
    scale: int | None = None
    length: int | None = None
    """The most characters or bytes that fit; None is without limit."""
    zoned: bool | None = None
    """Whether a time or timestamp names an instant (with time zone) or a reading of the clock; None where unsaid."""
    fraction: int | None = None
    """Digits of the fraction of a second that a time or timestamp keeps."""
    items: "Type | None" = None
    """The type of an array's items or a map's values."""
    fields: tuple["Field", ...] = ()
    """The fields of a record."""
    branches: tuple["Type", ...] = ()
    """The types that a union allows, null left out."""
    symbols: tuple[str, ...] = ()
    """The words of an enum, whose values are strings."""
    fallback: str | None = None
    """The word of an enum that readers take for one they do not know (Avro's default of the enum)."""
    unsigned: bool = False
    """Whether an integer has no negative values, and twice as many positive ones."""
    name: str = field(default="", compare=False)
    """The full name of a record, enum or fixed in a format that names types (Avro, Protobuf)."""
    written: str = field(default="", compare=False)
    """As the author wrote it, for messages."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table, or a field of a record, with all that readers may rely on."""

    name: str
    type: Type
    nullable: bool | None = None
    """None where nothing is said, which most systems read as nullable."""
    unique: bool | None = None
    values: tuple[str, ...] = ()
    """The only values that may occur; empty is any."""
    pattern: str | None = None
    min: str | None = None
    max: str | None = None
    default: str | None = None
    aliases: tuple[str, ...] = ()
    description: str | None = None
    unit: str | None = None
    timezone: str | None = None
    classification: Classification | None = None
    pii: bool | None = None
    masking: str | None = None
    deprecated: bool | None = None
    number: int | None = None
    """The field's number on the wire (Protobuf) or id (Iceberg), where the format has one."""
    physical_name: str | None = None
    """What the column is called in the warehouse, where that is another name."""


@dataclass(frozen=True, slots=True)
class Table:
    """The schema of one dataset."""

    name: str
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...] = ()
    partition_by: tuple[str, ...] = ()
    description: str | None = None
    physical_name: str | None = None
    """What the table is called in the warehouse, where that is another name."""

    def column(self, name: str) -> Field | None:
        """Find a column by its name; None where there is none."""
        return next((column for column in self.fields if column.name == name), None)
