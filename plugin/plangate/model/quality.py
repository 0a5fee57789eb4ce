"""Gate quality: checks, reconciliation, drift and what a failure sets off."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from plangate.model.bound import MustBe
from plangate.model.contracts import Scalar
from plangate.model.element import Element, Gate, Part
from plangate.model.moment import ClockTime, Cron, Zone
from plangate.model.number import Count
from plangate.model.quantity import AnyQuantity, Duration, Percent, PositiveDuration
from plangate.model.reference import ColumnRef, DatasetRef, Ref, TeamRef

CheckKind = Literal[
    "not_null",
    "unique",
    "accepted_values",
    "range",
    "pattern",
    "relationship",
    "freshness",
    "row_count",
    "volume_anomaly",
    "distribution",
    "schema",
    "custom_sql",
    "reconciliation",
]
DerivedKind = Literal["unique", "not_null", "accepted_values", "relationship", "freshness", "row_count"]
Severity = Literal["error", "warn", "info"]
Action = Literal["warn", "block_publish", "quarantine", "page"]
Stage = Literal["pre_load", "post_load", "pre_publish", "continuous"]
QualityDimension = Literal[
    "accuracy", "completeness", "conformity", "consistency", "coverage", "timeliness", "uniqueness", "validity"
]


def _listed(raw: Any) -> Any:
    return [raw] if isinstance(raw, str) else raw


ColumnNames = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""One column name or a list of them: `column: order_id`, `column: [order_id, line]`."""


class CheckSchedule(Part):
    """When a check runs that does not run with its pipeline."""

    cron: Cron | None = None
    timezone: Zone | None = None
    every: PositiveDuration | None = None


class Quarantine(Part):
    """Where refused rows go, how long they stay, how they come back, and how many are too many."""

    location: str | None = None
    retention: Duration | None = None
    replay: str | None = None
    max_rate: Percent | None = None
    owner: TeamRef | None = None


class Baseline(Part):
    """What an anomaly check learns from, and the bound that holds until it has learnt."""

    training_period: Duration | None = None
    detection_period: Duration | None = None
    sensitivity: str | None = None
    fallback: MustBe | None = None


class Check(Element):
    """A test of a dataset or of columns of it."""

    kind: ClassVar[str] = "check"

    dataset: DatasetRef | None = None
    column: ColumnNames = ()
    kind_: CheckKind | None = Field(default=None, alias="kind")
    dimension: QualityDimension | None = None
    description: str | None = None
    must_be: MustBe | None = None
    values: tuple[Scalar, ...] = ()
    min: Scalar | None = None
    max: Scalar | None = None
    pattern: str | None = None
    references: ColumnRef | None = None
    sql: str | None = None
    severity: Severity | None = None
    action: Action | None = None
    owner: TeamRef | None = None
    stage: Stage | None = None
    schedule: CheckSchedule | None = None
    runtime: Duration | None = None
    alert: Annotated[str, Ref("alert")] | None = None
    runbook: Annotated[str, Ref("runbook")] | None = None
    time_to_triage: Duration | None = None
    quarantine: Quarantine | None = None
    baseline: Baseline | None = None


class Reconciliation(Element):
    """A comparison of a target dataset with the source that it comes from.

    `tolerance` is relative when it is a percentage and absolute when it has another unit (`5 rows`, `10 EUR`).
    """

    kind: ClassVar[str] = "reconciliation"

    source: DatasetRef | None = None
    target: DatasetRef | None = None
    measure: Literal["count", "sum", "hash", "min_max", "distinct_count"] | None = None
    column: str | None = None
    source_column: str | None = None
    keys: tuple[str, ...] = ()
    grain: tuple[str, ...] = ()
    filter: str | None = None
    tolerance: AnyQuantity | None = None
    cut_off: ClockTime | None = None
    timezone: Zone | None = None
    late: str | None = None
    metric: Annotated[str, Ref("metric")] | None = None
    severity: Severity | None = None
    action: Action | None = None
    owner: TeamRef | None = None
    stage: Stage | None = None
    schedule: CheckSchedule | None = None
    runtime: Duration | None = None
    alert: Annotated[str, Ref("alert")] | None = None
    runbook: Annotated[str, Ref("runbook")] | None = None
    time_to_triage: Duration | None = None


class Drift(Part):
    """How much a measured distribution or volume may move before somebody is told."""

    threshold: Percent | None = None
    window: Duration | None = None
    measure: str | None = None
    escalation: Annotated[str, Ref("alert", "team")] | None = None


class SeverityResponse(Part):
    """What a failure of one severity obliges to."""

    severity: Severity | None = None
    respond_within: Duration | None = None
    escalate_to: TeamRef | None = None
    action: Action | None = None


class CheckCoverage(Part):
    """How densely the models are to be checked."""

    checks_per_model: Count | None = None
    critical_columns: Percent | None = None


class Quality(Gate):
    """The data of gate quality. `quarantine` and `baseline` here stand for every check that names none itself."""

    gate: ClassVar[str] = "quality"

    derive: tuple[DerivedKind, ...] = ()
    checks: tuple[Check, ...] = ()
    reconciliation: tuple[Reconciliation, ...] = ()
    drift: Drift | None = None
    severities: tuple[SeverityResponse, ...] = ()
    quarantine: Quarantine | None = None
    baseline: Baseline | None = None
    coverage: CheckCoverage | None = None
