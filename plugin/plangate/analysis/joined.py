"""When a run starts that waits for several pipelines, each by a schedule of its own: followed fire by fire.

Moments are seconds since 1970 in UTC, in order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from plangate.analysis.calendar import YEAR
from plangate.analysis.firing import DAY, Timed, stretches, utc_seconds

Moments = Sequence[Decimal]


def fires(timed: Timed, start: datetime, beyond: Decimal) -> Moments:
    """Give the fires of a schedule in the year from `start` and so many seconds beyond it."""
    begin = utc_seconds(start)
    found = stretches(timed, begin, begin + YEAR.days * DAY + int(beyond))
    return [Decimal(base + offset) for base, offsets in found for offset in offsets]


def later(moments: Moments, seconds: Decimal) -> Moments:
    """Give the moments that are so many seconds later."""
    return [moment + seconds for moment in moments]


def joined(ends: Sequence[Moments]) -> Moments:
    """Give the moments at which each of several has ended anew since the last such moment."""
    found: list[Decimal] = []
    at = [0] * len(ends)
    while all(place < len(moments) for place, moments in zip(at, ends, strict=True)):
        found.append(max(moments[place] for place, moments in zip(at, ends, strict=True)))
        at = [bisect_right(moments, found[-1], place) for place, moments in zip(at, ends, strict=True)]
    return found


def longest_until(ready: Iterable[Decimal], starts: Moments) -> Decimal:
    """Give the longest time from a moment of `ready` until the next of `starts`, or one at that moment; those after
    the last start say nothing."""
    places = ((moment, bisect_left(starts, moment)) for moment in ready)
    return max((starts[place] - moment for moment, place in places if place < len(starts)), default=Decimal(0))
