"""Computed facts as plain data: numbers in base units beside their text, with the formula and what was put in."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from plangate.analysis.computed import Computed, Input
from plangate.model.estimate import Estimate
from plangate.model.problem import path_text
from plangate.model.quantity import Quantity, dimension_text
from plangate.reports.lines import line

_NAMES = ("id", "dataset", "name", "driver", "pipeline")
_NUMBER = frozenset({"value", "unit", "text"})


def plain(value: object) -> Any:
    """Turn facts into what JSON can say; an element of the plan is named by its id, dataset or name.

    A quantity is `{value, unit, text}` with the value in base units (null for never); a computed one also has `formula`
    and `inputs`, and `low` and `high` where they differ.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Computed):
        inputs = {item.name: plain(item.value) for item in value.inputs}
        cases = {"low": amount(value.low.base), "high": amount(value.high.base)} if value.spread else {}
        return {**number(value.value), **cases, "formula": value.formula, "inputs": inputs}
    if isinstance(value, Input):
        return number(value.value) | ({"at": f"{value.gate}: {path_text(value.path)}"} if value.gate else {})
    if isinstance(value, Quantity):
        return number(value)
    if isinstance(value, Estimate):
        return {name: plain(case) for name, case in zip(("low", "base", "high"), value.cases, strict=True)}
    if isinstance(value, Decimal | float):
        return amount(Decimal(value))
    if isinstance(value, date):
        return value.isoformat()
    return _holder(value)


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
    """Write plain data for people: a line per value, numbers as their text with the formula behind, small things on one
    line. What is not known is left out.
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
        yield line(lead, f"{name}:")
        for position, item in enumerate(data, start=1):
            yield from rows(item, _title(item, position), depth + 1)
    else:
        yield line(lead, f"{name}: {_shown(data)}")


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
        inputs = ", ".join(f"{key} {value['text']}" for key, value in data.get("inputs", {}).items())
        behind = f"{data['formula']}: {inputs}" if inputs else data.get("at") or data.get("formula")
        return f"{data['text']}  ({behind})" if behind else str(data["text"])
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
    if is_dataclass(value):
        return {
            item.name: _part(item.name, getattr(value, item.name)) for item in fields(value) if item.name != "index"
        }
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
