"""Rehearsals held against the plan: what each step took, and the switch again with the times that were measured."""

from datetime import date
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.cutover import Schedule, cutover
from plangate.analysis.facts import Facts
from plangate.analysis.rollback import WayBack, way_back
from plangate.model.cutover import Cutover, Rehearsal, RollbackStep, Step, Switch
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity


class MeasuredStep(Struct, frozen=True):
    """A step of the switch or, with `back`, of the rollback: what is planned and what it took, in seconds.

    `critical` and `was_critical` say whether it has no slack by measured and by expected times.
    """

    id: str
    name: str | None
    back: bool
    expected: Decimal | None
    most: Decimal | None
    took: Decimal | None
    critical: bool
    was_critical: bool

    @property
    def share(self) -> Decimal | None:
        """By how much of what is expected it took longer (less, where negative); None where either is not known."""
        if self.took is None or not self.expected:
            return None
        return self.took / self.expected - 1

    @property
    def over(self) -> bool:
        """Tell whether it took longer than its maximum."""
        return self.took is not None and self.most is not None and self.took > self.most


class Rehearsed(Struct, frozen=True):
    """A rehearsal with its steps in the file's order, those of the rollback last.

    `schedule` is the switch with measured times in place of expected ones where there are some, `planned` the one of
    the plan; both None where no time can be computed. `back` is the way back with measured times. `missing` are the
    steps of the switch that were not measured.
    """

    rehearsal: Rehearsal
    index: int
    steps: tuple[MeasuredStep, ...]
    planned: Schedule | None
    schedule: Schedule | None
    back: WayBack | None
    missing: tuple[str, ...]

    @property
    def moved(self) -> int | None:
        """How much longer the critical path is by measured times, in seconds; negative where it is shorter."""
        if self.schedule is None or self.planned is None:
            return None
        return self.schedule.duration_expected - self.planned.duration_expected


def measured(facts: Facts) -> tuple[Rehearsed, ...]:
    """Give the rehearsals of a plan in which anything was measured, the earliest first, those without a date before."""
    gate = facts.plan.cutover
    if gate is None or gate.cutover is None:
        return ()
    found = [(run.date or date.min, index) for index, run in enumerate(gate.rehearsals) if run.measured]
    return tuple(held(facts, gate.rehearsals[index], index) for _, index in sorted(found))


def held(facts: Facts, run: Rehearsal, index: int = 0) -> Rehearsed:
    """Hold a rehearsal, one that the plan does not have yet included, against the plan."""
    gate = facts.plan.cutover or Cutover()
    switch = gate.cutover or Switch()
    again = _again(facts.plan, gate, switch, run)
    schedule = cutover(again)
    now = {entry.step.id for entry in schedule.steps if entry.critical} if schedule is not None else set()
    before = {entry.step.id for entry in facts.cutover.steps if entry.critical} if facts.cutover is not None else set()
    told = again.cutover
    back = way_back(told.cutover, told.rollback, schedule) if told is not None and told.cutover is not None else None
    return Rehearsed(
        rehearsal=run,
        index=index,
        steps=(
            *(_step(step, run, step.id in now, step.id in before) for step in switch.steps),
            *(_step(step, run, critical=False, was_critical=False) for step in _back(gate)),
        ),
        planned=facts.cutover if facts.cutover is not None and facts.cutover.steps else None,
        schedule=schedule if schedule is not None and schedule.steps else None,
        back=back,
        missing=tuple(step.id for step in switch.steps if step.id not in run.measured),
    )


def _back(gate: Cutover) -> tuple[RollbackStep, ...]:
    return gate.rollback.steps if gate.rollback is not None else ()


def _step(step: Step | RollbackStep, run: Rehearsal, critical: bool, was_critical: bool) -> MeasuredStep:
    took = run.measured.get(step.id)
    return MeasuredStep(
        id=step.id,
        name=step.name,
        back=isinstance(step, RollbackStep),
        expected=_seconds(step.expected),
        most=_seconds(step.max),
        took=_seconds(took),
        critical=critical,
        was_critical=was_critical,
    )


def _seconds(quantity: Quantity | None) -> Decimal | None:
    return None if quantity is None else quantity.base


def _again(plan: Plan, gate: Cutover, switch: Switch, run: Rehearsal) -> Plan:
    """Give the plan with measured times in place of expected ones; no maximum is less than what was measured."""
    rollback = gate.rollback
    steps = tuple(step.model_copy(update=_times(step, run)) for step in switch.steps)
    back = tuple(step.model_copy(update=_times(step, run)) for step in _back(gate))
    changed = gate.model_copy(
        update={
            "cutover": switch.model_copy(update={"steps": steps}) if gate.cutover is not None else None,
            "rollback": rollback.model_copy(update={"steps": back}) if rollback is not None else None,
        }
    )
    return replace(plan, gates={**plan.gates, "cutover": changed})


def _times(step: Step | RollbackStep, run: Rehearsal) -> dict[str, Quantity]:
    took = run.measured.get(step.id)
    if took is None:
        return {}
    return {"expected": took, "max": took} if step.max is not None and took.base > step.max.base else {"expected": took}
