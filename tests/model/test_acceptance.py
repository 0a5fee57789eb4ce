"""Gate acceptance: the example of the plan format, derived criteria, and what is refused where."""

import pytest

from plangate.model.acceptance import Acceptance, DerivedCriteria
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
phases:
  pre_launch: [orders_pk]
  parallel_run: {start: 2026-11-20, end: 2026-12-05, min: 14 d, compare: [revenue_vs_ledger], allowed_difference: 0.1 %}
  post_cutover: [revenue_vs_ledger]
coverage: {correctness: [orders_pk, revenue_vs_ledger], freshness: [orders_fresh], performance: [close_query]}
performance_test: {id: close_query, load: 333 rows/s, expected_p95: 20 s, dataset_size: 700 GB}
criteria:
  - {derive: [net_revenue, orders_fresh], approver: finance_analytics}
  - {id: revenue_correct, from: revenue_vs_ledger, phase: pre_launch, approver: finance_analytics, due: 2026-12-04}
release_gates: [{id: go_live, needs: [revenue_correct], decision_owner: cutover_lead}]
stabilization: {duration: 14 d, exit: No error-severity incident for 7 days}
"""


def example() -> Acceptance:
    outcome = typed.read(Acceptance, "acceptance", load(EXAMPLE, name="10-acceptance.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    return outcome.value


def test_the_example_loads() -> None:
    acceptance = example()
    assert [entry.derive for entry in acceptance.derived_criteria] == [("net_revenue", "orders_fresh")]
    assert [(entry.id, entry.from_) for entry in acceptance.stated_criteria] == [
        ("revenue_correct", "revenue_vs_ledger")
    ]
    assert isinstance(acceptance.criteria[0], DerivedCriteria)
    assert acceptance.phases is not None
    assert acceptance.phases.parallel_run is not None
    assert str(acceptance.phases.parallel_run.min) == "14 d"


def test_elements_and_references_are_marked() -> None:
    acceptance = example()
    assert [(found.kind, found.id) for found in definitions(acceptance)] == [
        ("performance_test", "close_query"),
        ("criterion", "revenue_correct"),
        ("release_gate", "go_live"),
    ]
    marked = {path_text(use.path): use.kinds for use in uses(acceptance)}
    assert marked["release_gates[0].needs[0]"] == ("criterion",)
    assert marked["phases.parallel_run.compare[0]"] == ("check", "reconciliation")
    assert marked["criteria[0].derive[1]"] == marked["criteria[1].from"] == marked["coverage.freshness[0]"]
    assert {"slo", "metric", "check", "reconciliation"} <= set(marked["criteria[1].from"])
    assert marked["criteria[0].approver"] == ("team",)


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        ({"criteria": [{"id": "c1", "phase": "later"}]}, "GEN004", "criteria[0].phase"),
        ({"criteria": [{"id": "c1", "due": "2026-12-4"}]}, "GEN006", "criteria[0].due"),
        ({"criteria": [{"id": "c1", "must_be": "fast"}]}, "GEN005", "criteria[0].must_be"),
        ({"criteria": [{"statement": "It is right"}]}, "GEN002", "criteria[0]"),
        ({"criteria": [{"derive": ["Net"]}]}, "GEN002", "criteria[0].derive[0]"),
        ({"criteria": [{"derive": ["net"], "aprover": "qa"}]}, "GEN004", "criteria[0].aprover"),
        ({"criteria": ["net_revenue"]}, "GEN008", "criteria[0]"),
        ({"phases": {"parallel_run": {"start": "2026-12-05", "end": "2026-11-20"}}}, "GEN006", "phases.parallel_run"),
        ({"performance_test": {"id": "p1", "expected_p95": 20}}, "GEN005", "performance_test.expected_p95"),
        ({"stabilization": {"duration": "two weeks"}}, "GEN005", "stabilization.duration"),
        ({"test_levels": {"uat": {"required": "yes"}}}, "GEN008", "test_levels.uat.required"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(data: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Acceptance, "acceptance", data).problems
    assert [(problem.rule, path_text(problem.path)) for problem in problems] == [(rule, path)]
