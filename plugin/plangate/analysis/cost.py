"""Cost: every line by its pricing model, month by month to the horizon, what is paid once, and room in the budget."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from msgspec import Struct, field

from plangate.analysis.amount import MONTH, amount
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, compute, given, total
from plangate.analysis.cost_line import CostLineFacts, exchanged, total_of
from plangate.analysis.throughput import crossing
from plangate.analysis.timeline import midnight
from plangate.analysis.workload import whole
from plangate.model.capacity import Cost, OneOff
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity

_A_MONTH = given("month", amount(MONTH, (("s", 1),)))


class Once(Struct, frozen=True):
    """What is paid once for a purpose, against what may be spent on it; None where either is not known."""

    purpose: str
    cost: Computed | None
    budget: Input | None
    headroom: Computed | None


class CostFacts(Struct, frozen=True, eq=False, dict=True):
    """Lines and totals, each computed when somebody asks; a total is None where a line of it is open, so that no number
    leaves something out."""

    plan: Plan
    volumes: CapacityFacts

    @cached_property
    def section(self) -> Cost:
        """What gate capacity says of cost."""
        return (self.plan.capacity.cost if self.plan.capacity else None) or Cost()

    @property
    def currency(self) -> str | None:
        """The currency of the plan."""
        return self.section.currency

    @property
    def budget(self) -> Quantity | None:
        """What may be spent in a month."""
        return self.section.budget

    @cached_property
    def lines(self) -> tuple[CostLineFacts, ...]:
        """Every line, in the order of the plan."""
        return tuple(
            CostLineFacts(self.section, line, index, self.volumes) for index, line in enumerate(self.section.lines)
        )

    @property
    def monthly(self) -> Computed | None:
        """The monthly cost at go-live."""
        return self._running.monthly(0)

    @property
    def monthly_at_horizon(self) -> Computed | None:
        """The monthly cost at the horizon; None where the plan says none."""
        return self._running.monthly(self.volumes.horizon_months) if self.volumes.horizon_months else None

    @property
    def settled(self) -> Computed | None:
        """What the lines that can be worked out come to at go-live, whatever the others cost."""
        return self._settled.monthly(0)

    @property
    def settled_at_horizon(self) -> Computed | None:
        """What the lines that can be worked out come to at the horizon; None where the plan says none."""
        return self._settled.monthly(self.volumes.horizon_months) if self.volumes.horizon_months else None

    @property
    def series(self) -> tuple[Computed, ...]:
        """The monthly cost at each month from go-live (0) to the horizon."""
        return self._running.series

    @property
    def over_horizon(self) -> Computed | None:
        """What all months to the horizon come to, each at the mean of its start and its end."""
        return self._running.over_months

    @property
    def headroom(self) -> Computed | None:
        """The room in the budget at go-live."""
        return compute("headroom", given("demand", self.monthly), self._limit)

    @property
    def headroom_at_horizon(self) -> Computed | None:
        """The room in the budget at the horizon."""
        return compute("headroom", given("demand", self.monthly_at_horizon), self._limit)

    @cached_property
    def crossing(self) -> int | None:
        """The first month whose cost passes the budget."""
        return self._crossing(lambda month: month.value.base)

    @cached_property
    def crossing_high(self) -> int | None:
        """The first month whose cost passes the budget in the high case."""
        return self._crossing(lambda month: month.high.base)

    @cached_property
    def driver_series(self) -> Mapping[str, tuple[Computed, ...]]:
        """The monthly cost at each month by what drives it."""
        return {name: group.series for name, group in self._drivers.items() if group.series}

    @property
    def by_driver(self) -> Mapping[str, Computed]:
        """The monthly cost at go-live by what drives it."""
        return {name: found for name, group in self._drivers.items() if (found := group.monthly(0))}

    @property
    def driver_over_horizon(self) -> Mapping[str, Computed]:
        """What all months to the horizon come to, by what drives it."""
        return {name: found for name, group in self._drivers.items() if (found := group.over_months)}

    @cached_property
    def one_off(self) -> Computed | None:
        """What is paid once."""
        return _once([entry for entry in self.lines if not entry.runs], self.currency)

    @cached_property
    def by_purpose(self) -> Mapping[str, Computed]:
        """What is paid once, by purpose."""
        groups = _grouped((entry.line.purpose, entry) for entry in self.lines if not entry.runs)
        return {name: found for name, parts in groups.items() if (found := _once(parts, self.currency)) is not None}

    @cached_property
    def once(self) -> tuple[Once, ...]:
        """What is paid once for each purpose, against what may be spent on it."""
        paid = {entry.line.purpose for entry in self.lines if not entry.runs}
        names = [name for name in OneOff.model_fields if name in paid or getattr(self.section.one_off, name, None)]
        return tuple(_against(name, self.by_purpose.get(name), self.section.one_off) for name in names)

    @cached_property
    def legacy(self) -> Computed | None:
        """What the old system costs from the switch until it goes, as gate cutover says it; a line of the parallel run
        may pay for it."""
        return _legacy(self.plan, self.section)

    @cached_property
    def _running(self) -> "_Monthly":
        return self._monthly([entry for entry in self.lines if entry.runs])

    @cached_property
    def _settled(self) -> "_Monthly":
        return self._monthly([entry for entry in self.lines if entry.runs and not entry.open])

    @cached_property
    def _drivers(self) -> Mapping[str, "_Monthly"]:
        groups = _grouped((entry.line.driver, entry) for entry in self._running.lines)
        return {name: self._monthly(parts) for name, parts in groups.items()}

    def _monthly(self, lines: Sequence[CostLineFacts]) -> "_Monthly":
        return _Monthly(tuple(lines), self.volumes.horizon_months, self.currency)

    @cached_property
    def _limit(self) -> Input | None:
        """The budget, where it can be compared with the cost."""
        budget, cost = given("limit", self.budget, "capacity", ("cost", "budget")), self.monthly
        known = cost is not None and budget is not None and cost.value.dimension == budget.value.dimension
        return budget if known else None

    def _crossing(self, case: Callable[[Computed], Decimal]) -> int | None:
        last = self._running.monthly(self.volumes.horizon_months)
        if self._limit is None or last is None:
            return None
        rises = all(entry.rises for entry in self._running.lines)
        return crossing(case(last), lambda: map(case, self.series), self._limit.value.base, rises=rises)


class _Monthly(Struct, frozen=True, eq=False, dict=True):
    """Lines that are paid every month, together: nothing where one is open, and zero where there is none."""

    lines: tuple[CostLineFacts, ...]
    months: int
    currency: str | None
    _known: dict[int, Computed | None] = field(default_factory=dict)

    def monthly(self, month: int) -> Computed | None:
        """What they cost in a month."""
        month = month if any(entry.grows for entry in self.lines) else 0
        if month not in self._known:
            self._known[month] = total_of((entry.name, entry.cost(month)) for entry in self.lines)
            if not self.lines and self.currency:
                self._known[month] = _nothing(self.currency, rate=True)
        return self._known[month]

    @cached_property
    def series(self) -> tuple[Computed, ...]:
        """What they cost at each month to the horizon."""
        return whole([self.monthly(month) for month in range(self.months + 1)])

    @cached_property
    def over_months(self) -> Computed | None:
        """What all months come to, each at the mean of its start and its end."""
        return total(
            (f"month {place}", compute("cost_of_month", given("start", start), given("end", end), _A_MONTH))
            for place, (start, end) in enumerate(pairwise(self.series), start=1)
        )


def _once(lines: Sequence[CostLineFacts], currency: str | None) -> Computed | None:
    if not lines and currency:
        return _nothing(currency, rate=False)
    return total_of((entry.name, entry.one_off) for entry in lines)


def _nothing(currency: str, *, rate: bool) -> Computed:
    nothing = amount(Decimal(0), tuple(sorted((*((("s", -1),) if rate else ()), (currency, 1)))))
    return Computed("total", nothing, nothing, nothing, ())


def _grouped(lines: Iterable[tuple[str | None, CostLineFacts]]) -> Mapping[str, list[CostLineFacts]]:
    groups: dict[str, list[CostLineFacts]] = {}
    for group, entry in lines:
        groups.setdefault(group or "other", []).append(entry)
    return dict(sorted(groups.items()))


def _against(purpose: str, cost: Computed | None, budgets: OneOff | None) -> Once:
    limit = given("limit", getattr(budgets, purpose, None), "capacity", ("cost", "one_off", purpose))
    comparable = cost is not None and limit is not None and cost.value.dimension == limit.value.dimension
    headroom = compute("headroom", given("demand", cost), limit) if comparable else None
    return Once(purpose, cost, limit, headroom)


def _legacy(plan: Plan, section: Cost) -> Computed | None:
    """Give what the old system costs from the switch to the end of its last day, in the currency of the plan."""
    cutover = plan.cutover
    legacy, switch = (cutover.legacy, cutover.cutover) if cutover else (None, None)
    if legacy is None or legacy.keep_until is None or switch is None or switch.t0 is None:
        return None
    kept = max(midnight(legacy.keep_until) + timedelta(days=1) - switch.t0, timedelta())
    seconds = amount(Decimal(int(kept.total_seconds())), (("s", 1),))
    time = given("time", seconds, "cutover", ("legacy", "keep_until"))
    cost = compute("cost_over_time", given("cost", legacy.cost, "cutover", ("legacy", "cost")), time)
    return exchanged(section, cost)
