"""The report for machines has the form that its schema and the interfaces promise."""

import json
import re
from collections.abc import Callable

import jsonschema
import pytest
from hypothesis import example, given, settings
from msgspec.structs import replace

from plangate import __version__
from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.checks.rule import all_rules
from plangate.reports.json_report import report_data, report_json, schema

from .hostile import FINDINGS, many
from .reporting import report

Make = Callable[..., Report]


def test_keys_in_their_order(make: Make, finding: Finding) -> None:
    data = json.loads(report_json(make(finding)))
    assert list(data) == ["plangate", "today", "preset", "examined", "failed", "summary", "plans", "findings"]
    assert (data["plangate"], data["today"], data["preset"]) == (__version__, "2026-11-23", "standard")
    assert data["examined"] == {"plans": 1, "gates": 2, "rules": 42}
    assert data["failed"] is True
    assert data["plans"] == [
        {
            "id": "orders-mart",
            "profile": "batch",
            "tier": "A",
            "intent": "in_review",
            "state": "blocked",
            "gates": [{"gate": "context", "state": "ready"}, {"gate": "cutover", "state": "blocked"}],
        }
    ]
    assert data["findings"][0]["path"] == "backfill[0].must_finish_within"
    assert data["findings"][0]["url"] == "rules/BCK003/"


def test_the_schema_holds(make: Make, finding: Finding) -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    report = make(
        finding,
        replace(finding, verdict="waived", blocking=False),
        replace(finding, verdict="undetermined", blocking=False, gate=None, hint=None, observed=None),
        failures={"orders-mart": "CAP001 broke down"},
    )
    jsonschema.validate(report_data(report), schema())


@pytest.mark.parametrize("key", ["today", "summary", "findings", "failed"])
def test_the_schema_misses_what_is_left_out(make: Make, finding: Finding, key: str) -> None:
    data = report_data(make(finding))
    del data[key]
    with pytest.raises(jsonschema.ValidationError, match=key):
        jsonschema.validate(data, schema())


UNTOLD = {"unreadable", "source", "shift", "cause_plan"}
"""What the report for machines does not tell of a finding."""


def test_the_schema_knows_every_field_of_a_finding() -> None:
    assert set(schema()["$defs"]["finding"]["properties"]) == set(Finding.__struct_fields__) - UNTOLD


def test_the_same_bytes_for_the_same_report(make: Make, finding: Finding) -> None:
    other = replace(finding, rule="BCK001", line=3)
    assert report_json(make(finding, other)) == report_json(make(other, finding))


def test_hostile_text_stays_ascii_and_valid(make: Make, finding: Finding) -> None:
    text = report_json(make(replace(finding, message="\ud800 \x1b[31m \u202e ü")))
    assert text.isascii()
    assert "##[" not in text
    assert json.loads(text)["findings"][0]["message"] == "\\ud800 \x1b[31m \u202e ü"


def test_an_internal_error_is_one_finding_on_its_plan(make: Make, finding: Finding) -> None:
    data = report_data(make(finding, failures={"orders-mart": "CAP001 broke down\nsecond line"}))
    internal = [entry for entry in data["findings"] if entry["rule"] == "INTERNAL"]
    assert [entry["plan"] for entry in internal] == ["orders-mart"]
    assert internal[0]["file"] == "plans/orders-mart/plan.yml"
    assert "second line" not in internal[0]["message"]
    assert (data["summary"]["error"], data["failed"]) == (2, True)


def test_the_caller_says_whether_the_run_fails(make: Make, finding: Finding) -> None:
    assert report_data(make(finding), failed=False)["failed"] is False


def test_what_was_not_looked_at_is_told(make: Make) -> None:
    assert "notes" not in json.loads(report_json(make()))
    data = json.loads(report_json(make(notes=("1 of 4 plans was examined",))))
    jsonschema.validate(data, schema())
    assert data["notes"] == ["1 of 4 plans was examined"]


@settings(max_examples=40, deadline=None)
@given(FINDINGS)
@example(many())
def test_hostile_findings_read_back_equal(found: list[Finding]) -> None:
    text = report_json(report(*found))
    assert text.isascii()
    assert "##[" not in text
    data = json.loads(text)
    jsonschema.validate(data, schema())
    names = [name for name in Finding.__struct_fields__ if name not in UNTOLD]
    ordered = sorted(found, key=lambda finding: finding.order)
    assert data["findings"] == [{name: whole(getattr(finding, name)) for name in names} for finding in ordered]


def whole(value: object) -> object:
    """A text without halves of characters, which no file that is read can hold."""
    return value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value


def test_every_rule_has_an_id_that_the_schema_takes() -> None:
    """Those of the catalogue, of the baseline and of an organisation: `DQ001` is two letters, `owner_is_team` small."""
    pattern = schema()["$defs"]["finding"]["properties"]["rule"]["pattern"]
    known = [*all_rules(), "INTERNAL", "BASELINE", "owner_is_team", "x_own"]
    assert [name for name in known if re.search(pattern, name) is None] == []
    assert [name for name in ("D001", "DQ01", "Dq001", "", "1x") if re.search(pattern, name)] == []
