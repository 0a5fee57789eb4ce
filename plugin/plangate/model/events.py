"""Gate events (streaming): streams, event time, delivery, state, checkpoints, lag and replay."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.contracts import Compatibility
from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import BytesEstimate, KeysEstimate
from plangate.model.moment import Day, Zone
from plangate.model.number import Count, Flag
from plangate.model.quantity import Bytes, Duration, Percent, PositiveDuration, PositiveRowRate, Rows
from plangate.model.reference import DatasetRef, Ref, TeamRef
from plangate.model.sources import Physical

Guarantee = Literal["at_most_once", "at_least_once", "exactly_once"]


class Stream(Element):
    """A topic, with the events in it and the dataset that it is known as."""

    kind: ClassVar[str] = "stream"

    broker: str | None = None
    cluster: str | None = None
    """The installation of the broker, shared by the plans that name it."""
    topic: str | None = None
    description: str | None = None
    dataset: DatasetRef | None = None
    """The dataset id that the stream defines."""
    physical: Physical | None = None
    partitions: Count | None = None
    replication_factor: Count | None = None
    min_insync_replicas: Count | None = None
    retention: PositiveDuration | None = None
    cleanup: Literal["delete", "compact", "compact_delete"] | None = None
    schema_subject: str | None = None
    schema_format: Literal["avro", "json_schema", "protobuf"] | None = None
    key_schema: str | None = None
    compatibility: Compatibility | None = None
    event_types: tuple[str, ...] = ()
    envelope: str | None = None
    key: str | None = None
    key_cardinality: KeysEstimate | None = None
    event_time: str | None = None
    """The field that says when the event happened."""
    event_timezone: Zone | None = None
    clock_skew: Duration | None = None
    """How far the producers' clocks may be off."""
    ordering: Literal["key", "partition", "none"] | None = None
    """Within what the order of events is kept."""
    low_traffic: Flag | None = None
    """Whether a partition may fall silent and hold the watermark back."""
    replayable: Flag | None = None
    """Whether the broker can be read again from an earlier place."""


class EventTime(Part):
    """How the job knows how far event time has come, and what it does with what comes later."""

    watermark: Literal["monotonous", "bounded"] | None = None
    max_out_of_orderness: Duration | None = None
    idleness: PositiveDuration | None = None
    """After this silence a partition no longer holds the watermark back."""
    allowed_lateness: Duration | None = None
    late: Literal["side_output", "drop", "update", "dlq"] | None = None
    """What becomes of events that are later than allowed."""
    measured_p99_lateness: Duration | None = None


class EndToEnd(Part):
    """The guarantee of each link of the chain."""

    source: Guarantee | None = None
    processing: Guarantee | None = None
    sink: Guarantee | None = None


class Dedupe(Part):
    """By which field repeated events are recognised, and for how long."""

    key: str | None = None
    window: PositiveDuration | None = None


class Delivery(Part):
    """How often an event may take effect, from end to end."""

    guarantee: Guarantee | None = None
    end_to_end: EndToEnd | None = None
    dedupe: Dedupe | None = None
    transaction_timeout: PositiveDuration | None = None


class Sink(Part):
    """Where results are written, and how often they become visible."""

    type: str | None = None
    commit_interval: PositiveDuration | None = None
    transactional: Flag | None = None
    upsert_key: tuple[str, ...] = ()
    batching: str | None = None
    file_size: Bytes | None = None
    """The size that written files aim at."""


class Parallelism(Part):
    """How many tasks run at once, the most that state can be spread over, and what one task carries."""

    value: Count | None = None
    max: Count | None = None
    per_task: PositiveRowRate | None = None


class Window(Element):
    """A window that events are gathered in: size, slide (sliding) or gap (session)."""

    kind: ClassVar[str] = "window"

    kind_: Literal["tumbling", "sliding", "session", "global"] | None = Field(default=None, alias="kind")
    size: PositiveDuration | None = None
    slide: PositiveDuration | None = None
    gap: PositiveDuration | None = None
    trigger: str | None = None


class OperatorState(Part):
    """What one operator remembers: keys × bytes per key × (1 + overhead), held for the time to live."""

    operator: str | None = None
    keys: KeysEstimate | None = None
    bytes_per_key: BytesEstimate | None = None
    overhead: Percent | None = None
    ttl: PositiveDuration | None = None
    bounded_by: str | None = None
    """Why the number of keys cannot grow without end, where no time to live ends them."""
    window: Annotated[str, Ref("window")] | None = None
    join_interval: PositiveDuration | None = None
    backend: str | None = None
    capacity: Bytes | None = None
    """The storage that the state has."""


class Checkpoints(Part):
    """How often the job saves where it stands, how long that takes and where it is kept."""

    interval: PositiveDuration | None = None
    timeout: PositiveDuration | None = None
    expected: PositiveDuration | None = None
    """How long a checkpoint is expected to take."""
    expected_size: Bytes | None = None
    min_pause: Duration | None = None
    mode: Literal["exactly_once", "at_least_once"] | None = None
    storage: str | None = None
    retained: Count | None = None
    max_concurrent: Count | None = None
    incremental: Flag | None = None
    savepoints: str | None = None
    """When savepoints are taken and how long they are kept."""


class JobRecovery(Part):
    """How the job comes back: restart, then catching up with what piled up."""

    restart_strategy: str | None = None
    restart_time: PositiveDuration | None = None
    catch_up: PositiveDuration | None = None
    """The time in which a backlog is to be worked off."""
    max_outage: PositiveDuration | None = None


class Lag(Part):
    """How far behind the job may be, and when somebody is told."""

    slo: PositiveDuration | None = None
    slo_events: Rows | None = None
    alert_warn: PositiveDuration | None = None
    alert_page: PositiveDuration | None = None
    max_tolerable: PositiveDuration | None = None
    """The lag beyond which the broker's retention begins to lose events."""


class DeadLetters(Part):
    """Where events go that cannot be processed, and how they come back."""

    topic: str | None = None
    criteria: str | None = None
    max_rate: Percent | None = None
    retention: PositiveDuration | None = None
    owner: TeamRef | None = None
    replay: str | None = None
    poison_pill: str | None = None
    """What is done about an event that breaks the job each time."""


class EventReplay(Part):
    """How events are processed a second time without harm."""

    from_: Literal["offset", "timestamp", "earliest", "savepoint"] | None = Field(default=None, alias="from")
    to: str | None = None
    target: str | None = None
    """Where a replay writes, if elsewhere than the live job."""
    sink_idempotent: Flag | None = None
    side_effects: str | None = None
    """What else the job sets off: mails, payments; or `none`."""
    side_effects_guard: str | None = None
    """What keeps a replay from setting it off again."""
    max_rate: PositiveRowRate | None = None


class Upgrade(Part):
    """How a new version of the job takes over."""

    state_compatibility: str | None = None
    savepoint_restore_tested: Day | None = None
    dual_run: str | None = None
    uid_assignment: str | None = None
    offsets: str | None = None
    """How the consumer group's offsets are carried over."""


class Events(Gate):
    """The data of gate events."""

    gate: ClassVar[str] = "events"

    streams: tuple[Stream, ...] = ()
    time: EventTime | None = None
    delivery: Delivery | None = None
    sink: Sink | None = None
    parallelism: Parallelism | None = None
    windows: tuple[Window, ...] = ()
    state: tuple[OperatorState, ...] = ()
    checkpoints: Checkpoints | None = None
    recovery: JobRecovery | None = None
    lag: Lag | None = None
    dlq: DeadLetters | None = None
    replay: EventReplay | None = None
    upgrade: Upgrade | None = None
