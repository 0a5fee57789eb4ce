"""Reviews in a site: what was signed, what changed since, what waits for whom, waivers, the feed and the states."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from tests.checks.signing import plans, sign
from tests.site.conftest import PEOPLE, Site

TODAY = datetime.now(UTC).date()


def signed(site: Site, **over: Any) -> None:
    """Put the plan in review, have two gates approved by the platform, and let nothing fail the build."""
    shutil.rmtree(site.plan)
    place = plans(site.root / "made")
    shutil.copytree(place / "first-plan", site.plan)
    shutil.copy(PEOPLE, site.root / "docs")
    sign(site.plan.parent, "platform", ("sources", "capacity"), day="2026-11-20", **over)
    site.options(fail_on="never")


def change(site: Site) -> None:
    """Change a field of a gate that was signed."""
    site.edit("plans/first-plan/03-capacity.yml", "price_as_of: 2026-11-01", "price_as_of: 2026-10-30")


def words(html: str) -> str:
    """Give the text of a page's article."""
    article = html.split("<article", 1)[1].split("</article>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", article).split())


def waive(site: Site, name: str, expires: object, created: object = TODAY) -> None:
    """Write a waiver of the plan."""
    site.write(
        f"plans/first-plan/waivers/{name}.yml",
        f"id: {name}\nrule: GEN012\ngate: capacity\nreason: New <b>prices</b> come\n"
        f"compensating_control: Bills are read\nowner: alice\napproved_by: carol\ncreated: {created}\n"
        f"expires: {expires}\n",
    )


def test_the_overview_tells_who_approved_what_and_who_may(site: Site) -> None:
    signed(site, note="Measured <i>twice</i>")
    site.build()
    html = site.page("plans/first-plan/index.html")
    told = words(html)
    assert "✓ bob approved 2026-11-20, claimed" in told
    assert "Measured &lt;i&gt;twice&lt;/i&gt;" in html
    assert "may sign" in told
    assert "since it was approved" not in told
    assert "holds on 2 of 2" in told
    assert "bob approved" in words(site.page("plans/first-plan/capacity/index.html"))
    assert "assets/plangate/reviews.css" in html.split("</head>", 1)[0]
    assert "reviews.css" not in site.page("index.html")


def test_authors_come_from_what_was_found_out(site: Site) -> None:
    signed(site)
    site.write(".plangate/identity.json", json.dumps({"scheme": 1, "authors": {"first-plan": {"capacity": "alice"}}}))
    site.build()
    assert "last changed by alice" in words(site.page("plans/first-plan/index.html"))
    assert "Last changed by alice" in words(site.page("plans/first-plan/capacity/index.html"))


@pytest.mark.parametrize(("page", "banner"), [("", True), ("capacity/", True), ("context/", False)])
def test_a_change_is_named_where_it_matters(site: Site, page: str, banner: bool) -> None:
    signed(site)
    change(site)
    site.build()
    html = site.page(f"plans/first-plan/{page}index.html")
    told = words(html)
    assert ("since it was approved" in told) is banner
    assert ("2026-11-01 → 2026-10-30" in told) is banner
    assert ("approved by bob as platform on 2026-11-20" in told) is banner
    assert "md-status--stale" in html


def test_the_queue_begins_with_what_changed(site: Site) -> None:
    signed(site)
    change(site)
    site.write("docs/index.md", '# Home\n\n{{ review_queue(role="platform") }}\n\n{{ review_queue("nobody") }}\n')
    site.build()
    told = words(site.page("reviews/index.html"))
    assert told.index("↻ stale") < told.index("Waiting on a role") < told.index("Waiting on a person")
    assert "2026-11-01 → 2026-10-30" in told
    assert "approved 2026-11-20" in told
    home = words(site.page("index.html"))
    assert "look again at" in home
    assert "there is no role" in home


def test_waivers_stand_by_their_end_and_where_they_apply(site: Site) -> None:
    signed(site)
    waive(site, "W-001", TODAY + timedelta(days=100))
    waive(site, "W-002", TODAY + timedelta(days=5))
    waive(site, "W-003", TODAY - timedelta(days=2), TODAY - timedelta(days=60))
    waive(site, "W-004", TODAY + timedelta(days=900))
    site.build()
    told = words(site.page("waivers/index.html"))
    places = [told.index(f"W-00{number}") for number in (3, 2, 1, 4)]
    assert places == sorted(places)
    for mark in ("✕ expired 2 d ago", "! ends in 5 d", "✓ 100 d left", "✕ does not count", "Bills are read"):
        assert mark in told
    assert "New &lt;b&gt;prices&lt;/b&gt; come" in told
    assert "W-002" in words(site.page("plans/first-plan/capacity/index.html"))
    assert "W-002" not in words(site.page("plans/first-plan/sources/index.html"))


@pytest.mark.parametrize("urls", [True, False])
def test_feed_and_states_lie_beside_the_pages(site: Site, urls: bool) -> None:
    signed(site)
    waive(site, "W-001", TODAY + timedelta(days=100))
    more = f"use_directory_urls: {str(urls).lower()}\nsite_url: https://a.example/b/\n"
    site.edit("mkdocs.yml", "site_name:", f"{more}site_name:")
    site.build()
    root = fromstring(site.page("feed.xml").encode())  # noqa: S314 -- written by what is tested
    for link in root.iter("{http://www.w3.org/2005/Atom}link"):
        path = (link.get("href") or "").removeprefix("https://a.example/b/")
        assert (site.out / (f"{path}index.html" if path.endswith("/") else path)).is_file()
    assert [plan["id"] for plan in json.loads(site.page("state.json"))["plans"]] == ["first-plan"]
    assert json.loads(site.page("schemas/state.json"))["title"] == "States of plans and gates"
    head = site.page("index.html").split("</head>", 1)[0]
    assert '<link rel="alternate" type="application/atom+xml" title="Reviews of plans" href="feed.xml">' in head
    assert 'type="application/json"' in head


def test_hidden_drafts_are_in_neither(site: Site) -> None:
    signed(site)
    site.edit("plans/first-plan/plan.yml", "intent: in_review", "intent: draft")
    site.options(drafts="hide", fail_on="never")
    site.build()
    assert json.loads(site.page("state.json"))["plans"] == []
    for page in ("feed.xml", "reviews/index.html", "waivers/index.html"):
        assert "first-plan" not in site.page(page)


def test_without_records_pages_say_so_and_are_in_the_navigation(site: Site) -> None:
    site.build()
    assert "Nothing has changed since it was approved." in words(site.page("reviews/index.html"))
    assert "There are no waivers." in words(site.page("waivers/index.html"))
    assert "Nobody has signed anything yet." in words(site.page("plans/first-plan/index.html"))
    home = site.page("index.html")
    assert 'href="reviews/"' in home
    assert 'href="waivers/"' in home
