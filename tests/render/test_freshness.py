"""The page of worst ages: every need, the waterfall and the table that says the same, what is missed and not known."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from plangate.analysis.facts import Facts
from plangate.model.capacity import Capacity
from plangate.model.context import Context
from plangate.model.ingestion import Ingestion
from plangate.model.plan import Header, Plan
from plangate.model.sources import Sources
from plangate.reading.portfolio import Portfolio
from plangate.render.fragments import joined
from plangate.render.freshness import freshness_page, freshness_table
from plangate.render.links import Links, relative_to
from plangate.render.page import Page, page_html
from plangate.render.waterfall import Part, waterfall

from .conftest import LinksOf
from .html import Tag, read

Data = dict[str, Any]
SAMPLES = ("orders-mart", "clickstream-sessions", "jaffle-shop", "ledger-migration")


def html(page: Page) -> Tag:
    return read(page_html(page))


def cells(table: Tag) -> list[list[str]]:
    rows = [row for row in table.all("tr") if "pg-below" not in row.classes]
    return [[cell.words for cell in row.inside] for row in rows]


def tables(page: Tag) -> dict[str, Tag]:
    return {table.all("caption")[0].words: table for table in page.all("table")}


def drawings(page: Tag) -> dict[str, Tag]:
    """The pictures by what they say that they show."""
    return {
        (svg.attributes["aria-label"] or "").partition(";")[0]: svg
        for svg in page.all("svg")
        if svg.attributes.get("role")
    }


def figure(page: Tag, name: str) -> str:
    found = {entry.inside[0].words: entry.inside[1].words for entry in page.all("dl")[0].inside}
    return found[name]


def test_the_tightest_need_comes_first(orders: Facts, links_of: LinksOf) -> None:
    page = html(freshness_page(orders, links_of("orders-mart", "freshness")))
    assert page.all("h1")[0].words == "Freshness: Orders mart on BigQuery"
    told = {
        name: figure(page, name) for name in ("Tightest need", "Dataset", "Worst age", "May be old", "Room", "Missed")
    }
    assert told == {
        "Tightest need": "Consumer Monthly close workbook",
        "Dataset": "mart.fct_orders",
        "Worst age": "93 min",
        "May be old": "2 h",
        "Room": "22.5 %",
        "Missed": "none",
    }
    ways = [tag.words.removesuffix("¶") for tag in page.all("h3")]
    assert ways[0] == "mart.fct_orders"


def test_every_need_has_a_row_that_leads_to_its_way(orders: Facts, links_of: LinksOf) -> None:
    links = links_of("orders-mart", "freshness")
    page = html(freshness_page(orders, links))
    (head, *rows) = cells(tables(page)["Needs for fresh data"])
    assert head == ["Who", "Dataset", "Need", "Worst age", "Room"]
    assert len(rows) == len(orders.freshness.needs)
    assert rows[0] == ["Consumer Monthly close workbook", "mart.fct_orders", "2 h", "93 min", "22.5 %"]
    ids = {tag.attributes["id"] for tag in page.all("h3")}
    ways = {
        row.all("td")[0].all("a")[0].attributes["href"] for row in tables(page)["Needs for fresh data"].all("tr")[1:]
    }
    assert {(way or "").removeprefix("#") for way in ways} == ids
    assert read(freshness_table(orders, links)).all("table")


def test_the_picture_and_the_table_beneath_say_the_same(orders: Facts, links_of: LinksOf) -> None:
    page = html(freshness_page(orders, links_of("orders-mart", "freshness")))
    drawn = drawings(page)["Worst age of mart.fct_orders against 120 min"]
    said = [tag.words for tag in drawn.all("text")]
    rows = cells(tables(page)["Where the time of mart.fct_orders goes"])[1:]
    assert rows == [
        ["arrival of ledger.refunds", "ledger.refunds", "6 min", "6.5 %", "6 min"],
        ["wait for the next run of load_refunds", "load_refunds", "60 min", "64.5 %", "—"],
        ["run of load_refunds", "load_refunds", "5 min", "5.4 %", "71 min"],
        ["wait for the runs before build_orders", "build_orders", "7 min", "7.5 %", "—"],
        ["run of build_orders", "build_orders", "12 min", "12.9 %", "—"],
        ["check orders_pk", "build_orders", "2 min", "2.2 %", "—"],
        ["check revenue_adds_up", "build_orders", "30 s", "0.5 %", "—"],
        ["check orders_country_known", "build_orders", "30 s", "0.5 %", "93 min"],
        ["Worst age", "mart.fct_orders", "93 min", "—", "93 min"],
    ]
    assert said == [
        *(text for name, _, takes, share, _ in rows[:-1] for text in (name, f"{takes} · {share}")),
        "left",
        "27 min · 22.5 %",
        "consumer, promise, contract, check and SLO: 120 min",
    ]


def test_each_bar_begins_where_the_one_before_ends(orders: Facts, links_of: LinksOf) -> None:
    page = html(freshness_page(orders, links_of("orders-mart", "freshness")))
    drawn = drawings(page)["Worst age of mart.fct_orders against 120 min"]
    at = 300.0
    for bar in drawn.all("rect"):
        x, width = (float(bar.attributes[name] or "") for name in ("x", "width"))
        assert x == pytest.approx(at, abs=0.2)
        at = x + width
    assert at == pytest.approx(620, abs=0.2)


def test_the_work_names_every_way(orders: Facts, links_of: LinksOf) -> None:
    page = html(freshness_page(orders, links_of("orders-mart", "freshness")))
    works = [tag.words for tag in page.all("dt")]
    for name in ("raw.shop_orders", "raw.shop_order_items", "raw.payments", "raw.ledger_refunds"):
        assert f"mart.fct_orders by way of {name}" in works
        assert f"Worst age of {name}" in works
    assert "Checks of mart.fct_orders" in works
    told = next(tag for tag in page.all("div") if tag.inside and tag.inside[0].words == "Worst age of mart.fct_orders")
    assert "the largest of 91 min, 91 min, 92 min, 93 min = 93 min" in told.words


def test_runs_availability_and_budgets_have_their_tables(orders: Facts, links_of: LinksOf) -> None:
    found = tables(html(freshness_page(orders, links_of("orders-mart", "freshness"))))
    assert cells(found["Runs with every retry"])[1] == ["load_shop_orders", "51 min", "60 min", "ends before"]
    assert cells(found["Runs with every retry"])[8] == ["build_orders", "46 min", "not by a clock", "one run at a time"]
    assert cells(found["Availability of contracts"])[1] == ["mart.fct_orders", "99.5 %", "99.7 %", "8", "kept"]
    budgets = cells(found["Time in which objectives may be missed"])
    assert budgets[1] == ["orders_fresh", "freshness", "mart.fct_orders", "99.5 %", "30 d", "3.6 h"]


@pytest.mark.parametrize("plan", SAMPLES)
def test_ids_are_unique_and_nothing_is_styled_in_place(plan: str, facts: dict[str, Facts], links_of: LinksOf) -> None:
    page = html(freshness_page(facts[plan], links_of(plan, "freshness")))
    tags = [tag for name in ("h1", "h2", "h3", "tr", "svg", "rect", "path", "div", "details") for tag in page.all(name)]
    ids = [tag.attributes["id"] for tag in tags if "id" in tag.attributes]
    assert len(ids) == len(set(ids))
    assert not any("style" in tag.attributes for tag in tags)


@pytest.mark.parametrize("plan", SAMPLES)
def test_a_page_is_the_same_each_time(
    plan: str, facts: dict[str, Facts], portfolio: Portfolio, links_of: LinksOf
) -> None:
    links = links_of(plan, "freshness")
    again = Facts(facts[plan].plan, portfolio.policy, facts[plan].landscape)
    assert page_html(freshness_page(facts[plan], links)) == page_html(freshness_page(again, links))


def small(portfolio: Portfolio, consumer: Data, **changes: Any) -> Facts:
    """A source, a load and a consumer of what it loads."""
    pipeline = {"id": "load", "inputs": ["shop.orders"], "outputs": ["raw.orders"]}
    schedule = {"schedule": {"cron": "0 * * * *", "timezone": "UTC"}}
    arrival = changes.pop("arrival", {"continuous": True, "delay_p95": "15 min"})
    gates = {
        "context": Context.model_validate({"consumers": [{"id": "close", "reads": ["raw.orders"], **consumer}]}),
        "sources": Sources.model_validate(
            {"sources": [{"id": "shop", "arrival": arrival, "datasets": [{"id": "shop.orders"}]}]}
        ),
        "ingestion": Ingestion.model_validate({"pipelines": [pipeline | schedule | changes]}),
    }
    gates["capacity"] = Capacity.model_validate({"runtimes": [{"pipeline": "load", "p95": "25 min"}]})
    header = Header.model_validate({"id": "small", "title": "Small", "created": "2026-11-02"})
    return Facts(Plan("small", header, gates), portfolio.policy)


LINKS = Links("small", relative_to("plans/small/freshness/"), edit_url=lambda gate, path: f"https://git.example/{gate}")


def test_a_missed_need_is_marked_by_word_and_sign(portfolio: Portfolio) -> None:
    page = html(freshness_page(small(portfolio, {"freshness": "80 min"}), LINKS))
    drawn = drawings(page)["Worst age of raw.orders against 80 min"]
    assert [tag.words for tag in drawn.all("text")][-3:] == ["✕ over", "✕ 20 min · 25 %", "consumer: 80 min"]
    assert drawn.all("rect")[-1].classes == ["pg-passed"]
    assert (figure(page, "Missed"), figure(page, "Room")) == ("✕ 1", "✕ −25 %")


def test_needs_of_different_size_have_a_picture_each(portfolio: Portfolio) -> None:
    facts = small(portfolio, {"freshness": "3 h"})
    more = Sources.model_validate(
        {
            **facts.plan.gates["sources"].model_dump(by_alias=True),
            "freshness": [{"dataset": "raw.orders", "target": "120 min"}],
        }
    )
    plan = Plan("small", facts.plan.header, {**facts.plan.gates, "sources": more})
    page = html(freshness_page(Facts(plan, portfolio.policy), LINKS))
    assert list(drawings(page)) == ["Worst age of raw.orders against 120 min", "Worst age of raw.orders against 3 h"]
    assert [row[3] for row in cells(tables(page)["Needs for fresh data"])[1:]] == ["100 min", "100 min"]


def test_what_is_not_known_is_said_with_its_place(portfolio: Portfolio) -> None:
    facts = small(portfolio, {"freshness": "80 min"}, arrival={"continuous": True})
    page = html(freshness_page(facts, LINKS))
    assert figure(page, "Not known") == "1"
    assert cells(tables(page)["Needs for fresh data"])[1][3:] == ["✕ not known", "—"]
    places = {tag.words: tag.attributes["href"] for tag in page.all("li")[0].all("a")}
    assert places == {"the p95 delay of source shop": "https://git.example/sources"}
    assert drawings(page) == {}


def test_without_needs_there_is_nothing_to_draw(portfolio: Portfolio) -> None:
    facts = small(portfolio, {})
    page = html(freshness_page(facts, LINKS))
    assert "Nobody has said yet how old data may be." in page.words
    assert [tag.words.removesuffix("¶") for tag in page.all("h2")] == ["Who needs what", "Longest runs"]
    assert read(freshness_table(facts, LINKS)).words == "Nobody has said yet how old data may be."


def test_words_of_authors_stay_words(portfolio: Portfolio) -> None:
    hostile = '<script>alert("x")</script>\u202e'
    page = page_html(
        freshness_page(small(portfolio, {"freshness": "80 min", "name": hostile, "owner": "data_team"}), LINKS)
    )
    assert "<script" not in page
    assert "\u202e" not in page
    assert (
        hostile.removesuffix("\u202e")
        in html(freshness_page(small(portfolio, {"freshness": "80 min", "name": hostile}), LINKS)).text
    )


@pytest.mark.parametrize(
    ("sizes", "bound", "widths"),
    [
        ([30, 60], 120, ["80", "160", "80"]),
        ([60, 60], 120, ["160", "160", "0"]),
        ([120, 40], 120, ["240", "80", "80"]),
        ([], 10, ["320"]),
        ([0, 10], 20, ["0", "160", "160"]),
    ],
)
def test_bars_share_the_width(sizes: Sequence[int], bound: int, widths: list[str]) -> None:
    parts = [Part(f"part {place}", Decimal(size), f"{size} min") for place, size in enumerate(sizes)]
    drawn = read(waterfall("A sum", parts, ("limit", Decimal(bound)), "what is left"))
    assert [bar.attributes["width"] for bar in drawn.all("rect")] == widths
    assert [bar.classes[0] for bar in drawn.all("rect")][-1] == ("pg-passed" if sum(sizes) > bound else "pg-left")


def test_long_names_are_cut_and_small_parts_are_seen() -> None:
    parts = [Part("a" * 60, Decimal(100000), "long"), Part("tiny", Decimal(1), "short")]
    drawn = read(waterfall("A sum", parts, ("limit", Decimal(100001)), "nothing"))
    assert drawn.all("text")[0].words == f"{'a' * 45}…"
    assert drawn.all("rect")[1].attributes["width"] == "1"
    assert joined([drawn.all("svg")[0].attributes["aria-label"] or ""]) == "A sum; the table beneath says the same"
