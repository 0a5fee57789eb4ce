"""Avro schemas (`.avsc`): records as tables. https://avro.apache.org/docs/1.12.0/specification/"""

import json
import re
from dataclasses import replace
from types import MappingProxyType

from plangate.model.problem import Path
from plangate.model.table import Field, Table, Type
from plangate.reading.schemas.named import NamedTypes, TooLarge
from plangate.reading.schemas.source import Source, entries, mapping, text, whole
from plangate.reading.yaml import shown

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
_PRIMITIVES = MappingProxyType(
    {
        "boolean": Type("boolean"),
        "int": Type("integer", bits=32),
        "long": Type("integer", bits=64),
        "float": Type("float", bits=32),
        "double": Type("float", bits=64),
        "bytes": Type("bytes"),
        "string": Type("string"),
    }
)
_LOGICAL = MappingProxyType(
    {
        ("int", "date"): Type("date"),
        ("int", "time-millis"): Type("time", zoned=False, fraction=3),
        ("long", "time-micros"): Type("time", zoned=False, fraction=6),
        ("long", "timestamp-millis"): Type("timestamp", zoned=True, fraction=3),
        ("long", "timestamp-micros"): Type("timestamp", zoned=True, fraction=6),
        ("long", "timestamp-nanos"): Type("timestamp", zoned=True, fraction=9),
        ("long", "local-timestamp-millis"): Type("timestamp", zoned=False, fraction=3),
        ("long", "local-timestamp-micros"): Type("timestamp", zoned=False, fraction=6),
        ("long", "local-timestamp-nanos"): Type("timestamp", zoned=False, fraction=9),
        ("string", "uuid"): Type("uuid"),
        ("fixed", "uuid"): Type("uuid"),
        ("fixed", "duration"): Type("interval"),
    }
)
_COMPLEX = ("record", "error", "enum", "fixed", "array", "map")


def avro_tables(source: Source) -> tuple[Table, ...]:
    """Read the records of a schema: the one at the top, or those of a union or list at the top.

    Raises SchemaRejected where there is none or it grows without end.
    """
    reader = _Reader(source)
    roots: list[tuple[Path, object]] = [((), source.data)]
    if isinstance(source.data, list):
        roots = [((at,), root) for at, root in enumerate(source.data)]
    tables = []
    for path, root in roots:
        try:
            found = reader.type(root, path, "")[0]
        except TooLarge as error:
            source.refuse(str(error), path)
        if found.kind == "record":
            doc = mapping(root).get("doc")
            tables.append(Table(found.name.rsplit(".", 1)[-1], found.fields, description=text(doc)))
    if not tables:
        source.refuse("This Avro schema holds no record; a table is a record with fields", ())
    return tuple(tables)


class _Reader:
    """Types of one schema, by full name."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.named = NamedTypes()

    def type(self, schema: object, path: Path, space: str) -> tuple[Type, bool]:
        """The type that a schema stands for, and whether it allows null."""
        if isinstance(schema, list):
            return self.union(schema, path, space)
        if isinstance(schema, str):
            return self.word(schema, path, space), schema == "null"
        if not isinstance(schema, dict):
            self.source.refuse("A type is a name, a list of types or an object with `type`", path)
        kind = schema.get("type")
        if not isinstance(kind, str):
            return self.type(kind, (*path, "type"), space)
        if kind in _COMPLEX:
            return self.complex(schema, kind, path, space), False
        found = self.word(kind, (*path, "type"), space)
        return self.logical(schema, kind, found), kind == "null"

    def union(self, schema: list[object], path: Path, space: str) -> tuple[Type, bool]:
        branches = [(at, branch) for at, branch in enumerate(schema) if branch not in ("null", {"type": "null"})]
        nullable = len(branches) < len(schema)
        types = tuple(self.type(branch, (*path, at), space)[0] for at, branch in branches)
        if len(types) == 1:
            return types[0], nullable
        if not types:
            return Type("unknown", written="null"), True
        return Type("union", branches=types, written=" | ".join(one.written for one in types)), nullable

    def word(self, name: str, path: Path, space: str) -> Type:
        if name in _PRIMITIVES:
            return replace(_PRIMITIVES[name], written=name)
        if name == "null":
            return Type("unknown", written="null")
        full = name if "." in name or not space else f"{space}.{name}"
        for known in (full, name):
            if known in self.named.known or known in self.named.open:
                return self.named.get(known, lambda: Type("unknown"))
        self.source.tell(
            "GEN003",
            f"Type {shown(name)} is defined nowhere before this",
            path,
            expected="a type of Avro, or a record, enum or fixed that stands earlier in the file",
        )
        return Type("unknown", written=name)

    def logical(self, schema: dict[str, object], kind: str, found: Type) -> Type:
        """The logical type, where it is one of the specification and fits; others are ignored, as it says."""
        logical = schema.get("logicalType")
        if logical == "decimal" and kind in {"bytes", "fixed"}:
            precision, scale = whole(schema.get("precision")), whole(schema.get("scale", 0))
            if precision and scale is not None and scale <= precision:
                return Type("decimal", precision=precision, scale=scale, written=f"decimal({precision},{scale})")
        if isinstance(logical, str) and (kind, logical) in _LOGICAL:
            return replace(_LOGICAL[kind, logical], written=logical)
        return found

    def complex(self, schema: dict[str, object], kind: str, path: Path, space: str) -> Type:
        if kind in {"array", "map"}:
            inner = "items" if kind == "array" else "values"
            found = self.type(schema.get(inner), (*path, inner), space)[0]
            return Type("array" if kind == "array" else "map", items=found, written=f"{kind} of {found.written}")
        full, space = self.names(schema, path, space)
        if full in self.named.known or full in self.named.open:
            self.source.tell("GEN002", f"Type {shown(full)} is defined twice; keep one", (*path, "name"))
            return self.named.get(full, lambda: Type("unknown"))
        if kind == "fixed":
            size = whole(schema.get("size"))
            made = self.logical(schema, kind, Type("bytes", length=size))
            return self.named.get(full, lambda: replace(made, name=full, written=made.written or f"fixed({size})"))
        if kind == "enum":
            return self.named.get(full, lambda: self.enum(schema, full, path))
        return self.named.get(full, lambda: self.record(schema, full, space, path))

    def names(self, schema: dict[str, object], path: Path, space: str) -> tuple[str, str]:
        """Full name and namespace of a named type."""
        name = schema.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.source.refuse("A record, enum or fixed needs a name of letters, digits and `_`", path)
        if "." not in name:
            given = schema.get("namespace", space)
            name = f"{given}.{name}" if isinstance(given, str) and given else name
        return name, name.rpartition(".")[0]

    def enum(self, schema: dict[str, object], full: str, path: Path) -> Type:
        symbols = schema.get("symbols")
        words = tuple(str(symbol) for symbol in symbols) if isinstance(symbols, list) else ()
        known: set[str] = set()
        for at, word in enumerate(words):
            if word in known:
                self.source.tell("GEN002", f"Symbol {shown(word)} stands twice in this enum", (*path, "symbols", at))
            known.add(word)
        fallback = text(schema.get("default"))
        if fallback is not None and fallback not in words:
            message = f"The default {shown(fallback)} is no symbol of this enum"
            self.source.tell("GEN003", message, (*path, "default"), expected=", ".join(words))
        return Type("string", symbols=words, fallback=fallback, name=full, written=f"enum {full}")

    def record(self, schema: dict[str, object], full: str, space: str, path: Path) -> Type:
        if not isinstance(schema.get("fields"), list):
            self.source.refuse(f"Record {shown(full)} has no list of fields", path)
        found: list[Field] = []
        names: set[str] = set()
        for at, entry in entries(schema["fields"]):
            here = (*path, "fields", at)
            name = entry.get("name")
            if not isinstance(name, str) or "type" not in entry:
                self.source.tell("GEN001", "A field needs `name` and `type`", here)
                continue
            if name in names:
                self.source.tell("GEN002", f"Field {shown(name)} stands twice in this record", (*here, "name"))
                continue
            names.add(name)
            kind, nullable = self.type(entry["type"], (*here, "type"), space)
            aliases = entry.get("aliases")
            found.append(
                Field(
                    name,
                    kind,
                    nullable=nullable,
                    values=kind.symbols,
                    default=_default(entry),
                    aliases=tuple(map(str, aliases)) if isinstance(aliases, list) else (),
                    description=text(entry.get("doc")),
                )
            )
        return Type("record", fields=tuple(found), name=full, written=full)


def _default(entry: dict[str, object]) -> str | None:
    """The default as text: `null` for null, JSON for a list or an object; None where there is none."""
    if "default" not in entry:
        return None
    value = entry["default"]
    return json.dumps(value, default=str) if value is None or isinstance(value, list | dict) else text(value)
