"""Gate operations: lineage, telemetry, service levels, alerts, people on call and recovery."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.element import Element, Gate, Part
from plangate.model.moment import Day, Zone
from plangate.model.number import Flag
from plangate.model.quantity import AnyQuantity, ByteRate, Duration, Money, Percent, Share
from plangate.model.reference import CheckRef, DatasetRef, Ref, TeamRef

Sli = Literal["freshness", "correctness", "completeness", "availability", "latency", "cost"]
NodeRef = Annotated[str, Ref("dataset", "source", "pipeline", "consumer")]


class LineageCoverage(Part):
    """How much of the lineage is known: the share of critical datasets, and what is known by column."""

    critical: Share | None = None
    column_level: tuple[Annotated[str, Ref("metric", "column")], ...] = ()


class NodeOverride(Part):
    """What a derived node of the lineage is shown with instead."""

    id: NodeRef
    kind: Literal["source", "dataset", "pipeline", "exposure"] | None = None
    namespace: str | None = None
    layer: Annotated[str, Ref("layer")] | None = None
    critical: Flag | None = None


class EdgeOverride(Part):
    """An edge that no other gate implies, or with `omit` one that is implied and does not exist."""

    from_: NodeRef = Field(alias="from")
    to: NodeRef
    via: Annotated[str, Ref("pipeline")] | None = None
    feedback: Flag | None = None
    omit: Flag | None = None
    because: str | None = None


class Lineage(Part):
    """Coverage and overrides of the lineage that other gates imply."""

    coverage: LineageCoverage | None = None
    nodes: tuple[NodeOverride, ...] = ()
    edges: tuple[EdgeOverride, ...] = ()
    capture: Literal["openlineage", "dbt", "manual"] | None = None
    refresh: Duration | None = None


class SignalRetention(Part):
    """How long logs, metrics and traces are kept."""

    logs: Duration | None = None
    metrics: Duration | None = None
    traces: Duration | None = None


class Telemetry(Part):
    """What is measured while the pipelines run, in words."""

    run_success: str | None = None
    latency: str | None = None
    drift: str | None = None
    cost: str | None = None
    lag: str | None = None
    checkpoints: str | None = None
    retention: SignalRetention | None = None


class Indicator(Part):
    """How a service level indicator is measured."""

    kind: Sli | None = None
    dataset: DatasetRef | None = None
    query: str | None = None
    unit: str | None = None


class Slo(Element):
    """A service level objective; `target` is what counts as good (`120 min`), where no promise of freshness says so."""

    kind: ClassVar[str] = "slo"

    sli: Sli | None = None
    dataset: DatasetRef | None = None
    target: AnyQuantity | None = None
    objective: Share | None = None
    window: Duration | None = None
    checks: tuple[CheckRef, ...] = ()
    alerts: tuple[Annotated[str, Ref("alert")], ...] = ()


class Dashboard(Part):
    """A page where the state of the data is seen."""

    name: str | None = None
    url: str | None = None
    audience: str | None = None


class Alert(Element):
    """What wakes or tells somebody; `signal` says what it watches, `threshold` is the number in the condition."""

    kind: ClassVar[str] = "alert"

    condition: str | None = None
    signal: Literal["run", "freshness", "quality", "volume", "drift", "latency", "lag", "checkpoint", "cost"] | None = (
        None
    )
    threshold: AnyQuantity | None = None
    for_: Duration | None = Field(default=None, alias="for")
    severity: Literal["page", "ticket", "info"] | None = None
    route: str | None = None
    runbook: Annotated[str, Ref("runbook")] | None = None
    dedupe: Duration | None = None
    owner: TeamRef | None = None


class Oncall(Part):
    """Who answers, when, and who is next."""

    team: TeamRef | None = None
    hours: str | None = None
    timezone: Zone | None = None
    escalation: tuple[TeamRef, ...] = ()
    acknowledge_within: Duration | None = None
    support_tiers: tuple[str, ...] = ()


class Runbook(Element):
    """What to do in one scenario."""

    kind: ClassVar[str] = "runbook"

    scenario: str | None = None
    detection: Annotated[str, Ref("alert", "slo", "check", "reconciliation")] | None = None
    steps: tuple[str, ...] = ()
    owner: TeamRef | None = None
    url: str | None = None
    drilled: Day | None = None


class CostGuardrails(Part):
    """When spending is questioned, and by whom."""

    alert_at: Percent | None = None
    limit: Money | None = None
    action: str | None = None
    tag: str | None = None
    owner: TeamRef | None = None


class Access(Part):
    """Who may read, how often that is looked at, and how personal data is hidden."""

    roles: tuple[str, ...] = ()
    review_period: Duration | None = None
    pii_masking: str | None = None
    audit: str | None = None


class Recovery(Part):
    """What may be lost and how long a restore may take."""

    rpo: Duration | None = None
    rto: Duration | None = None
    backup_every: Duration | None = None
    backup_kept: Duration | None = None
    restore_throughput: ByteRate | None = None
    restore_tested: Day | None = None


class Operations(Gate):
    """The data of gate operations."""

    gate: ClassVar[str] = "operations"

    lineage: Lineage | None = None
    telemetry: Telemetry | None = None
    slis: tuple[Indicator, ...] = ()
    slos: tuple[Slo, ...] = ()
    error_budget_policy: str | None = None
    time_to_detect: Duration | None = None
    time_to_repair: Duration | None = None
    dashboards: tuple[Dashboard, ...] = ()
    alerts: tuple[Alert, ...] = ()
    oncall: Oncall | None = None
    runbooks: tuple[Runbook, ...] = ()
    reprocessing: str | None = None
    break_glass: str | None = None
    cost_guardrails: CostGuardrails | None = None
    access: Access | None = None
    recovery: Recovery | None = None
