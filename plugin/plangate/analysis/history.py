"""What became of a plan from one of its versions to the next, as plain values that can be kept.

A version is looked at by itself: what other plans said at the time is not part of it.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date
from typing import Literal, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.changes.difference import Difference, differences
from plangate.analysis.changes.edits import told
from plangate.analysis.changes.plan import NumberChange, number_changes
from plangate.analysis.changes.weight import WEIGHTS, Weight
from plangate.analysis.facts import Facts
from plangate.analysis.lineage_change import lineage_change
from plangate.analysis.review import Review, Word
from plangate.model.review import Verdict

Fate = Literal["new", "removed", "changed"]
_Change = TypeVar("_Change")

_MOST = 12
"""How many changes of one kind are kept; the others are counted."""

_LONGEST = 120
_LAST = date.max  # who held a role is asked for the day of the record: no record of a commit lies in its future


class Said(Struct, frozen=True):
    """A place that says something else, as people read it: new where `before` is None, gone where `after` is."""

    place: str
    before: str | None
    after: str | None
    weight: Weight
    why: str
    rule: str | None


class Moved(Struct, frozen=True):
    """A computed number that is another one; a side that is not known is None."""

    label: str
    before: str | None
    after: str | None
    limit: str | None
    weight: Weight
    why: str


class Lapsed(Struct, frozen=True):
    """An approval that the version made stale or suspect."""

    gate: str
    person: str
    role: str
    standing: Literal["suspect", "stale"]


class Signed(Struct, frozen=True):
    """A record that came with the version; one that was taken away or written over says so too."""

    file: str
    person: str
    role: str
    verdict: Verdict
    gates: tuple[str, ...]
    fate: Fate


class Waived(Struct, frozen=True):
    """A waiver that came with the version, went, or says something else."""

    id: str
    rule: str
    expires: date
    fate: Fate


class Step(Struct, frozen=True):
    """What a version made of the one before: the gravest changes of each kind, and how many more there are.

    `counts` tells all changes of words and numbers by weight, `gates` which gates say something else (of a new plan:
    which it has), `unreadable` which could not be compared because a side of them cannot be read. `lineage` pairs
    `new`, `changed` or `removed` with what is so.
    """

    fate: Fate
    gates: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    counts: tuple[tuple[Weight, int], ...] = ()
    said: tuple[Said, ...] = ()
    numbers: tuple[Moved, ...] = ()
    lineage: tuple[tuple[str, str], ...] = ()
    more_said: int = 0
    more_numbers: int = 0
    more_lineage: int = 0
    lapsed: tuple[Lapsed, ...] = ()
    records: tuple[Signed, ...] = ()
    waivers: tuple[Waived, ...] = ()

    @property
    def means(self) -> bool:
        """Tell whether anything is not as before but the bytes."""
        told = self.said or self.numbers or self.unreadable or self.records or self.waivers
        return self.fate != "changed" or bool(told)


class Version(Struct, frozen=True):
    """A version of a plan: the commit that brought it, who wrote that as far as it is a person of people.yml, and what
    it did; None where nobody can tell."""

    sha: str
    day: date | None
    subject: str
    author: str | None
    step: Step | None


class History(Struct, frozen=True):
    """The versions of a plan that mean something, the newest first.

    `cosmetic` counts commits that changed no meaning, `earlier` those that were not looked at. `ends` says in a
    sentence why there is nothing, or nothing before.
    """

    versions: tuple[Version, ...] = ()
    cosmetic: int = 0
    earlier: int = 0
    ends: str = ""


def step(before: Sequence[Facts], after: Facts | None) -> Step:
    """Compare a version of a plan with the one before, or of a merge with all those that it joins.

    Of a merge only that is told which differs from all of them, beside the first of them; for the rest is told by the
    commits that it joins.
    """
    if after is None:
        return Step("removed")
    made = _compared(before, after) if before else Step("new", tuple(after.plan.gates), _unread(after))
    return replace(
        made,
        lapsed=_beside(_lapses, before, after),
        records=_beside(_records, before, after),
        waivers=_beside(_waivers, before, after),
    )


def _beside(
    tell: Callable[[Facts | None, Facts], Iterator[_Change]], before: Sequence[Facts], after: Facts
) -> tuple[_Change, ...]:
    sides: Sequence[Facts | None] = before or (None,)
    return tuple(_shared([list(tell(old, after)) for old in sides], str))


def _compared(before: Sequence[Facts], after: Facts) -> Step:
    unread = tuple(dict.fromkeys(gate for facts in (*before, after) for gate in _unread(facts)))
    found = _shared([differences(old, after) for old in before], lambda one: (one.gate, one.path, str(one.new)))
    found = [one for one in found if one.gate not in unread]
    said = sorted((one for one in found if one.kind != "follows"), key=lambda one: WEIGHTS.index(one.weight))
    moved: list[NumberChange] = []
    lineage: list[tuple[str, str]] = []
    dear = len(before) > 1 or any(one.kind not in {"prose", "file"} for one in found)  # for words move no number
    if dear:
        changes = _shared([list(number_changes(old, after)) for old in before], lambda one: one.named.label)
        moved = sorted(changes, key=lambda one: (WEIGHTS.index(one.weight), one.limit is None))
        lineage = _shared([list(_lineage(old, after)) for old in before], str)
    counts = Counter[Weight]([*(one.weight for one in said), *(one.weight for one in moved)])
    return Step(
        "changed",
        tuple(dict.fromkeys(one.gate for one in said)),
        unread,
        tuple((weight, counts[weight]) for weight in WEIGHTS if counts[weight]),
        tuple(_said(one) for one in said[:_MOST]),
        tuple(_moved(one) for one in moved[:_MOST]),
        tuple(lineage[:_MOST]),
        max(0, len(said) - _MOST),
        max(0, len(moved) - _MOST),
        max(0, len(lineage) - _MOST),
    )


def _shared(sides: Sequence[Sequence[_Change]], name: Callable[[_Change], Hashable]) -> list[_Change]:
    """Give the changes against the first side that the others know by the same name."""
    others = [{name(one) for one in side} for side in sides[1:]]
    return [one for one in sides[0] if all(name(one) in other for other in others)]


def _unread(facts: Facts) -> tuple[str, ...]:
    """Give the gates (`plan` for plan.yml) whose whole file could not be read."""
    return tuple(sorted(gate for gate, path in facts.plan.broken if not path))


def _said(one: Difference) -> Said:
    before, after = one.before, one.after
    gone, come = one.parted
    if gone or come:
        before, after = (", ".join(told(item) for item in some) or None for some in (gone, come))
    return Said(one.place, _short(before), _short(after), one.weight, one.why, one.rule)


def _short(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _moved(one: NumberChange) -> Moved:
    before, after = (str(side.computed.value) if side is not None else None for side in (one.old, one.new))
    limit = str(one.limit) if one.limit is not None else None
    return Moved(one.named.label, before, after, limit, one.weight, one.why)


def _lineage(before: Facts, after: Facts) -> Iterator[tuple[str, str]]:
    change = lineage_change(before, after)
    yield from ((state, name) for name, state in sorted(change.nodes.items()) if state != "changed")
    yield from ((state, f"{source} → {target}") for (source, target), state in sorted(change.edges.items()))


def _lapses(before: Facts | None, after: Facts) -> Iterator[Lapsed]:
    """Give the approvals that do not hold now, and either did before or came with the version."""
    known = {(word.gate, word.filed.sha256): word.standing for word in _words(before)}
    for word in _words(after):
        was = known.get((word.gate, word.filed.sha256), "holds")
        if word.filed.record.approves and word.standing not in {"holds", was}:
            yield Lapsed(word.gate, word.person, word.role, word.standing)


def _words(facts: Facts | None) -> Sequence[Word]:
    if facts is None or not facts.plan.records:
        return ()
    review = Review(facts.plan, facts.policy, facts.derived, _LAST)
    return [word for gate in review.gates.values() for word in gate.words]


def _records(before: Facts | None, after: Facts) -> Iterator[Signed]:
    old, new = ({filed.file: filed for filed in (facts.plan.records if facts else ())} for facts in (before, after))
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        there = now or was
        if there is not None and (was is None or now is None or was.sha256 != now.sha256):
            said = there.record
            yield Signed(name, said.by, said.role, said.verdict, tuple(said.gates), _fate(was, now))


def _waivers(before: Facts | None, after: Facts) -> Iterator[Waived]:
    old, new = ({waiver.id: waiver for waiver in (facts.plan.waivers if facts else ())} for facts in (before, after))
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        there = now or was
        if there is not None and was != now:
            yield Waived(name, there.rule, there.expires, _fate(was, now))


def _fate(was: object, now: object) -> Fate:
    return "new" if was is None else "removed" if now is None else "changed"
