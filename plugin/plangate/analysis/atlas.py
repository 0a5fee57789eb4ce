"""The lineage of a whole portfolio: every dataset once, every consumer of every plan, and what reaches whom."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.cutover import in_order
from plangate.analysis.lineage import CONSUMERS, SOURCES, Edge, Lineage, Node, produced
from plangate.model.context import Consumer
from plangate.model.plan import Plan
from plangate.model.reference import DATASET

MOST_CYCLES = 10
"""How many cycles are named; who has that many begins with those."""


class Entry(Struct, frozen=True):
    """A dataset or a consumer among all plans.

    `home` is the plan that speaks for it: the one that builds it, else one that takes it from a source, else one that
    names it; `producers` build it and `users` take it from elsewhere, both sorted. `node` is what the home says.
    """

    id: str
    node: Node
    home: str
    domain: str | None
    producers: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    @property
    def is_dataset(self) -> bool:
        """Tell whether it is a dataset that has a name of its own among all plans."""
        return self.node.kind != "consumer" and DATASET.fullmatch(self.id) is not None


class Reached(Struct, frozen=True):
    """A consumer that a change reaches: the way leads from the dataset over those between to the one that it reads.

    `by` is the day that matters: the one by which the consumer needs the data, else that of the plan's go-live.
    """

    entry: Entry
    plan: Plan
    consumer: Consumer | None
    way: tuple[str, ...]
    by: date | None


class Atlas(Struct, frozen=True, dict=True):
    """The merged graph: datasets by their ids, consumers as `consumer:<plan>/<id>`, names of one plan as `<plan>/<id>`.

    `feedback` holds the edges that a plan declares to lead back.
    """

    graph: Lineage
    entries: Mapping[str, Entry]
    plans: Mapping[str, Plan]
    feedback: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def datasets(self) -> tuple[Entry, ...]:
        """The datasets in the order of layers and ids."""
        found = (self.entries[node.id] for node in self.graph.nodes)
        return tuple(entry for entry in found if entry.is_dataset)

    @cached_property
    def after(self) -> Mapping[str, tuple[str, ...]]:
        """What is built from each node or reads it, critical ones first, then by id."""
        return self._ranked((edge.source, edge.target) for edge in self.graph.edges)

    @cached_property
    def before(self) -> Mapping[str, tuple[str, ...]]:
        """What each node is built from or reads, in the same order."""
        return self._ranked((edge.target, edge.source) for edge in self.graph.edges)

    def _ranked(self, pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for one, other in pairs:
            found.setdefault(one, []).append(other)
        by_id = self.graph.by_id
        return {name: tuple(sorted(to, key=lambda n: (not by_id[n].critical, n))) for name, to in found.items()}

    @cached_property
    def by_domain(self) -> Mapping[str | None, tuple[Entry, ...]]:
        """Everything by domain, the domains sorted, what has none last."""
        found: dict[str | None, list[Entry]] = {}
        for node in self.graph.nodes:
            entry = self.entries[node.id]
            found.setdefault(entry.domain, []).append(entry)
        return {name: tuple(found[name]) for name in sorted(found, key=lambda name: (name is None, name or ""))}

    @cached_property
    def between(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """For every pair of plans the datasets that the second takes from the first, both sorted."""
        pairs: dict[tuple[str, str], list[str]] = {}
        for entry in self.datasets:
            for one in entry.producers:
                for other in entry.users:
                    if one != other:
                        pairs.setdefault((one, other), []).append(entry.id)
        return {pair: tuple(sorted(pairs[pair])) for pair in sorted(pairs)}

    @cached_property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Name the cycles that no plan declares, at most 10, no two of which share an edge."""
        known = set(self.feedback)
        found: list[tuple[str, ...]] = []
        while len(found) < MOST_CYCLES and (cycle := self.graph.cycle_without(frozenset(known))):
            found.append(cycle)
            known.update(pairwise(cycle))
        return tuple(found)

    def reach(self, dataset: str) -> tuple[Reached, ...]:
        """Tell what a change of a dataset reaches: the consumers of any plan downstream, each by its shortest way.

        The earliest day comes first, those without one last.
        """
        found: list[Reached] = []
        came: dict[str, str | None] = {dataset: None}
        waiting = [dataset]
        for name in waiting:
            for other in self.after.get(name, ()):
                if other in came:
                    continue
                came[other] = name
                waiting.append(other)
                if self.entries[other].node.kind == "consumer":
                    found.append(self._reached(other, tuple(_back(came, name))))
        return tuple(sorted(found, key=lambda one: (one.by is None, one.by or date.max, one.entry.id)))

    def _reached(self, name: str, way: tuple[str, ...]) -> Reached:
        entry = self.entries[name]
        plan = self.plans[entry.home]
        wanted = name.rpartition("/")[2]
        known = plan.context.consumers if plan.context else ()
        consumer = next((one for one in known if one.id == wanted), None)
        go_live = plan.header.go_live
        by = consumer.needs_by if consumer and consumer.needs_by else go_live.date() if go_live else None
        return Reached(entry, plan, consumer, way, by)


def _back(came: Mapping[str, str | None], name: str) -> Iterator[str]:
    way = [name]
    while (before := came[way[-1]]) is not None:
        way.append(before)
    return reversed(way)


def atlas(plans: Sequence[Plan], lineage_of: Callable[[Plan], Lineage]) -> Atlas:
    """Merge the lineage of plans, whose order does not matter."""
    merged = _Merged()
    ordered = sorted(plans, key=lambda plan: plan.id)
    graphs = [(plan, lineage_of(plan)) for plan in ordered]
    for plan, graph in graphs:
        merged.add(plan, graph)
    layers = _layers([graph.layers for _, graph in graphs])
    rank = {name: place for place, (name, _) in enumerate(layers)}
    entries = {entry.id: entry for entry in merged.entries()}
    nodes = sorted((entry.node for entry in entries.values()), key=lambda node: (rank[node.layer], node.id))
    edges = tuple(merged.edges[pair] for pair in sorted(merged.edges))
    return Atlas(
        Lineage(tuple(nodes), edges, layers), entries, {plan.id: plan for plan in ordered}, frozenset(merged.feedback)
    )


@dataclass
class _Merged:
    """What the plans say, node by node; the plan with the best word for a node is its home."""

    nodes: dict[str, tuple[int, Plan, Node]] = field(default_factory=dict)
    producers: dict[str, list[str]] = field(default_factory=dict)
    users: dict[str, list[str]] = field(default_factory=dict)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)
    feedback: set[tuple[str, str]] = field(default_factory=set)

    def add(self, plan: Plan, graph: Lineage) -> None:
        own = produced(plan)
        names = {node.id: name_among(plan.id, node.id) for node in graph.nodes}
        for node in graph.nodes:
            name = names[node.id]
            word = 0 if node.id in own or node.kind == "consumer" else 1 if node.kind == "source" else 2
            known = self.nodes.get(name)
            if known is None or word < known[0]:
                self.nodes[name] = (word, plan, node)
            if node.kind != "consumer":
                (self.producers if node.id in own else self.users).setdefault(name, []).append(plan.id)
        for edge in graph.edges:
            pair = names[edge.source], names[edge.target]
            if pair not in self.edges:
                same = pair == (edge.source, edge.target)  # as between datasets
                self.edges[pair] = edge if same else replace(edge, source=pair[0], target=pair[1])
        self.feedback.update((names[source], names[target]) for source, target in graph.feedback)

    def entries(self) -> Iterator[Entry]:
        for name, (_, plan, node) in self.nodes.items():
            makers = tuple(self.producers.get(name, ()))
            yield Entry(
                name,
                node if node.id == name and node.plan is None else replace(node, id=name, plan=None),
                plan.id,
                plan.header.domain,
                makers,
                tuple(self.users.get(name, ())),
            )


def name_among(plan: str, node: str) -> str:
    """Give the name among all plans of a node of one: what is no dataset id means something in its own plan only."""
    if DATASET.fullmatch(node):
        return node
    kind, colon, name = node.rpartition(":")
    return f"{kind}{colon}{plan}/{name}"


def _layers(orders: Iterable[Sequence[tuple[str, str]]]) -> tuple[tuple[str, str], ...]:
    """Put the layers of all plans into one order, in which each plan finds its own unless plans contradict each other.

    Layers that no plan orders stand by their mean place from left to right.
    """
    titles: dict[str, str] = {}
    places: dict[str, list[Fraction]] = {}
    before: dict[str, set[str]] = {}
    for layers in orders:
        for place, (name, title) in enumerate(layers):
            titles.setdefault(name, title)
            places.setdefault(name, []).append(Fraction(place, max(1, len(layers) - 1)))
            before.setdefault(name, set()).update(layers[place - 1][:1] if place else ())
    inner = [name for name in titles if name not in {SOURCES, CONSUMERS}]
    inner.sort(key=lambda name: (sum(places[name]) / len(places[name]), name))
    order, _ = in_order({name: [one for one in sorted(before[name]) if one in inner] for name in inner})
    whole = [SOURCES, *order, *(name for name in inner if name not in order), CONSUMERS]
    return tuple((name, titles[name]) for name in whole if name in titles)
