"""Files of the folder `contracts/` of a plan: what is read, what is refused, and where it is told."""

import os
from pathlib import Path

import pytest

from plangate.reading.plan import ReadPlan, read_plan
from plangate.reading.policy import load_policy

POLICY = load_policy(None)[0]
HEADER = "id: a-plan\ntitle: A plan\nprofile: batch\nintent: draft\ntier: C\n"
ODCS = """apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema: [{name: orders, properties: [{name: id, logicalType: integer}]}]
"""
AVRO = '{"type": "record", "name": "orders", "fields": [{"name": "id", "type": "long"}]}'
GATE = "contracts:\n  - dataset: mart.orders\n    columns: {file: %s}\n"


def read(folder: Path, gate: str, **files: str | bytes) -> ReadPlan:
    """A plan with a gate and files of `contracts/`, `__` for a dot in their names."""
    place = folder / "a-plan"
    (place / "contracts").mkdir(parents=True)
    (place / "plan.yml").write_text(HEADER)
    (place / "06-contracts.yml").write_text(gate)
    for name, text in files.items():
        data = text.encode() if isinstance(text, str) else text
        (place / "contracts" / name.replace("__", ".")).write_bytes(data)
    return read_plan(place, "plans/a-plan", POLICY)


def told(found: ReadPlan) -> list[tuple[str, str, int, int]]:
    return [(problem.rule, *found.locate(problem)) for problem in found.problems]


CONTRACTS = "plans/a-plan/06-contracts.yml"


def test_a_file_becomes_a_document_of_the_plan(tmp_path: Path) -> None:
    found = read(tmp_path, GATE % "contracts/orders.odcs.yaml", orders__odcs__yaml=ODCS)
    assert found.problems == ()
    document = found.plan.contract_files["contracts/orders.odcs.yaml"]
    assert (document.kind, document.tables[0].name) == ("odcs", "orders")


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("orders.avsc", AVRO, "avro"),
        (
            "orders.json",
            '{"$schema": "x", "title": "orders", "properties": {"id": {"type": "integer"}}}',
            "json_schema",
        ),
        ("orders.proto", 'syntax = "proto3"; message orders { int64 id = 1; }', "protobuf"),
        ("orders.sql", "create table orders (id bigint)", "ddl"),
        ("orders.yml", "models: [{name: orders, columns: [{name: id}]}]", "dbt"),
    ],
)
def test_files_of_every_kind(tmp_path: Path, name: str, text: str, kind: str) -> None:
    found = read(tmp_path, GATE % f"contracts/{name}", **{name: text})
    assert found.problems == ()
    document = found.plan.contract_files[f"contracts/{name}"]
    assert (document.kind, document.tables[0].fields[0].name) == (kind, "id")


def test_sql_speaks_the_dialect_of_the_system_in_which_the_dataset_lies(tmp_path: Path) -> None:
    place = tmp_path / "a-plan"
    place.mkdir()
    (place / "05-modeling.yml").write_text(
        "models: [{id: mart.orders, physical: {namespace: 'mysql://db', name: orders}}]\n"
    )
    (place / "contracts").mkdir()
    (place / "contracts" / "orders.sql").write_text("create table orders (paid tinyint(1))")
    (place / "plan.yml").write_text(HEADER)
    (place / "06-contracts.yml").write_text(GATE % "contracts/orders.sql")
    found = read_plan(place, "plans/a-plan", POLICY)
    assert found.problems == ()
    assert found.plan.contract_files["contracts/orders.sql"].tables[0].fields[0].type.kind == "boolean"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("contracts/order.odcs.yaml", "did you mean `contracts/orders.odcs.yaml`?"),
        ("contracts/nothing.like.it", "has to lie in contracts/"),
        ("orders.odcs.yaml", "has to lie in contracts/"),
        ("plan.yml", "has to lie in contracts/"),
        ("contracts/../plan.yml", "has to lie in contracts/"),
        ("../../etc/passwd", "has to lie in contracts/"),
        ("/etc/passwd", "has to lie in contracts/"),
        ("contracts/link.avsc", "has to lie in contracts/"),
        ("contracts/orders.txt", "names end in .avsc"),
    ],
)
def test_a_file_that_is_not_there_is_told_where_it_is_named(tmp_path: Path, file: str, words: str) -> None:
    place = tmp_path / "a-plan" / "contracts"
    place.mkdir(parents=True)
    (tmp_path / "outside.avsc").write_text(AVRO)
    (place / "link.avsc").symlink_to(tmp_path / "outside.avsc")
    (place / "orders.txt").write_text("id")
    (place / "orders.odcs.yaml").write_text(ODCS)
    (place.parent / "plan.yml").write_text(HEADER)
    (place.parent / "06-contracts.yml").write_text(GATE % file)
    found = read_plan(place.parent, "plans/a-plan", POLICY)
    assert ("GEN003", CONTRACTS, 3, 21) in told(found)
    assert any(words in problem.message for problem in found.problems)
    assert not set(found.plan.contract_files) - {"contracts/orders.odcs.yaml", "contracts/orders.txt"}


def test_a_live_version_names_a_file_too(tmp_path: Path) -> None:
    gate = (
        "contracts:\n  - dataset: mart.orders\n    live_versions:\n      - {version: 1.0.0, file: contracts/old.avsc}\n"
    )
    assert told(read(tmp_path, gate)) == [("GEN003", CONTRACTS, 4, 32)]


def test_a_place_is_right_behind_a_contract_that_was_refused(tmp_path: Path) -> None:
    gate = (
        "contracts:\n  - {dataset: [], columns: 3}\n  - 12\n  - {dataset: a.orders, columns: {file: contracts/a.sql}}\n"
    )
    assert ("GEN003", CONTRACTS, 4, 41) in told(read(tmp_path, gate))


def test_a_table_of_another_name_is_told(tmp_path: Path) -> None:
    two = ODCS.replace("schema: [", "schema: [{name: a}, {name: b}, ").replace("name: orders,", "name: c,")
    found = read(tmp_path, GATE % "contracts/orders.odcs.yaml", orders__odcs__yaml=two)
    assert told(found) == [("GEN003", CONTRACTS, 3, 21)]
    assert "describes no table of mart.orders; it describes a, b, c" in found.problems[0].message


@pytest.mark.parametrize(
    ("name", "data", "place"),
    [
        ("orders.odcs.yaml", ODCS.replace("integer", "intejer"), ("GEN004", 6, 62)),
        ("orders.odcs.yaml", ODCS + "slaProperties: [\n", ("GEN001", 8, 1)),
        ("orders.odcs.yaml", "a: 1\n", ("GEN001", 1, 1)),
        ("orders.avsc", AVRO + "]", ("GEN001", 1, 81)),
        ("orders.avsc", b"\xff\xfe", ("GEN001", 1, 1)),
        ("orders.proto", "message orders { x id = 1; }", ("GEN003", 1, 18)),
    ],
)
def test_what_is_wrong_in_a_file_is_told_in_the_file(
    tmp_path: Path, name: str, data: str | bytes, place: tuple[str, int, int]
) -> None:
    found = read(tmp_path, GATE % f"contracts/{name}", **{name: data})
    rule, line, column = place
    assert told(found) == [(rule, f"plans/a-plan/contracts/{name}", line, column)]


def test_what_is_wrong_weighs_on_gate_contracts(tmp_path: Path) -> None:
    wrong = ODCS.replace("integer", "intejer")
    found = read(tmp_path, "contracts: []\n", orders__odcs__yaml=wrong)
    assert [(problem.gate, problem.rule) for problem in found.problems] == [("contracts", "GEN004")]


def test_other_yaml_that_nobody_names_is_kept_in_silence(tmp_path: Path) -> None:
    found = read(tmp_path, "contracts: []\n", notes__yml="a: [1]\n", x__avsc="no json")
    assert found.problems == ()
    assert {name: one.raw for name, one in found.plan.contract_files.items()} == {"contracts/notes.yml": {"a": [1]}}


def test_secrets_are_told_and_masked(tmp_path: Path) -> None:
    secret = "AKIA" + "ABCDEFGHIJKLMNOP"
    text = AVRO.replace('"id"', f'"id", "doc": "{secret}"')
    found = read(tmp_path, GATE % "contracts/orders.avsc", orders__avsc=text)
    assert told(found) == [("GEN010", "plans/a-plan/contracts/orders.avsc", 1, 72)]
    assert secret not in str(found.plan.contract_files)


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    place = tmp_path / "a-plan" / "contracts"
    place.mkdir(parents=True)
    os.mkfifo(place / "a.sql")
    (place.parent / "plan.yml").write_text(HEADER)
    (place.parent / "06-contracts.yml").write_text(GATE % "contracts/a.sql")
    assert {rule for rule, *_ in told(read_plan(place.parent, "plans/a-plan", POLICY))} == {"GEN001", "GEN003"}
