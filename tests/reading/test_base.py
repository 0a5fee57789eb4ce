"""The plans of a base revision, from real repositories."""

import shutil
from importlib import resources
from pathlib import Path

import pytest

from plangate.reading.git import GitError
from plangate.reading.portfolio import read_base

from ..repositories import committed

FIRST_PLAN = Path(str(resources.files("plangate") / "defaults" / "first-plan"))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    shutil.copytree(FIRST_PLAN, top / "plans" / "first-plan")
    (top / "references").mkdir()
    (top / "references" / "checklists.yml").write_text("preset: minimal\n")
    committed(top, "Begin")
    return top


def test_plans_and_policy_are_those_of_the_revision(repository: Path) -> None:
    header = repository / "plans" / "first-plan" / "plan.yml"
    before = header.read_text("utf-8")
    header.write_text(before.replace("tier: C", "tier: A"), "utf-8")
    (repository / "references" / "checklists.yml").write_text("preset: strict\n")
    shutil.copytree(repository / "plans" / "first-plan", repository / "plans" / "second-plan")
    found = read_base("HEAD", repository / "plans", repository / "references")
    assert [plan.id for plan in found.plans] == ["first-plan"]
    assert found.plans[0].header.tier == "C"
    assert found.policy.checklists.preset == "minimal"


def test_a_revision_without_plans_holds_none(repository: Path) -> None:
    shutil.rmtree(repository / "plans")
    committed(repository, "End")
    shutil.copytree(FIRST_PLAN, repository / "plans" / "first-plan")
    assert read_base("HEAD", repository / "plans").plans == ()


def test_what_git_cannot_tell_is_said(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git knows no revision 'nowhere'"):
        read_base("nowhere", repository / "plans")
    with pytest.raises(GitError, match="lies outside of the repository"):
        read_base("HEAD", repository / "plans", tmp_path)
