"""A plan as plain data, as an organisation's own rules see it: mappings, lists, texts, numbers in base units.

A quantity is `{value, unit, text}` with the value in base units, an estimate has `low`, `base` and `high`, dates and
times are texts of ISO 8601. What a plan does not state is not there. Every mapping has its own place, gate
and path, under `_path`.
"""

from collections.abc import Mapping, Set
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from plangate.model.estimate import Estimate
from plangate.model.plan import Header, Plan
from plangate.model.problem import HEADER
from plangate.model.problem import Path as PlanPath
from plangate.model.quantity import Quantity
from plangate.model.unit import dimension_text

PATH = "_path"
_LARGEST = 2**63 - 1
_DEEPEST = 8
_DAY, _TIME = "2026-01-01", "2026-01-01T00:00:00Z"


class PlainPlan:
    """The data of a plan, and the mapping that each part of a gate has become.

    Where `fields` are given, gates that are not among them are left out, and so are fields of a gate, and of entries of
    its lists, that are not among those given for it (None for all).
    """

    def __init__(self, plan: Plan, fields: Mapping[str, Mapping[str, Set[str] | None] | None] | None = None) -> None:
        self.parts: dict[tuple[str, PlanPath], dict[str, Any]] = {}
        self.data: dict[str, Any] = {**self._part(HEADER, plan.header, ()), "id": plan.id}
        for gate, content in plan.gates.items():
            if fields is None or gate in fields:
                self.data[gate] = self._part(gate, content, (), None if fields is None else fields[gate])
        for (gate, path), value in plan.extensions.items():
            holder = self.parts.get((gate, path[:-1]))
            if holder is not None and isinstance(path[-1], str):
                holder[path[-1]] = self._plain(gate, value, path)

    def _part(
        self, gate: str, part: BaseModel, path: PlanPath, only: Mapping[str, Set[str] | None] | None = None
    ) -> dict[str, Any]:
        found: dict[str, Any] = {PATH: [gate, *path]}
        if isinstance(part, Estimate):
            found |= {
                name: self._plain(gate, v, path) for name, v in zip(("low", "base", "high"), part.cases, strict=True)
            }
        for attribute, name in _names(type(part)):
            value = getattr(part, attribute)
            if value is not None and name not in found and (only is None or name in only):
                found[name] = self._plain(gate, value, (*path, name), only[name] if only is not None else None)
        self.parts[gate, path] = found
        return found

    def _plain(self, gate: str, value: Any, path: PlanPath, only: Set[str] | None = None) -> Any:
        if isinstance(value, BaseModel):
            return self._part(gate, value, path, None if only is None else dict.fromkeys(only))
        if isinstance(value, Mapping):
            return {str(key): self._plain(gate, item, (*path, str(key))) for key, item in value.items()}
        if isinstance(value, tuple | list):
            return [self._plain(gate, item, (*path, index), only) for index, item in enumerate(value)]
        return _scalar(value)


@cache
def _names(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    return tuple((attribute, info.alias or attribute) for attribute, info in model.model_fields.items())


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else float(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Quantity):
        unit = dimension_text(value.dimension) if value.dimension else "1"
        return {"value": float(value.base), "unit": unit, "text": value.text}
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def example(models: tuple[tuple[str, type[BaseModel]], ...], last: bool) -> dict[str, Any]:
    """Give a plan that states everything once, with made-up values of the right kinds, to try an expression on.

    Where a field takes several kinds of value it has the first of them, or the `last`. `models` are the gates.
    """
    found = {**_of(Header, (), last), "id": "x"}
    return found | {name: _of(model, (), last) for name, model in models}


def _of(annotation: Any, outer: tuple[type, ...], last: bool) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(arguments[0], outer, last)
    if origin is Literal:
        return arguments[-1 if last else 0]
    if origin in {Union, UnionType}:
        kinds = [argument for argument in arguments if argument is not NoneType]
        return _of(kinds[-1 if last else 0], outer, last)
    if origin in {tuple, list, frozenset, set}:
        return [_of(arguments[0], outer, last)] if arguments else []
    if origin in {dict, Mapping}:
        return {}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if len(outer) > _DEEPEST or outer.count(annotation) > 1:
            return {PATH: ["x"]}
        inner = (*outer, annotation)
        fields = annotation.model_fields.items()
        return {PATH: ["x"]} | {info.alias or name: _of(info.annotation, inner, last) for name, info in fields}
    return _KINDS.get(annotation, "x")


_KINDS: dict[Any, Any] = {
    bool: True,
    int: 1,
    float: 1.0,
    Decimal: 1.0,
    Quantity: {"value": 1.0, "unit": "s", "text": "1 s"},
    date: _DAY,
    datetime: _TIME,
}
