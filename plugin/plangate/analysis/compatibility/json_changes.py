"""What changed between two JSON Schemas, by the rules of Confluent's registry: strict, or lenient about properties."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import Any

from plangate.analysis.compatibility.change import Change, Verdict, made
from plangate.analysis.compatibility.json_rules import BY_NAME, INVERSE, LENIENT, LIMITS

Schema = Mapping[str, Any]
_ACCEPTED = frozenset(name for name, rule in BY_NAME.items() if rule.backward is Verdict.COMPATIBLE)
_SUM = ("anyOf", "oneOf")
_ASIDE = frozenset({"$schema", "$id", "$defs", "definitions", "$comment", "title", "description"})
"""Keywords that say nothing of what is valid."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference at one place, and the one that is seen when old and new are exchanged."""

    name: str
    inverse: str
    path: str
    before: str
    after: str


def compare_json_schema(before: object, after: object, *, lenient: bool = False) -> tuple[Change, ...]:
    """Tell what changed between two schemas, each as parsed JSON; raises ValueError where one is no schema.

    `lenient` also accepts what concerns only properties that nobody named. References within the document are
    followed; another reference raises ValueError.
    """
    accepted = _ACCEPTED | LENIENT if lenient else _ACCEPTED
    found = _Comparison(before, after, accepted).schemas(before, after, "")
    return tuple(
        made(
            BY_NAME[entry.name],
            entry.path,
            entry.path.rpartition(".")[2] or "the schema",
            entry.before,
            entry.after,
            backward=_verdict(entry.name, accepted),
            forward=_verdict(entry.inverse, accepted),
        )
        for entry in found
    )


def _verdict(name: str, accepted: frozenset[str]) -> Verdict:
    if BY_NAME[name].backward is Verdict.UNDETERMINED:
        return Verdict.UNDETERMINED
    return Verdict.COMPATIBLE if name in accepted else Verdict.BREAKING


@dataclass(slots=True)
class _Comparison:
    """The two documents, for the references in them, and the pairs of references that are under way."""

    before: object
    after: object
    accepted: frozenset[str]
    under_way: set[tuple[str, str]] = field(default_factory=set)

    def schemas(self, before: object, after: object, path: str) -> list[Difference]:
        if not _reference(before) and not _reference(after):
            return list(self._plain(_read(before, self.before), _read(after, self.after), path))
        pair = (_reference(before) or str(id(before)), _reference(after) or str(id(after)))
        if pair in self.under_way:
            return []
        self.under_way.add(pair)
        found = list(self._plain(_read(before, self.before), _read(after, self.after), path))
        self.under_way.discard(pair)
        return found

    def _plain(self, old: Schema | bool, new: Schema | bool, path: str) -> Iterator[Difference]:
        if _shown(old) == _shown(new):
            return
        if isinstance(old, bool) or isinstance(new, bool):
            wider = old is False or new is True
            yield _difference("TYPE_EXTENDED" if wider else "TYPE_NARROWED", path, _shown(old), _shown(new))
            return
        yield from _notes(old, new, path)
        if _combined(old) or _combined(new):
            yield from self._combinations(old, new, path)
            if bool(_combined(old)) != bool(_combined(new)) and "allOf" not in (_combined(old), _combined(new)):
                return
        changed = list(_types(old, new, path))
        yield from changed
        if any(entry.name == "TYPE_CHANGED" for entry in changed):
            return
        yield from _limits(old, new, path)
        yield from _values(old, new, path)
        yield from self._objects(old, new, path)
        yield from self._arrays(old, new, path)
        yield from self._not(old, new, path)

    def _objects(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = _schemas(old, "properties"), _schemas(new, "properties")
        required, requires = set(_listed(old.get("required"))), set(_listed(new.get("required")))
        for name in _union(before, after):
            at = _at(path, name)
            if name not in after:
                yield from self._removed(name, before[name], new, name in required, at)
            elif name not in before:
                yield from self._added(name, old, after[name], name in requires, at)
            else:
                if name in required - requires:
                    yield _difference("REQUIRED_ATTRIBUTE_REMOVED", at, "required", "optional", _required(before[name]))
                elif name in requires - required:
                    yield _difference(_required(after[name]), at, "optional", "required")
                yield from self.schemas(before[name], after[name], at)
        both_unnamed = (required ^ requires) - before.keys() - after.keys()
        for name in sorted(both_unnamed):
            rule = "REQUIRED_ATTRIBUTE_REMOVED" if name in required else "REQUIRED_ATTRIBUTE_ADDED"
            words = ("required", "") if name in required else ("", "required")
            yield _difference(rule, _at(path, name), *words)
        yield from self._further(old, new, path)
        yield from self._dependencies(old, new, path)

    def _added(self, name: str, old: Schema, new: object, required: bool, at: str) -> Iterator[Difference]:
        default = isinstance(new, Mapping) and "default" in new
        kind = "OPTIONAL_PROPERTY" if not required else "REQUIRED_PROPERTY" + ("_WITH_DEFAULT" if default else "")
        if _is_open(old):
            if new is True or new == {}:
                kind = "PROPERTY_WITH_EMPTY_SCHEMA"
            yield _difference(f"{kind}_ADDED_TO_OPEN_CONTENT_MODEL", at, "", _shown(new))
            return
        covering = _covering(old, name)
        if covering is None:
            inverse = "PROPERTY_WITH_FALSE" if new is False else "PROPERTY"
            yield _difference(
                f"{kind}_ADDED_TO_UNOPEN_CONTENT_MODEL",
                at,
                "",
                _shown(new),
                f"{inverse}_REMOVED_FROM_CLOSED_CONTENT_MODEL",
            )
            return
        within = self.schemas(covering, new, at)
        yield _difference(
            _covered("ADDED", all(entry.name in self.accepted for entry in within)),
            at,
            "",
            _shown(new),
            _covered("REMOVED", all(entry.inverse in self.accepted for entry in within)),
        )
        if required:
            yield _difference(_required(new), at, "", "required")

    def _removed(self, name: str, old: object, new: Schema, required: bool, at: str) -> Iterator[Difference]:
        default = isinstance(old, Mapping) and "default" in old
        kind = "OPTIONAL_PROPERTY" if not required else "REQUIRED_PROPERTY" + ("_WITH_DEFAULT" if default else "")
        if _is_open(new):
            if old is True or old == {}:
                kind = "PROPERTY_WITH_EMPTY_SCHEMA"
            yield _difference(
                "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
                at,
                _shown(old),
                "",
                f"{kind}_ADDED_TO_OPEN_CONTENT_MODEL",
            )
            return
        covering = _covering(new, name)
        if covering is None:
            gone = "PROPERTY_WITH_FALSE" if old is False else "PROPERTY"
            yield _difference(
                f"{gone}_REMOVED_FROM_CLOSED_CONTENT_MODEL",
                at,
                _shown(old),
                "",
                f"{kind}_ADDED_TO_UNOPEN_CONTENT_MODEL",
            )
            return
        within = self.schemas(old, covering, at)
        yield _difference(
            _covered("REMOVED", all(entry.name in self.accepted for entry in within)),
            at,
            _shown(old),
            "",
            _covered("ADDED", all(entry.inverse in self.accepted for entry in within)),
        )
        if required:
            yield _difference("REQUIRED_ATTRIBUTE_REMOVED", at, "required", "", _required(old))

    def _further(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        patterns, now = _schemas(old, "patternProperties"), _schemas(new, "patternProperties")
        for name in _union(patterns, now):
            at = _at(path, f"/{name}/")
            if name not in now:
                rule = f"PATTERN_PROPERTY_REMOVED_FROM_{_model(new, name, old)}_CONTENT_MODEL"
                yield _difference(rule, at, _shown(patterns[name]), "")
            elif name not in patterns:
                rule = f"PATTERN_PROPERTY_ADDED_TO_{_model(old, name, new)}_CONTENT_MODEL"
                yield _difference(rule, at, "", _shown(now[name]))
            else:
                yield from self.schemas(patterns[name], now[name], at)
        rest, left = (entry.get("additionalProperties", True) for entry in (old, new))
        yield from self._rest(rest, left, _at(path, "additionalProperties"), "ADDITIONAL_PROPERTIES")

    def _rest(self, old: object, new: object, path: str, name: str) -> Iterator[Difference]:
        if (old is False) != (new is False):
            yield _difference(f"{name}_{'ADDED' if old is False else 'REMOVED'}", path, _shown(old), _shown(new))
        elif isinstance(old, Mapping) != isinstance(new, Mapping):
            rule = "EXTENDED" if isinstance(old, Mapping) else "NARROWED"
            yield _difference(f"{name}_{rule}", path, _shown(old), _shown(new))
        else:
            yield from self.schemas(old, new, path)

    def _dependencies(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = _needs(old), _needs(new)
        for name in _union(before, after):
            at = _at(path, name)
            one, other = before.get(name), after.get(name)
            if one is None or other is None:
                what = "ARRAY" if isinstance(one if other is None else other, list) else "SCHEMA"
                rule = f"DEPENDENCY_{what}_{'REMOVED' if other is None else 'ADDED'}"
                yield _difference(rule, at, _shown(one), _shown(other))
            elif isinstance(one, list) and isinstance(other, list):
                yield from _sets("DEPENDENCY_ARRAY", one, other, at)
            else:
                yield from self.schemas(_needed(one), _needed(other), at)

    def _arrays(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        alone, unique = bool(old.get("uniqueItems")), bool(new.get("uniqueItems"))
        if alone != unique:
            words = ("unique" if alone else "", "unique" if unique else "")
            yield _difference("UNIQUE_ITEMS_ADDED" if unique else "UNIQUE_ITEMS_REMOVED", path, *words)
        (first, rest), (now, left) = _items(old), _items(new)
        for place in range(max(len(first), len(now))):
            at = f"{path}[{place}]"
            if place < len(first) and place < len(now):
                yield from self.schemas(first[place], now[place], at)
            elif place < len(now):
                model = "CLOSED" if rest is False else "OPEN"
                yield _difference(f"ITEM_ADDED_TO_{model}_CONTENT_MODEL", at, "", _shown(now[place]))
            else:
                model = "CLOSED" if left is False else "OPEN"
                yield _difference(f"ITEM_REMOVED_FROM_{model}_CONTENT_MODEL", at, _shown(first[place]), "")
        if first or now:
            yield from self._rest(rest, left, f"{path}[]", "ADDITIONAL_ITEMS")
        else:
            yield from self.schemas(rest, left, f"{path}[]")

    def _combinations(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        kind, now = _combined(old), _combined(new)
        if kind and now and kind != now:
            name = {("oneOf", "anyOf"): "COMBINED_TYPE_EXTENDED", ("anyOf", "oneOf"): "COMBINED_TYPE_NARROWED"}
            yield _difference(name.get((kind, now), "COMBINED_TYPE_CHANGED"), path, kind, now)
            if "allOf" in (kind, now):
                return
        before = list(_members(old, kind)) if kind else [_rest_of(old)]
        after = list(_members(new, now)) if now else [_rest_of(new)]
        if "allOf" in (kind, now):
            more, less = "PRODUCT_TYPE_EXTENDED", "PRODUCT_TYPE_NARROWED"
            before, after = (before if kind else []), (after if now else [])
        else:
            more, less = "SUM_TYPE_EXTENDED", "SUM_TYPE_NARROWED"
        same = [entry for entry in before if any(_shown(entry) == _shown(other) for other in after)]
        gone = [entry for entry in before if entry not in same]
        come = [entry for entry in after if all(_shown(entry) != _shown(other) for other in same)]
        for entry in list(gone):
            fits = next((other for other in come if _alike(entry, other)), None)
            if fits is not None:
                gone.remove(entry)
                come.remove(fits)
                yield from self.schemas(entry, fits, path)
        if come:
            yield _difference(more, path, _shown(before), _shown(after))
        if gone:
            yield _difference(less, path, _shown(before), _shown(after))

    def _not(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = old.get("not", False), new.get("not", False)
        within = self.schemas(before, after, path)
        if not within:
            return
        wider = all(entry.name in self.accepted for entry in within)
        narrower = all(entry.inverse in self.accepted for entry in within)
        if wider and narrower:
            return
        name = "NOT_TYPE_EXTENDED" if wider else "NOT_TYPE_NARROWED" if narrower else "NOT_TYPE_CHANGED"
        yield _difference(name, path, _shown(before), _shown(after))


def _difference(name: str, path: str, before: str, after: str, inverse: str = "") -> Difference:
    return Difference(name, inverse or INVERSE[name], path, before, after)


def _reference(raw: object) -> str:
    found = raw.get("$ref") if isinstance(raw, Mapping) else None
    return found if isinstance(found, str) else ""


def _read(raw: object, document: object) -> Schema | bool:
    """Follow references, unwrap a choice of one, and write a choice between plain types as a list of types."""
    followed: set[str] = set()
    while reference := _reference(raw):
        if reference in followed:
            raise ValueError(f"the reference {reference} leads to itself")
        followed.add(reference)
        raw = _target(reference, document)
    if isinstance(raw, bool) or raw == {}:
        return raw is not False
    if not isinstance(raw, Mapping):
        raise ValueError(f"{_shown(raw)} is no JSON Schema; write a mapping, true or false")
    keyword = _combined(raw)
    branches = _members(raw, keyword)
    if len(branches) == 1 and raw.keys() - _ASIDE == {keyword}:
        return _read(branches[0], document)
    if keyword not in _SUM or "type" in raw or not branches:
        return raw
    if not all(isinstance(entry, Mapping) and entry.keys() == {"type"} for entry in branches):
        return raw
    kinds = [kind for entry in branches for kind in _listed(entry["type"])]
    if len(set(kinds)) < len(kinds) or {"integer", "number"} <= set(kinds):
        return raw
    return {**{key: value for key, value in raw.items() if key != keyword}, "type": kinds}


def _target(reference: str, document: object) -> object:
    if not reference.startswith("#"):
        raise ValueError(f"the reference {reference} leads out of the document")
    found = document
    for step in reference[1:].split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or name not in found:
            raise ValueError(f"the reference {reference} leads nowhere")
        found = found[name]
    return found


def _notes(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    for keyword, name in (("$id", "ID"), ("title", "TITLE"), ("description", "DESCRIPTION"), ("default", "DEFAULT")):
        if old.get(keyword) != new.get(keyword):
            yield _difference(f"{name}_CHANGED", path, _shown(old.get(keyword)), _shown(new.get(keyword)))
    if old.get("format") != new.get("format"):
        yield _difference("FORMAT_CHANGED", path, _shown(old.get("format")), _shown(new.get("format")))


def _types(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    before, after = _listed(old.get("type")), _listed(new.get("type"))
    if not before or not after:
        if before != after:
            yield _difference("TYPE_EXTENDED" if before else "TYPE_NARROWED", path, _said(before), _said(after))
        return
    lost = [kind for kind in before if kind not in after and not (kind == "integer" and "number" in after)]
    come = [kind for kind in after if kind not in before and not (kind == "integer" and "number" in before)]
    if lost and come:
        yield _difference("TYPE_CHANGED", path, _said(before), _said(after))
    elif lost:
        yield _difference("TYPE_NARROWED", path, _said(before), _said(after))
    elif come:
        yield _difference("TYPE_EXTENDED", path, _said(before), _said(after))


def _limits(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    for keyword, name in LIMITS.items():
        before, after = _number(old.get(keyword)), _number(new.get(keyword))
        if before == after:
            continue
        if before is None or after is None:
            step = "ADDED" if before is None else "REMOVED"
        else:
            step = "INCREASED" if before < after else "DECREASED"
        yield _difference(f"{name}_{step}", path, _shown(old.get(keyword)), _shown(new.get(keyword)))
    before, after = _number(old.get("multipleOf")), _number(new.get("multipleOf"))
    if before != after:
        if before is None or after is None:
            step = "ADDED" if before is None else "REMOVED"
        else:
            step = (
                "REDUCED"
                if after and before % after == 0
                else "EXPANDED"
                if before and after % before == 0
                else "CHANGED"
            )
        yield _difference(f"MULTIPLE_OF_{step}", path, _shown(old.get("multipleOf")), _shown(new.get("multipleOf")))


def _values(old: Schema, new: Schema, path: str) -> Iterator[Difference]:
    before, after = old.get("pattern"), new.get("pattern")
    if before != after:
        step = "ADDED" if before is None else "REMOVED" if after is None else "CHANGED"
        yield _difference(f"PATTERN_{step}", path, before or "", after or "")
    allowed, allows = _allowed(old), _allowed(new)
    if allowed is None or allows is None:
        if allowed != allows:
            rule = "ENUM_ADDED" if allowed is None else "ENUM_REMOVED"
            yield _difference(rule, path, _shown(allowed), _shown(allows))
    else:
        yield from _sets("ENUM_ARRAY", allowed, allows, path)


def _sets(name: str, before: Sequence[Any], after: Sequence[Any], path: str) -> Iterator[Difference]:
    one, other = {_shown(entry) for entry in before}, {_shown(entry) for entry in after}
    if one != other:
        step = "EXTENDED" if one < other else "NARROWED" if other < one else "CHANGED"
        yield _difference(f"{name}_{step}", path, _shown(before), _shown(after))


def _allowed(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    found = schema.get("enum")
    return found if isinstance(found, list) else None


def _needs(schema: Schema) -> Mapping[str, Any]:
    return {
        key: value
        for keyword in ("dependencies", "dependentRequired", "dependentSchemas")
        for key, value in _schemas(schema, keyword).items()
    }


def _needed(need: object) -> object:
    return {"required": need} if isinstance(need, list) else need


def _items(schema: Schema) -> tuple[Sequence[object], object]:
    """Give the schemas of an array's first items, and that of the rest."""
    items = schema.get("items", True)
    if isinstance(items, list):
        return items, schema.get("additionalItems", True)
    first = schema.get("prefixItems", ())
    return (first if isinstance(first, list) else ()), items


def _is_open(schema: Schema) -> bool:
    return not _schemas(schema, "patternProperties") and schema.get("additionalProperties", True) in (True, {})


def _covering(schema: Schema, name: str) -> Any:
    """Find the schema that a partially open object has for a property that it does not name."""
    for pattern, found in _schemas(schema, "patternProperties").items():
        if _matches(pattern, name):
            return found
    rest = schema.get("additionalProperties", True)
    return rest if rest is not False else None


def _model(without: Schema, pattern: str, other: Schema) -> str:
    """Name what an object does with properties of a pattern that it does not have; `other` is the one that has it."""
    rest = without.get("additionalProperties", True)
    if rest in (True, {}):
        return "OPEN"
    named = _union(_schemas(without, "properties"), _schemas(other, "properties"))
    return "PARTIALLY_OPEN" if rest is not False or any(_matches(pattern, name) for name in named) else "CLOSED"


def _matches(pattern: str, name: str) -> bool:
    try:
        return re.search(pattern, name) is not None
    except re.error:
        raise ValueError(f"the pattern {pattern!r} cannot be read") from None


def _covered(step: str, fits: bool) -> str:
    return f"PROPERTY_{step}_{'IS' if fits else 'NOT'}_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"


def _required(schema: object) -> str:
    default = isinstance(schema, Mapping) and "default" in schema
    return "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED" if default else "REQUIRED_ATTRIBUTE_ADDED"


def _combined(schema: Schema) -> str:
    return next((keyword for keyword in ("allOf", *_SUM) if keyword in schema), "")


def _rest_of(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in _ASIDE}


def _members(schema: Schema, keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []


def _alike(one: object, other: object) -> bool:
    """Tell whether two branches are meant to be one: the same reference, title, or kinds of value."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    key = next((key for key in ("$ref", "title", "type") if key in one and key in other), None)
    return key is not None and one[key] == other[key]


def _schemas(schema: Schema, keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, Mapping) else {}


def _union(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _listed(kind: object) -> list[str]:
    return (
        [kind]
        if isinstance(kind, str)
        else [entry for entry in kind if isinstance(entry, str)]
        if isinstance(kind, list)
        else []
    )


def _number(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return Fraction(str(value))


def _said(kinds: Sequence[str]) -> str:
    return " or ".join(kinds)


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: object) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
