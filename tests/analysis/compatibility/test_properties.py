"""What holds of every comparison: verdicts follow from what can be read, and nothing changes without a change."""

import json
import random
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plangate.analysis.compatibility.avro import can_read
from plangate.analysis.compatibility.avro_changes import compare_avro
from plangate.analysis.compatibility.avro_schema import parse
from plangate.analysis.compatibility.change import Verdict, worst
from plangate.analysis.compatibility.json_changes import compare_json_schema

from .test_avro_oracle import pair, sound

Draw = random.Random


@pytest.mark.parametrize("block", range(4))
def test_the_changes_of_avro_say_what_resolution_says(block: int) -> None:
    kinder = harsher = 0
    for seed in range(20_000 + block * 500, 20_500 + block * 500):
        new, old = pair(seed)
        if not sound(new) or not sound(old):
            continue
        changes = compare_avro(old, new)
        for readable, verdict in (
            (not can_read(parse(new), parse(old)), worst(change.backward for change in changes)),
            (not can_read(parse(old), parse(new)), worst(change.forward for change in changes)),
        ):
            kinder += not readable and verdict is Verdict.COMPATIBLE
            harsher += readable and verdict is Verdict.BREAKING
        assert compare_avro(old, old) == ()
    assert kinder == 0
    assert harsher <= 5, "an alias to a branch of another union may be read although no pair of branches says so"


def leaf(draw: Draw) -> dict[str, Any]:
    make: Callable[[], dict[str, Any]] = draw.choice(
        (
            lambda: {"type": draw.choice(["integer", "number", "string", "boolean", ["string", "null"]])},
            lambda: {"type": "integer", draw.choice(["minimum", "maximum", "exclusiveMinimum"]): draw.randint(0, 3)},
            lambda: {"type": "integer", "multipleOf": draw.choice([1, 2, 4])},
            lambda: {"type": "string", draw.choice(["minLength", "maxLength"]): draw.randint(0, 3)},
            lambda: {"enum": draw.sample(["a", "bb", 1, 2, "1", "", None], draw.randint(1, 4))},
            lambda: {"allOf": [{"type": draw.choice(["integer", "string"])}, {"maximum": 2}]},
            lambda: {"const": draw.choice(["a", 1])},
            dict,
        )
    )
    return make()


def schema(draw: Draw, depth: int) -> Any:
    roll = draw.random()
    if depth == 0 or roll < 0.35:
        return leaf(draw)
    if roll < 0.45:
        made: dict[str, Any] = {"type": "array", "items": schema(draw, depth - 1)}
        if draw.random() < 0.5:
            made[draw.choice(["minItems", "maxItems"])] = draw.randint(0, 2)
        return made | ({"uniqueItems": True} if draw.random() < 0.2 else {})
    if roll < 0.55:
        return {draw.choice(["anyOf", "anyOf", "allOf"]): [schema(draw, depth - 1) for _ in range(draw.randint(1, 3))]}
    if roll < 0.6:
        return {"not": leaf(draw)}
    names = draw.sample("xyz", draw.randint(0, 3))
    made = {"type": "object", "properties": {name: schema(draw, depth - 1) for name in names}}
    if draw.random() < 0.4:
        made["required"] = draw.sample("xyz", draw.randint(1, 2))
    further = draw.choice([None, None, False, True, leaf(draw)])
    if further is not None:
        made["additionalProperties"] = further
    if draw.random() < 0.15:
        made["patternProperties"] = {"^y": leaf(draw)}
    return made


def edited(draw: Draw, raw: Any) -> Any:
    """Change a schema in some places."""
    if draw.random() < 0.15:
        return leaf(draw)
    if not isinstance(raw, dict):
        return raw
    made = dict(raw)
    for key in ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"):
        if key in made and draw.random() < 0.5:
            made[key] += draw.choice([-1, 1, 2])
            made[key] = max(made[key], 0)
    if "properties" in made:
        made["properties"] = {
            name: edited(draw, found) for name, found in made["properties"].items() if draw.random() < 0.85
        }
        if draw.random() < 0.3:
            made["properties"][draw.choice("xyz")] = leaf(draw)
    for key in ("items", "not"):
        if key in made:
            made[key] = edited(draw, made[key])
    for key in ("anyOf", "allOf"):
        if key in made:
            made[key] = [edited(draw, entry) for entry in made[key]] + ([leaf(draw)] if draw.random() < 0.3 else [])
    if draw.random() < 0.2:
        made.pop(draw.choice(sorted(made) or [""]), None)
    if "type" in made and draw.random() < 0.1:
        made["type"] = draw.choice([made["type"], "number", "object"])
    return made


def document(draw: Draw, depth: int) -> Any:
    roll = draw.random()
    if depth == 0 or roll < 0.35:
        return draw.choice([None, True, 0, 1, 2, 3, 4, 2.5, "", "1", "a", "bb", "abcd"])
    if roll < 0.5:
        return [document(draw, depth - 1) for _ in range(draw.randint(0, 3))]
    return {name: document(draw, depth - 1) for name in draw.sample("xyzw", draw.randint(0, 4))}


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("block", range(4))
def test_what_is_said_to_read_old_documents_takes_them(block: int, lenient: bool) -> None:
    """A schema that is judged as backward compatible takes every document that the old one took."""
    draw = random.Random(block)  # noqa: S311
    documents = [document(draw, 3) for _ in range(120)]
    compatible = broken = 0
    for _ in range(400):
        old = schema(draw, 2)
        new = edited(draw, old)
        changes = compare_json_schema(old, new, lenient=lenient)
        if worst(change.backward for change in changes) is not Verdict.COMPATIBLE:
            broken += 1
            continue
        compatible += old != new
        if lenient and any("PROPERT" in change.rule_id for change in changes):
            continue
        takes, took = jsonschema.Draft202012Validator(new), jsonschema.Draft202012Validator(old)
        for entry in documents:
            assert not took.is_valid(entry) or takes.is_valid(entry), (json.dumps(old), json.dumps(new), entry)
    assert compatible > 40
    assert broken > 40


@pytest.mark.parametrize("block", range(2))
def test_forward_is_backward_of_the_exchange(block: int) -> None:
    draw = random.Random(100 + block)  # noqa: S311
    for _ in range(500):
        old = schema(draw, 2)
        new = edited(draw, old)
        there, back = compare_json_schema(old, new), compare_json_schema(new, old)
        pairs = (
            (worst(change.forward for change in there), worst(change.backward for change in back)),
            (worst(change.backward for change in there), worst(change.forward for change in back)),
        )
        for one, other in pairs:
            assert one == other, (json.dumps(old), json.dumps(new))
        assert bool(there) is bool(back)
        assert compare_json_schema(old, old) == ()


def diamond(depth: int, last: object) -> dict[str, Any]:
    """A schema whose definitions each refer to the next one twice."""
    made: dict[str, Any] = {"$ref": "#/$defs/d0", "$defs": {f"d{depth}": last}}
    for level in range(depth):
        both = {"$ref": f"#/$defs/d{level + 1}"}
        made["$defs"][f"d{level}"] = {"type": "object", "properties": {"l": both, "r": dict(both)}}
    return made


def test_a_definition_in_many_places_is_told_in_full_once() -> None:
    old, new = diamond(40, {"type": "integer"}), diamond(40, {"type": "number", "title": "n"})
    changes = compare_json_schema(old, new)
    assert 40 < len(changes) < 200
    assert {change.rule_id for change in changes} == {"JSON-TITLE-CHANGED", "JSON-TYPE-EXTENDED"}
    assert worst(change.forward for change in changes) is Verdict.BREAKING


def test_what_leans_on_a_definition_under_way_is_compared_again() -> None:
    """`b` holds `a`, which differs, while `a` is under way; whether `b` covers the new property turns on that."""

    def whole(kind: str, **more: Any) -> dict[str, Any]:
        first = {"first": {"$ref": "#/$defs/a"}}
        inner = {"b": {"$ref": "#/$defs/b"}, "v": {"type": kind}}
        return {
            "type": "object",
            "properties": {**first, **more},
            "additionalProperties": {"$ref": "#/$defs/b"},
            "$defs": {
                "a": {"type": "object", "properties": inner},
                "b": {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}},
            },
        }

    changes = compare_json_schema(whole("number"), whole("integer", z={"$ref": "#/$defs/b"}))
    assert "JSON-PROPERTY-ADDED-NOT-COVERED-BY-PARTIALLY-OPEN-CONTENT-MODEL" in [change.rule_id for change in changes]


WORDS = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "not",
        "enum",
        "const",
        "$ref",
        "additionalProperties",
        "patternProperties",
        "prefixItems",
        "dependencies",
        "maximum",
        "multipleOf",
        "name",
        "fields",
        "symbols",
        "size",
        "default",
    ]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.floats(),
    st.sampled_from(["record", "enum", "int", "object", "#", "(", "a"]),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4), max_leaves=12
)


@given(JSON, JSON)
@example({"dependencies": {"$ref": None}}, None)
@pytest.mark.parametrize("compare", [compare_json_schema, compare_avro])
def test_whatever_is_json_is_compared_or_refused(compare: Callable[..., Any], old: Any, new: Any) -> None:
    for before, after in ((old, new), (new, old), (old, old)):
        try:
            changes = compare(before, after)
        except ValueError:
            continue
        else:
            assert before is not after or not changes
