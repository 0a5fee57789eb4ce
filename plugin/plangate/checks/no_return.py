"""Gate cutover, the point of no return: what comes before it can be undone, what comes after it is repaired forward."""

from collections.abc import Iterator, Set

from plangate.analysis.cutover import Schedule, ScheduledStep
from plangate.analysis.terms import refused
from plangate.checks.absences import absent
from plangate.checks.cutover import DECISION, FILE, STEPS, TIMES, steps, with_steps
from plangate.checks.decisions import too_late
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.cutover import Cutover, RollbackStep, Step
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken


def _gate(subject: Subject) -> Cutover:
    assert subject.plan.cutover is not None  # noqa: S101 -- the guards looked
    return subject.plan.cutover


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
    applies=with_steps,
    where="the switch has steps",
    fails=(Edit(FILE, "equals that of the shop, rollback: r01", "equals that of the shop, reversible: false"),),
)
def can_be_undone(subject: Subject) -> Iterator[Problem]:
    """Steps that do not come with or after the step of the point of no return are not `reversible: false`, and each of
    them (decisions and messages apart) names its `rollback` step or is named by one in `undoes`.
    """
    gate, after = _gate(subject), _from_the_point(subject)
    if subject.gone("cutover.cutover.point_of_no_return.after", "cutover.cutover.t0") or subject.refused(*TIMES):
        return
    if subject.facts.cutover is None and gate.cutover is not None and gate.cutover.point_of_no_return is not None:
        message = "Which steps come before the point of no return is not known without `t0`"
        yield from absent(subject, "CUT005", "cutover", ("cutover", "t0"), message, "`t0`")
        return
    if not after and _point(subject) is not None:
        return  # It names no step, or steps wait for each other, which is told: nobody knows what comes first.
    undone = _undone(gate)
    for index, step in enumerate(steps(subject)):
        if step.id in after:
            continue
        path = (*STEPS, index)
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
        elif _without_way_back(step, undone) and not refused(subject.plan, "cutover", (*path, "kind")):
            yield Problem(
                "CUT005",
                f"No rollback step undoes step {step.id}",
                "cutover",
                (*path, "rollback"),
                expected="a rollback step",
                absent=True,
            )


def _undone(gate: Cutover) -> frozenset[str]:
    """The steps of the switch that a rollback step says it undoes."""
    return frozenset(name for step in (gate.rollback.steps if gate.rollback else ()) for name in step.undoes)


def _without_way_back(step: Step, undone: Set[str]) -> bool:
    return step.rollback is None and step.id not in undone and step.kind_ not in {DECISION, "comms"}


def _point(subject: Subject) -> str | None:
    """The step that the point of no return names."""
    switch = subject.plan.switch
    return switch.point_of_no_return.after if switch is not None and switch.point_of_no_return else None


def _from_the_point(subject: Subject) -> frozenset[str]:
    """The step of the point of no return, and those that begin when it is over or later."""
    schedule, point = subject.facts.cutover, _point(subject)
    turn = schedule.step(point) if schedule is not None and point is not None else None
    return frozenset() if turn is None or schedule is None else _from(schedule, turn)


def _from(schedule: Schedule, turn: ScheduledStep) -> frozenset[str]:
    return frozenset(
        entry.step.id for entry in schedule.steps if entry is turn or entry.early_start >= turn.early_finish
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
            FILE,
            "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}",
            "point_of_no_return: {after: s02, why: The export is switched off}",
        ),
    ),
    passes=(
        Edit(
            FILE,
            "point_of_no_return: {none: The export stays available and the report can be pointed back at any time}",
            "point_of_no_return: {after: s02, why: The export is switched off}",
        ),
        Edit(FILE, "reversible: true, rollback: r02", "forward_fix: Point the report at last week's table"),
        Edit(FILE, "expected: 15 min, undoes: [s02]", "expected: 15 min"),
    ),
)
def repaired_forward(subject: Subject) -> Iterator[Problem]:
    """The step of the point of no return and those that begin after it have a `forward_fix` and no `rollback`, are not
    `reversible: true`, and no rollback step `undoes` them.
    """
    if subject.refused(*TIMES):
        return
    after, point = _from_the_point(subject), _point(subject)
    late = {step.id for _, step in too_late(subject)}
    for index, step in enumerate(steps(subject)):
        if step.id in after:
            yield from _no_way_back(subject, index, step, point, late=step.id in late)


def _no_way_back(subject: Subject, index: int, step: Step, point: str | None, *, late: bool) -> Iterator[Problem]:
    """Tell in one finding all that is wrong with a step that nothing undoes: what claims to undo it, and no repair."""
    back = _gate(subject).rollback
    undoing = [(place, undo) for place, undo in enumerate(back.steps if back else ()) if step.id in undo.undoes]
    unrepaired = step.forward_fix is None and step.kind_ != DECISION
    claims = list(dict.fromkeys([*filter(None, [step.rollback]), *(undo.id for _, undo in undoing)]))
    told = step.reversible is True
    if not claims and not told and not unrepaired:
        return
    path: Path = (*STEPS, index, "rollback" if step.rollback else "reversible" if told else "forward_fix")
    if undoing and not step.rollback and not told and not unrepaired:
        place, undo = undoing[0]
        path = ("rollback", "steps", place, "undoes", undo.undoes.index(step.id))
    where = _placed(step.id, point)
    claim = f"claims to be undone by {spoken(claims)}" if claims else "claims to be `reversible: true`"
    if not claims and not told:
        message = f"Step {step.id} {where} and does not say its `forward_fix`"
    elif unrepaired:
        message = f"Step {step.id} {where}: it {claim} and does not say its `forward_fix`"
    else:
        message = f"Step {step.id} {claim}, but {where}"
    written = ["`reversible: true`"] * told + [f"`rollback: {step.rollback}`"] * (step.rollback is not None)
    wanted = [f"no {text}" for text in written] + [f"no `undoes: {step.id}`"] * bool(undoing)
    wanted += [
        "how it is mended where it fails, such as `forward_fix: Point the report at last week's table`"
    ] * unrepaired
    ways = [f"take {spoken(written)} out of {step.id}"] * bool(written)
    ways += [_out_of_the_way_back(subject, undo, step.id) for _, undo in undoing]
    last = _last_of(subject, step)
    hint = spoken(ways) + (f"; or let the point of no return be {last}" if last else "") if ways else None
    if late:
        hint = f"Let {step.id} be over before {point} begins: then {spoken(claims or written)} may stay"
    yield Problem(
        "CUT006",
        message,
        "cutover",
        path,
        ", ".join(claims) or ("true" if told else None),
        ", ".join([*wanted[:-2], ", and ".join(wanted[-2:])]),
        hint[0].upper() + hint[1:] if hint else None,
        cause="CUT004" if late else None,
        absent=not claims and not told,
    )


def _last_of(subject: Subject, step: Step) -> str | None:
    """Name the last step that begins once a step is over, is no decision which has to come earlier, and before which
    all can be undone; None where there is none, so that the point of no return cannot come later."""
    schedule, late = subject.facts.cutover, {one.id for _, one in too_late(subject)}
    done = schedule.step(step.id) if schedule is not None else None
    if schedule is None or done is None:
        return None
    undone = _undone(_gate(subject))
    for_good = {
        one.step.id for one in schedule.steps if one.step.reversible is False or _without_way_back(one.step, undone)
    }
    later = [
        one
        for one in schedule.steps
        if one.early_start >= done.early_finish
        and one.step.id not in {step.id, *late}
        and for_good <= _from(schedule, one)
    ]
    return max(later, key=lambda one: one.early_finish).step.id if later else None


def to_be_taken_out(subject: Subject, path: Path) -> bool:
    """Tell whether CUT006 says of the `rollback` at a place of gate cutover that it has to go, whatever it names."""
    after, late = _from_the_point(subject), {step.id for _, step in too_late(subject)}
    return any(
        path == (*STEPS, index, "rollback") and step.id in after - late for index, step in enumerate(steps(subject))
    )


def _out_of_the_way_back(subject: Subject, undo: RollbackStep, name: str) -> str:
    """Say how a rollback step undoes a step of the switch no more: as a whole where it undoes nothing else."""
    if _undoes_alone(subject, undo, name):
        return f"delete rollback step {undo.id}, which undoes {name} alone"
    return f"take {name} out of `undoes` of {undo.id}"


def _undoes_alone(subject: Subject, undo: RollbackStep, name: str) -> bool:
    back = _gate(subject).rollback
    needed = any(step.rollback == undo.id and step.id != name for step in steps(subject)) or any(
        undo.id in step.after for step in (back.steps if back else ())
    )
    return undo.undoes == (name,) and not needed and not (back and back.sync and back.sync.step == undo.id)


def to_be_deleted(subject: Subject) -> frozenset[str]:
    """Give the rollback steps of which CUT006 says that they undo what cannot be undone, and nothing else."""
    back, after = _gate(subject).rollback, _from_the_point(subject)
    late = {step.id for _, step in too_late(subject)}
    return frozenset(
        undo.id
        for undo in (back.steps if back else ())
        for name in undo.undoes
        if name in after - late and _undoes_alone(subject, undo, name)
    )


def _placed(step: str, point: str | None) -> str:
    return "is the point of no return" if step == point else f"comes after the point of no return ({point})"
