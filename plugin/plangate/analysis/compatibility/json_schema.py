"""JSON Schemas as they are compared: references followed, keywords read, whatever an author put there."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
SUM = ("anyOf", "oneOf")
ASIDE = frozenset({"$schema", "$id", "$defs", "definitions", "$comment", "title", "description"})
"""Keywords that say nothing of what is valid."""


def reference(raw: object) -> str:
    """Give where a schema refers to; empty where it stands for itself."""
    found = raw.get("$ref") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) else ""


def read(raw: object, document: object) -> Schema | bool:
    """Follow references, unwrap a choice of one, and write a choice between plain types as a list of types."""
    followed: set[str] = set()
    while True:
        if target := reference(raw):
            if target in followed:
                raise ValueError(f"the reference {target} leads to itself")
            followed.add(target)
            raw = _target(target, document)
            continue
        if isinstance(raw, bool) or raw == {}:
            return raw is not False
        if not isinstance(raw, Mapping):
            raise ValueError(f"{shown(raw)} is no JSON Schema; write a mapping, true or false")
        keyword = combined(raw)
        branches = members(raw, keyword)
        if len(branches) != 1 or raw.keys() - ASIDE != {keyword}:
            break
        raw = branches[0]
    if keyword not in SUM or "type" in raw or not branches:
        return raw
    if not all(isinstance(entry, Mapping) and entry.keys() == {"type"} for entry in branches):
        return raw
    kinds = [kind for entry in branches for kind in listed(entry["type"])]
    if len(set(kinds)) < len(kinds) or {"integer", "number"} <= set(kinds):
        return raw
    return {**{key: value for key, value in raw.items() if key != keyword}, "type": kinds}


def _target(reference: str, document: object) -> object:
    if reference != "#" and not reference.startswith("#/"):
        raise ValueError(f"the reference {reference} leads out of the document, or to an anchor")
    found = document
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, Mapping) and name in found:
            found = found[name]
        elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
            found = found[int(name)]
        else:
            raise ValueError(f"the reference {reference} leads nowhere")
    return found


def combined(schema: Schema) -> str:
    """Name the keyword that combines schemas here; empty where none does."""
    return next((keyword for keyword in ("allOf", *SUM) if keyword in schema), "")


def members(schema: Schema, keyword: str) -> list[Any]:
    """Give the schemas that a keyword combines."""
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def schemas_of(schema: Schema, keyword: str) -> Mapping[str, Any]:
    """Give the schemas by name under a keyword."""
    found = schema.get(keyword)
    return found if isinstance(found, Mapping) else {}


def listed(kind: object) -> list[str]:
    """Give one text or a list of texts as a list."""
    return (
        [kind]
        if isinstance(kind, str)
        else [entry for entry in kind if isinstance(entry, str)]
        if isinstance(kind, list)
        else []
    )


def items_of(schema: Schema) -> tuple[Sequence[object], object]:
    """Give the schemas of an array's first items, and that of the rest."""
    items = schema.get("items", True)
    if isinstance(items, list):
        return items, schema.get("additionalItems", True)
    first = schema.get("prefixItems", ())
    return (first if isinstance(first, list) else ()), items


def needs(schema: Schema) -> Mapping[str, Any]:
    """Give what each property needs beside it: names, or a schema; null is neither."""
    return {
        key: value
        for keyword in ("dependencies", "dependentRequired", "dependentSchemas")
        for key, value in schemas_of(schema, keyword).items()
        if value is not None
    }


def is_open(schema: Schema) -> bool:
    """Tell whether an object takes any further property."""
    return not schemas_of(schema, "patternProperties") and schema.get("additionalProperties", True) in (True, {})


def covering(schema: Schema, name: str) -> Any:
    """Find the schema that a partially open object has for a property that it does not name."""
    for pattern, found in schemas_of(schema, "patternProperties").items():
        if _matches(pattern, name):
            return found
    rest = schema.get("additionalProperties", True)
    return rest if rest is not False else None


def content_model(without: Schema, pattern: str, other: Schema) -> str:
    """Name what an object does with properties of a pattern that it does not have; `other` is the one that has it."""
    rest = without.get("additionalProperties", True)
    if rest in (True, {}):
        return "OPEN"
    named = names_of(schemas_of(without, "properties"), schemas_of(other, "properties"))
    return "PARTIALLY_OPEN" if rest is not False or any(_matches(pattern, name) for name in named) else "CLOSED"


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        raise ValueError(f"the pattern {pattern!r} cannot be read") from None


def under(path: str, name: str) -> str:
    """Add a step to a path, whatever its name."""
    return f"{path}.{name}" if path else name


def shown(value: object) -> str:
    """Write a value for messages: text as it is, anything else as JSON, nothing as nothing."""
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)


def names_of(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Give the names of both sides, each once and in order."""
    return list(dict.fromkeys([*one, *other]))


def exact(value: object) -> str:
    """Write a value so that two are equal just where JSON has them equal: 1 and 1.0 are, 1 and "1" are not."""
    return json.dumps(_whole(value), sort_keys=True, default=str)


def _whole(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    return {key: _whole(entry) for key, entry in value.items()} if isinstance(value, dict) else value
