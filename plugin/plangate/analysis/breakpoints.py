"""What breaks first when the volume is a multiple of the estimate: each limit of the plan with its factor.

A limit belongs here when what is held against it grows in proportion to the volume. The number of partitions, which
grows with time alone, does not.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from plangate.analysis.amount import above
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, Leaf, compute, given, named
from plangate.analysis.extracts import Pull
from plangate.analysis.pool_demand import PoolDemand
from plangate.analysis.streaming import StreamingFacts
from plangate.analysis.terms import pipelines_of
from plangate.analysis.throughput import SizingFacts
from plangate.model.plan import Plan

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

MULTIPLES = (2, 5, 10)
"""The multiples of the volume for which an author says what breaks first."""


class Breakpoint(Struct, frozen=True):
    """A limit, and the factor of today's volume at which it is crossed: 2.5 means at two and a half times.

    `name` says what gives way, `at` where the plan says the limit.
    """

    name: str
    limit: Input
    factor: Computed
    at: Leaf

    def broken(self, times: int) -> bool:
        """Tell whether it is crossed at a multiple of the volume."""
        return above(Decimal(times), self.factor.value.base)


def breakpoint_of(name: str, limit: Input | None, demand: Input | None, at: Leaf) -> Iterator[Breakpoint]:
    """Give the breakpoint of a limit and what is held against it today; nothing where one of the two is not known."""
    factor = compute("breaking_factor", limit, demand)
    if factor is not None and limit is not None:
        yield Breakpoint(name, limit, factor, at)


def breakpoints(facts: "Facts") -> tuple[Breakpoint, ...]:
    """Give every limit of a plan that is reached as the volume grows, the first to break first."""
    found = [
        *_throughput(facts.capacity),
        *_pools(facts.pools),
        *_runtimes(facts.plan),
        *_pulls(facts.extracts.pulls),
        *_backfills(facts.backfills),
        *_streams(facts.streaming),
    ]
    return tuple(sorted(found, key=lambda entry: (entry.factor.value.base, entry.name)))


def _throughput(volumes: CapacityFacts) -> Iterator[Breakpoint]:
    at: Leaf = ("capacity", ("throughput", "capacity"))
    usable = given("limit", volumes.throughput.usable)
    yield from breakpoint_of("Usable throughput", usable, given("demand", volumes.peak_rate), at)
    for entry in volumes.sizing:
        place: Leaf = ("capacity", ("resources", "sizing", entry.index, "count"))
        yield from breakpoint_of(entry.name, given("limit", entry.usable), _carried(volumes, entry), place)


def _carried(volumes: CapacityFacts, sizing: SizingFacts) -> Input | None:
    """What the units carry today: a number of them in rows per time is ordered for a load beyond the peak of today."""
    peak = given("demand", volumes.peak_rate)
    if peak is not None and sizing.load is not None and sizing.load.value.dimension == peak.value.dimension:
        return peak
    return named("demand", sizing.load)


def _pools(pools: Iterable[PoolDemand]) -> Iterator[Breakpoint]:
    """Runs grow longer with the volume, and so do the slots that are held on average."""
    for entry in pools:
        at: Leaf = ("capacity", ("resources", "pools", entry.index, "size"))
        yield from breakpoint_of(f"Slots of {entry.id}", entry.size, given("demand", entry.mean), at)


def _runtimes(plan: Plan) -> Iterator[Breakpoint]:
    """A run takes longer in proportion, until its timeout ends it, or the most that is allowed is reached."""
    pipelines = pipelines_of(plan)
    for index, entry in enumerate(plan.capacity.runtimes if plan.capacity else ()):
        path = ("runtimes", index)
        demand = given("demand", entry.p95, "capacity", (*path, "p95"))
        place, pipeline = pipelines.get(entry.pipeline or "", (0, None))
        if pipeline is not None and pipeline.execution_timeout is not None:
            at: Leaf = ("ingestion", ("pipelines", place, "execution_timeout"))
            yield from breakpoint_of(
                f"Timeout of {pipeline.id}", given("limit", pipeline.execution_timeout, *at), demand, at
            )
        else:
            most: Leaf = ("capacity", (*path, "max"))
            name = f"Longest runtime of {entry.pipeline}" if entry.pipeline else f"Longest runtime of entry {index + 1}"
            yield from breakpoint_of(name, given("limit", entry.max, *most), demand, most)


def _pulls(pulls: Iterable[Pull]) -> Iterator[Breakpoint]:
    for entry in pulls:
        path = ("sources", entry.index, "access")
        yield from _of_room(f"Rate limit of {entry.source}", entry.time_room, ("sources", (*path, "rate_limit")))
        yield from _of_room(f"Quota of {entry.source}", entry.request_room, ("sources", (*path, "quota")))


def _backfills(backfills: Iterable[BackfillFacts]) -> Iterator[Breakpoint]:
    """A unit takes longer in proportion."""
    for entry in backfills:
        at: Leaf = ("cutover", ("backfill", entry.index, "must_finish_within"))
        yield from _of_room(f"Time of backfill {entry.backfill.id}", entry.headroom, at)


def _streams(stream: StreamingFacts | None) -> Iterator[Breakpoint]:
    """Keys grow with the volume, and so does the rate that works a backlog off in time."""
    if stream is None:
        return
    for store in stream.stores:
        names = ", ".join(entry.name for entry in store.operators)
        yield from _of_room(f"State of {names}", store.headroom, ("events", ("state", store.operators[0].index)))
    case = stream.worst.under("peak") if stream.worst is not None else None
    if stream.worst is not None and case is not None:
        down = given("outage", stream.worst.down)
        demand = compute("catch_up_rate", given("load", case.rate), down, stream.target)
        at: Leaf = ("events", ("recovery", "catch_up"))
        yield from breakpoint_of("Catching up in time", given("limit", stream.usable), given("demand", demand), at)


def _of_room(name: str, room: Computed | None, at: Leaf) -> Iterator[Breakpoint]:
    """Give the breakpoint of a demand and a limit that were compared already."""
    if room is not None:
        known = {entry.name: entry for entry in room.inputs}
        yield from breakpoint_of(name, known["limit"], known["demand"], at)
