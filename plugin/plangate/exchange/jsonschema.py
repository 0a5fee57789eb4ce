"""JSON Schema of a plan's files, for editors: made from the models, widened by what authors may write instead."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from functools import cache
from importlib import import_module
from itertools import pairwise
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from plangate.model.plan import Header
from plangate.reading.plan import GATES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEADER = "plan"

_ESTIMATE = "Estimate"

_PLAIN_TEXT = frozenset({"type", "title", "default", "description"})
_OWN_KEYS: Mapping[str, Any] = {"^x_": True}
_TEXT_OR_LIST = frozenset({("Check", "column")})
"""Fields of a list that take one text as well."""


def record(**properties: Mapping[str, Any]) -> dict[str, Any]:
    """Describe an object that has all of these properties and no others."""
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": {name: dict(value) for name, value in properties.items()},
    }


def schema_names() -> tuple[str, ...]:
    """Name the files that have a schema: `plan` for plan.yml, then every gate."""
    return HEADER, *GATES


def gate_schema(gate: str) -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of a gate's file, or of plan.yml for `plan`; raises KeyError for other names.

    Every value may also be `{assume: …, because: …}`, every section `{not_applicable: reason}`, and `x_` keys are the
    author's own.
    """
    raw = _model(gate).model_json_schema(by_alias=True, schema_generator=_Described)
    own = raw.pop("$defs", {})
    names = _names(own)
    definitions = {names[name]: body for name, body in own.items()}
    top = _widened(_renamed(raw, names), gate)
    shown = "plan.yml" if gate == HEADER else f"Gate {gate}"
    top.update({"$schema": DIALECT, "$id": f"{gate}.json", "title": f"{shown} of a Plangate plan"})
    top["$defs"] = {
        **{name: _definition(name, _renamed(body, names)) for name, body in sorted(definitions.items())},
        "not_applicable": {
            "type": "object",
            "title": "Not applicable",
            "description": "Why the section does not apply, in a sentence that a reviewer can disagree with.",
            "required": ["not_applicable"],
            "additionalProperties": False,
            "properties": {"not_applicable": {"type": "string", "minLength": 10}},
        },
    }
    return top


def all_schemas() -> dict[str, dict[str, Any]]:
    """Give the schemas of plan.yml and of every gate, by name."""
    return {name: gate_schema(name) for name in schema_names()}


def _model(gate: str) -> type[BaseModel]:
    if gate == HEADER:
        return Header
    module, name = GATES[gate]
    model: type[BaseModel] = getattr(import_module(module), name)
    return model


class _Described(GenerateJsonSchema):
    """Schemas with the docstrings of fields as their descriptions. Pydantic can look for these itself, but does so when
    a model is imported, and every start of the program would wait for it."""

    def model_schema(self, schema: Any) -> dict[str, Any]:
        made = super().model_schema(schema)
        fields = schema["cls"].model_fields
        for attribute, text in _docstrings(schema["cls"]):
            name = (fields[attribute].alias or attribute) if attribute in fields else attribute
            if name in made.get("properties", {}):
                made["properties"][name].setdefault("description", text)
        return made


def _docstrings(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    """Find the fields of a model, also those it inherits, that have a text beneath them."""
    for owner in model.__mro__:
        if issubclass(owner, BaseModel) and owner.__module__.startswith(f"{__name__.partition('.')[0]}."):
            yield from _in_module(owner.__module__).get(owner.__name__, ())


@cache
def _in_module(name: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    parts = ast.parse(inspect.getsource(import_module(name))).body
    for model in (part for part in parts if isinstance(part, ast.ClassDef)):
        for pair in pairwise(model.body):
            match pair:
                case ast.AnnAssign(target=ast.Name(id=field)), ast.Expr(value=ast.Constant(value=str(text))):
                    found.setdefault(model.name, []).append((field, inspect.cleandoc(text)))
    return found


def _names(definitions: Iterable[str]) -> dict[str, str]:
    """Name the definitions: generic models, which pydantic names after all that they hold, are counted instead."""
    estimates = [name for name in definitions if _ESTIMATE in name]
    counted = {name: f"{_ESTIMATE}{number}" for number, name in enumerate(estimates, start=1)}
    return {name: counted.get(name, name) for name in definitions}


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {
            key: f"#/$defs/{names[value.removeprefix('#/$defs/')]}" if key == "$ref" else _renamed(value, names)
            for key, value in part.items()
        }
    return [_renamed(value, names) for value in part] if isinstance(part, list) else part


def _definition(name: str, body: dict[str, Any]) -> dict[str, Any]:
    widened = _widened(body, name)
    if name.startswith(_ESTIMATE):
        plain = deepcopy(body["properties"]["base"])
        plain.pop("title", None)
        return {"description": "A value, or its low, base and high case.", "anyOf": [plain, widened]}
    return widened


def _widened(body: dict[str, Any], owner: str) -> dict[str, Any]:
    """Let each property be an assumption or not applicable, and let own keys stand beside them."""
    widened = dict(body)
    if "properties" in body:
        widened["properties"] = {name: _property(owner, name, field) for name, field in body["properties"].items()}
        widened["patternProperties"] = dict(_OWN_KEYS)
    return widened


def _property(owner: str, name: str, field: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {
        key: field[key] for key in ("description", "default") if key in field and field[key] not in (None, [], {})
    }
    inner = {key: value for key, value in field.items() if key not in {"description", "default", "title"}}
    if (
        "type" in inner
        and inner["type"] == "string"
        and "description" in field
        and ("format" in inner or "examples" in inner)
    ):
        kept["description"] = field["description"]
    forms = [_values(form) for form in inner.get("anyOf", [inner])]
    if (owner, name) in _TEXT_OR_LIST:
        forms.append({"type": "string"})
    values = [form for form in forms if form != {"type": "null"}]
    assumed = {
        "type": "object",
        "title": "Assumption",
        "required": ["assume"],
        "additionalProperties": False,
        "patternProperties": dict(_OWN_KEYS),
        "properties": {
            "assume": values[0] if len(values) == 1 else {"anyOf": values},
            "because": {"type": "string"},
            "owner": {"type": "string"},
            "verify_by": {"type": "string", "format": "date"},
            "if_wrong": {"type": "string"},
        },
    }
    return {**kept, "anyOf": [*forms, assumed, {"$ref": "#/$defs/not_applicable"}]}


def _values(form: dict[str, Any]) -> dict[str, Any]:
    """Let plain text be a number or a truth value too (it is kept as written), also inside lists and mappings."""
    if form.get("type") == "string" and form.keys() <= _PLAIN_TEXT:
        return {**form, "type": ["string", "number", "boolean"]}
    changed = dict(form)
    for key in ("items", "additionalProperties"):
        if isinstance(form.get(key), dict):
            changed[key] = _values(form[key])
    if "anyOf" in form:
        changed["anyOf"] = [_values(inner) for inner in form["anyOf"]]
    return changed
