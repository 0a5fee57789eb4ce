"""JUnit: well-formed whatever an author wrote, a case for each rule, and the case fails where the run does."""

from collections.abc import Callable
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import example, given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.junit import report_junit
from plangate.reports.lines import visible
from plangate.reports.outcome import failing

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]


def parsed(made: Report, fail_on: str = "error") -> Element:
    return fromstring(report_junit(made, fail_on))  # noqa: S314 -- written by what is tested


def cases(root: Element) -> dict[str, str]:
    """What became of each case."""
    return {
        case.get("name", ""): next((kind.tag for kind in case if kind.tag != "system-out"), "passed")
        for case in root.iter("testcase")
    }


def test_a_rule_that_passed_is_a_case_too(make: Make, finding: Finding) -> None:
    root = parsed(make(finding, judged={"orders-mart": ("BCK001", "BCK003")}))
    assert list(cases(root).values()) == ["passed", "failure"]
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    (told,) = root.iter("failure")
    assert told.get("message") == finding.message
    assert told.text is not None
    assert told.text.startswith("error (blocks) BCK003 plans/orders-mart/09-cutover.yml:12:5  Backfill")


@pytest.mark.parametrize(
    ("change", "fail_on", "became"),
    [
        ({}, "error", "failure"),
        ({}, "never", "passed"),
        ({"blocking": False}, "error", "passed"),
        ({"severity": "warning", "blocking": False}, "error", "passed"),
        ({"severity": "warning", "blocking": False}, "warning", "failure"),
        ({"verdict": "waived", "blocking": False}, "error", "skipped"),
        ({"verdict": "baselined", "blocking": False}, "error", "skipped"),
        ({"verdict": "undetermined", "blocking": False}, "error", "skipped"),
    ],
)
def test_what_becomes_of_a_case(
    make: Make, finding: Finding, change: dict[str, object], fail_on: str, became: str
) -> None:
    root = parsed(make(replace(finding, **change)), fail_on)
    assert list(cases(root).values()) == [became]
    assert finding.message in "".join(root.itertext()) + "".join(part.get("message", "") for part in root.iter())


def test_an_internal_error_is_an_error(make: Make) -> None:
    root = parsed(make(failures={"orders-mart": "CAP001 broke down\nTraceback"}))
    assert list(cases(root).values()) == ["error"]
    assert root.get("errors") == "1"


def test_every_count_and_note_is_told(make: Make, finding: Finding) -> None:
    root = parsed(make(finding, notes=("1 of 4 plans was examined",)))
    told = {entry.get("name"): entry.get("value") for entry in root.iter("property")}
    assert told["error"] == "1"
    assert told["not_applicable"] == "7"
    assert told["note"] == "1 of 4 plans was examined"


@settings(max_examples=60, deadline=None)
@given(FINDINGS)
@example(many())
def test_hostile_findings_stay_well_formed(found: list[Finding]) -> None:
    made = report(*found)
    root = parsed(made)
    lines = [
        row for part in root.iter() if part.tag in {"failure", "system-out"} for row in (part.text or "").split("\n")
    ]
    heads = [row for row in lines if not row.startswith("  hint:")]
    assert len(heads) == len(found)
    for finding in found:
        assert any(
            row.endswith(f"{finding.line}:{finding.column}  {visible(finding.message)}".rstrip()) for row in heads
        )
    assert sum(case.find("failure") is not None for case in root.iter("testcase")) == len(
        {(finding.plan, finding.rule) for finding in failing(made)}
    )
