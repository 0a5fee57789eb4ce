"""Findings in SARIF 2.1.0, the form that code scanning reads.

Source of the form: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from plangate import __version__
from plangate.checks import baseline
from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.checks.rule import Rule
from plangate.reports import outcome
from plangate.reports.fingerprints import fingerprints
from plangate.reports.lines import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
"""What code scanning takes of one run; the worst stay, and what is left out is counted."""

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_SUPPRESSED = {"waived": "A waiver lets this pass until it expires", "baselined": "Known when the baseline was written"}
_LINKING = re.compile(r"[\\\[\]]")
_PLACEHOLDER = re.compile(r"\{(?=\d)")


def report_sarif(report: Report) -> str:
    """Write a report as SARIF in ASCII: a result for each finding, waived and baselined ones as suppressed."""
    return json.dumps(sarif_data(report), indent=2, ensure_ascii=True) + "\n"


def sarif_data(report: Report) -> dict[str, Any]:
    """Give a report as a SARIF log of one run."""
    found = outcome.findings(report)
    kept = found[:MOST_RESULTS]
    ids = sorted({finding.rule for finding in kept})
    index = {name: number for number, name in enumerate(ids)}
    notes = list(report.notes)
    if len(found) > len(kept):
        notes.append(f"{len(kept)} of {len(found)} findings are listed, the worst first")
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Plangate",
                        "version": __version__,
                        "rules": [_rule(name, report.known.get(name)) for name in ids],
                    }
                },
                "automationDetails": {"id": "plangate/"},
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": not (report.failures or report.wrong),
                        "toolExecutionNotifications": [_notification(note, "note") for note in notes]
                        + [_notification(f"plan {name}: {why}", "error") for name, why in report.failures.items()],
                    }
                ],
                "results": _results(kept, index),
                "properties": {
                    "today": report.today.isoformat(),
                    "preset": report.preset,
                    "examined": report.examined,
                    "summary": outcome.summary(report),
                    "findings": len(found),
                },
            }
        ],
    }


def message_text(text: str) -> str:
    """Give text for a SARIF message: brackets make no link, `{0}` is no placeholder, nothing is unseen."""
    return _LINKING.sub(r"\\\g<0>", _PLACEHOLDER.sub("{ ", visible(text)))


def _results(kept: Sequence[Finding], index: dict[str, int]) -> list[dict[str, Any]]:
    return [_result(finding, index[finding.rule], name) for finding, name in zip(kept, fingerprints(kept), strict=True)]


def _result(finding: Finding, rule: int, fingerprint: str) -> dict[str, Any]:
    said = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    more = {
        "plan": finding.plan,
        "gate": finding.gate,
        "path": finding.path,
        "observed": finding.observed,
        "expected": finding.expected,
        "cause": finding.cause,
    }
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": message_text(said)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(finding.file), "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {
            **{name: visible(text) for name, text in more.items() if text},
            "blocking": finding.blocking,
            "verdict": finding.verdict,
        },
    }
    if finding.verdict == "undetermined":
        result |= {"kind": "open", "level": "none"}
    if finding.verdict in _SUPPRESSED:
        result["suppressions"] = [{"kind": "external", "justification": _SUPPRESSED[finding.verdict]}]
    return result


def uri(file: str) -> str:
    """Give the name of a file as a URI that is relative, whatever the name holds."""
    return quote(visible(file).lstrip("/"), safe="/")


def _rule(name: str, known: Rule | None) -> dict[str, Any]:
    if known is None:
        return {"id": name, "shortDescription": {"text": _UNLISTED.get(name, name)}}
    return {
        "id": name,
        "shortDescription": {"text": message_text(known.title)},
        "fullDescription": {"text": message_text(known.reason)},
        "help": {"text": message_text(known.condition), "markdown": known.condition},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
    }


_UNLISTED = {
    outcome.INTERNAL: "Plangate itself broke down on a plan",
    outcome.CONFIG: "Something is wrong with the references",
    baseline.RULE: "An entry of the baseline whose finding is gone has to leave",
}


def _notification(text: str, level: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": message_text(text.splitlines()[0] if text else "no reason given")}}
