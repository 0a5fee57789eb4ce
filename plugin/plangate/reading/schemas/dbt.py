"""dbt's properties (`models:` and `sources:` of a YAML file) as tables."""

from plangate.model.problem import Path
from plangate.model.table import Field, Table
from plangate.model.typename import read_type
from plangate.reading.schemas.source import Source, entries, mapping, text
from plangate.reading.yaml import shown


def dbt_tables(source: Source, system: str | None) -> tuple[Table, ...]:
    """Read models, seeds, snapshots and the tables of sources, with their columns.

    Raises SchemaRejected where there are none.
    """
    root = mapping(source.data)
    tables = [
        _table(source, entry, (kind, at), system)
        for kind in ("models", "seeds", "snapshots")
        for at, entry in entries(root.get(kind))
    ]
    for at, entry in entries(root.get("sources")):
        space = text(entry.get("name"))
        tables += [
            _table(source, inner, ("sources", at, "tables", number), system, space)
            for number, inner in entries(entry.get("tables"))
        ]
    if not tables:
        source.refuse("This file lists no model and no table of a source", ())
    return tuple(tables)


def _table(source: Source, entry: dict[str, object], path: Path, system: str | None, space: str | None = None) -> Table:
    name = text(entry.get("name"))
    if name is None:
        source.refuse("A model or table of a source needs a `name`", path)
    fields: dict[str, Field] = {}
    key = _keys(entry)
    for at, column in entries(entry.get("columns")):
        called = text(column.get("name"))
        if called is None or called in fields:
            why = "has no `name`" if called is None else f"{shown(called)} stands twice"
            source.tell("GEN001" if called is None else "GEN002", f"A column of {name} {why}", (*path, "columns", at))
            continue
        key += [called] if "primary_key" in _constraints(column) else []
        fields[called] = _field(column, called, system)
    full = name if space is None else f"{space}.{name}"
    return Table(full, tuple(fields.values()), tuple(dict.fromkeys(key)), description=text(entry.get("description")))


def _field(column: dict[str, object], name: str, system: str | None) -> Field:
    kinds = set(_constraints(column))
    meta = mapping(column.get("meta")) or mapping(mapping(column.get("config")).get("meta"))
    values: tuple[str, ...] = ()
    for test in [*_list(column.get("data_tests")), *_list(column.get("tests"))]:
        if isinstance(test, str):
            kinds.add(test)
        elif isinstance(test, dict) and "accepted_values" in test:
            given = mapping(test["accepted_values"])
            listed = mapping(given.get("arguments")).get("values") or given.get("values")
            values = tuple(str(value) for value in _list(listed))
    pii = meta.get("pii")
    return Field(
        name,
        read_type(text(column.get("data_type")) or "", system),
        nullable=False if kinds & {"not_null", "primary_key"} else None,
        unique=True if "unique" in kinds else None,
        values=values,
        description=text(column.get("description")),
        pii=pii if isinstance(pii, bool) else None,
    )


def _keys(entry: dict[str, object]) -> list[str]:
    """The columns of a primary key that stands on the model."""
    found = [one for _, one in entries(entry.get("constraints")) if one.get("type") == "primary_key"]
    return [str(column) for one in found for column in _list(one.get("columns"))]


def _constraints(column: dict[str, object]) -> list[str]:
    return [str(one.get("type")) for _, one in entries(column.get("constraints"))]


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
