"""A base revision from real repositories: what was committed comes back, and nothing else is believed."""

import os
import subprocess
from pathlib import Path

import pytest

from plangate.reading.git import GitError, files_at, revision

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_AUTHOR_NAME": "alice", "GIT_AUTHOR_EMAIL": "alice@acme.example", "GIT_AUTHOR_DATE": "2026-11-01T12:00:00Z",
    "GIT_COMMITTER_NAME": "alice", "GIT_COMMITTER_EMAIL": "alice@acme.example",
    "GIT_COMMITTER_DATE": "2026-11-01T12:00:00Z", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env=ENVIRONMENT
    )
    return done.stdout.strip()


def commit(repository: Path, message: str) -> str:
    git(repository, "add", "--all")
    git(repository, "commit", "--quiet", "--message", message)
    return git(repository, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    plan = top / "plans" / "orders"
    plan.mkdir(parents=True)
    git(top, "init", "--quiet", "--initial-branch", "main")
    (plan / "plan.yml").write_bytes(b"id: orders\ntitle: Caf\xc3\xa9\n")
    (plan / "reviews").mkdir()
    (plan / "reviews" / "one.yml").write_text("by: alice\n")
    (top / "other.txt").write_text("not asked for\n")
    commit(top, "First")
    (plan / "plan.yml").write_text("id: orders\ntitle: Later\n")
    (plan / "01-context.yml").write_text("problem: x\n")
    commit(top, "Second")
    return top


def read(repository: Path, name: str, folder: str = "plans") -> dict[str, bytes]:
    place = repository / folder
    with files_at(revision(repository, name), place) as copies:
        copy = copies[place]
        return {
            path.relative_to(copy).as_posix(): path.read_bytes() for path in sorted(copy.rglob("*")) if path.is_file()
        }


def test_the_files_of_a_commit_come_back_byte_by_byte(repository: Path) -> None:
    assert read(repository, "HEAD~1") == {
        "orders/plan.yml": b"id: orders\ntitle: Caf\xc3\xa9\n",
        "orders/reviews/one.yml": b"by: alice\n",
    }
    assert set(read(repository, "main")) == {"orders/01-context.yml", "orders/plan.yml", "orders/reviews/one.yml"}


def test_what_lies_in_the_work_tree_does_not_count(repository: Path) -> None:
    (repository / "plans" / "orders" / "plan.yml").write_text("id: changed\n")
    assert b"Later" in read(repository, "HEAD")["orders/plan.yml"]


def test_a_folder_that_was_not_there_is_empty(repository: Path) -> None:
    assert read(repository, "HEAD", "references") == {}


def test_links_are_left_out(repository: Path) -> None:
    (repository / "plans" / "orders" / "link.yml").symlink_to("/etc/hostname")
    commit(repository, "A link")
    assert "orders/link.yml" not in read(repository, "HEAD")


@pytest.mark.parametrize("name", ["nowhere", "--output=/tmp/x", "-h", "HEAD~9", "main:plans", "", "a..b", "$(id)"])
def test_what_is_no_commit_is_told(repository: Path, name: str) -> None:
    with pytest.raises(GitError, match="git knows no revision"):
        revision(repository, name)


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(GitError, match="no git repository"):
        revision(tmp_path, "HEAD")


def test_a_folder_outside_is_refused(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not in the subpath"), files_at(revision(repository, "HEAD"), tmp_path):
        pass


def test_a_shallow_clone_says_what_is_missing(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone))
    with pytest.raises(GitError, match="shallow clone"):
        revision(clone, git(repository, "rev-parse", "HEAD~1"))


def test_hooks_and_helpers_of_the_repository_do_not_run(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    hook = repository / ".git" / "hooks" / "fsmonitor"
    hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
    hook.chmod(0o755)
    git(repository, "config", "core.fsmonitor", str(hook))
    assert read(repository, "HEAD~1")
    assert not mark.exists()
