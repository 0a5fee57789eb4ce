"""The calendar in a site: in the navigation, with its styles, empty where nothing is planned."""

import shutil

import pytest
from tests.site.conftest import Site

STYLES = '<link rel="stylesheet" href="../assets/plangate/calendar.css">'


@pytest.mark.parametrize("nav", [None, [{"Home": "index.md"}, {"When": "calendar/index.md"}]])
def test_it_is_in_the_navigation_and_has_its_styles(site: Site, nav: list[dict[str, str]] | None) -> None:
    if nav is not None:
        site.settings(nav=nav)
    site.build()
    html = site.page("calendar/index.html")
    assert STYLES in html.split("</head>", 1)[0]
    assert ".pg-calendar" in site.page("assets/plangate/calendar.css")
    assert 'href="../plans/first-plan/runbook/"' in html
    assert "pg-2027-01" in html
    home = site.page("index.html")
    assert home.count('href="calendar/"') >= 1
    assert 'href="plans/"' in home
    assert "calendar.css" not in home
    assert 'href="../../calendar/"' in site.page("plans/first-plan/index.html")


def test_another_plan_that_switches_the_same_collides(site: Site) -> None:
    site.options(fail_on="never")
    shutil.copytree(site.plan, site.root / "plans/second-plan")
    site.edit("plans/second-plan/plan.yml", "id: first-plan", "id: second-plan")
    site.build()
    html = site.page("calendar/index.html")
    assert "meets Cutover of second-plan" in html


def test_without_plans_it_says_so(site: Site) -> None:
    site.options(fail_on="never")
    shutil.rmtree(site.plan)
    site.plan.parent.mkdir(exist_ok=True)
    site.build()
    assert "No plan names a date yet" in site.page("calendar/index.html")


def test_hidden_drafts_are_not_in_it(site: Site) -> None:
    text = (site.plan / "plan.yml").read_text()
    intent = next(line for line in text.splitlines() if line.startswith("intent:"))
    site.edit("plans/first-plan/plan.yml", intent, "intent: draft")
    site.options(drafts="hide")
    site.build()
    assert "first-plan" not in site.page("calendar/index.html")


def test_other_themes_link_its_styles_everywhere(site: Site) -> None:
    site.settings("mkdocs")
    site.build()
    assert "assets/plangate/calendar.css" in site.page("index.html")
