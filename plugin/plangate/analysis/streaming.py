"""Streams: state against its store, catching up after an outage, what the broker has to keep, checkpoints."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from plangate.analysis.amount import amount
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, compute, given, named, total
from plangate.analysis.state import OperatorFacts, StoreFacts, operators, stores
from plangate.analysis.terms import runtime_of
from plangate.analysis.triggers import duration
from plangate.model.events import Events, Stream
from plangate.model.plan import Plan
from plangate.model.policy import Policy, Thresholds
from plangate.model.unit import Dimension

_TIME: Dimension = (("s", 1),)
_AT_ONCE = amount(Decimal(0), _TIME)

Load = Literal["mean", "peak", "peak_at_horizon"]


class CatchUp(Struct, frozen=True):
    """Catching up while a load goes on arriving: the rate, what piles up, and how long that takes to be worked off.

    The high case is that of the volumes.
    """

    load: Load
    rate: Computed
    backlog: Computed
    duration: Computed


class OutageFacts(Struct, frozen=True):
    """An outage that the plan speaks of, with the restart after it, and catching up under each load.

    `name` is the field that says it: `max_outage` of gate events, `rto` of gate operations.
    """

    name: str
    outage: Input
    down: Computed
    cases: tuple[CatchUp, ...]

    def under(self, load: Load) -> CatchUp | None:
        """Give catching up under a load."""
        return next((case for case in self.cases if case.load == load), None)


class ReplayFacts(Struct, frozen=True):
    """A backfill that reads a stream again: how old the oldest event is when it is read, and the window it asks for."""

    backfill: str
    index: int
    reach: Computed | None
    window: Input | None


class StreamFacts(Struct, frozen=True):
    """A stream: what its broker keeps against what an outage and the replays need. `compacted` topics keep the last
    event of each key for ever, and no replay of a stretch of time is possible from them."""

    stream: Stream
    index: int
    retention: Input | None
    needed: Computed | None
    headroom: Computed | None
    replays: tuple[ReplayFacts, ...]

    @property
    def compacted(self) -> bool:
        """Tell whether old events go because newer ones replace them."""
        return self.stream.cleanup == "compact"


class CheckpointFacts(Struct, frozen=True):
    """Checkpoints: the share of time they take, how long a transaction stays open, and when results are visible."""

    share: Computed | None
    transaction: Computed | None
    visible: Computed | None


class StreamingFacts(Struct, frozen=True):
    """The computed numbers of gate events; None where an input is missing, never a guess.

    `partitions` are those of the largest stream that is read, `capacity` is what all tasks carry that have one of them,
    `usable` the share of it that may be used, `aim` the rate to have for the peak with an outage worked off in time
    (`target`).
    """

    operators: tuple[OperatorFacts, ...]
    stores: tuple[StoreFacts, ...]
    partitions: Input | None
    capacity: Input | None
    usable: Computed | None
    target: Input | None
    outages: tuple[OutageFacts, ...]
    aim: Computed | None
    aim_headroom: Computed | None
    streams: tuple[StreamFacts, ...]
    checkpoints: CheckpointFacts

    @property
    def worst(self) -> OutageFacts | None:
        """The longest outage that the plan speaks of."""
        return max(self.outages, key=lambda entry: entry.outage.value.base, default=None)


def streaming(
    plan: Plan, policy: Policy, volumes: CapacityFacts, backfills: Sequence[BackfillFacts]
) -> StreamingFacts | None:
    """Compute gate events; None where the plan has no such gate."""
    events = plan.events
    return _Job(plan, events, volumes).facts(policy.checklists.thresholds, backfills) if events is not None else None


class _Job:
    """The inputs of the job that reads the streams."""

    def __init__(self, plan: Plan, events: Events, volumes: CapacityFacts) -> None:
        self.plan, self.events, self.volumes = plan, events, volumes
        recovery = events.recovery
        self.restart = given(
            "restart", recovery.restart_time if recovery else None, "events", ("recovery", "restart_time")
        )
        self.target = given("catch_up", recovery.catch_up if recovery else None, "events", ("recovery", "catch_up"))
        self.partitions = self._partitions()
        self.capacity = self._capacity()
        self.usable = compute("usable_rate", self.capacity, self._utilisation("target_utilisation"))

    def facts(self, thresholds: Thresholds, backfills: Sequence[BackfillFacts]) -> StreamingFacts:
        found = operators(self.events)
        outages = tuple(self._outages())
        worst = max(outages, key=lambda entry: entry.outage.value.base, default=None)
        aim = self._aim(worst)
        margin = given("margin", thresholds.retention_margin)
        return StreamingFacts(
            operators=found,
            stores=stores(found, thresholds.state_utilisation),
            partitions=self.partitions,
            capacity=self.capacity,
            usable=self.usable,
            target=self.target,
            outages=outages,
            aim=aim,
            aim_headroom=compute("headroom", given("demand", aim), named("limit", self.capacity)),
            streams=tuple(
                self._stream(stream, index, worst, margin, backfills)
                for index, stream in enumerate(self.events.streams)
            ),
            checkpoints=self._checkpoints(),
        )

    def _capacity(self) -> Input | None:
        """What all tasks with a partition carry; where nobody measured one task, what the shared path carries."""
        told = self.events.parallelism
        tasks = given("tasks", told.value if told else None, "events", ("parallelism", "value"))
        one = given("per_task", told.per_task if told else None, "events", ("parallelism", "per_task"))
        path = self.plan.capacity.throughput if self.plan.capacity else None
        return given(
            "capacity", compute("job_capacity", tasks, self.partitions or named("partitions", tasks), one)
        ) or given("capacity", path.capacity if path else None, "capacity", ("throughput", "capacity"))

    def _partitions(self) -> Input | None:
        """The most partitions of a stream that is read: no more tasks than that have something to read."""
        read = set(self._read())
        told = [
            (stream.partitions, index)
            for index, stream in enumerate(self.events.streams)
            if stream.partitions and (stream.dataset is None or stream.dataset in read)
        ]
        most, index = max(told, key=lambda entry: (entry[0], -entry[1]), default=(None, 0))
        return given("partitions", most, "events", ("streams", index, "partitions"))

    def _utilisation(self, name: str) -> Input | None:
        path = self.plan.capacity.throughput if self.plan.capacity else None
        told = path.target_utilisation if path else None
        return given(name, told, "capacity", ("throughput", "target_utilisation"))

    def _read(self) -> list[str]:
        """The datasets of the streams that the plan reads: not those that one of its pipelines writes."""
        pipelines = self.plan.ingestion.pipelines if self.plan.ingestion else ()
        written = {name for pipeline in pipelines for name in pipeline.outputs}
        return [stream.dataset for stream in self.events.streams if stream.dataset and stream.dataset not in written]

    def _loads(self) -> list[tuple[Load, Computed | None]]:
        found = [(name, self.volumes.of(name)) for name in self._read()]
        return [
            ("mean", total((name, entry.average_rate if entry else None) for name, entry in found)),
            ("peak", total((name, entry.peak_rate if entry else None) for name, entry in found)),
            ("peak_at_horizon", total((name, entry.peaks[-1] if entry and entry.months and entry.peaks else None)
                                      for name, entry in found)),
        ]  # fmt: skip

    def _outages(self) -> list[OutageFacts]:
        recovery, disaster = self.events.recovery, self.plan.operations.recovery if self.plan.operations else None
        told = [
            (
                "max_outage",
                given("outage", recovery.max_outage if recovery else None, "events", ("recovery", "max_outage")),
            ),
            ("rto", given("outage", disaster.rto if disaster else None, "operations", ("recovery", "rto"))),
        ]
        found = []
        for name, outage in told:
            down = compute("time_down", outage, self.restart or given("restart", _AT_ONCE))
            if outage is not None and down is not None:
                cases = (self._catch_up(load, rate, down) for load, rate in self._loads())
                found.append(OutageFacts(name, outage, down, tuple(case for case in cases if case is not None)))
        return found

    def _catch_up(self, load: Load, rate: Computed | None, down: Computed) -> CatchUp | None:
        arriving = given("load", rate)
        backlog = compute("backlog", arriving, given("outage", down))
        duration = compute("catch_up", given("backlog", backlog), given("capacity", self.usable), arriving)
        if rate is None or backlog is None or duration is None:
            return None
        return CatchUp(load, rate, backlog, duration)

    def _aim(self, worst: OutageFacts | None) -> Computed | None:
        """The rate that carries the peak, works the backlog off in time, and makes up for the restart."""
        case = worst.under("peak") if worst else None
        if worst is None or case is None:
            return None
        backlog = compute("backlog", given("load", case.rate), worst.outage)
        return compute(
            "target_rate",
            given("load", case.rate),
            self._utilisation("utilisation"),
            given("lag", backlog),
            self.target,
            self.restart or given("restart", _AT_ONCE),
        )

    def _stream(
        self,
        stream: Stream,
        index: int,
        worst: OutageFacts | None,
        margin: Input | None,
        backfills: Sequence[BackfillFacts],
    ) -> StreamFacts:
        case = worst.under("peak") if worst else None
        needed = compute(
            "retention_for_outage",
            given("down", worst.down if worst else None),
            given("catch_up", case.duration if case else None),
            margin,
        )
        retention = given("retention", stream.retention, "events", ("streams", index, "retention"))
        return StreamFacts(
            stream=stream,
            index=index,
            retention=retention,
            needed=needed,
            headroom=compute("headroom", given("demand", needed), named("limit", retention)),
            replays=tuple(_replay(entry) for entry in backfills if _reads(entry, stream, self.events)),
        )

    def _checkpoints(self) -> CheckpointFacts:
        told = self.events.checkpoints
        every = given("interval", told.interval if told else None, "events", ("checkpoints", "interval"))
        takes = given("expected", told.expected if told else None, "events", ("checkpoints", "expected"))
        rest = given("min_pause", told.min_pause if told else None, "events", ("checkpoints", "min_pause"))
        return CheckpointFacts(
            share=compute("checkpoint_share", takes, every, rest or given("min_pause", _AT_ONCE)),
            transaction=compute("transaction_span", every, self.restart),
            visible=compute("visible_after", every, self._processing()),
        )

    def _processing(self) -> Input | None:
        """The p95 runtime of the slowest pipeline that is a stream."""
        found = []
        for pipeline in self.plan.ingestion.pipelines if self.plan.ingestion else ():
            told = runtime_of(self.plan, pipeline.id) if pipeline.pattern == "stream" else None
            if told is not None and told[1].p95 is not None:
                found.append(given("processing", told[1].p95, "capacity", ("runtimes", told[0], "p95")))
        known = [entry for entry in found if entry is not None]
        return max(known, key=lambda entry: entry.value.base, default=None)


def _reads(entry: BackfillFacts, stream: Stream, events: Events) -> bool:
    """Tell whether a backfill reads a stream again: it names it as its origin, or asks for a window and names none."""
    origin = entry.backfill.origin
    names = {name for other in events.streams for name in (other.id, other.topic, other.dataset) if name}
    if origin in names:
        return origin in {stream.id, stream.topic, stream.dataset}
    window = entry.backfill.replay.window if entry.backfill.replay else None
    return origin is None and window is not None and stream.cleanup != "compact"


def _replay(entry: BackfillFacts) -> ReplayFacts:
    backfill = entry.backfill
    path = ("backfill", entry.index)
    age = None
    if backfill.starts is not None and backfill.range is not None and backfill.starts > backfill.range.start:
        old = Decimal(int((backfill.starts - backfill.range.start).total_seconds()))
        age = given("age", duration(old), "cutover", (*path, "starts"))
    told = backfill.replay.window if backfill.replay else None
    return ReplayFacts(
        backfill.id,
        entry.index,
        compute("replay_reach", age, given("duration", entry.duration)),
        given("window", told, "cutover", (*path, "replay", "window")),
    )
