"""Findings as a code quality report of GitLab.

Source of the form: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

import json
from typing import Any

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports import outcome
from plangate.reports.fingerprints import fingerprints
from plangate.reports.lines import visible

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def report_gitlab(report: Report) -> str:
    """Write a list of findings in ASCII; the fingerprint of each stays when lines move."""
    found = outcome.findings(report)
    entries = [_entry(finding, name) for finding, name in zip(found, fingerprints(found), strict=True)]
    return json.dumps(entries, indent=2, ensure_ascii=True) + "\n"


def _entry(finding: Finding, fingerprint: str) -> dict[str, Any]:
    """Describe a finding; one that blocks is a blocker, one that is no failure is information and says so."""
    verdict = "" if finding.verdict == "fail" else f"({finding.verdict}) "
    said = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    severity = "blocker" if finding.blocking else "info" if verdict else _SEVERITIES[finding.severity]
    return {
        "description": f"{verdict}{finding.rule}: {visible(said)}",
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": visible(finding.file), "lines": {"begin": finding.line}},
    }
