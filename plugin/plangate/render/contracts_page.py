"""The contracts of all plans: who promises what to how many, and sunsets and migrations by date and team."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from markupsafe import Markup

from plangate.analysis.atlas import Atlas
from plangate.analysis.deadlines import Deadline, deadlines
from plangate.model.plan import Plan
from plangate.render.boxes import LinksOf
from plangate.render.contract import mode_words, served_versions
from plangate.render.fragments import EMPTY, NOTHING, Row, figures, link, number, paragraph, table
from plangate.render.links import section_anchor
from plangate.render.page import Page, Section
from plangate.render.values import day_text

MOST_ROWS = 300
"""How many rows each table has; further ones are counted."""

_KINDS = {"announcement": "announced", "migration": "migration", "sunset": "gone"}


def contracts_page(plans: Mapping[str, Plan], atlas: Atlas, links_of: LinksOf, today: date) -> Page:
    """Give the page; `plans` are those that stand and have pages, by their ids."""
    found = deadlines(plans.values())
    ahead = [one for one in found if one.day >= today]
    over = [one for one in found if one.day < today and one.kind == "migration" and not one.done]
    contracts = sum(len(plan.contracts.contracts) for plan in plans.values() if plan.contracts)
    entries = [
        ("Contracts", f"{contracts:,}"),
        ("Sunsets ahead", str(sum(one.kind == "sunset" for one in ahead))),
        ("Migrations ahead", str(sum(one.kind == "migration" for one in ahead))),
        ("Not acknowledged", str(sum(one.kind == "migration" and not one.done for one in found))),
        ("Day of the checks", today.isoformat()),
    ]
    sections = [
        Section("pg-overdue", "Overdue", deadline_table("Overdue", over, plans, links_of)),
        Section("pg-ahead", "What comes by date", deadline_table("What comes by date", ahead, plans, links_of)),
        Section("pg-teams", "By team", _teams(ahead, over)),
        Section("pg-all", "All contracts", _all(plans, atlas, links_of)),
    ]
    return Page(
        title="Contracts",
        description="What is promised to whom, and what ends or moves when.",
        intro=figures(entries) if contracts else paragraph("No plan states a contract yet."),
        sections=tuple(section for section in sections if section.html),
    )


def deadline_table(title: str, found: Sequence[Deadline], plans: Mapping[str, Plan], links_of: LinksOf) -> Markup:
    """Give a row a day: what ends or is done, of which dataset, and who has to act."""
    rows = [
        Row(
            [
                Markup('<span class="pg-q">{}</span>').format(day_text(one.day)),
                _KINDS[one.kind],
                link(one.dataset, links_of(one.plan).dataset(one.dataset)),
                one.what,
                one.team or NOTHING,
                _done(one),
                link(plans[one.plan].title, links_of(one.plan).page("contracts", section_anchor("evolution"))),
            ]
        )
        for one in found[:MOST_ROWS]
    ]
    heads = ("Day", "Kind", "Dataset", "What", "Team", "Acknowledged", "Plan")
    return table(title, heads, rows, sortable=True, hidden=True) + _rest(len(found)) if rows else EMPTY


def _done(one: Deadline) -> Markup:
    if one.done is None:
        return EMPTY
    return (
        Markup('<span class="pg-good">✓ yes</span>') if one.done else Markup('<span class="pg-warn">? not yet</span>')
    )


def _teams(ahead: Sequence[Deadline], over: Sequence[Deadline]) -> Markup:
    """Count what each team has to do, the one with most first."""
    open_, late = Counter(one.team for one in ahead if one.kind != "announcement"), Counter(one.team for one in over)
    rows = []
    for team in sorted({*open_, *late}, key=lambda team: (-open_[team] - late[team], team or "")):
        first = next((one for one in ahead if one.team == team and one.kind != "announcement"), None)
        rows.append(
            Row(
                [
                    team or NOTHING,
                    number(str(open_[team]), open_[team]),
                    number(str(late[team]), late[team]),
                    day_text(first.day) if first else NOTHING,
                ]
            )
        )
    heads = ("Team", "Ahead", "Overdue", "Next")
    return table("By team", heads, rows, sortable=True, hidden=True) if rows else EMPTY


def _all(plans: Mapping[str, Plan], atlas: Atlas, links_of: LinksOf) -> Markup:
    rows = []
    for plan in plans.values():
        for contract in plan.contracts.contracts if plan.contracts else ():
            name = contract.dataset or ""
            reached = len(atlas.reach(name)) if name in atlas.entries else 0
            rows.append(
                Row(
                    [
                        link(name or "not stated", links_of(plan.id).dataset(name)),
                        contract.version or NOTHING,
                        contract.status or NOTHING,
                        ", ".join(served_versions(contract)) or EMPTY,
                        contract.owner or NOTHING,
                        (mode_words(contract) or NOTHING).partition(":")[0],
                        number(f"{reached:,}", reached),
                        link(plan.title, links_of(plan.id).page("contracts")),
                    ]
                )
            )
    heads = ("Dataset", "Version", "Status", "Still served", "Owner", "Mode", "Consumers", "Plan")
    shown = table("All contracts", heads, rows[:MOST_ROWS], sortable=True, hidden=True)
    return shown + _rest(len(rows)) if rows else EMPTY


def _rest(count: int) -> Markup:
    return paragraph(f"And {count - MOST_ROWS:,} more.") if count > MOST_ROWS else EMPTY
