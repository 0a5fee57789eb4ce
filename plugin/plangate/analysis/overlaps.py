"""People are resources: steps of the switch that one owner would have to do at the same time."""

from collections.abc import Mapping

from msgspec import Struct

from plangate.analysis.cutover import Schedule, ScheduledStep


class Overlap(Struct, frozen=True):
    """Two steps that one owner has at the same time; seconds after t0 that they share."""

    owner: str
    first: str
    second: str
    begin: int
    end: int


def overlaps(schedule: Schedule, owners: Mapping[str, str | None] | None = None) -> tuple[Overlap, ...]:
    """Find the steps of one owner that overlap at their earliest times, in the order of time.

    `owners` says who has each step in place of those that the plan names.
    """
    held: dict[str, list[ScheduledStep]] = {}
    for entry in schedule.steps:
        owner = owners.get(entry.step.id) if owners is not None else entry.step.owner
        if owner is not None and entry.early_finish > entry.early_start:
            held.setdefault(owner, []).append(entry)
    found = []
    for owner, entries in held.items():
        ordered = sorted(entries, key=lambda entry: (entry.early_start, entry.index))
        running: list[ScheduledStep] = []
        for entry in ordered:
            running = [other for other in running if other.early_finish > entry.early_start]
            found += [
                Overlap(
                    owner, other.step.id, entry.step.id, entry.early_start, min(other.early_finish, entry.early_finish)
                )
                for other in running
            ]
            running.append(entry)
    return tuple(sorted(found, key=lambda entry: (entry.begin, entry.owner, entry.first, entry.second)))
