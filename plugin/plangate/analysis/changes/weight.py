"""How much a change of a plan weighs: what it takes away from others, and what grows."""

import re
from decimal import Decimal
from typing import Literal

from plangate.analysis.amount import digits
from plangate.analysis.canonical import Data
from plangate.analysis.changes.edits import Edit

Weight = Literal["breaking", "risk", "neutral", "cosmetic"]
WEIGHTS: tuple[Weight, ...] = ("breaking", "risk", "neutral", "cosmetic")
"""The weights, the gravest first."""

VOLUME_GROWS = Decimal("0.25")
COST_GROWS = Decimal("0.10")
"""The share by which volume or cost may grow before it is a risk."""

NEUTRAL: tuple[Weight, str] = ("neutral", "")
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?: ([A-Za-z1_][A-Za-z_ /]*))?")
_STEP = re.compile(r"\[[^\[\]]*\]")
_SEVERITIES = ("info", "warn", "error")

_REMOVED: tuple[tuple[str, str, str], ...] = (
    ("quality", r"(checks|reconciliation)\[\]", "A check is removed"),
    ("cutover", r"rollback(\.steps\[\])?", "A step of the rollback is removed"),
    ("cutover", r"cutover\.steps\[\]\.rollback", "A step loses its rollback"),
    ("sources", r"freshness\[\](\.(target|slo))?", "A promise of freshness is removed"),
    ("operations", r"slos\[\](\.(target|objective))?", "A service level is removed"),
    ("contracts", r"contracts\[\]", "A contract is removed"),
    ("contracts", r"contracts\[\]\.columns\[\]", "A column that was promised is removed"),
    ("contracts", r"contracts\[\]\.sla(\.\w+)?", "A service level is removed"),
)
"""What is missed when it is gone: gate, path with the names left out, and why."""

_LOWER: tuple[tuple[str, str, str], ...] = (
    ("", r".*\b(retention|kept|backup_kept|snapshots_kept)", "Retention is cut"),
    ("", r".*\bretention\.(?!legal)\w+", "Retention is cut"),
    ("sources", r"freshness\[\]\.slo", "A promise of freshness is loosened"),
    ("operations", r"slos\[\]\.objective", "A service level is loosened"),
    ("contracts", r"contracts\[\]\.sla\.availability", "A service level is loosened"),
)
_HIGHER: tuple[tuple[str, str, str], ...] = (
    ("sources", r"freshness\[\]\.target", "A promise of freshness is loosened"),
    ("operations", r"slos\[\]\.target|recovery\.r[pt]o", "A service level is loosened"),
    (
        "contracts",
        r"contracts\[\]\.sla\.(freshness|latency|frequency|time_to_\w+)",
        "A service level is loosened",
    ),
    ("quality", r"reconciliation\[\]\.tolerance", "A check is loosened"),
)
"""What is less than before when the number falls, and when it rises."""

_VOLUMES = re.compile(r".*\b(rows_per_day|rows_total|row_bytes|peak_factor)(\.\w+)*")


def weigh(gate: str, edit: Edit) -> tuple[Weight, str]:
    """Tell how much an edit of a gate weighs, and why in a sentence; what nothing is known of is neutral."""
    path = _STEP.sub("[]", edit.path)
    if edit.new is None and (why := _fits(_REMOVED, gate, path)):
        return "breaking", why
    if gate == "quality" and path == "derive" and _lost(edit.old, edit.new):
        return "breaking", "A derived check is removed"
    if gate == "quality" and path == "reconciliation[].severity" and _lowered(edit.old, edit.new):
        return "breaking", "A check is loosened"
    step = _step(edit.old, edit.new)
    if step is not None:
        before, after = step
        why = _fits(_LOWER, gate, path) if after < before else _fits(_HIGHER, gate, path)
        if why:
            return "breaking", why
        if _VOLUMES.fullmatch(path) and (grown := grows(before, after, VOLUME_GROWS)):
            return "risk", f"The volume grows by {grown}"
    if _personal(path, edit.old, edit.new):
        return "risk", "Personal data is new here"
    return NEUTRAL


def grows(before: Decimal, after: Decimal, most: Decimal) -> str | None:
    """Give by how much a number grows, as text, where that is more than a share of it."""
    if before <= 0 or after <= before * (1 + most):
        return None
    return f"{digits((after / before - 1) * 100)} %"


def _fits(table: tuple[tuple[str, str, str], ...], gate: str, path: str) -> str | None:
    return next((why for name, text, why in table if name in {"", gate} and re.fullmatch(text, path)), None)


def _step(old: Data | None, new: Data | None) -> tuple[Decimal, Decimal] | None:
    """Give two numbers of one unit; None where either is none."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return None
    before, after = _NUMBER.fullmatch(old), _NUMBER.fullmatch(new)
    if before is None or after is None or before[2] != after[2]:
        return None
    return Decimal(before[1]), Decimal(after[1])


def _lost(old: Data | None, new: Data | None) -> bool:
    had, has = (set(map(str, data)) if isinstance(data, list) else set[str]() for data in (old, new))
    return bool(had - has)


def _lowered(old: Data | None, new: Data | None) -> bool:
    """Tell whether a severity falls; without one a check is an error."""
    low, high = (_SEVERITIES.index(data) if data in _SEVERITIES else 2 for data in (new, old))
    return low < high


def _personal(path: str, old: Data | None, new: Data | None) -> bool:
    if path.endswith("personal_data.columns"):
        return _lost(new, old)
    if path.endswith(".pii"):
        return new is True and old is not True
    return old is None and _marked(new)


def _marked(data: Data | None) -> bool:
    """Tell whether data holds a column that is marked as personal."""
    if isinstance(data, dict):
        personal = data.get("personal_data")
        listed = isinstance(personal, dict) and bool(personal.get("columns"))
        return data.get("pii") is True or listed or any(_marked(item) for item in data.values())
    return isinstance(data, list) and any(_marked(item) for item in data)
