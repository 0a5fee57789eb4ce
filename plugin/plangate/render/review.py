"""The review of a plan as its pages show it: who approved what, what waits for whom, and what has changed since."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.facts import Facts
from plangate.analysis.records import Records
from plangate.analysis.review import GateReview, Need, Word
from plangate.analysis.seen import Change
from plangate.model.policy import Workflow
from plangate.model.review import Filed, Identity
from plangate.render.fragments import EMPTY, Row, bullets, code, joined, link, paragraph, table, text
from plangate.render.links import Links
from plangate.render.matrix import STATES
from plangate.render.page import Section
from plangate.render.values import day_text

VERDICTS: Mapping[str, tuple[str, str, str]] = {
    "approve": ("✓", "approved", "good"),
    "approve_with_notes": ("✓", "approved with notes", "good"),
    "request_changes": ("✕", "asks for changes", "bad"),
    "hold": ("✕", "holds it up", "bad"),
    "abstain": ("–", "abstains", "plain"),
}
"""Glyph, word and tone of what a reviewer says."""

_MOST_CHANGES = 12
_MOST_PEOPLE = 4


class Reviewed(Struct, frozen=True):
    """The review of a plan on a day: that of each gate with its state, and the records behind it."""

    facts: Facts
    gates: Mapping[str, GateReview]
    states: Mapping[str, str]
    records: Records
    identity: Identity
    today: date

    @property
    def workflow(self) -> Workflow:
        """The workflow that asks for the approvals."""
        return self.facts.policy.workflow

    def changed(self, gate: str) -> bool:
        """Tell whether a gate in review was approved once and has to be looked at again."""
        found = self.gates.get(gate)
        if found is None or self.states.get(gate) not in {"stale", "suspect", "blocked"}:
            return False
        return found.state in {"stale", "suspect"} or any(need.lapsed for need in found.waiting)


def gate_title(workflow: Workflow, gate: str) -> str:
    """Give what a gate is called."""
    return workflow.gates[gate].title if gate in workflow.gates else gate


def role_title(workflow: Workflow, role: str) -> str:
    """Give what a role is called."""
    return workflow.roles[role].title if role in workflow.roles else role


def listed_people(people: Sequence[str]) -> str:
    """Name people, of many the first ones with the number of the others."""
    if len(people) <= _MOST_PEOPLE + 1:
        return ", ".join(people)
    return f"{', '.join(people[:_MOST_PEOPLE])} and {len(people) - _MOST_PEOPLE} more"


def change_list(changes: Sequence[Change], most: int = _MOST_CHANGES) -> Markup:
    """Give what changed as a list, field with old and new value; of many the first, with the number of the others."""
    told: list[str] = [_change(change) for change in changes[:most]]
    if len(changes) > most:
        told.append(f"and {len(changes) - most} more")
    return bullets(told)


def _change(change: Change) -> Markup:
    if change.old is None or change.new is None:
        return text(str(change))
    whole = str(change).removeprefix(change.place).strip()
    old, arrow, new = whole.partition(" → ")
    if not arrow:
        return text(str(change))
    return Markup("{} <del>{}</del> → <ins>{}</ins>").format(code(change.place), text(old), text(new))


def lapsed(review: GateReview) -> tuple[Word, ...]:
    """Give the approvals of a gate that have lapsed because something changed."""
    return tuple(word for word in review.words if word.filed.record.approves and word.standing != "holds")


def changed_banner(reviewed: Reviewed, links: Links, only: str | None = None) -> Markup:
    """Say which gates (or whether the one) changed since they were signed, by which fields; nothing where none did."""
    gates = [gate for gate in reviewed.gates if reviewed.changed(gate) and only in {None, gate}]
    if not gates:
        return EMPTY
    stale = [gate for gate in gates if any(word.standing == "stale" for word in lapsed(reviewed.gates[gate]))]
    state = "stale" if stale else "suspect"
    glyph, word = STATES[state]
    what = "this gate has changed since it was approved"
    if not stale:
        what = "what this gate rests on has changed since it was approved"
    if only is None and len(gates) == 1:
        what = "a gate of this plan, or what it rests on, has changed since it was approved"
    elif only is None:
        what = f"{len(gates)} gates of this plan, or what they rest on, have changed since they were approved"
    body = joined(_since(reviewed, gate, links, alone=only is not None) for gate in gates)
    return Markup(
        '<div class="admonition warning pg-review"><p class="admonition-title">'
        '<span aria-hidden="true">{}</span> {}: {}</p>{}</div>'
    ).format(glyph, word.capitalize(), what, body)


def _since(reviewed: Reviewed, gate: str, links: Links, *, alone: bool) -> Markup:
    """Say of one gate who approved it when, and what changed since then; signers who saw the same stand together."""
    groups: dict[tuple[tuple[Change, ...], tuple[str, ...], str], list[Word]] = {}
    for word in lapsed(reviewed.gates[gate]):
        groups.setdefault((word.changes, word.rests_on, word.standing), []).append(word)
    found = EMPTY
    for (changes, rests_on, standing), words in groups.items():
        who = ", ".join(f"{word.person} as {word.role} on {day_text(word.filed.record.date)}" for word in words)
        head = EMPTY if alone else Markup("{} ").format(link(gate_title(reviewed.workflow, gate), links.page(gate)))
        over = [link(gate_title(reviewed.workflow, name), links.page(name)) for name in rests_on]
        where = Markup(" It rests on {}.").format(joined(over, ", ")) if over else EMPTY
        found += Markup("<p>{}<strong>{}</strong>: approved by {}.{}</p>").format(head, standing, who, where)
        if changes:
            found += change_list(changes)
        else:
            found += paragraph("The records did not keep what was read, so it is not known which fields changed.")
    return found


def review_section(reviewed: Reviewed, links: Links, waivers: Markup = EMPTY) -> Section:
    """Give the review of a plan: roles by gate, concerns, waivers, records."""
    children = [Section("pg-roles", "Who approves", role_matrix(reviewed, links), 3)]
    if concerns := concerns_table(reviewed, links):
        children.append(Section("pg-concerns", "Concerns", concerns, 3))
    if waivers:
        children.append(Section("pg-waivers", "Waivers", waivers, 3))
    children.append(Section("pg-records", "Records", records_table(reviewed, links), 3))
    return Section("pg-review", "Review", EMPTY, children=tuple(children))


def gate_review_section(reviewed: Reviewed, gate: str, links: Links, waivers: Markup = EMPTY) -> Section | None:
    """Give the review of one gate; None where nobody has to approve it and nobody said anything."""
    found = reviewed.gates.get(gate)
    if found is None or not (found.needs or found.words or found.concerns or waivers):
        return None
    body = EMPTY
    if found.author is not None:
        sole = "; nobody else has approved it yet" if found.only_author else ""
        body += paragraph(f"Last changed by {found.author}{sole}.")
    body += approvals_table(reviewed, found) + concerns_table(reviewed, links, gate)
    return Section("pg-review", "Review", Markup('<div class="pg-review">{}</div>').format(body + waivers))


def approvals_table(reviewed: Reviewed, review: GateReview) -> Markup:
    """Give the roles that approve a gate with who did and who may; nothing where nobody has to and nobody did."""
    if not (review.needs or review.words):
        return EMPTY
    rows = [
        Row([role_title(reviewed.workflow, role), _count(review, role), _cell(reviewed, review, role)])
        for role in _roles(reviewed, [review])
    ]
    return table("Who approves this gate", ("Role", "Approvals", "Who"), rows, hidden=True)


def _count(review: GateReview, role: str) -> str:
    needed = [need for need in review.needs if need.role == role]
    return f"{len(needed[0].approved)} of {needed[0].count}" if needed else "not needed"


def role_matrix(reviewed: Reviewed, links: Links) -> Markup:
    """Give the gates of a plan by role: who said what, how sure it is who did, what is missing and who may give it."""
    gates = list(reviewed.gates.values())
    roles = _roles(reviewed, gates)
    if not roles:
        return paragraph("No role has to approve a gate of this plan.")
    rows = [
        Row(
            [
                link(gate_title(reviewed.workflow, review.gate), links.page(review.gate))
                + Markup("<small>{}</small>").format(link("checklist", links.checklist(review.gate)))
                + (Markup("<small>last changed by {}</small>").format(text(review.author)) if review.author else ""),
                *(_cell(reviewed, review, role) for role in roles),
            ]
        )
        for review in gates
    ]
    heads = ("Gate", *(role_title(reviewed.workflow, role) for role in roles))
    shown = table("Approvals by gate and role", heads, rows, hidden=True)
    return Markup('<div class="pg-review pg-roles">{}</div>').format(shown)


def _roles(reviewed: Reviewed, gates: Sequence[GateReview]) -> list[str]:
    """Give the roles that have to approve or said something, in the order of the workflow."""
    named = {need.role for review in gates for need in review.needs}
    named |= {word.role for review in gates for word in review.words}
    return [role for role in reviewed.workflow.roles if role in named]


def _cell(reviewed: Reviewed, review: GateReview, role: str) -> Markup:
    told = [_word(word) for word in review.words if word.role == role]
    told.extend(_missing(need) for need in review.needs if need.role == role and not need.met)
    return (
        joined(told) if told else Markup('<span aria-hidden="true">–</span><span class="pg-hidden">not needed</span>')
    )


def _word(word: Word) -> Markup:
    record = word.filed.record
    glyph, verb, tone = VERDICTS[record.verdict]
    remarks = [day_text(record.date), word.level]
    if word.standing != "holds" and record.approves:
        glyph, tone = STATES[word.standing][0], "warn"
        remarks.append(f"{word.standing}: changed since" if word.standing == "stale" else "suspect: rests on a change")
    if not word.counts:
        remarks.append("does not count: not sure enough who signed")
    note = Markup("<small>{}</small>").format(text(record.note)) if record.note else EMPTY
    despite = Markup("<small>despite open errors: {}</small>").format(text(record.despite)) if record.despite else EMPTY
    return Markup(
        '<div class="pg-word"><span class="pg-state pg-{}"><span aria-hidden="true">{}</span> {}</span> {}'
        "<small>{}</small>{}{}</div>"
    ).format(tone, glyph, text(record.by), verb, ", ".join(remarks), note, despite)


def _missing(need: Need) -> Markup:
    count = need.count - len(need.approved)
    who = f"{listed_people(need.candidates)} may sign" if need.candidates else "nobody holds this role"
    return Markup(
        '<div class="pg-word"><span class="pg-state pg-plain"><span aria-hidden="true">○</span> {} missing</span>'
        "<small>{}</small></div>"
    ).format(count, text(who))


def concerns_table(reviewed: Reviewed, links: Links, only: str | None = None) -> Markup:
    """Give the concerns of a plan or of one gate, the open ones first; nothing where there are none."""
    rows = []
    for entry in reviewed.records.concerns:
        if only is None or only in entry.gates:
            raised, concern = entry.filed.record, entry.concern
            rows.append(_concern(reviewed, links, entry.gates, concern.text, raised.by, raised.date, "open", None))
    for done in reviewed.records.answered:
        record = done.raised.record
        gates = (done.concern.gate,) if done.concern.gate else tuple(record.gates)
        if only is None or only in gates:
            state = f"closed by {done.closed.record.by} on {day_text(done.closed.record.date)}"
            answer = done.concern.answer
            rows.append(_concern(reviewed, links, gates, done.concern.text, record.by, record.date, state, answer))
    heads = ("Concern", "Gates", "Raised by", "State", "Answer")
    return table("Concerns, open ones first", heads, rows) if rows else EMPTY


def _concern(
    reviewed: Reviewed,
    links: Links,
    gates: Sequence[str],
    words: str,
    by: str,
    day: date,
    state: str,
    answer: str | None,
) -> Row:
    glyph, tone = ("✕", "bad") if state == "open" else ("✓", "good")
    shown = Markup('<span class="pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(tone, glyph, text(state))
    places = joined((link(gate_title(reviewed.workflow, gate), links.page(gate)) for gate in gates), ", ")
    return Row([text(words), places, f"{by}, {day_text(day)}", shown, answer or "–"])


def records_table(reviewed: Reviewed, links: Links) -> Markup:
    """Give every record of the plan, the newest first, with whether it still counts."""
    everything = sorted(reviewed.facts.plan.records, key=lambda filed: (filed.record.date, filed.file), reverse=True)
    if not everything:
        return paragraph("Nobody has signed anything yet.")
    rows = [Row(list(_record(reviewed, filed, links))) for filed in everything]
    heads = ("Day", "Who", "Said", "Of", "Identity", "Stands", "Note")
    shown = table("Records of the review, newest first", heads, rows, hidden=True)
    return Markup('<div class="pg-review">{}</div>').format(shown)


def _record(reviewed: Reviewed, filed: Filed, links: Links) -> Iterator[Markup | str]:
    record = filed.record
    glyph, verb, tone = VERDICTS[record.verdict]
    yield day_text(record.date)
    yield f"{record.by} as {role_title(reviewed.workflow, record.role)}"
    yield Markup('<span class="pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(tone, glyph, verb)
    yield joined(
        (
            link(gate_title(reviewed.workflow, gate), links.page(gate) if gate in reviewed.gates else None)
            for gate in record.gates
        ),
        ", ",
    )
    yield reviewed.identity.level(filed.sha256)
    yield _stands(reviewed, filed)
    yield "; ".join(part for part in (record.note, record.despite and f"despite open errors: {record.despite}") if part)


def _stands(reviewed: Reviewed, filed: Filed) -> str:
    """Say whether a record still is somebody's last word, and on how many of its gates it holds."""
    if filed not in reviewed.records.valid:
        return "does not count: see the findings"
    words = [word for review in reviewed.gates.values() for word in review.words if word.filed == filed]
    if not words:
        return "replaced by a later record"
    counts = {name: sum(word.standing == name for word in words) for name in ("holds", "stale", "suspect")}
    told = [f"{name} on {number}" for name, number in counts.items() if number]
    return f"{', '.join(told)} of {len(filed.record.gates)}"
