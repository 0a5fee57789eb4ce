"""Verdicts, weights and blocking: what becomes of a problem."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from plangate.checks.report import Report
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.reports.text import report_text

from .test_rules import TODAY, first_plan

BAD_OWNER = Edit("04-ingestion.yml", "retries: 2", "owner: data_tema\n    retries: 2")
BAD_UNIT = Edit("04-ingestion.yml", "execution_timeout: 20 min", "execution_timeout: 20 m")
DRAFT = Edit("plan.yml", "intent: in_review", "intent: draft")
OLD_PRICE = Edit("03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2025-11-01")
WAIVER = (
    "id: W-001\nrule: GEN013\ngate: ingestion\npath: pipelines[0]\nreason: The team is being founded this month\n"
    "owner: alice\napproved_by: carol\ncreated: 2026-11-01\nexpires: {expires}\n"
)


def portfolio(folder: Path, edits: Iterable[Edit]) -> Portfolio:
    return read_portfolio(first_plan(folder, edits))


def run(folder: Path, *edits: Edit, today: date = TODAY, preset: str | None = None) -> Report:
    return check(portfolio(folder, edits), today=today, preset=preset)


def told(report: Report) -> list[tuple[str, str, str, bool]]:
    return [(finding.rule, finding.severity, finding.verdict, finding.blocking) for finding in report.findings]


def test_an_error_blocks_a_plan_in_review(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_OWNER)
    assert told(report) == [("GEN013", "error", "fail", True)]
    assert report.failed
    assert report.plan("first-plan").state == "blocked"
    (finding,) = report.findings
    assert (finding.file, finding.line, finding.column) == ("plans/first-plan/04-ingestion.yml", 12, 12)
    assert (finding.path, finding.observed, finding.expected) == ("pipelines[0].owner", "data_tema", "data_team")
    assert finding.url == "rules/GEN013/"


def test_a_draft_is_shown_its_findings_and_passes(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_OWNER, DRAFT)
    assert told(report) == [("GEN013", "error", "fail", False)]
    assert not report.failed


def test_of_a_repeated_key_the_line_is_shown_without_its_values(tmp_path: Path) -> None:
    twice = Edit("04-ingestion.yml", "retries: 2", "retries: 2\n    retries: hunter2  # and a word that nobody says")
    report = run(tmp_path, twice)
    (finding,) = (one for one in report.findings if one.rule == "GEN002")
    assert (finding.source, finding.column) == ("    retries: …", 5)
    text = report_text(report)
    assert "| " + finding.source in text
    assert "hunter2" not in text
    assert "a word" not in text


@pytest.mark.parametrize(
    ("typed", "rule", "there", "shown"),
    [
        ('url: "postgres://loader:hunter2verylong@db", contakt: "#data"', "GEN004", "contakt", "contakt"),
        ('url: "postgres://a:pw@db", x_password: swordfish, contakt: "#data"', "GEN004", "contakt", "contakt"),
        ('"postgres://a:hunter2@db": 1, "postgres://a:hunter3@db": 2', "GEN002", '"postgres://a:hunter3', "postgres"),
        ('url: "postgres://loader:hunter2@db"', "GEN010", "hunter2@", "•••@db"),
    ],
)
def test_behind_a_secret_the_column_is_that_of_the_file_and_the_mark_stands_under_it(
    tmp_path: Path, typed: str, rule: str, there: str, shown: str
) -> None:
    row = f"  - {{id: report, {typed}, name: Weekly stock report}}"
    report = run(tmp_path, Edit("01-context.yml", "consumers:\n", f"consumers:\n{row}\n"))
    (finding,) = (one for one in report.findings if one.rule == rule)
    assert finding.column == row.index(there) + 1
    lines = report_text(report).splitlines()
    head = next(number for number, text in enumerate(lines) if f" {rule} " in text)
    assert lines[head + 1][lines[head + 2].index("^") :].startswith(shown)


def test_a_file_that_is_not_what_it_says_blocks_a_draft_too(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_UNIT, DRAFT)
    assert ("GEN005", "error", "fail", True) in told(report)
    assert report.failed


def test_a_draft_need_not_have_begun_a_gate(tmp_path: Path) -> None:
    report = run(tmp_path, DRAFT, Edit("11-bundle.yml"))
    assert told(report) == []
    assert report.plan("first-plan").gates[-1].state == "missing"


def test_a_refused_value_makes_rules_that_read_it_undetermined(tmp_path: Path) -> None:
    report = run(tmp_path, BAD_UNIT)
    verdicts = {finding.rule: finding.verdict for finding in report.findings}
    assert verdicts["GEN005"] == "fail"
    assert verdicts["GEN014"] == "undetermined"
    assert report.summary["undetermined"] == sum(verdict == "undetermined" for verdict in verdicts.values())
    assert not any(finding.blocking for finding in report.findings if finding.verdict == "undetermined")


@pytest.mark.parametrize(
    ("expires", "verdict", "blocking"), [("2027-02-01", "waived", False), ("2026-11-22", "fail", True)]
)
def test_a_waiver_holds_until_it_expires(tmp_path: Path, expires: str, verdict: str, blocking: bool) -> None:
    report = run(tmp_path, BAD_OWNER, Edit("waivers/W-001.yml", new=WAIVER.format(expires=expires)))
    assert ("GEN013", "error", verdict, blocking) in told(report)
    assert report.summary["waived"] == int(verdict == "waived")


def test_a_waiver_covers_its_path_only(tmp_path: Path) -> None:
    elsewhere = WAIVER.format(expires="2027-02-01").replace("pipelines[0]", "pipelines[1]")
    report = run(tmp_path, BAD_OWNER, Edit("waivers/W-001.yml", new=elsewhere))
    assert ("GEN013", "error", "fail", True) in told(report)


def test_warnings_pass_and_fail_when_strict(tmp_path: Path) -> None:
    read = portfolio(tmp_path, (OLD_PRICE,))
    assert told(check(read, today=TODAY)) == [("GEN012", "warning", "fail", False)]
    strict = check(read, today=TODAY, preset="strict")
    assert ("GEN012", "warning", "fail", True) in told(strict)
    assert told(check(read, today=TODAY, preset="minimal")) == []


def test_the_day_is_an_input(tmp_path: Path) -> None:
    read = portfolio(tmp_path, ())
    assert told(check(read, today=date(2027, 4, 30))) == []
    assert told(check(read, today=date(2027, 5, 1))) == [("GEN012", "warning", "fail", False)]


@pytest.mark.parametrize(("severity", "expected"), [("warning", [("GEN013", "warning", "fail", False)]), ("off", [])])
def test_severities_of_the_organisation(
    tmp_path: Path, severity: str, expected: list[tuple[str, str, str, bool]]
) -> None:
    read = portfolio(tmp_path, (BAD_OWNER,))
    checklists = read.policy.checklists.model_copy(update={"severities": {"GEN013": severity}})
    changed = replace(read, policy=replace(read.policy, checklists=checklists))
    assert told(check(changed, today=TODAY)) == expected


def test_order_is_stable_and_counts_are_whole(tmp_path: Path) -> None:
    read = portfolio(tmp_path, (BAD_UNIT, OLD_PRICE, Edit("08-operations.yml", "break_glass", "break_glas")))
    first, second = check(read, today=TODAY), check(read, today=TODAY)
    assert first.findings == second.findings
    assert [finding.order for finding in first.findings] == sorted(finding.order for finding in first.findings)
    assert sum(first.summary[name] for name in ("error", "warning", "info", "waived", "undetermined")) == len(
        first.findings
    )


def test_unknown_plans_and_rules_are_refused(tmp_path: Path) -> None:
    read = portfolio(tmp_path, ())
    with pytest.raises(KeyError):
        check(read, today=TODAY, only=["no-such-plan"])
    with pytest.raises(KeyError):
        check(read, today=TODAY, rules=["GEN999"])


def test_a_rule_that_breaks_down_hides_no_other(tmp_path: Path) -> None:
    read = portfolio(tmp_path, (BAD_OWNER,))
    checklists = read.policy.checklists.model_copy(update={"thresholds": None})
    broken = replace(read, policy=replace(read.policy, checklists=checklists))
    report = check(broken, today=TODAY)
    assert set(report.failures) == {"first-plan"}
    assert ("GEN013", "error", "fail", True) in told(report)
    assert report.failed
