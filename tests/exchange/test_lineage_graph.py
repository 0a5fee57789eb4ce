"""The graph that is exported: of one plan, of several, around a dataset."""

from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.analysis.plans import plan

from plangate.analysis.atlas import atlas
from plangate.analysis.landscape import Landscape
from plangate.exchange.lineage.graph import around, graph
from plangate.exchange.lineage.naming import names
from plangate.model.plan import Plan

FIRST = {
    "context": 'consumers: [{id: desk, name: "The\\n  desk", reads: [mart.orders]}]\n',
    "sources": "sources: [{id: shop, owner: shop_team, datasets: [{id: shop.orders}]}]\n",
    "ingestion": "pipelines: [{id: load, kind: ingest, inputs: [shop.orders], outputs: [raw.orders]}]\n",
    "modeling": "layers: [{id: marts}]\nmodels: [{id: mart.orders, layer: marts, depends_on: [raw.orders],"
    " physical: {namespace: 'snowflake://acme', name: MART.ORDERS}}]\n",
}
SECOND = {
    "context": "consumers: [{id: desk, reads: [ml.scores]}]\n",
    "modeling": "layers: [{id: models}]\nmodels: [{id: ml.scores, layer: models, depends_on: [mart.orders]}]\n",
}


def named(folder: Path, name: str, gates: dict[str, str]) -> Plan:
    """Give a plan under a name of its own."""
    return replace(plan(folder / name, **gates), id=name)


@pytest.fixture
def land(tmp_path: Path) -> Landscape:
    """Two plans, the second of which reads what the first builds."""
    return Landscape((named(tmp_path, "one", FIRST), named(tmp_path, "two", SECOND)))


def test_one_plan_knows_what_is_of_another(land: Landscape) -> None:
    made = graph(atlas([land.by_id["two"]], land.lineage), land.atlas)
    assert made.plans == ("two",)
    assert made.title == "Lineage of A plan"
    assert [(node.id, node.plan) for node in made.nodes] == [
        ("mart.orders", "one"),
        ("ml.scores", "two"),
        ("consumer:two/desk", "two"),
    ]
    assert [(edge.source, edge.target, edge.plan, edge.kind) for edge in made.edges] == [
        ("mart.orders", "ml.scores", "two", "builds"),
        ("ml.scores", "consumer:two/desk", "two", "reads"),
    ]


def test_all_plans_meet_in_one_graph(land: Landscape) -> None:
    made = graph(land.atlas, land.atlas)
    assert made.title == "Lineage of several plans"
    assert [name for name, _ in made.layers][:2] == ["sources", "raw"]
    assert [node.label for node in made.nodes if node.kind == "consumer"] == ["The desk", "desk"]
    assert [edge.via for edge in made.edges if edge.target == "raw.orders"] == ["load"]


@pytest.mark.parametrize(
    ("up", "down", "kept"),
    [
        (0, 0, {"mart.orders"}),
        (1, 0, {"raw.orders", "mart.orders"}),
        (0, 1, {"mart.orders", "ml.scores", "consumer:one/desk"}),
        (9, 9, {"shop.orders", "raw.orders", "mart.orders", "ml.scores", "consumer:one/desk", "consumer:two/desk"}),
    ],
)
def test_around_a_dataset(land: Landscape, up: int, down: int, kept: set[str]) -> None:
    made = around(land.atlas, land.atlas, "mart.orders", up, down)
    assert {node.id for node in made.nodes} == kept
    assert all({edge.source, edge.target} <= kept for edge in made.edges)
    assert {name for name, _ in made.layers} == {node.layer for node in made.nodes}


def test_around_what_is_not_there(land: Landscape) -> None:
    with pytest.raises(KeyError):
        around(land.atlas, land.atlas, "mart.nothing", 1, 1)


def test_names_are_where_data_lies_or_the_plan(land: Landscape) -> None:
    assert names(land.atlas, land.atlas) == {
        "shop.orders": ("plangate://one", "shop.orders"),
        "raw.orders": ("plangate://one", "raw.orders"),
        "mart.orders": ("snowflake://acme", "MART.ORDERS"),
        "ml.scores": ("plangate://two", "ml.scores"),
    }
