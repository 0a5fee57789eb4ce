"""The curves of edges: level through columns, an S through the gaps between them, so that no box is ever crossed."""

from collections.abc import Sequence

Point = tuple[int, int]

PORT = 7  # a back edge meets its boxes this far below the middle, apart from the edge that goes forward
_BULGE = 24


def forward(path: Sequence[int], x: Sequence[int], y: Sequence[int], width: int) -> tuple[Point, ...]:
    """Return the curve from the right side of the first vertex to the left side of the last.

    `x[v]` is the left side of the column of v, `y[v]` the middle of v, `width` the width of all columns, in pixels.
    """
    points: list[Point] = [(x[path[0]] + width, y[path[0]])]
    for vertex in path[1:]:
        _s_curve(points, (x[vertex], y[vertex]))
        if vertex != path[-1]:
            _level(points, x[vertex] + width)
    return tuple(points)


def backward(path: Sequence[int], x: Sequence[int], y: Sequence[int], width: int) -> tuple[Point, ...]:
    """Return the curve from the left side of the first vertex to the right side of the last, which lies to its left."""
    points: list[Point] = [(x[path[0]], y[path[0]] + PORT)]
    for vertex in path[1:]:
        last = vertex == path[-1]
        _s_curve(points, (x[vertex] + width, y[vertex] + (PORT if last else 0)))
        if not last:
            _level(points, x[vertex])
    return tuple(points)


def beside(source: int, target: int, right: int) -> tuple[Point, ...]:
    """Return the bow from one box to another of the same column, or to itself, in the gap to the right of them.

    `source` and `target` are the middles of the boxes, `right` is their right side, in pixels.
    """
    control = right + _BULGE * 4 // 3  # a cubic reaches three quarters of the way to its control points
    start, end = (
        (source - PORT, source + PORT) if source == target else (source, target + (PORT if source > target else -PORT))
    )
    return ((right, start), (control, start), (control, end), (right, end))


def _s_curve(points: list[Point], end: Point) -> None:
    start = points[-1]
    middle = (start[0] + end[0]) // 2
    points.extend(((middle, start[1]), (middle, end[1]), end))


def _level(points: list[Point], x: int) -> None:
    start = points[-1]
    points.extend((start, (x, start[1]), (x, start[1])))
