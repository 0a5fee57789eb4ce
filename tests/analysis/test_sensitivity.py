"""What moves a number, as if the plan had been written with the other value; and where its limit is missed."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from plangate.analysis.computed import Input, compute, given, with_values
from plangate.analysis.facts import Facts
from plangate.analysis.numbers import Named
from plangate.analysis.sensitivity import MOST, Effect, Sensitivity, of
from plangate.model.plan import Header, Plan
from plangate.model.problem import Path as PlanPath
from plangate.model.quantity import Quantity, parse

from .plans import POLICY, plan
from .test_capacity_cost import CAPACITY, INGESTION, SOURCES

BATCH = CAPACITY.replace("shape: append", "shape: append, runs_per_day: 24, compression: 2, replication: 3")
CUTOVER = """
backfill:
  - id: orders_history
    dataset: mart.orders
    range: {start: 2026-01-01T00:00:00Z, end: 2027-01-01T00:00:00Z}
    granularity: 1 d
    unit_runtime: {p50: 6 min, p95: 12 min}
    parallel: 4
    retry_rate: 5 %
    must_finish_within: 30 h
"""
GATES = {"sources": SOURCES, "ingestion": INGESTION, "capacity": BATCH, "cutover": CUTOVER}


def facts(folder: Path, **changed: str) -> Facts:
    return Facts(plan(folder, **{**GATES, **changed}), POLICY)


def moved(found: Facts, name: str, subject: str | None = None) -> Sensitivity:
    return next(
        entry for entry in found.sensitivity if entry.number.name == name and subject in {None, entry.number.subject}
    )


def effect(sensitivity: Sensitivity, name: str) -> Effect:
    return next(entry for entry in sensitivity.effects if entry.name == name)


def test_the_headline_numbers_are_those_of_the_plan_and_those_with_a_limit(tmp_path: Path) -> None:
    found = facts(tmp_path).sensitivity
    assert all(entry.number.subject_kind == "plan" or entry.number.limit for entry in found)
    assert {"peak_rows_per_second", "monthly_cost", "stored_at_horizon", "backfill_duration"} <= {
        entry.number.name for entry in found
    }


def test_the_value_that_moves_most_comes_first(tmp_path: Path) -> None:
    cost = moved(facts(tmp_path), "monthly_cost")
    assert [entry.name for entry in cost.effects][:2] == ["quantity of compute", "unit price of compute"]
    assert [entry.share for entry in cost.effects] == sorted((entry.share for entry in cost.effects), reverse=True)
    quantity = cost.effects[0]
    assert (str(quantity.less), str(quantity.more)) == ("9 credits/month", "11 credits/month")
    assert (str(quantity.at_less), str(quantity.at_more)) == ("27 EUR/month", "33 EUR/month")
    assert quantity.share == Decimal("0.1")


def test_what_does_not_move_a_number_is_not_listed(tmp_path: Path) -> None:
    peak = moved(facts(tmp_path), "peak_rows_per_second")
    assert {entry.name for entry in peak.effects} == {
        "rows per day of shop_db.orders",
        "runs per day of raw.orders",
        "peak factor of shop_db.orders",
        "p95 runtime of load_orders",
        "throughput capacity",
        "throughput target utilisation",
    }


@pytest.mark.parametrize(
    ("number", "name", "value", "factor"),
    [
        ("peak_rows_per_second", "rows per day of shop_db.orders", "4,801 rows/d", "5.557"),
        ("peak_rows_per_second", "p95 runtime of load_orders", "0.3599 min", "0.180"),
        ("peak_rows_per_second", "throughput capacity", "1.799 rows/s", "0.180"),
        ("peak_rows_per_second", "throughput target utilisation", "8.999 %", "0.180"),
        ("monthly_cost", "quantity of compute", "20.01 credits/month", "2.001"),
        ("monthly_cost", "unit price of compute", "6.001 EUR/credits", "2.000"),
    ],
)
def test_where_a_limit_is_missed(tmp_path: Path, number: str, name: str, value: str, factor: str) -> None:
    turn = effect(moved(facts(tmp_path), number), name).turn
    assert turn is not None
    assert (str(turn.value), f"{turn.factor:.3f}") == (value, factor)


def test_where_no_value_misses_the_limit_there_is_none(tmp_path: Path) -> None:
    text = BATCH.replace("budget: 60", "budget: 6_000_000")
    cost = moved(facts(tmp_path, capacity=text), "monthly_cost")
    assert [entry.turn for entry in cost.effects] == [None] * len(cost.effects)
    assert cost.turns == ()


def test_a_limit_that_is_missed_says_where_it_is_kept_again(tmp_path: Path) -> None:
    cost = moved(facts(tmp_path, capacity=BATCH.replace("budget: 60", "budget: 20")), "monthly_cost")
    assert cost.number.holds is False
    turn = effect(cost, "quantity of compute").turn
    assert turn is not None
    assert str(turn.value) == "6.666 credits/month"


def test_counts_move_and_turn_at_whole_numbers(tmp_path: Path) -> None:
    backfill = moved(facts(tmp_path), "backfill_duration")
    parallel = effect(backfill, "parallel of orders_history")
    assert (str(parallel.less), str(parallel.more)) == ("3", "5")
    assert parallel.turn is not None
    assert str(parallel.turn.value) == "3"
    assert backfill.turns[0].turn is not None


def test_the_nearest_turn_comes_first(tmp_path: Path) -> None:
    turns = moved(facts(tmp_path), "peak_rows_per_second").turns
    distances = [round(max(entry.turn.factor, 1 / entry.turn.factor), 2) for entry in turns if entry.turn is not None]
    assert distances == sorted(distances)


PLACES = {
    ("sources", ("sources", 0, "datasets", 0, "rows_per_day")): (
        r"rows_per_day: \S+ rows/d",
        "rows_per_day: {} rows/s",
    ),
    ("sources", ("sources", 0, "datasets", 0, "row_bytes")): (r"row_bytes: \S+ B", "row_bytes: {} B"),
    ("sources", ("sources", 0, "datasets", 0, "peak_factor")): (r"peak_factor: \S+", "peak_factor: {}"),
    ("sources", ("sources", 0, "datasets", 0, "growth")): (r"growth: \S+ %/month", "growth: {} %/month"),
    ("capacity", ("workloads", 0, "compression")): (r"compression: \d+", "compression: {}"),
    ("capacity", ("workloads", 0, "retention", "total")): (r"total: \d+ d", "total: {} s"),
    ("capacity", ("throughput", "target_utilisation")): (r"target_utilisation: \d+ %", "target_utilisation: {} %"),
    ("capacity", ("runtimes", 0, "p95")): (r"p95: 2 min", "p95: {} s"),
    ("capacity", ("cost", "lines", 1, "quantity")): (r"base: 10 credits/month", "base: {} credits/s"),
    ("capacity", ("cost", "budget")): (r"budget: 60 EUR/month", "budget: {} EUR/s"),
    ("cutover", ("backfill", 0, "unit_runtime", "p95")): (r"p95: 12 min", "p95: {} s"),
    ("cutover", ("backfill", 0, "parallel")): (r"parallel: 4", "parallel: {}"),
    ("cutover", ("backfill", 0, "retry_rate")): (r"retry_rate: 5 %", "retry_rate: {} %"),
    ("cutover", ("backfill", 0, "must_finish_within")): (r"must_finish_within: 30 h", "must_finish_within: {} s"),
}
"""Places of the plan, with how another value is written there in base units."""


@pytest.mark.parametrize("place", list(PLACES), ids=lambda place: ".".join(map(str, place[1])))
@pytest.mark.parametrize("factor", ["0.5", "2"])
def test_numbers_move_as_in_a_plan_with_the_other_value(
    tmp_path: Path, place: tuple[str, PlanPath], factor: str
) -> None:
    """Change the YAML, read it again: every number is what `with_values` gave before."""
    gate, _ = place
    pattern, template = PLACES[place]
    before = facts(tmp_path / "before", sources=SOURCES.replace("growth: 0", "growth: 2"))
    original = {**GATES, "sources": SOURCES.replace("growth: 0", "growth: 2")}[gate]
    value = _value(before, place) * Decimal(factor)
    written = value * (100 if "%" in template else 1) * (2592000 if "/month" in template else 1)
    text, count = re.subn(pattern, template.format(f"{written.normalize():f}"), original)
    assert count == 1
    after = facts(tmp_path / "after", **{"sources": SOURCES.replace("growth: 0", "growth: 2"), gate: text})
    assert len(after.numbers) == len(before.numbers)
    for old, new in zip(before.numbers, after.numbers, strict=True):
        assert old.name == new.name
        expected = with_values(old.computed, {place: value})
        assert new.computed.value.base == pytest.approx(expected, rel=Decimal("1e-24")), old.label
        if old.limit is not None and old.limit.of is not None:
            assert new.limit is not None
            assert new.limit.value.base == pytest.approx(with_values(old.limit.of, {place: value}))


def _value(found: Facts, place: tuple[str, PlanPath]) -> Decimal:
    value = found.plan.gates[place[0]]
    for step in place[1]:
        value = value[step] if isinstance(step, int) else getattr(value, step)  # type: ignore[index]
    value = getattr(value, "base", value)
    return value.base if isinstance(value, Quantity) else Decimal(value)  # type: ignore[arg-type]


def held(rows: Decimal, limit: Decimal, factor: Decimal, *, lower: bool) -> Named:
    """A made number, rows times a factor, and its limit, half a value of the plan."""
    computed = compute(
        "peak_rate", given("rows_per_day", parse(f"{rows} rows/s"), "capacity", ("rows",)), given("peak_factor", factor)
    )
    usable = compute(
        "usable_rate",
        given("capacity", parse(f"{limit} rows/s"), "capacity", ("limit",)),
        given("target_utilisation", parse("50 %")),
    )
    assert computed is not None
    return Named("n", "plan", "p", "N", computed, given("limit", usable), "CAP004", lower)


POSITIVE = st.decimals(min_value="0.001", max_value=100_000, places=3)


@examples(POSITIVE, POSITIVE, st.decimals(min_value="0.1", max_value=10, places=2), st.booleans())
def test_a_turn_lies_just_past_the_value_that_is_worked_by_hand(
    rows: Decimal, limit: Decimal, factor: Decimal, lower: bool
) -> None:
    number = held(rows, limit, factor, lower=lower)
    for found in of(Plan("p", Header(), {}), number).effects:
        boundary = _boundary(number, found.entry)
        if found.turn is None:
            ends = [_holds(number, found.entry, found.entry.value.base * times) for times in (1 / MOST, MOST)]
            assert ends == [number.holds, number.holds]
        else:
            assert _holds(number, found.entry, found.turn.value.base) is not number.holds
            assert abs(found.turn.value.base / boundary - 1) <= Decimal("0.00102")


def _holds(number: Named, entry: Input, value: Decimal) -> bool:
    assert entry.leaf is not None
    assert number.limit is not None
    assert number.limit.of is not None
    changed = {entry.leaf: value}
    found, limit = with_values(number.computed, changed), with_values(number.limit.of, changed)
    assert found is not None
    assert limit is not None
    return found <= limit if number.lower_is_better else found >= limit


def _boundary(number: Named, entry: Input) -> Decimal:
    """Where rows × factor = limit × 50 %, worked by hand."""
    assert number.limit is not None
    ratio = number.limit.value.base / number.computed.value.base
    return entry.value.base * (ratio if entry.leaf == ("capacity", ("rows",)) else 1 / ratio)
