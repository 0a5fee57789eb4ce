"""Volumes: what arrives a day and at the peak, what is stored at go-live and at the horizon."""

from dataclasses import dataclass
from decimal import Decimal

from plangate.analysis.amount import DAY, MONTH, amount
from plangate.analysis.computed import Computed, Input, compute, given, per, total
from plangate.model.capacity import Workload
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Dimension, Quantity, unit_of
from plangate.model.sources import SourceDataset

_TIME: Dimension = (("s", 1),)
_NO_GROWTH = amount(Decimal(0), (("s", -1),))


@dataclass(frozen=True, slots=True)
class WorkloadFacts:
    """The computed numbers of one workload; None where an input is missing, never a guess.

    `series` is what is stored at each month from go-live (0) to the horizon, in bytes.
    """

    workload: Workload
    index: int
    dataset: str
    rows_per_day: Input | None
    row_bytes: Input | None
    daily_volume: Computed | None
    average_rate: Computed | None
    peak_rate: Computed | None
    stored_at_go_live: Computed | None
    stored_at_horizon: Computed | None
    series: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True)
class CapacityFacts:
    """The workloads of a plan with their totals, held against the throughput that may be used."""

    workloads: tuple[WorkloadFacts, ...]
    horizon_months: int
    total_daily: Computed | None
    total_stored_at_go_live: Computed | None
    total_stored_at_horizon: Computed | None
    peak_rate: Computed | None
    limit: Computed | None
    headroom: Computed | None
    binary: bool

    def of(self, dataset: str) -> WorkloadFacts | None:
        """Give the workload of a dataset, if the plan has one."""
        return next((entry for entry in self.workloads if entry.dataset == dataset), None)


def capacity(plan: Plan) -> CapacityFacts:
    """Compute the volumes of a plan; a total is None where one of its parts is."""
    gate = plan.capacity
    workloads = gate.workloads if gate else ()
    months = int(gate.horizon.base / MONTH) if gate and gate.horizon else 0
    binary = _is_binary(plan)
    found = tuple(_Volumes(plan, workload, index, months, binary).facts() for index, workload in enumerate(workloads))
    limit = headroom = None
    peak = total((entry.dataset, entry.peak_rate) for entry in found)
    if gate and gate.throughput:
        limit = compute(
            "usable_rate",
            given("capacity", gate.throughput.capacity, "capacity", ("throughput", "capacity")),
            given(
                "target_utilisation",
                gate.throughput.target_utilisation,
                "capacity",
                ("throughput", "target_utilisation"),
            ),
        )
        headroom = compute("headroom", given("demand", peak), given("limit", limit))
    return CapacityFacts(
        workloads=found,
        horizon_months=months,
        total_daily=total(((entry.dataset, entry.daily_volume) for entry in found), binary=binary),
        total_stored_at_go_live=total(((entry.dataset, entry.stored_at_go_live) for entry in found), binary=binary),
        total_stored_at_horizon=total(((entry.dataset, entry.stored_at_horizon) for entry in found), binary=binary),
        peak_rate=peak,
        limit=limit,
        headroom=headroom,
        binary=binary,
    )


def _is_binary(plan: Plan) -> bool:
    """Tell whether the gate speaks of GiB and TiB (then the table does too) rather than of GB and TB."""
    gate = plan.capacity
    units = [line.unit_price.unit for line in gate.cost.lines if line.unit_price] if gate and gate.cost else []
    units += [line.quantity.base.unit for line in gate.cost.lines if line.quantity] if gate and gate.cost else []
    return sum("iB" in unit for unit in units) > sum("B" in unit and "iB" not in unit for unit in units)


class _Volumes:
    """The inputs of one workload: its own, else those of the source dataset that it loads."""

    def __init__(self, plan: Plan, workload: Workload, index: int, months: int, binary: bool) -> None:
        self.plan, self.workload, self.index, self.months, self.binary = plan, workload, index, months, binary
        self.source, self.source_path = _source_dataset(plan, workload.from_)

    def facts(self) -> WorkloadFacts:
        rows = self._input("rows_per_day")
        row_bytes = per(self._input("row_bytes"), "rows")
        peak_factor = self._input("peak_factor")
        daily = compute("daily_volume", rows, row_bytes, binary=self.binary)
        stored = [self._stored(month, daily, row_bytes) for month in range(self.months + 1)]
        whole = all(entry is not None for entry in stored)
        return WorkloadFacts(
            workload=self.workload,
            index=self.index,
            dataset=self.workload.dataset or "",
            rows_per_day=rows,
            row_bytes=self._input("row_bytes"),
            daily_volume=daily,
            average_rate=compute("average_rate", rows),
            peak_rate=self._peak(rows, peak_factor),
            stored_at_go_live=stored[0],
            stored_at_horizon=stored[-1],
            series=tuple(entry.value for entry in stored if entry is not None) if whole else (),
        )

    def _input(self, name: str) -> Input | None:
        own = getattr(self.workload, name)
        if own is not None:
            return given(name, own, "capacity", ("workloads", self.index, name))
        told = getattr(self.source, name, None)
        return given(name, told, "sources", (*self.source_path, name))

    def _peak(self, rows: Input | None, peak_factor: Input | None) -> Computed | None:
        runs = given("runs_per_day", self.workload.runs_per_day, "capacity", self._path("runs_per_day"))
        if runs is None:
            return compute("peak_rate", rows, peak_factor)
        runtime, path = self._runtime()
        return compute(
            "batch_peak_rate",
            rows,
            given("day", amount(DAY, _TIME)),
            runs,
            peak_factor,
            given("runtime", runtime, "capacity", path),
        )

    def _runtime(self) -> tuple[Quantity | None, Path]:
        pipelines = self.plan.ingestion.pipelines if self.plan.ingestion else ()
        writers = [pipeline.id for pipeline in pipelines if self.workload.dataset in pipeline.outputs]
        for index, entry in enumerate(self.plan.capacity.runtimes if self.plan.capacity else ()):
            if entry.pipeline in writers and entry.p95 is not None:
                return entry.p95, ("runtimes", index, "p95")
        return None, ()

    def _growth(self) -> tuple[Input, Input, bool]:
        """The growth, the period that it is told for, and whether it is linear."""
        told = self._input("growth")
        kind = self.workload.growth_kind or getattr(self.source, "growth_kind", None)
        period = unit_of(told.value.unit.split("/")[-1])[0] if told is not None else MONTH
        growth = told or given("growth", _NO_GROWTH)
        length = given("period", amount(period, _TIME))
        assert growth is not None and length is not None  # noqa: PT018, S101 -- both were given
        return growth, length, kind == "linear"

    def _grown(self, age: Decimal) -> Computed | None:
        """Size over today's size at an age."""
        growth, period, linear = self._growth()
        time = given("time", amount(age, _TIME))
        return compute("growth_linear", growth, time) if linear else compute("growth_compound", growth, period, time)

    def _kept(self, age: Decimal) -> Computed | None:
        """The time whose arrivals are stored at an age, weighted with growth."""
        told = self.workload.retention
        name = "total" if told is not None and told.total is not None else "hot"
        kept = given("kept", getattr(told, name, None), "capacity", (*self._path("retention"), name))
        growth, period, linear = self._growth()
        times = given("history", amount(self._history(), _TIME)), given("age", amount(age, _TIME))
        return compute("kept_linear" if linear else "kept_compound", growth, period, kept, *times)

    def _stored(self, month: int, daily: Computed | None, row_bytes: Input | None) -> Computed | None:
        age = MONTH * month
        shares = (
            given("compression", self.workload.compression or Decimal(1), "capacity", self._path("compression")),
            given("replication", self.workload.replication or Decimal(1), "capacity", self._path("replication")),
            given("overhead", self.workload.overhead or amount(Decimal(0), ()), "capacity", self._path("overhead")),
        )
        if self.workload.shape in {None, "append"}:
            kept = given("kept", self._kept(age))
            return compute("storage_retained", given("daily_volume", daily), kept, *shares, binary=self.binary)
        snapshot = self.workload.shape == "full_snapshot"
        copies, name = ("snapshots_kept", "snapshots") if snapshot else ("versions", "versions")
        return compute(
            "storage_snapshot" if snapshot else "storage_upsert",
            self._input("rows_total"),
            row_bytes,
            given(name, getattr(self.workload, copies) or Decimal(1), "capacity", self._path(copies)),
            given("growth", self._grown(age)),
            *shares,
            binary=self.binary,
        )

    def _path(self, name: str) -> Path:
        return ("workloads", self.index, name)

    def _history(self) -> Decimal:
        """The length of the longest backfill of the dataset, in seconds."""
        backfills = self.plan.cutover.backfill if self.plan.cutover else ()
        spans = [entry.range for entry in backfills if entry.dataset == self.workload.dataset and entry.range]
        return max((Decimal(int((span.end - span.start).total_seconds())) for span in spans), default=Decimal(0))


def _source_dataset(plan: Plan, dataset: str | None) -> tuple[SourceDataset | None, Path]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, entry in enumerate(source.datasets):
            if entry.id == dataset:
                return entry, ("sources", index, "datasets", place)
    return None, ()
