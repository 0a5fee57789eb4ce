"""The table that each contract promises, wherever its columns are written, and those of its older versions."""

from collections.abc import Mapping
from dataclasses import replace

from msgspec import Struct

from plangate.model.contracts import ColumnsFile, Contract, ContractColumn
from plangate.model.modeling import Column, Model
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.schema_document import SchemaDocument
from plangate.model.table import Field, Table, Type
from plangate.model.typename import read_type


class VersionTable(Struct, frozen=True):
    """One version of a contract: its table, None where nothing readable says it, and the file behind it, if one is.

    `path` is where gate contracts says it.
    """

    version: str | None
    path: Path
    table: Table | None
    document: SchemaDocument | None = None


class ContractTable(Struct, frozen=True):
    """A contract of a dataset with the version that is promised, and the older ones that are still served."""

    dataset: str
    contract: Contract
    path: Path
    current: VersionTable
    live: tuple[VersionTable, ...] = ()


def contract_tables(plan: Plan) -> tuple[ContractTable, ...]:
    """Give the contracts of gate contracts that name a dataset, in its order."""
    return tuple(
        _contract(plan, contract, contract.dataset, ("contracts", at))
        for at, contract in enumerate(plan.contracts.contracts if plan.contracts else ())
        if contract.dataset is not None
    )


def tables(contracts: tuple[ContractTable, ...]) -> Mapping[str, Table]:
    """Give the table that is promised of each dataset; the first contract counts where there are two."""
    found: dict[str, Table] = {}
    for entry in contracts:
        if entry.current.table is not None:
            found.setdefault(entry.dataset, entry.current.table)
    return found


def model_table(model: Model) -> Table | None:
    """The table that a model builds; None where its columns are not listed."""
    if not model.columns:
        return None
    system = _system(model)
    return Table(
        model.id,
        tuple(_field(column, read_type(column.type or "", system)) for column in model.columns),
        primary_key=model.grain,
        description=model.description,
    )


def _contract(plan: Plan, contract: Contract, dataset: str, path: Path) -> ContractTable:
    model = next((entry for entry in (plan.modeling.models if plan.modeling else ()) if entry.id == dataset), None)
    document: SchemaDocument | None = None
    table: Table | None = None
    if isinstance(contract.columns, ColumnsFile):
        document = plan.contract_files.get(contract.columns.file)
        table = document.table(dataset) if document else None
    elif contract.columns == "from_model":
        table = model_table(model) if model else None
    elif contract.columns:
        system = _system(model) if model else None
        columns = tuple(_promised(column, system) for column in contract.columns if column.name)
        table = Table(dataset, columns, description=contract.description)
    if table is not None and contract.primary_key:
        table = replace(table, primary_key=contract.primary_key)
    live = []
    for at, older in enumerate(contract.live_versions):
        behind = plan.contract_files.get(older.file or "")
        found = behind.table(dataset) if behind else None
        live.append(VersionTable(older.version, (*path, "live_versions", at), found, behind))
    current = VersionTable(contract.version, (*path, "columns"), table, document)
    return ContractTable(dataset, contract, path, current, tuple(live))


def _system(model: Model) -> str | None:
    """The system in which a model lies, as OpenLineage names it: `snowflake://acme-eu1` is Snowflake."""
    namespace = model.physical.namespace if model.physical else None
    return namespace.partition(":")[0] if namespace else None


def _promised(column: ContractColumn, system: str | None) -> Field:
    """A column of the gate; the physical type says more than the plan's word where it can be read."""
    kind = read_type(column.physical_type or "", system)
    if kind.kind == "unknown":
        kind = read_type(column.type or "", system)
    return replace(_field(column, kind), aliases=column.aliases)


def _field(column: ContractColumn | Column, kind: Type) -> Field:
    return Field(
        column.name,
        kind,
        nullable=column.nullable,
        unique=column.unique,
        values=column.values,
        pattern=column.pattern,
        min=column.min,
        max=column.max,
        default=column.default,
        description=column.description,
        unit=column.unit,
        timezone=column.timezone,
        classification=column.classification,
        pii=column.pii,
        masking=column.masking,
        deprecated=column.deprecated,
    )
