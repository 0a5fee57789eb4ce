"""The report for machines. Its form is a contract: report.schema.json beside this file describes it."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from plangate import __version__
from plangate.checks.finding import Finding
from plangate.checks.report import PlanReport, Report
from plangate.reports import outcome

_SUMMARY = ("error", "warning", "info", "waived", "undetermined", "not_applicable")


def report_json(report: Report, *, failed: bool | None = None) -> str:
    """Write a report as JSON in ASCII, the same bytes for the same report.

    `failed` replaces the report's own where the caller fails from another severity on.
    """
    return json.dumps(report_data(report, failed=failed), indent=2, ensure_ascii=True) + "\n"


def report_data(report: Report, *, failed: bool | None = None) -> dict[str, Any]:
    """Give a report as plain data, in the order in which it is written."""
    counts = outcome.summary(report)
    examined = report.examined
    return {
        "plangate": __version__,
        "today": report.today.isoformat(),
        "preset": report.preset,
        "examined": {name: examined[name] for name in ("plans", "gates", "rules")},
        "failed": report.failed if failed is None else failed,
        "summary": {name: counts.get(name, 0) for name in _SUMMARY},
        "plans": [_plan(plan) for plan in sorted(report.plans, key=lambda plan: plan.id)],
        "findings": [_finding(finding) for finding in outcome.findings(report)],
    }


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the report."""
    text = (resources.files("plangate") / "reports" / "report.schema.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _plan(plan: PlanReport) -> dict[str, Any]:
    return {
        "id": plan.id,
        "profile": plan.profile,
        "tier": plan.tier,
        "intent": plan.intent,
        "state": plan.state,
        "gates": [
            {"gate": gate.gate, "state": gate.state}
            | ({"digest": plan.facts.digests[gate.gate]} if gate.gate in plan.facts.digests else {})
            for gate in plan.gates
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "blocking": finding.blocking,
        "cause": finding.cause,
        "plan": finding.plan,
        "gate": finding.gate,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "path": finding.path,
        "message": finding.message,
        "observed": finding.observed,
        "expected": finding.expected,
        "hint": finding.hint,
        "url": finding.url,
    }
