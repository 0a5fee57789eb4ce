"""A column as a property of an ODCS object."""

import re
from decimal import Decimal
from typing import Any

from plangate.model.table import Field, Type

_LOGICAL = {
    **dict.fromkeys(("decimal", "float"), "number"),
    **dict.fromkeys(("uuid", "bytes"), "string"),
    **dict.fromkeys(("record", "map"), "object"),
    **{kind: kind for kind in ("boolean", "integer", "string", "date", "time", "timestamp", "array")},
    "json": "object",
}
"""The logicalType of each kind; there is none for unions, intervals and what is unknown."""
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?")


def property_of(field: Field) -> dict[str, Any]:
    """Write a column; what ODCS has no word for stands under `customProperties`, where reading finds it again."""
    found = {"name": field.name, **_typed(field.type)}
    if field.physical_name:
        found["physicalName"] = field.physical_name
    flags = {"required": None if field.nullable is None else not field.nullable, "unique": field.unique}
    found |= {key: value for key, value in flags.items() if value is not None}
    if field.description:
        found["description"] = field.description
    if field.classification:
        found["classification"] = field.classification
    options = found.pop("logicalTypeOptions", {}) | _bounds(field, found.get("logicalType"))
    if options:
        found["logicalTypeOptions"] = options
    custom = {
        **{name: getattr(field, name) for name in ("default", "unit", "masking", "pii", "deprecated")},
        "aliases": list(field.aliases) or None,
        "pattern": field.pattern if "pattern" not in options else None,
        "timezone": field.timezone if "defaultTimezone" not in options else None,
        "min": field.min if "minimum" not in options else None,
        "max": field.max if "maximum" not in options else None,
    }
    said = [{"property": name, "value": value} for name, value in custom.items() if value is not None]
    if said:
        found["customProperties"] = said
    if field.values:
        arguments = {"validValues": list(field.values)}
        found["quality"] = [{"type": "library", "metric": "invalidValues", "arguments": arguments, "mustBe": 0}]
    return found


def _typed(kind: Type) -> dict[str, Any]:
    """Logical and physical type, and the parts of a record or list."""
    found: dict[str, Any] = {}
    if logical := _LOGICAL.get(kind.kind):
        found["logicalType"] = logical
    if kind.written:
        found["physicalType"] = kind.written
    options: dict[str, Any] = {}
    if kind.kind in {"string", "bytes"} and kind.length is not None:
        options["maxLength"] = kind.length
    if kind.kind == "integer" and kind.bits in {8, 16, 32, 64, 128}:
        options["format"] = f"{'u' if kind.unsigned else 'i'}{kind.bits}"
    if kind.kind == "float" and kind.bits in {32, 64}:
        options["format"] = f"f{kind.bits}"
    if kind.kind in {"uuid", "bytes"}:
        options["format"] = "uuid" if kind.kind == "uuid" else "binary"
    if kind.kind in {"time", "timestamp"} and kind.zoned is not None:
        options["timezone"] = kind.zoned
    if options:
        found["logicalTypeOptions"] = options
    if kind.kind == "record" and kind.fields:
        found["properties"] = [property_of(one) for one in kind.fields]
    if kind.kind == "array" and kind.items is not None:
        found["items"] = _typed(kind.items)
    return found


def _bounds(field: Field, logical: object) -> dict[str, Any]:
    """Bounds, pattern and zone as options, where the logical type has them."""
    options: dict[str, Any] = {}
    if logical == "string" and field.pattern:
        options["pattern"] = field.pattern
    if logical in {"time", "timestamp"} and field.timezone:
        options["defaultTimezone"] = field.timezone
    for key, value in (("minimum", field.min), ("maximum", field.max)):
        if value is None:
            continue
        if logical in {"date", "time", "timestamp"}:
            options[key] = value
        elif logical in {"integer", "number"} and _NUMBER.fullmatch(value):
            options[key] = Decimal(value) if "." in value else int(value)
    return options
