"""Quantities: what is read, what is refused and in which words, and that arithmetic is exact."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from plangate.model import quantity as q
from plangate.model.currency import CURRENCIES, Currency
from plangate.model.quantity import Quantity, parse, trap
from plangate.model.unit import UNITS, dimension_text, unit_of


@pytest.mark.parametrize(
    ("text", "base", "dimension"),
    [
        ("15 min", "900", "s"),
        ("0 s", "0", "s"),
        ("250 ms", "0.25", "s"),
        ("2 wk", "1209600", "s"),
        ("1 month", "2592000", "s"),
        ("1 yr", "31536000", "s"),
        ("420 B", "420", "B"),
        ("8 bit", "1", "B"),
        ("1 GB", "1000000000", "B"),
        ("1 GiB", "1073741824", "B"),
        ("37.25 GiB", "39996882944", "B"),
        ("1 kB", "1000", "B"),
        ("1 KiB", "1024", "B"),
        ("5 PiB", "5629499534213120", "B"),
        ("61_000_000 rows", "61000000", "rows"),
        ("5 events", "5", "rows"),
        ("5 requests/s", "5", "requests/s"),
        ("50_000_000 keys", "50000000", "keys"),
        ("99.5 %", "0.995", "%"),
        ("-10 %", "-0.10", "%"),
        ("4000 EUR", "4000", "EUR"),
        ("6 EUR/TB", "0.000000000006", "EUR/B"),
        ("120 credits/s", "120", "credits/s"),
        ("12 DBU", "12", "DBU"),
        ("128 RPU", "128", "RPU"),
        ("100 slot h", "360000", "s slots"),
        ("2 node h", "7200", "nodes s"),
        ("3 person_days", "3", "person_days"),
        ("5 shards", "5", "shards"),
        ("20 slots", "20", "slots"),
        ("1slots", "1", "slots"),
        ("  5  min ", "300", "s"),
    ],
)
def test_quantity_is_read_in_base_units(text: str, base: str, dimension: str) -> None:
    quantity = parse(text)
    assert quantity.base == Decimal(base)
    assert dimension_text(quantity.dimension) == dimension
    assert str(quantity) == text.strip()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT4H", 14400),
        ("P90D", 7776000),
        ("P2W", 1209600),
        ("PT90M", 5400),
        ("PT1H30M15S", 5415),
        ("P1DT12H", 129600),
        ("PT0.5S", Decimal("0.5")),
        ("PT0S", 0),
    ],
)
def test_duration_may_be_written_as_iso_8601(text: str, seconds: Decimal) -> None:
    assert parse(text) == parse(f"{seconds} s")
    assert str(parse(text)) == text


@pytest.mark.parametrize("text", ["P", "PT", "P1DT", "P1Y", "P1M", "PT4", "4H", "pt4h", "P-1D"])
def test_other_iso_durations_are_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.type == "GEN005"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("15 m", "`min` for minutes or `month` for months"),
        ("5 M", "`MB` for megabytes"),
        ("5 K", "`kB`"),
        ("5 k", "`kB`"),
        ("5 gb", "`GB` (10^9 bytes) or `GiB` (2^30 bytes)"),
        ("5 Gb", "`GB` (10^9 bytes) or `GiB` (2^30 bytes)"),
        ("5 KB", "`kB` (1000 bytes) or `KiB` (1024 bytes)"),
        ("5 days", "`d`"),
        ("5 hours", "`h`"),
        ("5 rows/sec", "`s`"),
        ("5 rec/s", "`rows` or `events`"),
        ("5 Gib", "`GiB`"),
        ("5 €/month", "the currency code `EUR`"),
        ("5 $", "a currency code such as `USD`"),
        ("5 percent", "`%`"),
        ("5 credit", "`credits`"),
        ("5 hrs", "`h`"),
        ("5 usd", "`USD`"),
        ("5 bytes", "`B`"),
        ("5 RWOS", "`rows`"),
        ("5 rps", "`requests/s` or `rows/s`"),
        ("5 Mbps", "`MB/s`, of which one is 8 Mbit/s"),
    ],
)
def test_unknown_unit_is_refused_with_the_nearest(text: str, meant: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.type == "GEN005"
    assert meant in caught.value.message()


@pytest.mark.parametrize("text", ["5", "0", "-3.5", "1_000"])
def test_number_without_unit_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError, match="has no unit") as caught:
        parse(text)
    assert caught.value.type == "GEN005"


@pytest.mark.parametrize(
    "text", ["", "min", "5 /s", "five min", "5 min s/", "5 rows per s", "+5 min", "5,5 min", "5. s"]
)
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.type == "GEN005"


@pytest.mark.parametrize(
    "text",
    [
        "1e3",
        "1e3 rows",
        "12:30",
        "1:30:00",
        "yes",
        "NO",
        "on",
        "off",
        "0123",
        "0123 rows",
        "0x1F",
        ".inf",
        "nan",
        "-.inf",
    ],
)
def test_number_that_readers_disagree_about_is_refused(text: str) -> None:
    assert trap(text) is not None
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert caught.value.type == "GEN008"


@pytest.mark.parametrize("text", ["5", "0", "0.5", "1_000 rows", "text", "10:5"])
def test_plain_numbers_are_no_trap(text: str) -> None:
    assert trap(text) is None


ACCEPTED: list[tuple[Any, str]] = [
    (q.Duration, "0 min"),
    (q.Duration, "PT4H"),
    (q.Duration, "1000 yr"),
    (q.PositiveDuration, "15 min"),
    (q.Offset, "-72 h"),
    (q.Bytes, "0 B"),
    (q.PositiveBytes, "420 B"),
    (q.ByteRate, "200 MB/s"),
    (q.ByteRate, "1 TB/month"),
    (q.Rows, "0 rows"),
    (q.RowRate, "0 rows/d"),
    (q.PositiveRowRate, "500 events/s"),
    (q.RequestRate, "5 requests/s"),
    (q.Keys, "50_000_000 keys"),
    (q.Percent, "99.5 %"),
    (q.Percent, "0 %"),
    (q.SignedPercent, "-50 %"),
    (q.Growth, "5 %/month"),
    (q.Growth, "-5 %/yr"),
    (q.Money, "4000 EUR"),
    (q.Money, "4000 JPY"),
    (q.MoneyRate, "4000 EUR/month"),
    (q.UnitPrice, "6 EUR/TiB"),
    (q.UnitPrice, "23 EUR/TB/month"),
    (q.UnitPrice, "0.04 USD/slot h"),
    (q.AnyQuantity, "380 TiB/month"),
    (q.SignedQuantity, "-4 EUR"),
]

REFUSED: list[tuple[Any, Any, str]] = [
    (q.Duration, "5 rows", "GEN005"),
    (q.Duration, 5, "GEN005"),
    (q.Duration, Decimal("1.5"), "GEN005"),
    (q.Duration, True, "GEN008"),
    (q.Duration, None, "GEN005"),
    (q.Duration, ["5 min"], "GEN005"),
    (q.Duration, {"base": "5 min"}, "GEN005"),
    (q.Duration, "-5 min", "GEN008"),
    (q.Duration, "1001 yr", "GEN008"),
    (q.Offset, "-1001 yr", "GEN008"),
    (q.AnyQuantity, "9_000_000 yr", "GEN008"),
    (q.PositiveDuration, "0 s", "GEN008"),
    (q.Offset, "5 %", "GEN005"),
    (q.Bytes, "5 B/s", "GEN005"),
    (q.PositiveBytes, "0 B", "GEN008"),
    (q.ByteRate, "200 MB", "GEN005"),
    (q.Rows, "5 rows/s", "GEN005"),
    (q.RowRate, "5 MB/s", "GEN005"),
    (q.PositiveRowRate, "0 rows/s", "GEN008"),
    (q.RequestRate, "5 rows/s", "GEN005"),
    (q.Keys, "5 rows", "GEN005"),
    (q.Percent, "-5 %", "GEN008"),
    (q.Share, "100.1 %", "GEN008"),
    (q.Horizon, "20.1 yr", "GEN008"),
    (q.Horizon, "0 month", "GEN008"),
    (q.PositiveRows, "0 rows", "GEN008"),
    (q.Percent, "5 %/month", "GEN005"),
    (q.Growth, "5 %", "GEN005"),
    (q.Money, "4000 EUR/month", "GEN005"),
    (q.Money, "4000 credits", "GEN005"),
    (q.MoneyRate, "4000 EUR", "GEN005"),
    (q.MoneyRate, "4000 EUR/TB", "GEN005"),
    (q.UnitPrice, "5 TB/EUR", "GEN005"),
    (q.UnitPrice, "5 EUR/USD", "GEN005"),
    (q.AnyQuantity, "-4 EUR", "GEN008"),
    (q.AnyQuantity, "many", "GEN005"),
]


@pytest.mark.parametrize(("kind", "text"), ACCEPTED)
def test_field_takes_its_dimension(kind: Any, text: str) -> None:
    adapter: TypeAdapter[Quantity] = TypeAdapter(kind)
    read = adapter.validate_python(text)
    assert adapter.dump_python(read, mode="json") == text
    assert adapter.validate_python(read) is read
    assert adapter.json_schema()["type"] == "string"


@pytest.mark.parametrize(("kind", "raw", "rule"), REFUSED)
def test_field_refuses_every_other(kind: Any, raw: object, rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(kind).validate_python(raw)
    error = caught.value.errors()[0]
    assert (error["type"], error["loc"]) == (rule, ())


def test_refusal_says_what_to_write() -> None:
    with pytest.raises(ValidationError, match="`5` has no unit; write for example `5 min`"):
        TypeAdapter(q.Duration).validate_python(5)
    with pytest.raises(ValidationError, match="`5 rows` is not a duration; write for example `15 min`"):
        TypeAdapter(q.Duration).validate_python("5 rows")


def test_gb_and_gib_differ() -> None:
    assert parse("1 GiB") != parse("1 GB")
    assert parse("40 GB").to("GiB") == Decimal(40 * 10**9) / Decimal(2**30)
    assert round(parse("40 GB").to("GiB"), 4) == Decimal("37.2529")


def test_month_has_thirty_days_and_year_365() -> None:
    assert parse("1 month") == parse("30 d") != parse("31 d")
    assert parse("1 yr") == parse("365 d") != parse("12 month")
    assert parse("30 rows/month") == parse("1 rows/d")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("86400 rows/d", "1 rows/s"),
        ("2592000 rows/month", "1 rows/s"),
        ("7 rows/wk", "1 rows/d"),
        ("1 GB/h", "24 GB/d"),
        ("60 requests/min", "1 requests/s"),
        ("1 EUR/GiB", "1024 EUR/TiB"),
        ("365 %/yr", "1 %/d"),
    ],
)
def test_rate_of_the_same_meaning_is_equal(one: str, other: str) -> None:
    assert parse(one) == parse(other)


def test_equality_is_of_meaning_and_text_is_kept() -> None:
    hour, minutes = parse("1 h"), parse("60 min")
    assert (hour == minutes, hash(hour) == hash(minutes)) == (True, True)
    assert (str(hour), str(minutes)) == ("1 h", "60 min")
    assert parse("1 rows") != parse("1 requests")
    assert parse("1 EUR") != parse("1 USD")


@pytest.mark.parametrize(("text", "unit"), [("1 h", "rows"), ("1 EUR", "USD"), ("5 %", "s"), ("5 rows/s", "rows")])
def test_conversion_needs_the_same_dimension(text: str, unit: str) -> None:
    with pytest.raises(ValueError, match="cannot be told in"):
        parse(text).to(unit)


@pytest.mark.parametrize("unit", ["furlong", "", "rows/", "/s"])
def test_unknown_unit_is_a_key_error(unit: str) -> None:
    with pytest.raises(KeyError):
        unit_of(unit)


def test_every_unit_reads_and_converts_to_itself() -> None:
    for unit in UNITS:
        assert parse(f"7 {unit}").to(unit) == 7


@pytest.mark.parametrize("code", ["EUR", "USD", "CHF", "JPY"])
def test_currency_codes(code: str) -> None:
    assert TypeAdapter(Currency).validate_python(code) == code
    assert code in TypeAdapter(Currency).json_schema()["enum"]
    assert parse(f"5 {code}").dimension == ((code, 1),)


@pytest.mark.parametrize("code", ["eur", "EURO", "XXX", "€", "XAU", ""])
def test_other_currency_codes_are_refused(code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Currency).validate_python(code)
    assert caught.value.errors()[0]["type"] == "GEN005"


def test_currencies_are_codes_of_three_letters_and_no_other_unit() -> None:
    assert all(len(code) == 3 and code.isupper() for code in CURRENCIES)
    assert {code for code in CURRENCIES if UNITS[code] != (Decimal(1), code)} == set()


numbers = st.decimals(min_value=0, max_value=10**12, places=4).map(lambda number: f"{number:f}")
units = st.sampled_from(sorted(UNITS))


@given(numbers, units)
def test_what_is_written_is_read(number: str, unit: str) -> None:
    quantity = parse(f"{number} {unit}")
    assert (quantity.value, quantity.unit) == (Decimal(number), unit)
    assert quantity.base == Decimal(number) * UNITS[unit][0]


@given(numbers, units, units)
def test_ratio_of_two_units_divides(number: str, top: str, below: str) -> None:
    quantity = parse(f"{number} {top}/{below}")
    assert quantity.base == pytest.approx(Decimal(number) * UNITS[top][0] / UNITS[below][0], rel=Decimal("1e-24"))
    assert dict(quantity.dimension).get(UNITS[below][1] or "", 0) in (
        {0, 1} if UNITS[top][1] == UNITS[below][1] else {-1, 0}
    )


@given(numbers, units)
def test_spaces_and_underscores_change_nothing(number: str, unit: str) -> None:
    whole, dot, rest = number.partition(".")
    grouped = f"{int(whole):_}{dot}{rest}"
    assert parse(f"  {grouped}   {unit} ") == parse(f"{number} {unit}")


def outcome(text: str) -> Quantity | str:
    """Give the quantity, or the rule that refuses the text."""
    try:
        return parse(text)
    except PydanticCustomError as refusal:
        return refusal.type if refusal.message() else "refused without words"


near_quantities = st.from_regex(r"\A-?[0-9_.:eE+]{1,12} ?[A-Za-z%/ ]{0,10}\Z")


@given(st.one_of(st.text(max_size=40), near_quantities))
def test_any_text_is_read_or_refused_with_a_rule(text: str) -> None:
    found = outcome(text)
    if isinstance(found, Quantity):
        assert found.base.is_finite()
        assert outcome(str(found)) == found
    else:
        assert found in {"GEN005", "GEN008"}


@pytest.mark.parametrize("text", ["5 q", "5 arz", "5 cores", "5 vcpu", "5 x/d", "five days"])
def test_where_nobody_knows_what_was_meant_the_field_says_what_stands_there(text: str) -> None:
    """The code of a currency is near to nearly every word of three letters, and is no guess."""
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert "write" not in caught.value.message()
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(q.Duration).validate_python(text)
    (error,) = refused.value.errors()
    assert (error["type"], error["msg"].partition("; ")[2]) == ("GEN005", "write a duration, for example `15 min`")
    assert error["ctx"]["expected"] == "a duration, such as `15 min`"


@pytest.mark.parametrize("text", [f"{'9' * 31} EUR", f"-{'9' * 400} GB", f"0.{'1' * 100} h"])
def test_a_number_of_more_digits_than_a_plan_has_is_refused(text: str) -> None:
    with pytest.raises(PydanticCustomError) as caught:
        parse(text)
    assert (caught.value.type, "more than 30 digits" in caught.value.message()) == ("GEN008", True)
    assert parse(f"{'1' * 30} EUR").value == Decimal("1" * 30)
