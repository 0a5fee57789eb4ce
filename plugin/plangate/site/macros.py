"""Macros for hand-written pages: tables, figures and registers of the portal, called between double braces.

A call leaves a placeholder in the Markdown, and the HTML takes its place once the page is rendered: text of a plan goes
through neither Jinja nor Markdown. The module is also a pluglet of mkdocs-macros, for sites that list it under
`modules:` and do without the plugin.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio
from plangate.render.text import visible
from plangate.site import embeds
from plangate.site.config import Places
from plangate.site.embeds import Unknown
from plangate.site.portal import Portal, Repository

Macro = Callable[..., Markup]

MACROS: Mapping[str, Macro] = MappingProxyType(
    {
        "assumptions": embeds.show_assumptions,
        "backfill": embeds.show_backfill,
        "capacity_table": embeds.show_capacity,
        "checklist": embeds.show_checklist,
        "cost_chart": embeds.show_cost_chart,
        "cost_table": embeds.show_cost,
        "formula": embeds.show_formula,
        "freshness": embeds.show_freshness,
        "gate_status": embeds.show_gate_status,
        "growth_chart": embeds.show_growth,
        "lineage": embeds.show_lineage,
        "method_formulas": embeds.show_method_formulas,
        "method_gates": embeds.show_method_gates,
        "method_rules": embeds.show_method_rules,
        "method_sections": embeds.show_method_sections,
        "method_thresholds": embeds.show_method_thresholds,
        "method_units": embeds.show_method_units,
        "review_queue": embeds.show_review_queue,
        "runbook": embeds.show_runbook,
        "sensitivity": embeds.show_sensitivity,
    }
)
"""What may be called, by name; each takes the portal and the page's address before the arguments of the call."""

_PLACEHOLDER = re.compile(r'(<p>\s*)?<div data-plangate-embed="(\d+)"></div>(?(1)\s*</p>|)')


def shown(
    portal: Portal, here: str, name: str, args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[Markup, str | None]:
    """Run a macro for the page at an address; gives its HTML, and a complaint where the call cannot be answered."""
    function = MACROS[name]
    call = f"{name}({', '.join([*(repr(arg) for arg in args), *(f'{key}={value!r}' for key, value in named.items())])})"
    try:
        inspect.signature(function).bind(portal, here, *args, **named)
    except TypeError:
        wanted = ", ".join(str(one) for one in list(inspect.signature(function).parameters.values())[2:])
        return _refused(call, f"`{name}` is called as {name}({re.sub(': [^,=]+', '', wanted)})")
    try:
        return function(portal, here, *args, **named), None
    except Unknown as unknown:
        return _refused(call, str(unknown))
    except Exception as error:  # a page with a remark on it is better than none
        return _refused(call, f"it could not be drawn ({type(error).__name__}: {error})")


def _refused(call: str, why: str) -> tuple[Markup, str]:
    text = visible(f"{call}: {why}")
    body = Markup('<div class="admonition failure"><p class="admonition-title">Nothing to show here</p><p>{}</p></div>')
    return body.format(text), text


class Embeds:
    """The macro calls of the page that is being read, in the order in which they were made."""

    def __init__(self, portal: Callable[[], Portal | None], complain: Callable[[str], None]) -> None:
        self.portal, self.complain = portal, complain
        self.uri, self.here = "", ""
        self.pieces: dict[str, list[Markup]] = {}

    def turn_to(self, uri: str, here: str) -> None:
        """Begin a page, given by its source URI and its address."""
        self.uri, self.here = uri, here
        self.pieces[uri] = []

    def functions(self) -> dict[str, Callable[..., str]]:
        """Give the macros as mkdocs-macros wants them."""
        return {name: self._function(name) for name in MACROS}

    def _function(self, name: str) -> Callable[..., str]:
        def macro(*args: Any, **named: Any) -> str:
            portal = self.portal()
            html, complaint = (
                shown(portal, self.here, name, args, named)
                if portal is not None
                else _refused(f"{name}()", "no plans could be read")
            )
            if complaint is not None:
                self.complain(f"{self.uri}: {complaint}")
            pieces = self.pieces.setdefault(self.uri, [])
            pieces.append(html)
            return f'<div data-plangate-embed="{len(pieces) - 1}"></div>'

        macro.__name__, macro.__doc__ = name, MACROS[name].__doc__
        return macro

    def fill(self, uri: str, html: str) -> str:
        """Put what the macros of a page made into its HTML."""
        pieces = self.pieces.pop(uri, [])

        def piece(found: re.Match[str]) -> str:
            number = int(found[2])
            return str(pieces[number]) if number < len(pieces) else found[0]

        return _PLACEHOLDER.sub(piece, html) if pieces else html


def _portal(root: Path, docs: Path) -> Portal:
    """Read and check the plans beside mkdocs.yml, where no plugin does it."""
    references = root / "references"
    where = Places(root, root / "plans", references if references.is_dir() else docs, docs)
    portfolio = read_portfolio(where.plans, where.references, root=root)
    report = check(portfolio, today=datetime.now(UTC).date())
    return Portal(where, portfolio, report, Repository(None, str(docs)))


def define_env(env: Any) -> None:
    """Register the macros with mkdocs-macros; with the plugin in the same site its own are registered instead."""
    if env.conf.plugins.get("plangate") is not None:
        return
    root = Path(env.conf.config_file_path or "mkdocs.yml").resolve().parent
    portals: list[Portal] = []

    def directly(name: str) -> Callable[..., str]:
        def macro(*args: Any, **named: Any) -> str:
            if not portals:
                portals.append(_portal(root, (root / env.conf.docs_dir).resolve()))
            html, _ = shown(portals[0], env.page.url, name, args, named)
            return re.sub(r"\n\s*", " ", str(html))

        macro.__name__ = name
        return macro

    for name in MACROS:
        env.macro(directly(name), name)
