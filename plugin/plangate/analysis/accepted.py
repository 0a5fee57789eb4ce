"""What acceptance measures: each criterion with the bound and owner of what it names, and what none of them names."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from plangate.analysis.derived import Derived, promises
from plangate.model.acceptance import Criterion
from plangate.model.bound import Bound
from plangate.model.contracts import ContractSla
from plangate.model.operations import Slo
from plangate.model.plan import Place, Plan
from plangate.model.quantity import Quantity
from plangate.model.unit import RATIO


class Measured(Struct, frozen=True):
    """Something that can be accepted: its kind and id, the bounds that the plan sets for it, its owner and its place.

    A contract's service level is known by its dataset. `lacks` is the field that should say the bound and does not.
    """

    kind: str
    id: str
    bounds: tuple[Bound, ...]
    owner: str | None
    at: Place
    lacks: str | None = None


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
        metric_at: Place = ("context", ("metrics", index))
        yield _measured("metric", metric.id, _toward(metric.baseline, metric.target), metric.owner, metric_at, "target")
    for index, slo in enumerate(plan.operations.slos if plan.operations else ()):
        slo_at: Place = ("operations", ("slos", index))
        lacks = "objective" if slo.objective is None else None
        yield Measured("slo", slo.id, tuple(_of_slo(plan, slo)), plan.header.accountable, slo_at, lacks)
    for index, contract in enumerate(plan.contracts.contracts if plan.contracts else ()):
        if contract.dataset is not None and contract.sla is not None:
            place: Place = ("contracts", ("contracts", index, "sla"))
            yield Measured("contract", contract.dataset, tuple(_of_sla(contract.sla)), contract.owner, place)
    for index, entry in enumerate(plan.quality.reconciliation if plan.quality else ()):
        at: Place = ("quality", ("reconciliation", index))
        yield _measured("reconciliation", entry.id, _bounds("<=", entry.tolerance), entry.owner, at, "tolerance")
    for index, check in enumerate(plan.quality.checks if plan.quality else ()):
        own = (check.must_be,) if check.must_be is not None else ()
        yield _measured("check", check.id, own, check.owner, ("quality", ("checks", index)), "must_be")
    test = plan.acceptance.performance_test if plan.acceptance else None
    if test is not None:
        tested = (*_bounds("<=", test.expected_p95), *_bounds(">=", test.load), *_bounds(">=", test.dataset_size))
        lacks = "expected_p95" if test.expected_p95 is None else None
        yield Measured("performance_test", test.id, tested, test.owner, ("acceptance", ("performance_test",)), lacks)


def _measured(kind: str, name: str, bounds: tuple[Bound, ...], owner: str | None, at: Place, says: str) -> Measured:
    """Give what one field `says` the bound of."""
    return Measured(kind, name, bounds, owner, at, None if bounds else says)


def _bounds(operator: Literal["<=", ">="], value: Quantity | None) -> tuple[Bound, ...]:
    return (Bound(operator, value),) if value is not None else ()


def _toward(baseline: Quantity | None, target: Quantity | None) -> tuple[Bound, ...]:
    """A metric is to reach its target from where it is today: from below at least, from above at most."""
    if baseline is None or target is None or baseline.dimension != target.dimension or baseline == target:
        return ()
    return _bounds(">=" if target.base > baseline.base else "<=", target)


def _of_slo(plan: Plan, slo: Slo) -> Iterator[Bound]:
    """How often it holds, and for what is the better the less there is of it, what counts as good."""
    yield from _bounds(">=", slo.objective)
    if slo.sli in {"freshness", "latency", "cost"}:
        promised = (
            target for dataset, target, _ in promises(plan) if slo.sli == "freshness" and dataset == slo.dataset
        )
        yield from _bounds("<=", slo.target or next(promised, None))


def _of_sla(sla: ContractSla) -> Iterator[Bound]:
    """All that is promised; the age of the data first, which a duration speaks of where nothing else says so."""
    yield from _bounds("<=", sla.freshness)
    yield from _bounds(">=", sla.availability)
    yield from _bounds(">=", sla.retention)
    for value in (sla.latency, sla.frequency, sla.time_to_detect, sla.time_to_notify, sla.time_to_repair):
        yield from _bounds("<=", value)


def held_against(own: Bound, bounds: Sequence[Bound]) -> Bound | None:
    """Give which of several bounds a bound is to keep; None where it can be compared with none of them.

    Of several it is the one that it repeats, or else the first that looks the same way.
    """
    alike = [bound for bound in bounds if bound.value.dimension == own.value.dimension]
    fitting = alike or [bound for bound in bounds if _none_at_all(own, bound)]
    same_way = [bound for bound in fitting if bound.operator[0] == own.operator[0]]
    repeated = (bound for bound in same_way if str(bound) == str(own))
    return next(repeated, None) or next(iter(same_way or fitting), None)


def _none_at_all(own: Bound, source: Bound) -> bool:
    """Tell whether a bound allows nothing at all, which is as much in rows as in per cent of them."""
    upper = own.operator in {"<=", "=="} and source.operator in {"<=", "<", "=="}
    return upper and own.value.base == 0 and RATIO in {own.value.dimension, source.value.dimension}


def looser(own: Bound, source: Bound) -> bool:
    """Tell whether a bound allows something that the one does not that it verifies; both are of one dimension."""
    if source.operator == "!=":
        return own.value != source.value if own.operator == "!=" else _allows(own, source.value.base)
    if own.operator == "!=":
        return True
    lower, upper = _ends(own)
    if own.operator in {"<=", "<"} and own.value.base >= 0:
        lower = (Decimal(0), 0)  # what only has to be small is a difference, an age, a count
    least, most = _ends(source)
    return lower < least or upper > most


def _allows(bound: Bound, value: Decimal) -> bool:
    lower, upper = _ends(bound)
    return lower <= (value, 0) <= upper


End = tuple[Decimal, int]
"""Where what is allowed begins or ends; beside it 0 where the value itself is allowed, 1 just above, -1 just below."""


def _ends(bound: Bound) -> tuple[End, End]:
    """Give the ends of what a bound allows, of any bound but `!=`."""
    value = bound.value.base
    lower: End = (Decimal("-Infinity"), 0) if bound.operator in {"<=", "<"} else (value, int(bound.operator == ">"))
    if bound.operator in {">=", ">"}:
        return lower, (Decimal("Infinity"), 0)
    upper = bound.upper.base if bound.upper is not None else value
    return lower, (upper, -int(bound.operator == "<"))
