"""Columns from layers: a layer with dependencies inside takes several neighbouring columns."""

from collections.abc import Iterable, Sequence

from plangate.render.lineage.geometry import Box, Heading, LayerNode


def columns(
    nodes: Sequence[LayerNode], edges: Iterable[tuple[str, str]], layers: Sequence[str]
) -> tuple[tuple[Box, ...], tuple[Heading, ...]]:
    """Give each node a column: its layer's first column plus the longest path to it inside the layer.

    Layers without nodes take no column. Edges that close a cycle are left out of the longest path.
    Raises ValueError for a repeated id and for a node whose layer is not in `layers`.
    """
    layer_of: dict[str, str] = {}
    for node in sorted(nodes, key=lambda node: (node.id, node.layer)):
        if node.id in layer_of:
            raise ValueError(f"node {node.id!r} is there twice")
        layer_of[node.id] = node.layer
        if node.layer not in layers:
            raise ValueError(f"node {node.id!r} is in layer {node.layer!r}, which is not one of {', '.join(layers)}")
    inputs: dict[str, list[str]] = {identifier: [] for identifier in sorted(layer_of)}
    for source, target in sorted(set(edges)):
        if source != target and source in layer_of and layer_of[source] == layer_of.get(target):
            inputs[target].append(source)
    depth = _depths(inputs)
    first = 0
    headings: list[Heading] = []
    start: dict[str, int] = {}
    for layer in layers:
        depths = [depth[identifier] for identifier, own in layer_of.items() if own == layer]
        if depths:
            start[layer] = first
            headings.append(Heading(layer, first, max(depths) + 1))
            first += max(depths) + 1
    boxes = (Box(identifier, start[layer_of[identifier]] + depth[identifier]) for identifier in inputs)
    return tuple(boxes), tuple(headings)


def _depths(inputs: dict[str, list[str]]) -> dict[str, int]:
    """Return the longest path to each node, ignoring the edges that a depth-first walk finds to close a cycle."""
    depth: dict[str, int] = {}
    open_: set[str] = set()
    for root in inputs:
        waiting = [root]
        while waiting:
            node = waiting[-1]
            if node in depth:
                waiting.pop()
                continue
            if node not in open_:
                open_.add(node)
                waiting.extend(source for source in inputs[node] if source not in depth and source not in open_)
                continue
            open_.discard(node)
            depth[node] = max((depth[source] + 1 for source in inputs[node] if source in depth), default=0)
            waiting.pop()
    return depth
