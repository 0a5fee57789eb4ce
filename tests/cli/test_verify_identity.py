"""`plangate verify-identity`, in real repositories."""

import json
import os
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]
PEOPLE = (resources.files("plangate") / "defaults" / "references" / "people.yml").read_text("utf-8")
RECORD = Path("plans/first-plan/reviews/2026-11-23-bob-reviewer.yml")


def git(folder: Path, *arguments: str, who: str = "alice") -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        **{f"GIT_{role}_{part}": text for role in ("AUTHOR", "COMMITTER") for part, text in
           (("NAME", who), ("EMAIL", f"{who}@example.com"))},
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
    }  # fmt: skip
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env=environment
    )
    return done.stdout.strip()


def commit(portal: Path, who: str, *more: str) -> None:
    git(portal, "add", "--all")
    git(portal, "commit", "--quiet", "--message", f"By {who}", *more, who=who)


def change(portal: Path, file: str, old: str, new: str) -> None:
    path = portal / "plans" / "first-plan" / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def repository(cli: Cli, portal: Path) -> Path:
    """A portal under git, written by alice, in which bob's record stands but is not committed yet."""
    (portal / "references" / "people.yml").write_text(
        PEOPLE.replace("emails: [bob@", "signers: [bob@example.com]\n    emails: [bob@")
    )
    git(portal, "init", "--quiet", "--initial-branch", "main")
    commit(portal, "alice")
    done = cli("sign", "capacity", "--plan", "first-plan", "--role", "reviewer", "--as", "bob")
    assert done.status == 0
    return portal


def found(cli: Cli, portal: Path, *more: str) -> dict[str, Any]:
    done = cli("verify-identity", *more)
    assert (done.status, done.err) == (0, "")
    data: dict[str, Any] = json.loads((portal / ".plangate" / "identity.json").read_text())
    return data


def test_a_record_that_its_person_committed_is_committed(cli: Cli, repository: Path) -> None:
    assert found(cli, repository)["levels"] == {}
    commit(repository, "bob")
    assert list(found(cli, repository)["levels"].values()) == ["committed"]
    assert cli("check", "--identity", ".plangate/identity.json").status == 0


@pytest.mark.parametrize("who", ["alice", "mallory"])
def test_a_record_that_somebody_else_committed_is_a_claim(cli: Cli, repository: Path, who: str) -> None:
    commit(repository, who)
    assert found(cli, repository)["levels"] == {}


def test_a_record_that_was_edited_is_a_claim_again(cli: Cli, repository: Path) -> None:
    commit(repository, "bob")
    text = (repository / RECORD).read_text()
    (repository / RECORD).write_text(text + "# \n")
    commit(repository, "bob")
    assert found(cli, repository)["levels"] == {}


def test_records_that_were_edited_or_deleted_are_told(cli: Cli, repository: Path) -> None:
    commit(repository, "bob")
    (repository / RECORD).write_text((repository / RECORD).read_text() + "# \n")
    commit(repository, "carol")
    assert found(cli, repository)["edited"] == {"first-plan": [RECORD.relative_to("plans/first-plan").as_posix()]}
    (repository / RECORD).unlink()
    commit(repository, "carol")
    known = found(cli, repository)
    assert (known["edited"], known["gone"]) == ({}, {"first-plan": ["reviews/2026-11-23-bob-reviewer.yml"]})
    told = cli("check", "--identity", ".plangate/identity.json").out
    assert "Record reviews/2026-11-23-bob-reviewer.yml was deleted after it had been committed" in told


def test_what_lies_in_the_working_tree_only_is_a_claim(cli: Cli, repository: Path) -> None:
    commit(repository, "bob")
    (repository / RECORD).write_text((repository / RECORD).read_text().replace("approve", "hold"))
    known = found(cli, repository)["levels"]
    assert len(known) == 1
    assert "only claimed" not in cli("check", "--identity", ".plangate/identity.json").out


def test_the_author_of_a_gate_is_who_changed_what_it_says(cli: Cli, repository: Path) -> None:
    change(repository, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(repository, "bob")
    change(repository, "03-capacity.yml", "horizon: 25 month", "horizon:    25 month # looked through")
    commit(repository, "carol")
    authors = found(cli, repository)["authors"]["first-plan"]
    assert authors.pop("capacity") == "bob"
    assert set(authors.values()) == {"alice"}


def test_a_merge_is_no_change_of_its_own(cli: Cli, repository: Path) -> None:
    git(repository, "checkout", "--quiet", "-b", "side")
    change(repository, "03-capacity.yml", "horizon: 24 month", "horizon: 25 month")
    commit(repository, "bob")
    git(repository, "checkout", "--quiet", "main")
    change(repository, "11-bundle.yml", "risks:", "glossary: [{term: order}]\nrisks:")
    commit(repository, "alice")
    git(repository, "merge", "--quiet", "--no-edit", "side", who="carol")
    authors = found(cli, repository)["authors"]["first-plan"]
    assert (authors["capacity"], authors["bundle"]) == ("bob", "alice")


def test_people_are_taken_from_the_base(cli: Cli, repository: Path) -> None:
    people = repository / "references" / "people.yml"
    base = git(repository, "rev-parse", "HEAD")
    people.write_text(people.read_text().replace("emails: [bob@example.com]", "emails: [mallory@example.com]"))
    commit(repository, "mallory")
    assert list(found(cli, repository)["levels"].values()) == ["committed"]
    assert found(cli, repository, "--base", base)["levels"] == {}


@pytest.mark.parametrize(("signer", "level"), [("bob", "verified"), ("alice", "committed"), ("mallory", "committed")])
def test_a_signed_commit_verifies_its_signer(
    cli: Cli, repository: Path, tmp_path_factory: Any, signer: str, level: str
) -> None:
    keys = tmp_path_factory.mktemp("keys")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / signer)], check=True)
    public = (keys / f"{signer}.pub").read_text()
    trusted = "" if signer == "mallory" else f"{signer}@example.com {public}"
    (keys / "allowed").write_text(trusted)
    git(repository, "config", "gpg.format", "ssh")
    git(repository, "config", "gpg.ssh.allowedSignersFile", str(keys / "allowed"))
    git(repository, "config", "user.signingkey", str(keys / signer))
    commit(repository, "bob", "--gpg-sign")
    assert list(found(cli, repository)["levels"].values()) == [level]


def test_where_there_is_no_git_it_says_so(cli: Cli, portal: Path) -> None:
    done = cli("verify-identity")
    assert done.status == 2
    assert "lies in no git repository" in done.err
