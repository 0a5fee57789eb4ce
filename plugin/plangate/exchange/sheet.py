"""Tables for spreadsheets and quick scripts: CSV of which no cell is run as a formula."""

import csv as _csv
from collections.abc import Iterable, Sequence
from io import StringIO

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write rows under a head of columns, by RFC 4180.

    A cell that a spreadsheet would take for a formula has an apostrophe before it.
    """
    text = StringIO()
    writer = _csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value
