"""Needs against worst ages, the longest runs, and what comes out for the sample plans."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.triggers import duration
from plangate.reading.portfolio import read_portfolio

from .scheduled import Data, check, fresh, lacking_plan, lacks, one_load, replace_gate, source


def test_needs_stand_in_the_order_of_gates_with_their_headroom() -> None:
    plan = one_load(
        context={"consumers": [{"id": "close", "owner": "finance", "reads": ["raw.orders"], "freshness": "3 h"}]},
        contracts={"contracts": [{"dataset": "raw.orders", "version": "1.0.0", "sla": {"freshness": "120 min"}}]},
        operations={
            "slos": [
                {"id": "fresh", "sli": "freshness", "dataset": "raw.orders", "target": "110 min"},
                {"id": "same", "sli": "freshness", "dataset": "raw.orders"},
                {"id": "right", "sli": "correctness", "dataset": "raw.orders"},
            ]
        },
    )
    plan = replace_gate(plan, "sources", {
        "sources": [source("shop.orders")], "freshness": [{"dataset": "raw.orders", "target": "100 min"}],
    })  # fmt: skip
    plan = replace_gate(plan, "quality", {"checks": [
        check("pk", "raw.orders", "5 min"),
        {"id": "age", "dataset": "raw.orders", "kind": "freshness", "must_be": "<= 105 min"},
        {"id": "young", "dataset": "raw.orders", "kind": "freshness", "must_be": ">= 1 min"},
        {"id": "rows", "dataset": "raw.orders", "kind": "freshness", "must_be": "<= 5 rows"},
    ]})  # fmt: skip
    facts = fresh(plan)
    assert [(need.kind, need.name, str(need.need), str(need.headroom), need.met) for need in facts.needs] == [
        ("consumer", "close", "3 h", "41.7 %", True),
        ("promise", "raw.orders", "100 min", "-5 %", False),
        ("contract", "1.0.0", "120 min", "12.5 %", True),
        ("check", "age", "105 min", "0 %", True),
        ("slo", "fresh", "110 min", "4.55 %", True),
        ("slo", "same", "100 min", "-5 %", False),
    ]
    assert facts.tightest == facts.needs[1]


def test_a_need_for_an_unknown_dataset_is_open() -> None:
    plan = one_load(context={"consumers": [{"id": "cc", "reads": ["mart.gone"], "freshness": "1 h"}]})
    (need,) = fresh(plan).of("consumer")
    assert (need.met, need.headroom, lacks(need.age)) == (None, None, ["a pipeline that writes mart.gone"])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"retries": 2, "retry_delay": "5 min"}, 85),
        ({"retries": 3, "retry_delay": "5 min", "retry_exponential_backoff": True}, 135),
        ({"retries": 3, "retry_delay": "5 min", "retry_exponential_backoff": True, "max_retry_delay": "15 min"}, 130),
        ({"retries": 0}, 25),
        ({"retries": 1}, None),
        ({"retry_delay": "5 min"}, None),
    ],
)
def test_the_longest_run_counts_every_retry(fields: Data, expected: int | None) -> None:
    plan = lacking_plan(pipeline=fields)
    worst = fresh(plan).worst_runtimes.get("load")
    assert (None if worst is None else worst.value.base / 60) == expected


def test_a_pipeline_without_a_runtime_has_no_longest_run() -> None:
    assert fresh(lacking_plan(runtimes=[], pipeline={"retries": 0})).worst_runtimes == {}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        ("3600", "60 min"),
        ("7200", "2 h"),
        ("86400", "24 h"),
        ("345600", "4 d"),
        ("90", "90 s"),
        ("0", "0 s"),
        ("90060", "1501 min"),
    ],
)
def test_durations_are_whole_in_their_unit(seconds: str, text: str) -> None:
    assert duration(Decimal(seconds)).text == text


@pytest.mark.parametrize(
    ("plan", "dataset", "expected"),
    [
        ("orders-mart", "mart.fct_orders", "93 min"),
        ("orders-mart", "mart.revenue_daily", "98 min"),
        ("clickstream-sessions", "web.sessions", "38.4 min"),
        ("clickstream-sessions", "mart.session_daily", "107 min"),
        ("jaffle-shop", "jaffle.orders", "24.3 h"),
        ("ledger-migration", "gl.revenue_postings", "8.5 h"),
    ],
)
def test_the_sample_plans(plan: str, dataset: str, expected: str) -> None:
    root = Path(__file__).parents[2]
    portfolio = read_portfolio(root / "plans", root / "references")
    facts = Facts(
        next(entry for entry in portfolio.plans if entry.id == plan), portfolio.policy, Landscape(portfolio.plans)
    )
    assert str(facts.freshness.ages[dataset].age) == expected
