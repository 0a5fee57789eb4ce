"""The Open Data Contract Standard (ODCS) 3.0 and 3.1: objects as tables, the rest as promises.

https://bitol-io.github.io/open-data-contract-standard/latest/
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

from plangate.model.contracts import Classification
from plangate.model.schema_document import Promise
from plangate.model.table import Field, Kind, Table, Type
from plangate.model.typename import read_type, system_of
from plangate.reading.schemas.odcs_lint import lint
from plangate.reading.schemas.odcs_sla import read_sla
from plangate.reading.schemas.source import Source, entries, flag, mapping, text, whole

_INTEGERS = MappingProxyType({f"{sign}{bits}": (bits, sign == "u") for sign in "iu" for bits in (8, 16, 32, 64, 128)})
_FORMATS: Mapping[str | None, Kind] = MappingProxyType({"uuid": "uuid", "byte": "bytes", "binary": "bytes"})
_CLASSES: tuple[str, ...] = get_args(Classification)


def odcs(source: Source) -> tuple[tuple[Table, ...], Promise]:
    """Read a contract; what is wrong with it is told to the source, and the rest is read nevertheless."""
    root = mapping(source.data)
    lint(source, root)
    system = next((text(server.get("type")) for _, server in entries(root.get("servers"))), None)
    tables = tuple(_table(entry, system) for _, entry in entries(root.get("schema")) if text(entry.get("name")))
    sla, others = read_sla(source, root.get("slaProperties"))
    said = mapping(root.get("description"))
    team = mapping(root.get("team"))
    promise = Promise(
        id=text(root.get("id")),
        name=text(root.get("name")) or text(root.get("dataProduct")),
        version=text(root.get("version")),
        status=text(root.get("status")),
        owner=text(team.get("name")) or _owner(root.get("team")),
        description=text(said.get("purpose")) or text(root.get("description")),
        usage=text(said.get("usage")),
        limitations=text(said.get("limitations")),
        system=system_of(system) or system,
        sla=sla,
        other_sla=MappingProxyType(others),
        roles=tuple(name for _, role in entries(root.get("roles")) if (name := text(role.get("role")))),
        channels=tuple(name for _, one in entries(root.get("support")) if (name := text(one.get("channel")))),
    )
    return tables, promise


def _owner(members: object) -> str | None:
    """The owner among the members that 3.0 lists without a team."""
    for _, member in entries(members):
        if (text(member.get("role")) or "").lower() == "owner":
            return text(member.get("username"))
    return None


def _table(entry: dict[str, object], system: str | None) -> Table:
    properties = [one for _, one in entries(entry.get("properties")) if text(one.get("name"))]
    name = str(entry["name"])
    return Table(
        name,
        tuple(_field(one, system) for one in properties),
        primary_key=_placed(properties, "primaryKey", "primaryKeyPosition"),
        partition_by=_placed(properties, "partitioned", "partitionKeyPosition"),
        description=text(entry.get("description")),
        physical_name=_other(text(entry.get("physicalName")), name),
    )


def _other(physical: str | None, name: str) -> str | None:
    return physical if physical != name else None


def _placed(properties: list[dict[str, object]], key: str, position: str) -> tuple[str, ...]:
    """The names of the properties that carry a flag, by their position."""
    found = [(whole(one.get(position)) or 0, at, str(one["name"])) for at, one in enumerate(properties) if one.get(key)]
    return tuple(name for _, _, name in sorted(found))


def _field(entry: dict[str, object], system: str | None) -> Field:
    options = mapping(entry.get("logicalTypeOptions"))
    custom = {
        str(one.get("property")): one.get("value") for _, one in entries(entry.get("customProperties"))
    }  # fmt: skip
    kind = _type(entry, options, system)
    required = flag(entry.get("required"))
    classification = (text(entry.get("classification")) or "").lower()
    aliases = custom.get("aliases")
    tags = entry.get("tags")
    personal = flag(custom.get("pii"))
    name = str(entry["name"])
    return Field(
        name,
        kind,
        nullable=None if required is None else not required,
        unique=flag(entry.get("unique")),
        values=_values(entry),
        pattern=_first(options.get("pattern"), custom.get("pattern")),
        min=_first(options.get("minimum"), options.get("exclusiveMinimum"), custom.get("min")),
        max=_first(options.get("maximum"), options.get("exclusiveMaximum"), custom.get("max")),
        default=text(custom.get("default")),
        aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
        description=text(entry.get("description")),
        unit=text(custom.get("unit")),
        timezone=_first(options.get("defaultTimezone"), custom.get("timezone")),
        classification=classification if classification in _CLASSES else None,  # type: ignore[arg-type]
        pii=True if personal is None and isinstance(tags, list) and "pii" in tags else personal,
        masking=text(custom.get("masking")),
        deprecated=flag(custom.get("deprecated", entry.get("deprecated"))),
        physical_name=_other(text(entry.get("physicalName")), name),
    )


def _first(*values: object) -> str | None:
    """The first of some values that says something, as text."""
    return next((written for value in values if (written := text(value)) is not None), None)


def _type(entry: dict[str, object], options: dict[str, object], system: str | None) -> Type:
    """The physical type where it can be read, else the logical one; nested properties say what is inside."""
    logical = read_type(text(entry.get("logicalType")) or "", "odcs")
    physical = read_type(text(entry.get("physicalType")) or "", system)
    found = logical if physical.kind == "unknown" else physical
    if logical.kind == "unknown" or found is logical:
        found = replace(found, written=text(entry.get("physicalType")) or found.written)
    properties = [one for _, one in entries(entry.get("properties")) if text(one.get("name"))]
    if properties and found.kind in {"record", "json", "unknown"}:
        fields = tuple(_field(one, system) for one in properties)
        found = replace(found, kind="record", fields=fields)
    items = mapping(entry.get("items"))
    if items and found.kind in {"array", "unknown"}:
        found = replace(found, kind="array", items=_type(items, mapping(items.get("logicalTypeOptions")), system))
    return _narrowed(found, options, physical=physical.kind != "unknown")


def _narrowed(found: Type, options: dict[str, object], *, physical: bool) -> Type:
    """The type as the options of the logical type narrow it, where it says nothing itself."""
    form = text(options.get("format"))
    if found.kind == "string" and form in _FORMATS and not physical:
        found = replace(found, kind=_FORMATS[form])
    if found.kind in {"string", "bytes"} and found.length is None:
        return replace(found, length=whole(options.get("maxLength")))
    if found.kind == "integer" and found.bits is None and form is not None and form in _INTEGERS:
        bits, unsigned = _INTEGERS[form]
        return replace(found, bits=bits, unsigned=unsigned)
    if found.kind == "decimal" and found.precision is None and form in {"f32", "f64"}:
        return replace(found, kind="float", bits=int(form[1:]))
    zoned = flag(options.get("timezone"))
    if found.kind in {"time", "timestamp"} and found.zoned is None and zoned is not None:
        return replace(found, zoned=zoned)
    return found


def _values(entry: dict[str, object]) -> tuple[str, ...]:
    """The only values: an `enum` (3.2), else `validValues` of a quality check that lets none be invalid."""
    if listed := entries(entry.get("enum")):
        return tuple(written for _, one in listed if (written := text(one.get("value"))) is not None)
    for _, check in entries(entry.get("quality")):
        arguments = mapping(check.get("arguments"))
        valid = arguments.get("validValues") or check.get("validValues")
        if isinstance(valid, list) and check.get("mustBe", 0) == 0:
            return tuple(written for value in valid if (written := text(value)) is not None)
    return ()
