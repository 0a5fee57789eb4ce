"""When a run fails."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.outcome import fails

Make = Callable[..., Report]


@pytest.mark.parametrize(
    ("severity", "blocking", "intent", "fail_on", "expected"),
    [
        ("error", True, "in_review", "error", True),
        ("error", True, "in_review", "warning", True),
        ("error", True, "in_review", "never", False),
        ("error", True, "draft", "error", True),
        ("error", False, "draft", "error", False),
        ("error", False, "draft", "warning", False),
        ("warning", False, "in_review", "error", False),
        ("warning", False, "in_review", "warning", True),
        ("warning", False, "live", "warning", True),
        ("warning", False, "draft", "warning", False),
        ("warning", True, "in_review", "error", True),
        ("info", False, "in_review", "warning", False),
    ],
)
def test_fails(
    make: Make, finding: Finding, severity: str, blocking: bool, intent: str, fail_on: str, expected: bool
) -> None:
    report = make(replace(finding, severity=severity, blocking=blocking), intent=intent)  # type: ignore[arg-type]
    assert fails(report, fail_on) is expected


def test_a_waived_warning_fails_nothing(make: Make, finding: Finding) -> None:
    report = make(replace(finding, severity="warning", verdict="waived", blocking=False))
    assert fails(report, "warning") is False


def test_an_internal_error_always_fails(make: Make) -> None:
    assert fails(make(failures={"orders-mart": "broke down"}), "never") is True
