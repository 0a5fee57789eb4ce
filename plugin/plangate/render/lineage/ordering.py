"""The order of boxes and dummies inside each column, with few crossings."""

from collections import deque
from collections.abc import Callable
from itertools import product

from plangate.render.lineage.annealing import cooled, settled, sifted
from plangate.render.lineage.chains import Chains
from plangate.render.lineage.tangles import Order, Tangle, count_crossings, tangles, unavoidable

Middle = Callable[[list[int]], float]

# Work is fixed by size, never by time, so that two machines draw the same picture.
_STARTS = 2  # of each kind of sweep that are gone on with
_SWEEPS = 8
_FUTILE = 3  # sweeps in a row that found nothing better, and no more are tried
_SMALL = 120  # vertices up to which many short rounds find more than a long one
_MOST_ROUNDS = 8
_PASSES = 10
_HOT, _MILD = 0, 3  # levels of heat
_MOST_PASSES = 120
_MOST_VISITS = 106_000
_BEGIN = 1500  # where in the noise


def order(graph: Chains) -> Order:
    """Return the vertices of each column from top to bottom; connected parts are stacked, the largest first."""
    result: Order = [[] for _ in graph.columns]
    for tangle in tangles(graph):
        for column, vertices, ordered in zip(result, tangle.vertices, untangled(tangle), strict=True):
            column.extend([vertices[index] for index in ordered])
    return result


def untangled(tangle: Tangle) -> Order:
    """Order one connected part: starts, then rounds of annealing; no more once nothing can be won.

    The rounds go on from the best starts in turn.
    """
    trivial: Order = [list(range(len(column))) for column in tangle.vertices]
    if max(map(len, trivial)) == 1:
        return trivial
    least = unavoidable(tangle)
    found: list[tuple[int, Order]] = []
    for middle in (_mean, _median):
        starts = []
        for deep, rightward in product((True, False), (True, False)):
            total, current = _start(tangle, _walk(tangle, deep, rightward), rightward, middle, least)
            if total == least:
                return current
            starts.append((total, current))
        for _, current in sorted(starts, key=_crossings)[:_STARTS]:
            settled(tangle, current)
            found.append((count_crossings(current, tangle.right), current))
    found.sort(key=_crossings)
    rounds, passes, level = _effort(sum(map(len, trivial)))
    for number in range(rounds):
        if min(map(_crossings, found)) == least:
            break
        own = number % len(found)
        current = [column.copy() for column in found[own][1]]
        cooled(tangle, current, passes, level, number * 577 + _BEGIN)
        settled(tangle, current)
        total = count_crossings(current, tangle.right)
        if total <= found[own][0]:
            found[own] = total, current
    return min(found, key=_crossings)[1]


def _crossings(one: tuple[int, Order]) -> int:
    return one[0]


def _effort(size: int) -> tuple[int, int, int]:
    """Return rounds, passes in each and the level of heat that they begin at, for so many vertices."""
    if size <= _SMALL:
        return min(_MOST_ROUNDS, 2 + size // 6), _PASSES, _MILD
    passes = _MOST_VISITS // size
    return (2, _MOST_PASSES, _HOT) if passes >= 2 * _MOST_PASSES else (1, passes, _HOT)


def _start(tangle: Tangle, walk: Order, rightward: bool, middle: Middle, least: int) -> tuple[int, Order]:
    """Sort and sift the columns of a walk back and forth; return the best order met after its crossings."""
    best, fewest = walk, count_crossings(walk, tangle.right)
    current = walk
    found = 0
    for number in range(_SWEEPS):
        if fewest == least or number - found > _FUTILE:
            break
        current = _sweep(tangle, current, (number % 2 == 0) == rightward, number % 4 < 2, middle)
        if middle is _median:
            sifted(tangle, current, number + (not rightward))
        total = count_crossings(current, tangle.right)
        if total < fewest:
            best, fewest, found = current, total, number
    return fewest, best


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


def _sweep(tangle: Tangle, order: Order, rightward: bool, reverse_equals: bool, middle: Middle) -> Order:
    """Sort the columns in turn by the middle of the neighbours in the column before."""
    result: Order = [[] for _ in order]
    neighbours = tangle.left if rightward else tangle.right
    position: list[int] = []
    places = range(len(order))
    for place in places if rightward else reversed(places):
        column = order[place].copy()
        if len(column) > 1:
            wish: list[float] = [0] * len(column)
            for index, vertex in enumerate(column):
                near = neighbours[place][vertex]
                wish[vertex] = middle(sorted([position[other] for other in near])) if near else index
            if reverse_equals:
                column.reverse()
            column.sort(key=wish.__getitem__)
        result[place] = column
        position = [0] * len(column)
        for index, vertex in enumerate(column):
            position[vertex] = index
    return result


def _mean(ends: list[int]) -> float:
    return sum(ends) / len(ends)


def _median(ends: list[int]) -> float:
    """Return the middle of two, the median of an odd number, else what lies between by how dense either side is.

    Source: Gansner, Koutsofios, North, Vo (1993), section 3.
    """
    half = len(ends) // 2
    if len(ends) % 2:
        return ends[half]
    above, below = ends[half - 1], ends[half]
    left, right = above - ends[0], ends[-1] - below
    return (above * right + below * left) / (left + right) if left + right else (above + below) / 2
