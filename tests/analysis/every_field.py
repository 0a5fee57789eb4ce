"""Gates with every field filled, made from the models: two fillings of one shape differ in every value.

Where a field takes several forms, `arm` says which of them is used.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from plangate.model.bound import Bound
from plangate.model.cutover import PointOfNoReturn
from plangate.model.problem import Path
from plangate.model.quantity import Measures, Quantity
from plangate.model.reference import Ref
from plangate.reading.plan import GATES

_BY_VALIDATOR: dict[str, Callable[[int], Any]] = {
    "_zone_name": lambda salt: ("Europe/Berlin", "UTC", "Europe/Paris", "Asia/Tokyo")[salt % 4],
    "_clock": lambda salt: f"{salt % 24:02d}:30",
    "_cron": lambda salt: f"{salt} 3 * * *",
    "_day": lambda salt: f"2026-01-{salt + 1:02d}",
    "_instant": lambda salt: f"2026-02-{salt + 1:02d}T10:00:00+00:00",
    "_flag": lambda salt: salt % 2 == 0,
    "_whole": lambda salt: salt + 1,
    "_attempts": lambda salt: salt + 1,
    "_count": lambda salt: salt + 1,
    "_factor": lambda salt: salt + 1,
    "_code": lambda salt: ("EUR", "USD", "GBP", "CHF")[salt % 4],
    "_http_url": lambda salt: f"https://wiki.example/{salt}",
    "_semver": lambda salt: f"1.{salt}.0",
}
_LATER = {"delay_p95": 40, "delay_p99": 80, "total": 40}
"""By how much more a field says than the one before it, which it may not fall short of."""
_REFS = {"dataset": "mart.table_{}", "column": "mart.table_{}#total", "plan": "plan-{}"}


def model_of(gate: str) -> type[BaseModel]:
    """Give the class of a gate."""
    module, name = GATES[gate]
    model: type[BaseModel] = getattr(import_module(module), name)
    return model


def models_below(annotation: Any) -> Iterator[type[BaseModel]]:
    """Give every model that a type reaches, itself included; one may come several times, none within itself."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for info in annotation.model_fields.values():
            yield from models_below(info.annotation)
        return
    for inner in get_args(annotation) if get_origin(annotation) is not Literal else ():
        yield from models_below(inner)


def written(value: Any) -> Iterator[tuple[type[BaseModel], str]]:
    """Give every field that somebody wrote, in a typed value and all below it."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield type(value), info.alias or name
            yield from written(getattr(value, name))
    elif isinstance(value, tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from written(item)


def filled(model: type[BaseModel], salt: int, arm: int = 0) -> dict[str, Any]:
    """Fill every field of a model with plain YAML values; another salt gives other values of the same shape."""
    found = {
        info.alias or name: _value(info.annotation, tuple(info.metadata), info.alias or name, salt, arm)
        for name, info in model.model_fields.items()
    }
    if model is PointOfNoReturn:  # it names a step, or says why there is none
        return {"none": found["none"]} if arm else {"after": found["after"], "why": found["why"]}
    return found


def _value(annotation: Any, marks: tuple[Any, ...], name: str, salt: int, arm: int) -> Any:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _value(inner, (*more, *marks), name, salt, arm)
    if origin in {Union, UnionType}:
        arms = [one for one in get_args(annotation) if one is not NoneType]
        return _value(arms[arm % len(arms)], marks, name, salt, arm)
    if origin is Literal:
        words = get_args(annotation)
        return words[salt % len(words)]
    if origin is tuple:
        item = get_args(annotation)[0]
        return [_value(item, marks, name, salt + 10 * nth, arm) for nth in range(2)]
    if origin is dict:
        key, item = get_args(annotation)
        return {_value(key, (), name, 1, arm): _value(item, marks, name, salt, arm)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return filled(annotation, salt, arm)
    return _scalar(annotation, marks, name, salt)


def _scalar(annotation: Any, marks: tuple[Any, ...], name: str, salt: int) -> Any:
    for mark in marks:
        if isinstance(mark, Measures):
            digits, _, unit = mark.example.partition(" ")
            if mark.signed:
                return f"{float(digits.replace('_', '')) - salt:g} {unit}"
            return f"{salt + 1 + _LATER.get(name, 0)} {unit}"
        if isinstance(mark, Ref):
            return _REFS.get(mark.kinds[0], "name_{}").format(salt)
        function = getattr(getattr(mark, "func", None), "__name__", "")
        if function in _BY_VALIDATOR:
            late = function == "_instant" and name == "end"
            return str(_BY_VALIDATOR[function](salt)).replace("-02-", "-07-") if late else _BY_VALIDATOR[function](salt)
        if type(mark).__name__ == "_Shape":
            return _REFS.get(mark.kind or "", "name_{}").format(salt)
    if annotation is Bound:
        return f"<= {salt} rows"
    assert annotation is not Quantity
    assert annotation is str, (annotation, marks)
    return f"Text {salt} of {name}"


def scalars(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Give every scalar of plain data with its path."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from scalars(item, (*path, key))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from scalars(item, (*path, place))
    else:
        yield path, value
