"""Computed states: nobody types them."""

from collections.abc import Sequence
from typing import Literal

from plangate.model.plan import Plan

GateState = Literal["missing", "draft", "ready", "in_review", "blocked"]
PlanState = Literal["draft", "in_review", "blocked", "withdrawn", "retired", "superseded"]


def gate_state(plan: Plan, gate: str, present: bool, blocked: frozenset[str]) -> GateState:
    """Give the state of a gate.

    `missing` without a file; `blocked` by an error in a plan in review; `draft` where errors are left in a draft;
    `ready` when a draft's gate has none; `in_review` when the plan is.
    """
    judged = plan.header.intent in {"in_review", "live"}
    if not present:
        return "missing"
    if gate in blocked or gate not in plan.gates:
        return "blocked" if judged else "draft"
    return "in_review" if judged else "ready"


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
    return "blocked" if errors or "missing" in gates or "blocked" in gates else "in_review"
