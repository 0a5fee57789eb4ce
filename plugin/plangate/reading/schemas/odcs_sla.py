"""`slaProperties` of an ODCS contract in the words of a plan, and what is wrong with them."""

import re
from decimal import Decimal

from pydantic_core import PydanticCustomError

from plangate.model.contracts import ContractSla
from plangate.model.nearest import nearest
from plangate.model.problem import Path
from plangate.model.quantity import Quantity, parse
from plangate.model.service_level import PROPERTIES, SYNONYMS, UNITS
from plangate.model.unit import unit_of
from plangate.reading.schemas.source import Source, entries, text
from plangate.reading.yaml import shown

_WRITTEN = re.compile(r"(-?\d[\d_]*(?:\.\d+)?)\s*([A-Za-z%]*)")
_NAMES = {name.lower(): name for name in PROPERTIES} | {**SYNONYMS}


def read_sla(source: Source, listed: object) -> tuple[ContractSla | None, dict[str, str]]:
    """Read the properties; gives those that a plan has, in base units of its own, and the others as they stand."""
    fields: dict[str, Quantity] = {}
    others: dict[str, str] = {}
    named = {str(entry.get("property")).lower() for _, entry in entries(listed)}
    for at, entry in entries(listed):
        path: Path = ("slaProperties", at)
        written = text(entry.get("property"))
        if written is None:
            source.tell("GEN001", "A service level needs a `property`", path)
            continue
        name = _NAMES.get(written.lower())
        if written.lower() == "freshness":
            name, field = "freshness", "freshness"
        elif name is None:
            near = None if source.full or len(written) > 100 else nearest(written, PROPERTIES, limit=2)
            meant = f"did you mean {shown(near)}?" if near else "tools do not know what it measures"
            told = f"{shown(written)} is no service level of ODCS; {meant}"
            source.tell("GEN004", told, (*path, "property"), severity="warning", expected=", ".join(PROPERTIES))
            name, field = written, ""
        else:
            field = PROPERTIES[name] or ""
        if name == "latency" and ("freshness" in named or entry.get("id") == "latency"):
            field = "latency"
        value = _value(entry)
        if not field:
            others.setdefault(name, value)
            continue
        quantity = _quantity(source, entry, field, value, path)
        if quantity is not None and fields.setdefault(field, quantity) != quantity:
            told = f"{shown(written)} is promised twice, as {fields[field]} and as {quantity}; the first is taken"
            source.tell("GEN002", told, path, severity="warning")
    return (ContractSla.model_validate(fields) if fields else None), others


def _value(entry: dict[str, object]) -> str:
    return f"{text(entry.get('value')) or ''} {text(entry.get('unit')) or ''}".strip()


def _quantity(source: Source, entry: dict[str, object], field: str, value: str, path: Path) -> Quantity | None:
    """The promise as a quantity of a plan; None, and told, where it is none."""
    ratio = field == "availability"
    found = _WRITTEN.fullmatch(value)
    unit = UNITS.get(found[2].lower() if found else "")
    if found and found[2] == "" and ratio:
        unit = "%"
    try:
        quantity = parse(f"{found[1]} {unit}" if found and unit else value)
    except PydanticCustomError:
        told = f"{shown(value)} is no {'percentage' if ratio else 'duration'}"
        if found and found[2].lower() == "m":
            told = f"{shown(value)}: `m` is minutes to some tools and months to others"
        elif found and not found[2]:
            told = f"{shown(value)} has no unit"
        expected = "a value with unit percent" if ratio else "a value with unit min, h, d, month or y"
        source.tell("GEN005", told, (*path, "unit" if "unit" in entry else "value"), observed=value, expected=expected)
        return None
    wanted = unit_of("%" if ratio else "s")[1]
    if quantity.dimension != wanted or quantity.base < 0 or (ratio and quantity.base > Decimal(1)):
        what = "percentage from 0 to 100" if ratio else "duration"
        source.tell("GEN005", f"{shown(value)} is no {what}", (*path, "value"), observed=value)
        return None
    return quantity
