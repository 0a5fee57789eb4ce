"""Charges: what a cost line pays for, a quantity at a price each, from what the line says."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.computed import Computed, Input, Number, compute, given, named, per
from plangate.analysis.stock import by_age
from plangate.model.capacity import CostLine
from plangate.model.quantity import Quantity, parse

AN_HOUR, A_DAY = given("hour", parse("1 h")), given("day", parse("24 h"))
_ALL_DAY = given("hours_per_day", Decimal(24))


class Charge(Struct, frozen=True):
    """One thing that a line pays for: how much of it, at which price, and their product.

    The quantity of a run is per time, or is held (bytes, slots, nodes) at a price per time; that of a line that is paid
    once is an amount. `cost` is what it comes to in the currency of the plan: per time for a run, else once. None where
    an input is missing or the product is no money.
    """

    what: str
    quantity: Input | None
    price: Input | None
    product: Computed | None
    cost: Computed | None = None


class Told:
    """What a line says, with what is stored of its stock; what is asked for with `need` and not said is `missing`."""

    def __init__(self, line: CostLine, index: int, stored: Computed | None, binary: bool) -> None:
        self.line, self.stored, self.binary = line, stored, binary
        self.path = ("cost", "lines", index)
        self.missing: list[str] = []
        self.once = line.purpose not in {None, "run"}

    def said(self, name: str, unit: str | None = None, otherwise: Number = None) -> Input | None:
        """Give a value of the line; a bare number is read as a count of `unit`."""
        found = given(name, getattr(self.line, name), "capacity", (*self.path, name)) or given(name, otherwise)
        return counted(found, unit) if unit else found

    def need(self, name: str, unit: str | None = None) -> Input | None:
        """Give a value of the line that its model cannot do without."""
        found = self.said(name, unit)
        if found is None:
            self.missing.append(name)
        return found

    def charge(self, what: str, quantity: Callable[[], Computed | None], unit: str | None = None) -> Charge:
        """Give the main charge of a model: the stated quantity if there is one, else that of the parameters."""
        stated = self.said("quantity")
        if stated is not None:
            return self.priced(what, stated, "unit_price")
        return self.priced(what, given("quantity", quantity()), "unit_price", unit)

    def priced(self, what: str, quantity: Input | None, price: str, unit: str | None = None) -> Charge:
        """Give a quantity at one of the prices of the line; a price of a time is that of one `unit` for it."""
        cost = named("unit_price", self.need(price))
        if unit and cost is not None and sum(power for base, power in cost.value.dimension if base != "s") > 0:
            cost = per(cost, unit)
        product = compute("monthly_cost", named("quantity", quantity), cost)
        if product is not None and not per_time(product.value):
            product = compute("one_off_cost", named("quantity", quantity), cost)
        return Charge(what, quantity, cost, product)

    def beside(self, what: str, quantity: str, price: str) -> Iterator[Charge]:
        """Give a charge beside the main one, where the line says its quantity or its price."""
        if getattr(self.line, quantity) is not None or getattr(self.line, price) is not None:
            yield self.priced(what, self.need(quantity), price)

    def storage(self) -> Iterator[Charge]:
        """Give what is stored at its price; the part that was not touched for 90 days at its own, if it has one."""
        long_term = self.said("long_term_price")
        parts = by_age(self.stored, binary=self.binary) if self.stored and long_term else None
        if self.stored is None:
            self.missing.append(f"the storage of {self.line.stock}")
        active, old = parts or (self.stored, None)
        yield self._held("Storage" if old is None else "Storage, active", active, "unit_price")
        if old is not None:
            yield self._held("Storage, untouched for 90 d", old, "long_term_price")

    def _held(self, what: str, stored: Computed | None, price: str) -> Charge:
        quantity, cost = given("stored", stored), named("unit_price", self.need(price))
        if not self.once:
            return Charge(what, quantity, cost, compute("storage_cost", quantity, cost))
        held = given("quantity", compute("storage_held", quantity, named("held", self.need("duration"))))
        return Charge(what, held, cost, compute("one_off_cost", held, cost))

    def held(self, name: str, unit: str, *, hours: bool = False) -> Computed | None:
        """Give units that are held: for the `hours` that the line has to say, else around the clock if it says none."""
        time = self.need("hours_per_day") if hours else self.said("hours_per_day") or _ALL_DAY
        return compute("units_held", named("units", self.need(name, unit)), time, AN_HOUR, A_DAY)


def counted(entry: Input | None, unit: str) -> Input | None:
    """Read a bare number as a count of something, so that dimensions come out: `6` DBU in an hour as `6 DBU`."""
    if entry is None:
        return None
    low, value, high = (
        Quantity(case.base, ((unit, 1),), case.value, unit, f"{case.text} {unit}")
        for case in (entry.low, entry.value, entry.high)
    )
    return replace(entry, low=low, value=value, high=high)


def per_time(money: Quantity) -> bool:
    """Tell whether an amount is per time."""
    return ("s", -1) in money.dimension
