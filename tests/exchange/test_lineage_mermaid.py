"""Lineage as Mermaid: read back line by line, whatever stands in labels."""

import re

from hypothesis import given
from tests.exchange.graphs import graphs

from plangate.exchange.lineage.graph import Graph, GraphEdge, GraphNode
from plangate.exchange.lineage.mermaid import mermaid

LABEL = r'"((?:[0-9A-Za-z_ ]|#\d+;)*)"'
LINES = {
    "subgraph": re.compile(rf"  subgraph (l\d+)\[{LABEL}\]"),
    "node": re.compile(rf"    (n\d+)(?:\[\({LABEL}\)\]|\(\[{LABEL}\]\)|\[{LABEL}\])"),
    "end": re.compile("  end"),
    "edge": re.compile(rf"  (n\d+) -->(?:\|{LABEL}\|)? (n\d+)"),
}


def label(text: str | None) -> str:
    """Read a label back."""
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text or "")


def read(text: str) -> list[tuple[str, tuple[str | None, ...]]]:
    """Read a flowchart; every line has to be one of the four that we write."""
    head, *lines = text.split("\n")
    assert head == "flowchart LR"
    assert lines.pop() == ""
    found = []
    for line in lines:
        kind, match = next((kind, match) for kind, form in LINES.items() if (match := form.fullmatch(line)))
        found.append((kind, match.groups()))
    return found


@given(graphs())
def test_every_label_reads_back_and_nothing_else_is_there(graph: Graph) -> None:
    lines = read(mermaid(graph))
    nodes = [groups for kind, groups in lines if kind == "node"]
    grouped = [node for layer in graph.layers for node in graph.nodes if node.layer == layer[0]]
    assert [label(drum or oval or box) for _, drum, oval, box in nodes] == [node.label for node in grouped]
    numbers = {str(groups[0]): node.id for groups, node in zip(nodes, grouped, strict=True)}
    assert len(numbers) == len(graph.nodes)
    assert [label(groups[1]) for kind, groups in lines if kind == "subgraph"] == [title for _, title in graph.layers]
    edges = [groups for kind, groups in lines if kind == "edge"]
    assert [(numbers[str(one)], numbers[str(other)], label(via)) for one, via, other in edges] == [
        (edge.source, edge.target, edge.via) for edge in graph.edges
    ]


def test_a_small_flowchart() -> None:
    graph = Graph(
        "Lineage",
        ("a",),
        (
            GraphNode("shop.orders", "shop.orders", "source", "sources", "a", None, False),
            GraphNode("mart.orders", "mart.orders", "dataset", "marts", "a", None, True),
            GraphNode("consumer:a/desk", 'The "desk"', "consumer", "consumers", "a", None, False),
        ),
        (
            GraphEdge("shop.orders", "mart.orders", "build", "a", "builds"),
            GraphEdge("mart.orders", "consumer:a/desk", "", "a", "reads"),
        ),
        (("sources", "Sources"), ("marts", "Marts"), ("consumers", "Consumers")),
    )
    assert mermaid(graph) == (
        "flowchart LR\n"
        '  subgraph l0["Sources"]\n    n0[("shop#46;orders")]\n  end\n'
        '  subgraph l1["Marts"]\n    n1["mart#46;orders"]\n  end\n'
        '  subgraph l2["Consumers"]\n    n2(["The #34;desk#34;"])\n  end\n'
        '  n0 -->|"build"| n1\n'
        "  n1 --> n2\n"
    )
