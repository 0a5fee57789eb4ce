"""Computed states: nobody types them."""

from collections.abc import Sequence
from typing import Literal

from plangate.analysis.review import ReviewState
from plangate.model.plan import JUDGED, Plan

GateState = Literal["missing", "draft", "ready", "in_review", "approved", "waived", "stale", "suspect", "blocked"]
PlanState = Literal[
    "draft",
    "in_review",
    "approved",
    "approved_with_waivers",
    "suspect",
    "stale",
    "blocked",
    "withdrawn",
    "retired",
    "superseded",
]

OF_THE_REVIEW = frozenset({"REV004", "REV005", "REV006", "REV009"})
"""Rules whose errors tell of the review itself: they block no gate, they are what its state says."""

_OF_REVIEWS: dict[ReviewState, GateState] = {
    "open": "in_review",
    "approved": "approved",
    "suspect": "suspect",
    "stale": "stale",
    "held": "blocked",
}


def gate_state(
    plan: Plan, gate: str, present: bool, blocked: frozenset[str], review: ReviewState = "open", waived: bool = False
) -> GateState:
    """Give the state of a gate.

    `missing` without a file; `draft` where errors are left in a draft, `ready` where none is. In a plan in review it is
    `blocked` by an error, by changes asked for, a hold or an open concern; else what the review comes to: `in_review`,
    `stale`, `suspect`, `approved`, and `waived` where it is approved with a waiver.
    """
    if not present:
        return "missing"
    if plan.header.intent not in JUDGED:
        return "draft" if gate in blocked or gate not in plan.gates else "ready"
    if gate in blocked or gate not in plan.gates:
        return "blocked"
    state = _OF_REVIEWS[review]
    return "waived" if state == "approved" and waived else state


def plan_state(plan: Plan, gates: Sequence[str], errors: bool) -> PlanState:
    """Give the state of a plan from its intent, the states of its gates, and whether it has errors."""
    if plan.header.superseded_by is not None:
        return "superseded"
    if plan.header.intent == "withdrawn":
        return "withdrawn"
    if plan.header.intent == "retired":
        return "retired"
    if plan.header.intent == "draft":
        return "draft"
    if errors or "missing" in gates or "blocked" in gates:
        return "blocked"
    if "stale" in gates:
        return "stale"
    if "suspect" in gates:
        return "suspect"
    if gates and all(gate in {"approved", "waived"} for gate in gates):
        return "approved_with_waivers" if "waived" in gates else "approved"
    return "in_review"
