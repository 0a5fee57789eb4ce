"""`plangate import rehearsal`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]

CUTOVER = "plans/first-plan/09-cutover.yml"
ROWS = """step,start,end
s01,2027-01-05 09:00,2027-01-05 09:48
c01,2027-01-05 09:48,2027-01-05 09:58
s02,2027-01-05 09:58,2027-01-05 10:10:30
"""


def run(cli: Cli, portal: Path, rows: str, *args: str) -> Any:
    (portal / "notes.csv").write_text(rows)
    return cli("import", "rehearsal", "first-plan", "notes.csv", *args)


def test_it_is_written_and_shown(cli: Cli, portal: Path) -> None:
    before = (portal / CUTOVER).read_text()
    done = run(cli, portal, ROWS, "--environment", "staging", "--result", "passed", "--deviations", "none: really")
    assert (done.status, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "- rehearsal of 2027-01-05, staging:"
    assert "s01: 48 min" in lines[1]
    assert "by measured times, planned" in done.out
    assert lines[-1].startswith(f"written to {CUTOVER}:")
    after = (portal / CUTOVER).read_text()
    added = "".join(line for line in after.splitlines(keepends=True) if line not in before)
    assert "measured: {s01: 48 min, c01: 10 min, s02: 12.5 min}" in added
    shown = json.loads(cli("show", "first-plan", "cutover", "--format", "json").out)["cutover"]["rehearsals"][-1]
    assert (shown["date"], shown["environment"], shown["result"]) == ("2027-01-05", "staging", "passed")
    assert [step["took"]["value"] for step in shown["steps"]] == [2880, 600, 750]
    assert "rehearsal of 2027-01-05, staging: critical path" in cli("show", "first-plan", "cutover").out
    assert cli("check").status == 0


def test_again_it_is_the_same(cli: Cli, portal: Path) -> None:
    run(cli, portal, ROWS)
    once = (portal / CUTOVER).read_bytes()
    run(cli, portal, ROWS)
    assert (portal / CUTOVER).read_bytes() == once


def test_line_endings_and_byte_order_mark_stay(cli: Cli, portal: Path) -> None:
    text = (portal / CUTOVER).read_bytes().replace(b"\n", b"\r\n")
    (portal / CUTOVER).write_bytes(b"\xef\xbb\xbf" + text)
    assert run(cli, portal, ROWS).status == 0
    after = (portal / CUTOVER).read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\n") == after.count(b"\r\n") > text.count(b"\n")


def test_a_dry_run_writes_nothing(cli: Cli, portal: Path) -> None:
    before = (portal / CUTOVER).read_bytes()
    done = run(cli, portal, ROWS, "--dry-run")
    assert done.status == 0
    assert "s01: 48 min" in done.out
    assert (portal / CUTOVER).read_bytes() == before


def test_wrong_rows_are_told_with_file_and_line_and_nothing_is_written(cli: Cli, portal: Path) -> None:
    before = (portal / CUTOVER).read_bytes()
    done = run(cli, portal, ROWS.replace("s02,", "s\x1b[31m02,"))
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines() == [
        "warning notes.csv:1: does not hold s02",
        r"error notes.csv:4: step 's\x1b[31m02' is not in the plan",
    ]
    assert (portal / CUTOVER).read_bytes() == before


def test_missing_steps_are_told_and_the_rest_is_written(cli: Cli, portal: Path) -> None:
    done = run(cli, portal, "".join(ROWS.splitlines(keepends=True)[:3]))
    assert done.status == 0
    assert done.err == "warning notes.csv:1: does not hold s02\n"
    assert "not measured: s02" in done.out


def test_what_cannot_be_added_to_is_left_alone(cli: Cli, portal: Path) -> None:
    text = (portal / CUTOVER).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("rehearsals:")]
    (portal / CUTOVER).write_text("\n".join([*lines, "rehearsals: [{date: 2027-01-04}]", ""]))
    before = (portal / CUTOVER).read_bytes()
    done = run(cli, portal, ROWS)
    assert done.status == 1
    assert "add this by hand" in done.err
    assert "|   - date: 2027-01-05" in done.out
    assert (portal / CUTOVER).read_bytes() == before


def test_a_plan_without_steps_cannot_be_rehearsed(cli: Cli, portal: Path) -> None:
    (portal / CUTOVER).unlink()
    done = run(cli, portal, ROWS)
    assert (done.status, done.out) == (1, "")
    assert "no cutover with steps" in done.err


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("first-plan",),
        ("first-plan", "nowhere.csv"),
        ("first-plan", "plans"),
        ("first-plam", "notes.csv"),
        ("first-plan", "notes.csv", "--result", "great"),
    ],
)
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...]) -> None:
    (portal / "notes.csv").write_text(ROWS)
    assert cli("import", "rehearsal", *args).status == 2


def test_a_file_that_is_too_large_is_refused(cli: Cli, portal: Path) -> None:
    done = run(cli, portal, ROWS + "\n" * 1_000_001)
    assert (done.status, done.out) == (2, "")
    assert "larger than" in done.err
