"""Findings: problems that have found their place, their weight and their verdict."""

from hashlib import sha256
from typing import Literal
from unicodedata import normalize

from msgspec import Struct

from plangate.model.text import visible

Severity = Literal["error", "warning", "info"]
Verdict = Literal["fail", "waived", "baselined", "undetermined"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

Identity = tuple[str, str, str, str | None]
"""Plan, rule, place and observed value of a finding: what makes it the same one when lines move."""

_LONGEST = 160


class Finding(Struct, frozen=True):
    """One thing that somebody should act on, with everything needed to act.

    `file` is relative to the repository's root, line and column count from 1, `path` is that of the YAML file.
    `blocking` tells whether it fails the check; `cause` names the rule of the finding that explains this one,
    and `cause_plan` the plan of that finding where it is another one. `unreadable` says that a file is not what it
    should be, which no baseline lets pass. `source` is the line of the file, its secrets masked; there the place stands
    `shift` columns further left.
    """

    rule: str
    severity: Severity
    verdict: Verdict
    blocking: bool
    cause: str | None
    plan: str
    gate: str | None
    file: str
    line: int
    column: int
    path: str
    message: str
    observed: str | None
    expected: str | None
    hint: str | None
    url: str
    unreadable: bool = False
    source: str = ""
    shift: int = 0
    cause_plan: str | None = None

    @property
    def identity(self) -> Identity:
        """What makes it the same finding from run to run, whatever line it stands on."""
        where = self.gate or self.file.rsplit("/", 1)[-1]
        place = f"{where}: {self.path}" if self.path else where
        return _plain(self.plan), self.rule, _plain(place), None if self.observed is None else _plain(self.observed)

    @property
    def order(self) -> tuple[int, str, str, str, int, int, str, str]:
        """The place of the finding in every report: severity, plan, gate, file, line, column, rule."""
        weight = SEVERITIES.index(self.severity)
        return weight, self.plan, self.gate or "", self.file, self.line, self.column, self.rule, self.message


def _plain(text: str) -> str:
    """Give text without what changes nothing: composed, blanks as one, nothing unseen, long ones by their digest."""
    plain = visible(" ".join(normalize("NFC", text).split()))
    if len(plain) <= _LONGEST:
        return plain
    return f"{plain[:_LONGEST]}… {sha256(plain.encode()).hexdigest()[:12]}"
