from datetime import date
from logging import INFO, WARNING
from types import MappingProxyType, SimpleNamespace
from typing import Any, cast

import pytest
from msgspec.structs import replace

from plangate.checks.finding import Finding, Severity, Verdict
from plangate.checks.report import Report
from plangate.model.problem import Problem
from plangate.site.publish import finding_line, verdict

FINDING = Finding(
    rule="CAP001",
    severity="error",
    verdict="fail",
    blocking=True,
    cause=None,
    plan="a",
    gate="capacity",
    file="plans/a/03-capacity.yml",
    line=7,
    column=3,
    path="workloads[0]",
    message="Too much",
    observed=None,
    expected=None,
    hint=None,
    url="rules/CAP001/",
)


def report(*findings: Finding, intent: str = "in_review", **more: Any) -> Report:
    plan = cast("Any", SimpleNamespace(id="a", intent=intent))
    summary = MappingProxyType[str, int]({})
    return Report(date(2026, 11, 23), "standard", (plan,), findings, 1, summary, **more)


@pytest.mark.parametrize(
    ("severity", "blocking", "intent", "fail_on", "fails"),
    [
        ("error", True, "in_review", "error", True),
        ("error", True, "in_review", "never", False),
        ("error", False, "draft", "error", False),
        ("error", False, "draft", "warning", False),
        ("warning", False, "in_review", "error", False),
        ("warning", False, "in_review", "warning", True),
        ("warning", False, "draft", "warning", False),
        ("info", False, "in_review", "warning", False),
    ],
)
def test_what_fails_a_build(severity: Severity, blocking: bool, intent: str, fail_on: str, fails: bool) -> None:
    found = replace(FINDING, severity=severity, blocking=blocking)
    result = verdict(report(found, intent=intent), (), fail_on)
    assert bool(result.failing) is fails
    assert [level for level, _ in result.others] == ([] if fails else [INFO if severity == "info" else WARNING])


def test_broken_configuration_and_internal_errors_fail_with_the_findings() -> None:
    broken = report(FINDING, failures={"a": "CAP002 broke down on this plan: KeyError"})
    problem = Problem("CONFIG", "`x` is unknown", file="references/workflow.yml", line=3, column=1)
    text = verdict(broken, (problem,), "error").text
    assert text.startswith("plangate: 3 findings")
    for part in ("references/workflow.yml:3:1", "INTERNAL", "plans/a/03-capacity.yml:7:3  Too much"):
        assert part in text


@pytest.mark.parametrize("kind", ["waived", "baselined"])
def test_what_is_let_pass_is_not_told(kind: Verdict) -> None:
    found = verdict(report(replace(FINDING, verdict=kind, blocking=False)), (), "warning")
    assert (found.failing, found.others) == ((), ())


def test_a_finding_is_one_line_that_begins_with_a_word_of_ours() -> None:
    hostile = replace(FINDING, file="::error::x\n##[group]", message="a\r\n::warning::b\x1b[31m")
    text = finding_line(hostile)
    assert text.startswith("error CAP001 ")
    assert text.isprintable()
    assert "##[" not in text
