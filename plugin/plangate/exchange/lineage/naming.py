"""What a dataset is called outside of plans: a namespace and a name, by the naming of OpenLineage."""

from collections.abc import Iterator, Mapping, Sequence

from plangate.analysis.atlas import Atlas
from plangate.model.plan import Plan
from plangate.model.sources import Physical

Name = tuple[str, str]
"""Namespace and name."""


def physical_names(plans: Sequence[Plan]) -> Mapping[str, Name]:
    """Give where datasets lie, for those of which a plan says it in full; a model's own word goes before a source's."""
    found: dict[str, Name] = {}
    for said in (_models, _streams, _sources):
        for plan in sorted(plans, key=lambda plan: plan.id):
            for dataset, place in said(plan):
                if place is not None and place.namespace and place.name:
                    found.setdefault(dataset, (place.namespace, place.name))
    return found


def names(some: Atlas, whole: Atlas) -> Mapping[str, Name]:
    """Name every dataset of some plans, and of `whole`, the graph of all plans that stand.

    A name is where a dataset lies, else its id within `plangate://<plan>`: the plan that builds it, or that speaks for
    it where none does.
    """
    lying = physical_names((*whole.plans.values(), *some.plans.values()))
    entries = {**some.entries, **whole.entries}
    return {name: lying.get(name, (namespace(entry.home), name)) for name, entry in entries.items() if entry.is_dataset}


def namespace(plan: str) -> str:
    """Give the namespace of what a plan names itself: its pipelines, and its datasets that lie nowhere yet."""
    return f"plangate://{plan}"


Said = Iterator[tuple[str, Physical | None]]


def _models(plan: Plan) -> Said:
    for model in plan.modeling.models if plan.modeling else ():
        yield model.id, model.physical


def _streams(plan: Plan) -> Said:
    for stream in plan.events.streams if plan.events else ():
        if stream.dataset:
            yield stream.dataset, stream.physical


def _sources(plan: Plan) -> Said:
    for source in plan.sources.sources if plan.sources else ():
        for dataset in source.datasets:
            yield dataset.id, dataset.physical
