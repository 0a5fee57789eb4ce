"""Gate quality: the example of the plan format, and what is refused where."""

import pytest

from plangate.model.problem import path_text
from plangate.model.quality import Quality
from plangate.model.reference import definitions, uses
from plangate.reading import typed
from plangate.reading.yaml import load

EXAMPLE = b"""
derive: [unique, not_null, accepted_values, freshness, row_count]
checks:
  - {id: orders_pk, dataset: mart.fct_orders, column: order_id, kind: unique, must_be: "<= 0 rows", severity: error, action: block_publish, owner: commerce_data, stage: pre_publish, runtime: 2 min}
reconciliation:
  - {id: revenue_vs_ledger, source: ledger.postings, target: mart.fct_orders, measure: sum, column: net_revenue, grain: [order_date], tolerance: 0.1 %, cut_off: "02:00", timezone: Europe/Berlin, metric: net_revenue}
drift: {threshold: 3 %, escalation: orders_page}
severities: [{severity: error, respond_within: 30 min, escalate_to: commerce_oncall}]
"""  # noqa: E501 -- as the plan format writes it


def example() -> Quality:
    outcome = typed.read(Quality, "quality", load(EXAMPLE, name="07-quality.yml").data)  # type: ignore[arg-type]
    assert outcome.problems == []
    assert outcome.value is not None
    return outcome.value


def test_the_example_loads() -> None:
    quality = example()
    check = quality.checks[0]
    assert (check.kind, check.kind_, check.column) == ("check", "unique", ("order_id",))
    assert check.must_be is not None
    assert check.must_be.operator == "<="
    assert quality.reconciliation[0].tolerance is not None
    assert quality.reconciliation[0].tolerance.dimension == ()


def test_a_check_of_several_columns_and_an_absolute_tolerance() -> None:
    quality = Quality.model_validate(
        {
            "checks": [{"id": "line_key", "column": ["order_id", "line"]}],
            "reconciliation": [{"id": "rows_match", "tolerance": "5 rows"}],
        }
    )
    assert quality.checks[0].column == ("order_id", "line")
    assert quality.reconciliation[0].tolerance is not None
    assert quality.reconciliation[0].tolerance.dimension == (("rows", 1),)


def test_elements_and_references_are_marked() -> None:
    quality = example()
    assert [(found.kind, found.id) for found in definitions(quality)] == [
        ("check", "orders_pk"),
        ("reconciliation", "revenue_vs_ledger"),
    ]
    assert {path_text(use.path): use.kinds for use in uses(quality)} == {
        "checks[0].dataset": ("dataset",),
        "checks[0].owner": ("team",),
        "reconciliation[0].source": ("dataset",),
        "reconciliation[0].target": ("dataset",),
        "reconciliation[0].metric": ("metric",),
        "drift.escalation": ("alert", "team"),
        "severities[0].escalate_to": ("team",),
    }


@pytest.mark.parametrize(
    ("data", "rule", "path"),
    [
        ({"derive": ["uniqueness"]}, "GEN004", "derive[0]"),
        ({"checks": [{"id": "a1", "kind": "unqiue"}]}, "GEN004", "checks[0].kind"),
        ({"checks": [{"id": "a1", "must_be": "few"}]}, "GEN005", "checks[0].must_be"),
        ({"checks": [{"id": "a1", "severity": "warning"}]}, "GEN004", "checks[0].severity"),
        ({"checks": [{"id": "a1", "runtime": 2}]}, "GEN005", "checks[0].runtime"),
        ({"checks": [{"id": "A1"}]}, "GEN002", "checks[0].id"),
        ({"checks": [{"id": "a1", "quarantine": {"max_rate": "1e3"}}]}, "GEN008", "checks[0].quarantine.max_rate"),
        ({"checks": [{"id": "a1", "baseline": {"fallback": "many"}}]}, "GEN005", "checks[0].baseline.fallback"),
        ({"reconciliation": [{"id": "r1", "cut_off": 120}]}, "GEN006", "reconciliation[0].cut_off"),
        ({"reconciliation": [{"id": "r1", "timezone": "Berlin"}]}, "GEN006", "reconciliation[0].timezone"),
        ({"reconciliation": [{"id": "r1", "tolerance": 0}]}, "GEN005", "reconciliation[0].tolerance"),
        ({"drift": {"treshold": "3 %"}}, "GEN004", "drift.treshold"),
    ],
)
def test_wrong_values_are_refused_where_they_stand(data: dict[str, object], rule: str, path: str) -> None:
    problems = typed.read(Quality, "quality", data).problems
    assert (problems[0].rule, path_text(problems[0].path)) == (rule, path)
