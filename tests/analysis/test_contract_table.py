"""The table of a contract, wherever its columns are written."""

from pathlib import Path

from plangate.analysis.facts import Facts
from plangate.model.plan import Plan
from plangate.model.table import Table
from plangate.reading.plan import read_plan
from tests.analysis.plans import POLICY, plan
from tests.model.spelling import spelled

ROOT = Path(__file__).parents[2]
MODELING = """
models:
  - id: mart.orders
    description: Orders
    grain: [order_id]
    physical: {namespace: bigquery, name: acme.mart.orders}
    columns:
      - {name: order_id, type: INT64, nullable: false, description: Number}
      - name: seen
        type: TIMESTAMP
        values: [a, b]
        unit: s
        timezone: UTC
        pii: true
        masking: hash
        deprecated: true
  - {id: mart.empty}
"""


def facts(found: Plan) -> Facts:
    return Facts(found, POLICY)


def columns(table: Table) -> list[str]:
    return [f"{field.name}: {spelled(field.type)}" for field in table.fields]


def test_columns_from_the_model(tmp_path: Path) -> None:
    found = facts(
        plan(tmp_path, modeling=MODELING, contracts="contracts: [{dataset: mart.orders, columns: from_model}]")
    )
    table = found.tables["mart.orders"]
    assert columns(table) == ["order_id: integer 64", "seen: timestamp zoned .6"]
    assert (table.primary_key, table.description) == (("order_id",), "Orders")
    assert (table.fields[0].nullable, table.fields[0].description) == (False, "Number")
    seen = table.fields[1]
    assert (seen.values, seen.unit, seen.timezone, seen.pii, seen.masking, seen.deprecated) == (
        *(("a", "b"), "s", "UTC"),
        *(True, "hash", True),
    )


def test_columns_in_the_gate(tmp_path: Path) -> None:
    gate = """
contracts:
  - dataset: mart.orders
    version: 1.0.0
    description: Promise
    primary_key: [seen]
    columns:
      - {name: order_id, type: integer, physical_type: INT64, nullable: false, aliases: [id]}
      - {name: seen, type: timestamp_tz, physical_type: beyond reading, min: 1, max: 2, pattern: x, default: 3}
"""
    found = facts(plan(tmp_path, modeling=MODELING, contracts=gate))
    table = found.tables["mart.orders"]
    assert columns(table) == ["order_id: integer 64", "seen: timestamp zoned .6"]
    assert (table.primary_key, table.description, table.fields[0].aliases) == (("seen",), "Promise", ("id",))
    seen = table.fields[1]
    assert (seen.min, seen.max, seen.pattern, seen.default, seen.nullable) == ("1", "2", "x", "3", None)


def test_without_columns_there_is_no_table(tmp_path: Path) -> None:
    empty = "{dataset: mart.empty, columns: from_model}, {dataset: mart.other, columns: from_model}, {version: 1.0.0}"
    gate = f"contracts: [{empty}]"
    found = facts(plan(tmp_path, modeling=MODELING, contracts=gate))
    assert [(entry.dataset, entry.current.table) for entry in found.contract_tables] == [
        ("mart.empty", None),
        ("mart.other", None),
    ]
    assert found.tables == {}


def test_the_first_contract_of_a_dataset_counts(tmp_path: Path) -> None:
    gate = "contracts: [{dataset: a.b, columns: [{name: x}]}, {dataset: a.b, columns: [{name: y}]}]"
    found = facts(plan(tmp_path, contracts=gate))
    assert [field.name for field in found.tables["a.b"].fields] == ["x"]
    assert found.contract_tables[1].path == ("contracts", 1)


def test_columns_and_older_versions_in_files() -> None:
    found = facts(read_plan(ROOT / "plans/orders-mart", "plans/orders-mart", POLICY).plan)
    contract = found.contract_tables[0]
    now, before = contract.current, contract.live[0]
    assert (contract.dataset, now.version, before.version) == ("mart.fct_orders", "3.0.0", "2.3.0")
    assert now.table is found.tables["mart.fct_orders"]
    assert now.table is not None
    assert before.table is not None
    names = [{field.name for field in one.table.fields} for one in (now, before) if one.table]
    assert (names[0] - names[1], names[1] - names[0]) == ({"sales_channel"}, {"channel"})
    assert now.table.primary_key == ("order_id",)
    assert now.document is not None
    assert now.document.promise is not None
    assert str(now.document.promise.version) == "3.0.0"
    assert (now.path, before.path) == (("contracts", 0, "columns"), ("contracts", 0, "live_versions", 0))
    assert {"order_id: string", "gross_amount: decimal 18.2", "loaded_at: timestamp zoned .6"} <= set(
        columns(now.table)
    )


def test_the_contract_file_and_the_model_of_the_sample_agree() -> None:
    found = facts(read_plan(ROOT / "plans/orders-mart", "plans/orders-mart", POLICY).plan)
    model = next(entry for entry in found.plan.modeling.models if entry.id == "mart.fct_orders")  # type: ignore[union-attr]
    promised = {field.name for field in found.tables["mart.fct_orders"].fields}
    assert promised == {column.name for column in model.columns}
