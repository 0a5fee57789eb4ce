"""Lineage as a list of edges, for spreadsheets and quick scripts."""

from plangate.exchange.lineage.graph import Graph
from plangate.exchange.sheet import sheet

COLUMNS = ("source", "target", "via", "plan", "kind")


def csv(graph: Graph) -> str:
    """Write a row an edge under a head of columns, by RFC 4180; no cell is a formula."""
    return sheet(COLUMNS, ([getattr(edge, name) for name in COLUMNS] for edge in graph.edges))
