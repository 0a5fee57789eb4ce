"""What a reviewer of a gate works through: rules with their verdicts, mandatory sections, questions, approvals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache

from markupsafe import Markup
from msgspec import Struct

from plangate.analysis.sections import SectionState
from plangate.analysis.sections import Verdict as SectionVerdict
from plangate.analysis.verdicts import OPEN, RuleVerdict, said, tally
from plangate.model.pattern import along, is_filled
from plangate.model.plan import JUDGED, Plan
from plangate.model.policy import Policy, Section
from plangate.model.problem import HEADER, path_text
from plangate.model.review import Waiver
from plangate.render.fragments import EMPTY, Row, bullets, code, figures, joined, link, paragraph, table, text
from plangate.render.links import Links, anchor, section_anchor
from plangate.render.matrix import state_mark
from plangate.render.method import needed_when
from plangate.render.notes import Note
from plangate.render.page import Page
from plangate.render.page import Section as PageSection
from plangate.render.review import Reviewed, approvals_table, concerns_table, gate_title, role_title
from plangate.render.text import sentence
from plangate.render.values import day_text

MARKS: Mapping[RuleVerdict, tuple[str, str, str]] = {
    "fail": ("✕", "fails", "bad"),
    "undetermined": ("?", "undetermined", "warn"),
    "waived": ("◆", "waived", "warn"),
    "baselined": ("◇", "known before", "plain"),
    "pass": ("✓", "holds", "good"),
    "not_applicable": ("–", "does not apply", "plain"),
    "off": ("–", "not asked", "plain"),
}
"""Glyph, word and tone of the verdict of a rule."""

_SECTIONS: Mapping[SectionVerdict, tuple[str, str, str]] = {
    "filled": ("✓", "there", "good"),
    "missing": ("✕", "missing", "bad"),
    "not_applicable": ("–", "declined", "plain"),
    "not_applicable_refused": ("✕", "declined, which it cannot be", "bad"),
    "waiting": ("–", "not needed", "plain"),
    "broken": ("?", "cannot be read", "warn"),
}
"""Glyph, word and tone of what became of a mandatory section."""

_TICKS = "Boxes help to work through the questions and are kept nowhere; what counts is an approval."

_LACKING: frozenset[SectionVerdict] = frozenset({"missing", "not_applicable_refused", "broken"})


class Judged(Struct, frozen=True):
    """A rule with its verdict on a gate: what it finds there, which waivers let that pass, why it is not asked."""

    rule: str
    title: str
    url: str | None
    verdict: RuleVerdict
    notes: tuple[Note, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    why: str = ""


class Checklist(Struct, frozen=True):
    """What a reviewer of one gate works through; of the plan as a whole (`HEADER`) it has nothing but rules."""

    gate: str
    rules: tuple[Judged, ...]
    sections: tuple[SectionState, ...] = ()
    questions: tuple[str, ...] = ()


def method_checklist(policy: Policy, gate: str) -> Markup:
    """Give what a reviewer of a gate asks and which sections it must have, in any plan; raises KeyError."""
    workflow = policy.workflow
    entries: list[tuple[Section, str | None]] = [(entry, None) for entry in workflow.gates[gate].mandatory]
    entries += [
        (entry, name) for name, spec in sorted(workflow.profiles.items()) for entry in spec.mandatory.get(gate, ())
    ]
    asked = bullets(policy.checklists.questions.get(gate, ()))
    ticks = bullets(_tick(entry, profile) for entry, profile in entries)
    return Markup("<div>{}<p>Sections that have to be there:</p>{}</div>").format(asked, ticks)


def _tick(entry: Section, profile: str | None) -> Markup:
    when = needed_when(entry, profile)
    return Markup("☐ {} ({}){}").format(
        sentence(entry.title), code(entry.path), "" if when == "always" else f", {when}"
    )


def checklist_page(lists: Sequence[Checklist], reviewed: Reviewed, state: str, links: Links) -> Page:
    """Give the checklists of a plan, a section for each gate, above them what is to be decided where."""
    plan = reviewed.facts.plan
    verdicts = {
        one.rule: one.verdict for found in lists for one in found.rules if one.verdict in {"fail", "undetermined"}
    }
    entries = [
        ("Plan", link(plan.title, links.page())),
        ("State", state_mark(state)),
        ("Rules that fail", str(sum(verdict == "fail" for verdict in verdicts.values()))),
        ("Undetermined", str(sum(verdict == "undetermined" for verdict in verdicts.values()))),
        ("Day of the checks", reviewed.today.isoformat()),
    ]
    rows = [
        Row(
            [
                link(_title(reviewed, found.gate), f"#{section_anchor(found.gate)}"),
                state_mark(reviewed.states[found.gate]) if found.gate in reviewed.states else "–",
                tally(one.verdict for one in found.rules),
                joined(to_decide(found, reviewed), ", ") or "nothing",
            ]
        )
        for found in lists
    ]
    heads = ("Gate", "State", "Rules", "To decide")
    return Page(
        "Checklist",
        tuple(
            PageSection(
                section_anchor(found.gate), _title(reviewed, found.gate), gate_checklist(found, reviewed, links)
            )
            for found in lists
        ),
        description="What a reviewer of each gate works through, with the verdict of every rule.",
        intro=figures(entries) + table("What is to be decided, by gate", heads, rows, hidden=True) + paragraph(_TICKS),
    )


def _title(reviewed: Reviewed, gate: str) -> str:
    return "The plan as a whole" if gate == HEADER else gate_title(reviewed.workflow, gate)


def to_decide(found: Checklist, reviewed: Reviewed) -> Iterator[str]:
    """Give what a reviewer of a gate has to think about: rules, sections, concerns, and whose approval it lacks."""
    verdicts = [one.verdict for one in found.rules]
    for verdict in OPEN:
        if count := verdicts.count(verdict):
            yield f"{count} {said(verdict, count)}"
    lacking = {id(entry.section) for entry in found.sections if entry.verdict in _LACKING}
    if lacking:
        yield f"{len(lacking)} section{'s are' if len(lacking) > 1 else ' is'} missing"
    review = reviewed.gates.get(found.gate)
    if review is None:
        return
    if count := len(review.concerns):
        yield f"{count} concern{'s are' if count > 1 else ' is'} open"
    if count := len(review.holding):
        yield f"{count} word{'s hold' if count > 1 else ' holds'} it up"
    if _may_be_signed(found.gate, reviewed) and review.waiting:
        yield f"{', '.join(role_title(reviewed.workflow, need.role) for need in review.waiting)} to approve"


def _may_be_signed(gate: str, reviewed: Reviewed) -> bool:
    plan = reviewed.facts.plan
    return plan.header.intent in JUDGED and gate in plan.gates


def gate_checklist(found: Checklist, reviewed: Reviewed, links: Links) -> Markup:
    """Give what a reviewer of a gate works through, what needs a decision first, what holds folded away."""
    state = reviewed.states.get(found.gate)
    about = joined(
        [
            Markup("<strong>{}</strong>").format(_counted(found.rules)),
            *([state_mark(state), link("the gate", links.page(found.gate))] if state is not None else []),
        ],
        " ",
    )
    parts = [paragraph(about), _open_rules(found.rules, links), _folded(found.rules)]
    if found.sections:
        parts += [_headed("Mandatory sections"), _sections(found, reviewed.facts.plan, links)]
    if found.questions:
        parts += [_headed("To ask"), _questions(found.questions)]
    return Markup('<div class="pg-verdicts">{}</div>').format(joined([*parts, _approvals(found, reviewed, links)]))


def _counted(rules: Iterable[Judged]) -> str:
    told = tally(one.verdict for one in rules)
    return f"{told[:1].upper()}{told[1:]}."


def _headed(title: str) -> Markup:
    return Markup('<p class="pg-head">{}</p>').format(title)


@cache
def _mark(glyph: str, word: str, tone: str) -> Markup:
    return Markup('<span class="pg-state pg-{}"><span aria-hidden="true">{}</span> {}</span>').format(tone, glyph, word)


def _open_rules(rules: Iterable[Judged], links: Links) -> Markup:
    """Give the rules that need a decision, each with all that it finds."""
    rows = [
        Row(
            [
                _mark(*MARKS[one.verdict]),
                Markup("{} {}").format(link(one.rule, one.url), text(one.title)),
                _told(one, links),
            ]
        )
        for one in rules
        if one.verdict in OPEN
    ]
    return table("Rules to look at", ("Verdict", "Rule", "What is found"), rows, hidden=True) if rows else EMPTY


def _told(one: Judged, links: Links) -> Markup:
    """Say what a rule finds: its weight where that differs, the message, what would be right, and the line."""
    told: list[Markup] = []
    for note in one.notes:
        weight = note.severity if note.verdict == "fail" else MARKS[note.verdict][1]  # type: ignore[index]
        told.append(
            Markup('<div class="pg-word">{}{} {}<small>{}</small></div>').format(
                Markup("<strong>{}</strong> ").format(weight) if weight != MARKS[one.verdict][1] else EMPTY,
                note.told,
                Markup("<em>{}</em>").format(note.advice) if note.hint else EMPTY,
                link(note.where, note.place),
            )
        )
    for waiver in one.waivers:
        about = link(waiver.id, links.page(fragment=anchor("waiver", waiver.id)))
        told.append(
            Markup('<div class="pg-word">{} until {}: {}</div>').format(
                about, day_text(waiver.expires), text(waiver.reason)
            )
        )
    return joined([*told, one.why])


def _folded(rules: Sequence[Judged]) -> Markup:
    """Give what holds and what does not apply, each folded behind its count."""
    silent: tuple[RuleVerdict, ...] = ("not_applicable", "off")
    return _fold(rules, ("pass",)) + _fold(rules, silent)


def _fold(rules: Iterable[Judged], verdicts: tuple[RuleVerdict, ...]) -> Markup:
    chosen = [one for one in rules if one.verdict in verdicts]
    if not chosen:
        return EMPTY
    counts = {verdict: sum(one.verdict == verdict for one in chosen) for verdict in verdicts}
    summary = ", ".join(f"{count} {said(verdict, count)}" for verdict, count in counts.items() if count)
    shown = joined(_folded_rule(one.verdict, one.rule, one.title, one.url, one.why) for one in chosen)
    glyph, _, tone = MARKS[verdicts[0]]
    return Markup(
        '<details class="pg-fold"><summary class="pg-{}"><span aria-hidden="true">{}</span> {}</summary>'
        '<ul class="pg-ticks pg-single">{}</ul></details>'
    ).format(tone, glyph, summary, shown)


@lru_cache(maxsize=4096)
def _folded_rule(verdict: RuleVerdict, rule: str, title: str, url: str | None, why: str) -> Markup:
    """Give a rule that needs no decision; all plans have much the same ones."""
    reason = Markup("<small>{}</small>").format(text(why)) if why else EMPTY
    return Markup("<li>{}<span>{} {} {}</span></li>").format(
        _mark(*MARKS[verdict]), link(rule, url), text(title), reason
    )


def _sections(found: Checklist, plan: Plan, links: Links) -> Markup:
    grouped: dict[tuple[str, SectionVerdict], list[SectionState]] = {}
    for entry in found.sections:
        grouped.setdefault((entry.section.path, entry.verdict), []).append(entry)
    rows = [_section(entries, plan, links) for entries in grouped.values()]
    return Markup('<ul class="pg-ticks">{}</ul>').format(joined(rows))


def _section(entries: Sequence[SectionState], plan: Plan, links: Links) -> Markup:
    first = entries[0]
    title = link(sentence(first.section.title), _place(first, plan, links))
    more = EMPTY
    if first.verdict in _LACKING:
        more = Markup(" {}").format(joined((code(path_text(entry.path)) for entry in entries if entry.path), ", "))
    elif first.verdict == "not_applicable":
        more = Markup(": {}").format(joined((text(entry.reason or "") for entry in entries), "; "))
    elif first.verdict == "waiting":
        more = Markup(", only {}").format(needed_when(first.section))
    return Markup("<li>{} {}{}</li>").format(_mark(*_SECTIONS[first.verdict]), title, more)


def _place(entry: SectionState, plan: Plan, links: Links) -> str | None:
    """Give where a section stands on its gate's page, or that page where it has no place there."""
    if entry.verdict == "waiting":
        return None
    value, field = plan.gates.get(entry.gate), str(entry.path[0]) if entry.path else ""
    shown = value is not None and (entry.verdict != "filled" or is_filled(along(value, (field,))[-1]))
    return links.page(entry.gate, section_anchor(field) if field and shown else "")


def _questions(questions: Iterable[str]) -> Markup:
    asked = joined(
        Markup('<li><label><input type="checkbox"> {}</label></li>').format(text(question)) for question in questions
    )
    return Markup('<ul class="pg-ticks pg-single">{}</ul>').format(asked)


def _approvals(found: Checklist, reviewed: Reviewed, links: Links) -> Markup:
    """Give who approved a gate and who still has to, with the words to do it; open concerns first."""
    review = reviewed.gates.get(found.gate)
    if review is None:
        return EMPTY
    shown = concerns_table(reviewed, links, found.gate) + approvals_table(reviewed, review)
    if not shown:
        return EMPTY
    if _may_be_signed(found.gate, reviewed) and review.waiting:
        plan = reviewed.facts.plan.id
        commands = (f"plangate sign {found.gate} --plan {plan} --role {need.role}" for need in review.waiting)
        shown += Markup('<ul class="pg-ticks pg-single">{}</ul>').format(
            joined(Markup("<li>{}</li>").format(code(command)) for command in commands)
        )
    return _headed("Who approves") + Markup('<div class="pg-review">{}</div>').format(shown)
