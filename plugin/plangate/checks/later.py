"""A go-live that moves to a later day: which one is free for its switch, and what moves along with it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.switches import Stretch, collisions, stretches
from plangate.model.plan import Plan

_DAYS = 366
"""So many days are tried before nobody looks any further."""


class Later(Struct, frozen=True):
    """A time at which a plan can go live after another one, with what of that one its switch would meet earlier."""

    at: datetime
    meets: Stretch | None = None


def first_free(plan: Plan, begin: datetime, other: Plan, after: datetime, margin: timedelta) -> Later:
    """Find the first time, at its own time of day, at which a plan can go live no earlier than another one.

    `begin` and `after` are the go-lives of the two as they stand. What moves along keeps the margin to what the other
    one switches, freezes and fills, as PLN006 asks for; where no day does, that is left to PLN006.
    """
    moving, theirs = [one for one in stretches(plan) if one.end < after], tuple(stretches(other))
    days, met = -((begin - after) // timedelta(days=1)), None
    try:
        for more in range(_DAYS):
            by = timedelta(days=days + more)
            moved = [replace(one, start=one.start + by, end=one.end + by) for one in moving]
            found = collisions([*moved, *theirs], margin)
            if not found:
                return Later(begin + by, met)
            met = max((one for both in found for one in (both.first, both.second) if one.plan != plan.id), key=_end)
    except OverflowError:  # the calendar ends
        pass
    return Later(after)


def _end(stretch: Stretch) -> datetime:
    return stretch.end


def dates_before(plan: Plan, day: datetime) -> Iterator[str]:
    """Name what of a plan has its day before another one, and moves along with a `go_live` that moves there."""
    switch = plan.switch
    if switch is not None:
        if switch.t0 is not None and switch.t0 < day:
            yield "`cutover.t0`"
        spans = {"window": switch.window, "freeze": switch.freeze}
        yield from (f"`cutover.{name}`" for name, span in spans.items() if span is not None and span.end < day)
    for pipeline in plan.ingestion.pipelines if plan.ingestion else ():
        schedule = pipeline.schedule
        if schedule is not None and schedule.start_date is not None and schedule.start_date.date() < day.date():
            yield f"`schedule.start_date` of {pipeline.id}"
    due = plan.acceptance.stated_criteria + plan.acceptance.release_gates if plan.acceptance else ()
    yield from (f"`due` of {one.id}" for one in due if one.due is not None and one.due < day.date())
