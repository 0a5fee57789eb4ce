"""Plans as careless people write them, each kind of carelessness in a portal of its own, and all that is told of it."""

from pathlib import Path

import pytest

from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .judging import ROOT
from .test_rules import TODAY

BAD = ROOT / "tests" / "data" / "bad-plans"
CASES = sorted(folder for folder in BAD.iterdir() if folder.is_dir())


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_everything_that_is_wrong_is_told_where_it_stands(folder: Path) -> None:
    report = check(read_portfolio(folder / "plans"), today=TODAY, preset="strict")
    assert not report.failures
    told = [finding for finding in report.findings if finding.verdict == "fail" and finding.severity != "info"]
    lines = sorted(f"{finding.rule} {finding.file.removeprefix('plans/')} {finding.path}".rstrip() for finding in told)
    assert lines == (folder / "expected.txt").read_text().splitlines()
    assert 8 <= len(lines) <= 20


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_every_cause_that_is_named_is_told(folder: Path) -> None:
    found = check(read_portfolio(folder / "plans"), today=TODAY, preset="strict").findings
    told = {(finding.plan, finding.rule) for finding in found}
    named = [finding for finding in found if finding.cause is not None]
    assert [one.message for one in named if (one.cause_plan or one.plan, one.cause) not in told] == []
    if folder.name == "careless-stream":
        assert ("CUT009", "STR009") in {(one.rule, one.cause) for one in named}


def test_there_are_five_kinds_of_carelessness() -> None:
    assert [folder.name for folder in CASES] == [
        "broken-promises",
        "careless-stream",
        "hasty-edit",
        "never-measured",
        "rushed-switch",
    ]
