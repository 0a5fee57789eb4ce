"""The days of all contracts by which something is over or done: sunsets of versions and columns, migrations."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

from msgspec import Struct

from plangate.model.plan import Plan
from plangate.model.problem import Path

DeadlineKind = Literal["announcement", "migration", "sunset"]


class Deadline(Struct, frozen=True):
    """A day of a contract: what is over or done on it, for whom; `done` says whether a migration is acknowledged.

    `team` is who has to act: whoever owns the migration, or the contract.
    """

    day: date
    kind: DeadlineKind
    plan: str
    dataset: str
    what: str
    team: str | None
    done: bool | None
    path: Path


def deadlines(plans: Iterable[Plan]) -> tuple[Deadline, ...]:
    """Give the days of all contracts of some plans, the earliest first."""
    found = (one for plan in plans for one in _of(plan))
    return tuple(sorted(found, key=lambda one: (one.day, one.kind, one.dataset, one.what, one.plan, str(one.path))))


def _of(plan: Plan) -> Iterator[Deadline]:
    if plan.contracts is None:
        return
    owners = {one.dataset: one.owner for one in plan.contracts.contracts if one.dataset}
    for index, contract in enumerate(plan.contracts.contracts):
        for place, live in enumerate(contract.live_versions):
            if live.sunset is not None and contract.dataset is not None:
                path: Path = ("contracts", index, "live_versions", place)
                what = f"version {live.version}"
                yield Deadline(live.sunset, "sunset", plan.id, contract.dataset, what, contract.owner, None, path)
    evolution = plan.contracts.evolution
    for index, change in enumerate(evolution.changes if evolution else ()):
        if change.dataset is None:
            continue
        what = change.element or (change.kind or "change").replace("_", " ")
        path = ("evolution", "changes", index)
        owner = owners.get(change.dataset)
        if change.announce is not None:
            yield Deadline(change.announce, "announcement", plan.id, change.dataset, what, owner, None, path)
        if change.sunset is not None:
            yield Deadline(change.sunset, "sunset", plan.id, change.dataset, what, owner, None, path)
    for index, entry in enumerate(evolution.migrations if evolution else ()):
        if entry.by is not None and entry.dataset is not None:
            what = f"{entry.consumer or 'a consumer'} leaves {entry.change or 'the old version'}"
            path = ("evolution", "migrations", index)
            done = bool(entry.acknowledged)
            yield Deadline(entry.by, "migration", plan.id, entry.dataset, what, entry.owner, done, path)
