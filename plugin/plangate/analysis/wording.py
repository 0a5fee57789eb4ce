"""The Markdown of a gate as its readers see it: what changes nothing for them is taken out before it is signed."""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"(?:[ \t>]|[-*+] |\d{1,9}[.)] )*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_INDENTED = re.compile(r"(?: {4}|\t)")
_TICKS = re.compile(r"`+")
_MARK = re.compile(r"`+|<!--")
_BREAK = re.compile(r"\n[ \t]*\n")


def wording(body: str) -> str:
    """Give prose with LF, without trailing blanks, comments and repeated blank lines, in NFC.

    Blocks of code stay to the letter. What may be code to a reader is not taken for a comment: one in a code span, one
    in an indented line, one behind a backslash.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    for code, block in _blocks(lines):
        if code:
            kept.extend(block)
            continue
        for line in _without_comments("\n".join(block)).split("\n"):
            written = unicodedata.normalize("NFC", line.rstrip(" \t"))
            if written or (kept and kept[-1]):
                kept.append(written)
    while kept and not kept[-1].strip():
        kept.pop()
    return "\n".join(kept)


def _blocks(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    """Split lines into fenced blocks of code and what stands between them."""
    block: list[str] = []
    fence = ""
    for line in lines:
        found = _FENCE.match(line)
        if not fence and found is not None:
            if block:
                yield False, block
            block, fence = [line], found[1]
        elif fence and found is not None and found[1].startswith(fence) and not found[2].strip():
            yield True, [*block, line]
            block, fence = [], ""
        else:
            block.append(line)
    if block:
        yield bool(fence), block


_REMOVED = "\x00"  # marks the place of a comment; no text that is read holds this character


def _without_comments(text: str) -> str:
    """Take comments out; a line that held nothing else goes with them."""
    if "<!--" not in text:
        return text
    found: list[str] = []
    kept = place = 0
    closing = _code_ends(text)
    while (mark := _MARK.search(text, place)) is not None:
        start, place = mark.span()
        if mark[0] != "<!--":
            place = closing(start, place)
        elif not _is_text(text, start):
            end = text.find("-->", place)
            if end < 0:
                break
            found.extend((text[kept:start], _REMOVED))
            kept = place = end + 3
    found.append(text[kept:])
    return "\n".join(
        _closed_up(line) for line in "".join(found).split("\n") if line.strip(f" \t{_REMOVED}") or not line
    )


def _closed_up(line: str) -> str:
    return re.sub(rf"[ \t]*{_REMOVED}(?=[ \t]|$)|{_REMOVED}", "", line) if _REMOVED in line else line


def _is_text(text: str, start: int) -> bool:
    return text[start - 1 : start] == "\\" or _INDENTED.match(text, text.rfind("\n", 0, start) + 1) is not None


def _code_ends(text: str) -> Callable[[int, int], int]:
    """Give a function that tells where the code ends that a run of backticks opens: behind the next run of its length
    in the paragraph, else behind the run itself.
    """
    runs: dict[int, list[int]] = defaultdict(list)
    for run in _TICKS.finditer(text):
        runs[len(run[0])].append(run.start())
    breaks = [found.start() for found in _BREAK.finditer(text)]

    def end(start: int, behind: int) -> int:
        if text[start - 1 : start] == "\\":
            return start + 1
        same = runs[behind - start]
        after = bisect_right(same, start)
        last = bisect_right(breaks, start)
        limit = breaks[last] if last < len(breaks) else len(text)
        return same[after] + behind - start if after < len(same) and same[after] < limit else behind

    return end
