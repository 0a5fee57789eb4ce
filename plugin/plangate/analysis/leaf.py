"""Values of a plan that numbers rest on: what they are in words, and in the unit in which they were written."""

from decimal import ROUND_HALF_EVEN, Decimal

from plangate.analysis.amount import display, rounded
from plangate.analysis.computed import Input
from plangate.model.pattern import along
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Quantity
from plangate.model.unit import unit_of

DIGITS = 4
"""The significant digits in which another value is told."""

_NAMES = ("id", "dataset", "pipeline", "name", "stock", "backfill", "driver")
"""What tells a part of a plan from its neighbours."""


def called(plan: Plan, entry: Input) -> str:
    """Say what an input is: `rows per day of raw.orders`; what the plan does not say has its name in the formula."""
    if entry.gate is None or not entry.path:
        return entry.name.replace("_", " ")
    holders = along(plan.gates.get(entry.gate), entry.path[:-1])
    for depth, holder in reversed(list(enumerate(holders))):
        about = next((name for key in _NAMES if isinstance(name := getattr(holder, key, None), str)), None)
        if about is not None:
            purpose = getattr(holder, "purpose", None)
            behind = f" ({purpose.replace('_', ' ')})" if isinstance(purpose, str) and purpose != "run" else ""
            return f"{_words(entry.path[depth:])} of {about}{behind}"
    return _words(entry.path)


def _words(path: Path) -> str:
    words = " ".join(step.replace("_", " ") for step in path if isinstance(step, str))
    return f"{words} runtime" if words in {"p50", "p95"} else words


def is_whole(plan: Plan, entry: Input) -> bool:
    """Tell whether a value of the plan counts things, so that there is no half of it."""
    return entry.gate is not None and isinstance(along(plan.gates.get(entry.gate), entry.path)[-1], int)


def told(like: Quantity, value: Decimal) -> Quantity:
    """Tell a value in base units in the unit that another quantity was written in."""
    size, unit = written_unit(like)
    number = value / size
    step = Decimal(1).scaleb(min(number.adjusted() + 1 - DIGITS, 0))
    shown = rounded(number, step, ROUND_HALF_EVEN) if number else number
    text = f"{shown:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Quantity(value, like.dimension, number, unit, f"{text} {unit}".rstrip())


def written_unit(like: Quantity) -> tuple[Decimal, str]:
    """Give size and name of the unit in which a quantity is written; an ISO duration is told in the unit that fits."""
    text = display(like.base, like.dimension) if like.text.startswith("P") else like.text
    unit = text.lstrip("-0123456789_,.").strip()
    return (unit_of(unit)[0], unit) if unit else (Decimal(1), "")
