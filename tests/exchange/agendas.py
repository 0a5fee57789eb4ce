"""Agendas for tests of the runbook's forms: that of a sample plan, and one whose every text is an author's."""

from pathlib import Path

from plangate.analysis.agenda import Agenda, agenda
from plangate.analysis.facts import Facts
from plangate.model.cutover import Cutover
from plangate.model.plan import Header, Plan
from plangate.model.policy import Policy
from plangate.reading.policy import load_policy

POLICY: Policy = load_policy(None)[0]
ROOT = Path(__file__).parents[2]


def told(
    text: str = "Word", *, zone: str = "Europe/Berlin", start: str = "2027-03-27T22:00:00Z", **gate: object
) -> Agenda:
    """Give the agenda of a switch over the night on which clocks change, with one text wherever an author writes."""
    step = {"name": text, "owner": "data_team", "backup": "dba", "verify": text, "command": text, "system": text}
    data = {
        "cutover": {
            "t0": start,
            "justification": text,
            "timezones": [zone],
            "window": {"start": start, "end": "2027-03-28T08:00:00Z"},
            "freeze": {
                "start": "2027-03-27T12:00:00Z", "end": "2027-03-28T12:00:00Z", "systems": [text], "comms": text
            },
            "downtime_budget": "1 h",
            "steps": [
                {"id": "s01", **step, "expected": "150 min", "max": "3 h", "rollback": "r01"},
                {
                    "id": "c01",
                    "kind": "go_no_go",
                    "after": ["s01"],
                    "expected": "0 min",
                    "decision_owner": "lead",
                    "if_missing": "no_go",
                    "criteria": [{"statement": text}],
                },
                {"id": "s02", **step, "kind": "switch", "after": ["c01"], "expected": "90 s", "forward_fix": text,
                 "downtime": True, "datasets": ["mart.orders"]},
                {"id": "s03", **step, "after": ["s01"], "expected": "10 min"},
            ],
            "point_of_no_return": {"after": "s02", "why": text},
        },
        "rollback": {
            "decision_owner": "lead",
            "steps": [{"id": "r01", **step, "max": "20 min", "undoes": ["s01", "s03"]}],
        },
        "comms": [
            {"audience": "finance", "channel": text, "offset": "-14 d", "message": text, "owner": "lead"},
            {"audience": "finance", "channel": text, "offset": "-14 d", "message": "Again"},
            {"audience": "nobody"},
        ],
        **gate,
    }  # fmt: skip
    header = Header.model_validate({"id": "a-plan", "title": text, "created": "2027-01-04"})
    found = agenda(Facts(Plan("a-plan", header, {"cutover": Cutover.model_validate(data)}), POLICY))
    assert found is not None
    return found
