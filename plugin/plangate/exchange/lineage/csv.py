"""Lineage as a list of edges, for spreadsheets and quick scripts."""

import csv as _csv
from io import StringIO

from plangate.exchange.lineage.graph import Graph

COLUMNS = ("source", "target", "via", "plan", "kind")

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv(graph: Graph) -> str:
    """Write a row an edge under a head of columns, by RFC 4180.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = StringIO()
    rows = _csv.writer(text, lineterminator="\r\n")
    rows.writerow(COLUMNS)
    rows.writerows([_cell(getattr(edge, name)) for name in COLUMNS] for edge in graph.edges)
    return text.getvalue()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
