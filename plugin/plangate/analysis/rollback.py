"""The way back: which rollback steps undo what has been done, in which order, how long it takes, until when it fits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from plangate.analysis.cutover import Schedule, in_order, steps_before
from plangate.model.cutover import Rollback, RollbackStep, Switch

_NOTHING = Decimal(0)


class Restore(Struct, frozen=True):
    """The way back once a step is over: the rollback steps it takes, in their order, and their longest path in seconds.

    `expected` and `most` count each step's expected and maximum duration; `slowest` is the path of the latter. `left`
    is what remains of the window when the step is over, `in_time` whether the way back at most fits into that and into
    the stated maximum (None where neither is known).
    """

    steps: tuple[str, ...]
    expected: Decimal
    most: Decimal
    left: Decimal | None = None
    in_time: bool | None = None
    slowest: tuple[str, ...] = ()


class WayBack(Struct, frozen=True):
    """The way back as a whole: all rollback steps, and from each step of the switch by its id.

    `cycle` names rollback steps that wait for each other; then nothing is computed. `latest` is the last moment at
    which a rollback from before the point of no return ends within the window, at most durations. `room` is what is
    left of the window, in seconds, when the step of the point of no return begins, or the last step ends without one.
    """

    whole: Restore | None
    after: Mapping[str, Restore]
    cycle: tuple[str, ...]
    latest: datetime | None
    room: Decimal | None = None


def way_back(switch: Switch, rollback: Rollback | None, schedule: Schedule | None) -> WayBack | None:
    """Work out the way back from every step before the point of no return: what undoes it and all before it.

    None without a rollback.
    """
    if rollback is None:
        return None
    steps = {step.id: step for step in rollback.steps}
    order, cycle = in_order({name: [other for other in step.after if other in steps] for name, step in steps.items()})
    if cycle:
        return WayBack(None, {}, cycle, None)
    ends = {entry.step.id: entry.end_at for entry in schedule.steps} if schedule else {}
    limit = rollback.max.base if rollback.max is not None else None
    before = steps_before(switch)
    found: dict[str, Restore] = {}
    for step in switch.steps:
        done = before[step.id] | {step.id}
        needed = [steps[name] for name in order if done & set(steps[name].undoes)]
        if needed and (schedule is None or _undoable(schedule, step.id)):
            left = _left(schedule, ends.get(step.id))
            found[step.id] = _restore(needed, left, limit)
    whole = _restore([steps[name] for name in order], None, limit) if steps else None
    latest = None
    if schedule is not None and schedule.window_end is not None and whole is not None:
        longest = max((entry.most for entry in found.values()), default=whole.most)
        latest = schedule.window_end - timedelta(seconds=float(longest))
    return WayBack(whole, found, (), latest, _left(schedule, _turn(schedule)))


def _turn(schedule: Schedule | None) -> datetime | None:
    """When the step of the point of no return begins; without one, when the last step ends."""
    if schedule is None or not schedule.steps:
        return None
    turn = schedule.step(schedule.point_of_no_return or "")
    return turn.start_at if turn is not None else max(entry.end_at for entry in schedule.steps)


def _undoable(schedule: Schedule, name: str) -> bool:
    """Tell whether a step is over before the step after which there is no way back begins."""
    turn = schedule.step(schedule.point_of_no_return or "")
    step = schedule.step(name)
    return turn is None or (step is not None and step.early_finish <= turn.early_start)


def _left(schedule: Schedule | None, end: datetime | None) -> Decimal | None:
    if schedule is None or schedule.window_end is None or end is None:
        return None
    return Decimal(int((schedule.window_end - end).total_seconds()))


def _restore(needed: Sequence[RollbackStep], left: Decimal | None, limit: Decimal | None) -> Restore:
    expected, (most, slowest) = _longest(needed, most=False)[0], _longest(needed, most=True)
    bounds = [bound for bound in (left, limit) if bound is not None]
    in_time = most <= min(bounds) if bounds else None
    return Restore(tuple(step.id for step in needed), expected, most, left, in_time, slowest)


def _longest(steps: Iterable[RollbackStep], *, most: bool) -> tuple[Decimal, tuple[str, ...]]:
    """Give the longest path through steps that come in their order: its length and the steps on it."""
    nothing: tuple[Decimal, tuple[str, ...]] = (_NOTHING, ())
    ends: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    for step in steps:
        start, path = max((ends[name] for name in step.after if name in ends), key=lambda end: end[0], default=nothing)
        ends[step.id] = start + _takes(step, most=most), (*path, step.id)
    return max(ends.values(), key=lambda end: end[0], default=nothing)


def _takes(step: RollbackStep, *, most: bool) -> Decimal:
    told = [length.base for length in (step.expected, step.max) if length is not None]
    return (max(told) if most else told[0]) if told else _NOTHING
