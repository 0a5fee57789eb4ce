"""Annotations: a command for each finding that is annotated, and none that an author forged."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.github import report_github
from plangate.reports.lines import visible

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]

COMMAND = re.compile(r"::(error|warning) file=([^:,]*),line=(\d+),col=(\d+),title=([^:,]*)::(.*)")


def commands(text: str) -> list[tuple[str, ...]]:
    """The commands as the runner reads them: properties and message with their escapes undone."""
    found = [COMMAND.fullmatch(row) for row in text.splitlines()]
    return [tuple(undone(part) for part in match.groups()) for match in found if match]


def undone(text: str) -> str:
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def test_a_finding(make: Make, finding: Finding) -> None:
    text = report_github(make(finding), failed=True)
    assert commands(text) == [
        (
            "error",
            "plans/orders-mart/09-cutover.yml",
            "12",
            "5",
            "BCK003 Every backfill ends in its time, with room to spare",
            "Backfill orders_history needs 76.7 h, its window is 24 h. Raise `parallel` or the window",
        )
    ]
    assert text.endswith("plangate: failed\n")


def test_ten_of_each_and_the_rest_is_counted(make: Make, finding: Finding) -> None:
    errors = [replace(finding, line=number) for number in range(1, 38)]
    warnings = [replace(finding, line=number, severity="warning", blocking=False) for number in range(1, 13)]
    text = report_github(make(*errors, *warnings), failed=True)
    kinds = [kind for kind, *_ in commands(text)]
    assert kinds == ["error"] * 10 + ["warning"] * 10
    assert "plangate: 10 of 37 errors and 10 of 12 warnings annotated" in text


def test_causes_come_before_what_follows_from_them(make: Make, finding: Finding) -> None:
    followers = [replace(finding, rule="CUT009", cause="BCK003", line=number) for number in range(1, 12)]
    found = commands(report_github(make(*followers, finding), failed=True))
    assert found[0][2] == "12"
    assert len(found) == 10


@pytest.mark.parametrize("verdict", ["waived", "baselined", "undetermined"])
def test_what_does_not_fail_is_counted_and_not_annotated(make: Make, finding: Finding, verdict: str) -> None:
    text = report_github(make(replace(finding, verdict=verdict, blocking=False)), failed=False)
    assert commands(text) == []
    assert f"1 {verdict}" in text
    assert text.endswith("plangate: passed\n")


@settings(max_examples=100, deadline=None)
@given(FINDINGS)
def test_no_command_but_ours(found: list[Finding]) -> None:
    holds(found)


def test_thousands_of_hostile_texts() -> None:
    found = many()
    for first in range(0, len(found), 12):
        holds(found[first : first + 12])


def holds(found: list[Finding]) -> None:
    text = report_github(report(*found, notes=tuple(finding.message for finding in found)), failed=True)
    rows = text.split("\n")
    assert rows == [*text.splitlines(), ""]
    expected = [finding for finding in found if finding.verdict == "fail" and finding.severity != "info"]
    told = [row for row in rows if row.lstrip().startswith("::")]
    assert len(told) == len(expected)
    assert sorted((*row[1:4], row[5].split(".")[0]) for row in commands(text)) == sorted(
        (visible(finding.file), str(finding.line), str(finding.column), said(finding).split(".")[0])
        for finding in expected
    )
    assert all(row == "" or row.startswith(("::error file=", "::warning file=", "plangate: ")) for row in rows)
    assert "##[" not in text


def said(finding: Finding) -> str:
    return visible(f"{finding.message}. {finding.hint}" if finding.hint else finding.message)
