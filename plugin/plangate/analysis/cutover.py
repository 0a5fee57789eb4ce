"""The cutover's schedule: the critical path method over its steps (F11)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from plangate.model.cutover import Step, Switch
from plangate.model.plan import Plan


class ScheduledStep(Struct, frozen=True):
    """A step in time, in seconds after t0: earliest and latest start and finish, by expected durations.

    `max_start` and `max_finish` are the earliest times when every step takes its maximum.
    """

    step: Step
    index: int
    early_start: int
    early_finish: int
    late_start: int
    late_finish: int
    max_start: int
    max_finish: int
    critical: bool
    start_at: datetime
    end_at: datetime

    @property
    def slack(self) -> int:
        """Seconds that the step can slip without moving the end."""
        return self.late_start - self.early_start


class Schedule(Struct, frozen=True):
    """The steps in the file's order with the path that decides how long the cutover takes; durations in seconds.

    `critical_path_max` is that path when every step takes its maximum. `begin` is from when on durations are measured,
    in seconds after t0: the start of the first step, what is over before the window opens (before t0, where that is
    earlier) left out.
    `cycle` names steps that wait for each other; then no step is scheduled. `untimed` names steps without an expected
    duration, which count as nothing.
    """

    t0: datetime
    steps: tuple[ScheduledStep, ...]
    critical_path: tuple[str, ...]
    critical_path_max: tuple[str, ...]
    begin: int
    duration_expected: int
    duration_max: int
    window_seconds: int | None
    point_of_no_return: str | None
    point_of_no_return_at: datetime | None
    last_safe_decision: tuple[str, datetime] | None
    cycle: tuple[str, ...]
    untimed: tuple[str, ...]
    window_end: datetime | None

    @property
    def begin_at(self) -> datetime:
        """The moment from which on durations are measured."""
        return self.t0 + timedelta(seconds=self.begin)

    @property
    def room_seconds(self) -> int | None:
        """What the window leaves from the first step on."""
        return None if self.window_end is None else int((self.window_end - self.begin_at).total_seconds())

    @property
    def idle_seconds(self) -> int:
        """What of the window passes before the first step."""
        return max((self.window_seconds or 0) - (self.room_seconds or 0), 0)

    @property
    def buffer_seconds(self) -> int | None:
        """What the window leaves behind the critical path."""
        return None if self.room_seconds is None else self.room_seconds - self.duration_expected

    @property
    def buffer_share(self) -> float | None:
        """The buffer as a share of the window."""
        return (
            None
            if self.buffer_seconds is None or not self.window_seconds
            else self.buffer_seconds / self.window_seconds
        )

    @property
    def downtime(self) -> int:
        """Seconds in which readers see nothing, by expected durations: steps that run beside each other count once."""
        spans = sorted((entry.early_start, entry.early_finish) for entry in self.steps if entry.step.downtime)
        spent, last = 0, spans[0][0] if spans else 0
        for start, finish in spans:
            spent += max(finish - max(start, last), 0)
            last = max(last, finish)
        return spent

    def step(self, step_id: str) -> ScheduledStep | None:
        """Give a scheduled step by its id."""
        return next((entry for entry in self.steps if entry.step.id == step_id), None)


def cutover(plan: Plan) -> Schedule | None:
    """Schedule the cutover of a plan; None where it has no t0 or no steps."""
    switch = plan.switch
    if switch is None or switch.t0 is None or not switch.steps:
        return None
    steps, t0 = switch.steps, switch.t0
    order, cycle = in_order({step.id: _known(step, steps) for step in steps})
    window = int((switch.window.end - switch.window.start).total_seconds()) if switch.window else None
    scheduled = _scheduled(steps, order, t0) if not cycle else ()
    begin = _begin(scheduled, min(switch.window.start, t0) if switch.window else t0)
    no_return = switch.point_of_no_return.after if switch.point_of_no_return else None
    at = next((entry.end_at for entry in scheduled if entry.step.id == no_return), None)
    return Schedule(
        t0=t0,
        steps=tuple(scheduled),
        critical_path=_path(scheduled, lambda entry: (entry.early_start, entry.early_finish)),
        critical_path_max=_path(scheduled, lambda entry: (entry.max_start, entry.max_finish)),
        begin=begin,
        duration_expected=max((entry.early_finish for entry in scheduled), default=begin) - begin,
        duration_max=max((entry.max_finish for entry in scheduled), default=begin) - begin,
        window_seconds=window,
        point_of_no_return=no_return,
        point_of_no_return_at=at,
        last_safe_decision=_last_decision(scheduled, no_return),
        cycle=cycle,
        untimed=tuple(step.id for step in steps if step.expected is None),
        window_end=switch.window.end if switch.window else None,
    )


def _begin(steps: Sequence[ScheduledStep], opening: datetime) -> int:
    """Give the start of the first step, in seconds after t0: of those that are not over before the window opens, and no
    earlier than that; of all, where none takes place within it."""
    counted = [entry for entry in steps if entry.end_at > opening]
    first = min(counted or steps, key=lambda entry: entry.early_start, default=None)
    if first is None:
        return 0
    late = max(opening - first.start_at, timedelta()) if counted else timedelta()
    return first.early_start + int(late.total_seconds())


def _known(step: Step, steps: Sequence[Step]) -> tuple[str, ...]:
    ids = {entry.id for entry in steps}
    return tuple(name for name in step.after if name in ids)


def in_order(after: Mapping[str, Iterable[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sort names so that each comes after those it waits for, keeping their order otherwise; or name a cycle.

    Gives the order and an empty tuple, or what could be ordered and one cycle, its first name repeated at the end.
    """
    waiting = {name: list(before) for name, before in after.items()}
    order: list[str] = []
    while ready := [name for name, before in waiting.items() if not before]:
        for name in ready:
            order.append(name)
            del waiting[name]
        done = set(ready)
        for before in waiting.values():
            before[:] = [name for name in before if name not in done]
    if not waiting:
        return tuple(order), ()
    seen: list[str] = [next(iter(waiting))]
    while (following := next(name for name in waiting[seen[-1]] if name in waiting)) not in seen:
        seen.append(following)
    return tuple(order), (*seen[seen.index(following) :], following)


def steps_before(switch: Switch) -> Mapping[str, frozenset[str]]:
    """Give for every step those that it waits for, by way of others or not."""
    direct = {step.id: step.after for step in switch.steps}
    closed: dict[str, frozenset[str]] = {}
    for name, after in direct.items():
        seen: set[str] = set()
        waiting = list(after)
        while waiting:
            earlier = waiting.pop()
            if earlier not in seen:
                seen.add(earlier)
                waiting += direct.get(earlier, ())
        closed[name] = frozenset(seen)
    return closed


def _scheduled(steps: Sequence[Step], order: Sequence[str], t0: datetime) -> list[ScheduledStep]:
    by_id = {step.id: step for step in steps}
    early = _forward(by_id, order, _expected)
    slowest = _forward(by_id, order, _maximum)
    end = max((early[name] + _expected(by_id[name]) for name in order), default=0)
    late: dict[str, int] = {}
    followers = {name: [other.id for other in steps if name in other.after] for name in by_id}
    for name in reversed(order):
        limit = min((late[other] for other in followers[name]), default=end)
        late[name] = limit - _expected(by_id[name])
    return [
        ScheduledStep(
            step=step,
            index=index,
            early_start=early[step.id],
            early_finish=early[step.id] + _expected(step),
            late_start=late[step.id],
            late_finish=late[step.id] + _expected(step),
            max_start=slowest[step.id],
            max_finish=slowest[step.id] + _maximum(step),
            critical=late[step.id] == early[step.id],
            start_at=t0 + timedelta(seconds=early[step.id]),
            end_at=t0 + timedelta(seconds=early[step.id] + _expected(step)),
        )
        for index, step in enumerate(steps)
    ]


def own_start(step: Step) -> int:
    """Give before when a step does not begin, in seconds after t0, whatever it waits for: its `offset`, or t0."""
    return int(step.offset.base) if step.offset is not None else 0


def _forward(steps: Mapping[str, Step], order: Sequence[str], duration: Callable[[Step], int]) -> dict[str, int]:
    start: dict[str, int] = {}
    for name in order:
        step = steps[name]
        ends = [start[before] + duration(steps[before]) for before in step.after if before in start]
        start[name] = max([own_start(step), *ends])
    return start


def _expected(step: Step) -> int:
    return int(step.expected.base) if step.expected is not None else 0


def _maximum(step: Step) -> int:
    return max(int(step.max.base), _expected(step)) if step.max is not None else _expected(step)


def _path(steps: Sequence[ScheduledStep], span: Callable[[ScheduledStep], tuple[int, int]]) -> tuple[str, ...]:
    """Follow one longest path from its start to the end of the cutover."""
    if not steps:
        return ()
    by_id = {entry.step.id: entry for entry in steps}
    current = max(steps, key=lambda entry: (span(entry)[1], entry.critical, -entry.index))
    path = [current.step.id]
    while True:
        before = [
            by_id[name] for name in current.step.after if name in by_id and span(by_id[name])[1] == span(current)[0]
        ]
        if not before:
            return tuple(reversed(path))
        current = min(before, key=lambda entry: entry.index)
        path.append(current.step.id)


def _last_decision(steps: Sequence[ScheduledStep], no_return: str | None) -> tuple[str, datetime] | None:
    """Give the last go/no-go that ends before the step after which there is no way back begins."""
    switch = next((entry for entry in steps if entry.step.id == no_return), None)
    if switch is None:
        return None
    decisions = [
        entry for entry in steps if entry.step.kind_ == "go_no_go" and entry.early_finish <= switch.early_start
    ]
    last = max(decisions, key=lambda entry: entry.early_finish, default=None)
    return (last.step.id, last.end_at) if last else None
