"""Lineage figures in a real browser: find, zoom, highlight, keys, instant navigation, one page of paper."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from plangate.render.lineage import draw

from ..render.lineage.test_draw import of_warehouse
from .conftest import Site, watch

LINEAGE = "plans/orders-mart/lineage/"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def page(site: Site, browser: Browser) -> Iterator[Page]:
    """The lineage of a plan; what the page complains of fails the test."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, reduced_motion="reduce")
    watched = watch(context.new_page(), site.url)
    watched.page.goto(site.url + LINEAGE)
    watched.page.locator(".pg-tools").first.wait_for()
    yield watched.page
    context.close()
    assert watched.complaints == []


def status(page: Page) -> str:
    return page.locator(".pg-tools output").first.inner_text()


def width(page: Page) -> float:
    return float(page.locator(".pg-sheet").first.evaluate("sheet => sheet.getBoundingClientRect().width"))


def test_find_counts_and_goes_on(page: Page) -> None:
    field = page.get_by_label("Find").first
    assert page.locator(".pg-tools output").first.get_attribute("aria-live") == "polite"
    field.fill("ORDERS")
    found = page.locator(".pg-found")
    count = found.count()
    assert count > 2
    assert all("orders" in text for text in found.all_inner_texts())
    first = status(page)
    assert first.startswith(f"1 of {count}: ")
    field.press("Enter")
    assert status(page).startswith(f"2 of {count}: ")
    assert page.locator(".pg-here").count() == 1
    field.press("Shift+Enter")
    assert status(page) == first
    field.press("Shift+Enter")
    assert status(page).startswith(f"{count} of {count}: ")
    field.fill("no such dataset")
    assert status(page).startswith("None of ")
    field.fill("")
    assert (status(page), page.locator(".pg-found, .pg-here").count()) == ("", 0)


def test_what_is_found_is_scrolled_into_sight(page: Page) -> None:
    field = page.get_by_label("Find").first
    field.fill("mart.fct_conversion")
    inside = """box => {
      const [own, view] = [box, box.closest('.pg-view')].map((part) => part.getBoundingClientRect());
      return own.left >= view.left && own.right <= view.right;
    }"""
    assert page.locator(".pg-here").evaluate(inside)


@pytest.mark.parametrize(("key", "ratio"), [("+", 1.25), ("=", 1.25), ("-", 0.8)])
def test_keys_zoom_and_zero_goes_back(page: Page, key: str, ratio: float) -> None:
    before = width(page)
    page.locator(".pg-view").first.focus()
    page.keyboard.press(key)
    assert width(page) / before == pytest.approx(ratio, abs=0.01)
    page.keyboard.press("0")
    assert width(page) == pytest.approx(before)


def test_keys_in_the_field_are_text(page: Page) -> None:
    before = width(page)
    page.get_by_label("Find").first.press_sequentially("+-0")
    assert page.get_by_label("Find").first.input_value() == "+-0"
    assert width(page) == before


def test_buttons_zoom(page: Page) -> None:
    before = width(page)
    page.get_by_role("button", name="Larger").first.click()
    assert width(page) > before
    assert page.get_by_role("button", name="As drawn").first.inner_text() == "125 %"
    page.get_by_role("button", name="As drawn").first.click()
    assert width(page) == pytest.approx(before)
    page.get_by_role("button", name="Whole width").first.click()
    assert page.locator(".pg-view").first.evaluate("view => view.scrollWidth <= view.clientWidth + 1")


def test_the_wheel_zooms_where_the_pointer_is(page: Page) -> None:
    box = page.locator(".pg-sheet li > *").nth(3)
    middle = (
        "box => { const at = box.getBoundingClientRect(); return [at.left + at.width / 2, at.top + at.height / 2]; }"
    )
    box.scroll_into_view_if_needed()
    before, size = box.evaluate(middle), width(page)
    page.mouse.move(*before)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -40)
    page.keyboard.up("Control")
    page.wait_for_function("size => document.querySelector('.pg-sheet').getBoundingClientRect().width > size", arg=size)
    assert box.evaluate(middle)[0] >= before[0] - 3
    without = width(page)
    page.mouse.wheel(0, 40)
    assert width(page) == without


def test_pointing_and_keys_light_the_way(page: Page) -> None:
    page.locator(".pg-sheet a").first.hover()
    lit = page.locator(".pg-sheet li > .pg-on")
    assert 1 < lit.count() < page.locator(".pg-sheet li > *").count()
    page.locator(".pg-sheet a").first.focus()
    start = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("ArrowRight")
    right = page.evaluate("document.activeElement.textContent")
    assert right != start
    assert page.evaluate("document.activeElement.classList.contains('pg-on')")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.closest('ul') === document.querySelector('.pg-sheet ul')")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.closest('.pg-sheet') !== null")


def test_instant_navigation_equips_each_figure_once(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    for _ in range(2):
        page.locator('.md-footer a[aria-label="Previous: Runbook"]').click()
        page.wait_for_url("**/runbook/")
        page.locator('.md-footer a[aria-label="Next: Lineage"]').click()
        page.wait_for_url(f"**/{LINEAGE}")
        page.locator(".pg-tools").first.wait_for()
        assert page.locator(".pg-tools").count() == page.locator(".pg-lineage").count()
    page.get_by_label("Find").first.fill("orders")
    assert status(page).startswith("1 of ")
    assert page.evaluate("window.kept") is True


def test_without_javascript_there_are_no_tools(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + LINEAGE)
    assert page.locator(".pg-tools").count() == 0
    assert page.locator(".pg-sheet a").count() >= 30
    context.close()


def sheets(page: Page) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("size", [30, 150])
@pytest.mark.parametrize("zoomed", [False, True])
def test_a_figure_takes_one_page_of_paper(page: Page, size: int, zoomed: bool) -> None:
    put = "html => { document.querySelector('article').innerHTML = '<h1>Before</h1>' + html + '<p>Behind</p>'; }"
    page.evaluate(put, "<hr style='break-after: page'>")
    without = sheets(page)
    page.evaluate(put, str(draw(of_warehouse(size))))
    if zoomed:
        page.locator(".pg-sheet").evaluate("sheet => sheet.style.setProperty('--pgu', '3px')")
    assert sheets(page) - without <= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tools_and_what_is_found_are_accessible(site: Site, browser: Browser, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site.url + LINEAGE)
    page.get_by_label("Find").first.fill("orders")
    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    context.close()
    assert [f"{entry['id']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]] == []


def test_personal_data_is_told_on_the_page(page: Page) -> None:
    words = page.locator("#pg-personal ~ *").all_inner_texts()
    assert any("✓ masked" in text and "hash in" in text for text in words)


def test_steps_around_a_dataset_are_chosen(site: Site, browser: Browser) -> None:
    watched = watch(browser.new_page(), site.url)
    page = watched.page
    page.goto(site.url + "datasets/mart.fct_orders/")
    boxes = page.locator(".pg-steps .pg-lineage:visible li > *")
    two = boxes.count()
    page.get_by_label("1", exact=True).check()
    one = boxes.count()
    page.get_by_label("3", exact=True).check()
    assert one < two < boxes.count()
    assert page.locator(".pg-columns:visible").count() == 1
    page.close()
    assert watched.complaints == []


def test_instant_navigation_leads_from_the_domains_to_a_dataset_and_a_consumer(site: Site, browser: Browser) -> None:
    watched = watch(browser.new_page(), site.url)
    page = watched.page
    page.goto(site.url + "lineage/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    page.locator("article a", has_text="Commerce").first.click()
    page.wait_for_url("**/lineage/commerce/")
    page.locator("article table a", has_text="mart.fct_orders").first.click()
    page.wait_for_url("**/datasets/mart.fct_orders/")
    page.locator(".pg-tools:visible").first.wait_for()
    page.locator("#pg-reached ~ * a", has_text="Revenue board").first.click()
    page.wait_for_url("**/plans/orders-mart/context/#*")
    assert page.evaluate("window.kept") is True
    page.close()
    assert watched.complaints == []


def test_search_finds_a_dataset(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(site.url)
    page.get_by_role("textbox", name="Search").click()
    page.get_by_role("textbox", name="Search").press_sequentially("mart.fct_orders")
    page.locator('.md-search-result a[href*="datasets/mart.fct_orders/"]').first.wait_for()
    page.close()
