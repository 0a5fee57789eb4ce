"""What a plan puts into everybody's calendar: switches, freezes, fills, parallel runs, and the ends of things."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from plangate.analysis.switches import Collision, stretches
from plangate.analysis.timeline import midnight
from plangate.model.cutover import Cutover
from plangate.model.plan import Plan
from plangate.model.problem import HEADER, Path

OccasionKind = Literal[
    "cutover", "freeze", "backfill", "parallel_run", "hypercare", "rehearsal", "go_live", "sunset", "legacy_end",
    "decommission",
]  # fmt: skip

_DAY = timedelta(days=1)


class Occasion(Struct, frozen=True):
    """Something that happens at a moment (`end` is None), or from `start` until before `end`, with its place.

    `on` are the systems, datasets and teams that it concerns, sorted.
    """

    plan: str
    kind: OccasionKind
    name: str
    start: datetime
    end: datetime | None
    on: tuple[str, ...]
    gate: str
    path: Path

    @property
    def last(self) -> datetime:
        """The moment from which on it is over."""
        return self.end or self.start

    @property
    def whole_days(self) -> bool:
        """Tell whether it is said in days, without a time of day."""
        return all(f"{moment:%H%M%S}" == "000000" for moment in (self.start, self.last))


def occasions(plan: Plan) -> Iterator[Occasion]:
    """Give everything in a plan that has a date and concerns others; see `analysis.switches` for what has a stretch."""
    found = list(stretches(plan))
    for entry in found:
        on = tuple(sorted(entry.systems | entry.datasets | entry.teams))
        yield Occasion(plan.id, entry.kind, entry.name, entry.start, entry.end, on, entry.gate, entry.path)
    switched = any(entry.kind == "cutover" for entry in found)
    yield from _moments(plan, plan.cutover or Cutover(), switched=switched)
    yield from _sunsets(plan)


def _moments(plan: Plan, gate: Cutover, *, switched: bool) -> Iterator[Occasion]:
    """Give the dates of gate cutover that no stretch has, and the day of go-live where nothing is switched."""

    def at(kind: OccasionKind, name: str, start: datetime, path: Path, on: tuple[str, ...] = ()) -> Occasion:
        return Occasion(plan.id, kind, name, start, None, on, "cutover", path)

    switch = gate.cutover
    t0 = switch.t0 if switch is not None else None
    if t0 is not None and not switched:
        yield at("cutover", "cutover", t0, ("cutover", "t0"))
    if t0 is None and plan.header.go_live is not None:
        yield Occasion(plan.id, "go_live", "go-live", plan.header.go_live, None, (), HEADER, ("go_live",))
    for index, entry in enumerate(gate.backfill):
        if entry.starts is not None and entry.must_finish_within is None:
            on = (entry.dataset,) if entry.dataset else ()
            yield at("backfill", entry.id, entry.starts, ("backfill", index), on)
    for index, run in enumerate(gate.rehearsals):
        if run.date is not None:
            start, where = midnight(run.date), (run.environment,) if run.environment else ()
            place: Path = ("rehearsals", index)
            yield Occasion(plan.id, "rehearsal", "rehearsal", start, start + _DAY, where, "cutover", place)
    care = gate.hypercare
    if care is not None and care.until is not None and t0 is not None and midnight(care.until) + _DAY > t0:
        end, who = midnight(care.until) + _DAY, (care.staffing,) if care.staffing else ()
        yield Occasion(plan.id, "hypercare", "hypercare", t0, end, who, "cutover", ("hypercare",))
    legacy = gate.legacy
    if legacy is not None and legacy.keep_until is not None:
        yield at("legacy_end", "last day", midnight(legacy.keep_until), ("legacy", "keep_until"), legacy.systems)
    if legacy is not None and legacy.decommission_on is not None:
        day = midnight(legacy.decommission_on)
        yield at("decommission", "decommission", day, ("legacy", "decommission_on"), legacy.systems)


def _sunsets(plan: Plan) -> Iterator[Occasion]:
    """Give the ends of what readers may still read: elements that change, and older versions that are served."""
    gate = plan.contracts
    if gate is None:
        return
    for index, change in enumerate(gate.evolution.changes if gate.evolution is not None else ()):
        if change.sunset is not None:
            column = f"#{change.element}" if change.element else ""
            name = f"{change.dataset or 'a dataset'}{column}"
            path: Path = ("evolution", "changes", index)
            yield Occasion(plan.id, "sunset", name, midnight(change.sunset), None, (), "contracts", path)
    for index, contract in enumerate(gate.contracts):
        for number, version in enumerate(contract.live_versions):
            if version.sunset is not None:
                name = f"{contract.dataset or 'a contract'} {version.version}"
                path = ("contracts", index, "live_versions", number)
                yield Occasion(plan.id, "sunset", name, midnight(version.sunset), None, (), "contracts", path)


def in_time(found: Sequence[Occasion]) -> list[Occasion]:
    """Sort occasions by their start; of those that start together the longer ones come first."""
    return sorted(
        found, key=lambda entry: (entry.start, -(entry.last - entry.start), entry.plan, entry.kind, entry.name)
    )


def collides(entry: Occasion, collision: Collision) -> str | None:
    """Give the plan with which an occasion collides, if it is one of the two of a collision."""
    pair = (collision.first, collision.second)
    for own, other in (pair, pair[::-1]):
        if (own.plan, own.kind, own.path) == (entry.plan, entry.kind, entry.path):
            return other.plan
    return None
