"""One unit for many numbers: of a column of a table, of an axis of a chart."""

from decimal import Decimal

from msgspec import Struct

from plangate.analysis.amount import digits, rounded, style
from plangate.model.unit import Dimension


class Scale(Struct, frozen=True):
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
        shown = rounded(number, Decimal("0.01"))
        return f"{shown:f}" if shown else "< 0.01" if number > 0 else "> -0.01"

    def told(self, base: Decimal) -> str:
        """Write a number of base units with the unit."""
        return f"{self.text(base)} {self.unit}".rstrip() if base.is_finite() else self.text(base)


def scale_of(dimension: Dimension, highest: Decimal, *, binary: bool = False, plain: bool = False) -> Scale:
    """Give the unit in which people tell the largest (`highest`, in base units) of many numbers of a dimension."""
    chosen = style(dimension, binary=binary, plain=plain)
    size, unit = next((size, unit) for least, size, unit in chosen.steps if abs(highest) * chosen.factor >= least)
    return Scale(unit, size / chosen.factor)
