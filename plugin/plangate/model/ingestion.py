"""Gate ingestion: the pipelines, when they run, how they load, and what happens when they fail."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.element import Element, Gate, Part
from plangate.model.moment import Cron, Instant, Zone
from plangate.model.number import Attempts, Count, Flag, Whole
from plangate.model.quantity import Duration, PositiveDuration, Share
from plangate.model.reference import DatasetRef, Ref, TeamRef

PipelineKind = Literal["ingest", "transform", "export", "check"]
Pattern = Literal["batch", "snapshot", "cdc", "stream", "micro_batch"]
Load = Literal["append", "overwrite_partition", "merge", "full_refresh", "snapshot", "insert_delete"]
Mechanism = Literal["overwrite_partition", "merge_on_key", "dedupe_window", "transactional_swap", "none"]
PipelineRef = Annotated[str, Ref("pipeline")]
AlertRef = Annotated[str, Ref("alert")]


class Schedule(Part):
    """What starts a run: a cron schedule in its zone, other pipelines (`after`), or an event."""

    cron: Cron | None = None
    timezone: Zone | None = None
    catchup: Flag | None = None
    """Whether runs that were missed since `start_date` are made up."""
    start_date: Instant | None = None
    after: tuple[PipelineRef, ...] = ()
    """Pipelines whose ends start a run: of several, once each has ended anew since the run before."""
    event: str | None = None
    event_gap: PositiveDuration | None = None
    """The longest time between two events, as the largest gap of a cron."""
    trigger_latency: Duration | None = None
    """From the event, or the end of the last upstream run, until the run starts."""
    dst_policy: str | None = None
    """What happens to runs in the hour that a change of the clock skips or repeats."""
    calendar: str | None = None


class Wait(Part):
    """Something that a run waits for besides its trigger, and for how long at most."""

    pipeline: PipelineRef | None = None
    dataset: DatasetRef | None = None
    event: str | None = None
    timeout: PositiveDuration | None = None


class Idempotency(Part):
    """Why a run may run twice without harm."""

    mechanism: Mechanism | None = None
    key: tuple[str, ...] = ()
    partition: str | None = None
    """The column whose partition is overwritten."""
    window: PositiveDuration | None = None
    """How far back repeated rows are recognised (`dedupe_window`)."""
    proof: str | None = None
    """The test that shows it."""


class Watermark(Part):
    """How an incremental load knows where to go on, and what it does with late rows."""

    column: str | None = None
    lookback: Duration | None = None
    late: Literal["drop", "upsert", "reprocess_partition", "quarantine"] | None = None


class Concurrency(Part):
    """How many runs may run together, and on whose slots."""

    max_active_runs: Whole | None = None
    max_active_tasks: Count | None = None
    overlap: Literal["queue", "skip", "cancel"] | None = None
    """What becomes of a run that is due while the one before still runs."""
    pool: Annotated[str, Ref("pool")] | None = None
    pool_slots: Count | None = None
    priority: Whole | None = None
    """The higher number goes first."""


class OnFailure(Part):
    """Who is told, where bad rows go, and when the pipeline stops itself."""

    alert: AlertRef | None = None
    quarantine: str | None = None
    circuit_breaker: str | None = None


class Deadline(Part):
    """By when a run has to be over, counted from a moment of its interval."""

    from_: (
        Literal["data_interval_start", "data_interval_end", "logical_date", "scheduled_at", "queued_at", "run_start"]
        | None
    ) = Field(default=None, alias="from")
    within: PositiveDuration | None = None
    alert: AlertRef | None = None
    action: str | None = None


class Landing(Part):
    """How raw data is kept, so that a load can be repeated without the source."""

    format: str | None = None
    schema_policy: str | None = None
    """What is done about a column that was not there before."""
    replay_store: str | None = None
    retention: Duration | None = None


class Pipeline(Element):
    """A job that reads datasets and writes datasets."""

    kind: ClassVar[str] = "pipeline"

    kind_: PipelineKind | None = Field(default=None, alias="kind")
    description: str | None = None
    engine: str | None = None
    entrypoint: str | None = None
    """The DAG, selector or program that runs: `dags/load_shop_orders.py`."""
    owner: TeamRef | None = None
    pattern: Pattern | None = None
    inputs: tuple[DatasetRef, ...] = ()
    outputs: tuple[DatasetRef, ...] = ()
    schedule: Schedule | None = None
    waits_for: tuple[Wait, ...] = ()
    depends_on_past: Flag | None = None
    """Whether a run needs the run before it; such runs cannot run together."""
    load: Load | None = None
    idempotency: Idempotency | None = None
    watermark: Watermark | None = None
    partitioned_by_writer: Flag | None = None
    """Whether other pipelines write the same dataset, each its own partitions."""
    retries: Attempts | None = None
    retry_delay: Duration | None = None
    retry_exponential_backoff: Flag | None = None
    max_retry_delay: Duration | None = None
    execution_timeout: PositiveDuration | None = None
    concurrency: Concurrency | None = None
    on_failure: OnFailure | None = None
    deadline: Deadline | None = None
    landing: Landing | None = None
    availability: Share | None = None
    """The share of runs, or of the time, in which it delivers."""
    secrets: tuple[str, ...] = ()
    """Where secrets are kept (`vault:…`), never the secrets."""
    identity: str | None = None
    roles: tuple[str, ...] = ()
    """The least rights that the identity needs."""

    @property
    def one_at_a_time(self) -> bool:
        """Tell whether no two runs are active together, and the plan says what becomes of one that is due meanwhile."""
        held = self.concurrency
        return held is not None and held.max_active_runs == 1 and held.overlap is not None


class Ingestion(Gate):
    """The data of gate ingestion."""

    gate: ClassVar[str] = "ingestion"

    pipelines: tuple[Pipeline, ...] = ()
