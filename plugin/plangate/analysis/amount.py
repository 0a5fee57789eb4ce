"""Computed quantities: exact in base units, rounded only where people read them."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

from msgspec import Struct

from plangate.model.currency import CURRENCIES
from plangate.model.quantity import Quantity
from plangate.model.unit import UNITS, Dimension, dimension_text, unit_of

MINUTE, HOUR, DAY, MONTH = Decimal(60), Decimal(3600), Decimal(86400), Decimal(2592000)

_SETTLED = Context(prec=24)
_LONG = Context(prec=400)
"""Room for every number that a plan can write, in the smallest unit."""
_put = object.__setattr__

NUMBER = "number"
"""The unit of counts and factors, which people write plain; other ratios (unit `1`) they write as percentages."""


def settled(number: Decimal) -> Decimal:
    """Round a number to 24 of its 28 digits, so that two that differ by rounding alone are equal.

    A row a day has no exact share of a second: three of them divided by one are not three before.
    """
    return _SETTLED.plus(number)


def rounded(number: Decimal, step: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    """Round a number to a step, a power of ten, also where it has more than 28 digits of it."""
    return number.quantize(step, rounding, _LONG)


def above(number: Decimal, limit: Decimal) -> bool:
    """Tell whether a number is above another, by more than rounding."""
    return settled(number) > settled(limit)


def dimension_of(unit: str) -> Dimension:
    """Give the dimension of a unit text; `1` is a ratio and `number` a count or factor."""
    return unit_of(unit)[1] if unit not in {"1", NUMBER} else ()


def amount(base: Decimal, dimension: Dimension, *, binary: bool = False, plain: bool = False) -> Quantity:
    """Make a quantity of a computed number in base units, with a text that people read."""
    return _Amount(base, dimension, binary, plain)


class _Amount(Quantity):
    """A quantity that is put into words only where somebody reads them: most computed numbers are only compared."""

    __slots__ = ("_binary", "_plain")
    _binary: bool
    _plain: bool

    def __init__(self, base: Decimal, dimension: Dimension, binary: bool, plain: bool) -> None:
        _put(self, "base", base)
        _put(self, "dimension", dimension)
        _put(self, "value", base)
        _put(self, "_binary", binary)
        _put(self, "_plain", plain)

    @property
    def text(self) -> str:
        """The number as people read it."""
        return display(self.base, self.dimension, binary=self._binary, plain=self._plain)

    @property
    def unit(self) -> str:
        """The unit of the base."""
        return "" if self._plain else dimension_text(self.dimension)

    def __reduce__(self) -> tuple[type[Quantity], tuple[Any, ...]]:
        return Quantity, (self.base, self.dimension, self.value, self.unit, self.text)


class Style(Struct, frozen=True):
    """How numbers of a dimension are written: times `factor`, in the first of `steps` whose least size they reach.

    A step is the least size, the size of the unit, and the unit; `money` is written whole from 10 on.
    """

    factor: Decimal
    steps: tuple[tuple[Decimal, Decimal, str], ...]
    money: bool = False

    def text(self, base: Decimal) -> str:
        """Write a number in base units; what has no end is `never`."""
        if not base.is_finite():
            return "never"
        number = base * self.factor
        size, unit = next((size, unit) for least, size, unit in self.steps if abs(number) >= least)
        return f"{digits(number / size, money=self.money)} {unit}".rstrip()


_ONE = Decimal(1)
_PERCENT = Decimal(100)
_DECIMAL_BYTES = ("PB", "TB", "GB", "MB", "kB")
_BINARY_BYTES = ("PiB", "TiB", "GiB", "MiB", "KiB")
_DURATION = Style(
    _ONE, ((100 * HOUR, DAY, "d"), (2 * HOUR, HOUR, "h"), (2 * MINUTE, MINUTE, "min"), (Decimal(0), _ONE, "s"))
)

_BILLED: Mapping[Dimension, Style] = {
    (("DBU", 1), ("s", -1)): Style(MONTH, ((Decimal(0), _ONE, "DBU/month"),)),
    (("credits", 1), ("s", -1)): Style(MONTH, ((Decimal(0), _ONE, "credits/month"),)),
    (("RPU", 1), ("s", 1)): Style(_ONE, ((Decimal(0), HOUR, "RPU h"),)),
}
"""What is billed in a unit of its own for a time."""


@lru_cache(maxsize=1024)
def style(dimension: Dimension, *, binary: bool = False, plain: bool = False) -> Style:
    """Give how numbers of a dimension are written, which is all that a page needs to write them anew.

    Durations in seconds below 2 min, minutes below 2 h, hours below 100 h, then days; sizes in one family of prefixes,
    decimal unless `binary` is asked for; credits and DBU by the month; a ratio as a percentage unless it is `plain`, a
    count or factor.
    """
    units = dict(dimension)
    per_second = units.get("s") == -1
    currency = next((name for name in units if name in CURRENCIES), None)
    if not units:
        return _one("") if plain else _one("%", _PERCENT)
    if dimension == (("s", 1),):
        return _DURATION
    if units == {"s": -1}:
        return _one("%/month", MONTH * _PERCENT)
    if units in ({"B": 1}, {"B": 1, "s": -1}):
        return _sizes("/d" if per_second else "", DAY if per_second else _ONE, _ONE, binary=binary)
    if units == {"B": 1, "s": 1}:
        return _sizes(" month", _ONE, MONTH, binary=binary)
    if dimension in _BILLED:
        return _BILLED[dimension]
    if currency is not None and units in ({currency: 1}, {currency: 1, "s": -1}):
        return _one(f"{currency}/month", MONTH, money=True) if per_second else _one(currency, money=True)
    return _one(dimension_text(dimension))


def _sizes(period: str, factor: Decimal, time: Decimal, *, binary: bool) -> Style:
    names = _BINARY_BYTES if binary else _DECIMAL_BYTES
    steps = ((UNITS[name][0] * time, UNITS[name][0] * time, name + period) for name in names)
    return Style(factor, (*steps, (Decimal(0), time, "B" + period)))


def _one(unit: str, factor: Decimal = _ONE, *, money: bool = False) -> Style:
    return Style(factor, ((Decimal(0), _ONE, unit),), money)


def display(base: Decimal, dimension: Dimension, *, binary: bool = False, plain: bool = False) -> str:
    """Write a number in base units as people do: `19.3 h`, `2.7 TB`, `833 rows/s`, `1,750 EUR/month`, `75.8 %`.

    Three significant digits; see `style` for the units.
    """
    return style(dimension, binary=binary, plain=plain).text(base)


def duration_text(seconds: Decimal) -> str:
    """Write a duration: `90 s`, `25 min`, `19.3 h`, `10.9 d`."""
    return _DURATION.text(seconds)


def digits(number: Decimal, *, money: bool = False) -> str:
    """Write three significant digits, half rounded up, whole numbers whole, thousands separated by commas."""
    size = abs(number)
    whole = size == 0 or size >= 100 or (money and size >= 10)
    places = 0 if whole else min(2 - size.adjusted(), 8)
    text = f"{rounded(number, Decimal(1).scaleb(-places)):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def no_less(number: Quantity, like: Quantity) -> str:
    """Write the least number that a plan can put in place of another one, in its unit: rounded up, `1_200 rows/h`."""
    return _typed(number, like, ROUND_CEILING)


def no_more(number: Quantity, like: Quantity) -> str:
    """Write the greatest number that a plan can put in place of another one, in its unit: rounded down."""
    return _typed(number, like, ROUND_FLOOR)


def _typed(number: Quantity, like: Quantity, rounding: str) -> str:
    """Write three significant digits, whole from 100 on, as a plan is typed; ISO durations get a unit of people."""
    unit = like.unit
    if like.text.startswith("P"):
        unit = next(name for least, _, name in _DURATION.steps if number.base >= least)
    value = settled(number.to(unit) if unit else number.base)
    places = 0 if value == 0 or abs(value) >= 100 else min(2 - value.adjusted(), 8)
    text = f"{rounded(value, Decimal(1).scaleb(-places), rounding):,f}".replace(",", "_")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} {unit}".rstrip()


def alike(number: Quantity, like: Quantity) -> str:
    """Write a number in the unit of another one, so that they can be compared; rounding never makes them look equal."""
    if like.text.startswith("P"):
        return number.text
    shown = f"{digits(number.to(like.unit))} {like.unit}"
    if shown == f"{digits(like.value)} {like.unit}" and number != like:
        return f"just {'over' if number.base > like.base else 'under'} {shown}"
    return shown


def beside(number: Quantity, limit: Quantity) -> str:
    """Write a number next to its limit, each in its own unit; rounding never makes them look equal."""
    if str(number) == str(limit) and settled(number.base) != settled(limit.base):
        return f"just {'over' if number.base > limit.base else 'under'} {number}"
    return str(number)
