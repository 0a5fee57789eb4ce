"""The Markdown of a plan before anything renders it: its front matter, and the limits of its body."""

import re
from itertools import chain
from typing import NamedTuple

from plangate.reading.scalars import FORBIDDEN, describe_forbidden
from plangate.reading.yaml import Document, YamlRejected, load, shown

ALLOWED = ("title", "description", "tags")

MAX_PAGE = 200_000
MAX_LINE = 10_000
MAX_RUN = 200
MAX_NESTING = 20
MAX_SEARCH = 4_000_000
"""Characters that the renderer may pass in search of closing brackets; it is quadratic there (50 unclosed `[` before
190 KB of text take 2.4 s in Python-Markdown 3)."""
INDENT = 4
"""Columns of one level of nesting in Markdown."""

_FENCE = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
# What MkDocs would read as metadata at the top of a page: front matter again, or MultiMarkdown's `key: value`.
_TAKEN_FOR_META = re.compile(r"---|[ ]{0,3}[A-Za-z0-9_-]+:")
_RUN = re.compile(rf"([\[\](){{}}<>])\1{{{MAX_RUN}}}")
_BRACKETS = re.compile(r"`|[\[(>]|(?<!\\)[\])]|<(?=[A-Za-z/!?])|\n[ \t]*(?=\n)")
_CLOSES = {"]": "[", ")": "(", ">": "<"}
_MARKERS = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|[0-9]{1,9}[.)])(?=[ \t]|$)))*[ \t]*")
_DEEP = re.compile(rf"^[ \t>*+.)0-9-]{{{MAX_NESTING + 1}}}", re.MULTILINE)
"""Every level takes a character at least."""
_BYTES = 4
"""The most that a character takes in UTF-8."""
_MARKER = re.compile(r">|[-*+]|[0-9]+[.)]")


class Page(NamedTuple):
    """A page taken apart: its metadata, its body, and the offset: line n of the body is line n + offset of the page."""

    meta: dict[str, object]
    body: str
    offset: int


class Breach(NamedTuple):
    """A limit that a page breaks: 1-based line and column, and a sentence."""

    line: int
    column: int
    message: str


def split(text: str, name: str) -> Page:
    """The metadata and the body of a page.

    Only `title` and `description` (text) and `tags` (a list of text) are allowed; anything else raises YamlRejected
    with its place on the page. Where the body opens like metadata, an empty line goes before it (and the offset is one
    less), so that MkDocs can take no second front matter, and no `Note: …`, for settings of the page.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    meta: dict[str, object] = {}
    body, offset = text, 0
    if opening := _FENCE.match(text):
        closing = _CLOSING.search(text, opening.end())
        if closing is None:
            raise YamlRejected("The front matter opened here is not closed; end it with a line of `---`")
        meta = _metadata(text[opening.end() : closing.start()], name)
        body = text[closing.end() :]
        offset = text.count("\n", 0, closing.end())
    if _TAKEN_FOR_META.match(body):
        return Page(meta, "\n" + body, offset - 1)
    return Page(meta, body, offset)


def _metadata(source: str, name: str) -> dict[str, object]:
    # An empty line stands for the opening `---`, so that places and messages count the lines of the page.
    document = load(f"\n{source}".encode("utf-8", "surrogatepass"), name=name, mapping=True)
    given = document.data if isinstance(document.data, dict) else {}
    meta: dict[str, object] = {}
    for key, value in given.items():
        if key not in ALLOWED:
            allowed = f"{', '.join(ALLOWED[:-1])} and {ALLOWED[-1]}"
            raise YamlRejected(
                f"Front matter key {shown(key)} is not allowed; a page of a plan sets {allowed}",
                *document.position((key,), key=True),
                rule="GEN004",
            )
        if key == "tags":
            if not isinstance(value, list):
                raise YamlRejected(
                    "`tags` has to be a list of text, such as `[orders, finance]`", *document.position((key,))
                )
            meta[key] = [_text(document, (key, index), tag) for index, tag in enumerate(value)]
        else:
            meta[key] = _text(document, (key,), value)
    return meta


def _text(document: Document, path: tuple[str | int, ...], value: object) -> str:
    if value is None or isinstance(value, bool | dict | list):
        what = {dict: "a mapping", list: "a list", bool: str(value).lower()}.get(type(value), "empty")
        field = path[0] if len(path) == 1 else f"{path[0]}[{path[1]}]"
        raise YamlRejected(
            f"`{field}` is {what}; write text, in quotes where it looks like something else", *document.position(path)
        )
    return str(value)


def check_limits(body: str) -> list[Breach]:
    """Where `body` breaks the limits that keep the Markdown renderer safe, at most one breach per limit and line.

    Limits: page 200 KB, line 10 KB (UTF-8), 200 equal brackets in a row, 20 levels of lists and quotes, brackets that
    close near by, no control or bidirectional characters.
    """
    size = len(body.encode("utf-8", "surrogatepass"))
    breaches: list[Breach] = []
    if size > MAX_PAGE:
        first = len(body) - len(body.lstrip("\n")) + 1
        return [Breach(first, 1, f"The page has {size} bytes; {MAX_PAGE} is the most that is rendered, split it")]
    doubtful = _RUN.search(body) or _DEEP.search(body) or FORBIDDEN.search(body)
    lines = body.split("\n")
    if not doubtful and max(map(len, lines)) * _BYTES <= MAX_LINE:  # nearly all pages: nothing is wrong with any line
        lines = []
    for number, line in enumerate(lines, start=1):
        breaches += (Breach(number, column, message) for column, message in _line_breaches(line))
    if (unclosed := _unclosed(body)) is not None:
        row = body.count("\n", 0, unclosed) + 1
        column = unclosed - body.rfind("\n", 0, unclosed)
        message = (
            f"Too many brackets are open at this `{body[unclosed]}`; close them, or put an empty line between them"
        )
        breaches.append(Breach(row, column, message))
    return sorted(breaches)


def _unclosed(body: str) -> int | None:
    """The offset of the bracket whose search for its end exceeds `MAX_SEARCH`, if there is one.

    `[` and `(` are searched up to the end of their block, an HTML tag up to the end of the page. A closing bracket
    may hide in a code span only if a backtick stands before it; such a one is taken to close nothing.
    """
    waiting: dict[str, list[int]] = {"[": [], "(": [], "<": []}
    if sum(map(body.count, waiting)) * len(body) <= MAX_SEARCH:  # nearly all pages: were each searched to the end
        return None
    passed = 0
    backtick = -1
    for found in _BRACKETS.finditer(body):
        mark, offset = found[0], found.start()
        if mark in waiting:
            waiting[mark].append(offset)
        elif mark == "`":
            backtick = offset
        elif mark in _CLOSES:
            starts = waiting[_CLOSES[mark]]
            if starts and (mark == ">" or starts[-1] > backtick):
                passed += offset - starts[-1]
                if passed > MAX_SEARCH:
                    return starts[-1]
                starts.pop()
        else:
            for start in (*waiting["["], *waiting["("]):
                passed += offset - start
                if passed > MAX_SEARCH:
                    return start
            waiting["["].clear()
            waiting["("].clear()
    for start in sorted(chain.from_iterable(waiting.values())):
        passed += len(body) - start
        if passed > MAX_SEARCH:
            return start
    return None


def _line_breaches(line: str) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    length = len(line.encode("utf-8", "surrogatepass"))
    if length > MAX_LINE:
        found.append((1, f"The line has {length} bytes; {MAX_LINE} is the most, break it"))
    if run := _RUN.search(line):
        found.append((run.start() + 1, f"More than {MAX_RUN} `{run[1]}` in a row; shorten the run"))
    markers = _MARKERS.match(line)
    if markers and markers.end():
        indent = len(line) - len(line.lstrip(" \t"))
        width = len(line[:indent].expandtabs(INDENT))
        levels = width // INDENT + len(_MARKER.findall(markers[0]))
        if levels > MAX_NESTING:
            found.append((1, f"Lists and quotes are nested {levels} levels deep here; {MAX_NESTING} is the most"))
    if bad := FORBIDDEN.search(line):
        found.append((bad.start() + 1, describe_forbidden(bad[0])))
    return found
