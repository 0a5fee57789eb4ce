"""Tables in general: what gets an apostrophe, and that rows read back."""

import csv as reader
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from plangate.exchange.sheet import sheet

CELLS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=5))
def test_rows_read_back_but_for_the_apostrophe(rows: list[tuple[str, str]]) -> None:
    head, *found = reader.reader(StringIO(sheet(("a", "b"), rows), newline=""), strict=True)
    assert head == ["a", "b"]
    for read, wanted in zip(found, rows, strict=True):
        for cell, whole in zip(read, wanted, strict=True):
            assert cell in {whole, f"'{whole}"}
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
