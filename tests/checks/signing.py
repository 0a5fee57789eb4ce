"""Plans that are signed: records as `plangate sign` writes them, or with something wrong about them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from plangate.analysis.digest import digest
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.review import Review
from plangate.analysis.seen import packed
from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.model.review import Identity
from plangate.reading.files import fingerprint
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

NAME = "first-plan"
WHO = {
    "consumer": "alice",
    "owner": "alice",
    "platform": "bob",
    "sre": "bob",
    "qa": "carol",
    "release_manager": "carol",
}
"""A holder of each role that tier B asks for, by the packaged people.yml."""


def plans(folder: Path, *edits: Edit, tier: str = "B") -> Path:
    """Make the first plan in a tier, changed."""
    recovery = (
        "recovery: {rpo: 24 h, rto: 8 h, backup_every: 24 h, restore_throughput: 200 MB/s}\n"
        "slos: [{id: orders_right, dataset: mart.orders, sli: correctness, objective: 99 %, window: 30 d, "
        "alerts: [orders_late]}]\nbreak_glass:"
    )
    held = Edit("08-operations.yml", "break_glass:", recovery)
    measured = Edit("10-acceptance.yml", "daily_orders, mart.orders]", "daily_orders, mart.orders, orders_right]")
    return first_plan(folder, (Edit("plan.yml", "tier: C", f"tier: {tier}"), held, measured, *edits))


def review(place: Path, references: Path | None = None, today: date = TODAY) -> Review:
    """Work out the review of the first plan."""
    portfolio = read_portfolio(place, references)
    facts = Facts(portfolio.read(NAME).plan, portfolio.policy, Landscape(portfolio.plans))
    return Review(facts.plan, portfolio.policy, facts.derived, today)


def sign(
    place: Path,
    role: str,
    names: tuple[str, ...],
    by: str | None = None,
    day: str = "2026-11-20",
    references: Path | None = None,
    file: str | None = None,
    **over: Any,
) -> str:
    """Sign gates of the first plan as they stand, and give the SHA-256 of the record; `over` replaces its fields."""
    found, who = review(place, references), by or WHO[role]
    rests = {name: found.rests_on(name, patterns) for name, patterns in found.union(names).items()}
    own = {gate: found.parts(gate) for gate in names}
    data: dict[str, Any] = {
        "scheme": "pg1",
        "plan": NAME,
        "role": role,
        "by": who,
        "verdict": "approve",
        "date": day,
        "gates": {name: digest(parts) for name, parts in own.items()},
        "depends": {name: digest(parts) for name, parts in rests.items()},
        "seen": packed([*own.values(), *rests.values()]),
    } | over
    target = place / NAME / "reviews" / (file or f"{day}-{who}-{role}.yml")
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(data))  # JSON is YAML, and takes what is no record too
    return fingerprint(target)


def sign_all(place: Path, references: Path | None = None) -> None:
    """Have everybody approve what waits for them."""
    waiting: dict[str, list[str]] = {}
    for gate in review(place, references).gates.values():
        for need in gate.waiting:
            waiting.setdefault(need.role, []).append(gate.gate)
    for role, gates in waiting.items():
        sign(place, role, tuple(gates), references=references)


def judged(
    place: Path, references: Path | None = None, today: date = TODAY, identity: Identity | None = None, **more: Any
) -> Report:
    """Check the first plan."""
    report = check(read_portfolio(place, references), today=today, only=[NAME], identity=identity, **more)
    assert not report.failures
    return report


def states(report: Report) -> dict[str, str]:
    """Give the state of each gate."""
    return {gate.gate: gate.state for gate in report.plan(NAME).gates}


def of(report: Report, rule: str) -> list[Finding]:
    """Give what a rule found."""
    return [finding for finding in report.findings if finding.rule == rule]
