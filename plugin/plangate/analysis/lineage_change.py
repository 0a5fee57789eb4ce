"""What became of a lineage since another state of the plans: nodes and edges that are new, changed or gone."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from plangate.analysis.atlas import name_among
from plangate.analysis.dataset import DatasetFacts
from plangate.analysis.facts import Facts
from plangate.analysis.lineage import Lineage, Node

NodeState = Literal["new", "changed", "removed"]
EdgeState = Literal["new", "removed"]
Ends = tuple[str, str]


class LineageChange(Struct, frozen=True):
    """A lineage with what is gone put back in: its graph, and the states of nodes and edges that are not as before."""

    graph: Lineage
    nodes: Mapping[str, NodeState]
    edges: Mapping[Ends, EdgeState]


def lineage_change(before: Facts, after: Facts) -> LineageChange:
    """Compare the lineage of a plan with that of the same plan at a base revision.

    A node is changed if its layer, owner, importance or builder is another one, or if what the plan says of the dataset
    is: its model, source, contract, pipelines.
    """
    said = {
        name
        for name in before.lineage.by_id.keys() & after.lineage.by_id.keys()
        if _spoken(before.datasets.get(name)) != _spoken(after.datasets.get(name))
    }
    return merged(before.lineage, after.lineage, said)


def merged(before: Lineage, after: Lineage, changed: Iterable[str] = ()) -> LineageChange:
    """Compare two graphs; `changed` names nodes of both that differ in what is said of them elsewhere."""
    states: dict[str, NodeState] = dict.fromkeys(after.by_id.keys() - before.by_id.keys(), "new")
    states |= dict.fromkeys(before.by_id.keys() - after.by_id.keys(), "removed")
    both = before.by_id.keys() & after.by_id.keys()
    differ = {name for name in both if _shown(before.by_id[name]) != _shown(after.by_id[name])}
    states |= dict.fromkeys(differ | (both & set(changed)), "changed")
    old, new = ({(edge.source, edge.target) for edge in one.edges} for one in (before, after))
    edges: dict[Ends, EdgeState] = dict.fromkeys(new - old, "new")
    edges |= dict.fromkeys(old - new, "removed")
    return LineageChange(_union(before, after), states, edges)


def _shown(node: Node) -> object:
    return node.label, node.kind, node.layer, node.owner, node.critical, node.plan


def _spoken(said: DatasetFacts | None) -> object:
    return None if said is None else (said.contracts, said.changes, said.model, said.sources, said.pipelines)


def _union(before: Lineage, after: Lineage) -> Lineage:
    """Put what only the earlier graph holds into the later one; layers that are gone stand where they stood."""
    layers = list(after.layers)
    known = {name for name, _ in layers}
    for place, (name, title) in enumerate(before.layers):
        if name not in known:
            layers.insert(min(place, len(layers)), (name, title))
    rank = {name: place for place, (name, _) in enumerate(layers)}
    gone = [node for node in before.nodes if node.id not in after.by_id]
    nodes = sorted((*after.nodes, *gone), key=lambda node: (rank[node.layer], node.id))
    ends = {(edge.source, edge.target) for edge in after.edges}
    lost = [edge for edge in before.edges if (edge.source, edge.target) not in ends]
    edges = sorted((*after.edges, *lost), key=lambda edge: (edge.source, edge.target))
    return replace(after, nodes=tuple(nodes), edges=tuple(edges), layers=tuple(layers))


class StatesAmong(Struct, frozen=True):
    """What became of the lineage of several plans, by the names that nodes have among all: states, and new edges."""

    nodes: Mapping[str, NodeState] = field(default_factory=lambda: MappingProxyType({}))
    new_edges: frozenset[Ends] = frozenset()


def among(changes: Mapping[str, LineageChange]) -> StatesAmong:
    """Put the changes of plans, by their ids, together; what one does not speak of any more may stand in another."""
    states = {
        name_among(plan, name): state
        for plan, change in changes.items()
        for name, state in change.nodes.items()
        if state != "removed"
    }
    edges = {
        (name_among(plan, source), name_among(plan, target))
        for plan, change in changes.items()
        for (source, target), state in change.edges.items()
        if state == "new"
    }
    return StatesAmong(MappingProxyType(states), frozenset(edges))
