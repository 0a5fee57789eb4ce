"""Gate operations: the example of the plan format, and what is refused where."""

import pytest

from plangate.model.operations import Operations
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
lineage:
  coverage: {critical: 100 %, column_level: [net_revenue]}
  edges: []
telemetry: {run_success: Airflow run state per pipeline, latency: p95 runtime per pipeline, drift: elementary anomaly checks}
slos: [{id: orders_fresh, sli: freshness, dataset: mart.fct_orders, objective: 99.5 %, window: 30 d, alerts: [orders_page]}]
dashboards: [{name: Orders health, url: "https://metrics.example/orders", audience: commerce_data}]
alerts: [{id: orders_page, condition: data older than 100 min, severity: page, route: pagerduty/commerce, runbook: late_orders}]
oncall: {team: commerce_oncall, hours: 24x7, escalation: [data_platform], acknowledge_within: 15 min}
runbooks: [{id: late_orders, scenario: Load is late, detection: orders_page, steps: [Check replication lag, Rerun load_shop_orders], owner: commerce_data, drilled: 2026-10-20}]
reprocessing: Clear the partition's task; loads merge on key.
break_glass: Platform lead grants write access for two hours; logged.
cost_guardrails: {alert_at: 80 %, owner: commerce_data}
access: {roles: [analyst_read], review_period: 90 d, pii_masking: hash}
recovery: {rpo: 1 h, rto: 4 h, backup_every: 1 h, restore_throughput: 200 MB/s}
"""  # noqa: E501 -- as the plan format writes it


def example() -> Operations:
    outcome = typed.read(Operations, "operations", load(EXAMPLE, name="08-operations.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    return outcome.value


def test_the_example_loads() -> None:
    operations = example()
    assert operations.oncall is not None
    assert operations.oncall.hours == "24x7"
    assert operations.recovery is not None
    assert operations.recovery.restore_throughput is not None
    assert operations.recovery.restore_throughput.base == 200_000_000


def test_elements_and_references_are_marked() -> None:
    operations = example()
    assert [(found.kind, found.id) for found in definitions(operations)] == [
        ("slo", "orders_fresh"),
        ("alert", "orders_page"),
        ("runbook", "late_orders"),
    ]
    assert {path_text(use.path): use.kinds for use in uses(operations)} == {
        "lineage.coverage.column_level[0]": ("metric", "column"),
        "slos[0].dataset": ("dataset",),
        "slos[0].alerts[0]": ("alert",),
        "alerts[0].runbook": ("runbook",),
        "oncall.team": ("team",),
        "oncall.escalation[0]": ("team",),
        "runbooks[0].detection": ("alert", "slo", "check", "reconciliation"),
        "runbooks[0].owner": ("team",),
        "cost_guardrails.owner": ("team",),
    }


def test_overrides_of_the_lineage() -> None:
    edge = {"from": "raw.a", "to": "mart.b", "via": "build_b", "feedback": True}
    lineage = Operations.model_validate({"lineage": {"edges": [edge]}}).lineage
    assert lineage is not None
    assert (lineage.edges[0].from_, lineage.edges[0].to, lineage.edges[0].feedback) == ("raw.a", "mart.b", True)


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        ({"lineage": {"coverage": {"critical": 100}}}, "GEN005", "lineage.coverage.critical"),
        ({"slos": [{"id": "s1", "sli": "speed"}]}, "GEN004", "slos[0].sli"),
        ({"slos": [{"id": "s1", "objective": "99.5"}]}, "GEN005", "slos[0].objective"),
        ({"alerts": [{"id": "a1", "severity": "high"}]}, "GEN004", "alerts[0].severity"),
        ({"alerts": [{"id": "a1", "for": "5 m"}]}, "GEN005", "alerts[0].for"),
        ({"runbooks": [{"id": "r1", "drilled": "2026-13-01"}]}, "GEN006", "runbooks[0].drilled"),
        ({"oncall": {"acknowledge_within": "15"}}, "GEN005", "oncall.acknowledge_within"),
        ({"recovery": {"rpo": "-1 h"}}, "GEN008", "recovery.rpo"),
        ({"cost_guardrails": {"limit": "4000 EUR/month"}}, "GEN005", "cost_guardrails.limit"),
        ({"telemetry": {"latncy": "x"}}, "GEN004", "telemetry.latncy"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(data: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Operations, "operations", data).problems
    assert [(problem.rule, path_text(problem.path)) for problem in problems] == [(rule, path)]
