"""A file of each kind, and the table that it gives: name, type, `!` for never null, `?` for nullable, and the rest."""

import json
from pathlib import Path

import pytest

from plangate.model.protobuf import ProtoEnum, ProtoFile
from plangate.model.table import Field, Table
from plangate.reading.schemas.read import read_schema, read_schema_file
from tests.model.spelling import spelled

DATA = Path(__file__).parents[2] / "data"


MORE = (
    *("unique", "values", "pattern", "min", "max", "default", "aliases", "unit", "timezone"),
    *("classification", "pii", "masking", "deprecated", "number", "physical_name"),
)


def told(field: Field) -> str:
    nulls = {None: "", True: "?", False: "!"}[field.nullable]
    more = [
        f"{name}={value if not isinstance(value, tuple) else '|'.join(value)}"
        for name in MORE
        if (value := getattr(field, name)) not in (None, ())
    ]
    return " ".join([f"{field.name}: {spelled(field.type)}{nulls}", *more])


def listed(table: Table) -> list[str]:
    keys = [f"key {', '.join(table.primary_key)}"] if table.primary_key else []
    parts = [f"by {', '.join(table.partition_by)}"] if table.partition_by else []
    other = [f"is {table.physical_name}"] if table.physical_name else []
    return ["; ".join([table.name, *other, *keys, *parts]), *map(told, table.fields)]


KINDS = {
    ("schemas/orders.avsc", None): """
        Order
        order_id: uuid!
        customer: {id: integer 64!, email: string?}!
        invited_by: {id: integer 64!, email: string?}? default=null
        ordered_at: timestamp zoned .3!
        local_time: timestamp clock .6!
        day: date!
        pieces: integer 32! default=1 aliases=item_count|items
        amount: decimal 18.2!
        odd_amount: bytes!
        status: string! values=placed|paid
        tags: [string]! default=[]
        prices: map float 64!
        digest: bytes 16!
        note: string | integer 64?
        parent: {}? default=null
    """,
    ("schemas/orders.schema.json", None): """
        order
        order_id: uuid!
        customer: {id: integer!, friend: {}?}!
        invited_by: {id: integer!, friend: {}?}?
        ordered_at: timestamp zoned!
        day: date?
        pieces: integer? min=1 max=999 default=1
        big: integer 64?
        amount: decimal? min=0
        status: string? values=placed|paid
        country: string 2? pattern=^[A-Z]{2}$
        tags: [string]?
        prices: map decimal?
        note: string? deprecated=True
        either: string | integer?
        both: {value: decimal?, currency: string?, tax: decimal?}?
    """,
    ("schemas/orders.proto", None): """
        Order
        order_id: string! number=1
        customer: {id: uinteger 64!, token: bytes!, active: boolean!, score: float 32!}? number=2
        note: string? deprecated=True number=3
        ordered_at: timestamp zoned .9? number=5
        items: [{sku: string!, quantity: integer 64!}]! number=6
        prices: map float 64! number=7
        status: string! values=STATUS_UNSPECIFIED|PLACED|PAID number=8
        card: string? number=9
        voucher: integer 64? number=10
        pieces: uinteger 32! number=11
        amount: unknown? number=12
        parent: {}? number=13
        ---
        Customer
        id: uinteger 64! number=1
        token: bytes! number=2
        active: boolean! number=3
        score: float 32! number=4
    """,
    ("schemas/orders.sql", None): """
        mart.fct_orders; key order_id, line
        order_id: string 36!
        line: integer 32! default=1
        customer_id: integer 64
        amount: decimal 18.2!
        status: string values=placed|paid default=placed
        code: string 2 unique=True
        ordered_at: timestamp zoned
        day: date
        tags: [string]
        share: float 64
        ---
        dim_country; key code
        code: string 2! unique=True
        name: string
    """,
    ("schemas/orders_bigquery.sql", "bigquery"): """
        acme.mart.fct_orders; by ordered_at
        order_id: string 36!
        ordered_at: timestamp zoned .6
        seen: timestamp clock .6
        amount: decimal 18.2
        lines: [{sku: string, quantity: integer 64}]
    """,
    ("schemas/orders_mysql.sql", "mysql"): """
        orders; key id
        id: uinteger 64! unique=True
        paid: boolean! default=0
        status: string! unique=True values=placed|paid
        changed: timestamp clock .6?
    """,
    ("schemas/orders_dbt.yml", "postgres"): """
        fct_orders; key order_id
        order_id: string 36! unique=True
        status: string! values=placed|paid
        email: string pii=True
        ---
        shop.orders
        id: integer 64
    """,
    ("odcs/orders.odcs.yaml", None): """
        orders; is fct_orders; key line, order_id; by ordered_at
        order_id: string 36! unique=True pattern=^[A-Z0-9-]+$
        line: integer 16! min=1 max=99
        ordered_at: timestamp zoned .6 timezone=Europe/Berlin physical_name=order_ts
        changed_at: timestamp zoned
        amount: decimal 18.2 default=0 unit=EUR
        score: float 32
        email: string? classification=confidential pii=True masking=hash deprecated=True
        status: string values=placed|paid|false
        address: {street: string!, zip: string}
        tags: [string]
        lines: [{sku: string, pieces: integer}]
        shape: unknown aliases=form|outline
        ---
        customers
        id: integer
    """,
}


@pytest.mark.parametrize(("file", "system"), KINDS)
def test_a_file_gives_its_tables(file: str, system: str | None) -> None:
    document = read_schema_file(DATA / file, file, system=system)
    assert [problem for problem in document.problems if problem.severity != "warning"] == []
    expected = [line.strip() for line in KINDS[file, system].strip().splitlines()]
    assert "\n---\n".join("\n".join(listed(table)) for table in document.tables) == "\n".join(expected)


@pytest.mark.parametrize(
    ("file", "table", "column", "description"),
    [
        ("schemas/orders.avsc", "An order of the shop.", "order_id", "Number of the order"),
        ("schemas/orders.schema.json", "An order of the shop.", "ordered_at", "Time of the order"),
        ("schemas/orders.proto", "An order of the shop.", "order_id", "Number of the order"),
        ("schemas/orders_bigquery.sql", "Orders", "order_id", "Number of the order"),
        ("schemas/orders_mysql.sql", "Orders", "id", "Number of the order"),
        ("schemas/orders_dbt.yml", "One row per order.", "order_id", "Number of the order"),
        ("odcs/orders.odcs.yaml", "One row per order.", "order_id", "Number of the order"),
    ],
)
def test_descriptions_are_kept(file: str, table: str, column: str, description: str) -> None:
    system = next(system for name, system in KINDS if name == file)
    found = read_schema_file(DATA / file, file, system=system).tables[0]
    field = found.column(column)
    assert field is not None
    assert (found.description, field.description) == (table, description)


def test_a_statement_that_makes_no_table_is_told() -> None:
    document = read_schema_file(DATA / "schemas/orders.sql", "orders.sql")
    assert [(problem.line, problem.column, problem.severity) for problem in document.problems] == [(15, 18, "warning")]
    assert "INSERT" in document.problems[0].message


def test_an_enum_has_a_name_a_fallback_and_symbols() -> None:
    status = read_schema_file(DATA / "schemas/orders.avsc", "orders.avsc").tables[0].column("status")
    assert status is not None
    assert (status.type.name, status.type.fallback, status.type.symbols) == (
        "shop.orders.Status",
        "placed",
        ("placed", "paid"),
    )


def test_a_protobuf_file_in_the_form_in_which_it_is_compared() -> None:
    file = read_schema_file(DATA / "schemas/orders.proto", "orders.proto").raw
    assert isinstance(file, ProtoFile)
    assert (file.package, file.syntax) == ("shop.orders", "proto3")
    assert [message.name for message in file.messages] == ["Order", "Customer", "Order.Item"]
    order = file.messages[0]
    assert order.reserved_numbers == ((4, 4), (20, 29), (500, 2**29 - 1))
    assert order.reserved_names == ("channel",)
    fields = {field.name: field for field in order.fields}
    assert {name: field.type for name, field in fields.items()} == {
        "order_id": "string",
        "customer": "Customer",
        "note": "string",
        "ordered_at": "google.protobuf.Timestamp",
        "items": "Order.Item",
        "prices": "map<string, double>",
        "status": "Order.Status",
        "card": "string",
        "voucher": "int64",
        "pieces": "uint32",
        "amount": "shop.Money",
        "parent": "Order",
    }
    assert (fields["note"].label, fields["items"].label, fields["card"].oneof) == ("optional", "repeated", "way_to_pay")
    assert (fields["pieces"].json, fields["order_id"].json) == ("n", "orderId")
    assert file.enums == (ProtoEnum("Order.Status", (("STATUS_UNSPECIFIED", 0), ("PLACED", 1), ("PAID", 2))),)


def test_old_protobuf() -> None:
    text = """package a; message M { required int32 x = 1 [default = 7]; optional group G = 2 { repeated string y = 1; }
      enum E { reserved 5 to max; reserved "Z"; A = -1; } extensions 100 to 199; extend N { optional E e = 3; } }"""
    document = read_schema(text, "a.proto")
    assert document.problems == ()
    assert [listed(table) for table in document.tables] == [
        ["M", "x: integer 32! default=7 number=1", "g: {y: [string]!}? number=2"]
    ]
    file = document.raw
    assert isinstance(file, ProtoFile)
    assert [(field.label, field.type, field.default) for field in file.messages[0].fields] == [
        ("required", "int32", "7"),
        ("optional", "M.G", ""),
    ]
    assert file.enums == (ProtoEnum("M.E", (("A", -1),), ((5, 2**31 - 1),), ("Z",)),)


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_json_is_raw_as_json_has_it(suffix: str) -> None:
    text = '{"properties": {"a": {"type": "number", "minimum": 1.50, "default": 2}}}'
    assert read_schema(text, f"a.{suffix}").raw == json.loads(text)
    assert isinstance(read_schema(text, f"a.{suffix}").raw["properties"]["a"]["minimum"], float)  # type: ignore[index]


def test_a_dataset_finds_its_table() -> None:
    document = read_schema_file(DATA / "schemas/orders.sql", "orders.sql")
    names = {name: document.table(name) for name in ("mart.fct_orders", "fct_orders", "x.dim_country", "mart.other")}
    assert {name: table and table.name for name, table in names.items()} == {
        "mart.fct_orders": "mart.fct_orders",
        "fct_orders": "mart.fct_orders",
        "x.dim_country": "dim_country",
        "mart.other": None,
    }
    alone = read_schema_file(DATA / "schemas/orders.avsc", "orders.avsc")
    assert alone.table("anything") is alone.tables[0]
