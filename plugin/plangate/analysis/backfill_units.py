"""The units of a backfill: its range as the calendar cuts it, and those that are left out.

A month is one of the calendar, a year twelve of them, and a day ends at midnight of the clock that the range is written
in. Shorter units, such as `24 h`, are as long as they say.
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from plangate.analysis.triggers import duration
from plangate.model.cutover import Backfill
from plangate.model.quantity import Quantity, parse
from plangate.model.unit import unit_of

_MONTHS: Mapping[str, int] = {"month": 1, "yr": 12}
_BY_CALENDAR = frozenset({"d", "wk", *_MONTHS})
_DAY = timedelta(days=1)


def length(backfill: Backfill) -> Quantity | None:
    """Give how long the range of a backfill is: in months or years where its units are those, else as a time.

    None where it says no range or no granularity.
    """
    if backfill.range is None or backfill.granularity is None:
        return None
    unit = backfill.granularity.unit
    start, end = _ends(backfill)
    if unit not in _MONTHS:
        return duration(Decimal(int((end - start).total_seconds())))
    count = _months(start, end) / _MONTHS[unit]
    if count == count.to_integral_value():
        return parse(f"{count:.0f} {unit}")
    size, dimension = unit_of(unit)
    return Quantity(count * size, dimension, count, unit, f"{count:.2f} {unit}")


def excluded_units(backfill: Backfill) -> Decimal:
    """Count the units of the range that lie wholly within excluded days; a unit that does so only in part runs."""
    start, end = _ends(backfill)
    last = _units(backfill, start, end).to_integral_value(ROUND_CEILING)
    count = Decimal(0)
    for first, past in _stretches(backfill):
        from_unit = _units(backfill, start, max(first, start)).to_integral_value(ROUND_CEILING)
        to_unit = last if past >= end else _units(backfill, start, max(past, start)).to_integral_value(ROUND_FLOOR)
        count += max(to_unit - from_unit, Decimal(0))
    return count


def _ends(backfill: Backfill) -> tuple[datetime, datetime]:
    """Give start and end on the clock that the range is written in; of units of hours it is not changed within."""
    assert backfill.range is not None and backfill.granularity is not None  # noqa: PT018, S101 -- the caller looked
    start, end = backfill.range.clock
    if backfill.granularity.unit in _BY_CALENDAR and start < end:
        return start, end
    return start, start + (backfill.range.end - backfill.range.start)


def _units(backfill: Backfill, start: datetime, moment: datetime) -> Decimal:
    """Give how many units lie between the start of the range and a moment, the last one in part."""
    assert backfill.granularity is not None  # noqa: S101 -- the caller looked
    grain = backfill.granularity
    if grain.unit in _MONTHS:
        return _months(start, moment) / (grain.value * _MONTHS[grain.unit])
    return _seconds(moment - start) / grain.base


def _months(start: datetime, moment: datetime) -> Decimal:
    """Give how many months of the calendar lie between two moments, the last one in part."""
    whole = (moment.year - start.year) * 12 + moment.month - start.month
    whole -= _later(start, whole) > moment
    begin, past = _later(start, whole), _later(start, whole + 1)
    return whole + _seconds(moment - begin) / _seconds(past - begin)


def _later(start: datetime, months: int) -> datetime:
    """Give the moment so many months later; the last day of the month where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _seconds(time_between: timedelta) -> Decimal:
    return Decimal(int(time_between.total_seconds()))


def _stretches(backfill: Backfill) -> list[tuple[datetime, datetime]]:
    """Join excluded days that follow each other, as moments from the first to after the last."""
    days = sorted({datetime.combine(day, time()) for day in backfill.excluded})
    edges = [0, *(place + 1 for place, (day, after) in enumerate(pairwise(days)) if after - day > _DAY), len(days)]
    return [(days[first], days[past - 1] + _DAY) for first, past in pairwise(edges) if past > first]
