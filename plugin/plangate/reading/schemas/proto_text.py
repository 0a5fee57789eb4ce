"""Protobuf text (`.proto`, proto2, proto3 and editions) as plain values: messages, enums, fields, what is reserved.

An own reader, since the one that Python has (ANTLR) takes minutes for a file of a megabyte, and this needs the bones
only. Bodies of services, options and extensions are passed over. https://protobuf.dev/reference/protobuf/proto3-spec/
"""

import re
from typing import Any

from plangate.reading.schemas.source import SchemaRejected
from plangate.reading.yaml import shown

MAX_DEPTH = 32
MAX_TOKENS = 100_000
MAX_RESERVED = 1_000
"""Ranges of numbers, and names, that one message or enum may reserve."""

_TOKEN = re.compile(
    r"""(?P<skip>\s+|//[^\n]*|/\*.*?\*/)|(?P<text>"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')|(?P<word>[A-Za-z_.][\w.]*|[-+]?\d[\w.+-]*)|(?P<mark>[{}()\[\]<>=;,:/-])""",
    re.DOTALL,
)
_LABELS = frozenset({"optional", "required", "repeated"})
_CLOSES = {"{": "}", "(": ")", "[": "]", "<": ">"}


class ProtoText:
    """The tokens of a file and where they stand."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.tokens: list[str] = []
        self.offsets: list[int] = []
        self.comments: dict[int, str] = {}
        self.at = 0
        place = 0
        comment = ""
        while place < len(content):
            found = _TOKEN.match(content, place)
            if found is None:
                raise self.wrong(f"{shown(content[place])} belongs to nothing", place)
            if found["skip"] is None:
                if comment:
                    self.comments[len(self.tokens)] = comment
                comment = ""
                self.tokens.append(found[0])
                self.offsets.append(place)
                if len(self.tokens) > MAX_TOKENS:
                    raise self.wrong(f"The file holds more than {MAX_TOKENS} words and marks; split it", place)
            elif found[0][0] == "/":
                comment = " ".join((comment + " " + found[0].strip("/* \n")).split())
            elif found[0].count("\n") > 1:
                comment = ""
            place = found.end()

    def wrong(self, message: str, offset: int | None = None) -> SchemaRejected:
        """Make the rejection for what stands at an offset, or at the token that is next."""
        if offset is None:
            offset = self.offsets[self.at] if self.at < len(self.offsets) else len(self.content)
        return SchemaRejected(message, *self.place(offset))

    def place(self, offset: int) -> tuple[int, int]:
        """1-based line and column of an offset."""
        return self.content.count("\n", 0, offset) + 1, offset - self.content.rfind("\n", 0, offset)

    def read(self) -> dict[str, Any]:
        """The file as plain values. Raises SchemaRejected."""
        file: dict[str, Any] = {"syntax": "proto2", "package": "", "imports": [], "messages": [], "enums": []}
        while self.at < len(self.tokens):
            word = self.take()
            if word in {"syntax", "edition"}:
                self.expect("=")
                file["syntax"] = self.take().strip("\"'")
                self.expect(";")
            elif word == "package":
                file["package"] = self.take()
                self.expect(";")
            elif word == "import":
                if self.peek() in {"public", "weak", "option"}:
                    self.take()
                file["imports"].append(self.take().strip("\"'"))
                self.expect(";")
            elif word == "message":
                file["messages"].append(self.message(0))
            elif word == "enum":
                file["enums"].append(self.enum())
            elif word in {"option", "service", "extend"}:
                self.statement()
            elif word != ";":
                self.at -= 1
                raise self.wrong(f"{shown(word)} starts nothing that a .proto file holds")
        return file

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise self.wrong("The file ends in the middle of a definition")
        self.at += 1
        return self.tokens[self.at - 1]

    def name(self) -> str:
        word = self.take()
        if not (word[0].isalpha() or word[0] in "_."):
            self.at -= 1
            raise self.wrong(f"{shown(word)} stands where a name belongs")
        return word

    def expect(self, mark: str) -> None:
        if self.peek() != mark:
            found = shown(self.peek()) if self.peek() else "the end of the file"
            raise self.wrong(f"`{mark}` is missing before {found}")
        self.at += 1

    def statement(self) -> None:
        """Pass over everything up to the `;` or the closed body of what is not read."""
        while True:
            word = self.take()
            if word == ";":
                return
            if word == "{":
                self.block("{")
                if self.peek() == ";":
                    self.take()
                return

    def block(self, opened: str) -> list[str]:
        """Pass over what stands between brackets; gives its tokens."""
        start = self.at
        waiting = [_CLOSES[opened]]
        while waiting:
            word = self.take()
            if word in {"{", "[", "("}:
                waiting.append(_CLOSES[word])
            elif word in {"}", "]", ")"} and waiting.pop() != word:
                self.at -= 1
                raise self.wrong(f"{shown(word)} closes nothing")
        return self.tokens[start : self.at - 1]

    def message(self, depth: int) -> dict[str, Any]:
        comment = self.comments.get(self.at - 1)
        offset = self.offsets[self.at] if self.at < len(self.offsets) else 0
        if depth > MAX_DEPTH:
            raise self.wrong(f"Messages lie more than {MAX_DEPTH} levels deep in one another")
        name = self.name()
        found = _message(name, comment, offset)
        self.expect("{")
        self.body(found, depth, None)
        return found

    def body(self, found: dict[str, Any], depth: int, oneof: str | None) -> None:
        while (word := self.take()) != "}":
            if word == "message" and self.next_is("{"):
                found["messages"].append(self.message(depth + 1))
            elif word == "enum" and self.next_is("{"):
                found["enums"].append(self.enum())
            elif word == "oneof" and self.next_is("{"):
                name = self.name()
                self.expect("{")
                self.body(found, depth, name)
            elif word == "reserved":
                self.reserved(found)
            elif word in {"option", "extensions", "extend"}:
                self.statement()
            elif word != ";":
                self.at -= 1
                self.field(found, depth, oneof)

    def next_is(self, mark: str) -> bool:
        """Whether a mark stands behind the name that is next."""
        return self.at + 1 < len(self.tokens) and self.tokens[self.at + 1] == mark

    def reserved(self, found: dict[str, Any]) -> None:
        words = []
        while (word := self.take()) != ";":
            words.append(word)
            if len(words) + len(found["reserved_numbers"]) > 4 * MAX_RESERVED:
                raise self.wrong(f"This reserves more than {MAX_RESERVED} ranges and names")
        at = 0
        while at < len(words):
            word = words[at]
            if word.isdigit():
                last = words[at + 2] if words[at + 1 : at + 2] == ["to"] and at + 2 < len(words) else word
                found["reserved_numbers"].append([_number(word), None if last == "max" else _number(last)])
                at += 2 if last is not word else 0
            elif word != ",":
                found["reserved_names"].append(word.strip("\"'"))
            at += 1

    def field(self, found: dict[str, Any], depth: int, oneof: str | None) -> None:
        comment, offset = self.comments.get(self.at), self.offsets[self.at]
        label = self.take() if self.peek() in _LABELS else None
        kind = self.name()
        key = None
        if kind == "map" and self.peek() == "<":
            self.take()
            key = self.name()
            self.expect(",")
            kind = self.name()
            self.expect(">")
        name = self.name()
        self.expect("=")
        number = self.take()
        if not number.isdigit() or _number(number) is None:
            self.at -= 1
            raise self.wrong(f"{shown(number)} is no field number")
        options: dict[str, str] = {}
        if self.peek() == "[":
            self.take()
            options = _options(self.block("["))
        if kind == "group":
            self.expect("{")
            group = _message(name, comment, offset)
            if depth >= MAX_DEPTH:
                raise self.wrong(f"Messages lie more than {MAX_DEPTH} levels deep in one another")
            self.body(group, depth + 1, None)
            found["messages"].append(group)
            kind, name = name, name.lower()
        else:
            self.expect(";")
        found["fields"].append(
            {
                "name": name,
                "type": kind,
                "key": key,
                "label": label,
                "number": _number(number),
                "oneof": oneof,
                "options": options,
                "comment": comment,
                "offset": offset,
            }
        )

    def enum(self) -> dict[str, Any]:
        offset = self.offsets[self.at] if self.at < len(self.offsets) else 0
        found: dict[str, Any] = {"name": self.name(), "offset": offset, "values": {}}
        found |= {"reserved_numbers": [], "reserved_names": []}
        self.expect("{")
        while (word := self.take()) != "}":
            if word == "reserved":
                self.reserved(found)
            elif word == "option" and self.peek() != "=":
                self.statement()
            elif word != ";":
                if word in found["values"]:
                    self.at -= 1
                    raise self.wrong(f"{shown(word)} stands twice in this enum")
                self.expect("=")
                found["values"][word] = _number(self.take())
                if self.peek() == "[":
                    self.take()
                    self.block("[")
                self.expect(";")
        return found


def _message(name: str, comment: str | None, offset: int) -> dict[str, Any]:
    held: dict[str, Any] = {part: [] for part in ("fields", "messages", "enums", "reserved_numbers", "reserved_names")}
    return {"name": name, "comment": comment, "offset": offset, **held}


def _number(text: str) -> int | None:
    try:
        return int(text, 0) if len(text) < 12 else None
    except ValueError:
        return int(text, 8) if re.fullmatch("-?0[0-7]+", text) else None


def _options(tokens: list[str]) -> dict[str, str]:
    """The options of a field that have one plain word as value: `deprecated = true`."""
    return {
        tokens[at - 1]: tokens[at + 1].strip("\"'")
        for at, token in enumerate(tokens)
        if token == "=" and 0 < at < len(tokens) - 1  # noqa: S105 -- a token of a grammar
    }
