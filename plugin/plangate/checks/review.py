"""The review: records that count, approvals that still hold, and who has to act."""

from collections.abc import Iterator
from datetime import timedelta

from plangate.analysis.digest import digest
from plangate.analysis.review import Standing, Word
from plangate.analysis.seen import Change
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.problem import Problem
from plangate.model.text import spoken

_SHOWN = 5
_NO_DIGEST = "sha256:" + "0" * 64
_BARE = Edit("03-capacity.yml", new="horizon: 12 month\n")
_BARE_DIGEST = digest((b"pg1", b"first-plan", b"capacity", b'{"horizon":"31104000 s"}', b"", b"{}"))


def _record(
    person: str = "bob",
    role: str = "reviewer",
    verdict: str = "approve",
    day: str = "2026-11-20",
    plan: str = "first-plan",
    scheme: str = "pg1",
    gates: str = f"{{capacity: {_BARE_DIGEST}}}",
    more: str = "",
) -> Edit:
    text = (
        f"scheme: {scheme}\nplan: {plan}\nrole: {role}\nby: {person}\nverdict: {verdict}\ndate: {day}\ngates: {gates}\n"
    )
    return Edit(f"reviews/{day}-{person}-{role}.yml", new=text + more)


def _signed(subject: Subject) -> bool:
    return bool(subject.plan.records)


def _of(subject: Subject, name: str) -> Iterator[Problem]:
    return (problem for problem in subject.review.problems if problem.rule == name)


def _words(subject: Subject) -> Iterator[Word]:
    for gate in subject.review.gates.values():
        yield from (word for word in gate.words if word.filed.record.approves)


def _lapsed(subject: Subject, standing: Standing) -> Iterator[Word]:
    """Give the approvals that lapsed and that nobody else's stands in for."""
    for gate in subject.review.gates.values():
        met = {need.role for need in gate.needs if need.met}
        if gate.state != "approved":
            words = (word for word in gate.words if word.filed.record.approves and word.standing == standing)
            yield from (word for word in words if word.role not in met)


def _list(changes: tuple[Change, ...], otherwise: str) -> str:
    shown = [str(change) for change in changes[:_SHOWN]]
    more = len(changes) - len(shown)
    return ("; ".join(shown) or otherwise) + (f"; and {more} more" if more else "")


@rule(
    "REV001",
    "Records are signed by people who held the role that day",
    scope="plan",
    minimal=True,
    reason="An approval by somebody who was not entitled to it is no approval.",
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record(person="mallory")),
    passes=(_BARE, _record()),
)
def known_people(subject: Subject) -> Iterator[Problem]:
    """A record names a person of people.yml and a role that the person held on its date. Who signed is as sure as the
    policy asks for in the plan's tier: where it is less, the record does not count, which is a warning.
    """
    yield from _of(subject, "REV001")
    for word in _words(subject):
        if not word.counts:
            least = subject.review.least
            yield Problem(
                "REV001",
                f"{word.person}'s approval of gate {word.gate} is only {word.level}, and the plan's tier asks for "
                f"{least}; it does not count",
                word.gate,
                ("by",),
                word.level,
                least,
                "plangate verify-identity finds out who signed, from git or the forge",
                file=word.filed.file,
                severity="warning",
            )


@rule(
    "REV002",
    "Records lie in their plan and name what is there",
    scope="plan",
    minimal=True,
    reason="A record that was copied from another plan approves something that nobody there has read.",
    fails=(_BARE, _record(plan="second-plan")),
    passes=(_BARE, _record()),
)
def right_places(subject: Subject) -> Iterator[Problem]:
    """A record is a whole YAML file `reviews/<date>-<person>-<role>.yml` (or with `-2` behind it) that says the same;
    its plan is that of the folder, its gates are gates of the profile, and it closes no concern of somebody else.
    """
    yield from (problem for problem in subject.read.problems if problem.rule == "REV002")
    yield from _of(subject, "REV002")


@rule(
    "REV003",
    "Records are of a known scheme and not of the future",
    scope="plan",
    minimal=True,
    reason="What cannot be checked cannot be counted.",
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record(scheme="pg0")),
    passes=(_BARE, _record()),
)
def known_scheme(subject: Subject) -> Iterator[Problem]:
    """The scheme of a record's digests is known, and the record is not dated after today."""
    yield from _of(subject, "REV003")


@rule(
    "REV004",
    "Approved gates have not changed since",
    scope="plan",
    minimal=True,
    reason="Half of the approved documents of this kind were changed after they had been approved.",
    reads=("*",),
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record(gates=f"{{capacity: {_NO_DIGEST}}}")),
    passes=(_BARE, _record()),
)
def not_stale(subject: Subject) -> Iterator[Problem]:
    """The digest in the last record of each person and role is that of the gate as it stands, unless others have
    approved it in that role since. An error from tier B on, a warning in tier C.
    """
    unread = _unread(subject)
    for word in _lapsed(subject, "stale"):
        if word.gate in unread:
            continue
        record = word.filed.record
        yield Problem(
            "REV004",
            f"Gate {word.gate} has changed since {word.person} approved it as {word.role} on {record.date}: "
            + _list(word.changes, "the record does not keep what it was"),
            word.gate,
            observed=word.changes[0].new if len(word.changes) == 1 else None,
            expected=word.changes[0].old if len(word.changes) == 1 else None,
            hint=f"{word.person} looks again: plangate sign {word.gate} --plan {subject.plan.id} --role {word.role}",
            severity="warning" if subject.plan.header.tier == "C" else None,
        )


def _unread(subject: Subject) -> frozenset[str]:
    """Give the gates whose files cannot be read: what they say, and whether it changed, nobody knows."""
    return frozenset(gate for gate, path in subject.plan.broken if not path)


@rule(
    "REV005",
    "What approved gates rest on has not changed since",
    scope="plan",
    severity="warning",
    reason="A capacity that was right for last month's sources may be wrong for today's.",
    reads=("*",),
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record()),
    passes=(_BARE, _record(verdict="hold")),
)
def not_suspect(subject: Subject) -> Iterator[Problem]:
    """Those fields of other gates that an approved gate rests on (workflow.yml) say what they said when it was signed,
    and so do the team's defaults and the elements of other gates that it takes.
    """
    unread = _unread(subject)
    for word in _lapsed(subject, "suspect"):
        if not unread.isdisjoint({word.gate, *word.rests_on}):
            continue
        where = " and ".join(word.rests_on) or "a team's default or another gate"
        yield Problem(
            "REV005",
            f"Gate {word.gate} rests on {where}, which changed since {word.person} approved it as {word.role} on "
            f"{word.filed.record.date}: " + _list(word.changes, "the record does not keep what it was"),
            word.gate,
            observed=word.changes[0].new if len(word.changes) == 1 else None,
            expected=word.changes[0].old if len(word.changes) == 1 else None,
            hint=f"{word.person} looks again: plangate sign {word.gate} --plan {subject.plan.id} --role {word.role}",
        )


@rule(
    "REV006",
    "Nobody is the only one to approve their own change",
    scope="plan",
    minimal=True,
    reason="A second pair of eyes is the point of a review.",
    applies=lambda subject: _signed(subject) and subject.plan.id in subject.identity.authors,
    where="somebody has signed and git tells who wrote",
    fails=(
        _BARE,
        _record(role="platform"),
        Edit("../../.plangate/identity.json", new='{"scheme": 1, "authors": {"first-plan": {"capacity": "bob"}}}'),
    ),
    passes=(
        _BARE,
        _record(role="platform"),
        Edit("../../.plangate/identity.json", new='{"scheme": 1, "authors": {"first-plan": {"capacity": "alice"}}}'),
    ),
)
def not_only_the_author(subject: Subject) -> Iterator[Problem]:
    """Whoever made the last change of a gate's content is not the only person who approved that content. Who that was
    is found by plangate verify-identity; where nobody knows, nobody is accused.
    """
    for gate in subject.review.gates.values():
        said = (word for word in gate.words if word.filed.record.approves and word.counts)
        people = {word.person for word in said if word.standing != "stale"}
        if people and people == {gate.author}:
            yield Problem(
                "REV006",
                f"{gate.author} changed gate {gate.gate} last and is the only one who approved it",
                gate.gate,
                observed=gate.author,
                expected="an approval by somebody else",
            )


@rule(
    "REV007",
    "A record supersedes the one before it",
    scope="plan",
    severity="warning",
    reason="Two branches that sign from one base each know nothing of the other; and a record that is gone is missed.",
    applies=lambda subject: _signed(subject) or subject.plan.id in subject.identity.gone,
    where="somebody has signed, or a record is gone",
    fails=(_BARE, _record(more=f"supersedes: {_NO_DIGEST}\n")),
    passes=(_BARE, _record()),
)
def chained(subject: Subject) -> Iterator[Problem]:
    """`supersedes` is the SHA-256 of the previous record of the same person and role, and null in the first one. No
    record was deleted or edited after it had been committed, as far as plangate verify-identity knows.
    """
    yield from _of(subject, "REV007")
    for what, files in (("deleted", subject.identity.gone), ("edited", subject.identity.edited)):
        for file in files.get(subject.plan.id, ()):
            message = f"Record {file} was {what} after it had been committed; who changes their mind signs again"
            yield Problem("REV007", message, observed=what, expected="a new record", file=file)


@rule(
    "REV008",
    "Nobody says yes and no at once",
    scope="plan",
    minimal=True,
    reason="Of two records that contradict each other nobody knows which one was meant.",
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record(), _record(verdict="hold", day="2026-11-21")),
    passes=(_BARE, _record(), _record(verdict="approve_with_notes", day="2026-11-21")),
)
def of_one_mind(subject: Subject) -> Iterator[Problem]:
    """Two records of one person, role and gate, neither of which supersedes the other, have the same verdict."""
    yield from _of(subject, "REV008")


@rule(
    "REV009",
    "Every role that a gate needs has approved",
    scope="plan",
    core=False,
    severity="info",
    reason="A plan is approved when everybody has approved who has to, and not before.",
    reads=("*",),
    applies=lambda subject: subject.in_review,
    where="the plan is in review or live",
    fails=(Edit("plan.yml", "tier: C", "tier: A"),),
)
def all_roles(subject: Subject) -> Iterator[Problem]:
    """Every role that workflow.yml asks for in the plan's tier has approved each gate, by as many people as it says,
    and nothing holds a gate up. It is the state of a plan and tells nobody off; under `check --require approved` it is
    an error.
    """
    for gate in subject.review.gates.values():
        for word in gate.holding:
            record = word.filed.record
            yield Problem(
                "REV009",
                f"{word.person} as {word.role} holds up gate {gate.gate} since {record.date} ({record.verdict})",
                gate.gate,
                observed=record.verdict,
                expected="approve",
            )
        for concern in gate.concerns:
            yield Problem(
                "REV009",
                f"Concern {concern.concern.id} of {concern.filed.record.by} holds up gate {gate.gate}",
                gate.gate,
                observed="open",
                expected="an answer, which closes it",
            )
        for need in gate.waiting:
            count = f"{len(need.approved)} of {need.count}" if need.count > 1 else "none"
            who = f" (could be {spoken(need.candidates, 'or')})" if need.candidates else " (nobody holds the role)"
            yield Problem(
                "REV009",
                f"Gate {gate.gate} waits for the approval of {need.role}{who}",
                gate.gate,
                observed=count,
                expected=f"{need.count} as {need.role}",
            )


@rule(
    "REV010",
    "Concerns and holds are answered",
    scope="plan",
    severity="warning",
    reason="A review that waits for an answer forgets what was asked.",
    applies=_signed,
    where="somebody has signed",
    fails=(_BARE, _record(verdict="hold", day="2026-11-01")),
    passes=(_BARE, _record(verdict="hold")),
)
def answered(subject: Subject) -> Iterator[Problem]:
    """An open concern, changes asked for and a hold are no older than `concern_age` (checklists.yml, 7 d)."""
    limit = subject.policy.checklists.thresholds.concern_age
    oldest = subject.today - timedelta(seconds=float(limit.base))
    held = {word.filed.file: word for gate in subject.review.gates.values() for word in gate.holding}
    for file, word in held.items():
        record = word.filed.record
        if record.date < oldest:
            age = (subject.today - record.date).days
            message = f"{record.by} said `{record.verdict}` {age} d ago and waits for an answer (limit {limit})"
            yield Problem("REV010", message, word.gate, ("verdict",), f"{age} d", f"at most {limit}", file=file)
    for concern in subject.review.records.concerns:
        record = concern.filed.record
        if record.date < oldest:
            age = (subject.today - record.date).days
            message = f"Concern {concern.concern.id} of {record.by} is open for {age} d (limit {limit})"
            yield Problem(
                "REV010",
                message,
                concern.gates[0],
                ("concerns",),
                f"{age} d",
                f"at most {limit}",
                file=concern.filed.file,
            )
