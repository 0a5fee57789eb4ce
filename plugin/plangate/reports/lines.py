"""One line of output: the only way in which text of a plan reaches a terminal or a log."""

import re
import unicodedata

_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_COMMAND = re.compile(r"#(?=#\w*\[)")
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
    """Cut a long line to `width` characters around a position; gives the cut text and the position in it."""
    if len(text) <= width:
        return text, around
    start = max(0, min(around - width // 2, len(text) - width))
    cut = text[start : start + width]
    before = "…" if start else ""
    after = "…" if start + width < len(text) else ""
    return f"{before}{cut}{after}", around - start + len(before)


def _escaped(letter: str) -> str:
    if unicodedata.category(letter) not in _ESCAPED and not _HIDDEN.match(letter):
        return letter
    number = ord(letter)
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
