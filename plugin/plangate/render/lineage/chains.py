"""A lineage graph as a proper layered graph: every piece of every edge joins two neighbouring columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chains:
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

    All edges that leave one box in one direction share one chain of dummies, so a wide fan stays one line for as long
    as possible. Edges inside one column keep their two ends and add no piece.
    """
    column = list(column_of)
    links: set[Pair] = set()
    paths: dict[Pair, tuple[int, ...]] = {}
    dummies: dict[tuple[int, int], int] = {}
    for source, target in sorted(edges):
        path = [source]
        start, end = column_of[source], column_of[target]
        step = 1 if end > start else -1
        for between in range(start + step, end, step) if start != end else ():
            dummy = dummies.setdefault((source, between), len(column))
            if dummy == len(column):
                column.append(between)
            path.append(dummy)
        path.append(target)
        paths[source, target] = tuple(path)
        if start != end:
            links.update((a, b) if step > 0 else (b, a) for a, b in pairwise(path))
    left: list[list[int]] = [[] for _ in column]
    right: list[list[int]] = [[] for _ in column]
    for a, b in sorted(links):
        right[a].append(b)
        left[b].append(a)
    members: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for vertex, index in enumerate(column):
        members[index].append(vertex)
    return Chains(
        boxes=len(column_of),
        columns=tuple(tuple(vertices) for vertices in members),
        left=tuple(tuple(vertices) for vertices in left),
        right=tuple(tuple(vertices) for vertices in right),
        paths=paths,
    )
