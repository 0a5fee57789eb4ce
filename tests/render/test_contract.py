"""The contract of a dataset, and the contracts of all plans, as readers see them."""

from datetime import date

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.contracts import Contract
from plangate.render.boxes import LinksOf
from plangate.render.contract import contract_of, mode_words
from plangate.render.contracts_page import contracts_page
from plangate.render.links import Links, homes, relative_to
from plangate.render.page import page_html

from .html import read


@pytest.fixture
def links_at(orders: Facts) -> LinksOf:
    plans = orders.landscape.by_id
    return lambda plan: Links(plan, relative_to("datasets/here/"), homes(plans[plan]), plans=frozenset(plans))


def test_both_parties_see_what_a_change_does_to_them(orders: Facts, links_at: LinksOf) -> None:
    page = read(contract_of("mart.fct_orders", orders, links_at))
    rows = [row.words for row in page.all("tr")]
    removed = next(row for row in rows if "TBL-COLUMN-REMOVED" in row)
    assert "channel" in removed
    assert removed.index("✕ breaking") < removed.index("✓ compatible")
    added = next(row for row in rows if "TBL-REQUIRED-COLUMN-ADDED" in row)
    assert added.index("✓ compatible") < added.index("✕ breaking")


def test_versions_pins_migrations_and_the_mode_in_words(orders: Facts, links_at: LinksOf) -> None:
    page = read(contract_of("mart.fct_orders", orders, links_at))
    rows = [[cell.words for cell in (*row.all("th"), *row.all("td"))] for row in page.all("tr")]
    assert ["2.3.0", "still served", "2027-03-01"] in [row[:3] for row in rows]
    close = [row for row in rows if row and row[0] == "Monthly close workbook"]
    assert [row[-2:] for row in close] == [["^3", "✓ 3.0.0"], ["2027-02-01", "✓ yes"]]
    meaning = "A reader with the new schema can read data written with the previous one. Consumers are upgraded first."
    assert f"backward: {meaning}" in page.words
    assert "Migrations off channel" in page.words
    assert any(row and row[0] == "Trial balance" for row in rows)


def test_a_dataset_without_contract_has_nothing(orders: Facts, links_at: LinksOf) -> None:
    assert contract_of("stg.orders", orders, links_at) == ""


@pytest.mark.parametrize(
    ("mode", "order", "says"),
    [
        (None, None, None),
        ("forward", None, "written with the new one. Upgrade producers first."),
        ("full_transitive", "any", "and the other way round. Anybody may be upgraded first."),
    ],
)
def test_the_order_of_upgrades_stands_beside_the_mode(mode: str | None, order: str | None, says: str | None) -> None:
    contract = Contract.model_validate({"compatibility": mode, "upgrade_order": order})
    told = mode_words(contract)
    assert told is None if says is None else (told or "").endswith(says)


def test_what_comes_is_told_by_date_and_team(orders: Facts, links_at: LinksOf) -> None:
    land = Landscape(orders.landscape.plans)
    page = read(page_html(contracts_page(land.atlas.plans, land.atlas, links_at, date(2026, 12, 10))))
    rows = [[cell.words for cell in (*row.all("th"), *row.all("td"))] for row in page.all("tr")]
    assert [row for row in rows if row[:1] == ["2027-02-01"]] == [
        ["2027-02-01", "migration", "mart.fct_orders", "finance_close leaves channel", "finance_analytics", "✓ yes",
         "Orders mart on BigQuery"]
    ]  # fmt: skip
    assert not [row for row in rows if row[:1] == ["2026-12-01"]]
    assert "Overdue" not in [heading.words for heading in page.all("h2")]


def test_an_empty_portfolio_says_so() -> None:
    land = Landscape(())
    nowhere = lambda plan: Links(plan, relative_to("contracts/"))  # noqa: E731
    assert "No plan states a contract yet." in page_html(contracts_page({}, land.atlas, nowhere, date(2026, 12, 10)))
