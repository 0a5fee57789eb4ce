"""Gate cutover: backfill, the switch with its steps, and the way back."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from plangate.model.bound import MustBe
from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import BytesEstimate, RowsEstimate
from plangate.model.moment import Day, Instant, Span, Zone
from plangate.model.number import Count, Flag
from plangate.model.quantity import Duration, MoneyRate, Offset, Percent, PositiveDuration, PositiveRowRate
from plangate.model.reference import CheckRef, DatasetRef, Ref, TeamRef

StepRef = Annotated[str, Ref("step")]


class Replay(Part):
    """How a unit of the backfill can run twice without harm; `window` is what a stream can be replayed for."""

    pattern: str | None = None
    idempotency: str | None = None
    window: Duration | None = None


class UnitRuntime(Part):
    """How long one unit of the backfill takes."""

    p50: PositiveDuration | None = None
    p95: PositiveDuration | None = None


class ExcludedDataset(Part):
    """A dataset downstream that is not rebuilt, and why."""

    dataset: DatasetRef
    because: str | None = None


class Downstream(Part):
    """What follows from the backfill for the datasets that read the filled one."""

    rebuild: tuple[DatasetRef, ...] = ()
    exclude: tuple[ExcludedDataset, ...] = ()


class Backfill(Element):
    """A stretch of history that is loaded again: units of `granularity` in the half-open `range`, by the calendar.

    `slots` are the pool slots that one unit holds, `scanned` the bytes that one unit reads, `throughput` the rows per
    second that the shared path carries; `starts` is when the backfill is to begin. `units_per_run` is how many units
    one run works off, one after the other; each has a run of its own where nothing is said.
    """

    kind: ClassVar[str] = "backfill"

    dataset: DatasetRef | None = None
    reason: str | None = None
    owner: TeamRef | None = None
    range: Span | None = None
    excluded: tuple[Day, ...] = ()
    granularity: PositiveDuration | None = None
    order: Literal["forward", "backward"] | None = None
    method: Literal["in_place", "shadow_swap", "clone"] | None = None
    replay: Replay | None = None
    reprocess: Literal["none", "failed", "completed"] | None = None
    depends_on_past: Flag | None = None
    reproducibility: str | None = None
    origin: str | None = None
    starts: Instant | None = None
    unit_runtime: UnitRuntime | None = None
    rows: RowsEstimate | None = None
    throughput: PositiveRowRate | None = None
    scanned: BytesEstimate | None = None
    units_per_run: Count | None = None
    parallel: Count | None = None
    slots: Count | None = None
    retry_rate: Percent | None = None
    pool: Annotated[str, Ref("pool")] | None = None
    priority: Literal["below_live", "separate_pool", "same"] | None = None
    must_finish_within: Duration | None = None
    verify: tuple[CheckRef, ...] = ()
    stop_when: str | None = None
    downstream: Downstream | None = None
    watchers: tuple[TeamRef, ...] = ()


class Freeze(Span):
    """When which systems take no changes."""

    systems: tuple[str, ...] = ()
    owner: TeamRef | None = None
    comms: str | None = None


class GoCriterion(Part):
    """What a decision to go on is held against."""

    check: CheckRef | None = None
    metric: Annotated[str, Ref("metric")] | None = None
    slo: Annotated[str, Ref("slo")] | None = None
    statement: str | None = None
    must_be: MustBe | None = None
    owner: TeamRef | None = None
    evidence: str | None = None


class Step(Element):
    """A step of the switch; `kind: go_no_go` makes it a decision, whose owner and criteria it then has.

    It begins when the steps of `after` are over, and at the earliest at its `offset` from t0 (negative before it);
    without one not before t0.
    """

    kind: ClassVar[str] = "step"

    kind_: Literal["go_no_go", "freeze", "sync", "switch", "comms"] | None = Field(default=None, alias="kind")
    name: str | None = None
    owner: TeamRef | None = None
    backup: TeamRef | None = None
    system: str | None = None
    datasets: tuple[DatasetRef, ...] = ()
    after: tuple[StepRef, ...] = ()
    offset: Offset | None = None
    expected: Duration | None = None
    max: Duration | None = None
    downtime: Flag | None = None
    command: str | None = None
    verify: str | None = None
    evidence: str | None = None
    reversible: Flag | None = None
    rollback: Annotated[str, Ref("rollback_step")] | None = None
    forward_fix: str | None = None
    comms: str | None = None
    decision_owner: TeamRef | None = None
    quorum: Count | None = None
    if_missing: Literal["no_go", "go"] | None = None
    criteria: tuple[GoCriterion, ...] = ()


class PointOfNoReturn(Part):
    """`{after: step, why}`: when that step ends there is no way back; or `{none: why}`."""

    after: StepRef | None = None
    why: str | None = None
    none: str | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "PointOfNoReturn":
        if (self.after is None) == (self.none is None):
            raise PydanticCustomError(
                "GEN008",
                "write `after` (a step) with `why`, or `none` (why there is none); here is {observed}",
                {"observed": "both" if self.after else "neither"},
            )
        return self


class Switch(Part):
    """The switch itself: when, how long, step by step."""

    t0: Instant | None = None
    justification: str | None = None
    timezones: tuple[Zone, ...] = ()
    window: Span | None = None
    freeze: Freeze | None = None
    downtime_budget: Duration | None = None
    steps: tuple[Step, ...] = ()
    point_of_no_return: PointOfNoReturn | None = None


class Trigger(Part):
    """What makes the team roll back: the bound that is broken for as long as `window`."""

    condition: str | None = None
    check: CheckRef | None = None
    must_be: MustBe | None = None
    window: Duration | None = None


class RollbackStep(Element):
    """A step back, and the steps of the switch that it undoes."""

    kind: ClassVar[str] = "rollback_step"

    name: str | None = None
    owner: TeamRef | None = None
    backup: TeamRef | None = None
    system: str | None = None
    after: tuple[Annotated[str, Ref("rollback_step")], ...] = ()
    expected: Duration | None = None
    max: Duration | None = None
    command: str | None = None
    verify: str | None = None
    undoes: tuple[StepRef, ...] = ()


class Sync(Part):
    """The step that carries data back after the switch, and the check that proves it."""

    step: Annotated[str, Ref("step", "rollback_step")] | None = None
    check: CheckRef | None = None


class Rollback(Part):
    """The way back; `accepted_by` signs for data that is discarded."""

    triggers: tuple[Trigger, ...] = ()
    decision_owner: TeamRef | None = None
    max: Duration | None = None
    steps: tuple[RollbackStep, ...] = ()
    written_after_switch: Literal["discard", "replay", "dual_write", "reverse_sync"] | None = None
    accepted_by: TeamRef | None = None
    sync: Sync | None = None
    available_for: Duration | None = None
    tested: Day | None = None


class Legacy(Part):
    """What is replaced: how long it stays, what it costs and holds meanwhile, and how it goes."""

    systems: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    keep_until: Day | None = None
    retention: str | None = None
    storage: BytesEstimate | None = None
    cost: MoneyRate | None = None
    decommission: tuple[str, ...] = ()
    decommission_on: Day | None = None


class Rehearsal(Part):
    """A run of the switch before the switch, with the minutes that steps took."""

    date: Day | None = None
    environment: str | None = None
    measured: dict[Annotated[str, Ref("step", "rollback_step")], Duration] = Field(default_factory=dict)
    result: Literal["passed", "passed_with_deviations", "failed"] | None = None
    deviations: str | None = None


class Comms(Part):
    """Who is told, how, and how long before (negative) or after t0."""

    audience: Annotated[str, Ref("consumer", "team", "plan")] | None = None
    channel: str | None = None
    offset: Offset | None = None
    message: str | None = None
    owner: TeamRef | None = None


class Hypercare(Part):
    """The time of raised attention after the switch."""

    until: Day | None = None
    staffing: TeamRef | None = None
    exit: str | None = None


class Contingency(Part):
    """What is done if something else happens."""

    scenario: str | None = None
    trigger: str | None = None
    action: str | None = None
    owner: TeamRef | None = None


class Handover(Part):
    """How a stream changes hands: topics that run twice, offsets that are mapped, savepoints that were restored."""

    dual_run: tuple[Annotated[str, Ref("stream")], ...] = ()
    offsets: str | None = None
    savepoint_restored: Day | None = None


class Cutover(Gate):
    """The data of gate cutover. `comms_notice` is the least notice that consumers of changed datasets get."""

    gate: ClassVar[str] = "cutover"

    backfill: tuple[Backfill, ...] = ()
    cutover: Switch | None = None
    rollback: Rollback | None = None
    legacy: Legacy | None = None
    rehearsals: tuple[Rehearsal, ...] = ()
    comms: tuple[Comms, ...] = ()
    comms_notice: Duration | None = None
    hypercare: Hypercare | None = None
    contingencies: tuple[Contingency, ...] = ()
    handover: Handover | None = None
