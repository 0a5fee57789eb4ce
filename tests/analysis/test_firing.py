"""When a schedule fires around a change of the clock, by hand, and against a plain reading of every minute."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.firing import (
    DAY,
    days_alike,
    first_fire,
    first_shown,
    last_fire,
    minutes_of_day,
    stretches,
    utc_moment,
    utc_seconds,
)

from .wall_clock import ZONES, fire_minutes, shown

JANUARY = utc_seconds(datetime(2027, 1, 1, tzinfo=UTC))
YEAR = 366 * DAY


def fired(cron: str, zone: str, since: int, until: int) -> list[int]:
    return [base + offset for base, offsets in stretches((cron, zone), since, until) for offset in offsets]


@pytest.mark.parametrize(
    ("cron", "zone", "day", "expected"),
    [
        # Berlin, 2027-03-28: 02:00 to 03:00 is skipped at 01:00 UTC.
        ("30 2 * * *", "Europe/Berlin", "2027-03-28", ["01:00"]),
        ("0,30 2 * * *", "Europe/Berlin", "2027-03-28", ["01:00"]),
        ("0 1-4 * * *", "Europe/Berlin", "2027-03-28", ["00:00", "01:00", "02:00", "23:00"]),
        ("0 */1 * * *", "Europe/Berlin", "2027-03-28", [f"{hour:02}:00" for hour in range(24)]),
        ("*/30 2 * * *", "Europe/Berlin", "2027-03-28", []),
        ("*/30 3 * * *", "Europe/Berlin", "2027-03-28", ["01:00", "01:30"]),
        # Berlin, 2027-10-31: 02:00 to 03:00 is shown from 00:00 and again from 01:00 UTC.
        ("30 2 * * *", "Europe/Berlin", "2027-10-31", ["00:30"]),
        ("*/30 2 * * *", "Europe/Berlin", "2027-10-31", ["00:00", "00:30", "01:00", "01:30"]),
        ("0 1-4 * * *", "Europe/Berlin", "2027-10-31", ["00:00", "02:00", "03:00"]),
        # New York, 2027-03-14, and 2027-11-07.
        ("15 2 * * *", "America/New_York", "2027-03-14", ["07:00"]),
        ("15 1 * * *", "America/New_York", "2027-11-07", ["05:15"]),
        ("15 * 7 * *", "America/New_York", "2027-11-07", [f"{hour:02}:15" for hour in range(4, 24)]),
        # Lord Howe moves its clock by half an hour: 2027-10-03 02:00 to 02:30, 2027-04-04 02:00 to 01:30.
        ("15 2 * * *", "Australia/Lord_Howe", "2027-10-02", ["15:30"]),
        ("*/15 2 * * *", "Australia/Lord_Howe", "2027-10-02", ["15:30", "15:45"]),
        ("*/15 3 * * *", "Australia/Lord_Howe", "2027-10-02", ["16:00", "16:15", "16:30", "16:45"]),
        ("45 1 * * *", "Australia/Lord_Howe", "2027-04-03", ["14:45"]),
        ("*/45 1 * * *", "Australia/Lord_Howe", "2027-04-03", ["14:00", "14:45", "15:15"]),
        # No change of the clock, but an offset that is not whole hours.
        ("0 0 * * *", "Asia/Kolkata", "2027-03-28", ["18:30"]),
        # Minsk changed its clock at midnight UTC.
        ("30 2 * * *", "Europe/Minsk", "2010-03-28", ["00:00", "23:30"]),
        ("30 2 * * *", "Europe/Minsk", "2010-10-30", ["23:30"]),
        ("30 2 * * *", "Europe/Minsk", "2010-10-31", []),
        # Cairo skips midnight: 2027-04-30 starts at 01:00, which is 2027-04-29 22:00 UTC.
        ("0 0 30 4 *", "Africa/Cairo", "2027-04-29", ["22:00"]),
        ("*/30 0 30 4 *", "Africa/Cairo", "2027-04-29", []),
    ],
)
def test_change_of_the_clock(cron: str, zone: str, day: str, expected: list[str]) -> None:
    start = utc_seconds(datetime.fromisoformat(day).replace(tzinfo=UTC))
    found = fired(cron, zone, start, start + DAY)
    assert [utc_moment(second).strftime("%H:%M") for second in found] == expected


@pytest.mark.parametrize(
    ("zone", "wall", "expected"),
    [
        ("Europe/Berlin", "2027-03-28T01:59", "2027-03-28T00:59"),
        ("Europe/Berlin", "2027-03-28T02:00", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-03-28T02:59", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-03-28T03:00", "2027-03-28T01:00"),
        ("Europe/Berlin", "2027-10-31T02:30", "2027-10-31T00:30"),
        ("Europe/Berlin", "2027-10-31T03:00", "2027-10-31T02:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),
        ("UTC", "2027-03-28T02:30", "2027-03-28T02:30"),
    ],
)
def test_first_shown(zone: str, wall: str, expected: str) -> None:
    reading, instant = (utc_seconds(datetime.fromisoformat(text).replace(tzinfo=UTC)) for text in (wall, expected))
    assert first_shown(zone, reading) == instant


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.integers(0, YEAR // 60))
def test_first_shown_as_the_clock_shows_it(zone: str, minutes: int) -> None:
    assert first_shown(zone, JANUARY + minutes * 60) == shown(zone, JANUARY // 60 + minutes) * 60


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 6 * * 1-5", [360]),
        ("*/20 5-6 * * *", [300, 320, 340, 360, 380, 400]),
        ("50/5 23 1 1 *", [1430, 1435]),
        ("* * * * *", list(range(1440))),
    ],
)
def test_minutes_of_day(cron: str, expected: list[int]) -> None:
    assert list(minutes_of_day(cron)) == expected


@pytest.mark.parametrize(
    ("cron", "first", "last"),
    [
        ("0 0 * * *", 0, 365 * DAY),
        ("0 0 29 2 *", None, None),
        ("0 0 30 2 *", None, None),
        ("0 0 31 2,4 *", None, None),
        ("0 0 13 * 5", 0, 364 * DAY),
        ("30 7 10-12 FEB *", 40 * DAY + 27000, 42 * DAY + 27000),
        ("0 0 * * sun", 2 * DAY, 359 * DAY),
        ("0 0 * * 7", 2 * DAY, 359 * DAY),
    ],
)
def test_first_and_last(cron: str, first: int | None, last: int | None) -> None:
    timed = (cron, "UTC")
    assert first_fire(timed, JANUARY, JANUARY + YEAR) == (None if first is None else JANUARY + first)
    assert last_fire(timed, JANUARY, JANUARY + YEAR) == (None if last is None else JANUARY + last)


def test_bounds_are_half_open() -> None:
    noon = JANUARY + DAY // 2
    assert fired("0 12 * * *", "UTC", noon, noon + DAY) == [noon]
    assert fired("0 12 * * *", "UTC", noon + 1, noon + DAY + 1) == [noon + DAY]
    assert last_fire(("0 12 * * *", "UTC"), noon, noon) is None
    assert last_fire(("0 12 * * *", "UTC"), noon, noon + 1) == noon


def test_part_of_a_second_counts_as_the_next() -> None:
    assert utc_seconds(datetime(2027, 1, 1, 0, 0, 0, 1, tzinfo=UTC)) == JANUARY + 1
    assert utc_seconds(datetime(2027, 1, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))) == JANUARY
    with pytest.raises(TypeError):
        utc_seconds(datetime(2027, 1, 1))


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(("30 2 * * *", "0 0 * * *", "*/20 6-20 * * 1-5", "0 4 1 * *", "0 0 30 2 *", "15 */5 * 4-11 6/1")),
    st.sampled_from(ZONES),
    st.integers(0, 60 * DAY) | st.integers(0, 60).map(lambda day: day * DAY),
    st.integers(0, 400 * DAY) | st.integers(0, 400).map(lambda day: day * DAY) | st.integers(0, DAY),
)
def test_days_alike_are_those_days(cron: str, zone: str, later: int, length: int) -> None:
    since = JANUARY + later
    found = [
        (first + day * DAY, fires)
        for first, days, fires in days_alike((cron, zone), since, since + length)
        for day in range(days)
    ]
    assert found == list(stretches((cron, zone), since, since + length))


def test_days_alike_come_at_once() -> None:
    assert len(list(days_alike(("0 3 * * *", "Europe/Berlin"), JANUARY, JANUARY + YEAR))) < 15


MINUTES = ("0", "30", "7,52", "*/20", "*", "10-40/15", "45/5")
HOURS = ("2", "0-3", "*", "*/5", "1,2,23", "22/1")
DAYS = ("* * *", "* * 1-5", "1 * *", "31 * *", "13 * 5", "*/2 * MON", "28-31 3,10 0,7", "* 4-11 6/1", "29 2 *")


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(MINUTES),
    st.sampled_from(HOURS),
    st.sampled_from(DAYS),
    st.sampled_from(ZONES),
    st.integers(0, 60 * DAY),
)
def test_every_minute_of_a_year(minute: str, hour: str, days: str, zone: str, later: int) -> None:
    cron, since = f"{minute} {hour} {days}", JANUARY + later
    expected = [fire * 60 for fire in fire_minutes(cron, zone) if since <= fire * 60 < since + YEAR]
    assert fired(cron, zone, since, since + YEAR) == expected


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from(("0", "30", "7,52", "*/20")),
    st.sampled_from(HOURS),
    st.sampled_from(DAYS),
    st.sampled_from([zone for zone in ZONES if zone != "Australia/Lord_Howe"]),
)
def test_cronsim_agrees_where_clocks_move_by_whole_hours(minute: str, hour: str, days: str, zone: str) -> None:
    cron, end = f"{minute} {hour} {days}", utc_moment(JANUARY + YEAR)
    expected = []
    for moment in CronSim(cron, (utc_moment(JANUARY) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))):
        if moment.astimezone(UTC) >= end:
            break
        expected.append(utc_seconds(moment))
    assert fired(cron, zone, JANUARY, JANUARY + YEAR) == expected
