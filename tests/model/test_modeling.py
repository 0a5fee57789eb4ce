"""Gate modeling: what its example means, what it names, and what it refuses."""

import pytest
from pydantic import ValidationError

from plangate.model.modeling import Model, Modeling
from plangate.model.problem import path_text
from plangate.model.reference import definitions, uses
from plangate.reading import yaml


def read(text: str) -> Modeling:
    return Modeling.model_validate(yaml.load(text.encode(), name="05-modeling.yml").data)


def model(text: str) -> Model:
    return read(f"models: [{{id: mart.fct_orders, {text}}}]").models[0]


def test_values_of_a_column_are_text() -> None:
    assert model("columns: [{name: code, values: [1, 2.50, true, no, DE]}]").columns[0].values == (
        "1",
        "2.50",
        "true",
        "no",
        "DE",
    )


def test_column_tells_what_it_comes_from() -> None:
    column = model('columns: [{name: net, from: ["stg.payments#amount"], transform: aggregation}]').columns[0]
    assert (column.from_, column.transform) == (("stg.payments#amount",), "aggregation")


def test_pii_false_differs_from_nothing_said() -> None:
    said, unsaid = model("columns: [{name: one, pii: false}, {name: two}]").columns
    assert (said.pii, unsaid.pii) == (False, None)


def test_references_are_found_where_they_stand() -> None:
    gate = read(
        """
layers: [{id: staging}, {id: marts, reads: [staging, marts]}]
models:
  - id: mart.fct_orders
    layer: marts
    owner: commerce_data
    depends_on: [int.orders_enriched]
    columns: [{name: net, references: mart.dim_day#day, from: ["stg.payments#amount"]}]
    history: {overlap_check: no_overlap}
    business_rules: [{id: rule_one, test: refunds_once}]
"""
    )
    checks = ("check", "reconciliation")
    assert [(path_text(use.path), use.kinds, use.text) for use in uses(gate)] == [
        ("layers[1].reads[0]", ("layer",), "staging"),
        ("layers[1].reads[1]", ("layer",), "marts"),
        ("models[0].layer", ("layer",), "marts"),
        ("models[0].owner", ("team",), "commerce_data"),
        ("models[0].depends_on[0]", ("dataset",), "int.orders_enriched"),
        ("models[0].columns[0].references", ("column",), "mart.dim_day#day"),
        ("models[0].columns[0].from[0]", ("column",), "stg.payments#amount"),
        ("models[0].history.overlap_check", checks, "no_overlap"),
        ("models[0].business_rules[0].test", checks, "refunds_once"),
    ]
    assert [(path_text(found.path), found.kind, found.id) for found in definitions(gate)] == [
        ("layers[0]", "layer", "staging"),
        ("layers[1]", "layer", "marts"),
        ("models[0]", "model", "mart.fct_orders"),
    ]


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("layer: Marts", "layer", "GEN002"),
        ("grain: order_id", "grain", "tuple_type"),
        ("access: open", "access", "literal_error"),
        ("critical: yes", "critical", "GEN008"),
        ("depends_on: [orders]", "depends_on[0]", "GEN002"),
        ("materialized: tabel", "materialized", "literal_error"),
        ("materialised: table", "materialised", "extra_forbidden"),
        ("incremental: {strategy: upsert}", "incremental.strategy", "literal_error"),
        ("incremental: {on_schema_change: cry}", "incremental.on_schema_change", "literal_error"),
        ("incremental: {lookback: 1}", "incremental.lookback", "GEN005"),
        ("incremental: {begin: 2025}", "incremental.begin", "GEN006"),
        ("columns: [{type: string}]", "columns[0].name", "missing"),
        ("columns: [{name: net, nullable: no}]", "columns[0].nullable", "GEN008"),
        ("columns: [{name: net, timezone: Berlin}]", "columns[0].timezone", "GEN006"),
        ("columns: [{name: net, classification: secret}]", "columns[0].classification", "literal_error"),
        ("columns: [{name: net, references: mart.dim_day}]", "columns[0].references", "GEN002"),
        ("columns: [{name: net, from: [amount]}]", "columns[0].from[0]", "GEN002"),
        ("columns: [{name: net, transform: magic}]", "columns[0].transform", "literal_error"),
        ("history: {scd_type: two}", "history.scd_type", "GEN008"),
        ("history: {overlap_check: No Overlap}", "history.overlap_check", "GEN002"),
        ("business_rules: [{rule: One}]", "business_rules[0].id", "missing"),
        ("determinism: {uses_now: 0}", "determinism.uses_now", "GEN008"),
    ],
)
def test_wrong_value_is_refused(text: str, path: str, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        model(text)
    found = [(path_text(error["loc"]), error["type"]) for error in caught.value.errors()]
    assert found == [(f"models[0].{path}", rule)]


@pytest.mark.parametrize("name", ["orders", "Mart.orders", "mart.", "mart.orders#id", ""])
def test_model_id_is_a_dataset_id(name: str) -> None:
    with pytest.raises(ValidationError, match="dataset id"):
        read(f'models: [{{id: "{name}"}}]')
