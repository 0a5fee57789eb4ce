"""Mandatory sections: which are there, which are declined, which are missing and where they would stand."""

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from plangate.analysis.derived import Derived
from plangate.model.contracts import BREAKING
from plangate.model.element import Gate
from plangate.model.pattern import parse, unfilled
from plangate.model.plan import Plan
from plangate.model.policy import Condition, Policy, Section
from plangate.model.problem import Path, related

Verdict = Literal["filled", "missing", "not_applicable", "not_applicable_refused", "waiting", "broken"]


class SectionState(Struct, frozen=True):
    """A mandatory section of a gate: what became of it, at which path, and the reason where it was declined.

    `waiting` means that the condition under which the section is mandatory does not hold.
    """

    gate: str
    section: Section
    verdict: Verdict
    path: Path
    reason: str | None = None


def sections(plan: Plan, policy: Policy, derived: Derived) -> tuple[SectionState, ...]:
    """Judge every mandatory section of the plan's profile, in the order of the gates and of workflow.yml."""
    profile = policy.workflow.profiles.get(plan.header.profile)
    if profile is None:
        return ()
    return tuple(
        state
        for gate in profile.gates
        for section in policy.workflow.mandatory(plan.header.profile, gate)
        for state in _judge(plan, gate, section, derived)
    )


def _judge(plan: Plan, gate: str, section: Section, derived: Derived) -> Iterator[SectionState]:
    value = plan.gates.get(gate)
    if section.when is not None and not holds(plan, section.when, derived):
        yield SectionState(gate, section, "waiting", _plain(section.path))
        return
    if value is None:
        broken = any(name == gate for name, _ in plan.broken)
        yield SectionState(gate, section, "broken" if broken else "missing", _plain(section.path))
        return
    declined = dict(_declined(plan, gate, section.path))
    for path, reason in declined.items():
        refused = section.not_applicable == "never"
        yield SectionState(gate, section, "not_applicable_refused" if refused else "not_applicable", path, reason)
    if any(next(iter(unfilled(value, pattern)), None) is None for pattern in section.or_):
        yield SectionState(gate, section, "filled", _plain(section.path))
        return
    open_paths = [path for path in _open(plan, gate, value, section.path) if not _covered(path, declined)]
    for path in open_paths:
        broken = any(name == gate and related(path, place) for name, place in plan.broken)
        yield SectionState(gate, section, "broken" if broken else "missing", path)
    if not open_paths and not declined:
        yield SectionState(gate, section, "filled", _plain(section.path))


def _open(plan: Plan, gate: str, value: Gate, pattern: str) -> Iterator[Path]:
    """Find where a section is open, but for parts that are declined as a whole."""
    for path in unfilled(value, pattern):
        if not any(name == gate and path[: len(place)] == place for name, place in plan.not_applicable):
            yield path


def _covered(path: Path, declined: dict[Path, str]) -> bool:
    return any(path[: len(place)] == place for place in declined)


def _declined(plan: Plan, gate: str, pattern: str) -> Iterator[tuple[Path, str]]:
    keys = [part.key for part in parse(pattern)] if pattern != "*" else []
    for (name, path), reason in plan.not_applicable.items():
        if name == gate and _matches(keys, path):
            yield path, reason


def _matches(keys: list[str | None], path: Path) -> bool:
    if len(keys) != len(path):
        return False
    return all(key is None or key == part for key, part in zip(keys, path, strict=True))


def _plain(pattern: str) -> Path:
    return tuple(part.key for part in parse(pattern) if part.key is not None) if pattern != "*" else ()


def holds(plan: Plan, condition: Condition, derived: Derived) -> bool:
    """Tell whether the condition of a section holds for a plan."""
    if condition == "critical_datasets":
        return bool(derived.critical)
    if condition == "breaking_changes":
        changes = plan.contracts.evolution.changes if plan.contracts and plan.contracts.evolution else ()
        return any(change.kind in BREAKING or change.classification == "breaking" for change in changes)
    windows = plan.events.windows if plan.events else ()
    dedupes = plan.events is not None and plan.events.delivery is not None and plan.events.delivery.dedupe is not None
    return bool(windows) or dedupes
