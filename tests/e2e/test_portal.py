"""The built portal in a real browser: accessible, quiet, quick to navigate, whole on every page type."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from .conftest import Site, watch

PAGES = {
    "home": "",
    "overview": "plans/orders-mart/",
    "capacity": "plans/orders-mart/capacity/",
    "modeling": "plans/orders-mart/modeling/",
    "cutover": "plans/orders-mart/cutover/",
    "checklist": "plans/orders-mart/checklist/",
    "runbook": "plans/orders-mart/runbook/",
    "lineage": "plans/orders-mart/lineage/",
    "landscape": "lineage/",
    "domain": "lineage/commerce/",
    "dataset": "datasets/mart.fct_orders/",
    "contracts": "contracts/",
    "calendar": "calendar/",
    "reviews": "reviews/",
    "waivers": "waivers/",
    "draft": "plans/ledger-migration/",
    "events": "plans/clickstream-sessions/events/",
    "rule": "rules/GEN014/",
    "method": "workflow/",
    "formulas": "capacity-formulas/",
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", list(PAGES))
def test_page_is_accessible_and_quiet(site: Site, browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 900})  # type: ignore[arg-type]
    watched = watch(context.new_page(), site.url)
    watched.page.goto(site.url + PAGES[name])
    wanted = "slate" if scheme == "dark" else "default"
    assert watched.page.get_attribute("body", "data-md-color-scheme") == wanted
    found = Axe().run(watched.page, options={"runOnly": TAGS}).response["violations"]
    context.close()
    told = [f"{entry['id']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]]
    assert told == []
    assert watched.complaints == []


def test_instant_navigation_into_and_out_of_every_page_type(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    watched = watch(page, site.url)
    page.goto(site.url)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    for name, heading in (
        ("plans/orders-mart/", "Orders mart on BigQuery"),
        ("plans/orders-mart/lineage/", "Lineage"),
        ("plans/orders-mart/runbook/", "Cutover runbook"),
        ("plans/orders-mart/capacity/", "Volume"),
    ):
        last = name.rstrip("/").rpartition("/")[2]
        page.locator(f'article a[href*="{name}"], .md-sidebar--primary a[href$="{last}/"]').first.click()
        page.wait_for_url(f"**/{name}")
        page.wait_for_function("text => document.querySelector('h1').innerText.includes(text)", arg=heading)
    assert page.evaluate("window.kept") is True
    assert watched.complaints == []
    page.close()


def test_lineage_boxes_are_links_that_highlight(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(site.url + "plans/orders-mart/lineage/")
    boxes = page.locator(".pg-lineage a")
    assert boxes.count() >= 30
    before = page.locator(".pg-lineage").evaluate("figure => figure.outerHTML")
    boxes.first.hover()
    assert page.locator(".pg-lineage").evaluate("figure => figure.outerHTML") != before
    page.close()


def test_nothing_is_lost_without_javascript(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "plans/orders-mart/runbook/")
    assert "s16" in page.inner_text("article")
    page.goto(site.url + "plans/orders-mart/capacity/")
    assert "833 rows/s" in page.inner_text("article")
    page.goto(site.url + "reviews/")
    assert "Waiting on a person" in page.inner_text("article")
    page.goto(site.url + "calendar/")
    assert "Backfill: orders_history" in page.inner_text("article")
    assert page.locator(".pg-calendar rect").first.bounding_box()
    context.close()


@pytest.mark.parametrize(
    "name", ["home", "overview", "capacity", "checklist", "runbook", "lineage", "calendar", "reviews", "waivers"]
)
def test_phones_need_not_scroll_the_page_sideways(site: Site, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.url + PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_reviewer_works_through_the_checklist_of_a_gate(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    watched = watch(page, site.url)
    page.goto(site.url + "plans/orders-mart/cutover/")
    page.wait_for_load_state("networkidle")  # what is still on its way when a page is left counts as failed
    page.get_by_role("link", name="what a reviewer works through").click()
    page.wait_for_url("**/plans/orders-mart/checklist/#pg-cutover")
    page.wait_for_load_state("networkidle")
    gate = page.locator("h2#pg-cutover + .pg-verdicts")
    assert gate.locator("strong").first.inner_text().endswith("rules hold.")
    holding = gate.locator("details.pg-fold").first
    rule = holding.get_by_role("link", name="CUT001")
    assert not rule.is_visible()
    holding.locator("summary").click()
    assert rule.is_visible()
    question = gate.get_by_label("At which step can we no longer go back")
    question.check()
    assert question.is_checked()
    page.emulate_media(media="print")
    assert gate.locator("details.pg-fold").last.locator("li").first.is_visible()
    page.emulate_media(media="screen")
    rule.click()
    page.wait_for_url("**/rules/CUT001/")
    assert watched.complaints == []
    page.close()


def test_no_page_shows_what_only_we_should_see(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        text = path.read_text()
        assert "Traceback" not in text
        assert "Macro Syntax Error" not in text
        assert str(site.folder) not in text
