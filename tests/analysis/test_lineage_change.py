"""What became of a lineage since another state of the plans."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.lineage_change import LineageChange, lineage_change
from plangate.model.plan import Plan

from .plans import POLICY
from .portfolios import models, plan

BEFORE: dict[str, Any] = {
    "context": {"consumers": [{"id": "board", "owner": "finance", "reads": ["mart.orders"]}]},
    "sources": {"sources": [{"id": "shop", "owner": "shop_team", "datasets": [{"id": "shop.orders"}]}]},
    "modeling": {
        "layers": [{"id": "mart"}],
        "models": [{"id": "mart.orders", "layer": "mart", "depends_on": ["shop.orders"], "owner": "orders_team"}],
    },
}


def facts(one: Plan) -> Facts:
    return Facts(one, POLICY, Landscape((one,)))


def compared(before: dict[str, Any], after: dict[str, Any]) -> LineageChange:
    return lineage_change(facts(plan("orders", **before)), facts(plan("orders", **after)))


def with_models(*changed: dict[str, Any]) -> dict[str, Any]:
    return {**BEFORE, "modeling": {**BEFORE["modeling"], "models": list(changed)}}


MART = BEFORE["modeling"]["models"][0]


@pytest.mark.parametrize(
    ("after", "nodes", "edges"),
    [
        (BEFORE, {}, {}),
        (
            with_models(MART, {"id": "mart.daily", "layer": "mart", "depends_on": ["mart.orders"]}),
            {"mart.daily": "new"},
            {("mart.orders", "mart.daily"): "new"},
        ),
        (with_models({**MART, "owner": "sales_team"}), {"mart.orders": "changed"}, {}),
        (with_models({**MART, "grain": ["order_id"]}), {"mart.orders": "changed"}, {}),
        (
            with_models({**MART, "depends_on": []}),
            {"mart.orders": "changed"},
            {("shop.orders", "mart.orders"): "removed"},
        ),
        (
            {**BEFORE, "context": {"consumers": []}},
            {"consumer:board": "removed"},
            {("mart.orders", "consumer:board"): "removed"},
        ),
        (
            {**BEFORE, "context": {"consumers": [{"id": "board", "owner": "audit", "reads": ["mart.orders"]}]}},
            {"consumer:board": "changed"},
            {},
        ),
    ],
)
def test_each_node_and_edge_has_its_state(
    after: dict[str, Any], nodes: dict[str, str], edges: dict[tuple[str, str], str]
) -> None:
    found = compared(BEFORE, after)
    assert (found.nodes, found.edges) == (nodes, edges)


def test_what_is_gone_stays_in_the_graph_in_its_layer() -> None:
    found = compared(BEFORE, {"context": BEFORE["context"], "sources": BEFORE["sources"]})
    assert found.nodes["mart.orders"] == "changed"  # read by a consumer still, built by nobody
    lost = compared(BEFORE, {"sources": BEFORE["sources"]})
    assert lost.nodes == {"mart.orders": "removed", "consumer:board": "removed"}
    assert [name for name, _ in lost.graph.layers] == ["sources", "mart", "consumers"]
    assert lost.graph.by_id["mart.orders"].layer == "mart"
    assert {(edge.source, edge.target) for edge in lost.graph.edges} == set(lost.edges)


NAMES = [f"mart.t{number}" for number in range(6)]
EDGES = st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda pair: pair[0] < pair[1]))


@given(EDGES, EDGES)
def test_a_comparison_turned_round_is_the_reverse(one: set[tuple[str, str]], other: set[tuple[str, str]]) -> None:
    first, second = ({"modeling": models(*edges, names=NAMES)} for edges in (one, other))
    there, back = compared(first, second), compared(second, first)
    turned = {"new": "removed", "removed": "new", "changed": "changed"}
    assert {name: turned[state] for name, state in there.nodes.items()} == back.nodes
    assert {ends: turned[state] for ends, state in there.edges.items()} == back.edges
    assert {node.id for node in there.graph.nodes} == {node.id for node in back.graph.nodes}
    assert there.edges.keys() == one ^ other
