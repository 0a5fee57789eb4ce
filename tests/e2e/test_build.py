"""The real `mkdocs build` on the real plans: it fails once and keeps the last site, and is the same every time."""

import filecmp
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import copy_repository

SECTIONS = {
    "orders-mart": ("11-bundle.yml", "follow_ups"),
    "clickstream-sessions": ("03-events.yml", "lag"),
    "jaffle-shop": ("01-context.yml", "problem"),
}


def mkdocs(repository: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mkdocs", "build", *arguments]
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}
    return subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True, check=False)


def without(text: str, section: str) -> str:
    """Take a top-level section out of a YAML file."""
    kept, dropping = [], False
    for line in text.splitlines():
        if line and not line[0].isspace() and not line.startswith(("#", "-")):
            dropping = line.startswith(f"{section}:")
        if not dropping:
            kept.append(line)
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("plan", list(SECTIONS))
def test_a_missing_section_fails_the_build_and_keeps_the_last_site(tmp_path: Path, plan: str) -> None:
    repository = copy_repository(tmp_path / "repository")
    (repository / "site").mkdir()
    (repository / "site" / "index.html").write_text("the last good site")
    name, section = SECTIONS[plan]
    path = repository / "plans" / plan / name
    text = path.read_text()
    path.write_text(without(text, section))
    assert path.read_text() != text
    run = mkdocs(repository, "-q", "--strict")
    assert run.returncode == 1
    assert f"GEN014 plans/{plan}/{name}:1:1" in run.stderr
    assert f"`{section}`" in run.stderr
    assert "Traceback" not in run.stderr
    assert (repository / "site" / "index.html").read_text() == "the last good site"
    assert '"failed": true' in (repository / ".plangate" / "report.json").read_text()


def test_builds_are_the_same_under_every_hash_seed(tmp_path: Path) -> None:
    repository = copy_repository(tmp_path / "repository")
    for seed in ("1", "2"):
        run = mkdocs(repository, "-q", "-d", str(tmp_path / seed), PYTHONHASHSEED=seed, SOURCE_DATE_EPOCH="1795392000")
        assert run.returncode == 0, run.stderr
    first = sorted(path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*") if path.is_file())
    assert first == sorted(path.relative_to(tmp_path / "2") for path in (tmp_path / "2").rglob("*") if path.is_file())
    names = [str(path) for path in first]
    _, different, broken = filecmp.cmpfiles(tmp_path / "1", tmp_path / "2", names, shallow=False)
    assert (different, broken) == ([], [])
