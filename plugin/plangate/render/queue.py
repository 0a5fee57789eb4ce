"""The queue of reviews: what changed since it was approved, and what waits for which role and which person."""

from collections.abc import Iterable, Sequence
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.seen import Change
from plangate.model.policy import Workflow
from plangate.render.fragments import EMPTY, Row, bullets, joined, link, paragraph, table, text
from plangate.render.links import Links
from plangate.render.matrix import state_mark
from plangate.render.page import Section
from plangate.render.review import change_list, gate_title, listed_people, role_title
from plangate.render.values import day_text

_ANYONE = "Anyone"


class Waiting(Struct, frozen=True):
    """Something that waits: in a plan, to do what (in words before the gates), about which gates, by whom.

    `role` is the one in which it is done, where it is an approval. Where something has changed since it was approved,
    `state` is that of the gates, `since` the day of the oldest approval that lapsed, `changes` say what changed.
    """

    plan: str
    title: str
    what: str
    gates: tuple[str, ...]
    role: str | None
    people: tuple[str, ...]
    because: str = ""
    state: str = ""
    since: date | None = None
    changes: tuple[Change, ...] = ()


def queue_sections(entries: Sequence[Waiting], workflow: Workflow, links: Links) -> tuple[Section, ...]:
    """Give the queue as sections: changed since it was approved, by role, by person."""
    return (
        Section("pg-changed", "Changed since it was approved", changed_table(entries, workflow, links)),
        Section("pg-by-role", "Waiting on a role", role_table(entries, workflow, links)),
        Section("pg-by-person", "Waiting on a person", person_table(entries, workflow, links)),
    )


def role_queue(entries: Iterable[Waiting], workflow: Workflow, links: Links, role: str | None = None) -> Markup:
    """Give what changed and what waits, for all roles or for one, as tables without headings."""
    found = [entry for entry in entries if role is None or entry.role == role]
    if role is not None and not found:
        return paragraph(f"Nothing waits for the role {role_title(workflow, role)}.")
    changed = changed_table(found, workflow, links) if any(entry.since for entry in found) else EMPTY
    return changed + role_table(found, workflow, links)


def changed_table(entries: Iterable[Waiting], workflow: Workflow, links: Links) -> Markup:
    """Give what has to be looked at again: stale before suspect, the oldest approval first."""
    found = sorted(
        (entry for entry in entries if entry.since is not None),
        key=lambda entry: (entry.state != "stale", entry.since, entry.plan, entry.role or ""),
    )
    if not found:
        return paragraph("Nothing has changed since it was approved.")
    rows = [
        Row(
            [
                link(entry.title, links.page(plan=entry.plan)),
                state_mark(entry.state) + _small(f"approved {day_text(entry.since)}" if entry.since else ""),
                _gates(entry, workflow, links),
                change_list(entry.changes) if entry.changes else "not known: the record did not keep what was read",
                text(listed_people(entry.people) or "nobody") + _small(role_title(workflow, entry.role or "")),
            ]
        )
        for entry in found
    ]
    heads = ("Plan", "State", "Gates", "Changed", "Looks again")
    return _marked(table("Changed since it was approved, stale first", heads, rows))


def _small(words: str) -> Markup:
    return Markup("<small>{}</small>").format(text(words))


def role_table(entries: Iterable[Waiting], workflow: Workflow, links: Links) -> Markup:
    """Give the approvals that are missing by role, in the order of the workflow."""
    order = {role: place for place, role in enumerate(workflow.roles)}
    found = sorted(
        (entry for entry in entries if entry.role is not None),
        key=lambda entry: (order.get(entry.role or "", len(order)), entry.since is None, entry.plan),
    )
    if not found:
        return paragraph("No role has anything to approve.")
    rows = [
        Row(
            [
                role_title(workflow, entry.role or ""),
                link(entry.title, links.page(plan=entry.plan)),
                entry.what,
                _gates(entry, workflow, links),
                listed_people(entry.people) or "nobody holds this role",
            ]
        )
        for entry in found
    ]
    return _marked(table("Waiting on a role", ("Role", "Plan", "To do", "Gates", "Who can"), rows))


def person_table(entries: Iterable[Waiting], workflow: Workflow, links: Links) -> Markup:
    """Give what each person can do now, what has changed since they approved it first; last what anyone can do."""
    found: dict[str, list[Waiting]] = {}
    for entry in sorted(entries, key=lambda entry: (entry.since is None, entry.plan)):
        spec = workflow.roles.get(entry.role or "")
        for person in (_ANYONE,) if spec is not None and spec.anyone and entry.since is None else entry.people:
            found.setdefault(person, []).append(entry)
    if not found:
        return paragraph("Nobody has anything to do.")
    rows = [
        Row([person, bullets(_task(entry, workflow, links) for entry in found[person])], f"pg-of-{number}")
        for number, person in enumerate(sorted(found, key=lambda person: (person == _ANYONE, person)), 1)
    ]
    return _marked(table("Waiting on a person", ("Who", "To do"), rows))


def _task(entry: Waiting, workflow: Workflow, links: Links) -> Markup:
    role = f" as {role_title(workflow, entry.role)}" if entry.role else ""
    because = f" ({entry.because})" if entry.because else ""
    return Markup("{}: {} {}{}{}").format(
        link(entry.title, links.page(plan=entry.plan)), entry.what, _gates(entry, workflow, links), role, because
    )


def _gates(entry: Waiting, workflow: Workflow, links: Links) -> Markup:
    """Name the gates with links; a waiver, or the plan as a whole, is named without one."""
    return joined(
        (
            link(gate_title(workflow, gate), links.page(gate, plan=entry.plan) if gate in workflow.gates else None)
            for gate in entry.gates
        ),
        ", ",
    )


def _marked(html: Markup) -> Markup:
    return Markup('<div class="pg-review">{}</div>').format(html)
