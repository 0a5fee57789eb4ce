"""Records and waivers: what a readable one is, and that anything else is refused."""

import pytest
from pydantic import ValidationError

from plangate.model.problem import path_text
from plangate.model.review import Record, Waiver
from plangate.reading import typed

DIGEST = "sha256:" + "5f0c" * 16
RECORD: dict[str, object] = {
    "scheme": "pg1",
    "plan": "orders-mart",
    "role": "platform",
    "by": "bob",
    "verdict": "approve",
    "date": "2026-11-04",
    "gates": {"capacity": DIGEST, "ingestion": DIGEST},
    "depends": {"context": DIGEST},
    "supersedes": None,
    "concerns": [{"id": "c1", "gate": "capacity", "text": "The high case is missing", "state": "open"}],
    "note": "Read with finance",
}
WAIVER: dict[str, object] = {
    "id": "W-012",
    "rule": "CAP004",
    "gate": "capacity",
    "path": "throughput.target_utilisation",
    "reason": "The pool grows in January",
    "compensating_control": "Alert at 75 % of the pool",
    "owner": "alice",
    "approved_by": "frank",
    "created": "2026-11-01",
    "expires": "2027-01-31",
    "ticket": "DATA-12",
}


def test_a_record_loads() -> None:
    outcome = typed.read(Record, "reviews/a.yml", RECORD)
    assert outcome.problems == []
    assert outcome.value is not None
    assert list(outcome.value.gates) == ["capacity", "ingestion"]
    assert outcome.value.concerns[0].state == "open"


def test_a_waiver_loads() -> None:
    outcome = typed.read(Waiver, "waivers/W-012.yml", WAIVER)
    assert outcome.problems == []
    assert outcome.value is not None
    assert (outcome.value.expires - outcome.value.created).days == 91


@pytest.mark.parametrize("field", ["scheme", "plan", "role", "by", "verdict", "date", "gates"])
def test_a_record_without_a_needed_field_is_none(field: str) -> None:
    outcome = typed.read(Record, "reviews/a.yml", {name: value for name, value in RECORD.items() if name != field})
    assert outcome.value is None
    assert any(f"`{field}`" in problem.message for problem in outcome.problems)


@pytest.mark.parametrize("field", ["id", "rule", "reason", "owner", "approved_by", "created", "expires"])
def test_a_waiver_without_a_needed_field_is_none(field: str) -> None:
    outcome = typed.read(Waiver, "waivers/a.yml", {name: value for name, value in WAIVER.items() if name != field})
    assert outcome.value is None
    assert any(f"`{field}`" in problem.message for problem in outcome.problems)


@pytest.mark.parametrize(
    ("changed", "rule", "path"),
    [
        ({"verdict": "approved"}, "literal_error", "verdict"),
        ({"date": "4.11.2026"}, "GEN006", "date"),
        ({"plan": "Orders Mart"}, "REV002", "plan"),
        ({"supersedes": "5f0c"}, "REV004", "supersedes"),
        ({"gates": {"capacity": "sha256:5f0c…"}}, "REV004", "gates.capacity"),
        ({"gates": {}}, "too_short", "gates"),
        ({"depend": {}}, "extra_forbidden", "depend"),
        ({"concerns": [{"id": "c1", "text": "Why?", "state": "resolved"}]}, "literal_error", "concerns[0].state"),
    ],
)
def test_wrong_values_of_records(changed: dict[str, object], rule: str, path: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Record.model_validate({**RECORD, **changed})
    assert (rule, path) in [(error["type"], path_text(error["loc"])) for error in caught.value.errors()]


@pytest.mark.parametrize(
    ("changed", "rule", "path"),
    [
        ({"id": "12"}, "GEN009", "id"),
        ({"rule": "CAP004, CAP005"}, "GEN009", "rule"),
        ({"rule": "CAP*"}, "GEN009", "rule"),
        ({"expires": "2026-11-01"}, "GEN009", ""),
        ({"expiry": "2026-11-01"}, "GEN004", "expiry"),
    ],
)
def test_wrong_values_of_waivers(changed: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Waiver, "waivers/W-012.yml", {**WAIVER, **changed}).problems
    assert (rule, path) in [(problem.rule, path_text(problem.path)) for problem in problems]
