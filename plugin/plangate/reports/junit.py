"""Verdicts as JUnit XML: a suite for each plan, a case for each rule that was judged on it."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.reports import outcome
from plangate.reports.headline import head
from plangate.reports.lines import line, visible


def report_junit(report: Report, fail_on: str = "error") -> str:
    """Write a report as JUnit XML that is well-formed whatever an author wrote.

    A case fails for findings that fail the run; others it tells as its output. A rule whose findings are all waived,
    baselined or undetermined is skipped.
    """
    fatal = frozenset(outcome.failing(report, fail_on))
    found = outcome.findings(report)
    titles = {name: f"{name} {rule.title}" for name, rule in report.known.items()}
    root = Element("testsuites", name="plangate")
    groups = {**{plan.id: [] for plan in report.plans}, **outcome.by_plan(found)}
    for plan, own in sorted(groups.items()):
        name = visible(plan) or "references"
        suite = SubElement(root, "testsuite", name=name)
        for rule in sorted({*report.judged.get(plan, ()), *(finding.rule for finding in own)}):
            case = SubElement(suite, "testcase", classname=name, name=visible(titles.get(rule, rule)), time="0")
            _judge(case, [finding for finding in own if finding.rule == rule], fatal)
        _count(suite, suite.iter("testcase"))
    _count(root, root.iter("testcase"))
    _properties(root, report)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _judge(case: Element, own: Sequence[Finding], fatal: frozenset[Finding]) -> None:
    failing = [finding for finding in own if finding in fatal]
    rest = [finding for finding in own if finding not in fatal]
    if failing:
        kind = "error" if failing[0].rule in {outcome.INTERNAL, outcome.CONFIG} else "failure"
        case.set("file", visible(failing[0].file))
        case.set("line", str(failing[0].line))
        told = SubElement(case, kind, message=visible(failing[0].message), type=failing[0].severity)
        told.text = _told(failing)
    elif rest and all(finding.verdict != "fail" for finding in rest):
        SubElement(case, "skipped", message=", ".join(sorted({finding.verdict for finding in rest})))
    if rest:
        SubElement(case, "system-out").text = _told(rest)


def _told(found: Iterable[Finding]) -> str:
    rows = []
    for finding in found:
        rows.append(head(finding))
        if finding.hint:
            rows.append(line("  hint: ", finding.hint))
    return "\n".join(rows)


def _count(element: Element, cases: Iterable[Element]) -> None:
    listed = list(cases)
    element.set("tests", str(len(listed)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in listed)))


def _properties(root: Element, report: Report) -> None:
    """Tell the counts and notes of the run in a suite of their own, where readers of JUnit look for properties."""
    suite = SubElement(root, "testsuite", name="plangate: the run", tests="0", failures="0", errors="0", skipped="0")
    properties = SubElement(suite, "properties")
    for name, number in outcome.summary(report).items():
        SubElement(properties, "property", name=name, value=str(number))
    for note in report.notes:
        SubElement(properties, "property", name="note", value=visible(note))
