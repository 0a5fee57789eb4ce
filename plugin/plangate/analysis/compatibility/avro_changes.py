"""What changed between two Avro schemas, place by place."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from plangate.analysis.compatibility.avro import PROMOTIONS, can_read, names_match, written_field
from plangate.analysis.compatibility.avro_rules import RULES
from plangate.analysis.compatibility.avro_schema import Avro, AvroField, parse
from plangate.analysis.compatibility.change import Change, Verdict, joined, made

_RULES = {rule.id.removeprefix("AVRO-"): rule for rule in RULES}


def compare_avro(before: object, after: object) -> tuple[Change, ...]:
    """Tell what changed between two schemas, each as parsed JSON; raises ValueError where one is no schema.

    A field that left where another of the same type came, at the same place, is taken as renamed.
    """
    old, new = parse(before), parse(after)
    changes = tuple(_Comparison().types(old, new, "", nested=False))
    return changes + tuple(_left_over(old, new, changes))


def _left_over(old: Avro, new: Avro, changes: tuple[Change, ...]) -> Iterator[Change]:
    """What the schemas as a whole refuse although no single change does, so that no verdict is kinder than Avro's."""
    backward = can_read(new, old) and not any(change.backward is Verdict.BREAKING for change in changes)
    forward = can_read(old, new) and not any(change.forward is Verdict.BREAKING for change in changes)
    if backward or forward:
        first = (can_read(new, old) if backward else can_read(old, new))[0]
        yield made(
            _RULES["A11"],
            first.path,
            first.path or str(new),
            str(old),
            str(new),
            f"{first.says[:1].upper()}{first.says[1:]}.",
            backward=Verdict.BREAKING if backward else Verdict.COMPATIBLE,
            forward=Verdict.BREAKING if forward else Verdict.COMPATIBLE,
        )


@dataclass(slots=True)
class _Comparison:
    """The pairs of records that have been compared, so that one that holds itself ends."""

    seen: set[tuple[int, int]] = field(default_factory=set)

    def types(self, old: Avro, new: Avro, path: str, *, nested: bool) -> Iterator[Change]:
        if old.type == "union" or new.type == "union":
            yield from self._unions(old, new, path, nested=nested)
        elif old.type != new.type:
            yield _retyped(old, new, path, nested=nested)
        elif old.type in ("record", "enum", "fixed"):
            if (id(old), id(new)) not in self.seen:
                self.seen.add((id(old), id(new)))
                yield from self._named(old, new, path)
        elif old.items is not None and new.items is not None:
            yield from self.types(old.items, new.items, path + ("[]" if old.type == "array" else "{}"), nested=True)
        else:
            yield from _logical(old, new, path)

    def _named(self, old: Avro, new: Avro, path: str) -> Iterator[Change]:
        if old.type == "fixed":
            if old.size != new.size or not names_match(new, old):
                yield _change("A22", path, f"{old} of {old.size}", f"{new} of {new.size}")
            else:
                yield from _logical(old, new, path)
        if old.short != new.short and old.type != "fixed":
            yield _change("A21-ALIAS" if old.name in new.aliases else "A21", path, old.name, new.name)
        elif old.name != new.name and names_match(new, old):
            yield _change("A21-NAMESPACE", path, old.name, new.name)
        elif old.type != "fixed" and (old.doc, old.aliases) != (new.doc, new.aliases):
            yield _change("A19", path, old.doc or ", ".join(old.aliases), new.doc or ", ".join(new.aliases))
        if old.type == "enum":
            yield from _symbols(old, new, path)
        elif old.type == "record":
            yield from self._fields(old, new, path)

    def _fields(self, old: Avro, new: Avro, path: str) -> Iterator[Change]:
        pairs = {entry.name: written_field(entry, old) for entry in new.fields}
        gone = [entry for entry in old.fields if all(found is not entry for found in pairs.values())]
        renamed = _renamed(old, new, pairs, gone)
        for entry in new.fields:
            before = pairs[entry.name]
            at = joined(path, entry.name)
            if before is not None:
                if before.name != entry.name:
                    yield _change("A8", at, before.name, entry.name)
                yield from _field(before, entry, at)
                yield from self.types(before.type, entry.type, at, nested=False)
            elif entry.name in renamed:
                yield _change(
                    "A7",
                    at,
                    renamed[entry.name].name,
                    entry.name,
                    backward=_breaks_without(entry),
                    forward=_breaks_without(renamed[entry.name]),
                )
            else:
                yield _change(_added(entry), at, "", str(entry.type))
        for entry in gone:
            if all(entry is not known for known in renamed.values()):
                yield _change("A6" if entry.has_default else "A5", joined(path, entry.name), str(entry.type), "")
        stayed = [found.name for found in pairs.values() if found is not None]
        order = [entry.name for entry in old.fields if entry.name in stayed]
        if stayed != order and len(set(stayed)) == len(stayed):
            yield _change("A19", path, ", ".join(order), ", ".join(stayed))

    def _unions(self, old: Avro, new: Avro, path: str, *, nested: bool) -> Iterator[Change]:
        before, after = _branches(old), _branches(new)
        pairs = _matched(before, after)
        taken = {id(branch) for pair in pairs for branch in pair}
        gone = [branch for branch in before if id(branch) not in taken]
        come = [branch for branch in after if id(branch) not in taken]
        lost, won = ([branch for branch in some if branch.type != "null"] for some in (gone, come))
        if len(lost) == len(won) == 1 and all(one.type == "null" for one, _ in pairs):
            pairs.append((lost[0], won[0]))
            gone.remove(lost[0])
            come.remove(won[0])
        for branch in come:
            rule = "A13" if branch.type == "null" else "A15-ADDED"
            yield _change(rule, path, str(old), str(new), forward=_unless_read(old, branch))
        for branch in gone:
            rule = "A14" if branch.type == "null" else "A15-REMOVED"
            yield _change(rule, path, str(old), str(new), backward=_unless_read(new, branch))
        for one, other in pairs:
            yield from self.types(one, other, path, nested=nested)
        if [id(one) for one, _ in pairs] != [
            id(branch) for branch in before if id(branch) in {id(o) for o, _ in pairs}
        ]:
            yield _change("A19", path, str(old), str(new))


def _branches(schema: Avro) -> tuple[Avro, ...]:
    return schema.branches if schema.type == "union" else (schema,)


def _matched(before: tuple[Avro, ...], after: tuple[Avro, ...]) -> list[tuple[Avro, Avro]]:
    """Pair the branches of two unions that are one, in the order of the new one."""
    pairs: list[tuple[Avro, Avro]] = []
    for new in after:
        same = (
            old
            for old in before
            if old.type == new.type
            and (not new.name or names_match(new, old))
            and all(old is not known for known, _ in pairs)
        )
        if (found := next(same, None)) is not None:
            pairs.append((found, new))
    return pairs


def _change(
    rule: str, path: str, before: str, after: str, *, backward: Verdict | None = None, forward: Verdict | None = None
) -> Change:
    return made(_RULES[rule], path, path or "the schema", before, after, backward=backward, forward=forward)


def _added(entry: AvroField) -> str:
    nullable = entry.type.type == "union" and any(branch.type == "null" for branch in entry.type.branches)
    if not entry.has_default:
        return "A4" if nullable else "A1"
    return "A3" if nullable and entry.default is None else "A2"


def _renamed(
    old: Avro, new: Avro, pairs: Mapping[str, AvroField | None], gone: list[AvroField]
) -> Mapping[str, AvroField]:
    """The new fields that stand where an old one of the same type stood, which is gone."""
    found = {}
    for place, (before, after) in enumerate(zip(old.fields, new.fields, strict=False)):
        follows = place == 0 or old.fields[place - 1].name == new.fields[place - 1].name or len(gone) == 1
        alone = len(old.fields) == len(new.fields)
        if pairs[after.name] is None and before in gone and str(before.type) == str(after.type) and follows and alone:
            found[after.name] = before
    return found


def _breaks_without(entry: AvroField) -> Verdict:
    return Verdict.COMPATIBLE if entry.has_default else Verdict.BREAKING


def _unless_read(reader: Avro, writer: Avro) -> Verdict:
    return Verdict.BREAKING if can_read(reader, writer) else Verdict.COMPATIBLE


def _retyped(old: Avro, new: Avro, path: str, *, nested: bool) -> Change:
    wider, narrower = new.type in PROMOTIONS.get(old.type, ()), old.type in PROMOTIONS.get(new.type, ())
    if old.logical and new.logical:
        rule = "A24"
    elif wider and narrower:
        rule = "A12"
    elif wider:
        rule = "A23-WIDENED" if nested else "A9"
    elif narrower:
        rule = "A23-NARROWED" if nested else "A10"
    else:
        rule = "A11"
    return _change(rule, path, str(old), str(new))


def _logical(old: Avro, new: Avro, path: str) -> Iterator[Change]:
    if old.logical != new.logical:
        both = old.logical and new.logical
        yield _change("A24" if both else "A24-LOGICAL", path, str(old), str(new))
    elif old.scale != new.scale:
        yield _change("A25", path, str(old), str(new))
    elif old.precision != new.precision:
        yield _change("A25-WIDER" if old.precision < new.precision else "A25-NARROWER", path, str(old), str(new))


def _symbols(old: Avro, new: Avro, path: str) -> Iterator[Change]:
    before, after = ", ".join(old.symbols), ", ".join(new.symbols)
    if set(new.symbols) - set(old.symbols):
        yield _change("A16" if old.default is None else "A17", path, before, after)
    if set(old.symbols) - set(new.symbols):
        yield _change("A18" if new.default is None else "A18-DEFAULT", path, before, after)
    if old.default != new.default:
        yield _change("A20-ENUM", path, old.default or "", new.default or "")
    if set(old.symbols) == set(new.symbols) and old.symbols != new.symbols:
        yield _change("A19", path, before, after)


def _field(old: AvroField, new: AvroField, path: str) -> Iterator[Change]:
    before = json.dumps(old.default) if old.has_default else ""
    after = json.dumps(new.default) if new.has_default else ""
    if not before and after:
        yield _change("A20-ADDED", path, before, after)
    elif before and not after:
        yield _change("A20-REMOVED", path, before, after)
    elif before != after:
        yield _change("A19-DEFAULT", path, before, after)
    if (old.doc, set(old.aliases)) != (new.doc, set(new.aliases)) and old.name == new.name:
        yield _change("A19", path, old.doc, new.doc)
