"""Lineage as CSV: read back by the csv module; no cell is a formula."""

import csv as reader
from io import StringIO

import pytest
from hypothesis import given
from tests.exchange.graphs import ALL_TEXT, graphs

from plangate.exchange.lineage.csv import COLUMNS, csv
from plangate.exchange.lineage.graph import Graph, GraphEdge


def rows(text: str) -> list[list[str]]:
    """Read CSV back, the head left out."""
    head, *found = reader.reader(StringIO(text, newline=""), strict=True)
    assert tuple(head) == COLUMNS
    return found


@given(graphs())
def test_cells_read_back_but_for_the_apostrophe(graph: Graph) -> None:
    found = rows(csv(graph))
    wanted = [(edge.source, edge.target, edge.via, edge.plan, edge.kind) for edge in graph.edges]
    assert [[cell[cell[:1] == "'" and not whole.startswith("'") :] for cell, whole in zip(*pair, strict=True)]
            for pair in zip(found, wanted, strict=True)] == [list(row) for row in wanted]  # fmt: skip


@given(ALL_TEXT.filter(lambda text: "\x00" not in text and text.isprintable()))
def test_no_cell_begins_a_formula(text: str) -> None:
    ((*cells, _),) = rows(csv(Graph("", (), (), (GraphEdge(text, text, text, text, "builds"),), ())))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("mart.orders", "mart.orders"),
        ('say "x", y', 'say "x", y'),
    ],
)
def test_what_gets_an_apostrophe(text: str, cell: str) -> None:
    assert rows(csv(Graph("", (), (), (GraphEdge(text, "b", "", "p", "reads"),), ()))) == [
        [cell, "b", "", "p", "reads"]
    ]
