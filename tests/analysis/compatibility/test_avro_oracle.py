"""Our schema resolution against the checker of the `avro` package, on thousands of generated pairs."""

import json
import random
from typing import Any

import avro.compatibility
import avro.schema
import pytest

from plangate.analysis.compatibility.avro import DISAGREEMENTS, Disagreement, can_read
from plangate.analysis.compatibility.avro_schema import PRIMITIVES, parse

Draw = random.Random
_SIMPLE = sorted(PRIMITIVES - {"null"})
_LOGICAL: tuple[dict[str, Any], ...] = (
    {"type": "int", "logicalType": "date"},
    {"type": "int", "logicalType": "time-millis"},
    {"type": "long", "logicalType": "timestamp-millis"},
    {"type": "long", "logicalType": "timestamp-micros"},
    {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2},
    {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2},
    {"type": "string", "logicalType": "uuid"},
)


def accepted(reader: object, writer: object) -> bool:
    """Tell what the checker of the `avro` package says."""
    checker = avro.compatibility.ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    result = checker.get_compatibility(avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer)))
    return result.compatibility is avro.compatibility.SchemaCompatibilityType.compatible


def explained(reader: object, writer: object) -> str:
    """Name what explains a difference between the checker and us; empty where nothing does."""
    spelled = in_full(reader, "")
    reasons = can_read(parse(spelled), parse(writer))
    if spelled != reader and accepted(spelled, writer) is not bool(reasons):
        return "alias"
    kinds = {reason.kind for reason in reasons}
    known = {entry.kind for entry in DISAGREEMENTS if not entry.readable}
    return ",".join(sorted(kinds)) if kinds and kinds <= known else ""


def in_full(raw: Any, space: str) -> Any:
    """Write the aliases of named types with their namespace."""
    if isinstance(raw, list):
        return [in_full(entry, space) for entry in raw]
    if not isinstance(raw, dict):
        return raw
    space = raw.get("namespace", space)
    made = {
        key: in_full(value, space) if key in {"type", "items", "values", "fields"} else value
        for key, value in raw.items()
    }
    if "type" in raw and raw["type"] in ("record", "enum", "fixed") and "aliases" in raw:
        made["aliases"] = [alias if "." in alias or not space else f"{space}.{alias}" for alias in raw["aliases"]]
    return made


class Maker:
    """Makes schemas of a few names, so that two of them meet often."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.taken: set[str] = set()
        self.open: list[str] = []
        self.space = ""

    def schema(self, depth: int) -> Any:
        roll = self.draw.random()
        if depth <= 0 or roll < 0.3:
            return self.draw.choice(_SIMPLE) if self.draw.random() < 0.75 else dict(self.draw.choice(_LOGICAL))
        if roll < 0.38:
            return {"type": "array", "items": self.schema(depth - 1)}
        if roll < 0.46:
            return {"type": "map", "values": self.schema(depth - 1)}
        if roll < 0.6:
            return self.union(depth)
        if roll < 0.66 and self.open:
            return self.draw.choice(self.open)
        return self.named(depth)

    def union(self, depth: int) -> Any:
        kinds: list[Any] = self.draw.sample(["null", *_SIMPLE], self.draw.randint(1, 3))
        if self.draw.random() < 0.4 and (named := self.named(depth)) not in _SIMPLE:
            kinds.append(named)
        if self.draw.random() < 0.2:
            kinds.append({"type": "array", "items": self.schema(depth - 1)})
        self.draw.shuffle(kinds)
        return kinds

    def named(self, depth: int) -> Any:
        free = [name for name in ("A", "B", "C", "D") if name not in self.taken]
        if not free:
            return self.draw.choice(_SIMPLE)
        name = self.draw.choice(free)
        self.taken.add(name)
        made: dict[str, Any] = {"name": name}
        around = self.space
        if self.draw.random() < 0.5:
            made["namespace"] = self.space = self.draw.choice(["n", "m"])
        if self.draw.random() < 0.3:
            made["aliases"] = [self.draw.choice(["A", "B", "n.A", "m.B", "C"])]
        kind = self.draw.choice(["record", "record", "record", "enum", "fixed"])
        made["type"] = kind
        if kind == "enum":
            made["symbols"] = self.draw.sample(["R", "G", "B"], self.draw.randint(1, 3))
            if self.draw.random() < 0.4:
                made["default"] = self.draw.choice(made["symbols"])
        elif kind == "fixed":
            made["size"] = self.draw.choice([2, 2, 4])
        else:
            if self.space:
                self.open.append(f"{self.space}.{name}")
            made["fields"] = [self.field(one, depth - 1) for one in self.draw.sample("abcd", self.draw.randint(0, 3))]
        self.space = around
        return made

    def field(self, name: str, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {"name": name}
        if self.draw.random() < 0.25:
            made["type"] = ["null", self.draw.choice(_SIMPLE)]
            made["default"] = None
        elif self.draw.random() < 0.3:
            made["type"], made["default"] = self.draw.choice([("int", 0), ("string", ""), ("boolean", False)])
        else:
            made["type"] = self.schema(depth)
        if self.draw.random() < 0.2:
            made["aliases"] = [self.draw.choice("abcd")]
        return made


def changed(draw: Draw, raw: Any) -> Any:
    """Change a schema in some places, as an author would."""
    if isinstance(raw, str):
        return draw.choice(_SIMPLE) if raw in PRIMITIVES and draw.random() < 0.12 else raw
    if isinstance(raw, list):
        branches = [changed(draw, entry) for entry in raw]
        keys = [entry if isinstance(entry, str) else entry.get("name", entry["type"]) for entry in branches]
        if len(set(keys)) != len(keys):
            return raw
        return [*branches, "null"] if "null" not in keys and draw.random() < 0.2 else branches
    made: dict[str, Any] = dict(raw)
    if "logicalType" in made and draw.random() < 0.4:
        return dict(draw.choice(_LOGICAL))
    if "name" in made and draw.random() < 0.15:
        made |= {"name": "E", "aliases": [made["name"]]}
    if "fields" in made:
        fields = [
            dict(entry, type=changed(draw, entry["type"]) if "default" not in entry else entry["type"])
            for entry in made["fields"]
        ]
        if fields and draw.random() < 0.2:
            fields.pop(draw.randrange(len(fields)))
        if draw.random() < 0.2:
            fields.append({"name": "z", "type": "int", **({"default": 0} if draw.random() < 0.5 else {})})
        draw.shuffle(fields)
        made["fields"] = fields
    for key in ("items", "values"):
        if key in made:
            made[key] = changed(draw, made[key])
    if "symbols" in made and draw.random() < 0.3:
        made["symbols"] = [*made["symbols"], "X"]
    if "size" in made and draw.random() < 0.15:
        made["size"] = 8
    return made


def pair(seed: int) -> tuple[Any, Any]:
    """Make a writer's schema and a reader's: mostly the same one changed, sometimes another."""
    draw = random.Random(seed)  # noqa: S311
    writer = Maker(draw).schema(3)
    return (changed(draw, writer) if draw.random() < 0.7 else Maker(draw).schema(3)), writer


def sound(raw: object) -> bool:
    """Tell whether the `avro` package reads a schema: a change may have taken a type away that is named later."""
    try:
        avro.schema.parse(json.dumps(raw))
    except avro.errors.SchemaParseException:
        return False
    return True


@pytest.mark.parametrize("block", range(8))
def test_we_agree_or_say_why(block: int) -> None:
    compared = refused = 0
    why: set[str] = set()
    for seed in range(block * 1000, block * 1000 + 1000):
        reader, writer = pair(seed)
        if not sound(reader) or not sound(writer):
            continue
        compared += 1
        ours = not can_read(parse(reader), parse(writer))
        refused += not ours
        if ours is not accepted(reader, writer):
            why.add(explained(reader, writer))
            assert "" not in why, (seed, json.dumps(reader), json.dumps(writer))
    assert compared > 700
    assert 0.2 < refused / compared < 0.9
    assert why >= {"logical", "decimal", "alias"}


@pytest.mark.filterwarnings("ignore:Unknown local-timestamp")
@pytest.mark.parametrize("entry", DISAGREEMENTS, ids=lambda entry: entry.id)
def test_each_disagreement_is_one(entry: Disagreement) -> None:
    assert (not can_read(parse(entry.reader), parse(entry.writer))) is entry.readable
    assert accepted(entry.reader, entry.writer) is not entry.readable
    assert entry.kind == "name" or explained(entry.reader, entry.writer) == entry.kind


def test_a_disagreement_that_nobody_listed_is_seen() -> None:
    assert not explained("int", "string")
