"""The examples of a rule as people read them: whole lines below the keys they stand under, signed as in a diff."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from importlib import resources
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.checks.rule import Edit, Rule

Sign = Literal[" ", "-", "+"]
Line = tuple[Sign, str]
"""A line with its sign: it is there before and after, it leaves, it comes."""


class Shown(Struct, frozen=True):
    """What an example does with `file`: its `lines`, none where the file is taken away.

    A passing example that does all that the failing one does is told `beside` it: `but` changes a file of that one
    further, `and` changes another.
    """

    file: str
    verb: Literal["changes", "stays as it is, with", "holds only", "is taken away"]
    lines: tuple[Line, ...] = ()
    beside: Literal["", "but", "and"] = ""


def failing(rule: Rule) -> tuple[Shown, ...]:
    """Give what makes the packaged plan break a rule."""
    return tuple(_shown(rule, rule.fails, file, after) for file, after in _made(rule, rule.fails).items())


def passing(rule: Rule) -> tuple[Shown, ...]:
    """Give what keeps a rule; nothing where the packaged plan does as it is.

    Where every place that the failing example changes is changed here too, only what differs from it is told.
    """
    made = _made(rule, rule.passes)
    if not rule.fails or not _places(rule.fails) <= _places(rule.passes):
        return tuple(_shown(rule, rule.passes, file, after) for file, after in made.items())
    before = _made(rule, rule.fails)
    return tuple(
        _beside(_shown(rule, rule.passes, file, after), before, after)
        for file, after in made.items()
        if file not in before or before[file] != after
    )


def _made(rule: Rule, edits: Sequence[Edit]) -> dict[str, str | None]:
    """Make the changes; give each file that they touch, None for one that is taken away."""
    texts: dict[str, str | None] = {}
    for edit in edits:
        if edit.new is None or edit.old is None:
            texts[edit.file] = edit.new
        else:
            text = texts.get(edit.file) or _packaged(rule, edit.file)
            texts[edit.file] = text.replace(edit.old, edit.new)
    return texts


def _packaged(rule: Rule, file: str) -> str:
    return (resources.files("plangate") / "defaults" / rule.on / file).read_text(encoding="utf-8")


def _places(edits: Sequence[Edit]) -> set[tuple[str, str | None]]:
    return {(edit.file, edit.old) for edit in edits}


def _shown(rule: Rule, edits: Sequence[Edit], file: str, after: str | None) -> Shown:
    """Tell what became of a file of the packaged plan."""
    if after is None:
        return Shown(file, "is taken away")
    olds = [edit.old for edit in edits if edit.file == file]
    if None in olds:
        return Shown(file, "holds only", tuple(("+", row) for row in after.splitlines()))
    lines = tuple(_difference(_packaged(rule, file).splitlines(), after.splitlines()))
    if lines:
        return Shown(file, "changes", lines)
    return Shown(file, "stays as it is, with", tuple((" ", row) for old in olds for row in _around(after, old or "")))


def _around(text: str, part: str) -> Sequence[str]:
    """Give the whole lines that a part of a text stands on."""
    at = text.index(part)
    until = at + len(part.rstrip("\n"))
    return (text[text.rfind("\n", 0, at) + 1 : until] + text[until:].partition("\n")[0]).splitlines()


def _beside(shown: Shown, failing: Mapping[str, str | None], after: str | None) -> Shown:
    before = failing.get(shown.file)
    if before is None or after is None:
        return replace(shown, beside="and")
    return Shown(shown.file, "changes", tuple(_difference(before.splitlines(), after.splitlines())), "but")


def _difference(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Give the lines that leave and that come, with the keys that they stand under where those change."""
    under: Sequence[int] = ()
    for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        above = _above(before[:start], before[start] if start < end else after[first])
        yield from ((" ", before[at]) for at in above if at not in under)
        under = above
        yield from (("-", row) for row in before[start:end])
        yield from (("+", row) for row in after[first:last])


def _above(rows: Sequence[str], below: str) -> Sequence[int]:
    """Find the lines of the keys and items that a line stands under, the outermost first."""
    found: list[int] = []
    level, item = _level(below)
    for at in range(len(rows) - 1, -1, -1):
        bare = rows[at].strip()
        here, dash = _level(rows[at])
        if bare and not bare.startswith("#") and (here < level or (here == level and item and not dash)):
            found.append(at)
            level, item = here, dash
    return found[::-1]


def _level(row: str) -> tuple[int, bool]:
    """Tell how far a line is indented, and whether it starts an item of a list."""
    bare = row.lstrip(" ")
    return len(row) - len(bare), bare.startswith("- ")
