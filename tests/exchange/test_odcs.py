"""Contracts as ODCS documents and back: nothing of a document is lost, and what is written is valid."""

import json
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from open_data_contract_standard.model import OpenDataContractStandard

from plangate.analysis.contract_table import ContractTable, VersionTable, contract_tables
from plangate.exchange.odcs.gate import gate_contracts
from plangate.exchange.odcs.write import Written, odcs_document
from plangate.exchange.yaml_text import yaml_text
from plangate.model.contracts import Contract, Contracts
from plangate.model.plan import Header, Plan
from plangate.model.schema_document import SchemaDocument
from plangate.model.table import Field, Table
from plangate.model.typename import read_type
from plangate.reading.plan import read_plan
from plangate.reading.policy import load_policy
from plangate.reading.schemas.read import read_schema
from plangate.reading.yaml import load

ROOT = Path(__file__).parents[2]
WHOLE = (ROOT / "tests/data/odcs/orders.odcs.yaml").read_text()
SCHEMA = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text())
VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)
POLICY = load_policy(None)[0]
SAMPLES = {
    name: read_plan(ROOT / "plans" / name, f"plans/{name}", POLICY).plan for name in ("orders-mart", "jaffle-shop")
}
CONTRACTS = [(name, entry.dataset) for name, plan in SAMPLES.items() for entry in contract_tables(plan)]


def read(text: str) -> SchemaDocument:
    return read_schema(text, "x.odcs.yaml")


def exported(name: str, dataset: str) -> Written:
    plan = SAMPLES[name]
    return odcs_document(plan, next(entry for entry in contract_tables(plan) if entry.dataset == dataset))


def written(table: Table, document: SchemaDocument | None = None, **said: Any) -> Written:
    """The document of a contract with a table."""
    contract = Contract.model_validate({"dataset": "mart.orders", "version": "1.0.0", "status": "active", **said})
    entry = ContractTable("mart.orders", contract, (), VersionTable("1.0.0", (), table, document))
    return odcs_document(Plan("a-plan", Header(), {}), entry)


def valid(document: dict[str, Any]) -> None:
    """The published JSON Schema accepts the document as it stands in the file."""
    plain = json.loads(json.dumps(load(yaml_text(document).encode(), name="a").data, default=float))
    VALIDATOR.validate(plain)


def test_a_document_is_written_as_it_was_read() -> None:
    document = read(WHOLE).raw
    assert load(yaml_text(document).encode(), name="a").data == document
    assert list(document) == list(load(yaml_text(document).encode(), name="a").data)  # type: ignore[call-overload]


@pytest.mark.parametrize(("plan", "dataset"), CONTRACTS)
def test_the_contracts_of_the_samples_are_valid(plan: str, dataset: str) -> None:
    valid(exported(plan, dataset).document)


@pytest.mark.parametrize(("plan", "dataset"), CONTRACTS)
def test_the_model_of_the_standard_reads_what_is_written(plan: str, dataset: str) -> None:
    made = exported(plan, dataset).document
    read_by_others = OpenDataContractStandard.from_string(yaml_text(made))
    assert (read_by_others.version, read_by_others.id) == (made["version"], made["id"])
    assert read_by_others.schema_ is not None
    names = [one.name for one in read_by_others.schema_[0].properties or ()]
    assert names == [one["name"] for one in made["schema"][0]["properties"]]


@pytest.mark.parametrize(("plan", "dataset"), CONTRACTS)
def test_the_contracts_of_the_samples_are_read_back(plan: str, dataset: str) -> None:
    entry = next(entry for entry in contract_tables(SAMPLES[plan]) if entry.dataset == dataset)
    document = read(yaml_text(exported(plan, dataset).document))
    assert document.problems == ()
    assert document.promise is not None
    assert entry.current.table is not None
    contract = entry.contract
    assert (document.promise.version, document.promise.status) == (contract.version, contract.status)
    assert document.promise.owner == contract.owner
    assert contract.sla == document.promise.sla
    table = document.table(dataset)
    assert table is not None
    assert table.primary_key == entry.current.table.primary_key
    assert [field.name for field in table.fields] == [field.name for field in entry.current.table.fields]
    assert [field.type.kind for field in table.fields] == [field.type.kind for field in entry.current.table.fields]


def test_what_a_file_says_beside_the_gate_is_kept() -> None:
    document = read(WHOLE)
    own = deepcopy(document.raw)
    found = written(
        document.tables[0], document, version="3.0.0", sla={"freshness": "240 min", "latency": "5 min"}
    ).document
    assert document.raw == own
    assert isinstance(own, dict)
    assert {key: value for key, value in found.items() if own.get(key) != value} == {
        "version": "3.0.0",
        "slaProperties": [*own["slaProperties"], {"id": "latency", "property": "latency", "value": 5, "unit": "min"}],
    }
    assert found["x-house"] == {"ticket": 12, "list": [1, Decimal("2.50"), True, None, "no", "12:30"]}


def test_a_service_level_that_differs_takes_the_place_of_the_old_one() -> None:
    document = read(WHOLE)
    found = written(document.tables[0], document, sla={"freshness": "2 h", "availability": "99.9 %"}).document
    assert found["slaProperties"][:2] == [
        {
            "id": "freshness",
            "property": "latency",
            "value": 2,
            "unit": "h",
            "element": "orders.ordered_at",
            "schedule": "0 6 * * *",
            "scheduler": "cron",
        },
        {"property": "AV", "value": Decimal("99.9"), "unit": "percent"},
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("freshness", "90 min"),
        ("latency", "1.5 h"),
        ("availability", "99.95 %"),
        ("retention", "7 yr"),
        ("frequency", "PT15M"),
        ("time_to_detect", "250 ms"),
        ("time_to_notify", "2 wk"),
        ("time_to_repair", "3 month"),
    ],
)
def test_service_levels_come_back(name: str, text: str) -> None:
    made = written(Table("a", ()), sla={name: text}).document
    promise = read(yaml_text(made)).promise
    assert promise is not None
    assert promise.sla is not None
    contract = Contract.model_validate({"sla": {name: text}})
    assert promise.sla == contract.sla


def test_an_older_document_becomes_3_1() -> None:
    old = read(WHOLE.replace("v3.1.0", "v3.0.2"))
    assert written(old.tables[0], old).document["apiVersion"] == "v3.1.0"


def test_what_has_no_place_is_told() -> None:
    found = written(
        Table("a", ()),
        consumers="from_context",
        enforcement={"where": ["ci"]},
        parallel_versions=2,
        live_versions=[{"version": "0.9.0"}],
        classification="internal",
        sla={"support_window": "office hours"},
        terms={"cost": "none", "usage": "all"},
        compatibility="full",
    )
    assert [lost.split(" ")[0] for lost in found.lost] == [
        *("consumers", "enforcement", "parallel_versions", "live_versions"),
        *("classification", "sla.support_window", "terms.cost"),
    ]
    assert found.document["customProperties"] == [{"property": "compatibility", "value": "full"}]
    assert found.document["description"] == {"usage": "all"}


NAMES = [
    *("boolean", "smallint", "int", "bigint", "integer", "real", "double", "decimal(10,2)", "decimal", "string"),
    *(
        "varchar(5)",
        "bytes",
        "uuid",
        "date",
        "time",
        "timestamp",
        "timestamp_tz",
        "timestamp_ntz(3)",
        "interval",
        "json",
    ),
    *(
        "array<int>",
        "array<struct<a: int not null, b: date>>",
        "map<string, int>",
        "struct<a: array<string>>",
        "geometry",
    ),
]
words = st.text("abc xyz:#\"'{", min_size=1, max_size=8).map(str.strip).filter(bool)
fields = st.builds(
    Field,
    name=st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True),
    type=st.sampled_from(NAMES).map(read_type),
    nullable=st.sampled_from([None, True, False]),
    unique=st.sampled_from([None, True, False]),
    values=st.lists(words, max_size=3, unique=True).map(tuple),
    pattern=st.none() | words,
    min=st.sampled_from([None, "0", "-1.50", "2026-01-01"]),
    max=st.sampled_from([None, "9", "high"]),
    default=st.none() | words,
    aliases=st.lists(words, max_size=2).map(tuple),
    description=st.none() | words,
    unit=st.none() | words,
    timezone=st.sampled_from([None, "Europe/Berlin"]),
    classification=st.sampled_from([None, "internal"]),
    pii=st.sampled_from([None, True, False]),
    masking=st.sampled_from([None, "hash"]),
    deprecated=st.sampled_from([None, True]),
    physical_name=st.sampled_from([None, "OTHER"]),
)
tables = st.builds(
    Table,
    name=st.just("orders"),
    fields=st.lists(fields, min_size=1, max_size=4, unique_by=lambda one: one.name).map(tuple),
)


@settings(deadline=None, max_examples=50)
@given(tables)
def test_a_table_comes_back_from_the_document(table: Table) -> None:
    table = replace(table, primary_key=(table.fields[-1].name,), physical_name="mart.orders")
    made = written(table).document
    document = read(yaml_text(made))
    assert document.problems == ()
    assert document.tables == (table,)
    valid(made)


@settings(deadline=None, max_examples=50)
@given(tables)
def test_a_table_comes_back_from_gate_contracts(table: Table) -> None:
    table = replace(table, primary_key=(table.fields[0].name,), physical_name="mart.orders")
    imported = gate_contracts(read(yaml_text(written(table).document)))
    text = yaml_text({"contracts": list(imported.contracts)})
    gate = Contracts.model_validate(load(text.encode(), name="a").data)
    found = contract_tables(Plan("a-plan", Header(), {"contracts": gate}))[0].current.table
    same = tuple(replace(field, physical_name=None) for field in table.fields)
    assert found == Table("mart.orders", same, table.primary_key)


def test_a_document_as_gate_contracts() -> None:
    imported = gate_contracts(read(WHOLE))
    orders, customers = imported.contracts
    assert {key: value for key, value in orders.items() if key != "columns"} == {
        "dataset": "mart.fct_orders",
        "version": "2.1.0",
        "status": "active",
        "owner": "shop_data",
        "description": "One row per order.",
        "format": "table",
        "primary_key": ["line", "order_id"],
        "sla": {
            "freshness": "4 h",
            "availability": "99.5 %",
            "retention": "3 yr",
            "frequency": "1 d",
            "time_to_detect": "30 min",
            "time_to_notify": "PT1H",
            "time_to_repair": "8 h",
        },
        "terms": {"usage": "Reporting", "limitations": "No payouts"},
    }
    assert customers["dataset"] == "mart.customers"
    assert {entry["name"]: entry["type"] for entry in orders["columns"]} == {
        "order_id": "varchar(36)",
        "line": "smallint",
        "ordered_at": "timestamp_tz(6)",
        "changed_at": "timestamp_tz",
        "amount": "decimal(18,2)",
        "score": "real",
        "email": "string",
        "status": "string",
        "address": "struct<street: string not null, zip: string>",
        "tags": "array<string>",
        "lines": "array<struct<sku: string, pieces: integer>>",
        "shape": "geometry(Point)",
    }
    assert Contracts.model_validate({"contracts": list(imported.contracts)})


def test_what_a_document_loses_is_told_with_how_often() -> None:
    assert dict(gate_contracts(read(WHOLE)).lost) == {
        "roles": 1,
        "schema.properties.partitionKeyPosition": 1,
        "schema.properties.partitioned": 1,
        "schema.properties.physicalName": 1,
        "schema.properties.relationships": 1,
        "schema.properties.tags": 1,
        "schema.relationships": 1,
        "servers": 1,
        "slaProperties.generalAvailability": 1,
        "support": 1,
        "team.members": 1,
        "x-house": 1,
    }


@pytest.mark.parametrize(
    ("server", "name", "dataset"),
    [
        ("{server: a, type: postgres, schema: Mart}", "Fct Orders", "mart.fct_orders"),
        ("{server: a, type: bigquery, dataset: mart}", "orders", "mart.orders"),
        ("{server: a, type: kafka}", "shop.orders.v1", "orders.v1"),
        ("{server: a, type: kafka}", "1st", "data.id_1st"),
    ],
)
def test_a_dataset_has_a_dotted_id(server: str, name: str, dataset: str) -> None:
    schema = f"[{{name: {name}, properties: [{{name: a}}]}}]"
    text = f"apiVersion: v3.1.0\nkind: DataContract\nservers: [{server}]\nschema: {schema}\n"
    assert gate_contracts(read(text)).contracts[0]["dataset"] == dataset
