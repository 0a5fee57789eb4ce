"""The day to which a go-live moves: after another plan's, at its own time of day, and free where there is one."""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from plangate.checks.later import first_free
from plangate.checks.rule import Edit
from plangate.reading.portfolio import read_portfolio

from .judging import ROOT
from .test_rules import apply

PLANS = ROOT / "tests" / "data" / "bad-plans" / "broken-promises" / "plans"
MARGIN = timedelta(hours=2)
THERE, HERE = "orders-table", "finance-board"


@pytest.mark.parametrize(
    ("edits", "at", "meets"),
    [
        ([], "2027-01-13 09:00", "cutover"),
        # A switch that lies behind the day already stays where it is.
        ([(HERE, "09-cutover.yml", "2026-12-1", "2027-01-1")], "2027-01-12 09:00", None),
        # It keeps its own time of day.
        ([(HERE, "plan.yml", "2026-12-15T09", "2026-12-15T08")], "2027-01-13 08:00", None),
        # A long switch there takes longer to get past.
        ([(THERE, "09-cutover.yml", "end: 2027-01-12T13", "end: 2027-01-15T13")], "2027-01-16 09:00", "cutover"),
        # No day is free within a year: PLN006 tells of that.
        ([(THERE, "09-cutover.yml", "end: 2027-01-12T13", "end: 2029-01-15T13")], "2027-01-12 09:00", None),
    ],
)
def test_the_first_free_day(
    tmp_path: Path, edits: Sequence[tuple[str, str, str, str]], at: str, meets: str | None
) -> None:
    shutil.copytree(PLANS, tmp_path / "plans")
    for plan, *edit in edits:
        apply(tmp_path / "plans" / plan, Edit(*edit))
    plans = {read.plan.id: read.plan for read in read_portfolio(tmp_path / "plans").reads}
    mine, theirs = plans[HERE].header.go_live, plans[THERE].header.go_live
    assert mine is not None
    assert theirs is not None
    free = first_free(plans[HERE], mine, plans[THERE], theirs, MARGIN)
    assert (f"{free.at:%Y-%m-%d %H:%M}", free.meets.name if free.meets else None) == (at, meets)
