"""What changed between two versions of a contract: its columns, and everything else that it promises."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from plangate.analysis.compatibility.change import Change, joined, made
from plangate.analysis.compatibility.contract_facts import ContractFacts
from plangate.analysis.compatibility.contract_rules import BY_NAME
from plangate.analysis.compatibility.modes import MODES
from plangate.analysis.compatibility.table_changes import classified, compare_tables, compared
from plangate.model.bound import Bound
from plangate.model.contracts import Contract, ContractSla, Enforcement, PinnedConsumer
from plangate.model.quality import Check
from plangate.model.quantity import Quantity
from plangate.model.table import Table

_BETTER: Mapping[str, int] = {
    "freshness": -1,
    "latency": -1,
    "frequency": -1,
    "time_to_detect": -1,
    "time_to_notify": -1,
    "time_to_repair": -1,
    "availability": 1,
    "retention": 1,
}
"""Whether more of a service level is better (1) or less (-1)."""
_SEVERITIES = ("info", "warn", "error")
_STRICTNESS = (None, "warn", "quarantine", "block")


def compare_contracts(
    before: ContractFacts, after: ContractFacts, renames: Mapping[str, str] | None = None
) -> tuple[Change, ...]:
    """Tell what changed between two versions of a contract, its columns first; sizes are compared in base units.

    `renames` leads from old names of columns to new ones, where the plan says that one was renamed.
    """
    return (*_columns(before, after, renames or {}), *_changes(before, after))


def _columns(before: ContractFacts, after: ContractFacts, renames: Mapping[str, str]) -> Iterator[Change]:
    if before.table is not None and after.table is not None:
        old, new = (_keyed(facts.table, facts.contract) for facts in (before, after) if facts.table is not None)
        yield from compare_tables(old, replace(new, name=old.name), renames)
    elif before.table is not after.table:
        words = ("known", "not known") if before.table is not None else ("not known", "known")
        yield _change("COLUMNS-UNTESTED", "columns", "columns", *words)


def _keyed(table: Table, contract: Contract) -> Table:
    return replace(table, primary_key=contract.primary_key) if contract.primary_key else table


def _changes(before: ContractFacts, after: ContractFacts) -> Iterator[Change]:
    old, new = before.contract, after.contract
    for rule, what, was, now in (
        ("DATASET-RENAMED", "dataset", old.dataset, new.dataset),
        ("FORMAT-CHANGED", "format", old.format or "table", new.format or "table"),
        ("OWNER-CHANGED", "owner", old.owner, new.owner),
        ("DESCRIPTION-CHANGED", "description", old.description, new.description),
    ):
        if was != now:
            yield _change(rule, what, what, was or "", now or "")
    yield from _status(old, new)
    for change in classified(old.classification, new.classification, "classification", "the dataset"):
        rule = change.rule_id.removeprefix("TBL-")
        yield _change(rule, change.path, change.element, change.before, change.after)
    yield from _mode(old, new)
    yield from _sla(old.sla or ContractSla(), new.sla or ContractSla())
    yield from _checks(before.checks, after.checks)
    yield from _consumers(old, new)
    yield from _enforcement(old.enforcement or Enforcement(), new.enforcement or Enforcement())
    if old.terms != new.terms:
        words = (
            " ".join(facts.terms.model_dump(exclude_none=True).values()) if facts.terms else "" for facts in (old, new)
        )
        yield _change("TERMS-CHANGED", "terms", "terms", *words)
    served = {entry.version for entry in new.live_versions} | {new.version}
    for entry in old.live_versions:
        if entry.version not in served:
            yield _change("VERSION-DROPPED", "live_versions", entry.version, entry.version, "")


def _status(old: Contract, new: Contract) -> Iterator[Change]:
    if old.status == new.status:
        return
    in_force = {"active", "deprecated", None}
    if new.status == "deprecated" and old.status != "retired":
        rule = "DEPRECATED"
    elif old.status in in_force and new.status not in in_force:
        rule = "WITHDRAWN"
    else:
        rule = "STATUS-CHANGED"
    yield _change(rule, "status", "status", old.status or "", new.status or "")


def _mode(old: Contract, new: Contract) -> Iterator[Change]:
    if old.compatibility == new.compatibility:
        return
    was, now = (MODES[facts.compatibility or "none"] for facts in (old, new))
    had, has = ({*mode.directions, *(["transitive"] if mode.transitive else [])} for mode in (was, now))
    if had != has:
        rule = "MODE-TIGHTENED" if had < has else "MODE-LOOSENED"
        yield _change(rule, "compatibility", "compatibility", was.name, now.name)


def _sla(old: ContractSla, new: ContractSla) -> Iterator[Change]:
    for name, better in _BETTER.items():
        before: Quantity | None = getattr(old, name)
        after: Quantity | None = getattr(new, name)
        if before == after:
            continue
        if before is None or after is None:
            rule = "SLA-ADDED" if before is None else "SLA-REMOVED"
        else:
            rule = "SLA-TIGHTENED" if (after.base - before.base) * better > 0 else "SLA-LOOSENED"
        yield _change(rule, joined("sla", name), name.replace("_", " "), str(before or ""), str(after or ""))
    if old.support_window != new.support_window:
        words = (old.support_window or "", new.support_window or "")
        yield _change("SUPPORT-CHANGED", "sla.support_window", "support window", *words)


def _consumers(old: Contract, new: Contract) -> Iterator[Change]:
    was, now = _named(old), _named(new)
    for name in now:
        if name not in was:
            yield _change("CONSUMER-ADDED", "consumers", name, "", name)
        elif was[name] != now[name]:
            yield _change("PIN-CHANGED", "consumers", name, was[name] or "", now[name] or "")
    if isinstance(new.consumers, str):
        return
    for name in was:
        if name not in now:
            yield _change("CONSUMER-REMOVED", "consumers", name, name, "")


def _named(contract: Contract) -> Mapping[str, str | None]:
    """The consumers that a contract itself names, with the versions that each accepts."""
    found = contract.consumers if isinstance(contract.consumers, tuple) else ()
    return {entry.consumer: entry.pinned for entry in found if isinstance(entry, PinnedConsumer)}


def _enforcement(old: Enforcement, new: Enforcement) -> Iterator[Change]:
    if (set(old.where), old.on_violation) == (set(new.where), new.on_violation):
        return
    firmer = _STRICTNESS.index(new.on_violation) >= _STRICTNESS.index(old.on_violation)
    rule = "ENFORCEMENT-STRENGTHENED" if firmer and set(old.where) <= set(new.where) else "ENFORCEMENT-WEAKENED"
    words = (f"{', '.join(entry.where)} {entry.on_violation or ''}".strip() for entry in (old, new))
    yield _change(rule, "enforcement", "enforcement", *words)


def _checks(before: tuple[Check, ...], after: tuple[Check, ...]) -> Iterator[Change]:
    was, now = {entry.id: entry for entry in before}, {entry.id: entry for entry in after}
    for name, old in was.items():
        at = joined("quality", name)
        new = now.get(name)
        if new is None:
            yield _change("QUALITY-REMOVED", at, name, old.kind_ or name, "")
            continue
        for what, step, one, other in _steps(old, new):
            rule = {1: "QUALITY-TIGHTENED", -1: "QUALITY-LOOSENED"}.get(step, "QUALITY-CHANGED")
            yield _change(rule, joined(at, what), name, one, other)
        if old.severity != new.severity:
            low, high = (_SEVERITIES.index(entry.severity or "error") for entry in (old, new))
            if low != high:
                rule = "SEVERITY-LOWERED" if high < low else "SEVERITY-RAISED"
                yield _change(rule, joined(at, "severity"), name, _SEVERITIES[low], _SEVERITIES[high])
    for name, entry in now.items():
        if name not in was:
            yield _change("QUALITY-ADDED", joined("quality", name), name, "", entry.kind_ or name)


def _steps(old: Check, new: Check) -> Iterator[tuple[str, int, str, str]]:
    """What a check now asks otherwise: tighter (1), looser (-1), or not comparable (0)."""
    if old.must_be != new.must_be:
        yield "must_be", bound_step(old.must_be, new.must_be), str(old.must_be or ""), str(new.must_be or "")
    was, now = set(old.values), set(new.values)
    if was != now:
        step = 0 if not was or not now else 1 if now < was else -1 if was < now else 0
        step = 1 if not was else -1 if not now else step
        yield "values", step, ", ".join(old.values), ", ".join(new.values)
    for what, one, other, sign in (("min", old.min, new.min, 1), ("max", old.max, new.max, -1)):
        if one != other:
            order = 1 if one is None else -1 if other is None else (compared(one, other) or 0) * sign
            if one is None or other is None or compared(one, other) != 0:
                yield what, order, one or "", other or ""
    for what in ("kind_", "dataset", "column", "pattern", "references", "sql"):
        one, other = getattr(old, what), getattr(new, what)
        if one != other:
            yield what.rstrip("_"), 0, _text(one), _text(other)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def bound_step(old: Bound | None, new: Bound | None) -> int:
    """Tell whether a bound lets less pass than the one before (1), more (-1), or some of each or unknown (0)."""
    if old is None or new is None:
        return 1 if old is None else -1
    if old.value.dimension != new.value.dimension or "!=" in (old.operator, new.operator):
        return 0
    (low, high), (lower, higher) = _ends(old), _ends(new)
    if low <= lower and higher <= high:
        return 1
    return -1 if lower <= low and high <= higher else 0


_End = tuple[Decimal, int]


def _ends(bound: Bound) -> tuple[_End, _End]:
    """Give the least and greatest value that a bound lets pass; the second number is the side from which it is open."""
    value, least, most = bound.value.base, Decimal("-Infinity"), Decimal("Infinity")
    if bound.operator == "between":
        return (value, 0), (bound.upper.base if bound.upper else value, 0)
    low = {">=": (value, 0), ">": (value, 1), "==": (value, 0)}.get(bound.operator, (least, 0))
    high = {"<=": (value, 0), "<": (value, -1), "==": (value, 0)}.get(bound.operator, (most, 0))
    return low, high


def _change(rule: str, path: str, element: str, before: str, after: str) -> Change:
    return made(BY_NAME[rule], path, element, before, after)
