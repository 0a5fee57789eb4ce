"""The checklists of a plan as data and as lines."""

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from unicodedata import category

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.checks.rule import all_rules
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio
from plangate.reports.checklist import checklist_data, checklist_lines

from .hostile import FINDINGS
from .reporting import report

Make = Callable[..., Report]
ROOT = Path(__file__).parents[2]


def lines(made: Report) -> list[str]:
    return list(checklist_lines(made, made.plans[0]))


@pytest.fixture
def failing(make: Make, finding: Finding) -> Report:
    """A report in which BCK003 fails, CUT001 holds and CUT002 has nothing to look at."""
    return make(
        finding,
        judged=MappingProxyType({"orders-mart": ("BCK003", "CUT001", "CUT004")}),
        idle=MappingProxyType({"orders-mart": ("CUT002",)}),
    )


def test_what_fails_is_told_in_full_and_the_rest_by_its_name(failing: Report) -> None:
    told = lines(failing)
    start = next(number for number, row in enumerate(told) if row.startswith("  gate cutover: "))
    title = all_rules()["BCK003"].title
    assert told[start : start + 4] == [
        "  gate cutover: blocked, 2 of 4 rules hold, 1 fails, 1 does not apply",
        f"    fails BCK003 {title}",
        "      found Backfill orders_history needs 76.7 h, its window is 24 h (plans/orders-mart/09-cutover.yml:12)",
        "    hold CUT001, CUT004",
    ]
    assert "    does not apply CUT002: gate cutover is not there yet" in told


def test_the_data_hold_verdicts_sections_questions_and_approvals(failing: Report) -> None:
    entries = {entry["gate"]: entry for entry in checklist_data(failing, failing.plans[0])}
    assert list(entries) == ["context", "cutover", None]
    cutover = entries["cutover"]
    assert cutover["state"] == "blocked"
    assert cutover["rules"] == "2 of 4 rules hold, 1 fails, 1 does not apply"
    first = cutover["verdicts"][0]
    assert (first["rule"], first["verdict"], first["why"], first["waivers"]) == ("BCK003", "fail", None, [])
    assert first["findings"] == [
        {
            "verdict": "fail",
            "severity": "error",
            "message": "Backfill orders_history needs 76.7 h, its window is 24 h",
            "file": "plans/orders-mart/09-cutover.yml",
            "line": 12,
        }
    ]
    assert {section["verdict"] for section in cutover["sections"]} == {"missing"}
    assert cutover["questions"] == list(failing.plans[0].facts.policy.checklists.questions["cutover"])
    assert entries[None]["questions"] == entries[None]["sections"] == []


def test_a_waived_rule_names_its_waiver_and_a_missing_approval_its_people() -> None:
    made = check(read_portfolio(ROOT / "plans", ROOT / "references"), today=report().today, only=["orders-mart"])
    told = lines(made)
    assert "    is waived GEN012 Estimates and prices are not out of date, by W-001" in told
    assert "    approval missing: 1 of 1 qa (heidi)" in told
    assert "    ask What breaks first at twice the volume? Has anyone seen it break?" in told
    (need,) = [
        need
        for entry in checklist_data(made, made.plans[0])
        if entry["gate"] == "quality"
        for need in entry["approvals"]
        if need["role"] == "qa"
    ]
    assert need == {"role": "qa", "needed": 1, "approved": [], "lapsed": [], "may_approve": ["heidi"]}


@settings(max_examples=30)
@given(FINDINGS)
def test_what_an_author_wrote_starts_no_line_and_never_leaves_it(findings: list[Finding]) -> None:
    ours = ("checklist", "  gate ", "  the plan", "    ", "      ")
    known = {name: replace(rule, id=name) for name, rule in all_rules().items()}
    for row in lines(replace(report(*findings), known=MappingProxyType(known))):
        assert row.startswith(ours)
        assert len(row.splitlines()) == 1
        assert not any(category(letter).startswith("C") for letter in row)
