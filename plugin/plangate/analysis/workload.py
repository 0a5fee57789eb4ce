"""One workload: what arrives, at which rate, what is stored month by month, and how it is cut into partitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from plangate.analysis.amount import DAY, MONTH, amount
from plangate.analysis.computed import Computed, Input, Number, compute, given, named, per
from plangate.model.capacity import Workload
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Dimension, unit_of
from plangate.model.sources import SourceDataset

_TIME: Dimension = (("s", 1),)
_NO_GROWTH = amount(Decimal(0), (("s", -1),))
_NOTHING = amount(Decimal(0), ())


@dataclass(frozen=True, slots=True)
class PartitionFacts:
    """How a dataset is cut at one time: partitions, the mean size of one copy of one, and its files; `read` is what a
    query reads of one, uncompressed, at today's volume. None where an input is missing.
    """

    count: Computed | None
    size: Computed | None
    read: Computed | None
    files: Computed | None
    file_size: Computed | None


@dataclass(frozen=True, slots=True)
class WorkloadFacts:
    """The computed numbers of one workload; None where an input is missing, never a guess.

    `series` is what is stored at each month from go-live (0) to the horizon, `peaks` the peak rate at each; empty where
    one of them is not known. Storage includes what a search engine keeps free, where the plan says so.
    """

    workload: Workload
    index: int
    dataset: str
    growth_kind: str | None
    rows_per_day: Input | None
    row_bytes: Input | None
    peak_factor: Input | None
    growth: Input | None
    rows_total: Input | None
    daily_volume: Computed | None
    average_rate: Computed | None
    peak_rate: Computed | None
    headroom: Computed | None
    runtime: Input | None
    stored_at_go_live: Computed | None
    stored_at_horizon: Computed | None
    series: tuple[Computed, ...]
    peaks: tuple[Computed, ...]
    cut_at_go_live: PartitionFacts | None
    cut_at_horizon: PartitionFacts | None


def workload_facts(plan: Plan, index: int, months: int, usable: Computed | None, *, binary: bool) -> WorkloadFacts:
    """Compute a workload from its own numbers, else from those of the source dataset that it loads.

    `usable` is the rate that all workloads may use; the headroom of one is what it would leave of it alone.
    """
    return _Told(plan, index, binary).facts(months, usable)


def whole(numbers: Sequence[Computed | None]) -> tuple[Computed, ...]:
    """Give a series that has no gap; nothing where one number of it is missing."""
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(numbers) else ()


class _Told:
    """What the plan says about one workload, and what follows from it at an age."""

    def __init__(self, plan: Plan, index: int, binary: bool) -> None:
        assert plan.capacity is not None  # noqa: S101 -- the workload stands in it
        self.plan, self.index, self.binary = plan, index, binary
        self.workload = plan.capacity.workloads[index]
        self.source, self.source_path = _source_dataset(plan, self.workload.from_)
        self.rows = self._inherited("rows_per_day")
        self.row_bytes = per(self._inherited("row_bytes"), "rows")
        self.daily = compute("daily_volume", self.rows, self.row_bytes, binary=binary)
        self.history = self._history()
        self.copies = self._own("replication", Decimal(1))
        self.shares = self._own("compression", Decimal(1)), self.copies, self._own("overhead", _NOTHING)
        self.sizes: dict[Decimal, Computed | None] = {}

    def facts(self, months: int, usable: Computed | None) -> WorkloadFacts:
        data = [self._data(MONTH * month) for month in range(months + 1)]
        stored = [self._on_disk(entry) for entry in data]
        peak, runtime = self._peak()
        grown = [self._grown_peak(peak, MONTH * month) for month in range(months + 1)]
        return WorkloadFacts(
            workload=self.workload,
            index=self.index,
            dataset=self.workload.dataset or "",
            growth_kind=self._growth_kind(),
            rows_per_day=self.rows,
            row_bytes=self._inherited("row_bytes"),
            peak_factor=self._inherited("peak_factor"),
            growth=self._inherited("growth"),
            rows_total=self._inherited("rows_total"),
            daily_volume=self.daily,
            average_rate=compute("average_rate", self.rows),
            peak_rate=peak,
            headroom=compute("headroom", given("demand", peak), given("limit", usable)),
            runtime=runtime,
            stored_at_go_live=stored[0],
            stored_at_horizon=stored[-1],
            series=whole(stored),
            peaks=whole(grown),
            cut_at_go_live=self._cut(data[0], Decimal(0)),
            cut_at_horizon=self._cut(data[-1], MONTH * months),
        )

    def _own(self, name: str, otherwise: Number = None, *, within: str | None = None) -> Input | None:
        """Give a number of the workload itself, or of a part of it; `otherwise` stands where nothing is said."""
        part = getattr(self.workload, within) if within else self.workload
        path = (within, name) if within else (name,)
        told = given(name, getattr(part, name, None), "capacity", ("workloads", self.index, *path))
        return told or given(name, otherwise)

    def _inherited(self, name: str) -> Input | None:
        """Give a number of the workload, else of the source dataset that it loads."""
        return self._own(name) or given(name, getattr(self.source, name, None), "sources", (*self.source_path, name))

    def _peak(self) -> tuple[Computed | None, Input | None]:
        """Give the peak rate, and for a batch the runtime that it rests on."""
        runs, factor = self._own("runs_per_day"), self._inherited("peak_factor")
        if runs is None:
            return compute("peak_rate", self.rows, factor), None
        runtime = self._runtime()
        day = given("day", amount(DAY, _TIME))
        return compute("batch_peak_rate", self.rows, day, runs, factor, runtime), runtime

    def _runtime(self) -> Input | None:
        pipelines = self.plan.ingestion.pipelines if self.plan.ingestion else ()
        writers = [pipeline.id for pipeline in pipelines if self.workload.dataset in pipeline.outputs]
        for index, entry in enumerate(self.plan.capacity.runtimes if self.plan.capacity else ()):
            if entry.pipeline in writers and entry.p95 is not None:
                return given("runtime", entry.p95, "capacity", ("runtimes", index, "p95"))
        return None

    def _growth_kind(self) -> str | None:
        return self.workload.growth_kind or getattr(self.source, "growth_kind", None)

    @cached_property
    def _growth(self) -> tuple[Input | None, Input | None, bool]:
        """The growth, the period that it is told for, and whether it is linear."""
        told = self._inherited("growth")
        period = unit_of(told.value.unit.split("/")[-1])[0] if told is not None else MONTH
        linear = self._growth_kind() == "linear"
        return told or given("growth", _NO_GROWTH), given("period", amount(period, _TIME)), linear

    def _grown(self, age: Decimal) -> Computed | None:
        """Size over today's size at an age."""
        if age not in self.sizes:
            growth, period, linear = self._growth
            time = _time("time", age)
            self.sizes[age] = (
                compute("growth_linear", growth, time) if linear else compute("growth_compound", growth, period, time)
            )
        return self.sizes[age]

    def _grown_peak(self, peak: Computed | None, age: Decimal) -> Computed | None:
        return (
            compute("grown_rate", given("rate", peak), given("growth", self._grown(age))) if peak is not None else None
        )

    def _retention(self, name: str) -> Input | None:
        return named(name, self._own("total", within="retention") or self._own("hot", within="retention"))

    @cached_property
    def _kept(self) -> Input | None:
        return self._retention("kept")

    def _data(self, age: Decimal) -> Computed | None:
        """What is stored at an age, with copies and overhead."""
        if self.workload.shape in {None, "append"}:
            growth, period, linear = self._growth
            times = self._kept, self.history, _time("age", age)
            kept = compute("kept_linear" if linear else "kept_compound", growth, period, *times)
            return compute(
                "storage_retained",
                given("daily_volume", self.daily),
                given("kept", kept),
                *self.shares,
                binary=self.binary,
            )
        snapshot = self.workload.shape == "full_snapshot"
        held = self._own("snapshots_kept", Decimal(1)) if snapshot else self._own("versions", Decimal(1))
        return compute(
            "storage_snapshot" if snapshot else "storage_upsert",
            self._inherited("rows_total"),
            self.row_bytes,
            named("snapshots" if snapshot else "versions", held),
            given("growth", self._grown(age)),
            *self.shares,
            binary=self.binary,
        )

    def _on_disk(self, stored: Computed | None) -> Computed | None:
        """What is stored, with the shares of a disk that a search engine keeps free."""
        if self.workload.os_reserve is None and self.workload.service_overhead is None:
            return stored
        free = self._own("os_reserve", _NOTHING), self._own("service_overhead", _NOTHING)
        return compute("disk_needed", given("stored", stored), *free, binary=self.binary)

    def _cut(self, stored: Computed | None, age: Decimal) -> PartitionFacts | None:
        if self.workload.partitions is None:
            return None
        appended = self.workload.shape in {None, "append"}
        kept = self._retention("retention")
        reach = self.history if appended else named("history", kept)
        granularity = self._own("granularity", within="partitions")
        count = compute("partition_count", kept, reach, _time("age", age), granularity)
        size = compute(
            "partition_size", given("stored", stored), self.copies, given("partitions", count), binary=self.binary
        )
        read = (
            compute("partition_bytes", given("daily_volume", self.daily), granularity, binary=self.binary)
            if appended
            else compute(
                "partition_bytes_of_table",
                self._inherited("rows_total"),
                self.row_bytes,
                given("partitions", count),
                binary=self.binary,
            )
        )
        target = self._own("target_file_size", within="partitions")
        files = compute("file_count", given("size", size), named("file_size", target))
        file_size = compute("file_size", given("size", size), given("files", files), binary=self.binary)
        return PartitionFacts(count, size, read, files, file_size)

    def _history(self) -> Input | None:
        """The length of the longest backfill of the dataset."""
        backfills = self.plan.cutover.backfill if self.plan.cutover else ()
        spans = [
            (Decimal(int((entry.range.end - entry.range.start).total_seconds())), -index)
            for index, entry in enumerate(backfills)
            if entry.dataset == self.workload.dataset and entry.range
        ]
        if not spans:
            return given("history", amount(Decimal(0), _TIME))
        length, place = max(spans)
        return given("history", amount(length, _TIME), "cutover", ("backfill", -place, "range"))


@lru_cache(maxsize=1024)
def _time(name: str, seconds: Decimal) -> Input | None:
    return given(name, amount(seconds, _TIME))


def _source_dataset(plan: Plan, dataset: str | None) -> tuple[SourceDataset | None, Path]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, entry in enumerate(source.datasets):
            if entry.id == dataset:
                return entry, ("sources", index, "datasets", place)
    return None, ()
