"""A public procedure as a plan: what the schedule says of it, beside what was published of how it went."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from plangate.analysis.agenda import Agenda, agenda
from plangate.checks.report import PlanReport
from plangate.checks.runner import check
from plangate.reading.portfolio import Portfolio, read_portfolio

HERE = Path(__file__).parent
PLAN = "datacenter-switchover"

AIM, TOOK, TOLD = 120, 162, 180
"""Seconds without editing: the published aim, what it took on 14 September 2021, and the most that users are told."""


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return read_portfolio(HERE / "plans", HERE / "references", root=HERE)


@pytest.fixture(scope="module")
def report(portfolio: Portfolio) -> PlanReport:
    return check(portfolio, today=date(2021, 8, 20), preset="strict").plan(PLAN)


@pytest.fixture(scope="module")
def found(report: PlanReport) -> Agenda:
    made = agenda(report.facts)
    assert made is not None
    return made


def test_it_is_read_without_a_problem(portfolio: Portfolio) -> None:
    assert portfolio.read(PLAN).problems == ()


def test_nobody_can_edit_for_the_published_time(found: Agenda) -> None:
    silent = [entry.scheduled for entry in found.entries if entry.step.downtime]
    assert found.schedule.downtime == AIM
    assert sum(entry.max_finish - entry.max_start for entry in silent) == TOLD
    assert AIM < TOOK <= TOLD
    assert found.switch.downtime_budget is not None
    assert found.switch.downtime_budget.base == TOLD
    begin, end = min(entry.start_at for entry in silent), max(entry.end_at for entry in silent)
    assert (end - begin).total_seconds() == AIM
    assert begin == datetime(2021, 9, 14, 14, tzinfo=UTC)


def test_the_path_goes_through_every_phase_in_its_order(found: Agenda) -> None:
    through = ["s01", "s02", "s03", "c01", "s04", "s05", "s06", "c02", "s07", "s08", "s09", "s10"]
    assert list(found.schedule.critical_path[: len(through)]) == through
    assert found.schedule.duration_expected == 30 * 60 + AIM + 12 * 60
    assert found.schedule.duration_max < (found.schedule.window_seconds or 0)


def test_the_last_decision_is_taken_while_nobody_can_edit(found: Agenda) -> None:
    assert found.first_decision is not None
    assert found.last_safe is not None
    assert (found.first_decision.step, found.last_safe.step) == ("c01", "c02")
    assert f"{found.last_safe.at:%H:%M:%S}" == "14:00:50"
    assert f"{found.rollback_by:%H:%M:%S}" == "14:01:25"


def test_every_phase_before_there_is_no_way_back_has_one_that_fits(found: Agenda) -> None:
    back = {entry.step.id: entry.restore for entry in found.entries}
    before = [entry.step.id for entry in found.entries if not entry.turns and not entry.after_turn]
    assert before == ["s01", "s02", "s03", "c01", "s04", "s05", "s06", "c02", "s07", "s08"]
    for name in before:
        restore = back[name]
        assert restore is not None
        assert restore.in_time is True
    last = back["s08"]
    assert last is not None
    assert last.steps == ("r06", "r05", "r04", "r03", "r02", "r01")
    editing = sum(
        step.max.base for step in (found.gate.rollback.steps if found.gate.rollback else ())[:3] if step.max is not None
    )
    assert editing < TOLD


def test_nobody_is_wanted_twice(found: Agenda) -> None:
    assert found.overlaps == ()


def test_gate_cutover_lacks_a_rehearsal_and_nothing_else(portfolio: Portfolio) -> None:
    findings = check(portfolio, today=date(2021, 8, 20), preset="strict").findings
    told = [(entry.rule, entry.severity) for entry in findings if entry.gate == "cutover" and entry.severity != "info"]
    assert told == [("CUT012", "warning")]  # days and times of the rehearsals were not published
