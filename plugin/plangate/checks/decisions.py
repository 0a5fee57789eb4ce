"""Gate cutover, its decisions: somebody decides by numbers while there is a way back."""

from collections.abc import Iterator, Sequence

from plangate.analysis.cutover import ScheduledStep, steps_before
from plangate.checks.cutover import DECISION, FILE, STEPS, TIMES
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.cutover import GoCriterion, Step, Switch
from plangate.model.problem import Problem
from plangate.model.text import spoken


@rule(
    "CUT004",
    "Before there is no way back, somebody decides by numbers",
    reason="A decision without numbers is taken by whoever is most tired.",
    reads=("cutover.cutover.steps", "cutover.cutover.point_of_no_return"),
    applies=lambda subject: bool(
        subject.plan.cutover and subject.plan.cutover.cutover and subject.plan.cutover.cutover.steps
    ),
    where="the switch has steps",
    fails=(
        Edit(FILE, '{check: orders_vs_shop, must_be: "<= 0.1 %", owner', "{statement: The counts look good, owner"),
    ),
)
def decided_by_numbers(subject: Subject) -> Iterator[Problem]:
    """There is a step of `kind: go_no_go`, and the step of the point of no return waits for one, by way of others or
    not. Each of them has criteria, each criterion a check, metric or SLO, a bound (`must_be`), an owner and its
    evidence, and `if_missing: no_go`.
    """
    switch = subject.plan.switch
    if switch is None:
        return
    decisions = [(index, step) for index, step in enumerate(switch.steps) if step.kind_ == DECISION]
    late = too_late(subject)
    if late or not decisions:
        yield _undecided(subject, late)
    for index, step in decisions:
        yield from _decision(subject, index, step)


def too_late(subject: Subject) -> tuple[tuple[int, Step], ...]:
    """Give the decisions of the switch with their places, where the step after which there is no way back waits for
    none of them, so that it goes on whatever they say."""
    switch, turn = subject.plan.switch, _turn(subject)
    if switch is None or turn is None or subject.refused(*TIMES):
        return ()
    before = steps_before(switch)[turn.step.id]
    found = tuple((index, step) for index, step in enumerate(switch.steps) if step.kind_ == DECISION)
    return () if any(step.id in before for _, step in found) else found


def _turn(subject: Subject) -> ScheduledStep | None:
    """Give the step after which there is no way back, with its times, where there is one."""
    switch, schedule = subject.plan.switch, subject.facts.cutover
    point = switch.point_of_no_return.after if switch and switch.point_of_no_return else None
    return schedule.step(point) if schedule is not None and point is not None else None


def _undecided(subject: Subject, late: Sequence[tuple[int, Step]]) -> Problem:
    """Tell that nobody decides in time: which decision to move before which step, or the step that is lacking."""
    switch, entry = subject.plan.switch, _turn(subject)
    point = switch.point_of_no_return.after if switch and switch.point_of_no_return else None
    turn, path = entry.step if entry is not None else None, STEPS
    message = "Nobody decides to go on"
    expected = "a step of `kind: go_no_go` with criteria"
    before = f"[{', '.join(turn.after)}]" if turn is not None else "[<the steps before it>]"
    hint = f"Add `{{id: go, kind: go_no_go, after: {before}, expected: 10 min, decision_owner: …, if_missing: no_go, "
    hint += f"criteria: [{_criterion(subject, None)}]}}`"
    observed = "no go/no-go"
    if point is not None:
        message = f"Nobody decides before {point}, after which there is no way back"
        expected += f", over before {point} begins"
    if turn is not None and not late:
        hint += f", and let {point} wait for it: `after: [go]`"
    elif entry is not None and turn is not None and switch is not None and (beside := _beside(switch, turn, late)):
        path = (*STEPS, entry.index, "after")
        message += f": {point} does not wait for {spoken(beside)}"
        observed = f"{point} after {', '.join(turn.after) or 'nothing'}"
        hint = f"Let {point} wait for it: `after: [{', '.join((*turn.after, beside[-1]))}]`"
    elif turn is not None:
        index, first = late[0]
        path = (*STEPS, index, "after")
        message += f": {spoken([step.id for _, step in late])} {'come' if len(late) > 1 else 'comes'} too late"
        observed = f"{first.id} after {', '.join(first.after) or 'nothing'}"
        hint = f"Put {first.id} before {point}: `after: {before}` in {first.id}, and `after: [{first.id}]` in {point}"
    return Problem("CUT004", message, "cutover", path, observed, expected, hint)


def _beside(switch: Switch, turn: Step, late: Sequence[tuple[int, Step]]) -> list[str]:
    """Give the decisions that may be taken before a step, which does not wait for them."""
    before = steps_before(switch)
    return [step.id for _, step in late if turn.id not in {step.id, *before[step.id]}]


def _criterion(subject: Subject, told: GoCriterion | None) -> str:
    """Write a criterion in full, with what it says already and a check of the plan."""
    quality = subject.plan.quality
    known = [entry.id for entry in (*quality.reconciliation, *quality.checks)] if quality else []
    found = told or GoCriterion()
    measured = next(
        (f"{name}: {value}" for name in ("check", "metric", "slo") if (value := getattr(found, name)) is not None),
        f"check: {known[0] if known else '…'}",
    )
    bound = f'"{found.must_be}"' if found.must_be is not None else '"<= 0.1 %"'
    evidence = found.evidence or "report of the check"
    return f"{{{measured}, must_be: {bound}, owner: {found.owner or '…'}, evidence: {evidence}}}"


_MEASURED = {
    "check": "what is measured (`check`, `metric` or `slo`)",
    "must_be": "its bound (`must_be`)",
    "owner": "who shows it (`owner`)",
    "evidence": "what is shown (`evidence`)",
}


_NAMED = tuple(f"cutover.cutover.steps.criteria.{name}" for name in ("check", "metric", "slo"))


def _decision(subject: Subject, index: int, step: Step) -> Iterator[Problem]:
    path = (*STEPS, index)
    if step.if_missing != "no_go":
        yield Problem(
            "CUT004",
            f"Decision {step.id} goes on when an answer is missing"
            if step.if_missing
            else f"Decision {step.id} does not say what a missing answer means",
            "cutover",
            (*path, "if_missing"),
            step.if_missing,
            "`if_missing: no_go`",
            absent=step.if_missing is None,
        )
    if not step.criteria:
        yield Problem(
            "CUT004",
            f"Decision {step.id} has no criteria",
            "cutover",
            (*path, "criteria"),
            expected=f"criteria with numbers, such as `criteria: [{_criterion(subject, None)}]`",
            absent=True,
        )
    for place, criterion in enumerate(step.criteria):
        measured = criterion.check or criterion.metric or criterion.slo
        lacks = [
            name
            for name, value in (
                ("check", measured), ("must_be", criterion.must_be), ("owner", criterion.owner),
                ("evidence", criterion.evidence),
            )
            if value is None and not (name == "check" and subject.refused(*_NAMED))
        ]  # fmt: skip
        if lacks:
            at, said = (*path, "criteria", place), spoken([_MEASURED[name] for name in lacks])
            yield Problem(
                "CUT004",
                f"Criterion {place + 1} of decision {step.id} does not say {said}",
                "cutover",
                (*at, lacks[0]) if len(lacks) == 1 else at,
                expected=f"a criterion in full, such as `{_criterion(subject, criterion)}`",
                absent=True,
            )
