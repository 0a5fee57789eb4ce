"""Addresses of pages and anchors, built from ids and from nothing else."""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct, field

from plangate.analysis.derived import derived
from plangate.analysis.lineage import produced
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.reference import definitions

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")

COMPUTED = ("checklist", "freshness", "cost", "backfill", "runbook", "lineage")
"""The pages of a plan that are computed from several gates, by the last part of their address."""

HISTORY = "history"
"""The page of a plan that tells what changed between its versions, by the last part of its address."""

NO_DOMAIN = "no-domain"
"""What stands in an address for plans that name no domain."""

Home = tuple[str, str]
"""Plan and gate in which an element is defined."""


def anchor(kind: str, element: str) -> str:
    """Give the id of an element on its gate's page; models and datasets share one kind."""
    return _UNSAFE.sub("-", f"pg-{'dataset' if kind == 'model' else kind}-{element}")


def dataset_path(name: str) -> str:
    """Give the path of a dataset's page."""
    return f"datasets/{name}/"


def domain_path(domain: str | None, number: int = 1) -> str:
    """Give the path of a domain's page, or of a further one of its list; no domain's id holds a hyphen."""
    home = f"lineage/{domain or NO_DOMAIN}/"
    return f"{home}{number}/" if number > 1 else home


def formula_anchor(key: str) -> str:
    """Give the id of a formula on the page that lists them all."""
    return f"formula-{key}"


def section_anchor(field_name: str) -> str:
    """Give the id of a section of a gate's page."""
    return f"pg-{field_name}"


def relative_to(here: str) -> Callable[[str], str]:
    """Give a function that turns a path of the site (`plans/a/`) into a link from the page at `here` (`plans/a/b/`)."""
    folder = here.rpartition("/")[0] or "."

    def url(path: str) -> str:
        if path == here:
            return "./"
        link = posixpath.relpath(path or ".", folder)
        return f"{link}/" if path.endswith("/") or not path else link

    return url


def homes(plan: Plan, others: Iterable[Plan] = ()) -> Mapping[tuple[str, str], Home]:
    """Give where each element of a plan is defined, and each dataset of the others, by kind and id."""
    found: dict[tuple[str, str], Home] = {}
    for owner in (plan, *others):
        for gate, value in owner.gates.items():
            for definition in definitions(value):
                kind = "dataset" if definition.kind == "model" else definition.kind
                if owner is plan or kind == "dataset":
                    found.setdefault((kind, definition.id), (owner.id, gate))
        # What no gate defines as an element, the output of a pipeline say, is listed on the page of the lineage.
        for dataset in sorted(produced(owner)):
            found.setdefault(("dataset", dataset), (owner.id, "lineage"))
    implied = derived(plan)
    for check in implied.checks:
        found.setdefault(("check", check.id), (plan.id, "quality"))
    return MappingProxyType(found)


def place_anchor(plan: Plan, gate: str, path: Path) -> str:
    """Give the anchor nearest to a path of a gate: its element, else its section, else none."""
    value = plan.gates.get(gate)
    around = [found for found in definitions(value) if path[: len(found.path)] == found.path] if value else []
    if around:
        innermost = max(around, key=lambda found: len(found.path))
        return anchor(innermost.kind, innermost.id)
    return section_anchor(str(path[0])) if path and isinstance(path[0], str) else ""


def _nowhere(gate: str, path: Path) -> str | None:
    return None


class Links(Struct, frozen=True):
    """The addresses that a page of a plan needs.

    `url` turns a path of the site into a link from the page; `homes` says where elements are defined; `edit_url` gives
    the place of a path in the repository. Every link that is not given is left out, never guessed.
    """

    plan: str
    url: Callable[[str], str]
    homes: Mapping[tuple[str, str], Home] = field(default_factory=lambda: MappingProxyType({}))
    edit_url: Callable[[str, Path], str | None] = _nowhere
    plans: frozenset[str] = frozenset()
    """Plans that have pages of their own."""
    formulas: str | None = None
    """The link to the page that lists the formulas, where there is one."""
    datasets: frozenset[str] = frozenset()
    """Datasets that have pages of their own."""

    def page(self, name: str = "", fragment: str = "", *, plan: str | None = None) -> str:
        """Give the link to a page of a plan: its overview, a gate, or what is computed (`cost`, `runbook` …)."""
        link = self.url(f"plans/{plan or self.plan}/{name}/" if name else f"plans/{plan or self.plan}/")
        if fragment:
            return f"#{fragment}" if link == "./" else f"{link}#{fragment}"
        return link

    def element(self, kinds: Iterable[str], element: str) -> str | None:
        """Give the link to what a reference of these kinds names; none where it has no place on the site."""
        for kind in kinds:
            if kind == "plan" and element in self.plans:
                return self.page(plan=element)
            name = element.partition("#")[0] if kind == "column" else element
            kind_of = "dataset" if kind in {"column", "model"} else kind
            home = self.homes.get((kind_of, name))
            if home is not None:
                return self.page(home[1], anchor(kind_of, name), plan=home[0])
        return None

    def dataset(self, name: str) -> str | None:
        """Give the link to the page of a dataset, or to where it is described if it has none."""
        return self.url(dataset_path(name)) if name in self.datasets else self.element(("dataset",), name)

    def formula(self, key: str) -> str | None:
        """Give the link to a formula on the page that lists them; none where there is no such page."""
        return f"{self.formulas}#{formula_anchor(key)}" if self.formulas else None

    def checklist(self, gate: str) -> str:
        """Give the link to what a reviewer of a gate works through."""
        return self.page("checklist", section_anchor(gate))

    def rule(self, rule: str) -> str:
        """Give the link to the page of a rule."""
        return self.url(f"rules/{rule}/")
