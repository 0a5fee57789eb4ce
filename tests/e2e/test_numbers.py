"""Computed numbers in the built portal: their pages in a real browser, and one number in every place."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from plangate.cli.main import run

from .conftest import Site, copy_repository, watch
from .test_portal import TAGS

PAGES = {
    "cost": "plans/orders-mart/cost/",
    "freshness": "plans/orders-mart/freshness/",
    "backfill": "plans/orders-mart/backfill/",
    "stream freshness": "plans/clickstream-sessions/freshness/",
    "stream backfill": "plans/clickstream-sessions/backfill/",
    "draft cost": "plans/ledger-migration/cost/",
    "numbers": "guide/numbers/",
}
STYLES = "assets/plangate/numbers.css"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", list(PAGES))
def test_page_is_accessible_and_quiet(site: Site, browser: Browser, name: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 900})  # type: ignore[arg-type]
    watched = watch(context.new_page(), site.url)
    watched.page.goto(site.url + PAGES[name])
    watched.page.evaluate("document.querySelectorAll('details').forEach(found => { found.open = true })")
    found = Axe().run(watched.page, options={"runOnly": TAGS}).response["violations"]
    context.close()
    told = [f"{entry['id']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]]
    assert told == []
    assert watched.complaints == []


def linked(page: Page) -> int:
    """Count the links to the styles of numbers in the head, and see that none stands elsewhere."""
    assert page.locator(f'body link[href*="{STYLES}"]').count() == 0
    return page.locator(f'head > link[rel="stylesheet"][href*="{STYLES}"]').count()


STYLED = """() => Array.from(document.styleSheets).some(
  (sheet) => sheet.href?.includes('assets/plangate/numbers.css') && sheet.cssRules.length > 0)"""


def test_styles_of_numbers_come_and_go_with_instant_navigation(site: Site, browser: Browser) -> None:
    watched = watch(browser.new_page(), site.url)
    page = watched.page
    page.goto(f"{site.url}plans/orders-mart/runbook/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    assert linked(page) == 0
    for name in ("cost", "runbook", "freshness", "lineage", "backfill", "runbook", "capacity", "runbook"):
        page.locator(f'.md-sidebar--primary a[href$="{name}/"]').first.click()
        page.wait_for_url(f"**/orders-mart/{name}/")
        if name in {"runbook", "lineage"}:
            page.wait_for_function("href => !document.querySelector(`link[href*='${href}']`)", arg=STYLES)
            assert page.locator("article table, article .pg-lineage").count() > 0
        else:
            page.wait_for_function(STYLED)
            assert linked(page) == 1
    assert page.evaluate("window.kept") is True
    assert watched.complaints == []
    page.close()


@pytest.mark.parametrize("name", ["cost", "freshness", "backfill", "stream freshness", "stream backfill", "numbers"])
def test_phones_need_not_scroll_the_page_sideways(site: Site, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.url + PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.querySelectorAll('details').forEach(found => { found.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


@pytest.mark.parametrize("name", ["cost", "freshness", "backfill"])
def test_pages_print_on_a_few_sheets(site: Site, browser: Browser, name: str) -> None:
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.goto(site.url + PAGES[name])
    page.emulate_media(media="print")
    assert page.locator(".md-sidebar:visible, article summary:visible").count() == 0
    assert page.locator("article .pg-chart svg:visible, article table:visible").count() > 0
    printed = page.pdf(format="A4")
    context.close()
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) <= 12


def test_numbers_are_whole_without_javascript(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + PAGES["backfill"])
    page.locator("article details").first.locator("summary").click()
    shown = page.inner_text("article")
    assert "19.3 h" in shown
    assert "⌈365 ÷ 4⌉ × 12 min × (1 + 5 %)" in shown
    context.close()


def test_work_leads_to_its_formula_and_its_line(site: Site, browser: Browser) -> None:
    watched = watch(browser.new_page(), site.url)
    page = watched.page
    page.goto(site.url + PAGES["backfill"])
    page.locator("article details.pg-formula summary").first.click()
    work = page.locator("article .pg-work").first
    assert re.search(
        r"09-cutover\.yml#L\d+$", work.locator('a[href*="09-cutover.yml"]').first.get_attribute("href") or ""
    )
    work.locator('a[href*="#formula-"]').first.click()
    page.wait_for_url("**/capacity-formulas/#formula-*")
    # Instant navigation writes the address itself, which need not make the place a :target.
    target = page.locator("#" + page.url.partition("#")[2])
    target.wait_for(state="visible")
    assert target.evaluate("found => found.tagName") == "H4"
    assert watched.complaints == []
    page.close()


EDITS = (
    ("09-cutover.yml", "must_finish_within: 48 h", "must_finish_within: 20 h"),
    ("03-capacity.yml", "capacity: 40_000 rows/s", "capacity: 9_000 rows/s"),
    ("03-capacity.yml", "budget: 4000 EUR/month", "budget: 1000 EUR/month"),
)
PLACES = {
    "BCK003": ("backfill_duration", "backfill/", "20 h"),
    "CAP004": ("peak_rows_per_second", "capacity/", "9_000 rows/s"),
    "CAP009": ("monthly_cost", "cost/", "1000 EUR/month"),
}
"""Rules that fail then, the number that each judges, the page that shows it, and what stands in the field that is to be
changed."""


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portal with an orders mart that has less time, less throughput and less money, built with its findings."""
    repository = copy_repository(tmp_path_factory.mktemp("tight") / "repository")
    for name, old, new in EDITS:
        path = repository / "plans" / "orders-mart" / name
        text = path.read_text()
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new))
    settings = repository / "mkdocs.yml"
    settings.write_text(settings.read_text().replace("fail_on: error", "fail_on: never"))
    command = [sys.executable, "-m", "mkdocs", "build", "-q"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return repository


def test_pages_findings_and_the_terminal_tell_one_number(
    tight: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tight)
    assert run(["show", "orders-mart", "numbers", "--format", "json"]) == 0
    numbers: dict[str, Any] = {}
    for entry in json.loads(capsys.readouterr().out)["numbers"]:
        numbers.setdefault(entry["name"], entry)
    assert run(["check", "orders-mart", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    findings = {entry["rule"]: entry for entry in found if entry["verdict"] == "fail"}
    for rule, (name, address, stands) in PLACES.items():
        entry = numbers[name]
        text = entry["number"]["text"]
        assert entry["rule"] == rule
        assert entry["holds"] is False
        assert findings[rule]["observed"] == stands
        assert text in findings[rule]["message"]
        page = (tight / "site" / "plans" / "orders-mart" / address / "index.html").read_text()
        assert text in page
        assert entry["number"]["work"] in page
    overview = (tight / "site" / "plans" / "orders-mart" / "index.html").read_text()
    assert all(numbers[name]["number"]["text"] in overview for name, *_ in PLACES.values())
    assert all(findings[rule]["message"] in overview for rule in PLACES)
