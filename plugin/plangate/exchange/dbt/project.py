"""A dbt project as its manifest tells it: what plans and projects can be compared by."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec import Struct, field


class DbtColumn(Struct, frozen=True):
    """A column; `type` as the project writes it, None where it says none."""

    name: str
    type: str | None = None
    description: str | None = None
    not_null: bool = False
    unique: bool = False


class DbtModel(Struct, frozen=True):
    """A model, seed or snapshot: everything that is built and that others may read.

    `dataset` is the id that the project itself gives in `meta: {plangate_dataset: …}`; `depends_on` are unique ids.
    """

    unique_id: str
    name: str
    schema: str
    database: str | None = None
    alias: str | None = None
    package: str = ""
    path: str = ""
    kind: str = "model"
    description: str | None = None
    materialized: str | None = None
    unique_key: tuple[str, ...] = ()
    strategy: str | None = None
    on_schema_change: str | None = None
    depends_on: tuple[str, ...] = ()
    columns: tuple[DbtColumn, ...] = ()
    primary_key: tuple[str, ...] = ()
    enforced: bool = False
    access: str | None = None
    owner: str | None = None
    version: str | None = None
    latest_version: str | None = None
    deprecation_date: date | None = None
    dataset: str | None = None

    @property
    def relation(self) -> str:
        """The name of the table or view."""
        return self.alias or self.name


class DbtSource(Struct, frozen=True):
    """A table that the project reads and does not build."""

    unique_id: str
    source: str
    name: str
    schema: str
    database: str | None = None
    identifier: str | None = None
    loader: str | None = None
    description: str | None = None
    loaded_at_field: str | None = None
    warn_after: str | None = None
    error_after: str | None = None
    columns: tuple[DbtColumn, ...] = ()
    dataset: str | None = None


class DbtTest(Struct, frozen=True):
    """A test of a model or source; `kind` is the name of the generic test, empty for one written in SQL."""

    unique_id: str
    name: str
    kind: str
    on: str | None
    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    to: str | None = None
    to_column: str | None = None
    severity: str = "error"


class DbtExposure(Struct, frozen=True):
    """Something that reads models: a dashboard, a notebook, an application."""

    unique_id: str
    name: str
    label: str | None = None
    type: str | None = None
    owner: str | None = None
    email: str | None = None
    maturity: str | None = None
    url: str | None = None
    description: str | None = None
    depends_on: tuple[str, ...] = ()


class DbtProject(Struct, frozen=True):
    """A project by unique ids; `lost` says in sentences what the manifest held that is not here."""

    name: str
    manifest_version: int
    dbt_version: str
    adapter: str | None
    models: tuple[DbtModel, ...] = ()
    sources: tuple[DbtSource, ...] = ()
    tests: tuple[DbtTest, ...] = ()
    exposures: tuple[DbtExposure, ...] = ()
    lost: tuple[str, ...] = ()
    _names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def dataset(self, unique_id: str) -> str | None:
        """Give the dataset id under which a plan would know a model or source; None for an id of neither."""
        return self._names.get(unique_id)
