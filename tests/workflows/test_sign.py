"""sign.yml in real repositories: a review becomes one commit on the branch that was reviewed, and nothing else."""

import json
from pathlib import Path

import pytest

from plangate.cli.main import run

from ..repositories import committed, git
from .running import step, workflow

JOB = workflow("sign")["jobs"]["sign"]
LOGIN = "octo-bob"


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the forge says of a review by octo-bob, of a branch that adds a file and takes bob out of people.yml."""
    origin = tmp_path / "forge" / "acme" / "plans"
    origin.mkdir(parents=True)
    monkeypatch.chdir(origin)
    assert run(["init"]) == 0
    people = origin / "references" / "people.yml"
    people.write_text(people.read_text().replace("emails: [bob@", f"github: {LOGIN}\n    emails: [bob@"))
    base = committed(origin)
    git(origin, "checkout", "--quiet", "-b", "change")
    (origin / "plans" / "first-plan" / "03-capacity.md").write_text("# Capacity\n\nMeasured on the old system.\n")
    people.write_text("people: {mallory: {github: mallory, roles: [{role: platform}]}}\n")
    head = committed(origin, "Change")
    git(origin, "checkout", "--quiet", "main")
    git(tmp_path, "clone", "--quiet", str(origin), "work")
    return {
        "github.event.pull_request.base.sha": base,
        "github.event.review.commit_id": head,
        "github.event.pull_request.head.ref": "change",
        "github.event.review.user.login": LOGIN,
        "github.event.review.user.id": "4711",
        "github.server_url": str(tmp_path / "forge"),
        "github.repository": "acme/plans",
        "secrets.PLANGATE_TOKEN || github.token": "none",
    }


def given(tmp_path: Path, known: dict[str, str], login: str, body: str = "", state: str = "approved") -> dict[str, str]:
    """Write the event of a review, and say where it lies."""
    user = {"login": login, "id": 4711, "type": "User"}
    head = known["github.event.review.commit_id"]
    event = {
        "action": "submitted",
        "review": {"user": user, "body": body, "commit_id": head, "state": state},
        "pull_request": {"head": {"sha": head}, "base": {"sha": known["github.event.pull_request.base.sha"]}},
        "sender": user,
    }
    (tmp_path / "event.json").write_text(json.dumps(event))
    return {"GITHUB_EVENT_PATH": str(tmp_path / "event.json"), "RUNNER_TEMP": str(tmp_path)}


def test_a_review_becomes_a_commit(tmp_path: Path, known: dict[str, str]) -> None:
    said = given(tmp_path, known, LOGIN)
    for name in ("Sign", "Commit the record"):
        status, told = step(JOB, name, tmp_path / "work", known, **said)
        assert status == 0, told
    origin, head = tmp_path / "forge" / "acme" / "plans", known["github.event.review.commit_id"]
    assert git(origin, "rev-parse", "change^") == head
    author = git(origin, "log", "-1", "--format=%an <%ae>", "change")
    assert author == "octo-bob <4711+octo-bob@users.noreply.github.com>"
    (changed,) = git(origin, "diff", "--name-status", head, "change").splitlines()
    assert changed == "A\tplans/first-plan/reviews/2026-11-23-bob-reviewer.yml"


@pytest.mark.parametrize(
    ("login", "body", "state", "signs"),
    [
        ("mallory", "", "approved", 2),
        (LOGIN, "/plangate approve capacity as owner; id", "commented", 2),
        (LOGIN, "A question", "commented", 0),
    ],
)
def test_any_other_review_becomes_none(
    tmp_path: Path, known: dict[str, str], login: str, body: str, state: str, signs: int
) -> None:
    said = given(tmp_path, known, login, body, state)
    assert step(JOB, "Sign", tmp_path / "work", known, **said)[0] == signs
    if signs == 0:
        assert step(JOB, "Commit the record", tmp_path / "work", known, **said)[0] == 0
    assert git(tmp_path / "forge" / "acme" / "plans", "rev-parse", "change") == known["github.event.review.commit_id"]


def test_a_branch_that_moved_on_gets_no_record(tmp_path: Path, known: dict[str, str]) -> None:
    said = given(tmp_path, known, LOGIN)
    assert step(JOB, "Sign", tmp_path / "work", known, **said)[0] == 0
    origin = tmp_path / "forge" / "acme" / "plans"
    git(origin, "checkout", "--quiet", "change")
    (origin / "plans" / "first-plan" / "03-capacity.md").write_text("# Capacity\n\nSomething else.\n")
    moved = committed(origin, "Later")
    git(origin, "checkout", "--quiet", "main")
    status, told = step(JOB, "Commit the record", tmp_path / "work", known, **said)
    assert status != 0
    assert "rejected" in told
    assert git(origin, "rev-parse", "change") == moved
