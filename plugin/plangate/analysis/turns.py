"""Pipelines that take turns: their runs cannot meet.

Runs cannot meet where one starts the other, or where their crons keep them apart for a year. Whatever is not known for
certain may meet.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from plangate.analysis.calendar import overlaps
from plangate.analysis.firing import stretches, utc_seconds
from plangate.analysis.terms import runtime_of
from plangate.analysis.triggers import Triggers, simulated_from
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan

_YEAR = 366 * 86400


def in_turns(plan: Plan, sizes: Mapping[str, Decimal]) -> list[list[str]]:
    """Put pipelines with what each asks for into groups of which only one runs at a time, the largest of each first.

    A name that is no pipeline of the plan is a group of its own.
    """
    turns = _Turns(plan)
    groups: list[list[str]] = []
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        group = next((group for group in groups if all(turns.never_meet(name, other) for other in group)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups


class _Turns:
    """Which pipelines can never run at one time."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.triggers = Triggers(plan)
        self.start = simulated_from(plan)

    def never_meet(self, one: str, other: str) -> bool:
        """Tell whether it is certain that two pipelines never run at one time."""
        if not (self._regular(one) and self._regular(other)):
            return False
        if self.triggers.starts(one, other) or self.triggers.starts(other, one):
            return True
        return all(
            self._apart(first, self._span(one), second, self._span(other))
            for first in self.triggers.roots(one)
            for second in self.triggers.roots(other)
        )

    def _regular(self, pipeline: str) -> bool:
        """Tell whether schedules alone start a pipeline, and each run is over before the next one is due."""
        if self.start is None or pipeline not in self.triggers.pipelines:
            return False
        roots = self.triggers.roots(pipeline)
        schedules = [timed for root in roots if (timed := self.triggers.timed(root)) is not None]
        if not roots or len(schedules) < len(roots):
            return False
        span, since = self._span(pipeline), utc_seconds(self.start)
        return span is not None and all(span <= _smallest_gap(*timed, since) for timed in schedules)

    def _apart(self, root: str, span: Decimal | None, other_root: str, other_span: Decimal | None) -> bool:
        timed, other_timed = self.triggers.timed(root), self.triggers.timed(other_root)
        if timed is None or other_timed is None or span is None or other_span is None or self.start is None:
            return False
        return overlaps(*timed, span, (*other_timed, other_span), self.start) is None

    def _span(self, pipeline: str) -> Decimal | None:
        """Give the longest time, in seconds, from the fire of a schedule until a run that it leads to is over."""
        entry = self.triggers.pipelines[pipeline][1]
        own = self._longest_run(entry)
        before = [self._span(name) for name in self.triggers.after(pipeline)]
        known = [span for span in before if span is not None]
        if own is None or len(known) < len(before):
            return None
        return max(known, default=Decimal(0)) + own

    def _longest_run(self, pipeline: Pipeline) -> Decimal | None:
        """Give the time of a run with all retries at the timeout, and of everything that it may wait for."""
        schedule, told = pipeline.schedule, runtime_of(self.plan, pipeline.id)
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
