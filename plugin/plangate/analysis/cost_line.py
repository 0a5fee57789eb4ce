"""A cost line: what it comes to in the currency of the plan, each month or once, and what it leaves open."""

import dataclasses
from collections.abc import Iterable, Sequence
from functools import cached_property

from msgspec import Struct, field, structs

from plangate.analysis.capacity import CapacityFacts
from plangate.analysis.charge import Charge, per_time
from plangate.analysis.computed import Computed, Input, compute, given, per, total
from plangate.analysis.pricing import bill
from plangate.analysis.workload import WorkloadFacts, whole
from plangate.model.capacity import Cost, CostLine
from plangate.model.currency import CURRENCIES
from plangate.model.quantity import Quantity
from plangate.model.unit import Dimension

RUN = "run"


class CostLineFacts(Struct, frozen=True, eq=False, dict=True):
    """A line with what it pays for and what that comes to, in the currency of the plan, computed when somebody asks.

    It is paid every month or once, and is open where something is `missing`. Only what depends on a stock changes from
    month to month.
    """

    section: Cost
    line: CostLine
    index: int
    volumes: CapacityFacts
    _bills: dict[int, tuple[tuple[Charge, ...], tuple[str, ...]]] = field(default_factory=dict)

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
    def charges(self) -> tuple[Charge, ...]:
        """What it pays for at go-live."""
        return self._bill(0)[0]

    @property
    def later(self) -> tuple[Charge, ...]:
        """What it pays for at the horizon; nothing where the plan says none."""
        if self.runs and not self.volumes.horizon_months:
            return ()
        return self._bill(self.volumes.horizon_months if self.runs else 0)[0]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Name what its pricing model needs and the plan does not give."""
        charges, missing = self._bill(0)
        if not self.runs and any(_needs_time(charge) for charge in charges) and self.line.duration is None:
            missing = (*missing, "duration")
        return tuple(dict.fromkeys(missing))

    @cached_property
    def series(self) -> tuple[Computed, ...]:
        """The monthly cost at each month from go-live (0) to the horizon, empty where it is paid once or is open."""
        return whole([self.cost(month) for month in range(self.volumes.horizon_months + 1)]) if self.runs else ()

    @property
    def one_off(self) -> Computed | None:
        """What it comes to where it is paid once."""
        return None if self.runs else self.cost(0)

    @property
    def monthly(self) -> Computed | None:
        """The monthly cost at go-live."""
        return self.cost(0) if self.runs else None

    @property
    def monthly_at_horizon(self) -> Computed | None:
        """The monthly cost at the horizon; None where the plan says none."""
        return self.cost(self.volumes.horizon_months) if self.runs and self.volumes.horizon_months else None

    @cached_property
    def idle(self) -> Computed | None:
        """The part of the monthly cost that is paid for nothing, where the plan says how much that is."""
        share = given("idle", self.line.idle, "capacity", ("cost", "lines", self.index, "idle"))
        return compute("idle_cost", given("cost", self.monthly), share)

    @property
    def open(self) -> bool:
        """Tell whether nothing could be computed."""
        return self.cost(0) is None

    @cached_property
    def rises(self) -> bool:
        """Tell whether it never gets cheaper on the way to the horizon: with a stock that only grows it either rises or
        falls all the way."""
        if self._workload is None:
            return True
        first, last = self.monthly, self.cost(self.volumes.horizon_months) if self.runs else None
        return (
            not self._workload.shrinks
            and first is not None
            and last is not None
            and first.value.base <= last.value.base
            and first.high.base <= last.high.base
        )

    def cost(self, month: int) -> Computed | None:
        """What it comes to in a month, or once; None where it is open."""
        return None if self.missing else _sum(self._bill(month)[0])

    @cached_property
    def _workload(self) -> WorkloadFacts | None:
        """The workload whose growth it follows, where what is stored of it is known."""
        found = self.volumes.of(self.line.stock) if self.grows and self.line.stock is not None else None
        return found if found is not None and found.stored_at_go_live is not None else None

    def _bill(self, month: int) -> tuple[tuple[Charge, ...], tuple[str, ...]]:
        """Give the charges of a month, and what is missing for them."""
        month = 0 if self._workload is None else month
        if month not in self._bills:
            stored = self._workload.stored(month) if self._workload is not None else None
            found = bill(self.line, self.index, stored, binary=self.volumes.binary)
            charges = tuple(_paid(self.section, self.line, self.index, charge) for charge in found.charges)
            self._bills[month] = charges, found.missing
        return self._bills[month]


def _needs_time(charge: Charge) -> bool:
    return charge.product is not None and per_time(charge.product.value)


def _paid(section: Cost, line: CostLine, index: int, charge: Charge) -> Charge:
    """Give a charge with its cost: in the currency of the plan, and for the time that it is paid if that is once."""
    cost = exchanged(section, charge.product)
    if cost is not None and line.purpose not in {None, RUN} and per_time(cost.value):
        time = given("time", line.duration, "capacity", ("cost", "lines", index, "duration"))
        cost = compute("cost_over_time", given("cost", cost), time)
    runs = line.purpose in {None, RUN}
    fits = cost is not None and _without_currency(cost.value.dimension) == ((("s", -1),) if runs else ())
    return structs.replace(charge, cost=cost if fits else None)


def _worth(rate: Input | None, own: str, foreign: str) -> Input | None:
    """Read a rate as so many of the own currency for one of the other."""
    found = per(rate, foreign)
    if found is None:
        return None
    value = dataclasses.replace(found.value, dimension=tuple(sorted({**dict(found.value.dimension), own: 1}.items())))
    return structs.replace(found, low=value, value=value, high=value)


def exchanged(section: Cost, product: Computed | None) -> Computed | None:
    """Give money in the currency of the plan, where the plan says what the other one is worth."""
    foreign = currency_of(product.value) if product else None
    if foreign is None or section.currency in {None, foreign}:
        return product
    for place, entry in enumerate(section.fx):
        if entry.currency == foreign:
            rate = given("rate", entry.rate, "capacity", ("cost", "fx", place, "rate"))
            return compute("exchanged", given("cost", product), _worth(rate, section.currency or "", foreign))
    return product


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
