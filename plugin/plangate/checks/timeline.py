"""Dates around the switch: rehearsed before, told in time, on a good day, nothing gone before its time."""

from collections.abc import Iterator, Mapping, Set
from datetime import datetime, timedelta

from msgspec import Struct

from plangate.analysis.lineage import produced
from plangate.analysis.timeline import bad_days, midnight
from plangate.checks.absences import absent
from plangate.checks.lineage import FEEDS
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Cutover, Rehearsal, RollbackStep, Step
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken

_FILE = "09-cutover.yml"
_FROZEN = {
    "systems": "the systems that nobody changes",
    "owner": "who lets changes through",
    "comms": "how everybody is told",
}
_COMMS = "comms: [{audience: stock_report, channel: email, offset: -120 h, owner: data_team}]"


def _dated(subject: Subject) -> bool:
    switch = subject.plan.switch
    return switch is not None and switch.t0 is not None


def _t0(subject: Subject) -> datetime:
    switch = subject.plan.switch
    assert switch is not None and switch.t0 is not None  # noqa: PT018, S101 -- the guard looked
    return switch.t0


def _span(length: Quantity) -> timedelta:
    return timedelta(seconds=float(length.base))


@rule(
    "CUT010",
    "Old and new run side by side long enough, while the old is there",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A parallel run that outlives one of the two is a comparison with nothing.",
    reads=("acceptance.phases.parallel_run", "cutover.legacy.keep_until"),
    applies=lambda subject: bool(
        subject.plan.acceptance and subject.plan.acceptance.phases and subject.plan.acceptance.phases.parallel_run
    ),
    where="a run side by side is planned",
    fails=(
        Edit(
            "10-acceptance.yml",
            'parallel_run: {not_applicable: "The hand-made export is replaced at once; both are kept until the end of '
            'February"}',
            "parallel_run: {start: 2027-01-13, end: 2027-03-31, min: 14 d, compare: [orders_vs_shop]}",
        ),
    ),
    passes=(
        Edit(
            "10-acceptance.yml",
            'parallel_run: {not_applicable: "The hand-made export is replaced at once; both are kept until the end of '
            'February"}',
            "parallel_run: {start: 2027-01-13, end: 2027-02-13, min: 14 d, compare: [orders_vs_shop]}",
        ),
    ),
)
def side_by_side(subject: Subject) -> Iterator[Problem]:
    """The parallel run is at least `min` long, is over before the old system goes (`legacy.keep_until`), and names the
    checks that compare both.
    """
    phases = subject.plan.acceptance.phases if subject.plan.acceptance else None
    run = phases.parallel_run if phases is not None else None
    if run is None:
        return
    path: Path = ("phases", "parallel_run")
    length = run.end - run.start
    if run.min is None:
        yield Problem("CUT010", "The parallel run does not say its `min`", "acceptance", (*path, "min"), absent=True)
    elif length < _span(run.min):
        yield Problem(
            "CUT010",
            f"The parallel run lasts {length.days} d, at least {run.min} are wanted",
            "acceptance",
            (*path, "end"),
            f"{length.days} d",
            f"at least {run.min}",
        )
    if not run.compare:
        yield Problem("CUT010", "The parallel run compares nothing", "acceptance", (*path, "compare"), absent=True)
    legacy = subject.plan.cutover.legacy if subject.plan.cutover else None
    if legacy is not None and legacy.keep_until is not None:
        gone = midnight(legacy.keep_until) + timedelta(days=1)
        if run.end > gone:
            yield Problem(
                "CUT010",
                f"The parallel run ends on {run.end:%Y-%m-%d}, the old system is kept until {legacy.keep_until}",
                "acceptance",
                (*path, "end"),
                f"{run.end:%Y-%m-%d}",
                f"{legacy.keep_until} or earlier",
            )


@rule(
    "CUT011",
    "Nothing else changes while the switch runs",
    tiers=FROM_B,
    core=False,
    reason="A change that comes in between the last sync and the switch is in neither of the two.",
    reads=("cutover.cutover",),
    applies=_dated,
    where="the switch has a time, `t0`",
    fails=(
        Edit(
            _FILE,
            "  steps:\n    - {id: s01,",
            "  freeze: {start: 2027-01-12T09:30:00+00:00, end: 2027-01-12T13:00:00+00:00, systems: [shop], "
            "owner: data_team, comms: Mail to the shop}\n  steps:\n    - {id: s01,",
        ),
    ),
    passes=(
        Edit(
            _FILE,
            "  steps:\n    - {id: s01,",
            "  freeze: {start: 2027-01-12T09:00:00+00:00, end: 2027-01-12T13:00:00+00:00, systems: [shop], "
            "owner: data_team, comms: Mail to the shop}\n  steps:\n    - {id: s01,",
        ),
    ),
)
def frozen_meanwhile(subject: Subject) -> Iterator[Problem]:
    """A freeze names its systems, its owner and how it is told, and lasts from the first step of kind `sync` (the first
    step, where there is none) to the end of the last step of kind `switch` (the last step) at expected durations.
    """
    switch, schedule = subject.plan.switch, subject.facts.cutover
    if switch is None:
        return
    freeze = switch.freeze
    if freeze is None:
        yield Problem(
            "CUT011",
            "The switch has no `freeze`, so anybody may change the systems while they are switched",
            "cutover",
            ("cutover", "freeze"),
            expected="`start`, `end`, `systems`, `owner` and `comms` of the freeze",
            absent=True,
        )
        return
    for name, expected in _FROZEN.items():
        if not getattr(freeze, name):
            yield Problem(
                "CUT011",
                f"The freeze does not say its `{name}`",
                "cutover",
                ("cutover", "freeze", name),
                expected=expected,
                absent=True,
            )
    if schedule is None or not schedule.steps:
        return
    syncs = [entry for entry in schedule.steps if entry.step.kind_ == "sync"] or list(schedule.steps)
    turns = [entry for entry in schedule.steps if entry.step.kind_ == "switch"] or list(schedule.steps)
    first, last = min(entry.start_at for entry in syncs), max(entry.end_at for entry in turns)
    for name, wrong, needed in (("start", freeze.start > first, first), ("end", freeze.end < last, last)):
        if wrong:
            found = getattr(freeze, name)
            yield Problem(
                "CUT011",
                f"The freeze {name}s at {found:%Y-%m-%d %H:%M} UTC, it has to hold "
                f"{'from' if name == 'start' else 'until'} {needed:%Y-%m-%d %H:%M} UTC",
                "cutover",
                ("cutover", "freeze", name),
                f"{found:%Y-%m-%d %H:%M} UTC",
                f"{needed:%Y-%m-%d %H:%M} UTC or {'earlier' if name == 'start' else 'later'}",
            )


@rule(
    "CUT012",
    "The switch was rehearsed, lately and as planned",
    severity="warning",
    tiers=("A",),
    core=False,
    reason="The first time is never in production.",
    reads=("cutover.rehearsals", "cutover.cutover.t0", "cutover.cutover.steps", "cutover.rollback.steps"),
    applies=_dated,
    where="the switch has a time, `t0`",
    fails=(Edit(_FILE, _COMMS, _COMMS),),
    passes=(
        Edit(
            _FILE,
            _COMMS,
            "rehearsals:\n  - {date: 2026-12-15, result: failed}\n"
            "  - {date: 2027-01-05, measured: {s01: 42 min, s02: 15 min}}\n" + _COMMS,
        ),
    ),
)
def rehearsed(subject: Subject) -> Iterator[Problem]:
    """There are as many rehearsals as the threshold `rehearsals` says (`rehearsals_tier_a` in tier A), each with its
    `date`; the last did not fail, is at most `rehearsal_age` before t0, has `measured` how long each step took
    (decisions and messages apart), and in it no step of the switch or of the way back took longer or shorter than
    expected by more than `rehearsal_deviation`.
    """
    limits, gate = subject.policy.checklists.thresholds, subject.plan.cutover
    runs = gate.rehearsals if gate is not None else ()
    least = limits.rehearsals_tier_a if subject.plan.header.tier == "A" else limits.rehearsals
    if len(runs) < least:
        yield Problem(
            "CUT012",
            f"The switch was rehearsed {len(runs)} times, {least} are wanted",
            "cutover",
            ("rehearsals",),
            str(len(runs)),
            f"at least {least}",
            absent=not runs,
        )
    for index, run in enumerate(runs):
        if run.date is None:
            place: Path = ("rehearsals", index, "date")
            yield from absent(subject, "CUT012", "cutover", place, f"Rehearsal {index + 1} has no `date`", "`date`")
    dated = [(run.date, index) for index, run in enumerate(runs) if run.date is not None]
    if not dated or gate is None or gate.cutover is None:
        return
    day, index = max(dated)
    age = _t0(subject) - midnight(day)
    if age > _span(limits.rehearsal_age):
        yield Problem(
            "CUT012",
            f"The last rehearsal is {age.days} d before t0, at most {limits.rehearsal_age} are wanted",
            "cutover",
            ("rehearsals", index, "date"),
            f"{age.days} d",
            f"at most {limits.rehearsal_age}",
        )
    if runs[index].result == "failed":
        yield Problem(
            "CUT012",
            f"The last rehearsal, of {day}, failed",
            "cutover",
            ("rehearsals", index, "result"),
            "failed",
            "a later rehearsal that passed",
        )
    elif not runs[index].measured:
        message = f"The last rehearsal, of {day}, does not say how long its steps took"
        yield from absent(subject, "CUT012", "cutover", ("rehearsals", index, "measured"), message, "`measured`")
    else:
        yield from _measured(subject, gate, runs[index], index)


def _measured(subject: Subject, gate: Cutover, run: Rehearsal, index: int) -> Iterator[Problem]:
    """Tell which steps a rehearsal left out, and which took another time than is expected of them."""
    steps = gate.cutover.steps if gate.cutover is not None else ()
    timed: list[Step | RollbackStep] = [*steps, *(gate.rollback.steps if gate.rollback is not None else ())]
    path: Path = ("rehearsals", index, "measured")
    most = subject.policy.checklists.thresholds.rehearsal_deviation
    unread = subject.refused("cutover.rehearsals[].measured", "cutover.cutover.steps[].kind")
    left = [step.id for step in steps if step.id not in run.measured and step.kind_ not in {"go_no_go", "comms"}]
    if left and not unread:
        yield Problem(
            "CUT012",
            f"The last rehearsal, of {run.date}, does not say how long {spoken(left)} took",
            "cutover",
            path,
            f"{len(run.measured)} steps",
            f"how long each step took, such as `{left[0]}: 20 min`",
            "Measure them in a rehearsal of all steps",
            cause="GEN003" if run.measured.keys() - {step.id for step in timed} else None,
        )
    for step in timed:
        took = run.measured.get(step.id)
        if took is None or step.expected is None or not step.expected.base:
            continue
        share = took.base / step.expected.base - 1
        if abs(share) > most.base:
            longer = f" with a `max` of {took} or more" if step.max is not None and took.base > step.max.base else ""
            yield Problem(
                "CUT012",
                f"Step {step.id} took {took} in the last rehearsal, expected {step.expected} ({share * 100:+.0f} %)",
                "cutover",
                (*path, step.id),
                str(took),
                f"within {most} of {step.expected}",
                f"Expect {took}{longer}, or say in `deviations` why the switch will differ and rehearse again",
            )


@rule(
    "CUT013",
    "Every reader of what is switched is told in time",
    scope="plan",
    reason="A reader who learns of a switch from a broken report will not forget it.",
    reads=("cutover.comms", "cutover.comms_notice", "cutover.cutover", "context.consumers", *FEEDS),
    applies=_dated,
    where="the switch has a time, `t0`",
    fails=(Edit(_FILE, "offset: -120 h", "offset: -2 h"),),
)
def told_in_time(subject: Subject) -> Iterator[Problem]:
    """Each consumer of the plan that reads a dataset of the switch (of its steps; any dataset, where no step names
    one), or its owner, is the audience of an entry of `comms` at least `comms_notice` (the threshold of that name
    without one) before t0; and so is each other plan that takes such a dataset from this one, or a consumer of it that
    reads the dataset, or its owner.
    """
    gate, context = subject.plan.cutover, subject.plan.context
    if gate is None or gate.cutover is None:
        return
    switched = {name for step in gate.cutover.steps for name in step.datasets}
    reached = switched.union(*(subject.facts.lineage.downstream(name) for name in switched))
    for index, consumer in enumerate(context.consumers if context is not None else ()):
        if switched and reached.isdisjoint(consumer.reads):
            continue
        names = {consumer.id, consumer.owner or consumer.id}
        reader = _Reader(f"Consumer {consumer.id}", names, "context", ("consumers", index), consumer.id)
        yield from _told(subject, gate, reader, consumer.owner or consumer.id)
    for other, taken in _taken_by(subject, reached).items():
        readers = [one for name in taken for one in subject.facts.landscape.readers.get(name, ())]
        theirs = [one.consumer for one in readers if one.plan.id == other]
        names = {other, *(one.id for one in theirs), *(one.owner for one in theirs if one.owner)}
        reader = _Reader(f"Plan {other}, which reads {spoken(taken)},", names, "cutover", ("comms",))
        yield from _told(subject, gate, reader, other)


class _Reader(Struct, frozen=True):
    """Somebody who has to be told of a switch: by which names, and what says so in which place."""

    who: str
    names: Set[str]
    gate: str
    path: Path
    observed: str | None = None


def _taken_by(subject: Subject, reached: Set[str]) -> Mapping[str, list[str]]:
    """Give the other plans that stand and take what is switched from this one, each with the datasets."""
    found: dict[str, list[str]] = {}
    own = produced(subject.plan)
    for name in sorted(own & reached if reached else own):
        for other in sorted(subject.facts.landscape.users.get(name, ())):
            found.setdefault(other, []).append(name)
    return found


def _told(subject: Subject, gate: Cutover, reader: _Reader, addressee: str) -> Iterator[Problem]:
    """Tell of a reader whom no entry tells, or whom the earliest tells too late."""
    notice = gate.comms_notice or subject.policy.checklists.thresholds.comms_notice
    told = [
        (entry.offset, index)
        for index, entry in enumerate(gate.comms)
        if entry.offset is not None and entry.audience in reader.names
    ]
    if not told:
        if not subject.refused("cutover.comms"):
            yield Problem(
                "CUT013",
                f"{reader.who} is not told of the switch",
                reader.gate,
                reader.path,
                reader.observed,
                "an entry of `comms` in gate cutover",
                f"Tell {addressee} at least {notice} before t0",
                absent=reader.path == ("comms",) and not gate.comms,
            )
        return
    earliest, index = min(told, key=lambda entry: entry[0].base)
    if -earliest.base < notice.base:
        before = f"{str(earliest).lstrip('-')} before" if earliest.base < 0 else f"only {earliest} after"
        yield Problem(
            "CUT013",
            f"{reader.who} is told {before} the switch, {notice} are asked for",
            "cutover",
            ("comms", index, "offset"),
            str(earliest),
            f"-{notice} or earlier",
        )


@rule(
    "CUT014",
    "The switch is on a day on which people are there",
    severity="warning",
    tiers=("A",),
    core=False,
    reason="On a holiday somewhere, the one who knows the system is somewhere else.",
    reads=("cutover.cutover.t0", "cutover.cutover.timezones", "cutover.cutover.justification", "cutover.hypercare"),
    applies=_dated,
    where="the switch has a time, `t0`",
    fails=(Edit(_FILE, "2027-01-12T", "2027-01-16T"),),
    passes=(Edit(_FILE, _COMMS, "hypercare: {until: 2027-01-15, staffing: Two of the data team}\n" + _COMMS),),
)
def good_day(subject: Subject) -> Iterator[Problem]:
    """In none of the participants' time zones (`timezones`, else UTC) t0 is on a weekend, a holiday of the checklists,
    the last day of a quarter or the day on which the clock changes, unless a `justification` is given; and hypercare
    is staffed for the threshold `hypercare` after t0.
    """
    switch, gate = subject.plan.switch, subject.plan.cutover
    if switch is None or gate is None:
        return
    t0 = _t0(subject)
    if not switch.justification and not subject.refused("cutover.cutover.justification"):
        for bad in bad_days(t0, switch.timezones or ("UTC",), subject.policy.checklists.holidays):
            yield Problem(
                "CUT014",
                f"t0 is on {bad.why} in {bad.zone}, and no `justification` says why",
                "cutover",
                ("cutover", "t0"),
                f"{t0:%Y-%m-%d %H:%M} UTC",
                "another day, or a `justification`",
            )
    least = subject.policy.checklists.thresholds.hypercare
    care = gate.hypercare
    if care is None or care.until is None or care.staffing is None:
        yield Problem(
            "CUT014",
            "Nobody says until when, and by whom, the switch is watched (`hypercare`)",
            "cutover",
            ("hypercare",),
            expected="`until` and `staffing`",
            absent=True,
        )
    elif midnight(care.until) + timedelta(days=1) < t0 + _span(least):
        yield Problem(
            "CUT014",
            f"Hypercare ends on {care.until}, less than {least} after t0",
            "cutover",
            ("hypercare", "until"),
            str(care.until),
            f"{(t0 + _span(least)).date()} or later",
        )
