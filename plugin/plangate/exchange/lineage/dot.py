"""Lineage in the language of Graphviz."""

from collections.abc import Iterator

from plangate.exchange.lineage.graph import Graph

_SHAPES = {"source": "cylinder", "dataset": "box", "consumer": "oval"}


def dot(graph: Graph) -> str:
    """Write a directed graph from left to right, the nodes of a layer in one rank; every name and label is quoted."""
    return "".join(f"{line}\n" for line in _lines(graph))


def _lines(graph: Graph) -> Iterator[str]:
    yield f"digraph {_quoted(graph.title)} {{"
    yield "  rankdir=LR;"
    yield "  node [shape=box];"
    for members in graph.members().values():
        yield "  {"
        yield "    rank=same;"
        for node in members:
            bold = ", style=bold" if node.critical else ""
            yield f"    {_quoted(node.id)} [label={_quoted(node.label)}, shape={_SHAPES[node.kind]}{bold}];"
        yield "  }"
    for edge in graph.edges:
        name = f" [label={_quoted(edge.via)}]" if edge.via else ""
        yield f"  {_quoted(edge.source)} -> {_quoted(edge.target)}{name};"
    yield "}"


def _quoted(text: str) -> str:
    r"""Quote a text: in labels `\` begins an escape and `&` an entity, so both are written as such."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'
