"""Where the review of a plan stands: who said yes to what, whether it still holds, and who has to act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from msgspec import Struct

from plangate.analysis.canonical import Data
from plangate.analysis.derived import Derived
from plangate.analysis.digest import Signed, digest, field_parts, fields_of, gate_parts, inherited_paths, signed
from plangate.analysis.records import OpenConcern, Records, records
from plangate.analysis.seen import Change, changes, field_changes, unpacked
from plangate.model.plan import Plan
from plangate.model.policy import Needed, Policy, Profile
from plangate.model.problem import Problem
from plangate.model.review import LEVELS, Filed, Identity, Level

Standing = Literal["holds", "suspect", "stale"]
ReviewState = Literal["open", "approved", "suspect", "stale", "held"]


class Word(Struct, frozen=True):
    """The last word of a person in a role on a gate, and whether it still holds.

    It is `stale` where the gate has changed since, `suspect` where something has that the gate rests on: `changes` say
    what, as far as the record kept what was read. `counts` tells whether it is sure enough who signed.
    """

    gate: str
    filed: Filed
    level: Level
    counts: bool
    standing: Standing
    changes: tuple[Change, ...] = ()
    rests_on: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """Whose word it is."""
        return self.filed.record.by

    @property
    def role(self) -> str:
        """The role in which it was given."""
        return self.filed.record.role


class Need(Struct, frozen=True):
    """A role whose approval a gate needs: by how many, by whom it has it, who may give what is missing."""

    role: str
    count: int
    approved: tuple[str, ...]
    lapsed: tuple[str, ...]
    candidates: tuple[str, ...]

    @property
    def met(self) -> bool:
        """Tell whether enough people have approved."""
        return len(self.approved) >= self.count


class GateReview(Struct, frozen=True):
    """The review of one gate."""

    gate: str
    state: ReviewState
    words: tuple[Word, ...]
    needs: tuple[Need, ...]
    concerns: tuple[OpenConcern, ...]
    author: str | None
    only_author: bool

    @property
    def waiting(self) -> tuple[Need, ...]:
        """The roles that still have to approve."""
        return tuple(need for need in self.needs if not need.met)

    @property
    def holding(self) -> tuple[Word, ...]:
        """The words that hold the gate up: changes asked for, or a hold."""
        return tuple(word for word in self.words if word.filed.record.verdict in {"request_changes", "hold"})

    @property
    def due(self) -> tuple[Need, ...]:
        """The roles that the gate waits for and nothing else: none where somebody holds it up."""
        return () if self.holding or self.concerns else self.waiting


@dataclass(frozen=True)
class Review:
    """The review of a plan on a day."""

    plan: Plan
    policy: Policy
    derived: Derived
    today: date
    identity: Identity = field(default_factory=Identity)
    _parts: dict[str, tuple[bytes, ...]] = field(default_factory=dict, repr=False, compare=False)
    _digests: dict[str, str | None] = field(default_factory=dict, repr=False, compare=False)
    _fields: dict[tuple[str, tuple[str, ...]], tuple[bytes, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    _named: dict[str, dict[str, Data]] = field(default_factory=dict, repr=False, compare=False)
    _seen: dict[str, Mapping[str, Signed]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def records(self) -> Records:
        """The records that count."""
        return records(self.plan, self.policy, self.today)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with records."""
        return self.records.problems

    @cached_property
    def profile(self) -> Profile:
        """The order of the plan's gates; an unknown profile is read as batch."""
        profiles = self.policy.workflow.profiles
        return profiles.get(self.plan.header.profile) or profiles.get("batch") or next(iter(profiles.values()))

    @cached_property
    def gates(self) -> Mapping[str, GateReview]:
        """The review of each gate, in the profile's order."""
        return {gate: self._gate(gate) for gate in self.profile.gates}

    @cached_property
    def least(self) -> Level:
        """The level of identity that the tier asks for; a plan without a tier is held to the strictest."""
        levels = self.policy.workflow.identity
        tier = self.plan.header.tier
        return levels.get(tier, "claimed") if tier else max(levels.values(), key=LEVELS.index, default="claimed")

    def depends(self, gate: str) -> Mapping[str, tuple[str, ...]]:
        """Give the gates that a gate rests on, each with the patterns of the fields that count."""
        workflow = self.policy.workflow
        name = next((name for name, profile in workflow.profiles.items() if profile is self.profile), "batch")
        return workflow.depends(name, gate) if gate in workflow.gates else {}

    def union(self, gates: Iterator[str] | tuple[str, ...]) -> dict[str, tuple[str, ...]]:
        """Give what several gates together rest on."""
        found: dict[str, set[str]] = {}
        for gate in gates:
            for name, patterns in self.depends(gate).items():
                found.setdefault(name, set()).update(patterns)
        return {name: tuple(sorted(patterns)) for name, patterns in sorted(found.items())}

    def parts(self, gate: str) -> tuple[bytes, ...]:
        """Give what the digest of a gate is taken over; raises KeyError for one that is not there."""
        if gate not in self._parts:
            self._parts[gate] = gate_parts(self.plan, gate, self.derived)
        return self._parts[gate]

    def rests_on(self, gate: str, patterns: tuple[str, ...]) -> tuple[bytes, ...]:
        """Give what the digest over fields of a gate is taken over."""
        if (gate, patterns) not in self._fields:
            unremarkable, known = self.policy.workflow.unremarkable, self._named.setdefault(gate, {})
            self._fields[gate, patterns] = field_parts(self.plan, gate, patterns, unremarkable, known)
        return self._fields[gate, patterns]

    def digest(self, gate: str) -> str | None:
        """Give the digest of a gate; None for one that is not there."""
        if gate not in self._digests:
            self._digests[gate] = digest(self.parts(gate)) if gate in self.plan.gates else None
        return self._digests[gate]

    def _gate(self, gate: str) -> GateReview:
        words = tuple(self._word(gate, filed) for (name, _, _), filed in self.records.last.items() if name == gate)
        author = self.identity.author(self.plan.id, gate)
        concerns = tuple(concern for concern in self.records.concerns if gate in concern.gates)
        approving = [word for word in words if word.filed.record.approves and self._heard(word, author)]
        needs = tuple(self._need(need, approving, author) for need in self._needed(gate))
        holds = [word for word in approving if word.standing == "holds"]
        only_author = bool(holds) and author is not None and {word.person for word in holds} == {author}
        disputed = any(name == gate for name, _, _ in self.records.disputed)
        held = any(word.filed.record.verdict in {"request_changes", "hold"} for word in words)
        state: ReviewState = "open"
        if held or concerns or disputed:
            state = "held"
        elif holds and all(need.met for need in needs) and not only_author:
            state = "approved"
        elif any(word.standing == "stale" for word in approving):
            state = "stale"
        elif any(word.standing == "suspect" for word in approving):
            state = "suspect"
        return GateReview(gate, state, words, needs, concerns, author, only_author)

    def _needed(self, gate: str) -> tuple[Needed, ...]:
        if gate not in self.policy.workflow.gates:
            return ()
        return self.policy.workflow.needed(gate, self.plan.header.tier or "A")

    def _heard(self, word: Word, author: str | None) -> bool:
        """Tell whether a word counts: it is sure who gave it, and a reviewer who may be anyone is not the author."""
        spec = self.policy.workflow.roles[word.role]
        return word.counts and not (spec.anyone and word.person == author)

    def _need(self, need: Needed, approving: list[Word], author: str | None) -> Need:
        mine = [word for word in approving if word.role == need.role]
        approved = sorted({word.person for word in mine if word.standing == "holds"})
        lapsed = sorted({word.person for word in mine} - set(approved))
        spec = self.policy.workflow.roles.get(need.role)
        people = self.policy.people
        everyone = sorted(people.people) if spec is not None and spec.anyone else people.holders(need.role, self.today)
        candidates = [
            person
            for person in everyone
            if person not in approved
            and people.here(person, self.today)
            and not (spec is not None and spec.anyone and person == author)
        ]
        return Need(need.role, need.count, tuple(approved), tuple(lapsed), tuple(candidates))

    def _word(self, gate: str, filed: Filed) -> Word:
        level = self.identity.level(filed.sha256)
        counts = LEVELS.index(level) >= LEVELS.index(self.least)
        standing, changed, rests_on = self._standing(gate, filed)
        return Word(gate, filed, level, counts, standing, changed, rests_on)

    def _standing(self, gate: str, filed: Filed) -> tuple[Standing, tuple[Change, ...], tuple[str, ...]]:
        record = filed.record
        told = record.gates[gate]
        if told != self.digest(gate):
            old = self._kept(filed, told)
            if old is None or gate not in self.plan.gates:
                return "stale", (), ()
            found = changes(gate, old, signed(self.parts(gate)))
            return ("suspect" if found and self._from_elsewhere(gate, found) else "stale"), found, ()
        union = self.union(tuple(record.gates))
        changed: list[Change] = []
        moved: list[str] = []
        for name, patterns in self.depends(gate).items():
            told = record.depends.get(name, "")
            if told == digest(self.rests_on(name, union[name])):
                continue
            old = self._kept(filed, told)
            if old is None or not isinstance(old.data, dict):
                moved.append(name)
                continue
            now = fields_of(self.plan, name, patterns, self.policy.workflow.unremarkable)
            found = field_changes(name, old.data, now if isinstance(now, dict) else {}, patterns)
            changed.extend(found)
            moved.extend([name] if found else [])
        return ("suspect" if moved else "holds"), tuple(changed), tuple(moved)

    def _kept(self, filed: Filed, told: str) -> Signed | None:
        """Give what a record keeps of what it signed, by its digest."""
        if filed.sha256 not in self._seen:
            self._seen[filed.sha256] = unpacked(filed.record.seen or "")
        return self._seen[filed.sha256].get(told)

    def _from_elsewhere(self, gate: str, found: tuple[Change, ...]) -> bool:
        """Tell whether all that changed is a team's default or follows from other gates."""
        places = (*(f"{gate}.{path}" for path in inherited_paths(self.plan, gate)), *inherited_paths(self.plan, gate))
        return all(
            change.path.startswith(f"{gate}.$derived.")
            or any(change.path == place or change.path.startswith((f"{place}.", f"{place}[")) for place in places)
            for change in found
        )
