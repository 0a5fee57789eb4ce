"""Rehearsals: often enough, of late, and what they measured against what is expected of the switch."""

from collections.abc import Iterator

from plangate.analysis.timeline import midnight
from plangate.checks.absences import absent
from plangate.checks.rule import Edit, Subject, rule
from plangate.checks.timeline import dated, span, t0
from plangate.model.cutover import Cutover, Rehearsal, RollbackStep, Step
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_FILE = "09-cutover.yml"
_COMMS = "comms: [{audience: stock_report, channel: email, offset: -120 h, owner: data_team}]"


@rule(
    "CUT012",
    "The switch was rehearsed, lately and as planned",
    severity="warning",
    tiers=("A",),
    core=False,
    reason="The first time is never in production.",
    reads=("cutover.rehearsals", "cutover.cutover.t0", "cutover.cutover.steps", "cutover.rollback.steps"),
    applies=dated,
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
    age = t0(subject) - midnight(day)
    if age > span(limits.rehearsal_age):
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
