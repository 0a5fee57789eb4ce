"""Times of day as the participants of a switch read them, each in a time zone of their own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plangate.model.cutover import Switch
from plangate.render.fragments import EMPTY, joined
from plangate.render.values import clock_text


def other_zones(switch: Switch) -> tuple[str, ...]:
    """Give the zones of the participants besides UTC, in the order of the plan."""
    return tuple(dict.fromkeys(zone for zone in switch.timezones if zone != "UTC"))


def city(zone: str) -> str:
    """Give the part of a zone's name that people know: `Berlin` of `Europe/Berlin`."""
    return zone.rpartition("/")[2].replace("_", " ")


def zone_clock(moment: datetime, first: datetime, zone: str) -> str:
    """Write a time of day in a zone, days counted from the day of `first` there.

    Where clocks were changed since `first`, the name of the time follows: 02:30 CET comes after 02:30 CEST.
    """
    place = ZoneInfo(zone)
    local, begin = moment.astimezone(place), first.astimezone(place)
    return clock_text(local, begin) + (f" {local.tzname()}" if local.utcoffset() != begin.utcoffset() else "")


def stamp(moment: datetime, shown: str) -> Markup:
    """Give a time as an element that tells machines the moment; the script writes it in the reader's own time."""
    return Markup('<time datetime="{:%Y-%m-%dT%H:%MZ}">{}</time>').format(moment, shown)


def clock(moment: datetime, first: datetime, switch: Switch) -> Markup:
    """Give a time of day in UTC, and beneath it in every zone of the participants."""
    zones = other_zones(switch)
    lines = joined(
        Markup(" <small>{} {}</small>").format(zone_clock(moment, first, zone), city(zone)) for zone in zones
    )
    return stamp(moment, clock_text(moment, first)) + (lines or EMPTY)
