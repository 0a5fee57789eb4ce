"""What acceptance measures: each criterion with the bound and owner of what it names, and what none of them names."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from plangate.analysis.derived import Derived
from plangate.model.acceptance import Criterion
from plangate.model.bound import Bound
from plangate.model.plan import Place, Plan
from plangate.model.quantity import Quantity


class Measured(Struct, frozen=True):
    """Something that can be accepted: its kind and id, the bound that the plan sets for it, its owner and its place.

    A contract's service level is known by its dataset.
    """

    kind: str
    id: str
    bound: Bound | None
    owner: str | None
    at: Place


class Accepted(Struct, frozen=True):
    """A criterion, where it stands, and what it measures where that is an element of the plan."""

    criterion: Criterion
    at: Place
    measured: Measured | None

    @property
    def name(self) -> str | None:
        """The id of what is measured."""
        return self.criterion.from_ or self.criterion.measure


class AcceptanceFacts(Struct, frozen=True):
    """The criteria, stated and derived, and what of metrics, objectives, contracts and reconciliations none of them
    measures."""

    criteria: tuple[Accepted, ...]
    left_out: tuple[Measured, ...]


def acceptance(plan: Plan, derived: Derived) -> AcceptanceFacts:
    """Match criteria with what they measure."""
    known = {entry.id: entry for entry in reversed(list(_measurable(plan)))}
    criteria = tuple(_criteria(plan, derived, known))
    named = {entry.name for entry in criteria}
    wanted = ("metric", "slo", "contract", "reconciliation")
    left = tuple(entry for entry in _measurable(plan) if entry.kind in wanted and entry.id not in named)
    return AcceptanceFacts(criteria, left)


def _criteria(plan: Plan, derived: Derived, known: Mapping[str, Measured]) -> Iterator[Accepted]:
    gate = plan.acceptance
    for index, entry in enumerate(gate.criteria if gate else ()):
        at: Place = ("acceptance", ("criteria", index))
        if isinstance(entry, Criterion):
            yield Accepted(entry, at, known.get(entry.from_ or entry.measure or ""))
            continue
        for name in entry.derive:
            made = next((one for one in derived.criteria if one.from_ == name), None)
            if made is not None:
                yield Accepted(made, at, known.get(name))


def _measurable(plan: Plan) -> Iterator[Measured]:
    for index, metric in enumerate(plan.context.metrics if plan.context else ()):
        bound = _toward(metric.baseline, metric.target)
        yield Measured("metric", metric.id, bound, metric.owner, ("context", ("metrics", index)))
    for index, slo in enumerate(plan.operations.slos if plan.operations else ()):
        bound = Bound(">=", slo.objective) if slo.objective is not None else None
        yield Measured("slo", slo.id, bound, plan.header.accountable, ("operations", ("slos", index)))
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        if contract.dataset is not None and contract.sla is not None:
            place: Place = ("contracts", ("contracts", index, "sla"))
            yield Measured("contract", contract.dataset, None, contract.owner, place)
    for index, entry in enumerate(plan.quality.reconciliation if plan.quality else ()):
        bound = Bound("<=", entry.tolerance) if entry.tolerance is not None else None
        yield Measured("reconciliation", entry.id, bound, entry.owner, ("quality", ("reconciliation", index)))
    for index, check in enumerate(plan.quality.checks if plan.quality else ()):
        yield Measured("check", check.id, check.must_be, check.owner, ("quality", ("checks", index)))
    test = plan.acceptance.performance_test if plan.acceptance else None
    if test is not None:
        bound = Bound("<=", test.expected_p95) if test.expected_p95 is not None else None
        yield Measured("performance_test", test.id, bound, test.owner, ("acceptance", ("performance_test",)))


def _toward(baseline: Quantity | None, target: Quantity | None) -> Bound | None:
    """A metric is to reach its target from where it is today: from below at least, from above at most."""
    if baseline is None or target is None or baseline.dimension != target.dimension or baseline == target:
        return None
    return Bound(">=" if target.base > baseline.base else "<=", target)


def looser(own: Bound, source: Bound) -> bool | None:
    """Tell whether a bound allows more than the one that it verifies; None where the two cannot be compared."""
    if own.value.dimension != source.value.dimension:
        return None
    if source.operator in {"<=", "<"}:
        return own.operator not in {"<=", "<", "=="} or own.value.base > source.value.base
    if source.operator in {">=", ">"}:
        return own.operator not in {">=", ">", "=="} or own.value.base < source.value.base
    return None
