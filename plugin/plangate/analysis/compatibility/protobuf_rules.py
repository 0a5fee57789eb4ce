"""The rules of Protobuf, in the categories of buf: FILE (generated code), WIRE_JSON and WIRE (encodings).

Sources: https://buf.build/docs/breaking/rules/ and https://protobuf.dev/programming-guides/proto3/#updating
"""

from collections.abc import Mapping
from typing import Literal

from plangate.analysis.compatibility.change import Bump, Rule
from plangate.model.protobuf import ProtoEnum, ProtoField, ProtoFile, ProtoMessage

Category = Literal["FILE", "WIRE_JSON", "WIRE"]
_ALL: frozenset[Category] = frozenset({"FILE", "WIRE_JSON", "WIRE"})
_JSON: frozenset[Category] = frozenset({"FILE", "WIRE_JSON"})
_FILE: frozenset[Category] = frozenset({"FILE"})
_ENCODED: frozenset[Category] = frozenset({"WIRE_JSON", "WIRE"})
_WIRE: frozenset[Category] = frozenset({"WIRE"})

_categories: dict[str, frozenset[Category]] = {}
CATEGORIES: Mapping[str, frozenset[Category]] = _categories
"""The categories in which each rule counts, by its id; in the others the change is compatible."""


def _rule(
    name: str,
    title: str,
    counts: frozenset[Category],
    verdicts: str,
    bump: Bump,
    before: ProtoFile,
    after: ProtoFile,
    reason: str,
) -> Rule:
    """Backward and forward are what holds in the categories in which the rule counts."""
    _categories[f"PROTO-{name}"] = counts
    return Rule(f"PROTO-{name}", title, verdicts, bump, before, after, reason)


def _file(*fields: ProtoField, numbers: tuple[int, ...] = (), names: tuple[str, ...] = ()) -> ProtoFile:
    reserved = tuple((number, number) for number in numbers)
    return ProtoFile(messages=(ProtoMessage("Order", fields, reserved, names),))


def _enum(*values: tuple[str, int], numbers: tuple[int, ...] = (), names: tuple[str, ...] = ()) -> ProtoFile:
    return ProtoFile(enums=(ProtoEnum("Status", values, tuple((number, number) for number in numbers), names),))


_ID = ProtoField("order_id", 1, "string")
_TOTAL = ProtoField("total", 2, "int32")
_NEW, _PAID = ("NEW", 0), ("PAID", 1)
_ONE, _BOTH = _file(_ID), _file(_ID, _TOTAL)

RULES: tuple[Rule, ...] = (
    _rule(
        "MESSAGE-ADDED",
        "Message or enum added",
        frozenset(),
        "YYYY",
        "minor",
        ProtoFile(),
        _ONE,
        "Nobody names it yet.",
    ),
    _rule(
        "MESSAGE-REMOVED",
        "Message or enum removed",
        _FILE,
        "nnnn",
        "major",
        _ONE,
        ProtoFile(),
        "Code that was generated for it no longer compiles; what is on the wire stays as it is.",
    ),
    _rule(
        "FIELD-ADDED",
        "Field added",
        frozenset(),
        "YYYY",
        "minor",
        _ONE,
        _BOTH,
        "Readers of the previous file keep it as an unknown field; new ones read its zero value from old data.",
    ),
    _rule(
        "REQUIRED-FIELD-ADDED",
        "Required field added",
        _ALL,
        "nYYn",
        "major",
        _ONE,
        _file(_ID, ProtoField("total", 2, "int32", "required")),
        "A message without the field cannot be parsed, and every old one is.",
    ),
    _rule(
        "REQUIRED-FIELD-REMOVED",
        "Required field removed",
        _ALL,
        "Ynnn",
        "major",
        _file(_ID, ProtoField("total", 2, "int32", "required")),
        _file(_ID, numbers=(2,), names=("total",)),
        "Readers of the previous file cannot parse a message without it.",
    ),
    _rule(
        "FIELD-REMOVED",
        "Field removed, number or name not reserved",
        _ALL,
        "nnnn",
        "major",
        _BOTH,
        _ONE,
        "Somebody may use the number again for something else, and old data is then read as that: reserve both.",
    ),
    _rule(
        "FIELD-REMOVED-NAME-FREE",
        "Field removed, number reserved, name not",
        _JSON,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, numbers=(2,)),
        "Somebody may use the name again, and old JSON is then read as that: reserve it too.",
    ),
    _rule(
        "FIELD-REMOVED-RESERVED",
        "Field removed, number and name reserved",
        _FILE,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, numbers=(2,), names=("total",)),
        "The encodings stay readable; code that uses the field no longer compiles.",
    ),
    _rule(
        "FIELD-RENAMED",
        "Field renamed, its number kept",
        _JSON,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("sum", 2, "int32")),
        "The binary encoding has numbers only; JSON and generated code have the name.",
    ),
    _rule(
        "FIELD-RENUMBERED",
        "Number of a field changed",
        _ALL,
        "nnYY",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 3, "int32")),
        "On the wire a field is its number: the value is lost in both directions.",
    ),
    _rule(
        "JSON-NAME-CHANGED",
        "Name in JSON changed",
        _JSON,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int32", json_name="sum")),
        "JSON that was written with the other name is not understood.",
    ),
    _rule(
        "TYPE-WIDENED",
        "Type changed to a wider one of the same encoding",
        _WIRE,
        "Y?nn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int64")),
        "The encoding is read, but a number that does not fit is cut off without an error.",
    ),
    _rule(
        "TYPE-NARROWED",
        "Type changed to a narrower one of the same encoding",
        _WIRE,
        "?Ynn",
        "major",
        _file(_ID, ProtoField("total", 2, "int64")),
        _BOTH,
        "The encoding is read, but a number that does not fit is cut off without an error.",
    ),
    _rule(
        "TYPE-REINTERPRETED",
        "Type changed to another one of the same encoding",
        _ENCODED,
        "??nn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "uint32")),
        "The encoding is read, and values outside both ranges turn into others: -1 becomes 4294967295.",
    ),
    _rule(
        "TYPE-CHANGED",
        "Type changed to one of another encoding",
        _ALL,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "string")),
        "Bytes of the one type cannot be read as the other.",
    ),
    _rule(
        "CARDINALITY-CHANGED",
        "Field made repeated, or single",
        _ALL,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int32", "repeated")),
        "Numbers are packed when repeated, and of several texts a single field keeps the last.",
    ),
    _rule(
        "PRESENCE-CHANGED",
        "optional put on or taken off",
        _FILE,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int32", "optional")),
        "The encodings stay; generated code can, or can no longer, tell zero from absent.",
    ),
    _rule(
        "REQUIRED-ADDED",
        "Field made required",
        _ALL,
        "nYnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int32", "required")),
        "A message without the field cannot be parsed any more.",
    ),
    _rule(
        "REQUIRED-REMOVED",
        "Field no longer required",
        _ALL,
        "Ynnn",
        "major",
        _file(_ID, ProtoField("total", 2, "int32", "required")),
        _BOTH,
        "Readers of the previous file cannot parse a message without it.",
    ),
    _rule(
        "ONEOF-CHANGED",
        "Field moved into a oneof, out of it, or to another",
        _ALL,
        "nnnn",
        "major",
        _BOTH,
        _file(_ID, ProtoField("total", 2, "int32", oneof="amount")),
        "Of the fields of a oneof only the last one written is kept.",
    ),
    _rule(
        "DEFAULT-CHANGED",
        "Default changed",
        _ALL,
        "nnnn",
        "major",
        _file(_ID, ProtoField("total", 2, "int32", default="1")),
        _file(_ID, ProtoField("total", 2, "int32", default="2")),
        "A default is not written: the same bytes are read as another value.",
    ),
    _rule(
        "ENUM-VALUE-ADDED",
        "Value added to an enum",
        frozenset(),
        "YYnY",
        "major",
        _enum(_NEW),
        _enum(_NEW, _PAID),
        "Readers of the previous file see a number that has no name, and code that lists all values misses one.",
    ),
    _rule(
        "ENUM-VALUE-REMOVED",
        "Value removed from an enum, number or name not reserved",
        _ALL,
        "nnnn",
        "major",
        _enum(_NEW, _PAID),
        _enum(_NEW),
        "Somebody may use the number again for another meaning: reserve number and name.",
    ),
    _rule(
        "ENUM-VALUE-REMOVED-NAME-FREE",
        "Value removed from an enum, number reserved, name not",
        _JSON,
        "nnnn",
        "major",
        _enum(_NEW, _PAID),
        _enum(_NEW, numbers=(1,)),
        "JSON has the name: reserve it too.",
    ),
    _rule(
        "ENUM-VALUE-REMOVED-RESERVED",
        "Value removed from an enum, number and name reserved",
        _FILE,
        "nnnn",
        "major",
        _enum(_NEW, _PAID),
        _enum(_NEW, numbers=(1,), names=("PAID",)),
        "Code that names the value no longer compiles.",
    ),
    _rule(
        "ENUM-VALUE-RENAMED",
        "Value of an enum renamed",
        _JSON,
        "nnnn",
        "major",
        _enum(_NEW, _PAID),
        _enum(_NEW, ("SETTLED", 1)),
        "The binary encoding has the number; JSON and generated code have the name.",
    ),
    _rule(
        "RESERVED-REMOVED",
        "Reservation taken back",
        _ALL,
        "nnYY",
        "major",
        _file(_ID, numbers=(2,)),
        _ONE,
        "What was removed may come back with another meaning, and old data is read as that.",
    ),
    _rule(
        "PACKAGE-CHANGED",
        "Package changed",
        _FILE,
        "nnnn",
        "major",
        ProtoFile("shop.v1"),
        ProtoFile("shop.v2"),
        "Every generated name changes; the encodings do not name the package, but for Any and gRPC.",
    ),
    _rule(
        "SYNTAX-CHANGED",
        "Syntax or edition changed",
        _FILE,
        "nnnn",
        "major",
        ProtoFile(syntax="proto2"),
        ProtoFile(syntax="proto3"),
        "Presence, defaults and unknown values of enums follow other rules in generated code.",
    ),
)
BY_NAME: Mapping[str, Rule] = {rule.id.removeprefix("PROTO-"): rule for rule in RULES}
"""The rules by their id without the format."""
