"""Gate context: what its example means, what it names, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from plangate.model.context import Context
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import yaml


def read(text: str) -> Context:
    return Context.model_validate(yaml.load(text.encode(), name="01-context.yml").data)


def refused(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        read(text)
    return [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]


def test_metric_has_its_numbers_and_date() -> None:
    metric = read("metrics: [{id: net_revenue, baseline: 96.5 %, target: 99.9 %, due: 2027-01-31}]").metrics[0]
    assert (str(metric.baseline), str(metric.target), metric.due) == ("96.5 %", "99.9 %", date(2027, 1, 31))


def test_baseline_may_be_negative() -> None:
    metric = read("metrics: [{id: margin, baseline: -4000 EUR/month, target: 0 EUR/month}]").metrics[0]
    assert metric.baseline is not None
    assert metric.baseline.base < 0


def test_scope_takes_the_word_in() -> None:
    scope = read("scope: {in: [orders], out: [payouts]}").scope
    assert scope is not None
    assert (scope.in_, scope.out) == (("orders",), ("payouts",))


def test_answer_no_stays_text() -> None:
    assert read("clarifications: [{topic: sources, answer: no}]").clarifications[0].answer == "no"


def test_numbers_in_text_keep_their_digits() -> None:
    assert read("constraints: {team: 1.50}").constraints == read('constraints: {team: "1.50"}').constraints


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
decisions: [{id: close, taken_by: finance_analytics, uses: [net_revenue]}]
metrics: [{id: net_revenue, owner: finance_analytics, measured_by: mart.fct_orders#net_revenue}]
consumers: [{id: finance_close, owner: finance_analytics, reads: [mart.fct_orders, mart.dim_day]}]
stakeholders: [{person: alice}]
clarifications: [{assumption: rota}]
assumptions: [{id: rota, owner: commerce_data}]
"""
    )
    assert [(path_text(use.path), use.kinds, use.text) for use in uses(gate)] == [
        ("decisions[0].taken_by", ("team",), "finance_analytics"),
        ("decisions[0].uses[0]", ("metric",), "net_revenue"),
        ("metrics[0].owner", ("team",), "finance_analytics"),
        ("metrics[0].measured_by", ("column",), "mart.fct_orders#net_revenue"),
        ("consumers[0].owner", ("team",), "finance_analytics"),
        ("consumers[0].reads[0]", ("dataset",), "mart.fct_orders"),
        ("consumers[0].reads[1]", ("dataset",), "mart.dim_day"),
        ("stakeholders[0].person", ("team",), "alice"),
        ("clarifications[0].assumption", ("assumption",), "rota"),
        ("assumptions[0].owner", ("team",), "commerce_data"),
    ]
    assert [(found.kind, found.id) for found in definitions(gate)] == [
        ("decision", "close"),
        ("metric", "net_revenue"),
        ("consumer", "finance_close"),
        ("assumption", "rota"),
    ]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("decisions: [{id: X}]", "decisions[0].id", "GEN002"),
        ("decisions: [{decision: Close}]", "decisions[0].id", "missing"),
        ("decisions: [{id: close, taken_by: Finance Team}]", "decisions[0].taken_by", "GEN002"),
        ("decisions: [{id: close, uses: [Net]}]", "decisions[0].uses[0]", "GEN002"),
        ("metrics: [{id: net, baseline: 96.5}]", "metrics[0].baseline", "GEN005"),
        ("metrics: [{id: net, target: 1e3 rows}]", "metrics[0].target", "GEN008"),
        ("metrics: [{id: net, due: 31.01.2027}]", "metrics[0].due", "GEN006"),
        ("metrics: [{id: net, measured_by: fct_orders}]", "metrics[0].measured_by", "GEN002"),
        ("metrics: [{id: net, tolerance: 5 min}]", "metrics[0].tolerance", "GEN005"),
        ("metrics: [{id: net, grain: order_date}]", "metrics[0].grain", "tuple_type"),
        ("consumers: [{id: close, type: excel}]", "consumers[0].type", "literal_error"),
        ("consumers: [{id: close, reads: [orders]}]", "consumers[0].reads[0]", "GEN002"),
        ("consumers: [{id: close, freshness: 2 hours}]", "consumers[0].freshness", "GEN005"),
        ("consumers: [{id: close, freshness: -2 h}]", "consumers[0].freshness", "GEN008"),
        ("consumers: [{id: close, external: no}]", "consumers[0].external", "GEN008"),
        ("stakeholders: [{raci: X}]", "stakeholders[0].raci", "literal_error"),
        ("constraints: {budget: 4000 EUR}", "constraints.budget", "GEN005"),
        ("constraints: {deadline: 2027-02-30}", "constraints.deadline", "GEN006"),
        ("cost_of_delay: {low: 5, base: 6 EUR/d}", "cost_of_delay.low", "GEN005"),
        ("value: {base: 6 EUR/d, basis: hope}", "value.basis", "literal_error"),
        ("value: {base: 6 EUR/d, as_of: 2026-13-01}", "value.as_of", "GEN006"),
        ("clarifications: [{topic: weather}]", "clarifications[0].topic", "literal_error"),
        ("clarifications: [{declined: yes}]", "clarifications[0].declined", "GEN008"),
        ("assumptions: [{id: rota, status: maybe}]", "assumptions[0].status", "literal_error"),
        ("assumptions: [{id: rota, verify_by: soon}]", "assumptions[0].verify_by", "GEN006"),
        ("scope: {inside: [orders]}", "scope.inside", "extra_forbidden"),
        ("scope: {in_: [orders]}", "scope.in_", "extra_forbidden"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: Any) -> None:
    assert refused(text) == [(path, rule)]
