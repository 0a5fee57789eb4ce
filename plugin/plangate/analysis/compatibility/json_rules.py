"""The rules of JSON Schema: the kinds of difference that Confluent's registry tells apart, strict and lenient.

Sources: https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/serdes-json.html#json-schema-compatibility-rules
and the names of the differences in https://github.com/confluentinc/schema-registry (`json/diff/SchemaDiff.java`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from plangate.analysis.compatibility.change import Bump, Rule

_inverse: dict[str, str] = {}
INVERSE: Mapping[str, str] = _inverse
"""The difference that is seen when the two schemas are exchanged."""

LENIENT = frozenset(
    {
        "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "ADDITIONAL_PROPERTIES_NARROWED",
        "ADDITIONAL_PROPERTIES_REMOVED",
    }
)
"""What is accepted when compatibility is asked for leniently, beside what is accepted strictly."""


def rule_id(name: str) -> str:
    """Give the id of the rule of a difference: `PATTERN_ADDED` is `JSON-PATTERN-ADDED`."""
    return f"JSON-{name.replace('_', '-')}"


def _object(properties: Mapping[str, object] | None = None, **more: object) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties or {}), **more}


def _closed(properties: Mapping[str, object] | None = None, **more: object) -> dict[str, Any]:
    return _object(properties, additionalProperties=False, **more)


def _partly(properties: Mapping[str, object] | None = None, **more: object) -> dict[str, Any]:
    return _object(properties, additionalProperties={"type": "string"}, **more)


def _rule(name: str, verdicts: str, bump: Bump, before: object, after: object, reason: str, inverse: str = "") -> Rule:
    if inverse:
        _inverse[name] = inverse
    return Rule(rule_id(name), name.replace("_", " ").capitalize(), verdicts, bump, before, after, reason)


_TIGHTER = "A document that was valid before may not be so any more."
_LOOSER = "A document that is valid now was not so before, and code that reads may count on the old limit."
_NOTE = "What documents are valid does not change."

_LIMITS: tuple[tuple[str, str, str, tuple[Any, Any]], ...] = (
    ("MAX_LENGTH", "maxLength", "string", (10, 20)),
    ("MIN_LENGTH", "minLength", "string", (5, 10)),
    ("MAXIMUM", "maximum", "number", (10, 20)),
    ("MINIMUM", "minimum", "number", (5, 10)),
    ("EXCLUSIVE_MAXIMUM", "exclusiveMaximum", "number", (10, 20)),
    ("EXCLUSIVE_MINIMUM", "exclusiveMinimum", "number", (5, 10)),
    ("MAX_PROPERTIES", "maxProperties", "object", (10, 20)),
    ("MIN_PROPERTIES", "minProperties", "object", (5, 10)),
    ("MAX_ITEMS", "maxItems", "array", (10, 20)),
    ("MIN_ITEMS", "minItems", "array", (5, 10)),
)
LIMITS: Mapping[str, str] = {keyword: name for name, keyword, _, _ in _LIMITS}
"""The keywords that set a limit, with the names of their differences."""


def _limits() -> Iterator[Rule]:
    for name, keyword, kind, (low, high) in _LIMITS:
        upper = name.startswith(("MAX", "EXCLUSIVE_MAX"))
        looser, tighter = ("INCREASED", "DECREASED") if upper else ("DECREASED", "INCREASED")
        none, at_low, at_high = ({"type": kind, **more} for more in ({}, {keyword: low}, {keyword: high}))
        wide, narrow = (at_high, at_low) if upper else (at_low, at_high)
        loose: tuple[str, Bump] = ("YnYY", "minor") if name == "MAX_LENGTH" else ("YnnY", "major")
        yield _rule(f"{name}_ADDED", "nYYn", "major", none, at_low, _TIGHTER, f"{name}_REMOVED")
        yield _rule(f"{name}_REMOVED", *loose, at_low, none, _LOOSER, f"{name}_ADDED")
        yield _rule(f"{name}_{looser}", *loose, narrow, wide, _LOOSER, f"{name}_{tighter}")
        yield _rule(f"{name}_{tighter}", "nYYn", "major", wide, narrow, _TIGHTER, f"{name}_{looser}")


def _pair(
    looser: str, tighter: str, narrow: object, wide: object, loose: str = _LOOSER, tight: str = _TIGHTER
) -> Iterator[Rule]:
    """Give a difference that lets more documents pass, and the one that takes it back."""
    yield _rule(looser, "YnnY", "major", narrow, wide, loose, tighter)
    yield _rule(tighter, "nYYn", "major", wide, narrow, tight, looser)


def _notes() -> Iterator[Rule]:
    for name, keyword in (("ID", "$id"), ("TITLE", "title"), ("DESCRIPTION", "description"), ("DEFAULT", "default")):
        before, after = ({"type": "string", keyword: text} for text in ("a", "b"))
        reason = _NOTE if name != "DEFAULT" else "Documents stay valid; a reader that fills gaps fills them otherwise."
        bump: Bump = "minor" if name == "DEFAULT" else "patch"
        yield _rule(f"{name}_CHANGED", "YYYY", bump, before, after, reason, f"{name}_CHANGED")


def _changed(name: str, before: object, after: object, reason: str, verdicts: str = "nnnn") -> Rule:
    return _rule(name, verdicts, "major", before, after, reason, name)


_TEXT, _INT = {"type": "string"}, {"type": "integer"}
_A = {"a": _TEXT}
_OPEN = (
    "An open object allowed the property already, with any value: an old document may hold one of another type. Most "
    "authors expect this to be safe; close the object, or ask for lenient compatibility."
)

RULES: tuple[Rule, ...] = (
    *_notes(),
    *_limits(),
    *_pair("TYPE_EXTENDED", "TYPE_NARROWED", _INT, {"type": "number"}),
    _changed("TYPE_CHANGED", _TEXT, _INT, "No document that was valid is valid now."),
    _changed(
        "FORMAT_CHANGED",
        {"type": "string", "format": "date"},
        {"type": "string", "format": "email"},
        "Whether `format` is checked depends on the validator; Confluent's registry does not compare it.",
        "????",
    ),
    *_pair("PATTERN_REMOVED", "PATTERN_ADDED", {"type": "string", "pattern": "^a"}, _TEXT),
    _changed(
        "PATTERN_CHANGED",
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^b"},
        "Which texts a pattern lets pass cannot be told from another one; the registry refuses it.",
        "nn??",
    ),
    *_pair("MULTIPLE_OF_REMOVED", "MULTIPLE_OF_ADDED", {"type": "number", "multipleOf": 2}, {"type": "number"}),
    *_pair(
        "MULTIPLE_OF_REDUCED",
        "MULTIPLE_OF_EXPANDED",
        {"type": "number", "multipleOf": 4},
        {"type": "number", "multipleOf": 2},
    ),
    _changed("MULTIPLE_OF_CHANGED", {"type": "number", "multipleOf": 2}, {"type": "number", "multipleOf": 3}, _TIGHTER),
    *_pair("ENUM_ARRAY_EXTENDED", "ENUM_ARRAY_NARROWED", {"enum": ["a"]}, {"enum": ["a", "b"]}),
    *_pair("ENUM_REMOVED", "ENUM_ADDED", {"type": "string", "enum": ["a"]}, _TEXT),
    _changed("ENUM_ARRAY_CHANGED", {"enum": ["a", "b"]}, {"enum": ["a", "c"]}, _TIGHTER),
    *_pair("REQUIRED_ATTRIBUTE_REMOVED", "REQUIRED_ATTRIBUTE_ADDED", _object(_A, required=["a"]), _object(_A)),
    _rule(
        "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED",
        "YYYn",
        "minor",
        _object({"a": {"type": "string", "default": ""}}),
        _object({"a": {"type": "string", "default": ""}}, required=["a"]),
        "A reader fills the default where the property is missing; writers have to write it from now on.",
        "REQUIRED_ATTRIBUTE_REMOVED",
    ),
    _rule(
        "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "nYYY",
        "minor",
        _object(),
        _object(_A),
        _OPEN,
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "nYYn",
        "minor",
        _object(),
        _object(_A, required=["a"]),
        "Old documents may lack the property, or hold one of another type.",
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL",
        "nYYn",
        "minor",
        _object(),
        _object({"a": {"type": "string", "default": ""}}, required=["a"]),
        _OPEN,
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL",
        "YYYY",
        "minor",
        _object(),
        _object({"a": {}}),
        "The property may hold anything, as it could before.",
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
        "YnnY",
        "major",
        _object(_A),
        _object(),
        "An open object still takes the property, with any value; who reads it has lost the promise.",
        "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "YnYY",
        "minor",
        _closed(),
        _closed(_A),
        "No old document holds the property; a reader of the previous schema refuses new ones that do.",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    ),
    _rule(
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "YnYn",
        "minor",
        _closed(),
        _closed({"a": {"type": "string", "default": ""}}, required=["a"]),
        "A reader fills the default where the property is missing.",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    ),
    _rule(
        "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "nnYn",
        "minor",
        _closed(),
        _closed(_A, required=["a"]),
        "No old document holds the property, and there is no default.",
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "nYnY",
        "major",
        _closed(_A),
        _closed(),
        "A closed object refuses old documents that hold the property.",
        "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "YYYY",
        "patch",
        _closed({"a": False}),
        _closed(),
        "The property was forbidden and is so still.",
        "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "YYYY",
        "minor",
        _partly(),
        _partly(_A),
        "What the object took under this name before, the property takes too.",
        "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "YYnY",
        "major",
        _partly(_A),
        _partly(),
        "What was valid for the property is valid for further ones; who reads it has lost the promise.",
        "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "nnYY",
        "minor",
        _partly(),
        _partly({"a": _INT}),
        "What the object took under this name before, the property does not take.",
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
        "nnnY",
        "major",
        _partly({"a": _INT}),
        _partly(),
        "What was valid for the property is not valid for further ones.",
        "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    *_pair(
        "ADDITIONAL_PROPERTIES_ADDED",
        "ADDITIONAL_PROPERTIES_REMOVED",
        _closed(_A),
        _object(_A),
        "Documents may hold further properties now, which readers of the previous schema refuse.",
        "Old documents may hold further properties, which are refused now.",
    ),
    *_pair(
        "ADDITIONAL_PROPERTIES_EXTENDED",
        "ADDITIONAL_PROPERTIES_NARROWED",
        _partly(_A),
        _object(_A),
    ),
    *_pair(
        "PATTERN_PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
        "PATTERN_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        _object(patternProperties={"^x": _TEXT}),
        _object(),
    ),
    *_pair(
        "PATTERN_PROPERTY_ADDED_TO_CLOSED_CONTENT_MODEL",
        "PATTERN_PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        _closed(),
        _closed(patternProperties={"^x": _TEXT}),
    ),
    _rule(
        "PATTERN_PROPERTY_ADDED_TO_PARTIALLY_OPEN_CONTENT_MODEL",
        "nnnn",
        "major",
        _partly(),
        _partly(patternProperties={"^x": _INT}),
        "Properties of these names were held against another schema before.",
        "PATTERN_PROPERTY_REMOVED_FROM_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    _rule(
        "PATTERN_PROPERTY_REMOVED_FROM_PARTIALLY_OPEN_CONTENT_MODEL",
        "nnnn",
        "major",
        _partly(patternProperties={"^x": _INT}),
        _partly(),
        "Properties of these names are held against another schema now.",
        "PATTERN_PROPERTY_ADDED_TO_PARTIALLY_OPEN_CONTENT_MODEL",
    ),
    *_pair(
        "DEPENDENCY_ARRAY_REMOVED", "DEPENDENCY_ARRAY_ADDED", _object(_A, dependentRequired={"a": ["b"]}), _object(_A)
    ),
    *_pair(
        "DEPENDENCY_ARRAY_NARROWED",
        "DEPENDENCY_ARRAY_EXTENDED",
        _object(_A, dependentRequired={"a": ["b", "c"]}),
        _object(_A, dependentRequired={"a": ["b"]}),
    ),
    _changed(
        "DEPENDENCY_ARRAY_CHANGED",
        _object(_A, dependentRequired={"a": ["b"]}),
        _object(_A, dependentRequired={"a": ["c"]}),
        _TIGHTER,
    ),
    *_pair(
        "DEPENDENCY_SCHEMA_REMOVED",
        "DEPENDENCY_SCHEMA_ADDED",
        _object(_A, dependentSchemas={"a": {"required": ["b"]}}),
        _object(_A),
    ),
    *_pair("UNIQUE_ITEMS_REMOVED", "UNIQUE_ITEMS_ADDED", {"type": "array", "uniqueItems": True}, {"type": "array"}),
    *_pair(
        "ADDITIONAL_ITEMS_ADDED",
        "ADDITIONAL_ITEMS_REMOVED",
        {"type": "array", "prefixItems": [_TEXT], "items": False},
        {"type": "array", "prefixItems": [_TEXT]},
    ),
    *_pair(
        "ADDITIONAL_ITEMS_EXTENDED",
        "ADDITIONAL_ITEMS_NARROWED",
        {"type": "array", "prefixItems": [_TEXT], "items": _INT},
        {"type": "array", "prefixItems": [_TEXT]},
    ),
    *_pair(
        "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL",
        "ITEM_ADDED_TO_OPEN_CONTENT_MODEL",
        {"type": "array", "prefixItems": [_TEXT, _INT]},
        {"type": "array", "prefixItems": [_TEXT]},
    ),
    *_pair(
        "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL",
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        {"type": "array", "prefixItems": [_TEXT], "items": False},
        {"type": "array", "prefixItems": [_TEXT, _INT], "items": False},
    ),
    *_pair(
        "SUM_TYPE_EXTENDED",
        "SUM_TYPE_NARROWED",
        {"oneOf": [_object(_A), _INT]},
        {"oneOf": [_object(_A), _INT, {"type": "boolean"}]},
    ),
    *_pair(
        "PRODUCT_TYPE_NARROWED",
        "PRODUCT_TYPE_EXTENDED",
        {"allOf": [{"required": ["a"]}, {"required": ["b"]}, {"required": ["c"]}]},
        {"allOf": [{"required": ["a"]}, {"required": ["b"]}]},
    ),
    *_pair(
        "COMBINED_TYPE_EXTENDED",
        "COMBINED_TYPE_NARROWED",
        {"oneOf": [_object(_A), _object({"b": _INT})]},
        {"anyOf": [_object(_A), _object({"b": _INT})]},
        "anyOf lets documents pass that fit several branches, oneOf does not.",
        "oneOf refuses documents that fit several branches, anyOf does not.",
    ),
    _changed(
        "COMBINED_TYPE_CHANGED",
        {"allOf": [_object(_A), _object({"b": _INT})]},
        {"oneOf": [_object(_A), _object({"b": _INT})]},
        "Documents that must fit all branches and those that must fit one are not the same.",
    ),
    *_pair("NOT_TYPE_NARROWED", "NOT_TYPE_EXTENDED", {"not": {"type": "number"}}, {"not": _INT}),
    _changed("NOT_TYPE_CHANGED", {"not": _TEXT}, {"not": _INT}, _TIGHTER),
)
BY_NAME: Mapping[str, Rule] = {rule.id.removeprefix("JSON-").replace("-", "_"): rule for rule in RULES}
"""The rules by the name of their difference."""
