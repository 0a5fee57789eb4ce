"""What a reviewer of each gate works through, as data and as text."""

from collections.abc import Iterator
from typing import Any

from plangate.analysis.verdicts import OPEN, said, tally
from plangate.checks.checklist import Item, checklists
from plangate.checks.report import GateReport, PlanReport, Report
from plangate.model.problem import HEADER, path_text
from plangate.reports.lines import line


def checklist_data(report: Report, plan: PlanReport) -> list[dict[str, Any]]:
    """Give each gate, and behind them the plan as a whole: rules with verdicts, sections, questions, approvals."""
    gates = {gate.gate: gate for gate in plan.gates}
    return [_gate(report, plan, name, gates.get(name), items) for name, items in checklists(report, plan).items()]


def _gate(
    report: Report, plan: PlanReport, name: str, gate: GateReport | None, items: tuple[Item, ...]
) -> dict[str, Any]:
    questions = plan.facts.policy.checklists.questions
    return {
        "gate": None if name == HEADER else name,
        "state": gate.state if gate is not None else None,
        "rules": tally(item.verdict for item in items),
        "verdicts": [_item(item) for item in items],
        "sections": [
            {
                "title": state.section.title,
                "path": path_text(state.path),
                "verdict": state.verdict,
                "reason": state.reason,
            }
            for state in plan.facts.mandatory
            if state.gate == name
        ],
        "questions": list(questions.get(name, ())) if gate is not None else [],
        "approvals": [
            {
                "role": need.role,
                "needed": need.count,
                "approved": list(need.approved),
                "lapsed": list(need.lapsed),
                "may_approve": list(need.candidates),
            }
            for need in (gate.review.needs if gate is not None and gate.review is not None else ())
        ],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "rule": item.rule.id,
        "title": item.rule.title,
        "verdict": item.verdict,
        "why": item.why or None,
        "findings": [
            {"verdict": f.verdict, "severity": f.severity, "message": f.message, "file": f.file, "line": f.line}
            for f in item.findings
        ],
        "waivers": [waiver.id for waiver in item.waivers],
    }


def checklist_lines(report: Report, plan: PlanReport) -> Iterator[str]:
    """Give the same as lines for people: what needs a decision in full, what holds and what is not asked by its id."""
    yield "checklist"
    for entry in checklist_data(report, plan):
        state = f"{entry['state']}, " if entry["state"] else ""
        yield line(f"  gate {entry['gate']}: " if entry["gate"] else "  the plan as a whole: ", state + entry["rules"])
        yield from _rules(entry["verdicts"])
        for section in entry["sections"]:
            if section["verdict"] not in {"filled", "waiting"}:
                where = f" (`{section['path']}`)" if section["path"] else ""
                reason = f": {section['reason']}" if section["reason"] else ""
                yield line(f"    section {section['verdict'].replace('_', ' ')} ", section["title"] + where + reason)
        for question in entry["questions"]:
            yield line("    ask ", question)
        for need in entry["approvals"]:
            missing = need["needed"] - len(need["approved"])
            if missing > 0:
                who = ", ".join(need["may_approve"]) or "nobody holds this role"
                yield line(f"    approval missing: {missing} of {need['needed']} ", f"{need['role']} ({who})")


def _rules(verdicts: list[dict[str, Any]]) -> Iterator[str]:
    for item in verdicts:
        if item["verdict"] not in OPEN:
            continue
        by = f", by {', '.join(item['waivers'])}" if item["waivers"] else ""
        yield line(f"    {said(item['verdict'])} ", f"{item['rule']} {item['title']}{by}")
        for finding in item["findings"]:
            yield line("      found ", f"{finding['message']} ({finding['file']}:{finding['line']})")
        if item["why"]:
            yield line("      because ", item["why"])
    if holding := [item["rule"] for item in verdicts if item["verdict"] == "pass"]:
        yield line(f"    {said('pass', len(holding))} ", ", ".join(holding))
    for verdict in ("not_applicable", "off"):
        silent: dict[str, list[str]] = {}
        for item in verdicts:
            if item["verdict"] == verdict:
                silent.setdefault(item["why"], []).append(item["rule"])
        for why, rules in silent.items():
            yield line(f"    {said(verdict, len(rules))} ", f"{', '.join(rules)}: {why}")
