"""Cost: each line by its quantity or its stock, monthly at go-live and at the horizon, and what arises once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from plangate.analysis.amount import amount
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, compute, given, total
from plangate.model.capacity import CostLine
from plangate.model.plan import Plan
from plangate.model.quantity import Dimension, Quantity

RUN = "run"


@dataclass(frozen=True, slots=True)
class CostLineFacts:
    """A line with its monthly cost, at go-live and at the horizon, or with what it costs once.

    All are None where the line states no quantity and no stock from which its cost can be computed.
    """

    line: CostLine
    index: int
    monthly: Computed | None
    monthly_at_horizon: Computed | None
    one_off: Computed | None

    @property
    def name(self) -> str:
        """What the line pays for: its name, else the stock, else driver and model."""
        return self.line.name or self.line.stock or f"{self.line.driver or 'cost'} ({self.line.model or 'flat'})"

    @property
    def open(self) -> bool:
        """Tell whether nothing could be computed."""
        return self.monthly is None and self.one_off is None


@dataclass(frozen=True, slots=True)
class CostFacts:
    """Lines and totals; a total is None where a line of it is open, so that no number leaves something out."""

    currency: str | None
    lines: tuple[CostLineFacts, ...]
    monthly: Computed | None
    monthly_at_horizon: Computed | None
    one_off: Computed | None
    budget: Quantity | None
    headroom: Decimal | None
    by_driver: Mapping[str, Computed]
    by_purpose: Mapping[str, Computed]


def cost(plan: Plan, volumes: CapacityFacts) -> CostFacts:
    """Compute the cost of a plan from its lines and its volumes; prices come from the plan alone."""
    section = plan.capacity.cost if plan.capacity else None
    lines = tuple(_line(line, index, volumes) for index, line in enumerate(section.lines if section else ()))
    running = [entry for entry in lines if entry.line.purpose in {None, RUN}]
    once = [entry for entry in lines if entry.line.purpose not in {None, RUN}]
    currency = section.currency if section else None
    monthly = _total(((entry.name, entry.monthly) for entry in running), currency, rate=True)
    budget = section.budget if section else None
    money = budget.base if isinstance(budget, Quantity) else None
    comparable = monthly is not None and isinstance(budget, Quantity) and monthly.value.dimension == budget.dimension
    return CostFacts(
        currency=currency,
        lines=lines,
        monthly=monthly,
        monthly_at_horizon=_total(((entry.name, entry.monthly_at_horizon) for entry in running), currency, rate=True),
        one_off=_total(((entry.name, entry.one_off) for entry in once), currency, rate=False),
        budget=budget,
        headroom=1 - monthly.value.base / money if comparable and money and monthly is not None else None,
        by_driver=_groups(((entry.line.driver, entry.name, entry.monthly) for entry in running), currency, rate=True),
        by_purpose=_groups(((entry.line.purpose, entry.name, entry.one_off) for entry in once), currency, rate=False),
    )


def _line(line: CostLine, index: int, volumes: CapacityFacts) -> CostLineFacts:
    path = ("cost", "lines", index)
    price = given("unit_price", line.unit_price, "capacity", (*path, "unit_price"))
    if line.stock is not None:
        workload = volumes.of(line.stock)
        stored = (workload.stored_at_go_live, workload.stored_at_horizon) if workload else (None, None)
        now, later = (compute("storage_cost", given("stored", case), price) for case in stored)
        return CostLineFacts(line, index, now, later, None)
    quantity = given("quantity", line.quantity, "capacity", (*path, "quantity"))
    computed = compute("monthly_cost", quantity, price)
    if computed is None:
        return CostLineFacts(line, index, None, None, None)
    if _is_rate(computed.value):
        return CostLineFacts(line, index, computed, computed, None)
    return CostLineFacts(line, index, None, None, compute("one_off_cost", quantity, price))


def _is_rate(money: Quantity) -> bool:
    return any(base == "s" and power == -1 for base, power in money.dimension)


def _total(parts: Iterable[tuple[str, Computed | None]], currency: str | None, *, rate: bool) -> Computed | None:
    """Add lines; nothing of a kind is a cost of zero, lines of several currencies have no total."""
    found = list(parts)
    if not found and currency is not None:
        nothing = amount(Decimal(0), _money(currency, rate=rate))
        return Computed("total", nothing, nothing, nothing, ())
    if len({part.value.dimension for _, part in found if part is not None}) > 1:
        return None
    return total(found)


def _money(currency: str, *, rate: bool) -> Dimension:
    return tuple(sorted((*((("s", -1),) if rate else ()), (currency, 1))))


def _groups(
    lines: Iterable[tuple[str | None, str, Computed | None]], currency: str | None, *, rate: bool
) -> Mapping[str, Computed]:
    """Add lines by what they have in common; a group with an open line is left out."""
    groups: dict[str, list[tuple[str, Computed | None]]] = {}
    for group, name, part in lines:
        groups.setdefault(group or "other", []).append((name, part))
    found = ((group, _total(parts, currency, rate=rate)) for group, parts in sorted(groups.items()))
    return {group: computed for group, computed in found if computed is not None}
