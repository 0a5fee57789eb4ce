"""A file that describes tables, as it was read: what kind it is of, its tables, what it promises beside them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct, field

from plangate.model.contracts import ContractSla
from plangate.model.problem import Problem
from plangate.model.table import Table

SchemaKind = Literal["odcs", "avro", "json_schema", "protobuf", "ddl", "dbt"]
"""The kinds of files that describe tables."""


class Promise(Struct, frozen=True):
    """What a contract says beside its columns, in the words of a plan.

    `sla` holds the properties of which a plan has a field, `other_sla` those of which it has none, by their names.
    """

    id: str | None = None
    name: str | None = None
    version: str | None = None
    status: str | None = None
    owner: str | None = None
    description: str | None = None
    usage: str | None = None
    limitations: str | None = None
    system: str | None = None
    """The kind of the first server, which says what physical types mean."""
    sla: ContractSla | None = None
    other_sla: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    roles: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Where support is given."""


class SchemaDocument(Struct, frozen=True):
    """One file of tables: `raw` is all that it says, `problems` what is wrong with it.

    `raw` is plain values as the file has them; of Avro and JSON Schema with floats, as JSON has them; of Protobuf a
    ProtoFile, of SQL the text. `kind` is None where nobody can tell. A file with problems may still have tables.
    """

    name: str
    kind: SchemaKind | None
    raw: object = None
    tables: tuple[Table, ...] = ()
    problems: tuple[Problem, ...] = ()
    promise: Promise | None = None

    def table(self, name: str) -> Table | None:
        """Find the table of a dataset: by its name, by the last part of it (`mart.orders`), else the only table."""
        last = name.rsplit(".", 1)[-1]
        for wanted in (name, last):
            for table in self.tables:
                if wanted in {table.name, table.physical_name, table.name.rsplit(".", 1)[-1]}:
                    return table
        return self.tables[0] if len(self.tables) == 1 else None
