"""The strict YAML loader: bytes from a stranger become plain values with places, or one rejection with its place.

It drives libyaml's events and builds the values itself without recursion, so neither depth, size nor aliases can
exhaust the process, and no foreign exception comes out.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Never

from msgspec import Struct
from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    MarkedYAMLError,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    YAMLError,
)

from plangate.reading import secrets
from plangate.reading.position import Place, Places, event_parser, find_places, first_of_duplicate
from plangate.reading.scalars import FORBIDDEN, SPECIAL_START, describe_forbidden, resolve

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_NODES = 50_000

_COMPLEX_KEY = "A mapping or list cannot be a key; write a plain text key, and quote text that starts with `{` or `[`"
_NO_KEYS = frozenset({"", "~", "null", "<<"})


class YamlRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why a text was not loaded: a sentence, its 1-based line and column, and the rule it breaks.

    The rule is GEN001, or GEN002 for a repeated key, or GEN004 for a key that front matter may not hold. `source` is
    the line as it may be shown, of a repeated key: all but that key is blank.
    """

    def __init__(
        self, message: str, line: int = 1, column: int = 1, rule: str = "GEN001", source: str | None = None
    ) -> None:
        super().__init__(message, line, column, rule, source)
        self.message = message
        self.line = line
        self.column = column
        self.rule = rule
        self.source = source

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}"


class Document(Struct, frozen=True, dict=True):
    """One loaded YAML text: its values, and on demand their places.

    Where secrets of the file are masked in `text`, `hidden` says where.
    """

    name: str
    data: object
    text: str
    hidden: tuple[secrets.Hidden, ...] = ()

    def position(self, path: tuple[str | int, ...], *, key: bool = False) -> tuple[int, int]:
        """1-based (line, column) in the file of the value at `path`, or with `key` of its key.

        A path that does not exist gives the key of its nearest ancestor that does, and (1, 1) where that is the root.
        """
        line, column = self._places.of(path, key=key)
        return line, secrets.in_file(self.hidden, line, column)

    def line(self, number: int) -> str:
        """Source line `number` (1-based) with its secrets masked; empty outside the text."""
        return self._lines[number - 1] if 1 <= number <= len(self._lines) else ""

    def column(self, line: int, column: int) -> int:
        """Give the column at which a place of the file stands in its line as `line` shows it; all are 1-based."""
        return secrets.as_masked(self.hidden, line, column)

    @cached_property
    def _places(self) -> Places:
        return find_places(self.text)

    @cached_property
    def _lines(self) -> list[str]:
        return secrets.mask(self.text).split("\n")


def load(data: bytes, *, name: str, mapping: bool = False) -> Document:
    """The one YAML document in `data` (an empty file gives None); with `mapping` its top level has to be a mapping.

    `name` is what the document is called in findings. Raises YamlRejected, and nothing else.
    """
    text = decode(data)
    if (bad := FORBIDDEN.search(text)) is not None:
        line, column = _place_at(text, bad.start())
        raise YamlRejected(describe_forbidden(bad[0]), line, column)
    parser = event_parser(text)
    try:
        value, place = _build(text, parser)
    except MarkedYAMLError as error:
        raise _explained(error, text) from None
    except (YAMLError, ValueError, OverflowError) as error:  # the last two: PyYAML's own parser on `"\U99999999"`
        mark = getattr(parser, "get_mark", lambda: None)()
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        raise YamlRejected(f"This is not readable as YAML: {str(error).splitlines()[0]}", line, column) from None
    if mapping and not isinstance(value, dict) and value is not None:
        found = "a list" if isinstance(value, list) else f"{shown(str(value))}"
        raise YamlRejected(f"The file holds {found}; its top level has to be a mapping of `key: value`", *place)
    return Document(name, value, text)


def decode(data: bytes) -> str:
    """Bytes of a file as text, at most MAX_BYTES of UTF-8, lines ended by LF. Raises YamlRejected."""
    if len(data) > MAX_BYTES:
        raise YamlRejected(f"The file has more than {MAX_BYTES} bytes, the most that is read; split it")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise YamlRejected("The file is encoded as UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.object` is the data without its byte order mark, and so are its offsets.
        before = error.object[: error.start].decode()
        line, column = _place_at(before, len(before))
        byte = error.object[error.start]
        raise YamlRejected(f"Byte 0x{byte:02X} is not UTF-8; save the file as UTF-8", line, column) from None
    return text.replace("\r\n", "\n") if "\r" in text else text


def _place_at(text: str, offset: int) -> Place:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _build(text: str, parser: Any) -> tuple[object, Place]:  # noqa: PLR0912, PLR0915 -- one loop, for speed
    """The value of the one document that `parser` reads, and its place.

    The hot path: it reads no marks, and looks at tags, anchors and escapes only where the text can hold them.
    """
    get = parser.get_event
    escaped = "\\" in text
    marked = "&" in text or "!" in text
    special = SPECIAL_START
    root: list[object] = []
    first: Any = None
    documents = 0
    closed = 0
    # The open container: `add` appends to a sequence; in a mapping it is None, and `key` is None where one is due.
    current: Any = root
    add: Callable[[object], None] | None = root.append
    key: str | None = None
    stack: list[tuple[Any, Callable[[object], None] | None]] = []
    for seen in range(2 * MAX_NODES + 8):
        event = get()
        kind = type(event)
        if kind is ScalarEvent:
            value = event.value
            style = event.style
            if marked and (event.anchor is not None or event.tag is not None):
                _refuse_mark(event)
            if escaped and style == '"' and FORBIDDEN.search(value):
                _refuse(event, describe_forbidden(FORBIDDEN.findall(value)[0]))
            if add is None and key is None:
                if value in current:
                    _refuse_duplicate(event, text)
                if value in _NO_KEYS and not style:
                    _refuse_key(event)
                key = value
                continue
            if not style and (not value or value[0] in special):
                value = resolve(value)
            if add is None:
                current[key] = value
                key = None
            else:
                add(value)
                first = first or event
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            if marked and (event.anchor is not None or event.tag is not None):
                _refuse_mark(event)
            if add is None and key is None:
                _refuse(event, _COMPLEX_KEY)
            if len(stack) == MAX_DEPTH:
                _refuse(event, f"This is nested more than {MAX_DEPTH} levels deep; make the structure flatter")
            first = first or event
            opened: Any = {} if kind is MappingStartEvent else []
            if add is None:
                current[key] = opened
                key = None
            else:
                add(opened)
            stack.append((current, add))
            current = opened
            add = None if kind is MappingStartEvent else opened.append
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            closed += 1
            # Events so far are nodes, ends, and the starts of stream and document (`seen` counts from 0).
            if seen - closed - 1 > MAX_NODES:
                break
            current, add = stack.pop()
        elif kind is AliasEvent:
            _refuse(event, f"Aliases are not allowed ({shown('*' + event.anchor)}); write the value out")
        elif kind is DocumentStartEvent:
            documents += 1
            _check_document(event, documents)
        elif kind is StreamEndEvent:
            mark = first.start_mark if first is not None else None
            return (root[0] if root else None), (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    return _refuse(event, f"The file holds more than {MAX_NODES} values by this line; split it")


def _refuse(event: Any, message: str) -> Never:
    mark = event.start_mark
    raise YamlRejected(message, mark.line + 1, mark.column + 1)


def _refuse_mark(event: Any) -> Never:
    if event.anchor is not None:
        _refuse(event, f"Anchors are not allowed ({shown('&' + event.anchor)}); write the value out")
    _refuse(event, f"Tags are not allowed ({shown(event.tag)}); leave it out, and quote text that starts with `!`")


def _refuse_duplicate(event: Any, text: str) -> Never:
    mark, key = event.start_mark, shown(event.value)
    line, column = first_of_duplicate(text)
    first = f"on line {line}" if line <= mark.line else f"in column {column} of the same line"
    message = f"Key {key} stands twice in this mapping, first {first}; keep one"
    # What else stands on the line may be a secret, and nothing masks those of a text that is not loaded.
    source = f"{' ' * mark.column}{key.strip('`')}: …"
    raise YamlRejected(message, mark.line + 1, mark.column + 1, "GEN002", source)


def _refuse_key(event: Any) -> Never:
    if event.value == "<<":
        _refuse(event, "Merge keys (`<<`) are not allowed; write the keys out")
    _refuse(event, "A key is empty; name it, or put it in quotes if it is meant as the text `null`")


def _check_document(event: Any, documents: int) -> None:
    if documents > 1:
        _refuse(event, "A second document starts here (`---`); a file holds one, split it")
    if event.tags:
        _refuse(event, "Tag directives (`%TAG`) are not allowed; remove the line")
    if event.version is not None and tuple(event.version) != (1, 2):
        version = ".".join(map(str, event.version))
        _refuse(event, f"The file asks for YAML {version} (`%YAML`); plans are YAML 1.2, remove the line")


def shown(text: str) -> str:
    """Author text as a message quotes it: in backticks, one line, 40 characters at most, secrets masked."""
    line = " ".join(secrets.mask(text[:2000]).split()).replace("`", "'")
    return f"`{line[:40]}…`" if len(line) > 40 else f"`{line}`"


_WORDS = {
    "mapping values are not allowed": "A second `: ` follows on this line; quote text that holds a colon, "
    "or start the nested mapping on its own line",
    "did not find expected key": "This does not fit the mapping{opened}; align it with the keys around it, "
    "and quote the whole of a text that goes on after a quote",
    "could not find expected ':'": "A key{opened} has no `:` after it; write `key: value`",
    "did not find expected '-' indicator": "This does not fit the list{opened}; start each item with `- `, "
    "all at the same indentation",
    "did not find expected ',' or ']'": "The list opened with `[`{opened} is not closed before this; add `]` or `,`",
    "did not find expected ',' or '}'": "The mapping opened with `{`{opened} is not closed before this; add `}` or `,`",
    "found unexpected end of stream": "The quoted text{opened} is never closed; add the closing quote",
    "found unexpected document indicator": "The quoted text{opened} is never closed; add the closing quote",
    "did not find expected <document start>": "Something follows the end of the document; a file holds one, split it",
    "block sequence entries are not allowed": "A list cannot start here; put `- ` on a line of its own under its key",
    "block mapping entries are not allowed": "A mapping cannot start here; put its first key on a line of its own",
    "found a tab character that violates indentation": "A tab stands where YAML wants spaces; indent with spaces",
    "found unknown escape character": "This escape is unknown; double the backslash, or use single quotes",
    "found invalid unicode character escape": "This escape is no character; write the character itself",
    "did not find expected hexdecimal number": "This escape lacks hexadecimal digits; double the backslash, "
    "or use single quotes",
    "did not find expected alphabetic or numeric character": "An anchor or alias lacks its name; "
    "quote text that starts with `&` or `*`",
}
"""How libyaml's complaints begin, and what they mean to an author; `{opened}` is where the structure began."""


def _explained(error: MarkedYAMLError, text: str) -> YamlRejected:
    """libyaml's complaint in the words of a colleague."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem = str(error.problem or error.context or "unknown structure")
    if "cannot start any token" in problem:
        lines = text.split("\n")
        character = lines[line - 1][column - 1 : column] if line <= len(lines) else ""
        if character == "\t":
            return YamlRejected("A tab stands where YAML wants spaces; indent with spaces", line, column)
        return YamlRejected(f"A value cannot start with {shown(character)}; put the text in quotes", line, column)
    opened = ""
    if error.context_mark is not None and error.context_mark.line + 1 != line:
        opened = f" on line {error.context_mark.line + 1}"
    for start, words in _WORDS.items():
        if problem.lower().startswith(start):
            return YamlRejected(words.replace("{opened}", opened), line, column)
    context = f", {error.context}{opened}" if error.context and error.context != problem else ""
    return YamlRejected(f"This is not readable as YAML: {problem}{context}", line, column)
