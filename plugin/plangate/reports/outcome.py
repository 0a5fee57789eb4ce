"""What a run comes to: what it fails for under a threshold, what follows from what, and internal errors as findings."""

from collections.abc import Mapping, Sequence
from os.path import commonprefix

from plangate.checks.finding import Finding
from plangate.checks.report import Report
from plangate.model.plan import JUDGED

INTERNAL = "INTERNAL"
"""The rule id under which an internal error on a plan is reported."""

SUMMARY = ("error", "warning", "info", "waived", "baselined", "undetermined", "not_applicable")
"""What is counted, in the order in which it is told."""


def failing(report: Report, fail_on: str = "error") -> tuple[Finding, ...]:
    """Give what a run fails for: what blocks, and for `warning` also the warnings of plans in review or live.

    For `never` that is nothing but internal errors, which always fail.
    """
    judged = {plan.id for plan in report.plans if plan.intent in JUDGED}
    return tuple(
        finding
        for finding in findings(report)
        if finding.rule == INTERNAL
        or (
            finding.verdict == "fail"
            and fail_on != "never"
            and (
                finding.blocking or (fail_on == "warning" and finding.severity == "warning" and finding.plan in judged)
            )
        )
    )


def fails(report: Report, fail_on: str = "error") -> bool:
    """Tell whether a run fails; see `failing`."""
    return bool(failing(report, fail_on))


def findings(report: Report) -> tuple[Finding, ...]:
    """Give every finding in order, with one for each plan on which the checks broke down."""
    if not report.failures:
        return report.findings
    broken = tuple(_internal(report, plan, reason) for plan, reason in report.failures.items())
    return tuple(sorted((*report.findings, *broken), key=lambda finding: finding.order))


def summary(report: Report) -> dict[str, int]:
    """Count findings by severity or verdict, and rules that do not apply; internal errors count as errors."""
    counts = {name: report.summary.get(name, 0) for name in SUMMARY}
    counts["error"] += len(report.failures)
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


def headlines(found: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Put what has a cause under the nearest finding of that rule, where there is one that is no consequence itself.

    What cannot be judged stands under the finding that refuses the value which it would need. What fails comes first.
    """
    heads: dict[tuple[str, str], list[Finding]] = {}
    refusals: dict[tuple[str, str | None, str], Finding] = {}
    for finding in found:
        if finding.cause is None:
            heads.setdefault((finding.plan, finding.rule), []).append(finding)
            if finding.unreadable and finding.verdict == "fail":
                refusals.setdefault((finding.plan, finding.gate, finding.path), finding)
    followers: dict[int, list[Finding]] = {}
    grouped = []
    for finding in found:
        if finding.verdict == "undetermined" and finding.cause is None:
            head = refusals.get((finding.plan, finding.gate, finding.path))
        else:
            head = _nearest(finding, heads, finding.cause or "")
        if head is None:
            grouped.append(finding)
        else:
            followers.setdefault(id(head), []).append(finding)
    grouped.sort(key=lambda finding: finding.verdict != "fail")
    return [(finding, followers.get(id(finding), [])) for finding in grouped]


def _nearest(finding: Finding, heads: Mapping[tuple[str, str], Sequence[Finding]], cause: str) -> Finding | None:
    """Choose the head at the same place, else the one nearest to it in the same gate, else the first of the plan."""
    known = heads.get((finding.plan, cause), ())
    same_gate = [head for head in known if head.gate == finding.gate]
    same_place = [head for head in same_gate if head.path == finding.path]
    # Letters count, not steps: a mistyped key begins like the one that it was meant to be.
    same_gate.sort(key=lambda head: -len(commonprefix([head.path, finding.path])))  # noqa: RUF071
    return next(iter((*same_place, *same_gate, *known)), None)


def _internal(report: Report, plan: str, reason: str) -> Finding:
    known = report.of(plan)
    folder = known[0].file.rsplit("/", 1)[0] if known else f"plans/{plan}"
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
