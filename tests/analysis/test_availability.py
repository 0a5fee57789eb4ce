"""Serial availability, error budgets, and outages against what a consumer tolerates."""

from decimal import Decimal
from typing import Any

import pytest

from plangate.analysis.availability import AvailabilityFacts
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.model.plan import Plan

from .plans import POLICY
from .scheduled import Data, hourly, load, made, source


def available(plan: Plan, *others: Plan) -> AvailabilityFacts:
    return Facts(plan, POLICY, Landscape((plan, *others))).availability


def shop(**gates: Any) -> Plan:
    """Two sources, two loads, a build that reads one of them and starts after both; a contract for what it builds."""
    sources = [source("shop.orders"), source("crm.accounts")]
    sources[0]["availability"], sources[1]["availability"] = "99.9 %", "99 %"
    pipelines = [
        load("orders", ["shop.orders"], ["raw.orders"], hourly(), availability="99.8 %"),
        load("accounts", ["crm.accounts"], ["raw.accounts"], hourly(), availability="99.7 %"),
        load("build", ["raw.orders"], ["mart.orders"], {"after": ["orders"]}, availability="99.6 %"),
    ]
    data: dict[str, Data] = {
        "sources": {"sources": sources},
        "ingestion": {"pipelines": pipelines},
        "contracts": {"contracts": [{"dataset": "mart.orders", "sla": {"availability": "99 %"}}]},
    }
    return made(**(data | gates))


def test_a_chain_is_there_when_all_of_its_parts_are() -> None:
    chain = available(shop()).chains["mart.orders"]
    assert chain.available is not None
    assert chain.available.value.base == Decimal("0.999") * Decimal("0.998") * Decimal("0.996")
    assert [(part.kind, part.name) for part in chain.parts] == [
        ("source", "shop"),
        ("pipeline", "orders"),
        ("pipeline", "build"),
    ]
    assert chain.available.work == "the product of 99.9 %, 99.8 %, 99.6 %"


def test_what_starts_a_pipeline_has_to_work_as_well() -> None:
    pipelines = [
        load("orders", ["shop.orders"], ["raw.orders"], hourly(), availability="99.8 %"),
        load("accounts", ["crm.accounts"], ["raw.accounts"], hourly(), availability="99.7 %"),
        load("build", ["raw.orders"], ["mart.orders"], {"after": ["orders", "accounts"]}, availability="99.6 %"),
    ]
    chain = available(shop(ingestion={"pipelines": pipelines})).chains["mart.orders"]
    assert [part.name for part in chain.parts] == ["shop", "crm", "orders", "accounts", "build"]


@pytest.mark.parametrize("part", ["source shop", "pipeline orders", "pipeline build"])
def test_a_part_that_says_nothing_leaves_the_chain_open(part: str) -> None:
    plan = shop()
    assert plan.sources is not None
    assert plan.ingestion is not None
    sources = plan.sources.model_dump(by_alias=True, exclude_defaults=True)
    ingestion = plan.ingestion.model_dump(by_alias=True, exclude_defaults=True)
    for entry in (*sources["sources"], *ingestion["pipelines"]):
        if entry["id"] == part.partition(" ")[2]:
            del entry["availability"]
    chain = available(shop(sources=sources, ingestion=ingestion)).chains["mart.orders"]
    assert chain.available is None
    assert [what for _, _, what in chain.missing] == [f"the availability of {part}"]


def test_what_another_plan_makes_is_there_as_its_contract_says() -> None:
    other = made(
        "other-plan",
        ingestion={"pipelines": [load("sell", ["tills.sales"], ["shop.orders"], hourly())]},
        contracts={"contracts": [{"dataset": "shop.orders", "sla": {"availability": "95 %"}}]},
    )
    chain = available(shop(), other).chains["mart.orders"]
    assert [(part.kind, part.name, str(part.availability.value)) for part in chain.parts] == [
        ("plan", "shop.orders", "95 %"),
        ("pipeline", "orders", "99.8 %"),
        ("pipeline", "build", "99.6 %"),
    ]


@pytest.mark.parametrize(
    ("slo", "minutes"),
    [
        ({"objective": "99.9 %", "window": "30 d"}, "43.2"),
        ({"objective": "99.5 %", "window": "7 d"}, "50.4"),
        ({"objective": "100 %", "window": "30 d"}, "0"),
        ({"objective": "99.9 %"}, None),
        ({"window": "30 d"}, None),
    ],
)
def test_error_budgets(slo: Data, minutes: str | None) -> None:
    plan = made(operations={"slos": [{"id": "fresh", **slo}]})
    (entry,) = available(plan).budgets
    assert (None if entry.budget is None else entry.budget.value.base / 60) == (minutes and Decimal(minutes))


CONSUMER = {"id": "close", "reads": ["mart.orders"], "tolerated_outage": "8 h"}


@pytest.mark.parametrize(
    ("sla", "operations", "expected"),
    [
        ({"time_to_detect": "15 min", "time_to_repair": "4 h"}, {}, ("4.25 h", "contracts", "contracts")),
        ({}, {"time_to_detect": "30 min", "time_to_repair": "2 h"}, ("2.5 h", "operations", "operations")),
        (
            {"time_to_detect": "15 min"},
            {"time_to_detect": "30 min", "time_to_repair": "2 h"},
            ("2.25 h", "contracts", "operations"),
        ),
        ({"time_to_detect": "15 min"}, {}, (None, "contracts", None)),
        ({}, {}, (None, None, None)),
    ],
)
def test_outages(sla: Data, operations: Data, expected: tuple[str | None, str | None, str | None]) -> None:
    plan = made(
        context={"consumers": [CONSUMER, {"id": "other", "reads": ["mart.orders"]}]},
        contracts={"contracts": [{"dataset": "mart.orders", "sla": sla}]},
        operations=operations,
    )
    (outage,) = available(plan).outages
    length = outage.length and str(outage.length)
    assert (length, outage.detect and outage.detect.gate, outage.repair and outage.repair.gate) == expected


@pytest.mark.parametrize(
    ("checks", "looked"),
    [
        ([{"id": "age", "kind": "freshness", "dataset": "mart.orders", "schedule": {"every": "5 min"}}], "5 min"),
        (
            [
                {"id": "age", "kind": "freshness", "dataset": "mart.orders", "schedule": {"every": "1 h"}},
                {"id": "again", "kind": "freshness", "dataset": "mart.orders", "schedule": {"every": "10 min"}},
            ],
            "10 min",
        ),
        ([{"id": "age", "kind": "freshness", "dataset": "mart.orders"}], None),
        ([{"id": "rows", "kind": "row_count", "dataset": "mart.orders", "schedule": {"every": "5 min"}}], None),
        ([{"id": "age", "kind": "freshness", "dataset": "mart.other", "schedule": {"every": "5 min"}}], None),
    ],
)
def test_how_often_freshness_is_looked_at(checks: list[Data], looked: str | None) -> None:
    plan = made(context={"consumers": [CONSUMER]}, quality={"checks": checks})
    (outage,) = available(plan).outages
    assert (outage.looked and str(outage.looked.value)) == looked
