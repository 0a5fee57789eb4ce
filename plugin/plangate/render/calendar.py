"""The calendar of the portfolio: a figure with a row a plan, what collides, and a table for every month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from markupsafe import Markup

from plangate.analysis.occasions import Occasion, collides, in_time
from plangate.analysis.switches import Collision, Stretch
from plangate.model.plan import Plan
from plangate.render.calendar_figure import KINDS, MOST_ROWS, Mark, figure
from plangate.render.fragments import Row, bullets, figures, joined, link, paragraph, table, text
from plangate.render.links import Links, place_anchor
from plangate.render.page import Page, Section
from plangate.render.values import moment_text

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_NOTHING = "No plan names a date yet: neither a cutover, nor a freeze, a backfill, a parallel run or a sunset."


def calendar_page(
    found: Iterable[Occasion],
    collisions: Sequence[Collision],
    plans: Mapping[str, Plan],
    links: Links,
    today: date,
) -> Page:
    """Give the page: `plans` are those that have pages, by their id; moments are told in UTC."""
    ordered = in_time([entry for entry in found if entry.plan in plans])
    meeting = [entry for entry in collisions if entry.first.plan in plans and entry.second.plan in plans]
    about = "Cutovers, freezes, backfills, parallel runs and sunsets of all plans by date."
    if not ordered:
        return Page("Calendar", description=about, intro=paragraph(_NOTHING))
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    hits = {
        index: tuple(dict.fromkeys(plan for hit in meeting if (plan := collides(entry, hit)) is not None))
        for index, entry in enumerate(ordered)
    }
    marks = [Mark(entry, bool(hits[index])) for index, entry in enumerate(ordered)]
    return Page(
        "Calendar",
        (
            Section("pg-timeline", "Timeline", _timeline(marks, plans, today)),
            Section("pg-collisions", "Collisions", _collisions(meeting)),
            *(_month(rows, hits, plans, links) for rows in _months(ordered)),
        ),
        description=about,
        intro=figures(
            [
                ("Plans with dates", str(len({entry.plan for entry in ordered}))),
                ("Next", _next(ordered, now)),
                ("Going on", str(sum(entry.start <= now < entry.last for entry in ordered))),
                ("Collisions", str(len(meeting))),
                ("Day of the checks", today.isoformat()),
            ]
        ),
    )


def _next(found: Sequence[Occasion], now: datetime) -> str:
    coming = next((entry for entry in found if entry.start >= now), None)
    return "nothing" if coming is None else f"{KINDS[coming.kind].word} of {coming.plan}, {_start(coming)}"


def _timeline(marks: Sequence[Mark], plans: Mapping[str, Plan], today: date) -> Markup:
    own: dict[str, list[Mark]] = {name: [] for name in plans}
    for mark in marks:
        own[mark.occasion.plan].append(mark)
    rows = [(name, found) for name, found in own.items() if found]
    left = len(rows) - MOST_ROWS
    more = paragraph(f"{left} more plans are in the tables beneath.") if left > 0 else Markup("")
    return figure(rows[:MOST_ROWS], today) + more


def _collisions(found: Sequence[Collision]) -> Markup:
    if not found:
        return paragraph("Nothing collides: no two plans switch, freeze or fill the same thing at one time.")
    return bullets(
        f"✕ {_named(entry.first)} meets {_named(entry.second)} on {', '.join(entry.shared)}" for entry in found
    )


def _named(stretch: Stretch) -> str:
    name = f" {stretch.name}" if stretch.kind == "backfill" else ""
    start, end = (moment_text(moment) for moment in (stretch.start, stretch.end))
    return f"{KINDS[stretch.kind].word}{name} of {stretch.plan} ({start.removesuffix(' UTC')} to {end})"


def _months(found: Sequence[Occasion]) -> Iterable[list[tuple[int, Occasion]]]:
    for _, rows in groupby(enumerate(found), key=lambda row: (row[1].start.year, row[1].start.month)):
        yield list(rows)


def _month(
    rows: Sequence[tuple[int, Occasion]], hits: Mapping[int, Sequence[str]], plans: Mapping[str, Plan], links: Links
) -> Section:
    first = rows[0][1].start
    title = f"{_MONTHS[first.month - 1]} {first.year}"
    lines = [
        Row(
            [
                _start(entry),
                _end(entry),
                link(entry.plan, links.page(plan=entry.plan)),
                _what(entry, plans[entry.plan], links),
                ", ".join(entry.on) or "—",
                joined([Markup("✕ {}").format(link(name, links.page(plan=name))) for name in hits[index]], ", ")
                if hits[index]
                else "—",
            ],
            tone="pg-hit" if hits[index] else "",
        )
        for index, entry in rows
    ]
    heads = ("From", "Until", "Plan", "What", "Concerns", "Collides with")
    return Section(f"pg-{first:%Y-%m}", title, table(f"What happens in {title}", heads, lines, hidden=True))


def _what(entry: Occasion, plan: Plan, links: Links) -> Markup:
    kind = KINDS[entry.kind]
    title = kind.word if entry.name == kind.plain else f"{kind.word}: {entry.name}"
    if entry.kind == "cutover":
        href = links.page("runbook", plan=entry.plan)
    elif entry.gate in plan.gates:
        href = links.page(entry.gate, place_anchor(plan, entry.gate, entry.path), plan=entry.plan)
    else:
        href = links.page(plan=entry.plan)
    return Markup('<span class="pg-sign">{}</span> {}').format(kind.sign, link(title, href))


def _start(entry: Occasion) -> str:
    return _moment(entry.start, day=entry.whole_days)


def _end(entry: Occasion) -> Markup | str:
    if entry.end is None:
        return text("—")
    return _moment(entry.end - timedelta(days=1), day=True) if entry.whole_days else _moment(entry.end, day=False)


def _moment(moment: datetime, *, day: bool) -> str:
    told = moment_text(moment)
    return told.removesuffix(f" {moment:%H:%M} UTC") if day else told
