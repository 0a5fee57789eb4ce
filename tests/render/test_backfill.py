"""The page of the backfills: numbers against their window, links that lead somewhere, and deaf to what a plan says."""

import re
from pathlib import Path
from types import MappingProxyType

import pytest
from msgspec.structs import replace

import plangate
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.cutover import Cutover
from plangate.reading.plan import read_plan
from plangate.render.backfill import backfill_page, backfill_table
from plangate.render.links import Links, homes, relative_to
from plangate.render.page import page_html

from .conftest import LinksOf
from .html import Tag, read, skeleton

PLANS = ("clickstream-sessions", "jaffle-shop", "ledger-migration", "orders-mart")


def page_of(facts: Facts, links: Links) -> Tag:
    return read(page_html(backfill_page(facts, links)))


def figures_of(page: Tag) -> dict[str, str]:
    found = [dl for dl in page.all("dl") if set(dl.classes) & {"pg-figures", "pg-facts"}]
    return {name.words: value.words for dl in found for name, value in zip(dl.all("dt"), dl.all("dd"), strict=True)}


def with_backfill(facts: Facts, **changes: object) -> Facts:
    """Give the facts of a plan whose first backfill says something else."""
    gate = facts.plan.cutover
    assert gate is not None
    changed = gate.backfill[0].model_copy(update=changes)
    gates = {**facts.plan.gates, "cutover": gate.model_copy(update={"backfill": (changed, *gate.backfill[1:])})}
    return Facts(replace(facts.plan, gates=MappingProxyType(gates)), facts.policy, facts.landscape)


@pytest.mark.parametrize("plan", PLANS)
def test_pages_are_well_formed_with_ids_of_their_own(plan: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    html = page_html(backfill_page(facts[plan], links_of(plan, "backfill")))
    page = read(html)
    ids = [tag.attributes["id"] or "" for name in ("h2", "h3") for tag in page.all(name)]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("pg-") for name in ids)
    assert not re.search(r"\sstyle=|\son\w+=|javascript:|Infinity|None", html)
    assert all(tag.all("caption") for tag in page.all("table"))
    assert all(tag.attributes["scope"] in {"row", "col"} for tag in page.all("th"))


def test_the_numbers_of_a_backfill(orders: Facts, links_of: LinksOf) -> None:
    page = page_of(orders, links_of("orders-mart", "backfill"))
    shown = figures_of(page)
    assert shown["Units"] == "365"
    assert shown["At one time"] == "4"
    assert shown["Duration"] == "19.3 h 14.5 h – 19.3 h"
    assert shown["Window"] == "48 h"
    assert shown["Room"] == "59.8 %"
    assert shown["Over by"] == "Sun 29 Nov 2026 01:19 UTC"
    assert shown["Costs once"] == "78 EUR"
    assert (
        "it may use 38.4 h: it fits. A division without waves, retries and live loads would say 18.3 h." in page.words
    )
    assert "⌈365 ÷ 4⌉ × 12 min × (1 + 5 %)" in page.words


def test_bars_say_which_parallelism_fits(orders: Facts, links_of: LinksOf) -> None:
    page = page_of(orders, links_of("orders-mart", "backfill"))
    chart = next(tag for tag in page.all("table") if "by units at one time" in tag.words)
    rows = [[cell.words for cell in row.all("th") + row.all("td")] for row in chart.all("tr")[1:]]
    assert rows == [
        ["1 at one time", "76.7 h", "38.4 h", "✕ passed"],
        ["2 at one time", "38.4 h", "38.4 h", "✕ passed"],
        ["4 at one time, runs", "19.3 h", "38.4 h", "kept"],
        ["8 at one time", "9.66 h", "38.4 h", "kept"],
    ]


def test_live_loads_and_what_is_built_from_it(orders: Facts, links_of: LinksOf) -> None:
    page = page_of(orders, links_of("orders-mart", "backfill"))
    assert "Pool warehouse_slots has 20 slots, 28.9 % of them are in use while it runs." in page.words
    built = next(tag for tag in page.all("table") if tag.words.startswith("What is built"))
    becomes = {row.all("th")[0].words: row.all("td")[0].words for row in built.all("tr")[1:]}
    assert becomes["stg.orders"] == "follows by itself, a view"
    assert becomes["mart.ledger_reconciliation"] == "rebuilt"
    shown = figures_of(page)
    assert shown["Stops when"] == "two failed partitions in a row"
    assert shown["Priority"] == "behind live loads"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"parallel": 40}, "18 of 40: live loads leave no more of the pool"),
        ({"depends_on_past": True}, "1 of 4: each unit needs the one before"),
        ({"slots": 30}, "✕ never ends"),
        ({"slots": 30}, "It never ends: live loads leave nothing of what it runs on."),
        ({"parallel": None}, "How long it takes cannot be computed yet: an input is missing."),
        ({"depends_on_past": True}, "it does not fit"),
        ({"depends_on_past": True}, "because each unit needs the one before"),
        ({"depends_on_past": True}, "✕ its range starts on 2025-11-18, its history on 2021-01-01."),
        ({"downstream": None}, "✕ not said"),
        ({"parallel": 20}, "Live loads and units want more slots than the pool has"),
    ],
)
def test_what_is_wrong_is_said_in_words(
    changes: dict[str, object], says: str, orders: Facts, links_of: LinksOf
) -> None:
    html = page_html(backfill_page(with_backfill(orders, **changes), links_of("orders-mart", "backfill")))
    assert says in read(html).words
    assert "Infinity" not in read(html).words


def test_the_table_leads_to_the_page(orders: Facts, links_of: LinksOf) -> None:
    table = read(backfill_table(orders, links_of("orders-mart", "cutover")))
    first = table.all("tbody")[0].all("tr")[0]
    assert first.all("a")[0].attributes["href"] == "../backfill/#pg-backfill-orders_history"
    assert [cell.words for cell in first.all("td")][1:4] == ["365", "4", "19.3 h 14.5 h – 19.3 h"]
    page = page_of(orders, links_of("orders-mart", "backfill"))
    assert "pg-backfill-orders_history" in [tag.attributes.get("id") for tag in page.all("h2")]


def test_a_plan_without_a_backfill_says_why(facts: dict[str, Facts], links_of: LinksOf) -> None:
    said = page_of(facts["jaffle-shop"], links_of("jaffle-shop", "backfill")).words
    assert "No backfill is needed: Every load reads the seeds whole" in said
    assert "No backfill is stated yet." in backfill_table(
        facts["ledger-migration"], links_of("ledger-migration", "cutover")
    )


@pytest.mark.parametrize("text", ["</td><script>alert(1)</script>", "\" onclick='x' \u202e", "{{ 7 * 7 }}&lt;"])
def test_no_text_of_a_plan_changes_its_page(text: str, orders: Facts, links_of: LinksOf) -> None:
    hostile, harmless = (
        page_html(
            backfill_page(
                with_backfill(orders, stop_when=word, reason=word, owner=word, watchers=(word,), reproducibility=word),
                links_of("orders-mart", "backfill"),
            )
        )
        for word in (text, "x" * len(text))
    )
    assert skeleton(hostile) == skeleton(harmless)
    assert "\u202e" not in hostile
    assert "<script" not in hostile


def test_a_stream_of_the_packaged_plan(orders: Facts) -> None:

    folder = Path(plangate.__file__).parent / "defaults" / "first-stream"
    read_back = read_plan(folder, "plans/first-stream", orders.policy)
    assert isinstance(read_back.plan.cutover, Cutover)
    facts = Facts(read_back.plan, orders.policy, Landscape((read_back.plan,)))
    links = Links("first-stream", relative_to("plans/first-stream/backfill/"), homes(read_back.plan))
    assert "Pool replay_slots has 6 slots, and no live pipeline holds any of them." in page_of(facts, links).words
