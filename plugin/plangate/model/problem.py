"""What is wrong with a plan, before it has a place in a file."""

from collections.abc import Iterable

from msgspec import Struct

Path = tuple[str | int, ...]
"""Where a value stands inside one gate file: keys and positions from the top of the file."""

HEADER = "plan"
"""The gate name under which problems of `plan.yml` itself are told."""


class Problem(Struct, frozen=True):
    """One thing that is wrong: which rule says so, where, what was seen and what would be right.

    `gate` is a gate id, or `plan` for plan.yml. `file`, `line` and `column` are set only where the place is no
    path of a gate's YAML (Markdown, a record, a file that cannot be read); they are counted from 1.
    `severity` replaces the rule's own where one rule has two bars; `cause` names the rule of which this is a
    consequence, and `cause_plan` the plan that this rule speaks of where it is another one. `absent` says that the
    thing is not there at all, which a draft is free to leave so; `undetermined` that nobody can say whether the rule
    holds here. `source` is the line as it may be shown, of a file that could not be read. `as_written` says that `path`
    counts entries of lists as the file does, and not as the typed plan, from which those that were refused are gone.
    """

    rule: str
    message: str
    gate: str | None = None
    path: Path = ()
    observed: str | None = None
    expected: str | None = None
    hint: str | None = None
    at_key: bool = False
    file: str | None = None
    line: int | None = None
    column: int | None = None
    severity: str | None = None
    cause: str | None = None
    cause_plan: str | None = None
    absent: bool = False
    undetermined: bool = False
    source: str | None = None
    as_written: bool = False


def path_text(path: Iterable[str | int]) -> str:
    """Write a path as people do: `backfill[0].range.start`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def related(one: Path, other: Path) -> bool:
    """Tell whether one path is the other, holds it, or lies within it."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
