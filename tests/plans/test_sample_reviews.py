"""The reviews of the sample plans: real records, that hold for what the plans say today and in years to come.

Where a gate of a sample plan says something else than it did, it is signed again: CONTRIBUTING.md says how.
"""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from plangate.checks.report import PlanReport, Report
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

ROOT = Path(__file__).parents[2]
PORTFOLIO = read_portfolio(ROOT / "plans", ROOT / "references", root=ROOT)
TODAY = date(2026, 11, 23)
SIGNED = ("context", "sources", "capacity", "ingestion", "modeling", "contracts")
LATER = ("quality", "operations", "cutover", "acceptance", "bundle")


@cache
def judged(today: date = TODAY) -> Report:
    report = check(PORTFOLIO, today=today)
    assert not report.failures
    return report


def states(plan: PlanReport) -> dict[str, str]:
    return {gate.gate: gate.state for gate in plan.gates}


def to_do(report: Report) -> list[str | None]:
    """Say who looks again at what, if a sample was changed and not signed again."""
    return [finding.hint for finding in report.findings if finding.rule in {"REV004", "REV005"}]


def test_the_stream_is_approved_whole() -> None:
    assert to_do(judged()) == []
    plan = judged().plan("clickstream-sessions")
    assert plan.state == "approved"
    assert set(states(plan).values()) == {"approved"}


def test_the_mart_is_approved_through_its_contracts_and_in_review_after_them() -> None:
    assert to_do(judged()) == []
    plan = judged().plan("orders-mart")
    assert plan.state == "in_review"
    expected = dict.fromkeys(SIGNED, "approved") | {"capacity": "waived"} | dict.fromkeys(LATER, "in_review")
    assert states(plan) == expected


@pytest.mark.parametrize("plan", ["clickstream-sessions", "orders-mart"])
def test_every_record_counts_and_two_people_at_least_read_each_gate(plan: str) -> None:
    report = judged().plan(plan)
    counted = {word.filed.file for gate in report.gates if gate.review for word in gate.review.words}
    replaced = {"reviews/2026-11-12-carol-finance.yml"} if plan == "orders-mart" else set()
    assert counted | replaced == {filed.file for filed in report.facts.plan.records}
    for gate in report.gates:
        assert gate.review is not None
        people = {person for need in gate.review.needs for person in need.approved}
        assert len(people) >= 2 or gate.state == "in_review", gate.gate


def test_a_concern_was_answered_and_closed_by_whoever_raised_it() -> None:
    report = judged().plan("orders-mart")
    gate = next(gate for gate in report.gates if gate.gate == "capacity")
    assert gate.review is not None
    assert gate.review.concerns == ()
    first, last = (filed.record for filed in report.facts.plan.records if filed.record.role == "finance")
    assert (first.by, first.verdict, [concern.state for concern in first.concerns]) == (
        "carol", "request_changes", ["open"],
    )  # fmt: skip
    assert (last.by, last.verdict, [concern.state for concern in last.concerns]) == ("carol", "approve", ["closed"])
    assert last.concerns[0].answer
    assert last.date > first.date
    assert last.gates != first.gates, "the plan said more when the concern was closed"


def test_every_role_is_held_and_no_role_needs_one_person_only() -> None:
    policy = PORTFOLIO.policy
    asked = {
        need.role
        for plan in judged().plans
        for gate in plan.gates
        if gate.review is not None
        for need in gate.review.needs
    }
    roles = [role for role, spec in policy.workflow.roles.items() if not spec.anyone]
    assert [role for role in roles if not policy.people.holders(role, TODAY)] == []
    alone = {role for role in asked if len(policy.people.holders(role, TODAY)) == 1}
    assert alone == {"security", "finance", "qa", "release_manager"}


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 2, 16), date(2027, 12, 1), date(2031, 1, 1)])
def test_time_makes_warnings_and_no_errors(today: date) -> None:
    """Whoever builds this portal in some years builds it: prices and a waiver grow old, records do not."""
    report = judged(today)
    failing = [f for f in report.findings if f.verdict == "fail"]
    assert [(f.plan, f.rule, f.message) for f in failing if f.severity == "error"] == []
    assert {f.rule for f in failing} <= {"GEN012", "WVR001", "WVR002"}
    assert report.plan("clickstream-sessions").state == "approved"
    assert report.plan("orders-mart").state == "in_review"
