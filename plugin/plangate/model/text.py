"""Texts with a shape: versions, links, tags; and the words that fill nothing."""

import re
from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

_SEMVER = re.compile(
    r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_PLACEHOLDERS = frozenset(
    "tbd tbc todo fixme xxx n/a na none null nil unknown ? ?? ??? … ... - -- . pending placeholder lorem".split()  # noqa: SIM905
)
_LEFT_OPEN = frozenset(
    ("tbd tbc tba todo fixme xxx n/a n.a placeholder".split())  # noqa: SIM905
    + [f"to be {done}" for done in ("announced", "confirmed", "decided", "defined", "determined", "done", "written")]
)
"""What is left open by these words, whatever signs stand around them."""
_SIGNS = " \t\n?!.…,;:*_~-()[]"
_TEMPLATE = re.compile(
    r"(?is)lorem ipsum.*|<[a-z][\w ,'-]{2,78}>|\[(?:insert|fill in|describe|your)\b[^\]]*\]"
    r"|(?:tbd|tba|todo|fixme)\s*:.*|(?-i:TBD|TBA|TODO|FIXME)\b.*"
)

_LONGEST = max(map(len, _PLACEHOLDERS | _LEFT_OPEN)) + 16
_TEMPLATE_STARTS = frozenset("lL<[tTfF")
"""How those texts begin: few others have to be looked at."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)


def is_semver(text: str) -> bool:
    """Tell whether a text is a semantic version: `1.2.0`."""
    return _SEMVER.fullmatch(text) is not None


def _semver(text: str) -> str:
    if is_semver(text):
        return text
    raise PydanticCustomError("GEN001", "`{observed}` is not a semantic version such as `1.2.0`", {"observed": text})


def _http_url(text: str) -> str:
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme in {"http", "https"} and parts.netloc and not re.search(r"\s", text):
        return text
    raise PydanticCustomError(
        "GEN001", "`{observed}` is not a link that starts with https:// or http://", {"observed": text}
    )


Semver = Annotated[str, AfterValidator(_semver)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]


def visible(text: str) -> str:
    """Show characters that nobody sees, or that turn text around, as `[U+202E]`; line breaks and tabs stay."""
    return _UNSEEN.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def shown(value: object) -> str:
    """Show a value as it was loaded: `null` and `true` as YAML writes them, `""` for no text, containers in words."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    return str(value) or '""'


def spoken(parts: Sequence[str], word: str = "and") -> str:
    """Write a list as people say it: `a`, `a and b`, `a, b and c`, or with another word before the last.

    An empty text is shown as `""`.
    """
    told = [part or '""' for part in parts]
    return f" {word} ".join([*([", ".join(told[:-1])] if len(told) > 1 else []), *told[-1:]])


def is_placeholder(text: str) -> bool:
    """Tell whether a text fills nothing: empty, `TBD`, `n/a`, `…`, lorem ipsum, or an instruction of a template."""
    stripped = text.strip()
    if len(stripped) <= _LONGEST:
        folded = stripped.casefold()
        if not folded.strip("?") or folded in _PLACEHOLDERS or folded.strip(_SIGNS) in _LEFT_OPEN:
            return True
    return stripped[0] in _TEMPLATE_STARTS and _TEMPLATE.fullmatch(stripped) is not None
