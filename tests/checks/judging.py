"""Plans judged by a few rules: the first plan in tier B, or the sample plans, each with changes."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.checks.rule import Edit, Example
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, apply, first_plan

ROOT = Path(__file__).parents[2]
Changes = Iterable[tuple[str, str, str] | tuple[str, None, None]]
"""File, what stands there, and what becomes of it; without either the file is taken away."""


def judged(folder: Path, rules: str, changes: Changes = ()) -> list[Finding]:
    """Judge the first plan, changed and in tier B, by some rules."""
    return _found(_packaged(folder, changes, "first-plan"), None, rules)


def sample(folder: Path, plan: str, rules: str, changes: Changes = ()) -> list[Finding]:
    """Judge a sample plan, changed, by some rules, beside the others."""
    shutil.copytree(ROOT / "plans", folder / "plans")
    for change in changes:
        apply(folder / "plans" / plan, Edit(*change))
    return [finding for finding in _found(folder / "plans", ROOT / "references", rules) if finding.plan == plan]


def idle(folder: Path, rules: str, changes: Changes = (), name: Example = "first-plan") -> int:
    """Count the rules that do not apply to a packaged plan, changed and in tier B."""
    return _report(_packaged(folder, changes, name), None, rules).summary["not_applicable"]


def stream(folder: Path, rules: str, changes: Changes = ()) -> list[Finding]:
    """Judge the first stream, changed, by some rules."""
    return _found(_packaged(folder, changes, "first-stream"), None, rules)


def _packaged(folder: Path, changes: Changes, name: Example) -> Path:
    edits = [Edit(*change) for change in changes]
    return first_plan(folder, [Edit("plan.yml", "tier: C", "tier: B"), *edits] if name == "first-plan" else edits, name)


def _found(plans: Path, references: Path | None, rules: str) -> list[Finding]:
    return list(_report(plans, references, rules).findings)


def _report(plans: Path, references: Path | None, rules: str) -> Report:
    report = check(read_portfolio(plans, references), today=TODAY, preset="strict", rules=rules.split())
    assert not report.failures
    return report


def told(found: Iterable[Finding]) -> list[tuple[str, str]]:
    """Give path and message of what failed."""
    return [(finding.path, finding.message) for finding in found if finding.verdict == "fail"]


def verdicts(found: Iterable[Finding]) -> list[tuple[str, str, str | None]]:
    """Give rule, verdict with its weight, and cause."""
    return [
        (finding.rule, finding.severity if finding.verdict == "fail" else finding.verdict, finding.cause)
        for finding in found
    ]
