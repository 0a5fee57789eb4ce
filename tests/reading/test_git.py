"""A base revision from real repositories: what was committed comes back, and nothing else is believed."""

import shutil
from pathlib import Path

import pytest

from plangate.reading.git import (
    GitError,
    Logged,
    changed_files,
    files_at,
    files_of,
    logged,
    revision,
    shallow,
    tree,
)

from ..repositories import committed, git


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
    committed(top, "First")
    (plan / "plan.yml").write_text("id: orders\ntitle: Later\n")
    (plan / "01-context.yml").write_text("problem: x\n")
    committed(top, "Second")
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
    committed(repository, "A link")
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


def changed(repository: Path, name: str, folder: str = "plans") -> set[str]:
    found = changed_files(revision(repository, name), repository / folder)
    return {file.relative_to(repository / folder).as_posix() for file in found}


def test_what_differs_from_a_committed(repository: Path) -> None:
    plan = repository / "plans" / "orders"
    assert changed(repository, "HEAD") == set()
    assert changed(repository, "HEAD~1") == {"orders/plan.yml", "orders/01-context.yml"}
    (plan / "plan.yml").write_text("id: changed\n")
    git(repository, "add", "--all")
    (plan / "reviews" / "one.yml").unlink()
    (plan / "new\nline \u00fc.yml").write_text("x: y\n")
    (repository / "other.txt").write_text("changed\n")
    assert changed(repository, "HEAD") == {"orders/plan.yml", "orders/reviews/one.yml", "orders/new\nline \u00fc.yml"}


def test_what_git_ignores_is_no_change(repository: Path) -> None:
    (repository / ".gitignore").write_text("*.tmp\n")
    (repository / "plans" / "orders" / "x.tmp").write_text("x")
    assert changed(repository, "HEAD") == set()


def test_the_name_of_a_folder_is_no_pattern(repository: Path) -> None:
    odd = repository / ":(glob)**"
    odd.mkdir()
    (repository / "plans" / "orders" / "plan.yml").write_text("id: changed\n")
    assert changed(repository, "HEAD", ":(glob)**") == set()


def test_programs_of_the_repository_do_not_run_for_a_comparison(repository: Path, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    git(repository, "config", "diff.external", str(program))
    git(repository, "config", "diff.mine.textconv", str(program))
    git(repository, "config", "core.fsmonitor", str(program))
    (repository / "plans" / ".gitattributes").write_text("*.yml diff=mine\n")
    (repository / "plans" / "orders" / "plan.yml").write_text("id: changed\n")
    assert "orders/plan.yml" in changed(repository, "HEAD")
    assert not mark.exists()


def test_a_folder_outside_is_no_part_of_a_comparison(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not in the subpath"):
        changed_files(revision(repository, "HEAD"), tmp_path)


def put(repository: Path, plan: str, text: str) -> None:
    folder = repository / "plans" / plan
    folder.mkdir(exist_ok=True)
    (folder / "plan.yml").write_text(text)


def log(repository: Path, folder: str = "plans") -> tuple[Logged, ...]:
    return logged(revision(repository, "HEAD"), folder)


def test_commits_are_listed_with_the_folders_that_they_changed(repository: Path) -> None:
    (repository / "other.txt").write_text("no plan\n")
    committed(repository, "Elsewhere")
    put(repository, "sales", "id: sales\n")
    put(repository, "orders", "id: orders\ntitle: Third\n")
    newest = committed(repository, "Third")
    found = log(repository)
    assert [(one.subject, sorted(one.folders), one.first) for one in found] == [
        ("Third", ["orders", "sales"], False),
        ("Second", ["orders"], False),
        ("First", ["orders"], True),
    ]
    assert (found[0].sha, found[0].email, str(found[0].day)) == (newest, "alice@acme.example", "2026-11-01")
    assert found[0].folders["sales"][0] == ()
    assert found[0].folders["orders"][0] == (found[1].folders["orders"][1],)
    assert found[0].folders["orders"][1] == tree(revision(repository, "HEAD"), "HEAD", "plans/orders")
    shutil.rmtree(repository / "plans" / "sales")
    committed(repository, "Gone")
    assert log(repository)[0].folders == {"sales": ((found[0].folders["sales"][1],), None)}


def test_a_merge_changes_only_what_differs_from_all_sides(repository: Path) -> None:
    start = git(repository, "rev-parse", "HEAD")
    put(repository, "orders", "id: here\n")
    here = committed(repository, "Here")
    git(repository, "checkout", "--quiet", "-b", "side", start)
    put(repository, "sales", "id: sales\n")
    (repository / "plans" / "orders" / "02-sources.yml").write_text("x: y\n")
    side = committed(repository, "Side")
    git(repository, "checkout", "--quiet", "main")
    git(repository, "merge", "--quiet", "--no-ff", "--message", "Both", "side")
    merge = log(repository)[0]
    assert (merge.subject, list(merge.folders)) == ("Both", ["orders"])
    at = revision(repository, "HEAD")
    assert merge.folders["orders"][0] == tuple(tree(at, sha, "plans/orders") for sha in (here, side))


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("a\x1fb\x1f\x1fc", "a\x1fb\x1f\x1fc"),
        (":040000 040000 0 0 M", ":040000 040000 0 0 M"),
        ("one\n:040000 040000 0 0 M\n\nbody", "one :040000 040000 0 0 M"),
        ("<script>\x1b[2J\u202e", "<script>\x1b[2J\u202e"),
    ],
)
def test_what_a_commit_says_of_itself_shifts_nothing(repository: Path, message: str, subject: str) -> None:
    put(repository, "orders", "id: changed\n")
    odd = repository / "plans" / "orders" / ":040000 040000 1 2 M\tplans\nx.yml"
    odd.write_text("x: y\n")
    committed(repository, message)
    newest, before = log(repository)[:2]
    assert newest.subject == subject
    assert newest.folders["orders"][0] == (before.folders["orders"][1],)
    assert list(newest.folders) == ["orders"]


def test_settings_of_the_repository_change_no_log(repository: Path, tmp_path: Path) -> None:
    before = log(repository)
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    program.chmod(0o755)
    for name, value in {
        "log.showSignature": "true", "gpg.program": str(program), "diff.external": str(program), "log.follow": "true",
        "log.showRoot": "false", "color.ui": "always", "log.decorate": "full", "diff.renames": "copies",
        "core.fsmonitor": str(program), "log.date": "relative",
    }.items():  # fmt: skip
        git(repository, "config", name, value)
    assert log(repository) == before
    assert not (tmp_path / "ran").exists()


def test_the_content_of_a_folder_comes_back_by_its_id(repository: Path) -> None:
    at = revision(repository, "HEAD")
    content = tree(at, "HEAD~1", "plans/orders")
    assert content is not None
    with files_of(at, content, "another") as folder:
        assert folder.name == "another"
        assert (folder / "reviews" / "one.yml").read_text() == "by: alice\n"
        assert not (folder / "01-context.yml").exists()
    with pytest.raises(GitError, match="not here"), files_of(at, "0" * 40, "another"):
        pass


def test_a_shallow_clone_is_known(repository: Path, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{repository}", str(clone))
    assert shallow(revision(clone, "HEAD"))
    assert not shallow(revision(repository, "HEAD"))
    assert [one.first for one in log(clone)] == [True]
