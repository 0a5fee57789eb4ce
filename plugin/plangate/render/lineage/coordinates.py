"""The height of each vertex once the order of its column is known: straight lines, no overlaps, whole pixels."""

from collections.abc import Callable, Sequence
from itertools import pairwise

from plangate.render.lineage.chains import Chains

BOX_HEIGHT = 30
_BOX_TO_BOX = BOX_HEIGHT + 10
_BOX_TO_LINE = BOX_HEIGHT // 2 + 10
_LINE_TO_LINE = 11

# Long lines are kept straight before short ones: the weights of Gansner, Koutsofios, North, Vo (1993).
_WEIGHTS = (1, 2, 8)
_MEAN_SWEEPS = 10
_MEDIAN_SWEEPS = 6
_SLOPE = 8

Wish = tuple[float, float]
Fit = Callable[[Sequence[Wish]], float]


def centres(graph: Chains, order: Sequence[Sequence[int]]) -> list[int]:
    """Return the vertical centre of each vertex in pixels, with the topmost box edge or line at 0."""
    offsets = [_offsets(column, graph.boxes) for column in order]
    y: list[float] = [0] * len(graph.left)
    tallest = max((offset[-1] for offset in offsets if offset), default=0)
    for column, offset in zip(order, offsets, strict=True):
        for vertex, distance in zip(column, offset, strict=True):
            y[vertex] = distance + (tallest - offset[-1]) / 2
    links = _links(graph)
    for number in range(_MEAN_SWEEPS + _MEDIAN_SWEEPS):
        forward = number % 2 == 0
        by_mean = number < _MEAN_SWEEPS
        for index in range(len(order)) if forward else reversed(range(len(order))):
            wishes = [_wishes(vertex, links, y, one_sided=forward if number < 4 else None) for vertex in order[index]]
            fit = weighted_mean if by_mean else weighted_median
            for vertex, value in zip(order[index], fit_in_order(wishes, offsets[index], fit), strict=True):
                y[vertex] = value if by_mean else round(value)
        if not by_mean:
            _straighten(graph, order, y)
    _level(graph, order, y)
    return _close_gaps(graph, [round(value) for value in y])


def fit_in_order(wishes: Sequence[Sequence[Wish]], offsets: Sequence[int], fit: Fit) -> list[float]:
    """Return the heights nearest to the wishes that keep order and distance: weighted isotonic regression.

    `wishes[i]` are (height, weight) pairs of vertex i, `offsets[i]` its least distance to the first vertex;
    `fit` gives the best common height of a block. Blocks that would overlap are pooled (pool adjacent violators).
    """
    blocks: list[tuple[float, list[Wish], int]] = []
    for own, offset in zip(wishes, offsets, strict=True):
        block = [(height - offset, weight) for height, weight in own]
        value, count = fit(block), 1
        while blocks and blocks[-1][0] > value:
            _, above, size = blocks.pop()
            block = above + block
            value, count = fit(block), count + size
        blocks.append((value, block, count))
    heights = [value for value, _, count in blocks for _ in range(count)]
    return [height + offset for height, offset in zip(heights, offsets, strict=True)]


def weighted_mean(wishes: Sequence[Wish]) -> float:
    """Return the height with the least weighted sum of squares."""
    return sum([height * weight for height, weight in wishes]) / sum([weight for _, weight in wishes])


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
        lines = (above >= boxes) + (below >= boxes)
        offsets.append(offsets[-1] + (_BOX_TO_BOX, _BOX_TO_LINE, _LINE_TO_LINE)[lines])
    return offsets


def _links(graph: Chains) -> list[tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    def weighted(vertex: int, others: Sequence[int]) -> list[tuple[int, int]]:
        return [(other, _WEIGHTS[(vertex >= graph.boxes) + (other >= graph.boxes)]) for other in others]

    return [
        (weighted(vertex, left), weighted(vertex, right))
        for vertex, (left, right) in enumerate(zip(graph.left, graph.right, strict=True))
    ]


def _wishes(
    vertex: int,
    links: Sequence[tuple[list[tuple[int, int]], list[tuple[int, int]]]],
    y: Sequence[float],
    one_sided: bool | None,
) -> list[Wish]:
    """Return where the neighbours are; where it is now, lightly, if there are none on the side looked at."""
    left, right = links[vertex]
    near = left + right if one_sided is None else left if one_sided else right
    return [(y[other], weight) for other, weight in near] or [(y[vertex], 0.25)]


def _straighten(graph: Chains, order: Sequence[Sequence[int]], y: list[float]) -> None:
    """Put the dummies of each long line on one height where the room between their neighbours allows it."""
    at = {vertex: (column, place) for column in order for place, vertex in enumerate(column)}
    for run in _runs(graph):
        rooms = [_room(*at[vertex], graph.boxes, y) for vertex in run]
        low, high = max(low for low, _ in rooms), min(high for _, high in rooms)
        ends = [
            (y[other], 1.0)
            for vertex in run
            for other in (*graph.left[vertex], *graph.right[vertex])
            if other not in run
        ]
        height = round(min(max(weighted_median(ends), low), high)) if low <= high else low
        if low <= height <= high:
            for vertex in run:
                y[vertex] = height


def _level(graph: Chains, order: Sequence[Sequence[int]], y: list[float]) -> None:
    """Take out slopes of a few pixels: move what has no level line yet to the nearest neighbour's height."""
    for column in (*order, *reversed(order)):
        for place, vertex in enumerate(column):
            slopes = [y[other] - y[vertex] for other in (*graph.left[vertex], *graph.right[vertex])]
            least = min(slopes, key=abs, default=0)
            low, high = _room(column, place, graph.boxes, y)
            if abs(least) <= _SLOPE and low <= y[vertex] + least <= high:
                y[vertex] += least


def _room(column: Sequence[int], place: int, boxes: int, y: Sequence[float]) -> tuple[float, float]:
    """Return the least and the greatest height of a vertex between its neighbours above and below."""
    low, high = float("-inf"), float("inf")
    if place:
        low = y[column[place - 1]] + _offsets(column[place - 1 : place + 1], boxes)[1]
    if place + 1 < len(column):
        high = y[column[place + 1]] - _offsets(column[place : place + 2], boxes)[1]
    return low, high


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
