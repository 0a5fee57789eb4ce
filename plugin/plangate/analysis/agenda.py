"""The switch as it is read aloud: its steps in the order of time, each with its way back, and word to readers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from plangate.analysis.cutover import Schedule, ScheduledStep
from plangate.analysis.facts import Facts
from plangate.analysis.overlaps import Overlap
from plangate.analysis.rollback import Restore
from plangate.model.cutover import Comms, Cutover, Step, Switch
from plangate.model.plan import Plan


class Entry(Struct, frozen=True):
    """A step in its time; `restore` is the way back once it is over, `turns` says that there is none from its end on.

    `after_turn` says that it begins when the point of no return has passed.
    """

    scheduled: ScheduledStep
    restore: Restore | None
    turns: bool
    after_turn: bool

    @property
    def step(self) -> Step:
        """The step as the plan has it."""
        return self.scheduled.step


class Word(Struct, frozen=True):
    """Something that readers are told, and when."""

    comms: Comms
    at: datetime


class Decision(Struct, frozen=True):
    """A go/no-go with the time at which it begins."""

    step: str
    at: datetime


class Agenda(Struct, frozen=True):
    """A switch with everything that has a time; `zone` is the IANA name of the zone that its people live in.

    `entries` and `words` are in the order of time. `first_decision` is the earliest go/no-go, `last_safe` the last one
    that is over before there is no way back, with its end. `rollback_by` is the last moment at which a rollback can
    begin: one that takes as long as any ends within the window, and the step of the point of no return has not begun.
    """

    plan: Plan
    gate: Cutover
    switch: Switch
    t0: datetime
    schedule: Schedule
    zone: str
    entries: tuple[Entry, ...]
    words: tuple[Word, ...]
    overlaps: tuple[Overlap, ...]
    first_decision: Decision | None
    last_safe: Decision | None
    rollback_by: datetime | None

    def local(self, moment: datetime, zone: str | None = None) -> datetime:
        """Give a moment in a zone, that of the agenda without one."""
        return moment.astimezone(ZoneInfo(zone or self.zone))


def zone_of(switch: Switch | None) -> str:
    """Give the zone in which a switch is told: the first that it names, else UTC."""
    return switch.timezones[0] if switch is not None and switch.timezones else "UTC"


def agenda(facts: Facts) -> Agenda | None:
    """Put the switch of a plan in the order of time; None where it has no t0, no steps, or steps in a circle."""
    gate, schedule = facts.plan.cutover, facts.cutover
    switch = gate.cutover if gate is not None else None
    if gate is None or switch is None or switch.t0 is None or schedule is None or not schedule.steps:
        return None
    back = facts.way_back
    turn = schedule.step(schedule.point_of_no_return or "")
    ordered = sorted(schedule.steps, key=lambda entry: (entry.early_start, entry.early_finish, entry.index))
    decisions = [entry for entry in ordered if entry.step.kind_ == "go_no_go"]
    return Agenda(
        plan=facts.plan,
        gate=gate,
        switch=switch,
        t0=switch.t0,
        schedule=schedule,
        zone=zone_of(switch),
        entries=tuple(
            Entry(
                entry,
                back.after.get(entry.step.id) if back is not None else None,
                turns=entry is turn,
                after_turn=turn is not None and entry.early_start >= turn.early_finish and entry is not turn,
            )
            for entry in ordered
        ),
        words=tuple(sorted(_words(gate, switch.t0), key=lambda word: word.at)),
        overlaps=facts.overlaps,
        first_decision=Decision(decisions[0].step.id, decisions[0].start_at) if decisions else None,
        last_safe=Decision(*schedule.last_safe_decision) if schedule.last_safe_decision else None,
        rollback_by=min(
            (at for at in (back.latest, turn.start_at if turn is not None else None) if at is not None), default=None
        )
        if back is not None
        else None,
    )


def _words(gate: Cutover, t0: datetime) -> Iterator[Word]:
    for entry in gate.comms:
        if entry.offset is not None:
            yield Word(entry, t0 + timedelta(seconds=float(entry.offset.base)))
