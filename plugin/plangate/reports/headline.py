"""The line that a finding begins with, wherever people read it."""

from plangate.checks.finding import Finding
from plangate.reports.lines import line


def weight(finding: Finding) -> str:
    """Say how much a finding weighs: `error`, `waived error`, `baselined warning`."""
    return finding.severity if finding.verdict == "fail" else f"{finding.verdict} {finding.severity}"


def head(finding: Finding) -> str:
    """Give the line that a finding begins with: weight, rule, place, message."""
    blocks = " (blocks)" if finding.blocking else ""
    return line(f"{weight(finding)}{blocks} {finding.rule} ", f"{place(finding)}  {finding.message}")


def cause(finding: Finding) -> str:
    """Say what a finding follows from: `CON005`, or `CON005 of plan orders-mart` where another plan is told of it."""
    return f"{finding.cause} of plan {finding.cause_plan}" if finding.cause_plan else f"{finding.cause}"


def place(finding: Finding) -> str:
    """Give file, line and column of a finding as editors read them."""
    return f"{finding.file}:{finding.line}:{finding.column}"
