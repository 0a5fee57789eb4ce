"""Gate modeling: the layers, the models in them, their grain, columns and how they are built."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from plangate.model.contracts import Classification, Scalar
from plangate.model.element import Element, Gate, Part
from plangate.model.moment import Day, Zone
from plangate.model.number import Flag, Whole
from plangate.model.quantity import Duration, PositiveDuration
from plangate.model.reference import CheckRef, ColumnRef, DatasetId, DatasetRef, Identifier, Ref, TeamRef
from plangate.model.sources import Physical

Materialized = Literal["view", "table", "incremental", "ephemeral", "materialized_view", "snapshot"]
Transform = Literal[
    "identity",
    "transformation",
    "aggregation",
    "join",
    "filter",
    "group_by",
    "sort",
    "window",
    "conditional",
]
LayerRef = Annotated[str, Ref("layer")]


class Layer(Element):
    """A layer of models, and the layers that its models may read."""

    kind: ClassVar[str] = "layer"

    purpose: str | None = None
    reads: tuple[LayerRef, ...] = ()


class Incremental(Part):
    """How an incremental model takes in new rows, with the terms of dbt."""

    strategy: Literal["append", "merge", "delete+insert", "insert_overwrite", "microbatch"] | None = None
    unique_key: tuple[str, ...] = ()
    on_schema_change: Literal["ignore", "append_new_columns", "sync_all_columns", "fail"] | None = None
    partition_by: str | None = None
    cluster_by: tuple[str, ...] = ()
    event_time: str | None = None
    lookback: Duration | None = None
    batch_size: PositiveDuration | None = None
    begin: Day | None = None
    """The first day that is built."""
    full_refresh: str | None = None
    """When the model may be built anew as a whole."""


class Column(Part):
    """A column of a model, with the columns that it comes from."""

    keyed_by: ClassVar[str | None] = "name"

    name: str
    type: str | None = None
    nullable: Flag | None = None
    unique: Flag | None = None
    values: tuple[Scalar, ...] = ()
    """The only values that may occur."""
    pattern: str | None = None
    min: Scalar | None = None
    max: Scalar | None = None
    default: Scalar | None = None
    references: ColumnRef | None = None
    """The key column in which every value of this one has to be found."""
    description: str | None = None
    unit: str | None = None
    timezone: Zone | None = None
    classification: Classification | None = None
    pii: Flag | None = None
    masking: str | None = None
    """How personal data is hidden: `hash`, `tokenize`, `redact`; or `none`."""
    from_: tuple[ColumnRef, ...] = Field(default=(), alias="from")
    transform: Transform | None = None
    """What is done to the columns it comes from, with the terms of OpenLineage."""
    deprecated: Flag | None = None


class History(Part):
    """How a dimension keeps its past."""

    scd_type: Whole | None = None
    """The type of slowly changing dimension, 0 to 6."""
    key: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    overlap_check: CheckRef | None = None
    """The check that no two versions of one key are valid at the same time."""


class BusinessRule(Part):
    """A rule of the business that the model carries out, and the check that shows it."""

    id: Identifier
    rule: str | None = None
    source: str | None = None
    """The document that the rule comes from."""
    test: CheckRef | None = None


class Determinism(Part):
    """What makes a second run differ from the first."""

    uses_now: Flag | None = None
    uses_random: Flag | None = None
    ordering_dependent: Flag | None = None
    note: str | None = None
    """How a backfill gets the same result all the same."""


class Model(Element):
    """A dataset that is built from others."""

    kind: ClassVar[str] = "model"

    id: DatasetId
    layer: LayerRef | None = None
    description: str | None = None
    physical: Physical | None = None
    grain: tuple[str, ...] = ()
    """The columns that make a row unique."""
    owner: TeamRef | None = None
    access: Literal["private", "protected", "public"] | None = None
    critical: Flag | None = None
    depends_on: tuple[DatasetRef, ...] = ()
    materialized: Materialized | None = None
    incremental: Incremental | None = None
    columns: tuple[Column, ...] = ()
    history: History | None = None
    business_rules: tuple[BusinessRule, ...] = ()
    determinism: Determinism | None = None
    justification: str | None = None
    """Why the model departs from a limit of the method: a long chain of views, many joins."""


class ModelCi(Part):
    """How a change of the models is built before it is merged."""

    build_command: str | None = None
    defer: Flag | None = None
    """Whether unchanged models are read from production."""
    state: str | None = None
    selector: str | None = None


class Modeling(Gate):
    """The data of gate modeling."""

    gate: ClassVar[str] = "modeling"

    layers: tuple[Layer, ...] = ()
    models: tuple[Model, ...] = ()
    change_policy: str | None = None
    ci: ModelCi | None = None
