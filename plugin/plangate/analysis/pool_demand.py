"""The slots of a pool that may be asked for at one time, backfills included.

First everything adds up. Only where that is more than the pool has are schedules looked at: runs that cannot meet take
turns, and only the largest of them counts. Runs cannot meet where one starts the other, or where their crons keep them
apart for a year. Whatever is not known for certain may meet.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from plangate.analysis.calendar import overlaps
from plangate.analysis.computed import Computed, Input, combine, compute, given
from plangate.analysis.firing import stretches, utc_seconds
from plangate.analysis.pool import pool_load
from plangate.analysis.terms import runtime_of
from plangate.analysis.triggers import Triggers, simulated_from
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan

_YEAR = 366 * 86400


class PoolDemand(Struct, frozen=True):
    """A pool with the slots that may be asked for together (`demand`), by what, and the mean slots that are held.

    `size` is None where the plan does not say it; `by` names pipelines and backfills in the order of the plan. `mean`
    grows with the volume, as runs take longer; it is None where a stream holds slots, which it does at any volume.
    """

    id: str
    index: int
    size: Input | None
    demand: Computed | None
    by: tuple[str, ...]
    headroom: Computed | None
    mean: Computed | None


def pool_demands(plan: Plan) -> tuple[PoolDemand, ...]:
    """Give the demand on each pool of a plan; pools that nobody uses have none."""
    resources = plan.capacity.resources if plan.capacity else None
    return tuple(_demand(plan, index) for index in range(len(resources.pools) if resources else 0))


def _demand(plan: Plan, index: int) -> PoolDemand:
    assert plan.capacity is not None and plan.capacity.resources is not None  # noqa: S101, PT018 -- the pool is there
    pool = plan.capacity.resources.pools[index]
    size = given("limit", pool.size, "capacity", ("resources", "pools", index, "size"))
    users = [*_pipelines(plan, pool.id), *_backfills(plan, pool.id)]
    demand = combine("pool_demand", "slots", users)
    if demand is not None and size is not None and demand.value.base > size.value.base:
        users = _largest_of_turns(plan, users)
        demand = combine("pool_demand", "slots", users)
    load = pool_load(plan, pool.id)
    grows = load is not None and load.pipelines and all(entry.pipeline.pattern != "stream" for entry in load.pipelines)
    return PoolDemand(
        id=pool.id,
        index=index,
        size=size,
        demand=demand,
        by=tuple(name for name, _ in users),
        headroom=compute("headroom", given("demand", demand), size),
        mean=load.mean if load is not None and grows else None,
    )


def _pipelines(plan: Plan, pool: str) -> list[tuple[str, Computed | None]]:
    found = []
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        told = pipeline.concurrency
        if told is not None and told.pool == pool:
            path = ("pipelines", index, "concurrency")
            runs = given("runs", told.max_active_runs, "ingestion", (*path, "max_active_runs"))
            slots = given("slots", told.pool_slots, "ingestion", (*path, "pool_slots"))
            found.append((pipeline.id, _slots(runs, slots)))
    return found


def _backfills(plan: Plan, pool: str) -> list[tuple[str, Computed | None]]:
    found = []
    for index, backfill in enumerate(plan.cutover.backfill if plan.cutover else ()):
        if backfill.pool == pool:
            path = ("backfill", index)
            runs = (
                None if backfill.depends_on_past else given("runs", backfill.parallel, "cutover", (*path, "parallel"))
            )
            slots = given("slots", backfill.slots, "cutover", (*path, "slots"))
            found.append((f"backfill {backfill.id}", _slots(runs, slots)))
    return found


def _slots(runs: Input | None, slots: Input | None) -> Computed | None:
    """One run, and one slot, unless the plan says more."""
    return compute("slots_of_runs", runs or given("runs", 1), slots or given("slots", 1))


def _largest_of_turns(plan: Plan, users: Sequence[tuple[str, Computed | None]]) -> list[tuple[str, Computed | None]]:
    """Put users that take turns into groups, and give the largest of each group, in the order of the plan."""
    turns = _Turns(plan)
    groups: list[list[str]] = []
    slots = dict(users)
    for name in sorted(slots, key=lambda name: -_base(slots[name])):
        group = next((group for group in groups if all(turns.never_meet(name, other) for other in group)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    first = {group[0] for group in groups}
    return [user for user in users if user[0] in first]


def _base(number: Computed | None) -> Decimal:
    return number.value.base if number is not None else Decimal(0)


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
