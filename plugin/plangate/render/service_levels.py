"""What runs, chains and objectives may count on: longest runs, availability of contracts, error budgets."""

from markupsafe import Markup

from plangate.analysis.amount import alike
from plangate.analysis.facts import Facts
from plangate.render.fragments import NOTHING, Cell, Head, Row, bullets, link, number, table
from plangate.render.links import Links
from plangate.render.values import quantity_text
from plangate.render.work import computed, given, work


def longest_runs(facts: Facts, links: Links) -> Markup:
    """Give the longest run of every pipeline with all retries, against the time until it starts again."""
    pipelines = facts.plan.ingestion.pipelines if facts.plan.ingestion else ()
    rows = []
    for pipeline in pipelines:
        worst = facts.freshness.worst_runtimes.get(pipeline.id)
        again = facts.timing.intervals.get(pipeline.id)
        fits = worst is not None and again is not None and worst.value.base <= again.value.base
        rows.append(
            Row(
                [
                    link(pipeline.id, links.element(("pipeline",), pipeline.id)),
                    computed(worst),
                    given(again) if again is not None else Cell(Markup("not by a clock")),
                    "ends before"
                    if fits
                    else "one run at a time"
                    if pipeline.one_at_a_time
                    else "✕ may overlap"
                    if again
                    else "—",
                ],
                below=work([("Longest run", worst)], links),
            )
        )
    heads = [Head("Pipeline"), Head("Longest run", "number"), Head("Starts again after", "number"), Head("Then")]
    return _numbers(table("Runs with every retry", heads, rows)) if rows else Markup("")


def chain_availability(facts: Facts, links: Links) -> Markup:
    """Give what each contract promises against what the parts of its chain give together."""
    rows = []
    for index, contract in enumerate(facts.plan.contracts.contracts if facts.plan.contracts else ()):
        promised = contract.sla.availability if contract.sla else None
        chain = facts.availability.chains.get(contract.dataset or "")
        if promised is None or chain is None:
            continue
        place = links.edit_url("contracts", ("contracts", index, "sla", "availability"))
        kept = chain.available is not None and promised.base <= chain.available.value.base
        lacks = bullets(link(what, links.edit_url(gate, path)) for gate, path, what in chain.missing)
        rows.append(
            Row(
                [
                    _dataset(chain.dataset, links),
                    number(link(quantity_text(promised), place), promised.base),
                    number(alike(chain.available.value, promised), chain.available.value.base, derived=True)
                    if chain.available
                    else Cell(NOTHING),
                    str(len(chain.parts)),
                    "kept" if kept else "not known" if chain.available is None else "✕ too much",
                ],
                below=work([("Availability of the chain", chain.available)], links) if chain.available else lacks,
            )
        )
    heads = [Head("Contract of"), Head("Promised", "number"), Head("Chain gives", "number"), Head("Parts", "number")]
    shown = table("Availability of contracts", [*heads, Head("Promise is")], rows)
    return _numbers(shown) if rows else Markup("")


def error_budgets(facts: Facts, links: Links) -> Markup:
    """Give how long each objective may be missed in its window."""
    slos = facts.plan.operations.slos if facts.plan.operations else ()
    rows = [
        Row(
            [
                link(slo.id, links.element(("slo",), slo.id)),
                slo.sli or NOTHING,
                _dataset(slo.dataset, links) if slo.dataset else NOTHING,
                number(quantity_text(slo.objective), slo.objective.base) if slo.objective else Cell(NOTHING),
                number(quantity_text(slo.window), slo.window.base) if slo.window else Cell(NOTHING),
                computed(entry.budget),
            ],
            below=work([("Error budget", entry.budget)], links),
        )
        for slo, entry in zip(slos, facts.availability.budgets, strict=True)
    ]
    heads = [Head("SLO"), Head("Of"), Head("Dataset"), Head("Objective", "number"), Head("Window", "number")]
    shown = table("Time in which objectives may be missed", [*heads, Head("Error budget", "number")], rows)
    return _numbers(shown) if rows else Markup("")


def _numbers(html: Markup) -> Markup:
    return Markup('<div class="pg-numbers">{}</div>').format(html)


def _dataset(name: str, links: Links) -> Markup:
    return link(name, links.element(("dataset",), name))
