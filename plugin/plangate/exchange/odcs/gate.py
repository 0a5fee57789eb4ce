"""ODCS documents as contracts of a plan, with the fields that found no place there."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from plangate.exchange.odcs.write import KEPT_APART
from plangate.exchange.yaml_text import filled
from plangate.model.reference import as_identifier
from plangate.model.schema_document import Promise, SchemaDocument
from plangate.model.table import Field, Table
from plangate.model.typename import type_name
from plangate.reading.schemas.source import entries, mapping, text

_TAKEN = frozenset(
    {
        *("apiVersion", "kind", "id", "name", "dataProduct", "version", "status"),
        *("description", "schema", "team", "slaProperties", "customProperties"),
    }
)
"""Keys of a document that are looked at below, or that say nothing of their own to a plan."""
_OBJECT = frozenset({"name", "id", "physicalName", "physicalType", "logicalType", "description", "properties"})
_PROPERTY = _OBJECT | {
    *("logicalTypeOptions", "required", "unique", "primaryKey", "primaryKeyPosition", "classification", "quality"),
    *("customProperties", "items"),
}
_OPTIONS = frozenset({"maxLength", "pattern", "format", "minimum", "maximum", "timezone", "defaultTimezone"})
_CUSTOM = frozenset({"unit", "timezone", "default", "masking", "pii", "deprecated", "aliases", "pattern", "min", "max"})


class Imported(Struct, frozen=True):
    """The contracts of one document as plain values of gate contracts, and what was lost, with how often."""

    contracts: tuple[dict[str, Any], ...]
    lost: tuple[tuple[str, int], ...]


def gate_contracts(document: SchemaDocument) -> Imported:
    """Read the objects of an ODCS document as contracts, one each."""
    raw = mapping(document.raw)
    promise = document.promise or Promise()
    space = next((_space(server) for _, server in entries(raw.get("servers"))), None)
    contracts = tuple(_contract(raw, promise, table, space) for table in document.tables)
    return Imported(contracts, tuple(sorted(Counter(_lost(raw, promise)).items())))


def _space(server: dict[str, object]) -> str | None:
    return text(server.get("schema")) or text(server.get("dataset")) or text(server.get("database"))


def _contract(raw: dict[str, object], promise: Promise, table: Table, space: str | None) -> dict[str, Any]:
    apart = {text(one.get("property")): text(one.get("value")) for _, one in entries(raw.get("customProperties"))}
    sla = {name: str(value) for name, value in promise.sla if value is not None} if promise.sla else {}
    found: dict[str, Any] = {
        "dataset": _dataset(table.physical_name or table.name, space),
        "version": promise.version,
        "status": promise.status,
        "owner": as_identifier(promise.owner) if promise.owner else None,
        "description": table.description or promise.description,
        "format": "table",
        "columns": [_column(field) for field in table.fields],
        "primary_key": list(table.primary_key),
        **{name: apart[name] for name in KEPT_APART if apart.get(name)},
        "sla": sla,
        "terms": {name: value for name in ("usage", "limitations") if (value := getattr(promise, name)) is not None},
    }
    return filled(found)


def _dataset(name: str, space: str | None) -> str:
    """A dotted id of small letters: the name as it is, or within the schema of the first server."""
    parts = name.split(".") if "." in name else [space or "data", name]
    return ".".join(as_identifier(part) for part in parts[-2:])


def _column(field: Field) -> dict[str, Any]:
    plain = type_name(field.type)
    found: dict[str, Any] = {
        "name": field.name,
        "type": plain or None,
        "physical_type": field.type.written if field.type.written.lower() != plain.lower() else None,
        "nullable": field.nullable,
        "unique": field.unique,
        "values": list(field.values),
        **{name: getattr(field, name) for name in ("pattern", "min", "max", "default", "description", "unit")},
        **{name: getattr(field, name) for name in ("timezone", "classification", "pii", "masking")},
        "aliases": list(field.aliases),
        "deprecated": field.deprecated,
    }
    return filled(found)


def _lost(raw: dict[str, object], promise: Promise) -> Iterator[str]:
    """The paths of a document that no contract of a plan holds, one for each time that they stand there."""
    yield from (key for key in raw if key not in _TAKEN)
    yield from (f"description.{key}" for key in mapping(raw.get("description")) if key not in _DESCRIBED)
    yield from (f"team.{key}" for key in mapping(raw.get("team")) if key != "name")
    yield from (f"slaProperties.{name}" for name in promise.other_sla)
    for _, one in entries(raw.get("customProperties")):
        if text(one.get("property")) not in KEPT_APART:
            yield f"customProperties.{text(one.get('property'))}"
    for _, entry in entries(raw.get("schema")):
        yield from (f"schema.{key}" for key in entry if key not in _OBJECT)
        for _, one in entries(entry.get("properties")):
            yield from _lost_of_property(one)


_DESCRIBED = frozenset({"purpose", "usage", "limitations"})


def _lost_of_property(entry: dict[str, object]) -> Iterator[str]:
    at = "schema.properties"
    yield from (f"{at}.{key}" for key in entry if key not in _PROPERTY)
    if "physicalName" in entry and entry.get("physicalName") != entry.get("name"):
        yield f"{at}.physicalName"
    classification = (text(entry.get("classification")) or "public").lower()
    if classification not in {"public", "internal", "confidential", "restricted"}:
        yield f"{at}.classification"
    yield from (
        f"{at}.logicalTypeOptions.{key}" for key in mapping(entry.get("logicalTypeOptions")) if key not in _OPTIONS
    )
    for _, one in entries(entry.get("customProperties")):
        if text(one.get("property")) not in _CUSTOM:
            yield f"{at}.customProperties.{text(one.get('property'))}"
    for _, check in entries(entry.get("quality")):
        if "validValues" not in mapping(check.get("arguments")):
            yield f"{at}.quality"
