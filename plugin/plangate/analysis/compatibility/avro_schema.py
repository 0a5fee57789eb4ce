"""Avro schemas as values: names resolved, defaults and logical types kept, what is unreadable refused with a reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

PRIMITIVES = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_LOGICAL: Mapping[str, frozenset[str]] = {
    "decimal": frozenset({"bytes", "fixed"}),
    "big-decimal": frozenset({"bytes"}),
    "uuid": frozenset({"string", "fixed"}),
    "date": frozenset({"int"}),
    "time-millis": frozenset({"int"}),
    "duration": frozenset({"fixed"}),
    **dict.fromkeys(
        (
            "time-micros",
            "timestamp-millis",
            "timestamp-micros",
            "timestamp-nanos",
            "local-timestamp-millis",
            "local-timestamp-micros",
            "local-timestamp-nanos",
        ),
        frozenset({"long"}),
    ),
}
"""The types that each logical type may stand on; on any other it is ignored, as the specification asks."""


class AvroField(Struct, frozen=True):
    """A field of a record; `has_default` tells a default of null from none."""

    name: str
    type: "Avro"
    has_default: bool = False
    default: object = None
    aliases: tuple[str, ...] = ()
    doc: str = ""


@dataclass(slots=True, eq=False)
class Avro:
    """A type of an Avro schema, told apart by identity: a record may hold itself.

    `type` is a primitive's name, `record`, `enum`, `fixed`, `array`, `map` or `union`; `name` is the full name.
    """

    type: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    fields: tuple[AvroField, ...] = ()
    symbols: tuple[str, ...] = ()
    default: str | None = None
    size: int = 0
    items: "Avro | None" = None
    branches: tuple["Avro", ...] = ()
    logical: str = ""
    precision: int = 0
    scale: int = 0
    doc: str = ""

    @property
    def short(self) -> str:
        """The name without its namespace."""
        return self.name.rpartition(".")[2]

    def __str__(self) -> str:
        if self.logical == "decimal":
            return f"decimal({self.precision},{self.scale})"
        if self.logical:
            return self.logical
        if self.type == "union":
            return f"[{', '.join(map(str, self.branches))}]"
        if self.items is not None:
            return f"{self.type} of {self.items}"
        return f"{self.type} {self.name}" if self.name else self.type


def parse(raw: object) -> Avro:
    """Read a schema from parsed JSON; raises ValueError with a sentence where it is none."""
    return _Reading({}).read(raw, "")


@dataclass(slots=True)
class _Reading:
    """The names known so far, while one schema is read."""

    names: dict[str, Avro] = field(default_factory=dict)

    def read(self, raw: object, space: str) -> Avro:
        if isinstance(raw, str):
            return self._named(raw, space)
        if isinstance(raw, list):
            return self._union(raw, space)
        if not isinstance(raw, Mapping) or "type" not in raw:
            raise ValueError(f"{raw!r} is no Avro schema; write a name, a list, or a mapping with `type`")
        kind = raw["type"]
        if kind in ("record", "error", "enum", "fixed"):
            return self._declared(raw, "record" if kind == "error" else str(kind), space)
        if kind == "array":
            return Avro("array", items=self.read(raw.get("items"), space))
        if kind == "map":
            return Avro("map", items=self.read(raw.get("values"), space))
        if not isinstance(kind, str):
            return self.read(kind, space)
        found = self._named(kind, space)
        return _logical(Avro(kind), raw) if kind in PRIMITIVES else found

    def _named(self, name: str, space: str) -> Avro:
        if name in PRIMITIVES:
            return Avro(name)
        found = self.names.get(_full(name, space)) or self.names.get(name)
        if found is None:
            raise ValueError(f"the type `{name}` is used before it is defined")
        return found

    def _union(self, raw: list[object], space: str) -> Avro:
        branches = tuple(self.read(entry, space) for entry in raw)
        seen: set[str] = set()
        for branch in branches:
            key = branch.name or branch.type
            if branch.type == "union":
                raise ValueError("a union stands directly in a union")
            if key in seen:
                raise ValueError(f"a union holds `{key}` twice")
            seen.add(key)
        return Avro("union", branches=branches)

    def _declared(self, raw: Mapping[str, object], kind: str, space: str) -> Avro:
        written, within = raw.get("name"), raw.get("namespace")
        if not isinstance(written, str) or not _NAME.fullmatch(written):
            raise ValueError(f"a {kind} is named {written!r}; a name is letters, digits and _, and no digit first")
        name = _full(written, within if isinstance(within, str) else space)
        if name in self.names:
            raise ValueError(f"the type `{name}` is defined twice")
        inner = name.rpartition(".")[0]
        made = Avro(kind, name, tuple(_full(alias, inner) for alias in _texts(raw.get("aliases"))), doc=_text(raw))
        self.names[name] = made
        if kind == "record":
            made.fields = self._fields(raw.get("fields"), name, inner)
        elif kind == "enum":
            made.symbols, default = _texts(raw.get("symbols")), raw.get("default")
            if default is not None and default not in made.symbols:
                raise ValueError(f"the default {default!r} of enum `{name}` is none of its symbols")
            made.default = None if default is None else str(default)
        else:
            size = raw.get("size")
            if isinstance(size, bool) or not isinstance(size, int) or size < 0:
                raise ValueError(f"fixed `{name}` has the size {size!r}; write a number of bytes")
            made.size = size
            _logical(made, raw)
        return made

    def _fields(self, raw: object, name: str, space: str) -> tuple[AvroField, ...]:
        if not isinstance(raw, list):
            raise ValueError(f"record `{name}` has no list of fields")
        found: dict[str, AvroField] = {}
        for entry in raw:
            if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str) or "type" not in entry:
                raise ValueError(f"a field of record `{name}` lacks its name or type")
            if entry["name"] in found:
                raise ValueError(f"record `{name}` has the field `{entry['name']}` twice")
            found[entry["name"]] = AvroField(
                entry["name"],
                self.read(entry["type"], space),
                "default" in entry,
                entry.get("default"),
                _texts(entry.get("aliases")),
                _text(entry),
            )
        return tuple(found.values())


def _full(name: str, space: str) -> str:
    return name if "." in name or not space else f"{space}.{name}"


def _texts(raw: object) -> tuple[str, ...]:
    return tuple(entry for entry in raw if isinstance(entry, str)) if isinstance(raw, list) else ()


def _text(raw: Mapping[str, object]) -> str:
    doc = raw.get("doc")
    return doc if isinstance(doc, str) else ""


def _logical(made: Avro, raw: Mapping[str, object]) -> Avro:
    logical = raw.get("logicalType")
    if not isinstance(logical, str) or made.type not in _LOGICAL.get(logical, frozenset()):
        return made
    if logical == "decimal":
        precision, scale = raw.get("precision"), raw.get("scale", 0)
        if not isinstance(precision, int) or not isinstance(scale, int) or not 0 <= scale <= precision or not precision:
            return made
        made.precision, made.scale = precision, scale
    if (logical == "uuid" and made.type == "fixed" and made.size != 16) or (logical == "duration" and made.size != 12):
        return made
    made.logical = logical
    return made
