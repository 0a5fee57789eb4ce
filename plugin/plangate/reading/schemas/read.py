"""The one door to schemas: a text of any kind that is read here becomes tables, or problems with their places."""

from decimal import Decimal
from pathlib import Path

from plangate.model.problem import Problem
from plangate.model.schema_document import Promise, SchemaDocument, SchemaKind
from plangate.model.table import Table
from plangate.reading import files, secrets
from plangate.reading.schemas.json_text import load_json
from plangate.reading.schemas.source import SchemaRejected, Source, mapping
from plangate.reading.yaml import YamlRejected, decode, load

_SUFFIXES: dict[str, SchemaKind] = {".avsc": "avro", ".proto": "protobuf", ".sql": "ddl", ".ddl": "ddl"}
_YAML = (".yml", ".yaml")

SUFFIXES = (*_SUFFIXES, ".json", *_YAML)
"""How the names of files end that may describe tables."""


def read_schema(
    content: bytes | str, name: str, kind: SchemaKind | None = None, system: str | None = None
) -> SchemaDocument:
    """Read a text that describes tables; nothing is raised for what it holds.

    `name` is what the file is called in problems; its end and the content say of which kind it is where `kind` is not
    given. `system` is the one whose SQL or types it speaks (`snowflake`, `bigquery`).
    """
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    found: SchemaKind | None = kind or next((one for end, one in _SUFFIXES.items() if name.lower().endswith(end)), None)
    try:
        text = decode(data)
        if found in {"ddl", "protobuf"}:
            return _text(secrets.mask(text), name, found, system)
        return _values(text, data, name, found, system)
    except (SchemaRejected, YamlRejected) as rejected:
        problem = Problem(rejected.rule, rejected.message, file=name, line=rejected.line, column=rejected.column)
        return SchemaDocument(name, found, problems=(problem,))


def read_schema_file(
    path: Path, name: str, kind: SchemaKind | None = None, system: str | None = None
) -> SchemaDocument:
    """Read a file that describes tables, following no link; one that cannot be opened is a problem of the result."""
    try:
        content = files.contents(path)
    except OSError as error:
        problem = Problem("GEN001", f"`{name}` cannot be read: {error.strerror or error}", file=name)
        return SchemaDocument(name, kind, problems=(problem,))
    return read_schema(content, name, kind, system)


def _text(text: str, name: str, kind: SchemaKind, system: str | None) -> SchemaDocument:
    if kind == "ddl":
        from plangate.reading.schemas.ddl import ddl_tables  # noqa: PLC0415 -- heavy

        source = Source(name, text, lambda _: (1, 1))
        return SchemaDocument(name, kind, text, ddl_tables(source, text, system), source.in_order)
    from plangate.reading.schemas.proto_text import ProtoText  # noqa: PLC0415
    from plangate.reading.schemas.protobuf import protobuf_tables  # noqa: PLC0415

    source = Source(name, text, lambda _: (1, 1))
    file, tables = protobuf_tables(source, ProtoText(text))
    return SchemaDocument(name, kind, file, tables, source.in_order)


def _values(text: str, data: bytes, name: str, kind: SchemaKind | None, system: str | None) -> SchemaDocument:
    if name.lower().endswith(_YAML):
        document = load(data, name=name, mapping=True)
        source = Source(name, document.data, document.position)
    else:
        source = load_json(text, name)
    kind = kind or kind_of(source.data)
    if kind is None:
        what = "an ODCS contract, an Avro schema, a JSON Schema, or models of dbt"
        source.tell("GEN001", "Nobody can tell what this file describes", (), expected=what)
        return SchemaDocument(name, None, source.data, problems=source.in_order)
    return read_values(source, kind, system)


def read_values(source: Source, kind: SchemaKind, system: str | None = None) -> SchemaDocument:
    """Read plain values of a kind that is made of them: an ODCS contract, Avro, JSON Schema, dbt."""
    tables: tuple[Table, ...] = ()
    promise: Promise | None = None
    try:
        if kind == "odcs":
            from plangate.reading.schemas.odcs import odcs  # noqa: PLC0415

            tables, promise = odcs(source)
        elif kind == "avro":
            from plangate.reading.schemas.avro import avro_tables  # noqa: PLC0415

            tables = avro_tables(source)
        elif kind == "json_schema":
            from plangate.reading.schemas.json_schema import json_schema_tables  # noqa: PLC0415

            tables = json_schema_tables(source)
        else:
            from plangate.reading.schemas.dbt import dbt_tables  # noqa: PLC0415

            tables = dbt_tables(source, system)
    except SchemaRejected as rejected:
        source.tell(rejected.rule, rejected.message, (), at=(rejected.line, rejected.column))
    raw = _with_floats(source.data) if kind in {"avro", "json_schema"} else source.data
    return SchemaDocument(source.name, kind, raw, tables, source.in_order, promise)


def _with_floats(value: object) -> object:
    """The value with the numbers that JSON has."""
    if isinstance(value, dict):
        return {key: _with_floats(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_floats(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value


def kind_of(data: object) -> SchemaKind | None:
    """Say what plain values describe; None where nobody can tell."""
    root = mapping(data)
    if root.get("kind") == "DataContract" or (isinstance(root.get("apiVersion"), str) and "schema" in root):
        return "odcs"
    if isinstance(root.get("fields"), list) or root.get("type") in ("record", "enum", "fixed"):
        return "avro"
    if "$schema" in root or any(key in root for key in ("properties", "$defs", "definitions", "allOf")):
        return "json_schema"
    if isinstance(data, list) and any(mapping(one).get("type") == "record" for one in data):
        return "avro"
    if any(isinstance(root.get(key), list) for key in ("models", "sources", "seeds", "snapshots")):
        return "dbt"
    return None
