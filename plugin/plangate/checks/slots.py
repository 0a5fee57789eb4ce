"""Gate capacity, its pools: what is asked for at one time finds slots enough."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.backfill_room import besides, runs_for, slots
from plangate.analysis.computed import Computed
from plangate.analysis.pool_demand import PoolDemand
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.problem import Path, Problem


@rule(
    "CAP012",
    "Pools have the slots that are asked for together",
    scope="plan",
    reason="What finds no slot waits, and a backfill that shares a pool makes live loads wait.",
    reads=(
        "capacity.resources.pools",
        "ingestion.pipelines.*.concurrency",
        "ingestion.pipelines.*.schedule",
        "cutover.backfill.*.parallel",
        "cutover.backfill.*.slots",
        "cutover.backfill.*.pool",
    ),
    applies=lambda subject: any(pool.demand is not None for pool in subject.facts.pools),
    where="the demand on a pool of slots is known",
    fails=(Edit("04-ingestion.yml", "pool: default_pool, pool_slots: 1", "pool: default_pool, pool_slots: 6"),),
    passes=(Edit("04-ingestion.yml", "pool: default_pool, pool_slots: 1", "pool: default_pool, pool_slots: 4"),),
)
def pools_suffice(subject: Subject) -> Iterator[Problem]:
    """The slots that pipelines and backfills ask for at one time are at most the size of the pool.

    A pipeline asks for `pool_slots` × `max_active_runs`, a backfill for `slots` × `parallel`. All of them add up, but
    for pipelines that cannot meet: one starts the other, or their schedules keep them apart for a year.
    """
    for pool in subject.facts.pools:
        if pool.demand is None:
            continue
        path: Path = ("resources", "pools", pool.index)
        if pool.size is None:
            if not subject.refused("capacity.resources.pools.*.size"):
                message = f"Pool {pool.id} has no size; {pool.demand} slots are asked for together"
                yield Problem("CAP012", message, "capacity", path, expected=f"at least {pool.demand}", cause="ING004")
        elif pool.demand.value.base > pool.size.value.base:
            yield Problem(
                "CAP012",
                f"Pool {pool.id} has {pool.size.value} slots, {pool.demand} are asked for together by "
                f"{', '.join(pool.by)}{_sum(subject, pool.demand)}",
                "capacity",
                (*path, "size"),
                str(pool.size.value),
                f"at least {pool.demand}",
                _less_at_once(subject, pool, pool.size.value.base, pool.demand),
            )


def _sum(subject: Subject, demand: Computed) -> str:
    """Write what is asked for as a sum, a backfill of several units as their number and the slots of each."""
    many = {
        f"backfill {entry.backfill.id}": f"{entry.backfill.parallel} parallel × {slots(entry)} slots"
        for entry in subject.facts.backfills
        if (entry.backfill.parallel or 1) > 1 and slots(entry) > 1 and not entry.one_by_one
    }
    parts = [many.get(entry.name, str(entry.value)) for entry in demand.inputs]
    return f" ({' + '.join(parts)})" if len(parts) > 1 else ""


def _less_at_once(subject: Subject, pool: PoolDemand, size: Decimal, demand: Computed) -> str:
    """Say what else than a larger pool helps: fewer units of a backfill, a pool of its own, or less of the greatest."""
    for entry in subject.facts.backfills:
        if entry.backfill.pool == pool.id and entry.backfill.parallel is not None and not entry.one_by_one:
            name = f"backfill {entry.backfill.id}"
            others = besides(entry, subject.facts.pools)
            units = ((size - others) / slots(entry)).to_integral_value(ROUND_FLOOR)
            if units >= 1:
                return f"Or let {name} run with `parallel: {units}`"
            own = entry.backfill.parallel * slots(entry)
            hint = f"Or give {name} its own pool, `{{id: {entry.backfill.id}, size: {own}}}`, and name it in `pool`"
            if others > size:
                hint += f"; {pool.id} then still needs `size: {others}`"
            return hint + _too_long(subject, entry)
    most = max(demand.inputs, key=lambda entry: entry.value.base)
    return f"Or let less run at one time: {most.name} asks for {most.value} (`max_active_runs` × `pool_slots`)"


def _too_long(subject: Subject, entry: BackfillFacts) -> str:
    """Say of a backfill which cannot start that slots for its units alone do not bring it into its time."""
    runs = runs_for(entry, subject.facts.pools) if entry.duration is not None and entry.duration.never else None
    if runs is None or entry.allowed is None or runs.base <= entry.allowed.value.base:
        return ""
    return f"; with either it takes {runs}, for which `must_finish_within` is too short (see BCK003)"
