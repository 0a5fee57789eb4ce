"""Pipelines that take turns: their runs cannot meet.

Runs cannot meet where one starts the other, or where their crons keep them apart for a year. Whatever is not known for
certain may meet.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from plangate.analysis.calendar import overlaps
from plangate.analysis.firing import Timed, stretches, utc_seconds
from plangate.analysis.terms import runtime_of
from plangate.analysis.triggers import Triggers, simulated_from
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan

_YEAR = 366 * 86400


class Runs(Struct, frozen=True):
    """When a pipeline runs that schedules alone start: by which, followed from `since` on, and the longest time, in
    seconds, from a fire until a run that it leads to is over. `before` are the pipelines of its plan that start it.
    """

    plan: str
    pipeline: str
    schedules: tuple[Timed, ...]
    since: datetime
    span: Decimal
    before: frozenset[str]

    @property
    def regular(self) -> bool:
        """Tell whether each run is over before the next one is due."""
        since = utc_seconds(self.since)
        return all(self.span <= _smallest_gap(*timed, since) for timed in self.schedules)

    def follows(self, other: "Runs") -> bool:
        """Tell whether the end of another pipeline starts this one, directly or through others."""
        return self.plan == other.plan and other.pipeline in self.before


class User(Struct, frozen=True):
    """What asks for something while it runs, for how much, and when that is, where that is known."""

    name: str
    size: Decimal
    runs: Runs | None


def in_turns(plan: Plan, sizes: Mapping[str, Decimal]) -> list[list[str]]:
    """Put pipelines with what each asks for into groups of which only one runs at a time, the largest of each first.

    A name that is no pipeline of the plan is a group of its own.
    """
    return [[user.name for user in group] for group in take_turns(users(plan, sizes))]


def users(plan: Plan, sizes: Mapping[str, Decimal]) -> tuple[User, ...]:
    """Give what asks for something in a plan, by name, with what is known of its runs."""
    known = {runs.pipeline: runs for runs in _runs(plan)}
    return tuple(User(name, size, known.get(name)) for name, size in sizes.items())


def take_turns(users: Iterable[User]) -> list[list[User]]:
    """Put users, of whichever plans, into groups of which only one runs at a time, the largest of each first."""
    groups: list[list[User]] = []
    for user in sorted(users, key=lambda user: -user.size):
        group = next((group for group in groups if all(_never_meet(user.runs, other.runs) for other in group)), None)
        if group is None:
            groups.append([user])
        else:
            group.append(user)
    return groups


def _never_meet(one: Runs | None, other: Runs | None) -> bool:
    """Tell whether it is certain that two pipelines never run at one time."""
    if one is None or other is None or not (one.regular and other.regular):
        return False
    if one.follows(other) or other.follows(one):
        return True
    since = max(one.since, other.since)
    return all(
        overlaps(*first, one.span, (*second, other.span), since) is None
        for first in one.schedules
        for second in other.schedules
    )


def _runs(plan: Plan) -> Iterator[Runs]:
    """Give the pipelines of a plan of which it is known when they run."""
    triggers, since = Triggers(plan), simulated_from(plan)
    for name in triggers.pipelines if since is not None else ():
        roots = triggers.roots(name)
        schedules = tuple(timed for root in roots if (timed := triggers.timed(root)) is not None)
        span = _span(triggers, name) if roots and len(schedules) == len(roots) else None
        if since is not None and span is not None:
            before = frozenset(other for other in triggers.pipelines if triggers.starts(other, name))
            yield Runs(plan.id, name, schedules, since, span, before)


def _span(triggers: Triggers, pipeline: str) -> Decimal | None:
    """Give the longest time, in seconds, from the fire of a schedule until a run that it leads to is over."""
    own = _longest_run(triggers.plan, triggers.pipelines[pipeline][1])
    before = [_span(triggers, name) for name in triggers.after(pipeline)]
    known = [span for span in before if span is not None]
    if own is None or len(known) < len(before):
        return None
    return max(known, default=Decimal(0)) + own


def _longest_run(plan: Plan, pipeline: Pipeline) -> Decimal | None:
    """Give the time of a run with all retries at the timeout, and of everything that it may wait for."""
    schedule, told = pipeline.schedule, runtime_of(plan, pipeline.id)
    if schedule is None or schedule.catchup or pipeline.pattern == "stream":
        return None
    retries, timeout = Decimal(pipeline.retries or 0), pipeline.execution_timeout
    delay = pipeline.max_retry_delay or pipeline.retry_delay
    waits = [entry.timeout for entry in pipeline.waits_for]
    if timeout is None or None in waits or (retries and delay is None):
        return None
    waits += [schedule.trigger_latency, told[1].queue_wait if told is not None else None]
    attempts = (retries + 1) * timeout.base + (retries * delay.base if delay is not None else 0)
    return attempts + sum((wait.base for wait in waits if wait is not None), Decimal(0))


@lru_cache(maxsize=1024)
def _smallest_gap(cron: str, zone: str, since: int) -> Decimal:
    """Give the smallest time between two fires of a schedule in a year, in seconds."""
    fires = [base + offset for base, offsets in stretches((cron, zone), since, since + _YEAR) for offset in offsets]
    return Decimal(min((later - first for first, later in pairwise(fires)), default=_YEAR))
