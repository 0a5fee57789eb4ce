"""What was noted at a rehearsal: times with and without offset, and every wrong row told with its line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.agendas import told

from plangate.exchange.rehearsal_csv import Notes, notes
from plangate.exchange.runbook.csv import csv
from plangate.model.cutover import Cutover

GATE = Cutover.model_validate(
    {
        "cutover": {"steps": [{"id": "s01"}, {"id": "s02", "after": ["s01"]}, {"id": "s03", "after": ["s01"]}]},
        "rollback": {"steps": [{"id": "r01"}]},
    }
)


def read(*lines: str, head: str = "step,start,end", zone: str = "Europe/Berlin") -> Notes:
    return notes("\n".join((head, *lines)).encode(), GATE, zone)


def said(found: Notes) -> list[tuple[int, str, str]]:
    return [(entry.line, entry.severity, entry.message) for entry in found.told]


WHOLE = ("s01,2026-11-14 21:00,2026-11-14 21:16", "s02,2026-11-14 21:16,2026-11-14 21:40",
         "s03,2026-11-14 21:16,2026-11-14 21:20:30")  # fmt: skip


def test_times_of_the_plans_zone_and_times_with_an_offset_are_the_same() -> None:
    found = read(*WHOLE)
    other = read(
        "s01,2026-11-14T20:00:00Z,2026-11-14T21:16:00+01:00",
        "s02,2026-11-14 20:16Z,2026-11-15T05:40:00+0900",
        "s03,2026-11-14T20:16+00:00,2026-11-14T20:20:30Z",
    )
    assert (said(found), said(other)) == ([], [])
    assert found.seconds() == other.seconds() == {"s01": 960, "s02": 1440, "s03": 270}
    assert found.begin == other.begin
    assert (found.end - found.begin).total_seconds() == 2400


def test_columns_in_any_order_blank_lines_and_a_byte_order_mark() -> None:
    text = "\ufeffEnd, Step ,START,note\r\n\r\n2026-11-14 21:16,s01,2026-11-14 21:00,ok\r\n,,,\r\n"
    found = notes(text.encode(), GATE, "UTC")
    assert found.seconds() == {"s01": 960}
    assert said(found) == [(1, "note", "columns that are not read: note"), (1, "warning", "does not hold s02, s03")]


def test_a_step_that_was_resumed_is_added_up() -> None:
    found = read(*WHOLE, "s01,2026-11-14 22:00,2026-11-14 22:04")
    assert found.seconds()["s01"] == 960 + 240
    assert [(line, kind) for line, kind, _ in said(found)] == [(3, "warning"), (4, "warning")]


def test_steps_of_the_rollback_may_be_noted_and_may_be_missing() -> None:
    assert said(read(*WHOLE, "r01,2026-11-14 23:00,2026-11-14 23:10")) == []


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("s9,2026-11-14 21:00,2026-11-14 21:16", "step 's9' is not in the plan"),
        ("S01,2026-11-14 21:00,2026-11-14 21:16", "did you mean s01?"),
        (",2026-11-14 21:00,2026-11-14 21:16", "step '' is not in the plan"),
        ("s01,2026-11-14 21:16,2026-11-14 21:00", "step s01 ends 16 min before it starts"),
        ("s01,2026-11-14 21:00,", "step s01: end is missing"),
        ("s01,2026-11-14 21:00", "step s01: end is missing"),
        ("s01,21:00,21:16", "step s01: start `21:00` is not a time"),
        ("s01,2026-11-14,2026-11-15", "is not a time"),
        ("s01,2026-02-30 21:00,2026-11-14 21:16", "not a time of the calendar"),
        ("s01,2026-11-14 24:00,2026-11-15 00:10", "not a time of the calendar"),
        ("s01,2026-03-29 02:30,2026-03-29 03:30", "no single moment in Europe/Berlin"),
        ("s01,2026-10-25 02:30,2026-10-25 03:30", "no single moment in Europe/Berlin"),
        ("s01,2026-11-14 21:00,2027-11-14 21:16", "takes 365 days"),
        ("s01,0001-01-01 00:00,0001-01-01 00:10", "not a time of the calendar"),
        ("=cmd|' /C calc'!A0,2026-11-14 21:00,2026-11-14 21:16", "is not in the plan"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(row: str, message: str) -> None:
    found = read(*WHOLE, row)
    assert found.wrong
    assert [line for line, kind, _ in said(found) if kind == "error"] == [5]
    assert message in next(text for _, kind, text in said(found) if kind == "error")


def test_a_step_whose_times_are_wrong_is_not_told_as_missing() -> None:
    found = read("s01,2026-11-14 21:16,2026-11-14 21:00", *WHOLE[1:2])
    assert [text for _, kind, text in said(found) if kind == "warning"] == ["does not hold s03"]


def test_stretches_of_one_step_may_not_overlap() -> None:
    found = read(*WHOLE, "s01,2026-11-14 21:10,2026-11-14 21:12")
    assert said(found)[-1] == (5, "error", "step s01 is worked on twice at one time: line 2 overlaps")


def test_a_step_that_began_too_early_is_worth_a_word() -> None:
    found = read(WHOLE[0], "s02,2026-11-14 21:15,2026-11-14 21:40", WHOLE[2])
    assert not found.wrong
    assert said(found) == [(3, "warning", "step s02 began 1 min before s01, which it waits for, was over")]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"step,start\ns01,2026-11-14 21:00\n", "has no column end"),
        (b"step;start;end\n", "has no column step"),
        (b"step,start,end\n", "holds no step"),
        (b"step,start,end\ns01,,\n", "holds no step"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b'step,start,end\n"s01,2026-11-14 21:00', "is no CSV"),
        (b"step,start,end\n" + b"x" * 200_000, "is no CSV"),
    ],
)
def test_a_file_that_is_no_such_table(data: bytes, message: str) -> None:
    found = notes(data, GATE, "UTC")
    assert found.wrong
    assert message in found.told[0].message


def test_lines_are_counted_over_cells_with_line_breaks() -> None:
    found = read('s01,"2026-11-14\n21:00",2026-11-14 21:16', "s9,a,b")
    assert [line for line, kind, _ in said(found) if kind == "error"] == [2, 4]


def test_the_exported_table_reads_back_as_a_rehearsal_that_went_as_planned() -> None:
    agenda = told()
    found = notes(csv(agenda).encode(), agenda.gate, agenda.zone)
    assert not found.wrong
    assert found.seconds() == {
        entry.step.id: entry.scheduled.early_finish - entry.scheduled.early_start for entry in agenda.entries
    }


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=80), st.text(alphabet='s01,"\n\r2026-: TZ+=\x00é', max_size=80).map(str.encode)))
def test_whatever_stands_in_the_file_is_told_and_never_raised(data: bytes) -> None:
    for text in (data, b"step,start,end\n" + data):
        found = notes(text, GATE, "Europe/Berlin")
        assert found.runs or found.wrong
