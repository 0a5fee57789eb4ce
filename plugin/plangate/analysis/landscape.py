"""All plans at once: who builds and reads what, which plans stand, how they hang together; once per portfolio."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from plangate.analysis.atlas import Atlas, atlas
from plangate.analysis.card import Card, card
from plangate.analysis.columns import ColumnLineage, columns
from plangate.analysis.cutover import in_order
from plangate.analysis.derived import critical_datasets
from plangate.analysis.lineage import Lineage, lineage, produced
from plangate.analysis.personal import PersonalData, personal
from plangate.analysis.places import Placed, placed
from plangate.analysis.pool_demand import PoolDemand, pool_demands
from plangate.model.context import Consumer
from plangate.model.cutover import Backfill
from plangate.model.plan import Plan
from plangate.model.sources import Source, SourceDataset

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

_OVER = frozenset({"withdrawn", "retired"})


class Reader(Struct, frozen=True):
    """A consumer of some plan, with its place there."""

    plan: Plan
    consumer: Consumer
    index: int


class Described(Struct, frozen=True):
    """A source dataset as one plan describes it, with its places there."""

    plan: Plan
    source: Source
    dataset: SourceDataset
    index: int
    place: int


class Landscape(Struct, frozen=True, eq=False, dict=True):
    """The plans of a portfolio, sorted by id, and what follows from all of them together.

    A plan *stands* unless it is withdrawn, retired, or superseded by one that is neither. In a circle all stand.
    """

    plans: Sequence[Plan] = ()
    facts: "dict[str, Facts]" = field(default_factory=dict)
    """What was worked out of single plans, for those that need it of another one."""
    base: "Landscape | None" = None
    """The plans as they were at the revision that is compared with, where there is one."""
    others: Mapping[str, Card] = field(default_factory=dict)
    """The cards of plans that no dataset and no name connects with these, by id."""
    _lineages: dict[str, Lineage] = field(default_factory=dict)
    _pools: dict[str, tuple[PoolDemand, ...]] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Plan]:
        """Every plan by its id."""
        return {plan.id: plan for plan in self.plans}

    @cached_property
    def names(self) -> Collection[str]:
        """The ids of all plans, those known by their cards alone included."""
        return self.by_id.keys() | self.others.keys()

    @cached_property
    def cards(self) -> Mapping[str, Card]:
        """The card of every plan, by id."""
        return {**self.others, **{plan.id: card(plan, self.pools, stands=self.stands(plan)) for plan in self.plans}}

    def first(self, names: Iterable[str]) -> str:
        """Of plans that clash give the one that was there first: a live one, else the oldest."""
        return min(names, key=lambda name: self.cards[name].rank)

    @cached_property
    def superseded(self) -> Mapping[str, str]:
        """The plans that another one supersedes, each with that one's id; in a circle nobody supersedes anybody."""
        return {
            plan.header.supersedes: plan.id
            for plan in self.plans
            if plan.header.supersedes and plan.header.intent not in _OVER and self.succession(plan)[-1] != plan.id
        }

    def succession(self, plan: Plan) -> tuple[str, ...]:
        """Give a plan that supersedes another one, and all before it; of a circle the last one has come before."""
        chain = [plan.id]
        following: Plan | None = plan
        while following is not None and following.header.supersedes:
            chain.append(following.header.supersedes)
            following = self.by_id.get(chain[-1]) if chain[-1] not in chain[:-1] else None
        return tuple(chain)

    def stands(self, plan: Plan) -> bool:
        """Tell whether a plan is neither over nor superseded."""
        return plan.header.intent not in _OVER and plan.id not in self.superseded

    @cached_property
    def standing(self) -> tuple[Plan, ...]:
        """The plans that stand."""
        return tuple(plan for plan in self.plans if self.stands(plan))

    @cached_property
    def producers(self) -> Mapping[str, tuple[str, ...]]:
        """For every dataset the plans that stand and build it."""
        found: dict[str, list[str]] = {}
        for plan in self.standing:
            for name in produced(plan):
                found.setdefault(name, []).append(plan.id)
        return {name: tuple(ids) for name, ids in found.items()}

    @cached_property
    def built(self) -> frozenset[str]:
        """The datasets that any plan builds, standing or not."""
        own = (produced(plan) for plan in self.plans)
        return frozenset[str]().union(*own, *(other.built for other in self.others.values()))

    @cached_property
    def listed(self) -> Mapping[str, frozenset[str]]:
        """The columns of every dataset for which they are listed; a model's own list goes before a source's."""
        sources: dict[str, frozenset[str]] = {}
        models: dict[str, frozenset[str]] = {}
        for plan in self.plans:
            own = produced(plan)
            for name, names in listed(plan).items():
                into = models if name in own else sources
                into.setdefault(name, names)
        return {**sources, **models}

    @cached_property
    def placed(self) -> Mapping[tuple[str, str], tuple[Placed, ...]]:
        """For every place the models of plans that stand and lie there."""
        found: dict[tuple[str, str], list[Placed]] = {}
        for plan in self.standing:
            for entry in placed(plan):
                found.setdefault(entry.place, []).append(entry)
        return {place: tuple(entries) for place, entries in found.items()}

    def elsewhere(self, plan: Plan) -> Callable[[str], str | None]:
        """Give for any dataset that a plan does not build itself the plan that builds it, if one does."""
        own = produced(plan)

        def builder(name: str) -> str | None:
            return None if name in own else next((one for one in self.producers.get(name, ()) if one != plan.id), None)

        return builder

    def lineage(self, plan: Plan) -> Lineage:
        """Give the lineage of a plan; that of a plan of the landscape is derived once."""
        known = self._lineages if self.by_id.get(plan.id) is plan else {}
        if plan.id not in known:
            known[plan.id] = lineage(plan, critical_datasets(plan), self.elsewhere(plan))
        return known[plan.id]

    def pools(self, plan: Plan) -> tuple[PoolDemand, ...]:
        """Give the slots that are asked for together, by pool of a plan; those of the landscape once."""
        known = self._pools if self.by_id.get(plan.id) is plan else {}
        if plan.id not in known:
            known[plan.id] = pool_demands(plan)
        return known[plan.id]

    @cached_property
    def atlas(self) -> Atlas:
        """The lineage of all standing plans as one graph."""
        return atlas(self.standing, self.lineage)

    @cached_property
    def used(self) -> Mapping[str, frozenset[str]]:
        """For every plan the datasets from elsewhere: its sources, inputs, upstream models, and what consumers read."""
        return {plan.id: frozenset(_taken(plan)) - produced(plan) for plan in self.plans}

    @cached_property
    def users(self) -> Mapping[str, frozenset[str]]:
        """For every dataset the standing plans that take it from elsewhere."""
        found: dict[str, set[str]] = {}
        for plan in self.standing:
            for name in self.used[plan.id]:
                found.setdefault(name, set()).add(plan.id)
        return {name: frozenset(ids) for name, ids in found.items()}

    @cached_property
    def readers(self) -> Mapping[str, tuple[Reader, ...]]:
        """For every dataset the consumers of all standing plans that read it."""
        return readers(self.standing)

    @cached_property
    def described(self) -> Mapping[str, tuple[Described, ...]]:
        """For every source dataset how each standing plan describes it."""
        found: dict[str, list[Described]] = {}
        for plan in self.standing:
            for entry in _described(plan):
                found.setdefault(entry.dataset.id, []).append(entry)
        return {name: tuple(entries) for name, entries in found.items()}

    @cached_property
    def backfills(self) -> Mapping[str, tuple[tuple[Plan, Backfill], ...]]:
        """For every dataset the backfills of it in standing plans."""
        found: dict[str, list[tuple[Plan, Backfill]]] = {}
        for plan in self.standing:
            for entry in plan.cutover.backfill if plan.cutover else ():
                if entry.dataset is not None:
                    found.setdefault(entry.dataset, []).append((plan, entry))
        return {name: tuple(entries) for name, entries in found.items()}

    @cached_property
    def columns(self) -> ColumnLineage:
        """The column lineage of all standing plans together."""
        return columns(self.standing)

    @cached_property
    def personal(self) -> PersonalData:
        """Personal data of all standing plans and the consumers that can see it."""
        return personal(self.columns, self.readers, self.atlas.graph.downstream, self.listed.keys())

    @cached_property
    def upstream_plans(self) -> Mapping[str, tuple[str, ...]]:
        """For every standing plan the plans that it takes datasets from or says that it depends on, sorted."""
        found: dict[str, tuple[str, ...]] = {}
        for plan in self.standing:
            named = {name for name in plan.header.depends_on if name in self.by_id}
            builders = {one for name in self.used[plan.id] for one in self.producers.get(name, ())}
            found[plan.id] = tuple(sorted((named | builders) - {plan.id}))
        return found

    @cached_property
    def circles(self) -> Mapping[str, tuple[str, ...]]:
        """For every plan that waits for itself its shortest way back, in which each waits for the next."""
        before = {
            name: [other for other in others if other in self.upstream_plans]
            for name, others in self.upstream_plans.items()
        }
        ordered = frozenset(in_order(before)[0])
        ways = {name: _way_back(name, before) for name in before if name not in ordered}
        return {name: way for name, way in ways.items() if way}


def _way_back(name: str, before: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Give the shortest way from a name to itself, of equal ones the first; empty where there is none."""
    came: dict[str, str] = {}
    waiting = [name]
    for one in waiting:
        for other in before[one]:
            if other not in came:
                came[other] = one
                waiting.append(other)
        if name in came:
            way = [name]
            while len(way) == 1 or way[-1] != name:
                way.append(came[way[-1]])
            return tuple(reversed(way))
    return ()


def readers(plans: Iterable[Plan]) -> Mapping[str, tuple[Reader, ...]]:
    """Give for every dataset the consumers of some plans that read it."""
    found: dict[str, list[Reader]] = {}
    for plan in plans:
        for index, consumer in enumerate(plan.context.consumers if plan.context else ()):
            for name in consumer.reads:
                found.setdefault(name, []).append(Reader(plan, consumer, index))
    return {name: tuple(entries) for name, entries in found.items()}


def listed(plan: Plan) -> Mapping[str, frozenset[str]]:
    """Give the columns of the datasets of one plan that lists them."""
    found = {
        entry.dataset.id: frozenset(column.name for column in entry.dataset.columns)
        for entry in _described(plan)
        if entry.dataset.columns
    }
    for model in plan.modeling.models if plan.modeling else ():
        if model.columns:
            found[model.id] = frozenset(column.name for column in model.columns)
    return found


def _described(plan: Plan) -> Iterator[Described]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, dataset in enumerate(source.datasets):
            yield Described(plan, source, dataset, index, place)


def _taken(plan: Plan) -> Iterator[str]:
    yield from (entry.dataset.id for entry in _described(plan))
    for pipeline in plan.ingestion.pipelines if plan.ingestion else ():
        yield from pipeline.inputs
    for model in plan.modeling.models if plan.modeling else ():
        yield from model.depends_on
    for consumer in plan.context.consumers if plan.context else ():
        yield from consumer.reads
