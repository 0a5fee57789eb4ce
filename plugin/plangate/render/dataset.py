"""The page of a dataset: where it stands among all plans, who builds and reads it, and what is promised of it."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from plangate.analysis.atlas import Atlas, Entry, Reached
from plangate.analysis.dataset import DatasetFacts
from plangate.analysis.facts import Facts
from plangate.analysis.freshness import Need
from plangate.analysis.lineage_change import StatesAmong
from plangate.render.boxes import LinksOf, entry_href
from plangate.render.contract import contract_of
from plangate.render.fragments import (
    EMPTY,
    NOTHING,
    Cell,
    Head,
    Row,
    bullets,
    figures,
    joined,
    link,
    number,
    paragraph,
    table,
)
from plangate.render.links import Links, anchor, domain_path
from plangate.render.notes import Note, note_list
from plangate.render.page import Page, Section
from plangate.render.surroundings import surroundings
from plangate.render.text import label
from plangate.render.values import day_text, quantity_text
from plangate.render.work import computed, room

MOST_ROWS = 40
"""How many rows each table of a dataset's page has; further ones are counted."""

_FEW = 5
_NOTHING_CHANGED = StatesAmong()


def dataset_page(
    entry: Entry,
    atlas: Atlas,
    facts: Facts,
    links_of: LinksOf,
    notes: Sequence[Note],
    columns: Markup = EMPTY,
    changes: StatesAmong = _NOTHING_CHANGED,
) -> Page:
    """Give the page of a dataset; `facts` are those of its home plan, `notes` the findings that concern it, `changes`
    what became of the lineage since the base revision."""
    said = facts.datasets.get(entry.id, DatasetFacts())
    links = links_of(entry.home)
    sections = [
        Section("pg-findings", "Findings", note_list(notes)),
        Section("pg-reached", "What a change here reaches", reached_table(atlas.reach(entry.id), atlas, links_of)),
        Section("pg-columns", "Columns", columns),
        Section("pg-contract", "Contract", contract_of(entry.id, facts, links_of)),
        Section("pg-needs", "How fresh it has to be", _needs(entry, facts, links_of)),
        Section("pg-checks", "Checks", _checks(said, links)),
        Section("pg-slos", "Service levels", _slos(said, links)),
        Section("pg-plans", "Plans that speak of it", _plans(entry, facts, links_of)),
    ]
    return Page(
        title=entry.id,
        description=_description(said) or f"Lineage, contract and checks of {entry.id}.",
        intro=(paragraph(_description(said)) if _description(said) else EMPTY)
        + _figures(entry, atlas, facts, said, links_of)
        + surroundings(entry, atlas, links_of, changes),
        sections=tuple(section for section in sections if section.html),
    )


def _description(said: DatasetFacts) -> str:
    told = [said.model.description if said.model else None]
    told += [dataset.description for _, dataset in said.sources]
    told += [contract.description for contract in said.contracts]
    return next((one for one in told if one), "")


def _figures(entry: Entry, atlas: Atlas, facts: Facts, said: DatasetFacts, links_of: LinksOf) -> Markup:
    links = links_of(entry.home)
    titles = dict(atlas.graph.layers)
    domain = link(label(entry.domain) if entry.domain else "none", links.url(domain_path(entry.domain)))
    version = next((contract.version for contract in said.contracts if contract.version), None)
    entries = [
        ("Layer", titles[entry.node.layer]),
        ("Domain", domain),
        ("Owner", entry.node.owner or NOTHING),
        ("Critical", "yes" if entry.node.critical else "no"),
        ("Built by", _named(entry.producers, atlas, links_of) or Markup("no plan")),
        ("Used by", _named(entry.users, atlas, links_of) or Markup("no other plan")),
        ("Contract", version or NOTHING),
    ]
    promise = said.promise
    if promise is not None:
        entries.append(("Promised", f"{quantity_text(promise.need)} old at most"))
    if said.age is not None and said.age.age is not None:
        entries.append(("Worst age", computed(said.age.age).html))
    if promise is not None and promise.headroom is not None:
        entries.append(("Room", _room(promise, facts).html))
    return Markup('<div class="pg-numbers" data-search-exclude>{}</div>').format(figures(entries))


def _named(plans: Sequence[str], atlas: Atlas, links_of: LinksOf) -> Markup:
    shown = joined((link(atlas.plans[name].title, links_of(name).page()) for name in plans[:_FEW]), ", ")
    return shown + (f" and {len(plans) - _FEW} more" if len(plans) > _FEW else "")


def reached_table(reached: Sequence[Reached], atlas: Atlas, links_of: LinksOf) -> Markup:
    """Give every consumer that a change reaches, the one that needs the data first on top."""
    if not reached:
        return paragraph("No consumer of any plan reads this dataset or anything built from it.")
    rows = [
        Row(
            [
                link(one.entry.node.label, entry_href(one.entry, links_of)),
                one.entry.node.owner or NOTHING,
                link(one.plan.title, links_of(one.plan.id).page()),
                (one.consumer.contact if one.consumer else None) or NOTHING,
                _way(one.way[1:], atlas, links_of),
                Markup('<span class="pg-q">{}</span>').format(day_text(one.by)) if one.by else NOTHING,
            ]
        )
        for one in reached[:MOST_ROWS]
    ]
    heads = ("Consumer", "Owner", "Plan", "Contact", "By way of", "Needed by")
    return table("What a change here reaches", heads, rows, sortable=True, hidden=True) + _rest(reached, "consumers")


def _way(names: Sequence[str], atlas: Atlas, links_of: LinksOf) -> Markup:
    if not names:
        return Markup("reads it directly")
    shown = [link(name, entry_href(atlas.entries[name], links_of)) for name in names]
    if len(shown) > _FEW:
        shown[2:-2] = [Markup("{} others").format(len(shown) - 4)]
    return joined(shown, " → ")


def _rest(items: Sequence[object], noun: str) -> Markup:
    rest = len(items) - MOST_ROWS
    return paragraph(f"And {rest:,} more {noun}.") if rest > 0 else EMPTY


def _needs(entry: Entry, facts: Facts, links_of: LinksOf) -> Markup:
    """Give what any plan asks of the dataset's age, each with the worst age as that plan works it out."""
    found: list[tuple[Facts, Need]] = []
    for name in dict.fromkeys((entry.home, *entry.producers, *entry.users)):
        other = facts.of(name)
        found += [(other, need) for need in other.datasets.get(entry.id, DatasetFacts()).needs] if other else []
    rows = [
        Row(
            [
                f"{_KINDS[need.kind]} {need.name}".strip(),
                link(other.plan.title, links_of(other.plan.id).page("freshness")),
                number(quantity_text(need.need), need.need.base),
                computed(need.age.age),
                _room(need, other),
            ]
        )
        for other, need in found[:MOST_ROWS]
    ]
    heads = [Head("Who"), Head("Plan"), Head("May be old", "number"), Head("Worst age", "number")]
    shown = table("How fresh it has to be", [*heads, Head("Room", "number")], rows, hidden=True)
    return Markup('<div class="pg-numbers">{}</div>').format(shown + _rest(found, "needs")) if rows else EMPTY


_KINDS = {"consumer": "Consumer", "promise": "Promise", "contract": "Contract", "check": "Check", "slo": "SLO"}


def _room(need: Need, facts: Facts) -> Cell:
    return room(need.headroom, 1 - facts.policy.checklists.thresholds.freshness_headroom.base)


def _checks(said: DatasetFacts, links: Links) -> Markup:
    rows = [
        Row(
            [
                link(check.id, links.element(("check", "reconciliation"), check.id)),
                check.kind.replace("_", " ") or NOTHING,
                check.about,
                check.severity or EMPTY,
                check.origin,
            ]
        )
        for check in said.checks[:MOST_ROWS]
    ]
    heads = ("Check", "Kind", "Of", "Severity", "Origin")
    return table("Checks", heads, rows, sortable=True, hidden=True) + _rest(said.checks, "checks") if rows else EMPTY


def _slos(said: DatasetFacts, links: Links) -> Markup:
    rows = [
        Row(
            [
                link(slo.id, links.element(("slo",), slo.id)),
                slo.sli or NOTHING,
                number(quantity_text(slo.target), slo.target.base) if slo.target else Cell(NOTHING),
                number(quantity_text(slo.objective), slo.objective.base) if slo.objective else Cell(NOTHING),
                number(quantity_text(slo.window), slo.window.base) if slo.window else Cell(NOTHING),
            ]
        )
        for slo in said.slos[:MOST_ROWS]
    ]
    heads = [Head("SLO"), Head("Of"), Head("Target", "number"), Head("Objective", "number"), Head("Window", "number")]
    return table("Service levels", heads, rows, hidden=True) if rows else EMPTY


def _plans(entry: Entry, facts: Facts, links_of: LinksOf) -> Markup:
    """Name the plans that speak of the dataset, with the gates in which they do."""
    names = list(dict.fromkeys((entry.home, *entry.producers, *entry.users)))
    lines = []
    for name in names[:MOST_ROWS]:
        other = facts.of(name)
        if other is None:
            continue
        links = links_of(name)
        said = other.datasets.get(entry.id, DatasetFacts())
        own = {"sources": said.sources, "modeling": said.model}
        gates = joined(
            (
                link(label(gate), links.page(gate, anchor("dataset", entry.id) if own.get(gate) else ""))
                for gate in _gates(entry.id, other)
            ),
            ", ",
        )
        role = "builds it" if name in entry.producers else "uses it"
        lines.append(
            Markup("{} {}{}").format(link(other.plan.title, links.page()), role, Markup(": ") + gates if gates else "")
        )
    return Markup("<div data-search-exclude>{}</div>").format(bullets(lines)) + _rest(names, "plans")


def _gates(dataset: str, facts: Facts) -> Iterable[str]:
    """Tell which gates of a plan speak of a dataset, in the order of the profile."""
    said = facts.datasets.get(dataset, DatasetFacts())
    node = facts.lineage.by_id.get(dataset)
    found = {
        *([node.gate] if node else []),
        *["sources"] * bool(said.sources),
        *["ingestion"] * bool(said.pipelines),
        *["modeling"] * (said.model is not None),
        *["contracts"] * bool(said.contracts or said.changes),
        *["quality"] * any(check.gate == "quality" for check in said.checks),
        *["operations"] * bool(said.slos),
    }
    return [gate for gate in facts.plan.gates if gate in found]
