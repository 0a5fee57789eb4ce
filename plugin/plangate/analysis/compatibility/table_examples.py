"""Tables that show the rules of tables: an id, and a column that each example changes."""

from dataclasses import replace

from plangate.model.table import Field, Table, Type

COLUMN, TABLE = "the column", "the whole table"
SUMS = "the column, and everything that is computed from it"


ID = Field("order_id", Type("string"), nullable=False)
AMOUNT = Field("amount", Type("integer", bits=32), nullable=True)


def table(*fields: Field, key: tuple[str, ...] = (), partition: tuple[str, ...] = (), name: str = "orders") -> Table:
    return Table(name, (ID, *fields), key, partition)


def amount_with(**what: object) -> Table:
    return table(replace(AMOUNT, **what))  # type: ignore[arg-type]


def typed(kind: str, **what: object) -> Table:
    return amount_with(type=Type(kind, **what))  # type: ignore[arg-type]


EMPTY, ONE = table(), amount_with()
