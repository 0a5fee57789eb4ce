"""The connected parts of a layered graph, ready to be put in order, and what crosses in an order of one."""

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

from plangate.render.lineage.chains import Chains

T = TypeVar("T")
Order = list[list[int]]
Neighbours = tuple[tuple[tuple[int, ...], ...], ...]


class Tangle(Struct, frozen=True):
    """A connected part. A vertex is meant by its index in its column, so an order is a permutation for each column.

    `vertices[c]` are the vertices of column c in the graph, `left[c][i]` and `right[c][i]` the neighbours of vertex i
    of column c in the columns beside it. `beside[c][i]` are both, those on the right counted on from those on the left.
    """

    vertices: tuple[tuple[int, ...], ...]
    left: Neighbours
    right: Neighbours
    beside: Neighbours


def tangles(graph: Chains) -> list[Tangle]:
    """Return the connected parts of a graph, those with most vertices first."""
    part_of = [-1] * len(graph.left)
    parts: list[list[int]] = []
    for start in range(len(graph.left)):
        if part_of[start] < 0:
            part_of[start] = len(parts)
            waiting = [start]
            for vertex in waiting:
                for other in (*graph.left[vertex], *graph.right[vertex]):
                    if part_of[other] < 0:
                        part_of[other] = len(parts)
                        waiting.append(other)
            parts.append(sorted(waiting))
    column_of = {vertex: index for index, column in enumerate(graph.columns) for vertex in column}
    parts.sort(key=lambda part: (-len(part), part[0]))
    return [_tangle(graph, part, column_of) for part in parts]


def _tangle(graph: Chains, part: Sequence[int], column_of: dict[int, int]) -> Tangle:
    columns: list[list[int]] = [[] for _ in graph.columns]
    index: dict[int, int] = {}
    for vertex in part:
        column = columns[column_of[vertex]]
        index[vertex] = len(column)
        column.append(vertex)
    left, right = (
        [[tuple([index[other] for other in near[vertex]]) for vertex in column] for column in columns]
        for near in (graph.left, graph.right)
    )
    beside = [
        [(*before, *[shift + other for other in after]) for before, after in zip(*near, strict=True)]
        for *near, shift in zip(left, right, [0, *map(len, columns[:-1])], strict=True)
    ]
    return Tangle(_frozen(columns), _frozen(left), _frozen(right), _frozen(beside))


def _frozen(columns: Sequence[Sequence[T]]) -> tuple[tuple[T, ...], ...]:
    return tuple(map(tuple, columns))


def count_crossings(order: Sequence[Sequence[int]], right: Neighbours) -> int:
    """Count the pairs of pieces that cross in an order."""
    total = 0
    for (column, beside), neighbours in zip(pairwise(order), right, strict=False):
        position = [0] * len(beside)
        for place, index in enumerate(beside):
            position[index] = place
        ends: list[int] = []
        for index in column:
            own = [position[other] for other in neighbours[index]]
            if ends:
                total += len(ends) * len(own) - sum([bisect_right(ends, end) for end in own])
            for end in own:
                insort(ends, end)
    return total


def unavoidable(tangle: Tangle) -> int:
    """Return how many pieces cross in any order at least: one pair wherever two vertices share two neighbours."""
    total = 0
    for column in tangle.left:
        shared: dict[tuple[int, int], int] = {}
        for near in column:
            for place, other in enumerate(near):
                for pair in [(another, other) for another in near[:place]]:
                    shared[pair] = shared.get(pair, 0) + 1
        total += sum([count * (count - 1) // 2 for count in shared.values()])
    return total
