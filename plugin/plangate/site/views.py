"""What each generated page shows: facts and findings of the portal handed to their renderers."""

import posixpath
import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.agenda import agenda
from plangate.analysis.clashes import collisions_of
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.occasions import occasions
from plangate.checks.finding import Finding
from plangate.checks.report import PlanReport
from plangate.model.problem import HEADER
from plangate.render.backfill import backfill_page
from plangate.render.calendar import calendar_page
from plangate.render.cost_page import cost_page
from plangate.render.fragments import figures
from plangate.render.freshness import freshness_page
from plangate.render.gate import gate_page
from plangate.render.history import history_page, history_section
from plangate.render.lineage_page import lineage_page
from plangate.render.links import Links
from plangate.render.matrix import MatrixRow, gate_matrix
from plangate.render.measured import measured_sections
from plangate.render.overview import overview
from plangate.render.page import Page, Section
from plangate.render.pii import pii_flow
from plangate.render.prose import ProseHtml, prose_html
from plangate.render.review import changed_banner, gate_review_section, review_section
from plangate.render.runbook import runbook_page
from plangate.render.runbook_forms import runbook_forms
from plangate.site import reviews
from plangate.site.checklists import checklist_view
from plangate.site.excerpt import excerpts
from plangate.site.portal import Portal

_GATE_FILE = re.compile(r"\d+-([a-z_]+)\.(?:md|ya?ml)")
_IMAGE_SOURCE = re.compile(r' src="(?:\./)?(images/[A-Za-z0-9._-]+)"')


def plans_view(portal: Portal, here: str) -> Page:
    """Give the index of plans: counts, and the matrix of plans and gates."""
    entries = [
        ("Plans", str(len(portal.plans))),
        ("In review", str(sum(plan.intent == "in_review" for plan in portal.plans))),
        ("Blocked", str(sum(plan.state == "blocked" for plan in portal.plans))),
        ("Day of the checks", portal.report.today.isoformat()),
    ]
    return Page(
        "Plans", description="All plans with their gates and states.", intro=figures(entries) + matrix(portal, here)
    )


def calendar_view(portal: Portal, here: str) -> Page:
    """Give the calendar of the plans that stand and have pages."""
    landscape = Landscape(portal.portfolio.plans)
    plans = {plan.id: plan for plan in landscape.standing if plan.id in portal.shown}
    margin = timedelta(seconds=float(portal.portfolio.policy.checklists.thresholds.cutover_margin.base))
    return calendar_page(
        [entry for plan in plans.values() for entry in occasions(plan)],
        collisions_of(landscape, margin),
        plans,
        Links("", portal.linker(here), plans=portal.shown),
        portal.report.today,
    )


def matrix(portal: Portal, here: str, only: str | None = None) -> Markup:
    """Give the matrix of all plans, or of one."""
    chosen = [plan for plan in portal.plans if only in {None, plan.id}]
    rows = [
        MatrixRow(
            plan.id,
            plan.title,
            plan.profile,
            plan.state,
            {gate.gate: gate.state for gate in plan.gates},
            reviews.remarks(portal, plan),
        )
        for plan in chosen
    ]
    return gate_matrix(
        rows, portal.portfolio.policy.workflow, Links(only or "", portal.linker(here), plans=portal.shown)
    )


def overview_view(portal: Portal, plan: PlanReport, here: str) -> Page:
    """Give the overview of a plan."""
    links, review = portal.links(plan.id, here), reviews.reviewed(portal, plan)
    sections = [review_section(review, links, reviews.plan_waivers(portal, plan, here))]
    if plan.id in portal.histories:
        sections.append(history_section(portal.histories[plan.id], links))
    page = overview(
        plan.facts,
        links,
        states={gate.gate: gate.state for gate in plan.gates},
        state=plan.state,
        notes=portal.notes(portal.report.of(plan.id), portal.linker(here)),
        prose=prose(portal, plan, "bundle", here),
        banner=changed_banner(review, links),
        behind=sections,
    )
    return _with_excerpt(portal, plan, HEADER, page)


def history_view(portal: Portal, plan: PlanReport, here: str) -> Page:
    """Give what changed between the versions of a plan."""
    workflow = portal.portfolio.policy.workflow
    return history_page(plan.facts.plan, portal.histories[plan.id], workflow, portal.links(plan.id, here))


def gate_view(portal: Portal, plan: PlanReport, gate: str, here: str) -> Page:
    """Give the page of a gate; where its file cannot be read, with the lines around what is wrong."""
    state = next((entry.state for entry in plan.gates if entry.gate == gate), "missing")
    links, review = portal.links(plan.id, here), reviews.reviewed(portal, plan)
    page = gate_page(
        plan.facts,
        gate,
        links,
        state=state,
        notes=portal.notes(_about(portal, plan, gate), portal.linker(here)),
        prose=prose(portal, plan, gate, here),
        banner=changed_banner(review, links, gate),
        review=gate_review_section(review, gate, links, reviews.plan_waivers(portal, plan, here, gate)),
    )
    return _with_excerpt(portal, plan, gate, page)


class Computed(Struct, frozen=True):
    """A page that is computed from several gates, and the one that most of it comes from."""

    gate: str
    draw: Callable[[Portal, Facts, Links], Page]


def _of(draw: Callable[[Facts, Links], Page]) -> Callable[[Portal, Facts, Links], Page]:
    return lambda _portal, facts, links: draw(facts, links)


def _lineage(portal: Portal, facts: Facts, links: Links) -> Page:
    change = portal.changes.get(facts.plan.id)
    return lineage_page(facts.plan, facts.lineage, links, pii_flow(facts, links), change)


def runbook_view(facts: Facts, links: Links) -> Page:
    """Give the runbook of a plan, by measured times too, with what it is taken along as."""
    page = runbook_page(facts, links)
    if agenda(facts) is None:
        return page
    sections = [*page.sections]
    behind = next((n for n, section in enumerate(sections, 1) if section.id == "pg-rehearsals"), len(sections))
    sections[behind:behind] = measured_sections(facts)
    return replace(page, sections=tuple(sections), intro=page.intro + runbook_forms(links))


def _checklist(portal: Portal, facts: Facts, links: Links) -> Page:
    return checklist_view(portal, portal.report.plan(facts.plan.id), links)


COMPUTED: Mapping[str, Computed] = {
    "checklist": Computed(HEADER, _checklist),
    "freshness": Computed("sources", _of(freshness_page)),
    "cost": Computed("capacity", _of(cost_page)),
    "backfill": Computed("cutover", _of(backfill_page)),
    "runbook": Computed("cutover", _of(runbook_view)),
    "lineage": Computed("modeling", _lineage),
}
"""The pages of a plan behind those of its gates, by the last part of their address."""


def prose(portal: Portal, plan: PlanReport, gate: str, here: str) -> ProseHtml | None:
    """Give the Markdown of a gate as HTML that can do no harm, its links turned into those of the site."""
    written = plan.facts.plan.prose.get(gate)
    if written is None:
        return None
    made = prose_html(
        written.body,
        extensions=portal.extensions,
        configs=portal.extension_configs,
        rewrite=_rewriter(portal, plan.id, here),
    )
    link = portal.linker(here)
    moved = _IMAGE_SOURCE.sub(lambda found: f' src="{link(f"plans/{plan.id}/{found[1]}")}"', made.html)
    return ProseHtml(Markup(moved), made.tokens, made.refused)  # noqa: S704 -- cleaned HTML with an address exchanged


def _rewriter(portal: Portal, plan_id: str, here: str) -> Callable[[str], str | None]:
    links = portal.links(plan_id, here)

    def rewrite(target: str) -> str | None:
        path, _, fragment = target.partition("#")
        if fragment and not fragment.startswith("pg-"):
            fragment = f"pg-prose-{fragment}"
        parts = posixpath.normpath(posixpath.join("plans", plan_id, path)).split("/")
        if len(parts) < 2 or parts[0] != "plans":
            return portal.document(posixpath.join(portal.read(plan_id).folder, path), here)
        if parts[1] not in portal.shown:
            return None
        rest = parts[2:]
        if not rest or rest == ["plan.yml"]:
            return links.page(fragment=fragment, plan=parts[1])
        if len(rest) == 1 and (name := _GATE_FILE.fullmatch(rest[0])):
            return links.page(name[1], fragment, plan=parts[1])
        if len(rest) == 1 and rest[0].removesuffix(".md") in COMPUTED:
            return links.page(rest[0].removesuffix(".md"), fragment, plan=parts[1])
        return links.url("/".join(parts)) if rest[0] == "images" and len(rest) == 2 else None

    return rewrite


def _about(portal: Portal, plan: PlanReport, gate: str) -> list[Finding]:
    """Give the findings of a gate, and those of its files that name no gate because they cannot be read."""
    read = portal.read(plan.id)
    file = f"{read.folder}/{read.files.get(gate, '')}"
    names = {file, f"{file.rsplit('.', 1)[0]}.md"}
    return [
        finding
        for finding in portal.report.of(plan.id)
        if finding.gate == gate or (finding.gate is None and finding.file in names)
    ]


def _with_excerpt(portal: Portal, plan: PlanReport, gate: str, page: Page) -> Page:
    """Add the lines around each refusal where the file of a gate, or plan.yml, is there and cannot be read."""
    read = portal.read(plan.id)
    name = read.files.get(gate)
    if name is None or gate in read.documents or (gate != HEADER and gate not in read.present):
        return page
    shown = f"{read.folder}/{name}"
    lines = sorted({finding.line for finding in portal.report.of(plan.id) if finding.file == shown})
    html = excerpts((portal.places.plans / plan.id / name, shown, line) for line in lines)
    if not html:
        return page
    section = Section("pg-unreadable", "Where it cannot be read", html)
    return Page(page.title, (section, *page.sections), page.status, page.description, page.tags, page.intro)
