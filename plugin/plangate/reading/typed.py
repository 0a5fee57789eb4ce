"""Plain data to typed gates: every refused value becomes a problem and is left out, the rest is kept."""

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from plangate.model.nearest import nearest, synonym
from plangate.model.problem import Path, Problem, path_text
from plangate.model.text import shown

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS = 40  # each round removes at least one value; what is still wrong after so many is given up as a whole

_RULE = re.compile(r"[A-Z]{3}\d{3}")
_WORD = re.compile(r"\w[\w .#-]*")

_SHAPES = {
    "string_type": "text",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


@dataclass
class Typed(Generic[Model]):
    """A gate as far as it could be read, what was refused, and how positions in shortened lists map to the file."""

    value: Model | None
    problems: list[Problem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)
    kept: dict[Path, list[int]] = field(default_factory=dict)

    def origin(self, path: Path) -> Path:
        """Translate a path of the typed value into the path of the same thing in the file."""
        if not self.kept:
            return path
        original: Path = ()
        for part in path:
            positions = self.kept.get(original)
            known = positions is not None and isinstance(part, int) and part < len(positions)
            original = (*original, positions[part] if known else part)  # type: ignore[index]
        return original


def read(model: type[Model], gate: str, data: Mapping[str, object]) -> Typed[Model]:
    """Validate a mapping against a model; refused values are pruned until the rest fits."""
    typed: Typed[Model] = Typed(None)
    current: Any = data
    for _ in range(_ROUNDS):
        try:
            typed.value = model.model_validate(current)
        except ValidationError as error:
            if current is data:
                current = deepcopy(dict(data))
            _round(typed, model, gate, current, error.errors(include_url=False))
        else:
            break
    typed.problems = _causes(typed.problems)
    return typed


def _causes(problems: Iterable[Problem]) -> list[Problem]:
    """Drop what is missing only because the value that stood there was refused."""
    kept: list[Problem] = []
    for problem in problems:
        depth = len(problem.path)
        if problem.observed != "nothing" or not any(problem.path == earlier.path[:depth] for earlier in kept):
            kept.append(problem)
    return kept


def _round(typed: Typed[Model], model: type[Model], gate: str, data: Any, errors: Iterable[Any]) -> None:
    removals: set[Path] = set()
    for error in errors:
        path = _existing(data, error["loc"])
        missing = error["type"] == "missing"
        if error["type"] == "string_type" and isinstance(error["input"], bool):
            _set(data, path, "true" if error["input"] else "false")
            continue
        if path in removals:
            continue
        removals.add(path)
        if error["input"] is None and error["type"] in _SHAPES:  # `alerts: null` leaves the section open
            continue
        here = typed.origin(path)
        typed.broken.add(here)
        typed.problems.append(_problem(model, gate, here, path, error, missing=missing))
    for path in sorted(removals, key=_reading_order, reverse=True):
        _remove(typed, data, path)


def _reading_order(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((part, "") if isinstance(part, int) else (-1, part) for part in path)


def _existing(data: Any, loc: Iterable[str | int]) -> Path:
    path: Path = ()
    for part in loc:
        within = part in data if isinstance(data, dict) else isinstance(data, list) and part in range(len(data))
        if not within:
            break
        data = data[part]
        path = (*path, part)
    return path


def _set(data: Any, path: Path, value: object) -> None:
    for part in path[:-1]:
        data = data[part]
    data[path[-1]] = value


def _remove(typed: Typed[Model], data: Any, path: Path) -> None:
    if not path:
        data.clear()
        return
    for part in path[:-1]:
        data = data[part]
    last = path[-1]
    if isinstance(data, list) and isinstance(last, int):
        where = typed.origin(path[:-1])
        positions = typed.kept.setdefault(where, list(range(len(data))))
        del positions[last]
        del data[last]
    else:
        data.pop(last, None)


def _problem(model: type[BaseModel], gate: str, path: Path, typed_path: Path, error: Any, *, missing: bool) -> Problem:
    kind, loc, context = error["type"], error["loc"], error.get("ctx") or {}
    where = f"`{path_text(path)}`" if path else "The file"
    name = str(loc[-1]) if loc and not isinstance(loc[-1], int) else path_text(path)
    if kind == "extra_forbidden":
        known = sorted(_keys(model, typed_path[:-1]))
        near = nearest(name, known) or synonym(name, known)
        hint = f"did you mean `{near}`?" if near else f"known here: {', '.join(known)}"
        return Problem(
            "GEN004",
            f"Unknown key `{name}`; {hint}",
            gate,
            path,
            name,
            near or ", ".join(known),
            None if near else "Own keys start with `x_`",
            at_key=True,
        )
    if missing:
        rule = {"id": "GEN002", "start": "GEN006", "end": "GEN006", "base": "GEN005"}.get(name, "GEN001")
        return Problem(rule, f"{where} has no `{name}`", gate, path, "nothing", f"`{name}`")
    observed = shown(error["input"])
    if kind == "literal_error":
        known = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        near = nearest(observed, known)
        meant = f"; did you mean `{near}`?" if near else ""
        return Problem(
            "GEN004",
            f"`{name}`: `{observed}` is none of {', '.join(known)}{meant}",
            gate,
            path,
            observed,
            " | ".join(known),
        )
    if kind in _SHAPES:
        return Problem(
            "GEN001",
            f"`{name}` must be {_SHAPES[kind]}, here is {_described(error['input'])}",
            gate,
            path,
            observed,
            _SHAPES[kind],
            f"Write `{name}: [{observed}]`" if _SHAPES[kind] == "a list" and _plain(error["input"]) else None,
        )
    rule = kind if _RULE.fullmatch(kind) else "GEN001"
    return Problem(
        rule,
        f"{where}: {error['msg']}",
        gate,
        path,
        str(context.get("shown", observed)),
        str(context["expected"]) if "expected" in context else None,
    )


def _plain(value: object) -> bool:
    """Tell whether a value can stand in a list `[…]` as it is written."""
    return isinstance(value, int | Decimal) or (isinstance(value, str) and _WORD.fullmatch(value) is not None)


def _described(value: object) -> str:
    if isinstance(value, dict | list):
        return shown(value)
    return "nothing" if value is None else f"`{shown(value)}`"


def _keys(model: type[BaseModel], path: Path) -> set[str]:
    return {field.alias or name for part in _parts(model, path) for name, field in part.model_fields.items()}


def _parts(model: type[BaseModel], path: Path) -> list[type[BaseModel]]:
    """Give the models that may stand at a path below a model."""
    found: list[type[BaseModel]] = [model]
    for part in path:
        if isinstance(part, int):
            continue
        found = [inner for outer in found for inner in _field_parts(outer, part)] or found
    return found


def _field_parts(model: type[BaseModel], name: str) -> Iterator[type[BaseModel]]:
    for attribute, info in model.model_fields.items():
        if (info.alias or attribute) == name:
            yield from _within(info.annotation)


def _within(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _within(argument)
