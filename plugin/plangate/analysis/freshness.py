"""How fresh data is against every need for it: the worst ages, what is promised and asked, and the longest runs."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from plangate.analysis.chains import DatasetAge, ages
from plangate.analysis.computed import Computed, compute, given
from plangate.analysis.derived import promises
from plangate.analysis.lineage import Lineage
from plangate.analysis.terms import ZERO, runtime_of
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Quantity, parse

NeedKind = Literal["consumer", "promise", "contract", "slo", "check"]

_TIME = (("s", 1),)

_NO_LIMIT = parse("1 yr")
"""Stands for the longest delay where exponential delays have no bound."""


class Need(Struct, frozen=True):
    """Who says how old a dataset may be: a consumer, the promise, the contract, an SLO or a freshness check.

    `left` is what the worst age leaves of the need, `headroom` the same as a share; None while the age is unknown.
    """

    kind: NeedKind
    name: str
    owner: str | None
    dataset: str
    need: Quantity
    gate: str
    path: Path
    age: DatasetAge
    headroom: Computed | None
    left: Computed | None = None

    @property
    def met(self) -> bool | None:
        """Tell whether the worst age is within the need; None while it is unknown."""
        return None if self.age.age is None else self.age.age.value.base <= self.need.base


class FreshnessFacts(Struct, frozen=True):
    """The worst age of every dataset, the needs in the order of the gates, and the longest run of each pipeline.

    `worst_runtimes` holds the pipelines whose runtime and retries are known.
    """

    ages: Mapping[str, DatasetAge]
    needs: tuple[Need, ...]
    worst_runtimes: Mapping[str, Computed]

    def of(self, *kinds: NeedKind) -> tuple[Need, ...]:
        """Give the needs of some kinds."""
        return tuple(need for need in self.needs if need.kind in kinds)

    @property
    def tightest(self) -> Need | None:
        """The need with the least headroom; of equal ones the first."""
        known = [need for need in self.needs if need.headroom is not None]
        return min(known, key=lambda need: need.headroom.value.base if need.headroom else Decimal(0), default=None)


def freshness(plan: Plan, graph: Lineage, plans: Mapping[str, Plan]) -> FreshnessFacts:
    """Work out the worst ages and hold them against the needs."""
    known = ages(plan, graph, plans)
    return FreshnessFacts(known, tuple(_needs(plan, known)), _worst_runtimes(plan))


def _needs(plan: Plan, known: Mapping[str, DatasetAge]) -> Iterator[Need]:
    yield from _consumers(plan, known)
    for dataset, target, (gate, path) in promises(plan):
        yield _need("promise", dataset, plan.header.accountable, _At(dataset, target, gate, path), known)
    yield from _contracts(plan, known)
    yield from _checks(plan, known)
    yield from _slos(plan, known)


def _consumers(plan: Plan, known: Mapping[str, DatasetAge]) -> Iterator[Need]:
    for index, consumer in enumerate(plan.context.consumers if plan.context else ()):
        if consumer.freshness is not None:
            for dataset in consumer.reads:
                at = _At(dataset, consumer.freshness, "context", ("consumers", index, "freshness"))
                yield _need("consumer", consumer.id, consumer.owner, at, known)


def _contracts(plan: Plan, known: Mapping[str, DatasetAge]) -> Iterator[Need]:
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        if contract.dataset and contract.sla and contract.sla.freshness is not None:
            path = ("contracts", index, "sla", "freshness")
            at = _At(contract.dataset, contract.sla.freshness, "contracts", path)
            yield _need("contract", contract.version or "", contract.owner, at, known)


def _checks(plan: Plan, known: Mapping[str, DatasetAge]) -> Iterator[Need]:
    for index, check in enumerate(plan.quality.checks if plan.quality else ()):
        bound = check.must_be
        if check.kind_ == "freshness" and check.dataset and bound is not None and bound.operator in {"<", "<="}:
            at = _At(check.dataset, bound.value, "quality", ("checks", index, "must_be"))
            if bound.value.dimension == _TIME:
                yield _need("check", check.id, check.owner, at, known)


def _slos(plan: Plan, known: Mapping[str, DatasetAge]) -> Iterator[Need]:
    """An SLO that names no target of its own takes the promise."""
    promised = {dataset: target for dataset, target, _ in reversed(list(promises(plan)))}
    for index, slo in enumerate(plan.operations.slos if plan.operations else ()):
        if slo.sli != "freshness" or slo.dataset is None:
            continue
        target = slo.target or promised.get(slo.dataset)
        if target is not None and target.dimension == _TIME:
            path: Path = ("slos", index, "target") if slo.target is not None else ("slos", index)
            yield _need("slo", slo.id, plan.header.accountable, _At(slo.dataset, target, "operations", path), known)


class _At(Struct, frozen=True):
    dataset: str
    need: Quantity
    gate: str
    path: Path


def _need(kind: NeedKind, name: str, owner: str | None, at: _At, known: Mapping[str, DatasetAge]) -> Need:
    nowhere = (at.gate, at.path, f"a dataset `{at.dataset}` that the plan knows")
    found = known.get(at.dataset) or DatasetAge(at.dataset, None, missing=(nowhere,))
    room = compute("headroom", given("demand", found.age), given("limit", at.need, at.gate, at.path))
    left = compute("time_left", given("need", at.need, at.gate, at.path), given("age", found.age))
    return Need(kind, name, owner, at.dataset, at.need, at.gate, at.path, found, room, left)


def _worst_runtimes(plan: Plan) -> Mapping[str, Computed]:
    found: dict[str, Computed] = {}
    for index, pipeline in enumerate(plan.ingestion.pipelines if plan.ingestion else ()):
        worst = _worst_runtime(plan, index, pipeline)
        if worst is not None:
            found.setdefault(pipeline.id, worst)
    return found


def _worst_runtime(plan: Plan, index: int, pipeline: Pipeline) -> Computed | None:
    """Every attempt takes its p95 runtime; a constant delay is its own longest one."""
    runtime = runtime_of(plan, pipeline.id)
    if runtime is None:
        return None
    path: Path = ("pipelines", index)
    delay, grows = pipeline.retry_delay, bool(pipeline.retry_exponential_backoff)
    if delay is None and pipeline.retries == 0:
        delay = ZERO
    longest, key = (pipeline.max_retry_delay, "max_retry_delay") if grows else (delay, "retry_delay")
    return compute(
        "worst_runtime",
        given("retries", pipeline.retries, "ingestion", (*path, "retries")),
        given("runtime", runtime[1].p95, "capacity", ("runtimes", runtime[0], "p95")),
        given("delay", delay, "ingestion", (*path, "retry_delay")),
        given("factor", 2 if grows else 1),
        given("longest", longest, "ingestion", (*path, key)) if longest else given("longest", _NO_LIMIT),
    )
