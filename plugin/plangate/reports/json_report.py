"""The report for machines. Its form is a contract: report.schema.json beside this file describes it."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from plangate import __version__
from plangate.checks.finding import Finding
from plangate.checks.report import PlanReport, Report
from plangate.reports import outcome

_FIELDS = (
    *("rule", "severity", "verdict", "blocking", "cause", "plan", "gate", "file", "line", "column", "path"),
    *("message", "observed", "expected", "hint", "url"),
)


def report_json(report: Report, *, failed: bool | None = None) -> str:
    """Write a report as JSON in ASCII, the same bytes for the same report.

    `failed` replaces the report's own where the caller fails from another severity on.
    """
    text = json.dumps(report_data(report, failed=failed), indent=2, ensure_ascii=True) + "\n"
    return text.replace("##", "#\\u0023")  # the same to whoever reads JSON, and no `##[` to a log that obeys it


def report_data(report: Report, *, failed: bool | None = None) -> dict[str, Any]:
    """Give a report as plain data, in the order in which it is written."""
    examined = report.examined
    return {
        "plangate": __version__,
        "today": report.today.isoformat(),
        "preset": report.preset,
        "examined": {name: examined[name] for name in ("plans", "gates", "rules")},
        "failed": report.failed if failed is None else failed,
        "summary": outcome.summary(report),
        "plans": [_plan(plan) for plan in sorted(report.plans, key=lambda plan: plan.id)],
        **({"notes": list(report.notes)} if report.notes else {}),
        "findings": [_finding(finding) for finding in outcome.findings(report)],
    }


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the report."""
    text = (resources.files("plangate") / "reports" / "report.schema.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _plan(plan: PlanReport) -> dict[str, Any]:
    digests = plan.facts.digests if plan.digests is None else plan.digests
    return {
        "id": plan.id,
        "profile": plan.profile,
        "tier": plan.tier,
        "intent": plan.intent,
        "state": plan.state,
        "gates": [
            {"gate": gate.gate, "state": gate.state} | ({"digest": digests[gate.gate]} if gate.gate in digests else {})
            for gate in plan.gates
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {name: _text(getattr(finding, name)) for name in _FIELDS}


def _text(value: object) -> object:
    """Write half characters, which no JSON can hold, as their numbers; anything else stays."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value
