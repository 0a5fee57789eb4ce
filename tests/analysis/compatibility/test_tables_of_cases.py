"""The tables of cases in tests/data/compatibility: what is said of each change, beside what other tools say."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plangate.analysis.compatibility.avro_changes import compare_avro
from plangate.analysis.compatibility.change import Change, worst
from plangate.analysis.compatibility.json_changes import compare_json_schema
from plangate.analysis.compatibility.json_rules import rule_id
from plangate.analysis.compatibility.protobuf_changes import compare_protobuf
from plangate.analysis.compatibility.protobuf_rules import Category
from plangate.analysis.compatibility.table_changes import compare_tables
from plangate.model.protobuf import ProtoEnum, ProtoField, ProtoFile, ProtoMessage
from plangate.model.table import Field, Table, Type

from .test_avro_oracle import accepted

DATA = Path(__file__).parents[2] / "data" / "compatibility"
LETTERS = {"compatible": "Y", "breaking": "n", "undetermined": "?", "untested": "-"}
Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    loaded: list[Case] = yaml.safe_load((DATA / f"{name}.yml").read_text("utf-8"))
    return loaded


def verdicts(changes: tuple[Change, ...]) -> str:
    """Write the gravest verdict of each party: backward, forward, consumer, producer."""
    parties = ("backward", "forward", "consumer", "producer")
    return "".join(LETTERS[worst(getattr(change, party) for change in changes)] for party in parties)


def schema(raw: Any) -> dict[str, Any]:
    """Put the type of a field `a`, or a list of fields, into a record."""
    whole = isinstance(raw, list) and not any(isinstance(entry, str) for entry in raw)
    return {"type": "record", "name": "R", "fields": raw if whole else [{"name": "a", "type": raw}]}


@pytest.mark.parametrize("case", cases("avro"), ids=lambda case: f"{case['before']} to {case['after']}"[:80])
def test_avro(case: Case) -> None:
    before, after = schema(case["before"]), schema(case["after"])
    changes = compare_avro(before, after)
    assert sorted(change.rule_id.removeprefix("AVRO-") for change in changes) == case["rules"]
    assert verdicts(changes) == case["verdicts"]
    assert "path" not in case or [change.path for change in changes] == [case["path"]]
    measured = (accepted(after, before), accepted(before, after))
    assert "".join("Y" if taken else "n" for taken in measured) == case["measured"]


@pytest.mark.parametrize("case", cases("json_schema"), ids=lambda case: str(case["says"]))
@pytest.mark.parametrize("kind", ["strict", "lenient"])
def test_json_schema(case: Case, kind: str) -> None:
    changes = compare_json_schema(case["before"], case["after"], lenient=kind == "lenient")
    assert verdicts(changes)[:2] == case[kind]
    if kind == "strict":
        assert sorted(change.rule_id for change in changes) == [rule_id(name) for name in case["rules"]]


def proto(rows: list[str], values: list[str]) -> ProtoFile:
    fields, numbers, names = [], [], []
    for row in rows:
        if found := re.fullmatch(r"(?:(optional|required|repeated) )?(\w+) (\w+) = (\d+)", row):
            label: Any = found[1] or ""
            fields.append(ProtoField(found[3], int(found[4]), found[2], label))
        elif found := re.fullmatch(r"reserved (\d+)(?: to (\d+))?(?: (\w+))?", row):
            numbers.append((int(found[1]), int(found[2] or found[1])))
            names += [found[3]] if found[3] else []
    enums = (ProtoEnum("Status", tuple((name, place) for place, name in enumerate(values))),) if values else ()
    return ProtoFile(messages=(ProtoMessage("Order", tuple(fields), tuple(numbers), tuple(names)),), enums=enums)


@pytest.mark.parametrize("case", cases("protobuf"), ids=lambda case: str(case["says"]))
@pytest.mark.parametrize(("category", "suffix"), [("FILE", ""), ("WIRE_JSON", "_json"), ("WIRE", "_wire")])
def test_protobuf(case: Case, category: Category, suffix: str) -> None:
    before, after = (proto(case[side], case.get("enum", [])) for side in ("before", "after"))
    changes = compare_protobuf(before, after, category=category)
    assert verdicts(changes)[:2] == case[category]
    wanted: list[str] = case.get(f"rules{suffix}") or case["rules"]
    assert [change.rule_id for change in changes] == [f"PROTO-{name}" for name in wanted]


def column(raw: Case) -> Field:
    found = re.fullmatch(r"(\w+)(?:\(([\w,]+)\))?", raw["type"])
    assert found is not None
    kind: Any = found[1]
    sizes = [int(size) if size.isdecimal() else size for size in (found[2] or "").split(",") if size]
    names = {"string": ["length"], "decimal": ["precision", "scale"], "timestamp": ["zoned"]}.get(kind, ["bits"])
    what: Any = dict(zip(names, sizes, strict=False))
    if "zoned" in what:
        what["zoned"] = what["zoned"] == "zoned"
    rest: Any = {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items() if key != "type"}
    for key in ("min", "max"):
        if key in rest:
            rest[key] = str(rest[key])
    return Field("a", Type(kind, **what), **rest)


@pytest.mark.parametrize("case", cases("table"), ids=lambda case: str(case["says"]))
def test_tables(case: Case) -> None:
    before, after = (
        Table("t", (Field("id", Type("string")), *([column(case[side])] if case[side] else [])))
        for side in ("before", "after")
    )
    changes = compare_tables(before, after)
    assert [change.rule_id for change in changes] == [f"TBL-{name}" for name in case["rules"]]
    assert verdicts(changes) == case["verdicts"]


def test_where_we_judge_otherwise_than_another_tool_is_known() -> None:
    """Each difference has its sentence under Decisions in references/schema-evolution.md."""
    otherwise = {
        case["says"]
        for case in cases("table")
        if case.get("datacontract", case["verdicts"][2:]) != case["verdicts"][2:]
    }
    assert otherwise == {
        "optional column added",
        "more characters",
        "fewer characters",
        "more digits at the same scale",
        "public to restricted",
    }
