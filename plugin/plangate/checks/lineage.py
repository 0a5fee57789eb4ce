"""The lineage graph: whole, without circles, and known down to the columns that matter."""

from collections.abc import Iterator

from plangate.analysis.lineage import Node, override_ends
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.naming import misnamed, right_namespace, scheme_of
from plangate.model.plan import Plan
from plangate.model.problem import Path, Problem
from plangate.model.sources import Physical

FEEDS = (
    "sources.sources[].datasets",
    "events.streams[].dataset",
    "ingestion.pipelines[].inputs",
    "ingestion.pipelines[].outputs",
    "modeling.models[].depends_on",
    "operations.lineage",
)
"""Where the plan says what a dataset is built from."""
_GRAPH = (*FEEDS, "context.consumers[].reads")


def _begun(subject: Subject) -> bool:
    return subject.plan.modeling is not None or subject.plan.ingestion is not None


@rule(
    "LIN001",
    "Every dataset comes from a source and goes to a reader, without circles",
    scope="plan",
    tiers=FROM_B,
    reason="A dataset that nothing feeds stays empty, one that nobody reads is paid for by habit.",
    reads=_GRAPH,
    applies=_begun,
    where="there are models or pipelines",
    fails=(Edit("05-modeling.yml", "depends_on: [raw.orders]", "depends_on: [mart.orders]"),),
)
def whole_graph(subject: Subject) -> Iterator[Problem]:
    """The lineage has no cycle but for edges that operations marks as `feedback`; every dataset rests on a source (or
    on a dataset of another plan), and a consumer, an export or another plan reads it or something built from it.
    """
    graph = subject.facts.lineage
    edges = [edge for edge in graph.edges if (edge.source, edge.target) not in graph.feedback]
    if cycle := graph.cycle_without(graph.feedback):
        node = graph.by_id[cycle[0]]
        yield Problem(
            "LIN001",
            f"These datasets wait for each other: {' → '.join(cycle)}",
            node.gate,
            node.path,
            hint="Cut the circle, or mark the edge that leads back as `feedback: true` in operations.lineage.edges",
        )
        return
    if subject.refused(*_GRAPH):
        return
    fed, feeding = {edge.target for edge in edges}, {edge.source for edge in edges}
    for node in graph.nodes:
        if node.kind != "dataset" or node.external:
            continue
        if node.id not in fed:
            yield Problem(
                "LIN001",
                f"Nothing feeds {node.id}: no pipeline writes it from anything, no model builds it, it is no source's",
                node.gate,
                node.path,
                node.id,
                "a way from a source",
                "Name what it is built from (`depends_on`, `inputs`), or describe its source in gate sources",
            )
        if node.id not in feeding and not _read(subject, node):
            yield Problem(
                "LIN001",
                f"Nobody reads {node.id}",
                node.gate,
                node.path,
                node.id,
                "a way to a consumer, an export or another plan",
                "Name its reader in gate context, or leave the dataset out",
            )


def _read(subject: Subject, node: Node) -> bool:
    """Tell whether a dataset that nothing is built from is exported or read by another plan."""
    pipelines = subject.plan.ingestion.pipelines if subject.plan.ingestion else ()
    exported = any(pipeline.kind_ in {"export", "check"} and node.id in pipeline.inputs for pipeline in pipelines)
    return exported or bool(subject.facts.landscape.users.get(node.id, frozenset()) - {subject.plan.id})


@rule(
    "LIN002",
    "Overrides of the lineage speak of what the gates declare",
    scope="plan",
    tiers=FROM_B,
    reason="The lineage is derived; an override that no gate knows is a second, older truth.",
    reads=_GRAPH,
    applies=lambda subject: bool(
        subject.plan.operations
        and subject.plan.operations.lineage
        and (subject.plan.operations.lineage.nodes or subject.plan.operations.lineage.edges)
    ),
    where="the lineage has overrides",
    fails=(
        Edit(
            "08-operations.yml",
            "lineage: {coverage: {critical: 100 %}}",
            "lineage: {coverage: {critical: 100 %}, nodes: [{id: mart.refunds, layer: marts}]}",
        ),
    ),
    passes=(
        Edit(
            "08-operations.yml",
            "lineage: {coverage: {critical: 100 %}}",
            "lineage: {coverage: {critical: 100 %}, nodes: [{id: mart.orders, layer: marts}]}",
        ),
    ),
)
def known_nodes(subject: Subject) -> Iterator[Problem]:
    """Every node of operations.lineage is a source, dataset, pipeline or consumer of another gate; an edge that is
    added is not derived already, and one that is left out (`omit`) would be.
    """
    section = subject.plan.operations.lineage if subject.plan.operations else None
    if section is None:
        return
    derived, declared = subject.facts.lineage.implied, subject.facts.lineage.declared
    for index, node in enumerate(section.nodes):
        if node.id not in declared:
            yield Problem(
                "LIN002",
                f"Lineage node `{node.id}` is declared in no other gate",
                "operations",
                ("lineage", "nodes", index, "id"),
                node.id,
                "a source, dataset, pipeline or consumer of the plan",
                "Declare it where it belongs (gates context, sources, ingestion, modeling), or take the override away",
            )
    for index, edge in enumerate(section.edges):
        ends = override_ends(subject.plan, edge)
        known = derived.issuperset(ends)
        if edge.omit and derived.isdisjoint(ends):
            said = f"The edge from {edge.from_} to {edge.to} is left out, but no gate implies it"
        elif known and not edge.omit and not edge.feedback and edge.via is None:
            said = f"The edge from {edge.from_} to {edge.to} follows from the gates already"
        else:
            continue
        yield Problem("LIN002", said, "operations", ("lineage", "edges", index), hint="Take the override away")


def _physical(plan: Plan) -> Iterator[tuple[str, Path, Physical]]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for place, dataset in enumerate(source.datasets):
            if dataset.physical is not None:
                yield "sources", ("sources", index, "datasets", place, "physical"), dataset.physical
    for index, stream in enumerate(plan.events.streams if plan.events else ()):
        if stream.physical is not None:
            yield "events", ("streams", index, "physical"), stream.physical
    for index, model in enumerate(plan.modeling.models if plan.modeling else ()):
        if model.physical is not None:
            yield "modeling", ("models", index, "physical"), model.physical


@rule(
    "LIN003",
    "Physical names follow the naming of OpenLineage",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="Lineage from several tools meets only where all of them name a dataset alike.",
    reads=("modeling.models[].physical", "sources.sources[].datasets[].physical", "events.streams[].physical"),
    fails=(
        Edit(
            "05-modeling.yml",
            "    description: One row per order.\n",
            "    description: One row per order.\n    physical: {namespace: Snowflake acme, name: orders}\n",
        ),
    ),
    passes=(
        Edit(
            "05-modeling.yml",
            "    description: One row per order.\n",
            "    description: One row per order.\n"
            '    physical: {namespace: "snowflake://acme-eu1", name: SHOP.MART.ORDERS}\n',
        ),
    ),
)
def named_alike(subject: Subject) -> Iterator[Problem]:
    """A physical namespace is a scheme, with the address of the system behind it (`snowflake://acme-eu1`, `bigquery`),
    and there is a name, with as many parts as the scheme has: database, schema and table for warehouses, a topic or a
    path for others. Cosmos DB, Data Explorer, Glue and Pub/Sub have forms of their own.
    """
    for gate, path, physical in _physical(subject.plan):
        namespace, name = physical.namespace, physical.name
        scheme = scheme_of(namespace or "")
        if scheme is None:
            yield Problem(
                "LIN003",
                f"`{namespace or ''}` is no namespace of OpenLineage",
                gate,
                (*path, "namespace") if namespace else path,
                namespace,
                right_namespace(namespace or ""),
            )
        elif (wrong := misnamed(scheme, name or "")) is not None:
            message, expected = wrong
            yield Problem("LIN003", message, gate, (*path, "name") if name else path, name, expected)


@rule(
    "LIN004",
    "Metrics and personal data are known column by column, back to a source",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A number that nobody can trace is believed until it matters; personal data like that is a breach.",
    reads=(
        "context.metrics[].measured_by",
        "modeling.models[].columns",
        "modeling.models[].determinism",
        "sources.sources[].personal_data",
        "sources.sources[].datasets",
        "ingestion.pipelines[].inputs",
        "ingestion.pipelines[].outputs",
    ),
    applies=lambda subject: subject.plan.modeling is not None,
    where="gate modeling is there",
    fails=(Edit("05-modeling.yml", 'from: ["stg.orders#order_id"], transform: identity, ', ""),),
)
def known_by_column(subject: Subject) -> Iterator[Problem]:
    """The column that holds a metric, and every column that is marked as personal data, comes `from` columns that lead
    back to columns of a source.
    """
    columns = subject.facts.columns
    wanted: dict[str, str] = {}
    for metric in subject.plan.context.metrics if subject.plan.context else ():
        if metric.measured_by and metric.measured_by in columns.nodes:
            wanted[metric.measured_by] = f"metric {metric.id}"
    for model in subject.plan.modeling.models if subject.plan.modeling else ():
        for column in model.columns:
            if column.pii:
                wanted.setdefault(f"{model.id}#{column.name}", "personal data")
    ends = ("modeling.models.columns.from", "modeling.models.determinism", "sources.sources.datasets")
    loads = ("ingestion.pipelines.inputs", "ingestion.pipelines.outputs")
    unclear = subject.gone(*ends, *loads) or subject.refused("modeling.models.determinism")
    for name, why in wanted.items() if not unclear else ():
        if not columns.rests_on_source(name):
            gate, path = columns.nodes[name].at
            yield Problem(
                "LIN004",
                f"Column {name} holds {why} and does not lead back to a column of a source",
                gate,
                path,
                name,
                "`from` with columns that lead back to a source",
                f"Say where it comes from: {columns.open_end(name)} has no `from`",
            )
