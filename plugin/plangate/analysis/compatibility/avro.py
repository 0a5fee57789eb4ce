"""Avro's schema resolution: whether a reader with one schema can read what was written with another.

Source: Avro 1.12.0 specification, Schema Resolution; https://avro.apache.org/docs/1.12.0/specification/#schema-resolution
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.compatibility.avro_schema import Avro, AvroField

ReasonKind = Literal["type", "name", "size", "symbols", "default", "branch", "decimal", "logical"]

PROMOTIONS: Mapping[str, frozenset[str]] = {
    "int": frozenset({"long", "float", "double"}),
    "long": frozenset({"float", "double"}),
    "float": frozenset({"double"}),
    "string": frozenset({"bytes"}),
    "bytes": frozenset({"string"}),
}
"""What each type that was written may be read as."""

_MEANING = frozenset({"decimal", "logical"})


class Reason(Struct, frozen=True):
    """Why a reader cannot read, and where: `path` names fields, `[]` an array's items, `{}` a map's values."""

    kind: ReasonKind
    path: str
    says: str


class Disagreement(Struct, frozen=True):
    """A pair that the checker of the `avro` package judges otherwise than we do, and why we do.

    `kind` is what our reasons are made of where we refuse and the checker accepts; `alias` and `name` are about how
    names are spelled out.
    """

    id: str
    says: str
    kind: ReasonKind | Literal["alias"]
    reader: object
    writer: object
    readable: bool


def _decimal(precision: int, scale: int) -> dict[str, object]:
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}


def _fixed(name: str, space: str, *aliases: str) -> dict[str, object]:
    return {"type": "fixed", "name": name, "namespace": space, "size": 2, "aliases": list(aliases)}


def _record(space: str, fields: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "record", "name": "Order", "namespace": space, "fields": fields}


DISAGREEMENTS: tuple[Disagreement, ...] = (
    Disagreement(
        "decimal_precision",
        "The specification lets decimals match only if scale and precision are equal; the checker looks at neither.",
        "decimal",
        _decimal(12, 2),
        _decimal(10, 2),
        readable=False,
    ),
    Disagreement(
        "decimal_scale",
        "With another scale every amount that is read is wrong by a power of ten; the checker sees only bytes.",
        "decimal",
        _decimal(10, 4),
        _decimal(10, 2),
        readable=False,
    ),
    Disagreement(
        "date_to_timestamp",
        "An int may be read as a long, but days read as milliseconds are dates in January 1970.",
        "logical",
        {"type": "long", "logicalType": "timestamp-millis"},
        {"type": "int", "logicalType": "date"},
        readable=False,
    ),
    Disagreement(
        "unit_of_time",
        "Milliseconds read as microseconds are wrong by a factor of 1000; the checker sees two longs.",
        "logical",
        {"type": "long", "logicalType": "timestamp-micros"},
        {"type": "long", "logicalType": "timestamp-millis"},
        readable=False,
    ),
    Disagreement(
        "local_timestamp",
        "A reading of a wall clock is not an instant; the checker sees two longs.",
        "logical",
        {"type": "long", "logicalType": "timestamp-millis"},
        {"type": "long", "logicalType": "local-timestamp-millis"},
        readable=False,
    ),
    Disagreement(
        "relative_alias",
        "An alias without dots lies in the namespace of its type; the checker compares it as it is written.",
        "alias",
        _fixed("New", "shop", "Old"),
        _fixed("Old", "shop"),
        readable=True,
    ),
    Disagreement(
        "alias_of_no_namespace",
        "`Old` as an alias in the namespace shop is shop.Old, not the Old that has no namespace.",
        "alias",
        _fixed("New", "shop", "Old"),
        {"type": "fixed", "name": "Old", "size": 2},
        readable=False,
    ),
    Disagreement(
        "empty_namespace",
        'A namespace of "" is none, also within a type that has one; the checker takes the one around it.',
        "name",
        _record("shop", [{"name": "id", "type": _fixed("New", "", "Old")}]),
        _record("shop", [{"name": "id", "type": _fixed("Old", "")}]),
        readable=True,
    ),
)
"""Where we decide otherwise than the checker of the `avro` package, found by comparing generated pairs."""


def can_read(reader: Avro, writer: Avro) -> tuple[Reason, ...]:
    """Tell why data written with one schema cannot be read with another; nothing where all of it can.

    Takes every branch of a writer's union as possible, and compares logical types where both sides name one.
    """
    refused: dict[_Pair, tuple[Reason, ...]] = {}
    while True:
        attempt = _Resolution(refused)
        found = attempt.resolve(reader, writer)
        if found or not attempt.leant_on & refused.keys():
            return found


def names_match(reader: Avro, writer: Avro) -> bool:
    """Tell whether two named types are one: the same name without namespace, or an alias of the reader."""
    return reader.short == writer.short or writer.name in reader.aliases


def written_field(reader: AvroField, writer: Avro) -> AvroField | None:
    """Find the field of a writer's record that a reader's field is read from: by its name, else by an alias."""
    named = {entry.name: entry for entry in writer.fields}
    return next((named[name] for name in (reader.name, *reader.aliases) if name in named), None)


_Pair = tuple[int, int]


@dataclass(slots=True)
class _Resolution:
    """One walk through two schemas. A pair that is under way is taken as readable, so that records may hold themselves;
    where one was taken so and then refused, the walk is made again. `refused` is certain and kept between walks.
    """

    refused: dict[_Pair, tuple[Reason, ...]]
    readable: set[_Pair] = field(default_factory=set)
    under_way: set[_Pair] = field(default_factory=set)
    leant_on: set[_Pair] = field(default_factory=set)

    def resolve(self, reader: Avro, writer: Avro) -> tuple[Reason, ...]:
        pair = (id(reader), id(writer))
        if pair in self.refused:
            return self.refused[pair][:1]
        if pair in self.under_way:
            self.leant_on.add(pair)
            return ()
        if pair in self.readable:
            return ()
        self.under_way.add(pair)
        found = tuple(self._reasons(reader, writer))
        self.under_way.discard(pair)
        if found:
            self.refused[pair] = found
        else:
            self.readable.add(pair)
        return found

    def _reasons(self, reader: Avro, writer: Avro) -> Iterable[Reason]:
        if writer.type == "union":
            return (reason for branch in writer.branches for reason in self.resolve(reader, branch))
        if reader.type == "union":
            return self._branch(reader, writer)
        if reader.type != writer.type and reader.type not in PROMOTIONS.get(writer.type, ()):
            return (Reason("type", "", f"{writer} cannot be read as {reader}"),)
        return (*self._shape(reader, writer), *_meaning(reader, writer))

    def _branch(self, reader: Avro, writer: Avro) -> tuple[Reason, ...]:
        tried = [self.resolve(branch, writer) for branch in reader.branches]
        if not tried or all(reasons for reasons in tried):
            near = next((reasons for reasons in tried if {reason.kind for reason in reasons} <= _MEANING), ())
            return near or (Reason("branch", "", f"no branch of {reader} reads {writer}"),)
        return ()

    def _shape(self, reader: Avro, writer: Avro) -> Iterator[Reason]:
        if reader.name and not names_match(reader, writer):
            yield Reason("name", "", f"{reader.type} {writer.name} is not {reader.name}, which has no such alias")
        if reader.type == "fixed" and reader.size != writer.size:
            yield Reason("size", "", f"{writer.size} bytes cannot be read as {reader.size}")
        if reader.type == "enum" and reader.default is None:
            lost = sorted(set(writer.symbols) - set(reader.symbols))
            if lost:
                yield Reason("symbols", "", f"{', '.join(lost)} is unknown to enum {reader.name}, which has no default")
        if reader.items is not None and writer.items is not None:
            step = "[]" if reader.type == "array" else "{}"
            yield from _under(step, self.resolve(reader.items, writer.items))
        for entry in reader.fields if reader.type == "record" else ():
            written = written_field(entry, writer)
            if written is not None:
                yield from _under(entry.name, self.resolve(entry.type, written.type))
            elif not entry.has_default:
                yield Reason("default", entry.name, f"{entry.name} was not written and has no default")


def _under(step: str, reasons: Iterable[Reason]) -> Iterator[Reason]:
    return (
        replace(reason, path=step + ("" if not reason.path or reason.path[0] in "[{" else ".") + reason.path)
        for reason in reasons
    )


def _meaning(reader: Avro, writer: Avro) -> Iterator[Reason]:
    if not reader.logical or not writer.logical:
        return
    if reader.logical != writer.logical:
        yield Reason("logical", "", f"{writer} means something else than {reader}")
    elif (reader.precision, reader.scale) != (writer.precision, writer.scale):
        yield Reason("decimal", "", f"{writer} and {reader} differ in precision or scale")
