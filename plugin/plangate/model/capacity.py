"""Gate capacity: volumes, throughput, runtimes, resources and cost."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from plangate.model.currency import Currency
from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import (
    BytesEstimate,
    FactorEstimate,
    GrowthEstimate,
    PositiveBytesEstimate,
    PositiveQuantityEstimate,
    QuantityEstimate,
    RowRateEstimate,
    RowsEstimate,
)
from plangate.model.moment import Day
from plangate.model.number import Count, Factor, Flag
from plangate.model.quantity import (
    ByteRate,
    Duration,
    Horizon,
    Money,
    MoneyRate,
    Percent,
    PositiveBytes,
    PositiveDuration,
    PositivePercent,
    PositiveRowRate,
    RequestRate,
    Share,
    SignedPercent,
    SignedQuantity,
    UnitPrice,
    raise_unless_in_order,
)
from plangate.model.reference import DatasetRef, Ref, TeamRef
from plangate.model.sources import GrowthKind, PeakBasis

Driver = Literal["scan", "compute", "storage", "egress", "request", "licence", "people"]
Purpose = Literal["run", "backfill", "parallel_run", "rehearsal"]
PricingModel = Literal[
    "bigquery_on_demand",
    "bigquery_capacity",
    "snowflake",
    "databricks",
    "redshift",
    "kafka",
    "kinesis",
    "object_store",
    "egress",
    "flat",
]
WarehouseSize = Literal["XS", "S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL", "6XL"]
PipelineRef = Annotated[str, Ref("pipeline")]


class StorageRetention(Part):
    """How long data is kept; `total` includes `hot`, `legal` is the least that the law asks for."""

    hot: PositiveDuration | None = None
    total: PositiveDuration | None = None
    legal: Duration | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "StorageRetention":
        raise_unless_in_order(hot=self.hot, total=self.total)
        return self


class Partitions(Part):
    """How a dataset is cut: one partition per `granularity`, files of about `target_file_size`."""

    column: str | None = None
    granularity: PositiveDuration | None = None
    target_file_size: PositiveBytes | None = None
    limit: Count | None = None
    """The most partitions that the engine takes in one table."""


class Workload(Part):
    """What is written to one dataset; what is not given comes from the source dataset named in `from`."""

    dataset: DatasetRef | None = None
    from_: DatasetRef | None = Field(default=None, alias="from")
    shape: Literal["append", "full_snapshot", "upsert"] | None = None
    rows_total: RowsEstimate | None = None
    rows_per_day: RowRateEstimate | None = None
    row_bytes: PositiveBytesEstimate | None = None
    """Mean size of a row, uncompressed."""
    peak_factor: FactorEstimate | None = None
    peak_basis: PeakBasis | None = None
    growth: GrowthEstimate | None = None
    growth_kind: GrowthKind | None = None
    runs_per_day: Factor | None = None
    """Runs of a batch load per day; less than one where it runs less often than daily. None for streams."""
    columns_scanned_share: Share | None = None
    format: str | None = None
    compression: FactorEstimate | None = None
    """Uncompressed over stored size: 4 for 4:1."""
    replication: Count | None = None
    """Copies that the storage keeps, the first included."""
    overhead: Percent | None = None
    """Index, tombstones and free space, on top of the data."""
    os_reserve: Percent | None = None
    """The share of a disk that the system keeps for itself (search engines)."""
    service_overhead: Percent | None = None
    """The share of a disk that the service keeps free (search engines)."""
    snapshots_kept: Count | None = None
    """Full snapshots that are kept at one time."""
    versions: Factor | None = None
    """Mean number of versions per key of an upserted dataset."""
    retention: StorageRetention | None = None
    partitions: Partitions | None = None


class Throughput(Part):
    """What the shared path carries, and how far it may be used."""

    capacity: PositiveRowRate | None = None
    target_utilisation: Percent | None = None


class Runtime(Part):
    """How long a run of a pipeline takes; `max` is the most that is allowed."""

    keyed_by: ClassVar[str | None] = "pipeline"

    pipeline: PipelineRef | None = None
    p50: PositiveDuration | None = None
    p95: PositiveDuration | None = None
    max: PositiveDuration | None = None
    queue_wait: Duration | None = None
    """How long a run waits for a free slot."""
    publish: Duration | None = None
    """From the end of the run until readers see the result."""


class Pool(Element):
    """Slots that runs share."""

    kind: ClassVar[str] = "pool"

    size: Count | None = None
    system: str | None = None
    """The warehouse, cluster or scheduler that the slots belong to; plans that name the same one share the pool."""


class Autoscale(Part):
    """Between how many units an engine scales, in which steps."""

    min: SignedQuantity | None = None
    max: SignedQuantity | None = None
    step: SignedQuantity | None = None


class Sizing(Part):
    """A number of machines, shards or slots: load ÷ (what one carries × utilisation), rounded up."""

    name: str | None = None
    load: QuantityEstimate | None = None
    per_unit: PositiveQuantityEstimate | None = None
    utilisation: PositivePercent | None = None
    count: Count | None = None
    """The number that is ordered; recomputed."""


class Resources(Part):
    """What the plan runs on."""

    compute: str | None = None
    pools: tuple[Pool, ...] = ()
    warehouse_size: WarehouseSize | None = None
    autoscale: Autoscale | None = None
    sizing: tuple[Sizing, ...] = ()


class Query(Part):
    """A query of the serving layer and how fast it has to be."""

    name: str | None = None
    consumer: Annotated[str, Ref("consumer")] | None = None
    dataset: DatasetRef | None = None
    runs_per_day: Factor | None = None
    rate: RequestRate | None = None
    """Queries per time, where it is not counted by day."""
    partitions: Count | None = None
    """Partitions that one query reads."""
    columns_share: Share | None = None
    """The share of the bytes of a row that one query reads."""
    scanned: BytesEstimate | None = None
    """Bytes that one query reads; computed from partitions and columns where it is not given."""
    p95_target: PositiveDuration | None = None
    concurrency: Count | None = None


class ExchangeRate(Part):
    """What one unit of a currency is worth in the currency of the plan, and when that was looked up."""

    keyed_by: ClassVar[str | None] = "currency"

    currency: Currency
    rate: Factor
    as_of: Day | None = None


class CostLine(Part):
    """One line of the bill: a quantity times a unit price, or the parameters of the pricing model that give it.

    A line of purpose `run` is per time; the other purposes are paid once, or for `duration`.
    """

    name: str | None = None
    driver: Driver | None = None
    model: PricingModel | None = None
    purpose: Purpose | None = None
    quantity: QuantityEstimate | None = None
    unit_price: UnitPrice | None = None
    duration: PositiveDuration | None = None
    """How long a line that is per time is paid for, where its purpose is not `run`."""
    pipeline: PipelineRef | None = None
    backfill: Annotated[str, Ref("backfill")] | None = None
    stock: DatasetRef | None = None
    """The dataset whose computed storage is the quantity."""
    long_term_price: UnitPrice | None = None
    """bigquery, object_store: price of what was not touched for 90 days."""
    storage_class: str | None = None

    scanned_per_query: BytesEstimate | None = None
    """bigquery_on_demand: bytes that one query reads."""
    queries_per_day: Factor | None = None
    tables_per_query: Count | None = None
    """bigquery_on_demand: tables that one query reads; each is billed 10 MB at least."""

    slots: Count | None = None
    """bigquery_capacity: slots that are held."""
    hours_per_day: Factor | None = None
    """bigquery_capacity, databricks, kafka: hours per day that the units are held."""
    edition: str | None = None
    commitment: str | None = None
    idle: Share | None = None
    """The share of the held time that does no work."""
    autoscale: Autoscale | None = None

    warehouse_size: WarehouseSize | None = None
    seconds: Factor | None = None
    """snowflake, redshift: seconds of work per resume; 60 are billed at least."""
    resumes_per_day: Factor | None = None
    auto_suspend: Duration | None = None
    """snowflake: idle time that is billed after each run."""
    clusters: Count | None = None
    """snowflake: clusters of a multi-cluster warehouse that run together."""

    dbu_per_hour: Factor | None = None
    compute_type: str | None = None
    serverless: Flag | None = None
    """databricks: whether machines are in the price of a DBU."""
    nodes: Count | None = None
    """databricks, redshift: nodes that run together."""
    node_price: UnitPrice | None = None
    """databricks, redshift: price of one node for a time, on top of or in place of units of compute."""
    rpu: Count | None = None
    """redshift: base capacity of the serverless service."""

    brokers: Count | None = None
    partitions: Count | None = None
    shards: Count | None = None
    put_units: RequestRate | None = None
    """kinesis: PUT payload units per time."""
    put_unit_price: UnitPrice | None = None
    ingress: ByteRate | None = None
    fan_out: Factor | None = None
    """kafka, kinesis: how often each byte is read."""
    replication: Count | None = None
    """kafka: copies; all but one cross a zone."""
    cross_zone_price: UnitPrice | None = None

    requests: RequestRate | None = None
    request_price: UnitPrice | None = None
    retrieved: ByteRate | None = None
    retrieval_price: UnitPrice | None = None

    path: str | None = None
    """egress: from where to where."""


class OneOff(Part):
    """What may be spent once, by purpose."""

    backfill: Money | None = None
    parallel_run: Money | None = None
    rehearsal: Money | None = None


class Cost(Part):
    """What drives the bill, in one currency, and what may be spent."""

    currency: Currency | None = None
    price_as_of: Day | None = None
    fx: tuple[ExchangeRate, ...] = ()
    lines: tuple[CostLine, ...] = ()
    budget: MoneyRate | None = None
    one_off: OneOff | None = None
    owner: TeamRef | None = None


class Stated(Part):
    """A number that is quoted elsewhere: recomputed by its formula and held to it within 1 %."""

    formula: str
    dataset: DatasetRef | None = None
    pipeline: PipelineRef | None = None
    backfill: Annotated[str, Ref("backfill")] | None = None
    case: Literal["low", "base", "high"] | None = None
    value: SignedQuantity
    quoted_in: str | None = None


class Sensitivity(Part):
    """What happens to the result when one parameter is off by a share."""

    parameter: str | None = None
    change: SignedPercent | None = None
    effect: str | None = None


class BreaksFirst(Part):
    """What fails first when the volume is a multiple of the estimate."""

    at_2x: str | None = None
    at_5x: str | None = None
    at_10x: str | None = None


class Capacity(Gate):
    """The data of gate capacity."""

    gate: ClassVar[str] = "capacity"

    horizon: Horizon | None = None
    workloads: tuple[Workload, ...] = ()
    throughput: Throughput | None = None
    runtimes: tuple[Runtime, ...] = ()
    resources: Resources | None = None
    queries: tuple[Query, ...] = ()
    cost: Cost | None = None
    peak_headroom_factor: Factor | None = None
    """By how much the peak may exceed the estimate before something gives way."""
    stated: tuple[Stated, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    breaks_first: BreaksFirst | None = None
