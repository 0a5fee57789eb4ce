"""JSON Schema (drafts 4 to 2020-12): objects as tables."""

import json
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from plangate.model.problem import Path
from plangate.model.table import Field, Table, Type
from plangate.reading.schemas.source import Source, entries, flag, mapping, text, whole
from plangate.reading.yaml import shown

MAX_DEPTH = 64
"""How deep schemas may lie in one another when references are followed."""
MAX_STEPS = 20_000
"""Schemas that are looked at in one document, again for every use."""

_FORMATS = MappingProxyType(
    {
        "date-time": Type("timestamp", zoned=True),
        "date": Type("date"),
        "time": Type("time", zoned=True),
        "duration": Type("interval"),
        "uuid": Type("uuid"),
        "byte": Type("bytes"),
        "binary": Type("bytes"),
        "int32": Type("integer", bits=32),
        "int64": Type("integer", bits=64),
        "float": Type("float", bits=32),
        "double": Type("float", bits=64),
    }
)
_PLAIN = MappingProxyType(
    {"string": Type("string"), "integer": Type("integer"), "number": Type("decimal"), "boolean": Type("boolean")}
)


def json_schema_tables(source: Source) -> tuple[Table, ...]:
    """Read the object at the top as a table, or where there is none each object of `$defs` or `definitions`.

    Raises SchemaRejected where there is no object, or one that grows without end.
    """
    root = mapping(source.data)
    reader = _Reader(source, root)
    top = _Seen.of(reader, root, ())
    found = [_table(reader, _name(root, source.name), root, ())] if top.properties else []
    if not found:
        for holder in ("$defs", "definitions"):
            for name, entry in mapping(root.get(holder)).items():
                inner = mapping(entry)
                if _Seen.of(reader, inner, (holder, name)).properties:
                    found.append(_table(reader, name, inner, (holder, name)))
    if not found:
        source.refuse("This JSON Schema describes no object with properties; a table is an object", ())
    return tuple(found)


def _name(root: dict[str, object], file: str) -> str:
    written = text(root.get("title")) or text(root.get("$id")) or text(root.get("id")) or file
    last = written.rstrip("/#").rsplit("/", 1)[-1]
    return last.removesuffix(".json").removesuffix(".schema")


def _table(reader: "_Reader", name: str, schema: dict[str, object], path: Path) -> Table:
    pointer = "#" + "".join(f"/{part}" for part in path)
    reader.open = {pointer}
    return Table(name, reader.fields(_Seen.of(reader, schema, path), 0), description=text(schema.get("description")))


@dataclass
class _Seen:
    """A schema with its `allOf` and references laid together: each keyword with the path at which it stands."""

    keys: dict[str, tuple[object, Path]] = field(default_factory=dict)
    properties: dict[str, tuple[object, Path]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    pointers: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, reader: "_Reader", schema: object, path: Path) -> "_Seen":
        seen = cls()
        waiting = [(schema, path)]
        while waiting:
            one, here = waiting.pop()
            reader.count(here)
            part = mapping(one)
            waiting.extend(reversed([(inner, (*here, "allOf", at)) for at, inner in entries(part.get("allOf"))]))
            pointer = part.get("$ref")
            if isinstance(pointer, str) and pointer not in seen.pointers:
                seen.pointers[pointer] = None
                if (target := reader.target(pointer, (*here, "$ref"))) is not None:
                    waiting.append(target)
            for key, value in part.items():
                seen.keys.setdefault(key, (value, (*here, key)))
            for name, value in mapping(part.get("properties")).items():
                seen.properties.setdefault(name, (value, (*here, "properties", name)))
            named = part.get("required")
            if isinstance(named, list):
                seen.required.update(str(name) for name in named)
        return seen

    def get(self, key: str) -> object:
        return self.keys[key][0] if key in self.keys else None


class _Reader:
    """Schemas of one document: `open` are the references that are being followed, `steps` the schemas looked at."""

    def __init__(self, source: Source, root: dict[str, object]) -> None:
        self.source, self.root = source, root
        self.steps = 0
        self.open: set[str] = set()
        self.told: set[str] = set()

    def count(self, path: Path) -> None:
        """Count a schema that is looked at, so that references which multiply have an end."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            self.source.refuse(
                f"This document asks for more than {MAX_STEPS} schemas when references are followed", path
            )

    def target(self, pointer: str, path: Path) -> tuple[object, Path] | None:
        """What a `$ref` names inside this document; None, and told, where it names nothing here."""
        value: object = self.root
        found: Path = ()
        if pointer.startswith("#") and (pointer == "#" or pointer.startswith("#/")):
            for part in pointer[2:].split("/") if len(pointer) > 2 else ():
                key = part.replace("~1", "/").replace("~0", "~").replace("%25", "%").replace("%24", "$")
                if isinstance(value, dict) and key in value:
                    value, found = value[key], (*found, key)
                elif isinstance(value, list) and key.isdigit() and len(key) < 6 and int(key) < len(value):
                    value, found = value[int(key)], (*found, int(key))
                else:
                    self.lost(pointer, path, "names nothing in this document")
                    return None
            return value, found
        self.lost(pointer, path, "leads out of this document, and nothing is fetched")
        return None

    def lost(self, pointer: str, path: Path, why: str) -> None:
        if pointer not in self.told:
            self.told.add(pointer)
            self.source.tell("GEN003", f"`$ref` {shown(pointer)} {why}", path, observed=pointer)

    def fields(self, seen: _Seen, depth: int) -> tuple[Field, ...]:
        found = []
        for name, (schema, path) in seen.properties.items():
            inner = _Seen.of(self, schema, path)
            kind, null = self.type(inner, depth + 1, path)
            values = (
                inner.get("enum") if "enum" in inner.keys else [inner.get("const")] if "const" in inner.keys else []
            )
            allowed = [value for value in values if value is not None] if isinstance(values, list) else []
            found.append(
                Field(
                    name,
                    kind,
                    nullable=null or name not in seen.required,
                    values=tuple(_written(value) for value in allowed),
                    pattern=text(inner.get("pattern")),
                    min=_bound(inner, "minimum", "exclusiveMinimum"),
                    max=_bound(inner, "maximum", "exclusiveMaximum"),
                    default=_written(inner.get("default")) if "default" in inner.keys else None,
                    description=text(inner.get("description")),
                    deprecated=flag(inner.get("deprecated")),
                )
            )
        return tuple(found)

    def type(self, seen: _Seen, depth: int, path: Path) -> tuple[Type, bool]:
        """The type of a schema, and whether it allows null."""
        if depth > MAX_DEPTH:
            self.source.refuse(f"This is nested more than {MAX_DEPTH} levels deep", path)
        again = [pointer for pointer in seen.pointers if pointer in self.open]
        if again:
            return Type("record", name=again[0], written=again[0]), False
        self.open.update(seen.pointers)
        try:
            return self.plain(seen, depth, path)
        finally:
            self.open -= seen.pointers.keys()

    def plain(self, seen: _Seen, depth: int, path: Path) -> tuple[Type, bool]:
        branches, null = self.branches(seen, depth)
        null = null or seen.get("nullable") is True
        if branches:
            return (branches[0] if len(branches) == 1 else Type("union", branches=tuple(branches))), null
        words = seen.get("type")
        kinds = [str(word) for word in words] if isinstance(words, list) else [text(words) or _implied(seen)]
        null = null or "null" in kinds
        types = [self.word(kind, seen, depth) for kind in dict.fromkeys(kinds) if kind != "null"]
        enum = seen.get("enum")
        null = null or (isinstance(enum, list) and None in enum)
        if not types:
            return Type("unknown", written="null"), True
        return (types[0] if len(types) == 1 else Type("union", branches=tuple(types))), null

    def branches(self, seen: _Seen, depth: int) -> tuple[list[Type], bool]:
        """The types of `anyOf` or `oneOf`, null left out, and whether null was among them."""
        found: dict[Type, None] = {}
        null = False
        for key in ("anyOf", "oneOf"):
            value, path = seen.keys.get(key, (None, ()))
            for at, entry in entries(value):
                inner = _Seen.of(self, entry, (*path, at))
                if (
                    "type" not in inner.keys
                    and not inner.properties
                    and not {"enum", "const", "anyOf", "oneOf"} & set(inner.keys)
                ):
                    continue  # only a further condition, such as `required`
                kind, allows = self.type(inner, depth + 1, (*path, at))
                null = null or allows
                if kind.written != "null":
                    found[kind] = None
        return list(found), null

    def word(self, kind: str, seen: _Seen, depth: int) -> Type:
        if kind == "object":
            return self.object(seen, depth)
        if kind == "array":
            items, path = seen.keys.get("items", (None, ()))
            if isinstance(items, dict):
                inner = self.type(_Seen.of(self, items, path), depth + 1, path)[0]
                return Type("array", items=inner, written=f"array of {inner.written}")
            return Type("array", written="array")
        form = text(seen.get("format")) or ""
        if kind == "string" and seen.get("contentEncoding") is not None:
            form = "byte"
        if form in _FORMATS and (kind == "string") is (not form.startswith(("int", "float", "double"))):
            return replace(_FORMATS[form], written=f"{kind} ({form})")
        if kind not in _PLAIN:
            return Type("unknown", written=kind)
        if kind == "string":
            length = whole(seen.get("maxLength"))
            return Type("string", length=length, written=kind if length is None else f"string({length})")
        return replace(_PLAIN[kind], written=kind)

    def object(self, seen: _Seen, depth: int) -> Type:
        others, path = seen.keys.get("additionalProperties", (None, ()))
        if not seen.properties and isinstance(others, dict):
            inner = self.type(_Seen.of(self, others, path), depth + 1, path)[0]
            return Type("map", items=inner, written=f"map of {inner.written}")
        return Type("record", fields=self.fields(seen, depth), written="object")


def _implied(seen: _Seen) -> str:
    """The type of a schema that names none, where its other words say it."""
    if seen.properties or "additionalProperties" in seen.keys:
        return "object"
    if "items" in seen.keys:
        return "array"
    values = seen.get("enum") if "enum" in seen.keys else [seen.get("const")]
    if isinstance(values, list) and values and all(isinstance(value, str) for value in values):
        return "string"
    return "unknown"


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _bound(seen: _Seen, *keys: str) -> str | None:
    for key in keys:
        if (value := seen.get(key)) is not None and not isinstance(value, bool):
            return text(value)
    return None
