"""Findings: problems that have found their place, their weight and their verdict."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
Verdict = Literal["fail", "waived", "undetermined"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that somebody should act on, with everything needed to act.

    `file` is relative to the repository's root, line and column count from 1, `path` is that of the YAML file.
    `blocking` tells whether it fails the check; `cause` names the rule of the finding that explains this one.
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

    @property
    def order(self) -> tuple[int, str, str, str, int, int, str, str]:
        """The place of the finding in every report: severity, plan, gate, file, line, column, rule."""
        weight = SEVERITIES.index(self.severity)
        return weight, self.plan, self.gate or "", self.file, self.line, self.column, self.rule, self.message
