"""The merged lineage of all plans, what lies around a dataset, and what a change of it reaches."""

from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.atlas import MOST_CYCLES, Atlas
from plangate.analysis.focus import focus
from plangate.analysis.landscape import Landscape
from plangate.model.plan import Plan

from .portfolios import many, models, plan

ORDERS = plan(
    "orders",
    {"domain": "orders", "go_live": "2027-03-01T06:00:00Z"},
    context={
        "consumers": [
            {"id": "board", "name": "Board report", "owner": "finance", "reads": ["mart.orders"]},
            {"id": "shop_app", "reads": ["mart.orders"], "needs_by": "2027-02-01"},
        ]
    },
    sources={"sources": [{"id": "shop", "owner": "shop_team", "datasets": [{"id": "shop.orders"}]}]},
    ingestion={"pipelines": [{"id": "load", "kind": "ingest", "inputs": ["shop.orders"], "outputs": ["raw.orders"]}]},
    modeling={
        "layers": [{"id": "mart"}],
        "models": [{"id": "mart.orders", "layer": "mart", "depends_on": ["raw.orders"], "owner": "orders_team"}],
    },
)
LEDGER = plan(
    "ledger",
    {"domain": "finance"},
    context={"consumers": [{"id": "board", "name": "Auditors", "reads": ["ledger.entries"]}]},
    sources={"sources": [{"id": "mart", "owner": "orders_team", "datasets": [{"id": "mart.orders"}]}]},
    modeling={
        "layers": [{"id": "core"}],
        "models": [{"id": "ledger.entries", "layer": "core", "depends_on": ["mart.orders", "erp.accounts"]}],
    },
)


def of(*plans: Plan) -> Atlas:
    return Landscape(plans).atlas


def test_a_dataset_is_there_once_and_its_home_is_the_plan_that_builds_it() -> None:
    found = of(LEDGER, ORDERS)
    mart = found.entries["mart.orders"]
    assert (mart.home, mart.domain, mart.producers, mart.users) == ("orders", "orders", ("orders",), ("ledger",))
    assert (mart.node.layer, mart.node.owner, mart.node.plan) == ("mart", "orders_team", None)
    assert found.entries["erp.accounts"].home == "ledger"
    assert found.entries["erp.accounts"].producers == ()
    assert found.between == {("orders", "ledger"): ("mart.orders",)}
    assert [entry.id for entry in found.datasets] == [
        "shop.orders", "erp.accounts", "raw.orders", "ledger.entries", "mart.orders",
    ]  # fmt: skip


def test_consumers_of_the_same_id_are_kept_apart() -> None:
    readers = [node.id for node in of(LEDGER, ORDERS).graph.nodes if node.kind == "consumer"]
    assert readers == ["consumer:ledger/board", "consumer:orders/board", "consumer:orders/shop_app"]


def test_domains_are_sorted_and_those_without_one_come_last() -> None:
    found = of(plan("z", modeling=models(("a.x", "a.y"))), LEDGER, ORDERS)
    assert list(found.by_domain) == ["finance", "orders", None]
    assert [entry.id for entry in found.by_domain[None]] == ["a.x", "a.y"]


def test_what_a_change_reaches_is_told_with_the_way_and_the_day_that_matters() -> None:
    reached = of(LEDGER, ORDERS).reach("raw.orders")
    told = [(one.entry.id, one.plan.id, one.way, str(one.by)) for one in reached]
    assert told == [
        ("consumer:orders/shop_app", "orders", ("raw.orders", "mart.orders"), "2027-02-01"),
        ("consumer:orders/board", "orders", ("raw.orders", "mart.orders"), "2027-03-01"),
        ("consumer:ledger/board", "ledger", ("raw.orders", "mart.orders", "ledger.entries"), "None"),
    ]
    assert [one.consumer.name for one in reached if one.consumer] == [None, "Board report", "Auditors"]
    assert of(LEDGER, ORDERS).reach("consumer:orders/board") == ()


@pytest.mark.parametrize(
    ("operations", "nodes", "edges"),
    [
        ({"edges": [{"from": "raw.orders", "to": "log.orders"}]}, {"log.orders"}, {("raw.orders", "log.orders")}),
        ({"edges": [{"from": "raw.orders", "to": "mart.orders", "omit": True}]}, set(), set()),
        ({"nodes": [{"id": "log.audit"}]}, {"log.audit"}, set()),
        ({"edges": [{"from": "load", "to": "log.runs"}]}, {"log.runs"}, {("shop.orders", "log.runs")}),
        ({"edges": [{"from": "shop", "to": "log.runs"}]}, {"log.runs"}, {("shop.orders", "log.runs")}),
        ({"edges": [{"from": "log.runs", "to": "load"}]}, {"log.runs"}, {("log.runs", "raw.orders")}),
        (
            {"edges": [{"from": "raw.orders", "to": "board"}]},
            set(),
            {("raw.orders", "consumer:orders/board")},
        ),
        (
            {"edges": [{"from": "reload", "to": "log.runs"}]},
            {"log.runs", "orders/reload"},
            {("orders/reload", "log.runs")},
        ),
    ],
)
def test_overrides_of_operations_are_part_of_it(
    operations: dict[str, Any], nodes: set[str], edges: set[tuple[str, str]]
) -> None:
    gates = {gate: value.model_dump(by_alias=True, exclude_unset=True) for gate, value in ORDERS.gates.items()}
    before = {(edge.source, edge.target) for edge in of(ORDERS).graph.edges}
    changed = of(plan("orders", **{**gates, "operations": {"lineage": operations}}))
    assert set(changed.entries) - set(of(ORDERS).entries) == nodes
    assert {(edge.source, edge.target) for edge in changed.graph.edges} - before == edges
    if not nodes and not edges:
        assert ("raw.orders", "mart.orders") not in {(edge.source, edge.target) for edge in changed.graph.edges}
    assert not any(entry.is_dataset for name, entry in changed.entries.items() if "/" in name)


def test_cycles_across_plans_are_named_unless_a_plan_declares_them() -> None:
    one = plan("one", modeling=models(("b.x", "a.x")))
    two = plan("two", modeling=models(("a.x", "b.x"), ("c.x", "d.x"), ("d.x", "c.x")))
    assert sorted(sorted(cycle[:-1]) for cycle in of(one, two).cycles) == [["a.x", "b.x"], ["c.x", "d.x"]]
    assert all(cycle[0] == cycle[-1] for cycle in of(one, two).cycles)
    feedback = {"lineage": {"edges": [{"from": "b.x", "to": "a.x", "feedback": True}]}}
    declared = plan("one", modeling=models(("b.x", "a.x")), operations=feedback)
    assert [sorted(cycle[:-1]) for cycle in of(declared, two).cycles] == [["c.x", "d.x"]]


def test_of_very_many_cycles_the_first_are_named() -> None:
    pairs = [pair for i in range(MOST_CYCLES + 5) for pair in ((f"a.x{i}", f"b.x{i}"), (f"b.x{i}", f"a.x{i}"))]
    assert len(of(plan("one", modeling=models(*pairs))).cycles) == MOST_CYCLES


def layered(name: str, *layers: str) -> Plan:
    built = [{"id": f"{name}.{layer}", "layer": layer} for layer in layers]
    return plan(name, modeling={"layers": [{"id": layer} for layer in layers], "models": built})


@pytest.mark.parametrize(
    ("plans", "order"),
    [
        ([("stage", "mart"), ("stage", "core", "mart")], "stage core mart"),
        ([("aa", "bb", "cc", "dd"), ("xx", "yy", "zz", "aa")], "xx yy zz aa bb cc dd"),
        ([("aa", "bb"), ("bb", "aa"), ("aa", "bb", "cc")], "aa bb cc"),
        ([("only",), ("alone",)], "alone only"),
    ],
)
def test_layers_of_all_plans_stand_in_one_order(plans: list[tuple[str, ...]], order: str) -> None:
    made = [layered(f"plan{i}", *layers) for i, layers in enumerate(plans)]
    for some in permutations(made):
        assert [name for name, _ in of(*some).graph.layers] == order.split()


@pytest.mark.parametrize(("most", "shown", "rest"), [(40, 40, 260), (299, 299, 1), (300, 300, 0)])
def test_a_hub_shows_some_neighbours_and_counts_the_rest(most: int, shown: int, rest: int) -> None:
    hub = [("hub.in", "hub.x"), *(("hub.x", f"out.m{i:03}") for i in range(300))]
    found = focus(of(plan("one", modeling=models(*hub))), "hub.x", 2, 2, most)
    assert len([name for name in found.nodes if name.startswith("out.")]) == shown
    assert [(more.count, ("hub.x", more.id) in found.edges) for more in found.more] == [(rest, True)] * (rest > 0)
    assert "hub.in" in found.nodes


def test_critical_neighbours_are_shown_first() -> None:
    built = models(*(("hub.x", f"out.m{i}") for i in range(9)))
    built["models"][-1]["critical"] = True
    assert focus(of(plan("one", modeling=built)), "hub.x", 1, 1, 1).nodes == ("hub.x", "out.m8")


def test_what_is_not_there_has_no_surroundings() -> None:
    with pytest.raises(KeyError):
        focus(of(ORDERS), "not.there", 1, 1)


Pairs = Sequence[tuple[int, int]]
PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30)


def cut(pairs: Pairs) -> tuple[Plan, ...]:
    """Spread the models of a graph over three plans, each with a reader."""
    edges = [(f"d.m{one}", f"d.m{other}") for one, other in pairs if one != other]
    return tuple(
        plan(
            f"p{part}",
            context={"consumers": [{"id": "reader", "reads": [f"d.m{part}", f"d.m{part + 3}"]}]},
            modeling=models(*(edge for edge in edges if int(edge[1][-1]) % 3 == part), names=[f"d.m{part}"]),
        )
        for part in range(3)
    )


def within(edges: set[tuple[str, str]], start: str, steps: int) -> set[str]:
    found = {start}
    for _ in range(steps):
        found |= {other for one, other in edges if one in found}
    return found


@settings(deadline=None)
@given(PAIRS, st.integers(0, 4), st.integers(0, 4), st.integers(0, 2))
def test_surroundings_are_those_of_a_search_by_hand(pairs: Pairs, up: int, down: int, start: int) -> None:
    found = of(*cut(pairs))
    edges = {(edge.source, edge.target) for edge in found.graph.edges}
    around = focus(found, f"d.m{start}", up, down)
    shown = within({(b, a) for a, b in edges}, f"d.m{start}", up) | within(edges, f"d.m{start}", down)
    assert set(around.nodes) == shown
    assert len(set(around.nodes)) == len(around.nodes)
    assert set(around.edges) == {(a, b) for a, b in edges if a in shown and b in shown}
    assert around.more == ()


@settings(deadline=None)
@given(PAIRS, st.integers(0, 2), st.integers(1, 3), st.integers(1, 4))
def test_a_cap_shows_no_more_and_loses_nobody(pairs: Pairs, start: int, most: int, steps: int) -> None:
    found = of(*cut(pairs))
    whole, capped = (focus(found, f"d.m{start}", steps, steps, cap) for cap in (99, most))
    assert set(capped.nodes) <= set(whole.nodes)
    assert len(capped.nodes) <= 1 + 2 * steps * most
    first = focus(found, f"d.m{start}", 0, 1, most)
    assert len(first.nodes) - 1 + sum(more.count for more in first.more) == len(found.after.get(f"d.m{start}", ()))
    known = {*capped.nodes, *(more.id for more in capped.more)}
    assert all(one in known and other in known for one, other in capped.edges)


@settings(deadline=None)
@given(PAIRS, st.integers(0, 2))
def test_whom_a_change_reaches_is_found_by_a_search_by_hand(pairs: Pairs, start: int) -> None:
    found = of(*cut(pairs))
    edges = {(edge.source, edge.target) for edge in found.graph.edges}
    name = f"d.m{start}"
    reached = found.reach(name)
    assert {one.entry.id for one in reached} == {one for one in within(edges, name, 99) if one.startswith("consumer:")}
    for one in reached:
        assert one.way[0] == name
        assert set(pairwise((*one.way, one.entry.id))) <= edges
        steps = len(one.way)
        assert one.entry.id not in within(edges, name, steps - 1)


@settings(deadline=None, max_examples=50)
@given(PAIRS, st.permutations(range(3)))
def test_the_order_of_plans_does_not_matter(pairs: Pairs, order: list[int]) -> None:
    plans = cut(pairs)
    one, other = of(*plans), of(*(plans[i] for i in order))
    assert one.graph == other.graph
    assert list(one.entries.values()) == list(other.entries.values())
    assert one.cycles == other.cycles


def test_a_large_portfolio_is_whole() -> None:
    found = of(*many())
    assert len(found.datasets) == 2000
    assert sum(entry.node.kind == "consumer" for entry in found.entries.values()) == 300
    assert found.cycles == ()
    assert max(len(users) for users in found.after.values()) >= 300
    assert len(focus(found, "marts_ads_000.model_08", 3, 3).nodes) < 160
