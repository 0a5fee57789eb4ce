"""Lineage against Graphviz dot in the same columns, in one run: crossings, lines over boxes, time.

pip install -e .[graphviz] && python benchmarks/lineage.py [sizes] [projects] [focus]
"""

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

from pygraphviz import AGraph

from plangate.render.lineage import LayerNode, Layout, columns, crossings, crossings_of_edges, layout
from plangate.render.lineage import passes_over_boxes as passes
from plangate.render.lineage.chains import Chains
from plangate.render.lineage.dot import by_position, described, node_position, order
from plangate.render.lineage.draw import MOST_BOXES
from plangate.render.lineage.tangles import Order

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tests" / "render" / "lineage"))
from warehouse import LAYERS, warehouse  # noqa: E402 - the same warehouses as in the tests

PROJECT_LAYERS = ("sources", "staging", "intermediate", "marts")
SEEDS = 5
HOPS, NEIGHBOURS = 2, 40
_STEPS = 32

Edge = tuple[str, str]
Named = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Crossings of edges and of lines, lines over boxes, processor seconds; those of several graphs add up."""

    edges: int = 0
    lines: int = 0
    over: int = 0
    seconds: float = 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.edges + other.edges, self.lines + other.lines, self.over + other.over, self.seconds + other.seconds
        )


def processor() -> float:
    """Return the seconds of processor time so far, programs that were called included: no matter what else runs."""
    used = [getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def score(picture: Layout, seconds: float) -> Score:
    """Measure a picture from its geometry."""
    return Score(crossings_of_edges(picture), crossings(picture), passes(picture), seconds)


def compared(nodes: Named, edges: Sequence[Edge], layers: Sequence[str]) -> tuple[Score, Score]:
    """Lay a graph out by us and by dot; of two ways to ask dot the picture with fewer crossings counts.

    dot's time is that of its whole layout, without ours around it.
    """
    boxes, headings = columns([LayerNode(*node) for node in nodes], edges, layers)
    start = processor()
    picture = layout(boxes, edges, headings)
    ours = score(picture, processor() - start)
    ways = []
    for way in (order, with_long_edges):
        clock: list[float] = []
        picture = layout(boxes, edges, headings, lambda graph, way=way, clock=clock: timed(way, graph, clock))
        ways.append(score(picture, sum(clock)))
    return ours, min(ways, key=lambda one: one.edges)


def timed(way: Callable[[Chains], Order], graph: Chains, clock: list[float]) -> Order:
    """Ask for an order and note the seconds it took."""
    start = processor()
    result = way(graph)
    clock.append(processor() - start)
    return result


def with_long_edges(graph: Chains) -> Order:
    """Ask dot with edges as they are; where one passes through a column is read off its curve."""
    drawing = AGraph(described(replace(graph, right=((),) * len(graph.right))))
    column_of = {vertex: index for index, column in enumerate(graph.columns) for vertex in column}
    for vertex in range(graph.boxes, len(graph.left)):
        drawing.delete_node(vertex)
    forward = {edge: path for edge, path in graph.paths.items() if column_of[edge[0]] != column_of[edge[1]]}
    for source, target in forward:
        ends = (source, target) if column_of[source] < column_of[target] else (target, source)
        drawing.add_edge(*ends, key=f"{source} {target}")
    drawing.layout(prog="dot")
    at = {str(box): node_position(drawing.get_node(box).attr["pos"]) for box in range(graph.boxes)}
    rank = [float(drawing.get_node(f"c{index}").attr["pos"].split(",")[1]) for index in range(len(graph.columns))]
    for (source, target), path in forward.items():
        ends = (source, target) if column_of[source] < column_of[target] else (target, source)
        if len(path) > 2:
            line = curve(drawing.get_edge(*ends).attr["pos"])
            for vertex in path[1:-1]:
                at[str(vertex)] = min(line, key=lambda point: abs(point[1] - rank[column_of[vertex]]))[0]
    return by_position(graph, at)


def curve(text: str) -> list[tuple[float, float]]:
    """Return points on a curve that dot writes as "e,x,y x,y x,y x,y …"."""
    knots = [tuple(map(float, knot.split(","))) for knot in text.replace("\\\n", "").split() if knot[0] not in "es"]
    points = []
    for index in range(0, len(knots) - 1, 3):
        for step in range(_STEPS + 1):
            t = step / _STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            piece = knots[index : index + 4]
            points.append(
                (
                    sum(w * x for w, (x, _) in zip(weights, piece, strict=True)),
                    sum(w * y for w, (_, y) in zip(weights, piece, strict=True)),
                )
            )
    return points


def around(start: str, edges: Iterable[Edge], hops: int, most: int) -> set[str]:
    """Return what lies so many steps up and so many down from a dataset, at most some neighbours of each."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for source, target in edges:
        before.setdefault(target, []).append(source)
        after.setdefault(source, []).append(target)
    seen = {start}
    for way in (before, after):
        rim = [start]
        for _ in range(hops):
            rim = sorted({other for name in rim for other in way.get(name, [])[:most]})
            seen.update(rim)
    return seen


def cut(kept: set[str], nodes: Named, edges: Sequence[Edge]) -> tuple[Named, list[Edge]]:
    """Return some of the nodes and the edges between them."""
    return [node for node in nodes if node[0] in kept], [edge for edge in edges if kept.issuperset(edge)]


def project(path: Path) -> tuple[Named, list[Edge]]:
    """Read a project's lineage: edges between numbered datasets, each with its layer before the dot."""
    with path.open(encoding="utf-8", newline="") as file:
        edges = [(row["from"], row["to"]) for row in csv.DictReader(file)]
    return [(name, name.split(".")[0]) for name in sorted({end for edge in edges for end in edge})], edges


def portfolio() -> tuple[list[tuple[str, str]], list[Edge]]:
    """Return 100 plans of 20 datasets, each of which reads a dataset or two of plans before it."""
    random = Random(1)  # noqa: S311 - the same portfolio for everyone, nothing secret
    nodes: list[tuple[str, str]] = []
    edges: list[Edge] = []
    shared: list[str] = []
    for number in range(100):
        own, inner = warehouse(20, number)
        names = {name: f"plan{number:02}.{name}" for name, _ in own}
        nodes += [(names[name], layer) for name, layer in own]
        edges += [(names[source], names[target]) for source, target in inner]
        readers = [names[name] for name, layer in own if layer == "marts"][:2]
        edges += [(random.choice(shared), reader) for reader in readers if shared]
        shared += [names[name] for name, layer in own if layer == "intermediate"]
    return nodes, sorted(set(edges))


def line(name: str, nodes: int, edges: int, ours: Score, dot: Score) -> None:
    """Print one row; the ratio is that of the crossings of edges."""
    ratio = f"{ours.edges / dot.edges:5.2f}" if dot.edges else "    –"
    print(
        f"{name:<22}{nodes:>6}{edges:>7} {ours.edges:>8}{dot.edges:>8} {ratio} {ours.lines:>8}{dot.lines:>8}"
        f"{ours.over:>6} {ours.seconds * 1000:>9.1f}{dot.seconds * 1000:>9.1f}",
        flush=True,
    )


def sizes() -> None:
    """Compare generated warehouses."""
    for size in (30, 150, 500):
        totals = Score(), Score()
        for seed in range(1, SEEDS + 1):
            nodes, edges = warehouse(size, seed)
            ours, dot = compared(nodes, edges, LAYERS)
            totals = totals[0] + ours, totals[1] + dot
            line(f"warehouse {size}/{seed}", len(nodes), len(edges), ours, dot)
        line(f"warehouse {size}, all", 0, 0, *totals)


def projects() -> None:
    """Compare real projects around their busiest dataset: as on its page, and all that one figure has room for."""
    for path in sorted((ROOT / "benchmarks" / "lineage").glob("*.csv")):
        nodes, edges = project(path)
        ends = [end for edge in edges for end in edge]
        hub = max(sorted(set(ends)), key=ends.count)
        page = cut(around(hub, edges, HOPS, NEIGHBOURS), nodes, edges)
        line(f"{path.stem}, a hub", *map(len, page), *compared(*page, PROJECT_LAYERS))
        kept = {name for name, _ in nodes}
        hops = len(kept)
        while len(kept) > MOST_BOXES:
            hops = min(hops - 1, 9)
            kept = around(hub, edges, hops, len(nodes))
        some = cut(kept, nodes, edges)
        name = path.stem if len(kept) == len(nodes) else f"{path.stem}, {hops} steps"
        line(name, *map(len, some), *compared(*some, PROJECT_LAYERS))


def focus() -> None:
    """Compare all views of a portfolio of 2,000 datasets, two steps up and down from each."""
    nodes, edges = portfolio()
    layer_of = dict(nodes)
    touching: dict[str, set[Edge]] = {}
    for edge in edges:
        for end in edge:
            touching.setdefault(end, set()).add(edge)
    totals = Score(), Score()
    for name, _ in nodes:
        near = {name}
        for _ in range(HOPS):
            near |= {end for one in near for edge in touching.get(one, ()) for end in edge}
        local = sorted({edge for one in near for edge in touching.get(one, ()) if near.issuperset(edge)})
        kept = around(name, local, HOPS, NEIGHBOURS)
        ours, dot = compared(*cut(kept, [(one, layer_of[one]) for one in sorted(kept)], local), LAYERS)
        totals = totals[0] + ours, totals[1] + dot
    line(f"{len(nodes)} focus views", len(nodes), len(edges), *totals)


def main() -> None:
    """Print a table of the parts that are asked for, all of them if none is."""
    asked = sys.argv[1:] or ["sizes", "projects", "focus"]
    print(f"{'':<22}{'boxes':>6}{'edges':>7} {'crossings':>8}{'dot':>7} {'ratio':>5} {'lines':>8}{'dot':>8}", end="")
    print(f"{'over':>6} {'ms':>9}{'dot ms':>9}")
    for part in asked:
        {"sizes": sizes, "projects": projects, "focus": focus}[part]()


if __name__ == "__main__":
    main()
