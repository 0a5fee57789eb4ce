"""Gate sources: where the data comes from, how it changes, when it arrives, and what is promised to consumers."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from plangate.model.choice import ByShape
from plangate.model.contracts import Classification
from plangate.model.element import Element, Gate, Part
from plangate.model.estimate import (
    FactorEstimate,
    GrowthEstimate,
    PositiveBytesEstimate,
    RowRateEstimate,
    RowsEstimate,
)
from plangate.model.moment import ClockTime, Cron, Day, Zone
from plangate.model.number import Count, Flag
from plangate.model.quantity import Duration, PositiveDuration, PositiveRows, RequestRate, Share, raise_unless_in_order
from plangate.model.reference import ColumnRef, DatasetId, DatasetRef, TeamRef

SourceKind = Literal["database", "file", "api", "saas", "stream", "share"]
Capture = Literal["full", "incremental", "cdc_log", "cdc_trigger", "snapshot", "event"]
GrowthKind = Literal["compound", "linear"]
PeakBasis = Literal["peak_hour", "p99_minute"]


class Physical(Part):
    """Where a dataset lies, by the naming of OpenLineage; unique across plans."""

    namespace: str | None = None
    """System and instance: `snowflake://acme-eu1`."""
    name: str | None = None
    """The name within it: `ANALYTICS.MART.FCT_ORDERS`."""


class Mutation(Part):
    """What happens to rows after they were written."""

    updates: Literal["in_place", "append", "none", "unknown"] | None = None
    """`append`: a change is a new row."""
    deletes: Literal["hard", "soft", "none", "unknown"] | None = None
    delete_detection: str | None = None
    """How hard deletes are noticed where the capture does not carry them."""


class Arrival(Part):
    """When data is there: continuously, or on a schedule; and how late it comes."""

    continuous: Flag | None = None
    schedule: Cron | None = None
    timezone: Zone | None = None
    expected_by: ClockTime | None = None
    delay_p50: Duration | None = None
    delay_p95: Duration | None = None
    delay_p99: Duration | None = None
    """How late the latest hundredth of the rows is; the lookback of a pipeline has to cover it."""

    @model_validator(mode="after")
    def _in_order(self) -> "Arrival":
        raise_unless_in_order(delay_p50=self.delay_p50, delay_p95=self.delay_p95, delay_p99=self.delay_p99)
        return self


class SourceFreshness(Part):
    """How old the landed data may be before somebody is warned, with the terms of dbt."""

    warn_after: Duration | None = None
    error_after: Duration | None = None
    loaded_at_field: str | None = None
    loaded_at_query: str | None = None
    metadata: str | None = None
    """How freshness is read from metadata where no column tells it."""
    filter: str | None = None


class ExtractWindow(Part):
    """The hours in which the source may be read; a window whose end is before its start goes over midnight."""

    start: ClockTime | None = None
    end: ClockTime | None = None
    timezone: Zone | None = None


class SourceAccess(Part):
    """How the source is reached, and how hard it may be asked."""

    method: str | None = None
    secret: str | None = None
    """Where the secret is kept (`vault:shop_db/replica`), never the secret."""
    identity: str | None = None
    network_path: str | None = None
    max_connections: Count | None = None
    rate_limit: RequestRate | None = None
    quota: RequestRate | None = None
    """What may be asked over a long period: `100000 requests/d`."""
    rows_per_request: PositiveRows | None = None
    extract_window: ExtractWindow | None = None


class Maintenance(Part):
    """A recurring stretch in which the source is not to be read."""

    schedule: Cron | None = None
    timezone: Zone | None = None
    duration: PositiveDuration | None = None
    reason: str | None = None


class PersonalData(Part):
    """The personal data in a source; an empty list of columns says that there is none."""

    columns: tuple[ColumnRef, ...] | None = None
    legal_basis: str | None = None
    masking: str | None = None
    erasure: str | None = None
    kept: Duration | None = None


class SourceColumn(Part):
    """A column of a source dataset."""

    keyed_by: ClassVar[str | None] = "name"

    name: str
    type: str | None = None
    nullable: Flag | None = None
    description: str | None = None
    classification: Classification | None = None


class SourceDataset(Element):
    """A table, topic, file set or endpoint of a source, with its volume."""

    kind: ClassVar[str] = "dataset"

    id: DatasetId
    description: str | None = None
    physical: Physical | None = None
    columns: tuple[SourceColumn, ...] = ()
    """The columns that are read; without the list every column may be named."""
    primary_key: tuple[str, ...] = ()
    cursor: str | None = None
    """The column that grows with each change."""
    log_position: str | None = None
    """What marks the place in the log where capture reads it: `lsn`."""
    rows_total: RowsEstimate | None = None
    rows_per_day: RowRateEstimate | None = None
    """Rows that are new or changed."""
    row_bytes: PositiveBytesEstimate | None = None
    """Mean size of a row, uncompressed."""
    peak_factor: FactorEstimate | None = None
    """Rate of the peak over the mean of the day."""
    peak_basis: PeakBasis | None = None
    growth: GrowthEstimate | None = None
    growth_kind: GrowthKind | None = None
    pinned: str | None = None
    """The versions of the producer's contract that are accepted: `^3`."""


class Source(Element):
    """A system that data is taken from."""

    kind: ClassVar[str] = "source"

    system: str | None = None
    kind_: SourceKind | None = Field(default=None, alias="kind")
    environment: str | None = None
    region: str | None = None
    owner: TeamRef | None = None
    contact: str | None = None
    support_hours: str | None = None
    capture: Capture | None = None
    mutation: Mutation | None = None
    arrival: Arrival | None = None
    freshness: SourceFreshness | None = None
    access: SourceAccess | None = None
    maintenance: tuple[Maintenance, ...] = ()
    classification: Classification | None = None
    personal_data: PersonalData | None = None
    history_from: Day | None = None
    """The first day that the source still holds."""
    retention: Duration | None = None
    rereadable: Flag | None = None
    """Whether the same data can be read a second time."""
    availability: Share | None = None
    """What the owner promises, over a month."""
    schema_change_notice: Duration | None = None
    schema_change_channel: str | None = None
    contract: str | None = None
    """The id or link of the owner's contract."""
    known_issues: tuple[str, ...] = ()
    sample_profile: str | None = None
    """Where a profile of sample data is found."""
    datasets: tuple[SourceDataset, ...] = ()


class Promise(Part):
    """How fresh a dataset is promised to be, in which share of a window."""

    dataset: DatasetRef | None = None
    target: PositiveDuration | None = None
    slo: Share | None = None
    window: PositiveDuration | None = None


class Sources(Gate):
    """The data of gate sources."""

    gate: ClassVar[str] = "sources"

    sources: tuple[Source, ...] = ()
    freshness: Annotated[
        tuple[Promise, ...] | Literal["from_consumers"],
        ByShape("a list of `{dataset, target, slo, window}`, or `from_consumers`"),
    ] = ()
    """The promises to consumers; `from_consumers` takes each consumer's need as the promise."""
