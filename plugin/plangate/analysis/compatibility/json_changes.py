"""What changed between two JSON Schemas, by the rules of Confluent's registry: strict, or lenient about properties."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from plangate.analysis.compatibility.change import Change, Verdict, made
from plangate.analysis.compatibility.json_rules import BY_NAME, LENIENT
from plangate.analysis.compatibility.json_schema import (
    ASIDE,
    Schema,
    combined,
    content_model,
    covering,
    exact,
    is_open,
    items_of,
    listed,
    members,
    names_of,
    needs,
    read,
    reference,
    schemas_of,
    shown,
    under,
)
from plangate.analysis.compatibility.json_values import Difference, difference, limits, notes, sets, types, values

_ACCEPTED = frozenset(name for name, rule in BY_NAME.items() if rule.backward is Verdict.COMPATIBLE)


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
    """The two documents, for the references in them, and the pairs of references that are under way or were compared.

    A pair that is under way is taken as equal; what leant on one is not kept, since it may differ elsewhere.
    """

    before: object
    after: object
    accepted: frozenset[str]
    under_way: set[tuple[str, str]] = field(default_factory=set)
    leant_on: set[tuple[str, str]] = field(default_factory=set)
    known: dict[tuple[str, str], list[Difference]] = field(default_factory=dict)

    def schemas(self, before: object, after: object, path: str) -> list[Difference]:
        if not reference(before) and not reference(after):
            return list(self._plain(read(before, self.before), read(after, self.after), path))
        pair = (reference(before) or str(id(before)), reference(after) or str(id(after)))
        if pair in self.under_way:
            self.leant_on.add(pair)
            return []
        if pair in self.known:
            return self._again(self.known[pair], path)
        self.under_way.add(pair)
        found = list(self._plain(read(before, self.before), read(after, self.after), path))
        self.under_way.discard(pair)
        self.leant_on.discard(pair)
        if not self.leant_on:
            self.known[pair] = found
        return found

    def _again(self, found: list[Difference], path: str) -> list[Difference]:
        """Tell of a definition that was told of before by what decides: a difference that breaks each way, or one."""
        decides = [
            next((entry for entry in found if entry.name not in self.accepted), None),
            next((entry for entry in found if entry.inverse not in self.accepted), None),
        ]
        kept = [entry for entry in dict.fromkeys(decides) if entry is not None] or found[:1]
        return [replace(entry, path=path) for entry in kept]

    def _plain(self, old: Schema | bool, new: Schema | bool, path: str) -> Iterator[Difference]:
        text = exact(old)
        if text == exact(new) and '"$ref"' not in text:
            return
        if isinstance(old, bool) or isinstance(new, bool):
            wider = old is False or new is True
            yield difference("TYPE_EXTENDED" if wider else "TYPE_NARROWED", path, shown(old), shown(new))
            return
        yield from notes(old, new, path)
        if combined(old) or combined(new):
            yield from self._combinations(old, new, path)
            if bool(combined(old)) != bool(combined(new)) and "allOf" not in (combined(old), combined(new)):
                return
        changed = list(types(old, new, path))
        yield from changed
        if any(entry.name == "TYPE_CHANGED" for entry in changed):
            return
        yield from limits(old, new, path)
        yield from values(old, new, path)
        yield from self._objects(old, new, path)
        yield from self._arrays(old, new, path)
        yield from self._not(old, new, path)

    def _objects(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = schemas_of(old, "properties"), schemas_of(new, "properties")
        required, requires = set(listed(old.get("required"))), set(listed(new.get("required")))
        for name in names_of(before, after):
            at = under(path, name)
            if name not in after:
                yield from self._removed(name, before[name], new, name in required, at)
            elif name not in before:
                yield from self._added(name, old, after[name], name in requires, at)
            else:
                if name in required - requires:
                    yield difference("REQUIRED_ATTRIBUTE_REMOVED", at, "required", "optional", _required(before[name]))
                elif name in requires - required:
                    yield difference(_required(after[name]), at, "optional", "required")
                yield from self.schemas(before[name], after[name], at)
        both_unnamed = (required ^ requires) - before.keys() - after.keys()
        for name in sorted(both_unnamed):
            rule = "REQUIRED_ATTRIBUTE_REMOVED" if name in required else "REQUIRED_ATTRIBUTE_ADDED"
            words = ("required", "") if name in required else ("", "required")
            yield difference(rule, under(path, name), *words)
        yield from self._further(old, new, path)
        yield from self._dependencies(old, new, path)

    def _added(self, name: str, old: Schema, new: object, required: bool, at: str) -> Iterator[Difference]:
        default = isinstance(new, Mapping) and "default" in new
        kind = "OPTIONAL_PROPERTY" if not required else "REQUIRED_PROPERTY" + ("_WITH_DEFAULT" if default else "")
        if is_open(old):
            if new is True or new == {}:
                kind = "PROPERTY_WITH_EMPTY_SCHEMA"
            yield difference(f"{kind}_ADDED_TO_OPEN_CONTENT_MODEL", at, "", shown(new))
            return
        rest = covering(old, name)
        if rest is None:
            inverse = "PROPERTY_WITH_FALSE" if new is False else "PROPERTY"
            yield difference(
                f"{kind}_ADDED_TO_UNOPEN_CONTENT_MODEL",
                at,
                "",
                shown(new),
                f"{inverse}_REMOVED_FROM_CLOSED_CONTENT_MODEL",
            )
            return
        within = self.schemas(rest, new, at)
        yield difference(
            _covered("ADDED", all(entry.name in self.accepted for entry in within)),
            at,
            "",
            shown(new),
            _covered("REMOVED", all(entry.inverse in self.accepted for entry in within)),
        )
        if required:
            yield difference(_required(new), at, "", "required")

    def _removed(self, name: str, old: object, new: Schema, required: bool, at: str) -> Iterator[Difference]:
        default = isinstance(old, Mapping) and "default" in old
        kind = "OPTIONAL_PROPERTY" if not required else "REQUIRED_PROPERTY" + ("_WITH_DEFAULT" if default else "")
        if is_open(new):
            if old is True or old == {}:
                kind = "PROPERTY_WITH_EMPTY_SCHEMA"
            yield difference(
                "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL",
                at,
                shown(old),
                "",
                f"{kind}_ADDED_TO_OPEN_CONTENT_MODEL",
            )
            return
        rest = covering(new, name)
        if rest is None:
            gone = "PROPERTY_WITH_FALSE" if old is False else "PROPERTY"
            yield difference(
                f"{gone}_REMOVED_FROM_CLOSED_CONTENT_MODEL",
                at,
                shown(old),
                "",
                f"{kind}_ADDED_TO_UNOPEN_CONTENT_MODEL",
            )
            return
        within = self.schemas(old, rest, at)
        yield difference(
            _covered("REMOVED", all(entry.name in self.accepted for entry in within)),
            at,
            shown(old),
            "",
            _covered("ADDED", all(entry.inverse in self.accepted for entry in within)),
        )
        if required:
            yield difference("REQUIRED_ATTRIBUTE_REMOVED", at, "required", "", _required(old))

    def _further(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        patterns, now = schemas_of(old, "patternProperties"), schemas_of(new, "patternProperties")
        for name in names_of(patterns, now):
            at = under(path, f"/{name}/")
            if name not in now:
                rule = f"PATTERN_PROPERTY_REMOVED_FROM_{content_model(new, name, old)}_CONTENT_MODEL"
                yield difference(rule, at, shown(patterns[name]), "")
            elif name not in patterns:
                rule = f"PATTERN_PROPERTY_ADDED_TO_{content_model(old, name, new)}_CONTENT_MODEL"
                yield difference(rule, at, "", shown(now[name]))
            else:
                yield from self.schemas(patterns[name], now[name], at)
        rest, left = (entry.get("additionalProperties", True) for entry in (old, new))
        yield from self._rest(rest, left, under(path, "additionalProperties"), "ADDITIONAL_PROPERTIES")

    def _rest(self, old: object, new: object, path: str, name: str) -> Iterator[Difference]:
        if (old is False) != (new is False):
            yield difference(f"{name}_{'ADDED' if old is False else 'REMOVED'}", path, shown(old), shown(new))
        elif isinstance(old, Mapping) != isinstance(new, Mapping):
            rule = "EXTENDED" if isinstance(old, Mapping) else "NARROWED"
            yield difference(f"{name}_{rule}", path, shown(old), shown(new))
        else:
            yield from self.schemas(old, new, path)

    def _dependencies(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        before, after = needs(old), needs(new)
        for name in names_of(before, after):
            at = under(path, name)
            one, other = before.get(name), after.get(name)
            if one is None or other is None:
                what = "ARRAY" if isinstance(one if other is None else other, list) else "SCHEMA"
                rule = f"DEPENDENCY_{what}_{'REMOVED' if other is None else 'ADDED'}"
                yield difference(rule, at, shown(one), shown(other))
            elif isinstance(one, list) and isinstance(other, list):
                yield from sets("DEPENDENCY_ARRAY", one, other, at)
            else:
                yield from self.schemas(_needed(one), _needed(other), at)

    def _arrays(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        alone, unique = bool(old.get("uniqueItems")), bool(new.get("uniqueItems"))
        if alone != unique:
            words = ("unique" if alone else "", "unique" if unique else "")
            yield difference("UNIQUE_ITEMS_ADDED" if unique else "UNIQUE_ITEMS_REMOVED", path, *words)
        (first, rest), (now, left) = items_of(old), items_of(new)
        for place in range(max(len(first), len(now))):
            at = f"{path}[{place}]"
            if place < len(first) and place < len(now):
                yield from self.schemas(first[place], now[place], at)
            elif place < len(now):
                model = "CLOSED" if rest is False else "OPEN"
                yield difference(f"ITEM_ADDED_TO_{model}_CONTENT_MODEL", at, "", shown(now[place]))
            else:
                model = "CLOSED" if left is False else "OPEN"
                yield difference(f"ITEM_REMOVED_FROM_{model}_CONTENT_MODEL", at, shown(first[place]), "")
        if first or now:
            yield from self._rest(rest, left, f"{path}[]", "ADDITIONAL_ITEMS")
        else:
            yield from self.schemas(rest, left, f"{path}[]")

    def _combinations(self, old: Schema, new: Schema, path: str) -> Iterator[Difference]:
        kind, now = combined(old), combined(new)
        if kind and now and kind != now:
            name = {("oneOf", "anyOf"): "COMBINED_TYPE_EXTENDED", ("anyOf", "oneOf"): "COMBINED_TYPE_NARROWED"}
            yield difference(name.get((kind, now), "COMBINED_TYPE_CHANGED"), path, kind, now)
            if "allOf" in (kind, now):
                return
        before = list(members(old, kind)) if kind else [_rest_of(old)]
        after = list(members(new, now)) if now else [_rest_of(new)]
        if "allOf" in (kind, now):
            more, less = "PRODUCT_TYPE_EXTENDED", "PRODUCT_TYPE_NARROWED"
            before, after = (before if kind else []), (after if now else [])
        else:
            more, less = "SUM_TYPE_EXTENDED", "SUM_TYPE_NARROWED"
        texts = {exact(entry): entry for entry in after}
        come = {text: entry for text, entry in texts.items() if text not in {exact(entry) for entry in before}}
        gone = False
        for entry in before:
            fits = texts.get(exact(entry))
            if fits is None:
                key = next((text for text, other in come.items() if _alike(entry, other)), None)
                fits = come.pop(key) if key is not None else None
            if fits is None:
                gone = True
            else:
                yield from self.schemas(entry, fits, path)
        if come:
            yield difference(more, path, shown(before), shown(after))
        if gone:
            yield difference(less, path, shown(before), shown(after))

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
        yield difference(name, path, shown(before), shown(after))


def _needed(need: object) -> object:
    return {"required": need} if isinstance(need, list) else need


def _covered(step: str, fits: bool) -> str:
    return f"PROPERTY_{step}_{'IS' if fits else 'NOT'}_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"


def _required(schema: object) -> str:
    default = isinstance(schema, Mapping) and "default" in schema
    return "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED" if default else "REQUIRED_ATTRIBUTE_ADDED"


def _rest_of(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in ASIDE}


def _alike(one: object, other: object) -> bool:
    """Tell whether two branches are meant to be one: the same reference, title, or kinds of value."""
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        return False
    key = next((key for key in ("$ref", "title", "type") if key in one and key in other), None)
    return key is not None and one[key] == other[key]
