"""Cron schedules over a year, each in its own zone: when they fire, how long they pause, how two of them meet.

Crons are as the model reads them, zones are of the IANA database, and a naive `start` raises `TypeError`.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from math import ceil, floor

from msgspec import Struct

from plangate.analysis.firing import (
    DAY,
    Stretch,
    Timed,
    days_alike,
    first_fire,
    first_shown,
    last_fire,
    minutes_of_day,
    stretches,
    utc_moment,
    utc_offset,
    utc_seconds,
)

YEAR = timedelta(days=366)

_EIGHT_YEARS = 2922 * DAY  # 29 February comes back within it


@lru_cache(maxsize=16)
def fires(cron: str, zone: str, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Give the instants, in UTC and in order, at which a schedule fires from `start` until before `end`."""
    found = stretches((cron, zone), utc_seconds(start), utc_seconds(end))
    return tuple(utc_moment(base + offset) for base, offsets in found for offset in offsets)


@lru_cache(maxsize=1024)
def largest_gap(cron: str, zone: str, start: datetime) -> Decimal | None:
    """Give the largest gap, in seconds, from a fire in the year from `start` to the next fire, in the year or after it.

    A schedule that is silent for the whole year has the gap between its next two fires. None where it does not fire
    again within eight years of `start` (`0 0 30 2 *`).
    """
    timed = (cron, zone)
    begin, end = _year(start)
    last, widest = None, 0
    for base, days, offsets in days_alike(timed, begin, end):
        if last is not None:
            widest = max(widest, base + offsets[0] - last)
        if days > 1:
            widest = max(widest, DAY + offsets[0] - offsets[-1])
        widest = max(widest, _widest(offsets))
        last = base + (days - 1) * DAY + offsets[-1]
    if last is None:
        last = first_fire(timed, end, begin + _EIGHT_YEARS)
    following = None if last is None else first_fire(timed, last + 1, begin + _EIGHT_YEARS)
    return None if last is None or following is None else Decimal(max(widest, following - last))


@lru_cache(maxsize=1024)
def longest_wait(up: Timed, delay: Decimal, down: Timed, start: datetime) -> Decimal | None:
    """Give the longest time, in seconds, that a result of `up` waits for a fire of `down`.

    Each fire of `up` in the year from `start` has its result `delay` seconds later; a fire of `down` at that instant
    takes it without a wait. None where `up` does not fire in the year, or `down` not within eight years after it.
    """
    begin, end = _year(start)
    lag = ceil(delay)
    longest = None
    for _, ups, met in _meetings(up, down, lag, (begin, end), (begin + lag, end + lag + _EIGHT_YEARS)):
        if not met.groups or met.groups[-1][1] < len(ups):
            return None
        longest = met.longest if longest is None else max(longest, met.longest)
    return None if longest is None else longest + lag - delay


@lru_cache(maxsize=1024)
def smallest_lead(up: Timed, down: Timed, start: datetime) -> Decimal | None:
    """Give the smallest time, in seconds, by which the last fire of `up` comes before a fire of `down`; 0 if together.

    It looks at each fire of `down` in the year from `start`, and at the last fire of `up` before it or with it. Where
    `up` fires more often than `down`, that is the run whose result `down` would read at the latest; the runs before it
    have more time. None where no fire of `down` in the year has one of `up` in the eight years before it.
    """
    begin, end = _year(start)
    earlier = last_fire(up, begin - _EIGHT_YEARS, begin)
    span = (begin if earlier is None else earlier, end)
    leads = [met.shortest for _, _, met in _meetings(up, down, 0, span, (begin, end)) if met.groups]
    return Decimal(min(leads)) if leads else None


@lru_cache(maxsize=1024)
def overlaps(
    cron: str, zone: str, length: Decimal, blocked: tuple[str, str, Decimal], start: datetime, delay: int = 0
) -> datetime | None:
    """Give the first instant, in UTC, at which a run is going on within a blocked stretch; None if that never happens.

    Runs start `delay` seconds after the fires of the schedule in the year from `start` and take `length` seconds;
    `blocked` is the cron, the zone and the length in seconds of the stretches. Both are half-open: a run may end as a
    stretch starts.
    """
    blocked_cron, blocked_zone, blocked_length = blocked
    begin, end = _year(start)
    lag = delay + 1 - ceil(blocked_length)  # the earliest stretch that is not over when the run starts
    over = delay + length
    reach = (begin + lag, end + ceil(over))
    for base, runs, met in _meetings((cron, zone), (blocked_cron, blocked_zone), lag, (begin, end), reach):
        if met.groups and met.shortest + lag < over:
            for first, past, meets in met.groups:
                at = max(first, bisect_right(runs, floor(meets + lag - over)))
                if at < past:
                    return utc_moment(base + max(runs[at] + delay, meets + lag))
    return None


@lru_cache(maxsize=1024)
def outside(
    cron: str,
    zone: str,
    length: Decimal,
    window: tuple[str, str, str],
    start: datetime,
    delay: int = 0,
) -> datetime | None:
    """Give the start, in UTC, of the first run that is not wholly within a daily window; None if all are.

    Runs start `delay` seconds after the fires of the schedule in the year from `start` and take `length` seconds. The
    window, `HH:MM` to `HH:MM` in a zone, is half-open; a run may end as it closes. It goes over midnight if its end is
    before its start, and is never closed if they are equal. It opens and closes when the clock of its zone first shows
    the time or a later one.
    """
    window_start, window_end, window_zone = window
    if window_start == window_end:
        return None
    opens, closes = _time_of_day(window_start), _time_of_day(window_end)
    if closes < opens:
        closes += DAY
    begin, end = _year(start)
    for base, runs in stretches((cron, zone), begin, end):
        after = base + delay
        windows = tuple(
            (first_shown(window_zone, day + opens) - after, first_shown(window_zone, day + closes) - after)
            for day in range(base - 2 * DAY, after + 2 * DAY, DAY)
        )
        leaves = _first_outside(runs, length, windows)
        if leaves is not None:
            return utc_moment(after + leaves)
    return None


def local_hours(cron: str) -> frozenset[int]:
    """Give the hours of the local day, 0 to 23, in which a schedule may fire."""
    return frozenset(minute // 60 for minute in minutes_of_day(cron))


@lru_cache(maxsize=1024)
def has_dst(zone: str, start: datetime) -> bool:
    """Say whether the clock of a zone changes in the year from `start`."""
    begin, end = _year(start)
    return len({utc_offset(zone, second) for second in range(begin, end + 1, DAY)}) > 1


def in_clock_change(cron: str, zone: str, start: datetime) -> bool:
    """Say whether a schedule may fire in [01:00, 03:00) of a clock that changes in the year from `start`."""
    return not local_hours(cron).isdisjoint({1, 2}) and has_dst(zone, start)


class _Met(Struct, frozen=True):
    """Which fire of a second schedule comes next after the fires of a first one in a stretch."""

    groups: tuple[tuple[int, int, int], ...]
    """Fires `first` to before `past` of the stretch, by index, and the fire that is next for all of them."""
    longest: int
    shortest: int


def _meetings(
    up: Timed, down: Timed, lag: int, span: tuple[int, int], reach: tuple[int, int]
) -> Iterator[tuple[int, tuple[int, ...], _Met]]:
    """Pair each fire of `up` within `span` with the first of `down` within `reach` that is at least `lag` s later.

    The times of `_Met` are `lag` short, so that days alike are worked out once. Of days of `up` that follow each other
    alike, with days of `down` alike behind them, the first stands for all.
    """
    since, until = reach
    following: int | None = since - 1
    ahead, begin, end = days_alike(down, since, until), since, since
    for first, days, ups in days_alike(up, *span):
        base, past = first, first + days * DAY
        while base < past:
            low = (base + ups[0] + lag) // DAY * DAY
            edge = max(since, ((base + ups[-1] + lag) // DAY + 1) * DAY)
            later = list(stretches(down, max(since, low), min(edge, until)))
            if following is not None and following < edge:
                following = first_fire(down, edge, until)
            if following is not None:
                later.append((following, (0,)))
            yield base, ups, _met(ups, tuple((other - base - lag, downs) for other, downs in later))
            while end <= low and (found := next(ahead, None)) is not None:
                begin, end = found[0], found[0] + found[1] * DAY
            base += max(DAY, end - edge) if begin <= low else DAY


@lru_cache(maxsize=1024)
def _met(ups: tuple[int, ...], later: tuple[Stretch, ...]) -> _Met:
    groups, done = [], 0
    for base, downs in later:
        for down in downs:
            past = bisect_right(ups, base + down)
            if past > done:
                groups.append((done, past, base + down))
                done = past
    longest = max((meets - ups[first] for first, _, meets in groups), default=0)
    return _Met(tuple(groups), longest, min((meets - ups[past - 1] for _, past, meets in groups), default=0))


@lru_cache(maxsize=1024)
def _first_outside(runs: tuple[int, ...], length: Decimal, windows: tuple[tuple[int, int], ...]) -> int | None:
    for run in runs:
        if not any(opens <= run < closes and run + length <= closes for opens, closes in windows):
            return run
    return None


@lru_cache(maxsize=1024)
def _widest(offsets: tuple[int, ...]) -> int:
    return max((later - earlier for earlier, later in pairwise(offsets)), default=0)


def _time_of_day(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60


def _year(start: datetime) -> tuple[int, int]:
    begin = utc_seconds(start)
    return begin, begin + YEAR.days * DAY
