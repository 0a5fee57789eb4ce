"""The difference of two states of the plans as plain data, under names that stay."""

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from plangate import __version__
from plangate.analysis.changes.difference import Difference
from plangate.analysis.changes.plan import NumberChange
from plangate.analysis.changes.since import Since
from plangate.reports.difference import DifferenceReport, PlanDifference, counted
from plangate.reports.values import bare, number


def difference_data(report: DifferenceReport) -> dict[str, Any]:
    """Give the difference: every plan that differs with its changes, numbers, lineage, states and who has to look."""
    return {
        "plangate": __version__,
        "today": report.after.today.isoformat(),
        "base": report.base,
        "head": report.head,
        "counts": dict(report.counts),
        "notes": list(report.notes),
        "plans": [_plan(plan) for plan in report.plans],
    }


def since_data(found: Mapping[str, tuple[Since, ...]], person: str, today: str) -> dict[str, Any]:
    """Give what a person has not seen of each plan: the gates that they signed, with what changed since."""
    return {
        "plangate": __version__,
        "today": today,
        "person": person,
        "plans": [
            {
                "id": plan,
                "gates": [
                    {
                        "gate": one.gate,
                        "role": one.word.role,
                        "record": one.word.filed.file,
                        "date": one.word.filed.record.date.isoformat(),
                        "standing": one.standing,
                        "kept": one.kept,
                        "changes": [_change(change) for change in one.differences],
                    }
                    for one in gates
                ],
            }
            for plan, gates in found.items()
        ],
    }


def as_json(data: Mapping[str, Any]) -> str:
    """Write plain data as JSON in ASCII, without what a log that obeys it would obey."""
    return json.dumps(data, indent=2, ensure_ascii=True).replace("##", "#\\u0023") + "\n"


def difference_schema() -> Mapping[str, Any]:
    """Give the JSON Schema of the difference of two states."""
    text = (resources.files("plangate") / "reports" / "difference.schema.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def _plan(plan: PlanDifference) -> dict[str, Any]:
    change = plan.change
    return {
        "id": change.plan,
        "was": change.was,
        "fate": change.fate,
        "class": change.weight,
        "counts": dict(counted(change)),
        "state": {"before": plan.before, "after": plan.after},
        "gates": [
            {"gate": move.gate, "before": move.before, "after": move.after, "changed": move.gate in change.gates}
            for move in plan.gates
        ],
        "changes": [_change(one) for one in change.differences],
        "cosmetic": list(change.cosmetic),
        "numbers": [_number(one) for one in change.numbers],
        "lineage": {
            "nodes": [{"id": name, "state": state} for name, state in (change.nodes or {}).items()],
            "edges": [
                {"source": source, "target": target, "state": state}
                for (source, target), state in (change.edges or {}).items()
            ],
        },
        "lapsed": [
            {
                "gate": word.gate,
                "person": word.person,
                "role": word.role,
                "standing": word.standing,
                "because": [str(one) for one in word.changes],
            }
            for word in plan.lapsed
        ],
        "look_again": [
            {"what": one.what, "gates": list(one.gates), "role": one.role, "people": list(one.people)}
            for one in plan.actions
        ],
        "affected": [
            {
                "consumer": one.consumer,
                "plan": one.plan,
                "owner": one.owner,
                "by": one.by.isoformat() if one.by else None,
                "datasets": list(one.datasets),
            }
            for one in change.affected
        ],
        "new_findings": [
            {"rule": one.rule, "severity": one.severity, "file": one.file, "line": one.line, "message": one.message}
            for one in plan.new_findings
        ],
        "gone_findings": plan.gone,
    }


def _change(one: Difference) -> dict[str, Any]:
    return {
        "gate": one.gate,
        "path": one.path,
        "kind": one.kind,
        "class": one.weight,
        "why": one.why or None,
        "rule": one.rule,
        "before": one.before,
        "after": one.after,
        "base_before": one.old,
        "base_after": one.new,
    }


def _number(one: NumberChange) -> dict[str, Any]:
    named = one.named
    return {
        "name": named.name,
        "subject_kind": named.subject_kind,
        "subject": named.subject,
        "title": named.title,
        "class": one.weight,
        "why": one.why or None,
        "before": bare(one.old.computed) if one.old else None,
        "after": bare(one.new.computed) if one.new else None,
        "limit": number(one.limit) if one.limit is not None else None,
        "holds": one.new.holds if one.new else None,
    }
