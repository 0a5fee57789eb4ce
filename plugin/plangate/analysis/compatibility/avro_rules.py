"""The rules of Avro, after the table of changes that was measured with the reference implementation."""

from plangate.analysis.compatibility.change import Rule


def _record(*fields: object, **more: object) -> dict[str, object]:
    return {"type": "record", "name": "Order", "fields": list(fields), **more}


def _field(type_: object, name: str = "amount", **more: object) -> dict[str, object]:
    return {"name": name, "type": type_, **more}


def _one(type_: object, **more: object) -> dict[str, object]:
    return _record({"name": "amount", "type": type_, **more})


def _enum(*symbols: str, **more: object) -> dict[str, object]:
    return _one({"type": "enum", "name": "Status", "symbols": list(symbols), **more})


def _fixed(size: int, name: str = "Hash") -> dict[str, object]:
    return _one({"type": "fixed", "name": name, "size": size})


def _logical(type_: str, logical: str, **more: int) -> dict[str, object]:
    return _one({"type": type_, "logicalType": logical, **more})


def _decimal(precision: int, scale: int) -> dict[str, object]:
    return _logical("bytes", "decimal", precision=precision, scale=scale)


_EMPTY = _record()
_INT = _one("int")
_NULLABLE = _one(["null", "int"])

RULES: tuple[Rule, ...] = (
    Rule(
        "AVRO-A1",
        "Field added without default",
        "nYYn",
        "minor",
        _EMPTY,
        _INT,
        "Data written before lacks the field, and a new reader has no default to put there.",
    ),
    Rule(
        "AVRO-A2",
        "Field added with default",
        "YYYY",
        "minor",
        _EMPTY,
        _one("int", default=0),
        "A new reader takes the default where the field was not written; an old one skips it.",
    ),
    Rule(
        "AVRO-A3",
        "Nullable field added, default null",
        "YYYY",
        "minor",
        _EMPTY,
        _one(["null", "int"], default=None),
        "A new reader takes null where the field was not written; an old one skips it.",
    ),
    Rule(
        "AVRO-A4",
        "Nullable field added without default",
        "nYYn",
        "minor",
        _EMPTY,
        _NULLABLE,
        "A type that allows null is no default: without `default: null` old data cannot be read.",
    ),
    Rule(
        "AVRO-A5",
        "Field removed that has no default",
        "YnnY",
        "major",
        _INT,
        _EMPTY,
        "Readers of the previous schema miss the field, and have no default to put there.",
    ),
    Rule(
        "AVRO-A6",
        "Field removed that has a default",
        "YYnY",
        "major",
        _one("int", default=0),
        _EMPTY,
        "Avro reads the default instead, but a query or program that uses the value has lost it.",
    ),
    Rule(
        "AVRO-A7",
        "Field renamed without alias",
        "nnnn",
        "major",
        _INT,
        _record(_field("int", "total")),
        "To Avro one field is gone and another has come: neither side finds the value.",
    ),
    Rule(
        "AVRO-A8",
        "Field renamed, with an alias in the new schema",
        "Ynnn",
        "major",
        _INT,
        _record(_field("int", "total", aliases=["amount"])),
        "A new reader finds the old name by the alias; a reader of the previous schema knows no new name.",
    ),
    Rule(
        "AVRO-A9",
        "Type widened by a promotion",
        "YnnY",
        "major",
        _INT,
        _one("long"),
        "A new reader takes the narrow values; a reader of the previous schema cannot take the wide ones.",
    ),
    Rule(
        "AVRO-A10",
        "Type narrowed",
        "nYYn",
        "major",
        _one("long"),
        _INT,
        "Old data may hold values that do not fit, and Avro narrows nothing.",
        "what was written with the wide type",
    ),
    Rule(
        "AVRO-A11",
        "Type changed to one that it cannot be read as",
        "nnnn",
        "major",
        _INT,
        _one("string"),
        "No promotion leads from the one type to the other, in either direction.",
        "the field, over all data that is kept",
    ),
    Rule(
        "AVRO-A12",
        "string and bytes exchanged",
        "YYnY",
        "major",
        _one("string"),
        _one("bytes"),
        "Avro reads either as the other, but a warehouse makes columns of different types of them.",
        "tables that are loaded from the topic",
    ),
    Rule(
        "AVRO-A13",
        "Field made nullable",
        "YnnY",
        "major",
        _INT,
        _NULLABLE,
        "A reader of the previous schema has no place for null, and code that counts on a value breaks.",
    ),
    Rule(
        "AVRO-A14",
        "Field made required",
        "nYYn",
        "minor",
        _NULLABLE,
        _INT,
        "Old data may hold nulls that a new reader cannot take, and writers may have none but null.",
        "what was written with null",
    ),
    Rule(
        "AVRO-A15-ADDED",
        "Branch added to a union",
        "YnnY",
        "major",
        _one(["int", "string"]),
        _one(["int", "string", "boolean"]),
        "A reader of the previous schema cannot take a value of the new branch.",
    ),
    Rule(
        "AVRO-A15-REMOVED",
        "Branch removed from a union",
        "nYYn",
        "major",
        _one(["int", "string", "boolean"]),
        _one(["int", "string"]),
        "Old data may hold values of the branch that is gone.",
    ),
    Rule(
        "AVRO-A16",
        "Symbol added to an enum that has no default",
        "YnnY",
        "major",
        _enum("NEW"),
        _enum("NEW", "PAID"),
        "A reader of the previous schema does not know the symbol, and has no default to fall back to.",
    ),
    Rule(
        "AVRO-A17",
        "Symbol added to an enum that has a default",
        "YYYY",
        "minor",
        _enum("NEW", default="NEW"),
        _enum("NEW", "PAID", default="NEW"),
        "A reader of the previous schema reads its default instead of the new symbol.",
    ),
    Rule(
        "AVRO-A18",
        "Symbol removed from an enum that has no default",
        "nYYn",
        "major",
        _enum("NEW", "PAID"),
        _enum("NEW"),
        "Old data may hold the symbol, and a new reader has no default to fall back to.",
    ),
    Rule(
        "AVRO-A18-DEFAULT",
        "Symbol removed from an enum that has a default",
        "YYYn",
        "major",
        _enum("NEW", "PAID", default="NEW"),
        _enum("NEW", default="NEW"),
        "A new reader reads the default where the symbol stands: nothing fails, and the value is lost.",
    ),
    Rule(
        "AVRO-A19",
        "Order, documentation or aliases changed",
        "YYYY",
        "patch",
        _one("int", doc="Net"),
        _one("int", doc="Net amount"),
        "Avro finds fields by name and symbols by their text.",
    ),
    Rule(
        "AVRO-A19-DEFAULT",
        "Default changed",
        "YYYY",
        "minor",
        _one("int", default=0),
        _one("int", default=1),
        "Everything can be read, but where the field was not written another value is seen than before.",
    ),
    Rule(
        "AVRO-A20-ADDED",
        "Default added to a field",
        "YYYY",
        "patch",
        _INT,
        _one("int", default=0),
        "Nothing changes for data that has the field, and it may be removed later without breaking old readers.",
    ),
    Rule(
        "AVRO-A20-REMOVED",
        "Default removed from a field",
        "YYYY",
        "minor",
        _one("int", default=0),
        _INT,
        "Nothing changes for data that has the field, but to remove it later, or to read older data, now breaks.",
    ),
    Rule(
        "AVRO-A20-ENUM",
        "Default of an enum added, removed or changed",
        "YYYY",
        "minor",
        _enum("NEW"),
        _enum("NEW", default="NEW"),
        "Nothing changes for the symbols that are known; what a later symbol is read as does.",
    ),
    Rule(
        "AVRO-A21",
        "Type renamed without alias",
        "nnnn",
        "major",
        _INT,
        {**_INT, "name": "Sale"},
        "Avro matches named types by name: two records with equal fields and other names are not one.",
    ),
    Rule(
        "AVRO-A21-ALIAS",
        "Type renamed, with an alias in the new schema",
        "Ynnn",
        "major",
        _INT,
        {**_INT, "name": "Sale", "aliases": ["Order"]},
        "A new reader finds the old name by the alias; a reader of the previous schema knows no new name.",
    ),
    Rule(
        "AVRO-A21-NAMESPACE",
        "Namespace changed",
        "YYYY",
        "patch",
        _INT,
        {**_INT, "namespace": "shop"},
        "Names match without their namespace; generated classes move to another package.",
    ),
    Rule(
        "AVRO-A22",
        "Size or name of a fixed type changed",
        "nnnn",
        "major",
        _fixed(16),
        _fixed(32),
        "A fixed type is read only by one of the same size and name.",
        "the field, over all data that is kept",
    ),
    Rule(
        "AVRO-A23-WIDENED",
        "Items of an array or values of a map widened",
        "YnnY",
        "major",
        _one({"type": "array", "items": "int"}),
        _one({"type": "array", "items": "long"}),
        "Promotion holds within arrays and maps too, in one direction.",
    ),
    Rule(
        "AVRO-A23-NARROWED",
        "Items of an array or values of a map narrowed",
        "nYYn",
        "major",
        _one({"type": "map", "values": "long"}),
        _one({"type": "map", "values": "int"}),
        "Old data may hold values that do not fit, and Avro narrows nothing.",
    ),
    Rule(
        "AVRO-A24",
        "Logical type changed to another",
        "nnnn",
        "major",
        _logical("int", "date"),
        _logical("long", "timestamp-millis"),
        "The bytes can be read, and mean something else: days as milliseconds are dates in January 1970.",
        "the field, over all data that is kept",
    ),
    Rule(
        "AVRO-A24-LOGICAL",
        "Logical type put on or taken off",
        "YY??",
        "major",
        _one("long"),
        _logical("long", "timestamp-millis"),
        "The bytes stay; whether they mean the same is not written, and programs get values of another class.",
    ),
    Rule(
        "AVRO-A25",
        "Scale of a decimal changed",
        "nnnn",
        "major",
        _decimal(10, 2),
        _decimal(10, 4),
        "Checkers accept it, and every amount is read wrong by a power of ten.",
        "the field, over all data that is kept",
    ),
    Rule(
        "AVRO-A25-WIDER",
        "Precision of a decimal raised at the same scale",
        "nnYY",
        "minor",
        _decimal(10, 2),
        _decimal(12, 2),
        "Checkers accept it and the values stay exact, but the specification lets only equal decimals match.",
    ),
    Rule(
        "AVRO-A25-NARROWER",
        "Precision of a decimal lowered at the same scale",
        "nnYn",
        "major",
        _decimal(12, 2),
        _decimal(10, 2),
        "Checkers accept it, but the specification lets only equal decimals match, and large values do not fit.",
    ),
)
