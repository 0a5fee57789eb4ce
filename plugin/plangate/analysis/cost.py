"""Cost: each line by its quantity or its stock, monthly at go-live and at the horizon, and what arises once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from plangate.analysis.amount import amount
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.formulas import Computed, compute, given, total
from plangate.model.capacity import CostLine
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity

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
    monthly = _total("monthly_cost", [entry.monthly for entry in running], currency)
    budget = section.budget if section else None
    money = budget.base if isinstance(budget, Quantity) else None
    comparable = monthly is not None and isinstance(budget, Quantity) and monthly.value.dimension == budget.dimension
    return CostFacts(
        currency=currency,
        lines=lines,
        monthly=monthly,
        monthly_at_horizon=_total("monthly_cost", [entry.monthly_at_horizon for entry in running], currency),
        one_off=_total("one_off_cost", [entry.one_off for entry in once], currency),
        budget=budget,
        headroom=1 - monthly.value.base / money if comparable and money and monthly is not None else None,
        by_driver=_groups(
            "monthly_cost", ((entry.line.driver or "other", entry.monthly) for entry in running), currency
        ),
        by_purpose=_groups("one_off_cost", ((entry.line.purpose or RUN, entry.one_off) for entry in once), currency),
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


def _total(formula: str, parts: list[Computed | None], currency: str | None) -> Computed | None:
    present = [part for part in parts if part is not None]
    if len(present) != len(parts):
        return None
    if not present:
        dimension = ((currency, 1), ("s", -1)) if formula == "monthly_cost" else ((currency, 1),)
        nothing = amount(Decimal(0), tuple(sorted(dimension))) if currency else None  # type: ignore[arg-type]
        return Computed(formula, nothing, nothing, nothing, ()) if nothing else None
    if len({part.value.dimension for part in present}) > 1:
        return None
    return total(formula, present)


def _groups(formula: str, parts: Iterable[tuple[str, Computed | None]], currency: str | None) -> Mapping[str, Computed]:
    groups: dict[str, list[Computed | None]] = {}
    for name, part in parts:
        groups.setdefault(name, []).append(part)
    found = ((name, _total(formula, group, currency)) for name, group in sorted(groups.items()))
    return {name: computed for name, computed in found if computed is not None}
