"""Numbers that a plan quotes, each beside what its formula gives."""

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from plangate.analysis.folded import unrounded
from plangate.analysis.formulas import FORMULAS
from plangate.analysis.numbers import TITLES, Named, numbers
from plangate.model.capacity import Stated
from plangate.model.nearest import nearest
from plangate.model.problem import Path
from plangate.model.quantity import Quantity
from plangate.model.unit import Dimension

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

Found = Literal["found", "unknown", "open", "many"]
"""What became of a formula's name: one number, none of that name, one that cannot be computed, or several."""

_COUNTS: frozenset[Dimension] = frozenset(((base, 1),) for base in ("nodes", "shards", "slots"))
"""What a count may be quoted with."""


class StatedFacts(Struct, frozen=True):
    """A quoted number with the number that it should be.

    `found` says whether it names one: `open` where the name is known and nothing could be computed. `near` is the name
    that was meant, `subjects` are those that the number could be about. `difference` is the share by which the quoted
    number is off, infinite where the dimension is another.
    """

    stated: Stated
    index: int
    found: Found
    number: Named | None = None
    near: str | None = None
    subjects: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the plan quotes it."""
        return ("stated", self.index)

    @property
    def subject(self) -> str | None:
        """What the plan says that the number is about."""
        return self.stated.dataset or self.stated.pipeline or self.stated.backfill

    @property
    def value(self) -> Quantity | None:
        """The recomputed number in the case that is quoted: low, base or high."""
        if self.number is None:
            return None
        computed = self.number.computed
        return {"low": computed.low, "high": computed.high}.get(self.stated.case or "base", computed.value)

    @property
    def comparable(self) -> bool:
        """Tell whether quoted and recomputed number are of one kind; a count may be quoted with what it counts."""
        value, said = self.value, self.stated.value
        if value is None:
            return False
        return value.dimension == said.dimension or (value.dimension == () and said.dimension in _COUNTS)

    @property
    def difference(self) -> Decimal | None:
        """By which share of the recomputed number the quoted one is off; None where they cannot be compared."""
        if not self.comparable or self.value is None:
            return None
        right, said = self.value.base, self.stated.value.base
        if said == right:
            return Decimal(0)
        return abs(said / right - 1) if right and right.is_finite() else Decimal("Infinity")

    @property
    def unrounded(self) -> Decimal | None:
        """What a count was before it was rounded up; None for what is no count."""
        return unrounded(self.number.computed) if self.number is not None else None


def stated(facts: "Facts") -> tuple[StatedFacts, ...]:
    """Find for each number that the plan quotes the one that it means: by its name, else by the id of its formula."""
    gate = facts.plan.capacity
    return tuple(_resolved(facts, entry, index) for index, entry in enumerate(gate.stated if gate else ()))


def _resolved(facts: "Facts", said: Stated, index: int) -> StatedFacts:
    wanted = said.dataset or said.pipeline or said.backfill
    by_name = numbers(facts, said.formula) if said.formula in TITLES else ()
    fitting = by_name or tuple(entry for entry in facts.numbers if entry.computed.formula == said.formula)
    if wanted is not None:
        exact = tuple(entry for entry in fitting if entry.subject == wanted)
    else:
        exact = tuple(entry for entry in fitting if entry.subject_kind == "plan") or fitting
    if len(exact) == 1:
        return StatedFacts(said, index, "found", exact[0])
    if exact:
        return StatedFacts(said, index, "many", subjects=tuple(entry.subject for entry in exact))
    if said.formula in TITLES or said.formula in FORMULAS:
        return StatedFacts(said, index, "open", subjects=tuple(entry.subject for entry in fitting))
    return StatedFacts(said, index, "unknown", near=nearest(said.formula, [*TITLES, *FORMULAS]))
