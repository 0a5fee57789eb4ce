"""Who must do what next: every plan's open work, by who can do it."""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from plangate.analysis.states import OF_THE_REVIEW
from plangate.checks.report import PlanReport, Report
from plangate.checks.waived import expired
from plangate.model.plan import JUDGED
from plangate.reports.lines import line

What = Literal["mend", "write", "answer", "look_again", "approve", "renew"]

WORDS: dict[What, str] = {
    "mend": "mend errors in",
    "write": "write",
    "answer": "answer what was asked about",
    "look_again": "look again at",
    "approve": "approve",
    "renew": "end or renew",
}
"""What there is to do, in words before the gates that it is about."""


class Action(Struct, frozen=True):
    """One thing to do: what, about which gates (or waivers), in which role if in one, and by whom it can be done."""

    what: What
    gates: tuple[str, ...]
    role: str | None
    people: tuple[str, ...]
    because: str = ""


def actions(report: Report, plan: PlanReport) -> tuple[Action, ...]:
    """Give what has to be done for a plan, the work of its owner first; a plan that is over needs nothing."""
    if plan.state in {"withdrawn", "retired", "superseded"}:
        return ()
    return (*_owners(report, plan), *_reviewers(plan), *_renewals(report, plan))


def _owners(report: Report, plan: PlanReport) -> Iterator[Action]:
    owner = plan.facts.plan.header.accountable
    people = (owner,) if owner else ()
    failing = [f for f in report.of(plan.id) if f.verdict == "fail" and f.severity == "error"]
    errors = [finding for finding in failing if finding.rule not in OF_THE_REVIEW]
    broken = tuple(dict.fromkeys(finding.gate or "plan" for finding in errors))
    if broken:
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        yield Action("mend", broken, None, people, count)
    if missing := tuple(gate.gate for gate in plan.gates if gate.state == "missing"):
        yield Action("write", missing, None, people)
    held: dict[str, list[str]] = {}
    for gate in plan.gates:
        if gate.review is None:
            continue
        for word in gate.review.holding:
            held.setdefault(f"{word.person} ({word.filed.record.verdict})", []).append(gate.gate)
        for concern in gate.review.concerns:
            held.setdefault(f"{concern.filed.record.by} (concern {concern.concern.id})", []).append(gate.gate)
    for who, gates in held.items():
        yield Action("answer", tuple(gates), None, people, who)


def _reviewers(plan: PlanReport) -> Iterator[Action]:
    """Group what waits for approval by role and people, apart from what was approved once and has changed."""
    if plan.intent not in JUDGED:
        return
    grouped: dict[tuple[What, str, tuple[str, ...]], list[str]] = {}
    for gate in plan.gates:
        if gate.review is None or gate.state == "missing":
            continue
        for need in gate.review.waiting:
            what: What = "look_again" if need.lapsed else "approve"
            grouped.setdefault((what, need.role, need.lapsed or need.candidates), []).append(gate.gate)
    for (what, role, people), gates in grouped.items():
        yield Action(what, tuple(gates), role, people)


def _renewals(report: Report, plan: PlanReport) -> Iterator[Action]:
    for waiver in plan.facts.plan.waivers:
        days = (waiver.expires - report.today).days
        if expired(waiver, report.today):
            yield Action("renew", (waiver.id,), None, (waiver.owner,), f"expired on {waiver.expires}")
        elif any(f.rule == "WVR002" and f.file.endswith(f"/{waiver.id}.yml") for f in report.of(plan.id)):
            yield Action("renew", (waiver.id,), None, (waiver.owner,), f"expires on {waiver.expires}, in {days} d")


def status_data(report: Report) -> dict[str, Any]:
    """Give the open work of all plans of a report as plain data."""
    return {
        "today": report.today.isoformat(),
        "plans": [
            {
                "id": plan.id,
                "state": plan.state,
                "gates": {gate.gate: gate.state for gate in plan.gates},
                "actions": [
                    {
                        "what": action.what,
                        "gates": list(action.gates),
                        "role": action.role,
                        "people": list(action.people),
                        "because": action.because or None,
                    }
                    for action in actions(report, plan)
                ],
            }
            for plan in report.plans
        ],
    }


def status_lines(report: Report) -> Iterator[str]:
    """Write the open work of all plans of a report for people, with how much of each plan is approved."""
    for plan in report.plans:
        approved = sum(gate.state in {"approved", "waived"} for gate in plan.gates)
        yield line("plan ", f"{plan.id}  {plan.state}, {approved} of {len(plan.gates)} gates approved")
        for action in actions(report, plan):
            who = ", ".join(action.people) or "nobody"
            role = f"{action.role} ({who})" if action.role else who
            because = f" ({action.because})" if action.because else ""
            yield line(f"  {WORDS[action.what]} ", f"{', '.join(action.gates)}: {role}{because}")
    yield line("today ", report.today.isoformat())
