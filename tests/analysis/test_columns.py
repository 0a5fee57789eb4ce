"""Column lineage of small plans: through ingests, models and plans, to sources, masked or not."""

from pathlib import Path

import pytest

from plangate.analysis.columns import ColumnLineage, columns
from plangate.model.plan import Plan

from .plans import plan

SOURCES = """
sources:
  - id: shop_db
    personal_data: {columns: ["shop_db.orders#email"]}
    datasets:
      - {id: shop_db.orders, columns: [{name: id, type: string}, {name: email, type: string}]}
"""
INGESTION = "pipelines: [{id: load, kind: ingest, inputs: [shop_db.orders], outputs: [raw.orders]}]\n"
MODELING = """
models:
  - id: stg.orders
    depends_on: [raw.orders]
    columns:
      - {name: order_id, from: ["raw.orders#id"], transform: identity}
      - {name: mail, from: ["raw.orders#email"], transform: transformation, masking: hash}
      - {name: mail_clear, from: ["raw.orders#email"], transform: identity, masking: none}
      - {name: loaded_at}
  - id: mart.orders
    depends_on: [stg.orders]
    columns:
      - {name: order_id, from: ["stg.orders#order_id"]}
      - {name: contact, from: ["stg.orders#mail", "stg.orders#mail_clear"]}
      - {name: age, from: ["stg.orders#loaded_at"]}
"""


def lineage(folder: Path, modeling: str = MODELING) -> ColumnLineage:
    return columns((plan(folder, sources=SOURCES, ingestion=INGESTION, modeling=modeling),))


@pytest.mark.parametrize(
    ("column", "grounded"),
    [
        ("shop_db.orders#id", True),
        ("raw.orders#id", True),
        ("mart.orders#order_id", True),
        ("mart.orders#contact", True),
        ("stg.orders#loaded_at", False),
        ("mart.orders#age", False),
        ("mart.orders#unheard_of", False),
    ],
)
def test_ways_up_end_in_sources_or_break_off(tmp_path: Path, column: str, grounded: bool) -> None:
    assert lineage(tmp_path).rests_on_source(column) is grounded


def test_where_a_way_breaks_off_is_named(tmp_path: Path) -> None:
    assert lineage(tmp_path).open_end("mart.orders#age") == "stg.orders#loaded_at"


def test_a_model_may_make_a_column_by_the_clock(tmp_path: Path) -> None:
    text = MODELING.replace(
        "    depends_on: [raw.orders]\n", "    depends_on: [raw.orders]\n    determinism: {uses_now: true}\n"
    )
    assert lineage(tmp_path, text).rests_on_source("mart.orders#age")


def test_columns_that_come_from_each_other_rest_on_nothing(tmp_path: Path) -> None:
    text = "models: [{id: a.b, columns: [{name: one, from: ['a.b#two']}, {name: two, from: ['a.b#one']}]}]\n"
    found = lineage(tmp_path, text)
    assert not found.rests_on_source("a.b#one")
    assert found.flows == lineage(tmp_path / "again", text).flows


def test_an_ingest_copies_each_column_under_its_name(tmp_path: Path) -> None:
    node = lineage(tmp_path).nodes["raw.orders#email"]
    assert (node.before, node.transform, node.at[0]) == (("shop_db.orders#email",), "identity", "ingestion")


def test_personal_data_is_followed_and_told_in_the_clear_where_one_way_is(tmp_path: Path) -> None:
    flows = {flow.column: flow for flow in lineage(tmp_path).flows}
    assert {name: flow.masked_at for name, flow in flows.items()} == {
        "shop_db.orders#email": None,
        "raw.orders#email": None,
        "stg.orders#mail": "stg.orders#mail",
        "stg.orders#mail_clear": None,
        "mart.orders#contact": None,
    }
    assert flows["mart.orders#contact"].path == (
        "shop_db.orders#email",
        "raw.orders#email",
        "stg.orders#mail_clear",
        "mart.orders#contact",
    )
    assert [flow.column for flow in lineage(tmp_path / "b").flows_into["stg.orders"]] == [
        "stg.orders#mail",
        "stg.orders#mail_clear",
    ]


def test_columns_lead_on_into_other_plans(tmp_path: Path) -> None:
    first: Plan = plan(tmp_path / "a", sources=SOURCES, ingestion=INGESTION, modeling=MODELING)
    second: Plan = plan(
        tmp_path / "b",
        sources="sources: [{id: marts, datasets: [{id: mart.orders}]}]\n",
        modeling="models: [{id: crm.people, columns: [{name: contact, from: ['mart.orders#contact']}]}]\n",
    )
    flow = {flow.column: flow for flow in columns((first, second)).flows}["crm.people#contact"]
    assert (flow.origin, flow.masked_at) == ("shop_db.orders#email", None)


COPIES = """
pipelines:
  - id: load
    kind: ingest
    inputs: [shop_db.orders, shop_db.items, crm.people]
    outputs: [raw.orders, raw.items, raw.people_copy]
"""
READS = """
models:
  - id: stg.all
    depends_on: [raw.orders, raw.items, raw.people_copy]
    columns:
      - {name: a, from: ["raw.orders#id"]}
      - {name: b, from: ["raw.people_copy#email"], pii: true, deprecated: true}
"""


def test_a_copy_comes_from_the_table_of_its_name_or_from_those_with_the_column(tmp_path: Path) -> None:
    found = columns((plan(tmp_path, sources=SOURCES, ingestion=COPIES, modeling=READS),)).nodes
    assert found["raw.orders#id"].before == ("shop_db.orders#id",)
    assert found["raw.people_copy#email"].before == ("shop_db.orders#email",)


def test_what_the_plan_says_of_a_column_is_kept(tmp_path: Path) -> None:
    found = columns((plan(tmp_path, sources=SOURCES, ingestion=COPIES, modeling=READS),)).nodes
    assert [(name, found[name].pii, found[name].deprecated) for name in ("stg.all#a", "stg.all#b")] == [
        ("stg.all#a", False, False),
        ("stg.all#b", True, True),
    ]
