"""The height of each vertex once the order of its column is known: straight lines, no overlaps, whole pixels."""

from collections.abc import Sequence
from itertools import pairwise

from plangate.render.lineage.chains import Chains

BOX_HEIGHT = 30
_BOX_TO_BOX = BOX_HEIGHT + 10
_BOX_TO_LINE = BOX_HEIGHT // 2 + 10
_LINE_TO_LINE = 11

# Long lines are kept straight before short ones: the weights of Gansner, Koutsofios, North, Vo (1993).
_WEIGHTS = (1, 2, 8)
_STAY = 0.25  # what holds a vertex that has nothing to go by
_MEAN_SWEEPS = 10
_MEDIAN_SWEEPS = 6
_STILL = 0.5  # pixels that a sweep must move some vertex by for another to be worth while
_SLOPE = 8

Wish = tuple[float, float]
Links = Sequence[tuple[list[tuple[int, int]], list[tuple[int, int]]]]


def centres(graph: Chains, order: Sequence[Sequence[int]]) -> list[int]:
    """Return the vertical centre of each vertex in pixels, with the topmost box edge or line at 0."""
    offsets = [_offsets(column, graph.boxes) for column in order]
    y: list[float] = [0] * len(graph.left)
    tallest = max((offset[-1] for offset in offsets if offset), default=0)
    for column, offset in zip(order, offsets, strict=True):
        for vertex, distance in zip(column, offset, strict=True):
            y[vertex] = distance + (tallest - offset[-1]) / 2
    links = _links(graph)
    for number in range(_MEAN_SWEEPS):
        side = number % 2 if number < 4 else None
        moved = _mean_sweep(order, offsets, links, y, number % 2 == 0, side)
        if number >= 4 and moved < _STILL:
            break
    runs = _runs(graph)
    rooms = _rooms(graph, order)
    for number in range(_MEDIAN_SWEEPS):
        before = y.copy()
        _median_sweep(order, offsets, links, y, number % 2 == 0)
        _straighten(graph, runs, rooms, y)
        if number and y == before:
            break
    _level(graph, order, rooms, y)
    return _close_gaps(graph, [round(value) for value in y])


def _mean_sweep(
    order: Sequence[Sequence[int]],
    offsets: Sequence[Sequence[int]],
    links: Links,
    y: list[float],
    rightward: bool,
    side: int | None,
) -> float:
    """Move the columns in turn to the mean of their neighbours, those on the left (0), on the right (1) or on both.

    Returns by how much the vertex went that went farthest.
    """
    farthest = 0.0
    for index in range(len(order)) if rightward else range(len(order) - 1, -1, -1):
        wishes: list[Wish] = []
        for vertex in order[index]:
            total = weight = 0.0
            for near in links[vertex] if side is None else (links[vertex][side],):
                for other, amount in near:
                    total += y[other] * amount
                    weight += amount
            wishes.append((total, weight) if weight else (y[vertex] * _STAY, _STAY))
        for vertex, height in zip(order[index], mean_in_order(wishes, offsets[index]), strict=True):
            farthest = max(farthest, abs(height - y[vertex]))
            y[vertex] = height
    return farthest


def _median_sweep(
    order: Sequence[Sequence[int]], offsets: Sequence[Sequence[int]], links: Links, y: list[float], rightward: bool
) -> None:
    """Move the columns in turn to the median of their neighbours, in whole pixels."""
    for index in range(len(order)) if rightward else range(len(order) - 1, -1, -1):
        wishes: list[list[Wish]] = [
            [(y[other], weight) for near in links[vertex] for other, weight in near] or [(y[vertex], _STAY)]
            for vertex in order[index]
        ]
        for vertex, height in zip(order[index], median_in_order(wishes, offsets[index]), strict=True):
            y[vertex] = round(height)


def mean_in_order(wishes: Sequence[Wish], offsets: Sequence[int]) -> list[float]:
    """Return the heights with the least weighted squares to the wishes that keep order and distance.

    `wishes[i]` are the sum of height times weight and the sum of weights of vertex i, `offsets[i]` its least distance
    to the first vertex. Isotonic regression: blocks that would overlap are pooled (pool adjacent violators).
    """
    blocks: list[tuple[float, float, float, int]] = []
    for (own, heft), offset in zip(wishes, offsets, strict=True):
        total, weight, count = own - offset * heft, heft, 1
        value = total / weight
        while blocks and blocks[-1][0] > value:
            _, above, more, size = blocks.pop()
            total, weight, count = above + total, more + weight, size + count
            value = total / weight
        blocks.append((value, total, weight, count))
    heights = [value for value, _, _, count in blocks for _ in range(count)]
    return [height + offset for height, offset in zip(heights, offsets, strict=True)]


def median_in_order(wishes: Sequence[Sequence[Wish]], offsets: Sequence[int]) -> list[float]:
    """Return the heights with a small weighted distance to the wishes that keep order and distance.

    `wishes[i]` are (height, weight) pairs of vertex i, else as in `mean_in_order`.
    """
    blocks: list[tuple[float, list[Wish], int]] = []
    for own, offset in zip(wishes, offsets, strict=True):
        block = [(height - offset, weight) for height, weight in own]
        value, count = weighted_median(block), 1
        while blocks and blocks[-1][0] > value:
            _, above, size = blocks.pop()
            block = above + block
            value, count = weighted_median(block), count + size
        blocks.append((value, block, count))
    heights = [value for value, _, count in blocks for _ in range(count)]
    return [height + offset for height, offset in zip(heights, offsets, strict=True)]


def weighted_median(wishes: Sequence[Wish]) -> float:
    """Return the height with the least weighted sum of distances, the middle of them if there are several."""
    ordered = sorted(wishes)
    half = sum([weight for _, weight in ordered]) / 2
    passed = 0.0
    for index, (height, weight) in enumerate(ordered):
        passed += weight
        if passed > half:
            return height
        if passed == half:
            return (height + ordered[index + 1][0]) / 2
    raise ValueError("no wishes")


def _offsets(column: Sequence[int], boxes: int) -> list[int]:
    offsets = [0] if column else []
    for above, below in pairwise(column):
        offsets.append(offsets[-1] + _distance(above, below, boxes))
    return offsets


def _distance(above: int, below: int, boxes: int) -> int:
    return (_BOX_TO_BOX, _BOX_TO_LINE, _LINE_TO_LINE)[(above >= boxes) + (below >= boxes)]


def _links(graph: Chains) -> Links:
    def weighted(vertex: int, others: Sequence[int]) -> list[tuple[int, int]]:
        return [(other, _WEIGHTS[(vertex >= graph.boxes) + (other >= graph.boxes)]) for other in others]

    return [
        (weighted(vertex, left), weighted(vertex, right))
        for vertex, (left, right) in enumerate(zip(graph.left, graph.right, strict=True))
    ]


def _rooms(graph: Chains, order: Sequence[Sequence[int]]) -> list[tuple[int, int, int, int]]:
    """Return for each vertex the one above it and the one below, -1 for none, each with its least distance."""
    rooms = [(-1, 0, -1, 0)] * len(graph.left)
    for column in order:
        for place, vertex in enumerate(column):
            above = column[place - 1] if place else -1
            below = column[place + 1] if place + 1 < len(column) else -1
            rooms[vertex] = (
                above,
                _distance(above, vertex, graph.boxes),
                below,
                _distance(vertex, below, graph.boxes),
            )
    return rooms


def _straighten(
    graph: Chains, runs: Sequence[Sequence[int]], rooms: Sequence[tuple[int, int, int, int]], y: list[float]
) -> None:
    """Put the dummies of each long line on one height where the room between their neighbours allows it."""
    for run in runs:
        between = [_room(rooms[vertex], y) for vertex in run]
        low, high = max(low for low, _ in between), min(high for _, high in between)
        if low <= high:
            ends = [
                (y[other], 1.0)
                for vertex in run
                for other in (*graph.left[vertex], *graph.right[vertex])
                if other not in run
            ]
            height = round(min(max(weighted_median(ends), low), high))
            if low <= height <= high:
                for vertex in run:
                    y[vertex] = height


def _level(
    graph: Chains, order: Sequence[Sequence[int]], rooms: Sequence[tuple[int, int, int, int]], y: list[float]
) -> None:
    """Take out slopes of a few pixels: move what has no level line yet to the nearest neighbour's height."""
    for column in (*order, *reversed(order)):
        for vertex in column:
            slopes = [y[other] - y[vertex] for other in (*graph.left[vertex], *graph.right[vertex])]
            least = min(slopes, key=abs, default=0)
            if least and abs(least) <= _SLOPE:
                low, high = _room(rooms[vertex], y)
                if low <= y[vertex] + least <= high:
                    y[vertex] += least


def _room(room: tuple[int, int, int, int], y: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest height of a vertex between its neighbours above and below."""
    above, up, below, down = room
    return y[above] + up if above >= 0 else float("-inf"), y[below] - down if below >= 0 else float("inf")


def _runs(graph: Chains) -> list[list[int]]:
    """Return the lines of two and more dummies in a row, each once."""
    runs = []
    for first in range(graph.boxes, len(graph.left)):
        if any(other >= graph.boxes for other in graph.left[first]):
            continue
        run = [first]
        while following := [other for other in graph.right[run[-1]] if other >= graph.boxes]:
            run.append(following[0])
        if len(run) > 1:
            runs.append(run)
    return runs


def _close_gaps(graph: Chains, y: list[int]) -> list[int]:
    """Start at 0 and take out the strips, right across the picture, in which nothing lies."""
    extents = sorted(
        (centre - half, centre + half, vertex)
        for vertex, centre in enumerate(y)
        for half in ((BOX_HEIGHT // 2) if vertex < graph.boxes else 1,)
    )
    result = list(y)
    shift = extents[0][0] if extents else 0
    end = shift
    spare = _BOX_TO_BOX - BOX_HEIGHT
    for top, bottom, vertex in extents:
        shift += max(0, top - end - spare)
        end = max(end, bottom)
        result[vertex] = y[vertex] - shift
    return result
