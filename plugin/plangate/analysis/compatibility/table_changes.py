"""What changed between two versions of a table: columns, keys, and what is said about them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import get_args

from plangate.analysis.compatibility.change import Change, joined, made
from plangate.analysis.compatibility.table_rules import BY_NAME
from plangate.analysis.compatibility.type_step import Step, type_step
from plangate.model.contracts import Classification
from plangate.model.table import Field, Table, Type
from plangate.model.unit import unit_of

_STEPS: Mapping[Step, str] = {
    "wider": "TYPE-WIDENED",
    "narrower": "TYPE-NARROWED",
    "longer": "LENGTH-WIDENED",
    "shorter": "LENGTH-NARROWED",
    "rescaled": "DECIMAL-RESCALED",
    "instant": "INSTANT-CHANGED",
    "other": "TYPE-CHANGED",
    "unknown": "TYPE-UNKNOWN",
}
_CLASSES: tuple[str, ...] = get_args(Classification)
_GUARDED = _CLASSES.index("confidential")


def compare_tables(before: Table, after: Table, renames: Mapping[str, str] | None = None) -> tuple[Change, ...]:
    """Tell what changed between two versions of a table; a reader is a query that names its columns.

    `renames` leads from old names to new ones where the plan says that a column was renamed; aliases say it too.
    """
    return tuple(_changes(before, after, renames or {}))


def _changes(before: Table, after: Table, renames: Mapping[str, str]) -> Iterator[Change]:
    if before.name.rpartition(".")[2] != after.name.rpartition(".")[2]:
        yield _change("RENAMED", "name", "the table", before.name, after.name)
    if (before.description or "") != (after.description or ""):
        texts = (before.description or "", after.description or "")
        yield _change("DESCRIPTION-CHANGED", "description", "the table", *texts)
    yield from _columns(before.fields, after.fields, "columns", renames)
    moved = {**renames, **{alias: entry.name for entry in after.fields for alias in entry.aliases}}
    key = _renamed(before.primary_key, moved, after)
    if set(key) != set(after.primary_key):
        rule = "KEY-CHANGED" if key and after.primary_key else "KEY-ADDED" if after.primary_key else "KEY-REMOVED"
        names = (", ".join(before.primary_key), ", ".join(after.primary_key))
        yield _change(rule, "primary_key", "primary key", *names)
    if _renamed(before.partition_by, moved, after) != after.partition_by:
        names = (", ".join(before.partition_by), ", ".join(after.partition_by))
        yield _change("PARTITION-CHANGED", "partition_by", "partitioning", *names)


def _renamed(names: Iterable[str], moved: Mapping[str, str], after: Table) -> tuple[str, ...]:
    return tuple(name if after.column(name) else moved.get(name, name) for name in names)


def _columns(
    before: tuple[Field, ...], after: tuple[Field, ...], path: str, renames: Mapping[str, str]
) -> Iterator[Change]:
    old, new = {entry.name: entry for entry in before}, {entry.name: entry for entry in after}
    pairs = _pairs(old, new, renames)
    for entry in after:
        at = joined(path, entry.name)
        if entry.name not in pairs:
            # A default of null is told by `nullable`, so that what is absent has a value in either case.
            free = entry.nullable is not False or entry.default is not None
            yield _change("COLUMN-ADDED" if free else "REQUIRED-COLUMN-ADDED", at, entry.name, "", _type(entry.type))
            continue
        was = pairs[entry.name]
        if was.name != entry.name:
            alias = was.name in entry.aliases
            yield _change("COLUMN-RENAMED-ALIAS" if alias else "COLUMN-RENAMED", at, was.name, was.name, entry.name)
        yield from _column(was, entry, at)
    kept = [pairs[entry.name].name for entry in after if entry.name in pairs]
    for entry in before:
        if entry.name not in kept:
            yield _change("COLUMN-REMOVED", joined(path, entry.name), entry.name, _type(entry.type), "")
    order = [entry.name for entry in before if entry.name in kept]
    if order != kept:
        yield _change("ORDER-CHANGED", path, "order of columns", ", ".join(order), ", ".join(kept))


def _pairs(old: Mapping[str, Field], new: Mapping[str, Field], renames: Mapping[str, str]) -> Mapping[str, Field]:
    """The column that each new one was, by the new name: of the same name, else as hints or aliases say."""
    pairs = {name: old[name] for name in new if name in old}
    for was, name in renames.items():
        if was in old and was not in new and name in new and name not in pairs:
            pairs[name] = old[was]
    for entry in new.values():
        taken = {found.name for found in pairs.values()}
        alias = next((one for one in entry.aliases if one in old and one not in new and one not in taken), None)
        if entry.name not in pairs and alias is not None:
            pairs[entry.name] = old[alias]
    return pairs


def _column(old: Field, new: Field, path: str) -> Iterator[Change]:
    yield from _types(old.type, new.type, path, new.name)
    may, might = old.nullable is not False, new.nullable is not False
    if may != might:
        words = ("nullable" if may else "required", "nullable" if might else "required")
        yield _change("MADE-NULLABLE" if might else "MADE-REQUIRED", joined(path, "nullable"), new.name, *words)
    if bool(old.unique) != bool(new.unique):
        words = ("unique" if old.unique else "", "unique" if new.unique else "")
        yield _change("UNIQUE-ADDED" if new.unique else "UNIQUE-REMOVED", joined(path, "unique"), new.name, *words)
    yield from _values(old, new, path)
    yield from _range(old, new, path)
    yield from _meaning(old, new, path)
    yield from _protection(old, new, path)
    yield from _said(old, new, path)


def _types(old: Type, new: Type, path: str, element: str) -> Iterator[Change]:
    step = type_step(old, new)
    if step != "same":
        yield _change(_STEPS[step], joined(path, "type"), element, _type(old), _type(new))
        return
    while old.items is not None and new.items is not None:
        old, new, path = old.items, new.items, path + ("[]" if old.kind == "array" else "{}")
    if old.kind == new.kind == "record":
        yield from _columns(old.fields, new.fields, path, {})


def _values(old: Field, new: Field, path: str) -> Iterator[Change]:
    before, after = set(old.values), set(new.values)
    texts = (", ".join(old.values), ", ".join(new.values))
    at = joined(path, "values")
    if bool(before) != bool(after):
        yield _change("VALUES-LISTED" if after else "VALUES-OPENED", at, new.name, *texts)
    else:
        if after - before:
            yield _change("VALUES-ADDED", at, new.name, *texts)
        if before - after:
            yield _change("VALUES-REMOVED", at, new.name, *texts)
    if old.pattern != new.pattern:
        rule = (
            "PATTERN-CHANGED" if old.pattern and new.pattern else "PATTERN-ADDED" if new.pattern else "PATTERN-REMOVED"
        )
        yield _change(rule, joined(path, "pattern"), new.name, old.pattern or "", new.pattern or "")
    if old.default != new.default:
        yield _change("DEFAULT-CHANGED", joined(path, "default"), new.name, old.default or "", new.default or "")


def _range(old: Field, new: Field, path: str) -> Iterator[Change]:
    for what, before, after, sign in (("min", old.min, new.min, 1), ("max", old.max, new.max, -1)):
        if before == after:
            continue
        if before is None or after is None:
            rule = "RANGE-NARROWED" if before is None else "RANGE-WIDENED"
        else:
            order = compared(before, after)
            if order == 0:
                continue
            rule = "RANGE-CHANGED" if order is None else "RANGE-NARROWED" if order * sign > 0 else "RANGE-WIDENED"
        yield _change(rule, joined(path, what), new.name, before or "", after or "")


def compared(before: str, after: str) -> int | None:
    """Tell whether a limit went up (1), down (-1) or stayed (0); None where the two cannot be compared."""
    for read in (Decimal, date.fromisoformat, datetime.fromisoformat):
        try:
            one, other = read(before), read(after)
            return (other > one) - (other < one)  # type: ignore[operator]
        except (ValueError, InvalidOperation, TypeError):
            continue
    return None


def _meaning(old: Field, new: Field, path: str) -> Iterator[Change]:
    for what, before, after in (("unit", old.unit, new.unit), ("timezone", old.timezone, new.timezone)):
        if before == after or (what == "unit" and _same_unit(before, after)):
            continue
        rule = (
            f"{what.upper()}-CHANGED"
            if before and after
            else "MEANING-STATED"
            if after
            else f"{what.upper()}-WITHDRAWN"
        )
        yield _change(rule, joined(path, what), new.name, before or "", after or "")


def _same_unit(before: str | None, after: str | None) -> bool:
    try:
        return before is not None and after is not None and unit_of(before) == unit_of(after)
    except KeyError:
        return False


def _protection(old: Field, new: Field, path: str) -> Iterator[Change]:
    yield from classified(old.classification, new.classification, joined(path, "classification"), new.name)
    if bool(old.pii) != bool(new.pii):
        rule = "PERSONAL-DATA-ADDED" if new.pii else "PERSONAL-DATA-REMOVED"
        words = ("personal" if old.pii else "", "personal" if new.pii else "")
        yield _change(rule, joined(path, "pii"), new.name, *words)
    masked, masks = (entry.masking if entry.masking != "none" else None for entry in (old, new))
    if masked != masks:
        rule = "MASKING-CHANGED" if masked and masks else "MASKING-ADDED" if masks else "MASKING-REMOVED"
        yield _change(rule, joined(path, "masking"), new.name, masked or "none", masks or "none")


def classified(
    before: Classification | None, after: Classification | None, path: str, element: str
) -> Iterator[Change]:
    """Tell of a classification raised or lowered; to say `public` or `internal` for the first time is neither."""
    old, new = (-1 if found is None else _CLASSES.index(found) for found in (before, after))
    if old == new or (before is None and new < _GUARDED):
        return
    rule = "CLASSIFICATION-RAISED" if old < new else "CLASSIFICATION-LOWERED"
    yield _change(rule, path, element, before or "", after or "")


def _said(old: Field, new: Field, path: str) -> Iterator[Change]:
    if old.number != new.number and old.number is not None and new.number is not None:
        yield _change("NUMBER-CHANGED", joined(path, "number"), new.name, str(old.number), str(new.number))
    if (old.description or "") != (new.description or ""):
        texts = (old.description or "", new.description or "")
        yield _change("DESCRIPTION-CHANGED", joined(path, "description"), new.name, *texts)
    if bool(old.deprecated) != bool(new.deprecated):
        words = ("deprecated" if old.deprecated else "", "deprecated" if new.deprecated else "")
        yield _change("DEPRECATED", joined(path, "deprecated"), new.name, *words)
    if set(old.aliases) != set(new.aliases) and old.name == new.name:
        texts = (", ".join(old.aliases), ", ".join(new.aliases))
        yield _change("ALIASES-CHANGED", joined(path, "aliases"), new.name, *texts)


def _change(rule: str, path: str, element: str, before: str, after: str) -> Change:
    return made(BY_NAME[rule], path, element, before, after)


def _type(found: Type) -> str:
    """Write a type as its author did, else in our words."""
    if found.written:
        return found.written
    if found.kind == "decimal" and found.precision is not None:
        return f"decimal({found.precision},{found.scale or 0})"
    if found.length is not None:
        return f"{found.kind}({found.length})"
    if found.items is not None:
        return f"{found.kind} of {_type(found.items)}"
    zone = {True: " with time zone", False: " without time zone", None: ""}[found.zoned]
    return f"{found.kind}{found.bits or ''}{zone}"
