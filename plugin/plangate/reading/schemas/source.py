"""The text of a schema as its readers hold it: values, places, and the problems that they find on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Never

from plangate.model.problem import Path, Problem


class SchemaRejected(Exception):  # noqa: N818 -- a rejection of the input, not an error of the program
    """Why a schema was not read: a sentence, and its 1-based line and column."""

    def __init__(self, message: str, line: int = 1, column: int = 1, rule: str = "GEN001") -> None:
        super().__init__(message, line, column, rule)
        self.message, self.line, self.column, self.rule = message, line, column, rule


MAX_PROBLEMS = 100
"""Problems of one file that are told; who has more mends these first."""


@dataclass
class Source:
    """A schema that is being read: its name, its plain values, and where each of them stands."""

    name: str
    data: object
    place: Callable[[Path], tuple[int, int]]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, rule: str, message: str, path: Path, at: tuple[int, int] | None = None, **more: str | None) -> None:
        """Note a problem at the place of a value, or at `at`; `severity` may be given where it is no error."""
        if self.full:
            return
        line, column = at or self.place(path)
        if len(self.problems) == MAX_PROBLEMS:
            rule, message, more = "GEN001", "More is wrong with this file from here on; mend what is told first", {}
        self.problems.append(
            Problem(rule, message, path=path, file=self.name, line=line, column=column, **more)  # type: ignore[arg-type]
        )

    @property
    def full(self) -> bool:
        """Whether so much is wrong that nothing more is told, and need not be looked for."""
        return len(self.problems) > MAX_PROBLEMS

    @property
    def in_order(self) -> tuple[Problem, ...]:
        """The problems in the order of the text."""
        return tuple(sorted(self.problems, key=lambda problem: (problem.line or 1, problem.column or 1)))

    def refuse(self, message: str, path: Path, rule: str = "GEN001") -> Never:
        """Give the whole schema up."""
        raise SchemaRejected(message, *self.place(path), rule)


def mapping(value: object) -> dict[str, object]:
    """The value where it is a mapping; else an empty one."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[tuple[int, dict[str, object]]]:
    """The mappings of a list with their positions; nothing where it is no list."""
    return [(at, entry) for at, entry in enumerate(value) if isinstance(entry, dict)] if isinstance(value, list) else []


def text(value: object) -> str | None:
    """A scalar as text; None where nothing stands, or a list or mapping."""
    if value is None or isinstance(value, list | dict):
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)


def flag(value: object) -> bool | None:
    """A yes or no; None where anything else stands."""
    return value if isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """A whole number of zero or more; None where anything else stands."""
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
