"""Small pieces of pages: tables, figures, chips, lists, links."""

import json
from collections.abc import Iterable, Sequence
from typing import Literal

from markupsafe import Markup, escape
from msgspec import Struct

from plangate.render.template import fill
from plangate.render.text import visible

EMPTY = Markup("")
NOTHING = Markup('<span class="pg-none">not stated</span>')
"""What stands where a value is missing."""

Align = Literal["text", "number"]


class Head(Struct, frozen=True):
    """The head of a column; numbers are set to the right."""

    title: str
    align: Align = "text"


class Cell(Struct, frozen=True):
    """A cell; `sort` is the number by which it is sorted, `tone` a class of ours."""

    html: Markup
    sort: str | None = None
    tone: str = ""


class Row(Struct, frozen=True):
    """A row of a table; `below` is a second row over the whole width."""

    cells: Sequence[Cell | Markup | str]
    id: str | None = None
    below: Markup = EMPTY
    tone: str = ""


def table(
    caption: str,
    heads: Sequence[Head | str],
    rows: Iterable[Row],
    *,
    foot: Row | None = None,
    sortable: bool = False,
    hidden: bool = False,
) -> Markup:
    """Give a table in a region that scrolls by itself; the first cell of each row heads it.

    `foot` is a last row that sorting leaves in its place. `hidden` keeps the caption for screen readers only, where a
    heading says the same.
    """
    columns = [Head(head) if isinstance(head, str) else head for head in heads]
    lines, last = (
        [(row, [_cell(cell) for cell in row.cells]) for row in some] for some in (rows, [foot] if foot else [])
    )
    return fill("table", caption=caption, heads=columns, rows=lines, foot=last, sortable=sortable, hidden=hidden)


def _cell(cell: Cell | Markup | str) -> Cell:
    return cell if isinstance(cell, Cell) else Cell(text(cell))


def text(value: str) -> Markup:
    """Escape author text, with unseen characters made visible; Markup stays as it is."""
    return value if isinstance(value, Markup) else escape(visible(value))


def number(html: str, sort: object = None, *, derived: bool = False) -> Cell:
    """Give a cell for a number: sorted by `sort`, italic where it is computed."""
    return Cell(
        text(html),
        None if sort is None else format(sort, "f") if hasattr(sort, "as_tuple") else str(sort),
        "pg-derived" if derived else "",
    )


def joined(parts: Iterable[str], between: str = "") -> Markup:
    """Join pieces, escaping what is not yet markup."""
    return escape(between).join(text(part) for part in parts)


def link(title: str, href: str | None) -> Markup:
    """Give a link, or the text alone where there is no address."""
    return Markup('<a href="{}">{}</a>').format(href, text(title)) if href else text(title)


def code(value: str) -> Markup:
    """Give text as code."""
    return Markup("<code>{}</code>").format(visible(value))


def paragraph(value: str) -> Markup:
    """Give text as a paragraph."""
    return Markup("<p>{}</p>").format(text(value))


def chips(items: Iterable[str]) -> Markup:
    """Give short texts as a list in one line."""
    return Markup('<ul class="pg-chips">{}</ul>').format(joined(_item(item) for item in items))


def bullets(items: Iterable[str]) -> Markup:
    """Give texts as a list."""
    return Markup("<ul>{}</ul>").format(joined(_item(item) for item in items))


def _item(item: str) -> Markup:
    return Markup("<li>{}</li>").format(text(item))


def figures(entries: Iterable[tuple[str, str]]) -> Markup:
    """Give key figures in a row: label above, value beneath."""
    return fill("figures", entries=[(name, text(value)) for name, value in entries])


def facts(entries: Iterable[tuple[str, str]], *, inline: bool = False) -> Markup:
    """Give a definition list; `inline` sets it in one line, for cells."""
    pairs = joined(
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(text(name), text(value)) for name, value in entries
    )
    return Markup('<dl class="{}">{}</dl>').format("pg-inline" if inline else "pg-facts", pairs)


def mark(word: str, tone: Literal["assumed", "inherited", "derived", "none"]) -> Markup:
    """Give a small remark beside a value."""
    return Markup(' <small class="pg-mark pg-{}">{}</small>').format(tone, visible(word))


def safe_json(data: object) -> Markup:
    """Give JSON that cannot end the element that it stands in."""
    written = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    for sign in "<>&":
        written = written.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(written)  # noqa: S704 -- no sign that means anything in HTML is left
