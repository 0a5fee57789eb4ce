"""The template for GitLab, as the guide shows it, in real repositories."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from plangate.cli.main import run

from ..repositories import committed, git
from .running import ROOT, step
from .strangers import leave_in

_GUIDE = (ROOT / "references" / "guide" / "pull-requests.md").read_text("utf-8")
TEMPLATE: dict[str, Any] = yaml.safe_load(_GUIDE.split("```yaml\n# .gitlab-ci.yml\n")[1].split("```")[0])


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that a new portal was committed to, with a branch for a change."""
    top = tmp_path / "work"
    top.mkdir()
    monkeypatch.chdir(top)
    assert run(["init"]) == 0
    committed(top)
    git(top, "checkout", "--quiet", "-b", "change")
    return top


def job(name: str, work: Path) -> tuple[int, str]:
    """Run the script of a job as GitLab does: in one shell, at the head of the change."""
    base, head = git(work, "rev-parse", "main"), git(work, "rev-parse", "HEAD")
    made = {"steps": [{"name": name, "run": "\n".join(TEMPLATE[name]["script"])}]}
    return step(made, name, work, {}, CI_MERGE_REQUEST_DIFF_BASE_SHA=base, CI_COMMIT_SHA=head)


def test_a_hostile_merge_request_is_data(work: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for name in ("conftest.py", "sitecustomize.py", "plangate.py", "hook.py"):
        (work / name).write_text(f"import os; os.system('touch {trap}')\n")
    (work / "mkdocs.yml").write_text("hooks: [hook.py]\nplugins: [plangate: {fail_on: never}]\n")
    (work / "references" / "people.yml").write_text("people: {mallory: {roles: [{role: reviewer}]}}\n")
    leave_in(work / "plans", f"touch {trap}")
    committed(work, "Hello")
    status, told = job("check", work)
    assert status == 1
    assert "02-sources.md is a symbolic link" in told
    assert not trap.exists()
    assert "mallory" not in (work / "references" / "people.yml").read_text()
    assert json.loads((work / "plangate.json").read_text())
    assert (work / "plangate.xml").is_file()


def test_an_honest_one_passes(work: Path) -> None:
    (work / "plans" / "first-plan" / "03-capacity.md").write_text("# Capacity\n\nMeasured on the old system.\n")
    committed(work, "Hello")
    status, told = job("check", work)
    assert status == 0, told


def test_every_job_runs_when_it_is_meant_to_and_checks() -> None:
    jobs = {name: "\n".join(found["script"]) for name, found in TEMPLATE.items() if "script" in found}
    assert jobs.keys() == {"check", "pages", "recheck"}
    assert all("plangate check" in script for script in jobs.values())
    assert TEMPLATE["variables"] == {"GIT_DEPTH": 0}
