"""One workload: what arrives, at which rate, what is stored month by month, and how it is cut into partitions."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property, lru_cache

from msgspec import Struct, field
from msgspec.structs import replace

from plangate.analysis.amount import DAY, MONTH, amount
from plangate.analysis.computed import Computed, Input, Number, compute, given, named, per
from plangate.analysis.terms import refused
from plangate.model.capacity import Workload
from plangate.model.moment import Span
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.sources import SourceDataset
from plangate.model.unit import Dimension, unit_of

_TIME: Dimension = (("s", 1),)
_NO_GROWTH = amount(Decimal(0), (("s", -1),))
_NOTHING = amount(Decimal(0), ())


class PartitionFacts(Struct, frozen=True):
    """How a dataset is cut at one time: partitions, the mean size of one copy of one, and its files; `read` is what a
    query reads of one, uncompressed, at today's volume. None where an input is missing.
    """

    count: Computed | None
    size: Computed | None
    read: Computed | None
    files: Computed | None
    file_size: Computed | None


class WorkloadFacts(Struct, frozen=True, eq=False, dict=True):
    """The numbers of one workload, each computed when somebody asks; None where an input is missing, never a guess.

    They come from the workload itself, else from the source dataset that it loads; what was refused is missing, also
    where a default stands for what is not said. Storage includes what a search engine keeps free, where the plan says
    so. `months` is the horizon, 0 where the plan says none, so that nothing is known of it; `usable` the rate that all
    workloads may use.
    """

    plan: Plan
    index: int
    months: int
    usable: Computed | None
    binary: bool
    _stored: dict[int, Computed | None] = field(default_factory=dict)
    _growths: dict[int, Computed | None] = field(default_factory=dict)

    @cached_property
    def workload(self) -> Workload:
        """The workload as the plan says it."""
        assert self.plan.capacity is not None  # noqa: S101 -- the workload stands in it
        return self.plan.capacity.workloads[self.index]

    @property
    def dataset(self) -> str:
        """The dataset that it writes."""
        return self.workload.dataset or ""

    @property
    def growth_kind(self) -> str | None:
        """How it grows, `compound` or `linear`, where the plan says so."""
        return self.workload.growth_kind or getattr(self._source[0], "growth_kind", None)

    @cached_property
    def rows_per_day(self) -> Input | None:
        """The rows that arrive."""
        return self._inherited("rows_per_day")

    @cached_property
    def row_bytes(self) -> Input | None:
        """The mean size of a row."""
        return self._inherited("row_bytes")

    @cached_property
    def peak_factor(self) -> Input | None:
        """How many times the mean rate the peak is."""
        return self._inherited("peak_factor")

    @cached_property
    def growth(self) -> Input | None:
        """The growth that the plan says."""
        return self._inherited("growth")

    @cached_property
    def rows_total(self) -> Input | None:
        """The rows that there are."""
        return self._inherited("rows_total")

    @cached_property
    def daily_volume(self) -> Computed | None:
        """The bytes that arrive, uncompressed."""
        return compute("daily_volume", self.rows_per_day, self._row, binary=self.binary)

    @cached_property
    def average_rate(self) -> Computed | None:
        """The mean rate of rows."""
        return compute("average_rate", self.rows_per_day)

    @property
    def peak_rate(self) -> Computed | None:
        """The rate at the peak."""
        return self._peak[0]

    @property
    def runtime(self) -> Input | None:
        """The runtime that the peak of a batch rests on."""
        return self._peak[1]

    @cached_property
    def headroom(self) -> Computed | None:
        """The room that it alone would leave of the rate that may be used."""
        return compute("headroom", given("demand", self.peak_rate), given("limit", self.usable))

    @property
    def stored_at_go_live(self) -> Computed | None:
        """What is stored at go-live."""
        return self.stored(0)

    @property
    def stored_at_horizon(self) -> Computed | None:
        """What is stored at the horizon."""
        return self.stored(self.months) if self.months else None

    @cached_property
    def series(self) -> tuple[Computed, ...]:
        """What is stored at each month from go-live (0) to the horizon; empty where one of them is not known."""
        return whole([self.stored(month) for month in range(self.months + 1)])

    @cached_property
    def peaks(self) -> tuple[Computed, ...]:
        """The peak rate at each month; empty where one of them is not known."""
        return whole([self.peak(month) for month in range(self.months + 1)])

    @cached_property
    def cut_at_go_live(self) -> PartitionFacts | None:
        """How the dataset is cut at go-live, where it is partitioned."""
        return self._cut(0)

    @cached_property
    def cut_at_horizon(self) -> PartitionFacts | None:
        """How the dataset is cut at the horizon."""
        now = self.cut_at_go_live
        return (
            self._cut(self.months) if self.months or now is None else PartitionFacts(None, None, now.read, None, None)
        )

    @cached_property
    def shrinks(self) -> bool:
        """Tell whether it may get smaller as time goes by."""
        growth = self._growth[0]
        return growth is None or min(growth.low.base, growth.value.base, growth.high.base) < 0

    def stored(self, month: int) -> Computed | None:
        """What is stored in a month, with the shares of a disk that a search engine keeps free."""
        if month not in self._stored:
            self._stored[month] = self._on_disk(self.data(month))
        return self._stored[month]

    def data(self, month: int) -> Computed | None:
        """What is stored in a month, with copies and overhead, without what a disk keeps free."""
        if self._refused("shape"):
            return None
        if self.workload.shape in {None, "append"}:
            growth, period, linear = self._growth
            times = self._kept, self._history, _time("age", MONTH * month)
            kept = compute("kept_linear" if linear else "kept_compound", growth, period, *times)
            return compute(
                "storage_retained",
                given("daily_volume", self.daily_volume),
                given("kept", kept),
                *self._shares,
                binary=self.binary,
            )
        snapshot = self.workload.shape == "full_snapshot"
        held = self._own("snapshots_kept", Decimal(1)) if snapshot else self._own("versions", Decimal(1))
        return compute(
            "storage_snapshot" if snapshot else "storage_upsert",
            self.rows_total,
            self._row,
            named("snapshots" if snapshot else "versions", held),
            given("growth", self._grown(month)),
            *self._shares,
            binary=self.binary,
        )

    def peak(self, month: int) -> Computed | None:
        """The rate at the peak in a month."""
        if self.peak_rate is None:
            return None
        return compute("grown_rate", given("rate", self.peak_rate), given("growth", self._grown(month)))

    @cached_property
    def _source(self) -> tuple[SourceDataset | None, Path]:
        return _source_dataset(self.plan, self.workload.from_)

    @cached_property
    def _row(self) -> Input | None:
        return per(self.row_bytes, "rows")

    @cached_property
    def _copies(self) -> Input | None:
        return self._own("replication", Decimal(1))

    @cached_property
    def _shares(self) -> tuple[Input | None, Input | None, Input | None]:
        return self._own("compression", Decimal(1)), self._copies, self._own("overhead", _NOTHING)

    def _own(self, name: str, otherwise: Number = None, *, within: str | None = None) -> Input | None:
        """Give a number of the workload itself, or of a part of it; `otherwise` stands where nothing is said."""
        part = getattr(self.workload, within) if within else self.workload
        path = (within, name) if within else (name,)
        told = given(name, getattr(part, name, None), "capacity", ("workloads", self.index, *path))
        return told or (None if self._refused(*path) else given(name, otherwise))

    def _refused(self, *path: str) -> bool:
        """Tell whether a field of the workload was refused: something is said there, and nobody knows what."""
        return refused(self.plan, "capacity", ("workloads", self.index, *path))

    def _inherited(self, name: str) -> Input | None:
        """Give a number of the workload, else of the source dataset that it loads."""
        source, path = self._source
        return self._own(name) or given(name, getattr(source, name, None), "sources", (*path, name))

    @cached_property
    def _peak(self) -> tuple[Computed | None, Input | None]:
        """Give the peak rate, and for a batch the runtime that it rests on."""
        runs, factor = self._own("runs_per_day"), self.peak_factor
        if runs is None:
            if self._refused("runs_per_day"):
                return None, None
            return compute("peak_rate", self.rows_per_day, factor), None
        runtime = self._runtime()
        day = given("day", amount(DAY, _TIME))
        return compute("batch_peak_rate", self.rows_per_day, day, runs, factor, runtime), runtime

    @cached_property
    def _writers(self) -> tuple[str, ...]:
        pipelines = self.plan.ingestion.pipelines if self.plan.ingestion else ()
        return tuple(pipeline.id for pipeline in pipelines if self.workload.dataset in pipeline.outputs)

    @property
    def writer(self) -> str | None:
        """The pipeline whose runs write a batch; None where several do, and of what comes all day."""
        return self._writers[0] if self.runtime is not None and len(self._writers) == 1 else None

    def _runtime(self) -> Input | None:
        writers = self._writers
        for index, entry in enumerate(self.plan.capacity.runtimes if self.plan.capacity else ()):
            if entry.pipeline in writers and entry.p95 is not None:
                return given("runtime", entry.p95, "capacity", ("runtimes", index, "p95"))
        return None

    @cached_property
    def _growth(self) -> tuple[Input | None, Input | None, bool]:
        """The growth, the period that it is told for, and whether it is linear."""
        told = self.growth
        period = unit_of(told.value.unit.split("/")[-1])[0] if told is not None else MONTH
        linear = self.growth_kind == "linear"
        source, path = self._source
        lost = self._refused("growth") or (source is not None and refused(self.plan, "sources", (*path, "growth")))
        return told or (None if lost else given("growth", _NO_GROWTH)), given("period", amount(period, _TIME)), linear

    def _grown(self, month: int) -> Computed | None:
        """Size over today's size in a month."""
        if month not in self._growths:
            growth, period, linear = self._growth
            time = _time("time", MONTH * month)
            self._growths[month] = (
                compute("growth_linear", growth, time) if linear else compute("growth_compound", growth, period, time)
            )
        return self._growths[month]

    def _retention(self, name: str) -> Input | None:
        return named(name, self._own("total", within="retention") or self._own("hot", within="retention"))

    @cached_property
    def _kept(self) -> Input | None:
        return self._retention("kept")

    def _on_disk(self, stored: Computed | None) -> Computed | None:
        """What is stored, with the shares of a disk that a search engine keeps free."""
        if self.workload.os_reserve is None and self.workload.service_overhead is None:
            return stored
        free = self._own("os_reserve", _NOTHING), self._own("service_overhead", _NOTHING)
        return compute("disk_needed", given("stored", stored), *free, binary=self.binary)

    def _cut(self, month: int) -> PartitionFacts | None:
        if self.workload.partitions is None or self._refused("shape"):
            return None
        appended = self.workload.shape in {None, "append"}
        kept = self._retention("retention")
        reach = self._history if appended else named("history", kept)
        granularity = self._own("granularity", within="partitions")
        count = compute("partition_count", kept, reach, _time("age", MONTH * month), granularity)
        size = compute(
            "partition_size",
            given("stored", self.data(month)),
            self._copies,
            given("partitions", count),
            binary=self.binary,
        )
        read = (
            compute("partition_bytes", given("daily_volume", self.daily_volume), granularity, binary=self.binary)
            if appended
            else compute(
                "partition_bytes_of_table",
                self.rows_total,
                self._row,
                given("partitions", count),
                binary=self.binary,
            )
        )
        target = self._own("target_file_size", within="partitions")
        files = compute("file_count", given("size", size), named("file_size", target))
        file_size = compute("file_size", given("size", size), given("files", files), binary=self.binary)
        return PartitionFacts(count, size, read, files, file_size)

    @cached_property
    def _history(self) -> Input | None:
        """The time that the backfills of the dataset cover together; what several of them fill counts once."""
        backfills = self.plan.cutover.backfill if self.plan.cutover else ()
        spans = {
            index: entry.range
            for index, entry in enumerate(backfills)
            if entry.dataset == self.workload.dataset and entry.range
        }
        ranges = [
            given("history", amount(_length(span), _TIME), "cutover", ("backfill", index, "range"))
            for index, span in spans.items()
        ]
        if len(ranges) < 2:
            return ranges[0] if ranges else given("history", amount(Decimal(0), _TIME))
        overlap = given("overlap", amount(_overlap(list(spans.values())), _TIME))
        parts = (replace(entry, parameter="parts") for entry in ranges if entry is not None)
        return given("history", compute("backfilled_history", given("ranges", compute("total", *parts)), overlap))


def _length(span: Span) -> Decimal:
    return Decimal(int((span.end - span.start).total_seconds()))


def _overlap(spans: Sequence[Span]) -> Decimal:
    """How much longer ranges are one by one than what they cover together."""
    twice, reached = timedelta(), None
    for span in sorted(spans, key=lambda span: span.start):
        if reached is not None and span.start < reached:
            twice += min(span.end, reached) - span.start
        reached = max(span.end, reached or span.end)
    return Decimal(int(twice.total_seconds()))


def whole(numbers: Sequence[Computed | None]) -> tuple[Computed, ...]:
    """Give a series that has no gap; nothing where one number of it is missing."""
    known = tuple(number for number in numbers if number is not None)
    return known if len(known) == len(numbers) else ()


@lru_cache(maxsize=1024)
def _time(name: str, seconds: Decimal) -> Input | None:
    return given(name, amount(seconds, _TIME))


def _source_dataset(plan: Plan, dataset: str | None) -> tuple[SourceDataset | None, Path]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, entry in enumerate(source.datasets):
            if entry.id == dataset:
                return entry, ("sources", index, "datasets", place)
    return None, ()
