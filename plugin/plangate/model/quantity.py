"""Quantities with units: a closed set of units, exact decimals, dimensions that are checked.

A month is 30 days and a year 365 days, GB is 10^9 bytes and GiB is 2^30: said on every page that shows a rate.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from plangate.model.currency import CURRENCIES
from plangate.model.unit import RATIO, UNITS, Dimension, meant, scale, unit_of

LARGEST = Decimal(10) ** 30
"""From here on a number is a slip of the keys; below it every formula has room for the smallest units of it."""
_LONGEST_NUMBER = 60

_NUMBER = r"-?(?:0|[1-9][0-9_]*)(?:\.[0-9]+)?"
_WRITTEN = re.compile(rf"({_NUMBER})\s*([A-Za-z%€$][^0-9]*)")
_ISO_DURATION = re.compile(r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_ISO_SECONDS = (604800, 86400, 3600, 60, 1)
_TRAPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[-+]?\d[\d_]*(\.\d+)?[eE][-+]?\d+.*"), "exponents are not read; write the number out"),
    (
        re.compile(r"\d+:\d{2}(:\d{2})?"),
        "a time of day or a YAML 1.1 base-60 number; write a duration such as `90 min` or `PT12H30M`",
    ),
    (re.compile(r"(?i)[-+]?\.?(inf|nan|infinity)"), "not a finite number"),
    (re.compile(r"(?i)yes|no|on|off|y|n|true|false"), "a word, not a number"),
    (re.compile(r"0\d+.*"), "a leading zero is read as octal by some tools; write the number without it"),
    (re.compile(r"0[xob][0-9a-fA-F]+.*"), "only decimal numbers are read"),
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, as written (`text`, `value`, `unit`) and in base units (`base`, `dimension`).

    Base units are s, B, rows, keys, requests, slots, credits, a currency and so on; a percentage has the base of a
    ratio (5 % is 0.05). Equality is that of meaning: `1 h` equals `60 min`.
    """

    base: Decimal
    dimension: Dimension
    value: Decimal
    unit: str
    text: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quantity) and (self.base, self.dimension) == (other.base, other.dimension)

    def __hash__(self) -> int:
        return hash((self.base, self.dimension))

    def __str__(self) -> str:
        return self.text

    def to(self, unit: str) -> Decimal:
        """Give the number in another unit of the same dimension; raises ValueError where the dimensions differ."""
        factor, dimension = unit_of(unit)
        if dimension != self.dimension:
            raise ValueError(f"`{self.text}` cannot be told in `{unit}`")
        return self.base / factor


def trap(text: str) -> str | None:
    """Say in words why a text that looks like a number is none (`1e3`, `12:30`, `yes`, `0123`, `.inf`), if so."""
    return next((reason for pattern, reason in _TRAPS if pattern.fullmatch(text.strip())), None)


@lru_cache(maxsize=65536)
def parse(text: str) -> Quantity:
    """Read `420 B`, `20000 rows/s`, `5 %/month` or `PT4H`.

    Raises PydanticCustomError of type GEN005 where the unit is missing or unknown and GEN008 where the number is one
    of the forms that YAML readers disagree about.
    """
    stripped = text.strip()
    if iso := _ISO_DURATION.fullmatch(stripped):
        seconds = sum(
            (Decimal(part) * size for part, size in zip(iso.groups(), _ISO_SECONDS, strict=True) if part), Decimal(0)
        )
        return Quantity(seconds, (("s", 1),), seconds, "s", stripped)
    if reason := trap(stripped):
        raise PydanticCustomError("GEN008", "`{observed}`: {reason}", {"observed": text, "reason": reason})
    written = _WRITTEN.fullmatch(stripped)
    if written is None:
        raise _no_unit(text)
    value, unit = Decimal(written[1].replace("_", "")), " ".join(written[2].split())
    if abs(value) >= LARGEST or len(written[1]) > _LONGEST_NUMBER:
        message = "`{observed}` has more than 30 digits; no plan needs them"
        raise PydanticCustomError("GEN008", message, {"observed": text})
    try:
        top, below, dimension = scale(unit)
    except KeyError:
        raise _unknown_unit(text, unit) from None
    return Quantity(value * top / below, dimension, value, unit, stripped)


def _no_unit(text: str) -> PydanticCustomError:
    if re.fullmatch(_NUMBER, text.strip()):
        return PydanticCustomError("GEN005", "`{observed}` has no unit", {"observed": text})
    return PydanticCustomError("GEN005", "`{observed}` is not a number with a unit", {"observed": text})


def _unknown_unit(text: str, unit: str) -> PydanticCustomError:
    name = next((name for name in re.split(r"[/ ]+", unit) if name and name not in UNITS), unit)
    if (told := meant(name)) is None:
        return PydanticCustomError("GEN005", "`{observed}`: `{name}` is not a unit", {"observed": text, "name": name})
    context = {"observed": text, "name": name, "meant": told}
    known = [unit for unit in re.findall(r"`([^`]+)`", told) if unit in UNITS]
    if known and name:
        context["expected"] = " or ".join(f"`{_with_unit(text, name, unit)}`" for unit in known)
    return PydanticCustomError("GEN005", "`{observed}`: `{name}` is not a unit; write {meant}", context)


def _with_unit(text: str, name: str, unit: str) -> str:
    """Write a quantity anew with a unit in place of a name that is none."""
    return re.sub(rf"(?<![A-Za-z_]){re.escape(name)}(?![A-Za-z_])", unit, text, count=1)


@dataclass(frozen=True, slots=True)
class Measures:
    """A field's kind of quantity: the dimensions that it takes, whether it may be negative or zero, and the most of it.

    A dimension may name `money`, which stands for any one currency, and `size`, which stands for any count of things.
    """

    what: str
    example: str
    dimensions: tuple[Dimension, ...] = ()
    takes: Callable[[Dimension], bool] | None = None
    signed: bool = False
    positive: bool = False
    most: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "type": "string",
            "description": f"{self.what}, for example `{self.example}`",
            "examples": [self.example],
        }

    def read(self, raw: object) -> Quantity:
        """Check a loaded scalar against this kind; raises PydanticCustomError (GEN005, GEN008)."""
        if isinstance(raw, Quantity):
            quantity = raw
        elif isinstance(raw, str):
            quantity = self._parsed(raw)
        else:
            raise self._refused(raw)
        fits = quantity.dimension in self.dimensions or (self.takes is not None and self.takes(quantity.dimension))
        if not fits:
            raise PydanticCustomError(
                "GEN005",
                "`{observed}` is not {what}; write for example `{example}`",
                {
                    "observed": quantity.text,
                    "what": self.what,
                    "example": self.example,
                    "expected": f"{self.what}, such as `{self.example}`",
                },
            )
        if quantity.base < 0 and not self.signed:
            raise PydanticCustomError(
                "GEN008",
                "`{observed}` is negative; write {what} of zero or more",
                {"observed": quantity.text, "what": self.what},
            )
        if quantity.dimension == _S and abs(quantity.base) > LONGEST:
            raise PydanticCustomError(
                "GEN008", "`{observed}` is longer than any plan; write at most 1000 yr", {"observed": quantity.text}
            )
        if self.positive and quantity.base == 0:
            raise PydanticCustomError("GEN008", "`{observed}` must be more than zero", {"observed": quantity.text})
        if self.most is not None and quantity.base > parse(self.most).base:
            raise PydanticCustomError(
                "GEN008",
                "`{observed}` is more than {what} can be here; write at most {most}",
                {"observed": quantity.text, "what": self.what, "most": self.most, "expected": f"at most {self.most}"},
            )
        return quantity

    def _parsed(self, text: str) -> Quantity:
        """Read a text; where nothing is known that was meant, say what stands in this field."""
        try:
            return parse(text)
        except PydanticCustomError as error:
            if error.context is None or "meant" in error.context or error.type != "GEN005":
                raise
            write = {"what": self.what, "example": self.example, "expected": f"{self.what}, such as `{self.example}`"}
            message = f"{error.message_template}; write {{what}}, for example `{{example}}`"
            raise PydanticCustomError("GEN005", message, error.context | write) from None

    def _refused(self, raw: object) -> PydanticCustomError:
        context = {
            "observed": str(raw).lower() if isinstance(raw, bool) else str(raw),
            "what": self.what,
            "example": self.example,
            "expected": f"{self.what}, such as `{self.example}`",
        }
        if isinstance(raw, bool):
            return PydanticCustomError("GEN008", "`{observed}` is not {what}; write for example `{example}`", context)
        if isinstance(raw, int | Decimal):
            written = f"{raw} {self.example.partition(' ')[2]}".strip()
            context |= {"example": written, "expected": f"a unit, such as `{written}`"}
            return PydanticCustomError("GEN005", "`{observed}` has no unit; write for example `{example}`", context)
        context["observed"] = "nothing" if raw is None else "a list" if isinstance(raw, list) else "a mapping"
        return PydanticCustomError(
            "GEN005", "{observed} stands where {what} belongs; write for example `{example}`", context
        )


def raise_unless_in_order(**quantities: Quantity | None) -> None:
    """Refuse quantities of which a later one is less than one before it; raises PydanticCustomError (GEN008)."""
    stated = [(name, quantity) for name, quantity in quantities.items() if quantity is not None]
    for (name, low), (other, high) in pairwise(stated):
        if low.base > high.base:
            raise PydanticCustomError(
                "GEN008",
                "`{name}` {observed} is more than `{other}` {high}",
                {"name": name, "observed": low.text, "other": other, "high": high.text, "expected": f"at most {high}"},
            )


def _is_money(dimension: Dimension, over: Dimension | None = None) -> bool:
    currency = [(base, power) for base, power in dimension if base in CURRENCIES]
    rest = tuple(entry for entry in dimension if entry[0] not in CURRENCIES)
    return len(currency) == 1 and currency[0][1] == 1 and (over is None or rest == over)


LONGEST = 1000 * Decimal(365 * 86400)
"""A thousand years, in seconds: no calendar has room for much more."""

_S: Dimension = (("s", 1),)
_PER_S: Dimension = (("s", -1),)
_B: Dimension = (("B", 1),)
_ROWS: Dimension = (("rows", 1),)

Duration = Annotated[Quantity, Measures("a duration", "15 min", (_S,))]
PositiveDuration = Annotated[Quantity, Measures("a duration", "15 min", (_S,), positive=True)]
Horizon = Annotated[Quantity, Measures("a horizon", "24 month", (_S,), positive=True, most="20 yr")]
"""Every month to the horizon is computed, and nobody knows prices in twenty years."""
Offset = Annotated[Quantity, Measures("a duration before (-) or after", "-72 h", (_S,), signed=True)]
Bytes = Annotated[Quantity, Measures("a size in bytes", "420 B", (_B,))]
PositiveBytes = Annotated[Quantity, Measures("a size in bytes", "420 B", (_B,), positive=True)]
ByteRate = Annotated[Quantity, Measures("bytes per time", "200 MB/s", ((("B", 1), ("s", -1)),), positive=True)]
PositiveRows = Annotated[Quantity, Measures("a number of rows", "1000 rows", (_ROWS,), positive=True)]
Rows = Annotated[Quantity, Measures("a number of rows", "61_000_000 rows", (_ROWS,))]
RowRate = Annotated[Quantity, Measures("rows per time", "2_400_000 rows/d", ((("rows", 1), ("s", -1)),))]
PositiveRowRate = Annotated[
    Quantity, Measures("rows per time", "20000 rows/s", ((("rows", 1), ("s", -1)),), positive=True)
]
RequestRate = Annotated[
    Quantity, Measures("requests per time", "5 requests/s", ((("requests", 1), ("s", -1)),), positive=True)
]
Keys = Annotated[Quantity, Measures("a number of keys", "50_000_000 keys", ((("keys", 1),),))]
Percent = Annotated[Quantity, Measures("a percentage", "99.5 %", (RATIO,))]
Share = Annotated[Quantity, Measures("a share", "99.5 %", (RATIO,), most="100 %")]
PositivePercent = Annotated[Quantity, Measures("a percentage", "99.5 %", (RATIO,), positive=True)]
SignedPercent = Annotated[Quantity, Measures("a percentage", "-10 %", (RATIO,), signed=True)]
Growth = Annotated[Quantity, Measures("a growth per time", "5 %/month", (_PER_S,), signed=True)]
Money = Annotated[Quantity, Measures("an amount of money", "4000 EUR", takes=lambda d: _is_money(d, ()))]
MoneyRate = Annotated[Quantity, Measures("money per time", "4000 EUR/month", takes=lambda d: _is_money(d, _PER_S))]
UnitPrice = Annotated[Quantity, Measures("a price per unit", "6 EUR/TiB", takes=_is_money)]
AnyQuantity = Annotated[Quantity, Measures("a quantity with a unit", "380 TiB/month", takes=lambda _: True)]
PositiveQuantity = Annotated[
    Quantity, Measures("a quantity with a unit", "380 TiB/month", takes=lambda _: True, positive=True)
]
SignedQuantity = Annotated[Quantity, Measures("a quantity with a unit", "99.9 %", takes=lambda _: True, signed=True)]
