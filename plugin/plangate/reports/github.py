"""Findings as annotations of GitHub Actions: workflow commands, a line each.

Source of the form: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterator, Sequence

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports import outcome
from plangate.reports.lines import line, visible

MOST = 10
"""What GitHub shows of one severity in one step."""


def report_github(report: Report, *, failed: bool) -> str:
    """Write at most 10 errors and 10 warnings, causes before what follows from them, then every count."""
    found = [finding for finding in outcome.findings(report) if finding.verdict == "fail"]
    ranked = list(_ranked(found))
    titles = {name: f"{name} {rule.title}" for name, rule in report.known.items()}
    rows: list[str] = []
    told = []
    for severity in ("error", "warning"):
        own = [finding for finding in ranked if finding.severity == severity]
        rows.extend(_annotation(finding, titles.get(finding.rule, finding.rule)) for finding in own[:MOST])
        told.append(f"{min(len(own), MOST)} of {outcome.count(len(own), severity)}")
    rows.append(line("plangate: ", f"{' and '.join(told)} annotated"))
    rows.append(line("plangate: ", outcome.examined(report)))
    rows.append(line("plangate: ", outcome.counted(report)))
    rows.extend(line("plangate: note: ", note) for note in report.notes)
    rows.append(f"plangate: {'failed' if failed else 'passed'}")
    return "\n".join(rows) + "\n"


def _ranked(found: Sequence[Finding]) -> Iterator[Finding]:
    """Put what blocks first, and causes before what follows from them."""
    pairs = outcome.headlines(found)
    yield from sorted((head for head, _ in pairs), key=lambda finding: not finding.blocking)
    yield from sorted((other for _, others in pairs for other in others), key=lambda finding: not finding.blocking)


def _annotation(finding: Finding, title: str) -> str:
    said = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    where = f"file={_property(finding.file)},line={finding.line},col={finding.column},title={_property(title)}"
    return f"::{finding.severity} {where}::{_data(said)}"


def _data(text: str) -> str:
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
