"""What a chain can promise to be available, and how long an objective may be missed (F12)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.computed import Computed, Input, compute, given
from plangate.analysis.lineage import Lineage
from plangate.analysis.terms import Missing, Part, stated, together
from plangate.analysis.triggers import Triggers
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity


class ChainPart(Struct, frozen=True):
    """Something that has to work for a dataset to be there: a source, what another plan contracts, or a pipeline."""

    kind: Literal["source", "plan", "pipeline"]
    name: str
    availability: Input


class ChainAvailability(Struct, frozen=True):
    """What a dataset can be available at most: the product over its parts; open where one of them says nothing."""

    dataset: str
    available: Computed | None
    parts: tuple[ChainPart, ...]
    missing: tuple[Missing, ...]


class ErrorBudget(Struct, frozen=True):
    """How long an objective may be missed in its window; None where objective or window is missing."""

    slo: str
    index: int
    budget: Computed | None


class Outage(Struct, frozen=True):
    """How long a dataset may be without fresh data until it is noticed and repaired, against what a consumer tolerates.

    `looked` is how often the most frequent freshness check looks; None where none says so.
    """

    consumer: str
    index: int
    dataset: str
    tolerated: Quantity
    detect: Input | None
    repair: Input | None
    length: Computed | None
    looked: Input | None


class AvailabilityFacts(Struct, frozen=True):
    """The chain of every dataset with a contract, by its id; the budget of every objective; and the longest outages."""

    chains: Mapping[str, ChainAvailability]
    budgets: tuple[ErrorBudget, ...]
    outages: tuple[Outage, ...]


def availability(plan: Plan, graph: Lineage, plans: Mapping[str, Plan]) -> AvailabilityFacts:
    """Work out what contracted datasets can promise, and the error budgets."""
    contracts = plan.contracts.contracts if plan.contracts else ()
    names = dict.fromkeys(contract.dataset for contract in contracts if contract.dataset is not None)
    chains = {name: _chain(plan, graph, plans, name) for name in names}
    return AvailabilityFacts(chains, tuple(_budgets(plan)), tuple(_outages(plan)))


def _budgets(plan: Plan) -> Iterator[ErrorBudget]:
    for index, slo in enumerate(plan.operations.slos if plan.operations else ()):
        objective = given("objective", slo.objective, "operations", ("slos", index, "objective"))
        window = given("window", slo.window, "operations", ("slos", index, "window"))
        yield ErrorBudget(slo.id, index, compute("error_budget", objective, window))


def _outages(plan: Plan) -> Iterator[Outage]:
    for index, consumer in enumerate(plan.context.consumers if plan.context else ()):
        if consumer.tolerated_outage is None:
            continue
        for dataset in consumer.reads:
            detect, repair = _time_to(plan, dataset, "detect"), _time_to(plan, dataset, "repair")
            yield Outage(
                consumer=consumer.id,
                index=index,
                dataset=dataset,
                tolerated=consumer.tolerated_outage,
                detect=detect,
                repair=repair,
                length=compute("outage_length", detect, repair),
                looked=_looked(plan, dataset),
            )


def _time_to(plan: Plan, dataset: str, name: Literal["detect", "repair"]) -> Input | None:
    """Give the time to detect or repair that the contract of a dataset promises, or else gate operations."""
    key = f"time_to_{name}"
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        if contract.dataset == dataset and contract.sla is not None and getattr(contract.sla, key) is not None:
            return given(name, getattr(contract.sla, key), "contracts", ("contracts", index, "sla", key))
    return given(name, getattr(plan.operations, key, None), "operations", (key,))


def _looked(plan: Plan, dataset: str) -> Input | None:
    found = [
        Input("every", every, every, every, "quality", ("checks", index, "schedule", "every"))
        for index, check in enumerate(plan.quality.checks if plan.quality else ())
        if check.kind_ == "freshness" and check.dataset == dataset
        if check.schedule is not None and (every := check.schedule.every) is not None
    ]
    return min(found, key=lambda entry: entry.value.base, default=None)


def _chain(plan: Plan, graph: Lineage, plans: Mapping[str, Plan], dataset: str) -> ChainAvailability:
    needed, pipelines = _needed(plan, graph, dataset)
    contracted = dict(_contracted(graph, plans, needed))
    own = list(_own(plan, needed - frozenset(contracted), pipelines))
    whole = together(part for _, _, part in own)
    parts = [ChainPart("plan", name, entry) for name, entry in contracted.items()]
    parts += [ChainPart(kind, name, term.input) for kind, name, part in own for term in part.terms]
    inputs = (replace(part.availability, name=part.name, parameter="parts") for part in parts)
    product = compute("serial_availability", *inputs) if parts and not whole.missing else None
    return ChainAvailability(dataset, product, tuple(parts), whole.missing)


def _needed(plan: Plan, graph: Lineage, dataset: str) -> tuple[frozenset[str], frozenset[str]]:
    """Give the datasets and pipelines that a dataset rests on: what it is built from, and what starts its pipelines."""
    triggers = Triggers(plan)
    datasets: set[str] = set()
    pipelines: set[str] = set()
    waiting = [dataset]
    while waiting:
        name = waiting.pop()
        if name in datasets:
            continue
        datasets.add(name)
        waiting.extend(graph.upstream(name))
        for writer, (_, pipeline) in triggers.pipelines.items():
            if name in pipeline.outputs and writer not in pipelines:
                pipelines.add(writer)
                waiting.extend(pipeline.inputs)
                waiting.extend(
                    output for first in triggers.after(writer) for output in triggers.pipelines[first][1].outputs
                )
    return frozenset(datasets), frozenset(pipelines)


def _contracted(graph: Lineage, plans: Mapping[str, Plan], needed: Iterable[str]) -> Iterator[tuple[str, Input]]:
    """Give what other plans contract for the datasets that they make."""
    for name in sorted(needed):
        node = graph.by_id.get(name)
        other = plans.get(node.plan) if node is not None and node.plan is not None else None
        for contract in other.contracts.contracts if other and other.contracts else ():
            found = given("availability", contract.sla.availability) if contract.sla else None
            if contract.dataset == name and found is not None:
                yield name, found


def _own(
    plan: Plan, datasets: frozenset[str], pipelines: frozenset[str]
) -> Iterator[tuple[Literal["source", "pipeline"], str, Part]]:
    """Give the availability of the sources of some datasets, and of some pipelines."""
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        if any(dataset.id in datasets for dataset in source.datasets):
            yield "source", source.id, _stated(plan, source.availability, "sources", index, f"source {source.id}")
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        if pipeline.id in pipelines:
            what = f"pipeline {pipeline.id}"
            yield "pipeline", pipeline.id, _stated(plan, pipeline.availability, "ingestion", index, what)


def _stated(plan: Plan, value: Quantity | None, gate: str, index: int, what: str) -> Part:
    path = ("sources" if gate == "sources" else "pipelines", index, "availability")
    return stated(plan, "availability", value, gate, path, f"the availability of {what}", needed=True)
