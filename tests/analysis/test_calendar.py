"""Schedules over a year, by hand, and against a plain reading of every minute."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.calendar import (
    YEAR,
    fires,
    has_dst,
    in_clock_change,
    largest_gap,
    local_hours,
    longest_wait,
    outside,
    overlaps,
    smallest_lead,
)

from .wall_clock import EPOCH, ZONES, fire_minutes, shown

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = 3600, 86400


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_fires_in_utc_from_the_start_until_before_the_end() -> None:
    start = datetime(2026, 3, 27, 6, tzinfo=ZoneInfo(BERLIN))
    found = fires("0 6 * * *", BERLIN, start, datetime(2026, 3, 30, 4, tzinfo=UTC))
    assert [moment.isoformat() for moment in found] == [
        "2026-03-27T05:00:00+00:00",
        "2026-03-28T05:00:00+00:00",
        "2026-03-29T04:00:00+00:00",
    ]
    assert fires("0 6 * * *", BERLIN, start, start) == ()


def test_every_minute_of_a_year_fires() -> None:
    assert len(fires("* * * * *", BERLIN, JANUARY, JANUARY + YEAR)) == 366 * 1440


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("0 6 * * 1-5", "UTC", 72 * HOUR),
        ("0 6 * * 1-5", BERLIN, 73 * HOUR),  # over the weekend in autumn
        ("0 6 * * 1-5", "Asia/Kolkata", 72 * HOUR),
        ("* * * * *", BERLIN, 60),
        ("* 8-17 * * *", BERLIN, 15 * HOUR + 60),
        ("0 * * * *", BERLIN, HOUR),
        ("0 0-23 * * *", BERLIN, 2 * HOUR),  # the repeated hour counts once
        ("30 2 * * *", BERLIN, 25 * HOUR),
        ("*/30 2 * * *", BERLIN, 46 * HOUR + 1800),  # not on the day that skips the hour
        ("0 12 * * *", "Australia/Lord_Howe", 24 * HOUR + 1800),
        ("0 0 31 * *", "UTC", 61 * DAY),
        ("0 0 13 * 5", "UTC", 7 * DAY),  # the 13th, and each Friday
        ("0 0 */10 * 1", "UTC", 91 * DAY),  # Mondays on the 1st, 11th, 21st or 31st
        ("0 0 1 1 *", "UTC", 365 * DAY),
        ("0 0 29 2 *", "UTC", 1461 * DAY),
        ("0 0 1 * *", "UTC", 31 * DAY),
        ("0 0 30 2 *", "UTC", None),
        ("0 0 31 2,4,6 *", BERLIN, None),
        ("0 0 29 2 */7", "UTC", None),  # a Sunday: 2032-02-29, then 2060
    ],
)
def test_largest_gap(cron: str, zone: str, expected: int | None) -> None:
    assert largest_gap(cron, zone, JANUARY) == expected


def test_gap_over_the_end_of_the_year_counts() -> None:
    assert largest_gap("0 0 2,3 1 *", "UTC", datetime(2026, 1, 2, tzinfo=UTC)) == 364 * DAY
    assert largest_gap("0 0 29 2 *", "UTC", datetime(2028, 2, 29, tzinfo=UTC)) == 1461 * DAY


@pytest.mark.parametrize(
    ("up", "delay", "down", "expected"),
    [
        (("0 * * * *", "UTC"), "600", ("30 * * * *", "UTC"), "1200"),
        (("0 2 * * *", "UTC"), "0", ("0 2 * * *", "UTC"), "0"),
        (("0 2 * * *", "UTC"), "1", ("0 2 * * *", "UTC"), "86399"),
        (("0 2 * * *", "UTC"), "0.25", ("0 2 * * *", "UTC"), "86399.75"),
        (("0 2 * * *", "UTC"), "0.25", ("1 2 * * *", "UTC"), "59.75"),
        (("0 18 * * 5", "UTC"), "3600", ("0 6 * * 1-5", "UTC"), str(59 * HOUR)),
        (("0 18 * * 5", BERLIN), "3600", ("0 6 * * 1-5", BERLIN), str(60 * HOUR)),
        (("* * * * *", BERLIN), "90", ("* * * * *", NEW_YORK), "30"),
        (("* * * * *", BERLIN), "0", ("0 6 * * 1-5", BERLIN), str(73 * HOUR - 60)),
        (("0 0 1 1 *", "UTC"), "0", ("* * * * *", "UTC"), "0"),
        (("0 0 1 1 *", "UTC"), "86400", ("0 0 1 1 *", "UTC"), str(364 * DAY)),
        (("0 0 30 2 *", "UTC"), "0", ("* * * * *", "UTC"), None),
        (("* * * * *", "UTC"), "0", ("0 0 30 2 *", "UTC"), None),
    ],
)
def test_longest_wait(up: tuple[str, str], delay: str, down: tuple[str, str], expected: str | None) -> None:
    found = longest_wait(up, Decimal(delay), down, JANUARY)
    assert found == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("up", "down", "expected"),
    [
        (("0 1 * * *", "UTC"), ("0 3 * * *", "UTC"), 2 * HOUR),
        (("0 3 * * *", "UTC"), ("0 1 * * *", "UTC"), 22 * HOUR),
        (("0 3 * * *", "UTC"), ("0 3 * * *", "UTC"), 0),
        (("30 1 * * *", BERLIN), ("0 3 * * *", BERLIN), HOUR // 2),  # on the day that skips an hour
        (("0 1 * * *", BERLIN), ("0 3 * * *", "UTC"), 3 * HOUR),
        (("0 * * * *", "UTC"), ("20 6 * * *", "UTC"), 20 * 60),  # not the run that has just started
        (("0 6 * * 1-5", "UTC"), ("0 5 * * *", "UTC"), 23 * HOUR),
        (("0 0 1 6 *", "UTC"), ("0 0 1 3 *", "UTC"), 273 * DAY),  # it fired before the year
        (("0 0 1 1 *", "UTC"), ("0 12 31 12 *", "UTC"), 364 * DAY + 12 * HOUR),
        (("* * * * *", BERLIN), ("* * * * *", NEW_YORK), 0),
        (("0 0 30 2 *", "UTC"), ("0 1 * * *", "UTC"), None),
        (("0 1 * * *", "UTC"), ("0 0 29 2 *", "UTC"), None),
    ],
)
def test_smallest_lead(up: tuple[str, str], down: tuple[str, str], expected: int | None) -> None:
    assert smallest_lead(up, down, JANUARY) == expected


@pytest.mark.parametrize(
    ("cron", "zone", "length", "blocked", "expected"),
    [
        ("0 2 * * *", "UTC", "3600", ("0 3 * * 0", "UTC", "7200"), None),  # it ends as the stretch starts
        ("0 2 * * *", "UTC", "3600.5", ("0 3 * * 0", "UTC", "7200"), "2026-01-04 03:00"),
        ("0 2 * * *", "UTC", "60", ("30 1 * * 0", "UTC", "1800"), None),  # it starts as the stretch is over
        ("0 2 * * *", "UTC", "60", ("30 1 * * 0", "UTC", "1800.5"), "2026-01-04 02:00"),
        ("0 2 * * *", "UTC", "60", ("0 0 * * 0", "UTC", "86400"), "2026-01-04 02:00"),
        ("0 2 * * *", "UTC", "60", ("0 0 31 12 *", "UTC", "172800"), "2026-01-01 02:00"),  # it started last year
        ("0 4 * * *", BERLIN, "1800", ("0 2 * * *", "UTC", "1800"), "2026-03-29 02:00"),  # in summer only
        ("* * * * *", "UTC", "60", ("0 0 31 12 *", "UTC", "60"), "2026-12-31 00:00"),
        ("* 0-5 * * *", BERLIN, "60", ("* 12-16 * * *", BERLIN, "60"), None),
        ("0 0 30 2 *", "UTC", "60", ("* * * * *", "UTC", "60"), None),
        ("* * * * *", "UTC", "60", ("0 0 30 2 *", "UTC", "60"), None),
    ],
)
def test_overlaps(cron: str, zone: str, length: str, blocked: tuple[str, str, str], expected: str | None) -> None:
    stretch = (*blocked[:2], Decimal(blocked[2]))
    assert overlaps(cron, zone, Decimal(length), stretch, JANUARY) == at(expected)


@pytest.mark.parametrize(
    ("cron", "zone", "length", "window", "expected"),
    [
        ("0 23 * * *", "UTC", "7200", ("22:00", "06:00", "UTC"), None),
        ("0 23 * * *", "UTC", "25200", ("22:00", "06:00", "UTC"), None),
        ("0 23 * * *", "UTC", "25200.5", ("22:00", "06:00", "UTC"), "2026-01-01 23:00"),
        ("0 2,22 * * *", "UTC", "7200", ("22:00", "06:00", "UTC"), None),
        ("0 6 * * 5", "UTC", "0", ("22:00", "06:00", "UTC"), "2026-01-02 06:00"),
        ("59 21 * * 5", "UTC", "60", ("22:00", "06:00", "UTC"), "2026-01-02 21:59"),
        ("0 5 * * *", BERLIN, "3600", ("03:00", "05:00", "UTC"), None),
        ("0 5 * * *", BERLIN, "3601", ("03:00", "05:00", "UTC"), "2026-01-01 04:00"),
        ("0 5 * * *", BERLIN, "60", ("04:00", "05:00", "UTC"), "2026-03-29 03:00"),
        ("0 1 * * *", BERLIN, "10800", ("01:00", "04:00", BERLIN), "2026-03-29 00:00"),  # two hours, that day
        ("0 2 * * *", BERLIN, "3600", ("02:00", "04:00", BERLIN), None),
        ("* 0-5 * * *", BERLIN, "3600", ("00:00", "07:00", BERLIN), None),
        ("15 22 * * *", NEW_YORK, "900", ("23:00", "22:30", NEW_YORK), None),
        ("* * * * *", "UTC", "90000", ("06:00", "06:00", "UTC"), None),
        ("0 0 30 2 *", "UTC", "60", ("22:00", "06:00", "UTC"), None),
    ],
)
def test_outside(cron: str, zone: str, length: str, window: tuple[str, str, str], expected: str | None) -> None:
    assert outside(cron, zone, Decimal(length), window, JANUARY) == at(expected)


@pytest.mark.parametrize(
    ("delay", "inside", "met"),
    [
        (0, "2026-01-01 02:00", None),
        (1 * HOUR, None, None),  # it is over as the stretch starts
        (1 * HOUR + 1, None, "2026-01-04 04:00"),
        (3 * HOUR - 1, None, "2026-01-04 04:59"),
        (3 * HOUR, None, None),  # it starts as the stretch is over
        (4 * HOUR, "2026-01-01 06:00", None),
        (26 * HOUR, None, "2026-01-04 04:00"),
    ],
)
def test_runs_that_start_later_than_the_schedule_fires(delay: int, inside: str | None, met: str | None) -> None:
    """A run of an hour, so much after two, within three and six, and beside a stretch from four to five on Sundays."""
    assert outside("0 2 * * *", "UTC", Decimal(HOUR), ("03:00", "06:00", "UTC"), JANUARY, delay) == at(inside)
    found = overlaps("0 2 * * *", "UTC", Decimal(HOUR), ("0 4 * * 0", "UTC", Decimal(HOUR)), JANUARY, delay)
    assert (found and found.replace(second=0)) == at(met)


def test_only_the_year_counts() -> None:
    leap_day = datetime(2028, 2, 29, tzinfo=UTC)
    up, down = ("0 10 29 2 *", "UTC"), ("0 11 29 2,6 *", "UTC")
    assert smallest_lead(up, down, leap_day + timedelta(hours=12)) == 121 * DAY + HOUR
    assert smallest_lead(up, down, leap_day + timedelta(hours=10.5) - YEAR) == 1216 * DAY + HOUR
    assert (
        overlaps("0 23 28 2 *", "UTC", Decimal(7200), ("0 0 29 2 *", "UTC", Decimal(60)), leap_day - YEAR) == leap_day
    )


def test_a_result_that_nothing_takes_for_eight_years() -> None:
    sunday = datetime(2032, 2, 29, tzinfo=UTC)  # the next 29 February on a Sunday is in 2060
    up, down = ("0 0,12 29 2 *", "UTC"), ("0 0 29 2 */7", "UTC")
    assert longest_wait(up, Decimal(0), down, sunday + timedelta(hours=6) - YEAR) == 0
    assert longest_wait(up, Decimal(0), down, sunday + timedelta(hours=18) - YEAR) is None


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("30 2 * * *", {2}),
        ("0 22-23,1 * * 1-5", {1, 22, 23}),
        ("*/15 */6 1 * *", {0, 6, 12, 18}),
        ("0 * * * *", set(range(24))),
    ],
)
def test_local_hours(cron: str, expected: set[int]) -> None:
    assert local_hours(cron) == expected


@pytest.mark.parametrize(
    ("cron", "zone", "expected"),
    [
        ("30 2 * * *", BERLIN, True),
        ("0 1 * * *", NEW_YORK, True),
        ("30 2 * * *", "Australia/Lord_Howe", True),
        ("30 2 * * *", "Africa/Casablanca", True),  # its clock changes for Ramadan
        ("0 * * * *", BERLIN, True),
        ("59 0 * * *", BERLIN, False),
        ("0 3 * * *", BERLIN, False),
        ("30 2 * * *", "UTC", False),
        ("30 2 * * *", "Asia/Kolkata", False),
    ],
)
def test_in_clock_change(cron: str, zone: str, expected: bool) -> None:
    assert in_clock_change(cron, zone, JANUARY) is expected


def test_a_zone_may_give_up_changing_its_clock() -> None:
    assert has_dst("America/Sao_Paulo", datetime(2018, 6, 1, tzinfo=UTC))
    assert not has_dst("America/Sao_Paulo", datetime(2020, 6, 1, tzinfo=UTC))


def test_naive_start() -> None:
    with pytest.raises(TypeError):
        largest_gap("0 6 * * *", "UTC", datetime(2026, 1, 1))


MINUTES = st.sampled_from(("0", "30", "7,52", "*/20", "*", "10-40/15"))
HOURS = st.sampled_from(("2", "0-3", "*", "*/5", "1,2,23"))
DAYS = st.sampled_from(("* * *", "* * 1-5", "1 * *", "31 * *", "13 * 5", "*/2 * MON", "1,28 3,10 *", "* 4-11 6"))
SCHEDULES = st.tuples(st.builds(" ".join, st.tuples(MINUTES, HOURS, DAYS)), st.sampled_from(ZONES))
SPARSE = st.tuples(
    st.builds(" ".join, st.tuples(st.sampled_from(("0", "7,52", "*/20")), st.sampled_from(("2", "*/5")), DAYS)),
    st.sampled_from(ZONES),
)
STARTS = st.builds(
    lambda seconds: datetime(2027, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds),
    st.one_of(st.integers(0, 60 * 1440).map(lambda minutes: minutes * 60), st.integers(0, 60 * DAY)),
)
LENGTHS = st.one_of(
    st.integers(0, 100).map(lambda quarters: Decimal(quarters * 900)),
    st.decimals(0, 3 * DAY, places=2),
)
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))


def seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


def every_fire(schedule: tuple[str, str]) -> list[int]:
    return [minute * 60 for minute in fire_minutes(*schedule)]


def in_year(found: list[int], start: datetime) -> list[int]:
    return found[bisect_left(found, seconds(start)) : bisect_left(found, seconds(start + YEAR))]


@settings(deadline=None, max_examples=15)
@given(SCHEDULES, STARTS)
def test_largest_gap_of_every_minute(schedule: tuple[str, str], start: datetime) -> None:
    found = every_fire(schedule)
    gaps = [later - earlier for earlier, later in pairwise(found) if seconds(start) <= earlier < seconds(start + YEAR)]
    assert largest_gap(*schedule, start) == max(gaps)


@settings(deadline=None, max_examples=20)
@given(SCHEDULES, LENGTHS, SCHEDULES, STARTS)
def test_longest_wait_of_every_run(up: tuple[str, str], delay: Decimal, down: tuple[str, str], start: datetime) -> None:
    takes = every_fire(down)
    results = [fire + delay for fire in in_year(every_fire(up), start)]
    expected = max(takes[bisect_left(takes, result)] - result for result in results)
    assert longest_wait(up, delay, down, start) == expected


@settings(deadline=None, max_examples=20)
@given(SCHEDULES, SCHEDULES, STARTS)
def test_smallest_lead_of_every_run(up: tuple[str, str], down: tuple[str, str], start: datetime) -> None:
    before = every_fire(up)
    leads = [fire - before[bisect_right(before, fire) - 1] for fire in in_year(every_fire(down), start)]
    assert smallest_lead(up, down, start) == min(leads)


@settings(deadline=None, max_examples=40)
@given(SPARSE, LENGTHS, SPARSE, LENGTHS, STARTS)
def test_overlaps_of_every_run(
    runs: tuple[str, str], length: Decimal, blocked: tuple[str, str], blocked_length: Decimal, start: datetime
) -> None:
    stretches = every_fire(blocked)
    both = [
        max(run, stretch)
        for run in in_year(every_fire(runs), start)
        for stretch in stretches[bisect_left(stretches, run - blocked_length) : bisect_left(stretches, run + length)]
        if stretch + blocked_length > run
    ]
    found = overlaps(*runs, length, (*blocked, blocked_length), start)
    assert (None if found is None else seconds(found)) == min(both, default=None)


@settings(deadline=None, max_examples=40)
@given(SPARSE, LENGTHS.map(lambda length: length / 16), CLOCKS, CLOCKS, st.sampled_from(ZONES), STARTS)
def test_outside_of_every_window(
    runs: tuple[str, str], length: Decimal, opens: str, closes: str, zone: str, start: datetime
) -> None:
    first_day = seconds(start) // DAY - 3
    edges = [int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes)]
    windows = [
        tuple(
            shown(zone, day * 1440 + edge + later * 1440) * 60
            for edge, later in zip(edges, (0, closes < opens), strict=True)
        )
        for day in range(first_day, first_day + 373)
    ]

    def within(run: int) -> bool:
        around = windows[run // DAY - first_day - 2 : run // DAY - first_day + 3]
        return opens == closes or any(begin <= run < end and run + length <= end for begin, end in around)

    outliers = [run for run in in_year(every_fire(runs), start) if not within(run)]
    found = outside(*runs, length, (opens, closes, zone), start)
    assert (None if found is None else seconds(found)) == min(outliers, default=None)
