"""One unit for a column or an axis, chosen by its largest number."""

from decimal import Decimal

import pytest

from plangate.model.quantity import parse
from plangate.render.scale import Scale, scale_of


@pytest.mark.parametrize(
    ("highest", "binary", "unit"),
    [
        ("4848 GB", False, "TB"),
        ("4848 GB", True, "TiB"),
        ("999 GB", False, "GB"),
        ("40 GB/d", False, "GB/d"),
        ("3 B", True, "B"),
        ("0 B", False, "B"),
        ("578 rows/s", False, "rows/s"),
        ("4000 EUR/month", False, "EUR/month"),
        ("100 EUR", False, "EUR"),
        ("90 s", False, "s"),
        ("105 min", False, "min"),
        ("19.3 h", False, "h"),
        ("261 h", False, "d"),
        ("40 %", False, "%"),
        ("7 slots", False, "slots"),
    ],
)
def test_the_unit_is_that_of_the_largest(highest: str, binary: bool, unit: str) -> None:
    quantity = parse(highest)
    scale = scale_of(quantity.dimension, quantity.base, binary=binary)
    assert scale.unit == unit
    assert quantity.to(unit) == quantity.base / scale.factor


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("1500000", "1,500"),
        ("12345", "12.3"),
        ("500", "0.50"),
        ("5", "0.01"),
        ("4", "< 0.01"),
        ("-4", "> -0.01"),
        ("Infinity", "never"),
    ],
)
def test_what_is_too_small_is_said_to_be(number: str, text: str) -> None:
    assert Scale("kB", Decimal(1000)).text(Decimal(number)) == text


def test_told_with_its_unit() -> None:
    assert Scale("kB", Decimal(1000)).told(Decimal(2000)) == "2 kB"
    assert Scale("", Decimal(1)).told(Decimal(2)) == "2"
    assert Scale("kB").told(Decimal("Infinity")) == "never"
