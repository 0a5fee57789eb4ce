"""From boxes in columns and edges between them to a picture in whole pixels."""

from collections.abc import Callable, Iterable, Sequence

from plangate.render.lineage import routes
from plangate.render.lineage.chains import Chains, chains, joined
from plangate.render.lineage.coordinates import BOX_HEIGHT, centres
from plangate.render.lineage.geometry import Band, Box, Heading, Layout, Place, Route
from plangate.render.lineage.ordering import order
from plangate.render.lineage.tangles import Order

BOX_WIDTH = 208
_MARGIN = 12
_HEAD = 38  # room for the headings above the first box
_GAP = 60
_WIDEST_GAP = 116


def layout(
    nodes: Iterable[Box],
    edges: Iterable[tuple[str, str]],
    headings: Sequence[Heading] = (),
    ordering: Callable[[Chains], Order] = order,
) -> Layout:
    """Place boxes and route edges with few crossings, none over a box; the order of the input does not matter.

    Edges are (source id, target id); repeated ones count once. Columns without boxes take no room. Without `headings`
    each column has a band of its own with an empty heading. `ordering` says what lies above what in each column.
    Raises ValueError for a repeated id or an edge to nowhere.
    """
    boxes = sorted(nodes, key=lambda box: (box.column, box.id))
    index_of = {box.id: index for index, box in enumerate(boxes)}
    if len(index_of) < len(boxes):
        twice = next(box.id for index, box in enumerate(boxes) if index_of[box.id] != index)
        raise ValueError(f"box {twice!r} is there twice")
    pairs: set[tuple[int, int]] = set()
    for source, target in edges:
        for end in (source, target):
            if end not in index_of:
                raise ValueError(f"edge {source!r} → {target!r}: there is no box {end!r}")
        pairs.add((index_of[source], index_of[target]))
    used = sorted({box.column for box in boxes})
    dense = {column: index for index, column in enumerate(used)}
    split = chains([dense[box.column] for box in boxes], pairs)
    graph, ordered = joined(split, ordering(split))
    y = [centre + _HEAD for centre in centres(graph, ordered)]
    left = _column_lefts(graph, ordered, y)
    x = [0] * len(y)
    for index, column in enumerate(ordered):
        for vertex in column:
            x[vertex] = left[index]
    drawn = tuple(_route(boxes, path, x, y) for _, path in sorted(graph.paths.items()))
    right = max((px for route in drawn for px, _ in route.points), default=0)
    right = max(right, left[-1] + BOX_WIDTH if left else 0)
    places = (
        Place(boxes[v].id, boxes[v].column, x[v], y[v] - BOX_HEIGHT // 2, BOX_WIDTH, BOX_HEIGHT)
        for column in ordered
        for v in column
        if v < len(boxes)
    )
    bands = _bands(headings or [Heading("", column) for column in used], dense, left)
    return Layout(tuple(places), bands, drawn, right + _MARGIN, max(y, default=_HEAD) + BOX_HEIGHT // 2 + _MARGIN)


def _column_lefts(graph: Chains, ordered: Sequence[Sequence[int]], y: Sequence[int]) -> list[int]:
    """Return the left side of each column; a gap is wider where lines have to climb far in it."""
    lefts: list[int] = []
    x = _MARGIN
    for column in ordered:
        lefts.append(x)
        climb = max((abs(y[vertex] - y[other]) for vertex in column for other in graph.right[vertex]), default=0)
        x += BOX_WIDTH + min(_WIDEST_GAP, _GAP + climb // 80 * 8)
    return lefts


def _route(boxes: Sequence[Box], path: Sequence[int], x: Sequence[int], y: Sequence[int]) -> Route:
    source, target = boxes[path[0]], boxes[path[-1]]
    if source.column < target.column:
        return Route(source.id, target.id, routes.forward(path, x, y, BOX_WIDTH))
    if source.column > target.column:
        return Route(source.id, target.id, routes.backward(path, x, y, BOX_WIDTH), back=True)
    points = routes.beside(y[path[0]], y[path[-1]], x[path[0]] + BOX_WIDTH)
    return Route(source.id, target.id, points, back=True)


def _bands(headings: Iterable[Heading], dense: dict[int, int], left: Sequence[int]) -> tuple[Band, ...]:
    bands = []
    for heading in headings:
        spanned = [dense[c] for c in range(heading.first, heading.first + heading.count) if c in dense]
        if spanned:
            start = left[spanned[0]] - _MARGIN
            bands.append(Band(heading.layer, start, left[spanned[-1]] + BOX_WIDTH + _MARGIN - start))
    return tuple(bands)
