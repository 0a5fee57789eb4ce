"""Fewer crossings by moving single vertices inside their column, both neighbouring columns held still."""

from bisect import bisect_right, insort
from collections.abc import Sequence
from itertools import accumulate
from operator import add

Order = list[list[int]]
Neighbours = Sequence[Sequence[int]]

_PASSES_PER_COLUMN = 8
_PASSES_OVER_ALL = 12


def count_crossings(columns: Sequence[Sequence[int]], right: Neighbours) -> int:
    """Count the crossings of an order over all pairs of neighbouring columns."""
    position = positions(columns, len(right))
    total = 0
    for column in columns:
        ends: list[int] = []
        for vertex in column:
            own = [position[other] for other in right[vertex]]
            total += sum([len(ends) - bisect_right(ends, end) for end in own])
            for end in own:
                insort(ends, end)
    return total


def positions(columns: Sequence[Sequence[int]], size: int) -> list[int]:
    """Return the index of each vertex inside its column."""
    position = [0] * size
    for column in columns:
        for index, vertex in enumerate(column):
            position[vertex] = index
    return position


def sift_all(columns: Order, left: Neighbours, right: Neighbours, last_of_equals: bool) -> int:
    """Sift every column in place, back and forth, until nothing changes; return the crossings that remain.

    Among equally good places the first is taken or the last, in turns, so that vertices wander over plateaus;
    `last_of_equals` says which begins.
    """
    total = count_crossings(columns, right)
    used = [index for index, column in enumerate(columns) if len(column) > 1]
    changed = set(used)
    for number in range(_PASSES_OVER_ALL):
        before = total
        late = (number % 4 >= 2) != last_of_equals
        for index in used if (number % 2 == 0) != last_of_equals else reversed(used):
            if index not in changed:
                continue
            changed.discard(index)
            column = columns[index]
            sums = [[0] * len(column)] * len(column)
            if index:
                sums = _add_preferences(sums, column, columns[index - 1], left, right)
            if index + 1 < len(columns):
                sums = _add_preferences(sums, column, columns[index + 1], right, left)
            ordered, saved = sift(sums, late)
            total -= saved
            if ordered != list(range(len(column))):
                column[:] = [column[place] for place in ordered]
                changed.update((index - 1, index + 1))
            if saved:
                changed.add(index)
        if total == before:
            break
    return total


def sift(preferences: list[list[int]], last_of_equals: bool) -> tuple[list[int], int]:
    """Order 0 … n - 1 so that few preferences are broken; return the order and the crossings saved.

    `preferences[i][j]` is the number of crossings if i stays above j less the number if j stays above i. Each vertex in
    turn moves to its best place among all others: Rudell's sifting, with sums over a row in place of counting again.
    """
    size = len(preferences)
    ordered = list(range(size))
    saved = 0
    for number in range(_PASSES_PER_COLUMN):
        before = saved
        for vertex in range(size):
            here = ordered.index(vertex)
            del ordered[here]
            gains = [0, *accumulate(map(preferences[vertex].__getitem__, ordered))]
            most = max(gains)
            saved += most - gains[here]
            if most > gains[here] or number == 0:
                here = size - 1 - gains[::-1].index(most) if last_of_equals else gains.index(most)
            ordered.insert(here, vertex)
        if saved == before:
            break
    return ordered, saved


def _add_preferences(
    sums: list[list[int]], column: list[int], beside: Sequence[int], near: Neighbours, back: Neighbours
) -> list[list[int]]:
    """Add to `sums` the preferences of a column with regard to the column `beside` it.

    A piece that ends at p prefers its vertex above another whose pieces end below p. The sum over all pieces of all
    other vertices is kept as one vector per p, brought from one p to the next by a few increments.
    """
    index_of = {vertex: index for index, vertex in enumerate(column)}
    vector = [-len(near[vertex]) for vertex in column]
    at: dict[int, list[int]] = {}
    before: list[int] = []
    for other in beside:
        touching = [index_of[vertex] for vertex in back[other]]
        if not touching:
            continue
        vector = vector.copy()
        for index in before:
            vector[index] += 1
        for index in touching:
            vector[index] += 1
        before = touching
        at[other] = vector
    result = []
    for row, vertex in zip(sums, column, strict=True):
        for other in near[vertex]:
            row = list(map(add, row, at[other]))  # noqa: PLW2901 - a sum in the making
        result.append(row)
    return result
