"""Findings that were there when checking began: shown, and let pass until they are gone."""

from msgspec import Struct
from pydantic import Field

from plangate.model.element import Part
from plangate.model.number import Count


class Known(Part):
    """A finding as a baseline file holds it: gate and path, the value that was observed, and how many there are."""

    at: str
    value: str | None = None
    times: Count = 1


class BaselineFile(Part):
    """The file: known findings by plan and rule."""

    findings: dict[str, dict[str, tuple[Known, ...]]] = Field(default_factory=dict)


class Entry(Struct, frozen=True):
    """A known finding with its place in the baseline file; line and column count from 1."""

    plan: str
    rule: str
    known: Known
    line: int = 1
    column: int = 1

    @property
    def identity(self) -> tuple[str, str, str, str | None]:
        """What the finding is known by: plan, rule, place and observed value."""
        return self.plan, self.rule, self.known.at, self.known.value


class Baseline(Struct, frozen=True):
    """The known findings of a portal, and the shown name of the file that they stand in."""

    file: str = ""
    entries: tuple[Entry, ...] = ()
