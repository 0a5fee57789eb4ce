"""Schemas from strangers: every text gives a document, its problems have places, and nothing is raised."""

import json
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.model.schema_document import SchemaDocument
from plangate.model.table import Type
from plangate.reading.schemas.json_text import MAX_DEPTH, load_json
from plangate.reading.schemas.named import MAX_FIELDS
from plangate.reading.schemas.read import read_schema, read_schema_file

DATA = Path(__file__).parents[2] / "data"
SEEDS = sorted(path for folder in ("schemas", "odcs") for path in (DATA / folder).iterdir())


def outcome(data: bytes, name: str) -> SchemaDocument:
    document = read_schema(data, name)
    assert document.tables or document.problems
    for problem in document.problems:
        assert problem.message
        assert problem.file == name
        assert min(problem.line or 0, problem.column or 0) >= 1
        assert problem.rule.startswith("GEN")
    return document


def refused(data: bytes | str, name: str) -> str:
    document = outcome(data.encode() if isinstance(data, str) else data, name)
    assert document.tables == ()
    return document.problems[0].message


def avro_bomb(levels: int) -> str:
    """Records of two fields, each of the record before: 2 to the power of levels fields."""
    records = []
    for level in range(levels):
        before = f"r{level - 1}" if level else "int"
        fields = [{"name": name, "type": before} for name in "ab"]
        records.append({"type": "record", "name": f"r{level}", "fields": fields})
    return json.dumps(records)


def chain(levels: int) -> str:
    """Messages that lie in one another by name: the first holds the second and so on."""
    held = "".join(f"message m{level} {{ m{level + 1} a = 1; }}\n" for level in range(levels))
    return f'syntax = "proto3";\n{held}message m{levels} {{ int32 a = 1; }}'


def references(levels: int, times: int) -> str:
    defs = {
        f"d{level}": {"properties": {f"p{n}": {"$ref": f"#/$defs/d{level + 1}"} for n in range(times)}}
        for level in range(levels)
    }
    return json.dumps({"$ref": "#/$defs/d0", "$defs": defs | {f"d{levels}": {"type": "integer"}}})


TAIL = ", ".join(f'"d{level}": {{"$ref": "#/$defs/d{level + 1}"}}' for level in range(21_000))
"""References of which each leads to the next."""

NOT_TEXT = {
    "bytes": b"\xff\xfe\x00",
    "latin": b"caf\xe9",
    "utf-16": "{}".encode("utf-16"),
    "empty": b"",
    "nul": b"\x00" * 99,
}


@pytest.mark.parametrize("name", ["a.avsc", "a.json", "a.proto", "a.sql", "a.odcs.yaml", "a.txt"])
@pytest.mark.parametrize("data", NOT_TEXT.values(), ids=NOT_TEXT)
def test_what_is_no_text(data: bytes, name: str) -> None:
    refused(data, name)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.avsc", "[" * 100_000, f"more than {MAX_DEPTH} levels"),
        ("a.avsc", '{"a":' * 100_000, f"more than {MAX_DEPTH} levels"),
        ("a.avsc", '"' + '\\"' * 400_000, "not readable as JSON"),
        ("a.avsc", "[1]" * 3, "not readable as JSON"),
        ("a.avsc", '{"type": "record", "type": "record"}', "stands twice in this object, first on line 1"),
        ("a.avsc", '{"type": NaN}', "NaN is no JSON number"),
        ("a.avsc", '{"size": ' + "9" * 5000 + "}", "5000 characters"),
        ("a.avsc", '{"size": 1.' + "9" * 5000 + "}", "5002 characters"),
        ("a.avsc", '{"doc": "\\ud800"}', "surrogate"),
        ("a.avsc", '{"doc": "\\u202e"}', "Invisible character"),
        ("a.avsc", "[" + "1," * 900_000 + "1]", "bytes"),
        ("a.avsc", "[" + "1," * 450_000 + "1]", "more than 200000 values"),
        ("a.avsc", avro_bomb(40), f"more than {MAX_FIELDS} fields"),
        ("a.avsc", '"int"', "holds no record"),
        ("a.avsc", '{"type": 3}', "A type is a name"),
        ("a.avsc", '{"type": "record", "fields": []}', "needs a name"),
        ("a.avsc", '{"type": "record", "name": "a", "fields": 3}', "no list of fields"),
        ("a.proto", chain(3000), "levels deep"),
        ("a.proto", "message a {" * 5000, "levels deep"),
        ("a.proto", "message a {} " * 30_000, "more than 100000 words"),
        ("a.proto", "message a { reserved " + "2 to 3, " * 5_000 + "9; }", "reserves more than 1000"),
        (
            "a.proto",
            f"message a {{ {''.join(f'int32 f{n} = {n};' for n in range(1, 6001))} }}",
            "more than 5000 fields",
        ),
        ("a.json", '{"$ref": "#/$defs/d0", "$defs": {' + TAIL + "}}", "asks for more than"),
        ("a.proto", "message a { option x = " + "{" * 50_000, "ends in the middle"),
        ("a.proto", "/*" * 50_000, "belongs to nothing"),
        ("a.proto", '"' + "\\\\" * 100_000, "belongs to nothing"),
        ("a.proto", 'syntax = "proto3";', "holds no message"),
        ("a.proto", "message a { int32 = 1; }", "stands where a name belongs"),
        ("a.proto", "message a { int32 b = x; }", "no field number"),
        ("a.proto", "message a { int32 b = 1 }", "`;` is missing before `}`"),
        ("a.proto", "message a { int32 b = 1 [(]; }", "closes nothing"),
        ("a.proto", "hello;", "starts nothing"),
        ("a.proto", "enum e { A = 0; A = 1; } message a {}", "stands twice in this enum"),
        ("a.json", references(100, 1), "levels deep"),
        ("a.json", references(20, 9), "asks for more than"),
        ("a.json", '{"$schema": "x", "type": "string"}', "no object with properties"),
        ("a.json", '{"a": 1}', "Nobody can tell"),
        ("a.sql", "create table t (a int default " + "(" * 50_000, "levels deep"),
        ("a.sql", "create table t (a int default " + "- " * 20_000 + "1)", "nested too deep"),
        ("a.sql", "select " * 5_000, "not readable as SQL"),
        ("a.sql", "create table t (a int" + " " * 64_001, "characters of SQL"),
        ("a.sql", "'" * 40_001, "not readable as SQL"),
        ("a.sql", "select 1; drop table x", "creates no table"),
        ("a.sql", "create table t as select 1", "creates no table"),
        ("a.yaml", "[" * 50_000, "nesting depth"),
        ("a.yaml", "models: []", "lists no model"),
        ("a.yaml", "models: [{columns: []}]", "needs a `name`"),
        ("a.yaml", "a: &a [1]", "Anchors"),
    ],
)
def test_what_is_refused(name: str, text: str, words: str) -> None:
    document = outcome(text.encode("utf-8", "surrogatepass"), name)
    assert any(words in problem.message for problem in document.problems), document.problems


def test_names_that_double_each_other_end_in_time() -> None:
    outcome(avro_bomb(12).encode(), "a.avsc")
    outcome(references(3, 5).encode(), "a.json")
    outcome(chain(20).encode(), "a.proto")


@pytest.mark.parametrize(
    ("name", "text", "rule", "at"),
    [
        ("a.avsc", '{"type": "record", "name": "a", "fields": [{"name": "b", "type": "c"}]}', "GEN003", '"c"'),
        ("a.avsc", '{"type": "record", "name": "a", "fields": [{"name": "b"}]}', "GEN001", '{"name": "b"}'),
        (
            "a.avsc",
            '{"type": "record", "name": "a", "fields": [{"name": "b", "type": {"type": "enum", "name": "e", '
            '"symbols": ["x"], "default": "y"}}]}',
            "GEN003",
            '"y"',
        ),
        (
            "a.avsc",
            '{"type": "record", "name": "a", "fields": [{"name": "b", "type": {"type": "enum", "name": "e", '
            '"symbols": ["x", "x"]}}]}',
            "GEN002",
            '"x"]',
        ),
        (
            "a.avsc",
            '{"type": "record", "name": "a", "fields": [{"name": "b", "type": "int"}, {"type": "int", "name": "b"}]}',
            "GEN002",
            '"b"}]',
        ),
        (
            "a.avsc",
            '{"type": "record", "name": "a", "fields": [{"name": "b", "type": {"type": "fixed", "name": "a", '
            '"size": 1}}]}',
            "GEN002",
            '"a", "size"',
        ),
        ("a.json", '{"properties": {"b": {"$ref": "#/$defs/c"}}}', "GEN003", '"#/$defs/c"'),
        ("a.json", '{"properties": {"b": {"$ref": "https://example.com/c"}}}', "GEN003", '"https'),
        ("a.proto", "message a {\n  b c = 1;\n}", "GEN003", "b c"),
        ("a.proto", "message a {\n  int32 b = 1; int32 c = 1;\n}", "GEN002", "int32 c"),
        ("a.proto", "message a {\n  int32 b = 1; int32 b = 2;\n}", "GEN002", "int32 b = 2"),
        ("a.proto", "message a {\n  reserved 2 to 4; int32 b = 3;\n}", "GEN002", "int32 b"),
        ("a.proto", 'message a {\n  reserved "b"; int32 b = 3;\n}', "GEN002", "int32 b"),
        ("a.proto", "message a {}\nmessage a {}", "GEN002", "a {"),
        ("a.sql", "create table t (a int);\ncreate table t (b int)", "GEN002", "t (b"),
        ("a.sql", "create table t (a int,\n  a text)", "GEN002", "a text"),
        ("a.yaml", "models: [{name: m, columns: [{name: a}, {name: a}]}]", "GEN002", "{name: a}]"),
    ],
)
def test_what_is_wrong_is_told_at_its_place_and_the_rest_is_read(name: str, text: str, rule: str, at: str) -> None:
    document = outcome(text.encode(), name)
    assert [problem.rule for problem in document.problems] == [rule]
    problem = document.problems[0]
    assert text.split("\n")[(problem.line or 0) - 1][(problem.column or 0) - 1 :].startswith(at)
    assert document.tables


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.avsc").write_bytes((DATA / "schemas/orders.avsc").read_bytes())
    (tmp_path / "link.avsc").symlink_to(tmp_path / "real.avsc")
    assert read_schema_file(tmp_path / "real.avsc", "real.avsc").tables
    for name in ("link.avsc", "absent.avsc", "."):
        document = read_schema_file(tmp_path / name, name)
        assert document.tables == ()
        assert "cannot be read" in document.problems[0].message


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.sql")
    assert "not a regular file" in read_schema_file(tmp_path / "pipe.sql", "pipe.sql").problems[0].message


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.name)
def test_mutations_raise_nothing(seed: Path) -> None:
    data = seed.read_bytes()
    source = random.Random(seed.name)  # noqa: S311 -- a reproducible choice
    for _ in range(25 if seed.suffix == ".sql" else 60):
        mutant = bytearray(data)
        for _ in range(source.randint(1, 6)):
            start = source.randrange(len(mutant))
            stop = min(len(mutant), start + source.randint(0, 40))
            piece = source.choice(
                (b"", b"{", b"]", b'"', b"null", b"-1", b": ", mutant[stop : stop + 30], mutant[start:stop] * 3)
            )
            mutant[start:stop] = piece
        outcome(bytes(mutant), seed.name)


WORDS = (
    *("type", "name", "fields", "items", "properties", "$ref", "$defs", "allOf", "anyOf", "enum", "symbols", "schema"),
    *("kind", "apiVersion", "slaProperties", "property", "value", "unit", "relationships", "to", "quality", "a"),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text('ab"\\ é/', max_size=5)
    | st.sampled_from(["record", "string", "null", "#", "#/$defs/a"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=25,
)


@pytest.mark.parametrize("kind", ["avro", "json_schema", "odcs", "dbt", None])
@settings(max_examples=150, deadline=None)
@given(value=json_values)
def test_any_values_raise_nothing(kind: str | None, value: object) -> None:
    document = read_schema(json.dumps(value), "a.json", kind)  # type: ignore[arg-type]
    assert document.tables or document.problems or kind == "odcs"
    for table in document.tables:
        assert all(isinstance(field.type, Type) for field in table.fields)


@settings(deadline=None)
@given(value=json_values)
def test_every_value_of_a_json_text_has_its_place(value: object) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=True)
    source = load_json(text, "a.json")
    lines = text.split("\n")
    waiting: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while waiting:
        path, found = waiting.pop()
        line, column = source.place(path)
        assert lines[line - 1][column - 1 :].startswith(json.dumps(found)[:1])
        if isinstance(found, dict):
            waiting += [((*path, key), inner) for key, inner in found.items()]
        elif isinstance(found, list):
            waiting += [((*path, at), inner) for at, inner in enumerate(found)]


def test_a_place_that_is_not_there_is_that_of_what_holds_it() -> None:
    source = load_json('{\n "a": [1, 2]}', "a.json")
    assert source.place(("a", 7, "b")) == (2, 7)
    assert source.place(()) == (1, 1)
