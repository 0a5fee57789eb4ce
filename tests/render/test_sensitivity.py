"""The table of what moves numbers, and of quoted numbers beside recomputed ones."""

import dataclasses
import re
from decimal import Decimal

import pytest
from msgspec import structs

from plangate.analysis.facts import Facts
from plangate.model.capacity import Stated
from plangate.render.sensitivity import sensitivity_table, stated_table

from .conftest import LinksOf
from .html import Tag, read


def rows(facts: Facts, links_of: LinksOf) -> dict[str, Tag]:
    table = read(sensitivity_table(facts, links_of(facts.plan.id, "capacity"))).all("table")[0]
    return {
        head[0].text.split(" now ")[0].strip(): row
        for row in table.all("tr")[1:]
        if (head := row.all("th")) and "pg-below" not in row.classes
    }


def test_a_number_stands_with_what_moves_it_and_misses_its_limit(orders: Facts, links_of: LinksOf) -> None:
    row = rows(orders, links_of)["Peak rate"]
    assert [cell.words for cell in [*row.all("th"), *row.all("td")]] == [
        "Peak rate now 8,593 rows/s, limit 28,000 rows/s",
        "p95 runtime of build_orders 12 min",
        "8,824 rows/s – 8,404 rows/s ± 2.69 %",
        "throughput capacity at most 12,270 rows/s (0.307 ×)",
    ]


def test_a_number_without_a_limit_cannot_miss_it(orders: Facts, links_of: LinksOf) -> None:
    cells = rows(orders, links_of)["Volume a day"].all("td")
    assert cells[-1].words == ""


def test_numbers_nearest_to_their_limit_come_first(orders: Facts, links_of: LinksOf) -> None:
    names = list(rows(orders, links_of))
    found = {entry.number.label: entry for entry in orders.sensitivity if entry.effects}
    assert set(names) == set(found)
    factors = [found[name].turns[0].turn for name in names if found[name].turns]
    distances = [round(max(turn.factor, 1 / turn.factor), 2) for turn in factors if turn is not None]
    assert distances == sorted(distances)
    assert [bool(found[name].turns) for name in names] == [True] * len(factors) + [False] * (len(names) - len(factors))


def test_bars_lead_to_the_side_to_which_the_number_moves(orders: Facts, links_of: LinksOf) -> None:
    found = {entry.number.label: entry for entry in orders.sensitivity}
    for name, row in rows(orders, links_of).items():
        less, more = row.all("rect")
        assert ("pg-hollow" in less.classes, "pg-hollow" in more.classes) == (True, False)
        effect, now = found[name].effects[0], found[name].number.computed.value.base
        for bar, value in ((less, effect.at_less), (more, effect.at_more)):
            assert value is not None
            left, width = Decimal(bar.attributes["x"] or ""), Decimal(bar.attributes["width"] or "")
            assert 0 <= left <= left + width <= 96
            if value.base > now:
                assert left == 48
            elif width:
                assert left + width == 48


def test_a_missed_limit_says_with_what_it_would_be_kept(orders: Facts, links_of: LinksOf) -> None:
    capacity = orders.plan.capacity
    assert capacity is not None
    assert capacity.cost is not None
    budget = capacity.cost.budget
    assert budget is not None
    tight = dataclasses.replace(budget, base=budget.base / 4, value=budget.value / 4, text="1000 EUR/month")
    cost = capacity.cost.model_copy(update={"budget": tight})
    gates = {**orders.plan.gates, "capacity": capacity.model_copy(update={"cost": cost})}
    changed = Facts(structs.replace(orders.plan, gates=gates), orders.policy)
    made = rows(changed, links_of)
    assert re.fullmatch(
        r"✕ missed; kept with .* of scan at most .* \(0.479 ×\)", made["Cost a month"].all("td")[-1].words
    )
    assert next(iter(made)).startswith("Cost a month")


def test_values_lead_to_their_place(orders: Facts, links_of: LinksOf) -> None:
    for row in rows(orders, links_of).values():
        assert all(link.attributes["href"] for link in row.all("a"))
        assert row.all("a")


def test_a_plan_without_numbers_has_no_table(orders: Facts, links_of: LinksOf) -> None:
    empty = Facts(structs.replace(orders.plan, gates={}), orders.policy)
    assert sensitivity_table(empty, links_of("orders-mart", "capacity")) == ""
    assert stated_table(empty.stated, links_of("orders-mart", "capacity")) == ""


@pytest.mark.parametrize(
    ("said", "cells"),
    [
        (
            {"formula": "peak_rows_per_second", "dataset": "raw.shop_orders", "value": "833 rows/s"},
            ["Peak rate of raw.shop_orders", "833 rows/s", "833 rows/s", "0.04 %", ""],
        ),
        (
            {"formula": "monthly_cost", "value": "2000 EUR/month", "quoted_in": "the budget"},
            ["Cost a month", "2,000 EUR/month", "1,750 EUR/month", "14.3 %", "the budget"],
        ),
        (
            {"formula": "monthly_cost", "value": "2000 USD/month"},
            ["Cost a month", "2,000 USD/month", "1,750 EUR/month", "not comparable", ""],
        ),
        (
            {"formula": "size", "value": "1 GB"},
            ["size (not found)", "1 GB", "not stated", "not comparable", ""],
        ),
    ],
)
def test_quoted_numbers(orders: Facts, links_of: LinksOf, said: dict[str, str], cells: list[str]) -> None:
    capacity = orders.plan.capacity
    assert capacity is not None
    gate = capacity.model_copy(update={"stated": (Stated.model_validate(said),)})
    changed = Facts(structs.replace(orders.plan, gates={**orders.plan.gates, "capacity": gate}), orders.policy)
    (row,) = read(stated_table(changed.stated, links_of("orders-mart", "capacity"))).all("table")[0].all("tr")[1:]
    assert [cell.words for cell in [*row.all("th"), *row.all("td")]] == cells
