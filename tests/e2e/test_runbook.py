"""The runbook in a real browser: followed step by step, reloaded, cut off, taken away as a file, and printed."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import Site, watch
from .test_portal import TAGS

ORDERS = "plans/orders-mart/runbook/"
SESSIONS = "plans/clickstream-sessions/runbook/"
START = "2026-12-05T20:00:00Z"
STYLES = "assets/plangate/runbook.css"
OPENED = Callable[..., Page]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1400, "height": 900}, timezone_id="America/New_York")
    yield made
    made.close()


@pytest.fixture
def opened(site: Site, context: BrowserContext) -> OPENED:
    """Open a runbook at a moment of the night, and wait until it can be followed."""

    def open_(at: str = START, path: str = ORDERS) -> Page:
        page = context.new_page()
        page.clock.install(time=at)
        page.goto(site.url + path)
        return ready(page)

    return open_


def ready(page: Page) -> Page:
    page.locator("[data-pg-follow]").wait_for(state="visible")
    return page


def status(page: Page) -> str:
    return page.locator("[data-pg-follow] [role=status]").inner_text()


def row(page: Page, step: str) -> str:
    return page.locator(f"#pg-step-{step}").inner_text()


def times(page: Page, step: str) -> list[str]:
    """The actual times of a step that are shown."""
    script = "found => found.filter(one => one.checkVisibility()).map(one => one.value)"
    return page.locator(f"#pg-step-{step} [inputmode]").evaluate_all(script)  # type: ignore[no-any-return]


def typed(page: Page, field: str, time: str) -> None:
    page.get_by_label(field).fill(time)
    page.get_by_label(field).press("Enter")


def downloaded(page: Page, button: str) -> tuple[str, str]:
    with page.expect_download() as found:
        page.get_by_role("button", name=button).click()
    return found.value.suggested_filename, Path(found.value.path()).read_bytes().decode()


def test_what_is_next_follows_from_what_is_done(opened: OPENED) -> None:
    page = opened()
    assert status(page) == (
        "0 of 18 steps are done. Next: s01 (release_manager). "
        "Projected finish: 02:35 +1, 3 h 25 min before the window closes."
    )
    assert "Now Sat 5 Dec 2026 20:00 UTC" in page.locator("[data-pg-clock]").inner_text()
    page.get_by_role("button", name="Start s01").click()
    assert "Running: s01 (release_manager). Projected" in status(page)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "s01 is done"
    page.clock.fast_forward("30:00")
    page.keyboard.press("Space")
    assert status(page) == (
        "1 of 18 steps are done. Next: s02 (dba), s03 (platform). "
        "Projected finish: 02:50 +1, 3 h 10 min before the window closes."
    )
    assert times(page, "s01") == ["20:00", "20:30"]
    assert page.get_by_role("button", name="Start s03").is_visible()
    assert not page.get_by_role("button", name="Start s04").is_visible()
    typed(page, "Actual end of s01", "2020")
    page.get_by_label("s03 is done").check()
    assert times(page, "s03") == ["20:20", "20:30"]
    assert "Next: s02 (dba), s04 (platform), s05 (commerce_lead)." in status(page)
    assert "Projected finish: 02:45 +1" in status(page)
    page.get_by_label("s03 is done").uncheck()
    assert times(page, "s03") == ["20:20"]
    typed(page, "Actual start of s03", "soon")
    assert times(page, "s03") == ["20:20"]
    typed(page, "Actual start of s03", "")
    assert times(page, "s03") == []


def test_time_that_passes_moves_what_is_left(opened: OPENED) -> None:
    page = opened("2026-12-05T18:30:00Z")
    assert status(page).startswith("It begins in 1 h 30 min. 0 of 18")
    assert page.locator(".pg-now path").first.get_attribute("d") == ""
    page.clock.fast_forward("05:30:00")
    page.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('0 of 18')")
    assert "Projected finish: 06:35 +1, 35 min after the window closes." in status(page)
    assert page.locator(".pg-now path").first.get_attribute("d") == "M144 0v10"


def test_the_log_outlives_a_reload_and_a_lost_network(opened: OPENED, context: BrowserContext) -> None:
    page = opened()
    page.get_by_label("s01 is done").check()
    page.reload()
    ready(page)
    assert page.get_by_label("s01 is done").is_checked()
    assert status(page).startswith("1 of 18")
    context.set_offline(True)
    page.clock.fast_forward("10:00")
    page.get_by_label("s03 is done").check()
    assert status(page).startswith("2 of 18")
    name, text = downloaded(page, "Log as CSV")
    assert (name, text.count("\r\n")) == ("orders-mart-log.csv", 19)
    context.set_offline(False)
    page.reload()
    ready(page)
    assert page.get_by_label("s03 is done").is_checked()
    assert [key for key in page.evaluate("Object.keys(localStorage)") if key.startswith("plangate:")] == [
        "plangate:orders-mart:2026-12-05T20:00Z"
    ]


def test_two_tabs_write_one_log_and_plans_have_their_own(opened: OPENED) -> None:
    first, second, other = opened(), opened(), opened(path=SESSIONS)
    first.get_by_label("s01 is done").check()
    second.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('1 of 18')")
    second.get_by_role("button", name="Start s02").click()
    first.wait_for_function("document.querySelector('[role=status]').textContent.includes('Running: s02')")
    assert status(other).startswith(("0 of", "It begins"))
    first.once("dialog", lambda shown: shown.accept())
    first.get_by_role("button", name="Reset").click()
    second.wait_for_function("document.querySelector('[role=status]').textContent.startsWith('0 of 18')")


def test_the_log_can_be_taken_away(opened: OPENED) -> None:
    page = opened()
    page.get_by_role("button", name="Start s01").click()
    page.clock.fast_forward("12:00")
    page.get_by_label("s01 is done").check()
    name, text = downloaded(page, "Log as CSV")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [entry["step"] for entry in rows][:7] == ["s01", "s02", "s03", "s04", "s05", "s06", "c01"]
    assert {key: rows[0][key] for key in ("name", "owner", "planned_end")} == {
        "name": "Announce window, freeze merges",
        "owner": "release_manager",
        "planned_end": "2026-12-05T20:15:00Z",
    }
    assert re.fullmatch(r"2026-12-05T20:0\d:\d\dZ 2026-12-05T20:12:\d\dZ", f"{rows[0]['start']} {rows[0]['end']}")
    assert (rows[1]["start"], rows[1]["end"]) == ("", "")
    name, text = downloaded(page, "Log as Markdown")
    assert name == "orders-mart-log.md"
    lines = text.splitlines()
    assert lines[0] == "# Log of orders-mart"
    assert lines[4].startswith("| s01 | Announce window, freeze merges | release\\_manager | 2026-12-05T20:00:00Z |")
    assert {line.count("|") for line in lines[2:]} == {8}


def test_times_can_be_read_in_local_time(opened: OPENED) -> None:
    page = opened()
    before = row(page, "c02")
    assert "00:15 +1" in before
    assert "01:15 +1 Berlin" in before
    page.get_by_label("Local time").check()
    assert "19:15" in row(page, "c02")
    assert "Sat 5 Dec 2026 15:00 America/New_York" in page.locator("[data-pg-clock]").inner_text()
    assert page.locator(".pg-runbook thead text").first.text_content() == "15:00"
    page.get_by_label("s01 is done").check()
    typed(page, "Actual end of s01", "15:05")
    page.get_by_label("Local time").uncheck()
    assert times(page, "s01")[1] == "20:05"
    assert row(page, "c02") == before


def test_a_browser_that_keeps_nothing_is_told_of(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('closed') }})")
    page.goto(site.url + ORDERS)
    ready(page)
    page.get_by_label("s01 is done").check()
    assert status(page).startswith(("1 of 18", "It begins"))
    assert "This browser keeps nothing" in page.locator("[data-pg-follow]").inner_text()


def test_it_can_be_followed_after_instant_navigation(site: Site, context: BrowserContext) -> None:
    watched = watch(context.new_page(), site.url)
    page = watched.page
    page.goto(f"{site.url}plans/orders-mart/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.kept = true")
    for done in (1, 2):
        page.locator('a[href$="runbook/"]').first.click()
        ready(page)
        page.get_by_label(f"s0{done} is done").check()
        assert f"{done} of 18 steps are done." in status(page)
        assert page.locator("[data-pg-follow]").count() == 1
        assert page.locator(f'head > link[href*="{STYLES}"]').count() == 1
        page.locator('a[href$="ingestion/"]').first.click()
        page.wait_for_url("**/ingestion/")
    assert page.evaluate("window.kept") is True
    assert watched.complaints == []


def test_pages_without_a_runbook_fetch_nothing_of_it(site: Site, context: BrowserContext) -> None:
    page = context.new_page()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto(f"{site.url}plans/orders-mart/cutover/")
    page.wait_for_load_state("networkidle")
    parts = ("runbook.css", "follow.js", "runlog.js")
    assert not [url for url in fetched if url.endswith(parts)]
    page.goto(site.url + ORDERS)
    page.wait_for_load_state("networkidle")
    assert sorted(url.rpartition("/")[2] for url in fetched if url.endswith(parts)) == sorted(parts)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [ORDERS, SESSIONS])
def test_it_is_accessible_while_it_is_followed(site: Site, browser: Browser, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1400, "height": 900})  # type: ignore[arg-type]
    watched = watch(context.new_page(), site.url)
    page = watched.page
    page.goto(site.url + path)
    ready(page)
    page.get_by_label("s01 is done").check()
    page.get_by_role("button", name=re.compile("^Start ")).first.click()
    found = Axe().run(page, options={"runOnly": TAGS}).response["violations"]
    told = [f"{entry['id']}: {node['html'][:160]}" for entry in found for node in entry["nodes"]]
    context.close()
    assert told == []
    assert watched.complaints == []


def test_all_of_it_can_be_read_without_javascript(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + ORDERS)
    words = page.inner_text("article")
    context.close()
    for part in (
        "Last safe rollback decision",
        "Verify: Banner visible in the catalogue",
        "start by 21:00",
        "r06 → r05 → r04 → r03 → r02 → r07 → r01",
        "6 h 35 min · 14 of 18 steps",
        "Freeze of legacy_dwh, dbt_commerce begins",
        "drawn at random with a fixed seed",
        "Shift by one hour once; at 23:30 UTC roll back",
        "108 min",
    ):
        assert part in words
    assert "Log as CSV" not in words


@pytest.mark.parametrize("path", [ORDERS, SESSIONS])
def test_it_prints_on_two_landscape_pages(site: Site, browser: Browser, path: str) -> None:
    page = browser.new_page()
    page.goto(site.url + path)
    ready(page)
    page.get_by_label("s01 is done").check()
    printed = page.pdf(format="A4", landscape=True, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", printed)}
    assert all(right > top for _, _, right, top in boxes)
    page.emulate_media(media="print")
    shown = page.locator("article").inner_text()
    for part in ("Rollback steps", "What c02 is held against", "back in 1 h 15 min" if path == ORDERS else "back in"):
        assert part in shown
    assert not page.locator("[data-pg-follow]").is_visible()
    assert not page.get_by_label("s01 is done").is_visible()
    assert "Rehearsals" not in shown
    assert page.locator(".pg-runbook .pg-tick").first.is_visible()
    page.close()


def test_critical_steps_can_be_told_without_colours(site: Site, browser: Browser) -> None:
    """Bars of critical steps are filled, others are hatched, and a word says it, too."""
    page = browser.new_page()
    page.goto(site.url + ORDERS)
    page.emulate_media(media="print", forced_colors="none")
    fill = "row => getComputedStyle(row.querySelector('.pg-gantt rect')).fill"
    critical, other = page.locator("#pg-step-s07"), page.locator("#pg-step-s09")
    assert "critical" in critical.inner_text()
    assert critical.locator(".pg-hatch").count() == 0
    assert critical.evaluate(fill) != "none"
    assert "critical" not in other.inner_text()
    assert other.locator(".pg-hatch").count() == 1
    assert other.evaluate(fill) == "none"
    page.close()


@pytest.mark.parametrize("path", [ORDERS, SESSIONS])
def test_phones_need_not_scroll_the_page_sideways(site: Site, browser: Browser, path: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.url + path)
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
