"""`plangate sign`: one whole file or none, for whoever may sign, and refused in words where somebody may not."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from plangate.checks.report import Report
from plangate.checks.runner import check
from plangate.cli.filing import RecordRejected, file_new, record_text
from plangate.model.review import Record
from plangate.reading import typed, yaml
from plangate.reading.portfolio import read_portfolio

Cli = Callable[..., Any]
PLAN = "first-plan"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
    "GIT_AUTHOR_NAME": "bob", "GIT_AUTHOR_EMAIL": "bob@example.com", "GIT_COMMITTER_NAME": "bob",
    "GIT_COMMITTER_EMAIL": "bob@example.com", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env=ENVIRONMENT
    )
    return done.stdout.strip()


def reviews(portal: Path) -> list[str]:
    folder = portal / "plans" / PLAN / "reviews"
    return sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []


def judged(portal: Path) -> Report:
    return check(read_portfolio(portal / "plans", portal / "references"), today=date(2026, 11, 23))


def test_it_writes_one_record_that_counts(cli: Cli, portal: Path) -> None:
    before = {file: file.read_bytes() for file in portal.rglob("*") if file.is_file()}
    done = cli(
        "sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob", "--note", 'Read: it\'s "fine" → yes'
    )
    assert (done.status, done.err) == (0, "")
    assert done.out.endswith(f"wrote plans/{PLAN}/reviews/2026-11-23-bob-reviewer.yml\n")
    assert reviews(portal) == ["2026-11-23-bob-reviewer.yml"]
    assert all(file.read_bytes() == content for file, content in before.items())
    report = judged(portal)
    assert not report.failed
    gate = next(gate for gate in report.plan(PLAN).gates if gate.gate == "capacity")
    assert gate.state == "approved"
    assert gate.review is not None
    assert gate.review.words[0].filed.record.note == 'Read: it\'s "fine" → yes'


def test_all_that_waits_is_signed_at_once_and_once(cli: Cli, portal: Path) -> None:
    assert cli("sign", "--all-pending", "--plan", PLAN, "--role", "reviewer", "--as", "bob").status == 0
    assert judged(portal).plan(PLAN).state == "approved"
    again = cli("sign", "--all-pending", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    assert again.status == 2
    assert "No gate of plan first-plan waits for bob as reviewer" in again.err
    assert len(reviews(portal)) == 1


def test_it_shows_what_changed_since_the_last_record_and_supersedes_it(cli: Cli, portal: Path) -> None:
    cli("sign", "capacity", "sources", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    file = portal / "plans" / PLAN / "03-capacity.yml"
    file.write_text(file.read_text().replace("horizon: 24 month", "horizon: 25 month"))
    done = cli("sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    assert "neutral capacity.horizon 720 d → 750 d" in done.out
    assert reviews(portal) == ["2026-11-23-bob-reviewer-2.yml", "2026-11-23-bob-reviewer.yml"]
    report = judged(portal)
    assert [finding.rule for finding in report.findings] == []
    assert {gate.gate: gate.state for gate in report.plan(PLAN).gates}["capacity"] == "approved"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["capacity", "--role", "reviewer", "--as", "mallory"], "'mallory' is nobody of people.yml"),
        (
            ["capacity", "--role", "revewer", "--as", "bob"],
            "'revewer' is no role of the workflow; did you mean reviewer?",
        ),
        (["capacity", "--role", "platform", "--as", "alice"], "alice does not hold the role platform"),
        (
            ["capacty", "--role", "reviewer", "--as", "bob"],
            "'capacty' is no gate of plan first-plan; did you mean capacity?",
        ),
        (["--role", "reviewer", "--as", "bob"], "Name the gates to sign, or say --all-pending"),
        (["capacity", "--all-pending", "--role", "reviewer", "--as", "bob"], "Name the gates to sign, or say"),
        (
            ["capacity", "--role", "reviewer", "--as", "bob", "--verdict", "hold"],
            "`hold` needs a --note or a --concern",
        ),
        (["capacity", "--role", "reviewer", "--as", "bob", "--close", "c1"], "'c1' is no concern of yours"),
        (["capacity", "--role", "reviewer", "--as", "bob", "--note", "a\u202eb"], "The record cannot be written"),
        (["events", "--role", "reviewer", "--as", "bob"], "'events' is no gate of plan first-plan"),
    ],
)
def test_what_cannot_be_signed_is_refused_in_words(cli: Cli, portal: Path, asked: list[str], said: str) -> None:
    done = cli("sign", "--plan", PLAN, *asked)
    assert done.status == 2
    assert said in done.err
    assert reviews(portal) == []


def test_nobody_signs_over_open_errors_without_saying_so(cli: Cli, portal: Path) -> None:
    file = portal / "plans" / PLAN / "04-ingestion.yml"
    file.write_text(file.read_text().replace("retries: 2", "owner: data_tema\n    retries: 2"))
    asked = ("sign", "ingestion", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    done = cli(*asked)
    assert (done.status, reviews(portal)) == (1, [])
    assert "Not signed: 1 error is open" in done.err
    assert "error GEN013" in done.out
    assert cli(*asked, "--despite", "  ").status == 1
    assert cli(*asked, "--verdict", "request_changes", "--note", "Who is that?").status == 0
    assert cli(*asked, "--despite", "The team is being founded").status == 0
    report = judged(portal)
    assert {gate.gate: gate.state for gate in report.plan(PLAN).gates}["ingestion"] == "blocked"
    records = [filed.record for filed in report.plan(PLAN).facts.plan.records]
    assert {record.despite for record in records} == {None, "The team is being founded"}


def test_a_concern_is_raised_and_closed(cli: Cli, portal: Path) -> None:
    asked = ("sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    assert cli(*asked, "--concern", "Where is the high case?").status == 0
    assert judged(portal).plan(PLAN).state == "blocked"
    assert cli(*asked, "--close", "c1").status == 0
    gates = {gate.gate: gate.state for gate in judged(portal).plan(PLAN).gates}
    assert gates["capacity"] == "approved"


def test_who_signs_is_taken_from_git_where_it_is_known(cli: Cli, portal: Path) -> None:
    asked = ("sign", "capacity", "--plan", PLAN, "--role", "reviewer")
    git(portal, "init", "--quiet")
    git(portal, "config", "user.email", "stranger@example.com")
    done = cli(*asked)
    assert done.status == 2
    assert "Who signs? Name a person of people.yml by --as" in done.err
    git(portal, "config", "user.email", "carol@example.com")
    assert cli(*asked).status == 0
    assert reviews(portal) == ["2026-11-23-carol-reviewer.yml"]


def test_two_branches_that_sign_from_one_base_merge_and_are_noticed(cli: Cli, portal: Path) -> None:
    asked = ("sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob")
    git(portal, "init", "--quiet", "--initial-branch", "main")
    assert cli(*asked, "--today", "2026-11-20").status == 0
    git(portal, "add", "--all")
    git(portal, "commit", "--quiet", "-m", "Base")
    for branch, day, verdict in (("one", "2026-11-21", "approve"), ("two", "2026-11-22", "approve_with_notes")):
        git(portal, "checkout", "--quiet", "-b", branch, "main")
        assert cli(*asked, "--today", day, "--verdict", verdict, "--note", "Read").status == 0
        git(portal, "add", "--all")
        git(portal, "commit", "--quiet", "-m", f"Sign on {branch}")
        assert [finding.rule for finding in judged(portal).findings] == []
    git(portal, "merge", "--quiet", "--no-edit", "one")
    assert git(portal, "status", "--porcelain") == ""
    (finding,) = judged(portal).findings
    assert (finding.rule, finding.severity) == ("REV007", "warning")
    assert "Two branches may have signed from one base" in finding.message
    assert cli(*asked).status == 0


def test_two_branches_that_contradict_each_other_block(cli: Cli, portal: Path) -> None:
    asked = ("sign", "capacity", "--plan", PLAN, "--role", "reviewer", "--as", "bob", "--note", "Read")
    git(portal, "init", "--quiet", "--initial-branch", "main")
    git(portal, "add", "--all")
    git(portal, "commit", "--quiet", "-m", "Base")
    for branch, day, verdict in (("one", "2026-11-21", "hold"), ("two", "2026-11-22", "approve")):
        git(portal, "checkout", "--quiet", "-b", branch, "main")
        assert cli(*asked, "--today", day, "--verdict", verdict).status == 0
        git(portal, "add", "--all")
        git(portal, "commit", "--quiet", "-m", f"Sign on {branch}")
    git(portal, "merge", "--quiet", "--no-edit", "one")
    report = judged(portal)
    assert {finding.rule for finding in report.findings} == {"REV007", "REV008"}
    assert report.plan(PLAN).state == "blocked"


_SIGNS = (
    "import sys; from plangate.cli.main import run; print('begun', flush=True); "
    "sys.exit(run(['sign', '--all-pending', '--plan', 'first-plan', '--role', 'reviewer', '--as', sys.argv[1]]))"
)


def test_whoever_is_killed_leaves_a_whole_record_or_none(cli: Cli, portal: Path) -> None:
    whole = 0
    for moment in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", _SIGNS, ("alice", "bob", "carol")[moment % 3]],
            cwd=portal, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        sleep(moment * 0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        read = read_portfolio(portal / "plans", portal / "references").read(PLAN)
        assert read.problems == ()
        names = [name for name in reviews(portal) if not name.startswith(".")]
        assert len(read.plan.records) == len(names)
        whole = len(names)
        for name in reviews(portal):
            (portal / "plans" / PLAN / "reviews" / name).unlink()
    assert whole <= 1


_FILES = (
    "import os, sys; from pathlib import Path; from plangate.cli.filing import file_new\n"
    "names = [f'{n}.yml' for n in range(10000)]\n"
    "print('begun', flush=True)\n"
    "while True: file_new(Path(sys.argv[1]), names[len(os.listdir(sys.argv[1])):] + names, 'text: ' + 'x' * 20000)\n"
)


@pytest.mark.parametrize("moment", range(10))
def test_a_file_is_whole_or_not_there_whenever_its_writer_is_killed(tmp_path: Path, moment: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", _FILES, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    sleep(0.013 * (moment + 1))
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert {file.stat().st_size for file in tmp_path.glob("[0-9]*.yml")} <= {20006}


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("old")
    assert file_new(tmp_path, ["a.yml", "a-2.yml"], "new") == tmp_path / "a-2.yml"
    assert (tmp_path / "a.yml").read_text() == "old"
    with pytest.raises(FileExistsError):
        file_new(tmp_path, ["a.yml"], "newer")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a-2.yml", "a.yml"]


@pytest.mark.parametrize(
    "word", ["no", "1e3", "0x1F", "2026-11-04", "null", "- a", "a: b", "'", '"', "\\", "a # b", "é→", ""]
)
def test_texts_come_back_as_they_were(word: str) -> None:
    data = {
        "scheme": "pg1", "plan": "a", "role": "r", "by": "bob", "verdict": "hold", "date": "2026-11-04",
        "gates": {"context": "sha256:" + "0" * 64}, "note": word,
        "concerns": [{"id": "c1", "text": word, "state": "open"}],
    }  # fmt: skip
    loaded = yaml.load(record_text(data, Record).encode(), name="a.yml").data
    assert isinstance(loaded, dict)
    read = typed.read(Record, "a.yml", loaded).value
    assert read is not None
    assert (read.note, read.concerns[0].text) == (word, word)


def test_what_would_not_be_a_record_is_not_written() -> None:
    with pytest.raises(RecordRejected, match="has no `plan`"):
        record_text({"scheme": "pg1", "verdict": "maybe"}, Record)
