"""What a baseline does: known findings fail nothing, and an entry whose finding is gone has to leave."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec.structs import replace

from plangate.checks.finding import Finding, Identity
from plangate.model.baseline import Baseline, Entry
from plangate.model.plan import Plan
from plangate.model.problem import path_text

RULE = "BASELINE"
"""The rule id of an entry that has to leave its baseline."""


def adoptable(finding: Finding, never: Collection[str]) -> bool:
    """Tell whether a baseline takes a finding: not what a waiver may not take, nor what cannot be read."""
    return finding.verdict in {"fail", "baselined"} and not (
        finding.unreadable or finding.rule in never or finding.rule == RULE or finding.identity[0] != finding.plan
    )


def settle(found: Sequence[Finding], entries: Iterable[Entry], never: Collection[str]) -> list[Finding]:
    """Give findings with the known ones marked as baselined; of several alike the first are the known ones."""
    left = _counted(entries)
    if not left:
        return list(found)
    settled = []
    for finding in sorted(found, key=lambda finding: finding.order):
        if adoptable(finding, never) and left[finding.identity] > 0:
            left[finding.identity] -= 1
            settled.append(replace(finding, verdict="baselined", blocking=False))
        else:
            settled.append(finding)
    return settled


def outdated(
    baseline: Baseline,
    found: Iterable[Finding],
    judged: Mapping[str, Collection[str]],
    known: Collection[str],
    never: Collection[str],
    gone: Collection[str] = (),
) -> tuple[Finding, ...]:
    """Give a finding for each entry that has to leave: no longer found, of a plan or a rule that is gone, not allowed.

    `judged` names the rules judged by plan, `known` all rules, `gone` the plans of entries that are no longer there.
    What was not judged in this run says nothing about its entry.
    """
    used = Counter(finding.identity for finding in found if finding.verdict == "baselined")
    told = []
    for entry in baseline.entries:
        taken = min(used[entry.identity], entry.known.times)
        used[entry.identity] -= taken
        missing = entry.known.times - taken
        if entry.plan in gone:
            why = f"plan {entry.plan} is no longer there"
        elif entry.rule not in known:
            why = f"there is no rule {entry.rule}"
        elif entry.rule in never:
            why = f"findings of {entry.rule} cannot be let pass"
        elif missing and entry.rule in judged.get(entry.plan, ()):
            why = "it is no longer found" if not taken else f"{missing} of {entry.known.times} are no longer found"
        else:
            continue
        told.append(_finding(baseline.file, entry, why))
    return tuple(told)


def hidden(plan: Plan, entry: Entry) -> bool:
    """Tell whether a value at the place of an entry was refused, so that its finding cannot be seen."""
    at = entry.known.at
    for gate, path in plan.broken:
        place = f"{gate}: {path_text(path)}" if path else gate
        if (
            at == place
            or at.startswith((f"{place}.", f"{place}[", f"{place}: "))
            or place.startswith((f"{at}.", f"{at}["))
        ):
            return True
    return False


def _counted(entries: Iterable[Entry]) -> Counter[Identity]:
    counts: Counter[Identity] = Counter()
    for entry in entries:
        counts[entry.identity] += entry.known.times
    return counts


def _finding(file: str, entry: Entry, why: str) -> Finding:
    return Finding(
        rule=RULE,
        severity="error",
        verdict="fail",
        blocking=True,
        cause=None,
        plan=entry.plan,
        gate=None,
        file=file,
        line=entry.line,
        column=entry.column,
        path="",
        message=f"The baseline knows {entry.rule} at {entry.known.at}, but {why}",
        observed=entry.known.value,
        expected=None,
        hint="Remove the entry, or run `plangate check --write-baseline`",
        url="",
    )
