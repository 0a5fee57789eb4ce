"""Gate context: goals that can be measured, readers who are known, and what they need against what they get."""

from collections.abc import Iterator

from plangate.analysis.freshness import Need
from plangate.checks.absences import absent, section_rule, settled
from plangate.checks.ages import AGES, asked, unmet
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.context import Context
from plangate.model.problem import HEADER, Path, Problem

_FILE = "01-context.yml"


def _context(subject: Subject) -> Context:
    found = subject.plan.context
    assert found is not None  # noqa: S101 -- the guard looked
    return found


def _begun(subject: Subject) -> bool:
    return subject.plan.context is not None


@rule(
    "CTX001",
    "There are metrics, and each is defined",
    tiers=FROM_B,
    reason="A metric without a grain cannot be tested: nobody knows what one value of it belongs to.",
    reads=("context.metrics",),
    applies=_begun,
    where="gate context is there",
    fails=(Edit(_FILE, "    grain: [order_date]\n", ""),),
)
def metrics_are_defined(subject: Subject) -> Iterator[Problem]:
    """The plan has at least one metric, and each has `name`, `definition`, `grain` and `owner`."""
    metrics = _context(subject).metrics
    if not metrics:
        message = "No metric shows whether the problem is solved"
        yield from absent(subject, "CTX001", "context", ("metrics",), message, "at least one metric")
    for index, metric in enumerate(metrics):
        for name in ("name", "definition", "grain", "owner"):
            if not getattr(metric, name):
                message = f"Metric {metric.id} does not say its `{name}`"
                yield from absent(subject, "CTX001", "context", ("metrics", index, name), message, f"`{name}`")


@rule(
    "CTX002",
    "Every metric is measured today and has a target",
    tiers=FROM_B,
    reason="Without today's number and a day nobody can say whether the work was worth it.",
    reads=("context.metrics",),
    applies=lambda subject: bool(subject.plan.context and subject.plan.context.metrics),
    where="there are metrics",
    fails=(Edit(_FILE, "baseline: 96 %", "baseline: 99.5 %"),),
    passes=(Edit(_FILE, "baseline: 96 %", "baseline: 99.4 %"),),
)
def metrics_are_measurable(subject: Subject) -> Iterator[Problem]:
    """Each metric has `baseline`, `target`, `due` and `measured_by`; baseline and target are in one unit and differ."""
    for index, metric in enumerate(_context(subject).metrics):
        for name in ("baseline", "target", "due", "measured_by"):
            if getattr(metric, name) is None:
                message = f"Metric {metric.id} has no `{name}`"
                yield from absent(subject, "CTX002", "context", ("metrics", index, name), message, f"`{name}`")
        one, other = metric.baseline, metric.target
        if one is None or other is None:
            continue
        path = ("metrics", index, "baseline")
        if one.dimension != other.dimension:
            message = f"Metric {metric.id} is {one} today and to be {other}: these cannot be compared"
            yield Problem("CTX002", message, "context", path, str(one), f"a value in the unit of {other}")
        elif one.base == other.base:
            message = f"Metric {metric.id} is {one} today and to be {other}: nothing is to change"
            path = ("metrics", index, "target")
            hint = "Or mend `baseline`, where that is the wrong one"
            yield Problem("CTX002", message, "context", path, str(other), f"a target that is better than {one}", hint)


@rule(
    "CTX003",
    "There are consumers, and each can be reached",
    tiers=FROM_B,
    reason="Who is not named hears of a change when a dashboard is empty.",
    reads=("context.consumers",),
    applies=_begun,
    where="gate context is there",
    fails=(Edit(_FILE, ', contact: "#data"', ""),),
)
def consumers_are_known(subject: Subject) -> Iterator[Problem]:
    """The plan has at least one consumer, and each has `owner`, `contact` and `type`."""
    consumers = _context(subject).consumers
    if not consumers:
        message = "Nobody reads the result"
        yield from absent(subject, "CTX003", "context", ("consumers",), message, "at least one consumer")
    for index, consumer in enumerate(consumers):
        for name in ("owner", "contact", "type"):
            if not getattr(consumer, name):
                message = f"Consumer {consumer.id} has no `{name}`"
                yield from absent(subject, "CTX003", "context", ("consumers", index, name), message, f"`{name}`")


@rule(
    "CTX004",
    "The scope says what is in and what is out, and nothing is both",
    tiers=FROM_B,
    core=False,
    reason="What nobody left out is expected by somebody.",
    reads=("context.scope",),
    applies=_begun,
    where="gate context is there",
    fails=(Edit(_FILE, "out: [returns and refunds]", "out: [Orders of the web shop]"),),
)
def scope_is_drawn(subject: Subject) -> Iterator[Problem]:
    """`scope.in` and `scope.out` hold something, and no entry stands in both, whatever its letters' case."""
    scope = _context(subject).scope
    for name, entries in (("in", scope.in_ if scope else ()), ("out", scope.out if scope else ())):
        if not entries:
            message = f"The scope does not say what is {name}"
            yield from absent(subject, "CTX004", "context", ("scope", name), message, "at least one entry")
    covered = {entry.casefold(): entry for entry in (scope.in_ if scope else ())}
    for index, entry in enumerate(scope.out if scope else ()):
        if entry.casefold() in covered:
            message = f"“{entry}” is out of scope and in scope"
            yield Problem("CTX004", message, "context", ("scope", "out", index), entry, "an entry of one list only")


@rule(
    "CTX005",
    "The plan says how critical it is",
    tiers=FROM_B,
    reason="The tier decides who approves and which rules hold; without one nothing is asked for twice.",
    reads=("plan.tier",),
    fails=(Edit("plan.yml", "tier: C\n", ""),),
)
def tier_is_set(subject: Subject) -> Iterator[Problem]:
    """plan.yml has a `tier`: A, B or C."""
    if subject.plan.header.tier is None and not settled(subject, HEADER, ()):
        message = "The plan does not say how critical it is"
        yield Problem("CTX005", message, HEADER, ("tier",), None, "tier: A, B or C", absent=True)


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
    where="there are metrics, models and an acceptance",
    fails=(Edit(_FILE, "measured_by: mart.orders#order_id", "measured_by: shop_db.orders#id"),),
)
def metrics_are_traced(subject: Subject) -> Iterator[Problem]:
    """`measured_by` is a column of a model of any plan; a criterion measures the metric, or a reconciliation of it."""
    columns, criteria = subject.facts.columns, subject.facts.acceptance.criteria
    accepted = {entry.name for entry in criteria}
    reconciliations = subject.plan.quality.reconciliation if subject.plan.quality else ()
    compared = {entry.metric for entry in reconciliations if entry.id in accepted}
    for index, metric in enumerate(subject.plan.context.metrics if subject.plan.context else ()):
        held = columns.nodes.get(metric.measured_by or "")
        traced = held is not None and not held.source and held.at[0] == "modeling"
        if not traced and not (metric.measured_by and subject.gone("modeling.models.columns")):
            yield Problem(
                "CTX006",
                f"No column of a model holds metric {metric.id}"
                + (f": {metric.measured_by} is none" if metric.measured_by else ""),
                "context",
                ("metrics", index, "measured_by"),
                metric.measured_by,
                "a column of a model, such as mart.fct_orders#net_revenue",
                cause="CTX002" if metric.measured_by is None else section_rule(subject, "modeling", ("models",)),
                absent=metric.measured_by is None,
            )
        known = not subject.gone("acceptance.criteria", "quality.reconciliation")
        if known and metric.id not in accepted | compared:
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
    where="consumers and the way to them are described",
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
    where="a consumer says how fresh its data has to be, and gate ingestion is there",
    fails=(Edit(_FILE, "reads: [mart.orders]", "reads: [mart.orders], freshness: 20 h"),),
    passes=(Edit(_FILE, "reads: [mart.orders]", "reads: [mart.orders], freshness: 30 h"),),
)
def needs_are_met(subject: Subject) -> Iterator[Problem]:
    """The worst age of each dataset that a consumer reads is at most the age that the consumer says it needs."""
    by_place: dict[Path, list[Need]] = {}
    for need in subject.facts.freshness.of("consumer"):
        by_place.setdefault(need.path, []).append(need)
    for needs in by_place.values():
        said = f"Consumer {needs[0].name} needs data at most {needs[0].need} old"
        yield from unmet("CTX010", subject, needs, said)
