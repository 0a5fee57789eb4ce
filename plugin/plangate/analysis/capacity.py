"""Volumes of a plan: its workloads together, today and month by month, against throughput and at the cutover."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from plangate.analysis.amount import MONTH, amount
from plangate.analysis.computed import Computed, compute, given, total
from plangate.analysis.throughput import (
    PeakFacts,
    QueryFacts,
    SizingFacts,
    first_above,
    peak_facts,
    query_facts,
    sizing_facts,
    usable_rate,
)
from plangate.analysis.workload import WorkloadFacts, whole, workload_facts
from plangate.model.plan import Plan

_NONE = amount(Decimal(0), (("B", 1),))


@dataclass(frozen=True, slots=True)
class CapacityFacts:
    """The workloads of a plan with their totals; a total is None where one of its parts is.

    `stored` and `peaks` are the totals of each month from go-live (0) to the horizon, empty where one is not known.
    Peaks of all workloads add up: nobody can promise that they never meet. `binary` tells whether the plan speaks of
    GiB and TiB rather than of GB and TB.
    """

    workloads: tuple[WorkloadFacts, ...]
    horizon_months: int
    total_daily: Computed | None
    total_stored_at_go_live: Computed | None
    total_stored_at_horizon: Computed | None
    peak_rate: Computed | None
    stored: tuple[Computed, ...]
    peaks: tuple[Computed, ...]
    throughput: PeakFacts
    sizing: tuple[SizingFacts, ...]
    queries: tuple[QueryFacts, ...]
    at_cutover: Computed | None
    binary: bool

    @property
    def limit(self) -> Computed | None:
        """The rate that may be used."""
        return self.throughput.usable

    @property
    def headroom(self) -> Computed | None:
        """The room between the peak and the rate that may be used."""
        return self.throughput.headroom

    @property
    def storage_limit(self) -> tuple[SizingFacts | None, int | None]:
        """The first count of units that is ordered for bytes, and the first month in which more is stored than those
        hold."""
        for entry in self.sizing:
            if entry.usable is not None and entry.usable.value.dimension == _NONE.dimension:
                limit = entry.usable.value.base
                return entry, first_above((month.value.base for month in self.stored), limit)
        return None, None

    def of(self, dataset: str) -> WorkloadFacts | None:
        """Give the workload of a dataset, if the plan has one."""
        return next((entry for entry in self.workloads if entry.dataset == dataset), None)


def capacity(plan: Plan) -> CapacityFacts:
    """Compute the volumes of a plan."""
    gate = plan.capacity
    months = int(gate.horizon.base / MONTH) if gate and gate.horizon else 0
    binary = _is_binary(plan)
    count = len(gate.workloads) if gate else 0
    usable = usable_rate(plan)
    found = tuple(workload_facts(plan, index, months, usable, binary=binary) for index in range(count))
    stored = _months(found, lambda entry: entry.series, months, binary=binary)
    peaks = _months(found, lambda entry: entry.peaks, months, binary=binary)
    peak = total((entry.dataset, entry.peak_rate) for entry in found)
    return CapacityFacts(
        workloads=found,
        horizon_months=months,
        total_daily=total(((entry.dataset, entry.daily_volume) for entry in found), binary=binary),
        total_stored_at_go_live=stored[0] if stored else None,
        total_stored_at_horizon=stored[-1] if stored else None,
        peak_rate=peak,
        stored=stored,
        peaks=peaks,
        throughput=peak_facts(plan, usable, peak, peaks),
        sizing=sizing_facts(plan),
        queries=query_facts(plan, found, binary=binary),
        at_cutover=_at_cutover(plan, found, stored[0] if stored else None, binary=binary),
        binary=binary,
    )


def _months(
    workloads: Sequence[WorkloadFacts],
    series: Callable[[WorkloadFacts], tuple[Computed, ...]],
    months: int,
    *,
    binary: bool,
) -> tuple[Computed, ...]:
    """Add up the series of all workloads month by month."""
    if not workloads or not all(series(entry) for entry in workloads):
        return ()
    return whole(
        [
            total(((entry.dataset, series(entry)[month]) for entry in workloads), binary=binary)
            for month in range(months + 1)
        ]
    )


def _at_cutover(
    plan: Plan, workloads: Sequence[WorkloadFacts], new: Computed | None, *, binary: bool
) -> Computed | None:
    """Add what stands side by side at the switch: the new, the old until it goes, and what backfills copy.

    None where the plan does not say how large the old is, unless it has none.
    """
    cutover = plan.cutover
    if cutover is None or new is None:
        return None
    legacy = cutover.legacy
    old = given("old", legacy.storage if legacy else None, "cutover", ("legacy", "storage"))
    if old is None and (legacy is None or legacy.keep_until is None):
        old = given("old", _NONE)
    known = {entry.dataset: entry for entry in workloads}
    copied = [entry for entry in cutover.backfill if entry.method in {"shadow_swap", "clone"}]
    copies = given("copies", _NONE)
    if copied:
        sizes = ((entry.id, known.get(entry.dataset or "")) for entry in copied)
        parts = [(name, size.stored_at_go_live if size else None) for name, size in sizes]
        copies = given("copies", total(parts, binary=binary))
    return compute("storage_at_cutover", given("new", new), old, copies, binary=binary)


def _is_binary(plan: Plan) -> bool:
    """Tell whether the gate speaks of GiB and TiB (then the table does too) rather than of GB and TB."""
    gate = plan.capacity
    units = [line.unit_price.unit for line in gate.cost.lines if line.unit_price] if gate and gate.cost else []
    units += [line.quantity.base.unit for line in gate.cost.lines if line.quantity] if gate and gate.cost else []
    return sum("iB" in unit for unit in units) > sum("B" in unit and "iB" not in unit for unit in units)
