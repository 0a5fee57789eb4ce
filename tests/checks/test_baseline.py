"""Known findings are shown and let pass, new ones fail, and entries whose finding is gone have to leave."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.checks.report import Report
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.model.baseline import Baseline, Entry, Known
from plangate.reading.portfolio import Portfolio, read_portfolio

from .test_rules import TODAY, first_plan

BAD_OWNER = Edit("04-ingestion.yml", "retries: 2", "owner: data_tema\n    retries: 2")
OTHER_OWNER = Edit("04-ingestion.yml", "retries: 2", "owner: data_taem\n    retries: 2")
LOWER = Edit("04-ingestion.yml", "pipelines:", "# one line more\npipelines:")
BAD_UNIT = Edit("04-ingestion.yml", "execution_timeout: 20 min", "execution_timeout: 20 m")
KNOWN = Entry("first-plan", "GEN013", Known(at="ingestion: pipelines[0].owner", value="data_tema"), 4, 9)
UNIT = Entry("first-plan", "GEN005", Known(at="ingestion: pipelines[0].execution_timeout", value="20 m"))


def portfolio(folder: Path, *edits: Edit, entries: tuple[Entry, ...] = (KNOWN,)) -> Portfolio:
    read = read_portfolio(first_plan(folder, edits))
    return replace(read, policy=replace(read.policy, baseline=Baseline("references/baseline.yml", entries)))


def run(folder: Path, *edits: Edit, entries: tuple[Entry, ...] = (KNOWN,), preset: str = "standard") -> Report:
    return check(portfolio(folder, *edits, entries=entries), today=TODAY, preset=preset)


def told(report: Report) -> list[tuple[str, str, bool]]:
    return [(finding.rule, finding.verdict, finding.blocking) for finding in report.findings]


@pytest.mark.parametrize("edits", [(BAD_OWNER,), (BAD_OWNER, LOWER)], ids=["as it was", "on another line"])
def test_a_known_finding_is_shown_and_fails_nothing(tmp_path: Path, edits: tuple[Edit, ...]) -> None:
    report = run(tmp_path, *edits)
    assert told(report) == [("GEN013", "baselined", False)]
    assert (report.summary["baselined"], report.summary["error"]) == (1, 0)
    assert not report.failed
    assert report.plan("first-plan").state != "blocked"


def test_another_value_is_a_new_finding_and_the_old_one_has_to_leave(tmp_path: Path) -> None:
    report = run(tmp_path, OTHER_OWNER)
    assert told(report) == [("BASELINE", "fail", True), ("GEN013", "fail", True)]


def test_a_finding_that_is_gone_has_to_leave(tmp_path: Path) -> None:
    report = run(tmp_path)
    (finding,) = report.findings
    assert (finding.rule, finding.blocking, finding.plan) == ("BASELINE", True, "first-plan")
    assert (finding.file, finding.line, finding.column) == ("references/baseline.yml", 4, 9)
    assert finding.message == ("The baseline knows GEN013 at ingestion: pipelines[0].owner, but it is no longer found")
    assert report.plan("first-plan").state != "blocked"


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (Entry("no-such-plan", "GEN013", KNOWN.known), "plan no-such-plan is no longer there"),
        (Entry("first-plan", "XYZ999", KNOWN.known), "there is no rule XYZ999"),
        (Entry("first-plan", "GEN004", KNOWN.known), "findings of GEN004 cannot be let pass"),
        (replace(KNOWN, known=KNOWN.known.model_copy(update={"times": 3})), "2 of 3 are no longer found"),
    ],
)
def test_what_else_has_to_leave(tmp_path: Path, entry: Entry, why: str) -> None:
    found = run(tmp_path, BAD_OWNER, entries=(entry,)).findings
    assert [finding.message.rsplit(", but ")[1] for finding in found if finding.rule == "BASELINE"] == [why]


def test_what_cannot_be_read_is_never_let_pass(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_UNIT, entries=(UNIT,))
    assert ("GEN005", "fail", True) in told(report)
    assert report.failed


def test_what_was_not_judged_says_nothing(tmp_path: Path) -> None:
    refused = Edit("04-ingestion.yml", "retries: 2", "owner: [data_tema]\n    retries: 2")
    verdicts = [verdict for rule, verdict, _ in told(run(tmp_path / "refused", refused)) if rule == "GEN013"]
    assert set(verdicts) <= {"undetermined"}
    cost = Entry("first-plan", "CAP006", Known(at="capacity: workloads[0]"))
    assert told(run(tmp_path / "preset", BAD_OWNER, entries=(KNOWN, cost), preset="minimal")) == [
        ("GEN013", "baselined", False)
    ]


def test_a_refused_value_hides_what_is_known_beside_what_fails(tmp_path: Path) -> None:
    refused = Edit("04-ingestion.yml", "retries: 2", "owner: [data_tema]\n    retries: 2")
    elsewhere = Edit("02-sources.yml", "    owner:", "    owner: data_taem # was")
    report = run(tmp_path, refused, elsewhere)
    assert ("GEN013", "fail", True) in told(report)
    assert "BASELINE" not in {rule for rule, *_ in told(report)}


def test_a_run_over_some_plans_or_rules_leaves_the_other_entries_alone(tmp_path: Path) -> None:
    other = Entry("no-such-plan", "GEN013", KNOWN.known)
    read = portfolio(tmp_path, BAD_OWNER, entries=(KNOWN, other))
    assert told(check(read, today=TODAY, only=["first-plan"])) == [("GEN013", "baselined", False)]
    assert [rule for rule, *_ in told(check(read, today=TODAY, only=[]))] == []
    assert ("GEN013", "baselined", False) in told(check(read, today=TODAY, rules=["GEN013"]))


def test_of_several_alike_only_so_many_are_known(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_OWNER, entries=(KNOWN, KNOWN))
    assert told(report) == [("BASELINE", "fail", True), ("GEN013", "baselined", False)]


def test_a_waived_finding_uses_no_entry(tmp_path: Path) -> None:
    waiver = Edit(
        "waivers/W-001.yml",
        new="id: W-001\nrule: GEN013\ngate: ingestion\npath: pipelines[0]\nreason: The team is being founded now\n"
        "owner: alice\napproved_by: carol\ncreated: 2026-11-01\nexpires: 2027-02-01\n",
    )
    assert told(run(tmp_path, BAD_OWNER, waiver)) == [("BASELINE", "fail", True), ("GEN013", "waived", False)]
