"""The calendar: months, collisions, the figure, and what is said when there is nothing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from plangate.analysis.occasions import Occasion, OccasionKind, in_time
from plangate.analysis.switches import Collision, Stretch
from plangate.model.plan import Header, Plan
from plangate.render.bundled import needed_stylesheet
from plangate.render.calendar import calendar_page
from plangate.render.calendar_figure import KINDS, MOST_ROWS, Mark, figure
from plangate.render.links import Links, relative_to
from plangate.render.page import Page, page_html

from .html import read

TODAY = date(2026, 11, 23)
NONE: frozenset[str] = frozenset()


def at(plan: str, kind: OccasionKind, day: str, hours: float | None = None, name: str | None = None) -> Occasion:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC)
    end = None if hours is None else start + timedelta(hours=hours)
    return Occasion(plan, kind, name or KINDS[kind].plain, start, end, ("dwh",), "cutover", (kind,))


def made(*found: Occasion, collisions: tuple[Collision, ...] = (), plans: str = "a b") -> Page:
    known = {name: Plan(name, Header(id=name, title=name), {}) for name in plans.split()}
    links = Links("", relative_to("calendar/"), plans=frozenset(known))
    return calendar_page(found, collisions, known, links, TODAY)


def stretch(entry: Occasion) -> Stretch:
    assert entry.kind in {"cutover", "freeze"}
    end = entry.end or entry.start
    return Stretch(
        entry.plan, entry.kind, entry.name, entry.start, end, frozenset({"dwh"}), NONE, NONE, "cutover", entry.path
    )


def test_a_section_a_month_in_the_order_of_time() -> None:
    page = made(
        at("b", "sunset", "2027-03-01", name="mart.orders#channel"),
        at("a", "cutover", "2026-12-05T20:00", 10),
        at("a", "parallel_run", "2026-12-01", 48),
    )
    assert [section.title for section in page.sections] == ["Timeline", "Collisions", "December 2026", "March 2027"]
    rows = read(page.sections[2].html).all("tbody")[0].all("tr")
    cells = [[cell.words for cell in (*row.all("th"), *row.all("td"))] for row in rows]
    assert cells == [
        ["Tue 1 Dec 2026", "Wed 2 Dec 2026", "a", "P Parallel run", "dwh", "—"],
        ["Sat 5 Dec 2026 20:00 UTC", "Sun 6 Dec 2026 06:00 UTC", "a", "C Cutover", "dwh", "—"],
    ]
    links = [tag.attributes["href"] for tag in read(page.sections[2].html).all("a")]
    assert links == ["../plans/a/", "../plans/a/", "../plans/a/", "../plans/a/runbook/"]
    assert "S Sunset: mart.orders#channel" in read(page.sections[3].html).words


def test_figures_say_what_is_next_and_what_goes_on() -> None:
    page = read(made(at("a", "freeze", "2026-11-22", 72), at("b", "cutover", "2026-11-23T08:00", 1)).intro)
    shown = dict(zip((t.words for t in page.all("dt")), (t.words for t in page.all("dd")), strict=True))
    assert shown == {
        "Plans with dates": "2",
        "Next": "Cutover of b, Mon 23 Nov 2026 08:00 UTC",
        "Going on": "1",
        "Collisions": "0",
        "Day of the checks": "2026-11-23",
    }


def test_nothing_comes_after_the_last_date() -> None:
    assert "Nextnothing" in read(made(at("a", "freeze", "2026-01-01", 2)).intro).words


def test_collisions_are_named_in_figure_list_and_tables() -> None:
    one, other = at("a", "freeze", "2026-12-04", 48), at("b", "cutover", "2026-12-05T20:00", 10)
    page = made(one, other, collisions=(Collision(stretch(one), stretch(other), ("dwh",)),))
    timeline, named, month = (read(section.html) for section in page.sections)
    assert [tag.words for tag in named.all("li")] == [
        "✕ Freeze of a (Fri 4 Dec 2026 00:00 to Sun 6 Dec 2026 00:00 UTC) meets "
        "Cutover of b (Sat 5 Dec 2026 20:00 to Sun 6 Dec 2026 06:00 UTC) on dwh"
    ]
    rows = month.all("tbody")[0].all("tr")
    assert [row.all("td")[-1].words for row in rows] == ["✕ b", "✕ a"]
    assert all("pg-hit" in row.classes for row in rows)
    signs = [tag.all("text")[0].words for tag in timeline.all("g")]
    assert signs == ["✕F", "✕C"]
    assert "✕ Collides" in [tag.words for tag in timeline.all("li")]


def test_plans_without_a_page_are_left_out() -> None:
    one, other = at("a", "freeze", "2026-12-04", 48), at("hidden", "cutover", "2026-12-05T20:00", 10)
    page = made(one, other, collisions=(Collision(stretch(one), stretch(other), ("dwh",)),))
    assert "hidden" not in read(page_html(page)).words
    assert "Nothing collides" in read(page.sections[1].html).words


def test_an_empty_portfolio_says_so() -> None:
    page = made()
    assert page.sections == ()
    assert read(page.intro).words.startswith("No plan names a date yet")


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eevil", 'a" onload="x', "x" * 300])
def test_text_of_an_author_stays_text(name: str) -> None:
    page = made(at("a", "backfill", "2026-12-05", 10, name=name))
    html = str(page_html(page))
    assert "<script" not in html
    assert "\u202e" not in html
    assert set(read(html).all("rect")[0].attributes) <= {"x", "y", "width", "height", "rx"}


def drawn(*found: Occasion, today: date = TODAY) -> str:
    return str(figure([("a", [Mark(entry, hit=False) for entry in in_time(found)])], today))


def test_what_overlaps_is_drawn_in_lanes() -> None:
    page = read(drawn(at("a", "freeze", "2026-12-01", 240), at("a", "cutover", "2026-12-05", 10)))
    first, second = page.all("rect")
    assert float(second.attributes["y"] or 0) > float(first.attributes["y"] or 0)
    apart = read(drawn(at("a", "freeze", "2026-11-01", 24), at("a", "cutover", "2026-12-25", 10))).all("rect")
    assert len({tag.attributes["y"] for tag in apart}) == 1


@pytest.mark.parametrize(
    ("last", "labels"),
    [
        ("2026-12-31", ["Dec 2026"]),
        ("2027-03-01", ["Dec 2026", "Jan 2027", "Feb", "Mar"]),
        ("2028-11-30", ["Jan 2027", "Apr", "Jul", "Oct", "Jan 2028", "Apr", "Jul", "Oct"]),
        ("2036-01-01", [f"Jan {year}" for year in range(2027, 2037)]),
    ],
)
def test_labels_are_months_quarters_or_years(last: str, labels: list[str]) -> None:
    page = read(drawn(at("a", "freeze", "2026-12-01", 24), at("a", "sunset", last)))
    assert [tag.words for tag in page.all("text") if tag.attributes["y"] == "14"] == labels


@pytest.mark.parametrize(("today", "shown"), [(date(2026, 12, 24), True), (date(2027, 1, 1), False)])
def test_today_is_marked_where_it_is_in_the_figure(today: date, shown: bool) -> None:
    assert ("today" in drawn(at("a", "freeze", "2026-12-01", 24), today=today)) == shown


def test_the_figure_has_so_many_rows_and_the_tables_have_all() -> None:
    names = [f"p{number:03}" for number in range(MOST_ROWS + 5)]
    page = made(*(at(name, "freeze", "2026-12-01", 24) for name in names), plans=" ".join(names))
    assert page.sections[0].html.count("<rect") == MOST_ROWS
    assert "5 more plans" in page.sections[0].html
    assert all(name in page.sections[2].html for name in names)


def test_every_kind_has_a_sign_of_its_own() -> None:
    signs = [kind.sign for kind in KINDS.values()]
    assert len(set(signs)) == len(signs)


def test_styles_know_every_colour() -> None:
    css = needed_stylesheet("calendar")
    assert all(f".pg-k{kind.colour}{{--pg-kind:" in css for kind in KINDS.values())
    assert len(css) < 3000
