"""The hook for pre-commit, run as it runs: the entry with the staged files that it is about."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ..repositories import ENVIRONMENT, committed, git

Cli = Callable[..., Any]

ROOT = Path(__file__).parents[2]
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))


def commit_would_pass(repository: Path) -> tuple[int, str]:
    """Stage everything and run the entry with the files that its pattern takes; gives status and output."""
    git(repository, "add", "--all")
    staged = git(repository, "diff", "--cached", "--name-only", "--diff-filter=ACMRTUXB", "-z").split("\0")
    files = [name for name in staged if name and re.search(HOOK["files"], name)]
    if not files:
        return 0, "skipped"
    command, *arguments = shlex.split(HOOK["entry"])
    assert command == "plangate"
    program = [sys.executable, "-c", "from plangate.cli.main import main; main()"]
    path = os.pathsep.join(entry for entry in sys.path if entry)
    done = subprocess.run(
        [*program, *arguments, *files],
        check=False,
        cwd=repository,
        capture_output=True,
        text=True,
        env={**ENVIRONMENT, "PYTHONPATH": path},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(cli: Cli, portal: Path) -> Path:
    assert cli("new", "other-plan").status == 0
    committed(portal)
    return portal


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_good_change_passes(repository: Path) -> None:
    edit(repository / "plans/first-plan/03-capacity.yml", "horizon: 24 month", "horizon: 36 month")
    status, said = commit_would_pass(repository)
    assert status == 0, said
    assert "plan first-plan" in said
    assert "plan other-plan" not in said


def test_a_bad_change_does_not(repository: Path) -> None:
    edit(repository / "plans/first-plan/03-capacity.yml", "horizon: 24 month", "horizon: 24 m")
    status, said = commit_would_pass(repository)
    assert status == 1
    assert "GEN005 plans/first-plan/03-capacity.yml:1:10" in said


def test_a_change_of_the_references_concerns_every_plan(repository: Path) -> None:
    edit(repository / "plans/first-plan/03-capacity.yml", "horizon: 24 month", "horizon: 24 m")
    committed(repository)
    (repository / "references/checklists.yml").write_text("preset: standard\n# one line more\n")
    status, said = commit_would_pass(repository)
    assert status == 1
    assert "plan other-plan" in said


def test_other_files_are_none_of_its_business(repository: Path) -> None:
    (repository / "readme.txt").write_text("hello\n")
    assert commit_would_pass(repository) == (0, "skipped")


def test_its_settings() -> None:
    assert HOOK["language"] == "python"
    assert HOOK["require_serial"] is True  # one report, not one for each part of the list of files
