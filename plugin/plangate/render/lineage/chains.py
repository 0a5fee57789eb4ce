"""A lineage graph as a proper layered graph: every piece of every edge joins two neighbouring columns."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

Pair = tuple[int, int]


class Chains(Struct, frozen=True):
    """Vertices `0 … boxes - 1` are boxes, the rest are dummies where an edge passes through a column.

    `columns[c]` lists the vertices of column c, `left[v]` and `right[v]` the neighbours of v one column to either side,
    `paths[edge]` the vertices an edge visits from its source to its target (both included).
    """

    boxes: int
    columns: tuple[tuple[int, ...], ...]
    left: tuple[tuple[int, ...], ...]
    right: tuple[tuple[int, ...], ...]
    paths: dict[Pair, tuple[int, ...]]


def chains(column_of: Sequence[int], edges: Iterable[Pair]) -> Chains:
    """Split edges into pieces between neighbouring columns; `column_of[v]` is the dense column index of box v.

    Each edge has dummies of its own. Edges inside one column keep their two ends and add no piece.
    """
    column = list(column_of)
    paths: dict[Pair, tuple[int, ...]] = {}
    for source, target in sorted(edges):
        start, end = column_of[source], column_of[target]
        between = range(start + 1, end) if start < end else range(start - 1, end, -1)
        paths[source, target] = (source, *range(len(column), len(column) + len(between)), target)
        column.extend(between)
    return _along(column, len(column_of), paths)


def joined(graph: Chains, order: Sequence[Sequence[int]]) -> tuple[Chains, list[list[int]]]:
    """Make one line of those that leave one box side by side, for as far as they stay so; return graph and order."""
    before: dict[int, tuple[int, bool]] = {}
    for path in graph.paths.values():
        if len(path) > 2:
            rightward = path[1] in graph.right[path[0]]
            before.update((dummy, (vertex, rightward)) for vertex, dummy in pairwise(path[:-1]))
    if not before:
        return graph, [list(column) for column in order]
    stands_for: dict[int, int] = {}
    columns = [list(column) for column in order]
    for rightward in (True, False):
        for column in columns if rightward else reversed(columns):
            kept: list[int] = []
            origin = None
            for vertex in column:
                own = before.get(vertex)
                if own is not None and own[1] == rightward:
                    own = stands_for.get(own[0], own[0]), rightward
                if own is not None and own[1] == rightward and own == origin:
                    stands_for[vertex] = kept[-1]
                else:
                    kept.append(vertex)
                    origin = own
            column[:] = kept
    column_of = {vertex: index for index, column in enumerate(columns) for vertex in column}
    number = {vertex: index for index, vertex in enumerate(sorted(column_of))}
    paths = {
        edge: tuple([number[stands_for.get(vertex, vertex)] for vertex in path]) for edge, path in graph.paths.items()
    }
    result = _along([column_of[vertex] for vertex in number], graph.boxes, paths)
    return result, [[number[vertex] for vertex in column] for column in columns]


def _along(column: Sequence[int], boxes: int, paths: dict[Pair, tuple[int, ...]]) -> Chains:
    """Give the graph whose edges take these paths; `column[v]` is the column of each vertex, boxes first."""
    links: set[Pair] = set()
    for path in paths.values():
        if column[path[0]] != column[path[-1]]:
            links.update(pairwise(path) if column[path[0]] < column[path[-1]] else pairwise(path[::-1]))
    left: list[list[int]] = [[] for _ in column]
    right: list[list[int]] = [[] for _ in column]
    for a, b in sorted(links):
        right[a].append(b)
        left[b].append(a)
    members: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for vertex, index in enumerate(column):
        members[index].append(vertex)
    return Chains(
        boxes=boxes,
        columns=tuple(map(tuple, members)),
        left=tuple(map(tuple, left)),
        right=tuple(map(tuple, right)),
        paths=paths,
    )
