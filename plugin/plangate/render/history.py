"""The history of a plan: what each version changed in meaning, the newest first."""

from collections.abc import Iterator, Mapping, Sequence

from markupsafe import Markup

from plangate.analysis.changes.weight import Weight
from plangate.analysis.history import Fate, History, Moved, Said, Signed, Step, Version, Waived
from plangate.model.plan import Plan
from plangate.model.policy import Workflow
from plangate.render.fragments import EMPTY, Row, bullets, code, joined, link, paragraph, table, text
from plangate.render.links import HISTORY, Links
from plangate.render.matrix import STATES
from plangate.render.page import Page, Section
from plangate.render.review import VERDICTS, gate_title, role_title
from plangate.render.values import day_text

WEIGHTS: Mapping[Weight, tuple[str, str]] = {
    "breaking": ("✕", "bad"),
    "risk": ("▲", "warn"),
    "neutral": ("·", "plain"),
    "cosmetic": ("·", "plain"),
}
"""Glyph and tone of every weight of a change."""

_COMPARED = (
    "Each version is compared with the one before it, the plan by itself: what other plans said at the time is not "
    "part of it, and roles, defaults and limits are those of today. What is not committed yet is not in it."
)
_SHORT = 8
_NEWEST = 3
_FATES: Mapping[Fate, str] = {"new": "came", "removed": "was taken away", "changed": "says something else"}


def history_page(plan: Plan, history: History, workflow: Workflow, links: Links) -> Page:
    """Give the page of a plan's history: counts, how it was compared, and a section for each version."""
    intro = _ends(history)
    if history.versions or history.cosmetic or history.earlier:
        intro = _counts(history) + paragraph(_COMPARED) + intro
    return Page(
        title=f"History: {plan.title}",
        description=f"What changed between the versions of {plan.title}.",
        intro=Markup('<div class="pg-review">{}</div>').format(intro),
        sections=tuple(_version(plan, version, workflow, links) for version in history.versions),
    )


def history_section(history: History, links: Links) -> Section:
    """Give the newest versions as a section of another page, with the link to all of them."""
    listed = [
        Markup("{} {}").format(link(_title(version), links.page(HISTORY, _anchor(version))), text(version.subject))
        for version in history.versions[:_NEWEST]
    ]
    body = bullets(listed) if listed else _ends(history)
    return Section(
        "pg-history", "Versions", body + paragraph(link("What changed between versions", links.page(HISTORY)))
    )


def _counts(history: History) -> Markup:
    told = [f"{_number(len(history.versions), 'version')} changed what the plan says."]
    if history.cosmetic:
        told.append(f"{_number(history.cosmetic, 'commit')} changed no meaning.")
    if history.earlier:
        told.append(f"{_number(history.earlier, 'earlier commit')} {_are(history.earlier)} not looked at.")
    return paragraph(" ".join(told))


def _ends(history: History) -> Markup:
    return paragraph(history.ends) if history.ends else EMPTY


def _version(plan: Plan, version: Version, workflow: Workflow, links: Links) -> Section:
    who = f"by {version.author}" if version.author else "by somebody whose address is not in people.yml"
    head = Markup("<p><strong>{}</strong><br><small>{}</small></p>").format(text(version.subject), text(who))
    if version.step is None:
        body = paragraph("This version cannot be compared; that is a fault of Plangate, not of the plan.")
    else:
        body = joined(_step(plan, version, version.step, workflow, links))
    marked = Markup('<div class="pg-review" data-search-exclude>{}</div>').format(head + body)
    return Section(_anchor(version), _title(version), marked)


def _step(plan: Plan, version: Version, step: Step, workflow: Workflow, links: Links) -> Iterator[Markup]:
    if step.fate == "removed":
        yield paragraph("The plan was taken away.")
        return
    if step.fate == "new":
        yield paragraph(f"The plan came, with {_number(len(step.gates), 'gate')}.")
    elif step.said or step.numbers:
        yield paragraph(joined((_weight(weight, number) for weight, number in step.counts), ", "))
    else:
        yield paragraph("It says the same as before.")
    if step.unreadable:
        named = joined((_gate(gate, workflow) for gate in step.unreadable), ", ")
        yield paragraph(Markup("Not compared, because a side of it cannot be read: {}.").format(named))
    yield _said(step.said, step.more_said)
    yield _numbers(step.numbers, step.more_numbers)
    yield _lineage(step)
    yield _reviews(step, workflow)
    if step.fate == "changed" and (step.said or step.numbers):
        short = version.sha[:_SHORT]
        yield paragraph(Markup("All of it: {}").format(code(f"plangate diff {short}~1 {short} {plan.id}")))


def _said(found: Sequence[Said], more: int) -> Markup:
    if not found:
        return EMPTY
    rows = [
        Row([_weight(one.weight), code(one.place), _sides(one.before, one.after) + _why(one.why, one.rule)])
        for one in found
    ]
    return table("What it says", ("Weight", "Where", "Before and after"), rows) + _more(more, "change")


def _why(why: str, rule: str | None = None) -> Markup:
    parts = [*([text(why)] if why else []), *([code(rule)] if rule else [])]
    return Markup("<small>{}</small>").format(joined(parts, " ")) if parts else EMPTY


def _sides(before: str | None, after: str | None) -> Markup:
    if before is None:
        return Markup("new: <ins>{}</ins>").format(text(after)) if after else text("new")
    if after is None:
        return Markup("gone: <del>{}</del>").format(text(before))
    if before == after:  # of prose the first words are shown
        return Markup("reworded: {}").format(text(after))
    return Markup("<del>{}</del> → <ins>{}</ins>").format(text(before), text(after))


def _numbers(found: Sequence[Moved], more: int) -> Markup:
    if not found:
        return EMPTY
    rows = [
        Row(
            [
                _weight(one.weight),
                text(one.label) + _why(one.why),
                text(one.before or "not known"),
                text(one.after or "not known"),
                text(one.limit or "none"),
            ]
        )
        for one in found
    ]
    heads = ("Weight", "Number", "Before", "After", "Limit")
    return table("What is computed", heads, rows) + _more(more, "number")


def _lineage(step: Step) -> Markup:
    if not step.lineage:
        return EMPTY
    listed = [Markup("{} {}").format("new:" if state == "new" else "gone:", code(name)) for state, name in step.lineage]
    return (
        paragraph("Lineage") + bullets(listed) + _more(step.more_lineage, "part of the lineage", "parts of the lineage")
    )


def _reviews(step: Step, workflow: Workflow) -> Markup:
    """Say which approvals lapsed, and which records and waivers came or went."""
    told: list[Markup] = []
    groups: dict[tuple[str, str, str], list[str]] = {}
    for lapse in step.lapsed:
        groups.setdefault((lapse.standing, lapse.person, lapse.role), []).append(lapse.gate)
    for (standing, person, role), gates in groups.items():
        glyph, word = STATES[standing]
        named = joined((_gate(gate, workflow) for gate in gates), ", ")
        told.append(
            Markup(
                '<span class="pg-state pg-warn"><span aria-hidden="true">{}</span> {}</span>: {} as {} had approved {}'
            ).format(glyph, word, text(person), text(role_title(workflow, role)), named)
        )
    told.extend(_record(one, workflow) for one in step.records)
    told.extend(_waiver(one) for one in step.waivers)
    return paragraph("Approvals and waivers") + bullets(told) if told else EMPTY


def _record(one: Signed, workflow: Workflow) -> Markup:
    glyph, verb, tone = VERDICTS[one.verdict]
    said = Markup('<span class="pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(tone, glyph, verb)
    gates = joined((_gate(gate, workflow) for gate in one.gates), ", ")
    whole = Markup("{} as {} {}: {}").format(text(one.person), text(role_title(workflow, one.role)), said, gates)
    if one.fate == "new":
        return whole
    return Markup("A record {}, {}: {}").format(_FATES[one.fate], code(one.file), whole)


def _waiver(one: Waived) -> Markup:
    return Markup("Waiver {} of {} {}; it ends on {}").format(
        code(one.id), code(one.rule), _FATES[one.fate], day_text(one.expires)
    )


def _weight(weight: Weight, number: int | None = None) -> Markup:
    glyph, tone = WEIGHTS[weight]
    return Markup('<span class="pg-state pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(
        tone, glyph, weight if number is None else f"{number} {weight}{'s' if weight == 'risk' and number > 1 else ''}"
    )


def _gate(gate: str, workflow: Workflow) -> str:
    return "plan.yml" if gate == "plan" else gate_title(workflow, gate)


def _more(number: int, one: str, many: str | None = None) -> Markup:
    return paragraph(f"{_number(number, f'more {one}', f'more {many}' if many else None)}.") if number else EMPTY


def _number(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _title(version: Version) -> str:
    day = f"{day_text(version.day)} · " if version.day is not None else ""
    return f"{day}{version.sha[:_SHORT]}"


def _anchor(version: Version) -> str:
    return f"pg-{version.sha[:_SHORT]}"
