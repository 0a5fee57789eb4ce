"""Gate cutover, the way back: when it is taken, by whom, how long it takes, what becomes of data written meanwhile."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from plangate.analysis.amount import amount, duration_text, no_less, no_more
from plangate.analysis.rollback import way_back
from plangate.checks.absences import absent
from plangate.checks.cutover import longer_than_its_maximum
from plangate.checks.no_return import to_be_deleted
from plangate.checks.outages import falls_short
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Rollback
from plangate.model.element import Element
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken

_FILE = "09-cutover.yml"


def _rollback(subject: Subject) -> Rollback | None:
    return subject.plan.cutover.rollback if subject.plan.cutover else None


def _there(subject: Subject) -> bool:
    return _rollback(subject) is not None


@rule(
    "CUT007",
    "The way back is taken by a number, and ends within its time and the window",
    reason="A way back that takes longer than what is left of the night is no way back.",
    reads=("cutover.rollback", "cutover.cutover"),
    applies=_there,
    where="there is a way back",
    fails=(Edit(_FILE, "  max: 60 min\n", "  max: 10 min\n"),),
)
def ends_in_time(subject: Subject) -> Iterator[Problem]:
    """Each trigger has a bound (`must_be`), somebody decides (`decision_owner`), and each rollback step says how long
    it takes (`max`, or `expected` alone; `expected` is no longer than `max`). The longest path of all of them by
    maximum durations is at most `max`, and `max` is at most what remains of the window when the step of the point of no
    return begins (or the last step ends, where there is none).
    """
    back = _rollback(subject)
    if back is None or subject.refused("cutover.rollback"):
        return
    for name in ("triggers", "decision_owner", "max"):
        if not getattr(back, name):
            yield Problem(
                "CUT007", f"The rollback does not say its `{name}`", "cutover", ("rollback", name), absent=True
            )
    for index, trigger in enumerate(back.triggers):
        if trigger.must_be is None:
            yield Problem(
                "CUT007",
                f"Rollback trigger {index + 1} has no bound",
                "cutover",
                ("rollback", "triggers", index, "must_be"),
                trigger.condition,
                'a bound such as `must_be: "<= 0.5 %"`',
                absent=True,
            )
    for index, step in enumerate(back.steps):
        if step.max is None and step.expected is None:
            place: Path = ("rollback", "steps", index, "max")
            message = f"Rollback step {step.id} does not say how long it takes"
            yield from absent(subject, "CUT007", "cutover", place, message, "`max`, or `expected`")
        yield from longer_than_its_maximum("CUT007", f"Rollback step {step.id}", ("rollback", "steps", index), step)
    way = subject.facts.way_back
    if way is None or back.max is None:
        return
    if way.cycle:
        message = f"These rollback steps wait for each other: {' → '.join(way.cycle)}"
        yield Problem("CUT007", message, "cutover", ("rollback", "steps"))
        return
    whole = way.whole  # whatever a step undoes, it is part of the way
    if whole is not None and whole.most > back.max.base:
        enough = no_less(amount(whole.most, back.max.dimension), back.max)
        deleted = _delete_and_it_fits(subject, back)
        yield Problem(
            "CUT007",
            f"The way back can take {duration_text(whole.most)}, `rollback.max` allows {back.max}",
            "cutover",
            ("rollback", "max"),
            str(back.max),
            f"at least {enough} ({' → '.join(whole.slowest)})",
            f"Once {spoken(deleted)} {'are' if len(deleted) > 1 else 'is'} deleted {back.max} will do; until then it "
            f"takes `max: {enough}`"
            if deleted
            else f"Write `max: {enough}`, or shorten the longest way back",
            cause="CUT006" if deleted else None,
        )
    yield from _out_of_the_window(subject, back.max, whole.most if whole is not None else None, way.room)


def _delete_and_it_fits(subject: Subject, back: Rollback) -> list[str]:
    """Give the rollback steps that are to be deleted anyway, where the way back is short enough without them."""
    gate, deleted = subject.plan.cutover, sorted(to_be_deleted(subject))
    if not deleted or back.max is None or gate is None or gate.cutover is None:
        return []
    rest = tuple(step for step in back.steps if step.id not in deleted)
    way = way_back(gate.cutover, back.model_copy(update={"steps": rest}), None)
    return deleted if way is None or way.whole is None or way.whole.most <= back.max.base else []


def _out_of_the_window(
    subject: Subject, most: Quantity, longest: Decimal | None, left: Decimal | None
) -> Iterator[Problem]:
    """Tell of a way back that ends after the window: of the window where no maximum would help, else of the maximum."""
    schedule = subject.facts.cutover
    end = schedule.window_end if schedule is not None else None
    needed = longest if longest is not None else most.base
    if left is None or end is None:
        return
    if left < needed and (left <= 0 or longest is not None):
        over = timedelta(seconds=float(needed - left))
        yield Problem(
            "CUT007",
            f"The window ends {duration_text(-left)} before the way back may begin last: no time is left for it"
            if left < 0
            else f"The way back takes {duration_text(needed)}; where it may begin last {duration_text(left)} of the "
            "window are left",
            "cutover",
            ("cutover", "window", "end"),
            end.isoformat(),
            f"a window that ends at {(end + over).isoformat()} or later",
            "Or decide earlier, or shorten the way back",
            cause="CUT002" if left < 0 else None,
        )
    elif most.base > left:
        enough = no_more(amount(left, most.dimension), most)
        yield Problem(
            "CUT007",
            f"The way back may take {most}; where it may begin last {duration_text(left)} of the window are left",
            "cutover",
            ("rollback", "max"),
            str(most),
            f"at most {enough}",
            f"Write `max: {enough}`, lengthen the window, or decide earlier",
        )


@rule(
    "CUT008",
    "It is settled what becomes of data that is written after the switch",
    reason="Rows of the hours before a rollback are the ones that nobody migrates.",
    reads=("cutover.rollback",),
    applies=_there,
    where="there is a way back",
    fails=(Edit(_FILE, "written_after_switch: replay", "written_after_switch: discard"),),
)
def written_data_settled(subject: Subject) -> Iterator[Problem]:
    """`written_after_switch` is said; `discard` is accepted by somebody (`accepted_by`), `reverse_sync` names the step
    that carries data back and the check that proves it (`sync`).
    """
    back = _rollback(subject)
    if back is None:
        return
    if back.written_after_switch is None:
        yield Problem(
            "CUT008",
            "The rollback does not say what becomes of data that is written after the switch",
            "cutover",
            ("rollback", "written_after_switch"),
            expected="discard, replay, dual_write or reverse_sync, such as `written_after_switch: replay`",
            absent=True,
        )
    elif back.written_after_switch == "discard" and back.accepted_by is None:
        if subject.refused("cutover.rollback.accepted_by"):
            return
        yield Problem(
            "CUT008",
            "Data written after the switch is discarded in a rollback, and nobody accepts that",
            "cutover",
            ("rollback", "written_after_switch"),
            "discard",
            f"who accepts the loss, such as `accepted_by: {back.decision_owner or '<a person or team>'}`",
            "Or keep the data: `written_after_switch: replay`",
            absent=True,
        )
    elif back.written_after_switch == "reverse_sync":
        quality = subject.plan.quality
        known = (*quality.reconciliation, *quality.checks) if quality else ()
        for name in ("step", "check"):
            if back.sync is None or getattr(back.sync, name) is None:
                what = "the step that carries data back" if name == "step" else "the check that proves it"
                yield Problem(
                    "CUT008",
                    f"The reverse sync does not name {what}",
                    "cutover",
                    ("rollback", "sync", name),
                    expected=f"such as `sync: {{step: {_first(back.steps)}, check: {_first(known)}}}`",
                    absent=True,
                )


def _first(elements: Sequence[Element]) -> str:
    return elements[0].id if elements else "…"


@rule(
    "CUT009",
    "What the way back needs is kept as long as it is open",
    scope="plan",
    reason="A rollback to a system that was switched off is a restore from backup.",
    reads=(
        "cutover.rollback.available_for",
        "cutover.legacy.keep_until",
        "cutover.cutover.t0",
        "sources.sources[].retention",
        "events.streams[].retention",
    ),
    applies=lambda subject: bool(_there(subject) and subject.plan.cutover and subject.plan.cutover.cutover),
    where="there is a way back from a switch",
    fails=(Edit(_FILE, "keep_until: 2027-02-28", "keep_until: 2027-01-13"),),
)
def kept_long_enough(subject: Subject) -> Iterator[Problem]:
    """`legacy.keep_until` is stated, and at least t0 and `rollback.available_for` later; sources and streams keep data
    as long.
    """
    gate, back = subject.plan.cutover, _rollback(subject)
    t0 = gate.cutover.t0 if gate is not None and gate.cutover is not None else None
    if gate is None or back is None or t0 is None:
        return
    if back.available_for is None:
        yield Problem(
            "CUT009",
            "The rollback does not say how long it stays possible",
            "cutover",
            ("rollback", "available_for"),
            expected="a duration, such as 72 h",
            absent=True,
        )
        return
    until = t0 + timedelta(seconds=float(back.available_for.base))
    if gate.legacy is not None and gate.legacy.keep_until is None:
        message = "Nothing says until when the old system is kept"
        expected = f"{until.date()} or later"
        yield from absent(subject, "CUT009", "cutover", ("legacy", "keep_until"), message, expected)
    elif gate.legacy is not None and gate.legacy.keep_until is not None and gate.legacy.keep_until < until.date():
        yield Problem(
            "CUT009",
            f"The old system is kept until {gate.legacy.keep_until}, the way back is open until "
            f"{until:%Y-%m-%d %H:%M} UTC",
            "cutover",
            ("legacy", "keep_until"),
            str(gate.legacy.keep_until),
            f"{until.date()} or later",
        )
    for index, source in enumerate(subject.plan.sources.sources if subject.plan.sources else ()):
        if source.retention is not None and source.retention.base < back.available_for.base:
            yield Problem(
                "CUT009",
                f"Source {source.id} keeps data for {source.retention}, the way back is open for {back.available_for}",
                "sources",
                ("sources", index, "retention"),
                str(source.retention),
                f"at least {back.available_for}",
            )
    for index, stream in enumerate(subject.plan.events.streams if subject.plan.events else ()):
        if stream.retention is not None and stream.retention.base < back.available_for.base:
            yield Problem(
                "CUT009",
                f"Stream {stream.id} keeps events for {stream.retention}, the way back is open {back.available_for}",
                "events",
                ("streams", index, "retention"),
                str(stream.retention),
                f"at least {back.available_for}",
                cause="STR009" if falls_short(subject, index) else None,
            )


@rule(
    "CUT015",
    "The downtime fits what was granted",
    tiers=FROM_B,
    core=False,
    reason="Readers were told how long they see nothing.",
    reads=("cutover.cutover.steps", "cutover.cutover.downtime_budget"),
    applies=lambda subject: bool(
        subject.plan.cutover
        and subject.plan.cutover.cutover
        and any(step.downtime for step in subject.plan.cutover.cutover.steps)
    ),
    where="a step of the switch is downtime",
    fails=(Edit(_FILE, "reversible: true, rollback: r02", "reversible: true, downtime: true, rollback: r02"),),
    passes=(
        Edit(_FILE, "reversible: true, rollback: r02", "reversible: true, downtime: true, rollback: r02"),
        Edit(
            _FILE, "  t0: 2027-01-12T09:00:00+00:00\n", "  t0: 2027-01-12T09:00:00+00:00\n  downtime_budget: 30 min\n"
        ),
    ),
)
def downtime_granted(subject: Subject) -> Iterator[Problem]:
    """The time that the steps with `downtime: true` are expected to take together is at most `downtime_budget`; steps
    that run beside each other count once.
    """
    schedule, gate = subject.facts.cutover, subject.plan.cutover
    if schedule is None or gate is None or gate.cutover is None:
        return
    budget = gate.cutover.downtime_budget
    if budget is None:
        yield Problem(
            "CUT015",
            "Readers see nothing during some steps, and no `downtime_budget` says for how long they may",
            "cutover",
            ("cutover", "downtime_budget"),
            absent=True,
        )
    elif schedule.downtime > budget.base:
        yield Problem(
            "CUT015",
            f"Readers see nothing for {duration_text(Decimal(schedule.downtime))}, granted are {budget}",
            "cutover",
            ("cutover", "downtime_budget"),
            duration_text(Decimal(schedule.downtime)),
            f"at most {budget}",
        )
