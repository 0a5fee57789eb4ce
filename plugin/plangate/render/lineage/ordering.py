"""The order of boxes and dummies inside each column, with few crossings."""

from random import Random

from plangate.render.lineage.chains import Chains
from plangate.render.lineage.sifting import Neighbours, Order, count_crossings, positions, sift_all

# Work is fixed by size, never by time, so that two machines draw the same picture.
_RESTART_WORK = 300_000
_MOST_RESTARTS = 60
_FEWEST_RESTARTS = 4
_SWEEPS = 16
_WINDOW = 0.05


def order(graph: Chains) -> Order:
    """Return the vertices of each column from top to bottom; connected parts are stacked, the largest first."""
    result: Order = [[] for _ in graph.columns]
    for part in _parts(graph):
        for column, ordered in zip(result, _order_part(part, graph.left, graph.right), strict=True):
            column.extend(ordered)
    return result


def _parts(graph: Chains) -> list[Order]:
    part_of: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for start in range(len(graph.left)):
        if start in part_of:
            continue
        part_of[start] = start
        waiting = [start]
        for vertex in waiting:
            for other in (*graph.left[vertex], *graph.right[vertex]):
                if other not in part_of:
                    part_of[other] = start
                    waiting.append(other)
        sizes[start] = len(waiting)
    parts: dict[int, Order] = {
        start: [[] for _ in graph.columns] for start in sorted(sizes, key=lambda s: (-sizes[s], s))
    }
    for index, column in enumerate(graph.columns):
        for vertex in column:
            parts[part_of[vertex]][index].append(vertex)
    return list(parts.values())


def _order_part(columns: Order, left: Neighbours, right: Neighbours) -> Order:
    """Order one connected part: two walks, barycentre sweeps, sifting, restarts from the best order, shuffled."""
    work = sum(len(column) ** 2 for column in columns)
    if max(len(column) for column in columns) == 1:
        return columns
    fewest = -1
    best = columns
    for from_left in (True, False):
        current = _sweep(_walk(columns, left, right, from_left), left, right, from_left)
        total = sift_all(current, left, right, last_of_equals=False)
        if fewest < 0 or total < fewest:
            best, fewest = current, total
    random = Random(len(columns))  # noqa: S311 - the same shuffles on every machine, nothing secret
    for restart in range(max(_FEWEST_RESTARTS, min(_MOST_RESTARTS, _RESTART_WORK // work))):
        if fewest == 0:
            break
        current = _shuffled(best, random)
        total = sift_all(current, left, right, last_of_equals=restart % 2 == 1)
        if total <= fewest:
            best, fewest = current, total
    return best


def _walk(columns: Order, left: Neighbours, right: Neighbours, from_left: bool) -> Order:
    """Order by a depth-first walk, so that what hangs together starts out together."""
    index_of = {vertex: index for index, column in enumerate(columns) for vertex in column}
    result: Order = [[] for _ in columns]
    seen: set[int] = set()
    near, far = (left, right) if from_left else (right, left)
    for column in columns if from_left else reversed(columns):
        for root in column:
            waiting = [root]
            while waiting:
                vertex = waiting.pop()
                if vertex not in seen:
                    seen.add(vertex)
                    result[index_of[vertex]].append(vertex)
                    waiting.extend(reversed((*far[vertex], *near[vertex])))
    return result


def _sweep(start: Order, left: Neighbours, right: Neighbours, from_left: bool) -> Order:
    """Sort the columns by barycentre, back and forth; return the best order met."""
    current = start
    best, fewest = [list(column) for column in current], count_crossings(current, right)
    position = positions(current, len(left))
    for number in range(_SWEEPS):
        forward = (number % 2 == 0) == from_left
        for column in current if forward else reversed(current):
            _barycentre(column, left if forward else right, position)
        total = count_crossings(current, right)
        if total < fewest:
            best, fewest = [list(column) for column in current], total
    return best


def _barycentre(column: list[int], neighbours: Neighbours, position: list[int]) -> None:
    """Sort one column by the mean position of the neighbours; a vertex without neighbours keeps its place."""
    mean: dict[int, float] = {}
    for index, vertex in enumerate(column):
        near = neighbours[vertex]
        mean[vertex] = sum([position[other] for other in near]) / len(near) if near else index
    column.sort(key=mean.__getitem__)
    for index, vertex in enumerate(column):
        position[vertex] = index


def _shuffled(columns: Order, random: Random) -> Order:
    """Return a copy with what lies at one height, a tenth of the picture, in disorder."""
    height = random.random()
    result = []
    for column in columns:
        size = len(column)
        above, below = max(0, int((height - _WINDOW) * size)), min(size, int((height + _WINDOW) * size) + 1)
        window = column[above:below]
        random.shuffle(window)
        result.append([*column[:above], *window, *column[below:]])
    return result
