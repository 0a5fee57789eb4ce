"""Dates around the switch: on a good day, frozen meanwhile, nothing gone before its time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from plangate.analysis.timeline import bad_days, midnight
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity

_FILE = "09-cutover.yml"
_FROZEN = {
    "systems": "the systems that nobody changes",
    "owner": "who lets changes through",
    "comms": "how everybody is told",
}
_COMMS = "comms: [{audience: stock_report, channel: email, offset: -120 h, owner: data_team}]"


def dated(subject: Subject) -> bool:
    """Tell whether the switch has a time."""
    switch = subject.plan.switch
    return switch is not None and switch.t0 is not None


def t0(subject: Subject) -> datetime:
    """Give the time of a switch that is `dated`."""
    switch = subject.plan.switch
    assert switch is not None and switch.t0 is not None  # noqa: PT018, S101 -- the guard looked
    return switch.t0


def span(length: Quantity) -> timedelta:
    """Give a duration of a plan as one of the calendar."""
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
    elif length < span(run.min):
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
    applies=dated,
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
    "CUT014",
    "The switch is on a day on which people are there",
    severity="warning",
    tiers=("A",),
    core=False,
    reason="On a holiday somewhere, the one who knows the system is somewhere else.",
    reads=("cutover.cutover.t0", "cutover.cutover.timezones", "cutover.cutover.justification", "cutover.hypercare"),
    applies=dated,
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
    moment = t0(subject)
    if not switch.justification and not subject.refused("cutover.cutover.justification"):
        for bad in bad_days(moment, switch.timezones or ("UTC",), subject.policy.checklists.holidays):
            yield Problem(
                "CUT014",
                f"t0 is on {bad.why} in {bad.zone}, and no `justification` says why",
                "cutover",
                ("cutover", "t0"),
                f"{moment:%Y-%m-%d %H:%M} UTC",
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
    elif midnight(care.until) + timedelta(days=1) < moment + span(least):
        yield Problem(
            "CUT014",
            f"Hypercare ends on {care.until}, less than {least} after t0",
            "cutover",
            ("hypercare", "until"),
            str(care.until),
            f"{(moment + span(least)).date()} or later",
        )
