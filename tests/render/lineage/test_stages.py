"""The stages of a layout, one by one."""

from collections.abc import Sequence
from itertools import pairwise, permutations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.render.lineage import Heading, LayerNode, columns
from plangate.render.lineage.annealing import cooled, settled
from plangate.render.lineage.chains import Chains, chains, joined
from plangate.render.lineage.coordinates import centres, mean_in_order, median_in_order, weighted_median
from plangate.render.lineage.ordering import order, untangled
from plangate.render.lineage.tangles import Order, Tangle, count_crossings, tangles, unavoidable

LAYERS = ("sources", "staging", "marts")
NODES = [
    LayerNode("s", "sources"),
    LayerNode("a", "staging"),
    LayerNode("b", "staging"),
    LayerNode("c", "staging"),
    LayerNode("m", "marts"),
]


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([], {"s": 0, "a": 1, "b": 1, "c": 1, "m": 2}),
        ([("s", "a"), ("a", "b"), ("b", "c"), ("a", "c"), ("c", "m")], {"s": 0, "a": 1, "b": 2, "c": 3, "m": 4}),
        ([("m", "a"), ("a", "b")], {"s": 0, "a": 1, "b": 2, "c": 1, "m": 3}),
        ([("a", "a")], {"s": 0, "a": 1, "b": 1, "c": 1, "m": 2}),
    ],
    ids=["one column a layer", "longest path", "an edge back from a later layer", "an edge to itself"],
)
def test_columns_follow_layers_and_the_longest_path(edges: list[tuple[str, str]], expected: dict[str, int]) -> None:
    boxes, _ = columns(NODES, edges, LAYERS)
    assert {box.id: box.column for box in boxes} == expected


def test_headings_span_the_columns_of_their_layer_and_skip_empty_layers() -> None:
    _, headings = columns(NODES, [("a", "b")], ("sources", "raw", "staging", "marts", "consumers"))
    assert headings == (Heading("sources", 0, 1), Heading("staging", 1, 2), Heading("marts", 3, 1))


def test_a_cycle_inside_a_layer_is_cut_the_same_way_for_any_order() -> None:
    edges = [("a", "b"), ("b", "c"), ("c", "a")]
    results = {columns(NODES, mixed, LAYERS) for mixed in permutations(edges)}
    assert len(results) == 1
    assert sorted(box.column for box in results.pop()[0]) == [0, 1, 2, 3, 4]


def test_a_layer_of_a_thousand_in_a_row_is_no_problem() -> None:
    nodes = [LayerNode(f"n{i:04}", "marts") for i in range(1000)]
    boxes, _ = columns(nodes, [(a.id, b.id) for a, b in pairwise(nodes)], LAYERS)
    assert [box.column for box in boxes] == list(range(1000))


def test_an_unknown_layer_is_named() -> None:
    with pytest.raises(ValueError, match="node 'x' is in layer 'bronze', which is not one of sources, staging, marts"):
        columns([LayerNode("x", "bronze")], [], LAYERS)


@st.composite
def layered(draw: st.DrawFn) -> Chains:
    """Boxes in up to five columns and any edges between them, backward and inside a column too."""
    column_of = draw(st.lists(st.integers(0, 4), min_size=2, max_size=14))
    box = st.integers(0, len(column_of) - 1)
    used = sorted(set(column_of))
    return chains([used.index(column) for column in column_of], draw(st.sets(st.tuples(box, box), max_size=26)))


def pairs_of_edges(graph: Chains, order: Sequence[Sequence[int]]) -> int:
    """Count the crossings of each edge with each other one, piece by piece."""
    at = {vertex: (index, place) for index, column in enumerate(order) for place, vertex in enumerate(column)}
    pieces = [
        tuple(sorted((at[a], at[b])))
        for path in graph.paths.values()
        if at[path[0]][0] != at[path[-1]][0]
        for a, b in pairwise(path)
    ]
    return sum(a[0] == c[0] and a[1] < c[1] and b[1] > d[1] for a, b in pieces for c, d in pieces)


def pairs_of_pieces(graph: Chains, order: Sequence[Sequence[int]]) -> int:
    """Count the crossings of each piece with each other one."""
    place_of = {vertex: place for column in order for place, vertex in enumerate(column)}
    return sum(
        place_of[a] < place_of[c] and place_of[b] > place_of[d]
        for column in order
        for a in column
        for c in column
        for b in graph.right[a]
        for d in graph.right[c]
    )


def placed(tangle: Tangle, order: Order) -> list[list[int]]:
    return [[column[index] for index in indices] for column, indices in zip(tangle.vertices, order, strict=True)]


def as_given(tangle: Tangle) -> Order:
    return [list(range(len(column))) for column in tangle.vertices]


def test_each_edge_has_a_chain_of_its_own() -> None:
    graph = chains([0, 2, 3], [(0, 1), (0, 2)])
    assert graph.columns == ((0,), (3, 4), (1, 5), (2,))
    assert graph.paths == {(0, 1): (0, 3, 1), (0, 2): (0, 4, 5, 2)}
    assert graph.right[0] == (3, 4)


def test_a_back_edge_has_a_chain_of_its_own() -> None:
    graph = chains([0, 2], [(0, 1), (1, 0)])
    assert graph.paths[0, 1][1] != graph.paths[1, 0][1]
    assert graph.left[1] == (2, 3)


def test_edges_inside_a_column_add_no_piece() -> None:
    graph = chains([0, 0], [(0, 1), (1, 1)])
    assert graph.paths == {(0, 1): (0, 1), (1, 1): (1, 1)}
    assert graph.right == ((), ())


@pytest.mark.parametrize(
    ("column_of", "edges", "order", "expected"),
    [
        ([0, 2, 3], [(0, 1), (0, 2)], [[0], [3, 4], [1, 5], [2]], {(0, 1): (0, 3, 1), (0, 2): (0, 3, 4, 2)}),
        ([2, 0, 0], [(0, 1), (0, 2)], [[1, 2], [3, 4], [0]], {(0, 1): (0, 3, 1), (0, 2): (0, 3, 2)}),
        ([0, 2, 2, 1], [(0, 1), (0, 2)], [[0], [4, 3, 5], [1, 2]], {(0, 1): (0, 4, 1), (0, 2): (0, 5, 2)}),
        ([0, 0, 2], [(0, 2), (1, 2)], [[0, 1], [3, 4], [2]], {(0, 2): (0, 3, 2), (1, 2): (1, 4, 2)}),
        ([0, 2], [(0, 1), (1, 0)], [[0], [2, 3], [1]], {(0, 1): (0, 2, 1), (1, 0): (1, 3, 0)}),
    ],
    ids=["side by side", "backward", "a box between", "of two boxes", "there and back"],
)
def test_lines_of_one_box_that_lie_side_by_side_are_joined(
    column_of: list[int],
    edges: list[tuple[int, int]],
    order: list[list[int]],
    expected: dict[tuple[int, int], tuple[int, ...]],
) -> None:
    graph, _ = joined(chains(column_of, edges), order)
    assert graph.paths == expected


def test_lines_that_parted_stay_apart() -> None:
    graph = chains([0, 3, 3, 1], [(0, 1), (0, 2)])
    merged, columns = joined(graph, [[0], [4, 3, 6], [5, 7], [1, 2]])
    assert merged.paths == {(0, 1): (0, 4, 5, 1), (0, 2): (0, 6, 7, 2)}
    assert columns == [[0], [4, 3, 6], [5, 7], [1, 2]]


@given(layered(), st.randoms(use_true_random=False))
def test_joining_adds_no_crossing_and_moves_no_box(graph: Chains, random: Random) -> None:
    columns = [random.sample(column, len(column)) for column in graph.columns]
    merged, kept = joined(graph, columns)
    assert pairs_of_edges(merged, kept) <= pairs_of_edges(graph, columns)
    assert merged.paths.keys() == graph.paths.keys()
    assert [sorted(column) for column in kept] == [list(column) for column in merged.columns]
    boxes = range(graph.boxes)
    assert [[v for v in column if v in boxes] for column in kept] == [
        [v for v in column if v in boxes] for column in columns
    ]


@given(layered(), st.randoms(use_true_random=False))
def test_crossings_are_counted_as_pairs_would_be(graph: Chains, random: Random) -> None:
    total = 0
    columns: list[list[int]] = [[] for _ in graph.columns]
    for tangle in tangles(graph):
        mixed = [random.sample(column, len(column)) for column in as_given(tangle)]
        total += count_crossings(mixed, tangle.right)
        for column, vertices in zip(columns, placed(tangle, mixed), strict=True):
            column.extend(vertices)
    assert total == pairs_of_pieces(graph, columns)


@given(layered())
def test_tangles_are_the_connected_parts(graph: Chains) -> None:
    parts = [{vertex for column in tangle.vertices for vertex in column} for tangle in tangles(graph)]
    assert sorted(vertex for part in parts for vertex in part) == list(range(len(graph.left)))
    assert [len(part) for part in parts] == sorted((len(part) for part in parts), reverse=True)
    for part in parts:
        assert all(other in part for vertex in part for other in (*graph.left[vertex], *graph.right[vertex]))
        reached = {min(part)}
        while more := {o for v in reached for o in (*graph.left[v], *graph.right[v])} - reached:
            reached |= more
        assert reached == part


@given(layered())
def test_no_order_has_fewer_crossings_than_are_unavoidable(graph: Chains) -> None:
    for tangle in tangles(graph):
        assert count_crossings(untangled(tangle), tangle.right) >= unavoidable(tangle)


def test_two_that_share_neighbours_cross_once_for_each_pair_of_them() -> None:
    (tangle,) = tangles(chains([0, 0, 1, 1, 1], [(source, target) for source in (0, 1) for target in (2, 3, 4)]))
    assert unavoidable(tangle) == 3
    assert count_crossings(untangled(tangle), tangle.right) == 3


@given(layered(), st.randoms(use_true_random=False))
def test_settling_never_loses_and_settles(graph: Chains, random: Random) -> None:
    for tangle in tangles(graph):
        start = [random.sample(column, len(column)) for column in as_given(tangle)]
        order = [column.copy() for column in start]
        settled(tangle, order)
        assert [sorted(column) for column in order] == as_given(tangle)
        assert count_crossings(order, tangle.right) <= count_crossings(start, tangle.right)


@given(layered(), st.integers(1, 12), st.integers(0, 7), st.integers(0, 5000))
def test_annealing_keeps_every_vertex_in_its_column(graph: Chains, passes: int, first: int, start: int) -> None:
    for tangle in tangles(graph):
        order = as_given(tangle)
        cooled(tangle, order, passes, first, start)
        again = as_given(tangle)
        cooled(tangle, again, passes, first, start)
        assert [sorted(column) for column in order] == as_given(tangle)
        assert again == order


@given(layered())
def test_an_order_is_never_worse_than_the_one_given(graph: Chains) -> None:
    ordered = order(graph)
    assert [sorted(column) for column in ordered] == [list(column) for column in graph.columns]
    assert pairs_of_pieces(graph, ordered) <= pairs_of_pieces(graph, graph.columns)


def test_small_tangles_are_undone_almost_as_far_as_can_be() -> None:
    random, found, best = Random(7), 0, 0  # noqa: S311 -- graphs, not secrets
    for _ in range(150):
        links = random.sample(range(16), random.randint(4, 12))
        graph = chains([0] * 4 + [1] * 4, [(link // 4, 4 + link % 4) for link in links])
        found += pairs_of_pieces(graph, order(graph))
        best += min(
            pairs_of_pieces(graph, [left, right])
            for left in permutations(range(4))
            for right in permutations(range(4, 8))
        )
    assert best <= found <= best * 1.02


def test_a_tangle_without_need_is_undone() -> None:
    size = 12
    graph = chains(
        [i // size for i in range(3 * size)], [(i, (i * 5) % size + (i // size + 1) * size) for i in range(2 * size)]
    )
    assert pairs_of_pieces(graph, graph.columns) > 0
    assert pairs_of_pieces(graph, order(graph)) == 0


def test_connected_parts_are_stacked_largest_first() -> None:
    ordered = order(chains([0, 0, 1, 1, 1], [(0, 2), (1, 3), (1, 4)]))
    assert ordered[0] == [1, 0]
    assert sorted(ordered[1][:2]) == [3, 4]
    assert ordered[1][2] == 2


@pytest.mark.parametrize(
    ("wishes", "offsets", "expected", "medians"),
    [
        ([[(5, 1)], [(50, 1)]], [0, 10], [5, 50], [5, 50]),
        ([[(20, 1)], [(20, 1)]], [0, 10], [15, 25], [15, 25]),
        ([[(20, 3)], [(20, 1)]], [0, 10], [17.5, 27.5], [20, 30]),
        ([[(30, 1)], [(20, 1)], [(10, 1)]], [0, 10, 20], [10, 20, 30], [10, 20, 30]),
    ],
    ids=["room enough", "pushed apart", "the heavier one yields less", "three in a block"],
)
def test_isotonic_fit(
    wishes: list[list[tuple[float, float]]], offsets: list[int], expected: list[float], medians: list[float]
) -> None:
    sums = [(sum(height * weight for height, weight in own), sum(weight for _, weight in own)) for own in wishes]
    assert mean_in_order(sums, offsets) == pytest.approx(expected)
    assert median_in_order(wishes, offsets) == pytest.approx(medians)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 8)), min_size=1, max_size=8))
def test_the_mean_and_the_median_are_the_best_heights(wishes: list[tuple[int, int]]) -> None:
    pairs = [(float(height), float(weight)) for height, weight in wishes]

    def distance(at: float) -> float:
        return sum(weight * abs(height - at) for height, weight in pairs)

    def squares(at: float) -> float:
        return sum(weight * (height - at) ** 2 for height, weight in pairs)

    median = weighted_median(pairs)
    (mean,) = mean_in_order([(sum(h * w for h, w in pairs), sum(w for _, w in pairs))], [0])
    assert all(distance(median) <= distance(other) + 1e-6 for other in range(-50, 51))
    assert all(squares(mean) <= squares(other) + 1e-6 for other in range(-50, 51))


def test_centres_keep_distance_and_align_pairs() -> None:
    graph = chains([0, 0, 1, 1], [(0, 2), (1, 3)])
    y = centres(graph, [[0, 1], [2, 3]])
    assert y[0] == y[2] == 15
    assert y[1] == y[3] == 55
