"""The report for people: findings by plan and gate with their lines, and a summary that hides nothing."""

from collections import Counter
from collections.abc import Container, Iterator, Sequence
from itertools import groupby

from plangate.checks.finding import Finding
from plangate.checks.report import Due, PlanReport, Report
from plangate.model.text import spoken
from plangate.reading.folder import NUMBERED
from plangate.reports import outcome
from plangate.reports.headline import cause, place, weight
from plangate.reports.lines import cells, clip, line, visible

_WIDTH = 140
_MOST_UNKNOWN = 40
"""So many rules that cannot be judged are named under the finding that keeps them from it; the others are counted."""
_COLOURS = {"error": "31", "warning": "33", "info": "36", "waived": "35", "undetermined": "34", "baselined": "35"}


def report_text(report: Report, *, colour: bool = False, failed: bool | None = None) -> str:
    """Write a report for people.

    `failed` replaces the report's own where the caller fails from another severity on.
    """
    page = _Page(colour=colour)
    found = outcome.findings(report)
    own = outcome.by_plan(found)
    for plan in sorted(report.plans, key=lambda plan: plan.id):
        page.plan(plan, own.get(plan.id, []))
    examined = {plan.id for plan in report.plans}
    page.elsewhere("other plans", [finding for finding in found if finding.plan and finding.plan not in examined])
    page.elsewhere("references", own.get("", []))
    page.summary(report, report.failed if failed is None else failed)
    return "\n".join(page.lines) + "\n"


class _Page:
    """The lines of a report as they are gathered."""

    def __init__(self, *, colour: bool) -> None:
        self.colour = colour
        self.lines: list[str] = []
        self.heads: list[Finding] = []
        self.following: list[Finding] = []
        self.waiting: list[Finding] = []

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and text else text

    def plan(self, plan: PlanReport, found: Sequence[Finding]) -> None:
        """Write a plan: a head line, then its findings gate by gate. A plan without findings is one line."""
        about = f"{plan.id}  {plan.title}" if plan.title != plan.id else plan.id
        self.lines.append(line(self.paint("plan ", "1"), about))
        tier = f"tier {plan.tier}" if plan.tier else "no tier"
        self.lines.append(line("  profile ", f"{plan.profile}, {tier}, intent {plan.intent}, state {plan.state}"))
        if not found:
            self.lines.extend((line("  no findings"), ""))
            return
        waiting = [finding for finding in found if _waits(finding, plan)]
        placed = [finding for finding in found if not _waits(finding, plan)]
        order = ["", *(gate.gate for gate in plan.gates)]
        states = {gate.gate: gate.state for gate in plan.gates}
        rank = {gate: number for number, gate in enumerate(order)}
        grouped = sorted(
            ((_gate_of(head, states), head, others) for head, others in outcome.headlines(placed)),
            key=lambda group: (rank[group[0]], group[1].file, group[1].line, group[1].column),
        )
        for gate, groups in groupby(grouped, key=lambda group: group[0]):
            self.lines.append(
                line("  gate ", f"{gate} ({states[gate]})") if gate else line("  plan.yml and other files")
            )
            for _, finding, others in groups:
                self.finding(finding, others)
        if waiting:
            told = "; ".join(_approvals(plan, {finding.gate for finding in waiting}))
            self.lines.append(line("  waiting for approval: ", told))
            self.waiting.extend(waiting)
        self.lines.append("")

    def finding(self, finding: Finding, others: Sequence[Finding]) -> None:
        """Write a finding, the line of the file under it, what would be right, and what follows from it."""
        self.heads.append(finding)
        self.following.extend(others)
        mark = self.paint(weight(finding), _COLOURS[finding.severity if finding.verdict == "fail" else finding.verdict])
        blocks = " (blocks)" if finding.blocking else ""
        self.lines.append(line(f"    {mark}{blocks} {finding.rule} ", f"{place(finding)}  {finding.message}"))
        self.lines.extend(_excerpt(finding))
        if finding.path:
            self.lines.append(line("      at ", finding.path))
        if finding.observed is not None:
            wanted = "" if finding.expected is None else f"; expected {finding.expected}"
            self.lines.append(line("      found ", f"{finding.observed}{wanted}"))
        elif finding.expected is not None:
            self.lines.append(line("      expected ", finding.expected))
        if finding.hint:
            self.lines.append(line("      hint: ", finding.hint))
        if finding.cause:
            self.lines.append(line("      follows from ", cause(finding)))
        for other in others:
            if other.verdict != "undetermined":
                self.lines.append(
                    line(f"      so also {weight(other)} {other.rule} ", f"{place(other)}  {other.message}")
                )
        if unknown := sorted({other.rule for other in others if other.verdict == "undetermined"}):
            rules = outcome.count(len(unknown), "rule")
            more = f" and {len(unknown) - _MOST_UNKNOWN} more" if len(unknown) > _MOST_UNKNOWN else ""
            told = f"{', '.join(unknown[:_MOST_UNKNOWN])}{more}"
            self.lines.append(line(f"      so also {rules} cannot be judged: ", told))

    def elsewhere(self, title: str, found: Sequence[Finding]) -> None:
        """Write what concerns no plan that was examined: those that broke down, or are gone, and the references."""
        if not found:
            return
        self.lines.append(line(self.paint(title, "1")))
        for finding, others in outcome.headlines(found):
            self.finding(finding, others)
        self.lines.append("")

    def summary(self, report: Report, failed: bool) -> None:
        """Write what was examined and every count, also those that nobody wants to see."""
        self.lines.append(line(f"{outcome.examined(report)}."))
        self.lines.append(line(f"{outcome.counted(report)}."))
        if self.following or self.waiting or any(finding.cause for finding in self.heads):
            self.lines.append(line(f"{self._shown()}."))
        if unseen := self._unseen(report):
            self.lines.append(line("Not printed: ", f"{unseen}."))
        self.lines.extend(line("Note: ", f"{note}.") for note in report.notes)
        for plan, reason in report.failures.items():
            self.lines.append(line("Internal error in plan ", f"{plan}: {reason.splitlines()[0] if reason else ''}"))
        if failed:
            self.lines.append(line(self.paint(_failed(report), "1;31")))
        else:
            self.lines.append(line(self.paint("Passed.", "1;32") if report.plans else "Nothing was examined."))

    def _shown(self) -> str:
        """Say how the findings are shown above, each group by what is counted, so that a reader can add them up."""
        own = [finding for finding in self.heads if not finding.cause]
        follow = [*(finding for finding in self.heads if finding.cause), *self.following]
        parts = []
        if own:
            whose = "its" if len(own) == 1 else "their"
            parts.append(f"{len(own)} above with a place of {whose} own{_weights(own)}")
        if follow:
            verb = "follows" if len(follow) == 1 else "follow"
            parts.append(f"{len(follow)} that {verb} from others{_weights(follow)}")
        if self.waiting:
            parts.append(f"{outcome.count(len(self.waiting), 'approval')} to come{_weights(self.waiting)}")
        told = len(self.heads) + len(self.following) + len(self.waiting)
        return f"{outcome.count(told, 'finding')}: {', '.join(parts)}"

    def _unseen(self, report: Report) -> str:
        """Say what is counted and has no line of its own, and how to see it."""
        unknown = sum(finding.verdict == "undetermined" for finding in self.following)
        folded = [f"{unknown} undetermined"] if unknown else []
        if self.waiting:
            folded.append(outcome.count(len(self.waiting), "approval"))
        parts = [f"{spoken(folded)} one by one (`plangate check --format json`)"] if folded else []
        if idle := outcome.summary(report)["not_applicable"]:
            parts.append(f"{idle} not applicable (`plangate show PLAN checklist`)")
        return "; ".join(parts)


def _weights(found: Sequence[Finding]) -> str:
    """Count findings as the summary does, by severity or by verdict: ` (4 errors, 7 undetermined)`."""
    counts = Counter[str](finding.severity if finding.verdict == "fail" else finding.verdict for finding in found)
    told = [
        outcome.count(counts[name], name) if name in {"error", "warning"} else f"{counts[name]} {name}"
        for name in outcome.SUMMARY
        if counts[name]
    ]
    return f" ({', '.join(told)})" if told else ""


def _failed(report: Report) -> str:
    """Say for what a run fails: what blocks, or else warnings that are not let pass."""
    blocking = sum(finding.blocking for finding in outcome.findings(report))
    if blocking:
        return f"Failed: {outcome.count(blocking, 'finding')} {'blocks' if blocking == 1 else 'block'}."
    warnings = len(outcome.failing(report, "warning"))
    return f"Failed: {outcome.count(warnings, 'warning')}." if warnings else "Failed."


def _excerpt(finding: Finding) -> Iterator[str]:
    """Give the line of the file and a mark under the place, with its column where nobody can count to it here."""
    if not finding.source.strip():
        return
    source, place = visible(finding.source), finding.column - 1 - finding.shift
    rest = len(visible(finding.source[place:]))
    shown, at = clip(source, _WIDTH, len(source) - rest)
    lead = f"      {finding.line:>4} | "
    yield line(lead, shown)
    if rest:
        column = "" if at == finding.column - 1 else f" column {finding.column}"
        yield line(" " * (len(lead) - 2) + "| ", f"{' ' * cells(shown[:at])}^{column}")


def _gate_of(finding: Finding, gates: Container[str]) -> str:
    """Give the gate under which a finding is shown: its own, else the one whose file it stands in, else none."""
    if finding.gate in gates:
        return finding.gate or ""
    named = NUMBERED.fullmatch(finding.file.rpartition("/")[2])
    return named[2] if named is not None and named[2] in gates else ""


def _waits(finding: Finding, plan: PlanReport) -> bool:
    """Tell whether a finding says no more than that its gate waits for an approval: it is no error, and nobody holds
    the gate up. What of the gate is refused changes nothing about that."""
    if finding.rule != "REV009" or finding.severity != "info" or finding.verdict not in {"fail", "undetermined"}:
        return False
    return any(gate.gate == finding.gate and gate.waiting for gate in plan.gates)


def _approvals(plan: PlanReport, waiting: Container[str | None]) -> Iterator[str]:
    """Say for each role which of the gates that wait do so for it, and who could approve."""
    gates: dict[Due, list[str]] = {}
    for gate in plan.gates:
        for due in gate.waiting if gate.gate in waiting else ():
            gates.setdefault(due, []).append(gate.gate)
    for due, names in gates.items():
        yield f"{due.role}{f' (could be {due.people})' if due.people else ''} for {spoken(names)}"
