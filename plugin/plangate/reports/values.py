"""Computed facts as plain data: numbers in base units beside their text, with the formula and what was put in."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from plangate.analysis.formulas import Computed
from plangate.model.estimate import Estimate
from plangate.model.quantity import Quantity, dimension_text
from plangate.reports.lines import line

_NAMES = ("id", "dataset", "name", "driver", "pipeline")
_NUMBER = frozenset({"value", "unit", "text"})


def plain(value: object) -> Any:
    """Turn facts into what JSON can say; an element of the plan is named by its id, dataset or name.

    A quantity is `{value, unit, text}` with the value in base units; a computed one also has `formula` and `inputs`.
    """
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Computed):
        inputs = {item.name: plain(item.value) for item in value.inputs}
        return {**number(value.value), "formula": value.formula, "inputs": inputs}
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


def amount(value: Decimal) -> int | float:
    """Give a number as JSON knows it: whole where it is whole, else with twelve significant digits."""
    if value == value.to_integral_value():
        return int(value)
    return float(f"{value:.12g}")


def rows(data: Any, name: str, depth: int = 0) -> Iterator[str]:
    """Write plain data for people: one line per value, numbers as their text with the formula behind."""
    lead = "  " * depth + "- "
    if isinstance(data, dict) and not data.keys() >= _NUMBER:
        yield line(lead, f"{name}:" if data else f"{name}: nothing")
        for key, value in data.items():
            yield from rows(value, key, depth + 1)
    elif isinstance(data, list) and any(isinstance(item, dict | list) for item in data):
        yield line(lead, f"{name}:")
        for position, item in enumerate(data, start=1):
            yield from rows(item, _title(item, position), depth + 1)
    else:
        yield line(lead, f"{name}: {_shown(data)}")


def _title(item: object, position: int) -> str:
    if isinstance(item, dict):
        for key in ("id", "step", "line", "workload", "dataset", "name", "path", "text", "risk"):
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
        formula = data.get("formula")
        return f"{data['text']}  ({formula}: {inputs})" if formula else str(data["text"])
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
        return {item.name: plain(getattr(value, item.name)) for item in fields(value) if not item.name.startswith("_")}
    return str(value)


def _set_fields(value: BaseModel) -> dict[str, object]:
    shown = {}
    for name, info in type(value).model_fields.items():
        if name in value.model_fields_set:
            shown[info.alias or name] = getattr(value, name)
    return shown
