"""A plan beside what it was at a base revision, and plans on which checking breaks down."""

import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.analysis.facts import Facts
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.model.baseline import Baseline, Entry, Known
from plangate.reading.git import GitError
from plangate.reading.portfolio import Portfolio, read_base, read_portfolio

from ..repositories import committed
from .test_rules import TODAY, apply, first_plan

LATER = Edit("03-capacity.yml", "horizon: 24 month", "horizon: 36 month")


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    """The first plan, committed, and then changed."""
    folder = first_plan(tmp_path, ())
    committed(folder.parent)
    apply(folder / "first-plan", LATER)
    return folder


def facts(portfolio: Portfolio, base: Portfolio | None) -> Facts:
    report = check(portfolio, today=TODAY, base=base)
    assert not report.failures
    return report.plan("first-plan").facts


def test_facts_know_what_they_were(plans: Path) -> None:
    now = facts(read_portfolio(plans), read_base("HEAD", plans))
    assert now.base is not None
    assert (now.capacity.horizon_months, now.base.capacity.horizon_months) == (36, 24)
    assert now.base is now.base
    assert now.base.base is None


def test_without_a_base_there_is_none(plans: Path) -> None:
    assert facts(read_portfolio(plans), None).base is None


def test_a_new_plan_has_no_base(plans: Path) -> None:
    shutil.copytree(plans / "first-plan", plans / "second-plan")
    apply(plans / "second-plan", Edit("plan.yml", "id: first-plan", "id: second-plan"))
    report = check(read_portfolio(plans), today=TODAY, base=read_base("HEAD", plans))
    assert report.plan("second-plan").facts.base is None
    assert report.plan("first-plan").facts.base is not None


def test_the_references_of_the_base_are_those_it_was_read_under(plans: Path) -> None:
    references = plans.parent / "references"
    references.mkdir()
    (references / "checklists.yml").write_text("preset: minimal\n")
    committed(plans.parent)
    (references / "checklists.yml").write_text("preset: strict\n")
    assert read_base("HEAD", plans, references).policy.checklists.preset == "minimal"
    assert read_base("HEAD~1", plans, references).policy.checklists.preset == "standard"


def test_a_base_that_is_not_there_raises(plans: Path) -> None:
    with pytest.raises(GitError, match="git knows no revision"):
        read_base("no-such-branch", plans)


def test_a_plan_that_breaks_down_as_a_whole_hides_no_other(plans: Path) -> None:
    shutil.copytree(plans / "first-plan", plans / "second-plan")
    apply(plans / "second-plan", Edit("plan.yml", "id: first-plan", "id: second-plan"))
    read = read_portfolio(plans)
    broken = Entry("second-plan", "GEN013", Known.model_construct(at="x", value=None, times="many"))  # type: ignore[arg-type]
    portfolio = replace(read, policy=replace(read.policy, baseline=Baseline("x", (broken,))))
    report = check(portfolio, today=TODAY, only=["first-plan", "second-plan"])
    assert [plan.id for plan in report.plans] == ["first-plan"]
    assert set(report.failures) == {"second-plan"}
    assert report.failures["second-plan"].startswith("checking broke down: TypeError")


def test_progress_is_told_plan_by_plan(plans: Path) -> None:
    shutil.copytree(plans / "first-plan", plans / "second-plan")
    told: list[tuple[int, int]] = []
    portfolio = read_portfolio(plans, progress=lambda done, of: told.append((done, of)))
    check(portfolio, today=TODAY, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 2), (1, 2), (0, 2), (1, 2)]
