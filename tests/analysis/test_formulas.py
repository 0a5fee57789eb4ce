"""The registry: dimensions hold, published and worked numbers come out, low and high follow."""

from decimal import Decimal

import pytest

from plangate.analysis.amount import DAY, HOUR, amount, display
from plangate.analysis.formulas import FORMULAS, Formula, Parameter, compute, given, total, verify
from plangate.model.estimate import Estimate, PositiveRowRateEstimate
from plangate.model.quantity import Dimension, Quantity, parse

PER_ROW: Dimension = (("B", 1), ("rows", -1))


def per_row(text: str) -> Quantity:
    size = parse(text)
    return Quantity(size.base, PER_ROW, size.value, size.unit, size.text)


def number(computed: object) -> Decimal:
    return computed.value.base  # type: ignore[attr-defined, no-any-return]


def test_every_formula_is_of_its_dimension() -> None:
    for formula in FORMULAS.values():
        verify(formula)


def test_adding_rows_to_bytes_is_refused() -> None:
    wrong = Formula(
        "wrong",
        "",
        "",
        (Parameter("rows", "rows", ""), Parameter("size", "B", "")),
        "B",
        "",
        lambda rows, size: rows + size,
    )
    with pytest.raises(TypeError, match="cannot be added"):
        verify(wrong)


def test_a_result_of_another_unit_is_refused() -> None:
    wrong = Formula("wrong", "", "", (Parameter("size", "B", ""),), "B/s", "", lambda size: size)
    with pytest.raises(TypeError, match="not B/s"):
        verify(wrong)


def test_rates_v1() -> None:
    rows = given("rows_per_day", parse("50_000_000 rows/d"))
    assert round(number(compute("average_rate", rows)), 4) == Decimal("578.7037")
    peak = compute("peak_rate", rows, given("peak_factor", Decimal(6)))
    assert round(number(peak), 4) == Decimal("3472.2222")


def test_daily_volume_v2_tells_gb_and_gib_apart() -> None:
    rows, size = given("rows_per_day", parse("50_000_000 rows/d")), given("row_bytes", per_row("800 B"))
    decimal, binary = compute("daily_volume", rows, size), compute("daily_volume", rows, size, binary=True)
    assert number(decimal) * DAY == 40 * Decimal(10) ** 9
    assert (str(decimal), str(binary)) == ("40 GB/d", "37.3 GiB/d")


def test_storage_v3() -> None:
    daily = amount(Decimal(40) * 10**9 / DAY, (("B", 1), ("s", -1)))
    stored = compute(
        "storage_retained",
        given("daily_volume", daily),
        given("kept", parse("90 d")),
        given("compression", Decimal(4)),
        given("replication", Decimal(3)),
        given("overhead", parse("0 %")),
    )
    assert round(number(stored)) == 2_700_000_000_000


@pytest.mark.parametrize(
    ("formula", "periods", "factor"),
    [
        ("growth_compound", 12, "1.795856"),
        ("growth_linear", 12, "1.6"),
        ("growth_compound", 24, "3.225100"),
        ("growth_linear", 24, "2.2"),
    ],
)
def test_growth_v4(formula: str, periods: int, factor: str) -> None:
    grown = compute(formula, given("growth", parse("5 %")), given("periods", Decimal(periods)))
    assert round(number(grown), 6) == Decimal(factor)


def test_nothing_arrives_v10() -> None:
    rows = given("rows_per_day", parse("0 rows/d"))
    assert number(compute("average_rate", rows)) == 0
    assert compute("headroom", given("demand", parse("0 rows/s")), given("limit", parse("0 rows/s"))) is None


def test_backfill_v41() -> None:
    def hours(parallel: int, retry: str) -> Decimal:
        computed = compute(
            "backfill_duration",
            given("units", Decimal(365)),
            given("parallel", Decimal(parallel)),
            given("unit_runtime", parse("12 min")),
            given("retry_rate", parse(retry)),
        )
        return number(computed) / HOUR

    assert hours(4, "0 %") == Decimal("18.4")
    assert hours(4, "5 %") == Decimal("19.32")
    assert hours(1, "0 %") == 73
    assert round(hours(1, "5 %"), 2) == Decimal("76.65")


def test_batch_peak_is_within_the_run_time() -> None:
    peak = compute(
        "batch_peak_rate",
        given("rows_per_day", parse("2_400_000 rows/d")),
        given("interval", parse("1 h")),
        given("peak_factor", Decimal(6)),
        given("runtime", parse("12 min")),
    )
    assert round(number(peak), 2) == Decimal("833.33")


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


def test_totals_refuse_different_things() -> None:
    rows, size = given("rows_per_day", parse("1 rows/d")), given("row_bytes", per_row("8 B"))
    parts = [compute("average_rate", rows), compute("daily_volume", rows, size)]
    with pytest.raises(TypeError, match="cannot add"):
        total("average_rate", [part for part in parts if part])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("45 s", "45 s"),
        ("90 min", "90 min"),
        ("69552 s", "19.3 h"),
        ("76.65 h", "76.7 h"),
        ("261 h", "10.9 d"),
        ("2.7 TB", "2.7 TB"),
        ("4848.8 GB", "4.85 TB"),
        ("833.333 rows/s", "833 rows/s"),
        ("0.0123 rows/s", "0.0123 rows/s"),
        ("1750 EUR/month", "1,750 EUR/month"),
        ("3.0156 EUR/month", "3.02 EUR/month"),
        ("636 EUR", "636 EUR"),
        ("75.83 %", "75.8 %"),
        ("5 %/month", "5 %/month"),
        ("0 B", "0 B"),
        ("1200000 rows", "1,200,000 rows"),
    ],
)
def test_display(text: str, shown: str) -> None:
    quantity = parse(text)
    assert display(quantity.base, quantity.dimension) == shown
