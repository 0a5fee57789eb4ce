"""Personal data as a table: who sees what, in the clear, masked or not known."""

from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.render.links import Links, homes, relative_to
from plangate.render.pii import MOST_ROWS, pii_flow, pii_portfolio

from ..analysis.plans import POLICY, plan
from ..analysis.test_columns import INGESTION, SOURCES
from ..analysis.test_personal import CONTEXT, TOTALS
from .conftest import LinksOf
from .html import Tag, read


def shown(folder: Path, context: str = CONTEXT, sources: str = SOURCES, *, whole: bool = False) -> Tag:
    one = plan(folder, context=context, sources=sources, ingestion=INGESTION, modeling=TOTALS)
    landscape = Landscape((one,))
    links = Links(one.id, relative_to("plans/a-plan/lineage/"), homes(one))
    if whole:
        return read(pii_portfolio(landscape, lambda _: links))
    return read(pii_flow(Facts(one, POLICY, landscape), links))


def rows(page: Tag) -> list[list[str]]:
    return [
        [cell.words for tag in ("th", "td") for cell in row.all(tag)]
        for body in page.all("tbody")
        for row in body.all("tr")
    ]


EXPECTED = [
    ["shop_db.orders#email", "board", "✕ in the clear", "mart.orders#contact", "nowhere"],
    ["Way: shop_db.orders → raw.orders → stg.orders → mart.orders"],
    ["shop_db.orders#email", "lab , outside the organisation", "✕ in the clear", "raw.orders#email", "nowhere"],
    ["Way: shop_db.orders → raw.orders"],
    ["shop_db.orders#email", "report", "? not known", "mart.totals lists no columns", "not stated"],
]


@pytest.mark.parametrize("whole", [False, True])
def test_every_consumer_is_told_with_the_way(tmp_path: Path, whole: bool) -> None:
    assert rows(shown(tmp_path, whole=whole)) == EXPECTED


def test_verdicts_have_a_tone_and_a_link(tmp_path: Path) -> None:
    page = shown(tmp_path)
    assert [tag.classes for tag in page.all("span") if "✕" in tag.text] == [["pg-bad"], ["pg-bad"]]
    assert page.all("tbody")[0].all("a")[1].attributes["href"] == "../context/#pg-consumer-board"


def test_data_that_nobody_reads_is_told_too(tmp_path: Path) -> None:
    page = shown(tmp_path, "consumers: [{id: board, reads: [other.x]}]\n")
    assert rows(page) == [["shop_db.orders#email", "none", "✓ reaches no consumer", "none", "none"]]


@pytest.mark.parametrize(
    ("whole", "text"),
    [
        (False, "No column is marked as personal data, and none that is reaches this plan."),
        (True, "No plan marks a column as personal data."),
    ],
)
def test_without_personal_data_it_is_a_sentence(tmp_path: Path, whole: bool, text: str) -> None:
    none = SOURCES.replace('["shop_db.orders#email"]', "[]")
    assert shown(tmp_path, sources=none, whole=whole).words == text


def test_very_many_are_counted(tmp_path: Path) -> None:
    many = "".join(f"  - {{id: c{n}, reads: [mart.orders]}}\n" for n in range(MOST_ROWS + 5))
    page = shown(tmp_path, f"consumers:\n{many}")
    assert len(page.all("tbody")) == MOST_ROWS
    assert "And 5 more." in page.words


def test_the_sample_plans_hide_it_from_everybody(facts: dict[str, Facts], links_of: LinksOf) -> None:
    page = read(pii_portfolio(next(iter(facts.values())).landscape, lambda plan: links_of(plan, "lineage")))
    assert "✕ in the clear" not in page.text
    assert ["mart.fct_orders#customer_email_hash", "hash in stg.orders#customer_email_hash"] in [
        row[3:] for row in rows(page)
    ]
