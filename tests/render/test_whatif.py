"""Other values on a page: what the form offers, what the data say, and that nothing in them ends their element."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from plangate.analysis.computed import Input, leaves, with_values
from plangate.analysis.facts import Facts
from plangate.analysis.law import FUNCTIONS
from plangate.render.bundled import script, whatif_script
from plangate.render.whatif import drivers, moving, whatif_data, whatif_section

from .conftest import LinksOf
from .html import Tag, read

PLANS = ("clickstream-sessions", "jaffle-shop", "ledger-migration", "orders-mart")


def section(facts: Facts, links_of: LinksOf) -> Tag:
    return read(whatif_section(facts, links_of(facts.plan.id, "capacity")))


@pytest.mark.parametrize("plan", PLANS)
def test_every_law_gives_what_the_plan_gives(plan: str, facts: dict[str, Facts]) -> None:
    changing = drivers(facts[plan])
    values = {entry.name: entry.entry.value.base for entry in changing}
    found = moving(facts[plan], changing)
    assert found
    for entry in found:
        assert set(entry.law.names) <= set(values)
        assert entry.law.value(values) == entry.number.computed.value.base
        if entry.limit is not None and entry.number.limit is not None:
            assert entry.limit.value(values) == entry.number.limit.value.base


@pytest.mark.parametrize("plan", PLANS)
def test_numbers_move_with_every_value_that_is_offered(plan: str, facts: dict[str, Facts]) -> None:
    changing = drivers(facts[plan])
    found = moving(facts[plan], changing)
    for driver in changing:
        leaf = driver.entry.leaf
        assert leaf is not None
        value = driver.entry.value.base * 2
        values = {entry.name: entry.entry.value.base for entry in changing} | {driver.name: value}
        resting = [entry for entry in found if driver.name in entry.law.names]
        assert resting or any(entry.limit and driver.name in entry.limit.names for entry in found)
        for entry in resting:
            assert entry.law.value(values) == with_values(entry.number.computed, {leaf: value})


def test_volumes_move_together(orders: Facts) -> None:
    changing = drivers(orders)
    grows = {driver.title for driver in changing if driver.grows}
    rows = {
        entry.path[-1]
        for named in orders.numbers
        for entry in leaves(named.computed)
        if entry.path and entry.path[-1] in {"rows_per_day", "rows_total"}
    }
    assert rows == {"rows_per_day", "rows_total"}
    assert "rows per day of raw.shop_orders" in grows
    assert "rows total of mart.fct_orders" in grows
    assert not any("peak factor" in title for title in grows)


def test_the_data_are_what_the_script_reads(orders: Facts) -> None:
    changing = drivers(orders)
    found = moving(orders, changing)
    written = json.dumps(whatif_data(changing, found))
    assert len(written) < 12_000
    data = json.loads(written)
    assert set(data) == {"drivers", "styles", "numbers"}
    assert len(data["numbers"]) == len(found)
    words = set(re.findall(r'\["([^"]+)"', json.dumps(data["numbers"])))
    assert words <= _laws()
    for law, style, limit, lower in data["numbers"]:
        assert 0 <= style < len(data["styles"])
        assert lower in {0, 1}
        assert limit is None or isinstance(limit, list | str | int | float)
        assert law != []


def _laws() -> set[str]:
    """The functions that the script has."""
    text = whatif_script()
    table = text[text.index("LAWS = {") : text.index("export function value")]
    return set(re.findall(r'^"?([a-z]+|[-+*/^])"?[:,]', table, re.MULTILINE))


def test_the_script_knows_the_functions_of_all_laws_but_growth() -> None:
    assert _laws() == {*"+-*/^", *(name for name in FUNCTIONS if not name.startswith("kept_"))}


@pytest.mark.parametrize("plan", PLANS)
def test_each_field_has_a_label_its_unit_and_the_value_of_the_plan(
    plan: str, facts: dict[str, Facts], links_of: LinksOf
) -> None:
    offered = {driver.name: driver for driver in drivers(facts[plan])}
    labels = section(facts[plan], links_of).all("label")
    fields = {label.all("input")[0].attributes["name"] or "": label for label in labels}
    assert set(fields) == {name for name, driver in offered.items() if driver.group} | {"all"}
    for name, label in fields.items():
        if name == "all":
            assert label.words == "rows a day and in total times"
            continue
        entry, field = offered[name], label.all("input")[0].attributes
        assert label.words == f"{entry.title} {entry.unit}".strip()
        assert Decimal(field["value"] or "") == entry.value
        assert field["type"] == "number"
        assert Decimal(field["step"] or "") > 0
        assert field["min"] == ("1" if entry.whole else "0")


@pytest.mark.parametrize(
    ("title", "value", "step"),
    [
        ("rows per day of raw.shop_orders", "2400000", "100000"),
        ("peak factor of mart.revenue_daily", "1", "0.1"),
        ("throughput target utilisation", "70", "1"),
        ("parallel of orders_history", "4", "1"),
        ("unit runtime p95 of orders_history", "12", "1"),
        ("retry rate of orders_history", "5", "0.1"),
    ],
)
def test_steps_are_of_the_second_digit(orders: Facts, links_of: LinksOf, title: str, value: str, step: str) -> None:
    titles = {driver.title: driver.name for driver in drivers(orders)}
    fields = [field.attributes for field in section(orders, links_of).all("input")]
    (field,) = [field for field in fields if field["name"] == titles[title]]
    assert (field["value"], field["step"]) == (value, step)


def test_without_the_script_the_page_is_whole(orders: Facts, links_of: LinksOf) -> None:
    made = section(orders, links_of)
    assert "hidden" in made.all("form")[0].attributes
    table = {row.all("th")[0].words: [cell.words for cell in row.all("td")] for row in made.all("tr")[1:]}
    assert table["Peak rate"] == ["8,593 rows/s", "8,593 rows/s", "28,000 rows/s", "✓ kept CAP004"]
    assert table["Duration of orders_history"][-1] == "✓ kept BCK003"
    assert table["Volume a day"][2:] == ["", ""]


def test_nothing_ends_the_data_early(orders: Facts, links_of: LinksOf) -> None:
    made = str(whatif_section(orders, links_of("orders-mart", "capacity")))
    inside = made[made.index("<template>") + 10 : made.index("</template>")]
    assert not set("<>&") & set(inside)
    assert inside.isascii()
    assert json.loads(inside)["numbers"]


def test_a_plan_without_numbers_has_no_section(orders: Facts, links_of: LinksOf) -> None:
    empty = Facts(replace(orders.plan, gates={}), orders.policy)
    assert whatif_section(empty, links_of("orders-mart", "capacity")) == ""


def test_client_code_keeps_its_budget() -> None:
    assert len(whatif_script().encode()) <= 4_000
    assert len(script().encode()) <= 4_000
    assert not re.search(r"^\s*//", whatif_script(), re.MULTILINE)
    assert "http" not in whatif_script()


def test_a_limit_that_moves_is_a_law_too(orders: Facts) -> None:
    found: dict[str, Any] = {entry.number.name: entry.limit for entry in moving(orders, drivers(orders))}
    limit = found["peak_rows_per_second"]
    assert len(limit.names) == 2
    entries = {driver.name: driver.entry for driver in drivers(orders)}
    assert {_last(entries[name]) for name in limit.names} == {"capacity", "target_utilisation"}


def _last(entry: Input) -> object:
    return entry.path[-1]
