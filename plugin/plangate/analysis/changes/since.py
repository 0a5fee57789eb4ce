"""What somebody who signed has not seen: what changed since their last record, from what the record kept."""

from collections.abc import Iterator

from msgspec import Struct

from plangate.analysis.changes.difference import Difference, field_differences, gate_differences
from plangate.analysis.digest import fields_of, signed
from plangate.analysis.review import Review, Standing, Word
from plangate.analysis.seen import unpacked
from plangate.model.problem import HEADER


class Since(Struct, frozen=True):
    """What changed in a gate, and in what it rests on, since a person's last word on it.

    `kept` is False where the gate changed and the record does not say what was read.
    """

    gate: str
    word: Word
    differences: tuple[Difference, ...] = ()
    kept: bool = True

    @property
    def standing(self) -> Standing:
        """Whether the word still holds."""
        return self.word.standing


def since(review: Review, person: str, role: str | None = None) -> tuple[Since, ...]:
    """Give for each gate that a person has signed (in a role, where one is named) what changed since, in order."""
    return tuple(
        _since(review, gate, word)
        for gate, found in review.gates.items()
        for word in found.words
        if word.person == person and role in {None, word.role}
    )


def _since(review: Review, gate: str, word: Word) -> Since:
    if word.standing == "holds":
        return Since(gate, word)
    seen = unpacked(word.filed.record.seen or "")
    old = seen.get(word.filed.record.gates[gate])
    own: tuple[Difference, ...] = ()
    kept = True
    if word.filed.record.gates[gate] != review.digest(gate):
        if old is None or gate not in review.plan.gates:
            return Since(gate, word, kept=False)
        now = signed(review.parts(gate))
        own = (*gate_differences(gate, old, now), *field_differences(HEADER, {"": old.plan}, {"": now.plan}))
    rests = tuple(_rests(review, gate, word))
    return Since(gate, word, tuple({(one.gate, one.path): one for one in (*own, *rests)}.values()), kept)


def _rests(review: Review, gate: str, word: Word) -> Iterator[Difference]:
    seen = unpacked(word.filed.record.seen or "")
    for name, patterns in review.depends(gate).items():
        old = seen.get(word.filed.record.depends.get(name, ""))
        if old is not None and isinstance(old.data, dict):
            now = fields_of(review.plan, name, patterns, review.policy.workflow.unremarkable)
            kept = {pattern: data for pattern, data in old.data.items() if pattern in patterns}
            yield from field_differences(name, kept, now)
