"""What authors need not type: checks, promises, columns and criteria that follow from other gates."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.model.acceptance import Criterion
from plangate.model.context import Consumer
from plangate.model.contracts import Contract, ContractColumn
from plangate.model.modeling import Column, Model
from plangate.model.plan import Place, Plan
from plangate.model.quantity import Quantity

Origin = Literal["stated", "derived"]

_SHARED = ("name", "type", "nullable", "unique", "values", "description", "classification", "pii", "masking")
"""What a column of a contract takes from the column of the model."""


class DerivedCheck(Struct, frozen=True):
    """A check that follows from a model, a promise or a volume: `because` says from what, `origin` where."""

    id: str
    dataset: str
    columns: tuple[str, ...]
    kind: str
    because: str
    origin: Place


class DerivedPromise(Struct, frozen=True):
    """A promise of freshness that a consumer's need implies."""

    dataset: str
    target: Quantity
    consumer: str
    origin: Place


class Derived(Struct, frozen=True):
    """Everything derived, authored elements of the same id left out; `critical` are the datasets that matter most."""

    critical: frozenset[str]
    checks: tuple[DerivedCheck, ...]
    promises: tuple[DerivedPromise, ...]
    contract_columns: Mapping[str, tuple[ContractColumn, ...]]
    contract_consumers: Mapping[str, tuple[str, ...]]
    criteria: tuple[Criterion, ...]


def derived(plan: Plan) -> Derived:
    """Derive what a plan's gates imply."""
    return Derived(
        critical=critical_datasets(plan),
        checks=tuple(_checks(plan)),
        promises=tuple(_promises(plan)),
        contract_columns=dict(_columns(plan)),
        contract_consumers=dict(_consumers(plan)),
        criteria=tuple(_criteria(plan)),
    )


def critical_datasets(plan: Plan) -> frozenset[str]:
    """Give the critical datasets: marked so, public, or read by a consumer with a need for freshness."""
    models = plan.modeling.models if plan.modeling else ()
    marked = {
        model.id for model in models if model.critical or (model.access == "public" and model.critical is not False)
    }
    own = {model.id for model in models}
    needed = {name for consumer in _readers(plan) if consumer.freshness for name in consumer.reads if name in own}
    return frozenset(marked | needed)


def _readers(plan: Plan) -> tuple[Consumer, ...]:
    return plan.context.consumers if plan.context else ()


def _stem(dataset: str) -> str:
    return dataset.rsplit(".", 1)[-1]


def _whole(dataset: str) -> str:
    """Give the name that tells a dataset from another one with the same last part."""
    return dataset.replace(".", "_")


def _checks(plan: Plan) -> Iterator[DerivedCheck]:
    if plan.quality is None:
        return
    authored = {check.id for check in plan.quality.checks}
    seen: dict[str, str] = {}
    for check in _all_checks(plan):
        if check.kind not in plan.quality.derive:
            continue
        other = seen.get(check.id, check.dataset) != check.dataset
        named = replace(check, id=check.id.replace(_stem(check.dataset), _whole(check.dataset), 1)) if other else check
        if named.id not in authored and named.id not in seen:
            seen[named.id] = named.dataset
            yield named


def _all_checks(plan: Plan) -> Iterator[DerivedCheck]:
    models = plan.modeling.models if plan.modeling else ()
    for index, model in enumerate(models):
        yield from _model_checks(model, ("modeling", ("models", index)))
    for promise in _promised(plan):
        dataset, origin = promise
        yield DerivedCheck(f"{_stem(dataset)}_freshness", dataset, (), "freshness", "promised to consumers", origin)
    for index, workload in enumerate(plan.capacity.workloads if plan.capacity else ()):
        if workload.dataset:
            origin = ("capacity", ("workloads", index))
            name = f"{_stem(workload.dataset)}_row_count"
            yield DerivedCheck(name, workload.dataset, (), "row_count", "from the daily volume", origin)
    for dataset in sorted(critical_datasets(plan)):
        index = next(place for place, model in enumerate(models) if model.id == dataset)
        origin = ("modeling", ("models", index))
        yield DerivedCheck(f"{_stem(dataset)}_row_count", dataset, (), "row_count", "critical dataset", origin)


def _model_checks(model: Model, origin: Place) -> Iterator[DerivedCheck]:
    stem = _stem(model.id)
    gate, path = origin
    if model.grain:
        name = f"{stem}_{'_'.join(model.grain)}_unique"
        yield DerivedCheck(name, model.id, model.grain, "unique", "the grain of the model", (gate, (*path, "grain")))
    for place, column in enumerate(model.columns):
        at = (gate, (*path, "columns", place))
        if column.unique and model.grain != (column.name,):
            yield DerivedCheck(
                f"{stem}_{column.name}_unique", model.id, (column.name,), "unique", "declared unique", at
            )
        if column.nullable is False or column.name in model.grain:
            because = "declared not nullable" if column.nullable is False else "part of the grain"
            yield DerivedCheck(f"{stem}_{column.name}_not_null", model.id, (column.name,), "not_null", because, at)
        if column.values:
            because = "its list of values"
            name = f"{stem}_{column.name}_accepted_values"
            yield DerivedCheck(name, model.id, (column.name,), "accepted_values", because, at)
        if column.references:
            name = f"{stem}_{column.name}_relationship"
            yield DerivedCheck(name, model.id, (column.name,), "relationship", f"refers to {column.references}", at)


def _promised(plan: Plan) -> Iterator[tuple[str, Place]]:
    told = plan.sources.freshness if plan.sources else ()
    if isinstance(told, tuple):
        for index, promise in enumerate(told):
            if promise.dataset:
                yield promise.dataset, ("sources", ("freshness", index))
    for implied in _promises(plan):
        yield implied.dataset, implied.origin


def promises(plan: Plan) -> Iterator[tuple[str, Quantity, Place]]:
    """Give each dataset that is promised fresh, how old it may be, and where that stands.

    Where the promises come from the consumers it is the strictest need.
    """
    told = plan.sources.freshness if plan.sources else ()
    if isinstance(told, tuple):
        for index, promise in enumerate(told):
            if promise.dataset and promise.target is not None:
                yield promise.dataset, promise.target, ("sources", ("freshness", index, "target"))
    for implied in _promises(plan):
        yield implied.dataset, implied.target, implied.origin


def _promises(plan: Plan) -> Iterator[DerivedPromise]:
    if plan.sources is None or plan.sources.freshness != "from_consumers":
        return
    strictest: dict[str, DerivedPromise] = {}
    for index, consumer in enumerate(_readers(plan)):
        if consumer.freshness is None:
            continue
        origin: Place = ("context", ("consumers", index, "freshness"))
        for dataset in consumer.reads:
            promise = DerivedPromise(dataset, consumer.freshness, consumer.id, origin)
            known = strictest.get(dataset)
            if known is None or promise.target.base < known.target.base:
                strictest[dataset] = promise
    yield from (strictest[name] for name in sorted(strictest))


def _columns(plan: Plan) -> Iterator[tuple[str, tuple[ContractColumn, ...]]]:
    models = {model.id: model for model in (plan.modeling.models if plan.modeling else ())}
    for contract in plan.contracts.contracts if plan.contracts else ():
        if contract.dataset is None:
            continue
        if isinstance(contract.columns, tuple) and contract.columns:
            yield contract.dataset, contract.columns
        elif contract.dataset in models and (contract.columns == "from_model" or not contract.columns):
            yield contract.dataset, tuple(_contract_column(column) for column in models[contract.dataset].columns)


def _contract_column(column: Column) -> ContractColumn:
    return _nameless().model_copy(update={name: getattr(column, name) for name in _SHARED})


@cache
def _nameless() -> ContractColumn:
    """Give what such columns are copied from: filling in their defaults one by one takes five times as long."""
    return ContractColumn.model_construct(name="")


def _consumers(plan: Plan) -> Iterator[tuple[str, tuple[str, ...]]]:
    for contract in plan.contracts.contracts if plan.contracts else ():
        if contract.dataset is not None:
            yield contract.dataset, consumers_of(plan, contract)


def consumers_of(plan: Plan, contract: Contract) -> tuple[str, ...]:
    """Name the consumers of a contract: those it pins, or (from_context) those that read its dataset."""
    if isinstance(contract.consumers, tuple):
        return tuple(entry.consumer for entry in contract.consumers)
    if contract.consumers == "from_context":
        return tuple(consumer.id for consumer in _readers(plan) if contract.dataset in consumer.reads)
    return ()


def _criteria(plan: Plan) -> Iterator[Criterion]:
    if plan.acceptance is None:
        return
    authored = {criterion.id for criterion in plan.acceptance.stated_criteria}
    for entry in plan.acceptance.derived_criteria:
        for name in entry.derive:
            criterion_id = f"{name.replace('.', '_')}_accepted"
            if criterion_id not in authored:
                shared = {
                    key: getattr(entry, key) for key in ("phase", "environment", "evidence", "owner", "approver", "due")
                }
                yield Criterion.model_construct(
                    id=criterion_id, from_=name, statement=None, measure=None, must_be=None, **shared
                )
