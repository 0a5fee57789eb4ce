"""Gate cutover: a switch that fits its window, with decisions that can be taken and a way back that is one."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal

from plangate.analysis.amount import amount, duration_text, no_less
from plangate.checks.absences import absent
from plangate.checks.decisions import too_late
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Cutover, RollbackStep, Step, Switch
from plangate.model.problem import Path, Problem
from plangate.model.quantity import parse
from plangate.model.text import spoken

_STEPS: Path = ("cutover", "steps")
_FILE = "09-cutover.yml"
_DECISION = "go_no_go"


def _switch(subject: Subject) -> Switch | None:
    return subject.plan.cutover.cutover if subject.plan.cutover else None


def _with_steps(subject: Subject) -> bool:
    switch = _switch(subject)
    return switch is not None and bool(switch.steps)


def _steps(subject: Subject) -> tuple[Step, ...]:
    switch = _switch(subject)
    return switch.steps if switch is not None else ()


def _gate(subject: Subject) -> Cutover:
    assert subject.plan.cutover is not None  # noqa: S101 -- the guards looked
    return subject.plan.cutover


_SAID = {
    "owner": "who takes the step",
    "expected": "how long it takes, such as `20 min`",
    "verify": "what shows that the step worked",
    "after": "the steps before it, or `after: []` for a first step",
}


@rule(
    "CUT001",
    "Every step says who does it, how long it takes, after what, and how it is seen to have worked",
    reason="At night a step without an owner waits for somebody, and one without a check is believed.",
    reads=("cutover.cutover.steps",),
    applies=_with_steps,
    where="the switch has steps",
    fails=(Edit(_FILE, "max: 60 min, verify: Row count equals that of the shop, ", "max: 60 min, "),),
)
def steps_said_in_full(subject: Subject) -> Iterator[Problem]:
    """Each step has an `owner`, an `expected` duration, `after` or an `offset`, and (decisions and messages apart) a
    `verify`; no step waits for itself by way of others.
    """
    for index, step in enumerate(_steps(subject)):
        missing = [name for name in ("owner", "expected") if getattr(step, name) is None]
        missing += ["verify"] * (step.verify is None and step.kind_ not in {_DECISION, "comms"})
        missing += ["after"] * (step.offset is None and "after" not in step.model_fields_set)
        for name in missing:
            yield Problem(
                "CUT001",
                f"Step {step.id} does not say its `{name}`",
                "cutover",
                (*_STEPS, index, name),
                expected=_SAID[name],
                absent=True,
            )
    schedule = subject.facts.cutover
    if schedule is not None and schedule.cycle:
        index = next(place for place, step in enumerate(_steps(subject)) if step.id == schedule.cycle[0])
        yield Problem(
            "CUT001",
            f"These steps wait for each other: {' → '.join(schedule.cycle)}",
            "cutover",
            (*_STEPS, index, "after"),
        )


@rule(
    "CUT002",
    "The switch fits its window, with room to spare",
    reason="The buffer is what is left when the first thing goes wrong.",
    reads=("cutover.cutover",),
    applies=_with_steps,
    where="the switch has steps",
    fails=(Edit(_FILE, "end: 2027-01-12T13:00:00+00:00", "end: 2027-01-12T10:10:00+00:00"),),
)
def fits_its_window(subject: Subject) -> Iterator[Problem]:
    """The critical path by expected durations leaves at least the threshold `cutover_buffer` of the window free, the
    path by maximum durations is within the window, and no step's `offset` is before what it waits for is over.
    """
    switch, schedule = _switch(subject), subject.facts.cutover
    if switch is None or subject.refused("cutover.cutover"):
        return
    if switch.window is None or switch.t0 is None:
        name = "window" if switch.window is None else "t0"
        yield Problem(
            "CUT002", f"The switch does not say its `{name}`", "cutover", ("cutover", name), absent=True, cause="GEN014"
        )
        return
    if schedule is None or schedule.cycle:
        return
    window = schedule.window_seconds or 0
    least = subject.policy.checklists.thresholds.cutover_buffer.base
    path: Path = ("cutover", "window")
    free = 1 - least
    by_buffer = (schedule.duration_expected / free).to_integral_value(ROUND_CEILING) if free > 0 else Decimal(0)
    needed = max(int(by_buffer), schedule.duration_max)
    closing = switch.window.start + timedelta(seconds=needed)
    longer = f"Let the window end at {closing.isoformat()} or later, or shorten the path"
    if schedule.duration_max > window:
        yield Problem(
            "CUT002",
            f"With every step at its longest the switch takes {_hours(schedule.duration_max)}, its window is "
            f"{_hours(window)}",
            "cutover",
            path,
            _hours(window),
            f"at least {_enough(needed)}",
            f"{longer} {' → '.join(schedule.critical_path_max)} by {_enough(schedule.duration_max - window)}",
        )
    elif window - schedule.duration_expected < least * window:
        yield Problem(
            "CUT002",
            f"The critical path takes {_hours(schedule.duration_expected)} of a window of {_hours(window)}: less than "
            f"{least * 100:.0f} % of it are left",
            "cutover",
            path,
            _hours(window),
            f"at least {_enough(needed)}" if free > 0 else f"a window of which {least * 100:.0f} % are left",
            f"{longer} {' → '.join(schedule.critical_path)} by {_enough(schedule.duration_expected - free * window)}"
            if free > 0
            else None,
        )
    ends = {entry.step.id: entry.early_finish for entry in schedule.steps}
    for index, step in enumerate(switch.steps):
        waits = max((ends[name] for name in step.after if name in ends), default=None)
        if step.offset is not None and waits is not None and step.offset.base < waits:
            yield Problem(
                "CUT002",
                f"Step {step.id} is to start {step.offset} from t0, what it waits for ends {_hours(waits)} after it",
                "cutover",
                (*_STEPS, index, "offset"),
                str(step.offset),
                f"{no_less(amount(Decimal(waits), step.offset.dimension), step.offset)} or later",
            )


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
    applies=_with_steps,
    where="the switch has steps",
    fails=(
        Edit(
            _FILE,
            "after: [s01], expected: 10 min, max: 15 min, decision_owner: data_platform",
            "after: [], backup: data_platform, expected: 10 min, max: 15 min, decision_owner: data_platform",
        ),
    ),
)
def one_step_at_a_time(subject: Subject) -> Iterator[Problem]:
    """No two steps of one owner overlap at their earliest times by expected durations, and no `backup` is the owner."""
    index_of = {step.id: index for index, step in enumerate(_steps(subject))}
    for found in subject.facts.overlaps:
        yield Problem(
            "CUT003",
            f"{found.owner} has {found.first} and {found.second} at one time, for {_hours(found.end - found.begin)}",
            "cutover",
            (*_STEPS, index_of[found.second], "owner"),
            found.owner,
            "another owner, or `after` the other step",
            f"Give {found.second} to its backup, or let it wait for {found.first}",
        )
    for index, step in enumerate(_steps(subject)):
        if step.backup is not None and step.backup == step.owner:
            yield Problem(
                "CUT003",
                f"{step.backup} is owner and backup of step {step.id}",
                "cutover",
                (*_STEPS, index, "backup"),
                step.backup,
                "somebody else",
            )


@rule(
    "CUT005",
    "What is done before the point of no return can be undone",
    reason="A step that cannot be undone is the point of no return, whatever the plan calls it.",
    reads=(
        "cutover.cutover.steps",
        "cutover.cutover.point_of_no_return",
        "cutover.cutover.t0",
        "cutover.rollback.steps",
    ),
    applies=_with_steps,
    where="the switch has steps",
    fails=(Edit(_FILE, "equals that of the shop, rollback: r01", "equals that of the shop, reversible: false"),),
)
def can_be_undone(subject: Subject) -> Iterator[Problem]:
    """Steps that do not come with or after the step of the point of no return are not `reversible: false`, and each of
    them (decisions and messages apart) names its `rollback` step or is named by one in `undoes`.
    """
    gate, after = _gate(subject), _from_the_point(subject)
    if subject.gone("cutover.cutover.point_of_no_return.after", "cutover.cutover.t0"):
        return
    if subject.facts.cutover is None and gate.cutover is not None and gate.cutover.point_of_no_return is not None:
        message = "Which steps come before the point of no return is not known without `t0`"
        yield from absent(subject, "CUT005", "cutover", ("cutover", "t0"), message, "`t0`")
        return
    undone = {name for step in (gate.rollback.steps if gate.rollback else ()) for name in step.undoes}
    for index, step in enumerate(_steps(subject)):
        if step.id in after:
            continue
        path = (*_STEPS, index)
        if step.reversible is False:
            yield Problem(
                "CUT005",
                f"Step {step.id} cannot be undone and does not come after the point of no return",
                "cutover",
                (*path, "reversible"),
                "false",
                "a step that can be undone",
                "Move the point of no return before it, or say how it is undone",
            )
        elif step.rollback is None and step.id not in undone and step.kind_ not in {_DECISION, "comms"}:
            yield Problem(
                "CUT005",
                f"No rollback step undoes step {step.id}",
                "cutover",
                (*path, "rollback"),
                expected="a rollback step",
                absent=True,
            )


def _from_the_point(subject: Subject) -> frozenset[str]:
    """The step of the point of no return, and those that begin when it is over or later."""
    switch, schedule = _switch(subject), subject.facts.cutover
    point = switch.point_of_no_return.after if switch is not None and switch.point_of_no_return else None
    turn = schedule.step(point) if schedule is not None and point is not None else None
    if turn is None or schedule is None:
        return frozenset()
    return frozenset(
        entry.step.id for entry in schedule.steps if entry.step.id == point or entry.early_start >= turn.early_finish
    )


@rule(
    "CUT006",
    "What is done after the point of no return says how it is repaired",
    reason="After it there is only forward, and somebody has to know how.",
    reads=(
        "cutover.cutover.steps",
        "cutover.cutover.point_of_no_return",
        "cutover.cutover.t0",
        "cutover.rollback.steps",
    ),
    applies=lambda subject: bool(_from_the_point(subject)),
    where="the switch has a point of no return",
    fails=(
        Edit(
            _FILE,
            "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}",
            "point_of_no_return: {after: s02, why: The export is switched off}",
        ),
    ),
    passes=(
        Edit(
            _FILE,
            "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}",
            "point_of_no_return: {after: s02, why: The export is switched off}",
        ),
        Edit(_FILE, "reversible: true, rollback: r02", "forward_fix: Point the report at last week's table"),
        Edit(_FILE, "expected: 15 min, undoes: [s02]", "expected: 15 min"),
    ),
)
def repaired_forward(subject: Subject) -> Iterator[Problem]:
    """The step of the point of no return and those that begin after it have a `forward_fix` and no `rollback`, and no
    rollback step `undoes` them.
    """
    after, switch = _from_the_point(subject), _switch(subject)
    point = switch.point_of_no_return.after if switch is not None and switch.point_of_no_return else None
    late = {step.id for _, step in too_late(subject)}
    for index, step in enumerate(_steps(subject)):
        if step.id in after:
            yield from _no_way_back(subject, index, step, point, late=step.id in late)


def _no_way_back(subject: Subject, index: int, step: Step, point: str | None, *, late: bool) -> Iterator[Problem]:
    """Tell in one finding all that is wrong with a step that nothing undoes: what claims to undo it, and no repair."""
    back = _gate(subject).rollback
    undoing = [(place, undo) for place, undo in enumerate(back.steps if back else ()) if step.id in undo.undoes]
    unrepaired = step.forward_fix is None and step.kind_ != _DECISION
    claims = list(dict.fromkeys([*filter(None, [step.rollback]), *(undo.id for _, undo in undoing)]))
    if not claims and not unrepaired:
        return
    path: Path = (*_STEPS, index, "rollback" if step.rollback else "forward_fix")
    if undoing and not step.rollback and not unrepaired:
        place, undo = undoing[0]
        path = ("rollback", "steps", place, "undoes", undo.undoes.index(step.id))
    where = _placed(step.id, point)
    if claims and unrepaired:
        message = (
            f"Step {step.id} {where}: it claims to be undone by {spoken(claims)} and does not say its `forward_fix`"
        )
    elif claims:
        message = f"Step {step.id} claims to be undone by {spoken(claims)}, but {where}"
    else:
        message = f"Step {step.id} {where} and does not say its `forward_fix`"
    repair = "what is done where the step fails, such as `forward_fix: Point the report at last week's table`"
    wanted = ["no `rollback`"] * (step.rollback is not None) + [f"no `undoes: {step.id}`"] * bool(undoing)
    ways = [f"Take `rollback: {step.rollback}` out of {step.id}"] * (step.rollback is not None)
    ways += [_out_of_the_way_back(subject, undo, step.id) for _, undo in undoing]
    hint = f"{spoken(ways)}; or let there be a way back until a later step" if ways else None
    if late:
        hint = f"Let {step.id} be over before {point} begins: then {spoken(claims)} may stay"
    yield Problem(
        "CUT006",
        message,
        "cutover",
        path,
        ", ".join(claims) or None,
        ", ".join(wanted) + ", and " * bool(wanted) * unrepaired + repair * unrepaired,
        hint[0].upper() + hint[1:] if hint else None,
        cause="CUT004" if late else None,
        absent=not claims,
    )


def _out_of_the_way_back(subject: Subject, undo: RollbackStep, name: str) -> str:
    """Say how a rollback step undoes a step of the switch no more: as a whole where it undoes nothing else."""
    back = _gate(subject).rollback
    needed = any(step.rollback == undo.id and step.id != name for step in _steps(subject)) or any(
        undo.id in step.after for step in (back.steps if back else ())
    )
    if undo.undoes == (name,) and not needed and not (back and back.sync and back.sync.step == undo.id):
        return f"delete rollback step {undo.id}, which undoes {name} alone"
    return f"take {name} out of `undoes` of {undo.id}"


def _placed(step: str, point: str | None) -> str:
    return "is the point of no return" if step == point else f"comes after the point of no return ({point})"
