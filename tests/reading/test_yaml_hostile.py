"""Thousands of hostile inputs: each gives a document or a rejection with a place, and nothing else."""

import codecs
import random

import pytest

from plangate.reading.yaml import Document, YamlRejected, load

SEED = b"""\
id: orders-mart
owner: &team commerce_data
sources:
  - {id: orders, kind: 'postgres', rows: 1_000_000, share: 0.25}
  - id: clicks
    note: |
      several
      lines
    text: "esc \\u00e9 \\t \\x41"
window: [2026-01-01, 2026-02-01]
? key
: value
defaults: *team
\xc3\xa9t\xc3\xa9: "\xf0\x9f\xa6\x86"
"""


def outcome(data: bytes) -> Document | YamlRejected:
    found: Document | YamlRejected
    try:
        found = load(data, name="plan.yml")
    except YamlRejected as rejected:
        found = rejected
    if isinstance(found, YamlRejected):
        assert found.line >= 1
        assert found.column >= 1
        assert found.message
        assert found.rule in {"GEN001", "GEN002"}
    else:
        assert found.position(("nowhere", 3, "at all")) == (1, 1)
        assert min(found.position(())) >= 1
    return found


BOMBS = {
    "brackets": b"[" * 60_000,
    "braces": b"{" * 60_000,
    "nested mappings": b"{a: " * 20_000,
    "closed brackets": b"[" * 30_000 + b"]" * 30_000,
    "dashes": b"- " * 30_000,
    "question marks": b"? " * 30_000,
    "colons": b": " * 30_000,
    "indented": b"".join(b" " * n + b"a:\n" for n in range(600)),
    "alias bomb": b"a: &a [x,x]\n" + b"".join(b"%c: &%c [*%c,*%c]\n" % (n + 1, n + 1, n, n) for n in range(97, 120)),
    "merge bomb": b"a: &a {x: 1}\n" + b"b: {<<: [" + b"*a," * 5000 + b"]}",
    "nul bytes": b"\x00" * 10_000,
    "nul in text": b"a: b\x00c",
    "utf-16": "a: 1\n".encode("utf-16"),
    "utf-16 without mark": "a: 1\n".encode("utf-16-le"),
    "truncated utf-16": "a: 1\n".encode("utf-16")[:-1],
    "utf-32": "a: 1\n".encode("utf-32"),
    "truncated utf-8": "a: é".encode()[:-1],
    "overlong utf-8": b"a: \xc0\xaf",
    "marks": codecs.BOM_UTF8 * 3 + b"a: 1",
    "surrogate escape": b'a: "\\ud83e\\udd86"',
    "surrogate key": b'"\\udfff": 1',
    "huge escape": b'a: "\\UFFFFFFFF"',
    "huge key": b"k" * 900_000 + b": 1",
    "huge quoted key": b'"' + b"k" * 900_000 + b'": 1',
    "huge explicit key": b"? " + b"k" * 900_000 + b"\n: 1",
    "huge value": b"a: " + b"v" * 900_000,
    "huge number": b"a: " + b"9" * 900_000,
    "huge decimal": b"a: 0." + b"9" * 900_000,
    "tabs": b"\t" * 10_000,
    "tab indent": b"a:\n\t- b",
    "directive": b"%YAML 9.9\n---\na: 1",
    "directives": b"%YAML 1.2\n%YAML 1.2\n---\na: 1",
    "long directive": b"%" + b"x" * 100_000,
    "directive number": b"%YAML 1." + b"9" * 100_000 + b"\n---\na",
    "tag directive": b"%TAG !e! tag:example,2000:\n---\na: !e!x 1",
    "complex key": b"? {a: [b]}\n: c",
    "empty complex key": b"? \n? \n",
    "python object": b"!!python/object/apply:os.system ['true']",
    "python name": b"a: !!python/name:os.system",
    "undefined tag": b"a: !x!y z",
    "documents": b"---\n" * 10_000,
    "document ends": b"...\n" * 10_000,
    "newlines": b"\n" * 900_000,
    "spaces": b" " * 900_000,
    "comments": b"#\n" * 400_000,
    "duplicates": b"a: 1\n" * 40_000,
    "late duplicate": b"".join(b"k%d: 1\n" % n for n in range(20_000)) + b"k0: 1\n",
    "many nodes": b"[" + b"a," * 400_000,
    "empty flow": b"[" + b"{}," * 200_000,
    "quotes": b'"' * 100_000,
    "single quotes": b"'" * 100_001,
    "block header": b"a: |99\n x",
    "anchors": b"&" * 50_000,
    "stars": b"*" * 50_000,
    "bangs": b"!" * 50_000,
    "too long": b"a" * 50_000_000,
    "folded": b"a: >\n" + b" x\n\n" * 150_000,
    "carriage returns": b"\r" * 10_000,
    "mixed line ends": b"a: 1\r\nb: 2\rc: 3\n",
    "next line": b"a: 1\xc2\x85b: 2",
    "line separator": "a: 1\u2028b: 2".encode(),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs(name: str) -> None:
    outcome(BOMBS[name])


REFUSED = sorted(
    BOMBS.keys()
    - {
        *("huge value", "huge number", "huge decimal", "huge explicit key", "newlines", "spaces", "comments", "folded"),
        *("document ends", "surrogate escape", "quotes", "single quotes", "tabs"),
    }
)


@pytest.mark.parametrize("name", REFUSED)
def test_bombs_are_refused(name: str) -> None:
    assert isinstance(outcome(BOMBS[name]), YamlRejected)


def mutated(random_: random.Random, data: bytes) -> bytes:
    pieces = [
        b"[",
        b"{",
        b"]",
        b"}",
        b"&a ",
        b"*a",
        b"!!x ",
        b"<<: ",
        b"? ",
        b": ",
        b"- ",
        b"\t",
        b"\n",
        b'"',
        b"'",
        b"|",
    ]
    pieces += [b"%", b"---\n", b"...\n", b"\\ud800", b"\x00", b"\xff", b"\xe2\x80\xae", b"#", b"\r", b"@", b"`", b","]
    for _ in range(random_.randrange(1, 6)):
        at = random_.randrange(len(data) + 1)
        action = random_.randrange(4)
        if action == 0:
            data = data[:at] + random_.choice(pieces) * random_.choice([1, 1, 2, 40]) + data[at:]
        elif action == 1:
            data = data[:at] + data[at + random_.randrange(1, 20) :]
        elif action == 2:
            data = data[:at] + data[random_.randrange(len(data) + 1) :][:50] + data[at:]
        else:
            data = data[:at] + bytes([random_.randrange(256)]) + data[at + 1 :]
    return data


@pytest.mark.parametrize("seed", range(10))
def test_mutations_of_a_plan(seed: int) -> None:
    random_ = random.Random(seed)  # noqa: S311
    clean = SEED.replace(b"&team ", b"").replace(b"*team", b"team")
    assert isinstance(outcome(clean), Document)
    kinds = {type(outcome(mutated(random_, clean if n % 2 else SEED))) for n in range(400)}
    assert kinds == {Document, YamlRejected}


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes(seed: int) -> None:
    random_ = random.Random(seed)  # noqa: S311
    alphabet = b"[]{}&*!|>%@`'\"#,:-? \t\n\\abc019.~<="
    for _ in range(300):
        outcome(random_.randbytes(random_.randrange(200)))
        outcome(bytes(random_.choices(alphabet, k=random_.randrange(120))))


def test_every_truncation_of_a_plan() -> None:
    for length in range(len(SEED)):
        outcome(SEED[:length])
        outcome(SEED.replace(b"&team ", b"").replace(b"*team", b"team")[:length])
