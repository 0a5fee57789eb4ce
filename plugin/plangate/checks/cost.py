"""Gate capacity, its cost: every line can be worked out in one currency, and the sum keeps to the budget."""

import re
from collections.abc import Iterator

from plangate.analysis.amount import above, alike, amount, no_less
from plangate.analysis.charge import Charge
from plangate.analysis.computed import Computed
from plangate.analysis.cost import CostFacts, Once
from plangate.analysis.cost_line import CostLineFacts, currency_of
from plangate.analysis.pricing import BILLED_IN
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.capacity import Cost, OneOff
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity, parse
from plangate.model.text import spoken
from plangate.model.unit import dimension_text, unit_of

_FILE = "03-capacity.yml"
_CREDITS = "quantity: 8 credits/month, unit_price: 3 EUR/credits"
_BUDGET = "  budget: 100 EUR/month\n"
_STORED = ("capacity.workloads", "capacity.horizon", "sources.sources")
_INPUTS = ("capacity.cost.lines", "capacity.cost.fx", "capacity.cost.currency", "cutover.backfill", *_STORED)
_ASKED = {
    "lines": (
        "has no line",
        "`lines`, such as `lines: [{driver: compute, quantity: 10 h/month, unit_price: 2 EUR/h}]`",
    ),
    "currency": ("names no currency", "`currency`, such as `currency: EUR`"),
    "price_as_of": (
        "does not say of which day prices are",
        "the day on which they were looked up: `price_as_of: YYYY-MM-DD`",
    ),
}
"""What a section on cost has to hold: what is said where it does not, and what would be right."""

_COUNTED = {
    "bigquery_on_demand": "1 TiB/month",
    "bigquery_capacity": "100 slots",
    "snowflake": "8 credits/month",
    "databricks": "200 DBU/month",
    "redshift": "2 nodes",
    "kafka": "3 nodes",
    "kinesis": "4 shards",
    "object_store": "1 TB",
    "egress": "200 GB/month",
}
_ABOUT_COST = re.compile(
    r"(?<![a-z])(?:cost(?:s|ly)?|budget(?:s|ed)?|(?:over)?spen(?:t|ds?|ding)|bill(?:s|ed|ing)?|pric(?:es?|ed|ing)"
    r"|invoic(?:es?|ed|ing)|expens(?:es?|ive))(?![a-z])",
    re.IGNORECASE,
)


def _section(subject: Subject) -> Cost | None:
    return subject.plan.capacity.cost if subject.plan.capacity else None


@rule(
    "CAP008",
    "Every cost line can be worked out, in one currency",
    scope="plan",
    reason="A line that nobody can work out is missing from the sum, and a sum over two currencies is none.",
    reads=("capacity.cost", "cutover.legacy.cost", *_STORED),
    applies=lambda subject: _section(subject) is not None,
    where="there is a section on cost",
    fails=(Edit(_FILE, _CREDITS, "warehouse_size: XS, unit_price: 3 EUR/credits"),),
    passes=(
        Edit(
            _FILE,
            _CREDITS,
            "warehouse_size: XS, seconds: 360, resumes_per_day: 2, auto_suspend: 60 s, unit_price: 3 EUR/credits",
        ),
    ),
)
def lines_add_up(subject: Subject) -> Iterator[Problem]:
    """Each line gives a quantity, a stock or the parameters of its pricing model, counts what that model bills, and
    comes to money per time, or to money where it is paid once. There is at least one line.

    Prices have a date. All money, also what the old system costs (`legacy.cost`), is in the currency of the plan, or
    there is a rate for the other one with the day on which it was looked up.
    """
    section = _section(subject)
    if section is None:
        return
    for name, (what, expected) in _ASKED.items():
        if not getattr(section, name) and not subject.refused(f"capacity.cost.{name}"):
            yield Problem("CAP008", f"Cost {what}", "capacity", ("cost",), expected=expected)
    for entry in subject.facts.cost.lines:
        if not any(gate == "capacity" and path[:3] == _at(entry) for gate, path in subject.plan.broken):
            yield from _line(subject, entry)
    yield from _currencies(subject, section, subject.facts.cost)


def _at(entry: CostLineFacts, *path: str) -> Path:
    return ("cost", "lines", entry.index, *path)


def _told(entry: CostLineFacts) -> str:
    """Name a line with its pricing model."""
    named = entry.line.name or entry.line.stock or entry.line.backfill
    return f"Line {entry.name} ({entry.line.model or 'flat'})" if named else f"Line {entry.name}"


def _line(subject: Subject, entry: CostLineFacts) -> Iterator[Problem]:
    counted = _COUNTED.get(entry.line.model or "flat", "10 h/month")
    if entry.missing and not (entry.grows and subject.refused(*_STORED)):
        wanted = [name if " " in name else f"`{name}`" for name in entry.missing]
        parameters = entry.line.quantity is None and not {"quantity", "duration"} & set(entry.missing)
        yield Problem(
            "CAP008",
            f"{_told(entry)} needs {spoken(wanted)}",
            "capacity",
            _at(entry),
            expected=", ".join(entry.missing),
            hint=f"A `quantity` does as well as the parameters of a pricing model, such as `quantity: {counted}`"
            if parameters
            else None,
        )
    for charge in entry.charges:
        yield from _miscounted(entry, charge)
        if not entry.missing and charge.cost is None:
            yield from _no_money(entry, charge)


def _miscounted(entry: CostLineFacts, charge: Charge) -> Iterator[Problem]:
    """Tell of a stated quantity that counts something else than the pricing model bills."""
    model, quantity = entry.line.model or "flat", charge.quantity
    if model not in BILLED_IN or quantity is None or quantity.path != _at(entry, "quantity"):
        return
    counted = {base for base, _ in quantity.value.dimension if base != "s"}
    if not counted or not counted <= BILLED_IN[model]:
        bills = " or ".join(sorted(BILLED_IN[model]))
        yield Problem(
            "CAP008",
            f"{_told(entry)} counts {quantity.value}, but {model} bills {bills}",
            "capacity",
            _at(entry, "quantity"),
            str(quantity.value),
            f"a quantity in {bills}, such as `quantity: {_COUNTED[model]}`",
        )


def _no_money(entry: CostLineFacts, charge: Charge) -> Iterator[Problem]:
    """Tell of a quantity and a price whose product is not what the line has to come to."""
    if charge.product is None or charge.quantity is None or charge.price is None:
        return
    product, money = f"{charge.quantity.value} × {charge.price.value}", charge.product.value
    if entry.runs and money.dimension == ((currency_of(money), 1),):
        stated = charge.quantity if charge.quantity.path else charge.price
        yield Problem(
            "CAP008",
            f"{_told(entry)} is paid every month, but {product} is an amount that is paid once",
            "capacity",
            stated.path or _at(entry),
            product,
            f"money per time, such as `{stated.path[-1]}: {stated.value}/month`",
            "Or say for which purpose it is paid once: `purpose: backfill` or `purpose: parallel_run`",
        )
    else:
        price, unit = charge.price, _priced_by(entry, charge.quantity.value, charge.price.value)
        name = price.path[-1] if price.path else "unit_price"
        number = str(price.value).removesuffix(price.value.unit).strip()
        yield Problem(
            "CAP008",
            f"{_told(entry)} cannot be worked out: {product} is not money{' per month' if entry.runs else ''}",
            "capacity",
            price.path or _at(entry),
            str(price.value),
            f"a price in {unit}, such as `{name}: {number} {unit}`",
        )


def _priced_by(entry: CostLineFacts, quantity: Quantity, price: Quantity) -> str:
    """Give the unit of the price at which a quantity comes to money, as people write it: `EUR/credits`."""
    currency = currency_of(price) or entry.section.currency or "EUR"
    counted, *times = quantity.unit.split("/")
    unit = f"{currency}/{'GB' if counted == 'B' else counted}" + ("/month" if entry.runs and not times else "")
    wanted = {currency: 1, **({"s": -1} if entry.runs else {})}
    for base, power in quantity.dimension:
        wanted[base] = wanted.get(base, 0) - power
    dimension = tuple(sorted((base, power) for base, power in wanted.items() if power))
    return unit if unit_of(unit)[1] == dimension else dimension_text(dimension)


def _currencies(subject: Subject, section: Cost, costs: CostFacts) -> Iterator[Problem]:
    own = section.currency
    for place, rate in enumerate(section.fx):
        if rate.as_of is None:
            told = f"The rate of {rate.currency} has no day on which it was looked up"
            yield Problem("CAP008", told, "capacity", ("cost", "fx", place), expected="`as_of`")
    if own is None:
        return
    known = {own, *(rate.currency for rate in section.fx)}
    for entry in costs.lines if not subject.refused("capacity.cost.fx") else ():
        priced = [charge.price for charge in entry.charges if charge.price is not None]
        prices = {currency_of(price.value) or own: price.path or _at(entry) for price in priced}
        for foreign in sorted(prices.keys() - known):
            yield _no_rate(_told(entry), foreign, own, "capacity", prices[foreign])
    legacy = subject.plan.cutover.legacy if subject.plan.cutover else None
    foreign = (currency_of(legacy.cost) if legacy is not None and legacy.cost is not None else None) or own
    if foreign not in known and not subject.refused("capacity.cost.fx"):
        yield _no_rate("The old system", foreign, own, "cutover", ("legacy", "cost"))
    budgets: list[tuple[Path, Quantity | None]] = [(("cost", "budget"), section.budget)]
    budgets += [(("cost", "one_off", name), getattr(section.one_off, name, None)) for name in OneOff.model_fields]
    for path, budget in budgets:
        if budget is not None and currency_of(budget) != own:
            yield Problem("CAP008", f"The budget of {budget} is not in {own}", "capacity", path, str(budget), own)


def _no_rate(what: str, foreign: str, own: str, gate: str, path: Path) -> Problem:
    return Problem(
        "CAP008",
        f"{what} is priced in {foreign}; the plan counts in {own} and gives no rate",
        gate,
        path,
        foreign,
        own,
        f"Add `fx: [{{currency: {foreign}, rate: …, as_of: …}}]` to the cost",
    )


@rule(
    "CAP009",
    "The cost keeps to its budget",
    scope="plan",
    reason="What costs more than was agreed is argued about or switched off; both are cheaper before it is built.",
    reads=("capacity.cost", *_INPUTS, "bundle.risks"),
    applies=lambda subject: bool(subject.facts.cost.lines),
    where="there are lines of cost",
    fails=(Edit(_FILE, _BUDGET, "  budget: 20 EUR/month\n"),),
    passes=(Edit(_FILE, _BUDGET, "  budget: 25 EUR/month\n"),),
)
def within_budget(subject: Subject) -> Iterator[Problem]:
    """The monthly cost at go-live (base case) is within the budget; where its high case is not, a risk of gate bundle
    speaks of cost. What is paid once is within the budget of its purpose, where there is one.

    A month up to the horizon whose cost passes the budget is a warning.
    """
    costs, budget, section = subject.facts.cost, subject.facts.cost.budget, _section(subject)
    for entry in costs.once:
        yield from _once(entry)
    if budget is None:
        declined = ("capacity", ("cost", "budget")) in subject.plan.not_applicable
        if not declined and not subject.refused("capacity.cost.budget"):
            told = f"`budget`, such as `budget: {_least_budget(section, costs)}`"
            yield Problem("CAP009", "Cost has no budget for a month", "capacity", ("cost",), expected=told)
    elif costs.headroom is not None and costs.monthly is not None:
        yield from _monthly(subject, costs, costs.monthly, budget)
    elif budget.base == 0 and costs.monthly is not None:
        yield from _over(costs, costs.monthly.value, budget)
    elif not subject.refused(*_INPUTS):
        open_ones = [_told(entry).replace("Line", "line", 1) for entry in costs.lines if entry.runs and entry.open]
        told = "What a month costs cannot be worked out, so nothing holds it to its budget"
        told += f": {spoken(open_ones)} {'come' if len(open_ones) > 1 else 'comes'} to no sum" if open_ones else ""
        told += _settled(costs, budget)
        expected = "lines that each come to money per month, such as `quantity: 8 credits/month, unit_price: 3 "
        expected += f"{(section.currency if section else None) or 'EUR'}/credits`"
        yield Problem("CAP009", told, "capacity", ("cost", "budget"), expected=expected, cause="CAP008")


def _settled(costs: CostFacts, budget: Quantity) -> str:
    """Say that the lines that can be worked out are above the budget by themselves; nothing where they are not."""
    for found, when, later in (
        (costs.settled, "at go-live", False),
        (costs.settled_at_horizon, "at the horizon", True),
    ):
        spent = found.value if found else None
        if spent is not None and spent.dimension == budget.dimension and above(spent.base, budget.base):
            return (
                f"; the other lines alone come to {alike(spent, budget)} {when}{_largest_line(costs, later=later)}, "
                f"the budget is {budget}"
            )
    return ""


def _once(entry: Once) -> Iterator[Problem]:
    if entry.cost is None or entry.budget is None:
        return
    spent, limit = entry.cost.value, entry.budget.value
    if spent.dimension == limit.dimension and above(spent.base, limit.base):
        yield Problem(
            "CAP009",
            f"The {entry.purpose.replace('_', ' ')} costs {alike(spent, limit)}, and {limit} may be spent on it",
            "capacity",
            ("cost", "one_off", entry.purpose),
            str(limit),
            f"at least {no_less(spent, limit)}",
        )


def _monthly(subject: Subject, costs: CostFacts, now: Computed, budget: Quantity) -> Iterator[Problem]:
    high = now.high
    if costs.crossing == 0:
        yield from _over(costs, now.value, budget)
        return
    if above(high.base, budget.base) and not subject.refused("bundle.risks") and not _is_a_risk(subject):
        yield Problem(
            "CAP009",
            f"In the high case the cost is {alike(high, budget)}, the budget is {budget}, and no risk says what is "
            "done then",
            "bundle" if subject.plan.bundle else "capacity",
            ("risks",) if subject.plan.bundle else ("cost", "budget"),
            None,
            "a risk that speaks of cost, such as `{id: cost_high, effect: The budget is passed, likelihood: low, "
            "impact: medium, mitigation: …, owner: …, trigger: the bill of a month}`",
            f"Or a budget of at least {no_less(high, budget)}",
        )
    if costs.crossing is not None:
        at, last = costs.series[costs.crossing].value, costs.series[-1].value
        most = max((month.value for month in costs.series), key=lambda month: month.base)
        end = f", at the horizon {alike(last, budget)}" if costs.crossing < len(costs.series) - 1 else ""
        yield Problem(
            "CAP009",
            f"The cost is over the budget of {budget} from month {costs.crossing} on: then {alike(at, budget)}{end}",
            "capacity",
            ("cost", "budget"),
            str(budget),
            f"at least {no_less(most, budget)}, if the lines are right",
            _growing(costs),
            severity="warning",
        )


def _over(costs: CostFacts, now: Quantity, budget: Quantity) -> Iterator[Problem]:
    name, most = max(costs.by_driver.items(), key=lambda item: (item[1].value.base, item[0]))
    if above(now.base, budget.base):
        yield Problem(
            "CAP009",
            f"The cost at go-live is {alike(now, budget)}, the budget is {budget}",
            "capacity",
            ("cost", "budget"),
            str(budget),
            f"at least {no_less(now, budget)}",
            f"Or save {no_less(amount(now.base - budget.base, now.dimension), budget)}: most of it is {name}, {most}"
            f"{_largest_line(costs, name)}",
        )


def _largest_line(costs: CostFacts, driver: str | None = None, *, later: bool = False) -> str:
    """Name the dearest line, of a driver or of all, with what is multiplied, at go-live or later at the horizon."""
    charges = [
        (charge.cost.value.base, entry.name, f"{charge.quantity.value} × {charge.price.value}")
        for entry in costs.lines
        if entry.runs and driver in {None, entry.line.driver or "other"}
        for charge in (entry.later if later else entry.charges)
        if charge.cost is not None and charge.quantity is not None and charge.price is not None
    ]
    _, name, product = max(charges, default=(None, "", ""))
    return f" (line {name}: {product})" if product else ""


def _least_budget(section: Cost | None, costs: CostFacts) -> str:
    """Write the least budget that a month at go-live keeps to; a number of any size where that is not known."""
    currency = (section.currency if section else None) or "EUR"
    if costs.monthly is None or currency_of(costs.monthly.value) != currency:
        return f"100 {currency}/month"
    return no_less(costs.monthly.value, parse(f"1 {currency}/month"))


def _is_a_risk(subject: Subject) -> bool:
    risks = subject.plan.bundle.risks if subject.plan.bundle else ()
    words = (word for risk in risks for word in (risk.id, risk.cause, risk.effect, risk.trigger) if word)
    return any(_ABOUT_COST.search(word) for word in words)


def _growing(costs: CostFacts) -> str:
    """Name the driver that grows most, with the dearest line of it, whose price is the first thing to look at."""
    growth = {name: series[-1].value.base - series[0].value.base for name, series in costs.driver_series.items()}
    name = max(growth, key=lambda name: (growth[name], name))
    series = costs.driver_series[name]
    line = _largest_line(costs, name, later=True)
    check = "; check its `unit_price`, and per what it is, first" if line else ""
    return f"What grows most is {name}: from {series[0]} at go-live to {series[-1]} at the horizon{line}{check}"
