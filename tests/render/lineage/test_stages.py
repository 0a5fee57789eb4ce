"""The stages of a layout, one by one."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.render.lineage import Heading, LayerNode, columns
from plangate.render.lineage.chains import chains
from plangate.render.lineage.coordinates import centres, fit_in_order, weighted_mean, weighted_median
from plangate.render.lineage.ordering import order
from plangate.render.lineage.sifting import count_crossings, sift

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


def test_one_chain_serves_all_edges_of_a_box() -> None:
    graph = chains([0, 2, 3], [(0, 1), (0, 2)])
    assert graph.columns == ((0,), (3,), (1, 4), (2,))
    assert graph.paths == {(0, 1): (0, 3, 1), (0, 2): (0, 3, 4, 2)}
    assert graph.right[3] == (1, 4)


def test_a_back_edge_has_a_chain_of_its_own() -> None:
    graph = chains([0, 2], [(0, 1), (1, 0)])
    assert graph.paths[0, 1][1] != graph.paths[1, 0][1]
    assert graph.left[1] == (2, 3)


def test_edges_inside_a_column_add_no_piece() -> None:
    graph = chains([0, 0], [(0, 1), (1, 1)])
    assert graph.paths == {(0, 1): (0, 1), (1, 1): (1, 1)}
    assert graph.right == ((), ())


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(6, 11)), max_size=20, unique=True))
def test_crossings_are_counted_as_pairs_would_be(links: list[tuple[int, int]]) -> None:
    right: list[list[int]] = [[] for _ in range(12)]
    for source, target in links:
        right[source].append(target)
    naive = sum(a < c and b > d for a, b in links for c, d in links)
    assert count_crossings([range(6), range(6, 12)], right) == naive


@given(
    st.integers(1, 7).flatmap(
        lambda n: st.lists(st.lists(st.integers(-3, 3), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_sifting_saves_what_it_says_and_never_loses(raw: list[list[int]]) -> None:
    size = len(raw)
    preferences = [[raw[i][j] - raw[j][i] for j in range(size)] for i in range(size)]

    def cost(arrangement: list[int]) -> int:
        return sum(raw[a][b] for i, a in enumerate(arrangement) for b in arrangement[i + 1 :])

    for last in (False, True):
        arrangement, saved = sift(preferences, last)
        assert sorted(arrangement) == list(range(size))
        assert saved >= 0
        assert cost(list(range(size))) - cost(arrangement) == saved


def test_a_tangle_without_need_is_undone() -> None:
    size = 12
    graph = chains(
        [i // size for i in range(3 * size)], [(i, (i * 5) % size + (i // size + 1) * size) for i in range(2 * size)]
    )
    ordered = order(graph)
    assert count_crossings(graph.columns, graph.right) > 0
    assert count_crossings(ordered, graph.right) == 0


def test_connected_parts_are_stacked_largest_first() -> None:
    ordered = order(chains([0, 0, 1, 1, 1], [(0, 2), (1, 3), (1, 4)]))
    assert ordered[0] == [1, 0]
    assert sorted(ordered[1][:2]) == [3, 4]
    assert ordered[1][2] == 2


@pytest.mark.parametrize(
    ("wishes", "offsets", "expected"),
    [
        ([[(5, 1)], [(50, 1)]], [0, 10], [5, 50]),
        ([[(20, 1)], [(20, 1)]], [0, 10], [15, 25]),
        ([[(20, 3)], [(20, 1)]], [0, 10], [17.5, 27.5]),
        ([[(30, 1)], [(20, 1)], [(10, 1)]], [0, 10, 20], [10, 20, 30]),
    ],
    ids=["room enough", "pushed apart", "the heavier one yields less", "three in a block"],
)
def test_isotonic_fit(wishes: list[list[tuple[float, float]]], offsets: list[int], expected: list[float]) -> None:
    assert fit_in_order(wishes, offsets, weighted_mean) == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 8)), min_size=1, max_size=8))
def test_the_mean_and_the_median_are_the_best_heights(wishes: list[tuple[int, int]]) -> None:
    pairs = [(float(height), float(weight)) for height, weight in wishes]

    def distance(at: float) -> float:
        return sum(weight * abs(height - at) for height, weight in pairs)

    def squares(at: float) -> float:
        return sum(weight * (height - at) ** 2 for height, weight in pairs)

    median, mean = weighted_median(pairs), weighted_mean(pairs)
    assert all(distance(median) <= distance(other) + 1e-6 for other in range(-50, 51))
    assert all(squares(mean) <= squares(other) + 1e-6 for other in range(-50, 51))


def test_centres_keep_distance_and_align_pairs() -> None:
    graph = chains([0, 0, 1, 1], [(0, 2), (1, 3)])
    y = centres(graph, [[0, 1], [2, 3]])
    assert y[0] == y[2] == 15
    assert y[1] == y[3] == 55
