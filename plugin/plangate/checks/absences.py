"""What a rule asks for and does not find: told once, by the mandatory section that it belongs to where there is one."""

from collections.abc import Iterator

from plangate.checks.rule import Subject
from plangate.model.problem import Path, Problem, related


def absent(  # noqa: PLR0913 -- a problem has so many sides
    subject: Subject,
    rule: str,
    gate: str,
    path: Path,
    message: str,
    expected: str,
    hint: str | None = None,
    *,
    cause: str | None = None,
    as_written: bool = False,
) -> Iterator[Problem]:
    """Tell that a value is not there, unless it was refused or declined with a reason.

    Where a mandatory section that would hold it is missing, that section's rule is named as the cause. `as_written` is
    that of a problem.
    """
    if not settled(subject, gate, path, as_written=as_written):
        told = section_rule(subject, gate, path) or cause
        yield Problem(rule, message, gate, path, None, expected, hint, cause=told, absent=True, as_written=as_written)


def settled(subject: Subject, gate: str, path: Path, *, as_written: bool = False) -> bool:
    """Tell whether a place needs no answer any more: its value was refused, or declined with a reason."""
    place = path if as_written else subject.read.origin(gate, path)
    if any(gate == other and related(place, broken) for other, broken in subject.plan.broken):
        return True
    return any(gate == other and place[: len(part)] == part for other, part in subject.plan.not_applicable)


def section_rule(subject: Subject, gate: str, path: Path) -> str | None:
    """Name the rule that tells of the missing mandatory section at a place or around it."""
    missing = (state for state in subject.facts.mandatory if state.verdict == "missing" and state.gate == gate)
    return "GEN014" if any(path[: len(state.path)] == state.path for state in missing) else None
