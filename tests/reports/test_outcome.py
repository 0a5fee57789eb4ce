"""When a run fails."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.outcome import INTERNAL, failing, fails, headlines

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


@pytest.mark.parametrize(
    ("gate", "path", "line"),
    [("cutover", "a", 3), ("cutover", "elsewhere", 2), ("quality", "elsewhere", 2)],
    ids=["the same place", "the same gate", "the same plan"],
)
def test_the_nearest_cause_is_the_headline(finding: Finding, gate: str, path: str, line: int) -> None:
    heads = [replace(finding, path=name, line=number) for number, name in ((2, "b"), (3, "a"))]
    other = replace(finding, rule="CUT009", cause="BCK003", gate=gate, path=path)
    stranger = replace(finding, plan="another-plan", line=1)
    grouped = headlines([stranger, *heads, other])
    assert [(head.line, [entry.rule for entry in others]) for head, others in grouped if others] == [(line, ["CUT009"])]
    assert len(grouped) == 3


def test_what_fails_a_run_is_what_is_given(make: Make, finding: Finding) -> None:
    warning = replace(finding, severity="warning", blocking=False)
    report = make(finding, warning, replace(warning, verdict="baselined"), failures={"orders-mart": "broke down"})
    assert [entry.rule for entry in failing(report, "never")] == [INTERNAL]
    assert [entry.severity for entry in failing(report, "error")] == ["error", "error"]
    assert [entry.severity for entry in failing(report, "warning")] == ["error", "error", "warning"]


def test_what_follows_stands_under_the_cause_that_lies_nearest(finding: Finding) -> None:
    far = replace(finding, rule="GEN004", path="pipelines[0].on_failure.alrt")
    near = replace(finding, rule="GEN004", path="pipelines[1].retrys")
    other = replace(finding, rule="GEN014", path="pipelines[1].retries", cause="GEN004")
    assert headlines([far, near, other]) == [(far, []), (near, [other])]
