"""Backfills: units, how many run at one time, how long it takes in the pool that is left, against the time allowed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from plangate.analysis.amount import amount
from plangate.analysis.backfill_units import excluded_units, length
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, combine, compute, given, named, per, total
from plangate.analysis.cost import CostFacts
from plangate.analysis.cost_line import CostLineFacts
from plangate.analysis.freshness import FreshnessFacts
from plangate.analysis.lineage import Lineage
from plangate.analysis.meanwhile import Meanwhile, meanwhile
from plangate.analysis.pool import PoolLoad, pool_load
from plangate.analysis.pool_demand import pool_demands
from plangate.analysis.rebuild import Affected, WholeHistory, affected, depends_on_past, whole_history
from plangate.model.cutover import Backfill
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import Path
from plangate.model.quantity import LONGEST

_NO_RETRY = amount(Decimal(0), ())

LimitedBy = Literal["pool", "depends_on_past"]


class AtParallel(Struct, frozen=True):
    """How long a backfill takes with so many units at one time, and whether so many can run."""

    parallel: int
    duration: Computed
    possible: bool


class BackfillFacts(Struct, frozen=True):
    """The computed numbers of one backfill; None where an input is missing, never a guess.

    `asked` and `effective` are units at one time; `limited_by` says why fewer run than are asked for, `one_by_one` that
    each unit needs the one before. `duration` has the p50 runtime of a unit in its low case; `by_division` is what a
    division without waves, retries and live loads gives. It `crowds` its pool where live runs may have to wait for a
    unit to end; `meanwhile` is then how old data gets. `scan_cost` is what the bytes cost that it reads, `cost_line`
    the line of the plan that pays for it.
    """

    backfill: Backfill
    index: int
    units: Computed | None
    runs: Computed | None
    asked: Input | None
    effective: Input | None
    limited_by: LimitedBy | None
    one_by_one: bool
    pool: PoolLoad | None
    pool_use: Computed | None
    crowds: bool
    meanwhile: tuple[Meanwhile, ...]
    duration: Computed | None
    by_division: Computed | None
    window: Input | None
    allowed: Computed | None
    headroom: Computed | None
    by_parallel: tuple[AtParallel, ...]
    whole: WholeHistory
    downstream: tuple[Affected, ...]
    scanned: Computed | None
    scan_cost: Computed | None
    cost_line: CostLineFacts | None

    @property
    def ends(self) -> datetime | None:
        """When it is over in the base case, if it says when it starts and is over within a thousand years."""
        if self.backfill.starts is None or self.duration is None or self.duration.never:
            return None
        if self.duration.value.base > LONGEST:
            return None
        return self.backfill.starts + timedelta(seconds=float(self.duration.value.base))


def backfills(
    plan: Plan, policy: Policy, volumes: CapacityFacts, graph: Lineage, costs: CostFacts, fresh: FreshnessFacts
) -> tuple[BackfillFacts, ...]:
    """Compute every backfill of a plan, in the order of the file."""
    found = plan.cutover.backfill if plan.cutover else ()
    return tuple(
        _Duration(plan, backfill, index).facts(policy, volumes, graph, costs, fresh)
        for index, backfill in enumerate(found)
    )


class _Duration:
    """The inputs of one backfill."""

    def __init__(self, plan: Plan, backfill: Backfill, index: int) -> None:
        self.plan, self.backfill, self.index = plan, backfill, index
        self.pool = pool_load(plan, backfill.pool)
        self.slots = self._input("slots", backfill.slots) or given("slots", Decimal(1))
        self.retries = self._input("retry_rate", backfill.retry_rate) or given("retry_rate", _NO_RETRY)
        self.one_by_one = depends_on_past(plan, backfill)

    def facts(
        self, policy: Policy, volumes: CapacityFacts, graph: Lineage, costs: CostFacts, fresh: FreshnessFacts
    ) -> BackfillFacts:
        backfill = self.backfill
        units, asked = self._units(), self._input("parallel", backfill.parallel)
        per_run = self._input("units_per_run", backfill.units_per_run)
        runs = compute("backfill_runs", given("units", units), per_run) if per_run else None
        unit = self._unit_runtime()
        runtime = given("unit_runtime", compute("run_of_units", per_run, given("units", units), unit))
        effective = self._effective(asked)
        by_rate, unshared = self._by_rate(volumes)

        def taking(places: Input | None) -> Computed | None:
            in_waves = self._in_waves(units, per_run, places, unit)
            return _slowest(("units in waves", in_waves), ("rows on the shared path", by_rate))

        window = self._input("window", backfill.must_finish_within, "must_finish_within")
        duration = taking(effective)
        share = given("share", policy.checklists.thresholds.backfill_headroom)
        line = next((entry for entry in costs.lines if entry.line.backfill == backfill.id), None)
        scanned = self._input("scanned", backfill.scanned)
        crowds = self._crowds()
        return BackfillFacts(
            backfill=backfill,
            index=self.index,
            units=units,
            runs=runs,
            asked=asked,
            effective=effective,
            limited_by=self._limited_by(asked, effective),
            one_by_one=self.one_by_one,
            pool=self.pool,
            pool_use=self._pool_use(effective),
            crowds=crowds,
            meanwhile=meanwhile(fresh, self.pool, runtime if per_run else unit)
            if crowds and self.pool is not None
            else (),
            duration=duration,
            by_division=compute("backfill_by_division", given("units", units), unit, asked) or unshared,
            window=window,
            allowed=compute("time_allowed", window, share),
            headroom=compute("headroom", given("demand", duration), named("limit", window)),
            by_parallel=self._by_parallel(runs or units, asked, effective, taking) if unit is not None else (),
            whole=whole_history(self.plan, backfill, graph),
            downstream=affected(self.plan, backfill, graph),
            scanned=compute("backfill_scan", scanned, given("units", units), binary=volumes.binary),
            scan_cost=compute("backfill_scan_cost", scanned, given("units", units), _price(line)),
            cost_line=line,
        )

    def _input(self, name: str, number: object, field: str | None = None) -> Input | None:
        return given(name, number, "cutover", ("backfill", self.index, field or name))  # type: ignore[arg-type]

    def _units(self) -> Computed | None:
        backfill = self.backfill
        span = self._input("range", length(backfill))
        if span is None:
            return None
        excluded = excluded_units(backfill)
        return compute(
            "backfill_units",
            span,
            self._input("granularity", backfill.granularity),
            self._input("excluded", excluded) if excluded else given("excluded", excluded),
        )

    def _unit_runtime(self) -> Input | None:
        """The p95 runtime of a unit, with the p50 as its low case."""
        told = self.backfill.unit_runtime
        if told is None or told.p95 is None:
            return None
        path: Path = ("backfill", self.index, "unit_runtime", "p95")
        return Input("unit_runtime", told.p50 or told.p95, told.p95, told.p95, "cutover", path)

    def _in_waves(
        self, units: Computed | None, per_run: Input | None, places: Input | None, runtime: Input | None
    ) -> Computed | None:
        """The duration by units, each in a run of its own or several in one."""
        if per_run is None:
            return compute("backfill_duration", given("units", units), places, runtime, self.retries)
        full = given("full_runs", compute("full_runs", given("units", units), per_run))
        left = given("units_left", compute("units_left", given("units", units), full, per_run))
        return compute("backfill_in_runs", full, places, per_run, left, runtime, self.retries)

    def _effective(self, asked: Input | None) -> Input | None:
        """Units at one time: one where each waits for the one before, and no more than the pool has left."""
        wanted = given("parallel", Decimal(1)) if self.one_by_one else asked
        return wanted if self.backfill.pool is None else given("parallel", self._places(wanted))

    def _places(self, wanted: Input | None) -> Computed | None:
        if self.pool is None:
            return None
        return compute("effective_parallel", wanted, self.pool.size, given("live", self.pool.mean), self.slots)

    def _limited_by(self, asked: Input | None, effective: Input | None) -> LimitedBy | None:
        if asked is None or effective is None or effective.value.base >= asked.value.base:
            return None
        return "depends_on_past" if self.one_by_one and effective.value.base == 1 else "pool"

    def _crowds(self) -> bool:
        if self.pool is None or not self.pool.pipelines:
            return False
        found = next((entry for entry in pool_demands(self.plan) if entry.id == self.backfill.pool), None)
        if found is None or found.demand is None or found.size is None:
            return False
        return found.demand.value.base > found.size.value.base

    def _pool_use(self, effective: Input | None) -> Computed | None:
        if self.pool is None:
            return None
        return compute("pool_use", given("live", self.pool.mean), effective, self.slots, self.pool.size)

    def _by_parallel(
        self,
        runs: Computed | None,
        asked: Input | None,
        effective: Input | None,
        taking: Callable[[Input | None], Computed | None],
    ) -> tuple[AtParallel, ...]:
        """Durations with 1, 2, 4 … at one time up to what is asked for, and with what is asked for and runs."""
        if runs is None or asked is None or effective is None:
            return ()
        wanted, running, most = int(asked.value.base), int(effective.value.base), int(runs.value.base)
        numbers = {wanted, max(running, 1)} | {2**power for power in range(20) if 2**power <= 2 * max(wanted, 4)}
        found = []
        for number in sorted(numbers):
            duration = taking(given("parallel", Decimal(number)))
            if duration is not None and (number <= most or number in {wanted, running}):
                found.append(AtParallel(number, duration, possible=self._possible(number)))
        return tuple(found)

    def _possible(self, number: int) -> bool:
        places = self._effective(given("parallel", Decimal(number)))
        return places is not None and places.value.base >= number

    def _by_rate(self, volumes: CapacityFacts) -> tuple[Computed | None, Computed | None]:
        """The duration by rows over what live loads leave of the path, and over the whole path for comparison."""
        rows = self._input("rows", self.backfill.rows)
        path = self._path_rate()
        load = given("load", total((entry.dataset, entry.average_rate) for entry in volumes.workloads))
        return (
            compute("backfill_on_shared_path", rows, path, load),
            compute("backfill_on_free_path", rows, path),
        )

    def _path_rate(self) -> Input | None:
        """The rate of the path: what the backfill says, at most what the engine and the source allow."""
        engine = self.plan.capacity.throughput if self.plan.capacity else None
        known = [
            self._input("throughput", self.backfill.throughput),
            given("capacity", engine.capacity if engine else None, "capacity", ("throughput", "capacity")),
            given("limit", self._read_limit()),
        ]
        rates = [entry for entry in known if entry is not None]
        if not rates:
            return None
        narrowest = rates[0]
        for rate in rates[1:]:
            narrower = compute("capped_rate", named("path", narrowest), named("limit", rate))
            narrowest = given("capacity", narrower) or narrowest
        return named("capacity", narrowest)

    def _read_limit(self) -> Computed | None:
        for index, source in enumerate(self.plan.sources.sources if self.plan.sources else ()):
            if source.access is not None and self.backfill.origin in {source.id, *(d.id for d in source.datasets)}:
                path: Path = ("sources", index, "access")
                return compute(
                    "read_limit",
                    given("rate_limit", source.access.rate_limit, "sources", (*path, "rate_limit")),
                    per(
                        given("rows_per_request", source.access.rows_per_request, "sources",
                              (*path, "rows_per_request")),
                        "requests",
                    ),
                )  # fmt: skip
        return None


def _price(line: CostLineFacts | None) -> Input | None:
    """The price of a byte, where the cost line of a backfill pays for scans."""
    if line is None or line.line.unit_price is None or ("B", -1) not in line.line.unit_price.dimension:
        return None
    return given("unit_price", line.line.unit_price, "capacity", ("cost", "lines", line.index, "unit_price"))


def _slowest(*parts: tuple[str, Computed | None]) -> Computed | None:
    """Give the one that is known, or the largest of those that are."""
    known = [(name, part) for name, part in parts if part is not None]
    return known[0][1] if len(known) == 1 else combine("largest", "parts", known)
