"""The runbook as table, task list and data: times, ways back, and text that stays text."""

import csv as reader
import re
from io import StringIO

import jsonschema
import markdown as python_markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.agendas import told

from plangate.exchange.runbook import wording
from plangate.exchange.runbook.csv import COLUMNS, csv
from plangate.exchange.runbook.data import runbook_data, runbook_schema
from plangate.exchange.runbook.markdown import markdown

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "a\n- [x] forged\n# forged",
    "`a` ``b``",
    "**a** _b_ ~~c~~ | d",
    "\u202eevil",
]


def rows(text: str) -> list[dict[str, str]]:
    head, *found = reader.reader(StringIO(text, newline=""), strict=True)
    assert tuple(head) == COLUMNS
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


def test_a_row_a_step_in_the_order_of_time() -> None:
    found = rows(csv(told()))
    assert [row["step"] for row in found] == ["s01", "c01", "s02", "s03"]
    first, decision, switch, last = found
    assert (first["start"], first["end"]) == ("2027-03-27T23:00:00+01:00", "2027-03-28T01:30:00+01:00")
    assert (first["expected_s"], first["max_s"], first["slack_s"], first["critical"]) == ("9000", "10800", "0", "yes")
    assert (first["way_back"], first["way_back_s"]) == ("r01, in at most 20 min", "1200")
    assert decision["way_back_s"] == "1200"
    assert (switch["offset"], switch["downtime"], switch["point_of_no_return"]) == ("T+2:30", "yes", "yes")
    assert switch["way_back"] == "roll forward: Word"
    assert last["after"] == "s01"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    for row in rows(csv(told(text))):
        assert not [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_task_list() -> None:
    lines = markdown(told()).splitlines()
    assert lines[0] == "# Cutover runbook: Word"
    assert "Times are those of Europe/Berlin; T is 2027-03-27 23:00." in lines
    tasks = [line for line in lines if line.startswith("- [ ]")]
    assert tasks[:3] == [
        "- [ ] 23:00 (T+0:00) `s01` **Word**: owner `data_team`, backup `dba`, 2 h 30 min (at most 3 h), critical",
        "- [ ] 01:30 +1 (T+2:30) ◆ go / no-go `c01`: decided by `lead`, 0 min",
        "- [ ] 01:30 +1 (T+2:30) `s02` **Word**: owner `data_team`, backup `dba`, 1 min 30 s, downtime",
    ]
    turn = lines.index("**▲ Point of no return, 01:31:30 +1 (T+2:31:30)**: Word")
    assert lines.index(tasks[2]) < turn < lines.index(tasks[3])
    assert "  - If it goes wrong: r01, in at most 20 min" in lines
    assert "- [ ] `r01` **Word**: owner `data_team`, backup `dba`, at most 20 min, undoes `s01`, `s03`" in lines
    assert "- [ ] 2027-03-13 23:00 (T-336:00) `finance` by `Word`, owner `lead`: Word" in lines


@pytest.mark.parametrize("text", HOSTILE)
def test_the_task_list_holds_no_markup_of_an_author(text: str) -> None:
    written = markdown(told(text))
    plain = markdown(told())
    assert len(re.findall(r"^\s*- \[ \]", written, re.MULTILINE)) == len(
        re.findall(r"^\s*- \[ \]", plain, re.MULTILINE)
    )
    assert len(written.splitlines()) == len(plain.splitlines())
    tags = re.findall(r"<[a-z0-9]+", python_markdown.markdown(written))
    assert set(tags) <= {"<h1", "<h2", "<p", "<ul", "<li", "<strong", "<code"}


@settings(deadline=None)
@given(st.text(max_size=40))
def test_the_data_keep_to_their_schema(text: str) -> None:
    jsonschema.validate(runbook_data(told(text)), runbook_schema(), jsonschema.Draft202012Validator)


def test_the_data() -> None:
    data = runbook_data(told())
    assert data["window"] == {"start": "2027-03-27T22:00:00+00:00", "end": "2027-03-28T08:00:00+00:00"}
    assert (data["expected"], data["most"], data["buffer"], data["downtime"]) == (9600, 11400, 26400, 90)
    assert data["critical_path"] == ["s01", "s03"]
    assert data["first_decision"] == {"step": "c01", "at": "2027-03-28T00:30:00+00:00"}
    assert data["last_safe_decision"] == {"step": "c01", "at": "2027-03-28T00:30:00+00:00"}
    assert data["rollback_by"] == "2027-03-28T00:30:00+00:00"
    assert data["point_of_no_return"] == {"after": "s02", "at": "2027-03-28T00:31:30+00:00", "why": "Word"}
    first = data["steps"][0]
    assert first["restore"] == {"steps": ["r01"], "expected": 1200, "most": 1200, "left": 27000, "in_time": True}
    assert [step["restore"] is None for step in data["steps"]] == [False, False, True, True]
    assert data["overlaps"] == [{"owner": "data_team", "steps": ["s02", "s03"], "start": 9000, "end": 9090}]
    assert [word["message"] for word in data["comms"]] == ["Word", "Again"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 min"), (45, "45 s"), (90, "1 min 30 s"), (5400, "1 h 30 min"), (360000, "100 h")]
)
def test_durations_keep_their_seconds(seconds: int, text: str) -> None:
    assert wording.duration_text(seconds) == text
