"""Computed facts as plain data: numbers in base units beside their text, with the formula and what was put in.

The same data is written for people, a line per value.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from pydantic import BaseModel

from plangate.analysis.computed import Computed, Input
from plangate.model.estimate import Estimate
from plangate.model.problem import path_text
from plangate.model.quantity import Quantity
from plangate.model.unit import dimension_text
from plangate.reports.lines import line

_NAMES = ("id", "dataset", "name", "driver", "pipeline")
_NUMBER = frozenset({"value", "unit", "text"})
_EVERY = 6
"""Every so many months a series is told to people."""


def plain(value: object) -> Any:
    """Turn facts into what JSON can say; an element of the plan is named by its id, dataset or name.

    A quantity is `{value, unit, text}` with the value in base units (null for never). A computed one also has its
    `formula`, its `inputs`, computed ones in the same way, and `work`: the formula with the numbers put in; the many
    parts of a sum and the like have no inputs, as each is told somewhere by itself. What the plan says has `at`, gate
    and path. `low` and `high` are there where they differ.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Computed):
        return {**_cases(value), "formula": value.formula, "inputs": _inputs(value), "work": value.work}
    if isinstance(value, Input):
        if value.of is not None:
            return plain(value.of)
        place = {"at": f"{value.gate}: {path_text(value.path)}"} if value.gate else {}
        return _cases(value) | place | ({"basis": value.basis} if value.basis else {})
    if isinstance(value, Quantity):
        return number(value)
    if isinstance(value, Estimate):
        return {name: plain(case) for name, case in zip(("low", "base", "high"), value.cases, strict=True)}
    if isinstance(value, Decimal | float):
        return amount(Decimal(value))
    if isinstance(value, date):
        return value.isoformat()
    return _holder(value)


def bare(value: Computed | Input | None) -> dict[str, Any] | None:
    """Give a number without what it rests on: one of a series, say."""
    return None if value is None else _cases(value)


def _cases(value: Computed | Input) -> dict[str, Any]:
    spread = value.low.base != value.high.base
    return number(value.value) | ({"low": number(value.low), "high": number(value.high)} if spread else {})


def _inputs(value: Computed) -> dict[str, Any]:
    """Give the inputs by name; of several with one name the later ones are numbered."""
    found: dict[str, Any] = {}
    for entry in value.inputs:
        count = sum(name == entry.name or name.startswith(f"{entry.name} (") for name in found)
        part = entry.of is not None and entry.parameter is not None
        found[f"{entry.name} ({count + 1})" if count else entry.name] = (
            {**_cases(entry), "formula": entry.of.formula} if part and entry.of else plain(entry)
        )
    return found


def number(quantity: Quantity) -> dict[str, Any]:
    """Give a quantity in base units beside its text."""
    unit = dimension_text(quantity.dimension) if quantity.dimension else "1"
    return {"value": amount(quantity.base), "unit": unit, "text": quantity.text}


def amount(value: Decimal) -> int | float | None:
    """Give a number as JSON knows it: whole where it is whole, else with twelve significant digits; null for never."""
    if not value.is_finite():
        return None
    if value == value.to_integral_value():
        return int(value)
    return float(f"{value:.12g}")


def rows(data: Any, name: str, depth: int = 0) -> Iterator[str]:
    """Write plain data for people: a line per value, numbers as their text with the work behind, small things on one
    line, of a series go-live, every sixth month and the last. What is not known is left out.
    """
    lead = "  " * depth + "- "
    if isinstance(data, dict) and not _is_number(data):
        shown = {key: value for key, value in data.items() if value is not None and value != name}
        if shown and depth > 1 and not any(isinstance(value, dict | list) for value in shown.values()):
            yield line(lead, f"{name}: {'; '.join(f'{key} {_shown(value)}' for key, value in shown.items())}")
            return
        yield line(lead, f"{name}:" if shown else f"{name}: nothing")
        for key, value in shown.items():
            yield from rows(value, key, depth + 1)
    elif isinstance(data, list) and any(isinstance(item, dict | list) and not _is_number(item) for item in data):
        if all(isinstance(item, dict) and "month" in item for item in data):
            yield from (line(lead, f"{told}") for told in _series(data))
            return
        yield line(lead, f"{name}:")
        for position, item in enumerate(data, start=1):
            yield from rows(item, _title(item, position), depth + 1)
    else:
        yield line(lead, f"{name}: {_shown(data)}")


def _series(points: list[dict[str, Any]]) -> Iterator[str]:
    """Tell series in a line each: those of its points that people want to see."""
    picked = [point for point in points if point["month"] % _EVERY == 0 or point is points[-1]]
    for key in (key for key in points[0] if key != "month"):
        told = ((point["month"], point[key]["text"]) for point in picked if point[key] is not None)
        said = ", ".join(f"{text} {f'in month {month}' if month else 'at go-live'}" for month, text in told)
        if said:
            yield f"{key} by month: {said}"


def _is_number(data: object) -> bool:
    return isinstance(data, dict) and data.keys() >= _NUMBER


def _title(item: object, position: int) -> str:
    if isinstance(item, dict):
        for key in ("id", "step", "dataset", "line", "name", "path", "text"):
            if isinstance(item.get(key), str):
                return str(item[key])
    return str(position)


def _shown(data: Any) -> str:
    if data is None:
        return "not known"
    if isinstance(data, bool):
        return "yes" if data else "no"
    if isinstance(data, list):
        return ", ".join(_shown(item) for item in data) or "none"
    if isinstance(data, dict):
        cases = f" ({data['low']['text']} – {data['high']['text']})" if "low" in data else ""
        origin = f"  ({data['at']})" if "at" in data else ""
        behind = f" = {data['work']}  ({data['formula']})" if "work" in data else origin
        return f"{data['text']}{cases}{behind}"
    return str(data)


def _holder(value: object) -> Any:
    if isinstance(value, BaseModel):
        named = next((found for name in _NAMES if (found := getattr(value, name, None)) is not None), None)
        return str(named) if named is not None else {k: plain(v) for k, v in _set_fields(value).items()}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, Struct):
        return {name: _part(name, part) for name, part in asdict(value).items() if name != "index"}
    return str(value)


def _part(name: str, value: object) -> Any:
    """A place of the plan is written as people do; everything else as what it is."""
    return path_text(value) if name == "path" and isinstance(value, tuple) else plain(value)


def _set_fields(value: BaseModel) -> dict[str, object]:
    shown = {}
    for name, info in type(value).model_fields.items():
        if name in value.model_fields_set:
            shown[info.alias or name] = getattr(value, name)
    return shown
