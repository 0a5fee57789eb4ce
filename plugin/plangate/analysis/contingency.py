"""What if: a late start, one step at its maximum, one owner away, and how likely the switch ends within its window.

Every case schedules the steps anew by the critical path method (F11).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from plangate.analysis.cutover import Schedule, ScheduledStep, in_order, own_start
from plangate.analysis.overlaps import Overlap, overlaps
from plangate.model.cutover import Step

SAMPLES = 2000
_SEED = 20_000


class LateStart(Struct, frozen=True):
    """The switch starts so many seconds late: when it ends as expected and at most, and whether its window holds it."""

    late: int
    start: datetime
    end: datetime
    end_max: datetime
    fits: bool | None
    fits_max: bool | None


class AtMaximum(Struct, frozen=True):
    """One step takes its maximum and the others what is expected: the end moves by so many seconds."""

    step: str
    moves: int
    duration: int
    fits: bool | None


class Absence(Struct, frozen=True):
    """What happens when an owner is away: the steps that a backup takes, those that nobody does, and new overlaps."""

    owner: str
    covered: tuple[str, ...]
    open: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


class Spread(Struct, frozen=True):
    """How long the switch takes over many runs, in seconds: median, 90th percentile and longest.

    `within` is the share of runs that end within the window, None without one.
    """

    median: int
    p90: int
    longest: int
    within: float | None


def at_maximum(schedule: Schedule) -> tuple[AtMaximum, ...]:
    """Give for every step whose maximum is above what is expected how far the end moves when it takes that."""
    expected = {entry.step.id: entry.early_finish - entry.early_start for entry in schedule.steps}
    steps = _in_order(schedule)
    usual = _duration(schedule, steps, expected)
    found = []
    for entry in schedule.steps:
        most = int(entry.step.max.base) if entry.step.max is not None else 0
        if most > expected[entry.step.id]:
            duration = _duration(schedule, steps, {**expected, entry.step.id: most})
            found.append(AtMaximum(entry.step.id, duration - usual, duration, _fits(schedule, duration)))
    return tuple(sorted(found, key=lambda case: (-case.moves, case.step)))


def late_starts(schedule: Schedule, delays: Iterable[int]) -> tuple[LateStart, ...]:
    """Give what follows from each delay in seconds: every step slips by it."""
    close = schedule.window_end
    found = []
    for late in delays:
        start = schedule.begin_at + timedelta(seconds=late)
        end, end_max = (start + timedelta(seconds=took) for took in (schedule.duration_expected, schedule.duration_max))
        fits, fits_max = (None if close is None else moment <= close for moment in (end, end_max))
        found.append(LateStart(late, start, end, end_max, fits, fits_max))
    return tuple(found)


def latest_start(schedule: Schedule, *, most: bool = False) -> int | None:
    """Give by how many seconds the switch may start late and still end in its window; negative where it cannot."""
    if schedule.room_seconds is None:
        return None
    return schedule.room_seconds - (schedule.duration_max if most else schedule.duration_expected)


def absences(schedule: Schedule) -> tuple[Absence, ...]:
    """Give for every owner what happens without them, by name."""
    owners = sorted({entry.step.owner for entry in schedule.steps if entry.step.owner})
    usual = set(overlaps(schedule))
    found = []
    for owner in owners:
        stands_in = {
            entry.step.id: entry.step.backup if entry.step.owner == owner else entry.step.owner
            for entry in schedule.steps
        }
        own = [entry.step for entry in schedule.steps if entry.step.owner == owner]
        covered = tuple(step.id for step in own if step.backup and step.backup != owner)
        without = tuple(step.id for step in own if step.id not in covered)
        new = tuple(entry for entry in overlaps(schedule, stands_in) if entry not in usual)
        found.append(Absence(owner, covered, without, new))
    return tuple(found)


def spread(schedule: Schedule, samples: int = SAMPLES) -> Spread | None:
    """Sample the duration of the switch: each step by a triangle from half of its reserve below what is expected to its
    maximum, with the peak at what is expected.

    Plans state what is expected and a maximum only; that is the three-point estimate of PERT with the optimistic value
    put at expected − (maximum − expected) / 2, and at least half of what is expected. The same steps give the same
    numbers everywhere: the sampling has a fixed seed.
    """
    if not schedule.steps:
        return None
    chance = Random(_SEED)  # noqa: S311 -- repeatable sampling, no secret
    steps = _in_order(schedule)
    ranges = [(entry.step.id, *_range(entry)) for entry in schedule.steps]
    durations = sorted(
        _duration(
            schedule, steps, {name: round(chance.triangular(low, high, mode)) for name, low, mode, high in ranges}
        )
        for _ in range(samples)
    )
    room = schedule.room_seconds
    within = sum(duration <= room for duration in durations) / samples if room is not None else None
    return Spread(durations[samples // 2], durations[samples * 9 // 10], durations[-1], within)


def _range(entry: ScheduledStep) -> tuple[float, float, float]:
    expected = entry.early_finish - entry.early_start
    most = max(int(entry.step.max.base) if entry.step.max is not None else expected, expected)
    return max(expected - (most - expected) / 2, expected / 2), expected, most


def _fits(schedule: Schedule, duration: int) -> bool | None:
    return None if schedule.room_seconds is None else duration <= schedule.room_seconds


def _duration(schedule: Schedule, steps: Sequence[Step], durations: Mapping[str, int]) -> int:
    """Give how long steps in their order take with such durations: until the last end, from where the switch begins."""
    ends: dict[str, int] = {}
    for step in steps:
        start = max([own_start(step), *(ends[name] for name in step.after if name in ends)])
        ends[step.id] = start + durations[step.id]
    return max(ends.values(), default=schedule.begin) - schedule.begin


def _in_order(schedule: Schedule) -> tuple[Step, ...]:
    """Give the steps so that each comes after those that it waits for."""
    steps = {entry.step.id: entry.step for entry in schedule.steps}
    order, _ = in_order({name: [other for other in step.after if other in steps] for name, step in steps.items()})
    return tuple(steps[name] for name in order)
