"""A plain reading of cron, to compare with: look at the clock on the wall minute by minute, from 2025-12 to 2029-04.

All numbers are minutes; instants are counted from 1970 in UTC, walls likewise by what the clock of the zone shows.
"""

from bisect import bisect_left
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import accumulate
from zoneinfo import ZoneInfo

ZONES = ("Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
NAMES = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGIN, END = ((datetime(*day, tzinfo=UTC) - EPOCH) // timedelta(minutes=1) for day in ((2025, 12, 1), (2029, 4, 1)))
QUARTER = 15  # clocks change at a quarter of an hour


@cache
def walls(zone: str) -> tuple[int, ...]:
    """What the clock shows at each quarter of an hour."""
    readings = []
    for minute in range(BEGIN, END, QUARTER):
        shown = (EPOCH + timedelta(minutes=minute)).astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
        readings.append((shown - EPOCH) // timedelta(minutes=1))
    return tuple(readings)


@cache
def latest(zone: str) -> tuple[int, ...]:
    """The latest reading that the clock has shown at the end of each quarter of an hour."""
    return tuple(accumulate((wall + QUARTER - 1 for wall in walls(zone)), max))


def shown(zone: str, wall: int) -> int:
    """The first minute at which the clock shows a reading or a later one."""
    at = bisect_left(latest(zone), wall)
    return BEGIN + at * QUARTER + max(0, wall - walls(zone)[at])


def numbers(field: str, low: int, high: int) -> set[int]:
    """What a field of a cron lists."""
    found: set[int] = set()
    for item in field.split(","):
        spread, _, step = item.partition("/")
        first, dash, last = spread.partition("-")
        if first == "*":
            begin, end = low, high
        else:
            begin = NAMES[first] if first in NAMES else int(first)
            end = (NAMES[last] if last in NAMES else int(last)) if dash else high if step else begin
        found.update(range(begin, end + 1, int(step or 1)))
    return found


@cache
def fire_minutes(cron: str, zone: str) -> tuple[int, ...]:
    """Every minute in which a schedule fires."""
    minute, hour, day_of_month, month, day_of_week = cron.split()
    minutes, hours = numbers(minute, 0, 59), numbers(hour, 0, 23)
    days, months = numbers(day_of_month, 1, 31), numbers(month, 1, 12)
    weekdays = {number % 7 for number in numbers(day_of_week, 0, 7)}
    both = day_of_month.startswith("*") or day_of_week.startswith("*")
    once = not minute.startswith("*") and not hour.startswith("*")

    @cache
    def on(number: int) -> bool:
        local = date(1970, 1, 1) + timedelta(days=number)
        fits = (local.day in days, local.isoweekday() % 7 in weekdays)
        return local.month in months and (all(fits) if both else any(fits))

    def hour_fits(wall: int) -> bool:
        return wall // 60 % 24 in hours and on(wall // 1440)

    found = []
    before = walls(zone)[0] - 1
    for at, (wall, reached) in enumerate(zip(walls(zone), latest(zone), strict=True)):
        instant = BEGIN + at * QUARTER
        skipped = range(before + 1, wall) if once else ()
        if any(w % 60 in minutes and hour_fits(w) for w in skipped):
            found.append(instant)
        if hour_fits(wall):
            fitting = (w for w in range(wall, wall + QUARTER) if w % 60 in minutes)
            found += [instant + w - wall for w in fitting if w > before or not once]
        before = reached
    return tuple(sorted(set(found)))
