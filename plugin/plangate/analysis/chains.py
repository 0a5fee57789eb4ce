"""The worst age of every dataset: from its sources stage by stage, along the slowest way (F10)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.computed import Computed, Input, combine, compute, given
from plangate.analysis.cutover import in_order
from plangate.analysis.derived import promises
from plangate.analysis.lineage import Lineage
from plangate.analysis.terms import (
    NOTHING,
    Missing,
    Part,
    Term,
    absent,
    as_one,
    check_terms,
    models_of,
    run_terms,
    stated,
    stream_terms,
    together,
)
from plangate.analysis.triggers import Ready, Triggers, gap_term
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.sources import Arrival, Source

_VIEWS = frozenset({"view", "ephemeral"})

_BATCH: Mapping[str, tuple[str, ...]] = {
    "wait": ("wait", "start", "trigger"),
    "queue": ("queue",),
    "runtime": ("runtime",),
    "publish": ("publish",),
    "checks": ("check",),
}
_STREAM: Mapping[str, tuple[str, ...]] = {
    **_BATCH,
    "watermark": ("watermark", "idleness", "lateness"),
    "window": ("window",),
    "commit": ("commit",),
}
"""The terms that each parameter of the formula takes."""

_ORDER = (
    *("wait", "start", "trigger", "watermark", "idleness", "lateness", "window"),
    *("queue", "runtime", "commit", "publish", "check"),
)
"""The terms of a stage in the order in which data goes through them."""


class Stage(Struct, frozen=True):
    """A step of a chain: what a pipeline adds to the age of a dataset, or what the source begins with.

    `pipeline` is empty at the source, or where another plan makes the dataset. `age` is the worst age of the dataset by
    this way, everything before included; `before` is the stage whose dataset is read.
    """

    pipeline: str
    dataset: str
    terms: tuple[Term, ...]
    age: Computed | None
    before: "Stage | None" = None


class DatasetAge(Struct, frozen=True):
    """The worst age of a dataset with the stages of its slowest way, source first; or what is missing to tell it.

    `known` holds, of an age that cannot be told, the stages with those of their terms that can.
    """

    dataset: str
    age: Computed | None
    chain: tuple[Stage, ...] = ()
    missing: tuple[Missing, ...] = ()
    known: tuple[Stage, ...] = ()

    @property
    def terms(self) -> tuple[tuple[Stage, Term], ...]:
        """The terms that are known, each with its stage."""
        return tuple((stage, term) for stage in self.chain or self.known for term in stage.terms)

    @property
    def least(self) -> Decimal:
        """The seconds that it comes to at least, whatever is missing."""
        return sum((term.input.value.base for _, term in self.terms), Decimal(0))


def shares(age: DatasetAge) -> tuple[tuple[Stage, Term, Computed | None], ...]:
    """Give the terms of a worst age, each with its stage and its share of the whole; None where the age is nothing."""
    return tuple(
        (stage, term, compute("age_share", replace(term.input, name="part"), given("age", age.age)))
        for stage in age.chain
        for term in stage.terms
    )


def ages(plan: Plan, graph: Lineage, plans: Mapping[str, Plan]) -> Mapping[str, DatasetAge]:
    """Work out the worst age of every dataset of the lineage.

    What other plans make is as old as they promise, or else as its source here says. A view is as old as what it shows.
    """
    return _Chains(plan, graph, plans).ages()


@dataclass
class _Chains:
    plan: Plan
    graph: Lineage
    plans: Mapping[str, Plan]

    def ages(self) -> Mapping[str, DatasetAge]:
        known = {node.id for node in self.graph.nodes if node.kind != "consumer"}
        known |= {name for _, pipeline in self.triggers.pipelines.values() for name in pipeline.inputs}
        order, cycle = in_order({name: self._built_from(name) & known for name in sorted(known)})
        found: dict[str, DatasetAge] = {}
        for name in order:
            found[name] = self._age(name, found)
        way = " → ".join(cycle)
        for name in sorted(known - set(order)):
            missing = ("ingestion", ("pipelines",), f"an order of the datasets that are built from each other ({way})")
            found[name] = DatasetAge(name, None, missing=(missing,))
        return found

    @cached_property
    def triggers(self) -> Triggers:
        return Triggers(self.plan)

    @cached_property
    def writers(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for name, (_, pipeline) in self.triggers.pipelines.items():
            for dataset in pipeline.outputs:
                found.setdefault(dataset, {})[name] = None
        return {dataset: tuple(names) for dataset, names in found.items()}

    @cached_property
    def sources(self) -> Mapping[str, tuple[int, Source]]:
        found: dict[str, tuple[int, Source]] = {}
        for index, source in enumerate(self.plan.sources.sources if self.plan.sources else ()):
            for dataset in source.datasets:
                found.setdefault(dataset.id, (index, source))
        return found

    @cached_property
    def views(self) -> Mapping[str, tuple[str, ...]]:
        """What each view that no pipeline writes shows."""
        return {
            name: tuple(one for one in model.depends_on if not self.graph.leads_back(one, [name]))
            for name, model in models_of(self.plan).items()
            if name not in self.writers and name not in self.sources and model.materialized in _VIEWS
        }

    def _shown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Give datasets with each view replaced by what it shows."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        waiting = list(reversed(list(names)))
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if self.views.get(name):
                waiting.extend(reversed(self.views[name]))
            else:
                found[name] = None
        return tuple(found)

    def _read(self, pipeline: str) -> tuple[str, ...]:
        """Give what a pipeline reads; that it reads what it wrote itself, or what leads back, makes nothing older."""
        entry = self.triggers.pipelines[pipeline][1]
        read = (name for name in entry.inputs if not self.graph.leads_back(name, entry.outputs))
        return tuple(name for name in self._shown(read) if name not in entry.outputs)

    def _built_from(self, dataset: str) -> frozenset[str]:
        if dataset in self.writers:
            return frozenset(name for writer in self.writers[dataset] for name in self._read(writer))
        return frozenset(self._shown([dataset])) - {dataset}

    def _age(self, dataset: str, known: Mapping[str, DatasetAge]) -> DatasetAge:
        if dataset in self.writers:
            return _slowest(dataset, self._ways(dataset, known))
        promise = self._promised_elsewhere(dataset)
        if promise is not None:
            return _begun(dataset, Part((Term("promise", promise),)))
        if dataset in self.sources:
            return arrival_age(self.plan, *self.sources[dataset], dataset)
        shown = self._built_from(dataset)
        if shown:
            return _slowest(dataset, ((name, known[name]) for name in sorted(shown)))
        node = self.graph.by_id.get(dataset)
        what = f"plan {node.plan}" if node is not None and node.plan is not None else None
        missing = (
            absent("sources", ("sources",), f"a promise of {what} for {dataset}, or its arrival")
            if what
            else absent("ingestion", ("pipelines",), f"a pipeline that writes {dataset}")
        )
        return _begun(dataset, missing)

    def _promised_elsewhere(self, dataset: str) -> Input | None:
        """Give what the plan that makes a dataset promises of it: to consumers, or else in its contract."""
        node = self.graph.by_id.get(dataset)
        other = self.plans.get(node.plan) if node is not None and node.plan is not None else None
        if other is None:
            return None
        told = [target for name, target, _ in promises(other) if name == dataset]
        contracts = other.contracts.contracts if other.contracts else ()
        told += [
            entry.sla.freshness for entry in contracts if entry.dataset == dataset and entry.sla and entry.sla.freshness
        ]
        return given("promise", told[0]) if told else None

    def _ways(self, dataset: str, known: Mapping[str, DatasetAge]) -> Iterator[tuple[str, DatasetAge]]:
        """Give the age of a dataset by each way that leads to it, named by what is read."""
        for writer in self.writers[dataset]:
            index, pipeline = self.triggers.pipelines[writer]
            own = run_terms(self.plan, writer) + check_terms(self.plan, dataset)
            if pipeline.pattern == "stream":
                own += stream_terms(self.plan, pipeline.inputs)
            run = _Run(dataset, writer, own, "stream_age" if pipeline.pattern == "stream" else "stage_age")
            read = self._read(writer)
            if not read:
                missing = absent("ingestion", ("pipelines", index, "inputs"), f"what pipeline {writer} reads")
                yield writer, DatasetAge(dataset, None, missing=missing.missing)
            for name in read:
                yield name, run.after(known[name], self._wait(writer, name))

    def _wait(self, pipeline: str, dataset: str) -> Part:
        """Give the longest wait of a dataset for a pipeline, of its writers the one that is taken up last."""
        waits = [
            self.triggers.wait(pipeline, dataset, writer, self.triggers.ready(writer, dataset))
            for writer in self.writers.get(dataset, ())
        ] or [self.triggers.wait(pipeline, dataset, None, self._delivered(dataset))]
        if missing := together(waits).missing:
            return Part(missing=missing)
        return max(waits, key=lambda part: part.seconds)

    def _delivered(self, dataset: str) -> Ready | None:
        """Tell when a source that delivers by a schedule has a dataset."""
        if dataset not in self.sources or self._promised_elsewhere(dataset) is not None:
            return None
        arrival = self.sources[dataset][1].arrival
        if arrival is None or arrival.continuous or arrival.schedule is None or arrival.timezone is None:
            return None
        return Ready((arrival.schedule, arrival.timezone), arrival.delay_p95.base) if arrival.delay_p95 else None


def arrival_age(plan: Plan, index: int, source: Source, dataset: str) -> DatasetAge:
    """Give how old a dataset is when its source has it: the gap between deliveries, if it delivers by a schedule, and
    the p95 delay."""
    arrival = source.arrival or Arrival()
    path: Path = ("sources", index, "arrival")
    if arrival.continuous:
        gap = NOTHING
    elif arrival.schedule is not None and arrival.timezone is not None:
        timed = (arrival.schedule, arrival.timezone)
        gap = gap_term(plan, "deliveries", timed, "sources", (*path, "schedule"))
    elif arrival.schedule is not None:
        gap = absent("sources", (*path, "timezone"), f"the time zone of the arrival of source {source.id}")
    else:
        gap = absent("sources", path, f"when data of source {source.id} arrives")
    what = f"the p95 delay of source {source.id}"
    delay = stated(plan, "arrival", arrival.delay_p95, "sources", (*path, "delay_p95"), what, needed=True)
    return _begun(dataset, gap + delay)


def _begun(dataset: str, part: Part) -> DatasetAge:
    """Begin a chain: with what a source or the promise of another plan says."""
    if part.missing:
        return DatasetAge(dataset, None, missing=part.missing, known=(Stage("", dataset, part.terms, None),))
    deliveries = [term for term in part.terms if term.name == "deliveries"]
    delay = [term for term in part.terms if term.name != "deliveries"]
    age = compute("arrival_age", as_one("deliveries", deliveries), as_one("delay", delay))
    return DatasetAge(dataset, age, (Stage("", dataset, part.terms, age),))


@dataclass
class _Run:
    """What the run of a pipeline adds to the age of one of its datasets, whatever it reads."""

    dataset: str
    pipeline: str
    part: Part
    formula: Literal["stage_age", "stream_age"]

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        laws = _STREAM if self.formula == "stream_age" else _BATCH
        return tuple(self.input(key, self.part) for key in laws if key != "wait")

    def input(self, key: str, part: Part) -> Input:
        return as_one(key, (term for term in part.terms if term.name in _STREAM[key]))

    def after(self, before: DatasetAge, wait: Part) -> DatasetAge:
        """Go on with a chain: the wait for the run, then the run."""
        missing = tuple(dict.fromkeys(before.missing + wait.missing + self.part.missing))
        terms = tuple(sorted(wait.terms + self.part.terms, key=lambda term: _ORDER.index(term.name)))
        if missing or before.age is None:
            known = (*(before.chain or before.known), Stage(self.pipeline, self.dataset, terms, None))
            return DatasetAge(self.dataset, None, missing=missing, known=known)
        age = compute(self.formula, given("arrival", before.age), self.input("wait", wait), *self.inputs)
        stage = Stage(self.pipeline, self.dataset, terms, age, before.chain[-1])
        return DatasetAge(self.dataset, age, (*before.chain, stage))


def _slowest(dataset: str, ways: Iterable[tuple[str, DatasetAge]]) -> DatasetAge:
    """Take of several ways the slowest; with one of them unknown the age is, too. Ways alike count as one."""
    found: list[tuple[str, DatasetAge]] = []
    for name, way in ways:
        if not any(way.missing == other.missing and way.age == other.age for _, other in found):
            found.append((name, way))
    missing = tuple(dict.fromkeys(entry for _, way in found for entry in way.missing))
    if missing or not found:
        longest = max((way for _, way in found), key=lambda way: way.least, default=None)
        return DatasetAge(dataset, None, missing=missing, known=(longest.chain or longest.known) if longest else ())
    slowest = max((way for _, way in found), key=lambda way: way.age.value.base if way.age else 0)
    if len(found) == 1:
        return DatasetAge(dataset, slowest.age, slowest.chain)
    age = combine("largest", "parts", [(name, way.age) for name, way in found])
    return DatasetAge(dataset, age, slowest.chain)
