"""One state of the plans as a build shows it: what was read, what was found, and how pages link to each other."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urljoin

from mkdocs.utils import get_relative_url
from msgspec import Struct, field

from plangate.analysis.atlas import Atlas, atlas
from plangate.analysis.history import History
from plangate.analysis.landscape import Landscape
from plangate.analysis.lineage_change import LineageChange, StatesAmong, among, lineage_change
from plangate.checks.finding import Finding
from plangate.checks.report import PlanReport, Report
from plangate.model.plan import Plan
from plangate.model.problem import HEADER
from plangate.model.problem import Path as PlanPath
from plangate.model.review import Identity
from plangate.reading.plan import ReadPlan
from plangate.reading.portfolio import Portfolio
from plangate.render.links import Home, Links, homes
from plangate.render.notes import Note
from plangate.render.prose import EXTENSIONS
from plangate.site.concerns import concerns
from plangate.site.config import Places

_FORMULAS = "capacity-formulas.md"
"""The page of the method that lists every formula."""

_LONGEST = 200
"""Characters that a folder's name may have everywhere, with some to spare."""


class Repository(Struct, frozen=True):
    """Where files can be looked at: the address to which a path from docs_dir is added; nothing where none is known."""

    base: str | None
    docs: str

    def url(self, file: str, line: int | None = None) -> str | None:
        """Give the address of a file (absolute path) and a line of it."""
        if self.base is None:
            return None
        return urljoin(self.base, quote(self.path(file))) + (f"#L{line}" if line else "")

    def path(self, file: str) -> str:
        """Give the path of a file as it is seen from docs_dir."""
        return os.path.relpath(file, self.docs).replace(os.sep, "/")


class Portal(Struct, frozen=True, dict=True):
    """Plans, findings and addresses of one build; `hidden` plans are checked but have no pages.

    `urls` maps a path of the site as renderers write it (`plans/a/`) to the address that it has here, which differs
    where the site does without directory URLs; `documents` maps the site's own pages, by their path below docs_dir, to
    theirs. `extensions` are the site's Markdown extensions, with which prose of plans is rendered too. `identity` tells
    how sure it is who signed, `site_url` where the site will be found, if that is known. `histories` are those of the
    plans that have one, by id.
    """

    places: Places
    portfolio: Portfolio
    report: Report
    repository: Repository
    hidden: frozenset[str] = frozenset()
    urls: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    documents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    extensions: tuple[str, ...] = EXTENSIONS
    extension_configs: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    identity: Identity = field(default_factory=Identity)
    site_url: str = ""
    histories: Mapping[str, History] = field(default_factory=lambda: MappingProxyType({}))

    @cached_property
    def plans(self) -> tuple[PlanReport, ...]:
        """The plans that have pages, sorted by id."""
        return tuple(plan for plan in self.report.plans if plan.id not in self.hidden)

    @cached_property
    def shown(self) -> frozenset[str]:
        """The ids of the plans that have pages."""
        return frozenset(plan.id for plan in self.plans)

    @cached_property
    def atlas(self) -> Atlas:
        """The lineage of the plans that stand and have pages, as one graph."""
        plans = [report.facts.plan for report in self.plans]
        land = self.plans[0].facts.landscape if plans else Landscape()
        return atlas([plan for plan in plans if land.stands(plan)], land.lineage)

    @cached_property
    def changes(self) -> Mapping[str, LineageChange]:
        """What became of the lineage of each plan that has a page and was there at the base revision, by its id."""
        known = ((plan, plan.facts.base) for plan in self.plans)
        return {plan.id: lineage_change(base, plan.facts) for plan, base in known if base is not None}

    @cached_property
    def states(self) -> StatesAmong:
        """The same by the names that nodes have among all plans."""
        return among(self.changes)

    @cached_property
    def datasets(self) -> frozenset[str]:
        """The datasets that have pages: all but those whose name no file system takes."""
        return frozenset(entry.id for entry in self.atlas.datasets if len(entry.id) <= _LONGEST)

    @cached_property
    def by_rule(self) -> Mapping[str, Sequence[Finding]]:
        """The findings of the plans that have pages, by rule."""
        found: dict[str, list[Finding]] = {}
        for plan in self.plans:
            for finding in self.report.of(plan.id):
                found.setdefault(finding.rule, []).append(finding)
        return found

    @cached_property
    def concerning(self) -> Mapping[str, tuple[Finding, ...]]:
        """The failed findings of the plans that have pages, by the datasets that they concern."""
        return concerns((one for one in self.report.findings if one.plan in self.shown), self.plan, _parsed)

    def read(self, plan_id: str) -> ReadPlan:
        """Give a plan as it was read; raises KeyError."""
        return self.portfolio.read(plan_id)

    def plan(self, plan_id: str) -> Plan:
        """Give a typed plan; raises KeyError."""
        return self.portfolio.read(plan_id).plan

    def linker(self, here: str) -> Callable[[str], str]:
        """Give the function that turns a path of the site into a link from the page at address `here`."""

        def link(path: str) -> str:
            return get_relative_url(self.urls.get(path, path), here)

        return link

    def document(self, file: str, here: str) -> str | None:
        """Give the link from address `here` to a page of the site that is written in a file (below the root)."""
        url = self.documents.get(self.repository.path(str(self.places.root / file)))
        return None if url is None else get_relative_url(url, here)

    def links(self, plan_id: str, here: str) -> Links:
        """Give the addresses that a page about a plan needs, seen from address `here`."""
        read = self.read(plan_id)

        def edit(gate: str, path: PlanPath) -> str | None:
            document = read.documents.get(gate)
            line = document.position(read.origin(gate, path))[0] if document is not None else None
            return self.repository.url(str(self.places.root / read.folder / read.files.get(gate, "plan.yml")), line)

        homes, formulas = self._homes[plan_id], self.formulas(here)
        return Links(plan_id, self.linker(here), homes, edit, self.shown, formulas, self.datasets)

    def formulas(self, here: str) -> str | None:
        """Give the link from address `here` to the site's page that lists the formulas, if it has one."""
        url = self.documents.get(_FORMULAS)
        return None if url is None else get_relative_url(url, here)

    @cached_property
    def _homes(self) -> "_Homes":
        return _Homes(tuple(plan for plan in self.portfolio.plans if plan.id in self.shown))

    def notes(self, findings: Iterable[Finding], link: Callable[[str], str]) -> tuple[Note, ...]:
        """Give findings as pages show them."""
        return tuple(self._note(finding, link) for finding in findings)

    def _note(self, finding: Finding, link: Callable[[str], str]) -> Note:
        return Note(
            severity=finding.severity,
            rule=finding.rule,
            message=finding.message,
            gate=finding.gate or HEADER,
            path=_parsed(finding.path),
            line=finding.line,
            file=finding.file,
            url=link(finding.url) if finding.url else None,
            hint=finding.hint,
            verdict=finding.verdict,
            place=self.repository.url(str(self.places.root / finding.file), finding.line),
        )


class _Homes:
    """Where elements are defined, looked up once a plan."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self.plans = {plan.id: plan for plan in plans}
        self.known: dict[str, Mapping[tuple[str, str], Home]] = {}
        self.datasets: Mapping[tuple[str, str], Home] | None = None

    def __getitem__(self, plan_id: str) -> Mapping[tuple[str, str], Home]:
        if self.datasets is None:
            merged: dict[tuple[str, str], Home] = {}
            for plan in self.plans.values():
                own = homes(plan)
                merged.update({key: home for key, home in own.items() if key[0] == "dataset" and key not in merged})
            self.datasets = MappingProxyType(merged)
        if plan_id not in self.known:
            own = homes(self.plans[plan_id]) if plan_id in self.plans else {}
            self.known[plan_id] = MappingProxyType({**self.datasets, **own})
        return self.known[plan_id]


def _parsed(text: str) -> PlanPath:
    """Read `backfill[0].window` back into the steps of a path."""
    steps: list[str | int] = []
    for part in text.split("."):
        name, *numbers = part.split("[")
        if name:
            steps.append(name)
        steps.extend(int(number[:-1]) for number in numbers if number[:-1].isdigit())
    return tuple(steps)
