"""A section that is missing is told once: the rules that need it name GEN014 as the cause."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.checks.finding import Finding
from plangate.checks.rule import Example, all_rules
from plangate.checks.runner import check
from plangate.model.problem import Path as PlanPath
from plangate.model.problem import path_text
from plangate.reading.portfolio import read_portfolio

from .taking_away import load, without
from .test_rules import TODAY, first_plan

PLANS: tuple[Example, ...] = ("first-plan", "first-stream")
ASKS = frozenset({
    "inventory", "privacy", "history", "pipelines", "reruns", "models", "coverage", "responses", "alerts", "streams",
    "replays", "assumptions", "schemas", "promised", "fitting",
})  # fmt: skip
"""Rooms of rules that look whether something is said at all."""


def sections(plans: Path) -> Iterator[tuple[str, PlanPath]]:
    """Give the mandatory sections that the plan has, by gate and path."""
    portfolio = read_portfolio(plans)
    plan = portfolio.reads[0].plan
    for state in Facts(plan, portfolio.policy).mandatory:
        if state.verdict == "filled" and (state.gate, state.path[:1]) not in plan.not_applicable:
            yield state.gate, state.path


def judged(plans: Path, rules: Iterable[str]) -> list[Finding]:
    report = check(read_portfolio(plans), today=TODAY, preset="strict", rules=rules)
    assert not report.failures
    return [finding for finding in report.findings if finding.verdict == "fail"]


@pytest.mark.parametrize("name", PLANS)
def test_a_missing_section_has_one_headline(tmp_path: Path, name: Example) -> None:
    rules = ["GEN014", *(name for name, rule in all_rules().items() if rule.check.__module__.split(".")[-1] in ASKS)]
    plans = first_plan(tmp_path, (), name)
    header = plans / name / "plan.yml"
    header.write_text(header.read_text().replace("tier: C", "tier: B"))
    known = {(entry.rule, entry.message) for entry in judged(plans, rules)}
    for gate, path in sections(plans):
        (file,) = (plans / name).glob(f"*-{gate}.yml")
        whole, data = file.read_text(), load(file)
        if path == ("checks",):
            data.setdefault("checks", None)
            del data["derive"]
        file.write_text(without(data, path))
        found = [entry for entry in judged(plans, rules) if (entry.rule, entry.message) not in known]
        file.write_text(whole)
        assert {entry.rule for entry in found if entry.cause is None} == {"GEN014"}, f"{gate}.{path_text(path)}"
