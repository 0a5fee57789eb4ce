"""ODCS contracts: what they promise, and what is wrong with them, at its place."""

from pathlib import Path

import pytest

from plangate.model.schema_document import SchemaDocument
from plangate.reading.schemas.read import read_schema

DATA = Path(__file__).parents[2] / "data" / "odcs"
WHOLE = (DATA / "orders.odcs.yaml").read_text()


def read(text: str) -> SchemaDocument:
    return read_schema(text, "x.odcs.yaml")


def changed(old: str, new: str) -> SchemaDocument:
    """The contract with one text replaced, which has to be there."""
    assert old in WHOLE
    return read(WHOLE.replace(old, new, 1))


def test_the_whole_contract_is_right() -> None:
    assert read(WHOLE).problems == ()


def test_promises() -> None:
    promise = read(WHOLE).promise
    assert promise is not None
    assert promise.sla is not None
    assert {name: str(value) for name, value in promise.sla if value is not None} == {
        "freshness": "4 h",
        "availability": "99.5 %",
        "retention": "3 yr",
        "frequency": "1 d",
        "time_to_detect": "30 min",
        "time_to_notify": "PT1H",
        "time_to_repair": "8 h",
    }
    assert dict(promise.other_sla) == {"generalAvailability": "2026-01-01T00:00:00Z"}
    assert (promise.id, promise.name, promise.version, promise.status) == ("shop-orders", "orders", "2.1.0", "active")
    assert (promise.owner, promise.system) == ("shop_data", "postgres")
    assert (promise.description, promise.usage, promise.limitations) == (
        "Orders of the shop.",
        "Reporting",
        "No payouts",
    )
    assert (promise.roles, promise.channels) == (("reader", "writer"), ("#shop", "mail"))


@pytest.mark.parametrize(
    ("old", "new", "rule", "at", "words"),
    [
        ("0 6 * * *", "0 30 * * *", "GEN006", "0 30 * * *", "hour `30` is not in 0 to 23"),
        ("0 6 * * *", "0 6 * *", "GEN006", "0 6 * *", "has 4 fields"),
        ("mustBe: 0}", "schedule: 99 * * * *}", "GEN006", "99 * * * *", "minute `99` is not in 0 to 59"),
        (
            "to: customers.id",
            "to: customer.id",
            "GEN003",
            "customer.id",
            "`customer.id`, which is not in this contract",
        ),
        ("to: orders.address.zip", "to: orders.zip", "GEN003", "orders.zip", "`orders.zip`"),
        (
            "order_id_prop],",
            "order_prop],",
            "GEN003",
            "schema/orders_tbl/properties/o",
            "schema/orders_tbl/properties/order_prop",
        ),
        ("from: orders.line, to", "to", "GEN001", "{to: customers.id", "needs `from`"),
        (
            "[{to: orders.address.zip}]",
            "[{to: orders.line, from: orders.line}]",
            "GEN001",
            "orders.line",
            "remove `from`",
        ),
        (
            "[other.yaml#schema/a/properties/b]",
            "[orders.line, orders.tags]",
            "GEN001",
            "[orders.line",
            "from 1 properties to 2",
        ),
        ("element: orders.ordered_at", "element: orders.ordered", "GEN003", "orders.ordered", "`orders.ordered`"),
        ("element: orders.ordered_at", "element: ordered_at", "GEN003", "ordered_at", "`ordered_at`"),
        ("element: fct_orders.order_ts", "element: 'orders.line, orders.x'", "GEN003", "'orders.line", "`orders.x`"),
        ("generalAvailability", "generalAvailabilty", "GEN004", "generalAvailabilty", "`generalAvailability`?"),
        (
            "property: generalAvailability",
            "property: timeOfAvailability",
            "GEN004",
            "timeOfAvailability",
            "no service level of ODCS",
        ),
        ("value: 1, unit: days", "value: 1, unit: m", "GEN005", "m", "minutes to some tools and months to others"),
        ("value: 1, unit: days", "value: 1", "GEN005", "1", "`1` has no unit"),
        ("value: 1, unit: days", "value: soon", "GEN005", "soon", "`soon` is no duration"),
        ("value: 99.5", "value: 120", "GEN005", "120", "percentage from 0 to 100"),
        ("value: 99.5", "value: 3, unit: h", "GEN005", "3", "percentage"),
        ("value: 3, unit: y", "value: 3, unit: percent", "GEN005", "3", "`3 percent` is no duration"),
        ("- name: customers", "- {name: orders}\n  - name: customers", "GEN002", "orders}", "twice, first on line 12"),
        (
            "- {name: zip",
            "- {name: street}\n          - {name: zip",
            "GEN002",
            "street}",
            "`orders.address.street` stands",
        ),
        (
            "- name: line\n",
            "- name: line\n        id: order_id_prop\n",
            "GEN002",
            "order_id_prop",
            "`order_id_prop` stands twice",
        ),
        ("primaryKeyPosition: 2", "primaryKeyPosition: 1", "GEN002", "1", "both have primaryKeyPosition 1"),
        ("role: writer", "role: reader", "GEN002", "reader", "`reader` stands twice in `roles`"),
        (
            "logicalType: number\n        physical",
            "logicalType: numbr\n        physical",
            "GEN004",
            "numbr",
            "`number`?",
        ),
        ("apiVersion: v3.1.0", "apiVersion: v2.2.2", "GEN004", "v2.2.2", "no version of ODCS that is read here"),
        ("id: shop-orders\n", "", "GEN001", "apiVersion: v3.1.0", "has no `id`"),
        ("status: active\n", "", "GEN001", "apiVersion: v3.1.0", "has no `status`"),
        (
            "- name: shape\n        ",
            "- ",
            "GEN001",
            "physicalType: geometry(Point)",
            "Property number 12 has no `name`",
        ),
        (
            "name: orders\n    id",
            "name: orders\n    name: orders\n    id",
            "GEN002",
            "name: orders",
            "stands twice in this mapping",
        ),
        ("property: AV, ", "", "GEN001", "{value: 99.5", "needs a `property`"),
        (
            "property: tr, value: 8 h",
            "property: td, value: 8 h",
            "GEN002",
            "{property: td",
            "promised twice, as 30 min and as 8 h",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(old: str, new: str, rule: str, at: str, words: str) -> None:
    """`at` is how the text goes on from the place that is told."""
    found = changed(old, new).problems
    assert [problem.rule for problem in found] == [rule]
    assert words in f"{found[0].message} {found[0].hint}"
    line = WHOLE.replace(old, new, 1).split("\n")[(found[0].line or 0) - 1]
    assert line[(found[0].column or 0) - 1 :].startswith(at)


@pytest.mark.parametrize(
    ("old", "new", "sla"),
    [
        ("property: latency,", "id: latency, property: latency,", {"latency": "4 h", "freshness": None}),
        ("property: latency,", "property: freshness,", {"latency": None, "freshness": "4 h"}),
        ("property: AV, value: 99.5", "property: freshness, value: 1, unit: d", {"latency": "4 h", "freshness": "1 d"}),
        ("value: 99.5", "value: 99.5, unit: percent", {"availability": "99.5 %"}),
        ("value: 99.5", "value: 99.5%", {"availability": "99.5 %"}),
        ("value: 3, unit: y", "value: 18, unit: months", {"retention": "18 month"}),
    ],
)
def test_service_levels_in_the_words_of_a_plan(old: str, new: str, sla: dict[str, str | None]) -> None:
    promise = changed(old, new).promise
    assert promise is not None
    assert promise.sla is not None
    found = {name: getattr(promise.sla, name) for name in sla}
    assert {name: None if value is None else str(value) for name, value in found.items()} == sla


def test_an_element_alone_is_enough_where_there_is_one_object() -> None:
    one = (
        WHOLE[: WHOLE.index("    relationships:")] + "slaProperties: [{property: ly, value: 1, unit: d, element: %s}]\n"
    )
    assert read(one % "ordered_at").problems == ()
    assert [problem.rule for problem in read(one % "ordered").problems] == ["GEN003"]


def test_the_owner_of_version_3_0_is_a_member() -> None:
    old = changed(
        "team: {name: shop_data, members: [{username: alice, role: Owner}]}", "team: [{username: bob, role: owner}]"
    )
    assert old.promise is not None
    assert (old.promise.owner, old.problems) == ("bob", ())


def test_the_same_contract_as_json() -> None:
    small = {"apiVersion": "v3.0.2", "kind": "DataContract", "id": "a", "version": "1", "status": "active"}
    text = "{\n" + ",\n".join(f'"{key}": "{value}"' for key, value in small.items())
    text += ',\n"schema": [{"name": "t", "properties": [{"name": "a", "logicalType": "date"}, {"name": "a"}]}]}'
    document = read_schema(text, "x.odcs.json")
    assert document.kind == "odcs"
    assert [(one.rule, one.line, one.column) for one in document.problems] == [("GEN002", 7, 88)]


def test_what_3_2_brings_is_read() -> None:
    text = """apiVersion: v3.2.0
kind: DataContract
id: a
version: 1.0.0
status: active
schema:
  - name: a
    properties:
      - {name: status, logicalType: string, enum: [{value: placed, label: Placed}, {value: 3}]}
      - {name: prices, logicalType: map, deprecated: true}
      - {name: embedding, logicalType: vector}
"""
    document = read(text)
    assert document.problems == ()
    assert [(field.type.kind, field.values, field.deprecated) for field in document.tables[0].fields] == [
        ("string", ("placed", "3"), None),
        ("map", (), True),
        ("unknown", (), None),
    ]


def test_thousands_of_problems_are_cut() -> None:
    many = WHOLE + "".join(f"  - {{property: ly, value: 4, unit: h, element: nowhere.c{n}}}\n" for n in range(4000))
    found = read(many).problems
    assert len(found) == 101
    assert "More is wrong" in found[0].message or "More is wrong" in found[-1].message
