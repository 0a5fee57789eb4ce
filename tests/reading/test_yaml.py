"""The loader: what scalars mean, what is refused and why, and where each value stands."""

import copy
import json
import pickle
import random
from decimal import Decimal

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.reading import position
from plangate.reading.scalars import FORBIDDEN, WrittenDecimal, WrittenInt
from plangate.reading.yaml import MAX_BYTES, MAX_DEPTH, MAX_NODES, Document, YamlRejected, load


def read(text: str) -> object:
    return load(text.encode(), name="plan.yml").data


def rejection(data: bytes, *, mapping: bool = False) -> YamlRejected:
    with pytest.raises(YamlRejected) as caught:
        load(data, name="plan.yml", mapping=mapping)
    return caught.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("0", 0),
        ("-0", 0),
        ("7", 7),
        ("-12", -12),
        ("1_000", 1000),
        ("1_000_000", 1_000_000),
        ("9" * 100, int("9" * 100)),
        ("0.5", Decimal("0.5")),
        ("-3.10", Decimal("-3.10")),
        ("1_000.25", Decimal("1000.25")),
        ("0.0000001", Decimal("0.0000001")),
    ],
)
def test_plain_scalars_of_the_core_schema_have_their_type(written: str, value: object) -> None:
    loaded = read(f"a: {written}")
    assert loaded == {"a": value}
    assert isinstance(loaded, dict)
    found = loaded["a"]
    assert type(found) is type(value) or isinstance(found, WrittenInt | WrittenDecimal)


@pytest.mark.parametrize(
    "written",
    [
        *("yes", "no", "on", "off", "y", "True", "TRUE", "False", "Null", "NULL", "none", "None"),
        *("1e3", "1.5e3", "0123", "0o17", "0x1F", "0b1", "12:30", "12:30:00", "2026-01-01", "2026-01-01T00:00:00Z"),
        *(".nan", ".inf", "-.inf", "+1", ".5", "5.", "1.", "--1", "1__0", "1_", "_1", "1.0_0", "1,000", "0_1"),
        *("15 min", "420 B", "5 %/month", "PT4H", "true story", "nullable", "~x", "٣", "1.2.3", "-a", "<", "="),
        "9" * 101,
        "9" * 5000,
        "0." + "1" * 5000,
    ],
)
def test_everything_else_stays_text_as_written(written: str) -> None:
    assert read(f"a: {written}") == {"a": written}


@pytest.mark.parametrize("word", ["true", "null", "~", "1", "1_000", "0.5", "", "no"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_quoted_scalars_are_always_text(word: str, quote: str) -> None:
    assert read(f"a: {quote}{word}{quote}") == {"a": word}


@pytest.mark.parametrize("written", ["1_000", "-0", "1_000.50", "0.0000001"])
def test_a_number_remembers_its_text(written: str) -> None:
    loaded = read(f"a: {written}")
    assert isinstance(loaded, dict)
    for number in (loaded["a"], copy.deepcopy(loaded["a"]), pickle.loads(pickle.dumps(loaded["a"]))):  # noqa: S301
        assert isinstance(number, WrittenInt | WrittenDecimal)
        assert number.written == written
        assert str(number) == written
        assert number == Decimal(written)


@pytest.mark.parametrize("key", ["1", "true", "0.5", "no", "a b", "2026-01-01", "1_000", "-"])
def test_keys_are_their_text(key: str) -> None:
    assert read(f"{json.dumps(key)}: x") == read(f"? {key}\n: x" if key != "-" else '"-": x') == {key: "x"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# nothing but a comment\n", None),
        ("---\n", None),
        ("--- \na: 1\n...\n", {"a": 1}),
        ("%YAML 1.2\n---\na: 1\n", {"a": 1}),
        ("- 1\n- [2, {a: b}]\n-\n", [1, [2, {"a": "b"}], None]),
        ("a: |\n  true\n  1\n", {"a": "true\n1\n"}),
        ("a: >-\n  one\n  two\n", {"a": "one two"}),
        ("a: |\n  1", {"a": "1"}),
        ("a: one\n  two\n", {"a": "one two"}),
        ('"null": 1\n"<<": 2\n"": 3\n', {"null": 1, "<<": 2, "": 3}),
        ("a: R&D! *not* an alias\n", {"a": "R&D! *not* an alias"}),
        ('a: "tab\\t, line\\n, \\u00e9"\n', {"a": "tab\t, line\n, é"}),
        ("a: 🦆 Zürich\n", {"a": "🦆 Zürich"}),
        ("? a\n? b\n", {"a": None, "b": None}),
        ("z: 1\na: 2\n", {"z": 1, "a": 2}),
        ("hello", "hello"),
        ("a: 1\r\nb:\r\n  - 2\r\n", {"a": 1, "b": [2]}),
    ],
)
def test_documents(text: str, value: object) -> None:
    assert read(text) == value


def test_order_of_keys_is_kept() -> None:
    loaded = read("z: 1\na: 2\nm: 3\n")
    assert isinstance(loaded, dict)
    assert list(loaded) == ["z", "a", "m"]


def test_a_byte_order_mark_is_dropped() -> None:
    document = load(b"\xef\xbb\xbfa: 1\n", name="plan.yml")
    assert document.data == {"a": 1}
    assert document.position(("a",), key=True) == (1, 1)


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("a: &base 1", 1, 4, "Anchors are not allowed (`&base`); write the value out"),
        ("a: &base {b: 1}", 1, 4, "Anchors are not allowed (`&base`)"),
        ("&k a: 1", 1, 1, "Anchors are not allowed (`&k`)"),
        ("a: 1\nb: *base", 2, 4, "Aliases are not allowed (`*base`); write the value out"),
        ("*a : 1", 1, 1, "Aliases are not allowed (`*a`)"),
        ("a:\n  <<: {b: 1}", 2, 3, "Merge keys (`<<`) are not allowed"),
        ("a: !!python/object:os.system x", 1, 4, "Tags are not allowed (`tag:yaml.org,2002:python/object:os.syste…`)"),
        ("a: !!str 1", 1, 4, "Tags are not allowed"),
        ("a: ! 1", 1, 4, "Tags are not allowed (`!`)"),
        ("a: !secret [1]", 1, 4, "Tags are not allowed (`!secret`)"),
        ("%TAG ! tag:x,2000:\n---\na: 1", 1, 1, "%TAG"),
        ("%YAML 1.1\n---\na: 1", 1, 1, "YAML 1.1"),
        ("a: 1\n---\nb: 2", 2, 1, "A second document starts here"),
        ("a: 1\n...\nb: 2", 3, 1, "Something follows the end of the document"),
        ("~: 1", 1, 1, "A key is empty"),
        ("null: 1", 1, 1, "A key is empty"),
        ("a: 1\n?\n: 1", 2, 2, "A key is empty"),
        (": 1", 1, 1, "This does not fit the mapping"),
        ("? [a, b]\n: 1", 1, 3, "cannot be a key"),
        ("a: {{ ref }}", 1, 5, "quote text that starts with `{`"),
        ("a:\n\tb: 1", 2, 1, "A tab stands where YAML wants spaces"),
        ("a:\n  - b: c\n\td: e\n", 3, 1, "A tab stands where YAML wants spaces"),
        ("a: @b", 1, 4, "A value cannot start with `@`"),
        ("a: b: c", 1, 5, "A second `: ` follows on this line"),
        ("a: [1, 2\nb: 3", 2, 2, "The list opened with `[` on line 1 is not closed"),
        ("a: {b: 1\n", 2, 1, "The mapping opened with `{` on line 1 is not closed"),
        ("a: 'x\n", 2, 1, "The quoted text on line 1 is never closed"),
        ("- a\nb: 1", 2, 1, "This does not fit the list on line 1"),
        ('a: "x" y', 1, 8, "This does not fit the mapping"),
        ("a: - b", 1, 4, "A list cannot start here"),
        ('a: "\\q"', 1, 5, "This escape is unknown"),
        ('a: "\\ud800"', 1, 7, "This escape is no character"),
        ('a: "\\x0"', 1, 7, "This escape lacks hexadecimal digits"),
        ("a:\n  b: 'c\n\n\nd: e", 5, 5, "The quoted text on line 2 is never closed"),
    ],
)
def test_refused_constructs_have_a_place_and_a_remedy(text: str, line: int, column: int, says: str) -> None:
    rejected = rejection(text.encode())
    assert says in rejected.message
    assert (rejected.line, rejected.column, rejected.rule) == (line, column, "GEN001")


@pytest.mark.parametrize(
    ("text", "line", "column", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1, "on line 1"),
        ("a: 1\n'a': 3\n", 2, 1, "on line 1"),
        ("x:\n- a: 1\n  owner: b\n- a: 1\n  owner: b\n\n  owner: c\n", 7, 3, "on line 5"),
        ("{a: 1, a: 2}", 1, 8, "in column 2 of the same line"),
        ("x:\n- {a: 1}\n- {b: 1, a: 1, b: 2}\n", 3, 16, "in column 4 of the same line"),
        ("1: a\n'1': b\n", 2, 1, "on line 1"),
        ("a: 1\na: [not, closed\n", 2, 1, "on line 1"),
        ("a:\n  b:\n    c: 1\n  d: 2\n  b:\n", 5, 3, "on line 2"),
    ],
)
def test_a_duplicate_key_names_where_the_first_stands(text: str, line: int, column: int, first: str) -> None:
    rejected = rejection(text.encode())
    assert (rejected.line, rejected.column, rejected.rule) == (line, column, "GEN002")
    assert f"stands twice in this mapping, first {first}; keep one" in rejected.message


def test_a_duplicate_that_looks_like_a_secret_is_masked() -> None:
    key = "AKIA" + "A" * 16
    rejected = rejection(f"{key}: 1\n{key}: 2\n".encode())
    assert key not in rejected.message
    assert rejected.source == "•••: …"


@pytest.mark.parametrize("text", ["a: 1\nx-y: [1\n", "a: 1\n - b: 2\n", "[1, 2]\n", "a: &b 1\n"])
def test_of_any_other_rejection_no_line_is_shown(text: str) -> None:
    rejected = rejection(text.encode(), mapping=True)
    assert rejected.source is None


VALUES = st.text("0123456789ABCDEFGHIJ", min_size=1, max_size=40)


@given(before=VALUES, first=VALUES, second=VALUES, lists=st.integers(0, 3), flow=st.booleans())
def test_of_the_line_of_a_repeated_key_nothing_else_is_shown(
    before: str, first: str, second: str, lists: int, flow: bool
) -> None:
    lead, under = "- " * lists, "  " * lists
    block = f"{lead}key: {first}\n{under}key: {second}  # {before}\n"
    text = f"{lead}{{other: {before}, key: {first}, key: {second}}}\n" if flow else block
    rejected = rejection(text.encode())
    assert rejected.source is not None
    assert rejected.source.strip() == "key: …"
    assert rejected.source.index("key") == rejected.column - 1
    assert text.splitlines()[rejected.line - 1][rejected.column - 1 :].startswith("key")


CHARACTERS = [
    *("\x00", "\x01", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9f", "\u061c"),
    *("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066"),
    *("\u2069", "\ufeff", "\ufffe", "\uffff"),
]


@pytest.mark.parametrize("character", CHARACTERS, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("form", ["a: x{}y", "a{}b: 1", "# x{}\n"])
def test_control_and_invisible_characters_are_refused_as_written(character: str, form: str) -> None:
    text = "ok: 1\n" + form.format(character)
    rejected = rejection(text.encode())
    assert f"U+{ord(character):04X}" in rejected.message
    assert (rejected.line, rejected.column) == (2, form.index("{") + 1)


@pytest.mark.parametrize("character", CHARACTERS, ids=lambda c: f"U+{ord(c):04X}")
@pytest.mark.parametrize("form", ['ok: 1\na: "x{}y"', 'ok: 1\n"a{}b": 1'])
def test_control_and_invisible_characters_are_refused_as_escapes(character: str, form: str) -> None:
    rejected = rejection(form.format(f"\\u{ord(character):04x}").encode())
    assert f"U+{ord(character):04X}" in rejected.message
    assert rejected.line == 2


def test_a_lone_carriage_return_is_refused() -> None:
    assert "carriage return" in rejection(b"a: 1\rb: 2").message


@pytest.mark.parametrize(
    ("data", "line", "column", "says"),
    [
        (b"a: 1\nb: \xff\n", 2, 4, "Byte 0xFF is not UTF-8"),
        (b"\xef\xbb\xbfa: \xc3", 1, 4, "Byte 0xC3"),
        ("a: é\nü: ".encode() + b"\xe2\x82", 2, 4, "Byte 0xE2"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16"),
        ("a: 1".encode("utf-16-be"), 1, 1, "U+0000"),
        (b"\xed\xa0\x80: 1", 1, 1, "Byte 0xED"),
    ],
)
def test_only_utf8_is_read(data: bytes, line: int, column: int, says: str) -> None:
    rejected = rejection(data)
    assert says in rejected.message
    assert (rejected.line, rejected.column) == (line, column)


def test_size_is_limited() -> None:
    head, filling = b"a: 1\n", MAX_BYTES - 5
    assert load(head + b"#" * filling, name="plan.yml").data == {"a": 1}
    assert str(MAX_BYTES) in rejection(head + b"#" * (filling + 1)).message


def test_depth_is_limited() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH)
    rejected = rejection(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))
    assert f"more than {MAX_DEPTH} levels" in rejected.message
    assert rejected.column == MAX_DEPTH + 1


def test_the_number_of_values_is_limited() -> None:
    scalars = MAX_NODES - 1  # the list itself is one more
    assert read("[" + "a," * scalars + "]") == ["a"] * scalars
    assert f"more than {MAX_NODES} values" in rejection(b"[" + b"a," * (scalars + 1) + b"]").message
    pairs = (MAX_NODES - 1) // 2
    assert read("\n".join(f"k{n}: v" for n in range(pairs))) == {f"k{n}": "v" for n in range(pairs)}
    assert (
        f"more than {MAX_NODES} values" in rejection("\n".join(f"k{n}: v" for n in range(pairs + 1)).encode()).message
    )
    assert f"more than {MAX_NODES} values" in rejection(b"[" + b"[]," * MAX_NODES + b"]").message


@pytest.mark.parametrize(
    ("text", "line", "found"), [("- a\n", 1, "a list"), ("\n\nhello", 3, "`hello`"), ("1", 1, "`1`")]
)
def test_the_top_level_has_to_be_a_mapping_where_asked(text: str, line: int, found: str) -> None:
    rejected = rejection(text.encode(), mapping=True)
    assert rejected.message.startswith(f"The file holds {found}; its top level has to be a mapping")
    assert (rejected.line, rejected.column) == (line, 1)
    assert load(text.encode(), name="x").data is not None
    assert load(b"", name="x", mapping=True).data is None


def test_a_rejection_survives_pickling() -> None:
    rejected = rejection(b"a: 1\na: 2")
    again = pickle.loads(pickle.dumps(rejected))  # noqa: S301
    assert (again.message, again.line, again.column, again.rule) == (rejected.message, 2, 1, "GEN002")
    assert str(rejected).startswith("2:1: Key `a` stands twice")


PLACED = """\
# a plan
backfill:
  - id: history
    range: {start: 2025-01-01, end: 2026-01-01}
    note: >-
      long
      text
  -
    id: recent
    'quoted key':   "v"
empty:
nested: [[a, [b]], {c: {d: e}}]
"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ((), (2, 1), (2, 1)),
        (("backfill",), (3, 3), (2, 1)),
        (("backfill", 0), (3, 5), (3, 5)),
        (("backfill", 0, "id"), (3, 9), (3, 5)),
        (("backfill", 0, "range"), (4, 12), (4, 5)),
        (("backfill", 0, "range", "end"), (4, 37), (4, 32)),
        (("backfill", 0, "note"), (5, 11), (5, 5)),
        (("backfill", 1, "quoted key"), (10, 21), (10, 5)),
        (("empty",), (11, 7), (11, 1)),
        (("nested", 0, 1, 0), (12, 15), (12, 15)),
        (("nested", 1, "c", "d"), (12, 28), (12, 25)),
        # paths that do not exist: the nearest ancestor's key
        (("backfill", 0, "range", "zone"), (4, 5), (4, 5)),
        (("backfill", 0, "range", "start", "deep", 3), (4, 13), (4, 13)),
        (("backfill", 9, "id"), (2, 1), (2, 1)),
        (("backfill", 1, "range"), (9, 5), (9, 5)),
        (("empty", "x", "y"), (11, 1), (11, 1)),
        (("owner",), (1, 1), (1, 1)),
        (("owner", "team"), (1, 1), (1, 1)),
        (("backfill", "0"), (2, 1), (2, 1)),
    ],
)
def test_positions(path: tuple[str | int, ...], value: tuple[int, int], key: tuple[int, int]) -> None:
    document = load(PLACED.encode(), name="cutover.yml")
    assert document.position(path) == value
    assert document.position(path, key=True) == key


def test_lines_are_shown_with_secrets_masked() -> None:
    document = load(b"a: 1\nurl: https://bob:hunter2@db.example/x\nb: 2\n", name="x")
    assert document.line(1) == "a: 1"
    assert document.line(2) == "url: https://bob:•••@db.example/x"
    assert document.line(0) == document.line(99) == ""


TEXT = st.text(st.characters(codec="utf-8").filter(lambda c: not FORBIDDEN.match(c)), max_size=20)


def nested(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
        max_leaves=15,
    )


@settings(max_examples=150, deadline=None)
@given(nested(st.none() | st.booleans() | st.integers() | TEXT))
def test_any_json_loads_to_the_same(value: object) -> None:
    assert read(json.dumps(value, ensure_ascii=False)) == value


@settings(max_examples=100, deadline=None)
@given(nested(TEXT), st.booleans(), st.booleans())
def test_what_is_dumped_loads_to_the_same(value: object, flow: bool, escaped: bool) -> None:
    dumped = yaml.safe_dump(
        value, default_style='"', default_flow_style=flow, allow_unicode=not escaped, sort_keys=False
    )
    assert read(dumped) == value


WORDS = ["alpha", "1", "0.5", "true", "x y", "été", "quoted: text", "- dash", "#hash", "'", "{brace}", "long " * 30]


def random_value(random_: random.Random, depth: int = 0) -> object:
    kind = random_.random()
    if depth == 4 or kind < 0.4:
        return random_.choice(WORDS)
    if kind < 0.65:
        return [random_value(random_, depth + 1) for _ in range(random_.randrange(1, 4))]
    return {f"{random_.choice(WORDS)}{n}": random_value(random_, depth + 1) for n in range(random_.randrange(1, 5))}


def assert_places(document: Document, path: tuple[str | int, ...], value: object) -> None:
    lines = document.text.split("\n")
    line, column = document.position(path)
    here = lines[line - 1][column - 1 :]
    if isinstance(value, dict):
        for key, inner in value.items():
            key_line, key_column = document.position((*path, key), key=True)
            written = lines[key_line - 1][key_column - 1 :]
            assert written.lstrip("\"'? ").startswith(key.lstrip("\"' ")[:3])
            assert_places(document, (*path, key), inner)
    elif isinstance(value, list):
        assert here[0] in "-["
        for index, inner in enumerate(value):
            assert_places(document, (*path, index), inner)
    else:
        assert here.lstrip("\"'").startswith(str(value).lstrip("'")[:4])


@pytest.mark.parametrize("seed", range(60))
def test_every_path_of_a_random_document_points_at_its_text(seed: int) -> None:
    random_ = random.Random(seed)  # noqa: S311
    value = {"root": random_value(random_), "other": [random_value(random_)]}
    text = yaml.safe_dump(
        value,
        allow_unicode=True,
        width=10_000,
        default_flow_style=random_.choice([None, True, False]),
        indent=random_.choice([2, 4]),
    )
    document = load(text.encode(), name="x")
    assert_places(document, ("root",), document.data["root"])  # type: ignore[index]
    assert_places(document, ("other",), document.data["other"])  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [c, {d: 0.5}]\n", 0),
        ("a: 1\na: 2", 2),
        ("a: &x 1", 1),
        ('a: "\\ud800"', 1),
        ('a: "\\U99999999"', 1),
        ("a:\n\tb: 1", 2),
        ("[" * 1000, 1),
        ("a: 1\n b: 2", 2),
    ],
)
def test_without_libyaml_the_same_is_read_and_refused(text: str, line: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load(text.encode(), name="x").data if line == 0 else None
    monkeypatch.setattr(position, "CParser", None)
    if line:
        assert rejection(text.encode()).line == line
    else:
        assert load(text.encode(), name="x").data == expected == {"a": 1, "b": ["c", {"d": Decimal("0.5")}]}
