"""Cost as a table: what each line bills at which price, what that comes to, by driver and by purpose."""

from collections.abc import Iterable
from decimal import Decimal

from markupsafe import Markup
from msgspec.structs import replace

from plangate.analysis.amount import digits
from plangate.analysis.charge import Charge
from plangate.analysis.computed import Computed
from plangate.analysis.cost import CostFacts
from plangate.analysis.cost_line import CostLineFacts
from plangate.model.capacity import CostLine
from plangate.model.quantity import Quantity
from plangate.model.text import spoken
from plangate.model.unit import UNITS, Dimension
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, joined, link, number, paragraph, table, text
from plangate.render.links import Links
from plangate.render.scale import Scale, scale_of
from plangate.render.values import estimate_text, percent_text, quantity_text
from plangate.render.work import TIGHT, Step, computed, headroom, total, work

_NONE = Cell(Markup("—"))


def cost_table(costs: CostFacts, links: Links, tight: Decimal = TIGHT) -> Markup:
    """Give the totals, the cost by driver and purpose, and one row per line with its formulas beneath."""
    if not costs.lines:
        return paragraph("No cost lines are stated yet.")
    return Markup('<div class="pg-numbers">{}{}{}</div>').format(
        cost_figures(costs, tight), drivers_table(costs), lines_table(costs, links)
    )


def cost_figures(costs: CostFacts, tight: Decimal = TIGHT) -> Markup:
    """Give the monthly cost against the budget, what the horizon comes to, and what is paid once."""
    return figures(
        [
            ("A month", total(costs.monthly)),
            ("A month at the horizon", total(costs.monthly_at_horizon)),
            ("Budget", quantity_text(costs.budget) if costs.budget else NOTHING),
            ("Room in the budget", headroom(costs.headroom.value.base, tight) if costs.headroom else NOTHING),
            ("The budget is passed", passed(costs)),
            (until_horizon(costs), total(costs.over_horizon)),
            ("Once", total(costs.one_off)),
        ]
    )


def passed(costs: CostFacts) -> Markup:
    """Say in which month the cost passes the budget, if it does."""
    if costs.headroom is None:
        return NOTHING
    if costs.crossing is not None:
        return text(f"✕ {when(costs.crossing)}")
    if costs.crossing_high is not None:
        return text(f"! {when(costs.crossing_high)}, in the high case")
    return text(
        "not within the horizon" if costs.volumes.horizon_months else "not at go-live; the plan says no horizon"
    )


def until_horizon(costs: CostFacts) -> str:
    """Name the time that all months to the horizon are."""
    months = costs.volumes.horizon_months
    return f"Over {months} months" if months else "Until the horizon (none is stated)"


def when(month: int) -> str:
    """Say in which month after go-live something holds for the first time."""
    return f"in month {month}" if month else "from the start"


def per_month(costs: CostFacts) -> Scale:
    """Give the unit of a column of monthly costs."""
    return money_scale(costs, (("s", -1),))


def money_scale(costs: CostFacts, time: Dimension = ()) -> Scale:
    """Give the unit of a column of money, which is that of the plan; `time` is what it is per."""
    return scale_of(tuple(sorted((*time, (costs.currency or "EUR", 1)))), Decimal(0))


def money(value: Computed | None, scale: Scale) -> Cell:
    """Give a cell for an amount in the unit of its column; one in another currency tells its own."""
    foreign = value is not None and scale.unit.partition("/")[0] not in {name for name, _ in value.value.dimension}
    return computed(value, None if foreign else scale)


def drivers_table(costs: CostFacts) -> Markup:
    """Give the cost by driver at go-live, at the horizon and over it, then by purpose what is paid once."""
    month, once = per_month(costs), money_scale(costs)
    whole = costs.monthly.value.base if costs.monthly else Decimal(0)
    rows = [
        Row(
            [
                name,
                money(value, month),
                number(percent_text(value.value.base / whole), value.value.base, derived=True) if whole else _NONE,
                money(costs.driver_series[name][-1], month),
                money(costs.driver_over_horizon.get(name), once) if name in costs.driver_over_horizon else _NONE,
                _NONE,
            ]
        )
        for name, value in costs.by_driver.items()
    ]
    for name, value in costs.by_purpose.items():
        rows.append(Row([f"{name.replace('_', ' ')}, once", _NONE, _NONE, _NONE, _NONE, money(value, once)]))
    heads = [
        Head("Driver or purpose"),
        Head(f"{month.unit} at go-live", "number"),
        Head("Share", "number"),
        Head(f"{month.unit} at the horizon", "number"),
        Head(f"{once.unit} over {len(costs.series) - 1} months", "number"),
        Head(f"{once.unit} once", "number"),
    ]
    return table("Cost by driver and purpose", heads, rows) if rows else Markup("")


def lines_table(costs: CostFacts, links: Links) -> Markup:
    """Give one row per line: what is billed at which price, what it comes to, and how, in a row to open beneath."""
    month, once = per_month(costs), money_scale(costs)
    heads = [
        Head("What for"),
        Head("Driver"),
        Head("Purpose"),
        Head("Billed", "number"),
        Head("Price", "number"),
        Head(f"{month.unit} at go-live", "number"),
        Head(f"{month.unit} at the horizon", "number"),
        Head(f"{once.unit} once", "number"),
    ]
    foot: list[Cell | Markup | str] = ["Together", *[_NONE] * 4]
    foot += [money(costs.monthly, month), money(costs.monthly_at_horizon, month), money(costs.one_off, once)]
    rows = [_row(entry, links, month, once) for entry in costs.lines]
    return table("Cost by line", heads, rows, foot=Row(foot), sortable=True)


def _row(entry: CostLineFacts, links: Links, month: Scale, once: Scale) -> Row:
    line = entry.line
    name = link(entry.name, links.element(("dataset",), line.stock) if line.stock else None)
    if entry.missing:
        name += Markup(" <small>needs {}</small>").format(spoken(entry.missing))
    runs = [money(entry.monthly, month), money(entry.monthly_at_horizon, month), _NONE]
    return Row(
        [
            name,
            _driver(line),
            (line.purpose or "run").replace("_", " "),
            _listed((billed(charge, line) for charge in entry.charges), entry.charges, derived=True),
            _listed((_price(charge) for charge in entry.charges), entry.charges, derived=False),
            *(runs if entry.runs else [_NONE, _NONE, money(entry.one_off, once)]),
        ],
        below=work(_steps(entry), links),
    )


def _driver(line: CostLine) -> Markup:
    """Give the driver with the pricing model and what else tells the price: edition, class, path."""
    told = (line.edition, line.commitment, line.compute_type, line.storage_class, line.path)
    model = (line.model or "flat").replace("_", " ")
    small = ", ".join([model, *(word for word in told if word)])
    return text(line.driver or NOTHING) + Markup(" <small>{}</small>").format(text(small))


def _listed(shown: Iterable[Markup], charges: tuple[Charge, ...], *, derived: bool) -> Cell:
    """Put what belongs to several charges of one line above each other; one alone is sorted by its size."""
    if len(charges) == 1 and charges[0].quantity is not None and charges[0].price is not None:
        size = charges[0].quantity if derived else charges[0].price
        return number(joined(shown), size.value.base, derived=derived and size.of is not None)
    inner = (
        Markup("<em>{}</em>").format(each) if derived and charge.quantity and charge.quantity.of else each
        for each, charge in zip(shown, charges, strict=True)
    )
    return Cell(joined(inner, Markup("<br>")) or NOTHING)


def billed(charge: Charge, line: CostLine) -> Markup:
    """Give how much is billed: as the plan says it, else in the unit of the price, for a month."""
    if charge.quantity is None:
        return NOTHING
    if charge.quantity.of is None:
        own = line.quantity if charge.quantity.path[-1:] == ("quantity",) else None
        return estimate_text(own) if own is not None else text(quantity_text(charge.quantity.value))
    shown = _in_unit_of_price(charge.quantity.value, charge.price.value if charge.price else None)
    return text(shown or str(charge.quantity.value))


def _in_unit_of_price(quantity: Quantity, price: Quantity | None) -> str | None:
    """Write what is billed in a month in the unit that its price is of: `2,160 node h/month` at `0.2 EUR/node h`."""
    unit = " ".join(price.unit.split("/")[1:]) if price else ""
    if not unit or "month" in unit.split() or all(name not in UNITS for name in unit.split()):
        return None
    try:
        return f"{digits(quantity.to(f'{unit}/month'))} {unit}/month"
    except ValueError:
        return None


def _price(charge: Charge) -> Markup:
    return text(quantity_text(charge.price.value)) if charge.price else NOTHING


def _steps(entry: CostLineFacts) -> list[Step]:
    """Give the charges where there are several, then the cost: each month's, or once."""
    steps: list[Step] = []
    if len(entry.charges) > 1:
        steps += [(charge.what, charge.cost) for charge in entry.charges]
    if not entry.runs:
        return [*steps, ("Once", entry.one_off)]
    steps.append(("A month", entry.monthly))
    if entry.grows:
        if len(entry.later) > 1:
            steps += [(f"{charge.what}, at the horizon", charge.cost) for charge in entry.later]
        steps.append(("A month at the horizon", entry.monthly_at_horizon))
    return [*steps, ("Of which idle", entry.idle)]


def alone(value: Computed | None) -> Computed | None:
    """Give a sum without the work of its parts, which stands with them."""
    if value is None:
        return None
    return replace(value, inputs=tuple(replace(entry, of=None) for entry in value.inputs))
