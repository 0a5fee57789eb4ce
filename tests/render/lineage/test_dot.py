"""What dot is told of a lineage, and what is made of its answer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.render.lineage import Box, layout, passes_over_boxes
from plangate.render.lineage.chains import Chains, chains
from plangate.render.lineage.dot import by_position, described, node_position
from plangate.render.lineage.tangles import Order


def test_columns_are_ranks_and_pieces_are_edges() -> None:
    text = described(chains([0, 2, 1], [(0, 1), (2, 0)]))
    assert "{rank=same;c0;0}{rank=same;c1;2;3}{rank=same;c2;1}c0->c1->c2[style=invis,weight=0];" in text
    assert text.endswith("0->2;0->3;3->1;}")


def test_one_column_needs_no_chain_of_ranks() -> None:
    assert described(chains([0, 0], [(0, 1)])).endswith("{rank=same;c0;0;1}}")


@pytest.mark.parametrize(
    ("text", "expected"), [("27,18", 27.0), ("89.616,18", 89.616), ("1.5e+03,-2", 1500.0)], ids=["whole", "part", "far"]
)
def test_a_position_is_read(text: str, expected: float) -> None:
    assert node_position(text) == expected


def test_columns_are_sorted_by_position() -> None:
    graph = chains([0, 0, 0, 1], [(0, 3)])
    assert by_position(graph, {"0": 80.5, "1": 9, "2": 80.5, "3": 0, "c0": 1, "c1": 1}) == [[1, 0, 2], [3]]


@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.data())
def test_any_order_is_drawn_as_it_is_given(column_of: list[int], data: st.DataObject) -> None:
    boxes = [Box(f"n{index}", column) for index, column in enumerate(column_of)]
    ids = st.sampled_from([box.id for box in boxes])
    edges = data.draw(st.lists(st.tuples(ids, ids), max_size=12))
    wanted: Order = []

    def shuffled(graph: Chains) -> Order:
        wanted.extend(data.draw(st.permutations(column)) for column in graph.columns)
        return wanted

    picture = layout(boxes, edges, ordering=shuffled)
    names = [box.id for box in sorted(boxes, key=lambda box: (box.column, box.id))]
    assert [box.id for box in picture.boxes] == [names[v] for column in wanted for v in column if v < len(names)]
    assert passes_over_boxes(picture) == 0
