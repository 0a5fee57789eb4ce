"""pages.yml in real repositories: what is on the main branch is published, and nothing that plans say is run."""

import json
from pathlib import Path

import pytest

from plangate.cli.main import run

from ..repositories import committed, git
from .running import step, workflow
from .strangers import forged_rows, leave_in

JOB = workflow("pages")["jobs"]["build"]


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A main branch that holds a new portal."""
    top = tmp_path / "main"
    top.mkdir()
    monkeypatch.chdir(top)
    assert run(["init"]) == 0
    return top


def cloned(main: Path) -> Path:
    git(main.parent, "clone", "--quiet", str(main), "work")
    return main.parent / "work"


def test_the_portal_is_built_with_who_signed(main: Path) -> None:
    committed(main)
    asked = ["sign", "capacity", "--plan", "first-plan", "--role", "reviewer", "--as", "bob", "--today", "2026-11-23"]
    assert run(asked) == 0
    git(main, "add", "--all")
    git(main, "commit", "--quiet", "--author=bob <bob@example.com>", "--message=Sign")
    work = cloned(main)
    for name in ("Check", "Build the portal"):
        status, said = step(JOB, name, work, {})
        assert status == 0, said
    assert json.loads((work / ".plangate/plangate.sarif").read_text())["runs"]
    assert list(json.loads((work / ".plangate/identity.json").read_text())["levels"].values()) == ["committed"]
    assert "2026-11-23, committed" in (work / "site/plans/first-plan/index.html").read_text()
    assert (work / "site/state.json").is_file()


def test_hostile_plans_on_the_main_branch_run_nothing_and_are_not_published(main: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    leave_in(main / "plans", f"touch {trap}")
    committed(main)
    work = cloned(main)
    status, checked = step(JOB, "Check", work, {})
    assert status == 1, checked
    assert json.loads((work / ".plangate/plangate.sarif").read_text())["runs"][0]["results"]
    status, built = step(JOB, "Build the portal", work, {})
    assert status != 0, built
    assert not trap.exists()
    assert forged_rows(checked + built) == []
    assert not [page for page in work.rglob("site/**/*.html") if "root:" in page.read_text()]


def test_what_was_checked_is_what_is_published() -> None:
    names = [entry.get("name") or entry["uses"].split("@")[0] for entry in JOB["steps"]]
    assert names.index("Check") < names.index("Build the portal") < names.index("actions/upload-pages-artifact")
    assert not [entry for entry in JOB["steps"] if "continue-on-error" in entry]
    assert workflow("pages")["jobs"]["publish"]["needs"] == "build"
