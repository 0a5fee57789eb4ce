"""What a run comes to: what it fails for under a threshold, what follows from what, and internal errors as findings."""

from collections.abc import Callable, Iterable, Sequence

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.model.plan import JUDGED
from plangate.model.problem import Problem, path_text

INTERNAL = "INTERNAL"
"""The rule id under which an internal error on a plan is reported."""

CONFIG = "CONFIG"
"""The rule id under which it is reported what is wrong with the references: of no plan, and always an error."""

_NEAR = 200  # letters of a path in which findings are told to be near each other

SUMMARY = ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable")
"""What is counted, in the order in which it is told."""


def failing(report: Report, fail_on: str = "error") -> tuple[Finding, ...]:
    """Give what a run fails for: what blocks, and for `warning` also the warnings of plans in review or live.

    For `never` that is nothing but internal errors and what is wrong with the references, which always fail.
    """
    judged = {plan.id for plan in report.plans if plan.intent in JUDGED}
    return tuple(
        finding
        for finding in findings(report)
        if finding.rule in {INTERNAL, CONFIG}
        or (
            finding.verdict == "fail"
            and fail_on != "never"
            and (
                finding.blocking or (fail_on == "warning" and finding.severity == "warning" and finding.plan in judged)
            )
        )
    )


def fails(report: Report, fail_on: str = "error") -> bool:
    """Tell whether a run fails, see `failing`."""
    return bool(failing(report, fail_on))


def findings(report: Report) -> tuple[Finding, ...]:
    """Give every finding in order, with one for each plan on which the checks broke down, and for each thing that is
    wrong with the references."""
    if not report.failures and not report.wrong:
        return report.findings
    broken = (_internal(report, plan, reason) for plan, reason in report.failures.items())
    return tuple(sorted((*report.findings, *broken, *map(_wrong, report.wrong)), key=lambda finding: finding.order))


def summary(report: Report) -> dict[str, int]:
    """Count findings by severity or verdict, and rules that do not apply; internal errors, and what is wrong with the
    references, count as errors."""
    counts = {name: report.summary.get(name, 0) for name in SUMMARY}
    counts["error"] += len(report.failures) + len(report.wrong)
    return counts


def counted(report: Report) -> str:
    """Say every count, also those that nobody wants to see: `2 errors, 1 warning, 0 info, …`."""
    counts = summary(report)
    blocking = sum(finding.blocking for finding in findings(report))
    return (
        f"{count(counts['error'], 'error')}, {count(counts['warning'], 'warning')}, {counts['info']} info, "
        f"{counts['waived']} waived, {counts['baselined']} baselined, {counts['undetermined']} undetermined, "
        f"{counts['not_applicable']} not applicable; {blocking} blocking"
    )


def examined(report: Report) -> str:
    """Say what was looked at, on which day, under which preset."""
    seen = report.examined
    return (
        f"Examined {count(seen['plans'], 'plan')}, {count(seen['gates'], 'gate')}, {count(seen['rules'], 'rule')}; "
        f"today {report.today.isoformat()}, preset {report.preset}"
    )


def count(number: int, word: str) -> str:
    """Write a number with its noun: `1 plan`, `2 plans`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def by_plan(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Group findings by plan, in their order."""
    groups: dict[str, list[Finding]] = {}
    for finding in found:
        groups.setdefault(finding.plan, []).append(finding)
    return groups


def headlines(found: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Put what has a cause under the nearest finding of that rule; where that is a consequence itself, under its head.

    What cannot be judged stands under the finding that refuses the value, or the whole file, which it would need.
    Findings that are each other's cause stand alone. What fails comes first.
    """
    heads = _heads(_causes(found))
    followers: dict[int, list[Finding]] = {}
    for place, head in enumerate(heads):
        if head != place:
            followers.setdefault(head, []).append(found[place])
    grouped = [(found[place], followers.get(place, [])) for place, head in enumerate(heads) if head == place]
    return sorted(grouped, key=lambda group: group[0].verdict != "fail")


def _causes(found: Sequence[Finding]) -> list[int | None]:
    """Give for each finding the place of the one that it follows from; one that is no consequence is preferred."""
    refusals: dict[tuple[str, str, str], int] = {}
    for place, finding in enumerate(found):
        if finding.cause is None and finding.unreadable and finding.verdict == "fail":
            refusals.setdefault((finding.plan, finding.file, finding.path), place)
    causes: list[int | None] = [
        refusals.get((finding.plan, finding.file, finding.path))
        if finding.cause is None and finding.verdict == "undetermined"
        else None
        for finding in found
    ]
    known: tuple[dict[tuple[str, str], list[int]], ...] = ({}, {})
    for place, finding in enumerate(found):
        follows = finding.cause is not None or causes[place] is not None
        known[follows].setdefault((finding.plan, finding.rule), []).append(place)
    nearest: dict[tuple[str, str], Callable[[Finding], int]] = {}
    for place, finding in enumerate(found):
        if finding.cause is None:
            continue
        key = (finding.cause_plan or finding.plan, finding.cause)
        if places := known[0].get(key) or known[1].get(key):
            if key not in nearest:
                nearest[key] = _nearest(found, places)
            causes[place] = nearest[key](finding)
    return causes


def _heads(causes: Sequence[int | None]) -> list[int]:
    """Follow each finding to the one that stands above all; in a ring of causes each is its own."""
    heads: list[int | None] = [None] * len(causes)
    for start in range(len(causes)):
        trail: dict[int, None] = {}
        at = start
        while heads[at] is None and at not in trail:
            trail[at] = None
            above = causes[at]
            if above is None:
                heads[at] = at
            else:
                at = above
        if heads[at] is None:
            ring = list(trail)
            for place in ring[ring.index(at) :]:
                heads[place] = place
        for place in reversed(trail):
            above = causes[place]
            if heads[place] is None and above is not None:
                heads[place] = heads[above]
    return [place if head is None else head for place, head in enumerate(heads)]


def _nearest(found: Sequence[Finding], places: Sequence[int]) -> Callable[[Finding], int]:
    """Choose of some findings the one at the same place, else the one nearest to it in the same gate, else the first.

    Letters count, not steps: a mistyped key begins like the one that it was meant to be.
    """
    same: dict[tuple[str | None, str], int] = {}
    begins: dict[tuple[str | None, str], int] = {}
    for place in places:
        gate, path = found[place].gate, found[place].path
        same.setdefault((gate, path), place)
        for length in range(min(len(path), _NEAR) + 1):
            begins.setdefault((gate, path[:length]), place)

    def choose(finding: Finding) -> int:
        gate, path = finding.gate, finding.path
        alike = (begins.get((gate, path[:length])) for length in range(min(len(path), _NEAR), -1, -1))
        return same.get((gate, path), next((place for place in alike if place is not None), places[0]))

    return choose


def _internal(report: Report, plan: str, reason: str) -> Finding:
    known = report.of(plan)
    before, found, _ = f"/{known[0].file}".partition(f"/{plan}/") if known else ("", "", "")
    folder = f"{before}/{plan}".lstrip("/") if found else f"plans/{plan}"
    return Finding(
        rule=INTERNAL,
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan=plan,
        gate=None,
        file=f"{folder}/plan.yml",
        line=1,
        column=1,
        path="",
        message=f"Internal error while checking this plan: {reason.splitlines()[0] if reason else 'no reason given'}",
        observed=None,
        expected=None,
        hint="This is a fault of Plangate and not of the plan; the other plans have their verdicts",
        url="",
    )


def _wrong(problem: Problem) -> Finding:
    return Finding(
        rule=CONFIG,
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan="",
        gate=None,
        file=problem.file or "references",
        line=problem.line or 1,
        column=problem.column or 1,
        path=path_text(problem.path),
        message=problem.message,
        observed=problem.observed,
        expected=problem.expected,
        hint=problem.hint,
        url="",
    )
