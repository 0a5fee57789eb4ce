"""The one comment of a pull request: who must act and on what, the verdict, and everything that the change causes.

What an author wrote stands in fences that it cannot close, or entity-encoded within `<code>`, where no mention counts.
"""

import re
from collections.abc import Iterator, Sequence

from plangate.analysis.changes.weight import WEIGHTS
from plangate.analysis.review import Word
from plangate.checks.report import PlanReport, Report
from plangate.checks.waived import covers, status
from plangate.model.reference import PLAN
from plangate.reports import outcome
from plangate.reports.decisions import Decision, decisions
from plangate.reports.difference import DifferenceReport, PlanDifference
from plangate.reports.difference_text import (
    OF_LAPSES,
    affected_text,
    lapses,
    plan_lines,
    title,
)
from plangate.reports.github import MOST
from plangate.reports.headline import head
from plangate.reports.lines import line, visible
from plangate.reports.markdown import LONGEST, fenced
from plangate.reports.status import WORDS, Action

MARKER = "<!-- plangate: the one comment -->"
"""The hidden first line by which the comment is found again."""

_ROOM = 400  # kept for the lines that count what was cut, and for the last line
_MARKUP = re.compile(r"[^0-9A-Za-z\u0080-\U0010ffff ]")
_LONGEST = 120
_NAMES = 4
_DAYS = 14


def report_comment(report: Report, diff: DifferenceReport | None, *, failed: bool, preview: str | None = None) -> str:
    """Write the comment, at most 65,536 characters; lines that do not fit are counted.

    Without a difference it tells what the check found. `preview` is the address of the portal that was built for it.
    """
    rows = [MARKER, f"## Plangate: {'failed' if failed else 'passed'}", ""]
    text = "\n".join(rows) + "\n"
    left = 0
    for part, authors in _sections(report, diff, preview):
        added, cut = _fitting(part, authors, LONGEST - _ROOM - len(text))
        text, left = text + added, left + cut
    if left:
        text += f"{outcome.count(left, 'line')} did not fit.\n\n"
    return text + f"{_annotated(report)}\n"


def _sections(report: Report, diff: DifferenceReport | None, preview: str | None) -> Iterator[tuple[str, list[str]]]:
    """Give Markdown of ours, each with lines of authors that go into a fence behind it."""
    plans = diff.plans if diff is not None else ()
    new = {one.id: one for one in report.plans}
    rows = [row for plan in plans for row in _roles(plan, preview, new.get(plan.change.plan))]
    yield from ((row, []) for row in rows)
    if diff is not None and not rows:
        yield "Nobody has to approve or look again because of this change.\n", []
    yield f"\n{outcome.examined(report)}. {outcome.counted(report)}.\n\n", []
    for plan in plans:
        for row in _table(plan):
            yield row, []
    for plan in plans:
        yield f"### {_code(plan.change.plan)}\n\n", [line("plan ", title(plan)), *plan_lines(plan)]
    reached = [affected_text(one) for plan in plans for one in plan.change.affected]
    if reached:
        yield "### Consumers affected\n\n", [line("- ", row) for row in dict.fromkeys(reached)]
    found = [one for plan in plans for one in plan.new_findings if one.rule not in OF_LAPSES]
    outside = [one for one in found if diff is not None and one.file not in diff.files]
    if outside:
        yield "### Findings elsewhere that this change causes\n\n", [head(one) for one in outside]
    waivers = list(_waivers(report))
    if waivers:
        yield "### Waivers used and ending\n\n", waivers
    if diff is None:
        yield "### Findings\n\n", [head(one) for one in outcome.findings(report)] or [line("none")]
    elif report.wrong:
        yield "### References\n\n", [head(one) for one in outcome.findings(report) if one.rule == outcome.CONFIG]
    notes = (*report.notes, *(diff.notes if diff is not None else ()))
    if notes:
        yield "### Notes\n\n", [line("note ", note) for note in dict.fromkeys(notes)]


def _fitting(ours: str, authors: Sequence[str], room: int) -> tuple[str, int]:
    """Give as much of a section as there is room for, and the number of lines that are left out."""
    if not authors:
        return (ours, 0) if len(ours) <= room else ("", max(1, ours.count("\n")))
    kept: list[str] = []
    used, longest = len(ours) + len("text\n\n\n\n"), 3
    for row in authors:
        longest = max([longest, *(len(run) + 1 for run in re.findall("`+", row))])
        used += len(row) + 1
        if used + 2 * longest > room:
            break
        kept.append(row)
    if not kept:
        return "", len(authors)
    return ours + "\n".join(fenced(kept)) + "\n\n", len(authors) - len(kept)


def _roles(plan: PlanDifference, preview: str | None, new: PlanReport | None) -> Iterator[str]:
    """Write a line for each role that must act: gates, what there is to decide, what is assumed, whom it affects."""
    roles: dict[str, list[str]] = {}
    again: set[str] = set()
    for action in plan.actions:
        roles.setdefault(action.role or "", []).extend(action.gates)
        again |= {action.role or ""} if action.what == "look_again" else set()
    for role, gates in roles.items():
        names = tuple(dict.fromkeys(gates))
        said = [f"- **{_code(role)}** of {_code(plan.change.plan)}: {outcome.count(len(names), 'gate')}."]
        decided = decisions(plan, role, names, new)
        if decided.what:
            more = f"; {decided.more} more" if decided.more else ""
            said.append(f"Decide: {'; '.join(map(_decided, decided.what))}{more}.")
        said.extend(decided.calm)
        if number := sum(gate in names for gate in plan.assumed):
            said.append(f"Assumed, unmeasured: {number}.")
        if plan.change.affected:
            shown = [f"{_code(one.consumer)} ({_code(one.owner or 'no owner')})" for one in plan.change.affected]
            more = f" and {len(shown) - _NAMES} more" if len(shown) > _NAMES else ""
            said.append(f"Affects: {', '.join(shown[:_NAMES])}{more}.")
        said.extend(_links(plan, preview, again=role in again))
        yield " ".join(said) + "\n"


def _decided(one: Decision) -> str:
    """Write something to decide about: ours as it is, with what an author wrote behind it as code."""
    authors = _code(_short(one.authors))
    return f"{one.ours} {authors}" if one.ours and one.authors else one.ours or authors


def _links(plan: PlanDifference, preview: str | None, *, again: bool) -> Iterator[str]:
    """Link the plan in the preview; its page begins with what changed since it was approved."""
    if not PLAN.fullmatch(plan.change.plan):
        return
    if preview is not None:
        address = f"{preview.rstrip('/')}/plans/{plan.change.plan}/"
        since = f" · [Diff since you last signed]({address})" if again else ""
        yield f"[Preview]({address}){since}"
    elif again:
        people = dict.fromkeys(word.person for word in plan.lapsed)
        told = ", ".join(_code(f"plangate diff --since-review {name} {plan.change.plan}") for name in people)
        if told:
            yield f"Diff since you last signed: {told}"


def _table(plan: PlanDifference) -> Iterator[str]:
    if not plan.gates:
        return
    yield f"| Gate of {_code(plan.change.plan)} | Before | After | Roles needed | Why |\n|---|---|---|---|---|\n"
    for move in plan.gates:
        needed = [action for action in plan.actions if move.gate in action.gates]
        acts = {one.what: [_code(_who(other)) for other in needed if other.what == one.what] for one in needed}
        roles = "; ".join(f"{WORDS[what].removesuffix(' at')}: {', '.join(who)}" for what, who in acts.items())
        own = [one for one in plan.change.differences if one.gate == move.gate and one.kind != "follows"]
        counts = [f"{n} {weight}" for weight in WEIGHTS if (n := sum(one.weight == weight for one in own))]
        lapsed = [_lapse(words) for words in lapses(plan.lapsed) if words[0].gate == move.gate]
        why = "; ".join([*counts, *lapsed]) or "follows from elsewhere"
        states = (move.before or "not there", move.after or "not there")
        yield f"| {_code(move.gate)} | {states[0]} | {states[1]} | {roles or 'none'} | {why} |\n"
    yield "\n"


def _lapse(words: Sequence[Word]) -> str:
    """Say whose approvals lapsed and because of which field; of several the first, with the number of the others."""
    word, who = words[0], ", ".join(dict.fromkeys(_code(one.person) for one in words))
    said = f"approval{'s' if len(words) > 1 else ''} of {who} {'are' if len(words) > 1 else 'is'} {word.standing}"
    if not word.changes:
        return said
    more = f" and {len(word.changes) - 1} more" if len(word.changes) > 1 else ""
    return f"{said}: {_code(_short(str(word.changes[0])))}{more}"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _who(action: Action) -> str:
    return f"{action.role} ({', '.join(action.people) or 'nobody'})"


def _waivers(report: Report) -> Iterator[str]:
    """Tell the waivers that let something pass, and those that end or ended; one that never counted does neither."""
    for plan in report.plans:
        waived = [finding for finding in report.of(plan.id) if finding.verdict == "waived"]
        for waiver in plan.facts.plan.waivers:
            stands = status(waiver, plan.facts.policy, report.today)
            if stands == "refused":
                continue
            found = (
                [one for one in waived if covers(waiver, one.rule, one.gate, one.path)] if stands != "expired" else []
            )
            days = (waiver.expires - report.today).days
            if found or days <= _DAYS:
                until = f"expired on {waiver.expires}" if days < 0 else f"ends on {waiver.expires}, in {days} d"
                said = f"{waiver.id} of {plan.id}, {waiver.rule}: used {outcome.count(len(found), 'time')}, {until}"
                yield line("- ", f"{said} ({waiver.owner})")


def _annotated(report: Report) -> str:
    """Say how many findings are shown beside the lines: at most 10 errors and 10 warnings."""
    failing = [finding for finding in outcome.findings(report) if finding.verdict == "fail"]
    shown = sum(min(MOST, sum(one.severity == severity for one in failing)) for severity in ("error", "warning"))
    return f"{shown} of {outcome.count(len(failing), 'finding')} annotated; today {report.today.isoformat()}"


def _code(text: str) -> str:
    """Show an author's text within a line of Markdown: no letter of it is markup, and no name in it is called."""
    return f"<code>{_MARKUP.sub(lambda found: f'&#{ord(found[0])};', visible(text))}</code>"
