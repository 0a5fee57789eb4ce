"""Compatibility modes: their words, and how a new version fares against the last one or all that are live."""

from pathlib import Path
from typing import get_args

import pytest

from plangate.analysis.compatibility.change import Verdict, bump_needed, worst
from plangate.analysis.compatibility.compare import Schema, compare
from plangate.analysis.compatibility.judge import judge
from plangate.analysis.compatibility.modes import MODES
from plangate.model.contracts import Compatibility
from plangate.model.protobuf import ProtoFile
from plangate.model.table import Field, Table, Type


def version(number: int, *fields: dict[str, object]) -> Schema:
    return Schema("avro", {"type": "record", "name": "R", "fields": list(fields)}, str(number))


FIRST = version(1)
SECOND = version(2, {"name": "a", "type": "int", "default": 0})
THIRD = version(3, {"name": "a", "type": "int"})
"""1 and 2 read each other, and so do 2 and 3, while 3 cannot read 1."""


def test_every_mode_of_the_model_has_words() -> None:
    assert set(MODES) == set(get_args(Compatibility))


@pytest.mark.parametrize("name", sorted(MODES))
def test_the_words_say_who_reads_and_who_goes_first(name: Compatibility) -> None:
    mode = MODES[name]
    assert mode.transitive is name.endswith("_transitive")
    assert ("any live version" in mode.meaning) is mode.transitive
    first = {"consumers_first": "consumers", "producers_first": "producers", "any": "order"}[mode.order]
    assert first in mode.upgrade
    base = name.removesuffix("_transitive")
    assert mode.directions == {"none": (), "full": ("backward", "forward")}.get(base, (base,))


@pytest.mark.parametrize("name", ["backward", "forward", "full"])
def test_the_page_of_the_method_says_the_same(name: Compatibility) -> None:
    page = (Path(__file__).parents[3] / "references" / "schema-evolution.md").read_text("utf-8")
    row = next(row for row in page.splitlines() if row.startswith(f"| `{name}` | "))
    first = {"consumers_first": "Consumers", "producers_first": "Producers", "any": "Any order"}[MODES[name].order]
    assert row.endswith(f"| {first} |")
    assert name == "full" or MODES[name].meaning.rstrip(".") in row.replace("**", "")


@pytest.mark.parametrize(
    ("mode", "verdict", "looked_at"),
    [
        ("none", "untested", ["2"]),
        ("backward", "compatible", ["2"]),
        ("forward", "compatible", ["2"]),
        ("full", "compatible", ["2"]),
        ("backward_transitive", "breaking", ["1", "2"]),
        ("forward_transitive", "compatible", ["1", "2"]),
        ("full_transitive", "breaking", ["1", "2"]),
    ],
)
def test_neighbours_may_be_compatible_and_the_ends_not(mode: Compatibility, verdict: str, looked_at: list[str]) -> None:
    judged = judge(mode, THIRD, (FIRST, SECOND))
    assert judged.verdict == verdict
    assert [step.version for step in judged.steps] == looked_at
    assert judged.mode is MODES[mode]


@pytest.mark.parametrize(
    ("mode", "forwards", "backwards"),
    [
        ("backward", "compatible", "breaking"),
        ("forward", "breaking", "compatible"),
        ("full", "breaking", "breaking"),
    ],
)
def test_a_widening_is_read_one_way(mode: Compatibility, forwards: str, backwards: str) -> None:
    narrow, wide = version(1, {"name": "a", "type": "int"}), version(2, {"name": "a", "type": "long"})
    assert judge(mode, wide, (narrow,)).verdict == forwards
    assert judge(mode, narrow, (wide,)).verdict == backwards


def test_without_another_version_nothing_is_tested() -> None:
    judged = judge("backward", FIRST, ())
    assert (judged.verdict, judged.steps, judged.bump) == (Verdict.UNTESTED, (), "none")


def test_the_bump_is_about_the_last_version() -> None:
    assert judge("backward_transitive", THIRD, (FIRST, SECOND)).bump == "minor"
    assert judge("none", SECOND, (SECOND,)).bump == "none"


def test_what_cannot_be_told_is_major_until_somebody_looked() -> None:
    before = Table("t", (Field("a", Type("string"), pattern="x"),))
    after = Table("t", (Field("a", Type("string"), pattern="y"),))
    changes = compare(Schema("table", before), Schema("table", after))
    assert bump_needed(changes) == "major"
    assert judge("full", Schema("table", after), (Schema("table", before),)).verdict == "undetermined"


def test_renames_and_rule_books_are_taken_from_the_new_version() -> None:
    before, after = Table("t", (Field("a", Type("date")),)), Table("t", (Field("b", Type("date")),))
    hinted = Schema("table", after, renames={"a": "b"})
    assert [change.rule_id for change in compare(Schema("table", before), hinted)] == ["TBL-COLUMN-RENAMED"]
    opened = {"type": "object"}, {"type": "object", "properties": {"a": {"type": "string"}}}
    old = Schema("json_schema", opened[0])
    assert judge("backward", Schema("json_schema", opened[1]), (old,)).verdict == "breaking"
    assert judge("backward", Schema("json_schema", opened[1], lenient=True), (old,)).verdict == "compatible"
    moved = Schema("protobuf", ProtoFile("b"), category="WIRE")
    assert judge("full", moved, (Schema("protobuf", ProtoFile("a")),)).verdict == "compatible"


def test_formats_are_not_mixed() -> None:
    with pytest.raises(ValueError, match="format avro cannot be compared with one of format table"):
        compare(FIRST, Schema("table", Table("t", ())))


@pytest.mark.parametrize(
    ("verdicts", "gravest"),
    [
        ([], "compatible"),
        (["compatible", "untested"], "untested"),
        (["untested", "undetermined", "compatible"], "undetermined"),
        (["breaking", "undetermined"], "breaking"),
    ],
)
def test_the_gravest_verdict_counts(verdicts: list[str], gravest: str) -> None:
    assert worst(Verdict(verdict) for verdict in verdicts) == gravest
