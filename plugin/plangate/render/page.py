"""What a page is made of: sections with headings, and the same as tokens for a table of contents."""

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape
from msgspec import Struct

from plangate.render.fragments import EMPTY
from plangate.render.template import fill
from plangate.render.text import visible

Token = dict[str, Any]
"""An entry of a table of contents as Python-Markdown has it: level, id, name (HTML), children."""


class Section(Struct, frozen=True):
    """A heading with what stands beneath it; `tokens` are headings inside `html` that are no sections themselves."""

    id: str
    title: str
    html: Markup
    level: int = 2
    children: tuple["Section", ...] = ()
    tokens: tuple[Token, ...] = ()


class Page(Struct, frozen=True):
    """A page as plain values; `title`, `description` and `tags` are author text that still has to be escaped."""

    title: str
    sections: tuple[Section, ...] = ()
    status: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    intro: Markup = EMPTY
    """What stands between the title and the first section."""


def page_html(page: Page) -> Markup:
    """Give the page as HTML with its title as the only heading of level one; nothing in it is unseen."""
    return Markup(visible(fill("page", page=page)))  # noqa: S704 - only characters that nobody sees are exchanged


def toc_tokens(sections: Sequence[Section]) -> list[Token]:
    """Give the headings as nested tokens, names escaped."""
    return [
        {
            "level": section.level,
            "id": section.id,
            "name": str(escape(visible(section.title))),
            "children": [*toc_tokens(section.children), *section.tokens],
        }
        for section in sections
    ]
