"""Columns as cards: what is shown of whom, in words, glyphs and lines, and as a list."""

import re
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.render.bundled import needed_stylesheet
from plangate.render.columns import MOST_CARDS, MOST_ROWS, columns_cards
from plangate.render.links import Links, homes, relative_to

from ..analysis.plans import POLICY, plan
from ..analysis.test_columns import INGESTION, MODELING, SOURCES
from .conftest import LinksOf
from .html import Tag, read


def cards(folder: Path, dataset: str, modeling: str = MODELING, *, pages: frozenset[str] = frozenset()) -> Tag:
    one = plan(folder, sources=SOURCES, ingestion=INGESTION, modeling=modeling)
    links = Links(one.id, relative_to("datasets/here/"), homes(one), datasets=pages)
    return read(columns_cards(dataset, Facts(one, POLICY, Landscape((one,))), links))


def shown(figure: Tag) -> dict[str, list[str]]:
    return {
        part.attributes["aria-label"] or "": [row.words for row in part.all("li")]
        for part in figure.all("ul")
        if "aria-label" in part.attributes
    }


def test_rows_say_transform_masking_and_personal_data(tmp_path: Path) -> None:
    assert shown(cards(tmp_path, "stg.orders")) == {
        "Columns of shop_db.orders": ["id", "email ◆ PII enters here"],
        "Columns of raw.orders": ["email identity ◆ PII in the clear", "id identity"],
        "Columns of stg.orders": [
            "order_id identity",
            "mail transformation ◇ PII, masked here: hash",
            "mail_clear identity ◆ PII in the clear",
            "loaded_at",
        ],
        "Columns of mart.orders": ["order_id", "contact ◆ PII in the clear", "age"],
    }


def test_masked_before_and_deprecated_are_told(tmp_path: Path) -> None:
    text = MODELING.replace(', "stg.orders#mail_clear"]}', "], deprecated: true, transform: join}")
    figure = cards(tmp_path, "mart.orders", text)
    assert "contact join ◇ PII, masked before: hash, deprecated" in shown(figure)["Columns of mart.orders"]
    assert [tag.words for tag in figure.all("s")] == ["contact"]


def test_columns_that_take_no_part_are_counted(tmp_path: Path) -> None:
    figure = cards(tmp_path, "stg.orders", MODELING.replace("stg.orders#loaded_at", "raw.orders#id"))
    more = [tag.words for tag in figure.all("p") if "pg-more" in tag.classes]
    assert more == ["+1 more", "+1 more"]
    assert "loaded_at" not in str(shown(figure))


def test_edges_name_their_rows_in_the_order_of_the_page(tmp_path: Path) -> None:
    figure = cards(tmp_path, "mart.orders")
    rows = [
        row.all("a")[0].attributes["title"] or "" for part in figure.all("ul") for row in part.all("li") if row.all("a")
    ]
    ends = [(path.attributes["data-e"] or "").split() for path in figure.all("path")]
    lines = {(rows[int(one)].split(",")[0], rows[int(other)].split(",")[0]) for one, other in ends}
    assert ("raw.orders#email", "stg.orders#mail") in lines
    assert ("stg.orders#mail_clear", "mart.orders#contact") in lines
    assert len(lines) == len(ends) == 9


def test_the_list_says_the_same(tmp_path: Path) -> None:
    items = [item.words for item in cards(tmp_path, "stg.orders").all("details")[0].all("li")]
    assert "stg.orders#mail (transformation, ◇ PII, masked here: hash) ← raw.orders#email" in items
    assert "mart.orders#contact (◆ PII in the clear) ← stg.orders#mail, stg.orders#mail_clear" in items
    assert len(items) == 11


def test_rows_lead_to_the_same_row_on_the_page_of_their_dataset(tmp_path: Path) -> None:
    figure = cards(tmp_path, "stg.orders", pages=frozenset({"stg.orders", "mart.orders"}))
    own = [row for row in figure.all("li") if "id" in row.attributes]
    assert [f"#{row.attributes['id']}" for row in own] == [row.all("a")[0].attributes["href"] for row in own]
    assert own[0].attributes["id"] == "pg-column-stg-orders-order_id"
    links = [link.attributes["href"] or "" for link in figure.all("a")]
    assert "../mart.orders/#pg-column-mart-orders-contact" in links
    assert "../../plans/a-plan/sources/#pg-dataset-shop_db-orders" in links


@pytest.mark.parametrize("dataset", ["no.such", "raw.nothing"])
def test_without_columns_there_is_nothing(tmp_path: Path, dataset: str) -> None:
    assert cards(tmp_path, dataset).inside == []


def test_a_dataset_with_very_many_stays_small(tmp_path: Path) -> None:
    names = [f"c{n}" for n in range(MOST_ROWS + 7)]
    text = "models:\n  - id: stg.wide\n    columns:\n"
    text += "".join(f'      - {{name: {name}, from: ["raw.orders#{name}"]}}\n' for name in names)
    for number in range(MOST_CARDS + 3):
        text += f'  - {{id: mart.m{number:02}, columns: [{{name: a, from: ["stg.wide#c0"]}}]}}\n'
    figure = cards(tmp_path, "stg.wide", text)
    assert len(shown(figure)) == MOST_CARDS
    assert len(shown(figure)["Columns of stg.wide"]) == MOST_ROWS
    assert {"Columns of raw.orders", "Columns of shop_db.orders", "Columns of mart.m00"} <= shown(figure).keys()
    assert "+7 more" in [tag.words for tag in figure.all("p")]
    assert "6 datasets farther away not shown." in figure.words


HOSTILE = '<script>alert(1)</script>" onmouseover="x'


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    text = (
        f"models: [{{id: mart.x, columns: [{{name: '{HOSTILE}', from: ['raw.orders#id'], masking: '{HOSTILE}'}}]}}]\n"
    )
    figure = cards(tmp_path, "mart.x", text)
    assert figure.all("script") == []
    assert HOSTILE in figure.words
    assert not any(name.startswith("on") for tag in figure.all("a") for name in tag.attributes)


def test_the_sample_plans_have_their_columns_drawn(orders: Facts, links_of: LinksOf) -> None:
    links = links_of("orders-mart", "modeling")
    for model in orders.plan.modeling.models if orders.plan.modeling else ():
        html = str(columns_cards(model.id, orders, links))
        assert html == "" or html.startswith('<figure class="pg-lineage pg-columns')
    html = str(columns_cards("mart.fct_orders", orders, links))
    assert "style=" not in html
    assert len(html.encode()) <= 25_000


def test_styles_are_small_and_stay_in_the_figure() -> None:
    css = needed_stylesheet("columns")
    assert len(css.encode()) <= 4_000
    assert css.startswith(".md-typeset .pg-columns{")
    assert css.count("{") == css.count("}")
    assert not re.search(r"#[0-9a-f]{3,6}\b|url\(", css)
