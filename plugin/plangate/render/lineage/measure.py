"""What a layout is worth, measured from its geometry alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from plangate.render.lineage.geometry import Layout, Place

Point = tuple[float, float]
Piece = tuple[tuple[int, int], tuple[int, int], tuple[int, int], tuple[int, int]]

_STEPS = 24


def crossings(layout: Layout) -> int:
    """Count the crossings of drawn lines; lines that run as one count once, lines that meet at an end do not count."""
    return _crossings(dict.fromkeys(_pieces(layout), 1))


def crossings_of_edges(layout: Layout) -> int:
    """Count the crossings of edges: a line in which several edges run crosses as often as there are edges in it."""
    return _crossings(_pieces(layout))


def _crossings(weights: Mapping[Piece, int]) -> int:
    alike: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    others: list[tuple[list[Point], int]] = []
    flat: list[tuple[list[Point], int]] = []
    for piece, weight in sorted(weights.items()):
        (x0, y0), (x1, _), (x2, _), (x3, y3) = piece
        if x1 == x2 and x0 < x3:
            alike.setdefault((x0, x3), []).append((y0, y3, weight))
            flat.append((_flatten(piece), weight))
        elif y0 != y3 or x1 == x2 or x1 > max(x0, x3):
            others.append((_flatten(piece), weight))
    total = 0
    for pairs in alike.values():  # the same rise over the same width: two lines cross once where their ends swap
        for index, (start, end, weight) in enumerate(pairs):
            total += weight * sum([w for s, e, w in pairs[:index] if (s - start) * (e - end) < 0])
    for index, (line, weight) in enumerate(others):
        total += weight * sum([w * _meetings(line, other) for other, w in (*others[:index], *flat)])
    return total


def passes_over_boxes(layout: Layout) -> int:
    """Count the pairs of a drawn line and a box that it covers a part of."""
    count = 0
    for piece in sorted(_pieces(layout)):
        line = _flatten(piece)
        low, high = min(y for _, y in line), max(y for _, y in line)
        left, right = min(x for x, _ in line), max(x for x, _ in line)
        for box in layout.boxes:
            if left < box.x + box.w and right > box.x and low < box.y + box.h and high > box.y:
                count += any(_enters(a, b, box) for a, b in pairwise(line))
    return count


def _pieces(layout: Layout) -> Counter[Piece]:
    """Return the pieces of all lines, each with the number of edges in it."""
    pieces: Counter[Piece] = Counter()
    for route in layout.routes:
        points = route.points
        for i in range(0, len(points) - 1, 3):
            a, b, c, d = points[i : i + 4]
            pieces[(a, b, c, d) if a <= d else (d, c, b, a)] += 1
    return pieces


def _flatten(piece: Piece) -> list[Point]:
    line = []
    for step in range(_STEPS + 1):
        t = step / _STEPS
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        line.append(
            (
                sum(w * x for w, (x, _) in zip(weights, piece, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, piece, strict=True)),
            )
        )
    return line


def _side(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _meetings(one: list[Point], other: list[Point]) -> int:
    def segments(line: list[Point]) -> Iterable[tuple[Point, Point]]:
        return pairwise(line)

    for axis in (0, 1):
        spans = [(min(point[axis] for point in line), max(point[axis] for point in line)) for line in (one, other)]
        if spans[0][1] <= spans[1][0] or spans[1][1] <= spans[0][0]:
            return 0
    return sum(
        1
        for a, b in segments(one)
        for c, d in segments(other)
        if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0
    )


def _enters(a: Point, b: Point, box: Place) -> bool:
    """Clip a segment to the inside of a box (Liang and Barsky); True if some length remains."""
    start, end = 0.0, 1.0
    for origin, delta, low, high in (
        (a[0], b[0] - a[0], box.x, box.x + box.w),
        (a[1], b[1] - a[1], box.y, box.y + box.h),
    ):
        if abs(delta) < 1e-9:
            if not low < origin < high:
                return False
            continue
        near, far = sorted(((low - origin) / delta, (high - origin) / delta))
        start, end = max(start, near), min(end, far)
    return end - start > 1e-6
