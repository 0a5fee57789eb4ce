"""Gate modeling: models that say what they are, in layers that hold."""

from collections.abc import Iterator, Mapping

from plangate.analysis.terms import refused
from plangate.checks.absences import absent, section_rule
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.modeling import Model
from plangate.model.problem import Path, Problem

_VIEWS = frozenset({"view", "ephemeral"})


def _models(subject: Subject) -> tuple[Model, ...]:
    return subject.plan.modeling.models if subject.plan.modeling else ()


def _with_models(subject: Subject) -> bool:
    return bool(_models(subject))


@rule(
    "TRN001",
    "Every model says its layer, grain, owner, materialisation and what it is built from",
    tiers=FROM_B,
    reason="A model without a grain cannot be tested, one without an owner is nobody's.",
    reads=("modeling.models",),
    applies=_with_models,
    where="there are models",
    fails=(Edit("05-modeling.yml", "owner: data_team, depends_on: [raw.orders], ", "depends_on: [raw.orders], "),),
)
def said_in_full(subject: Subject) -> Iterator[Problem]:
    """Each model has `layer`, `grain`, `owner`, `materialized` and `depends_on`, an empty list where it is built from
    nothing.
    """
    for index, model in enumerate(_models(subject)):
        for name in ("layer", "grain", "owner", "materialized", "depends_on"):
            stated = name == "depends_on" and name in model.model_fields_set
            if not getattr(model, name) and not stated:
                message = f"Model {model.id} does not say its `{name}`"
                yield from absent(subject, "TRN001", "modeling", ("models", index, name), message, f"`{name}`")


@rule(
    "TRN002",
    "Models read only the layers that theirs may read",
    tiers=FROM_B,
    reason="A mart that reads raw data skips every rename, cast and test that staging does once for all.",
    reads=("modeling.layers", "modeling.models[].id", "modeling.models[].layer", "modeling.models[].depends_on"),
    applies=_with_models,
    where="there are models",
    fails=(Edit("05-modeling.yml", "depends_on: [stg.orders]", "depends_on: [raw.orders]"),),
)
def layers_hold(subject: Subject) -> Iterator[Problem]:
    """The layer of everything in `depends_on` is among the `reads` of the model's layer; what no model builds counts as
    the first layer that reads nothing, usually `raw`. Datasets of other plans may be read from anywhere.
    """
    modeling = subject.plan.modeling
    assert modeling is not None  # noqa: S101 -- the guard looked
    if subject.refused("modeling.layers", "modeling.models.id"):
        return
    reads = {layer.id: layer.reads for layer in modeling.layers}
    landed = next((layer.id for layer in modeling.layers if not layer.reads), None)
    home = {model.id: model.layer for model in modeling.models}
    nodes = subject.facts.lineage.by_id
    for index, model in enumerate(modeling.models):
        allowed = reads.get(model.layer or "")
        if allowed is None:
            continue
        for place, name in enumerate(model.depends_on):
            if name not in home and name in nodes and nodes[name].external:
                continue
            layer = home.get(name, landed)
            if layer is not None and layer not in allowed:
                yield Problem(
                    "TRN002",
                    f"Model {model.id} of layer {model.layer} reads {name} of layer {layer}",
                    "modeling",
                    ("models", index, "depends_on", place),
                    layer,
                    " or ".join(allowed) or "nothing: the layer reads no other",
                    f"Read it through a model of layer {allowed[0]}, or allow it in `layers`" if allowed else None,
                )


@rule(
    "TRN005",
    "Few models hang on one, and no model hangs on many",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="Wide joins and long chains of views are slow to run and slower to understand.",
    reads=("modeling.models[].depends_on", "modeling.models[].materialized", "modeling.models[].justification"),
    applies=_with_models,
    where="there are models",
    fails=(
        Edit(
            "05-modeling.yml",
            "change_policy:",
            "".join(
                f"  - {{id: mart.{name}, layer: marts, description: Orders by {name}., grain: [{name}], "
                "owner: data_team, depends_on: [stg.orders], materialized: table}\n"
                for name in ("day", "country", "channel")
            )
            + "change_policy:",
        ),
    ),
)
def few_hang_on_one(subject: Subject) -> Iterator[Problem]:
    """At most `fan_out` models read one model of the plan, a model reads at most `joins` datasets, and at most
    `chained_views` views follow each other; a model with a `justification` is free.
    """
    limits = subject.policy.checklists.thresholds
    models = {model.id: model for model in _models(subject)}
    for index, model in enumerate(models.values()):
        if justified(subject, ("models", index), model):
            continue
        readers = sorted(other.id for other in models.values() if model.id in other.depends_on)
        chain = chain_of_views(model, models)
        said = (
            (f"{len(readers)} models read {model.id}: {', '.join(readers)}", len(readers), limits.fan_out, ()),
            (f"Model {model.id} reads {len(model.depends_on)} datasets", len(model.depends_on), limits.joins,
             ("depends_on",)),
            (f"{chain} views follow each other up to {model.id}", chain, limits.chained_views, ("materialized",)),
        )  # fmt: skip
        for message, found, most, below in said:
            if found > most:
                yield Problem(
                    "TRN005",
                    message,
                    "modeling",
                    ("models", index, *below),
                    str(found),
                    f"at most {most}",
                    "Build a table or a model between, or say in `justification` why it is right here",
                )


def justified(subject: Subject, path: Path, model: Model) -> bool:
    """Tell whether a model says why it is as it is, or what it says was refused."""
    return bool(model.justification) or refused(subject.plan, "modeling", (*path, "justification"))


def chain_of_views(model: Model, models: Mapping[str, Model], above: tuple[str, ...] = ()) -> int:
    """Count the views that follow each other up to a model, itself included; of a circle each once."""
    if model.materialized not in _VIEWS or model.id in above:
        return 0
    before = (models[name] for name in model.depends_on if name in models)
    return 1 + max((chain_of_views(other, models, (*above, model.id)) for other in before), default=0)


@rule(
    "TRN007",
    "Pipelines read what the models that they build depend on",
    scope="plan",
    tiers=FROM_B,
    reason="Where the schedule and the models disagree about inputs, one of them runs too early.",
    reads=("modeling.models[].depends_on", "ingestion.pipelines[].inputs", "ingestion.pipelines[].outputs"),
    applies=lambda subject: bool(_models(subject) and subject.plan.ingestion),
    where="there are models, and gate ingestion",
    fails=(
        Edit(
            "04-ingestion.yml",
            "inputs: [raw.orders]\n    outputs: [mart.orders]",
            "inputs: [shop_db.orders]\n    outputs: [mart.orders]",
        ),
    ),
)
def inputs_agree(subject: Subject) -> Iterator[Problem]:
    """The `inputs` of a pipeline that builds models are the stored datasets from which these models are built: what no
    pipeline stores between (views, ephemeral models) is looked through.
    """
    if subject.refused("modeling.models", "ingestion.pipelines"):
        return
    models = {model.id: model for model in _models(subject)}
    pipelines = subject.plan.ingestion.pipelines if subject.plan.ingestion else ()
    stored = {name for pipeline in pipelines for name in pipeline.outputs}
    for index, pipeline in enumerate(pipelines):
        built = [name for name in pipeline.outputs if name in models]
        if not built:
            continue
        needed = _stored_inputs(built, models, stored, frozenset(pipeline.outputs))
        for name in sorted(needed - set(pipeline.inputs)):
            yield Problem(
                "TRN007",
                f"Pipeline {pipeline.id} builds models on {name} and does not name it among its inputs",
                "ingestion",
                ("pipelines", index, "inputs"),
                ", ".join(pipeline.inputs) or "nothing",
                name,
            )
        for place, name in enumerate(pipeline.inputs):
            if name not in needed:
                yield Problem(
                    "TRN007",
                    f"Pipeline {pipeline.id} names {name} as input, on which none of its models depends",
                    "ingestion",
                    ("pipelines", index, "inputs", place),
                    name,
                    ", ".join(sorted(needed)),
                )


def _stored_inputs(built: list[str], models: dict[str, Model], stored: set[str], own: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name for model in built for name in models[model].depends_on]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in own or (name in models and name not in stored):
            waiting.extend(models[name].depends_on if name in models else ())
        else:
            found.add(name)
    return frozenset(found)


@rule(
    "TRN011",
    "Personal data is masked on its way",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A mail address that reaches a mart in the clear is in every export of it the day after.",
    reads=("modeling.models[].columns", "sources.sources[].personal_data"),
    applies=_with_models,
    where="there are models",
    fails=(Edit("02-sources.yml", "personal_data: {columns: []}", "personal_data: {columns: [shop_db.orders#id]}"),),
)
def masked_on_its_way(subject: Subject) -> Iterator[Problem]:
    """No column of a model holds personal data of a source that no column on the way masks; one finding per column of a
    source, at the first column of a model that holds it in the clear.
    """
    columns = subject.facts.columns
    told: set[str] = set()
    own = {model.id for model in _models(subject)}
    for flow in (flow for name in sorted(own) for flow in columns.flows_into.get(name, ())):
        node = columns.nodes[flow.column]
        if flow.masked_at is not None or flow.origin in told or flow.column == flow.origin:
            continue
        told.add(flow.origin)
        yield Problem(
            "TRN011",
            f"Column {flow.column} holds personal data of {flow.origin} in the clear",
            node.at[0],
            node.at[1],
            node.masking or "no masking",
            "`masking: hash`, `tokenize` or `redact` in it or before it",
            "Mask it, leave it out, or waive the rule with a reason",
        )


@rule(
    "TRN012",
    "Every model is read by something",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="A model that nobody reads costs every night and breaks at the worst time.",
    reads=("modeling.models", "ingestion.pipelines[].inputs", "context.consumers[].reads"),
    applies=_with_models,
    where="there are models",
    fails=(Edit("01-context.yml", "reads: [mart.orders]", "reads: [raw.orders]"),),
)
def no_dead_ends(subject: Subject) -> Iterator[Problem]:
    """Another model, a pipeline, a consumer or another plan reads each model."""
    facts, plan = subject.facts, subject.plan
    if subject.refused("modeling.models", "ingestion.pipelines", "context.consumers"):
        return
    read = {edge.source for edge in facts.lineage.edges}
    read |= {name for pipeline in (plan.ingestion.pipelines if plan.ingestion else ()) for name in pipeline.inputs}
    for index, model in enumerate(_models(subject)):
        if model.id not in read and not facts.landscape.users.get(model.id, frozenset()) - {plan.id}:
            yield Problem(
                "TRN012",
                f"Nothing reads model {model.id}",
                "modeling",
                ("models", index),
                model.id,
                "a model, pipeline, consumer or plan that reads it",
                "Name its reader, or take the model away",
                cause=section_rule(subject, "context", ("consumers",)),
            )
