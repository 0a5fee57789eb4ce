"""Avro's schema resolution: what a reader cannot read, where, and why."""

import pytest

from plangate.analysis.compatibility.avro import can_read
from plangate.analysis.compatibility.avro_schema import parse

LIST = {"type": "record", "name": "Node", "fields": [{"name": "next", "type": ["null", "Node"]}]}


def record(*fields: object, name: str = "R") -> dict[str, object]:
    return {"type": "record", "name": name, "fields": list(fields)}


def diamond(depth: int, last: object) -> object:
    """A record that holds the next one twice, `depth` times over; the second time by name."""
    made = last
    for level in range(depth):
        made = record(
            {"name": "left", "type": made},
            {"name": "right", "type": f"D{level - 1}" if level else last},
            {"name": "up", "type": ["null", f"D{depth - 1}"]},
            name=f"D{level}",
        )
    return made


@pytest.mark.parametrize(
    ("reader", "writer", "reasons"),
    [
        ("long", "int", []),
        ("int", "long", [("type", "", "long cannot be read as int")]),
        ("double", "long", []),
        ("float", "double", [("type", "", "double cannot be read as float")]),
        ("bytes", "string", []),
        (["null", "long"], "int", []),
        ("int", ["null", "int"], [("type", "", "null cannot be read as int")]),
        (["null", "boolean"], "int", [("branch", "", "no branch of [null, boolean] reads int")]),
        (
            {"type": "array", "items": "int"},
            {"type": "array", "items": "long"},
            [("type", "[]", "long cannot be read as int")],
        ),
        (
            record(
                {"name": "lines", "type": {"type": "map", "values": record({"name": "q", "type": "int"}, name="L")}}
            ),
            record({"name": "lines", "type": {"type": "map", "values": record(name="L")}}),
            [("default", "lines{}.q", "q was not written and has no default")],
        ),
        (record({"name": "a", "type": "int", "default": 0}), record(), []),
        (record({"name": "a", "type": ["null", "int"], "default": None}), record(), []),
        (record({"name": "b", "type": "int", "aliases": ["a"]}), record({"name": "a", "type": "int"}), []),
        (
            {"type": "enum", "name": "E", "symbols": ["A"]},
            {"type": "enum", "name": "E", "symbols": ["C", "A", "B"]},
            [("symbols", "", "B, C is unknown to enum E, which has no default")],
        ),
        (
            {"type": "fixed", "name": "F", "size": 4},
            {"type": "fixed", "name": "G", "size": 2},
            [
                ("name", "", "fixed G is not F, which has no such alias"),
                ("size", "", "2 bytes cannot be read as 4"),
            ],
        ),
        (
            ["null", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}],
            ["null", {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 3}],
            [("decimal", "", "decimal(9,3) and decimal(9,2) differ in precision or scale")],
        ),
        ({"type": "long", "logicalType": "timestamp-millis"}, "long", []),
        ({"type": "int", "logicalType": "decimal", "precision": 9}, {"type": "int", "logicalType": "date"}, []),
        (LIST, LIST, []),
        (diamond(40, "long"), diamond(40, "int"), []),
    ],
)
def test_what_cannot_be_read(reader: object, writer: object, reasons: list[tuple[str, str, str]]) -> None:
    found = can_read(parse(reader), parse(writer))
    assert [(reason.kind, reason.path, reason.says) for reason in found] == reasons


def test_what_leans_on_a_pair_that_is_refused_later_is_refused() -> None:
    """A is tried first and refused for `bad`; B has the same `x`, which may hold an A again."""

    def holder(name: str, inner: object, *more: object) -> dict[str, object]:
        return {**record({"name": "x", "type": inner}, *more, name=name), "aliases": ["W"]}

    inner = record({"name": "back", "type": ["null", "A"]}, name="Q")
    reader = ["null", holder("A", inner, {"name": "bad", "type": "string"}), holder("B", "Q")]
    written = record({"name": "back", "type": ["null", "W"]}, name="Q")
    writer = ["null", record({"name": "x", "type": written}, {"name": "bad", "type": "int"}, name="W")]
    assert [reason.kind for reason in can_read(parse(reader), parse(writer))] == ["branch"]


def test_a_fault_in_many_places_is_told_without_end() -> None:
    assert 0 < len(can_read(parse(diamond(40, "int")), parse(diamond(40, "long")))) < 200


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("number", "`number` is used before it is defined"),
        ({"name": "x"}, "is no Avro schema"),
        (7, "7 is no Avro schema"),
        (["int", "int"], "holds `int` twice"),
        ([["int"]], "directly in a union"),
        ({"type": "record", "name": "1x", "fields": []}, "no digit first"),
        ({"type": "record", "name": "R"}, "record `R` has no list of fields"),
        (record({"name": "a"}), "lacks its name or type"),
        (record({"name": "a", "type": "int"}, {"name": "a", "type": "int"}), "has the field `a` twice"),
        ({"type": "enum", "name": "E", "symbols": ["A"], "default": "B"}, "none of its symbols"),
        ({"type": "fixed", "name": "F", "size": "4"}, "write a number of bytes"),
        (
            record({"name": "a", "type": record(name="X")}, {"name": "b", "type": record(name="X")}),
            "`X` is defined twice",
        ),
    ],
)
def test_what_is_no_schema_is_said(raw: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse(raw)
