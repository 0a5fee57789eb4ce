"""Computed facts as plain data under the names that the guide promises, and for people."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plangate.analysis.facts import Facts
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio
from plangate.reports.cost import cost_data
from plangate.reports.cutover import cutover_data
from plangate.reports.numbers import (
    backfill_data,
    capacity_data,
    freshness_data,
    numbers_data,
    sensitivity_data,
)
from plangate.reports.numbers_text import backfill_lines, freshness_lines, numbers_lines, sensitivity_lines
from plangate.reports.values import rows

ROOT = Path(__file__).parents[2]
PLANS = ("clickstream-sessions", "jaffle-shop", "ledger-migration", "orders-mart")
DATA: Mapping[str, Callable[[Facts], Any]] = {
    "capacity": capacity_data,
    "cost": lambda facts: cost_data(facts.cost),
    "freshness": freshness_data,
    "backfill": backfill_data,
    "numbers": numbers_data,
    "sensitivity": sensitivity_data,
    "cutover": cutover_data,
}
LINES = (freshness_lines, backfill_lines, numbers_lines, sensitivity_lines)


@pytest.fixture(scope="module")
def facts() -> Mapping[str, Facts]:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    return {plan.id: plan.facts for plan in check(portfolio, today=date(2026, 11, 23), rules=["GEN001"]).plans}


def promised() -> Iterator[tuple[str, str | None, list[str]]]:
    """Read the guide's table: part, the list in it that a row is about, and its keys without those of parts of them."""
    guide = (ROOT / "references" / "guide" / "command-line.md").read_text("utf-8")
    table = guide.split("| Part | Keys |", 1)[1].split("\n\n", 1)[0]
    for row in table.splitlines()[2:]:
        place, keys = (cell.strip() for cell in row.strip("| ").split(" | "))
        part, *inner = re.findall(r"`(\w+)`", place)
        yield part, inner[0] if inner else None, re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", keys))


@pytest.mark.parametrize(("part", "inner", "keys"), list(promised()))
def test_keys_are_those_of_the_guide(facts: Mapping[str, Facts], part: str, inner: str | None, keys: list[str]) -> None:
    data = DATA[part](facts["orders-mart"])
    holder = data[0] if isinstance(data, list) else data
    found = holder[inner][0] if inner else holder
    assert sorted(found) == sorted(keys)


@pytest.mark.parametrize("plan", PLANS)
def test_every_plan_can_be_told_as_json(facts: Mapping[str, Facts], plan: str) -> None:
    for tell in DATA.values():
        data = tell(facts[plan])
        assert json.loads(json.dumps(data, allow_nan=False)) == data


@pytest.mark.parametrize("plan", PLANS)
def test_people_read_short_lines_of_everything_that_is_known(facts: Mapping[str, Facts], plan: str) -> None:
    for tell in LINES:
        told = list(tell(facts[plan]))
        assert told[0].startswith("- ")
        assert all(entry.lstrip().startswith("- ") for entry in told)
        assert not [entry for entry in told if "None" in entry or "object at" in entry]
    names = "\n".join(numbers_lines(facts[plan]))
    assert all(f"- {entry.name}" in names for entry in facts[plan].numbers)


def test_a_number_is_the_same_in_every_place(facts: Mapping[str, Facts]) -> None:
    orders = facts["orders-mart"]
    named = {(entry["name"], entry["subject"]): entry["number"] for entry in numbers_data(orders)}
    assert named["backfill_duration", "orders_history"] == backfill_data(orders)[0]["duration"]
    assert named["monthly_cost", "orders-mart"]["value"] == pytest.approx(float(orders.cost.monthly.value.base))  # type: ignore[union-attr]
    assert named["peak_rows_per_second", "orders-mart"] == capacity_data(orders)["peak_rate"]
    moved = {(entry["name"], entry["subject"]): entry["number"] for entry in sensitivity_data(orders)}
    assert all(number["value"] == named[key]["value"] for key, number in moved.items())


def test_series_reach_the_horizon(facts: Mapping[str, Facts]) -> None:
    data = capacity_data(facts["orders-mart"])
    assert [point["month"] for point in data["months"]] == list(range(data["horizon_months"] + 1))
    assert data["months"][0]["stored"]["value"] == data["total_stored_at_go_live"]["value"]
    assert data["months"][-1]["stored"]["value"] == data["total_stored_at_horizon"]["value"]
    told = [row for row in rows(data, "capacity") if row.startswith("  - stored by month: ")]
    assert len(told) == 1
    assert told[0].count("in month ") == data["horizon_months"] // 6
    assert told[0].endswith(f"{data['total_stored_at_horizon']['text']} in month 36")


def test_needs_that_are_missed_or_not_known_are_marked(facts: Mapping[str, Facts]) -> None:
    needs = [row for row in freshness_lines(facts["orders-mart"]) if "worst age" in row]
    assert len(needs) == len(facts["orders-mart"].freshness.needs)
    assert all(row.endswith("left") for row in needs)
