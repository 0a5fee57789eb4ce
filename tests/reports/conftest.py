"""Reports made by hand, so that every kind of finding occurs in them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import pytest

from plangate.analysis.facts import Facts
from plangate.checks.finding import Finding
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.model.plan import Header, Plan
from plangate.reading.policy import load_policy

Make = Callable[..., Report]


@pytest.fixture
def finding() -> Finding:
    """A blocking error in gate cutover."""
    return Finding(
        rule="BCK003",
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan="orders-mart",
        gate="cutover",
        file="plans/orders-mart/09-cutover.yml",
        line=12,
        column=5,
        path="backfill[0].must_finish_within",
        message="Backfill orders_history needs 76.7 h, its window is 24 h",
        observed="76.7 h",
        expected="<= 19.2 h",
        hint="Raise `parallel` or the window",
        url="rules/BCK003/",
    )


@pytest.fixture
def make() -> Make:
    """Makes a report of one plan with findings; summary and failures as given."""

    def build(*findings: Finding, intent: str = "in_review", **more: object) -> Report:
        plan = Plan("orders-mart", Header(id="orders-mart"), MappingProxyType({}))
        shown = PlanReport(
            id="orders-mart",
            title="Orders mart",
            profile="batch",
            tier="A",
            intent=intent,
            state="blocked",
            gates=(GateReport("context", "ready"), GateReport("cutover", "blocked", 1, 0)),
            facts=Facts(plan, load_policy(None)[0]),
        )
        names = ("error", "warning", "info", "waived", "undetermined", "not_applicable")
        counts = {
            name: sum((f.severity if f.verdict == "fail" else f.verdict) == name for f in findings) for name in names
        }
        report = Report(
            today=date(2026, 11, 23),
            preset="standard",
            plans=(shown,),
            findings=tuple(sorted(findings, key=lambda f: f.order)),
            rules=42,
            summary=MappingProxyType({**counts, "not_applicable": 7}),
        )
        return replace(report, **more)  # type: ignore[arg-type]

    return build
