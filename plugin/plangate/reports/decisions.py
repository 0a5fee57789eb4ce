"""What a role decides about when it signs gates of a plan: what breaks, and the numbers that belong to those gates."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from plangate.analysis.changes.plan import NumberChange
from plangate.analysis.changes.weight import WEIGHTS
from plangate.analysis.numbers import COSTS, SIGNED, Named
from plangate.checks.report import PlanReport
from plangate.reports.difference import PlanDifference
from plangate.reports.difference_text import change_text, number_step

_MOST = 3
_FINANCE = "finance"


class Decision(Struct, frozen=True):
    """Something to decide about: words of ours, and behind them those that an author may have written."""

    ours: str
    authors: str = ""


class Decisions(Struct, frozen=True):
    """What a role decides about, the weightiest first, how much more there is, and in sentences what is as it was."""

    what: tuple[Decision, ...]
    more: int = 0
    calm: tuple[str, ...] = ()


def decisions(plan: PlanDifference, role: str, gates: Sequence[str], new: PlanReport | None = None) -> Decisions:
    """Give what a role decides about in gates that it has to sign; `new` is the report of a plan that was not there."""
    changes = _changes(plan, role, gates)
    what, more = changes[:_MOST], max(0, len(changes) - _MOST)
    if plan.change.fate == "new":
        known = [one for one in (new.facts.numbers if new else ()) if one.limit is not None]
        numbers = [_stands(one) for one in known if _concerns(one.name, role, gates, plan)]
        return Decisions((*what, *numbers[:_MOST]), more + max(0, len(numbers) - _MOST))
    moved = sorted((one for one in plan.change.numbers if _concerns(one.named.name, role, gates, plan)), key=_rank)
    calm = []
    if "contracts" in gates and not any(
        one.weight == "breaking" and one.gate == "contracts" for one in plan.change.differences
    ):
        calm.append("Contracts break no reader.")
    if not moved and any(_concerns(name, role, gates, plan) for name in SIGNED):
        calm.append(f"No number of {'this gate' if len(gates) == 1 else 'these gates'} changed.")
    return Decisions((*what, *map(_moved, moved[:_MOST])), more + max(0, len(moved) - _MOST), tuple(calm))


def _changes(plan: PlanDifference, role: str, gates: Sequence[str]) -> list[Decision]:
    """Give the changes that a role decides about: breaking ones of its gates, and those that let approvals lapse."""
    breaking = {change_text(one): one.gate for one in plan.change.differences if one.weight == "breaking"}
    words = (word for word in plan.lapsed if word.role == role and word.gate in gates)
    because = (str(change) for word in words for change in word.changes)
    found = dict.fromkeys((*(text for text, gate in breaking.items() if gate in gates), *because))
    return [Decision("breaking" if text in breaking else "", text) for text in found]


def _concerns(name: str, role: str, gates: Iterable[str], plan: PlanDifference) -> bool:
    """Tell whether a role decides about a number: money is for finance, where that has to sign the same gate."""
    return any(
        gate in gates and (not _of_finance(gate, plan) or (role == _FINANCE) == (name in COSTS))
        for gate in SIGNED.get(name, ())
    )


def _of_finance(gate: str, plan: PlanDifference) -> bool:
    return any(
        need.role == _FINANCE
        for move in plan.gates
        if move.gate == gate and move.report is not None and move.report.review is not None
        for need in move.report.review.needs
    )


def _rank(one: NumberChange) -> tuple[int, bool, bool]:
    """Put risks first, then what is held against a limit, then what is about the plan as a whole."""
    return WEIGHTS.index(one.weight), one.limit is None, one.named.subject_kind != "plan"


def _moved(one: NumberChange) -> Decision:
    return Decision("", f"{number_step(one)}{_limit(one.new)}")


def _stands(one: Named) -> Decision:
    return Decision("", f"{one.label} {one.computed.value}{_limit(one)}")


def _limit(one: Named | None) -> str:
    """Write what a number is held against by its name: `(budget 60 EUR/month)`."""
    return (
        f" ({one.limit.name.replace('_', ' ')} {one.limit.value})" if one is not None and one.limit is not None else ""
    )
