"""The prose of gates: it says something, and leaves nothing open in a review."""

import re
from collections.abc import Iterator
from itertools import takewhile

from plangate.analysis.wording import wording
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.plan import Prose
from plangate.model.problem import Problem
from plangate.model.text import is_placeholder

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?))?[ \t#]*$|[=-]{3,}[ \t]*$")
_MARKER = re.compile(r"\b(UNRESOLVED|TODO|FIXME)\b")
_ASIDE = re.compile(r"<!--.*?-->|`[^`]*`")
_QUESTION = re.compile(
    r"[ \t>*#_-]*(?:\d+[.)][ \t]*)?[*_]*open questions?\b[*_]*(?:[ \t]*[:–—-][*_]*[ \t]*(.*)|[ \t#]*|(.*\?.*))",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"(?:none|no|nothing|there are none|all (?:(?:are|were) )?(?:answered|closed))\b"
    r"(?: (?:open|left|questions?|remains?|so far|yet|known))*[ \t]*(?:[.,;:!()–—-][^?]*)?",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])[ \t]")


def _lines(prose: Prose) -> Iterator[tuple[int, str]]:
    """Give the lines of prose with their numbers in the file, without comments and blocks of code."""
    fenced = commented = False
    last = prose.body.count("\n", 0, prose.body.rfind("-->")) if "-->" in prose.body else -1
    for place, written in enumerate(prose.body.split("\n")):
        line = written
        if commented:
            _, end, line = written.partition("-->")
            commented = not end
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif not fenced:
            said = _ASIDE.sub("", line)
            if place < last and "<!--" in said:
                said, commented = said.partition("<!--")[0], True
            yield prose.first_line + place, said


def _marker(text: str) -> re.Match[str] | None:
    """Find a marker of what is open; most texts hold none of the words, which is quicker to see."""
    return _MARKER.search(text) if "TODO" in text or "FIXME" in text or "UNRESOLVED" in text else None


@rule(
    "TXT001",
    "The prose of a gate says something",
    minimal=True,
    reason="A page with a heading and nothing beneath it looks like one that was written.",
    applies=lambda subject: bool(subject.plan.prose),
    where="there is prose",
    fails=(Edit("01-context.md", new="# Context\n\n<!-- say why -->\n"),),
    passes=(Edit("01-context.md", new="# Context\n\nStock is ordered by these numbers every night.\n"),),
)
def says_something(subject: Subject) -> Iterator[Problem]:
    """A gate's Markdown, where there is one, is more than headings, comments, placeholders and text of the template."""
    for gate, prose in subject.plan.prose.items():
        lines = [line.strip() for line in wording(prose.body).split("\n") if line.strip()]
        said = [line for line in lines if not _HEADING.fullmatch(line)]
        if any(not is_placeholder(line.lstrip("-*+>0123456789. ")) for line in said):
            continue
        what = "only placeholders" if said else "only headings" if lines else "nothing"
        yield Problem(
            "TXT001",
            f"{prose.file} holds {what}",
            gate,
            observed=what,
            expected="what the YAML cannot say, in sentences",
            hint=f"Write it, or take {prose.file} away",
            file=prose.file,
            line=prose.first_line,
        )


@rule(
    "TXT002",
    "Nothing is left open in a plan in review",
    minimal=True,
    reason="A reviewer who approves a TODO has approved whatever comes of it.",
    applies=lambda subject: subject.in_review,
    where="the plan is in review or live",
    fails=(Edit("01-context.md", new="Stock is ordered by these numbers. TODO: by whom?\n"),),
    passes=(Edit("01-context.md", new="Stock is ordered by these numbers.\n\nOpen questions: none\n"),),
)
def nothing_open(subject: Subject) -> Iterator[Problem]:
    """Neither prose nor text of a plan in review holds UNRESOLVED, TODO or FIXME, and no open question is left."""
    for gate, path, text in subject.facts.texts:
        if found := _marker(text):
            yield Problem("TXT002", f"`{found[1]}` stands in the text: {text.strip()[:80]}", gate, path, found[1])
    for gate, prose in subject.plan.prose.items():
        lines = list(_lines(prose))
        for place, (number, line) in enumerate(lines):
            marker = _marker(line)
            question = _QUESTION.fullmatch(line.strip()) if "question" in line.casefold() else None
            if marker:
                message = f"`{marker[1]}` stands in the text: {line.strip()[:80]}"
                yield Problem("TXT002", message, gate, observed=marker[1], file=prose.file, line=number)
            said = (question[1] or question[2] or "").strip() if question else ""
            asked = [said] if said else _items(lines[place + 1 :]) if question else []
            left = next((text for text in asked if not _NONE.fullmatch(text.strip("-*+> \t"))), "")
            if left and not marker:
                message = f"A question is open: {left.strip()[:80]}"
                hint = "Answer it, or write it as an assumption with an owner and a day"
                yield Problem("TXT002", message, gate, observed=left[:80], hint=hint, file=prose.file, line=number)


def _items(lines: list[tuple[int, str]]) -> list[str]:
    """Give the entries of the list that comes next, or the first line of a paragraph; nothing before a heading."""
    texts = [text for _, text in lines if text.strip()]
    first = texts[0] if texts else ""
    if not _ITEM.match(first):
        return [] if not first or _HEADING.fullmatch(first) else [first]
    listed = takewhile(lambda text: _ITEM.match(text) or text.startswith((" ", "\t")), texts)
    return [text for text in listed if _ITEM.match(text)]
