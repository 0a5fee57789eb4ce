"""The lineage graph of a plan, derived from its gates: datasets, what builds them, who reads them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from msgspec import Struct

from plangate.analysis.cutover import in_order
from plangate.model.operations import EdgeOverride
from plangate.model.plan import Plan
from plangate.model.problem import Path

NodeKind = Literal["source", "dataset", "consumer"]

SOURCES, LANDED, CONSUMERS = "sources", "raw", "consumers"


class Node(Struct, frozen=True):
    """A dataset or a consumer. `plan` is the plan that produces it where that is another one; `gate` and `path` say
    where it is first spoken of."""

    id: str
    label: str
    kind: NodeKind
    layer: str
    owner: str | None
    critical: bool
    gate: str
    path: Path
    plan: str | None = None

    @property
    def external(self) -> bool:
        """Tell whether another plan produces the dataset."""
        return self.plan is not None


class Edge(Struct, frozen=True):
    """From a dataset to what is built from it or reads it; `via` is the pipeline, or empty."""

    source: str
    target: str
    via: str
    gate: str
    path: Path


class Lineage(Struct, frozen=True, dict=True):
    """Nodes by layer and id, edges sorted, layers from sources to consumers as (id, title).

    `implied` are the ends of the edges that the gates imply before operations overrides them, `declared` the sources,
    datasets, pipelines and consumers that gates other than operations speak of, `feedback` the ends of the edges that
    operations says lead back.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    layers: tuple[tuple[str, str], ...]
    implied: frozenset[tuple[str, str]] = frozenset()
    declared: frozenset[str] = frozenset()
    feedback: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def by_id(self) -> Mapping[str, Node]:
        """Every node by its id."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def _next(self) -> Mapping[str, tuple[str, ...]]:
        return _adjacent((edge.source, edge.target) for edge in self.edges)

    @cached_property
    def _before(self) -> Mapping[str, tuple[str, ...]]:
        return _adjacent((edge.target, edge.source) for edge in self.edges)

    def downstream(self, node: str) -> frozenset[str]:
        """Give everything that is built from a node or reads it, at any distance."""
        return _reached(node, self._next)

    def upstream(self, node: str) -> frozenset[str]:
        """Give everything that a node is built from, at any distance."""
        return _reached(node, self._before)

    def leads_back(self, source: str, targets: Iterable[str]) -> bool:
        """Tell whether a dataset is read for no more than what leads back: what it held before the run."""
        edges = {(source, target) for target in targets}
        return not edges.isdisjoint(self.feedback) and edges & self.implied <= self.feedback

    @cached_property
    def cycle(self) -> tuple[str, ...]:
        """Name one cycle, its first node repeated at the end; empty where there is none."""
        return self.cycle_without(frozenset())

    def cycle_without(self, feedback: frozenset[tuple[str, str]]) -> tuple[str, ...]:
        """Name one cycle that is left without some edges, such as those that are declared to lead back."""
        before = {
            node.id: [name for name in self._before.get(node.id, ()) if (name, node.id) not in feedback]
            for node in self.nodes
        }
        found = in_order(before)[1]
        return tuple(reversed(found))


def _adjacent(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for one, other in pairs:
        found.setdefault(one, {})[other] = None
    return {name: tuple(names) for name, names in found.items()}


def _reached(start: str, adjacent: Mapping[str, Sequence[str]]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in adjacent.get(waiting.pop(), ()):
            if name not in seen:
                seen.add(name)
                waiting.append(name)
    return frozenset(seen)


def produced(plan: Plan) -> frozenset[str]:
    """Give the ids of the datasets that a plan builds: pipeline outputs, models, streams."""
    outputs = {name for pipeline in (plan.ingestion.pipelines if plan.ingestion else ()) for name in pipeline.outputs}
    models = {model.id for model in (plan.modeling.models if plan.modeling else ())}
    streams = {stream.dataset for stream in (plan.events.streams if plan.events else ()) if stream.dataset}
    return frozenset(outputs | models | streams)


def defined(plan: Plan) -> frozenset[str]:
    """Give the ids of the datasets that a plan defines: those of its sources, what it builds, what operations adds."""
    sources = {dataset.id for source in (plan.sources.sources if plan.sources else ()) for dataset in source.datasets}
    section = plan.operations.lineage if plan.operations else None
    return produced(plan) | sources | {node.id for node in (section.nodes if section else ())}


def override_ends(plan: Plan, edge: EdgeOverride) -> tuple[tuple[str, str], ...]:
    """Give the nodes between which an edge of operations goes: a consumer's own, for a source its datasets, and for a
    pipeline what it reads, or writes where the edge goes to it."""
    sources = {one.id: one for one in (plan.sources.sources if plan.sources else ())}
    pipelines = {one.id: one for one in (plan.ingestion.pipelines if plan.ingestion else ())}
    starts: tuple[str, ...] = (edge.from_,)
    ends: tuple[str, ...] = (edge.to,)
    if edge.from_ in sources:
        starts = tuple(dataset.id for dataset in sources[edge.from_].datasets) or starts
    elif edge.from_ in pipelines:
        starts = pipelines[edge.from_].inputs or starts
    if any(one.id == edge.to for one in (plan.context.consumers if plan.context else ())):
        ends = (f"consumer:{edge.to}",)
    elif edge.to in pipelines:
        ends = pipelines[edge.to].outputs or ends
    return tuple((start, end) for start in starts for end in ends)


def lineage(plan: Plan, critical: frozenset[str], elsewhere: Callable[[str], str | None]) -> Lineage:
    """Derive the lineage of a plan; a dataset that another plan builds carries its id, which `elsewhere` gives."""
    return _Builder(plan, critical, elsewhere).build()


@dataclass
class _Builder:
    plan: Plan
    critical: frozenset[str]
    elsewhere: Callable[[str], str | None]
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str], Edge] = field(default_factory=dict)

    def build(self) -> Lineage:
        self._sources()
        self._streams()
        self._models()
        self._pipelines()
        self._contracts()
        self._consumers()
        implied, declared = frozenset(self.edges), frozenset(self.nodes) | self._named()
        self._overrides()
        layers = self._layers()
        rank = {name: place for place, (name, _) in enumerate(layers)}
        nodes = sorted(self.nodes.values(), key=lambda node: (rank[node.layer], node.id))
        edges = sorted(self.edges.values(), key=lambda edge: (edge.source, edge.target))
        return Lineage(tuple(nodes), tuple(edges), layers, implied, declared, self._feedback())

    def _add(
        self, name: str, layer: str, gate: str, path: Path, *, kind: NodeKind = "dataset", owner: str | None = None,
        label: str | None = None,
    ) -> None:  # fmt: skip
        if name in self.nodes:
            return
        critical = name in self.critical
        plan = self.elsewhere(name)
        self.nodes[name] = Node(name, label or name, kind, layer, owner, critical, gate, path, plan)

    def _link(self, source: str, target: str, via: str, gate: str, path: Path) -> None:
        known = self.edges.get((source, target))
        if known is None or (via and not known.via):
            self.edges[source, target] = Edge(source, target, via, gate, path)

    def _sources(self) -> None:
        for index, source in enumerate(self.plan.sources.sources if self.plan.sources else ()):
            for place, dataset in enumerate(source.datasets):
                path = ("sources", index, "datasets", place)
                self._add(dataset.id, SOURCES, "sources", path, kind="source", owner=source.owner)

    def _streams(self) -> None:
        for index, stream in enumerate(self.plan.events.streams if self.plan.events else ()):
            if stream.dataset:
                self._add(stream.dataset, SOURCES, "events", ("streams", index), kind="source")

    def _models(self) -> None:
        models = self.plan.modeling.models if self.plan.modeling else ()
        for index, model in enumerate(models):
            self._add(model.id, model.layer or "models", "modeling", ("models", index), owner=model.owner)
        for index, model in enumerate(models):
            for place, name in enumerate(model.depends_on):
                path = ("models", index, "depends_on", place)
                self._add(name, LANDED, "modeling", path)
                self._link(name, model.id, "", "modeling", path)

    def _pipelines(self) -> None:
        built = {model.id for model in (self.plan.modeling.models if self.plan.modeling else ())}
        for index, pipeline in enumerate(self.plan.ingestion.pipelines if self.plan.ingestion else ()):
            for place, name in enumerate(pipeline.inputs):
                self._add(name, SOURCES if pipeline.kind_ == "ingest" else LANDED, "ingestion",
                          ("pipelines", index, "inputs", place))  # fmt: skip
            for place, name in enumerate(pipeline.outputs):
                self._add(name, LANDED, "ingestion", ("pipelines", index, "outputs", place), owner=pipeline.owner)
            for target in pipeline.outputs:
                if target in built:
                    self._name_pipeline(target, pipeline.id)
                    continue
                for source in pipeline.inputs:
                    self._link(source, target, pipeline.id, "ingestion", ("pipelines", index))

    def _name_pipeline(self, target: str, pipeline: str) -> None:
        """A model's edges come from its depends_on; the pipeline that runs it only lends its name."""
        for (source, to), edge in list(self.edges.items()):
            if to == target and not edge.via:
                self.edges[source, to] = Edge(source, to, pipeline, edge.gate, edge.path)

    def _contracts(self) -> None:
        for index, contract in enumerate(self.plan.contracts.contracts if self.plan.contracts else ()):
            if contract.dataset:
                self._add(contract.dataset, LANDED, "contracts", ("contracts", index), owner=contract.owner)

    def _consumers(self) -> None:
        for index, consumer in enumerate(self.plan.context.consumers if self.plan.context else ()):
            path = ("consumers", index)
            name = f"consumer:{consumer.id}"
            self._add(name, CONSUMERS, "context", path, kind="consumer", owner=consumer.owner,
                      label=consumer.name or consumer.id)  # fmt: skip
            for place, dataset in enumerate(consumer.reads):
                self._add(dataset, LANDED, "context", (*path, "reads", place))
                self._link(dataset, name, "", "context", (*path, "reads", place))

    def _named(self) -> frozenset[str]:
        """The elements that an override may name by their own ids: sources, pipelines and consumers."""
        plan = self.plan
        return frozenset(
            {source.id for source in (plan.sources.sources if plan.sources else ())}
            | {pipeline.id for pipeline in (plan.ingestion.pipelines if plan.ingestion else ())}
            | {consumer.id for consumer in (plan.context.consumers if plan.context else ())}
        )

    def _overrides(self) -> None:
        section = self.plan.operations.lineage if self.plan.operations else None
        for index, node in enumerate(section.nodes if section else ()):
            if node.id not in self._named():
                self._add(node.id, node.layer or LANDED, "operations", ("lineage", "nodes", index))
        for index, edge in enumerate(section.edges if section else ()):
            for source, target in override_ends(self.plan, edge):
                if edge.omit:
                    self.edges.pop((source, target), None)
                    continue
                path = ("lineage", "edges", index)
                self._add(source, LANDED, "operations", path)
                self._add(target, LANDED, "operations", path)
                self._link(source, target, edge.via or "", "operations", path)

    def _feedback(self) -> frozenset[tuple[str, str]]:
        section = self.plan.operations.lineage if self.plan.operations else None
        declared = (edge for edge in (section.edges if section else ()) if edge.feedback and not edge.omit)
        return frozenset(pair for edge in declared for pair in override_ends(self.plan, edge))

    def _layers(self) -> tuple[tuple[str, str], ...]:
        used = {node.layer for node in self.nodes.values()}
        declared = [layer.id for layer in (self.plan.modeling.layers if self.plan.modeling else ())]
        first = [SOURCES] if LANDED in declared else [SOURCES, LANDED]
        order = dict.fromkeys([*first, *declared, *sorted(used - {CONSUMERS}), CONSUMERS])
        return tuple((name, name.replace("_", " ").capitalize()) for name in order if name in used)
