"""A report as a baseline file: what is found today, to be shown and let pass until it is gone."""

import json
from collections import Counter
from collections.abc import Iterable

from plangate.checks.baseline import adoptable, hidden
from plangate.checks.finding import Identity
from plangate.checks.report import Report
from plangate.model.baseline import Entry
from plangate.reading.portfolio import Portfolio

_HEAD = """\
# Findings that were there when checking began. They are shown and fail nothing. A new finding fails, and so does an
# entry whose finding is gone. Written by `plangate check --write-baseline`.
"""


def baseline_text(report: Report, portfolio: Portfolio) -> tuple[str, int]:
    """Write what failed, or is known already, as a baseline file; gives its text and the number of findings in it.

    Entries of the baseline of now that the run says nothing about stay: of plans and rules that were not judged, and at
    refused values.
    """
    counts: Counter[Identity] = Counter()
    for finding in report.findings:
        if adoptable(finding, portfolio.policy.checklists.waivers.never):
            counts[finding.identity] += 1
    for entry in portfolio.policy.baseline.entries:
        if _stays(entry, report, portfolio):
            counts[entry.identity] = max(counts[entry.identity], entry.known.times)
    return _HEAD + "\n".join(_rows(counts)) + "\n", counts.total()


def _stays(entry: Entry, report: Report, portfolio: Portfolio) -> bool:
    if entry.rule not in report.known:
        return False
    if entry.plan not in portfolio:
        return entry.plan in portfolio.failures
    judged = entry.rule in report.judged.get(entry.plan, ())
    return not judged or hidden(portfolio.read(entry.plan).plan, entry)


def _rows(counts: Counter[Identity]) -> Iterable[str]:
    if not counts:
        yield "findings: {}"
        return
    yield "findings:"
    head: tuple[str, str] = ("", "")
    for identity, times in sorted(counts.items(), key=lambda item: tuple(part or "" for part in item[0])):
        plan, rule, at, value = identity
        if plan != head[0]:
            yield f"  {_quoted(plan)}:"
        if (plan, rule) != head:
            yield f"    {rule}:"
        head = plan, rule
        told = "" if value is None else f", value: {_quoted(value)}"
        several = f", times: {times}" if times > 1 else ""
        yield f"      - {{at: {_quoted(at)}{told}{several}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
