"""Pools: which pipelines hold slots of a pool, and how many on average."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from msgspec import Struct

from plangate.analysis.amount import DAY, amount
from plangate.analysis.computed import Computed, Input, combine, compute, given
from plangate.analysis.firing import stretches, utc_seconds
from plangate.analysis.terms import runtime_of
from plangate.analysis.triggers import duration
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan

_SINCE, _UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
"""Four years with one leap day: the mean over them is the mean of the schedule."""


class LivePipeline(Struct, frozen=True):
    """A pipeline that holds slots of a pool: `slots` while it runs (1 unless the plan says), `mean` over time.

    The mean is None where its runtime, or how often it runs, is not known.
    """

    pipeline: Pipeline
    slots: Input
    mean: Computed | None


class PoolLoad(Struct, frozen=True):
    """The live load of a pool, in slots: its size, each pipeline, and the mean of all, None where that of one is."""

    id: str
    size: Input
    pipelines: tuple[LivePipeline, ...]
    mean: Computed | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """The pipelines of which nobody knows how long or how often they run."""
        return tuple(entry.pipeline.id for entry in self.pipelines if entry.mean is None)


def pool_load(plan: Plan, pool: str | None) -> PoolLoad | None:
    """Give the live load of a pool; None where the plan defines no such pool or does not say its size."""
    pools = plan.capacity.resources.pools if plan.capacity and plan.capacity.resources else ()
    index = next((place for place, entry in enumerate(pools) if entry.id == pool), None)
    if index is None:
        return None
    size = given("pool", pools[index].size, "capacity", ("resources", "pools", index, "size"))
    if size is None:
        return None
    live = tuple(
        _live(plan, pipeline, place)
        for place, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ())
        if pipeline.concurrency is not None and pipeline.concurrency.pool == pool
    )
    return PoolLoad(pools[index].id, size, live, _mean(live))


def _live(plan: Plan, pipeline: Pipeline, place: int) -> LivePipeline:
    told = pipeline.concurrency.pool_slots if pipeline.concurrency else None
    path = ("pipelines", place, "concurrency", "pool_slots")
    slots = given("slots", told, "ingestion", path) or given("slots", Decimal(1))
    assert slots is not None  # noqa: S101 -- one was given
    if pipeline.pattern == "stream":
        day = duration(DAY)
        return LivePipeline(
            pipeline, slots, compute("slots_in_use", slots, given("runtime", day), given("interval", day))
        )
    every = interval(plan, pipeline)
    between = given("interval", amount(every, (("s", 1),))) if every is not None else None
    return LivePipeline(pipeline, slots, compute("slots_in_use", slots, _runtime(plan, pipeline.id), between))


def _mean(live: tuple[LivePipeline, ...]) -> Computed | None:
    if live:
        return combine("live_slots", "slots", ((entry.pipeline.id, entry.mean) for entry in live))
    nothing = amount(Decimal(0), (), plain=True)
    return Computed("live_slots", nothing, nothing, nothing, ())


def _runtime(plan: Plan, pipeline: str) -> Input | None:
    """The p95 runtime of a pipeline, its p50 as the low case."""
    found = runtime_of(plan, pipeline)
    high = found[1].p95 if found else None
    if found is None or high is None:
        return None
    index, entry = found
    return Input("runtime", entry.p50 or high, high, high, "capacity", ("runtimes", index, "p95"))


def interval(plan: Plan, pipeline: Pipeline) -> Decimal | None:
    """Give the mean time between two runs, in seconds; None where nothing says when the pipeline runs.

    One that runs after others runs as often as the rarest of them; one that an event starts, as often as the workload
    of its output says.
    """
    return _interval(plan, pipeline, frozenset())


def _interval(plan: Plan, pipeline: Pipeline, seen: frozenset[str]) -> Decimal | None:
    schedule = pipeline.schedule
    if schedule is not None and schedule.cron is not None:
        return mean_gap(schedule.cron, schedule.timezone or "UTC")
    if schedule is not None and schedule.after and pipeline.id not in seen:
        known = {entry.id: entry for entry in (plan.ingestion.pipelines if plan.ingestion else ())}
        found = [
            _interval(plan, known[name], seen | {pipeline.id}) if name in known else None for name in schedule.after
        ]
        present = [every for every in found if every is not None]
        return max(present) if len(present) == len(found) else None
    for workload in plan.capacity.workloads if plan.capacity else ():
        if workload.dataset in pipeline.outputs and workload.runs_per_day:
            return DAY / workload.runs_per_day
    return None


@lru_cache(maxsize=1024)
def mean_gap(cron: str, zone: str) -> Decimal | None:
    """Give the mean time between two fires of a schedule in a zone, in seconds; None where it never fires."""
    since, until = utc_seconds(_SINCE), utc_seconds(_UNTIL)
    count = sum(len(fires) for _, fires in stretches((cron, zone), since, until))
    return Decimal(until - since) / count if count else None
