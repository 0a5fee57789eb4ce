"""The bars of the runbook: whole and half pixels along one time axis."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from plangate.render.values import clock_text

WIDTH = 360
_HEIGHT = 13
_TOP = 1.5
_STEPS_OF_AXIS = (0.25, 0.5, 1, 2, 3, 4, 6, 12, 24, 48, 96, 168)
_MOST_TICKS = 8


class Axis(Struct, frozen=True):
    """The stretch of time that the chart shows, `WIDTH` pixels wide."""

    start: datetime
    end: datetime

    def x(self, moment: datetime) -> float:
        """Give the place of a moment in pixels, kept inside the chart."""
        share = (moment - self.start) / (self.end - self.start)
        return round(min(max(share, 0), 1) * WIDTH, 1)


def axis(moments: Sequence[datetime]) -> Axis:
    """Give an axis that holds all moments and is at least a minute long."""
    start, end = min(moments), max(moments)
    return Axis(start, max(end, start + timedelta(minutes=1)))


def ticks(shown: Axis) -> list[tuple[float, str]]:
    """Give at most nine marks at round hours of UTC: place and time of day."""
    hours = (shown.end - shown.start).total_seconds() / 3600
    step = next((size for size in _STEPS_OF_AXIS if hours / size <= _MOST_TICKS), _STEPS_OF_AXIS[-1])
    midnight = shown.start.replace(hour=0, minute=0, second=0, microsecond=0)
    count = int(hours / step) + int((shown.start - midnight).total_seconds() / 3600 / step) + 2
    marks = [midnight + timedelta(hours=step * n) for n in range(count)]
    return [(shown.x(mark), _tick(mark, shown)) for mark in marks if shown.start <= mark <= shown.end][
        : _MOST_TICKS + 1
    ]


def _tick(moment: datetime, shown: Axis) -> str:
    full = clock_text(moment, shown.start)
    return full if moment.hour == 0 and moment.minute == 0 else full[:5]


def whisker(end: float, late: float) -> str:
    """Give the line of the slack, from the end of a bar to its latest end."""
    return f"M{end} 8H{late}" if late > end else ""


def hatch(x: float, width: float) -> str:
    """Give slanted lines that fill a bar, cut at its edges: a pattern without an id that two pictures could share."""
    lines = []
    offset = 4.0
    while offset < width + _HEIGHT:
        x1, y1 = (x + offset, _TOP) if offset <= width else (x + width, _TOP + offset - width)
        x2, y2 = (x, _TOP + offset) if offset <= _HEIGHT else (x + offset - _HEIGHT, _TOP + _HEIGHT)
        lines.append(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}")
        offset += 5
    return "".join(lines)
