"""`plangate compat`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def record(*fields: dict[str, object]) -> str:
    return json.dumps({"type": "record", "name": "Order", "fields": list(fields)})


INT, LONG = record({"name": "amount", "type": "int"}), record({"name": "amount", "type": "long"})
OPEN, MORE = '{"type": "object"}', '{"type": "object", "properties": {"a": {"type": "string"}}}'


@pytest.fixture
def files(cli: Cli, tmp_path: Path) -> Path:
    """The folder in which the command line runs, with versions of two schemas."""
    for name, text in (("int.avsc", INT), ("long.avsc", LONG), ("open.json", OPEN), ("more.json", MORE)):
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "mode", "status"),
    [
        ("int.avsc", "long.avsc", "backward", 0),
        ("int.avsc", "long.avsc", "forward", 1),
        ("int.avsc", "long.avsc", "full", 1),
        ("int.avsc", "long.avsc", "none", 0),
        ("long.avsc", "int.avsc", "backward", 1),
        ("int.avsc", "int.avsc", "full_transitive", 0),
        ("open.json", "more.json", "backward", 1),
        ("more.json", "open.json", "backward", 0),
    ],
)
@pytest.mark.usefixtures("files")
def test_the_status_follows_the_mode(cli: Cli, old: str, new: str, mode: str, status: int) -> None:
    assert cli("compat", old, new, "--mode", mode).status == status


@pytest.mark.usefixtures("files")
def test_a_system_that_nobody_knows_is_told(cli: Cli) -> None:
    done = cli("compat", "int.avsc", "long.avsc", "--system", "snowflkae")
    assert done.status == 2
    assert "'snowflkae' is no system that is known; there are ansi, bigquery," in done.err
    assert cli("compat", "int.avsc", "int.avsc", "--system", "PostgreSQL").status == 0


@pytest.mark.usefixtures("files")
def test_text_says_who_breaks_and_why(cli: Cli) -> None:
    assert cli("compat", "int.avsc", "long.avsc", "--mode", "forward").out.splitlines() == [
        "From int.avsc to long.avsc",
        "Mode forward: A reader with the previous schema can read data written with the new one. "
        "Upgrade producers first.",
        "",
        "consumer      producer      change",
        "breaking      compatible    AVRO-A9  amount: int → long. A new reader takes the narrow values; a reader of "
        "the previous schema cannot take the wide ones.",
        "",
        "Verdict: breaking, because of amount (AVRO-A9)",
        "Version: a major step",
    ]


@pytest.mark.usefixtures("files")
def test_text_says_that_nothing_changed(cli: Cli) -> None:
    assert cli("compat", "int.avsc", "int.avsc").out.splitlines()[2:] == [
        "",
        "No change.",
        "",
        "Verdict: compatible",
        "Version: may stay",
    ]


@pytest.mark.usefixtures("files")
def test_json_has_keys_that_stay(cli: Cli) -> None:
    data = json.loads(cli("compat", "int.avsc", "long.avsc", "--format", "json").out)
    assert data | {"versions": []} == {
        "old": "int.avsc",
        "new": "long.avsc",
        "mode": "backward",
        "meaning": "A reader with the new schema can read data written with the previous one.",
        "upgrade": "Upgrade consumers first.",
        "upgrade_order": "consumers_first",
        "verdict": "compatible",
        "bump": "major",
        "versions": [],
    }
    (version,) = data["versions"]
    assert (version["version"], version["verdict"]) == ("int.avsc", "compatible")
    assert version["changes"] == [
        {
            "rule": "AVRO-A9",
            "path": "amount",
            "element": "amount",
            "before": "int",
            "after": "long",
            "says": "A new reader takes the narrow values; a reader of the previous schema cannot take the wide ones.",
            "backward": "compatible",
            "forward": "breaking",
            "consumer": "breaking",
            "producer": "compatible",
            "rebuild": "",
            "bump": "major",
        }
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.txt", "", "x.txt holds no schema that can be read"),
        ("x.avsc", "{", "x.avsc:1:2  This is not readable as JSON"),
        ("x.avsc", '{"type": "record"}', "A record, enum or fixed needs a name"),
        ("x.avsc", '{"type":' * 5000, "nested more than 64 levels deep"),
        ("x.json", '{"not":' * 500 + '{"type": "string"}' + "}" * 500, "nested more than 64 levels deep"),
        ("x.json", '{"$ref": "other.json"}', "the reference other.json leads out of the document"),
        ("x.avsc", INT, "one of them holds no table"),
    ],
)
def test_what_cannot_be_read_is_usage(cli: Cli, files: Path, name: str, text: str, says: str) -> None:
    (files / name).write_text(text, "utf-8")
    (files / "deep.json").write_text('{"not":' * 500 + "{}" + "}" * 500, "utf-8")
    done = cli("compat", name, "deep.json" if "nested" in says else "open.json")
    assert done.status == 2
    assert says in done.err


def test_a_file_that_is_not_there_is_usage(cli: Cli) -> None:
    done = cli("compat", "a.avsc", "b.avsc")
    assert done.status == 2
    assert "a.avsc cannot be read: there is no such file" in done.err


def test_text_of_an_author_stays_on_its_line(cli: Cli, files: Path) -> None:
    (files / "new.json").write_text(json.dumps({"type": "object", "title": "a\n::error::b\u202e"}), "utf-8")
    out = cli("compat", "open.json", "new.json").out
    assert "::error::" not in [row[:9] for row in out.splitlines()]
    assert "\u202e" not in out


def test_a_long_value_is_cut(cli: Cli, files: Path) -> None:
    (files / "new.json").write_text(json.dumps({"type": "object", "description": "word " * 100}), "utf-8")
    row = next(row for row in cli("compat", "open.json", "new.json").out.splitlines() if "DESCRIPTION" in row)
    assert "word …" in row
    assert row.count("word ") < 15


SQL = "CREATE TABLE orders (order_id BIGINT NOT NULL, status VARCHAR(20), PRIMARY KEY (order_id));\n"
PROTO = 'syntax = "proto3";\nmessage Order {\n  int64 order_id = 1;\n  string status = 2;\n}\n'


@pytest.mark.parametrize(
    ("old", "new", "status", "says"),
    [
        (("a.sql", SQL), ("b.sql", SQL), 0, "No change."),
        (("a.sql", SQL), ("b.sql", SQL.replace("VARCHAR(20)", "VARCHAR(10)")), 1, "TBL-LENGTH-NARROWED"),
        (("a.sql", SQL), ("b.sql", SQL.replace(", status VARCHAR(20)", "")), 0, "TBL-COLUMN-REMOVED"),
        (
            ("a.sql", SQL),
            ("b.sql", "CREATE TABLE other (a INT);" + SQL.replace("orders", "orders2")),
            1,
            "CTR-WITHDRAWN",
        ),
        (("a.proto", PROTO), ("b.proto", PROTO.replace("string status = 2", "int32 status = 2")), 1, "PROTO-"),
        (("a.sql", SQL), ("b.avsc", record({"name": "order_id", "type": "long"})), 0, "TBL-COLUMN-REMOVED"),
    ],
)
def test_each_kind_of_file_is_compared(
    cli: Cli, tmp_path: Path, old: tuple[str, str], new: tuple[str, str], status: int, says: str
) -> None:
    for name, text in (old, new):
        (tmp_path / name).write_text(text, "utf-8")
    found = cli("compat", old[0], new[0])
    assert (found.status, says in found.out) == (status, True), found.out + found.err


def test_service_levels_of_odcs_are_changes_too(cli: Cli, tmp_path: Path) -> None:
    text = (Path(__file__).parents[1] / "data" / "odcs" / "orders.odcs.yaml").read_text("utf-8")
    (tmp_path / "old.odcs.yaml").write_text(text, "utf-8")
    found = cli("compat", "old.odcs.yaml", "old.odcs.yaml", "--format", "json")
    assert json.loads(found.out)["versions"][0]["changes"] == []
    shorter = text.replace("retention, value: 3", "retention, value: 1")
    (tmp_path / "new.odcs.yaml").write_text(shorter, "utf-8")
    assert "CTR-SLA-LOOSENED" in cli("compat", "old.odcs.yaml", "new.odcs.yaml").out
