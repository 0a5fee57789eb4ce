"""A cost line: what it comes to in the currency of the plan, each month or once, and what it leaves open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.charge import Charge, per_time
from plangate.analysis.computed import Computed, Input, compute, given, per, total
from plangate.analysis.pricing import bill
from plangate.model.capacity import Cost, CostLine
from plangate.model.currency import CURRENCIES
from plangate.model.quantity import Dimension, Quantity

RUN = "run"


@dataclass(frozen=True, slots=True)
class CostLineFacts:
    """A line with what it pays for and what that comes to, in the currency of the plan.

    `series` is the monthly cost at each month from go-live (0) to the horizon, empty where the line is paid once or is
    open; a line without a stock costs the same each month. `charges` are those at go-live, `later` those at the
    horizon. `missing` names what its pricing model needs and the plan does not give.
    """

    line: CostLine
    index: int
    charges: tuple[Charge, ...]
    later: tuple[Charge, ...]
    missing: tuple[str, ...]
    series: tuple[Computed, ...]
    one_off: Computed | None
    idle: Computed | None

    @property
    def name(self) -> str:
        """What the line pays for: its name, else the stock or the backfill, else driver and model."""
        line = self.line
        return line.name or line.stock or line.backfill or f"{line.driver or 'cost'} ({line.model or 'flat'})"

    @property
    def runs(self) -> bool:
        """Tell whether it is paid every month."""
        return self.line.purpose in {None, RUN}

    @property
    def grows(self) -> bool:
        """Tell whether it depends on what is stored."""
        return self.line.stock is not None and self.line.quantity is None

    @property
    def monthly(self) -> Computed | None:
        """The monthly cost at go-live."""
        return self.series[0] if self.series else None

    @property
    def monthly_at_horizon(self) -> Computed | None:
        """The monthly cost at the horizon."""
        return self.series[-1] if self.series else None

    @property
    def open(self) -> bool:
        """Tell whether nothing could be computed."""
        return not self.series and self.one_off is None


def cost_line(section: Cost, line: CostLine, index: int, volumes: CapacityFacts) -> CostLineFacts:
    """Compute what a line comes to: at each month by what is stored then, or once."""
    runs = line.purpose in {None, RUN}
    workload = volumes.of(line.stock) if line.stock is not None and line.quantity is None else None
    stored: tuple[Computed | None, ...] = (workload.series if workload else ()) or (None,)
    if not runs:
        stored = stored[:1]
    bills = [bill(line, index, size, binary=volumes.binary) for size in stored]
    missing = list(bills[0].missing)
    priced = [tuple(_paid(section, line, index, charge) for charge in entry.charges) for entry in bills]
    if not runs and any(_needs_time(charge) for charge in priced[0]) and line.duration is None:
        missing.append("duration")
    costs = [_sum(charges) if not missing else None for charges in priced]
    series = tuple(found for found in costs if found is not None) if runs else ()
    if len(series) == 1:
        series *= volumes.horizon_months + 1
    idle = given("idle", line.idle, "capacity", ("cost", "lines", index, "idle"))
    return CostLineFacts(
        line=line,
        index=index,
        charges=priced[0],
        later=priced[-1],
        missing=tuple(dict.fromkeys(missing)),
        series=series,
        one_off=costs[0] if not runs else None,
        idle=compute("idle_cost", given("cost", series[0]), idle) if series else None,
    )


def _needs_time(charge: Charge) -> bool:
    return charge.product is not None and per_time(charge.product.value)


def _paid(section: Cost, line: CostLine, index: int, charge: Charge) -> Charge:
    """Give a charge with its cost: in the currency of the plan, and for the time that it is paid if that is once."""
    cost = _exchanged(section, charge.product)
    if cost is not None and line.purpose not in {None, RUN} and per_time(cost.value):
        time = given("time", line.duration, "capacity", ("cost", "lines", index, "duration"))
        cost = compute("cost_over_time", given("cost", cost), time)
    runs = line.purpose in {None, RUN}
    fits = cost is not None and _without_currency(cost.value.dimension) == ((("s", -1),) if runs else ())
    return replace(charge, cost=cost if fits else None)


def _exchanged(section: Cost, product: Computed | None) -> Computed | None:
    """Give money in the currency of the plan, where the plan says what the other one is worth."""
    foreign = currency_of(product.value) if product else None
    if foreign is None or section.currency in {None, foreign}:
        return product
    for place, entry in enumerate(section.fx):
        if entry.currency == foreign:
            rate = given("rate", entry.rate, "capacity", ("cost", "fx", place, "rate"))
            return compute("exchanged", given("cost", product), _worth(rate, section.currency or "", foreign))
    return product


def _worth(rate: Input | None, own: str, foreign: str) -> Input | None:
    """Read a rate as so many of the own currency for one of the other."""
    found = per(rate, foreign)
    if found is None:
        return None
    value = replace(found.value, dimension=tuple(sorted({**dict(found.value.dimension), own: 1}.items())))
    return replace(found, low=value, value=value, high=value)


def currency_of(money: Quantity) -> str | None:
    """Give the currency of an amount or a price."""
    return next((base for base, _ in money.dimension if base in CURRENCIES), None)


def _without_currency(dimension: Dimension) -> Dimension:
    return tuple(entry for entry in dimension if entry[0] not in CURRENCIES)


def _sum(charges: Sequence[Charge]) -> Computed | None:
    """Add the charges of a line; a line that pays for one thing is that."""
    if len(charges) == 1:
        return charges[0].cost
    return total_of((charge.what, charge.cost) for charge in charges)


def total_of(parts: Iterable[tuple[str, Computed | None]]) -> Computed | None:
    """Add amounts of one kind; several currencies have no total."""
    found = list(parts)
    if len({part.value.dimension for _, part in found if part is not None}) > 1:
        return None
    return total(found)
