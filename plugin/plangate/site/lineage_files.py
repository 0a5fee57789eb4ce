"""The lineage of each plan, and of all plans together, as files beside the pages."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from plangate.analysis.atlas import Atlas, atlas
from plangate.analysis.columns import columns
from plangate.checks.report import PlanReport
from plangate.exchange.lineage.csv import csv
from plangate.exchange.lineage.data import lineage_data
from plangate.exchange.lineage.dot import dot
from plangate.exchange.lineage.graph import Graph, graph
from plangate.exchange.lineage.mermaid import mermaid
from plangate.exchange.lineage.naming import physical_names
from plangate.render.lineage.svg import svg
from plangate.render.lineage_forms import FORMS, form_path
from plangate.render.lineage_page import lineage_drawing
from plangate.site.portal import Portal

_TEXTS: Mapping[str, Callable[[Graph], str]] = MappingProxyType({"mermaid": mermaid, "dot": dot, "csv": csv})


def lineage_files(portal: Portal) -> Iterator[tuple[str, Callable[[], str]]]:
    """Give the path of each file and what makes its text; plans without pages are in none of them."""
    shown = [report.facts.plan for report in portal.plans]
    if not shown:
        return

    def data(some: Atlas) -> str:
        made = lineage_data(graph(some, portal.atlas), columns(shown), physical_names(shown))
        return json.dumps(made, indent=2, ensure_ascii=True) + "\n"

    def text(report: PlanReport, form: str) -> str:
        plan, lineage = report.facts.plan, report.facts.lineage
        if form == "svg":
            return svg(lineage_drawing(plan, lineage, portal.links(plan.id, form_path(plan.id, form))))
        some = atlas([plan], lambda _: lineage)
        return data(some) if form == "json" else _TEXTS[form](graph(some, portal.atlas))

    yield "lineage.json", lambda: data(portal.atlas)
    for report in portal.plans:
        for form in FORMS:
            yield form_path(report.id, form), partial(text, report, form)
