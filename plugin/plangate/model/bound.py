"""Bounds that a measured value must keep: `<= 0 rows`, `>= 99.5 %`, `between 1 and 5 rows`."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from msgspec import Struct
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from plangate.model import quantity
from plangate.model.quantity import Quantity
from plangate.model.unit import RATIO

Operator = Literal["<=", ">=", "<", ">", "==", "!=", "between"]

_SIMPLE = re.compile(r"(<=|>=|==|!=|<|>|=|≤|≥)\s*(.+)")
_BETWEEN = re.compile(r"between\s+(.+?)\s+and\s+(.+)")
_SAME: dict[str, Operator] = {"=": "==", "≤": "<=", "≥": ">="}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9_]*)(?:\.[0-9]+)?")


class Bound(Struct, frozen=True):
    """An operator with the value (and for `between` the upper value) that a measurement is held against."""

    operator: Operator
    value: Quantity
    upper: Quantity | None = None

    def __str__(self) -> str:
        return f"between {self.value} and {self.upper}" if self.upper else f"{self.operator} {self.value}"


def parse(text: str) -> Bound:
    """Read `<= 0.1 %` or `between 1 rows and 5 rows`; raises PydanticCustomError (GEN005, GEN008)."""
    if between := _BETWEEN.fullmatch(text.strip()):
        low, high = _value(between[1]), _value(between[2])
        if low.dimension != high.dimension or low.base > high.base:
            raise _unread(text)
        return Bound("between", low, high)
    simple = _SIMPLE.fullmatch(text.strip())
    if simple is None:
        raise _unread(text)
    return Bound(_SAME.get(simple[1], simple[1]), _value(simple[2]))  # type: ignore[arg-type]


def _value(text: str) -> Quantity:
    if _NUMBER.fullmatch(text.strip()):
        number = Decimal(text.strip().replace("_", ""))
        return Quantity(number, RATIO, number, "", text.strip())
    return quantity.parse(text)


def _unread(text: object) -> PydanticCustomError:
    return PydanticCustomError(
        "GEN005",
        "`{observed}` is no bound; write an operator and a value, for example `<= 0.1 %`",
        {"observed": str(text)},
    )


class _Bounds:
    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": "an operator and a value", "examples": ["<= 0.1 %"]}

    def read(self, raw: object) -> Bound:
        if isinstance(raw, Bound):
            return raw
        if not isinstance(raw, str):
            raise _unread(raw)
        return parse(raw)


MustBe = Annotated[Bound, _Bounds()]
