"""`plangate check` beside git: only what changed, and compared with a base that may not be there."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ..repositories import committed, git

Cli = Callable[..., Any]


@pytest.fixture
def repository(cli: Cli, portal: Path) -> Path:
    """A portal of two plans, committed."""
    assert cli("new", "other-plan").status == 0
    committed(portal)
    return portal


def touch(repository: Path, name: str) -> None:
    file = repository / name
    file.write_text(file.read_text("utf-8") + "\n# one line more\n" if file.exists() else "x: y\n")


def examined(cli: Cli, *args: str) -> tuple[list[str], list[str]]:
    done = cli("check", "--format", "json", *args)
    data = json.loads(done.out)
    assert done.err.count("note ") == len(data.get("notes", []))
    return [plan["id"] for plan in data["plans"]], data.get("notes", [])


@pytest.mark.parametrize(
    ("name", "plans"),
    [
        ("plans/other-plan/01-context.yml", ["other-plan"]),
        ("plans/first-plan/waivers/new.yml", ["first-plan"]),
        ("references/checklists.yml", ["first-plan", "other-plan"]),
        ("references/index.md", []),
        ("plans/readme.txt", []),
        ("elsewhere.yml", []),
    ],
)
def test_only_what_differs_from_the_last_commit(cli: Cli, repository: Path, name: str, plans: list[str]) -> None:
    (repository / name).parent.mkdir(exist_ok=True)
    touch(repository, name)
    assert examined(cli, "--changed")[0] == plans


def test_what_differs_from_a_base(cli: Cli, repository: Path) -> None:
    touch(repository, "plans/other-plan/01-context.yml")
    committed(repository)
    assert examined(cli, "--changed")[0] == []
    ids, notes = examined(cli, "--changed", "--base", "HEAD~1")
    assert ids == ["other-plan"]
    assert notes == ["1 of 2 plans differ from HEAD~1; the others are not examined"]
    assert examined(cli, "first-plan", "--changed", "--base", "HEAD~1")[0] == []


def test_a_deleted_file_is_a_change(cli: Cli, repository: Path) -> None:
    (repository / "plans/first-plan/01-context.md").unlink()
    assert examined(cli, "--changed")[0] == ["first-plan"]


def test_where_nothing_changed_that_is_said(cli: Cli, repository: Path) -> None:
    done = cli("check", "--changed")
    assert done.status == 0
    assert "Examined 0 plans" in done.out
    assert "Note: 0 of 2 plans differ from HEAD; the others are not examined." in done.out
    assert done.out.endswith("Nothing was examined.\n")


@pytest.mark.parametrize("base", ["no-such-branch", "HEAD~7", "--upload-pack=x"])
def test_a_base_that_is_not_there_is_said_and_changes_no_verdict(cli: Cli, repository: Path, base: str) -> None:
    plain = cli("check", "--format", "json")
    done = cli("check", "--format", "json", f"--base={base}", "--changed")
    assert done.status == plain.status == 0
    data = json.loads(done.out)
    assert len(data.pop("notes")) == 2
    assert data == json.loads(plain.out)
    assert done.err.count("git knows no revision") == 2


def test_a_shallow_clone_says_what_is_missing(
    cli: Cli, repository: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = git(repository, "rev-parse", "HEAD")
    touch(repository, "plans/other-plan/01-context.yml")
    committed(repository)
    clone = tmp_path_factory.mktemp("clone") / "portal"
    git(repository, "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone))
    monkeypatch.chdir(clone)
    ids, notes = examined(cli, "--changed", "--base", base)
    assert ids == ["first-plan", "other-plan"]
    assert all("a shallow clone may not hold it" in note for note in notes)
    assert len(notes) == 2


def test_without_git_all_plans_are_examined(cli: Cli, portal: Path) -> None:
    ids, notes = examined(cli, "--changed")
    assert ids == ["first-plan"]
    assert "lies in no git repository" in notes[0]


@pytest.mark.parametrize(
    ("names", "plans"),
    [
        (["plans/other-plan/01-context.yml"], ["other-plan"]),
        (["plans/other-plan/01-context.yml", "plans/other-plan/plan.yml"], ["other-plan"]),
        (["./plans/first-plan/plan.yml", "other-plan"], ["first-plan", "other-plan"]),
        (["plans/other-plan/plan.yml", "references/people.yml"], ["first-plan", "other-plan"]),
    ],
)
def test_plans_are_named_by_their_files(cli: Cli, repository: Path, names: list[str], plans: list[str]) -> None:
    assert examined(cli, *names)[0] == plans
