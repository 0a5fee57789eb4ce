"""What a build says and does about findings: the log, the machine report, and the one failure."""

from collections.abc import Callable, Iterable
from logging import INFO, WARNING

from msgspec import Struct

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.model.problem import Problem
from plangate.reports import outcome
from plangate.reports.headline import place
from plangate.reports.lines import line

_LEVELS = {"error": WARNING, "warning": WARNING, "info": INFO}


class Verdict(Struct, frozen=True):
    """What was found, a line each: `failing` is what a build fails for, `others` is told with the level of its log."""

    failing: tuple[str, ...]
    others: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The failure as one text that holds every line of it."""
        count = f"{len(self.failing)} finding{'s' * (len(self.failing) != 1)}"
        return "\n  ".join((f"plangate: {count} to resolve before this can be published", *self.failing))


def verdict(report: Report, problems: Iterable[Problem], fail_on: str) -> Verdict:
    """Part the findings into those that fail a build and those that are told; `problems` concern the configuration."""
    configuration = [_problem_line(problem) for problem in problems]
    fatal = frozenset(outcome.failing(report, fail_on))
    failing: list[str] = []
    others: list[tuple[int, str]] = []
    for finding in outcome.findings(report):
        if finding.verdict != "fail":
            continue
        if finding in fatal:
            failing.append(finding_line(finding))
        else:
            others.append((_LEVELS[finding.severity], finding_line(finding)))
    if fail_on == "never":
        others = [*((WARNING, text) for text in configuration), *others]
    else:
        failing = [*configuration, *failing]
    return Verdict(tuple(failing), tuple(others))


def finding_line(finding: Finding) -> str:
    """Write a finding as one line that begins with a word of ours, never with one of the author's."""
    return line(f"{finding.severity} {finding.rule} ", f"{place(finding)}  {finding.message}")


def _problem_line(problem: Problem) -> str:
    place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}  " if problem.file else ""
    return line(f"error {problem.rule} ", f"{place}{problem.message}")


def tell(found: Verdict, log: Callable[[int, str], None], *, failing: bool) -> None:
    """Log the findings; those that fail a build only where nobody raises them (`failing`)."""
    for text in found.failing if failing else ():
        log(WARNING, text)
    for level, text in found.others:
        log(level, text)
