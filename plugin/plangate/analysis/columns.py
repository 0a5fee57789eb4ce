"""Column lineage: which columns a column comes from, through which transforms, and where personal data goes."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from plangate.model.ingestion import Pipeline
from plangate.model.modeling import Column, Model, Transform
from plangate.model.plan import Place, Plan

_OPEN = frozenset({None, "none"})


class ColumnNode(Struct, frozen=True):
    """A column of a dataset: `before` are the columns that it comes from, `at` where the plan says it.

    `personal` marks personal data where it enters (a source says so, or a model column that comes from nowhere);
    `masking` is how it is hidden here. `made` marks what a model makes itself, by the clock or by
    chance. `pii` and `deprecated` are what the plan says of the column itself.
    """

    id: str
    dataset: str
    name: str
    plan: str
    at: Place
    type: str | None = None
    before: tuple[str, ...] = ()
    transform: Transform | None = None
    masking: str | None = None
    personal: bool = False
    source: bool = False
    made: bool = False
    pii: bool = False
    deprecated: bool = False

    @property
    def masked(self) -> bool:
        """Tell whether the column hides what comes in."""
        return self.masking not in _OPEN


class Flow(Struct, frozen=True):
    """Personal data on its way: from the column where it enters to one that holds it, and where it was masked."""

    origin: str
    column: str
    path: tuple[str, ...]
    masked_at: str | None


class ColumnLineage(Struct, frozen=True, dict=True):
    """The columns of some plans that are listed, spoken of, or copied by an ingest, by `dataset#column`."""

    nodes: Mapping[str, ColumnNode]

    @cached_property
    def after(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that come from each column."""
        found: dict[str, list[str]] = {}
        for node in self.nodes.values():
            for name in node.before:
                found.setdefault(name, []).append(node.id)
        return {name: tuple(names) for name, names in found.items()}

    def rests_on_source(self, column: str) -> bool:
        """Tell whether every way up from a column ends in a column of a source, or in one that a model makes itself."""
        return self._grounded(column, frozenset())

    def _grounded(self, column: str, above: frozenset[str]) -> bool:
        node = self.nodes.get(column)
        if node is None or column in above:
            return False
        if node.source or (node.made and not node.personal):
            return True
        return bool(node.before) and all(self._grounded(name, above | {column}) for name in node.before)

    def open_end(self, column: str) -> str:
        """Give the column at which the way up from a column breaks off: itself, or the first that has no `from`."""
        seen: set[str] = set()
        waiting = [column]
        while waiting:
            name = waiting.pop(0)
            node = self.nodes.get(name)
            if node is None or not (node.source or node.made or node.before):
                return name
            if name not in seen:
                seen.add(name)
                waiting.extend(node.before)
        return column

    @cached_property
    def flows(self) -> tuple[Flow, ...]:
        """Where each column of personal data goes, in the order of the columns; ways that meet are told once."""
        found: dict[tuple[str, str], Flow] = {}
        for origin in sorted(name for name, node in self.nodes.items() if node.personal):
            waiting = [Flow(origin, origin, (origin,), origin if self.nodes[origin].masked else None)]
            while waiting:
                flow = waiting.pop()
                known = found.get((origin, flow.column))
                if known is not None and (known.masked_at is None or flow.masked_at is not None):
                    continue
                found[origin, flow.column] = flow
                waiting.extend(self._onward(flow))
        return tuple(found[key] for key in sorted(found))

    @cached_property
    def flows_into(self) -> Mapping[str, tuple[Flow, ...]]:
        """The flows by the dataset whose column they reach."""
        found: dict[str, list[Flow]] = {}
        for flow in self.flows:
            found.setdefault(self.nodes[flow.column].dataset, []).append(flow)
        return {name: tuple(flows) for name, flows in found.items()}

    def _onward(self, flow: Flow) -> Iterator[Flow]:
        for name in self.after.get(flow.column, ()):
            if name not in flow.path:
                masked = flow.masked_at or (name if self.nodes[name].masked else None)
                yield Flow(flow.origin, name, (*flow.path, name), masked)


def columns(plans: Sequence[Plan]) -> ColumnLineage:
    """Put together the column lineage of plans; a dataset that several list is taken from the one that builds it."""
    nodes: dict[str, ColumnNode] = {}
    for plan in plans:
        for node in _models(plan):
            nodes.setdefault(node.id, node)
    personal = {name for plan in plans for name in _personal(plan)}
    for plan in plans:
        for node in _sources(plan, personal):
            nodes.setdefault(node.id, node)
    told = _Told(nodes)
    for plan in plans:
        _landed(plan, nodes, told)
    return ColumnLineage(nodes)


class _Told:
    """The columns that plans write themselves, by plan; those of them with personal data, by dataset; and the datasets
    that have columns so far."""

    def __init__(self, nodes: Mapping[str, ColumnNode]) -> None:
        self.of: dict[str, list[ColumnNode]] = {}
        self.personal: dict[str, list[ColumnNode]] = {}
        self.listed = {node.dataset for node in nodes.values()}
        for node in nodes.values():
            self.of.setdefault(node.plan, []).append(node)
            if node.personal:
                self.personal.setdefault(node.dataset, []).append(node)


def _personal(plan: Plan) -> Iterator[str]:
    for source in plan.sources.sources if plan.sources else ():
        yield from (source.personal_data.columns or ()) if source.personal_data else ()


def _sources(plan: Plan, personal: set[str]) -> Iterator[ColumnNode]:
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        names = {entry.id for entry in source.datasets}
        for place, dataset in enumerate(source.datasets):
            for number, column in enumerate(dataset.columns):
                at: Place = ("sources", ("sources", index, "datasets", place, "columns", number))
                name = f"{dataset.id}#{column.name}"
                yield ColumnNode(
                    name, dataset.id, column.name, plan.id, at, column.type, personal=name in personal, source=True
                )
        for number, name in enumerate((source.personal_data.columns or ()) if source.personal_data else ()):
            owner, _, column_name = name.partition("#")
            if owner in names:
                at = ("sources", ("sources", index, "personal_data", "columns", number))
                yield ColumnNode(name, owner, column_name, plan.id, at, personal=True, source=True)


def _models(plan: Plan) -> Iterator[ColumnNode]:
    for index, model in enumerate(plan.modeling.models if plan.modeling else ()):
        for place, column in enumerate(model.columns):
            yield _model_column(plan, model, column, ("modeling", ("models", index, "columns", place)))


def _model_column(plan: Plan, model: Model, column: Column, at: Place) -> ColumnNode:
    alone = model.determinism is not None and bool(model.determinism.uses_now or model.determinism.uses_random)
    return ColumnNode(
        id=f"{model.id}#{column.name}",
        dataset=model.id,
        name=column.name,
        plan=plan.id,
        at=at,
        type=column.type,
        before=column.from_,
        transform=column.transform,
        masking=column.masking,
        personal=bool(column.pii) and not column.from_,
        made=alone and not column.from_,
        pii=bool(column.pii),
        deprecated=bool(column.deprecated),
    )


def _landed(plan: Plan, nodes: dict[str, ColumnNode], told: _Told) -> None:
    """Add the columns of datasets that are landed or read as they are: an ingest copies each column under its name.

    A column is added where one of a model comes from it, and where an ingest carries personal data.
    """
    pipelines = tuple(enumerate(plan.ingestion.pipelines if plan.ingestion else ()))
    copied = {target: (index, pipeline) for index, pipeline in pipelines for target in pipeline.outputs}
    sources = {
        dataset.id: ("sources", ("sources", index, "datasets", place))
        for index, source in enumerate(plan.sources.sources if plan.sources else ())
        for place, dataset in enumerate(source.datasets)
    }
    waiting = sorted({name for node in told.of.get(plan.id, ()) for name in node.before if name not in nodes})
    waiting += sorted(_carried(copied, nodes, told))
    while waiting:
        name = waiting.pop()
        dataset, _, column = name.partition("#")
        if name in nodes:
            continue
        if dataset in sources or dataset in copied:
            told.listed.add(dataset)
        if dataset in sources:
            nodes[name] = ColumnNode(name, dataset, column, plan.id, sources[dataset], source=True)
        elif dataset in copied:
            index, pipeline = copied[dataset]
            inputs = _copied_from(dataset, pipeline, column, nodes)
            before = tuple(f"{one}#{column}" for one in inputs if len(inputs) == 1 or one in sources)
            at: Place = ("ingestion", ("pipelines", index, "outputs"))
            nodes[name] = ColumnNode(name, dataset, column, plan.id, at, before=before, transform="identity")
            waiting.extend(before)


def _carried(copied: Mapping[str, tuple[int, Pipeline]], nodes: Mapping[str, ColumnNode], told: _Told) -> Iterator[str]:
    for target, (_, pipeline) in copied.items():
        if pipeline.kind_ == "ingest" and target not in told.listed:
            for dataset in dict.fromkeys(pipeline.inputs):
                for node in told.personal.get(dataset, ()):
                    if dataset in _copied_from(target, pipeline, node.name, nodes):
                        yield f"{target}#{node.name}"


def _copied_from(target: str, pipeline: Pipeline, column: str, nodes: Mapping[str, ColumnNode]) -> tuple[str, ...]:
    """Give the inputs that a column of an output can be copied from: the one whose table has the name of the output's,
    else those that are known to have the column, else all.
    """
    table = target.rpartition(".")[2]
    same = tuple(name for name in pipeline.inputs if name.rpartition(".")[2] == table)
    return same or tuple(name for name in pipeline.inputs if f"{name}#{column}" in nodes) or pipeline.inputs
