"""What a run comes to: whether it fails under a threshold, and internal errors as findings."""

from typing import Literal

from plangate.checks.finding import Finding
from plangate.checks.report import Report

FailOn = Literal["error", "warning", "never"]

INTERNAL = "INTERNAL"
"""The rule id under which an internal error on a plan is reported."""

_JUDGED = frozenset({"in_review", "live"})


def fails(report: Report, fail_on: str = "error") -> bool:
    """Tell whether a run fails: by what blocks, and for `warning` also by warnings of plans in review or live.

    For `never` no finding fails it. An internal error always fails.
    """
    if report.failures:
        return True
    if fail_on == "never":
        return False
    if report.failed:
        return True
    judged = {plan.id for plan in report.plans if plan.intent in _JUDGED}
    return fail_on == "warning" and any(
        finding.verdict == "fail" and finding.severity == "warning" and finding.plan in judged
        for finding in report.findings
    )


def findings(report: Report) -> tuple[Finding, ...]:
    """Give every finding in order, with one for each plan on which the checks broke down."""
    if not report.failures:
        return report.findings
    broken = tuple(_internal(report, plan, reason) for plan, reason in report.failures.items())
    return tuple(sorted((*report.findings, *broken), key=lambda finding: finding.order))


def summary(report: Report) -> dict[str, int]:
    """Count findings by severity or verdict; internal errors count as errors."""
    counts = dict(report.summary)
    counts["error"] = counts.get("error", 0) + len(report.failures)
    return counts


def _internal(report: Report, plan: str, reason: str) -> Finding:
    known = report.of(plan)
    folder = known[0].file.rsplit("/", 1)[0] if known else f"plans/{plan}"
    return Finding(
        rule=INTERNAL,
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan=plan,
        gate=None,
        file=f"{folder}/plan.yml",
        line=1,
        column=1,
        path="",
        message=f"Internal error while checking this plan: {reason.splitlines()[0] if reason else 'no reason given'}",
        observed=None,
        expected=None,
        hint="This is a fault of Plangate and not of the plan; the other plans have their verdicts",
        url="",
    )
