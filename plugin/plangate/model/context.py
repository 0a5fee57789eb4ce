"""Gate context: the problem, who decides what with which metric, who reads the result, and what bounds the plan."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import MoneyRateEstimate
from plangate.model.moment import Day
from plangate.model.number import Flag
from plangate.model.quantity import Duration, MoneyRate, Percent, SignedQuantity
from plangate.model.reference import ColumnRef, DatasetRef, Ref, TeamRef

ConsumerType = Literal[
    "dashboard", "notebook", "analysis", "ml", "application", "reverse_etl", "api", "regulatory", "export"
]
Topic = Literal["business_goals", "sources", "freshness", "volume_cost", "contracts", "quality", "operations"]


class Decision(Element):
    """A decision of the business that the plan serves, and the metrics that it is taken by."""

    kind: ClassVar[str] = "decision"

    decision: str | None = None
    taken_by: TeamRef | None = None
    uses: tuple[Annotated[str, Ref("metric")], ...] = ()


class Metric(Element):
    """A number that shows whether the problem is solved: defined, measured today, with a target and a date."""

    kind: ClassVar[str] = "metric"

    name: str | None = None
    definition: str | None = None
    formula: str | None = None
    grain: tuple[str, ...] = ()
    """The columns that one value of the metric belongs to."""
    dimensions: tuple[str, ...] = ()
    """Further columns that the metric may be split by."""
    owner: TeamRef | None = None
    baseline: SignedQuantity | None = None
    """What is measured today, in the unit of the target."""
    target: SignedQuantity | None = None
    due: Day | None = None
    """The day by which the target is reached."""
    measured_by: ColumnRef | None = None
    """The column that holds the metric."""
    tolerance: Percent | None = None
    """How far the measured value may be off and still count as right."""


class Consumer(Element):
    """A reader of the result: a dashboard, a model, an application, a report to an authority."""

    kind: ClassVar[str] = "consumer"

    name: str | None = None
    type: ConsumerType | None = None
    owner: TeamRef | None = None
    contact: str | None = None
    reads: tuple[DatasetRef, ...] = ()
    freshness: Duration | None = None
    """How old the data may be when it is read."""
    tolerated_outage: Duration | None = None
    """How long the consumer can do without fresh data."""
    maturity: Literal["high", "medium", "low"] | None = None
    needs_by: Day | None = None
    pinned: str | None = None
    """The versions of the contract that it accepts (`^3`), where the contract takes its consumers from here."""
    external: Flag | None = None
    """Whether it belongs to somebody outside the organisation."""
    url: str | None = None


class Stakeholder(Part):
    """Somebody who is responsible, accountable, consulted or informed, for one gate or for the plan."""

    person: TeamRef | None = None
    role: str | None = None
    raci: Literal["R", "A", "C", "I"] | None = None
    gate: str | None = None
    """The gate that this is about; the whole plan where none is named."""


class Scope(Part):
    """What the plan covers and what it does not."""

    in_: tuple[str, ...] = Field(default=(), alias="in")
    out: tuple[str, ...] = ()


class Regulation(Part):
    """A legal regime that applies, and what it obliges to."""

    regime: str | None = None
    obligation: str | None = None
    retention_rule: str | None = None


class Constraints(Part):
    """What the solution has to stay within."""

    budget: MoneyRate | None = None
    deadline: Day | None = None
    region: str | None = None
    residency: str | None = None
    team: str | None = None
    compliance: tuple[str, ...] = ()
    """Legal regimes by name; what they oblige to stands in `regulatory`."""


class Clarification(Part):
    """A question that was put before planning, with its answer, or declined with the assumption that replaces it."""

    topic: Topic | None = None
    question: str | None = None
    answer: str | None = None
    declined: Flag | None = None
    assumption: Annotated[str, Ref("assumption")] | None = None


class Assumption(Element):
    """Something taken for true that belongs to no single field."""

    kind: ClassVar[str] = "assumption"

    text: str | None = None
    because: str | None = None
    owner: TeamRef | None = None
    """Who finds out; the accountable owner where nobody is named."""
    verify_by: Day | None = None
    """The day by which it is confirmed or refuted; go-live where none is given."""
    if_wrong: str | None = None
    status: Literal["open", "confirmed", "refuted"] | None = None


class Context(Gate):
    """The data of gate context."""

    gate: ClassVar[str] = "context"

    problem: str | None = None
    objectives: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    metrics: tuple[Metric, ...] = ()
    consumers: tuple[Consumer, ...] = ()
    stakeholders: tuple[Stakeholder, ...] = ()
    scope: Scope | None = None
    non_goals: tuple[str, ...] = ()
    regulatory: tuple[Regulation, ...] = ()
    constraints: Constraints | None = None
    cost_of_delay: MoneyRateEstimate | None = None
    """What each month without the solution costs."""
    value: MoneyRateEstimate | None = None
    """What the solution is worth per month."""
    clarifications: tuple[Clarification, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
