"""Throughput: what the shared path carries against the peak, the counts of machines, and what queries read."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from plangate.analysis.amount import above
from plangate.analysis.computed import Computed, Input, compute, given, named
from plangate.analysis.workload import WorkloadFacts
from plangate.model.capacity import Query, Sizing
from plangate.model.plan import Plan


class PeakFacts(Struct, frozen=True):
    """The peak held against the shared path: at today's volume, and month by month until the horizon.

    `crossing` is the first month in which the peak passes the usable rate. `slowdown` is how many times longer a row
    takes at the peak by queueing, a warning and no prediction.
    """

    usable: Computed | None
    headroom: Computed | None
    utilisation: Computed | None
    slowdown: Computed | None
    crossing: int | None


class SizingFacts(Struct, frozen=True):
    """A count of units that the plan orders: how many are needed, and what those that are ordered carry."""

    sizing: Sizing
    index: int
    load: Input | None
    needed: Computed | None
    usable: Computed | None
    headroom: Computed | None

    @property
    def name(self) -> str:
        """What is counted."""
        return self.sizing.name or f"sizing {self.index + 1}"


class QueryFacts(Struct, frozen=True):
    """The bytes that a query reads: as the plan says them, else partitions × bytes of one × share of the columns."""

    query: Query
    index: int
    scanned: Input | None


def usable_rate(plan: Plan) -> Computed | None:
    """Give the rate that the plan allows: what the shared path carries × its target utilisation."""
    told = plan.capacity.throughput if plan.capacity else None
    share = told.target_utilisation if told else None
    at = ("throughput", "target_utilisation")
    return compute("usable_rate", _carried(plan, "capacity"), given("target_utilisation", share, "capacity", at))


def _carried(plan: Plan, name: str) -> Input | None:
    told = plan.capacity.throughput if plan.capacity else None
    return given(name, told.capacity if told else None, "capacity", ("throughput", "capacity"))


def peak_facts(plan: Plan, usable: Computed | None, peak: Computed | None, crossing: int | None) -> PeakFacts:
    """Hold a peak rate against the rate that may be used; `crossing` is the first month in which it passes that."""
    used = compute("utilisation", given("demand", peak), _carried(plan, "limit"))
    return PeakFacts(
        usable=usable,
        headroom=compute("headroom", given("demand", peak), given("limit", usable)),
        utilisation=used,
        slowdown=compute("queueing_slowdown", given("utilisation", used)),
        crossing=crossing,
    )


def first_above(numbers: Iterable[Decimal], limit: Decimal) -> int | None:
    """Give the place of the first number above a limit, None where all keep to it."""
    return next((place for place, number in enumerate(numbers) if above(number, limit)), None)


def crossing(last: Decimal, months: Callable[[], Iterable[Decimal]], limit: Decimal, *, rises: bool) -> int | None:
    """Give the first month whose number is above a limit, None where all keep to it.

    Where numbers only rise the `last` one tells that all keep to it, and the `months` need not be worked out.
    """
    return None if rises and not above(last, limit) else first_above(months(), limit)


def sizing_facts(plan: Plan) -> tuple[SizingFacts, ...]:
    """Work out every count of units that the plan orders: load ÷ (what one carries × utilisation), rounded up."""
    resources = plan.capacity.resources if plan.capacity else None
    return tuple(_sizing(entry, index) for index, entry in enumerate(resources.sizing if resources else ()))


def _sizing(sizing: Sizing, index: int) -> SizingFacts:
    def told(name: str) -> Input | None:
        return given(name, getattr(sizing, name), "capacity", ("resources", "sizing", index, name))

    load, unit = told("load"), (told("per_unit"), told("utilisation"))
    fits = load is None or unit[0] is None or load.value.dimension == unit[0].value.dimension
    usable = compute("usable_of_units", told("count"), *unit) if fits else None
    return SizingFacts(
        sizing=sizing,
        index=index,
        load=load,
        needed=compute("units_needed", load, *unit) if fits else None,
        usable=usable,
        headroom=compute("headroom", named("demand", load), given("limit", usable)),
    )


def query_facts(plan: Plan, workloads: Sequence[WorkloadFacts], *, binary: bool) -> tuple[QueryFacts, ...]:
    """Give what each query of the serving layer reads at today's volume."""
    known = {entry.dataset: entry for entry in workloads}
    return tuple(
        QueryFacts(query, index, _scanned(query, index, known.get(query.dataset or ""), binary=binary))
        for index, query in enumerate(plan.capacity.queries if plan.capacity else ())
    )


def _scanned(query: Query, index: int, workload: WorkloadFacts | None, *, binary: bool) -> Input | None:
    path = ("queries", index)
    if query.scanned is not None:
        return given("scanned", query.scanned, "capacity", (*path, "scanned"))
    size = workload.cut_at_go_live.read if workload is not None and workload.cut_at_go_live is not None else None
    share = given("columns_share", query.columns_share, "capacity", (*path, "columns_share"))
    if share is None and workload is not None:
        told = workload.workload.columns_scanned_share
        share = given("columns_share", told, "capacity", ("workloads", workload.index, "columns_scanned_share"))
    number = given("partitions", query.partitions, "capacity", (*path, "partitions"))
    return given("scanned", compute("scanned_bytes", given("partition_bytes", size), number, share, binary=binary))
