"""Gate cutover, the switch: steps that are said in full, fit the window, and leave nobody with two at a time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal

from plangate.analysis.amount import amount, duration_text, no_less
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Freeze, RollbackStep, Step
from plangate.model.moment import Span
from plangate.model.problem import Path, Problem
from plangate.model.quantity import parse

STEPS: Path = ("cutover", "steps")
TIMES = tuple(f"cutover.cutover.steps[].{name}" for name in ("id", "after", "expected"))
"""What says when steps are done; where one was refused, nothing is told that hangs on their order."""
FILE = "09-cutover.yml"
DECISION = "go_no_go"


def with_steps(subject: Subject) -> bool:
    """Tell whether the switch of a plan has steps."""
    return bool(steps(subject))


def steps(subject: Subject) -> tuple[Step, ...]:
    """Give the steps of a plan's switch."""
    switch = subject.plan.switch
    return switch.steps if switch is not None else ()


_SAID = {
    "owner": "who takes the step",
    "expected": "how long it takes, such as `20 min`",
    "verify": "what shows that the step worked, such as `verify: The report shows the rows of yesterday`",
    "after": "the steps before it, or `after: []` for a first step",
}


@rule(
    "CUT001",
    "Every step says who does it, how long it takes, after what, and how it is seen to have worked",
    reason="At night a step without an owner waits for somebody, and one without a check is believed.",
    reads=("cutover.cutover.steps",),
    applies=with_steps,
    where="the switch has steps",
    fails=(Edit(FILE, "max: 60 min, verify: Row count equals that of the shop, ", "max: 60 min, "),),
)
def steps_said_in_full(subject: Subject) -> Iterator[Problem]:
    """Each step has an `owner`, an `expected` duration that is no longer than its `max`, `after` or an `offset`, and
    (decisions and messages apart) a `verify`; no step waits for itself by way of others.
    """
    for index, step in enumerate(steps(subject)):
        missing = [name for name in ("owner", "expected") if getattr(step, name) is None]
        missing += ["verify"] * (step.verify is None and step.kind_ not in {DECISION, "comms"})
        missing += ["after"] * (step.offset is None and "after" not in step.model_fields_set)
        for name in missing:
            yield Problem(
                "CUT001",
                f"Step {step.id} does not say its `{name}`",
                "cutover",
                (*STEPS, index, name),
                expected=_SAID[name],
                absent=True,
            )
        yield from longer_than_its_maximum("CUT001", f"Step {step.id}", (*STEPS, index), step)
    schedule = subject.facts.cutover
    if schedule is not None and schedule.cycle:
        index = next(place for place, step in enumerate(steps(subject)) if step.id == schedule.cycle[0])
        yield Problem(
            "CUT001",
            f"These steps wait for each other: {' → '.join(schedule.cycle)}",
            "cutover",
            (*STEPS, index, "after"),
        )


def longer_than_its_maximum(rule_id: str, name: str, path: Path, step: Step | RollbackStep) -> Iterator[Problem]:
    """Tell of a step of which more is expected than its maximum allows."""
    if step.expected is not None and step.max is not None and step.expected.base > step.max.base:
        yield Problem(
            rule_id,
            f"{name} is expected to take {step.expected}, its `max` is {step.max}",
            "cutover",
            (*path, "max"),
            str(step.max),
            f"at least {step.expected}",
        )


@rule(
    "CUT002",
    "The switch fits its window, with room to spare",
    reason="The buffer is what is left when the first thing goes wrong.",
    reads=("cutover.cutover",),
    applies=with_steps,
    where="the switch has steps",
    fails=(Edit(FILE, "end: 2027-01-12T13:00:00+00:00", "end: 2027-01-12T10:10:00+00:00"),),
)
def fits_its_window(subject: Subject) -> Iterator[Problem]:
    """The critical path by expected durations leaves at least the threshold `cutover_buffer` of the window free, the
    path by maximum durations is within the window, and no step's `offset` is before what it waits for is over. `t0` is
    within the window. Both paths count from the first step that is not over before the window opens.
    """
    switch, schedule = subject.plan.switch, subject.facts.cutover
    if switch is None or subject.refused("cutover.cutover"):
        return
    if switch.window is None or switch.t0 is None:
        name = "window" if switch.window is None else "t0"
        yield Problem(
            "CUT002", f"The switch does not say its `{name}`", "cutover", ("cutover", name), absent=True, cause="GEN014"
        )
        return
    beside = not switch.window.start <= switch.t0 < switch.window.end
    if beside:
        yield _beside_its_window(switch.t0, switch.window, switch.freeze)
    if schedule is None or schedule.cycle:
        return
    window = schedule.window_seconds or 0
    idle = 0 if beside else schedule.idle_seconds
    spent, most = idle + schedule.duration_expected, idle + schedule.duration_max
    begun = f", and begins {_hours(idle)} after it opens" if idle else ""
    least = subject.policy.checklists.thresholds.cutover_buffer.base
    path: Path = ("cutover", "window")
    free = 1 - least
    by_buffer = (spent / free).to_integral_value(ROUND_CEILING) if free > 0 else Decimal(0)
    needed = max(int(by_buffer), most)
    closing = switch.window.start + timedelta(seconds=needed)
    longer = f"Let the window end at {closing.isoformat()} or later, or shorten the path"
    if most > window:
        yield Problem(
            "CUT002",
            f"With every step at its longest the switch takes {_hours(schedule.duration_max)}, its window is "
            f"{_hours(window)}{begun}",
            "cutover",
            path,
            _hours(window),
            f"at least {_enough(needed)}",
            f"{longer} {' → '.join(schedule.critical_path_max)} by {_enough(most - window)}",
        )
    elif window - spent < least * window:
        yield Problem(
            "CUT002",
            f"The critical path takes {_hours(schedule.duration_expected)} of a window of {_hours(window)}{begun}: "
            f"less than {least * 100:.0f} % of it are left",
            "cutover",
            path,
            _hours(window),
            f"at least {_enough(needed)}" if free > 0 else f"a window of which {least * 100:.0f} % are left",
            f"{longer} {' → '.join(schedule.critical_path)} by {_enough(spent - free * window)}" if free > 0 else None,
        )
    ends = {entry.step.id: entry.early_finish for entry in schedule.steps}
    for index, step in enumerate(switch.steps):
        waits = max((ends[name] for name in step.after if name in ends), default=None)
        if step.offset is not None and waits is not None and step.offset.base < waits:
            over = f"{_hours(abs(waits))} {'before' if waits < 0 else 'after'} it"
            yield Problem(
                "CUT002",
                f"Step {step.id} is to start {step.offset} from t0, what it waits for ends {over}",
                "cutover",
                (*STEPS, index, "offset"),
                str(step.offset),
                f"{no_less(amount(Decimal(waits), step.offset.dimension), step.offset)} or later",
            )


def _beside_its_window(t0: datetime, window: Span, freeze: Freeze | None) -> Problem:
    moved = f"{{start: {t0.isoformat()}, end: {(t0 + (window.end - window.start)).isoformat()}}}"
    along = "" if freeze is None or freeze.start <= t0 < freeze.end else ", and the freeze along with it"
    return Problem(
        "CUT002",
        f"t0 is {_minute(t0)}, {'before' if t0 < window.start else 'after'} the window from {_minute(window.start)} to "
        f"{_minute(window.end)}",
        "cutover",
        ("cutover", "window"),
        f"{_minute(window.start)} to {_minute(window.end)}",
        "a window that holds t0",
        f"Write `window: {moved}`{along}; or `t0: {window.start.isoformat()}`, if the window is right",
    )


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _hours(seconds: int) -> str:
    return duration_text(Decimal(seconds))


def _enough(seconds: Decimal | int) -> str:
    """Write a duration rounded up, in the unit in which people say it."""
    return no_less(amount(Decimal(seconds), (("s", 1),)), parse("PT1S"))


@rule(
    "CUT003",
    "Nobody has two steps at one time, and a backup is somebody else",
    tiers=FROM_B,
    core=False,
    reason="People are resources: two steps of one person take as long as both together.",
    reads=("cutover.cutover.steps",),
    applies=with_steps,
    where="the switch has steps",
    fails=(
        Edit(
            FILE,
            "after: [s01], expected: 10 min, max: 15 min, decision_owner: data_platform",
            "after: [], backup: data_platform, expected: 10 min, max: 15 min, decision_owner: data_platform",
        ),
    ),
)
def one_step_at_a_time(subject: Subject) -> Iterator[Problem]:
    """No two steps of one owner overlap at their earliest times by expected durations, and no `backup` is the owner."""
    index_of = {step.id: index for index, step in enumerate(steps(subject))}
    for found in () if subject.refused(*TIMES) else subject.facts.overlaps:
        yield Problem(
            "CUT003",
            f"{found.owner} has {found.first} and {found.second} at one time, for {_hours(found.end - found.begin)}",
            "cutover",
            (*STEPS, index_of[found.second], "owner"),
            found.owner,
            "another owner, or `after` the other step",
            f"Give {found.second} to its backup, or let it wait for {found.first}",
        )
    for index, step in enumerate(steps(subject)):
        if step.backup is not None and step.backup == step.owner:
            yield Problem(
                "CUT003",
                f"{step.backup} is owner and backup of step {step.id}",
                "cutover",
                (*STEPS, index, "backup"),
                step.backup,
                "somebody else",
            )
