"""The name of a type, as a warehouse, a contract or a plan writes it, read into one form.

`bigint`, `INT64` and `long` are the same type. What a name means depends on the system in places: `TIMESTAMP` is an
instant in BigQuery and Databricks, a reading of the clock in Postgres, Redshift and DuckDB, and a row version in T-SQL.
Without a system such a name says only what all agree about.
"""

import re
from dataclasses import replace
from functools import lru_cache

from plangate.model.table import Field, Type
from plangate.model.typewords import ALIASES, FRACTIONS, SYSTEM_WORDS, WORDS, Word

MAX_LENGTH = 20_000
"""Characters of the longest name that is read; a longer one is `unknown`."""
MAX_DEPTH = 24
"""How deep arrays, maps and records may lie in one another in one name; a deeper one is `unknown`."""

_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[^\W\d][\w$]*(?:\.[^\W\d][\w$]*)*)|(?P<number>\d+)|(?P<quoted>"[^"]*"|`[^`]*`|'(?:[^']|'')*')|(?P<mark>[<>(),:\[\]-]))"""
)
_ZONES = {
    ("with", "time", "zone"): True,
    ("with", "local", "time", "zone"): True,
    ("without", "time", "zone"): False,
}
_TEXTUAL = frozenset({"string", "bytes"})
_TIMED = frozenset({"time", "timestamp"})


class _Unreadable(Exception):  # noqa: N818 -- a name nobody knows, not an error of the program
    """A name that is no type."""


def system_of(text: str | None) -> str | None:
    """Give the one name by which a system is known here (`postgresql` is `postgres`); None for one nobody knows."""
    if text is None:
        return None
    name = text.strip().lower()
    name = ALIASES.get(name, name)
    return name if name in SYSTEM_WORDS else None


@lru_cache(maxsize=8192)
def read_type(text: str, system: str | None = None) -> Type:
    """Read the name of a type, for example `DECIMAL(10,2)`, `ARRAY<STRUCT<a INT64>>` or `timestamp_tz`.

    `system` is the system whose name it is (see `system_of`), `odcs` for a logicalType, `ansi` for standard SQL. What
    cannot be read is of kind `unknown`; nothing is raised.
    """
    if len(text) > MAX_LENGTH:
        return Type("unknown", written=text[:80] + "…")
    try:
        reader = _Reader(text, system_of(system))
        found = reader.type(0)
        reader.end()
    except _Unreadable:
        return Type("unknown", written=" ".join(text.split()))
    return replace(found, written=" ".join(text.split()))


class _Reader:
    """One pass over the tokens of a name."""

    def __init__(self, text: str, system: str | None) -> None:
        self.system = system
        self.words = SYSTEM_WORDS.get(system or "", {})
        self.tokens: list[str] = []
        self.at = 0
        text, place = text.rstrip(), 0
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None:
                raise _Unreadable
            self.tokens.append(found.group().strip())
            place = found.end()

    def peek(self, ahead: int = 0) -> str:
        place = self.at + ahead
        return self.tokens[place].lower() if place < len(self.tokens) else ""

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise _Unreadable
        self.at += 1
        return self.tokens[self.at - 1]

    def took(self, *wanted: str) -> bool:
        """Take the words, if they are next."""
        if all(self.peek(ahead) == word for ahead, word in enumerate(wanted)):
            self.at += len(wanted)
            return True
        return False

    def expect(self, mark: str) -> None:
        if not self.took(mark):
            raise _Unreadable

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise _Unreadable

    def type(self, depth: int) -> Type:
        """Read one type with its arguments and what follows it."""
        if depth > MAX_DEPTH:
            raise _Unreadable
        word = self.word()
        # `array` with its items; without them it is a word like others.
        opened = self.peek() if self.peek() in {"<", "("} else ""
        if word.inner and opened and not (word.inner == "array" and self.peek(1).isdigit()):
            self.take()
            found = self.inner(word, ">" if opened == "<" else ")", depth)
        else:
            found = self.sized(word)
        return self.suffixes(self.zoned(found), depth)

    def word(self) -> Word:
        name = self.take().lower()
        if not (name[0].isalpha() or name[0] == "_"):
            raise _Unreadable
        name = name.rsplit(".", 1)[-1] if name.startswith(("pg_catalog.", "sys.")) else name
        if name == "double":
            self.took("precision")
        elif name in {"character", "char", "nchar", "national"}:
            if name == "national":
                self.take()
            name = "varchar" if self.took("varying") or self.took("large", "object") else "char"
        elif name == "binary" and (self.took("varying") or self.took("large", "object")):
            name = "varbinary"
        elif name == "bit" and self.took("varying"):
            name = "varbit"
        elif name == "long" and self.peek() in {"varchar", "varbinary", "raw"}:
            name = self.take().lower()
        word = self.words.get(name) or WORDS.get(name)
        if word is None and name.startswith("_") and (items := self.words.get(name[1:]) or WORDS.get(name[1:])):
            return Word(Type("array", items=items.type))  # Postgres: _int4 is int4[]
        if word is None:
            raise _Unreadable
        return word

    def sized(self, word: Word) -> Type:
        """Read the numbers behind a name: a length, precision and scale, or the digits of a fraction."""
        found = word.type
        if not self.took("("):
            return found
        numbers: list[int | None] = []
        while True:
            numbers.append(self.number())
            if self.took(")"):
                break
            self.expect(",")
        first = numbers[0]
        if word.numbers is not None and first is not None:
            return word.numbers(first)
        if found.kind == "decimal":
            scale = numbers[1] if len(numbers) > 1 else 0
            return replace(found, precision=first, scale=scale)
        if found.kind in _TEXTUAL:
            return replace(found, length=first)
        if found.kind in _TIMED:
            return replace(found, fraction=first)
        return found

    def number(self) -> int | None:
        """Read one number in brackets; None for `max` and for a value of an enum."""
        text = f"-{self.take()}" if self.took("-") else self.take()
        if text[0] == "'" or text.lower() == "max":
            return None
        if not text.lstrip("-").isdigit() or len(text) > 10:
            raise _Unreadable
        if not self.took("char"):  # Oracle and Snowflake: varchar(10 char)
            self.took("byte")
        return int(text)

    def zoned(self, found: Type) -> Type:
        """Read `with time zone` and `unsigned`, and fill the digits of a second that the system keeps by itself."""
        if found.kind in _TIMED:
            for words, zoned in _ZONES.items():
                if self.took(*words):
                    found = replace(found, zoned=zoned)
            if found.fraction is None and self.system is not None:
                found = replace(found, fraction=FRACTIONS.get(self.system))
        elif found.kind in {"integer", "decimal", "float"}:
            if self.took("unsigned"):
                found = replace(found, unsigned=True)
            else:
                self.took("signed")
            self.took("zerofill")
        elif found.kind == "interval":
            while self.peek() in {"year", "month", "day", "hour", "minute", "second", "to"}:
                self.take()
        return found

    def suffixes(self, found: Type, depth: int) -> Type:
        """Read `[]`, `[3]` and `array` behind a type."""
        while True:
            if self.took("["):
                if self.peek().isdigit():
                    self.take()
                self.expect("]")
            elif not self.took("array"):
                return found
            depth += 1
            if depth > MAX_DEPTH:
                raise _Unreadable
            found = Type("array", items=found)

    def inner(self, word: Word, close: str, depth: int) -> Type:
        """Read what stands in the brackets of an array, map, record or union."""
        if word.inner in {"record", "union"}:
            fields = self.fields(close, depth)
            if word.inner == "union":
                return Type("union", branches=tuple(field.type for field in fields))
            return Type("record", fields=fields)
        first = self.type(depth + 1)
        self.constraints()
        if word.inner == "nullable":
            self.expect(close)
            return first
        if word.inner == "map":
            self.expect(",")
            first = self.type(depth + 1)
            self.constraints()
        elif self.took(","):  # array(float, 3)
            self.take()
        self.expect(close)
        return Type("array" if word.inner == "array" else "map", items=first)

    def fields(self, close: str, depth: int) -> tuple[Field, ...]:
        found: list[Field] = []
        while not self.took(close):
            if found:
                self.expect(",")
            name = self.name(len(found))
            kind = self.type(depth + 1)
            found.append(Field(name, kind, nullable=self.constraints()))
        return tuple(found)

    def name(self, position: int) -> str:
        """Read a field's name, with or without a colon; BigQuery leaves names out, which gives `_1`, `_2` and so on."""
        token, following = self.peek(), self.peek(1)
        quoted = token[:1] in {'"', "`"}
        if not quoted and following in {",", ">", ")", "<", "(", "["}:
            return f"_{position + 1}"
        name = self.take()
        self.took(":")
        return name[1:-1] if quoted else name

    def constraints(self) -> bool | None:
        nullable: bool | None = None
        while True:
            if self.took("not", "null"):
                nullable = False
            elif self.took("null"):
                nullable = True
            elif self.took("comment") or self.took("collate"):
                self.take()
            else:
                return nullable


_BITS = {8: "tinyint", 16: "smallint", 24: "mediumint", 32: "int", 64: "bigint", 128: "hugeint", 256: "int256"}
_ZONED = {None: "", True: "_tz", False: "_ntz"}


def type_name(found: Type) -> str:
    """Write a type in words that `read_type` reads as the same type where no system is named; an unknown as written."""
    sign = " unsigned" if found.unsigned else ""
    match found.kind:
        case "integer":
            return _BITS.get(found.bits or 0, "integer") + sign
        case "float":
            return {16: "half", 32: "real", 64: "double"}.get(found.bits or 0, "float") + sign
        case "decimal":
            size = "" if found.precision is None else f"({found.precision},{found.scale or 0})"
            return f"decimal{size}{sign}"
        case "string" | "bytes":
            word, short = ("varchar", "string") if found.kind == "string" else ("varbinary", "bytes")
            return short if found.length is None else f"{word}({found.length})"
        case "time" | "timestamp":
            fraction = "" if found.fraction is None else f"({found.fraction})"
            return f"{found.kind}{_ZONED[found.zoned]}{fraction}"
        case "array":
            return f"array<{type_name(found.items)}>" if found.items else "array"
        case "map":
            return f"map<string, {type_name(found.items)}>" if found.items else "map"
        case "record":
            return f"struct<{', '.join(map(_field_name, found.fields))}>" if found.fields else "struct"
        case "union":
            return f"union<{', '.join(f'b{at}: {type_name(one)}' for at, one in enumerate(found.branches))}>"
        case "unknown":
            return found.written
        case _:
            return found.kind


def _field_name(found: Field) -> str:
    name = found.name if re.fullmatch(r"[^\W\d]\w*", found.name) else '"' + found.name.replace('"', "'") + '"'
    return f"{name}: {type_name(found.type)}{' not null' if found.nullable is False else ''}"
