"""`plangate new`."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plangate import check, read
from plangate.cli.skeleton import questions
from plangate.model.context import Topic

Cli = Callable[..., Any]


def _lines(folder: Path) -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.yml"))


@pytest.mark.parametrize("profile", ["batch", "streaming"])
@pytest.mark.parametrize("tier", ["A", "B", "C"])
@pytest.mark.parametrize("mode", ["one_shot", "guided"])
@pytest.mark.parametrize("with_defaults", [True, False], ids=["inherits", "own"])
def test_a_new_plan_can_be_read_and_blocks_nobody(
    cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch, profile: str, tier: str, mode: str, with_defaults: bool
) -> None:
    if not with_defaults:
        (portal / "references" / "defaults" / "data_team.yml").unlink()
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    done = cli("new", "refunds-mart", "--profile", profile, "--tier", tier, "--mode", mode)
    assert (done.status, done.err) == (0, "")
    read_plan = read(portal / "plans", portal / "references").read("refunds-mart")
    assert read_plan.problems == ()
    assert len(read_plan.plan.gates) == (12 if profile == "streaming" else 11)
    assert read_plan.plan.header.intent == "draft"
    assert cli("check", "refunds-mart").status == 0


def test_what_the_author_must_write_is_named(cli: Cli, portal: Path) -> None:
    assert cli("new", "refunds-mart", "--mode", "one_shot").status == 0
    report = check(read(portal / "plans", portal / "references"), today=date(2026, 11, 23))
    open_sections = {finding.path for finding in report.findings if finding.rule == "GEN014"}
    assert {"problem", "decisions", "metrics", "consumers", "sources[0].owner", "risks"} <= open_sections


@pytest.mark.parametrize("profile", ["batch", "streaming"])
def test_one_shot_is_short_and_its_unknowns_are_assumptions(cli: Cli, portal: Path, profile: str) -> None:
    assert cli("new", "refunds-mart", "--mode", "one_shot", "--tier", "C", "--profile", profile).status == 0
    folder = portal / "plans" / "refunds-mart"
    assert _lines(folder) < 150
    plan = read(portal / "plans", portal / "references").read("refunds-mart").plan
    assert len(plan.assumed) > 10
    assert all(
        assumed.because and (assumed.if_wrong or assumed.gate in {"plan", "cutover"}) for assumed in plan.assumed
    )
    assert plan.header.defaults == "data_team"
    assert plan.inherited


def test_guided_writes_the_answers(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO('Restocking: "orders" first\n\nA day\n'))
    done = cli("new", "refunds-mart", "--mode", "guided", "--tier", "B")
    assert done.status == 0
    assert all(question.question in done.out for question in questions()[:3])
    context = read(portal / "plans", portal / "references").read("refunds-mart").plan.context
    assert context is not None
    assert [entry.answer for entry in context.clarifications[:3]] == ['Restocking: "orders" first', None, "A day"]
    declined = [entry for entry in context.clarifications if entry.declined]
    assert [entry.assumption for entry in declined] == [stated.id for stated in context.assumptions]
    assert all(stated.text and stated.because and stated.if_wrong for stated in context.assumptions)
    assert len(declined) == 5


def test_answers_from_a_file(cli: Cli, portal: Path) -> None:
    (portal / "answers.yml").write_text("freshness: Two hours\nquality: 3\noperations:\n")
    assert cli("new", "refunds-mart", "--answers", "answers.yml").status == 0
    plan = read(portal / "plans", portal / "references").read("refunds-mart").plan
    assert plan.header.mode == "guided"
    assert plan.context is not None
    answers = {entry.topic: entry.answer for entry in plan.context.clarifications}
    assert (answers["freshness"], answers["quality"], answers["operations"]) == ("Two hours", "3", None)


def test_there_is_one_question_per_topic() -> None:
    assert [question.topic for question in questions()] == list(Topic.__args__)  # type: ignore[attr-defined]
    assert 4 <= len(questions()) <= 8


def test_without_a_terminal_nothing_is_asked(cli: Cli, portal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert cli("new", "refunds-mart").status == 0
    assert "mode: one_shot" in (portal / "plans" / "refunds-mart" / "plan.yml").read_text()


def test_every_file_names_its_schema(cli: Cli, portal: Path) -> None:
    assert cli("new", "one", "--mode", "one_shot").status == 0
    for path in (portal / "plans" / "one").glob("*.yml"):
        gate = path.stem.split("-", 1)[-1]
        modeline = path.read_text().splitlines()[0]
        assert modeline == f"# yaml-language-server: $schema=../../site/schemas/{gate}.json"
    (portal / "mkdocs.yml").write_text("site_name: X\nsite_url: https://plans.example/data/\n")
    assert cli("new", "two", "--mode", "one_shot").status == 0
    first = (portal / "plans" / "two" / "01-context.yml").read_text().splitlines()[0]
    assert first.endswith("$schema=https://plans.example/data/schemas/context.json")


def test_nothing_is_overwritten(cli: Cli, portal: Path) -> None:
    before = {path: path.read_bytes() for path in (portal / "plans").rglob("*") if path.is_file()}
    done = cli("new", "first-plan", "--mode", "one_shot")
    assert done.status == 2
    assert "exists already" in done.err
    assert before == {path: path.read_bytes() for path in (portal / "plans").rglob("*") if path.is_file()}


def test_the_owner_may_be_chosen(cli: Cli, portal: Path) -> None:
    assert cli("new", "refunds-mart", "--mode", "one_shot", "--owner", "data_platform").status == 0
    plan = read(portal / "plans", portal / "references").read("refunds-mart").plan
    assert (plan.header.accountable, plan.header.defaults) == ("data_platform", None)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("Refunds_Mart",), "is no plan id"),
        (("../outside",), "is no plan id"),
        (("refunds", "--profile", "nightly"), "known are batch, streaming"),
        (("refunds", "--tier", "D"), "D"),
        (("refunds", "--owner", "data_tem"), "did you mean data_team?"),
        (("refunds", "--answers", "nowhere.yml"), "cannot be read"),
        (("refunds", "--answers", "broken.yml"), "broken.yml:"),
        (("refunds", "--answers", "strange.yml"), "is no topic"),
        (("refunds", "--mode", "one_shot", "--answers", "strange.yml"), "asks nothing"),
    ],
)
def test_usage(cli: Cli, portal: Path, args: tuple[str, ...], says: str) -> None:
    (portal / "broken.yml").write_text("a: [")
    (portal / "strange.yml").write_text("weather: fine\n")
    done = cli("new", *args)
    assert done.status == 2
    assert says in done.err
    assert [path.name for path in (portal / "plans").iterdir()] == ["first-plan"]
