"""Values of a plan in words, and in the unit in which they were written."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.amount import amount
from plangate.analysis.computed import given
from plangate.analysis.leaf import called, is_whole, told, written_unit
from plangate.model.quantity import parse

from .plans import plan
from .test_capacity_cost import CAPACITY, INGESTION, SOURCES


@pytest.mark.parametrize(
    ("gate", "path", "words"),
    [
        ("sources", ("sources", 0, "datasets", 0, "rows_per_day"), "rows per day of shop_db.orders"),
        ("capacity", ("workloads", 0, "retention", "total"), "retention total of raw.orders"),
        ("capacity", ("throughput", "capacity"), "throughput capacity"),
        ("capacity", ("runtimes", 0, "p95"), "p95 runtime of load_orders"),
        ("capacity", ("cost", "lines", 1, "unit_price"), "unit price of compute"),
        ("capacity", ("cost", "lines", 2, "quantity"), "quantity of scan (backfill)"),
        ("nowhere", ("some", 0, "field_name"), "some field name"),
        (None, (), "number of things"),
    ],
)
def test_values_are_told_in_words(tmp_path: Path, gate: str | None, path: tuple[str | int, ...], words: str) -> None:
    entry = given("number_of_things", parse("1 rows"), gate, path)
    assert entry is not None
    assert called(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=CAPACITY), entry) == words


@pytest.mark.parametrize(
    ("path", "whole"),
    [(("workloads", 0, "replication"), True), (("throughput", "capacity"), False), (("nowhere",), False)],
)
def test_counts_are_whole(tmp_path: Path, path: tuple[str | int, ...], whole: bool) -> None:
    text = CAPACITY.replace("shape: append", "shape: append, replication: 3")
    entry = given("x", 3, "capacity", path)
    assert entry is not None
    assert is_whole(plan(tmp_path, capacity=text), entry) is whole


@pytest.mark.parametrize(
    ("written", "base", "text"),
    [
        ("2_400_000 rows/d", Decimal(8_064_000) / 86400, "8,064,000 rows/d"),
        ("12 min", "60", "1 min"),
        ("90 s", "90.123", "90.12 s"),
        ("P400D", "86400", "1 d"),
        ("5 %/month", Decimal("0.06") / 2592000, "6 %/month"),
        ("70 %", "0.0915555", "9.156 %"),
        ("0.18 EUR/node h", Decimal(1) / 3600, "1 EUR/node h"),
        ("6 EUR/TiB", Decimal("15.3777") / 1024**4, "15.38 EUR/TiB"),
        ("1 h", "0", "0 h"),
    ],
)
def test_another_value_is_told_in_the_unit_of_the_plan(written: str, base: object, text: str) -> None:
    found = told(parse(written), Decimal(str(base)))
    assert str(found) == text
    assert found.base == Decimal(str(base))


def test_plain_numbers_and_spans_have_a_unit_of_their_own() -> None:
    entry = given("peak_factor", Decimal("1.5"))
    assert entry is not None
    assert str(told(entry.value, Decimal(9))) == "9"
    assert written_unit(amount(Decimal(365 * 86400), (("s", 1),))) == (Decimal(86400), "d")
