"""The index of named numbers: complete, unique, held against what they are held against."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.computed import Computed, compute, given
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.numbers import TITLES, Named, numbers
from plangate.model.quantity import parse
from plangate.reading.portfolio import read_portfolio

from .plans import POLICY, plan
from .scheduled import one_load, replace_gate, source
from .test_capacity_cost import CAPACITY, INGESTION, SOURCES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return Facts(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=CAPACITY), POLICY)


def found(facts: Facts, name: str, kind: str = "plan") -> Named:
    return next(entry for entry in facts.numbers if (entry.name, entry.subject_kind) == (name, kind))


def test_numbers_have_names_subjects_and_limits(facts: Facts) -> None:
    peak, of_dataset = found(facts, "peak_rows_per_second"), found(facts, "peak_rows_per_second", "dataset")
    assert (peak.label, of_dataset.label) == ("Peak rate", "Peak rate of raw.orders")
    assert (peak.subject, of_dataset.subject) == ("a-plan", "raw.orders")
    assert peak.limit is not None
    assert (str(peak.limit.value), peak.limit.of, peak.rule, peak.holds) == (
        "5 rows/s",
        facts.capacity.limit,
        "CAP004",
        True,
    )
    assert (of_dataset.limit, of_dataset.rule, of_dataset.holds) == (None, None, None)
    cost = found(facts, "monthly_cost")
    assert cost.limit is not None
    assert cost.limit.leaf == ("capacity", ("cost", "budget"))
    assert cost.computed is facts.cost.monthly


def test_what_cannot_be_computed_is_no_number(tmp_path: Path) -> None:
    text = CAPACITY.replace("throughput: {capacity: 10 rows/s, target_utilisation: 50 %}\n", "")
    facts = Facts(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text), POLICY)
    assert found(facts, "peak_rows_per_second").limit is None
    assert not [entry for entry in facts.numbers if entry.name in {"usable_rows_per_second", "headroom"}]


def test_a_budget_in_another_currency_is_no_limit(tmp_path: Path) -> None:
    text = CAPACITY.replace("budget: 60 EUR/month", "budget: 60 USD/month")
    facts = Facts(plan(tmp_path, sources=SOURCES, ingestion=INGESTION, capacity=text), POLICY)
    assert (found(facts, "monthly_cost").limit, found(facts, "monthly_cost").rule) == (None, None)


@pytest.mark.parametrize("name", ["orders-mart", "clickstream-sessions", "jaffle-shop", "ledger-migration"])
def test_names_are_unique_and_known(name: str) -> None:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    of = next(entry for entry in portfolio.plans if entry.id == name)
    facts = Facts(of, portfolio.policy, Landscape(portfolio.plans))
    index = numbers(facts)
    keys = [(entry.name, entry.subject_kind, entry.subject) for entry in index]
    assert len(keys) == len(set(keys))
    assert {entry.name for entry in index} <= set(TITLES)
    assert [entry.subject_kind != "plan" for entry in index] == sorted(entry.subject_kind != "plan" for entry in index)
    for title in TITLES:
        assert numbers(facts, title) == tuple(entry for entry in index if entry.name == title)


def test_one_name_needs_no_other_topic(facts: Facts) -> None:
    assert [entry.name for entry in numbers(facts, "monthly_cost")] == ["monthly_cost"]
    assert "freshness" not in vars(facts)


def rate(text: str) -> Computed:
    computed = compute("average_rate", given("rows_per_day", parse(text)))
    assert computed is not None
    return computed


@pytest.mark.parametrize(
    ("number", "limit", "lower", "holds"),
    [
        ("5 rows/s", "5 rows/s", True, True),
        ("6 rows/s", "5 rows/s", True, False),
        ("6 rows/s", "5 rows/s", False, True),
        ("4 rows/s", "5 rows/s", False, False),
    ],
)
def test_holds(number: str, limit: str, lower: bool, holds: bool) -> None:
    named = Named("x", "plan", "p", "X", rate(number), given("limit", parse(limit)), "CAP004", lower)
    assert named.holds is holds


def test_another_value_is_written_as_the_number_is(facts: Facts) -> None:
    assert str(found(facts, "monthly_cost").quantity(Decimal(1750) / 2592000)) == "1,750 EUR/month"
    assert str(found(facts, "headroom").quantity(Decimal("0.5"))) == "50 %"


@pytest.mark.parametrize(
    ("concurrency", "held"),
    [
        ("", ("60 min", "ING007", False)),
        ("concurrency: {max_active_runs: 1}", ("60 min", "ING007", False)),
        ("concurrency: {max_active_runs: 2, overlap: queue}", ("60 min", "ING007", False)),
        ("concurrency: {max_active_runs: 1, overlap: queue}", (None, None, None)),
    ],
)
def test_the_longest_run_is_held_against_the_next_one_where_they_may_overlap(
    tmp_path: Path, concurrency: str, held: tuple[str | None, str | None, bool | None]
) -> None:
    text = f"""
pipelines:
  - id: load_orders
    outputs: [raw.orders]
    schedule: {{cron: "0 * * * *", timezone: UTC, start_date: 2027-01-01}}
    retries: 3
    retry_delay: 30 min
    {concurrency}
"""
    runtimes = "runtimes: [{pipeline: load_orders, p50: 6 min, p95: 6 min, max: 15 min}]\n"
    entry = found(Facts(plan(tmp_path, ingestion=text, capacity=runtimes), POLICY), "worst_runtime", "pipeline")
    assert (entry.limit and str(entry.limit.value), entry.rule, entry.holds) == held


@pytest.mark.parametrize(
    ("target", "need", "held"),
    [
        ("120 min", "2 h", ("96 min", "ING008", True)),
        ("115 min", "2 h", ("92 min", "ING008", False)),  # what is promised keeps its headroom
        ("120 min", "95 min", ("95 min", "CTX010", True)),
        ("120 min", "96 min", ("96 min", "ING008", True)),
    ],
)
def test_an_age_is_held_against_what_the_tightest_need_allows(
    target: str, need: str, held: tuple[str, str, bool]
) -> None:
    served = one_load(context={"consumers": [{"id": "close", "reads": ["raw.orders"], "freshness": need}]})
    told = {"sources": [source("shop.orders", "3 min")], "freshness": [{"dataset": "raw.orders", "target": target}]}
    facts = Facts(replace_gate(served, "sources", told), POLICY)
    entry = next(entry for entry in facts.numbers if (entry.name, entry.subject) == ("worst_age", "raw.orders"))
    assert (str(entry.computed), str(entry.limit and entry.limit.value), entry.rule, entry.holds) == ("93 min", *held)
