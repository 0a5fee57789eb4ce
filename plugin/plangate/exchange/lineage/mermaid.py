"""Lineage as a Mermaid flowchart, for Markdown that others render."""

import re
from collections.abc import Iterator

from plangate.exchange.lineage.graph import Graph, GraphNode

_PLAIN = re.compile(r"[^0-9A-Za-z_ ]")
_SHAPES = {"source": ('[("', '")]'), "dataset": ('["', '"]'), "consumer": ('(["', '"])')}


def mermaid(graph: Graph) -> str:
    """Write a flowchart from left to right, a subgraph a layer; sources are drums, consumers have round ends.

    Nodes are numbered. Of a label every character but letters, digits, blanks and underscores is written as its code
    point, `#46;` for a full stop, so that none of them is syntax or markup.
    """
    return "".join(f"{line}\n" for line in _lines(graph))


def _lines(graph: Graph) -> Iterator[str]:
    number = {node.id: f"n{place}" for place, node in enumerate(graph.nodes)}
    yield "flowchart LR"
    for place, ((_, title), members) in enumerate(graph.members().items()):
        yield f'  subgraph l{place}["{_text(title)}"]'
        for node in members:
            yield f"    {number[node.id]}{_box(node)}"
        yield "  end"
    for edge in graph.edges:
        name = f'|"{_text(edge.via)}"|' if edge.via else ""
        yield f"  {number[edge.source]} -->{name} {number[edge.target]}"


def _box(node: GraphNode) -> str:
    opened, closed = _SHAPES[node.kind]
    return f"{opened}{_text(node.label)}{closed}"


def _text(text: str) -> str:
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", text)
