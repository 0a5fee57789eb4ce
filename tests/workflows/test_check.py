"""check.yml on pull requests in real repositories: nothing of them runs, and their plans are judged."""

import json
from pathlib import Path

import jsonschema
import pytest

from plangate.cli.main import run
from plangate.reports.json_report import schema
from plangate.reports.posted import comment_problem

from ..repositories import committed, git
from .running import step, workflow
from .strangers import forged_rows, leave_in

JOB = workflow("check")["jobs"]["check"]
FETCH = "Fetch the merge as objects, not as files"
OF_THE_BASE = ("mkdocs.yml", "references/people.yml", "references/index.md")


@pytest.fixture
def origin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that a new portal was committed to."""
    top = tmp_path / "origin"
    top.mkdir()
    monkeypatch.chdir(top)
    assert run(["init"]) == 0
    committed(top)
    git(top, "checkout", "--quiet", "-b", "change")
    return top


def hostile(origin: Path, trap: Path) -> None:
    """Leave what a stranger might: code wherever code could be, settings, and plans that are none."""
    touch = f"touch {trap}"
    python = f"import os; os.system({touch!r})\n"
    (origin / "mkdocs.yml").write_text("site_name: Mine now\nhooks: [hook.py]\nplugins: [plangate: {fail_on: never}]\n")
    for name in ("hook.py", "conftest.py", "sitecustomize.py", "plangate.py", "setup.py", "plans/conftest.py"):
        (origin / name).write_text(python)
    (origin / "Makefile").write_text(f"site:\n\t{touch}\n")
    (origin / "pyproject.toml").write_text("[build-system]\nrequires = []\nbuild-backend = 'setup'\n")
    (origin / "references" / "people.yml").write_text("people: {mallory: {roles: [{role: reviewer}]}}\n")
    (origin / "references" / "index.md").write_text("{{ mine }}\n")
    leave_in(origin / "plans", touch)


def opened(origin: Path) -> dict[str, str]:
    """Commit what lies there, open pull request 7 with it, and give what the forge says of that."""
    committed(origin, "Hello")
    git(origin, "checkout", "--quiet", "main")
    git(origin, "merge", "--quiet", "--no-ff", "--message", "Merge", "change")
    git(origin, "update-ref", "refs/pull/7/merge", "HEAD")
    git(origin, "reset", "--quiet", "--hard", "HEAD^1")
    git(origin.parent, "clone", "--quiet", str(origin), "work")
    return {
        "github.event.pull_request.base.sha": git(origin, "rev-parse", "main"),
        "github.event.pull_request.head.sha": git(origin, "rev-parse", "refs/pull/7/merge^2"),
        "github.event.pull_request.number": "7",
        "github.token": "none",
    }


def test_a_hostile_pull_request_is_data(origin: Path, tmp_path: Path) -> None:
    trap, work = tmp_path / "trap", tmp_path / "work"
    hostile(origin, trap)
    known = opened(origin)
    before = {name: (work / name).read_bytes() for name in OF_THE_BASE}
    told_to = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    assert step(JOB, FETCH, work, known)[0] == 0
    status, taken = step(JOB, "Take its plans", work, known, **told_to)
    assert status == 0, taken
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "refused=1\n"
    for reason in (
        "02-sources.md is a symbolic link",
        "contracts is a symbolic link",
        "huge.yml has 1000001 bytes",
        "has a control character in its name",
        "left out run.sh is of no kind that plans hold",
    ):
        assert reason in taken
    status, checked = step(JOB, "Check", work, known)
    assert status == 1, checked
    report = json.loads((work / ".plangate/out/report.json").read_text())
    jsonschema.validate(report, dict(schema()))
    assert report["failed"]
    assert "mallory" not in json.dumps(report)
    status, reported = step(JOB, "Report", work, known, **told_to)
    assert status == 0, reported
    head = known["github.event.pull_request.head.sha"]
    assert json.loads((work / ".plangate/out/origin.json").read_text()) == {"number": 7, "sha": head}
    assert comment_problem((work / ".plangate/out/comment.md").read_text()) is None
    status, built = step(JOB, "Build the portal", work, known)
    assert status != 0
    assert not trap.exists()
    assert not (work / "plans" / "run.sh").exists()
    assert not [path for path in work.rglob("*") if path.is_symlink()]
    assert before == {name: (work / name).read_bytes() for name in before}
    assert forged_rows(taken + checked + reported + built) == []


def test_an_honest_one_passes_and_its_portal_is_built(origin: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (origin / "plans" / "first-plan" / "03-capacity.md").write_text("# Capacity\n\nMeasured on the old system.\n")
    known = opened(origin)
    told_to = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for name in (FETCH, "Take its plans", "Check", "Report", "Build the portal"):
        status, said = step(JOB, name, work, known, **told_to)
        assert status == 0, said
    assert (tmp_path / "GITHUB_OUTPUT").read_text() == "refused=0\n"
    assert comment_problem((work / ".plangate/out/comment.md").read_text()) is None
    pages = [page.read_text() for page in (work / "site").rglob("*.html")]
    assert [page for page in pages if "Measured on the old system." in page]


def test_one_that_moved_on_is_left_to_the_newer_run(origin: Path, tmp_path: Path) -> None:
    (origin / "plans" / "first-plan" / "03-capacity.md").write_text("# Capacity\n")
    known = {**opened(origin), "github.event.pull_request.head.sha": "0" * 40}
    status, told = step(JOB, FETCH, tmp_path / "work", known)
    assert status != 0
    assert "moved on" in told


def test_changes_that_are_not_committed_are_not_lost(origin: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = origin / "plans" / "first-plan" / "plan.yml"
    file.write_text(file.read_text() + "# mine\n")
    assert run(["take-plans", "main"]) == 2
    assert "not committed; they would be lost" in capsys.readouterr().err
    assert file.read_text().endswith("# mine\n")
