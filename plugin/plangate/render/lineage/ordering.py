"""The order of boxes and dummies inside each column, with few crossings."""

from collections import deque

from plangate.render.lineage.annealing import cooled, settled
from plangate.render.lineage.chains import Chains
from plangate.render.lineage.tangles import Order, Tangle, count_crossings, tangles, unavoidable

# Work is fixed by size, never by time, so that two machines draw the same picture.
_SWEEPS = 8
_FUTILE = 3  # sweeps in a row that found nothing better, and no more are tried
_SMALL = 120  # vertices up to which many short rounds find more than a long one
_MOST_ROUNDS = 12
_PASSES = 10
_HOT, _MILD = 0, 3  # levels of heat
_MOST_PASSES = 120
_MOST_VISITS = 115_000


def order(graph: Chains) -> Order:
    """Return the vertices of each column from top to bottom; connected parts are stacked, the largest first."""
    result: Order = [[] for _ in graph.columns]
    for tangle in tangles(graph):
        for column, vertices, ordered in zip(result, tangle.vertices, untangled(tangle), strict=True):
            column.extend([vertices[index] for index in ordered])
    return result


def untangled(tangle: Tangle) -> Order:
    """Order one connected part: four starts, then rounds of annealing; no more once nothing can be won.

    The first rounds go on from each start in turn, then from the best order.
    """
    trivial: Order = [list(range(len(column))) for column in tangle.vertices]
    if max(map(len, trivial)) == 1:
        return trivial
    least = unavoidable(tangle)
    found: list[tuple[int, Order]] = []
    for deep in (True, False):
        for rightward in (True, False):
            current, total = _start(tangle, deep, rightward, least)
            if total > least:
                settled(tangle, current)
                total = count_crossings(current, tangle.right)
            if total == least:
                return current
            found.append((total, current))
    found.sort(key=lambda one: one[0])
    fewest, best = found[0]
    rounds, passes, level = _effort(sum(map(len, best)))
    for number in range(rounds):
        own = number % len(found)
        current = [column.copy() for column in (found[own][1] if number < 2 * len(found) else best)]
        cooled(tangle, current, passes, level, number * 577 + 1500)
        settled(tangle, current)
        total = count_crossings(current, tangle.right)
        if total <= found[own][0]:
            found[own] = total, current
        if total <= fewest:
            fewest, best = total, current
        if fewest == least:
            break
    return best


def _effort(size: int) -> tuple[int, int, int]:
    """Return rounds, passes in each and the level of heat that they begin at, for so many vertices."""
    if size <= _SMALL:
        return min(_MOST_ROUNDS, 2 + size // 6), _PASSES, _MILD
    passes = _MOST_VISITS // size
    return (2, _MOST_PASSES, _HOT) if passes >= 2 * _MOST_PASSES else (1, passes, _HOT)


def _start(tangle: Tangle, deep: bool, rightward: bool, least: int) -> tuple[Order, int]:
    """Order by a walk, then sort the columns back and forth; return the best order met and its crossings."""
    current = _walk(tangle, deep, rightward)
    best, fewest = current, count_crossings(current, tangle.right)
    found = 0
    for number in range(_SWEEPS):
        if fewest == least or number - found > _FUTILE:
            break
        current = _sweep(tangle, current, (number % 2 == 0) == rightward, number % 4 < 2)
        total = count_crossings(current, tangle.right)
        if total < fewest:
            best, fewest, found = current, total, number
    return best, fewest


def _walk(tangle: Tangle, deep: bool, rightward: bool) -> Order:
    """Order by a walk in depth or in breadth from one side, so that what hangs together starts out together."""
    result: Order = [[] for _ in tangle.vertices]
    seen = [[False] * len(column) for column in tangle.vertices]
    step = 1 if rightward else -1
    far, near = (tangle.right, tangle.left) if rightward else (tangle.left, tangle.right)
    places = range(len(result))
    for place in places if rightward else reversed(places):
        for root in range(len(tangle.vertices[place])):
            waiting = deque([(place, root)])
            while waiting:
                column, index = waiting.pop() if deep else waiting.popleft()
                if not seen[column][index]:
                    seen[column][index] = True
                    result[column].append(index)
                    beside = [(column + step, other) for other in far[column][index]]
                    beside += [(column - step, other) for other in near[column][index]]
                    waiting.extend(reversed(beside) if deep else beside)
    return result


def _sweep(tangle: Tangle, order: Order, rightward: bool, reverse_equals: bool) -> Order:
    """Sort the columns in turn by the mean position of the neighbours in the column before."""
    result = list(order)
    neighbours = tangle.left if rightward else tangle.right
    position: list[int] = []
    places = range(len(order))
    for place in places if rightward else reversed(places):
        column = order[place]
        if len(column) > 1:
            mean: list[float] = [0] * len(column)
            for index, vertex in enumerate(column):
                near = neighbours[place][vertex]
                mean[vertex] = sum([position[other] for other in near]) / len(near) if near else index
            column = sorted(reversed(column) if reverse_equals else column, key=mean.__getitem__)
        result[place] = column
        position = [0] * len(column)
        for index, vertex in enumerate(column):
            position[vertex] = index
    return result
