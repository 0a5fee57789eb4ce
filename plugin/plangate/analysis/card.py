"""A plan as every other plan of its portfolio sees it: what it is called, what it builds, and what may clash."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from msgspec import Struct

from plangate.analysis.lineage import produced
from plangate.analysis.pool_demand import PoolDemand
from plangate.analysis.switches import Stretch, stretches
from plangate.analysis.turns import User, users
from plangate.model.plan import Plan


class Meaning(Struct, frozen=True):
    """A metric as one plan means it, with its place there."""

    plan: str
    index: int
    name: str
    grain: tuple[str, ...]
    formula: str | None
    definition: str | None


class Share(Struct, frozen=True):
    """A plan's pool on a system, with its place in gate capacity: its size, and what may be asked of it, by what."""

    plan: str
    index: int
    system: str
    size: Decimal | None
    demand: Decimal | None
    users: tuple[User, ...]


class Card(Struct, frozen=True):
    """What plans see of a plan that no dataset and no name connects them with.

    Stretches, metrics and pools are those of a plan that stands: one that is neither over nor superseded.
    """

    id: str
    live: bool
    created: str
    built: tuple[str, ...]
    stretches: tuple[Stretch, ...] = ()
    metrics: tuple[Meaning, ...] = ()
    pools: tuple[Share, ...] = ()

    @property
    def rank(self) -> tuple[bool, str, str]:
        """Who was there first has the smallest: a live plan, else the oldest."""
        return not self.live, self.created, self.id


def card(plan: Plan, pools: Callable[[Plan], Sequence[PoolDemand]], *, stands: bool) -> Card:
    """Give the card of a plan; `pools` gives the demand on its pools."""
    header, built = plan.header, tuple(sorted(produced(plan)))
    first = Card(plan.id, header.intent == "live", str(header.created or "9999"), built)
    if not stands:
        return first
    return Card(
        first.id, first.live, first.created, built, tuple(stretches(plan)), _meanings(plan), _shares(plan, pools)
    )


def _meanings(plan: Plan) -> tuple[Meaning, ...]:
    return tuple(
        Meaning(plan.id, index, metric.name, metric.grain, metric.formula, metric.definition)
        for index, metric in enumerate(plan.context.metrics if plan.context else ())
        if metric.name and metric.name.strip()
    )


def _shares(plan: Plan, pools: Callable[[Plan], Sequence[PoolDemand]]) -> tuple[Share, ...]:
    resources = plan.capacity.resources if plan.capacity else None
    systems = [pool.system for pool in resources.pools] if resources else []
    return tuple(
        Share(
            plan.id,
            pool.index,
            system,
            pool.size.value.base if pool.size is not None else None,
            pool.demand.value.base if pool.demand is not None else None,
            users(plan, pool.slots),
        )
        for pool in (pools(plan) if any(systems) else ())
        if (system := systems[pool.index]) is not None
    )
