"""Two versions of a table: columns that moved, keys, and fields within fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.compatibility.table_changes import compare_tables
from plangate.analysis.compatibility.type_step import type_step
from plangate.model.table import Field, Table, Type

TEXT = Type("string")
BACK = {"same": "same", "wider": "narrower", "narrower": "wider", "longer": "shorter", "shorter": "longer"}
TYPES = st.one_of(
    st.builds(Type, st.sampled_from(["integer", "float"]), bits=st.sampled_from([None, 32, 64])),
    st.builds(Type, st.just("decimal"), precision=st.sampled_from([9, 12, 30]), scale=st.sampled_from([0, 2])),
    st.builds(Type, st.sampled_from(["string", "bytes"]), length=st.sampled_from([None, 5, 9])),
    st.builds(Type, st.just("timestamp"), zoned=st.sampled_from([None, True, False]), fraction=st.sampled_from([3, 6])),
    st.builds(Type, st.sampled_from(["date", "uuid", "boolean", "unknown"])),
)


def table(*names: str, key: tuple[str, ...] = (), partition: tuple[str, ...] = ()) -> Table:
    return Table("orders", tuple(Field(name, TEXT) for name in names), key, partition)


def told(before: Table, after: Table, **renames: str) -> list[str]:
    return [f"{change.rule_id.removeprefix('TBL-')} {change.path}" for change in compare_tables(before, after, renames)]


@pytest.mark.parametrize(
    ("before", "after", "renames", "expected"),
    [
        (table("a", "b"), table("b", "a"), {}, ["ORDER-CHANGED columns"]),
        (table("a", "b"), table("x", "a", "b"), {}, ["COLUMN-ADDED columns.x"]),
        (table("a", "b"), table("b"), {}, ["COLUMN-REMOVED columns.a"]),
        (table("a", "b"), table("x", "b"), {"a": "x"}, ["COLUMN-RENAMED columns.x"]),
        (table("a"), table("x"), {}, ["COLUMN-ADDED columns.x", "COLUMN-REMOVED columns.a"]),
        (table("a", "b"), table("a", "b"), {"a": "b"}, []),
        (table("a"), table("a", "x"), {"a": "x"}, ["COLUMN-ADDED columns.x"]),
        (table("a", key=("a",)), table("x", key=("x",)), {"a": "x"}, ["COLUMN-RENAMED columns.x"]),
        (table("a", "b", key=("a", "b")), table("a", "b", key=("b", "a")), {}, []),
        (table("a", "b", key=("a",)), table("a", "b", key=("a", "b")), {}, ["KEY-CHANGED primary_key"]),
        (table("a", partition=("a",)), table("a"), {}, ["PARTITION-CHANGED partition_by"]),
        (
            table("a", "b", partition=("a", "b")),
            table("a", "b", partition=("b", "a")),
            {},
            ["PARTITION-CHANGED partition_by"],
        ),
    ],
)
def test_columns_and_keys(before: Table, after: Table, renames: dict[str, str], expected: list[str]) -> None:
    assert told(before, after, **renames) == expected


def test_an_alias_says_what_a_column_was() -> None:
    after = Table("orders", (Field("x", Type("integer", bits=64), aliases=("a",)),), ("x",))
    before = Table("orders", (Field("a", Type("integer", bits=32)),), ("a",))
    assert told(before, after) == ["COLUMN-RENAMED-ALIAS columns.x", "TYPE-WIDENED columns.x.type"]


def test_an_alias_to_a_column_that_is_still_there_says_nothing() -> None:
    after = Table("orders", (Field("a", TEXT), Field("x", TEXT, aliases=("a",))))
    assert told(table("a"), after) == ["COLUMN-ADDED columns.x"]


def test_fields_within_fields() -> None:
    def nested(*fields: Field) -> Table:
        return Table("orders", (Field("lines", Type("array", items=Type("record", fields=fields))),))

    assert told(nested(Field("q", Type("integer", bits=32))), nested(Field("q", Type("integer", bits=64)))) == [
        "TYPE-WIDENED columns.lines[].q.type"
    ]
    assert told(nested(), nested(Field("q", TEXT, nullable=False))) == ["REQUIRED-COLUMN-ADDED columns.lines[].q"]


@given(TYPES, TYPES)
def test_a_step_between_types_is_turned_round_on_the_way_back(old: Type, new: Type) -> None:
    there, back = type_step(old, new), type_step(new, old)
    assert back == BACK.get(there, there)
    assert (there == "same") is (old == new and (old.kind != "unknown" or old.written == new.written))


@given(TYPES)
def test_what_the_author_wrote_changes_nothing(found: Type) -> None:
    one = Field("a", found)
    assert compare_tables(Table("t", (one,)), Table("t", (one,))) == ()
