"""Gate bundle: what remains open when everything else is said."""

from typing import ClassVar, Literal

from plangate.model.element import Element, Gate, Part
from plangate.model.moment import Day
from plangate.model.number import Flag
from plangate.model.quantity import AnyQuantity, Duration, Money, MoneyRate
from plangate.model.reference import TeamRef

Level = Literal["low", "medium", "high"]


class Risk(Element):
    """Something that may go wrong, and what is done about it."""

    kind: ClassVar[str] = "risk"

    cause: str | None = None
    effect: str | None = None
    likelihood: Level | None = None
    impact: Level | None = None
    mitigation: str | None = None
    owner: TeamRef | None = None
    trigger: str | None = None


class FollowUp(Element):
    """Work that is left, and whether the plan may go live without it."""

    kind: ClassVar[str] = "follow_up"

    action: str | None = None
    severity: Level | None = None
    owner: TeamRef | None = None
    due: Day | None = None
    blocks_go_live: Flag | None = None
    status: Literal["open", "closed"] | None = None


class DesignDecision(Element):
    """A decision about the design, and what was rejected for it."""

    kind: ClassVar[str] = "design_decision"

    title: str | None = None
    because: str | None = None
    rejected: tuple[str, ...] = ()
    link: str | None = None


class Term(Part):
    """A word of the plan and what it means there."""

    term: str
    meaning: str | None = None


class Totals(Part):
    """Totals that are quoted elsewhere; they are recomputed from the gates and must agree."""

    monthly_cost: MoneyRate | None = None
    one_off_cost: Money | None = None
    effort: AnyQuantity | None = None
    backfill: Duration | None = None
    critical_path: Duration | None = None


class Bundle(Gate):
    """The data of gate bundle."""

    gate: ClassVar[str] = "bundle"

    risks: tuple[Risk, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    design_decisions: tuple[DesignDecision, ...] = ()
    glossary: tuple[Term, ...] = ()
    totals: Totals | None = None
