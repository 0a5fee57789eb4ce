"""Layout by Graphviz: dot says what lies above what, in the columns that are given; the rest is as ever."""

from collections.abc import Iterable, Mapping, Sequence

from plangate.render.lineage.chains import Chains
from plangate.render.lineage.geometry import Box, Heading, Layout
from plangate.render.lineage.layout import layout as laid_out
from plangate.render.lineage.tangles import Order

_HEAD = 'digraph{node[shape=box,fixedsize=true,width=.3,height=.3,label=""];edge[arrowhead=none];'


def layout(nodes: Iterable[Box], edges: Iterable[tuple[str, str]], headings: Sequence[Heading] = ()) -> Layout:
    """Place boxes and route edges as `plangate.render.lineage.layout` does, but in dot's order.

    Needs the extra `graphviz`. Raises ImportError without it, ValueError for a repeated id or an edge to nowhere.
    """
    return laid_out(nodes, edges, headings, order)


def order(graph: Chains) -> Order:
    """Return the vertices of each column from top to bottom in dot's order; raises ImportError without the extra."""
    try:
        from pygraphviz import AGraph  # noqa: PLC0415 - an extra
    except ImportError:
        raise ImportError("layout by dot needs pygraphviz: pip install plangate[graphviz]") from None
    drawing = AGraph(described(graph))
    drawing.layout(prog="dot")
    return by_position(graph, {name: node_position(drawing.get_node(name).attr["pos"]) for name in drawing.nodes()})


def described(graph: Chains) -> str:
    """Return the graph in dot's language: columns as ranks from top to bottom, every vertex v as a node "v"."""
    names = [f"c{index}" for index in range(len(graph.columns))]
    ranks = [
        f"{{rank=same;{name};{';'.join(map(str, column))}}}" for name, column in zip(names, graph.columns, strict=True)
    ]
    chain = f"{'->'.join(names)}[style=invis,weight=0];" if len(names) > 1 else ""
    pieces = "".join([f"{vertex}->{other};" for vertex, right in enumerate(graph.right) for other in right])
    return "".join([_HEAD, *ranks, chain, pieces, "}"])


def by_position(graph: Chains, position: Mapping[str, float]) -> Order:
    """Order each column by where dot put its nodes; those on one spot stay in the order of their numbers."""
    return [sorted(column, key=lambda vertex: position[str(vertex)]) for column in graph.columns]


def node_position(text: str) -> float:
    """Return how far to the right, in points, a node is whose position dot writes as "x,y"."""
    return float(text.split(",", maxsplit=1)[0])
