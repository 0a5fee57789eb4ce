"""The verdicts of rules on a gate in the order in which a reviewer looks at them, and their number in a sentence."""

from collections.abc import Iterable
from typing import Literal, get_args

RuleVerdict = Literal["fail", "undetermined", "waived", "baselined", "pass", "not_applicable", "off"]

VERDICTS: tuple[RuleVerdict, ...] = get_args(RuleVerdict)
"""Those that need a decision come first; `off` are rules that are not asked of plans of this tier, or not here."""

OPEN: tuple[RuleVerdict, ...] = ("fail", "undetermined", "waived", "baselined")
"""The verdicts that a reviewer has to think about."""

_WORDS: dict[RuleVerdict, tuple[str, str]] = {
    "fail": ("fails", "fail"),
    "undetermined": ("is undetermined", "are undetermined"),
    "waived": ("is waived", "are waived"),
    "baselined": ("was known before", "were known before"),
    "pass": ("holds", "hold"),
    "not_applicable": ("does not apply", "do not apply"),
    "off": ("is not asked here", "are not asked here"),
}


def said(verdict: RuleVerdict, count: int = 1) -> str:
    """Say a verdict of so many rules: `fails`, `do not apply`."""
    return _WORDS[verdict][count != 1]


def tally(verdicts: Iterable[RuleVerdict]) -> str:
    """Count verdicts in a sentence: `23 of 31 rules hold, 1 fails, 2 are undetermined, 5 do not apply`.

    Rules that are off count for nothing.
    """
    found: list[RuleVerdict] = [verdict for verdict in verdicts if verdict != "off"]
    if not found:
        return "no rule looks at this"
    counts = {verdict: found.count(verdict) for verdict in VERDICTS}
    others = [f"{count} {said(one, count)}" for one, count in counts.items() if count and one != "pass"]
    rules = f"{counts['pass']} of {len(found)} rule{'s' * (len(found) != 1)} {said('pass', counts['pass'])}"
    return ", ".join([rules, *others])
