"""Two states of the plans beside each other: what changed, what became of states and approvals, who has to look."""

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from plangate.analysis.changes.plan import PlanChange, plan_changes
from plangate.analysis.changes.weight import WEIGHTS, Weight
from plangate.analysis.review import Word
from plangate.checks.finding import Finding
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.reports.outcome import findings
from plangate.reports.status import Action, actions


class GateMove(Struct, frozen=True):
    """A gate that says something else or has another state: its states, and its report of now."""

    gate: str
    before: str | None
    after: str | None
    report: GateReport | None


class PlanDifference(Struct, frozen=True):
    """What became of a plan, with its states and gates, the words that no longer hold, and who has to act on it.

    `new_findings` are there now and were not before; `gone` counts those that are no more. `assumed` holds the gate of
    each value that is assumed.
    """

    change: PlanChange
    before: str | None
    after: str | None
    gates: tuple[GateMove, ...]
    lapsed: tuple[Word, ...]
    actions: tuple[Action, ...]
    new_findings: tuple[Finding, ...]
    gone: int
    assumed: tuple[str, ...] = ()


class DifferenceReport(Struct, frozen=True):
    """All plans that differ, sorted by id, with the reports of both states and what they are called.

    `files` are those with other bytes, as findings name them; `notes` tell what could not be compared.
    """

    base: str
    head: str
    before: Report
    after: Report
    plans: tuple[PlanDifference, ...]
    files: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[Weight, int]:
        """Count what changed by its weight."""
        return counted(*(plan.change for plan in self.plans))


def counted(*found: PlanChange) -> Mapping[Weight, int]:
    """Count the changes of plans by their weight; what only follows from others does not count."""
    counts = Counter[Weight]()
    for change in found:
        counts.update(one.weight for one in change.differences if one.kind != "follows")
        counts.update(one.weight for one in change.numbers)
        counts["cosmetic"] += len(change.cosmetic)
        if change.fate in {"new", "removed"}:
            counts[change.weight] += 1
    return {weight: counts[weight] for weight in WEIGHTS}


def difference_report(
    before: Report,
    after: Report,
    base: str,
    head: str,
    files: frozenset[str] = frozenset(),
    touched: Mapping[str, frozenset[str]] | None = None,
) -> DifferenceReport:
    """Compare two states of the plans that were checked; `touched` names for each plan the gates with other bytes.

    A plan on which either check broke down is left out, and a note says so.
    """
    broken = sorted({*before.failures, *after.failures})
    old = {plan.id: plan for plan in before.plans if plan.id not in broken}
    new = {plan.id: plan for plan in after.plans if plan.id not in broken}
    changes = plan_changes(
        {name: plan.facts for name, plan in old.items()}, {name: plan.facts for name, plan in new.items()}, touched
    )
    plans = [
        _plan(change, old.get(change.was or change.plan), new.get(change.plan), before, after) for change in changes
    ]
    told = {change.plan for change in changes}
    for name in sorted(new.keys() - told):
        if name in old and _moved(old[name], new[name]):
            same = PlanChange(name, name, "same")
            plans.append(_plan(same, old[name], new[name], before, after))
    plans.sort(key=lambda plan: plan.change.plan)
    notes = tuple(f"Plan {name} is not compared: an internal error broke its check down" for name in broken)
    return DifferenceReport(base, head, before, after, tuple(plans), files, (*before.notes, *after.notes, *notes))


def _moved(old: PlanReport, new: PlanReport) -> bool:
    """Tell whether a plan has another state, or a gate of it, though nothing in it changed."""
    return (old.state, [gate.state for gate in old.gates]) != (new.state, [gate.state for gate in new.gates])


def _plan(
    change: PlanChange, old: PlanReport | None, new: PlanReport | None, before: Report, after: Report
) -> PlanDifference:
    moves = tuple(_gates(change, old, new))
    known = {finding.identity for finding in findings(before) if finding.plan == (change.was or change.plan)}
    found = [finding for finding in findings(after) if finding.plan == change.plan and finding.verdict != "waived"]
    return PlanDifference(
        change,
        old.state if old else None,
        new.state if new else None,
        moves,
        tuple(_lapsed(old, new)),
        tuple(_acting(after, new, {move.gate for move in moves})),
        tuple(finding for finding in found if finding.identity not in known),
        len(known - {finding.identity for finding in findings(after)}),
        tuple(one.gate for one in new.facts.plan.assumed) if new else (),
    )


def _gates(change: PlanChange, old: PlanReport | None, new: PlanReport | None) -> Iterator[GateMove]:
    before = {gate.gate: gate for gate in old.gates} if old else {}
    after = {gate.gate: gate for gate in new.gates} if new else {}
    for name in (*after, *(name for name in before if name not in after)):
        was, now = before.get(name), after.get(name)
        states = was.state if was else None, now.state if now else None
        if states[0] != states[1] or name in change.gates:
            yield GateMove(name, *states, now)


def _lapsed(old: PlanReport | None, new: PlanReport | None) -> Iterator[Word]:
    """Give the approvals that do not hold now, and either did before or came with the change."""
    was = {
        (gate.gate, word.filed.sha256): word.standing
        for gate in (old.gates if old else ())
        if gate.review is not None
        for word in gate.review.words
    }
    for gate in new.gates if new else ():
        for word in gate.review.words if gate.review is not None else ():
            known = was.get((gate.gate, word.filed.sha256), "holds")
            if word.filed.record.approves and word.standing not in {"holds", known}:
                yield word


def _acting(after: Report, new: PlanReport | None, gates: set[str]) -> Iterator[Action]:
    """Give who has to approve or look again at gates that changed, of all that they have to do."""
    for action in actions(after, new) if new is not None else ():
        concerned = tuple(gate for gate in action.gates if gate in gates)
        if action.role is not None and concerned:
            yield Action(action.what, concerned, action.role, action.people, action.because)
