"""Markdown: authors' text only inside fences that it cannot close, within the cap, and what is cut is counted."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.lines import visible
from plangate.reports.markdown import LONGEST, report_markdown

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]

OURS = re.compile(
    r"|## Plangate: (passed|failed)|Examined [\w ,;-]+\.|\|[\w |:-]+\||### [a-z0-9-]+: \d+ findings?"
    r"|### References: \d+ findings?"
    r"|### A folder whose name is no plan id: \d+ findings?|\d+ of \d+ findings? are shown; \d+ did not fit\."
)


def parted(text: str) -> tuple[list[str], list[str]]:
    """Part the lines into those outside and inside of fences, by the rule of CommonMark."""
    outside, inside, fence = [], [], ""
    for row in text.split("\n"):
        if fence:
            closes = re.fullmatch(r" {0,3}(`{3,})\s*", row)
            if closes and len(closes[1]) >= len(fence):
                fence = ""
            else:
                inside.append(row)
        elif opens := re.fullmatch(r"(`{3,})text", row):
            fence = opens[1]
        else:
            outside.append(row)
    assert not fence
    return outside, inside


def test_a_finding(make: Make, finding: Finding) -> None:
    text = report_markdown(make(finding), failed=True)
    outside, inside = parted(text)
    assert outside[0] == "## Plangate: failed"
    assert "### orders-mart: 1 finding" in outside
    assert inside == [
        f"error (blocks) BCK003 plans/orders-mart/09-cutover.yml:12:5  {finding.message}",
        "  hint: Raise `parallel` or the window",
    ]


@pytest.mark.parametrize("name", ["error", "warning", "info", "waived", "baselined", "undetermined", "not applicable"])
def test_every_count_has_its_column(make: Make, name: str) -> None:
    assert f"| {name} |" in report_markdown(make(), failed=False)


@pytest.mark.parametrize("length", [10, 500, 70_000])
def test_the_cap_holds_and_the_cut_is_counted(make: Make, finding: Finding, length: int) -> None:
    many = [replace(finding, line=number, message="x" * length, hint="`" * 20) for number in range(1, 2500)]
    text = report_markdown(make(*many), failed=True)
    assert len(text) <= LONGEST
    parted(text)
    shown = text.count("error (blocks) BCK003")
    assert f"{shown} of 2499 findings are shown; {2499 - shown} did not fit." in text


def test_another_plan_is_shown_where_one_does_not_fit(make: Make, finding: Finding) -> None:
    large = replace(finding, plan="a-large-one", message="x" * 70_000)
    text = report_markdown(make(large, finding), failed=True)
    assert "### orders-mart: 1 finding" in text
    assert "1 of 2 findings are shown; 1 did not fit." in text


@settings(max_examples=100, deadline=None)
@given(FINDINGS)
def test_nothing_of_an_author_stands_outside_of_a_fence(found: list[Finding]) -> None:
    holds(found)


def holds(found: list[Finding]) -> None:
    text = report_markdown(report(*found, notes=tuple(finding.message for finding in found)), failed=True)
    outside, inside = parted(text)
    assert all(OURS.fullmatch(row) for row in outside)
    for finding in found:
        assert any(row.endswith(f":{finding.column}  {visible(finding.message)}".rstrip()) for row in inside)
    assert not any(
        row.startswith((" ", "`")) and "hint" not in row and "so also" not in row and "follows" not in row
        for row in inside
    )


def test_thousands_of_hostile_texts() -> None:
    found = many()
    for first in range(0, len(found), 40):
        holds(found[first : first + 40])
