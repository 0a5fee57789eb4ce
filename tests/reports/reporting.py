"""A report of one plan made by hand, from the findings that a test thinks of."""

from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.checks.finding import Finding
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.model.plan import Header, Plan
from plangate.reading.policy import load_policy
from plangate.reports.outcome import SUMMARY


def report(*findings: Finding, intent: str = "in_review", **more: object) -> Report:
    """Make a report with its counts; `more` replaces fields of it."""
    plan = Plan("orders-mart", Header(id="orders-mart"), MappingProxyType({}))
    shown = PlanReport(
        id="orders-mart",
        title="Orders mart",
        profile="batch",
        tier="A",
        intent=intent,
        state="blocked",
        gates=(GateReport("context", "ready"), GateReport("cutover", "blocked", 1, 0)),
        known=Facts(plan, load_policy(None)[0]),
    )
    counts = {
        name: sum((f.severity if f.verdict == "fail" else f.verdict) == name for f in findings) for name in SUMMARY
    }
    made = Report(
        today=date(2026, 11, 23),
        preset="standard",
        plans=(shown,),
        findings=tuple(sorted(findings, key=lambda f: f.order)),
        rules=42,
        summary=MappingProxyType({**counts, "not_applicable": 7}),
    )
    return replace(made, **more)
