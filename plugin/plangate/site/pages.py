"""Which pages and files the plugin adds to a site, and how each of them comes about."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import getfile
from pathlib import Path

from plangate.checks.report import PlanReport
from plangate.exchange.formulas import formulas_data
from plangate.exchange.jsonschema import gate_schema, schema_names
from plangate.exchange.lineage.data import lineage_schema
from plangate.reading import files
from plangate.render import bundled
from plangate.render.page import Page
from plangate.render.text import label, sentence
from plangate.reports.json_report import schema as report_schema
from plangate.site import views
from plangate.site.portal import Portal
from plangate.site.rule_page import family_title, rule_page, rules_page

CSS = "assets/plangate/plangate.css"
NUMBERS_CSS = "assets/plangate/numbers.css"
JAVASCRIPT = "assets/plangate/plangate.js"
WHATIF = "assets/plangate/whatif.js"
"""Loaded by the script beside it, on pages with numbers to change only."""
BROWSE = "assets/plangate/browse.js"
"""Loaded by the same script, on pages with lineage figures only."""

INDEX = "plans/index.md"
RULES = "rules/index.md"

_IMAGE = re.compile(r"images/[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpe?g|gif|webp)", re.IGNORECASE)


@dataclass(frozen=True)
class VirtualPage:
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


@dataclass(frozen=True)
class StaticFile:
    """A file of the site that is no page: its text, or the file that it is a copy of."""

    uri: str
    content: Callable[[], str] | None = None
    source: Path | None = None


def pages(portal: Portal) -> Iterator[VirtualPage]:
    """Give every page: the index of plans, those of each plan in reading order, the rules."""
    yield VirtualPage(INDEX, "Plans", views.plans_view, searched=False)
    for plan in portal.plans:
        yield from _plan_pages(portal, plan)
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
            lambda portal, here, computed=computed: computed.draw(plan.facts, portal.links(plan.id, here)),  # type: ignore[misc]
            computed.gate,
            searched=False,
        )


def _newest(folder: Path) -> Path:
    """Give the file of a plan that changed last: a page shows facts that rest on any of them."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=folder / "plan.yml")


def static_files(portal: Portal) -> Iterator[StaticFile]:
    """Give the files beside the pages: styles, script, machine files, and the images that plans show."""
    yield StaticFile(CSS, bundled.stylesheet)
    yield StaticFile(NUMBERS_CSS, bundled.numbers_stylesheet)
    yield StaticFile(JAVASCRIPT, bundled.script)
    yield StaticFile(WHATIF, bundled.whatif_script)
    yield StaticFile(BROWSE, bundled.browse_script)
    yield StaticFile("plans/index.json", lambda: index_json(portal))
    yield StaticFile("schemas/lineage.json", lambda: _json(lineage_schema()))
    yield StaticFile("schemas/report.json", lambda: _json(report_schema()))
    yield StaticFile("formulas.json", lambda: _json(formulas_data()))
    for name in schema_names():
        yield StaticFile(f"schemas/{name}.json", lambda name=name: _json(gate_schema(name)))  # type: ignore[misc]
    for plan in portal.plans:
        listed, _ = files.listing(portal.places.plans / plan.id)
        for name, source in sorted(listed.items()):
            if _IMAGE.fullmatch(name):
                yield StaticFile(f"plans/{plan.id}/{name}", source=source)


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
