"""One unit for many numbers: of a column of a table, of an axis of a chart."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from plangate.analysis.amount import DAY, HOUR, MINUTE, MONTH, digits
from plangate.model.currency import CURRENCIES
from plangate.model.quantity import UNITS, Dimension, dimension_text

_DECIMAL_BYTES = ("PB", "TB", "GB", "MB", "kB", "B")
_BINARY_BYTES = ("PiB", "TiB", "GiB", "MiB", "KiB", "B")
_TIMES = (("d", DAY, 4 * DAY), ("h", HOUR, 2 * HOUR), ("min", MINUTE, 2 * MINUTE), ("s", Decimal(1), Decimal(0)))


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit and how many base units it is."""

    unit: str
    factor: Decimal = Decimal(1)

    def text(self, base: Decimal) -> str:
        """Write a number of base units in this unit, without the unit: three digits, at most two places.

        What is not zero and yet too small for that is `< 0.01`; what has no end is `never`.
        """
        if not base.is_finite():
            return "never"
        number = base / self.factor
        if abs(number) >= 1 or number == 0:
            return digits(number)
        rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{rounded:f}" if rounded else "< 0.01" if number > 0 else "> -0.01"

    def told(self, base: Decimal) -> str:
        """Write a number of base units with the unit."""
        return f"{self.text(base)} {self.unit}".rstrip() if base.is_finite() else self.text(base)


def scale_of(dimension: Dimension, highest: Decimal, *, binary: bool = False) -> Scale:
    """Give the unit in which people tell numbers of a dimension (base units) of which `highest` is the largest.

    Sizes are in one family of prefixes; rates of rows and bytes that are told by day elsewhere stay by second and by
    day; money per time is by month. Ratios and other things have their own unit.
    """
    units = dict(dimension)
    rate = units.pop("s", 0) == -1 and bool(units)
    if units == {"B": 1}:
        per_day = DAY if rate else Decimal(1)
        name = next(
            name
            for name in (_BINARY_BYTES if binary else _DECIMAL_BYTES)
            if abs(highest) * per_day >= UNITS[name][0] or name == "B"
        )
        return Scale(f"{name}/d" if rate else name, UNITS[name][0] / per_day)
    currency = next((name for name in units if name in CURRENCIES), None)
    if currency is not None and units == {currency: 1}:
        return Scale(f"{currency}/month", 1 / MONTH) if rate else Scale(currency)
    if dimension == (("s", 1),):
        unit, factor = next((unit, factor) for unit, factor, least in _TIMES if abs(highest) >= least)
        return Scale(unit, factor)
    return Scale("%", Decimal("0.01")) if not dimension else Scale(dimension_text(dimension))
