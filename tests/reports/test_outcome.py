"""When a run fails, and what stands under what."""

import json
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.model.problem import Problem
from plangate.reports.formats import FORMATS, Told
from plangate.reports.json_report import report_json
from plangate.reports.outcome import INTERNAL, by_plan, counted, failing, fails, headlines
from plangate.reports.sarif import report_sarif

from .hostile import hostile
from .reporting import report

Make = Callable[..., Report]


@pytest.mark.parametrize(
    ("severity", "blocking", "intent", "fail_on", "expected"),
    [
        ("error", True, "in_review", "error", True),
        ("error", True, "in_review", "warning", True),
        ("error", True, "in_review", "never", False),
        ("error", True, "draft", "error", True),
        ("error", False, "draft", "error", False),
        ("error", False, "draft", "warning", False),
        ("warning", False, "in_review", "error", False),
        ("warning", False, "in_review", "warning", True),
        ("warning", False, "live", "warning", True),
        ("warning", False, "draft", "warning", False),
        ("warning", True, "in_review", "error", True),
        ("info", False, "in_review", "warning", False),
    ],
)
def test_fails(
    make: Make, finding: Finding, severity: str, blocking: bool, intent: str, fail_on: str, expected: bool
) -> None:
    report = make(replace(finding, severity=severity, blocking=blocking), intent=intent)
    assert fails(report, fail_on) is expected


def test_a_waived_warning_fails_nothing(make: Make, finding: Finding) -> None:
    report = make(replace(finding, severity="warning", verdict="waived", blocking=False))
    assert fails(report, "warning") is False


def test_an_internal_error_always_fails(make: Make) -> None:
    assert fails(make(failures={"orders-mart": "broke down"}), "never") is True


@pytest.mark.parametrize(
    ("gate", "path", "line"),
    [("cutover", "a", 3), ("cutover", "elsewhere", 2), ("quality", "elsewhere", 2)],
    ids=["the same place", "the same gate", "the same plan"],
)
def test_the_nearest_cause_is_the_headline(finding: Finding, gate: str, path: str, line: int) -> None:
    heads = [replace(finding, path=name, line=number) for number, name in ((2, "b"), (3, "a"))]
    other = replace(finding, rule="CUT009", cause="BCK003", gate=gate, path=path)
    stranger = replace(finding, plan="another-plan", line=1)
    grouped = headlines([stranger, *heads, other])
    assert [(head.line, [entry.rule for entry in others]) for head, others in grouped if others] == [(line, ["CUT009"])]
    assert len(grouped) == 3


def test_what_fails_a_run_is_what_is_given(make: Make, finding: Finding) -> None:
    warning = replace(finding, severity="warning", blocking=False)
    report = make(finding, warning, replace(warning, verdict="baselined"), failures={"orders-mart": "broke down"})
    assert [entry.rule for entry in failing(report, "never")] == [INTERNAL]
    assert [entry.severity for entry in failing(report, "error")] == ["error", "error"]
    assert [entry.severity for entry in failing(report, "warning")] == ["error", "error", "warning"]


def test_what_follows_stands_under_the_cause_that_lies_nearest(finding: Finding) -> None:
    far = replace(finding, rule="GEN004", path="pipelines[0].on_failure.alrt")
    near = replace(finding, rule="GEN004", path="pipelines[1].retrys")
    other = replace(finding, rule="GEN014", path="pipelines[1].retries", cause="GEN004")
    assert headlines([far, near, other]) == [(far, []), (near, [other])]


@pytest.mark.parametrize(
    ("rules", "grouped"),
    [
        ("GEN004 GEN014<GEN004 GEN016<GEN014", ["GEN004: GEN014 GEN016"]),
        ("GEN016<GEN014 GEN014<GEN004 GEN004", ["GEN004: GEN016 GEN014"]),
        ("A001<B001 B001<C001 C001<D001 D001", ["D001: A001 B001 C001"]),
        ("GEN014<GEN004 GEN016<GEN014", ["GEN014: GEN016"]),
        ("GEN004 GEN014<GEN004 GEN014 GEN016<GEN014", ["GEN004: GEN014", "GEN014: GEN016"]),
        ("A001<B001 B001<A001", ["A001:", "B001:"]),
        ("C001<A001 A001<B001 B001<A001", ["A001: C001", "B001:"]),
        ("D001<C001 A001<B001 B001<A001 C001<B001", ["A001:", "B001: D001 C001"]),
        ("A001<A001", ["A001:"]),
    ],
)
def test_causes_are_followed_to_the_one_that_stands_above_all(
    finding: Finding, rules: str, grouped: Sequence[str]
) -> None:
    parts = [word.partition("<") for word in rules.split()]
    found = [replace(finding, rule=rule, cause=cause or None, line=at) for at, (rule, _, cause) in enumerate(parts)]
    for order in (found, found[::-1]):
        told = [(head.rule, {other.rule for other in others}) for head, others in headlines(order)]
        want = [part.partition(":") for part in grouped]
        assert sorted(told, key=str) == sorted(((rule, set(others.split())) for rule, _, others in want), key=str)
    shown = [f"{head.rule}: {' '.join(other.rule for other in others)}".strip() for head, others in headlines(found)]
    assert shown == grouped


def test_what_follows_from_what_cannot_be_judged_stands_under_the_refusal(finding: Finding) -> None:
    refusal = replace(finding, rule="GEN005", unreadable=True)
    unknown = replace(finding, rule="STR008", verdict="undetermined")
    other = replace(finding, rule="STR009", cause="STR008")
    assert headlines([other, refusal, unknown]) == [(refusal, [other, unknown])]


def test_a_cause_in_another_plan_is_found_there(finding: Finding) -> None:
    there = replace(finding, plan="another-plan", rule="CON005")
    here = replace(finding, rule="PLN008", cause="CON005", cause_plan="another-plan")
    assert headlines([here, there]) == [(there, [here])]
    assert headlines([replace(here, cause_plan=None), there]) == [(replace(here, cause_plan=None), []), (there, [])]


RULES = st.sampled_from(("GEN001", "GEN002", "GEN003", "GEN004"))
LINKED = st.lists(
    st.tuples(RULES, st.none() | RULES, st.sampled_from("ab"), st.sampled_from(("fail", "undetermined")), st.booleans())
)


@given(hostile(cause_plan=None), LINKED)
def test_every_finding_stands_once_and_under_none_that_has_one_above(
    finding: Finding, links: list[tuple[str, str | None, str, str, bool]]
) -> None:
    found = [
        replace(finding, rule=rule, cause=cause, path=path, verdict=verdict, unreadable=unreadable, line=at + 1)
        for at, (rule, cause, path, verdict, unreadable) in enumerate(links)
    ]
    grouped = headlines(found)
    lines = [entry.line for head, others in grouped for entry in (head, *others)]
    assert sorted(lines) == [entry.line for entry in found]
    assert all([other.line for other in others] == sorted(other.line for other in others) for _, others in grouped)
    if all(entry.cause is None or entry.cause < entry.rule for entry in found):
        rules = {entry.rule for entry in found}
        assert all(head.cause is None or head.cause not in rules for head, _ in grouped)


def test_many_findings_of_one_cause_are_put_under_the_nearest(finding: Finding) -> None:
    heads = [replace(finding, rule="GEN004", path=f"pipelines[{at}].retrys") for at in range(3000)]
    others = [
        replace(head, rule="GEN014", path=head.path.replace("retrys", "retries"), cause="GEN004") for head in heads
    ]
    assert headlines([*heads, *others]) == [(head, [other]) for head, other in zip(heads, others, strict=True)]


def test_findings_by_plan_keep_their_order(finding: Finding) -> None:
    found = [replace(finding, plan=plan, line=at) for at, plan in enumerate(("b", "a", "b"))]
    assert by_plan(found) == {"b": [found[0], found[2]], "a": [found[1]]}


def test_under_references_that_are_wrong_every_run_fails(finding: Finding) -> None:
    problem = Problem("CONFIG", "`preset` is none of strict", file="references/checklists.yml", line=3)
    found = report(replace(finding, verdict="waived", blocking=False))
    assert not fails(found)
    wrong = found.under([problem])
    assert fails(wrong, "never")
    assert not fails(found.under([]))
    assert json.loads(report_json(wrong, failed=fails(wrong)))["failed"] is True
    assert json.loads(report_sarif(wrong))["runs"][0]["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ("text", "\nreferences\n    error (blocks) CONFIG references/checklists.yml:3:1  `preset` is"),
        ("json", '"file": "references/checklists.yml",\n      "line": 3,'),
        ("sarif", '"uri": "references/checklists.yml"'),
        ("junit", '<testcase classname="references" name="CONFIG" time="0" file="references/checklists.yml" line="3">'),
        ("github", "::error file=references/checklists.yml,line=3,col=1,title=CONFIG::`preset` is none of strict"),
        ("gitlab", '"path": "references/checklists.yml"'),
        ("markdown", "### References: 1 finding\n\n```text\nerror (blocks) CONFIG references/checklists.yml:3:1  `pre"),
    ],
)
def test_every_form_tells_what_is_wrong_with_the_references(finding: Finding, form: str, place: str) -> None:
    problem = Problem("CONFIG", "`preset` is none of strict", file="references/checklists.yml", line=3)
    wrong = report(finding).under([problem])
    assert place in FORMATS[form](Told(wrong))
    assert place not in FORMATS[form](Told(report(finding)))
    assert counted(wrong).startswith("2 errors, ")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("plans/orders-mart/03-capacity.yml", "plans/orders-mart/plan.yml"),
        ("plans/orders-mart/reviews/2026-11-20-bob-platform.yml", "plans/orders-mart/plan.yml"),
        ("orders-mart/plan.yml", "orders-mart/plan.yml"),
    ],
)
def test_an_internal_error_stands_in_the_header_of_its_plan(finding: Finding, file: str, told: str) -> None:
    broken = replace(report(replace(finding, plan="orders-mart", file=file)), failures={"orders-mart": "It broke"})
    assert [one.file for one in failing(broken, "never")] == [told]
