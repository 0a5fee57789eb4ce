"""Computed quantities: exact in base units, rounded only where people read them."""

from decimal import ROUND_HALF_UP, Decimal

from plangate.model.currency import CURRENCIES
from plangate.model.quantity import UNITS, Dimension, Quantity, dimension_text, unit_of

MINUTE, HOUR, DAY, MONTH = Decimal(60), Decimal(3600), Decimal(86400), Decimal(2592000)

_DECIMAL_BYTES = ("PB", "TB", "GB", "MB", "kB", "B")
_BINARY_BYTES = ("PiB", "TiB", "GiB", "MiB", "KiB", "B")


NUMBER = "number"
"""The unit of counts and factors, which people write plain; other ratios (unit `1`) they write as percentages."""


def dimension_of(unit: str) -> Dimension:
    """Give the dimension of a unit text; `1` is a ratio and `number` a count or factor."""
    return unit_of(unit)[1] if unit not in {"1", NUMBER} else ()


def amount(base: Decimal, dimension: Dimension, *, binary: bool = False, plain: bool = False) -> Quantity:
    """Make a quantity of a computed number in base units, with a text that people read."""
    text = display(base, dimension, binary=binary, plain=plain)
    return Quantity(base, dimension, base, "" if plain else dimension_text(dimension), text)


def display(base: Decimal, dimension: Dimension, *, binary: bool = False, plain: bool = False) -> str:
    """Write a number in base units as people do: `19.3 h`, `2.7 TB`, `833 rows/s`, `1,750 EUR/month`, `75.8 %`.

    Three significant digits; sizes in one family of prefixes, decimal unless `binary` is asked for; a ratio as a
    percentage unless it is `plain`, a count or factor. What has no end is `never`.
    """
    if not base.is_finite():
        return "never"
    units = dict(dimension)
    per_second = units.get("s") == -1
    currency = next((name for name in units if name in CURRENCIES), None)
    if not units:
        return digits(base) if plain else f"{digits(base * 100)} %"
    if dimension == (("s", 1),):
        return duration_text(base)
    if units == {"s": -1}:
        return f"{digits(base * MONTH * 100)} %/month"
    if units in ({"B": 1}, {"B": 1, "s": -1}):
        size, period = (base * DAY, "/d") if per_second else (base, "")
        return bytes_text(size, binary=binary) + period
    if currency is not None and units in ({currency: 1}, {currency: 1, "s": -1}):
        money, period = (base * MONTH, "/month") if per_second else (base, "")
        return f"{digits(money, money=True)} {currency}{period}"
    return f"{digits(base)} {dimension_text(dimension)}"


def duration_text(seconds: Decimal) -> str:
    """Write a duration: seconds below 2 min, minutes below 2 h, hours below 100 h, then days."""
    size = abs(seconds)
    if size < 120:
        return f"{digits(seconds)} s"
    if size < 2 * HOUR:
        return f"{digits(seconds / MINUTE)} min"
    if size < 100 * HOUR:
        return f"{digits(seconds / HOUR)} h"
    return f"{digits(seconds / DAY)} d"


def bytes_text(size: Decimal, *, binary: bool = False) -> str:
    """Write a size in the largest unit of one family that keeps it at one or more."""
    for name in _BINARY_BYTES if binary else _DECIMAL_BYTES:
        factor = UNITS[name][0]
        if abs(size) >= factor or name == "B":
            return f"{digits(size / factor)} {name}"
    raise AssertionError("B fits every size")


def digits(number: Decimal, *, money: bool = False) -> str:
    """Write three significant digits, half rounded up, whole numbers whole, thousands separated by commas."""
    size = abs(number)
    whole = size == 0 or size >= 100 or (money and size >= 10)
    places = 0 if whole else min(2 - size.adjusted(), 8)
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
