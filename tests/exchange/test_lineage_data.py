"""`lineage.json`: keeps to its schema, and reads back."""

import json

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.graphs import LABELS, graphs

from plangate.analysis.columns import ColumnLineage, ColumnNode
from plangate.exchange.lineage.data import lineage_data, lineage_schema
from plangate.exchange.lineage.graph import Graph

CHECK = jsonschema.Draft202012Validator(lineage_schema())


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(lineage_schema())


@given(graphs(), LABELS, st.none() | LABELS)
def test_any_graph_keeps_to_the_schema_and_reads_back(graph: Graph, name: str, type_: str | None) -> None:
    columns = {
        f"{node.id}#{name}": ColumnNode(f"{node.id}#{name}", node.id, name, "a", ("modeling", ()), type_)
        for node in graph.nodes
    }
    data = lineage_data(graph, ColumnLineage(columns), {node.id: (name, node.label) for node in graph.nodes[1:]})
    read = json.loads(json.dumps(data, ensure_ascii=True, allow_nan=False))
    CHECK.validate(read)
    assert read == data
    assert [node["label"] for node in read["nodes"]] == [node.label for node in graph.nodes]
    assert [node["physical"] is None for node in read["nodes"]] == [place == 0 for place in range(len(graph.nodes))]
    assert len(read["columns"]) == len(graph.nodes)


def test_columns_of_datasets_that_are_not_drawn_are_left_out() -> None:
    columns = ColumnLineage({"a.b#c": ColumnNode("a.b#c", "a.b", "c", "p", ("modeling", ()))})
    assert lineage_data(Graph("", (), (), (), ()), columns, {})["columns"] == []
