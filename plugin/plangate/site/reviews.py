"""Reviews as the portal shows them: of a plan, of a gate, the queue and the waivers of all plans."""

from collections.abc import Iterator

from markupsafe import Markup
from msgspec.structs import replace

from plangate.analysis.records import records
from plangate.analysis.review import Word
from plangate.analysis.seen import Change
from plangate.checks.report import PlanReport, Report
from plangate.checks.waived import covers, refusals, status
from plangate.model.review import Waiver
from plangate.render.fragments import EMPTY, figures, joined, link, paragraph
from plangate.render.links import Links
from plangate.render.page import Page
from plangate.render.queue import Waiting, queue_sections
from plangate.render.review import Reviewed, lapsed
from plangate.render.waivers import Waived, waiver_table
from plangate.reports.feed import feed
from plangate.reports.status import WORDS, Action, actions
from plangate.site.portal import Portal

FEED = "feed.xml"
STATE = "state.json"
"""Where the feed and the states lie in the site, seen from its root."""


def reviewed(portal: Portal, plan: PlanReport) -> Reviewed:
    """Give the review of a plan as pages need it."""
    return Reviewed(
        plan.facts,
        {gate.gate: gate.review for gate in plan.gates if gate.review is not None},
        {gate.gate: gate.state for gate in plan.gates},
        records(plan.facts.plan, plan.facts.policy, portal.report.today),
        portal.identity,
        portal.report.today,
    )


def waived(portal: Portal, plan: PlanReport, here: str) -> tuple[Waived, ...]:
    """Give the waivers of a plan with the findings that each lets pass."""
    return tuple(_waived(portal, plan, waiver, here) for waiver in plan.facts.plan.waivers)


def _waived(portal: Portal, plan: PlanReport, waiver: Waiver, here: str) -> Waived:
    policy, today = plan.facts.policy, portal.report.today
    found = [
        finding
        for finding in portal.report.of(plan.id)
        if finding.verdict == "waived" and covers(waiver, finding.rule, finding.gate, finding.path)
    ]
    standing = status(waiver, policy, today)
    reasons = [problem.message for problem in refusals(waiver, policy, today)] if standing == "refused" else []
    used = found if standing in {"holds", "expiring"} else []
    notes = portal.notes(used, portal.linker(here))
    return Waived(plan.id, plan.title, waiver, standing, today, tuple(reasons), notes)


def plan_waivers(portal: Portal, plan: PlanReport, here: str, gate: str | None = None) -> Markup:
    """Give the waivers of a plan, or those that concern a gate, as a table; nothing where there are none."""
    found = [
        one
        for one in waived(portal, plan, here)
        if gate is None or one.waiver.gate == gate or any(note.gate == gate for note in one.findings)
    ]
    return waiver_table(found, portal.links(plan.id, here), of_plan=True) if found else EMPTY


def waiting(portal: Portal) -> tuple[Waiting, ...]:
    """Give everything that waits for somebody, of all plans that have pages."""
    return tuple(entry for plan in portal.plans for entry in _of_plan(portal, plan))


def _of_plan(portal: Portal, plan: PlanReport) -> Iterator[Waiting]:
    for action in actions(portal.report, plan):
        words = _lapsed(plan, action)
        changes = tuple(dict.fromkeys(change for word in words for change in word.changes))
        stale = any(word.standing == "stale" for word in words)
        yield Waiting(
            plan.id,
            plan.title,
            WORDS[action.what],
            action.gates,
            action.role,
            action.people,
            action.because,
            ("stale" if stale else "suspect") if words else "",
            min((word.filed.record.date for word in words), default=None),
            _sorted(changes),
        )


def _sorted(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: (change.follows, change.path, change.old or "", change.new or "")))


def _lapsed(plan: PlanReport, action: Action) -> list[Word]:
    """Give the approvals that somebody has to look at again."""
    if action.what != "look_again":
        return []
    return [
        word
        for gate in plan.gates
        if gate.review is not None and gate.gate in action.gates
        for word in lapsed(gate.review)
        if word.role == action.role and word.person in action.people
    ]


def _all_links(portal: Portal, here: str) -> Links:
    return Links("", portal.linker(here), plans=portal.shown)


def reviews_view(portal: Portal, here: str) -> Page:
    """Give the queue of reviews."""
    entries = waiting(portal)
    url = portal.linker(here)
    counts = [
        ("Plans in review", str(sum(plan.intent == "in_review" for plan in portal.plans))),
        ("Stale", str(_gates(portal, "stale"))),
        ("Suspect", str(_gates(portal, "suspect"))),
        ("Blocked", str(_gates(portal, "blocked"))),
        ("Day of the checks", portal.report.today.isoformat()),
    ]
    more = [
        link("Waivers by the day on which they end", url("waivers/")),
        link("What happens, as an Atom feed", url(FEED)),
        link("The states as JSON", url(STATE)),
    ]
    return Page(
        "Reviews",
        queue_sections(entries, portal.portfolio.policy.workflow, _all_links(portal, here)),
        description="What changed since it was approved, and what waits for whom.",
        intro=figures(counts) + paragraph(joined(more, " · ")),
    )


def _gates(portal: Portal, state: str) -> int:
    return sum(gate.state == state for plan in portal.plans for gate in plan.gates)


def waivers_view(portal: Portal, here: str) -> Page:
    """Give the register of waivers of all plans."""
    found = [one for plan in portal.plans for one in waived(portal, plan, here)]
    counts = [
        ("Waivers", str(len(found))),
        ("Expired", str(sum(one.status == "expired" for one in found))),
        ("End soon", str(sum(one.status == "expiring" for one in found))),
        ("Do not count", str(sum(one.status == "refused" for one in found))),
        ("Day of the checks", portal.report.today.isoformat()),
    ]
    return Page(
        "Waivers",
        description="What is let pass, until when, and who answers for it.",
        intro=figures(counts) + waiver_table(found, _all_links(portal, here)),
    )


def remarks(portal: Portal, plan: PlanReport) -> dict[str, str]:
    """Say of each stale or suspect gate how long ago it was approved, for the matrix."""
    found = {}
    for gate in plan.gates:
        if gate.state not in {"stale", "suspect"} or gate.review is None:
            continue
        days = [(portal.report.today - word.filed.record.date).days for word in lapsed(gate.review)]
        if days:
            found[gate.gate] = f"approved {max(days)} d ago"
    return found


def published(portal: Portal) -> Report:
    """Give the report of the plans that have pages."""
    return replace(portal.report, plans=portal.plans)


def feed_text(portal: Portal) -> str:
    """Give the feed of the plans that have pages."""
    addresses = portal.urls
    return feed(published(portal), portal.portfolio, portal.site_url, address=lambda page: addresses.get(page, page))
