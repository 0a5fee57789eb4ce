"""The graph that leaves the house: the lineage of one plan or of several together, or the surroundings of a dataset."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.atlas import Atlas
from plangate.analysis.focus import focus
from plangate.analysis.lineage import NodeKind
from plangate.model.text import visible

EdgeKind = Literal["builds", "reads"]


class GraphNode(Struct, frozen=True):
    """A source, dataset or consumer; `plan` is the plan that builds it, or else the first that speaks of it.

    `id` is the id of the dataset, or `consumer:<plan>/<id>`, since two plans may have a consumer of the same id.
    """

    id: str
    label: str
    kind: NodeKind
    layer: str
    plan: str
    owner: str | None
    critical: bool


class GraphEdge(Struct, frozen=True):
    """From a dataset to what is built from it or reads it: by which pipeline (`via`, or empty), said by which plan."""

    source: str
    target: str
    via: str
    plan: str
    kind: EdgeKind


class Graph(Struct, frozen=True):
    """Nodes by layer and id, edges by their ends, layers as (id, title) from left to right; `plans` are whose it is."""

    title: str
    plans: tuple[str, ...]
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
    layers: tuple[tuple[str, str], ...]

    def members(self) -> Mapping[tuple[str, str], tuple[GraphNode, ...]]:
        """Give the nodes by their layer, as (id, title)."""
        return {layer: tuple(node for node in self.nodes if node.layer == layer[0]) for layer in self.layers}


def graph(some: Atlas, whole: Atlas) -> Graph:
    """Give the graph of some plans; `whole`, that of all that stand, knows which plan builds what these take."""
    consumers = {node.id for node in some.graph.nodes if node.kind == "consumer"}
    return Graph(
        f"Lineage of {_shown(next(iter(some.plans.values())).title) if len(some.plans) == 1 else 'several plans'}",
        tuple(some.plans),
        tuple(
            GraphNode(
                node.id,
                _shown(node.label),
                node.kind,
                node.layer,
                (whole.entries.get(node.id) or some.entries[node.id]).home,
                node.owner,
                node.critical,
            )
            for node in some.graph.nodes
        ),
        tuple(
            GraphEdge(
                edge.source,
                edge.target,
                edge.via,
                some.entries[edge.target].home,
                "reads" if edge.target in consumers else "builds",
            )
            for edge in some.graph.edges
        ),
        tuple((name, _shown(title)) for name, title in some.graph.layers),
    )


def around(some: Atlas, whole: Atlas, dataset: str, up: int, down: int) -> Graph:
    """Give of the graph of some plans a dataset with what lies `up` steps before and `down` steps behind it.

    Nothing of a hub is left out. Raises KeyError where the plans do not know the dataset.
    """
    kept = frozenset(focus(some, dataset, up, down, most=len(some.entries)).nodes)
    everything = graph(some, whole)
    nodes = tuple(node for node in everything.nodes if node.id in kept)
    used = {node.layer for node in nodes}
    return replace(
        everything,
        title=f"Lineage around {_shown(dataset)}",
        nodes=nodes,
        edges=tuple(edge for edge in everything.edges if edge.source in kept and edge.target in kept),
        layers=tuple(layer for layer in everything.layers if layer[0] in used),
    )


def _shown(text: str) -> str:
    return visible(" ".join(text.split()))
