"""What a chain can promise to be available, and how long an objective may be missed (F12)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from plangate.analysis.computed import Computed, Input, compute, given
from plangate.analysis.lineage import Lineage
from plangate.analysis.terms import Missing, Part, stated, together
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity


@dataclass(frozen=True, slots=True)
class ChainPart:
    """Something that has to work for a dataset to be there: a source, what another plan contracts, or a pipeline."""

    kind: Literal["source", "plan", "pipeline"]
    name: str
    availability: Input


@dataclass(frozen=True, slots=True)
class ChainAvailability:
    """What a dataset can be available at most: the product over its parts; open where one of them says nothing."""

    dataset: str
    available: Computed | None
    parts: tuple[ChainPart, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """How long an objective may be missed in its window; None where objective or window is missing."""

    slo: str
    index: int
    budget: Computed | None


@dataclass(frozen=True, slots=True)
class AvailabilityFacts:
    """The chain of every dataset with a contract, by its id, and the budget of every objective."""

    chains: Mapping[str, ChainAvailability]
    budgets: tuple[ErrorBudget, ...]


def availability(plan: Plan, graph: Lineage, portfolio: Sequence[Plan] = ()) -> AvailabilityFacts:
    """Work out what contracted datasets can promise, and the error budgets."""
    contracts = plan.contracts.contracts if plan.contracts else ()
    names = dict.fromkeys(contract.dataset for contract in contracts if contract.dataset is not None)
    chains = {name: _chain(plan, graph, portfolio, name) for name in names}
    return AvailabilityFacts(chains, tuple(_budgets(plan)))


def _budgets(plan: Plan) -> Iterator[ErrorBudget]:
    for index, slo in enumerate(plan.operations.slos if plan.operations else ()):
        objective = given("objective", slo.objective, "operations", ("slos", index, "objective"))
        window = given("window", slo.window, "operations", ("slos", index, "window"))
        yield ErrorBudget(slo.id, index, compute("error_budget", objective, window))


def _chain(plan: Plan, graph: Lineage, portfolio: Sequence[Plan], dataset: str) -> ChainAvailability:
    needed = graph.upstream(dataset) | {dataset}
    contracted = dict(_contracted(graph, portfolio, needed))
    own = list(_own(plan, needed, frozenset(contracted)))
    whole = together(part for _, _, part in own)
    parts = [ChainPart("plan", name, entry) for name, entry in contracted.items()]
    parts += [ChainPart(kind, name, term.input) for kind, name, part in own for term in part.terms]
    inputs = (replace(part.availability, name=part.name, parameter="parts") for part in parts)
    product = compute("serial_availability", *inputs) if parts and not whole.missing else None
    return ChainAvailability(dataset, product, tuple(parts), whole.missing)


def _contracted(graph: Lineage, portfolio: Sequence[Plan], needed: Iterable[str]) -> Iterator[tuple[str, Input]]:
    """Give what other plans contract for the datasets that they make."""
    others = {other.id: other for other in portfolio}
    for name in sorted(needed):
        node = graph.by_id.get(name)
        other = others.get(node.plan) if node is not None and node.plan is not None else None
        for contract in other.contracts.contracts if other and other.contracts else ():
            found = given("availability", contract.sla.availability) if contract.sla else None
            if contract.dataset == name and found is not None:
                yield name, found


def _own(
    plan: Plan, needed: frozenset[str], contracted: frozenset[str]
) -> Iterator[tuple[Literal["source", "pipeline"], str, Part]]:
    """Give the availability of the sources, where no other plan answers for them, and of the pipelines."""
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        if {dataset.id for dataset in source.datasets} & needed - contracted:
            yield "source", source.id, _stated(plan, source.availability, "sources", index, f"source {source.id}")
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        if needed.intersection(pipeline.outputs):
            what = f"pipeline {pipeline.id}"
            yield "pipeline", pipeline.id, _stated(plan, pipeline.availability, "ingestion", index, what)


def _stated(plan: Plan, value: Quantity | None, gate: str, index: int, what: str) -> Part:
    path = ("sources" if gate == "sources" else "pipelines", index, "availability")
    return stated(plan, "availability", value, gate, path, f"the availability of {what}", needed=True)
