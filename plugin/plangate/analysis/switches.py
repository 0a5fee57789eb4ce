"""When plans switch, freeze, fill and run in parallel, on which systems and by whom: one timeline of the portfolio."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from msgspec import Struct

from plangate.model.plan import Plan
from plangate.model.problem import Path

StretchKind = Literal["cutover", "freeze", "backfill", "parallel_run"]


class Stretch(Struct, frozen=True):
    """A stretch of time in which a plan holds systems, datasets and teams, with its place in the plan; half-open."""

    plan: str
    kind: StretchKind
    name: str
    start: datetime
    end: datetime
    systems: frozenset[str]
    datasets: frozenset[str]
    teams: frozenset[str]
    gate: str
    path: Path


class Collision(Struct, frozen=True):
    """Two stretches of different plans that meet in time and share something; `first` starts first."""

    first: Stretch
    second: Stretch
    shared: tuple[str, ...]


def stretches(plan: Plan) -> Iterator[Stretch]:
    """Give every stretch of a plan whose start and end it says."""
    gate = plan.cutover
    switch = gate.cutover if gate else None
    if switch is not None and switch.window is not None:
        systems = frozenset(step.system for step in switch.steps if step.system)
        datasets = frozenset(name for step in switch.steps for name in step.datasets)
        teams = frozenset(step.owner for step in switch.steps if step.owner)
        where: Path = ("cutover", "window")
        window = switch.window
        yield Stretch(
            plan.id, "cutover", "cutover", window.start, window.end, systems, datasets, teams, "cutover", where
        )
    if switch is not None and switch.freeze is not None:
        freeze = switch.freeze
        where, held = ("cutover", "freeze"), frozenset(freeze.systems)
        none: frozenset[str] = frozenset()
        yield Stretch(plan.id, "freeze", "freeze", freeze.start, freeze.end, held, none, none, "cutover", where)
    for index, entry in enumerate(gate.backfill if gate else ()):
        if entry.starts is not None and entry.must_finish_within is not None:
            end = entry.starts + timedelta(seconds=float(entry.must_finish_within.base))
            datasets = frozenset({entry.dataset} - {None}) if entry.dataset else frozenset()
            teams = frozenset({entry.owner}) if entry.owner else frozenset()
            where = ("backfill", index)
            yield Stretch(
                plan.id, "backfill", entry.id, entry.starts, end, frozenset(), datasets, teams, "cutover", where
            )
    run = plan.acceptance.phases.parallel_run if plan.acceptance and plan.acceptance.phases else None
    if run is not None and run.start is not None and run.end is not None:
        where, none = ("phases", "parallel_run"), frozenset()
        start, end = _midnight(run.start), _midnight(run.end)
        yield Stretch(plan.id, "parallel_run", "parallel run", start, end, none, none, none, "acceptance", where)


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime.combine(day, time(), UTC)


def collisions(found: Iterable[Stretch], margin: timedelta) -> Sequence[Collision]:
    """Find the stretches of different plans that collide, in the order of time.

    Two cutovers collide where they share a system, a dataset or a team and come nearer than the margin; a freeze with
    the cutover or the backfill of another plan on a frozen system, which the first part of a dataset names, too; a
    backfill with the cutover or the backfill of another plan on the same dataset.
    """
    ordered = sorted(found, key=lambda entry: (entry.start, entry.plan, entry.kind, entry.name))
    running: dict[str, list[tuple[int, Stretch]]] = {}
    result = []
    for number, stretch in enumerate(ordered):
        near: dict[int, Stretch] = {}
        for name in _touches(stretch):
            still = [entry for entry in running.get(name, ()) if entry[1].end + margin > stretch.start]
            near.update(still)
            running[name] = [*still, (number, stretch)]
        for _, other in sorted(near.items()):
            shared = _shared(other, stretch) if other.plan != stretch.plan else ()
            if shared and ({other.kind, stretch.kind} == {"cutover"} or other.end > stretch.start):
                result.append(Collision(other, stretch, shared))
    return result


def _touches(stretch: Stretch) -> frozenset[str]:
    """Give all that another stretch may share with one: a dataset also by its first part, as a freeze names systems."""
    return _held(stretch) | stretch.teams


def _held(stretch: Stretch) -> frozenset[str]:
    return stretch.systems | stretch.datasets | {name.partition(".")[0] for name in stretch.datasets}


def _shared(one: Stretch, other: Stretch) -> tuple[str, ...]:
    kinds = {one.kind, other.kind}
    if kinds == {"cutover"}:
        same = (one.systems & other.systems) | (one.datasets & other.datasets) | (one.teams & other.teams)
        return tuple(sorted(same))
    if kinds in ({"freeze", "cutover"}, {"freeze", "backfill"}):
        frozen, changed = (one, other) if one.kind == "freeze" else (other, one)
        return tuple(sorted(frozen.systems & _held(changed)))
    fills = kinds in ({"backfill"}, {"backfill", "cutover"})
    return tuple(sorted(one.datasets & other.datasets)) if fills else ()
