"""Where the sample plan and the real project that it is about disagree, and each kind of disagreement."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.exchange.dbt.drift import Drift, drift
from plangate.exchange.dbt.manifest import read_manifest
from plangate.reading.portfolio import read_portfolio

from .test_manifest import data

ROOT = Path(__file__).parents[3]
ORDERS = "model.jaffle_shop.orders"


@pytest.fixture(scope="module")
def jaffle() -> Facts:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    land = Landscape(portfolio.plans)
    return Facts(land.by_id["jaffle-shop"], portfolio.policy, land)


def compared(facts: Facts, changed: Any) -> set[Drift]:
    return set(drift(facts, read_manifest(json.dumps(changed).encode(), "manifest.json")))


def test_the_plan_knows_every_model_of_the_project_and_no_edge_differs(jaffle: Facts) -> None:
    found = compared(jaffle, data())
    assert [one.name for one in found if one.about == "model"] == ["metricflow_time_spine"]
    assert not any(one.about == "edge" for one in found)
    assert {one.name for one in found if one.about == "exposure"} == {"course_dashboard", "course_notebooks"}
    assert {(one.name, one.plan) for one in found if one.about == "test"} == {
        (f"jaffle.{table}#{key}", kind)
        for table, key in (("locations", "location_id"), ("products", "product_id"), ("supplies", "supply_uuid"))
        for kind in ("unique", "not_null")
    }


def node(changed: Any) -> Any:
    return changed["nodes"][ORDERS]


def without_test(changed: Any) -> None:
    name = next(
        key for key, one in changed["nodes"].items() if key.startswith("test.jaffle_shop.unique_orders_order_id")
    )
    del changed["nodes"][name]


def exposed(changed: Any) -> None:
    changed["exposures"]["exposure.jaffle_shop.course_dashboard"] = {
        "name": "course_dashboard",
        "type": "dashboard",
        "depends_on": {"nodes": [ORDERS]},
    }


@pytest.mark.parametrize(
    ("change", "about", "says"),
    [
        (
            lambda changed: changed["nodes"].pop(ORDERS),
            "model",
            "The project builds no jaffle.orders",
        ),
        (
            lambda changed: node(changed)["config"].update(materialized="view"),
            "model",
            "jaffle.orders is planned as table and built as view",
        ),
        (
            lambda changed: node(changed)["depends_on"]["nodes"].remove("model.jaffle_shop.order_items"),
            "edge",
            "jaffle.orders is planned to read jaffle.order_items, the project's does not",
        ),
        (
            lambda changed: node(changed)["depends_on"]["nodes"].append("model.jaffle_shop.stg_supplies"),
            "edge",
            "jaffle.orders reads jaffle_stg.supplies in the project, and not in the plan",
        ),
        (
            lambda changed: node(changed)["columns"].update(coupon={"name": "coupon"}),
            "column",
            "The plan lists no column jaffle.orders#coupon",
        ),
        (
            lambda changed: node(changed)["columns"]["order_total"].update(data_type="DECIMAL(18,4)"),
            "column",
            "jaffle.orders#order_total is decimal(16,2) in the plan and DECIMAL(18,4) in the project",
        ),
        (without_test, "test", "The plan checks unique of jaffle.orders#order_id, the project does not"),
        (exposed, "exposure", "course_dashboard reads jaffle.customers in the plan, and not in the project"),
    ],
)
def test_each_disagreement_is_told(jaffle: Facts, change: Callable[[Any], Any], about: str, says: str) -> None:
    changed = copy.deepcopy(data())
    change(changed)
    new = compared(jaffle, changed) - compared(jaffle, data())
    assert (about, says) in {(one.about, one.says) for one in new}


def test_types_that_only_look_different_agree(jaffle: Facts) -> None:
    changed = copy.deepcopy(data())
    node(changed)["columns"]["order_total"]["data_type"] = "NUMERIC(16, 2)"
    assert compared(jaffle, changed) == compared(jaffle, data())


def test_a_dataset_id_in_meta_goes_before_names(jaffle: Facts) -> None:
    changed = copy.deepcopy(data())
    node(changed).update(name="renamed", alias="renamed")
    node(changed)["config"]["meta"] = {"plangate_dataset": "jaffle.orders"}
    assert compared(jaffle, changed) == compared(jaffle, data())
