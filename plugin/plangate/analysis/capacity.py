"""Volumes: what arrives a day and at the peak, what is stored at go-live and at the horizon."""

from dataclasses import dataclass
from decimal import Decimal

from plangate.analysis.amount import DAY, MONTH, amount
from plangate.analysis.formulas import Computed, Input, compute, given, total
from plangate.model.capacity import Workload
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Quantity, unit_of
from plangate.model.sources import SourceDataset

_PER_ROW = (("B", 1), ("rows", -1))


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
    peak = _sum([entry.peak_rate for entry in found])
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
        total_daily=_sum([entry.daily_volume for entry in found], binary=binary),
        total_stored_at_go_live=_sum([entry.stored_at_go_live for entry in found], binary=binary),
        total_stored_at_horizon=_sum([entry.stored_at_horizon for entry in found], binary=binary),
        peak_rate=peak,
        limit=limit,
        headroom=headroom,
        binary=binary,
    )


def _sum(parts: list[Computed | None], *, binary: bool = False) -> Computed | None:
    present = [part for part in parts if part is not None]
    return total(present[0].formula, present, binary=binary) if present and len(present) == len(parts) else None


def _is_binary(plan: Plan) -> bool:
    """Tell whether the gate speaks of GiB and TiB (then the table does too) rather than of GB and TB."""
    gate = plan.capacity
    units = [line.unit_price.unit for line in gate.cost.lines if line.unit_price] if gate and gate.cost else []
    units += [line.quantity.base.unit for line in gate.cost.lines if line.quantity] if gate and gate.cost else []
    return sum("iB" in unit for unit in units) > sum("B" in unit and "iB" not in unit for unit in units)


def growth_factor(growth: Quantity | None, kind: str | None, seconds: Decimal) -> Decimal:
    """Give size over today's size after a time: compound `(1 + g)^n` over the growth's own period, or linear `1 + g·n`.

    A yearly rate compounds yearly: 12 %/yr over 6 months is 1.12^0.5. Source: F3.
    """
    if growth is None or growth.base == 0:
        return Decimal(1)
    period = unit_of(growth.unit.split("/")[-1])[0]
    share, periods = growth.base * period, seconds / period
    return 1 + share * periods if kind == "linear" else (1 + share) ** periods


def weighted_time(growth: Quantity | None, kind: str | None, kept: Decimal, history: Decimal, age: Decimal) -> Decimal:
    """Add up the time whose arrivals are still stored, each month weighted with its growth (seconds).

    At `age` after go-live what arrived in the last `kept` seconds is stored, `history` before go-live included; growth
    counts from go-live on and history at weight one.
    """
    start = max(age - kept, -history)
    weighted = max(-start, Decimal(0)) if age >= 0 else Decimal(0)
    month = 0
    while month * MONTH < age:
        begin, end = max(month * MONTH, start), min((month + 1) * MONTH, age)
        if end > begin:
            weighted += (end - begin) * growth_factor(growth, kind, month * MONTH)
        month += 1
    return weighted


class _Volumes:
    """The inputs of one workload: its own, else those of the source dataset that it loads."""

    def __init__(self, plan: Plan, workload: Workload, index: int, months: int, binary: bool) -> None:
        self.plan, self.workload, self.index, self.months, self.binary = plan, workload, index, months, binary
        self.source, self.source_path = _source_dataset(plan, workload.from_)

    def facts(self) -> WorkloadFacts:
        rows = self._input("rows_per_day")
        row_bytes = _per_row(self._input("row_bytes"))
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
        runs = self.workload.runs_per_day
        if not runs:
            return compute("peak_rate", rows, peak_factor)
        interval = amount(DAY / Decimal(runs), (("s", 1),))
        runtime, path = self._runtime()
        return compute(
            "batch_peak_rate",
            rows,
            given("interval", interval, "capacity", ("workloads", self.index, "runs_per_day")),
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

    def _growth(self) -> tuple[Quantity | None, str | None]:
        told = self.workload.growth or getattr(self.source, "growth", None)
        kind = self.workload.growth_kind or getattr(self.source, "growth_kind", None)
        return (told.base if told is not None else None), kind

    def _stored(self, month: int, daily: Computed | None, row_bytes: Input | None) -> Computed | None:
        growth, kind = self._growth()
        age = MONTH * month
        shares = (
            given("compression", self.workload.compression or Decimal(1), "capacity", self._path("compression")),
            given("replication", self.workload.replication or Decimal(1), "capacity", self._path("replication")),
            given("overhead", self.workload.overhead or amount(Decimal(0), ()), "capacity", self._path("overhead")),
        )
        if self.workload.shape in {None, "append"}:
            retention = (
                self.workload.retention.total or self.workload.retention.hot if self.workload.retention else None
            )
            if retention is None:
                return None
            weighted = weighted_time(growth, kind, retention.base, self._history(), age)
            kept = given("kept", amount(weighted, (("s", 1),)), "capacity", self._path("retention"))
            return compute("storage_retained", given("daily_volume", daily), kept, *shares, binary=self.binary)
        copies = self.workload.snapshots_kept if self.workload.shape == "full_snapshot" else self.workload.versions
        name = "snapshots" if self.workload.shape == "full_snapshot" else "versions"
        return compute(
            "storage_snapshot" if self.workload.shape == "full_snapshot" else "storage_upsert",
            self._input("rows_total"),
            row_bytes,
            given(name, copies or Decimal(1)),
            given("growth", growth_factor(growth, kind, age)),
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


def _per_row(size: Input | None) -> Input | None:
    """Read a size of a row as bytes per row, so that the dimensions of the volume come out."""
    if size is None:
        return None
    low, value, high = (
        Quantity(case.base, _PER_ROW, case.value, case.unit, case.text) for case in (size.low, size.value, size.high)
    )
    return Input(size.name, low, value, high, size.gate, size.path)


def _source_dataset(plan: Plan, dataset: str | None) -> tuple[SourceDataset | None, Path]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, entry in enumerate(source.datasets):
            if entry.id == dataset:
                return entry, ("sources", index, "datasets", place)
    return None, ()
