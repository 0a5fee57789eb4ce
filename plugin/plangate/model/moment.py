"""Dates, instants, zones and cron schedules: nothing without an offset, nothing out of range."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ModelWrapValidatorHandler, PrivateAttr, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from plangate.model.element import Part
from plangate.model.text import shown

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_CRON_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12), ("day of week", 0, 7))
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_YEARS = (1900, 2999)
_Date = TypeVar("_Date", bound=date)
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


def _wrong(observed: object, expected: str) -> PydanticCustomError:
    return PydanticCustomError(
        "GEN006", "`{observed}` is not {expected}", {"observed": shown(observed), "expected": expected}
    )


def _day(raw: object) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise _wrong(raw, "a date such as `2026-12-05`")
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        raise _wrong(raw, "a date of the calendar") from None
    return _planned(raw, day)


def _planned(raw: str, day: _Date) -> _Date:
    """Refuse a day of a year that no plan speaks of: calendars end before what is counted on from there does."""
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise _wrong(raw, f"of the years {_YEARS[0]} to {_YEARS[1]}")
    return day


def _instant(raw: object) -> datetime:
    if isinstance(raw, datetime) and raw.tzinfo is not None:
        return raw.astimezone(UTC)
    if not isinstance(raw, str):
        raise _wrong(raw, "a time such as `2026-12-05T20:00:00+00:00`")
    if _DAY.fullmatch(raw):
        day = _day(raw)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if not _INSTANT.fullmatch(raw):
        raise _wrong(raw, "a time with its offset such as `2026-12-05T20:00:00+00:00` or `2026-12-05T20:00:00Z`")
    try:
        moment = datetime.fromisoformat(raw).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong(raw, "a time of the calendar") from None
    return _planned(raw, moment)


def _offset(raw: object) -> timedelta:
    """Give how far ahead of UTC a time is written; a bare date is told in UTC."""
    moment = datetime.fromisoformat(raw) if isinstance(raw, str) else raw
    return (moment.utcoffset() if isinstance(moment, datetime) else None) or timedelta()


@lru_cache(maxsize=1024)
def _zone(raw: str) -> str:
    try:
        ZoneInfo(raw)
    except (KeyError, ValueError, OSError):
        raise _wrong(raw, "a zone of the IANA database such as `Europe/Berlin` or `UTC`") from None
    return raw


def _zone_name(raw: object) -> str:
    if not isinstance(raw, str):
        raise _wrong(raw, "a zone of the IANA database such as `Europe/Berlin` or `UTC`")
    return _zone(raw)


def _clock(raw: object) -> str:
    if isinstance(raw, str) and _CLOCK.fullmatch(raw):
        return raw
    raise _wrong(raw, 'a time of day such as `"02:00"`')


@lru_cache(maxsize=4096)
def _cron_text(text: str) -> str:
    fields = text.split()
    if len(fields) != 5:
        raise PydanticCustomError(
            "GEN006",
            "cron `{observed}` has {count} fields; write five: minute, hour, day of month, month, day of week",
            {"observed": text, "count": len(fields)},
        )
    for field, (name, low, high) in zip(fields, _CRON_FIELDS, strict=True):
        for item in field.split(","):
            _cron_item(text, item, name, low, high)
    return " ".join(fields)


def _cron_item(cron: str, item: str, name: str, low: int, high: int) -> None:
    spread, slash, step = item.partition("/")
    first, dash, last = spread.partition("-")
    names = _MONTHS if name == "month" else _WEEKDAYS if name == "day of week" else ()
    numbers = []
    for end in (first, last) if dash else (first,):
        if end == "*" and not dash:
            continue
        number = (
            names.index(end.upper()) + low
            if end.upper() in names
            else int(end)
            if end.isascii() and end.isdigit()
            else None
        )
        if number is None or not low <= number <= high:
            raise PydanticCustomError(
                "GEN006",
                "cron `{observed}`: {field} `{item}` is not in {low} to {high}",
                {
                    "observed": cron,
                    "field": name,
                    "item": end,
                    "low": low,
                    "high": high,
                    "expected": f"{name} {low} to {high}{_swapped(cron)}",
                },
            )
        numbers.append(number)
    if (dash and numbers[0] > numbers[1]) or (slash and not (step.isascii() and step.isdigit() and int(step) > 0)):
        raise PydanticCustomError(
            "GEN006",
            "cron `{observed}`: `{item}` is no range or step of {field}",
            {"observed": cron, "item": item, "field": name},
        )


def _swapped(cron: str) -> str:
    """Show a schedule with its hour and minute changed over, where that makes it one."""
    minute, hour, *rest = cron.split()
    if not (minute.isascii() and minute.isdigit() and hour.isascii() and hour.isdigit()):
        return ""
    if not int(minute) <= 23 < int(hour) <= 59:
        return ""
    return f"; the minute comes first, such as `{' '.join([hour, minute, *rest])}`"


def _cron(raw: object) -> str:
    if not isinstance(raw, str):
        raise _wrong(raw, 'a cron schedule such as `"0 * * * *"`')
    return _cron_text(raw)


def _described(kind: str, **schema: Any) -> Any:
    return WithJsonSchema({"type": "string", "description": kind, **schema})


Day = Annotated[date, BeforeValidator(_day), _described("a date, YYYY-MM-DD", format="date")]
Instant = Annotated[
    datetime, BeforeValidator(_instant), _described("a time with its offset; a bare date starts at 00:00 UTC")
]
Zone = Annotated[str, BeforeValidator(_zone_name), _described("a zone of the IANA database")]
ClockTime = Annotated[str, BeforeValidator(_clock), _described("a time of day, HH:MM")]
Cron = Annotated[str, BeforeValidator(_cron), _described("a cron schedule of five fields")]


class Span(Part):
    """A half-open stretch of time: it starts at `start` and is over at `end`."""

    start: Instant
    end: Instant
    _offsets: tuple[timedelta, timedelta] = PrivateAttr(default=(timedelta(), timedelta()))

    @property
    def clock(self) -> tuple[datetime, datetime]:
        """What a clock on the wall shows at start and end, each with the offset that it is written with."""
        ahead, later = self._offsets
        return (self.start + ahead).replace(tzinfo=None), (self.end + later).replace(tzinfo=None)

    @model_validator(mode="wrap")
    @classmethod
    def _written(cls, raw: Any, read: ModelWrapValidatorHandler["Span"]) -> "Span":
        span = read(raw)
        if isinstance(raw, Mapping):
            span._offsets = _offset(raw["start"]), _offset(raw["end"])
        return span

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.start >= self.end:
            raise PydanticCustomError(
                "GEN006",
                "starts at {start} and ends at {end}; the start must come first",
                {"start": self.start.isoformat(), "end": self.end.isoformat()},
            )
        return self
