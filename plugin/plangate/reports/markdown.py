"""The report as Markdown for a comment or a job summary: what an author wrote stands in fences that it cannot close."""

import re
from collections.abc import Iterator, Sequence

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.model.reference import PLAN
from plangate.reports import outcome
from plangate.reports.headline import cause, head, place, weight
from plangate.reports.lines import line

LONGEST = 65_536
"""What a comment on GitHub holds, in characters."""

_ROOM = 200  # kept for the line that counts what was cut
_RUN = re.compile("`+")
_NAMES = {"not_applicable": "not applicable"}


def report_markdown(report: Report, *, failed: bool) -> str:
    """Write a verdict, every count, and the findings plan by plan; what goes beyond the cap is counted."""
    found = outcome.findings(report)
    text = "\n".join(_head(report, failed))
    left = 0
    for plan, own in sorted(outcome.by_plan(found).items()):
        part, cut = _plan(plan, own, LONGEST - _ROOM - len(text))
        text, left = text + part, left + cut
    if left:
        text += f"\n{len(found) - left} of {outcome.count(len(found), 'finding')} are shown; {left} did not fit.\n"
    return text


def _head(report: Report, failed: bool) -> Iterator[str]:
    counts = outcome.summary(report)
    yield f"## Plangate: {'failed' if failed else 'passed'}"
    yield ""
    yield f"{outcome.examined(report)}."
    yield ""
    yield f"| {' | '.join(_NAMES.get(name, name) for name in counts)} |"
    yield f"|{'---:|' * len(counts)}"
    yield f"| {' | '.join(str(number) for number in counts.values())} |"
    if report.notes:
        yield ""
        yield from fenced([line("note: ", note) for note in report.notes])
    yield ""


def _plan(plan: str, own: Sequence[Finding], room: int) -> tuple[str, int]:
    """Give the part of a plan with as many findings as there is room for, and the number of those left out."""
    name = plan if PLAN.fullmatch(plan) else "A folder whose name is no plan id" if plan else "References"
    title = f"\n### {name}: {outcome.count(len(own), 'finding')}\n\n"
    rows: list[str] = []
    used, kept = len(title), 0
    longest = 3
    for finding, others in outcome.headlines(own):
        block = list(_rows(finding, others))
        longest = max([longest, *(len(run) + 1 for row in block for run in _RUN.findall(row))])
        size = sum(len(row) + 1 for row in block)
        if used + size + 2 * longest + len("text\n\n") > room:
            break
        rows, used, kept = [*rows, *block], used + size, kept + 1 + len(others)
    if not rows:
        return "", len(own)
    return title + "\n".join(fenced(rows)) + "\n", len(own) - kept


def _rows(finding: Finding, others: Sequence[Finding]) -> Iterator[str]:
    yield head(finding)
    if finding.hint:
        yield line("  hint: ", finding.hint)
    if finding.cause:
        yield line("  follows from ", cause(finding))
    for other in others:
        yield line(f"  so also {weight(other)} {other.rule} ", f"{place(other)}  {other.message}")


def fenced(rows: Sequence[str]) -> list[str]:
    """Put lines between fences that are longer than any run of backticks in them."""
    fence = "`" * max([3, *(len(run) + 1 for row in rows for run in _RUN.findall(row))])
    return [f"{fence}text", *rows, fence]
