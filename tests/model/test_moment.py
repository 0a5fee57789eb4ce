"""Dates, instants, zones, times of day, cron schedules and spans."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from plangate.model import moment as m
from plangate.model.moment import Span


def read(kind: Any, raw: object) -> Any:
    return TypeAdapter(kind).validate_python(raw)


def rule_of(kind: Any, raw: object) -> str:
    with pytest.raises(ValidationError) as caught:
        read(kind, raw)
    [error] = caught.value.errors()
    assert error["loc"] == ()
    return error["type"]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-12-05T20:00:00+00:00", datetime(2026, 12, 5, 20, tzinfo=UTC)),
        ("2026-12-05T20:00:00Z", datetime(2026, 12, 5, 20, tzinfo=UTC)),
        ("2026-12-05 20:00Z", datetime(2026, 12, 5, 20, tzinfo=UTC)),
        ("2026-12-05T21:00+01:00", datetime(2026, 12, 5, 20, tzinfo=UTC)),
        ("2026-12-05T20:00:00-0530", datetime(2026, 12, 6, 1, 30, tzinfo=UTC)),
        ("2026-12-05T20:00:00.5Z", datetime(2026, 12, 5, 20, 0, 0, 500000, tzinfo=UTC)),
        ("2026-12-05", datetime(2026, 12, 5, tzinfo=UTC)),
        ("2028-02-29", datetime(2028, 2, 29, tzinfo=UTC)),
    ],
)
def test_instant_has_an_offset_or_is_a_bare_date(text: str, instant: datetime) -> None:
    found = read(m.Instant, text)
    assert (found, found.tzinfo) == (instant, UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "2026-12-05T20:00:00",
        "2026-12-05T24:00:00Z",
        "2026-12-05T20:60:00Z",
        "2026-02-30",
        "2026-13-01T00:00Z",
        "2026-12-05T20:00:00+25:00",
        "0001-01-01T00:00:00+23:00",
        "1899-12-31T23:59:59Z",
        "3000-01-01T00:00:00Z",
        "9999-12-31",
        "5 December 2026",
        "2026-12-5",
        "now",
        "",
        20261205,
        True,
        None,
        ["2026-12-05"],
        datetime(2026, 12, 5),
    ],
)
def test_other_instants_are_refused(raw: object) -> None:
    assert rule_of(m.Instant, raw) == "GEN006"


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_written_instant_is_read(naive: datetime, offset: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    assert read(m.Instant, moment.isoformat()) == moment


@pytest.mark.parametrize("text", ["2026-12-05", "2028-02-29", "1900-01-01", "2999-12-31"])
def test_day(text: str) -> None:
    assert read(m.Day, text) == date.fromisoformat(text)
    assert read(m.Day, date.fromisoformat(text)) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "raw",
    ["2026-02-30", "2027-02-29", "20261205", "2026-W49", "2026-12-05T00:00Z", "05.12.2026", "", 2026, None, True],
)
def test_other_days_are_refused(raw: object) -> None:
    assert rule_of(m.Day, raw) == "GEN006"


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/New_York", "Etc/GMT+5", "Asia/Kolkata"])
def test_zone_of_the_database(name: str) -> None:
    assert read(m.Zone, name) == name


@pytest.mark.parametrize(
    "raw", ["CEST", "Berlin", "+01:00", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "", "Europe", 1, None]
)
def test_other_zones_are_refused(raw: object) -> None:
    assert rule_of(m.Zone, raw) == "GEN006"


@pytest.mark.parametrize("text", ["00:00", "02:00", "23:59"])
def test_time_of_day(text: str) -> None:
    assert read(m.ClockTime, text) == text


@pytest.mark.parametrize("raw", ["24:00", "2:00", "02:60", "02:00:00", "0200", "noon", 120, None])
def test_other_times_of_day_are_refused(raw: object) -> None:
    assert rule_of(m.ClockTime, raw) == "GEN006"


@pytest.mark.parametrize(
    "text",
    [
        "0 * * * *",
        "*/15 * * * *",
        "0 6 * * 1-5",
        "0 6 * * MON-FRI",
        "0 6 1 jan *",
        "59 23 31 12 7",
        "0,30 0-6,18-23 * * *",
        "5-55/10 * * * *",
        "0 0 * * 0,sat",
        "0 0 1-7 * *",
    ],
)
def test_cron_of_five_fields(text: str) -> None:
    assert read(m.Cron, text) == text


def test_cron_spaces_are_evened_out() -> None:
    assert read(m.Cron, "  0   6 * *  1-5 ") == "0 6 * * 1-5"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("0 30 * * *", "hour `30` is not in 0 to 23"),
        ("60 * * * *", "minute `60` is not in 0 to 59"),
        ("0 0 0 * *", "day of month `0` is not in 1 to 31"),
        ("0 0 32 * *", "day of month `32` is not in 1 to 31"),
        ("0 0 * 13 *", "month `13` is not in 1 to 12"),
        ("0 0 * * 8", "day of week `8` is not in 0 to 7"),
        ("0 0 * * MONDAY", "day of week `MONDAY`"),
        ("0 0 * MON *", "month `MON`"),
        ("-1 0 * * *", "minute ``"),
        ("0 6-4 * * *", "`6-4` is no range or step of hour"),
        ("*/0 * * * *", "`*/0` is no range or step of minute"),
        ("*/ * * * *", "`*/` is no range or step of minute"),
        ("*/x * * * *", "`*/x` is no range or step of minute"),
        ("1.5 * * * *", "minute `1.5`"),
        ("٣ * * * *", "minute `٣`"),
        ("0 * * *", "has 4 fields; write five"),
        ("0 0 * * * *", "has 6 fields; write five"),
        ("@daily", "has 1 fields; write five"),
        ("", "has 0 fields; write five"),
        (5, "`5` is not a cron schedule"),
        (None, "is not a cron schedule"),
    ],
)
def test_other_crons_are_refused_in_words(raw: object, words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        read(m.Cron, raw)
    [error] = caught.value.errors()
    assert error["type"] == "GEN006"
    assert words in error["msg"]


@given(
    st.tuples(st.integers(0, 59), st.integers(0, 23), st.integers(1, 31), st.integers(1, 12), st.integers(0, 7)).map(
        lambda fields: " ".join(map(str, fields))
    )
)
def test_every_cron_in_range_is_read(text: str) -> None:
    assert read(m.Cron, text) == text


def outcome(text: str) -> tuple[str, ...]:
    """Give the fields of a cron schedule, or the rule that refuses the text."""
    try:
        return tuple(read(m.Cron, text).split(" "))
    except ValidationError as refusal:
        return tuple(error["type"] for error in refusal.errors())


@given(st.text(max_size=30))
def test_any_text_is_a_cron_or_refused_as_such(text: str) -> None:
    found = outcome(text)
    assert found == ("GEN006",) or len(found) == 5


def test_span_is_half_open_between_bare_dates() -> None:
    span = Span.model_validate({"start": "2025-11-18", "end": "2026-11-18"})
    assert span.end - span.start == timedelta(days=365)


def test_a_span_knows_the_clock_that_it_is_written_in() -> None:
    span = Span.model_validate({"start": "2026-10-24T00:00+02:00", "end": "2026-10-27T00:00:00+01:00"})
    assert span.end - span.start == timedelta(hours=73)
    assert span.clock == (datetime(2026, 10, 24), datetime(2026, 10, 27))
    span = Span.model_validate({"start": "2026-10-24", "end": datetime(2026, 10, 27, 4, tzinfo=UTC)})
    assert span.clock == (datetime(2026, 10, 24), datetime(2026, 10, 27, 4))


@pytest.mark.parametrize(
    ("raw", "place", "rule"),
    [
        ({"start": "2026-11-18", "end": "2026-11-18"}, (), "GEN006"),
        ({"start": "2026-11-19", "end": "2026-11-18"}, (), "GEN006"),
        ({"start": "2026-11-18T01:00+02:00", "end": "2026-11-17T23:00Z"}, (), "GEN006"),
        ({"start": "2026-11-18"}, ("end",), "missing"),
        ({"end": "2026-11-18"}, ("start",), "missing"),
        ({"start": "soon", "end": "2026-11-18"}, ("start",), "GEN006"),
        ({"start": "2026-11-17", "end": "2026-11-18", "stop": 1}, ("stop",), "extra_forbidden"),
        ("2026", (), "model_type"),
    ],
)
def test_other_spans_are_refused(raw: object, place: tuple[str, ...], rule: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Span.model_validate(raw)
    assert [(error["loc"], error["type"]) for error in caught.value.errors()] == [(place, rule)]


@pytest.mark.parametrize("kind", [m.Day, m.Instant, m.Zone, m.ClockTime, m.Cron])
def test_schema_says_text(kind: Any) -> None:
    schema = TypeAdapter(kind).json_schema()
    assert schema["type"] == "string"
    assert schema["description"]
