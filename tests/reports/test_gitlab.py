"""Code quality: the form that GitLab reads, with fingerprints that stay."""

import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.gitlab import report_gitlab
from plangate.reports.lines import visible

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]


def test_a_finding(make: Make, finding: Finding) -> None:
    (entry,) = json.loads(report_gitlab(make(finding)))
    assert entry.pop("fingerprint").isalnum()
    assert entry == {
        "description": f"BCK003: {finding.message}. Raise `parallel` or the window",
        "check_name": "BCK003",
        "severity": "blocker",
        "location": {"path": "plans/orders-mart/09-cutover.yml", "lines": {"begin": 12}},
    }


@pytest.mark.parametrize(
    ("change", "severity", "starts"),
    [
        ({"blocking": False}, "major", "BCK003"),
        ({"blocking": False, "severity": "warning"}, "minor", "BCK003"),
        ({"blocking": False, "severity": "info"}, "info", "BCK003"),
        ({"blocking": False, "verdict": "baselined"}, "info", "(baselined) BCK003"),
        ({"blocking": False, "verdict": "waived"}, "info", "(waived) BCK003"),
    ],
)
def test_severities(make: Make, finding: Finding, change: dict[str, object], severity: str, starts: str) -> None:
    (entry,) = json.loads(report_gitlab(make(replace(finding, **change))))
    assert entry["severity"] == severity
    assert entry["description"].startswith(starts)


@settings(max_examples=60, deadline=None)
@given(FINDINGS)
@example(many())
def test_hostile_findings_read_back(found: list[Finding]) -> None:
    text = report_gitlab(report(*found))
    assert text.isascii()
    assert "##[" not in text
    entries = json.loads(text)
    assert len({entry["fingerprint"] for entry in entries}) == len(entries) == len(found)
    for entry, finding in zip(entries, sorted(found, key=lambda one: one.order), strict=True):
        assert entry["location"]["path"] == visible(finding.file)
        assert visible(finding.message) in entry["description"]
        assert len(entry["description"].splitlines()) == 1
