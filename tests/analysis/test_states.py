"""States of plans, from those of their gates."""

import pytest

from plangate.analysis.states import plan_state
from plangate.model.plan import Header, Plan


@pytest.mark.parametrize(
    ("gates", "errors", "state"),
    [
        ("approved approved", False, "approved"),
        ("approved waived", False, "approved_with_waivers"),
        ("approved in_review", False, "in_review"),
        ("waived in_review", False, "in_review"),
        ("approved suspect", False, "suspect"),
        ("suspect stale", False, "stale"),
        ("stale blocked", False, "blocked"),
        ("approved missing", False, "blocked"),
        ("approved approved", True, "blocked"),
        ("", False, "in_review"),
    ],
)
def test_a_plan_is_what_its_worst_gate_is(gates: str, errors: bool, state: str) -> None:
    assert plan_state(Plan("a", Header(intent="in_review"), {}), gates.split(), errors) == state


@pytest.mark.parametrize(
    ("header", "state"),
    [
        ({"intent": "withdrawn"}, "withdrawn"),
        ({"intent": "retired"}, "retired"),
        ({"intent": "draft"}, "draft"),
        ({"intent": "live"}, "approved"),
        ({"intent": "live", "superseded_by": "b-plan"}, "superseded"),
    ],
)
def test_intent_and_succession_come_first(header: dict[str, str], state: str) -> None:
    assert plan_state(Plan("a", Header.model_validate(header), {}), ("approved",), False) == state
