"""The overview of a plan: who and when, states, key figures, the twelve sections, open findings."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from plangate.analysis.facts import Facts
from plangate.render.bundle import bundle_sections
from plangate.render.fragments import EMPTY, Row, joined, link, paragraph, table
from plangate.render.key_figures import header_figures, key_figures
from plangate.render.links import COMPUTED, Links
from plangate.render.matrix import state_mark
from plangate.render.notes import Note, counted, note_list
from plangate.render.page import Page, Section
from plangate.render.prose import ProseHtml
from plangate.render.text import label


def overview(
    facts: Facts,
    links: Links,
    *,
    states: Mapping[str, str],
    state: str,
    notes: Iterable[Note] = (),
    prose: ProseHtml | None = None,
    banner: Markup = EMPTY,
    behind: Sequence[Section] = (),
) -> Page:
    """Give the overview page: `states` by gate, `state` of the plan, `notes` all findings about it.

    `prose` is the Markdown of gate bundle, where there is one; `banner` says what changed since it was approved, above
    everything else, and `behind` are sections for behind the key figures: who approved what, what its versions changed.
    """
    plan, found = facts.plan, list(notes)
    sections = [
        Section("pg-gates", "Gates", states_table(facts, links, states, found)),
        Section("pg-figures", "Key figures", key_figures(facts) + _computed(links)),
        *behind,
        *bundle_sections(facts, links),
        Section("pg-findings", "Open findings", note_list(found) or paragraph("No findings.")),
    ]
    if prose is not None and prose.html:
        sections.insert(2, Section("pg-prose", "In words", prose.html, tokens=prose.tokens))
    problem = plan.context.problem if plan.context else None
    return Page(
        title=plan.title,
        sections=tuple(sections),
        status=state,
        description=problem or "",
        tags=tuple(tag for tag in (plan.header.domain, plan.header.profile) if tag),
        intro=banner + header_figures(facts, state_mark(state)) + _relations(facts, links),
    )


def states_table(facts: Facts, links: Links, states: Mapping[str, str], notes: Iterable[Note] = ()) -> Markup:
    """Give the gates of the plan's profile with state and findings."""
    workflow, found = facts.policy.workflow, list(notes)
    profile = workflow.profiles.get(facts.plan.header.profile)
    gates = profile.gates if profile is not None else tuple(facts.plan.gates)
    rows = [
        Row(
            [
                link(workflow.gates[gate].title if gate in workflow.gates else gate, links.page(gate)),
                state_mark(states.get(gate, "missing")),
                counted(note for note in found if note.gate == gate),
            ]
        )
        for gate in gates
    ]
    return table("Gates and their states", ("Gate", "State", "Findings"), rows, hidden=True)


def _computed(links: Links) -> Markup:
    """Give the pages that are computed from several gates."""
    return paragraph(joined((link(label(name), links.page(name)) for name in COMPUTED), " · "))


def _relations(facts: Facts, links: Links) -> Markup:
    """Give the plans that this one rests on, replaces, or is replaced by."""
    header = facts.plan.header
    entries = [("Depends on", name) for name in header.depends_on]
    entries += [("Replaces", header.supersedes)] if header.supersedes else []
    entries += [("Replaced by", header.superseded_by)] if header.superseded_by else []
    told = [Markup("{}: {}").format(word, link(name, links.element(("plan",), name))) for word, name in entries]
    return paragraph(Markup(" · ").join(told)) if told else Markup("")
