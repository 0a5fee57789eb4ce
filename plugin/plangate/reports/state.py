"""The states of all plans for machines. Its form is a contract: state.schema.json beside this file describes it."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from plangate import __version__
from plangate.analysis.review import GateReview, Word
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.checks.waived import status


def state(report: Report) -> dict[str, Any]:
    """Give plans and gates with states, digests, approvals, what waits for whom, and waivers, as plain data."""
    return {
        "plangate": __version__,
        "today": report.today.isoformat(),
        "plans": [_plan(report, plan) for plan in sorted(report.plans, key=lambda plan: plan.id)],
    }


def state_json(report: Report) -> str:
    """Write the states as JSON in ASCII, the same bytes for the same report."""
    text = json.dumps(state(report), indent=2, ensure_ascii=True) + "\n"
    return text.replace("##", "#\\u0023")  # the same to whoever reads JSON, and no `##[` to a log that obeys it


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the states."""
    text = (resources.files("plangate") / "reports" / "state.schema.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _plan(report: Report, plan: PlanReport) -> dict[str, Any]:
    return {
        "id": plan.id,
        "title": _text(plan.title),
        "profile": _text(plan.profile),
        "tier": plan.tier,
        "intent": plan.intent,
        "state": plan.state,
        "gates": [_gate(plan, gate) for gate in plan.gates],
        "waivers": [
            {
                "id": waiver.id,
                "rule": waiver.rule,
                "gate": _text(waiver.gate),
                "path": _text(waiver.path),
                "status": status(waiver, plan.facts.policy, report.today),
                "reason": _text(waiver.reason),
                "compensating_control": _text(waiver.compensating_control),
                "owner": _text(waiver.owner),
                "approved_by": _text(waiver.approved_by),
                "created": waiver.created.isoformat(),
                "expires": waiver.expires.isoformat(),
                "ticket": _text(waiver.ticket),
            }
            for waiver in sorted(plan.facts.plan.waivers, key=lambda waiver: (waiver.expires, waiver.id))
        ],
    }


def _gate(plan: PlanReport, gate: GateReport) -> dict[str, Any]:
    review = gate.review
    return {
        "gate": gate.gate,
        "state": gate.state,
        "digest": plan.facts.digests.get(gate.gate),
        "records": [_word(word) for word in review.words] if review else [],
        "waiting": _waiting(review) if review else [],
        "concerns": [
            {
                "id": _text(entry.concern.id),
                "by": _text(entry.filed.record.by),
                "date": entry.filed.record.date.isoformat(),
                "text": _text(entry.concern.text),
            }
            for entry in (review.concerns if review else ())
        ],
    }


def _word(word: Word) -> dict[str, Any]:
    record = word.filed.record
    return {
        "role": _text(record.role),
        "by": _text(record.by),
        "verdict": record.verdict,
        "date": record.date.isoformat(),
        "identity": word.level,
        "counts": word.counts,
        "standing": word.standing,
        "file": _text(word.filed.file),
        "record": word.filed.sha256,
        "changes": [
            {"path": _text(change.path), "old": _text(change.old), "new": _text(change.new)} for change in word.changes
        ],
    }


def _waiting(review: GateReview) -> list[dict[str, Any]]:
    return [
        {
            "role": need.role,
            "needed": need.count,
            "approved": list(need.approved),
            "lapsed": list(need.lapsed),
            "candidates": list(need.candidates),
        }
        for need in review.waiting
    ]


def _text(value: str | None) -> str | None:
    """Write half characters, which no JSON can hold, as their numbers; anything else stays."""
    return None if value is None else value.encode("utf-8", "backslashreplace").decode("utf-8")
