"""Gate contracts: what consumers may rely on, and how it changes."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field

from plangate.model.choice import ByShape
from plangate.model.element import Gate, Part
from plangate.model.moment import Day
from plangate.model.number import Count, Flag
from plangate.model.quantity import Duration, Share
from plangate.model.reference import DatasetRef, Ref, TeamRef

Classification = Literal["public", "internal", "confidential", "restricted"]
Compatibility = Literal[
    "none", "backward", "forward", "full", "backward_transitive", "forward_transitive", "full_transitive"
]
ChangeKind = Literal[
    "column_added",
    "column_removed",
    "column_renamed",
    "type_changed",
    "type_widened",
    "type_narrowed",
    "made_nullable",
    "made_required",
    "values_added",
    "values_removed",
    "default_changed",
    "key_changed",
    "unit_changed",
    "timezone_changed",
    "meaning_changed",
    "classification_changed",
    "sla_loosened",
    "sla_tightened",
    "dataset_removed",
    "dataset_renamed",
]
BREAKING: frozenset[ChangeKind] = frozenset(
    {
        "column_removed", "column_renamed", "type_changed", "type_narrowed", "made_nullable", "values_removed",
        "key_changed", "unit_changed", "timezone_changed", "meaning_changed", "dataset_removed", "dataset_renamed",
    }
)  # fmt: skip
"""The kinds of change after which a consumer has to do something."""


def _written(raw: Any) -> Any:
    return str(raw).lower() if isinstance(raw, bool) else raw


Scalar = Annotated[str, BeforeValidator(_written)]
"""A value of a column as the plan writes it: `DE`, `0`, `false`."""


class ContractColumn(Part):
    """A column that the contract promises."""

    keyed_by: ClassVar[str | None] = "name"

    name: str
    type: str | None = None
    physical_type: str | None = None
    nullable: Flag | None = None
    unique: Flag | None = None
    values: tuple[Scalar, ...] = ()
    pattern: str | None = None
    min: Scalar | None = None
    max: Scalar | None = None
    default: Scalar | None = None
    description: str | None = None
    unit: str | None = None
    timezone: str | None = None
    classification: Classification | None = None
    pii: Flag | None = None
    masking: str | None = None
    aliases: tuple[str, ...] = ()
    deprecated: Flag | None = None


class ColumnsFile(Part):
    """A file of the plan's folder that holds the columns: `contracts/fct_orders.odcs.yaml`."""

    file: str


class PinnedConsumer(Part):
    """A consumer of the contract, of this plan or another plan's id, with the versions that it accepts."""

    consumer: Annotated[str, Ref("consumer", "plan")]
    pinned: str | None = None


class NoConsumerKnown(Part):
    """The statement that nobody is known to read the dataset."""

    none_known: Literal[True]


Columns = Annotated[
    tuple[ContractColumn, ...] | ColumnsFile | Literal["from_model"],
    ByShape("`from_model`, a list of columns, or `{file: contracts/….odcs.yaml}`"),
]
Consumers = Annotated[
    tuple[PinnedConsumer, ...] | NoConsumerKnown | Literal["from_context"],
    ByShape("`from_context`, a list of `{consumer, pinned}`, or `{none_known: true}`"),
]


class ContractSla(Part):
    """The service level that the contract promises."""

    freshness: Duration | None = None
    availability: Share | None = None
    retention: Duration | None = None
    latency: Duration | None = None
    frequency: Duration | None = None
    support_window: str | None = None
    time_to_detect: Duration | None = None
    time_to_notify: Duration | None = None
    time_to_repair: Duration | None = None


class Enforcement(Part):
    """Where the contract is held, and what happens when it is not."""

    where: tuple[Literal["ci", "registry", "ingest", "warehouse"], ...] = ()
    on_violation: Literal["block", "quarantine", "warn"] | None = None


class Terms(Part):
    """What the data may be used for, its limits and what it costs the reader."""

    usage: str | None = None
    limitations: str | None = None
    cost: str | None = None


class LiveVersion(Part):
    """An older version that is still served, with the file that describes it."""

    version: str
    file: str | None = None
    sunset: Day | None = None


class Contract(Part):
    """The promise about one dataset, at one version."""

    keyed_by: ClassVar[str | None] = "dataset"

    dataset: DatasetRef | None = None
    version: str | None = None
    status: Literal["proposed", "draft", "active", "deprecated", "retired"] | None = None
    owner: TeamRef | None = None
    description: str | None = None
    format: Literal["table", "avro", "json_schema", "protobuf", "parquet", "iceberg"] | None = None
    classification: Classification | None = None
    columns: Columns | None = None
    primary_key: tuple[str, ...] = ()
    compatibility: Compatibility | None = None
    justification: str | None = None
    upgrade_order: Literal["consumers_first", "producers_first", "any"] | None = None
    sla: ContractSla | None = None
    consumers: Consumers | None = None
    enforcement: Enforcement | None = None
    parallel_versions: Count | None = None
    live_versions: tuple[LiveVersion, ...] = ()
    terms: Terms | None = None


class Change(Part):
    """A change of a contract that readers are told about."""

    dataset: DatasetRef | None = None
    kind: ChangeKind | None = None
    element: str | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    classification: Literal["breaking", "additive", "neutral"] | None = None
    reason: str | None = None
    announce: Day | None = None
    sunset: Day | None = None
    forwarding_view: DatasetRef | None = None


class Migration(Part):
    """What one consumer does about a change, by when; `change` is the `element` of the change."""

    consumer: Annotated[str, Ref("consumer", "plan")] | None = None
    dataset: DatasetRef | None = None
    change: str | None = None
    steps: str | None = None
    owner: TeamRef | None = None
    by: Day | None = None
    acknowledged: Flag | None = None


class Evolution(Part):
    """How contracts change: the policy, the changes at hand and the consumers' migrations."""

    versioning: Literal["semver", "calver", "integer"] | None = None
    policy: str | None = None
    deprecation_window: Duration | None = None
    changes: tuple[Change, ...] = ()
    migrations: tuple[Migration, ...] = ()


class Contracts(Gate):
    """The data of gate contracts."""

    gate: ClassVar[str] = "contracts"

    contracts: tuple[Contract, ...] = ()
    evolution: Evolution | None = None
