"""Every rule is complete, its failing example fires it, its passing example does not."""

import shutil
from collections.abc import Iterable
from datetime import date
from importlib import resources
from pathlib import Path

import pytest

from plangate.checks.rule import Edit, Example, Rule, all_rules, always, touches
from plangate.checks.runner import check
from plangate.reading.identity import FILE, read_identity
from plangate.reading.portfolio import read_portfolio

TODAY = date(2026, 11, 23)
RULES = all_rules()


def first_plan(folder: Path, edits: Iterable[Edit], name: Example = "first-plan") -> Path:
    """Copy a packaged plan and change it."""
    with resources.as_file(resources.files("plangate") / "defaults" / name) as packaged:
        shutil.copytree(packaged, folder / "plans" / name)
    for edit in edits:
        apply(folder / "plans" / name, edit)
    return folder / "plans"


def apply(plan: Path, edit: Edit) -> None:
    path = plan / edit.file
    if edit.new is None:
        path.unlink()
    elif edit.old is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(edit.new)
    else:
        text = path.read_text()
        assert edit.old in text, f"{edit.file} does not hold the text that the example changes"
        path.write_text(text.replace(edit.old, edit.new))


def fired(rule: Rule, folder: Path, edits: Iterable[Edit]) -> set[str]:
    """Judge the rule's packaged plan, changed, in a tier in which the rule holds, with every rule there is.

    A rule of scope `base` compares with the packaged plan as it is.
    """
    plans = first_plan(folder, edits, rule.on)
    header = plans / rule.on / "plan.yml"
    if header.is_file() and rule.raised:
        header.write_text(header.read_text().replace("tier: C", f"tier: {rule.raised}"))
    told = folder / FILE
    identity = read_identity(told) if told.is_file() else None
    base = read_portfolio(first_plan(folder / "base", (), rule.on)) if rule.scope == "base" else None
    report = check(read_portfolio(plans), today=TODAY, preset="strict", identity=identity, base=base)
    assert not report.failures
    return {finding.rule for finding in report.findings if finding.verdict == "fail"}


@pytest.mark.parametrize(("name", "gates"), [("first-plan", 11), ("first-stream", 12)])
def test_a_packaged_plan_has_no_finding(tmp_path: Path, name: Example, gates: int) -> None:
    report = check(read_portfolio(first_plan(tmp_path, (), name)), today=TODAY)
    assert [f"{f.file}:{f.line} {f.rule} {f.message}" for f in report.findings] == []
    assert not report.failed
    assert report.examined == {"plans": 1, "gates": gates, "rules": len([r for r in RULES.values() if r.core])}


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_failing_example_fires(rule: Rule, tmp_path: Path) -> None:
    assert rule.id in fired(rule, tmp_path, rule.fails)


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.passes], ids=lambda rule: rule.id)
def test_passing_example_does_not(rule: Rule, tmp_path: Path) -> None:
    assert rule.id not in fired(rule, tmp_path, rule.passes)


@pytest.mark.parametrize("name", ["first-plan", "first-stream"])
def test_rules_without_a_passing_example_pass_as_it_is(tmp_path: Path, name: Example) -> None:
    changed = [Edit("plan.yml", "tier: C", "tier: B")] if name == "first-plan" else []
    report = check(read_portfolio(first_plan(tmp_path, changed, name)), today=TODAY, preset="strict")
    told = {finding.rule for finding in report.findings if finding.verdict == "fail" and finding.severity != "info"}
    assert {rule for rule in told if RULES[rule].on == name and not RULES[rule].passes} == set()


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_reads_name_places(rule: Rule) -> None:
    assert all(touches(place, place.partition(".")[0], ()) for place in rule.reads)


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_said_in_full(rule: Rule) -> None:
    assert rule.title
    assert rule.condition.endswith(".")
    assert rule.reason.endswith(".")
    assert rule.fails
    assert bool(rule.where) == (rule.applies is not always)


def test_general_rules_are_whole() -> None:
    assert [name for name in RULES if name.startswith("GEN")] == [f"GEN{number:03d}" for number in range(1, 17)]
