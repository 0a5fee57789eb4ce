"""Other values on the page: the script computes and writes what Python does, and a built page follows what is typed."""

import base64
from collections.abc import Iterator
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from plangate.analysis.amount import Style, dimension_of, style
from plangate.analysis.facts import Facts
from plangate.analysis.folded import gathered
from plangate.analysis.landscape import Landscape
from plangate.analysis.law import Law, Node
from plangate.reading.portfolio import read_portfolio
from plangate.render.bundled import whatif_script
from plangate.render.whatif import drivers, moving

from .conftest import Site, watch

ROOT = Path(__file__).parents[2]
MODULE = f"data:text/javascript;base64,{base64.b64encode(whatif_script().encode()).decode()}"
RUN = """([module, cases]) => import(module).then(({ text, value }) =>
  cases.map(([law, given, style]) => text(style, value(law, given))))"""


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def plain(number: Decimal) -> int | float:
    return int(number) if number == number.to_integral_value() else float(number)


def styled(entry: Style) -> list[Any]:
    return [plain(entry.factor), [[plain(a), plain(b), unit] for a, b, unit in entry.steps], int(entry.money)]


def told(law: Law, given: dict[str, Decimal], entry: Style, digits: int) -> str:
    """Write what Python computes with so many digits."""
    with localcontext() as context:
        context.prec = digits
        try:
            return entry.text(law.value(given))
        except ArithmeticError:
            return "not known"


STYLES = [
    style(dimension_of(unit), binary=binary, plain=unit == "number")
    for unit, binary in (
        ("s", False),
        ("B", False),
        ("B", True),
        ("B/s", False),
        ("rows/s", False),
        ("EUR", False),
        ("EUR/s", False),
        ("1", False),
        ("number", False),
    )
]
NUMBERS = st.decimals(min_value=0, max_value=100_000, places=3).map(lambda number: number.normalize())


def several(sign: str, count: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(count, min_size=1, max_size=4).map(lambda parts: (sign, *parts))


def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Everything that laws say, with factors of delays and powers as small as they are."""
    pairs = [st.tuples(st.just(sign), inner, inner) for sign in ("+", "-", "*", "/", "over", "per")]
    small = st.decimals(min_value="0.5", max_value=3, places=2)
    delays = st.tuples(st.just("backoff"), st.integers(0, 6).map(Decimal), inner, small, inner)
    power = st.tuples(st.just("^"), small, st.decimals(min_value=0, max_value=4, places=1))
    rounded = [st.tuples(st.just(sign), inner) for sign in ("ceil", "floor")]
    return st.one_of(
        *pairs, *rounded, delays, power, *(several(sign, inner) for sign in ("max", "min", "sum", "product"))
    )


LAWS = st.recursive(st.one_of(st.sampled_from(["a", "b", "c"]), NUMBERS), grown, max_leaves=10)
CASES = st.lists(
    st.tuples(LAWS, st.fixed_dictionaries({"a": NUMBERS, "b": NUMBERS, "c": NUMBERS}), st.sampled_from(STYLES)),
    min_size=40,
    max_size=60,
)


@settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate]
)
@given(CASES)
def test_the_script_writes_what_python_writes(blank: Page, cases: list[tuple[Node, dict[str, Decimal], Style]]) -> None:
    """Cases that Python itself writes in two ways with more or fewer digits are left out, and numbers of a size that
    no quantity has."""
    sent, expected = [], []
    for tree, given_, entry in cases:
        laws = [Law("", same, ("a", "b", "c")) for same in (tree, gathered(tree))]
        texts = {told(law, given_, entry, digits) for law in laws for digits in (15, 28, 60)}
        text = texts.pop()
        if not texts and sum(sign.isdigit() for sign in text) <= 10:
            for law in laws:
                sent.append([law.data(), {name: float(value) for name, value in given_.items()}, styled(entry)])
                expected.append(text)
    assert len(sent) > len(cases)
    found = blank.evaluate(RUN, [MODULE, sent])
    assert [entry for entry in zip(sent, found, expected, strict=True) if entry[1] != entry[2]] == []


@pytest.mark.parametrize(
    ("law", "given_", "unit", "text"),
    [
        (["ceil", ["/", ["*", "a", 3], 0.3]], {"a": 0.1}, "number", "1"),
        (["floor", ["*", "a", 100]], {"a": 0.29}, "number", "29"),
        (["over", "a", ["-", ["+", 0.1, 0.2], 0.3]], {"a": 10}, "s", "never"),
        (["over", 0, ["-", 1, "a"]], {"a": 1}, "s", "0 s"),
        (["over", 1, 0], {}, "s", "never"),
        (["/", "a", 0], {"a": 1}, "s", "not known"),
        (["per", "a", 0], {"a": 1}, "1", "0 %"),
        (["per", 1, ["/", "a", 0]], {"a": 1}, "s", "not known"),
        (["over", 1, ["/", "a", 0]], {"a": 1}, "s", "not known"),
        (["backoff", 3, 5, 2, 15], {}, "s", "30 s"),
        ("a", {"a": 1.005}, "number", "1.01"),
        ("a", {"a": 8.125}, "number", "8.13"),
        ("a", {"a": 99.95}, "number", "100"),
        ("a", {"a": 0.00001234}, "number", "0.0000123"),
        ("a", {"a": 1234567.5}, "number", "1,234,568"),
        ("a", {"a": 119.99999999999999}, "s", "2 min"),
        ("a", {"a": 1e12 / 86400}, "B/s", "1 TB/d"),
        ("a", {"a": -9000}, "s", "-2.5 h"),
        ("a", {"a": -1e-10}, "number", "0"),
        (["ceil", "a"], {"a": -0.3}, "B", "0 B"),
        ("a", {"a": 9.504}, "EUR", "9.5 EUR"),
        ("a", {"a": 10.5}, "EUR", "11 EUR"),
    ],
)
def test_edges_of_the_script(blank: Page, law: Any, given_: dict[str, float], unit: str, text: str) -> None:
    entry = style(dimension_of(unit), plain=unit == "number")
    assert blank.evaluate(RUN, [MODULE, [[law, given_, styled(entry)]]]) == [text]


@pytest.fixture(scope="module")
def orders() -> Facts:
    portfolio = read_portfolio(ROOT / "plans", ROOT / "references")
    plan = next(entry for entry in portfolio.plans if entry.id == "orders-mart")
    return Facts(plan, portfolio.policy, Landscape(portfolio.plans))


def expected(facts: Facts, changed: dict[str, Decimal], times: Decimal = Decimal(1)) -> list[tuple[str, str, str]]:
    """What Python gives with other values, told in the units of the plan: number, limit, verdict."""
    changing = drivers(facts)
    values = {
        entry.name: changed.get(entry.title, entry.value) * entry.size * (times if entry.grows else 1)
        for entry in changing
    }
    found = []
    for entry in moving(facts, changing):
        number = entry.law.value({name: values[name] for name in entry.law.names})
        shown = str(entry.number.quantity(number))
        if entry.limit is None:
            found.append((shown, "", ""))
            continue
        limit = entry.limit.value({name: values[name] for name in entry.limit.names})
        kept = entry.number.keeps(number, limit)
        found.append((shown, str(entry.number.quantity(limit)), "✓ kept" if kept else "✕ missed"))
    return found


def shown(page: Page) -> list[tuple[str, str, str]]:
    script = "rows => rows.map(row => Array.from(row.querySelectorAll('[data-pg-now]'), cell => cell.textContent))"
    found = page.locator("[data-pg-whatif] tbody tr").evaluate_all(script)
    return [(entry[0], *entry[1:]) if len(entry) == 3 else (entry[0], "", "") for entry in found]


def opened(page: Page) -> Page:
    page.locator("[data-pg-whatif] form").wait_for(state="visible")
    page.locator("[data-pg-whatif] details").evaluate_all("found => found.forEach((entry) => (entry.open = true))")
    return page


def test_a_page_follows_what_is_typed(site: Site, browser: Browser, orders: Facts) -> None:
    watched = watch(browser.new_page(), site.url)
    watched.page.goto(f"{site.url}plans/orders-mart/capacity/")
    page = opened(watched.page)
    assert shown(page) == expected(orders, {})
    rows, parallel = "rows per day of raw.shop_orders", "parallel of orders_history"
    page.get_by_label(rows).fill("9600000")
    assert shown(page) == expected(orders, {rows: Decimal(9_600_000)}) != expected(orders, {})
    assert "numbers move." in page.locator("[data-pg-whatif] [role=status]").inner_text()
    page.get_by_label(parallel).fill("1")
    both = {rows: Decimal(9_600_000), parallel: Decimal(1)}
    assert shown(page) == expected(orders, both)
    assert "✕ missed" in [verdict for _, _, verdict in shown(page)]
    assert "Missed: Duration of orders_history" in page.locator("[data-pg-whatif] [role=status]").inner_text()
    page.get_by_label("rows a day and in total").fill("2.5")
    assert shown(page) == expected(orders, both, Decimal("2.5"))
    page.get_by_role("button", name="Back to the plan").click()
    page.wait_for_function("document.querySelector('[data-pg-whatif] [role=status]').textContent.startsWith('0 of')")
    assert shown(page) == expected(orders, {})
    page.get_by_label(rows).fill("")
    assert shown(page) == expected(orders, {})
    assert watched.complaints == []
    page.close()


def test_it_works_after_instant_navigation(site: Site, browser: Browser, orders: Facts) -> None:
    watched = watch(browser.new_page(), site.url)
    page = watched.page
    page.goto(f"{site.url}plans/orders-mart/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    for _ in range(2):
        page.locator('a[href$="capacity/"]').first.click()
        opened(page)
        page.get_by_label("rows a day and in total").fill("3")
        assert shown(page) == expected(orders, {}, Decimal(3))
        page.locator('a[href$="ingestion/"]').first.click()
        page.wait_for_url("**/ingestion/")
    assert page.evaluate("window.kept") is True
    assert watched.complaints == []
    page.close()


def test_pages_without_it_do_not_fetch_it(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{site.url}plans/orders-mart/runbook/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in fetched if "whatif" in url]
    page.goto(f"{site.url}plans/orders-mart/capacity/")
    page.wait_for_load_state("networkidle")
    assert len([url for url in fetched if "whatif" in url]) == 1
    page.close()


def test_without_javascript_the_numbers_are_those_of_the_plan(site: Site, browser: Browser, orders: Facts) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}plans/orders-mart/capacity/")
    words = page.locator("[data-pg-whatif]").inner_text()
    assert "These numbers can be tried with other values where JavaScript runs." in words
    assert not page.locator("[data-pg-whatif] form").is_visible()
    assert all(number in words for number, _, _ in expected(orders, {}))
    context.close()


def test_it_works_under_a_strict_policy(site: Site, browser: Browser) -> None:
    """The policy of a careful host: everything from its own address, and Material's own inline parts left out."""
    context = browser.new_context()
    page = context.new_page()
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "whatif" in message.text else None)

    def with_policy(route: Any) -> None:
        answer = route.fetch()
        headers = {**answer.headers, "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'"}
        route.fulfill(response=answer, headers=headers)

    page.route("**/capacity/", with_policy)
    page.goto(f"{site.url}plans/orders-mart/capacity/")
    opened(page)
    before = shown(page)
    page.get_by_label("rows a day and in total").fill("3")
    assert shown(page) != before
    assert blocked == []
    context.close()
