"""The twelve sections of a plan's bundle, each written from the typed gates and from what is computed of them."""

from collections import Counter
from collections.abc import Callable, Sequence

from markupsafe import Markup
from pydantic import BaseModel

from plangate.analysis.facts import Facts
from plangate.render.assumptions import assumptions
from plangate.render.capacity import capacity_figures
from plangate.render.cost import cost_figures
from plangate.render.fragments import (
    NOTHING,
    Head,
    Row,
    bullets,
    joined,
    link,
    number,
    paragraph,
    table,
)
from plangate.render.fragments import (
    facts as definitions,
)
from plangate.render.lineage_page import lineage_figures
from plangate.render.links import COMPUTED, Links
from plangate.render.page import Section
from plangate.render.parts import PartWriter
from plangate.render.runbook import runbook_figures
from plangate.render.text import label
from plangate.render.values import quantity_text


def bundle_sections(facts: Facts, links: Links) -> tuple[Section, ...]:
    """Give the twelve sections in their order; a section about nothing says so."""
    book = _Book(facts, links)
    found = []
    for place, (title, write, gates) in enumerate(_CHAPTERS, start=1):
        body = write(book) or paragraph(NOTHING)
        found.append(Section(f"pg-chapter-{place}", f"{place}. {title}", body + book.more(gates)))
    return tuple(found)


class _Book:
    """Writes chapters: picks columns of a gate's elements, and parts of it."""

    def __init__(self, facts: Facts, links: Links) -> None:
        self.facts, self.plan, self.links = facts, facts.plan, links

    def pick(self, gate: str, name: str, items: Sequence[BaseModel], title: str, only: Sequence[str]) -> Markup:
        writer = PartWriter(self.plan, gate, self.links)
        path = tuple(name.split("."))
        if not items:
            reason = writer.declined(path)
            return Markup("<p>{}: {}</p>").format(title, reason) if reason is not None else Markup("")
        return writer.elements(items, path, title, only)

    def part(self, gate: str, name: str, value: BaseModel | None) -> Markup:
        return (
            PartWriter(self.plan, gate, self.links).part(value, tuple(name.split(".")))
            if value is not None
            else Markup("")
        )

    def more(self, pages: Sequence[str]) -> Markup:
        """Give links to gates that the plan's profile has, and to computed pages."""
        workflow = self.facts.policy.workflow
        profile = workflow.profiles.get(self.plan.header.profile)
        gates = {
            gate: workflow.gates[gate].title for gate in (profile.gates if profile else ()) if gate in workflow.gates
        }
        titles = {**{name: label(name) for name in COMPUTED}, **gates}
        shown = [link(titles[name], self.links.page(name)) for name in pages if name in titles]
        return Markup("<p>In full: {}</p>").format(joined(shown, ", ")) if shown else Markup("")


def _goals(book: _Book) -> Markup:
    gate = book.plan.context
    if gate is None:
        return Markup("")
    scope = gate.scope
    return joined(
        [
            paragraph(gate.problem or NOTHING),
            bullets(gate.objectives) if gate.objectives else Markup(""),
            book.pick("context", "metrics", gate.metrics, "Metrics", ("name", "baseline", "target", "due", "owner")),
            book.pick("context", "decisions", gate.decisions, "Decisions", ("decision", "taken_by", "uses")),
            book.pick(
                "context", "consumers", gate.consumers, "Consumers", ("name", "type", "owner", "reads", "freshness")
            ),
            definitions(
                [("In scope", ", ".join(scope.in_) or NOTHING), ("Out of scope", ", ".join(scope.out) or NOTHING)]
            )
            if scope is not None
            else Markup(""),
        ]
    )


def _bounds(book: _Book) -> Markup:
    gate = book.plan.context
    return book.part("context", "constraints", gate.constraints if gate else None) + assumptions(book.plan, book.links)


def _sources(book: _Book) -> Markup:
    gate = book.plan.sources
    if gate is None:
        return Markup("")
    columns = ("id", "system", "owner", "capture", "classification", "availability")
    found = book.pick("sources", "sources", gate.sources, "Sources", columns)
    if isinstance(gate.freshness, tuple):
        return found + book.pick(
            "sources", "freshness", gate.freshness, "Freshness promised", ("dataset", "target", "slo", "window")
        )
    promises = [
        Row([entry.dataset, number(quantity_text(entry.target)), entry.consumer])
        for entry in book.facts.derived.promises
    ]
    return found + table(
        "Freshness promised, from the consumers' needs", ["Dataset", Head("Target", "number"), "Need of"], promises
    )


def _volumes(book: _Book) -> Markup:
    if book.plan.capacity is None:
        return Markup("")
    parts = capacity_figures(book.facts.capacity) + figures_of_cost(book.facts)
    breaks = book.plan.capacity.breaks_first
    return parts + (
        paragraph("What breaks first:") + book.part("capacity", "breaks_first", breaks) if breaks else Markup("")
    )


def figures_of_cost(facts: Facts) -> Markup:
    """Give the cost figures where any cost line is stated."""
    return cost_figures(facts.cost) if facts.cost.lines else Markup("")


def _pipelines(book: _Book) -> Markup:
    found = Markup("")
    if book.plan.events is not None:
        told = ("id", "topic", "partitions", "retention", "ordering", "event_time")
        found += book.pick("events", "streams", book.plan.events.streams, "Streams", told)
        found += book.part("events", "delivery", book.plan.events.delivery)
    if book.plan.ingestion is not None:
        columns = ("id", "pattern", "inputs", "outputs", "schedule", "load", "deadline")
        found += book.pick("ingestion", "pipelines", book.plan.ingestion.pipelines, "Pipelines", columns)
    return found


def _models(book: _Book) -> Markup:
    gate = book.plan.modeling
    if gate is None:
        return Markup("")
    layers = Counter(model.layer or "no layer" for model in gate.models)
    order = [layer.id for layer in gate.layers]
    told = ", ".join(
        f"{layers[name]} in {name}" for name in [*order, *sorted(set(layers) - set(order))] if layers[name]
    )
    count = f"{len(gate.models)} {'model' if len(gate.models) == 1 else 'models'}"
    critical = [model for model in gate.models if model.id in book.facts.derived.critical]
    columns = ("id", "layer", "materialized", "grain", "owner")
    return (
        paragraph(f"{count}: {told}." if told else f"{count}.")
        + book.pick("modeling", "models", critical, "Critical models", columns)
        + (paragraph(gate.change_policy) if gate.change_policy else Markup(""))
    )


def _quality(book: _Book) -> Markup:
    gate = book.plan.quality
    if gate is None:
        return Markup("")
    stated: Counter[str] = Counter(check.kind_ or "other" for check in gate.checks)
    derived: Counter[str] = Counter(check.kind for check in book.facts.derived.checks)
    rows = [
        Row([kind.replace("_", " "), number(str(stated[kind])), number(str(derived[kind]), derived=True)])
        for kind in sorted({*stated, *derived})
    ]
    heads: list[Head | str] = ["Kind of check", Head("Stated", "number"), Head("Derived", "number")]
    columns = ("id", "source", "target", "measure", "tolerance", "owner")
    checks = table("Checks", heads, rows) if rows else Markup("")
    return checks + book.pick("quality", "reconciliation", gate.reconciliation, "Reconciliation", columns)


def _contracts(book: _Book) -> Markup:
    gate = book.plan.contracts
    if gate is None:
        return Markup("")
    found = book.pick(
        "contracts", "contracts", gate.contracts, "Contracts", ("dataset", "version", "status", "compatibility", "sla")
    )
    if gate.evolution is not None:
        columns = ("dataset", "kind", "element", "announce", "sunset", "reason")
        found += book.pick("contracts", "evolution.changes", gate.evolution.changes, "Changes", columns)
        if gate.evolution.policy:
            found += paragraph(gate.evolution.policy)
    return found


def _operations(book: _Book) -> Markup:
    gate = book.plan.operations
    found = lineage_figures(book.facts.lineage)
    if gate is None:
        return found
    found += book.pick(
        "operations", "slos", gate.slos, "Service levels", ("id", "sli", "dataset", "objective", "window", "alerts")
    )
    found += book.pick(
        "operations", "alerts", gate.alerts, "Alerts", ("id", "condition", "severity", "route", "runbook")
    )
    return found + book.part("operations", "oncall", gate.oncall) + book.part("operations", "recovery", gate.recovery)


def _switch(book: _Book) -> Markup:
    gate = book.plan.cutover
    if gate is None:
        return Markup("")
    columns = ("id", "dataset", "range", "granularity", "unit_runtime", "must_finish_within")
    found = book.pick("cutover", "backfill", gate.backfill, "Backfills", columns)
    found += runbook_figures(book.plan, book.facts.cutover)
    if gate.rollback is not None:
        found += book.pick(
            "cutover",
            "rollback.triggers",
            gate.rollback.triggers,
            "What makes us go back",
            ("condition", "must_be", "window"),
        )
    return found


def _acceptance(book: _Book) -> Markup:
    gate = book.plan.acceptance
    if gate is None:
        return Markup("")
    columns = ("id", "from", "statement", "must_be", "phase", "approver", "due")
    criteria = [*gate.stated_criteria, *book.facts.derived.criteria]
    return (
        book.pick("acceptance", "criteria", criteria, "Criteria, derived ones included", columns)
        + book.pick(
            "acceptance", "release_gates", gate.release_gates, "Release gates", ("id", "needs", "decision_owner", "due")
        )
        + book.part("acceptance", "stabilization", gate.stabilization)
    )


def _open(book: _Book) -> Markup:
    gate = book.plan.bundle
    if gate is None:
        return Markup("")
    follow = [entry for entry in gate.follow_ups if entry.status != "closed"]
    closed = len(gate.follow_ups) - len(follow)
    return (
        book.pick(
            "bundle", "risks", gate.risks, "Risks", ("cause", "effect", "likelihood", "impact", "mitigation", "owner")
        )
        + book.pick("bundle", "follow_ups", follow, "Follow-ups", ("action", "owner", "due", "blocks_go_live"))
        + (paragraph(f"{closed} of {len(gate.follow_ups)} follow-ups are closed.") if closed else Markup(""))
        + book.pick(
            "bundle", "design_decisions", gate.design_decisions, "Design decisions", ("title", "because", "rejected")
        )
    )


_CHAPTERS: tuple[tuple[str, Callable[[_Book], Markup], tuple[str, ...]], ...] = (
    ("Problem and goals", _goals, ("context",)),
    ("Assumptions and constraints", _bounds, ("context",)),
    ("Sources and freshness", _sources, ("sources", "freshness")),
    ("Volume, performance and cost", _volumes, ("capacity",)),
    ("Ingestion and orchestration", _pipelines, ("events", "ingestion")),
    ("Transformation", _models, ("modeling",)),
    ("Quality and reconciliation", _quality, ("quality",)),
    ("Schema evolution", _contracts, ("contracts",)),
    ("Lineage, observability and operations", _operations, ("operations", "lineage")),
    ("Backfill, cutover and rollback", _switch, ("cutover", "backfill", "runbook")),
    ("Validation and acceptance", _acceptance, ("acceptance",)),
    ("Open risks and follow-ups", _open, ("bundle",)),
)
