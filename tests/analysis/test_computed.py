"""Computed numbers: low and high follow, the work is shown, what they rest on is found and can be changed."""

from decimal import Decimal

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from plangate.analysis.computed import Computed, compute, given, leaves, per, total, with_values
from plangate.model.estimate import Estimate, PositiveRowRateEstimate
from plangate.model.quantity import Quantity, parse

ROWS, SIZE, PRICE = ("sources", ("rows",)), ("sources", ("size",)), ("capacity", ("price",))


def volume(rows: str = "100 rows/s") -> Computed:
    found = compute(
        "daily_volume",
        given("rows_per_day", parse(rows), *ROWS),
        per(given("row_bytes", parse("8 B"), *SIZE), "rows"),
    )
    assert found is not None
    return found


def test_low_and_high_follow_the_inputs_even_where_they_divide() -> None:
    rows: Estimate[Quantity] = PositiveRowRateEstimate.model_validate(
        {"low": "1 rows/s", "base": "2 rows/s", "high": "4 rows/s"}
    )
    computed = compute("headroom", given("demand", rows), given("limit", parse("8 rows/s")))
    assert computed is not None
    assert (computed.low.base, computed.value.base, computed.high.base) == (
        Decimal("0.5"),
        Decimal("0.75"),
        Decimal("0.875"),
    )
    assert computed.spread


def test_a_missing_input_gives_no_number() -> None:
    assert compute("peak_rate", given("rows_per_day", parse("1 rows/d")), given("peak_factor", None)) is None


def test_a_division_by_zero_gives_no_number() -> None:
    assert compute("headroom", given("demand", parse("0 rows/s")), given("limit", parse("0 rows/s"))) is None


def test_the_work_shows_the_numbers_put_in() -> None:
    assert volume().work == "100 rows/s × 8 B"
    both = total([("one", volume()), ("other", volume("50 rows/s"))])
    assert both is not None
    assert both.work == f"the sum of {volume()}, {volume('50 rows/s')}"


def test_a_total_is_open_where_a_part_is() -> None:
    assert total([("one", volume()), ("other", None)]) is None
    assert total([]) is None


def test_totals_refuse_different_things() -> None:
    rate = compute("average_rate", given("rows_per_day", parse("1 rows/d")))
    with pytest.raises(TypeError, match="cannot add"):
        total([("one", volume()), ("other", rate)])


def test_a_number_is_traced_to_the_plan_each_place_once() -> None:
    cost = compute("monthly_cost", given("quantity", volume()), given("unit_price", parse("2 EUR/GB"), *PRICE))
    both = total([("one", cost), ("other", cost)])
    assert both is not None
    assert [entry.leaf for entry in leaves(both)] == [ROWS, SIZE, PRICE]


@examples(st.decimals(min_value="0.1", max_value=1000, places=3), st.decimals(min_value="0.1", max_value=10, places=3))
def test_another_value_gives_what_the_plan_would_give(rows: Decimal, factor: Decimal) -> None:
    first = total([("one", volume(f"{rows} rows/s")), ("other", volume(f"{rows} rows/s"))])
    changed = total([("one", volume(f"{rows * factor} rows/s")), ("other", volume(f"{rows * factor} rows/s"))])
    assert first is not None
    assert changed is not None
    assert with_values(first, {ROWS: rows * factor}) == changed.value.base
    assert with_values(first, {}) == first.value.base


def test_another_value_may_divide_by_zero() -> None:
    share = compute(
        "headroom", given("demand", parse("1 rows/s")), given("limit", parse("2 rows/s"), "capacity", ("limit",))
    )
    assert share is not None
    assert with_values(share, {("capacity", ("limit",)): Decimal(0)}) is None


def test_a_total_of_nothing_stays_what_it_is() -> None:
    nothing = parse("0 EUR")
    assert with_values(Computed("total", nothing, nothing, nothing, ()), {ROWS: Decimal(1)}) == 0


def rate(low: str, high: str, *place: str) -> Computed:
    rows: Estimate[Quantity] = PositiveRowRateEstimate.model_validate(
        {"low": f"{low} rows/s", "base": "100 rows/s", "high": f"{high} rows/s"}
    )
    found = compute("average_rate", given("rows_per_day", rows, "sources", place or ("rows",)))
    assert found is not None
    return found


def cases(found: Computed | None) -> tuple[Decimal | int, ...]:
    assert found is not None
    return found.low.base, found.value.base, found.high.base


def headroom(demand: Computed | None, limit: Computed | None) -> Computed | None:
    return compute("headroom", given("demand", demand), given("limit", limit))


def test_one_estimate_is_low_or_high_for_all_that_rests_on_it() -> None:
    demand = rate("50", "200")
    twice = total([("one", demand), ("other", demand)])
    assert cases(headroom(demand, twice)) == (Decimal("0.5"),) * 3
    assert cases(headroom(demand, rate("50", "200", "other"))) == (-3, 0, Decimal("0.75"))
    # With something else beside it, that has its own two cases.
    more = total([("one", demand), ("other", rate("100", "300", "other"))])
    assert cases(headroom(demand, more)) == (Decimal(1) - Decimal(200) / 300, Decimal("0.5"), 1 - Decimal(50) / 350)


def test_files_are_never_larger_than_they_aim_at() -> None:
    size, aim = rate("90", "140"), given("file_size", parse("110 rows/s"))
    files = compute("file_count", given("size", size), aim)
    assert cases(files) == (1, 1, 2)
    assert cases(compute("file_size", given("size", size), given("files", files))) == (70, 100, 100)


def test_a_number_that_several_rest_on_is_one_however_much_is_behind_it() -> None:
    many = total([(f"r{number}", rate("50", "200", f"r{number}")) for number in range(20)])
    assert cases(headroom(many, total([("one", many), ("other", many)]))) == (Decimal("0.5"),) * 3


@pytest.mark.parametrize(("count", "extremes"), [(8, (0, 0)), (9, (-3, Decimal("0.75")))])
def test_beyond_so_many_numbers_each_input_has_its_own_cases(count: int, extremes: tuple[Decimal, Decimal]) -> None:
    rates = [(f"r{number}", rate("50", "200", f"r{number}")) for number in range(count)]
    low, _, high = cases(headroom(total(rates), total(reversed(rates))))
    assert (low, high) == extremes
