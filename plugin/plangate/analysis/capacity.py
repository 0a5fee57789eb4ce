"""Volumes of a plan: its workloads together, today and month by month, against throughput and at the cutover."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from msgspec import Struct, field

from plangate.analysis.amount import MONTH, above, amount
from plangate.analysis.computed import Computed, combine, compute, given, total
from plangate.analysis.throughput import (
    PeakFacts,
    QueryFacts,
    SizingFacts,
    crossing,
    peak_facts,
    query_facts,
    sizing_facts,
    usable_rate,
)
from plangate.analysis.turns import in_turns
from plangate.analysis.workload import WorkloadFacts, whole
from plangate.model.plan import Plan

_NONE = amount(Decimal(0), (("B", 1),))


class CapacityFacts(Struct, frozen=True, eq=False, dict=True):
    """The workloads of a plan with their totals, each computed when somebody asks; a total is None where one of its
    parts is.

    Peaks of all workloads add up. Only where that is more than the rate that may be used, now or at the horizon, are
    schedules looked at: of pipelines whose runs never meet the larger counts. `horizon_months` is 0 where
    the plan says no horizon, so that nothing is known of it. `binary` tells whether the plan speaks
    of GiB and TiB rather than of GB and TB.
    """

    plan: Plan
    horizon_months: int
    binary: bool
    _totals: dict[int, Computed | None] = field(default_factory=dict)
    _peaks: dict[int | None, Computed | None] = field(default_factory=dict)

    @cached_property
    def workloads(self) -> tuple[WorkloadFacts, ...]:
        """Every workload, in the order of the plan."""
        gate = self.plan.capacity
        count = len(gate.workloads) if gate else 0
        return tuple(
            WorkloadFacts(self.plan, index, self.horizon_months, self.limit, self.binary) for index in range(count)
        )

    @cached_property
    def total_daily(self) -> Computed | None:
        """The bytes that arrive, uncompressed."""
        return total(((entry.dataset, entry.daily_volume) for entry in self.workloads), binary=self.binary)

    @property
    def total_stored_at_go_live(self) -> Computed | None:
        """What is stored at go-live."""
        return self._stored_in(0)

    @property
    def total_stored_at_horizon(self) -> Computed | None:
        """What is stored at the horizon."""
        return self._stored_in(self.horizon_months) if self.horizon_months else None

    @cached_property
    def data_at_go_live(self) -> Computed | None:
        """What is stored at go-live, without what disks keep free."""
        return self._data_in(0)

    @cached_property
    def data_at_horizon(self) -> Computed | None:
        """What is stored at the horizon, without what disks keep free."""
        return self._data_in(self.horizon_months) if self.horizon_months else None

    @cached_property
    def turns(self) -> tuple[tuple[str, ...], ...]:
        """The pipelines of which only one runs at a time, in groups; empty where all that run fit together."""
        peaks = self._sum_in(None), self._sum_in(self.horizon_months)
        limit = self.limit.value.base if self.limit is not None else None
        if limit is None or not any(peak is not None and above(peak.value.base, limit) for peak in peaks):
            return ()
        sizes: dict[str, Decimal] = {}
        for entry in self.workloads:
            if (writer := entry.writer) is not None and entry.peak_rate is not None:
                sizes[writer] = sizes.get(writer, Decimal(0)) + entry.peak_rate.value.base
        return tuple(tuple(group) for group in in_turns(self.plan, sizes) if len(group) > 1)

    @cached_property
    def peak_rate(self) -> Computed | None:
        """The rate at which all peaks meet that may."""
        return self._peak_in(None)

    @cached_property
    def peak_at_horizon(self) -> Computed | None:
        """The rate at which all peaks meet that may, at the horizon."""
        return self._peak_in(self.horizon_months) if self.horizon_months else None

    @cached_property
    def stored(self) -> tuple[Computed, ...]:
        """What is stored at each month from go-live (0) to the horizon; empty where one of them is not known."""
        return whole([self._stored_in(month) for month in range(self.horizon_months + 1)])

    @cached_property
    def peaks(self) -> tuple[Computed, ...]:
        """The peak rate at each month; empty where one of them is not known."""
        return whole([self._peak_in(month) for month in range(self.horizon_months + 1)])

    @cached_property
    def throughput(self) -> PeakFacts:
        """The peak against the shared path."""
        passed, last = None, self._peak_in(self.horizon_months)
        if self.limit is not None and last is not None:
            limit = self.limit.value.base
            passed = crossing(last.value.base, lambda: _bases(self.peaks), limit, rises=self._rises)
        return peak_facts(self.plan, self.limit, self.peak_rate, passed)

    @cached_property
    def sizing(self) -> tuple[SizingFacts, ...]:
        """Every count of units that the plan orders."""
        return sizing_facts(self.plan)

    @cached_property
    def queries(self) -> tuple[QueryFacts, ...]:
        """What each query of the serving layer reads."""
        return query_facts(self.plan, self.workloads, binary=self.binary)

    @cached_property
    def at_cutover(self) -> Computed | None:
        """What stands side by side at the switch; None where the plan does not say how large the old is."""
        return _at_cutover(self.plan, self.workloads, self.total_stored_at_go_live, binary=self.binary)

    @cached_property
    def limit(self) -> Computed | None:
        """The rate that may be used."""
        return usable_rate(self.plan)

    @property
    def headroom(self) -> Computed | None:
        """The room between the peak and the rate that may be used."""
        return self.throughput.headroom

    @cached_property
    def storage_limit(self) -> tuple[SizingFacts | None, int | None]:
        """The first count of units that is ordered for bytes, and the first month in which more is stored than those
        hold."""
        for entry in self.sizing:
            if entry.usable is not None and entry.usable.value.dimension == _NONE.dimension:
                last = self._stored_in(self.horizon_months)
                if last is None:
                    return entry, None
                limit = entry.usable.value.base
                return entry, crossing(last.value.base, lambda: _bases(self.stored), limit, rises=self._rises)
        return None, None

    def of(self, dataset: str) -> WorkloadFacts | None:
        """Give the workload of a dataset, if the plan has one."""
        return next((entry for entry in self.workloads if entry.dataset == dataset), None)

    @property
    def _rises(self) -> bool:
        return not any(entry.shrinks for entry in self.workloads)

    def _stored_in(self, month: int) -> Computed | None:
        if month not in self._totals:
            parts = ((entry.dataset, entry.stored(month)) for entry in self.workloads)
            self._totals[month] = total(parts, binary=self.binary)
        return self._totals[month]

    def _data_in(self, month: int) -> Computed | None:
        return total(((entry.dataset, entry.data(month)) for entry in self.workloads), binary=self.binary)

    def _peak_in(self, month: int | None) -> Computed | None:
        """Give the rate of all that may run at one time, in a month or (None) today."""
        if not self.turns:
            return self._sum_in(month)
        taking = {name for group in self.turns for name in group}
        parts = [(entry.dataset, _peak_of(entry, month)) for entry in self.workloads if entry.writer not in taking]
        for group in self.turns:
            written = ([entry for entry in self.workloads if entry.writer == name] for name in group)
            runs = zip(group, (_sum(entries, month) for entries in written), strict=True)
            parts.append((" or ".join(group), combine("largest", "parts", runs)))
        return total(parts) if len(parts) > 1 else parts[0][1]

    def _sum_in(self, month: int | None) -> Computed | None:
        if month not in self._peaks:
            self._peaks[month] = _sum(self.workloads, month)
        return self._peaks[month]


def capacity(plan: Plan) -> CapacityFacts:
    """Give the volumes of a plan."""
    gate = plan.capacity
    months = int(gate.horizon.base / MONTH) if gate and gate.horizon else 0
    return CapacityFacts(plan, months, _is_binary(plan))


def _sum(workloads: Iterable[WorkloadFacts], month: int | None) -> Computed | None:
    return total((entry.dataset, _peak_of(entry, month)) for entry in workloads)


def _peak_of(entry: WorkloadFacts, month: int | None) -> Computed | None:
    return entry.peak_rate if month is None else entry.peak(month)


def _bases(months: Iterable[Computed]) -> Iterator[Decimal]:
    return (month.value.base for month in months)


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
