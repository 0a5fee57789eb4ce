"""The page of a gate: its data as readers want it, findings where they concern something, then the author's prose."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from plangate.analysis.facts import Facts
from plangate.model.acceptance import Acceptance
from plangate.model.contracts import Contract, Contracts
from plangate.model.element import Gate
from plangate.model.policy import GateSpec
from plangate.model.problem import Path
from plangate.model.quality import Quality
from plangate.model.quantity import Quantity
from plangate.model.sources import Sources
from plangate.render.backfill import PAGE, backfill_table
from plangate.render.capacity import capacity_table
from plangate.render.cost import cost_table
from plangate.render.cost_page import PAGE as COST_PAGE
from plangate.render.fragments import (
    EMPTY,
    NOTHING,
    Row,
    chips,
    code,
    figures,
    joined,
    link,
    mark,
    paragraph,
    table,
    text,
)
from plangate.render.fragments import facts as pairs
from plangate.render.lineage_page import lineage_figures
from plangate.render.links import Links, anchor, section_anchor
from plangate.render.matrix import state_mark
from plangate.render.notes import Note, counted, note_list
from plangate.render.page import Page, Section
from plangate.render.parts import PartWriter
from plangate.render.prose import ProseHtml
from plangate.render.resources import peak_against_path, scanned_by_queries, units_and_slots, what_breaks_first
from plangate.render.runbook import runbook_figures
from plangate.render.sensitivity import sensitivity_table, stated_table
from plangate.render.streaming import catch_up_table, checkpoint_figures, recovery_figures, retention_table, state_table
from plangate.render.text import label, sentence
from plangate.render.values import FieldSpec, present, specs
from plangate.render.whatif import whatif_section


def gate_page(
    facts: Facts,
    gate: str,
    links: Links,
    *,
    state: str = "missing",
    notes: Iterable[Note] = (),
    prose: ProseHtml | None = None,
    banner: Markup = EMPTY,
    review: Section | None = None,
) -> Page:
    """Give the page of a gate; a gate without a file is a page that says what is to be written.

    `notes` are the findings about this gate; each is shown once, at the place that its path names. `banner` says what
    changed since it was approved, above everything else, and `review`, at the end, who approved it.
    """
    plan = facts.plan
    spec = facts.policy.workflow.gates.get(gate) or GateSpec(title=label(gate))
    own = list(notes)
    front = plan.prose.get(gate)
    writer = PartWriter(plan, gate, links, own)
    value = plan.gates.get(gate)
    sections = _sections(facts, gate, value, writer)
    if gate == "capacity" and (tries := whatif_section(facts, links)):
        sections.append(Section("pg-whatif", "Try other values", tries))
    if prose is not None and prose.html:
        sections.append(Section("pg-prose", "In words", prose.html, tokens=prose.tokens))
    if review is not None:
        sections.append(review)
    source = links.edit_url(gate, ())
    entries = [
        ("Plan", link(plan.title, links.page())),
        ("State", state_mark(state)),
        ("Findings", counted(own)),
        ("Checklist", link("what a reviewer works through", links.checklist(gate))),
        *([("Source", link("open the file", source))] if source else []),
    ]
    intro = banner + figures(entries) + (paragraph(spec.purpose) if spec.purpose else Markup(""))
    if value is None:
        intro += paragraph("This gate has no data yet.")
    return Page(
        title=(front.title if front is not None else None) or spec.title,
        sections=tuple(sections),
        status=state,
        description=(front.description if front is not None else None) or spec.purpose or "",
        tags=front.tags if front is not None else (),
        intro=intro + note_list(writer.notes),
    )


def _sections(facts: Facts, gate: str, value: Gate | None, writer: PartWriter) -> list[Section]:
    titles = _titles(facts, gate)
    missing = {
        entry.path[0] for entry in facts.mandatory if entry.gate == gate and entry.verdict == "missing" and entry.path
    }
    if value is None:
        return [
            Section(section_anchor(name), title, Markup("<p>{}</p>").format(NOTHING))
            for name, title in titles.items()
            if name in missing
        ]
    found: list[Section] = []
    short: list[tuple[str, str]] = []
    for spec in specs(type(value)):
        field_value, path = getattr(value, spec.attribute), (spec.name,)
        special = _SPECIAL.get((gate, spec.name))
        extra = special(facts, writer) if special else Markup("")
        said = present(field_value) or writer.declined(path) is not None or bool(extra)
        if said or spec.name in missing or any(note.path[:1] == path for note in writer.notes):
            title = titles.get(spec.name) or spec.title
            if isinstance(field_value, Quantity | Decimal | int):
                shown = writer.inline(field_value, path, spec)
                notes = writer.take(path)
                here = Markup('<span id="{}">{}</span>{}').format(section_anchor(spec.name), shown, notes)
                short.append((title, here))
                continue
            if extra and (gate, spec.name) in _WHOLE:
                found.append(Section(section_anchor(spec.name), title, writer.take(path) + extra))
                continue
            body, children = _body(facts, gate, field_value, path, spec, title, writer)
            found.append(Section(section_anchor(spec.name), title, extra + body, children=children))
    return [Section("pg-at-a-glance", "At a glance", pairs(short)), *found] if short else found


def _titles(facts: Facts, gate: str) -> Mapping[str, str]:
    """Give the titles that the workflow has for whole fields of a gate."""
    workflow, profile = facts.policy.workflow, facts.plan.header.profile
    if gate not in workflow.gates or profile not in workflow.profiles:
        return {}
    return {entry.path: sentence(entry.title) for entry in workflow.mandatory(profile, gate) if "." not in entry.path}


def _body(
    facts: Facts, gate: str, value: object, path: Path, spec: FieldSpec, title: str, writer: PartWriter
) -> tuple[Markup, tuple[Section, ...]]:
    if gate == "cutover" and path == ("cutover",) and facts.cutover is not None:
        more = paragraph(
            link("The runbook: every step with its time, the way back and the rehearsals", writer.links.page("runbook"))
        )
        body, children = writer.section(value, path, spec, title)
        return more + body, children
    body, children = writer.section(value, path, spec, title)
    if isinstance(facts.plan.gates[gate], Contracts) and path == ("contracts",):
        children = tuple(
            Section(child.id, child.title, child.html + _from_model(facts, contract, writer), child.level)
            for child, contract in zip(children, value if isinstance(value, tuple) else (), strict=False)
        )
    return body, children


def _from_model(facts: Facts, contract: Contract, writer: PartWriter) -> Markup:
    """Give the columns and readers that a contract takes from other gates."""
    dataset, found = contract.dataset or "", Markup("")
    columns = facts.derived.contract_columns.get(dataset, ())
    if not isinstance(contract.columns, tuple) and columns:
        only = ("name", "type", "nullable", "unique", "values", "classification", "pii", "description")
        shown = [name for name in only if any(present(getattr(column, name)) for column in columns)]
        found += writer.elements(columns, ("contracts",), "Columns, derived from the model", shown)
    readers = facts.derived.contract_consumers.get(dataset, ())
    if contract.consumers == "from_context" and readers:
        names = (link(name, writer.links.element(("consumer",), name)) for name in readers)
        found += Markup("<p>Consumers{}</p>{}").format(mark("derived from gate context", "derived"), chips(names))
    return found


def _volumes(facts: Facts, writer: PartWriter) -> Markup:
    return capacity_table(facts, writer.links) if facts.capacity.workloads else Markup("")


def _moved(facts: Facts, writer: PartWriter) -> Markup:
    return sensitivity_table(facts, writer.links)


def _quoted(facts: Facts, writer: PartWriter) -> Markup:
    return stated_table(facts.stated, writer.links)


def _costs(facts: Facts, writer: PartWriter) -> Markup:
    more = link("Cost month by month, in three cases, once, and its prices", writer.links.page(COST_PAGE))
    return cost_table(facts.cost, writer.links) + paragraph(more) if facts.cost.lines else Markup("")


def _switch(facts: Facts, writer: PartWriter) -> Markup:
    return runbook_figures(facts.plan, facts.cutover) if facts.cutover is not None else Markup("")


def _backfills(facts: Facts, writer: PartWriter) -> Markup:
    more = link("Backfills: duration, live loads, what is built from them", writer.links.page(PAGE))
    return backfill_table(facts, writer.links) + paragraph(more) if facts.backfills else Markup("")


def _drawn(table: Callable[[Facts, Links], Markup]) -> Callable[[Facts, PartWriter], Markup]:
    return lambda facts, writer: table(facts, writer.links)


def _lineage(facts: Facts, writer: PartWriter) -> Markup:
    more = link("The lineage with every dataset and consumer", writer.links.page("lineage"))
    return lineage_figures(facts.lineage) + paragraph(more) if facts.lineage.nodes else Markup("")


def _checks(facts: Facts, writer: PartWriter) -> Markup:
    """Give the checks that follow from other gates, each with where it comes from."""
    if not isinstance(facts.plan.quality, Quality):
        return Markup("")
    rows = [
        Row(
            [
                code(check.id),
                link(check.dataset, writer.links.element(("dataset",), check.dataset)),
                joined((code(column) for column in check.columns), ", "),
                check.kind.replace("_", " "),
                text(check.because) + mark(f"derived from gate {check.origin[0]}", "derived"),
            ],
            writer.claim(anchor("check", check.id)),
        )
        for check in facts.derived.checks
    ]
    return table("Derived checks", ["Check", "Dataset", "Columns", "Kind", "Because of"], rows) if rows else Markup("")


def _criteria(facts: Facts, writer: PartWriter) -> Markup:
    if not isinstance(facts.plan.acceptance, Acceptance) or not facts.derived.criteria:
        return Markup("")
    only = ("id", "from", "phase", "approver", "owner", "due")
    return writer.elements(facts.derived.criteria, ("criteria", "derived"), "Derived criteria", only)


def _promises(facts: Facts, writer: PartWriter) -> Markup:
    if not isinstance(facts.plan.sources, Sources):
        return Markup("")
    more = link("Freshness: how old data is at worst, and where the time goes", writer.links.page("freshness"))
    found = paragraph(more) if facts.freshness.needs else Markup("")
    if not facts.derived.promises:
        return found
    rows = [
        Row(
            [
                link(entry.dataset, writer.links.element(("dataset",), entry.dataset)),
                str(entry.target),
                link(entry.consumer, writer.links.element(("consumer",), entry.consumer)),
            ]
        )
        for entry in facts.derived.promises
    ]
    return found + table("Derived promises", ["Dataset", "Target", "Need of"], rows)


_SPECIAL: Mapping[tuple[str, str], Callable[[Facts, Any], Markup]] = {
    ("capacity", "workloads"): _volumes,
    ("capacity", "throughput"): _drawn(peak_against_path),
    ("capacity", "resources"): _drawn(units_and_slots),
    ("capacity", "queries"): _drawn(scanned_by_queries),
    ("capacity", "breaks_first"): _drawn(what_breaks_first),
    ("capacity", "sensitivity"): _moved,
    ("capacity", "stated"): _quoted,
    ("capacity", "cost"): _costs,
    ("events", "streams"): _drawn(retention_table),
    ("events", "state"): _drawn(state_table),
    ("events", "checkpoints"): _drawn(checkpoint_figures),
    ("events", "recovery"): _drawn(catch_up_table),
    ("operations", "recovery"): _drawn(recovery_figures),
    ("cutover", "backfill"): _backfills,
    ("cutover", "cutover"): _switch,
    ("operations", "lineage"): _lineage,
    ("quality", "checks"): _checks,
    ("acceptance", "criteria"): _criteria,
    ("sources", "freshness"): _promises,
}

_WHOLE = frozenset({("capacity", "breaks_first")})
"""Sections whose table says all that the author wrote."""
