"""When one cron schedule fires, UTC day by UTC day.

A schedule is a set of days and a set of minutes of the day. A year of it is therefore a few patterns of a UTC day that
repeat; only the days around a change of the clock are worked out one by one. That keeps `* * * * *` cheap and exact.

Clock changes are handled as Debian's cron does. With minute and hour both given (`30 2 * * *`, `0 1-5 * * *`), a time
of day counts once: a skipped one fires as soon as the clock is past it, a repeated one only the first time. With a
minute or hour that starts with `*`, it fires whenever the clock shows a fitting time: never in a skipped hour, twice in
a repeated one. Where day of month and day of week are both given, either is enough.

Instants are whole seconds since 1970 in UTC. Offsets are whole minutes, as they are everywhere since 1972.
"""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

DAY = 86400

Timed = tuple[str, str]
"""A cron schedule and its zone."""

Stretch = tuple[int, tuple[int, ...]]
"""Where a UTC day starts, and the fires in it as seconds from there, in order."""

_BLOCK = 64
"""Days whose fires are kept together, counted from 1970: plans begin on many days, and their schedules are few."""

_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()


def stretches(timed: Timed, since: int, until: int) -> Iterator[Stretch]:
    """Go through the UTC days that have fires in [since, until)."""
    for day in _days(since, until):
        offsets, base = _fires_of_day(*timed, day), day * DAY
        if offsets and (base < since or base + DAY > until):
            offsets = tuple(offset for offset in offsets if since <= base + offset < until)
        if offsets:
            yield base, offsets


def days_alike(timed: Timed, since: int, until: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Go through the UTC days that have fires in [since, until), days that follow each other with the same fires at
    once: where the first starts, how many they are, and the fires in each as seconds from its start.
    """
    begin, end = -(-since // DAY), until // DAY
    if begin > end:  # less than a day
        yield from ((base, 1, offsets) for base, offsets in stretches(timed, since, until))
        return
    yield from ((base, 1, offsets) for base, offsets in stretches(timed, since, begin * DAY))
    for block in range(begin // _BLOCK, -(-end // _BLOCK)):
        for first, past, offsets in _block(*timed, block):
            low, high = max(first, begin), min(past, end)
            if low < high:
                yield low * DAY, high - low, offsets
    yield from ((base, 1, offsets) for base, offsets in stretches(timed, end * DAY, until))


def first_fire(timed: Timed, since: int, until: int) -> int | None:
    """Give the first fire in [since, until), or None."""
    return next((base + offsets[0] for base, offsets in stretches(timed, since, until)), None)


def last_fire(timed: Timed, since: int, until: int) -> int | None:
    """Give the last fire in [since, until), or None."""
    for day in reversed(_days(since, until)):
        for base, offsets in stretches(timed, max(since, day * DAY), min(until, (day + 1) * DAY)):
            return base + offsets[-1]
    return None


@lru_cache(maxsize=1024)
def minutes_of_day(cron: str) -> tuple[int, ...]:
    """Give the minutes of the day, 0 to 1439, that fit minute and hour."""
    minute, hour = cron.split()[:2]
    midnight = datetime(2000, 1, 1)
    found = []
    for moment in CronSim(f"{minute} {hour} * * *", midnight - _SECOND):
        if moment.date() > midnight.date():
            break
        found.append(moment.hour * 60 + moment.minute)
    return tuple(found)


def first_shown(zone: str, wall: int) -> int:
    """Give the first second at which the clock shows `wall`, its reading counted like seconds since 1970, or later."""
    before, after = (
        ((_EPOCH + wall * _SECOND).replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() or timedelta()) // _SECOND
        for fold in (0, 1)
    )
    if utc_offset(zone, wall - before) == before:
        return wall - before
    skipping = range(wall - after, wall - before + 1)
    return skipping[bisect_left(skipping, True, key=lambda second: utc_offset(zone, second) == after)]


def utc_offset(zone: str, second: int) -> int:
    """Give how far ahead of UTC the clock of a zone is, in seconds."""
    return (utc_moment(second).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) // _SECOND


def utc_seconds(moment: datetime) -> int:
    """Count from 1970 to the first whole second at or after an aware moment; `TypeError` if it is naive."""
    return -((_EPOCH - moment) // _SECOND)


def utc_moment(second: int) -> datetime:
    """Give the instant that is so many seconds after 1970."""
    return _EPOCH + second * _SECOND


def _days(since: int, until: int) -> range:
    return range(since // DAY, -(-until // DAY))


@lru_cache(maxsize=4096)
def _block(cron: str, zone: str, block: int) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    """Give the days of a block that have fires, from the first to before the last of those alike, with their fires."""
    found: list[tuple[int, int, tuple[int, ...]]] = []
    days = range(block * _BLOCK, (block + 1) * _BLOCK)
    for offsets, alike in groupby(days, key=lambda day: _fires_of_day(cron, zone, day)):
        if offsets:
            first, *others = alike
            found.append((first, first + 1 + len(others), offsets))
    return tuple(found)


@lru_cache(maxsize=16384)
def _fires_of_day(cron: str, zone: str, day: int) -> tuple[int, ...]:
    local_days = (_fires_on(cron, day - 1), _fires_on(cron, day), _fires_on(cron, day + 1))
    if not any(local_days):
        return ()
    offset = _kept_offset(zone, day)
    if offset is not None:
        return _plain_day(cron, offset, local_days)
    start, end = day * DAY, (day + 1) * DAY
    minute, hour = cron.split()[:2]
    if minute.startswith("*") or hour.startswith("*"):
        fitting = frozenset(minutes_of_day(cron))
        shown = ((second, second + utc_offset(zone, second)) for second in range(start, end, 60))
        return tuple(
            second - start
            for second, wall in shown
            if wall % DAY // 60 in fitting and local_days[wall // DAY - day + 1]
        )
    walls = (
        local * DAY + m * 60
        for local in (day - 1, day, day + 1)
        if _fires_on(cron, local)
        for m in minutes_of_day(cron)
    )
    return tuple(
        sorted({second - start for second in (first_shown(zone, wall) for wall in walls) if start <= second < end})
    )


@lru_cache(maxsize=4096)
def _kept_offset(zone: str, day: int) -> int | None:
    """Give the offset that a zone keeps on a UTC day and the one before; None where its clock changes."""
    offset = utc_offset(zone, (day + 1) * DAY - 1)
    return offset if offset == utc_offset(zone, (day - 1) * DAY) else None


@lru_cache(maxsize=4096)
def _plain_day(cron: str, offset: int, local_days: tuple[bool, bool, bool]) -> tuple[int, ...]:
    """Give the fires of a UTC day whose zone keeps one offset; the local days are the one before, of and after it."""
    starts = [start - offset for start, on in zip((-DAY, 0, DAY), local_days, strict=True) if on]
    found = (start + minute * 60 for start in starts for minute in minutes_of_day(cron))
    return tuple(second for second in found if 0 <= second < DAY)


@lru_cache(maxsize=16384)
def _fires_on(cron: str, day: int) -> bool:
    return day in _local_days(cron.split(maxsplit=2)[2], date.fromordinal(day + _EPOCH_DAY).year)


@lru_cache(maxsize=4096)
def _local_days(fields: str, year: int) -> frozenset[int]:
    """Give the days of a year, counted from 1970, that fit day of month, month and day of week."""
    if fields.split() == ["*", "*", "*"]:  # as most schedules have it
        return frozenset(range(_counted(date(year, 1, 1)), _counted(date(year, 12, 31)) + 1))
    days = set()
    try:
        for midnight in CronSim(f"0 0 {fields}", datetime(year, 1, 1) - _SECOND):
            if midnight.year > year:
                break
            days.add(_counted(midnight))
    except CronSimError:  # a day that none of its months has
        return frozenset()
    return frozenset(days)


def _counted(day: date) -> int:
    return day.toordinal() - _EPOCH_DAY
