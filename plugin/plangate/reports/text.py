"""The report for people: findings by plan and gate with their lines, and a summary that hides nothing."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from plangate.checks.finding import Finding
from plangate.checks.report import PlanReport, Report
from plangate.reading.portfolio import Portfolio
from plangate.reports import outcome
from plangate.reports.lines import clip, line, visible

_WIDTH = 140
_COLOURS = {"error": "31", "warning": "33", "info": "36", "waived": "35", "undetermined": "34"}


def report_text(
    report: Report, *, portfolio: Portfolio | None = None, colour: bool = False, failed: bool | None = None
) -> str:
    """Write a report for people.

    With the portfolio that was checked each finding shows its line of the file. `failed` replaces the report's own
    where the caller fails from another severity on.
    """
    page = _Page(portfolio, colour=colour)
    found = outcome.findings(report)
    for plan in sorted(report.plans, key=lambda plan: plan.id):
        page.plan(plan, [finding for finding in found if finding.plan == plan.id])
    page.summary(report, found, report.failed if failed is None else failed)
    return "\n".join(page.lines) + "\n"


class _Page:
    """The lines of a report as they are gathered."""

    def __init__(self, portfolio: Portfolio | None, *, colour: bool) -> None:
        self.portfolio, self.colour = portfolio, colour
        self.lines: list[str] = []

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
        order = ["", *(gate.gate for gate in plan.gates)]
        states = {gate.gate: gate.state for gate in plan.gates}
        place = {gate: number for number, gate in enumerate(order)}
        grouped = sorted(
            _headlines(found), key=lambda pair: (place.get(pair[0].gate or "", len(order)), pair[0].gate or "")
        )
        for gate, pairs in groupby(grouped, key=lambda pair: pair[0].gate or ""):
            named = gate in states
            self.lines.append(
                line("  gate ", f"{gate} ({states[gate]})") if named else line("  plan.yml and other files")
            )
            for finding, others in pairs:
                self.finding(finding, others)
        self.lines.append("")

    def finding(self, finding: Finding, others: Sequence[Finding]) -> None:
        """Write a finding, the line of the file under it, what would be right, and what follows from it."""
        word = finding.severity if finding.verdict == "fail" else f"{finding.verdict} {finding.severity}"
        mark = self.paint(word, _COLOURS[finding.severity if finding.verdict == "fail" else finding.verdict])
        blocks = " (blocks)" if finding.blocking else ""
        where = f"{finding.file}:{finding.line}:{finding.column}"
        self.lines.append(line(f"    {mark}{blocks} {finding.rule} ", f"{where}  {finding.message}"))
        self.lines.extend(self._excerpt(finding))
        if finding.path:
            self.lines.append(line("      at ", finding.path))
        if finding.observed is not None or finding.expected is not None:
            observed = "" if finding.observed is None else f"is {finding.observed}"
            expected = "" if finding.expected is None else f"expected {finding.expected}"
            self.lines.append(line("      value ", "; ".join(part for part in (observed, expected) if part)))
        if finding.hint:
            self.lines.append(line("      hint: ", finding.hint))
        if finding.cause and not others:
            self.lines.append(line("      follows from ", finding.cause))
        for other in others:
            place = f"{other.file}:{other.line}:{other.column}"
            self.lines.append(line(f"      so also {other.severity} {other.rule} ", f"{place}  {other.message}"))

    def _excerpt(self, finding: Finding) -> Iterator[str]:
        source = self._source(finding)
        if not source.strip():
            return
        before = len(visible(source[: finding.column - 1]))
        shown, at = clip(visible(source), _WIDTH, before)
        lead = f"      {finding.line:>4} | "
        yield line(lead, shown)
        if before < len(visible(source)):
            yield line(" " * (len(lead) - 2) + "| ", " " * at + "^")

    def _source(self, finding: Finding) -> str:
        if self.portfolio is None or finding.plan not in self.portfolio:
            return ""
        read = self.portfolio.read(finding.plan)
        for gate, document in read.documents.items():
            if finding.file == f"{read.folder}/{read.files.get(gate, gate)}":
                return document.line(finding.line)
        return ""

    def summary(self, report: Report, found: Sequence[Finding], failed: bool) -> None:
        """Write what was examined and every count, also those that nobody wants to see."""
        examined, counts = report.examined, outcome.summary(report)
        blocking = sum(finding.blocking for finding in found)
        self.lines.append(
            line(
                f"Examined {_count(examined['plans'], 'plan')}, {_count(examined['gates'], 'gate')}, "
                f"{_count(examined['rules'], 'rule')}; today {report.today.isoformat()}, preset {report.preset}."
            )
        )
        self.lines.append(
            line(
                f"{_count(counts['error'], 'error')}, {_count(counts['warning'], 'warning')}, {counts['info']} info, "
                f"{counts['waived']} waived, {counts['undetermined']} undetermined, "
                f"{counts['not_applicable']} not applicable; {blocking} blocking."
            )
        )
        for plan, reason in report.failures.items():
            self.lines.append(line("Internal error in plan ", f"{plan}: {reason}"))
        verdict = self.paint("Failed.", "1;31") if failed else self.paint("Passed.", "1;32")
        self.lines.append(line(verdict))


def _headlines(found: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Put what has a cause under the nearest finding of that rule, where there is one that is no consequence itself."""
    heads: dict[str, list[Finding]] = {}
    for finding in found:
        if finding.cause is None:
            heads.setdefault(finding.rule, []).append(finding)
    followers: dict[int, list[Finding]] = {}
    grouped = []
    for finding in found:
        head = _nearest(finding, heads.get(finding.cause or "", ()))
        if head is None:
            grouped.append(finding)
        else:
            followers.setdefault(id(head), []).append(finding)
    return [(finding, followers.get(id(finding), [])) for finding in grouped]


def _nearest(finding: Finding, heads: Sequence[Finding]) -> Finding | None:
    """Choose the head at the same place, else in the same gate, else the first."""
    same_gate = [head for head in heads if head.gate == finding.gate]
    same_place = [head for head in same_gate if head.path == finding.path]
    return next(iter((*same_place, *same_gate, *heads)), None)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
