"""What a rule asks for and does not find: told once, by the mandatory section that it belongs to where there is one."""

from collections.abc import Iterator

from plangate.checks.rule import Subject
from plangate.model.problem import Path, Problem, related


def absent(
    subject: Subject,
    rule: str,
    gate: str,
    path: Path,
    message: str,
    expected: str,
    hint: str | None = None,
    *,
    cause: str | None = None,
) -> Iterator[Problem]:
    """Tell that a value is not there, unless it was refused or declined with a reason.

    Where a mandatory section that would hold it is missing, that section's rule is named as the cause.
    """
    if not settled(subject, gate, path):
        told = section_rule(subject, gate, path) or cause
        yield Problem(rule, message, gate, path, None, expected, hint, cause=told, absent=True)


def settled(subject: Subject, gate: str, path: Path) -> bool:
    """Tell whether a place needs no answer any more: its value was refused, or declined with a reason."""
    place = subject.read.origin(gate, path)
    if any(gate == other and related(place, broken) for other, broken in subject.plan.broken):
        return True
    return any(gate == other and place[: len(part)] == part for other, part in subject.plan.not_applicable)


def section_rule(subject: Subject, gate: str, path: Path) -> str | None:
    """Name the rule that tells of the missing mandatory section at a place or around it."""
    missing = (state for state in subject.facts.mandatory if state.verdict == "missing" and state.gate == gate)
    return "GEN014" if any(path[: len(state.path)] == state.path for state in missing) else None
