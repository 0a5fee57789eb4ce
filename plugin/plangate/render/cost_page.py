"""The page of a plan's cost: month by month against the budget, by driver and line, once, prices, and what is open."""

from decimal import Decimal

from markupsafe import Markup
from msgspec.structs import replace

from plangate.analysis.charge import Charge
from plangate.analysis.cost import CostFacts, Once
from plangate.analysis.cost_line import CostLineFacts
from plangate.analysis.facts import Facts
from plangate.model.text import spoken
from plangate.render.chart import Bar, Limit, Series, bars, months, stacked
from plangate.render.cost import (
    alone,
    cost_figures,
    drivers_table,
    lines_table,
    money,
    money_scale,
    per_month,
    until_horizon,
    when,
)
from plangate.render.fragments import NOTHING, Cell, Head, Row, bullets, link, number, paragraph, table, text
from plangate.render.links import Links
from plangate.render.page import Page, Section
from plangate.render.values import day_text, quantity_text
from plangate.render.work import given, room, total, work

PAGE = "cost"
"""The name of the page under its plan."""

_NONE = Cell(Markup("—"))


def cost_page(facts: Facts, links: Links) -> Page:
    """Give the page of the cost: figures, months with the budget, cases, drivers, lines, once, prices, open."""
    costs, plan = facts.cost, facts.plan
    tight = 1 - facts.policy.checklists.thresholds.cost_alert.base
    parts = [
        ("months", "Month by month", cost_chart(costs)),
        ("cases", "Low, base and high", _cases(costs, links, tight)),
        ("drivers", "By driver and purpose", drivers_table(costs)),
        ("lines", "By line", lines_table(costs, links)),
        ("once", "Paid once", _once(costs, links, tight)),
        ("prices", "Prices", _prices(facts)),
        ("open", "What is open", _open(costs, links)),
    ]
    sections = [
        Section(f"pg-{name}", title, Markup('<div class="pg-numbers">{}</div>').format(html))
        for name, title, html in parts
        if html
    ]
    return Page(
        title=f"Cost: {plan.title}",
        description=f"What {plan.title} costs a month, until its horizon, and once.",
        sections=tuple(sections) if costs.lines else (),
        intro=cost_figures(costs, tight) if costs.lines else paragraph("No cost lines are stated yet."),
    )


def cost_chart(costs: CostFacts) -> Markup:
    """Give the cost by driver, stacked from go-live to the horizon, with the budget and the month that passes it."""
    if not costs.series:
        return paragraph("The months cannot be added up while a line is open.")
    limit = None
    if costs.budget is not None and costs.headroom is not None:
        limit = Limit("Budget", costs.budget.base, costs.crossing)
    series = [Series(name, [month.value.base for month in found]) for name, found in costs.driver_series.items()]
    scale = replace(per_month(costs), unit=costs.currency or "")
    chart = stacked("Cost a month by driver", series, months(len(costs.series) - 1), scale, limit)
    return chart + paragraph(_told(costs))


def _told(costs: CostFacts) -> str:
    """Say what grows, and when the budget is passed."""
    growing = [entry for entry in costs.lines if entry.runs and entry.grows]
    said = "A month is 30 days. "
    if growing:
        said += f"What is stored grows with the volume; that is {len(growing)} of {_running(costs)} lines. "
    said += "All other lines cost the same each month." if growing else "No line depends on what is stored."
    if costs.headroom is None or costs.budget is None:
        return said
    budget = quantity_text(costs.budget)
    if costs.crossing is None and costs.crossing_high is None:
        within = "within the horizon" if costs.volumes.horizon_months else "at go-live (the plan says no horizon)"
        return f"{said} The budget of {budget} is not passed {within}, in the high case neither."
    if costs.crossing is None:
        return f"{said} The budget of {budget} is passed {when(costs.crossing_high or 0)} in the high case alone."
    high = ""
    if costs.crossing_high is not None and costs.crossing_high != costs.crossing:
        high = f", in the high case {when(costs.crossing_high)}"
    return f"{said} ✕ The budget of {budget} is passed {when(costs.crossing)}{high}."


def _running(costs: CostFacts) -> int:
    return sum(entry.runs for entry in costs.lines)


def _cases(costs: CostFacts, links: Links, tight: Decimal) -> Markup:
    """Give the totals in three cases, against the budget, with the sums beneath."""
    month, once = per_month(costs), money_scale(costs)
    budget = number(quantity_text(costs.budget), costs.budget.base) if costs.budget else Cell(NOTHING)
    lines = [
        ("A month at go-live", costs.monthly, month, budget, room(costs.headroom, tight)),
        ("A month at the horizon", costs.monthly_at_horizon, month, budget, room(costs.headroom_at_horizon, tight)),
        (until_horizon(costs), costs.over_horizon, once, _NONE, _NONE),
        ("Once", costs.one_off, once, _NONE, _NONE),
    ]
    rows = []
    for name, value, scale, limit, left in lines:
        cases = [Cell(NOTHING)] * 3
        if value is not None:
            cases = [
                number(scale.told(case.base), case.base, derived=True) for case in (value.low, value.value, value.high)
            ]
        rows.append(Row([name, *cases, limit, left]))
    heads = [Head("Cost"), *(Head(case, "number") for case in ("Low", "Base", "High", "Budget", "Room"))]
    steps = (
        ("A month at go-live", alone(costs.monthly)),
        ("Room at go-live", alone(costs.headroom)),
        ("A month at the horizon", alone(costs.monthly_at_horizon)),
        ("Room at the horizon", alone(costs.headroom_at_horizon)),
        ("Month 1", alone(costs.over_horizon.inputs[0].of) if costs.over_horizon else None),
        (until_horizon(costs), alone(costs.over_horizon)),
        ("Once", alone(costs.one_off)),
    )
    return table("Totals in three cases", heads, rows) + work(steps, links)


def _once(costs: CostFacts, links: Links, tight: Decimal) -> Markup:
    """Give what is paid once by purpose, against what may be spent on it, and what the old system costs meanwhile."""
    if not costs.once and costs.legacy is None:
        return Markup("")
    scale = money_scale(costs)
    rows = [
        Row(
            [
                entry.purpose.replace("_", " "),
                money(entry.cost, scale),
                given(entry.budget) if entry.budget else _NONE,
                room(entry.headroom, tight) if entry.headroom else _NONE,
            ],
            below=work([("Room", alone(entry.headroom)), ("Cost", alone(entry.cost))], links),
        )
        for entry in costs.once
    ]
    heads = [Head("Purpose"), Head(scale.unit, "number"), Head("May be spent", "number"), Head("Room", "number")]
    chart = bars("Paid once, by purpose", [bar for entry in costs.once for bar in _bar(entry)], scale)
    found = chart + (table("Paid once", heads, rows) if rows else Markup(""))
    if costs.legacy is not None:
        said = Markup(
            "<p>Until it goes, the old system costs <em>{}</em>; a line of the parallel run may pay for it.</p>"
        )
        found += said.format(total(costs.legacy))
        found += work([("The old system until it goes", costs.legacy)], links)
    return found


def _bar(entry: Once) -> list[Bar]:
    """Give the bar of a purpose; nothing where its cost is open or in another currency than its budget."""
    if entry.cost is None:
        return []
    limit = entry.budget.value.base if entry.budget is not None and entry.headroom is not None else None
    return [Bar(entry.purpose.replace("_", " "), entry.cost.value.base, limit)]


def _prices(facts: Facts) -> Markup:
    """Give every price once, with the lines that pay it, and the day on which prices were looked up."""
    section = facts.plan.capacity.cost if facts.plan.capacity else None
    if section is None:
        return Markup("")
    paid: dict[tuple[str, str], list[str]] = {}
    for entry in facts.cost.lines:
        for charge in entry.charges:
            if charge.price is not None:
                paid.setdefault((quantity_text(charge.price.value), _model(entry)), []).append(_what(entry, charge))
    rows = [
        Row([number(price), model, text(", ".join(dict.fromkeys(names)))]) for (price, model), names in paid.items()
    ]
    heads: list[Head | str] = [Head("Price", "number"), "Pricing model", "Paid for"]
    found = paragraph(_age(facts)) + (table("Prices", heads, rows) if rows else Markup(""))
    if section.fx:
        rates = [
            Row(
                [
                    entry.currency,
                    number(f"{entry.rate:f} {section.currency or ''}", entry.rate),
                    day_text(entry.as_of) if entry.as_of else NOTHING,
                ]
            )
            for entry in section.fx
        ]
        found += table("What other currencies are worth", ["Currency", Head("One is", "number"), "Looked up"], rates)
    return found


def _model(entry: CostLineFacts) -> str:
    return (entry.line.model or "flat").replace("_", " ")


def _what(entry: CostLineFacts, charge: Charge) -> str:
    return entry.name if len(entry.charges) == 1 else f"{entry.name}: {charge.what}"


def _age(facts: Facts) -> str:
    section = facts.plan.capacity.cost if facts.plan.capacity else None
    if section is None or section.price_as_of is None:
        return "✕ The plan does not say of which day its prices are."
    oldest = quantity_text(facts.policy.checklists.thresholds.estimate_age)
    return (
        f"Prices are the plan's own, as of {day_text(section.price_as_of)}, in {section.currency or 'no currency'}. "
        f"Their age counts to the day on which the plan is checked; beyond {oldest} they are to be looked up again."
    )


def _open(costs: CostFacts, links: Links) -> Markup:
    """Give the lines that cannot be worked out, with what they need."""
    found = [
        link(entry.name, links.edit_url("capacity", ("cost", "lines", entry.index)))
        + text(f" needs {spoken(entry.missing)}" if entry.missing else " comes to no money that fits its purpose")
        for entry in costs.lines
        if entry.open or entry.missing
    ]
    if costs.budget is None:
        found.append(text("No budget for a month is stated"))
    return bullets(found) if found else Markup("")
