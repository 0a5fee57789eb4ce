"""The one path of author text into Markdown, titles and pages; names of fields as people read them."""

import re

from markupsafe import Markup, escape

from plangate.model.text import visible

__all__ = ["label", "markdown_text", "sentence", "title_text", "visible", "with_code"]

_MARKUP = re.compile(r"[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]")
_CODE = re.compile(r"`([^`\n]+)`")
_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "&": "＆", '"': "”", "'": "’", "{": "❴", "}": "❵"})
_SHORT = "sla slo sli id url rpo rto dlq ci sql dst uat dr cdc pii ttl rpu dbu raci os"
_SPELLED = {
    **{word: word.upper() for word in _SHORT.split()},
    "slis": "SLIs",
    "slos": "SLOs",
    "oncall": "on call",
    "dedupe": "de-duplication",
    "fx": "exchange rates",
}


def markdown_text(text: str) -> str:
    """Give author text for Markdown: every ASCII character but letters and digits becomes an entity."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", visible(text))


def title_text(text: str) -> str:
    """Give author text for titles, descriptions and tags, which Material prints raw: markup becomes look-alikes."""
    return visible(" ".join(text.split())).translate(_LOOKALIKES)


def with_code(text: str) -> Markup:
    """Give a sentence of a rule or a finding, escaped: what stands between two backticks becomes code.

    Findings quote values between backticks of their own; a backtick in the value itself is no longer one there.
    """
    parts = (escape(visible(part)) for part in _CODE.split(text))
    return Markup("").join(Markup("<code>{}</code>").format(part) if n % 2 else part for n, part in enumerate(parts))


def label(name: str) -> str:
    """Give the name of a field as a heading: `rows_per_day` is `Rows per day`, `rpo` is `RPO`."""
    words = [_SPELLED.get(word, word) for word in name.split("_")]
    first = words[0]
    return " ".join([first[:1].upper() + first[1:], *words[1:]])


def sentence(title: str) -> str:
    """Give a title of workflow.yml as a heading: `the business metrics` is `Business metrics`."""
    text = title.removeprefix("the ")
    return text[:1].upper() + text[1:]
