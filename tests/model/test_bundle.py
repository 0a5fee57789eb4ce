"""Gate bundle: the example of the plan format, and what is refused where."""

import pytest

from plangate.model.bundle import Bundle
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
risks: [{id: late_cdc, cause: Replication slot lags, effect: Stale mart at close, likelihood: medium, impact: high, mitigation: Lag alert at 30 min, owner: commerce_data, trigger: lag over 30 min}]
follow_ups: [{id: f1, action: Drop legacy views, owner: commerce_data, due: 2027-01-20, blocks_go_live: false, status: open}]
design_decisions: [{id: d1, title: CDC over snapshots, because: Freshness of two hours, rejected: [nightly snapshot]}]
glossary: []
"""  # noqa: E501 -- as the plan format writes it


def test_the_example_loads() -> None:
    outcome = typed.read(Bundle, "bundle", load(EXAMPLE, name="11-bundle.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    assert [(found.kind, found.id) for found in definitions(outcome.value)] == [
        ("risk", "late_cdc"),
        ("follow_up", "f1"),
        ("design_decision", "d1"),
    ]
    assert [path_text(use.path) for use in uses(outcome.value)] == ["risks[0].owner", "follow_ups[0].owner"]
    assert outcome.value.follow_ups[0].blocks_go_live is False


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        ({"risks": [{"id": "r1", "likelihood": "rare"}]}, "GEN004", "risks[0].likelihood"),
        ({"follow_ups": [{"id": "f1", "blocks_go_live": "no"}]}, "GEN008", "follow_ups[0].blocks_go_live"),
        ({"follow_ups": [{"id": "f1", "due": "January"}]}, "GEN006", "follow_ups[0].due"),
        ({"follow_ups": [{"id": "f1", "status": "done"}]}, "GEN004", "follow_ups[0].status"),
        ({"totals": {"monthly_cost": "4000 EUR"}}, "GEN005", "totals.monthly_cost"),
        ({"glossary": [{"term": "GMV", "meening": "Gross"}]}, "GEN004", "glossary[0].meening"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(data: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Bundle, "bundle", data).problems
    assert [(problem.rule, path_text(problem.path)) for problem in problems] == [(rule, path)]
