"""One line of output: the only way in which text of a plan reaches a terminal or a log."""

import re
from unicodedata import category, east_asian_width

_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_COMMAND = re.compile(r"#(?=#\w*\[)")
_UPON = frozenset({"Mn", "Me"})
_WIDE = frozenset("WF")
_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})


def visible(text: str) -> str:
    r"""Show text on one line: control, bidi, zero-width and surrogate characters as `\uXXXX`, `##[` broken apart."""
    if not text.isascii() or not text.isprintable():
        text = "".join(_escaped(letter) for letter in text)
    return _COMMAND.sub("# ", text) if "##" in text else text


def line(lead: str, text: str = "") -> str:
    """Make one line of output from words of ours and text of an author.

    `lead` is never text of an author and never empty, so that no line starts with what an author wrote: build logs
    read commands at the start of a line. Raises ValueError for a lead that is blank.
    """
    if not lead.strip():
        raise ValueError("a line of output starts with a word of ours")
    return (lead + visible(text)).rstrip()


def clip(text: str, width: int, around: int = 0) -> tuple[str, int]:
    """Cut a long line to `width` characters with a position in view; gives the cut text and the position in it.

    The start of the line, where an entry says what it is, is kept: all of it up to the position, or a third of the
    width where the position lies too far behind.
    """
    if len(text) <= width:
        return text, around
    if around < width - width // 8:
        return f"{text[:width]}…", around
    head, rest = width // 3, width - width // 3
    start = max(head, min(around - rest // 2, len(text) - rest))
    cut = text[start : start + rest]
    between, after = "…" if start > head else "", "…" if start + rest < len(text) else ""
    return f"{text[:head]}{between}{cut}{after}", around - start + head + len(between)


def cells(text: str) -> int:
    """Count the cells that a text takes in a terminal: two for a wide letter, none for a mark upon another one."""
    if text.isascii():
        return len(text)
    return sum(0 if category(letter) in _UPON else 2 if east_asian_width(letter) in _WIDE else 1 for letter in text)


def _escaped(letter: str) -> str:
    if category(letter) not in _ESCAPED and not _HIDDEN.match(letter):
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
