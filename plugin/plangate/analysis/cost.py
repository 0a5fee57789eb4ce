"""Cost: every line by its pricing model, month by month to the horizon, what is paid once, and room in the budget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from plangate.analysis.amount import MONTH, amount
from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.computed import Computed, Input, compute, given, total
from plangate.analysis.cost_line import CostLineFacts, cost_line, total_of
from plangate.analysis.throughput import first_above
from plangate.model.capacity import Cost, OneOff
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity

_A_MONTH = given("month", amount(MONTH, (("s", 1),)))


@dataclass(frozen=True, slots=True)
class Once:
    """What is paid once for a purpose, against what may be spent on it; None where either is not known."""

    purpose: str
    cost: Computed | None
    budget: Input | None
    headroom: Computed | None


@dataclass(frozen=True, slots=True)
class CostFacts:
    """Lines and totals; a total is None where a line of it is open, so that no number leaves something out.

    `series` is the monthly cost at each month from go-live (0) to the horizon, `driver_series` the same by driver;
    `over_horizon` adds up the months, each at the mean of its start and its end. `crossing` is the first month whose
    cost passes the budget, `crossing_high` that of the high case. `legacy` is what the old system costs from the switch
    until it goes, as gate cutover says it; a line of the parallel run may pay for it.
    """

    currency: str | None
    lines: tuple[CostLineFacts, ...]
    series: tuple[Computed, ...]
    one_off: Computed | None
    budget: Quantity | None
    headroom: Computed | None
    headroom_at_horizon: Computed | None
    crossing: int | None
    crossing_high: int | None
    over_horizon: Computed | None
    by_driver: Mapping[str, Computed]
    driver_series: Mapping[str, tuple[Computed, ...]]
    driver_over_horizon: Mapping[str, Computed]
    by_purpose: Mapping[str, Computed]
    once: tuple[Once, ...]
    legacy: Computed | None

    @property
    def monthly(self) -> Computed | None:
        """The monthly cost at go-live."""
        return self.series[0] if self.series else None

    @property
    def monthly_at_horizon(self) -> Computed | None:
        """The monthly cost at the horizon."""
        return self.series[-1] if self.series else None


def cost(plan: Plan, volumes: CapacityFacts) -> CostFacts:
    """Compute the cost of a plan from its lines and its volumes; prices come from the plan alone."""
    section = (plan.capacity.cost if plan.capacity else None) or Cost()
    lines = tuple(cost_line(section, line, index, volumes) for index, line in enumerate(section.lines))
    running, once = [entry for entry in lines if entry.runs], [entry for entry in lines if not entry.runs]
    months, currency = volumes.horizon_months, section.currency
    series = _series(running, months, currency)
    drivers = _grouped((entry.line.driver, entry) for entry in running)
    by_driver = {name: found for name, parts in drivers.items() if (found := _series(parts, months, currency))}
    purposes = _grouped((entry.line.purpose, entry) for entry in once)
    by_purpose = {name: _once(parts, currency) for name, parts in purposes.items()}
    budget = given("limit", section.budget, "capacity", ("cost", "budget"))
    comparable = bool(series) and budget is not None and series[0].value.dimension == budget.value.dimension
    limit = budget if comparable else None
    return CostFacts(
        currency=currency,
        lines=lines,
        series=series,
        one_off=_once(once, currency),
        budget=section.budget,
        headroom=compute("headroom", given("demand", series[0]), limit) if series else None,
        headroom_at_horizon=compute("headroom", given("demand", series[-1]), limit) if series else None,
        crossing=first_above((month.value.base for month in series), limit.value.base) if limit else None,
        crossing_high=first_above((month.high.base for month in series), limit.value.base) if limit else None,
        over_horizon=_over_months(series),
        by_driver={name: found[0] for name, found in by_driver.items()},
        driver_series=by_driver,
        driver_over_horizon={name: sum_ for name, found in by_driver.items() if (sum_ := _over_months(found))},
        by_purpose={name: found for name, found in by_purpose.items() if found is not None},
        once=tuple(_against(name, by_purpose.get(name), section.one_off) for name in _purposes(by_purpose, section)),
        legacy=_legacy(plan),
    )


def _series(lines: Sequence[CostLineFacts], months: int, currency: str | None) -> tuple[Computed, ...]:
    """Add the monthly cost of lines at each month; nothing where a line is open, and zero where there is none."""
    if not lines:
        return (_nothing(currency, rate=True),) * (months + 1) if currency else ()
    if not all(entry.series for entry in lines):
        return ()
    if not any(entry.grows for entry in lines):
        found = total_of((entry.name, entry.monthly) for entry in lines)
        return (found,) * (months + 1) if found else ()
    sums = (total_of((entry.name, entry.series[month]) for entry in lines) for month in range(months + 1))
    known = tuple(month for month in sums if month is not None)
    return known if len(known) == months + 1 else ()


def _once(lines: Sequence[CostLineFacts], currency: str | None) -> Computed | None:
    if not lines and currency:
        return _nothing(currency, rate=False)
    return total_of((entry.name, entry.one_off) for entry in lines)


def _nothing(currency: str, *, rate: bool) -> Computed:
    nothing = amount(Decimal(0), tuple(sorted((*((("s", -1),) if rate else ()), (currency, 1)))))
    return Computed("total", nothing, nothing, nothing, ())


def _over_months(series: Sequence[Computed]) -> Computed | None:
    """Add up the months of the horizon, each at the mean of its start and its end."""
    return total(
        (f"month {place}", compute("cost_of_month", given("start", start), given("end", end), _A_MONTH))
        for place, (start, end) in enumerate(pairwise(series), start=1)
    )


def _grouped(lines: Iterable[tuple[str | None, CostLineFacts]]) -> Mapping[str, list[CostLineFacts]]:
    groups: dict[str, list[CostLineFacts]] = {}
    for group, entry in lines:
        groups.setdefault(group or "other", []).append(entry)
    return dict(sorted(groups.items()))


def _purposes(found: Mapping[str, object], section: Cost) -> list[str]:
    """Give the purposes that are paid once or may be, in the order of the plan's budget for them."""
    return [name for name in OneOff.model_fields if name in found or getattr(section.one_off, name, None) is not None]


def _against(purpose: str, cost: Computed | None, budgets: OneOff | None) -> Once:
    limit = given("limit", getattr(budgets, purpose, None), "capacity", ("cost", "one_off", purpose))
    comparable = cost is not None and limit is not None and cost.value.dimension == limit.value.dimension
    headroom = compute("headroom", given("demand", cost), limit) if comparable else None
    return Once(purpose, cost, limit, headroom)


def _legacy(plan: Plan) -> Computed | None:
    """Give what the old system costs from the switch until it goes, as the plan says it."""
    cutover = plan.cutover
    legacy, switch = (cutover.legacy, cutover.cutover) if cutover else (None, None)
    if legacy is None or legacy.keep_until is None or switch is None or switch.t0 is None:
        return None
    days = Decimal(max((legacy.keep_until - switch.t0.date()).days, 0))
    time = given("time", amount(days * 86400, (("s", 1),)), "cutover", ("legacy", "keep_until"))
    return compute("cost_over_time", given("cost", legacy.cost, "cutover", ("legacy", "cost")), time)
