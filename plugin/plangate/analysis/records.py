"""Which records of reviews count: what each has to be before anybody listens to it, and whose word is the last.

What is wrong comes as problems of the rules REV001 to REV003, REV007 and REV008. A record with a problem of the first
three, or that says yes and no at once, never counts.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from plangate.analysis.digest import SCHEMES
from plangate.model.nearest import nearest
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import Path, Problem
from plangate.model.review import Concern, Filed, Record

Key = tuple[str, str, str]
"""Gate, role and person: whose word on what."""


class OpenConcern(Struct, frozen=True):
    """A concern that its author has not closed: the record that raised it, and the gates that it holds up."""

    filed: Filed
    concern: Concern
    gates: tuple[str, ...]


class ClosedConcern(Struct, frozen=True):
    """A concern that its author has closed: the record that raised it, and the one that closed it."""

    raised: Filed
    closed: Filed
    concern: Concern


class Records(Struct, frozen=True):
    """The records that count, oldest first; the last word of everybody; concerns that are open; what is wrong.

    `disputed` are the keys under which two records contradict each other; `answered` the concerns that are closed.
    """

    valid: tuple[Filed, ...]
    last: Mapping[Key, Filed]
    disputed: frozenset[Key]
    concerns: tuple[OpenConcern, ...]
    problems: tuple[Problem, ...]
    answered: tuple[ClosedConcern, ...] = ()


def records(plan: Plan, policy: Policy, today: date) -> Records:
    """Judge a plan's records on a day."""
    problems: list[Problem] = []
    valid: list[Filed] = []
    for filed in sorted(plan.records, key=_order):
        found = [*_person(filed, policy), *_places(filed, plan, policy), *_time(filed, today)]
        problems.extend(found)
        if not found:
            valid.append(filed)
    problems.extend(_closed_by_others(valid))
    strangers = {problem.file for problem in problems}
    valid = [filed for filed in valid if filed.file not in strangers]
    groups: dict[Key, list[Filed]] = defaultdict(list)
    for filed in valid:
        for gate in filed.record.gates:
            groups[gate, filed.record.role, filed.record.by].append(filed)
    problems.extend(_chains(valid, plan.records))
    before = {filed.sha256: filed.record.supersedes for filed in valid}
    last: dict[Key, Filed] = {}
    disputed: set[Key] = set()
    for key, group in sorted(groups.items()):
        heads = _heads(group, before)
        last[key] = heads[-1]
        other = next((head for head in heads[:-1] if not _agree(head.record, heads[-1].record)), None)
        if other is not None:
            disputed.add(key)
            problems.append(_contradiction(key, other, heads[-1]))
    return Records(
        tuple(valid),
        last,
        frozenset(disputed),
        tuple(_concerns(valid)),
        tuple(problems),
        tuple(_answered(valid)),
    )


def _order(filed: Filed) -> tuple[date, str, int]:
    """Order records by day; those of one day and person by the number behind their name."""
    stem = filed.file.removesuffix(".yml")
    number = re.search(r"-(\d+)$", stem.removeprefix(f"reviews/{filed.record.date}"))
    return filed.record.date, filed.record.by + filed.record.role, int(number[1]) if number else 1


def _problem(rule: str, filed: Filed, path: Path, message: str, **more: str | None) -> Problem:
    gate = next(iter(filed.record.gates))
    return Problem(rule, message, gate, path, file=filed.file, **more)  # type: ignore[arg-type]


def _person(filed: Filed, policy: Policy) -> Iterator[Problem]:
    record = filed.record
    if record.role not in policy.workflow.roles:
        near = nearest(record.role, policy.workflow.roles)
        meant = f"; did you mean `{near}`?" if near else ""
        message = f"{record.by} signs as `{record.role}`, which is no role of the workflow{meant}"
        yield _problem("REV001", filed, ("role",), message, observed=record.role, expected=near)
        return
    person = policy.people.people.get(record.by)
    if person is None:
        near = nearest(record.by, sorted(policy.people.people))
        meant = f"; did you mean `{near}`?" if near else ""
        message = f"`{record.by}` is nobody of people.yml{meant}"
        yield _problem("REV001", filed, ("by",), message, observed=record.by, expected=near)
    elif not policy.people.here(record.by, record.date):
        message = f"{record.by} signed on {record.date} and had left on {person.until}"
        yield _problem(
            "REV001", filed, ("date",), message, observed=str(record.date), expected=f"before {person.until}"
        )
    elif not policy.holds(record.by, record.role, record.date):
        held = ", ".join(policy.people.roles_of(record.by, record.date)) or "no role"
        message = f"{record.by} did not hold the role {record.role} on {record.date}, but {held}"
        yield _problem("REV001", filed, ("role",), message, observed=record.role, expected=held)


def _places(filed: Filed, plan: Plan, policy: Policy) -> Iterator[Problem]:
    record = filed.record
    if record.plan != plan.id:
        message = f"The record is for plan {record.plan} and lies in {plan.id}"
        yield _problem("REV002", filed, ("plan",), message, observed=record.plan, expected=plan.id)
    profile = policy.workflow.profiles.get(plan.header.profile)
    gates = profile.gates if profile else ()
    for name in (*record.gates, *(concern.gate for concern in record.concerns if concern.gate)):
        if name not in gates:
            near = nearest(name, gates)
            meant = f"; did you mean `{near}`?" if near else ""
            message = f"`{name}` is no gate of profile {plan.header.profile}{meant}"
            yield _problem("REV002", filed, ("gates", name), message, observed=name, expected=near or ", ".join(gates))
    stem = f"reviews/{record.date}-{record.by}-{record.role}"
    if not re.fullmatch(re.escape(stem) + r"(-[1-9]\d*)?\.yml", filed.file):
        message = f"The record of {record.by} as {record.role} on {record.date} lies in a file that says otherwise"
        yield _problem("REV002", filed, (), message, observed=filed.file, expected=f"{stem}.yml")


def _time(filed: Filed, today: date) -> Iterator[Problem]:
    record = filed.record
    if record.scheme not in SCHEMES:
        known = ", ".join(sorted(SCHEMES))
        message = f"`{record.scheme}` is no scheme of digests that this version knows; known is {known}"
        yield _problem("REV003", filed, ("scheme",), message, observed=record.scheme, expected=known)
    if record.date > today:
        message = f"The record is dated {record.date}, after today ({today})"
        yield _problem("REV003", filed, ("date",), message, observed=str(record.date), expected=f"{today} or earlier")


def _closed_by_others(valid: Sequence[Filed]) -> Iterator[Problem]:
    raised: dict[str, set[str]] = defaultdict(set)
    for filed in valid:
        for concern in filed.record.concerns:
            if concern.state == "open":
                raised[concern.id].add(filed.record.by)
    for filed in valid:
        for place, concern in enumerate(filed.record.concerns):
            owners = raised.get(concern.id, set())
            if concern.state == "closed" and owners and filed.record.by not in owners:
                who = " and ".join(sorted(owners))
                message = f"{filed.record.by} closes concern {concern.id}, which {who} raised and nobody else can close"
                yield _problem("REV002", filed, ("concerns", place), message, observed=filed.record.by, expected=who)


def _chains(valid: Sequence[Filed], everything: Sequence[Filed]) -> Iterator[Problem]:
    """Hold `supersedes` against the record before: of this person and role, or of one of the gates too."""
    owners = {filed.sha256: filed for filed in everything}
    earlier: dict[tuple[str, str], list[Filed]] = defaultdict(list)
    for filed in valid:
        record = filed.record
        mine = earlier[record.by, record.role]
        same = next((other for other in reversed(mine) if other.record.gates.keys() & record.gates.keys()), None)
        accepted = {other.sha256 for other in (mine[-1] if mine else None, same) if other is not None}
        named = owners.get(record.supersedes or "")
        mine.append(filed)
        if record.supersedes in accepted or (record.supersedes is None and same is None):
            continue
        before = f"{record.by}'s record before it is {same.file if same else mine[-2].file if mine[1:] else 'none'}"
        if record.supersedes is None:
            message = f"The record supersedes nothing; {before}. Two branches may have signed from one base"
        elif named is None:
            message = f"The record that this one supersedes is gone or was edited; {before}"
        elif named.record.by != record.by:
            message = f"The record supersedes one of {named.record.by}; only {named.record.by} can do that"
        else:
            message = f"The record supersedes {named.file}; {before}. Two branches may have signed from one base"
        expected = same.sha256 if same else next(iter(accepted), "null")
        yield _problem("REV007", filed, ("supersedes",), message, observed=record.supersedes, expected=expected)


def _heads(group: Sequence[Filed], before: Mapping[str, str | None]) -> list[Filed]:
    """Give the records of a group that no other of them supersedes, directly or through others."""
    gone: set[str] = set()
    for filed in group:
        behind = filed.record.supersedes
        while behind is not None and behind not in gone:
            gone.add(behind)
            behind = before.get(behind)
    return [filed for filed in group if filed.sha256 not in gone] or [group[-1]]


def _agree(one: Record, other: Record) -> bool:
    return one.verdict == other.verdict or (one.approves and other.approves)


def _contradiction(key: Key, one: Filed, other: Filed) -> Problem:
    gate, role, person = key
    message = (
        f"{person} as {role} says `{one.record.verdict}` of gate {gate} in {one.file} and `{other.record.verdict}` in "
        f"{other.file}, and neither supersedes the other"
    )
    hint = f"{person} signs again; the new record supersedes both"
    return Problem(
        "REV008", message, gate, ("verdict",), other.record.verdict, one.record.verdict, hint, file=other.file
    )


def _concerns(valid: Sequence[Filed]) -> Iterator[OpenConcern]:
    """Give the concerns whose author left them open, in the order in which they were raised."""
    latest: dict[tuple[str, str], tuple[Filed, Concern]] = {}
    for filed in valid:
        for concern in filed.record.concerns:
            latest[filed.record.by, concern.id] = (filed, concern)
    for filed, concern in latest.values():
        if concern.state == "open":
            gates = (concern.gate,) if concern.gate else tuple(filed.record.gates)
            yield OpenConcern(filed, concern, gates)


def _answered(valid: Sequence[Filed]) -> Iterator[ClosedConcern]:
    """Give the concerns that their author has closed, in the order in which they were raised."""
    first: dict[tuple[str, str], Filed] = {}
    latest: dict[tuple[str, str], tuple[Filed, Concern]] = {}
    for filed in valid:
        for concern in filed.record.concerns:
            first.setdefault((filed.record.by, concern.id), filed)
            latest[filed.record.by, concern.id] = (filed, concern)
    for key, (filed, concern) in latest.items():
        if concern.state == "closed":
            yield ClosedConcern(first[key], filed, concern)
