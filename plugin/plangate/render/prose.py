"""Authors' Markdown as HTML that can do no harm: capped, rendered, cleaned, headings moved below ours."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from markupsafe import Markup, escape
from msgspec import Struct

from plangate.render.page import Token
from plangate.render.text import visible

ID_PREFIX = "pg-prose-"
LARGEST_PAGE = 200_000
LONGEST_LINE = 10_000
MOST_IN_A_ROW = 200
DEEPEST = 20

EXTENSIONS: tuple[str, ...] = (
    "tables",
    "fenced_code",
    "footnotes",
    "def_list",
    "admonition",
    "attr_list",
    "sane_lists",
)
"""What prose is rendered with where the portal says nothing."""

_NEVER = ("snippets", "macros", "pymdownx.b64", "pymdownx.blocks.html", "toc", "markdown.extensions.toc", "meta")
_RUN = re.compile(rf"([\[\](){{}}<>!*_`~^=+\\&])\1{{{MOST_IN_A_ROW}}}")
_LEAD = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d+[.)][ \t])*")
_DRIVE = re.compile(r"[\\/]{2}|[\x00-\x20]*[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
_MARKERS = re.compile(r">|[-*+][ \t]|\d+[.)][ \t]")

_TAG_NAMES = (
    "a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h2 h3 h4 h5 h6 hr i img input ins kbd label li mark ol p pre q s samp small span strong sub summary sup table "
    "tbody td tfoot th thead tr u ul var wbr"
)
_TAGS = frozenset(_TAG_NAMES.split())
_ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"id", "class", "title", "lang", "dir"}),
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan", "align"}),
    "th": frozenset({"colspan", "rowspan", "align", "scope"}),
    "ol": frozenset({"start", "type"}),
    "details": frozenset({"open"}),
    "input": frozenset({"checked", "disabled"}),
}
_CLASS_NAMES = (
    "admonition admonition-title note abstract info tip success question warning failure danger bug example quote "
    "highlight highlighttable linenos linenodiv filename footnote footnote-ref footnote-backref headerlink task-list "
    "task-list-item task-list-control task-list-indicator mermaid critic arithmatex keys"
)
_CLASSES = frozenset(_CLASS_NAMES.split())

Rewrite = Callable[[str], str | None]
"""Turns a relative link of the author (`09-cutover.md`) into a link of the site, or None to leave it out."""


class ProseHtml(Struct, frozen=True):
    """Rendered prose with its headings as tokens; `refused` says why it is shown as plain text instead, if so."""

    html: Markup
    tokens: tuple[Token, ...] = ()
    refused: str | None = None


def prose_html(
    body: str,
    *,
    extensions: Sequence[str] = EXTENSIONS,
    configs: Mapping[str, Mapping[str, Any]] | None = None,
    demote: int = 1,
    rewrite: Rewrite | None = None,
) -> ProseHtml:
    """Render Markdown with the portal's extensions, without those that read files, and clean the result.

    Headings go down by `demote` levels and their ids begin with `pg-prose-`. What exceeds a cap is shown as text.
    """
    refused = excess(body)
    if refused is None:
        from markdown import Markdown  # noqa: PLC0415 - heavy, not needed to check

        chosen = [name for name in extensions if not any(word in name for word in _NEVER[:2]) and name not in _NEVER]
        # A fresh instance each time: some extensions keep state over reset().
        markdown = Markdown(
            extensions=[*chosen, "toc"],
            extension_configs={
                **{name: dict(config) for name, config in (configs or {}).items() if name in chosen},
                "toc": {"baselevel": 1 + demote, "permalink": False},
            },
        )
        try:
            html = markdown.convert(visible(body))
        except RecursionError:
            refused = "its nesting is too deep"
        else:
            return ProseHtml(clean(html, rewrite), _tokens(getattr(markdown, "toc_tokens", [])))
    shown = Markup("<p>This text is shown as it was written, because {}.</p><pre>{}</pre>").format(
        refused, visible(body[:LARGEST_PAGE])
    )
    return ProseHtml(shown, (), refused)


def excess(body: str) -> str | None:
    """Say which cap a text exceeds, none where it keeps them all; beyond them Markdown hangs or crashes."""
    if len(body.encode("utf-8", "surrogatepass")) > LARGEST_PAGE:
        return f"it is larger than {LARGEST_PAGE // 1000} kB"
    if _RUN.search(body):
        return f"it has more than {MOST_IN_A_ROW} equal signs in a row"
    for line in body.splitlines():
        if len(line) > LONGEST_LINE:
            return f"it has a line of more than {LONGEST_LINE} characters"
        lead = _LEAD.match(line)
        start = lead[0].expandtabs(4) if lead else ""
        if len(_MARKERS.findall(start)) > DEEPEST or (len(start) - len(start.lstrip())) > 4 * DEEPEST:
            return f"it is nested more than {DEEPEST} levels deep"
    return None


def clean(html: str, rewrite: Rewrite | None = None) -> Markup:
    """Clean HTML by a fixed list: no style, script, handler or name; ids prefixed; classes and schemes from lists."""
    import nh3  # noqa: PLC0415 - heavy, not needed to check

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "id":
            return None if value.startswith("__") or not value.strip() else ID_PREFIX + value
        if attribute == "class":
            names = _CLASSES | _code_classes() if tag == "span" else _CLASSES
            return " ".join(name for name in value.split() if name in names) or None
        if attribute == "src":
            return None if _DRIVE.match(value) else value
        if attribute == "href":
            return _href(value, rewrite)
        return value

    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=kept,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"input": {"type": "checkbox", "disabled": ""}},
    )
    return Markup(cleaned)  # noqa: S704 - this is the cleaned text


def _href(value: str, rewrite: Rewrite | None) -> str | None:
    if value.startswith("#"):
        return f"#{ID_PREFIX}{value[1:]}"
    if re.match(r"[\\/]{2}", value):
        return None
    return value if rewrite is None or _DRIVE.match(value) else rewrite(value)


@cache
def _code_classes() -> frozenset[str]:
    from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]  # noqa: PLC0415 - only where code is shown

    return frozenset(name for name in STANDARD_TYPES.values() if name)


def _tokens(found: Sequence[Mapping[str, Any]]) -> tuple[Token, ...]:
    return tuple(
        {
            "level": token["level"],
            "id": ID_PREFIX + token["id"],
            "name": str(escape(Markup(token["name"]).striptags())),  # noqa: S704 - only its text is kept
            "children": list(_tokens(token["children"])),
        }
        for token in found
        if not token["id"].startswith("__")
    )
