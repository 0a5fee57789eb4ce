"""How old data gets while a backfill runs in the pool of live loads: each run on the way may wait for a unit to end."""

from decimal import Decimal

from msgspec import Struct

from plangate.analysis.computed import Computed, Input, compute, given, named
from plangate.analysis.freshness import FreshnessFacts, Need
from plangate.analysis.pool import PoolLoad


class Meanwhile(Struct, frozen=True):
    """A need for freshness while a backfill crowds the pool: how many runs on the way may wait, and the age with that.

    `headroom` is what is left of the need, as a share.
    """

    need: Need
    waits: int
    age: Computed
    headroom: Computed | None

    @property
    def met(self) -> bool:
        """Tell whether the worst age is within the need all the same."""
        return self.age.value.base <= self.need.need.base


def meanwhile(fresh: FreshnessFacts, pool: PoolLoad, unit_runtime: Input | None) -> tuple[Meanwhile, ...]:
    """Give what becomes of each need of consumers, promises and contracts whose way goes through the pool."""
    live = {entry.pipeline.id for entry in pool.pipelines}
    found = []
    for need in fresh.of("consumer", "promise", "contract"):
        waits = sum(stage.pipeline in live for stage in need.age.chain)
        age = compute(
            "age_during_backfill",
            given("age", need.age.age),
            given("waits", Decimal(waits)),
            named("unit_runtime", unit_runtime),
        )
        if waits and age is not None:
            room = compute("headroom", given("demand", age), given("limit", need.need, need.gate, need.path))
            found.append(Meanwhile(need, waits, age, room))
    return tuple(found)
