"""What the line of a role names: the numbers of the gates that it signs, before → after with their limits."""

from datetime import date
from html import unescape
from pathlib import Path

import pytest

from plangate.analysis.numbers import COSTS, SIGNED, TITLES
from plangate.checks.report import Report
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.model.policy import Workflow
from plangate.reading.policy import load_policy
from plangate.reading.portfolio import read_portfolio
from plangate.reports.comment import report_comment
from plangate.reports.decisions import decisions
from plangate.reports.difference import DifferenceReport, difference_report

from ..checks.signing import plans

TODAY = date(2026, 11, 23)
COST = Edit("03-capacity.yml", "quantity: 8 credits/month", "quantity: 9 credits/month")
ROWS = Edit("02-sources.yml", "assume: 6_000 rows/d", "assume: 7_000 rows/d")
HORIZON = Edit("03-capacity.yml", "horizon: 24 month", "horizon: 36 month")
RUNTIME = Edit("03-capacity.yml", "p95: 6 min, max: 15 min", "p95: 9 min, max: 16 min")
RESTORE = Edit("08-operations.yml", "restore_throughput: 200 MB/s", "restore_throughput: 100 MB/s")
STEP = Edit("09-cutover.yml", "expected: 10 min", "expected: 15 min")
PROSE = Edit("01-context.yml", "problem: ", "problem: Yes. ")
COLUMN = Edit("06-contracts.yml", "compatibility: backward", "compatibility: none")


@pytest.fixture(scope="module")
def workflow() -> Workflow:
    return load_policy(None)[0].workflow


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return checked(plans(tmp_path_factory.mktemp("before"), tier="A"))


def checked(place: Path) -> Report:
    return check(read_portfolio(place), today=TODAY)


def compared(tmp_path: Path, before: Report, *edits: Edit, tier: str = "A") -> DifferenceReport:
    return difference_report(before, checked(plans(tmp_path, *edits, tier=tier)), "main", "HEAD")


def told(diff: DifferenceReport, role: str) -> str:
    """Give what the comment's line of a role says to decide."""
    text = report_comment(diff.after, diff, failed=False)
    rows = [unescape(row) for row in text.splitlines()]
    row = next((row for row in rows if row.startswith(f"- **<code>{role}</code>**")), "")
    return row.replace("<code>", "").replace("</code>", "")


@pytest.mark.parametrize(
    ("edit", "role", "named", "absent"),
    [
        (COST, "finance", "Cost a month 24 EUR/month → 27 EUR/month (budget 100 EUR/month)", "Peak rate"),
        (COST, "platform", "No number of this gate changed.", "Cost"),
        (HORIZON, "platform", "Stored at the horizon", "Cost"),
        (HORIZON, "finance", "Cost a month at the horizon", "Stored"),
        (RESTORE, "sre", "Restore ", "Cost"),
        (RESTORE, "sre", "(rto 8 h)", "Cost"),
        (STEP, "sre", "Critical path of the cutover", "Cost"),
        (STEP, "release_manager", "(allowed ", "Cost"),
        (PROSE, "consumer", "No number of this gate changed.", "Decide"),
        (
            COLUMN,
            "consumer",
            "Decide: breaking contracts[mart.orders].compatibility backward → none.",
            "break no reader",
        ),
    ],
)
def test_each_role_reads_the_numbers_of_its_gates(
    tmp_path: Path, before: Report, edit: Edit, role: str, named: str, absent: str
) -> None:
    line = told(compared(tmp_path, before, edit), role)
    assert named in line
    assert absent not in line


def test_consumers_read_of_freshness_and_of_contracts(tmp_path: Path, before: Report) -> None:
    tighter = Edit("06-contracts.yml", "compatibility: backward", "compatibility: full")
    diff = compared(tmp_path, before, RUNTIME, PROSE, tighter)
    line = told(diff, "consumer")
    assert "Worst age of mart.orders" in line
    assert " (allowed " in line
    assert "Contracts break no reader." in line


def test_of_a_new_plan_the_numbers_are_named_as_they_stand(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    line = told(compared(tmp_path, checked(tmp_path / "none")), "finance")
    assert "Decide: Cost a month 24 EUR/month (budget 100 EUR/month)" in line
    assert "→" not in line


def test_without_finance_the_others_decide_about_money(tmp_path: Path) -> None:
    diff = compared(tmp_path / "new", checked(plans(tmp_path / "old")), COST, tier="B")
    assert "Cost a month 24 EUR/month → 27 EUR/month (budget 100 EUR/month)" in told(diff, "platform")


def test_many_numbers_are_counted(tmp_path: Path, before: Report) -> None:
    diff = compared(tmp_path, before, ROWS)
    gates = next(action.gates for action in diff.plans[0].actions if action.role == "platform")
    found = decisions(diff.plans[0], "platform", gates)
    assert (len(found.what), found.more > 0) == (3, True)
    assert f"; {found.more} more." in told(diff, "platform")


def test_every_number_belongs_to_gates_of_the_workflow(workflow: Workflow) -> None:
    assert SIGNED.keys() == TITLES.keys()
    assert {gate for gates in SIGNED.values() for gate in gates} <= workflow.gates.keys()
    assert "monthly_cost" in COSTS
    assert "peak_rows_per_second" not in COSTS
