"""Which pages and files the plugin adds to a site, and how each of them comes about."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from inspect import getfile
from pathlib import Path

from msgspec import Struct

from plangate.analysis.agenda import Agenda, agenda
from plangate.checks.report import PlanReport
from plangate.exchange.formulas import formulas_data
from plangate.exchange.jsonschema import gate_schema, schema_names
from plangate.exchange.lineage.data import lineage_schema
from plangate.exchange.runbook.csv import csv
from plangate.exchange.runbook.data import runbook_data, runbook_schema
from plangate.exchange.runbook.ics import ics
from plangate.exchange.runbook.markdown import markdown
from plangate.reading import files
from plangate.render import bundled
from plangate.render.landscape import domain_name, page_count
from plangate.render.links import HISTORY, dataset_path, domain_path
from plangate.render.page import Page
from plangate.render.runbook_forms import form_path
from plangate.render.text import label, sentence
from plangate.reports.difference_data import difference_schema
from plangate.reports.json_report import schema as report_schema
from plangate.reports.state import schema as state_schema
from plangate.reports.state import state_json
from plangate.site import lineage_views, reviews, views
from plangate.site.lineage_files import lineage_files
from plangate.site.portal import Portal
from plangate.site.rule_page import family_title, rule_page, rules_page

CSS = "assets/plangate/plangate.css"
NEEDED_CSS: Mapping[str, str] = {f"assets/plangate/{name}.css": mark for name, mark in bundled.NEEDED.items()}
"""The stylesheets that only some pages link, each with the class that stands on them."""
JAVASCRIPT = "assets/plangate/plangate.js"
WHATIF = "assets/plangate/whatif.js"
"""Loaded by the script beside it, on pages with numbers to change only."""
BROWSE = "assets/plangate/browse.js"
"""Loaded by the same script, on pages with lineage figures only."""

FOLLOW = "assets/plangate/follow.js"
RUNLOG = "assets/plangate/runlog.js"
"""Loaded by the same script, on runbooks only."""

INDEX = "plans/index.md"
CALENDAR = "calendar/index.md"
CONTRACTS = "contracts/index.md"
RULES = "rules/index.md"
LINEAGE = "lineage/index.md"
REVIEWS = "reviews/index.md"
WAIVERS = "waivers/index.md"

ALTERNATES: Mapping[str, tuple[str, str]] = {
    reviews.FEED: ("application/atom+xml", "Reviews of plans"),
    reviews.STATE: ("application/json", "States of plans"),
}
"""What each page names as another form of the portal: type and title by address."""

_IMAGE = re.compile(r"images/[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpe?g|gif|webp)", re.IGNORECASE)


class VirtualPage(Struct, frozen=True):
    """A page that exists only in a build.

    `uri` is its source URI, `path` its address as renderers write it, `title` its name in the sidebar. `source` is the
    file whose change makes it new, `edit` the one that its edit link opens; `group` the plan or family of rules that it
    belongs to. `render` makes the page of a portal as seen from an address.
    """

    uri: str
    title: str
    render: Callable[[Portal, str], Page]
    source: Path | None = None
    edit: Path | None = None
    group: str | None = None
    status: str | None = None
    searched: bool = True

    @property
    def path(self) -> str:
        """The address of the page as renderers write it: `plans/a/runbook/`."""
        stem = self.uri.removesuffix(".md")
        return f"{stem.removesuffix('index')}" if stem.endswith("index") else f"{stem}/"


class StaticFile(Struct, frozen=True):
    """A file of the site that is no page: its text, or the file that it is a copy of."""

    uri: str
    content: Callable[[], str] | None = None
    source: Path | None = None

    @property
    def source_uri(self) -> str:
        """What MkDocs takes it for: a file that ends like a page is none all the same."""
        return f"{self.uri}.txt" if self.uri.endswith(".md") else self.uri


def pages(portal: Portal) -> Iterator[VirtualPage]:
    """Give every page: the index of plans, those of each plan in reading order, those of all plans, the rules."""
    yield VirtualPage(INDEX, "Plans", views.plans_view, searched=False)
    for plan in portal.plans:
        yield from _plan_pages(portal, plan)
    yield VirtualPage(LINEAGE, "Lineage", lineage_views.landscape_view, searched=False)
    yield from _domain_pages(portal)
    yield VirtualPage(CONTRACTS, "Contracts", lineage_views.contracts_view, searched=False)
    yield VirtualPage(REVIEWS, "Reviews", reviews.reviews_view, searched=False)
    yield VirtualPage(WAIVERS, "Waivers", reviews.waivers_view, searched=False)
    yield VirtualPage(CALENDAR, "Calendar", views.calendar_view, searched=False)
    yield VirtualPage(RULES, "Rules", rules_page, searched=False)
    lists = portal.places.references / "checklists.yml"
    for rule in portal.report.known.values():
        module = lists if rule.own else Path(getfile(rule.check))
        yield VirtualPage(
            f"rules/{rule.id}.md",
            rule.id,
            lambda portal, here, rule=rule: rule_page(rule, portal, here),  # type: ignore[misc]
            source=module if module.is_file() else None,
            group=family_title(rule.id),
        )


def _plan_pages(portal: Portal, plan: PlanReport) -> Iterator[VirtualPage]:
    read = portal.read(plan.id)
    folder = portal.places.plans / plan.id
    newest = _newest(folder)

    def page(
        name: str,
        title: str,
        render: Callable[[Portal, str], Page],
        edit: str | None,
        status: str | None = None,
        *,
        searched: bool = True,
    ) -> VirtualPage:
        source = folder / (read.files.get(edit, "plan.yml") if edit else "plan.yml")
        return VirtualPage(
            f"plans/{plan.id}/{name}.md",
            title,
            render,
            newest,
            source if source.is_file() else folder,
            plan.id,
            status,
            searched,
        )

    yield page("index", "Overview", lambda portal, here: views.overview_view(portal, plan, here), None, plan.state)
    for state in plan.gates:
        spec = portal.portfolio.policy.workflow.gates.get(state.gate)
        title = sentence(spec.title) if spec is not None else sentence(state.gate)
        yield page(
            state.gate,
            title,
            lambda portal, here, gate=state.gate: views.gate_view(portal, plan, gate, here),  # type: ignore[misc]
            state.gate,
            state.state,
        )
    for name, computed in views.COMPUTED.items():
        yield page(
            name,
            label(name),
            lambda portal, here, computed=computed: computed.draw(portal, plan.facts, portal.links(plan.id, here)),  # type: ignore[misc]
            computed.gate,
            searched=False,
        )
    if plan.id in portal.histories:
        yield page(
            HISTORY, label(HISTORY), lambda portal, here: views.history_view(portal, plan, here), None, searched=False
        )


def _domain_pages(portal: Portal) -> Iterator[VirtualPage]:
    """Give the pages of each domain, those of its list and of its datasets behind it."""
    newest = {plan: _newest(portal.places.plans / plan) for plan in portal.atlas.plans}
    for domain, entries in portal.atlas.by_domain.items():
        for number in range(1, page_count(entries) + 1):
            yield VirtualPage(
                f"{domain_path(domain, number)}index.md",
                domain_name(domain) if number == 1 else f"Datasets, {number}",
                lambda portal, here, domain=domain, number=number: lineage_views.domain_view(  # type: ignore[misc]
                    portal, domain, number, here
                ),
                group=domain_name(domain),
                searched=number == 1,
            )
        for entry in entries:
            if entry.id not in portal.datasets:
                continue
            file = portal.places.plans / entry.home / portal.read(entry.home).files.get(entry.node.gate, "plan.yml")
            yield VirtualPage(
                f"{dataset_path(entry.id)}index.md",
                entry.id,
                lambda portal, here, name=entry.id: lineage_views.dataset_view(portal, name, here),  # type: ignore[misc]
                newest[entry.home],
                file if file.is_file() else None,
                domain_name(domain),
            )


def _newest(folder: Path) -> Path:
    """Give the file of a plan that changed last: a page shows facts that rest on any of them."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=folder / "plan.yml")


def static_files(portal: Portal) -> Iterator[StaticFile]:
    """Give the files beside the pages: styles, script, machine files, and the images that plans show."""
    yield StaticFile(CSS, bundled.stylesheet)
    for css, name in zip(NEEDED_CSS, bundled.NEEDED, strict=True):
        yield StaticFile(css, lambda name=name: bundled.needed_stylesheet(name))  # type: ignore[misc]
    yield StaticFile(JAVASCRIPT, bundled.script)
    yield StaticFile(WHATIF, bundled.whatif_script)
    yield StaticFile(BROWSE, bundled.browse_script)
    yield StaticFile(FOLLOW, bundled.follow_script)
    yield StaticFile(RUNLOG, bundled.runlog_script)
    yield StaticFile("plans/index.json", lambda: index_json(portal))
    yield StaticFile("schemas/report.json", lambda: _json(report_schema()))
    yield StaticFile("schemas/state.json", lambda: _json(state_schema()))
    yield StaticFile(reviews.FEED, lambda: reviews.feed_text(portal))
    yield StaticFile(reviews.STATE, lambda: state_json(reviews.published(portal)))
    yield StaticFile("schemas/difference.json", lambda: _json(difference_schema()))
    yield StaticFile("schemas/runbook.json", lambda: _json(runbook_schema()))
    yield StaticFile("formulas.json", lambda: _json(formulas_data()))
    yield StaticFile("schemas/lineage.json", lambda: _json(lineage_schema()))
    yield from (StaticFile(uri, content) for uri, content in lineage_files(portal))
    for name in schema_names():
        yield StaticFile(f"schemas/{name}.json", lambda name=name: _json(gate_schema(name)))  # type: ignore[misc]
    for plan in portal.plans:
        listed, _ = files.listing(portal.places.plans / plan.id)
        for name, source in sorted(listed.items()):
            if _IMAGE.fullmatch(name):
                yield StaticFile(f"plans/{plan.id}/{name}", source=source)
        yield from _runbook_files(plan)


def _runbook_files(plan: PlanReport) -> Iterator[StaticFile]:
    """Give the runbook of a plan in its other forms, where it has one."""
    found = agenda(plan.facts)
    if found is None:
        return
    forms: dict[str, Callable[[Agenda], str]] = {
        "ics": ics,
        "csv": csv,
        "md": markdown,
        "json": lambda told: _json(runbook_data(told)),
    }
    for form, make in forms.items():
        yield StaticFile(form_path(plan.id, form), lambda make=make: make(found))  # type: ignore[misc]


def index_json(portal: Portal) -> str:
    """Give the plans that have pages, with their gates and states, as JSON."""
    return _json(
        {
            "plans": [
                {
                    "id": plan.id,
                    "title": plan.title,
                    "profile": plan.profile,
                    "tier": plan.tier,
                    "intent": plan.intent,
                    "state": plan.state,
                    "url": portal.urls.get(f"plans/{plan.id}/", f"plans/{plan.id}/"),
                    "gates": [
                        {"gate": gate.gate, "state": gate.state, "errors": gate.errors, "warnings": gate.warnings}
                        for gate in plan.gates
                    ],
                }
                for plan in portal.plans
            ]
        }
    )


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"
