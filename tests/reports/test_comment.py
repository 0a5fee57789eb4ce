"""The comment of a pull request: nothing of an author outside of fences and code, within the cap, the cut counted."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from plangate.analysis.changes.difference import Difference
from plangate.analysis.changes.plan import Affected, PlanChange
from plangate.checks.finding import Finding
from plangate.checks.rule import Edit
from plangate.model.problem import Problem
from plangate.reports.comment import MARKER, report_comment
from plangate.reports.difference import DifferenceReport, GateMove, PlanDifference
from plangate.reports.markdown import LONGEST
from plangate.reports.status import Action
from tests.checks.signing import judged, plans

from .hostile import FINDINGS, TEXTS
from .reporting import report
from .test_markdown import parted

CODE = r"<code>(?:[0-9A-Za-z\u0080-\U0010ffff ]|&#\d+;)*</code>"
SAFE = re.compile(rf"(?:[\w .,:;()|*#-]|→|{CODE})*")


def made(text: str, *findings: Finding, number: int = 1) -> DifferenceReport:
    """A difference of one plan in which every text is an author's."""
    told = tuple(
        Difference("capacity", f"{text}[{place}]", text, f"{text}!", "breaking", text) for place in range(number)
    )
    reached = (Affected(text, text, text, date(2026, 12, 5), (text,)),)
    change = PlanChange(text, text, "changed", told, (text,), (), {text: "new"}, {(text, text): "new"}, reached)
    acting = (Action("approve", ("capacity",), text, (text,)),)
    moves = (GateMove("capacity", "approved", "stale", None),)
    plan = PlanDifference(change, "approved", "stale", moves, (), acting, findings, 1, ("capacity",))
    return DifferenceReport(text, text, report(), report(*findings), (plan,), frozenset(), (text,))


def held(text: str) -> None:
    rows = text.split("\n")
    assert rows[0] == MARKER
    outside, _ = parted(text)
    assert [row for row in outside[1:] if not SAFE.fullmatch(row)] == []


@settings(max_examples=150, deadline=None)
@given(TEXTS, FINDINGS)
def test_nothing_of_an_author_stands_free(text: str, found: list[Finding]) -> None:
    held(report_comment(report(*found), made(text, *found), failed=True))
    held(report_comment(report(*found, notes=(text,)), None, failed=False))


@pytest.mark.parametrize(("length", "number"), [(10, 3), (400, 2000), (30_000, 5), (70_000, 2)])
def test_the_cap_holds_and_the_cut_is_counted(length: int, number: int) -> None:
    text = report_comment(report(), made("`" * length, number=number), failed=True)
    assert len(text) <= LONGEST
    held(text)
    assert ("did not fit." in text) == (length > 10)


def test_it_opens_with_those_who_must_act() -> None:
    diff = made("orders")
    text = report_comment(report(), diff, failed=False)
    assert text.splitlines()[3] == (
        "- **<code>orders</code>** of <code>orders</code>: 1 gate. "
        "Decide: breaking <code>capacity&#46;orders&#91;0&#93; orders → orders&#33;</code>. "
        "No number of this gate changed. Assumed, unmeasured: 1. Affects: <code>orders</code> (<code>orders</code>)."
    )
    assert (
        "| <code>capacity</code> | approved | stale | approve: <code>orders &#40;orders&#41;</code> | 1 breaking |"
        in text
    )
    assert "0 of 0 findings annotated" in text
    previewed = report_comment(report(), diff, failed=False, preview="https://preview.example/")
    assert "[Preview](https://preview.example/plans/orders/)" in previewed


def test_what_is_wrong_with_the_references_is_told_with_a_difference_and_without() -> None:
    wrong = report().under([Problem("CONFIG", "`preset` is none of strict", file="references/checklists.yml", line=3)])
    for diff in (made("orders"), None):
        text = report_comment(wrong, diff, failed=True)
        assert text.count("error (blocks) CONFIG references/checklists.yml:3:1  `preset` is none of strict") == 1


def test_findings_in_files_that_did_not_change_are_told_apart(finding: Finding) -> None:
    diff = made("orders", finding)
    assert "### Findings elsewhere" in report_comment(report(finding), diff, failed=True)
    touched = replace(diff, files=frozenset({finding.file}))
    assert "### Findings elsewhere" not in report_comment(report(finding), touched, failed=True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "expires: 2027-03-01",
            "expires: 2026-11-30",
            [
                "W-001 of first-plan, GEN012: used 1 time, ends on 2027-03-01, in 98 d (alice)",
                "W-002 of first-plan, GEN012: used 1 time, ends on 2026-11-30, in 7 d (alice)",
            ],
        ),
        (
            "expires: 2027-03-01",
            "expires: 2026-11-20",
            [
                "W-001 of first-plan, GEN012: used 1 time, ends on 2027-03-01, in 98 d (alice)",
                "W-002 of first-plan, GEN012: used 0 times, expired on 2026-11-20 (alice)",
            ],
        ),
        (
            "New prices come in January",
            "TBD",
            ["W-001 of first-plan, GEN012: used 1 time, ends on 2027-03-01, in 98 d (alice)"],
        ),
    ],
)
def test_a_waiver_is_told_as_used_only_where_it_counts(tmp_path: Path, old: str, new: str, told: list[str]) -> None:
    text = (
        "id: W-001\nrule: GEN012\ngate: capacity\nreason: New prices come in January\nowner: alice\n"
        "approved_by: carol\ncreated: 2026-11-01\nexpires: 2027-03-01\n"
    )
    place = plans(
        tmp_path,
        Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01"),
        Edit("waivers/W-001.yml", new=text),
        Edit("waivers/W-002.yml", new=text.replace("W-001", "W-002").replace(old, new)),
    )
    rows = report_comment(judged(place), None, failed=False).splitlines()
    assert [row.removeprefix("- ") for row in rows if row.startswith("- W-")] == told
