"""The table of costs: by line and by driver, held against the budget."""

from decimal import Decimal

from markupsafe import Markup

from plangate.analysis.cost import CostFacts
from plangate.analysis.cost_line import CostLineFacts
from plangate.render.fragments import NOTHING, Cell, Head, Row, figures, link, number, paragraph, table
from plangate.render.links import Links
from plangate.render.values import estimate_text, percent_text, quantity_text
from plangate.render.work import TIGHT, computed, headroom, total, work


def cost_table(costs: CostFacts, links: Links, tight: Decimal = TIGHT) -> Markup:
    """Give the totals, the cost by driver and purpose, and one row per line with its formula beneath."""
    if not costs.lines:
        return paragraph("No cost lines are stated yet.")
    heads = [
        Head("What for"),
        Head("Driver"),
        Head("Purpose"),
        Head("Quantity", "number"),
        Head("Unit price", "number"),
        Head("A month", "number"),
        Head("A month at the horizon", "number"),
        Head("Once", "number"),
    ]
    rows = [_row(entry, links) for entry in costs.lines]
    return Markup("<div>{}{}{}</div>").format(
        cost_figures(costs, tight), _drivers(costs), table("Cost by line", heads, rows, sortable=True)
    )


def cost_figures(costs: CostFacts, tight: Decimal = TIGHT) -> Markup:
    """Give the monthly cost against the budget, and what arises once."""
    return figures(
        [
            ("A month", total(costs.monthly)),
            ("A month at the horizon", total(costs.monthly_at_horizon)),
            ("Budget", quantity_text(costs.budget) if costs.budget else NOTHING),
            ("Room in the budget", headroom(costs.headroom.value.base, tight) if costs.headroom else NOTHING),
            ("Once", total(costs.one_off)),
        ]
    )


def _drivers(costs: CostFacts) -> Markup:
    whole = costs.monthly.value.base if costs.monthly else Decimal(0)
    rows = []
    for name, value in costs.by_driver.items():
        share = percent_text(value.value.base / whole) if whole else NOTHING
        rows.append(Row([f"{name}, a month", number(total(value), value.value.base, derived=True), number(share)]))
    for name, value in costs.by_purpose.items():
        rows.append(
            Row(
                [
                    f"{name.replace('_', ' ')}, once",
                    number(total(value), value.value.base, derived=True),
                    Cell(Markup("")),
                ]
            )
        )
    heads = [Head("Driver or purpose"), Head("Cost", "number"), Head("Share of the month", "number")]
    return table("Cost by driver and purpose", heads, rows) if rows else Markup("")


def _row(entry: CostLineFacts, links: Links) -> Row:
    line = entry.line
    steps = (("A month", entry.monthly), ("A month at the horizon", entry.monthly_at_horizon), ("Once", entry.one_off))
    shown = [(name, value) for name, value in steps if value is not None]
    if entry.monthly == entry.monthly_at_horizon:
        shown = [step for step in shown if step[0] != "A month at the horizon"]
    if line.quantity is not None:
        quantity: Cell | str = number(estimate_text(line.quantity), line.quantity.base.base)
    else:
        quantity = "what is stored" if line.stock else Cell(NOTHING)
    none = Cell(Markup("—"))
    return Row(
        [
            link(entry.name, links.element(("dataset",), line.stock) if line.stock else None),
            line.driver or NOTHING,
            (line.purpose or "run").replace("_", " "),
            quantity,
            number(quantity_text(line.unit_price), line.unit_price.base) if line.unit_price else Cell(NOTHING),
            *(computed(value) if value or entry.open else none for _, value in steps),
        ],
        below=work(shown, links),
    )
