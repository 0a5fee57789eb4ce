"""What connects a plan with others: whatever its lineage shows, whoever speaks of it."""

from pathlib import Path
from typing import Any

import pytest

from plangate.analysis.facts import Facts
from plangate.reading.portfolio import read_portfolio

from .plans import POLICY
from .portfolios import models, plan

ROOT = Path(__file__).parents[2]


def test_every_dataset_of_the_lineage_of_a_sample_plan_ties() -> None:
    read = read_portfolio(ROOT / "plans", ROOT / "references")
    for one in read.plans:
        facts = Facts(one, read.policy)
        nodes = {node.id for node in facts.lineage.nodes if node.kind != "consumer"}
        assert nodes
        assert nodes <= {*facts.ties}
        assert f"{one.id}/" in facts.ties


@pytest.mark.parametrize(
    ("gates", "tie"),
    [
        ({"sources": {"sources": [{"id": "shop", "datasets": [{"id": "shop.orders"}]}]}}, "shop.orders"),
        ({"ingestion": {"pipelines": [{"id": "load", "inputs": ["a.x"], "outputs": ["raw.orders"]}]}}, "raw.orders"),
        ({"modeling": models(("raw.orders", "mart.orders"))}, "mart.orders"),
        ({"modeling": models(("raw.orders", "mart.orders"))}, "raw.orders"),
        ({"context": {"consumers": [{"id": "report", "reads": ["mart.orders"]}]}}, "mart.orders"),
        ({"operations": {"lineage": {"nodes": [{"id": "log.runs"}]}}}, "log.runs"),
        ({"operations": {"lineage": {"edges": [{"from": "load", "to": "log.runs"}]}}}, "load"),
        ({"operations": {"lineage": {"edges": [{"from": "log.runs", "to": "load"}]}}}, "load"),
    ],
)
def test_a_dataset_ties_wherever_it_stands(gates: dict[str, Any], tie: str) -> None:
    assert tie in Facts(plan("a-plan", **gates), POLICY).ties
    assert Facts(plan("a-plan"), POLICY).ties == ("a-plan/",)


def test_the_place_of_a_model_ties() -> None:
    physical = {"namespace": "snowflake://Acme/", "name": "SHOP.MART.ORDERS"}
    lying = plan("a-plan", modeling={"models": [{"id": "mart.orders", "physical": physical}]})
    assert "<snowflake://acme shop.mart.orders>" in Facts(lying, POLICY).ties


def test_other_plans_that_are_named_tie() -> None:
    assert "old-plan/" in Facts(plan("a-plan", {"supersedes": "old-plan"}), POLICY).ties
