"""Gate context: what readers need, held against what the plan can give."""

from collections.abc import Iterator

from plangate.checks.ages import AGES, asked, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Problem


@rule(
    "CTX006",
    "Every metric has a column that holds it and a criterion that accepts it",
    scope="plan",
    tiers=FROM_B,
    reason="A metric that no column holds cannot be measured, and one that nobody accepts is not a goal.",
    reads=("context.metrics", "modeling.models[].columns", "acceptance.criteria", "quality.reconciliation"),
    applies=lambda subject: bool(
        subject.plan.context and subject.plan.context.metrics and subject.plan.modeling and subject.plan.acceptance
    ),
    fails=(Edit("01-context.yml", "measured_by: mart.orders#order_id", "measured_by: shop_db.orders#id"),),
)
def metrics_are_traced(subject: Subject) -> Iterator[Problem]:
    """`measured_by` is a column of a model of any plan; a criterion measures the metric, or a reconciliation of it."""
    columns, criteria = subject.facts.columns, subject.facts.acceptance.criteria
    compared = {
        entry.metric: entry.id for entry in (subject.plan.quality.reconciliation if subject.plan.quality else ())
    }
    accepted = {entry.name for entry in criteria}
    for index, metric in enumerate(subject.plan.context.metrics if subject.plan.context else ()):
        held = columns.nodes.get(metric.measured_by or "")
        if metric.measured_by is None or held is None or held.source or held.at[0] != "modeling":
            yield Problem(
                "CTX006",
                f"No column of a model holds metric {metric.id}"
                + (f": {metric.measured_by} is none" if metric.measured_by else ""),
                "context",
                ("metrics", index, "measured_by"),
                metric.measured_by,
                "a column of a model, such as mart.fct_orders#net_revenue",
                absent=metric.measured_by is None,
            )
        if metric.id not in accepted and compared.get(metric.id) not in accepted:
            yield Problem(
                "CTX006",
                f"No criterion accepts metric {metric.id}",
                "context",
                ("metrics", index),
                metric.id,
                "a criterion in gate acceptance",
                f"Write `from: {metric.id}` in a criterion, or add it to a `derive` list",
                cause="VAL002",
            )


def _graph_known(subject: Subject) -> bool:
    plan = subject.plan
    return bool(plan.context and plan.context.consumers and plan.sources and (plan.ingestion or plan.modeling))


@rule(
    "CTX007",
    "Every consumer reads something that rests on a source",
    scope="plan",
    tiers=FROM_B,
    reason="A consumer that no data reaches shows that something between is missing from the plan.",
    reads=(
        "context.consumers[].reads",
        "sources.sources[].datasets",
        "ingestion.pipelines",
        "modeling.models[].depends_on",
        "operations.lineage",
    ),
    applies=_graph_known,
    fails=(Edit("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: []"),),
)
def data_reaches_readers(subject: Subject) -> Iterator[Problem]:
    """From a dataset of gate sources, or one of another plan, data flows to a dataset that the consumer reads."""
    if subject.refused("ingestion.pipelines", "sources.sources[].datasets", "modeling.models", "context.consumers"):
        return
    graph, consumers = subject.facts.lineage, subject.plan.context.consumers if subject.plan.context else ()
    for index, consumer in enumerate(consumers):
        above = graph.upstream(f"consumer:{consumer.id}")
        if not any(graph.by_id[name].kind == "source" or graph.by_id[name].external for name in above):
            reads = ", ".join(consumer.reads)
            yield Problem(
                "CTX007",
                f"No source leads to consumer {consumer.id}" + (f", which reads {reads}" if reads else ""),
                "context",
                ("consumers", index, "reads") if consumer.reads else ("consumers", index),
                reads or None,
                "a dataset that is built from a source",
                "Say what the dataset is built from, in gates ingestion and modeling",
            )


@rule(
    "CTX010",
    "Every consumer gets data that is fresh enough for it",
    scope="plan",
    tiers=FROM_B,
    reason="What a reader needs is the reason for the schedule, not the other way round.",
    reads=(*AGES, "context.consumers[].freshness", "context.consumers[].reads"),
    applies=asked("consumer"),
    fails=(Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 20 h"),),
    passes=(Edit("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 30 h"),),
)
def needs_are_met(subject: Subject) -> Iterator[Problem]:
    """The worst age of each dataset that a consumer reads is at most the age that the consumer can do with."""
    for need in subject.facts.freshness.of("consumer"):
        yield from unmet("CTX010", subject, need, f"Consumer {need.name} can do with data of")
