"""recheck.yml in a real portal, against a forge on this machine: one issue, kept up to date, and closed."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from plangate.cli.main import run

from .forge import BOT, REPOSITORY, Forge, listening
from .running import step, workflow

JOB = workflow("recheck")["jobs"]["recheck"]
ISSUE = "Open, update or close the issue"
MARKER = "<!-- plangate: recheck -->"
OTHERS = [
    {"number": 3, "user": {"login": "mallory", "type": "User"}, "body": f"{MARKER}\nMine"},
    {"number": 4, "user": BOT, "body": None},
    {"number": 5, "user": BOT, "body": f"As said: {MARKER}"},
]
OURS = {"number": 6, "user": BOT, "body": f"{MARKER}\nOf yesterday"}


@dataclass
class Issues(Forge):
    """A forge with open issues."""

    issues: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str) -> bytes:
        assert path == "/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100"
        return json.dumps(self.issues).encode()


@pytest.fixture
def forge() -> Iterator[Issues]:
    with listening(Issues()) as found:
        yield found


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new portal, as the default branch has it."""
    top = tmp_path / "portal"
    top.mkdir()
    monkeypatch.chdir(top)
    assert run(["init"]) == 0
    return top


def written(forge: Issues, portal: Path, *issues: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Run the step of the issue with others' issues and these, and give what it wrote to the forge."""
    forge.issues, forge.written = [*OTHERS, *issues], []
    known = {"github.api_url": forge.url, "github.repository": REPOSITORY, "github.token": "none"}
    status, said = step(JOB, ISSUE, portal, known)
    assert status == 0, said
    return forge.written


def test_where_nothing_is_due_the_issue_is_closed_and_none_opened(forge: Issues, portal: Path) -> None:
    status, said = step(JOB, "Check", portal, {})
    assert status == 0, said
    assert written(forge, portal) == []
    assert written(forge, portal, OURS) == [("PATCH", "/issues/6", {"state": "closed"})]


def test_a_waiver_that_has_ended_is_told_once(forge: Issues, portal: Path) -> None:
    trap = portal.parent / "trap"
    waivers = portal / "plans" / "first-plan" / "waivers"
    waivers.mkdir()
    (waivers / "W-001.yml").write_text(
        "id: W-001\nrule: GEN012\ngate: capacity\nreason: A rise\nowner: alice\napproved_by: carol\n"
        "created: 2026-10-01\nexpires: 2026-11-10\n"
    )
    named = portal / "plans" / f"$(touch {trap})".replace("/", "_")
    named.mkdir()
    (named / "plan.yml").write_text("title: '\"; touch trap; @everybody <!-- -->'\n")
    status, said = step(JOB, "Check", portal, {})
    assert status == 0, said
    ((method, place, opened),) = written(forge, portal)
    assert (method, place, opened["title"]) == ("POST", "/issues", "Plans that need a look")
    assert opened["body"].startswith(f"{MARKER}\n## Plangate: failed\n")
    assert "W-001 (GEN012) expired on 2026-11-10, 13 d ago; alice owns it" in opened["body"]
    assert written(forge, portal, OURS) == [("PATCH", "/issues/6", opened)]
    assert not trap.exists()
    assert not (portal / "trap").exists()


@pytest.mark.parametrize(
    ("rule", "verdict", "blocking", "due"),
    [
        ("WVR002", "fail", False, True),
        ("GEN012", "fail", False, True),
        ("REV010", "fail", False, True),
        ("CTX008", "fail", True, True),
        ("GEN012", "waived", False, False),
        ("GEN011", "fail", False, False),
        ("CAP008", "undetermined", False, False),
    ],
)
def test_what_only_time_changes_is_due(
    forge: Issues, tmp_path: Path, rule: str, verdict: str, blocking: bool, due: bool
) -> None:
    (tmp_path / ".plangate").mkdir()
    found = {"findings": [{"rule": rule, "verdict": verdict, "blocking": blocking}]}
    (tmp_path / ".plangate" / "recheck.json").write_text(json.dumps(found))
    (tmp_path / ".plangate" / "recheck.md").write_text("Told\n")
    assert bool(written(forge, tmp_path)) is due


def test_a_check_that_cannot_run_closes_nothing(portal: Path) -> None:
    (portal / "references" / "people.yml").write_text("people: [\n")
    status, _ = step(JOB, "Check", portal, {})
    assert status == 2
