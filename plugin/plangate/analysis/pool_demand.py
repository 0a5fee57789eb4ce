"""The slots of a pool that may be asked for at one time, backfills included.

First everything adds up. Only where that is more than the pool has are schedules looked at: runs that cannot meet take
turns, and only the largest of them counts.
"""

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct

from plangate.analysis.computed import Computed, Input, combine, compute, given
from plangate.analysis.pool import pool_load
from plangate.analysis.turns import in_turns
from plangate.model.plan import Plan


class PoolDemand(Struct, frozen=True):
    """A pool with the slots that may be asked for together (`demand`), by what, and the mean slots that are held.

    `size` is None where the plan does not say it; `by` names pipelines and backfills in the order of the plan, `slots`
    says how many each of all asks for, those that take turns included. `mean`
    grows with the volume, as runs take longer; it is None where a stream holds slots, which it does at any volume.
    """

    id: str
    index: int
    size: Input | None
    demand: Computed | None
    by: tuple[str, ...]
    slots: Mapping[str, Decimal]
    headroom: Computed | None
    mean: Computed | None


def pool_demands(plan: Plan) -> tuple[PoolDemand, ...]:
    """Give the demand on each pool of a plan; pools that nobody uses have none."""
    resources = plan.capacity.resources if plan.capacity else None
    return tuple(_demand(plan, index) for index in range(len(resources.pools) if resources else 0))


def _demand(plan: Plan, index: int) -> PoolDemand:
    assert plan.capacity is not None and plan.capacity.resources is not None  # noqa: S101, PT018 -- the pool is there
    pool = plan.capacity.resources.pools[index]
    size = given("limit", pool.size, "capacity", ("resources", "pools", index, "size"))
    users = [*_pipelines(plan, pool.id), *_backfills(plan, pool.id)]
    slots = {name: _base(number) for name, number in users}
    demand = combine("pool_demand", "slots", users)
    if demand is not None and size is not None and demand.value.base > size.value.base:
        first = {group[0] for group in in_turns(plan, slots)}
        users = [user for user in users if user[0] in first]  # the largest of each group
        demand = combine("pool_demand", "slots", users)
    load = pool_load(plan, pool.id)
    grows = load is not None and load.pipelines and all(entry.pipeline.pattern != "stream" for entry in load.pipelines)
    return PoolDemand(
        id=pool.id,
        index=index,
        size=size,
        demand=demand,
        by=tuple(name for name, _ in users),
        slots=slots,
        headroom=compute("headroom", given("demand", demand), size),
        mean=load.mean if load is not None and grows else None,
    )


def _pipelines(plan: Plan, pool: str) -> list[tuple[str, Computed | None]]:
    found = []
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        told = pipeline.concurrency
        if told is not None and told.pool == pool:
            path = ("pipelines", index, "concurrency")
            runs = given("runs", told.max_active_runs, "ingestion", (*path, "max_active_runs"))
            slots = given("slots", told.pool_slots, "ingestion", (*path, "pool_slots"))
            found.append((pipeline.id, _slots(runs, slots)))
    return found


def _backfills(plan: Plan, pool: str) -> list[tuple[str, Computed | None]]:
    found = []
    for index, backfill in enumerate(plan.cutover.backfill if plan.cutover else ()):
        if backfill.pool == pool:
            path = ("backfill", index)
            runs = (
                None if backfill.depends_on_past else given("runs", backfill.parallel, "cutover", (*path, "parallel"))
            )
            slots = given("slots", backfill.slots, "cutover", (*path, "slots"))
            found.append((f"backfill {backfill.id}", _slots(runs, slots)))
    return found


def _slots(runs: Input | None, slots: Input | None) -> Computed | None:
    """One run, and one slot, unless the plan says more."""
    return compute("slots_of_runs", runs or given("runs", 1), slots or given("slots", 1))


def _base(number: Computed | None) -> Decimal:
    return number.value.base if number is not None else Decimal(0)
