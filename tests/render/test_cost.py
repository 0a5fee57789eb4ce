"""The cost of a plan as a table and as a page: what is billed, what it comes to, and when the budget is passed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.reading.plan import read_plan
from plangate.render.cost import cost_table
from plangate.render.cost_page import cost_page
from plangate.render.links import Links, homes, relative_to
from plangate.render.page import page_html

from .conftest import LinksOf
from .html import Tag, read

HEADER = "id: a-plan\ntitle: A <plan>\nprofile: batch\nintent: draft\ntier: C\nowners: [{team: data_team}]\n"
SOURCES = """
sources:
  - id: shop_db
    datasets:
      - {id: shop_db.orders, rows_total: 1000 rows, rows_per_day: 1000 rows/d, row_bytes: 1000 B, peak_factor: 1,
         growth: 0 %/month, growth_kind: linear}
"""
LINES = """
    - {name: Training, driver: compute, model: databricks, purpose: run, dbu_per_hour: 6, hours_per_day: 2,
       unit_price: 0.5 EUR/DBU, nodes: 3, node_price: 0.4 EUR/node h, compute_type: jobs}
    - {driver: compute, model: snowflake, purpose: run, warehouse_size: M, seconds: 45, resumes_per_day: 30,
       unit_price: 3 USD/credits, edition: "<b>standard</b>"}
    - {driver: storage, model: object_store, purpose: run, stock: raw.orders, unit_price: 1 EUR/MB/month}
    - {driver: scan, model: bigquery_on_demand, purpose: run, unit_price: 6 EUR/TB,
       quantity: {low: 2 TB/month, base: 4 TB/month, high: 9 TB/month, basis: analogy}}
    - {driver: scan, model: bigquery_on_demand, purpose: backfill, backfill: history, quantity: 13 TB,
       unit_price: 6 EUR/TB}
    - {name: Old nodes, driver: compute, purpose: parallel_run, quantity: 2 nodes, unit_price: 90 EUR/node/month,
       duration: 10 d}
"""
COST = "  budget: 500 EUR/month\n  one_off: {backfill: 50 EUR, parallel_run: 80 EUR, rehearsal: 10 EUR}\n"
CUTOVER = """
backfill: [{id: history, dataset: mart.orders}]
cutover: {t0: 2026-12-05T20:00:00+00:00}
legacy: {keep_until: 2027-01-04, cost: 30 EUR/month}
"""

Made = Callable[..., tuple[Facts, Links]]


@pytest.fixture
def made(tmp_path: Path, orders: Facts) -> Made:
    """Give the facts and links of a small plan with these cost lines."""

    def make(lines: str = LINES, rest: str = COST, head: str = "  price_as_of: 2026-11-01\n") -> tuple[Facts, Links]:
        folder = tmp_path / "a-plan"
        folder.mkdir()
        capacity = (
            "horizon: 4 month\n"
            "workloads: [{dataset: raw.orders, from: shop_db.orders, retention: {total: 90 d}}]\n"
            f"cost:\n  currency: EUR\n{head}  fx: [{{currency: USD, rate: 0.9, as_of: 2026-10-30}}]\n"
            f"  lines:{lines}{rest}"
        )
        gates = {"02-sources": SOURCES, "03-capacity": capacity, "09-cutover": CUTOVER, "plan": HEADER}
        for name, text in gates.items():
            (folder / f"{name}.yml").write_text(text)
        plan = read_plan(folder, "plans/a-plan", orders.policy)
        assert plan.problems == ()
        here, edit = relative_to("plans/a-plan/cost/"), "https://git.example/{}#{}"
        links = Links("a-plan", here, homes(plan.plan), lambda gate, path: edit.format(gate, path[-1]))
        return Facts(plan.plan, orders.policy), links

    return make


def page_of(made: tuple[Facts, Links]) -> Tag:
    return read(page_html(cost_page(*made)))


def cells(page: Tag, caption: str) -> list[list[str]]:
    """Give the texts of the rows of one table, head and foot too, those to open left out."""
    found = next(table for table in page.all("table") if table.all("caption")[0].words == caption)
    return [[cell.words for cell in row.inside] for row in found.all("tr") if "pg-below" not in row.classes]


def figures(page: Tag) -> dict[str, str]:
    shown = page.all("dl")[0]
    return dict(zip((t.words for t in shown.all("dt")), (t.words for t in shown.all("dd")), strict=True))


def test_key_figures(made: Made) -> None:
    assert figures(page_of(made())) == {
        "A month": "438 EUR/month 426 EUR/month – 468 EUR/month",
        "A month at the horizon": "528 EUR/month 516 EUR/month – 558 EUR/month",
        "Budget": "500 EUR/month",
        "Room in the budget": "! 12.4 %",
        "The budget is passed": "✕ in month 3",
        "Over 4 months": "1,977 EUR 1,929 EUR – 2,097 EUR",
        "Once": "138 EUR",
    }


def test_lines_tell_what_is_billed_in_the_unit_of_the_price(made: Made) -> None:
    rows = cells(page_of(made()), "Cost by line")
    assert rows[1:] == [
        ["Training", "compute databricks, jobs", "run", "360 DBU/month180 node h/month", "0.5 EUR/DBU0.4 EUR/node h",
         "252", "252", "—"],
        ["compute (snowflake)", "compute snowflake, <b>standard</b>", "run", "60 credits/month", "3 USD/credits",
         "162", "162", "—"],
        ["raw.orders", "storage object store", "run", "0 B", "1 EUR/MB/month", "0", "90", "—"],
        ["scan (bigquery_on_demand)", "scan bigquery on demand", "run", "4 TB/month 2 TB/month – 9 TB/month analogy",
         "6 EUR/TB", "24 12 – 54", "24 12 – 54", "—"],
        ["history", "scan bigquery on demand", "backfill", "13 TB", "6 EUR/TB", "—", "—", "78"],
        ["Old nodes", "compute flat", "parallel run", "2 nodes", "90 EUR/node/month", "—", "—", "60"],
        ["Together", "—", "—", "—", "—", "438 426 – 468", "528 516 – 558", "138"],
    ]  # fmt: skip


def test_inputs_are_upright_and_computed_quantities_italic(made: Made) -> None:
    page = page_of(made())
    lines = next(table for table in page.all("table") if table.all("caption")[0].words == "Cost by line")
    rows = {row.inside[0].words: row.inside for row in lines.all("tr") if "pg-below" not in row.classes}
    assert [cell.words for cell in rows["Training"][3].all("em")] == ["360 DBU/month", "180 node h/month"]
    assert rows["Training"][4].all("em") == []
    snowflake, scan = rows["compute (snowflake)"], rows["scan (bigquery_on_demand)"]
    assert ["pg-derived" in cell.classes for cell in snowflake[3:6]] == [True, False, True]
    assert ["pg-derived" in cell.classes for cell in scan[3:6]] == [False, False, True]


def test_the_work_of_a_line_goes_from_structure_to_cost(made: Made) -> None:
    page = page_of(made())
    work = next(tag for tag in page.all("details") if "USD/credits" in tag.text)
    steps = [(item.all("dt")[0].words, item.all("dd")[0].words) for item in work.all("dl")[0].all("div")]
    assert [name for name, _ in steps] == ["Credits for a resume", "Credits", "Monthly cost", "A month"]
    assert "= 4 credits ÷ 1 h × (the largest of 45 s + 0 s, 60 s) = 0.0667 credits" in steps[0][1]
    assert "= 0.0667 credits × 30 × 1 ÷ 24 h = 60 credits/month" in steps[1][1]
    assert "= 60 credits/month × 3 USD/credits = 180 USD/month" in steps[2][1]
    assert "= 180 USD/month × 0.9 = 162 EUR/month" in steps[3][1]


def test_the_chart_shows_the_budget_and_the_month_that_passes_it(made: Made) -> None:
    page = page_of(made())
    months = next(section for section in page.all("svg") if "Cost a month by driver" in str(section.attributes))
    assert "Budget 500 EUR: ✕ passed in month 3" in months.words
    assert cells(page, "Cost a month by driver: the numbers") == [
        ["Month", "compute, EUR", "storage, EUR", "scan, EUR", "Together, EUR", "Budget, EUR"],
        ["0", "414", "0", "24", "438", "500"],
        ["1", "414", "30", "24", "468", "500"],
        ["2", "414", "60", "24", "498", "500"],
        ["3", "414", "90", "24", "528", "✕ 500"],
        ["4", "414", "90", "24", "528", "✕ 500"],
    ]
    told = next(text.words for text in page.all("p") if "A month is 30 days" in text.text)
    assert "that is 1 of 4 lines" in told
    assert "✕ The budget of 500 EUR/month is passed in month 3, in the high case in month 2." in told


@pytest.mark.parametrize(
    ("budget", "told", "figure"),
    [
        ("600", "is not passed within the horizon, in the high case neither.", "not within the horizon"),
        ("540", "is passed in month 3 in the high case alone.", "! in month 3, in the high case"),
        ("460", "✕ The budget of 460 EUR/month is passed in month 1, in the high case from the start.", "✕ in month 1"),
        ("400", "✕ The budget of 400 EUR/month is passed from the start.", "✕ from the start"),
    ],
)
def test_it_is_said_when_the_budget_is_passed(made: Made, budget: str, told: str, figure: str) -> None:
    page = page_of(made(rest=f"  budget: {budget} EUR/month\n"))
    assert any(text.words.endswith(told) for text in page.all("p"))
    assert figures(page)["The budget is passed"] == figure


def test_totals_in_three_cases(made: Made) -> None:
    page = page_of(made())
    assert cells(page, "Totals in three cases") == [
        ["Cost", "Low", "Base", "High", "Budget", "Room"],
        ["A month at go-live", "426 EUR/month", "438 EUR/month", "468 EUR/month", "500 EUR/month", "! 12.4 %"],
        ["A month at the horizon", "516 EUR/month", "528 EUR/month", "558 EUR/month", "500 EUR/month", "✕ −5.6 %"],
        ["Over 4 months", "1,929 EUR", "1,977 EUR", "2,097 EUR", "—", "—"],
        ["Once", "138 EUR", "138 EUR", "138 EUR", "—", "—"],
    ]
    work = next(tag.words for tag in page.all("details") if "Month 1" in tag.text)
    assert "(438 EUR/month + 468 EUR/month) ÷ 2 × 30 d = 453 EUR" in work
    assert "1 − 438 EUR/month ÷ 500 EUR/month = 12.4 %" in work


def test_drivers_and_purposes(made: Made) -> None:
    assert cells(page_of(made()), "Cost by driver and purpose")[1:] == [
        ["compute", "414", "94.5 %", "414", "1,656", "—"],
        ["scan", "24 12 – 54", "5.5 %", "24 12 – 54", "96 48 – 216", "—"],
        ["storage", "0", "0 %", "90", "225", "—"],
        ["backfill, once", "—", "—", "—", "—", "78"],
        ["parallel run, once", "—", "—", "—", "—", "60"],
    ]


def test_what_is_paid_once_is_held_against_its_budget(made: Made) -> None:
    page = page_of(made())
    assert cells(page, "Paid once")[1:] == [
        ["backfill", "78", "50 EUR", "✕ −56 %"],
        ["parallel run", "60", "80 EUR", "25 %"],
        ["rehearsal", "not stated", "10 EUR", "—"],
    ]
    assert any("the old system costs 30 EUR" in text.words for text in page.all("p"))


def test_prices_have_their_day_and_their_rate(made: Made) -> None:
    page = page_of(made())
    assert any("as of 2026-11-01, in EUR" in text.words and "beyond 180 d" in text.words for text in page.all("p"))
    prices = cells(page, "Prices")
    assert ["0.4 EUR/node h", "databricks", "Training: Machines"] in prices
    assert ["6 EUR/TB", "bigquery on demand", "scan (bigquery_on_demand), history"] in prices
    assert cells(page, "What other currencies are worth")[1:] == [["USD", "0.9 EUR", "2026-10-30"]]


def test_what_is_open_is_told_where_it_is_to_be_mended(made: Made) -> None:
    page = page_of(made("\n    - {name: Warehouse, model: snowflake, warehouse_size: M, unit_price: 3 EUR/credits}\n",
                        rest="", head=""))  # fmt: skip
    told = [item.words for item in page.all("li") if "needs" in item.text or "budget" in item.text]
    assert told == ["Warehouse needs seconds and resumes_per_day", "No budget for a month is stated"]
    assert any(link.attributes["href"] == "https://git.example/capacity#0" for link in page.all("a"))
    assert page.all("svg") == []
    assert "The months cannot be added up while a line is open." in page.text
    assert "✕ The plan does not say of which day its prices are." in page.text


def test_author_text_is_escaped(made: Made) -> None:
    assert page_of(made()).all("b") == []


def test_a_plan_without_lines_says_so(made: Made) -> None:
    facts, links = made(" []\n", rest="")
    page = cost_page(facts, links)
    assert page.sections == ()
    assert read(page.intro).words == read(cost_table(facts.cost, links)).words == "No cost lines are stated yet."


@pytest.mark.parametrize("plan", ["orders-mart", "clickstream-sessions", "jaffle-shop", "ledger-migration"])
def test_the_pages_of_the_sample_plans(facts: dict[str, Facts], links_of: LinksOf, plan: str) -> None:
    page = cost_page(facts[plan], links_of(plan, "cost"))
    whole = read(page_html(page))
    assert [section.id for section in page.sections][:4] == ["pg-months", "pg-cases", "pg-drivers", "pg-lines"]
    assert "pg-open" not in [section.id for section in page.sections]
    assert page_html(page) == page_html(cost_page(facts[plan], links_of(plan, "cost")))
    assert " style=" not in page_html(page)
    assert figures(whole)["The budget is passed"] == "not within the horizon"
