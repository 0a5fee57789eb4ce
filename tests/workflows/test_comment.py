"""comment.yml against a forge on this machine: one comment, kept up to date, and none that was forged."""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from plangate.reports.comment import MARKER

from .forge import BOT, REPOSITORY, Forge, listening
from .running import step, workflow

JOB = workflow("comment")["jobs"]["comment"]
SHA = "a" * 40
BRANCH = "x&state=closed$(touch trap)"
COMMENT = f"{MARKER}\n## Plangate: failed\n"
REPORT = {
    "plangate": "0.1.0", "today": "2026-11-23", "preset": "standard", "examined": {"plans": 1, "gates": 11, "rules": 9},
    "failed": False, "plans": [], "findings": [], "summary": dict.fromkeys(
        ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable"), 0),
}  # fmt: skip


@dataclass
class Commented(Forge):
    """A forge with an artifact, and comments on pull request 7."""

    artifact: bytes = b""
    size: int | None = None
    comments: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, path: str) -> bytes:
        place = path.partition("?")[0]
        if place == "/pulls":
            return json.dumps([{"number": 6, "head": {"sha": "b" * 40}}, {"number": 7, "head": {"sha": SHA}}]).encode()
        if place == "/actions/runs/99/artifacts":
            size = len(self.artifact) if self.size is None else self.size
            return json.dumps({"artifacts": [{"id": 5, "size_in_bytes": size}]}).encode()
        if place == "/actions/artifacts/5/zip":
            return self.artifact
        assert place == "/issues/7/comments", path
        return json.dumps(self.comments if "&page=1" in path else []).encode()


@pytest.fixture
def forge() -> Iterator[Commented]:
    with listening(Commented()) as found:
        yield found


def packed(**changed: Any) -> bytes:
    files = {"origin.json": {"number": 7, "sha": SHA}, "report.json": REPORT, "comment.md": COMMENT, **changed}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, str) else json.dumps(content))
    return target.getvalue()


def run_it(forge: Commented, tmp_path: Path) -> tuple[int, str]:
    """Run the steps in their order until one fails."""
    place = tmp_path / "base"
    place.mkdir()
    known = {
        "github.api_url": forge.url,
        "github.repository": REPOSITORY,
        "github.event.workflow_run.id": "99",
        "github.event.workflow_run.head_sha": SHA,
        "github.event.workflow_run.head_repository.owner.login": "stranger",
        "github.event.workflow_run.head_branch": BRANCH,
        "github.token": "none",
        "steps.find.outputs.number": "7",
    }
    told_to = {"GITHUB_OUTPUT": str(tmp_path / "output"), "RUNNER_TEMP": str(tmp_path)}
    told = ""
    for entry in JOB["steps"]:
        if "run" in entry and entry["name"] != "Install":
            status, said = step(JOB, entry["name"], place, known, **told_to)
            told += said
            if status:
                return status, told
    assert (tmp_path / "output").read_text() == "number=7\n"
    assert list(place.iterdir()) == []
    return 0, told


def test_a_first_comment_is_posted(forge: Commented, tmp_path: Path) -> None:
    forge.artifact = packed()
    forge.comments = [{"id": 1, "user": {"login": "mallory", "type": "User"}, "body": COMMENT}]
    status, told = run_it(forge, tmp_path)
    assert status == 0, told
    assert forge.written == [("POST", "/issues/7/comments", {"body": COMMENT})]
    asked = parse_qs(urlsplit(forge.asked[0]).query)
    assert asked == {"head": [f"stranger:{BRANCH}"], "state": ["open"]}


def test_the_comment_that_is_there_is_brought_up_to_date(forge: Commented, tmp_path: Path) -> None:
    forge.artifact = packed()
    forge.comments = [{"id": 1, "user": BOT, "body": "Something else"}, {"id": 2, "user": BOT, "body": COMMENT + "old"}]
    status, told = run_it(forge, tmp_path)
    assert status == 0, told
    assert forge.written == [("PATCH", "/issues/comments/2", {"body": COMMENT})]


@pytest.mark.parametrize(
    ("artifact", "size", "said"),
    [
        (packed(**{"origin.json": {"number": 8, "sha": SHA}}), None, "does not speak of pull request 7"),
        (packed(**{"report.json": "<html></html>"}), None, "report.json is not JSON"),
        (packed(**{"comment.md": COMMENT + "<script>alert(1)</script>\n"}), None, "holds HTML"),
        (packed(**{"comment.md": COMMENT + "a" * 65_536}), None, "65536 are the most"),
        (b"<html></html>", None, "no zip that can be read"),
        (packed(), 50_000_000, "no report of a size that can be"),
        (b"\0" * 5_000_001, 100, "exceeded"),
    ],
    ids=["number", "not-json", "html", "long", "not-zip", "giant", "giant-in-disguise"],
)
def test_a_forged_artifact_is_not_posted(
    forge: Commented, tmp_path: Path, artifact: bytes, size: int | None, said: str
) -> None:
    forge.artifact, forge.size = artifact, size
    status, told = run_it(forge, tmp_path)
    assert status != 0
    assert said in told
    assert forge.written == []
