"""Lineage as data: `lineage.json`, with the schema that it keeps to."""

from collections.abc import Mapping
from typing import Any

from plangate import __version__
from plangate.analysis.columns import ColumnLineage, ColumnNode
from plangate.exchange.jsonschema import DIALECT, record
from plangate.exchange.lineage.graph import Graph, GraphNode
from plangate.exchange.lineage.naming import Name


def lineage_data(graph: Graph, columns: ColumnLineage, physical: Mapping[str, Name]) -> dict[str, Any]:
    """Give a graph with the columns of its datasets as what JSON can hold; what is not known is null."""
    inside = {node.id for node in graph.nodes}
    known = sorted(columns.nodes.values(), key=lambda column: column.id)
    return {
        "plangate": __version__,
        "title": graph.title,
        "plans": list(graph.plans),
        "layers": [{"id": name, "title": title} for name, title in graph.layers],
        "nodes": [_node(node, physical.get(node.id)) for node in graph.nodes],
        "edges": [
            {
                "source": edge.source,
                "target": edge.target,
                "via": edge.via or None,
                "plan": edge.plan,
                "kind": edge.kind,
            }
            for edge in graph.edges
        ],
        "columns": [_column(column) for column in known if column.dataset in inside],
    }


def _node(node: GraphNode, physical: Name | None) -> dict[str, Any]:
    return {
        "id": node.id,
        "label": node.label,
        "kind": node.kind,
        "layer": node.layer,
        "plan": node.plan,
        "owner": node.owner,
        "critical": node.critical,
        "physical": {"namespace": physical[0], "name": physical[1]} if physical else None,
    }


def _column(column: ColumnNode) -> dict[str, Any]:
    return {
        "id": column.id,
        "dataset": column.dataset,
        "name": column.name,
        "type": column.type,
        "from": list(column.before),
        "transform": column.transform,
        "masking": column.masking,
        "personal": column.personal,
    }


_TEXT: Mapping[str, Any] = {"type": "string"}
_TEXT_OR_NULL: Mapping[str, Any] = {"type": ["string", "null"]}
_TRUTH: Mapping[str, Any] = {"type": "boolean"}


def lineage_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `lineage.json`."""
    layer = record(id=_TEXT, title=_TEXT)
    node = record(
        id={"type": "string", "description": "The id of the dataset, or `consumer:<plan>/<id>`."},
        label=_TEXT,
        kind={"enum": ["source", "dataset", "consumer"]},
        layer={"type": "string", "description": "The id of one of `layers`."},
        plan={"type": "string", "description": "The plan that builds it, or else the one that speaks for it."},
        owner=_TEXT_OR_NULL,
        critical=_TRUTH,
        physical={
            "anyOf": [record(namespace=_TEXT, name=_TEXT), {"type": "null"}],
            "description": "Where it lies, by the naming of OpenLineage.",
        },
    )
    edge = record(
        source={"type": "string", "description": "The id of a node."},
        target={"type": "string", "description": "The id of a node that is built from the source or reads it."},
        via={"type": ["string", "null"], "description": "The pipeline that does it."},
        plan={"type": "string", "description": "The plan that the target belongs to."},
        kind={"enum": ["builds", "reads"], "description": "`reads` where the target is a consumer."},
    )
    column = record(
        id={"type": "string", "description": "`<dataset>#<name>`."},
        dataset={"type": "string", "description": "The id of a node."},
        name=_TEXT,
        type=_TEXT_OR_NULL,
        **{
            "from": {
                "type": "array",
                "items": _TEXT,
                "description": "The columns that it comes from, those of datasets outside of this file included.",
            }
        },
        transform={"type": ["string", "null"], "description": "What is done to them, with the terms of OpenLineage."},
        masking={"type": ["string", "null"], "description": "How personal data is hidden here."},
        personal={"type": "boolean", "description": "Whether personal data enters here."},
    )
    return {
        "$schema": DIALECT,
        "$id": "lineage.json",
        "title": "Lineage of Plangate plans",
        **record(
            plangate={"type": "string", "description": "The version that wrote the file."},
            title=_TEXT,
            plans={"type": "array", "items": _TEXT, "description": "The plans whose lineage it is."},
            layers={"type": "array", "items": layer, "description": "From left to right."},
            nodes={"type": "array", "items": node, "description": "By layer, then by id."},
            edges={"type": "array", "items": edge, "description": "By source, then by target."},
            columns={"type": "array", "items": column, "description": "The columns of the datasets above, by id."},
        ),
    }
