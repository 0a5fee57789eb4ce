"""A judgement of compatibility for people, a line for each change, and as plain data under names that stay."""

from typing import Any

from plangate.analysis.compatibility.change import Change, Verdict
from plangate.analysis.compatibility.judge import Judgement
from plangate.reports.lines import clip, line

_WIDTH = 14
_LONGEST = 60


def compatibility_text(found: Judgement, old: str, new: str) -> str:
    """Write a judgement for people: the mode with its meaning, each change with its parties, verdict and step."""
    mode = found.mode
    rows = [
        line("From ", f"{old} to {new}"),
        f"Mode {mode.name}: {mode.meaning} {mode.upgrade}",
    ]
    for step in found.steps:
        rows += ["", *(line(f"Since version {step.version}") for _ in found.steps[1:2])]
        if step.changes:
            rows.append(f"{'consumer':<{_WIDTH}}{'producer':<{_WIDTH}}change")
        rows += [_row(change) for change in step.changes] or ["No change."]
    return "\n".join([*rows, "", _verdict(found), f"Version: {_STEPS[found.bump]}", ""])


_STEPS = {
    "none": "may stay",
    "patch": "at least a patch step",
    "minor": "at least a minor step",
    "major": "a major step",
}


def _row(change: Change) -> str:
    before, after = (clip(text or "nothing", _LONGEST)[0] for text in (change.before, change.after))
    rebuild = f" To be computed again: {change.rebuild}." if change.rebuild else ""
    return line(
        f"{change.consumer:<{_WIDTH}}{change.producer:<{_WIDTH}}{change.rule_id}  ",
        f"{change.path or change.element}: {before} → {after}. {change.says}{rebuild}",
    )


def _verdict(found: Judgement) -> str:
    grave = [
        f"{change.path or change.element} ({change.rule_id})"
        for step in found.steps
        for change in step.changes
        if found.verdict
        in (
            change.backward if "backward" in found.mode.directions else None,
            change.forward if "forward" in found.mode.directions else None,
        )
    ]
    if found.verdict in (Verdict.BREAKING, Verdict.UNDETERMINED):
        return line(f"Verdict: {found.verdict}, ", f"because of {', '.join(dict.fromkeys(grave))}")
    return f"Verdict: {found.verdict}"


def compatibility_data(found: Judgement, old: str, new: str) -> dict[str, Any]:
    """Give a judgement as plain data; `versions` holds what changed since each version that was looked at."""
    return {
        "old": old,
        "new": new,
        "mode": found.mode.name,
        "meaning": found.mode.meaning,
        "upgrade": found.mode.upgrade,
        "upgrade_order": found.mode.order,
        "verdict": found.verdict.value,
        "bump": found.bump,
        "versions": [
            {
                "version": step.version,
                "verdict": step.verdict.value,
                "changes": [change_data(change) for change in step.changes],
            }
            for step in found.steps
        ],
    }


def change_data(change: Change) -> dict[str, str]:
    """Give a change as plain data."""
    return {
        "rule": change.rule_id,
        "path": change.path,
        "element": change.element,
        "before": change.before,
        "after": change.after,
        "says": change.says,
        "backward": change.backward.value,
        "forward": change.forward.value,
        "consumer": change.consumer.value,
        "producer": change.producer.value,
        "rebuild": change.rebuild,
        "bump": change.bump,
    }
