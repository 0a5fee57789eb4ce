"""Plans as events of OpenLineage: a JobEvent for each pipeline, a DatasetEvent for each dataset.

The form is that of the published specification, https://openlineage.io/spec/2-0-2/OpenLineage.json, with facets in the
versions that `FACETS` names. A plan says what is meant to be: no event tells of a run, and what only a run can say is
left out, the results of checks (`dataQualityAssertions`) and the version of the data.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from plangate import __version__
from plangate.analysis.atlas import Atlas, Entry
from plangate.analysis.columns import ColumnLineage, ColumnNode
from plangate.exchange.lineage.naming import Name, namespace
from plangate.model.contracts import Contract, ContractColumn
from plangate.model.ingestion import Pipeline
from plangate.model.modeling import Column
from plangate.model.plan import Plan
from plangate.model.sources import SourceColumn

PRODUCER = f"https://github.com/plangate/plangate/tree/v{__version__}"
EVENTS = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/"

_SPEC = "https://openlineage.io/spec/facets/"
FACETS: Mapping[str, str] = MappingProxyType(
    {
        name: f"{_SPEC}{version}/{file or name}.json#/$defs/{name}"
        for name, version, file in (
            ("JobTypeJobFacet", "2-0-4", ""),
            ("OwnershipJobFacet", "1-0-1", ""),
            ("DocumentationJobFacet", "1-1-0", ""),
            ("SourceCodeLocationJobFacet", "1-1-0", ""),
            ("LineageJobFacet", "1-0-0", "LineageFacet"),
            ("SchemaDatasetFacet", "1-2-0", ""),
            ("OwnershipDatasetFacet", "1-0-1", ""),
            ("DocumentationDatasetFacet", "1-1-0", ""),
            ("ColumnLineageDatasetFacet", "1-2-0", ""),
            ("LineageDatasetFacet", "1-0-0", "LineageFacet"),
        )
    }
)
"""The published schema of each facet that is written."""

_INDIRECT = frozenset({"join", "filter", "group_by", "sort", "window", "conditional"})

Data = dict[str, Any]


class Told(Struct, frozen=True):
    """What events are made of: the graph of the plans that are told, the names of all datasets, the columns."""

    graph: Atlas
    names: Mapping[str, Name]
    columns: ColumnLineage
    only: Collection[str] | None = None
    """The datasets that are told, with the pipelines that build them; all where it is None."""

    def tells(self, dataset: str) -> bool:
        """Tell whether there is an event for a dataset."""
        return self.only is None or dataset in self.only


def events(told: Told, day: date) -> tuple[Data, ...]:
    """Give the events of plans on a day (midnight in UTC): jobs by plan and pipeline, then datasets by id.

    Each is what JSON can hold. Facets stand where the plan says something.
    """
    time = f"{day.isoformat()}T00:00:00Z"
    jobs = (
        _job_event(told, plan, pipeline)
        for plan in told.graph.plans.values()
        for pipeline in sorted(plan.ingestion.pipelines if plan.ingestion else (), key=lambda pipeline: pipeline.id)
        if any(map(told.tells, pipeline.outputs or pipeline.inputs))
    )
    said = {plan.id: _Described.of(plan) for plan in told.graph.plans.values()}
    columns: dict[str, list[ColumnNode]] = {}
    for _, column in sorted(told.columns.nodes.items()):
        columns.setdefault(column.dataset, []).append(column)
    datasets = (
        _dataset_event(told, entry, said[entry.home], columns.get(name, ()))
        for name, entry in sorted(told.graph.entries.items())
        if entry.is_dataset and told.tells(name)
    )
    head = {"eventTime": time, "producer": PRODUCER}
    return (
        *({**head, "schemaURL": f"{EVENTS}JobEvent", **event} for event in jobs),
        *({**head, "schemaURL": f"{EVENTS}DatasetEvent", **event} for event in datasets),
    )


def _facet(kind: str, **content: Any) -> Data:
    return {"_producer": PRODUCER, "_schemaURL": FACETS[kind], **content}


def _dataset(told: Told, name: str) -> Data:
    where = told.names[name]
    return {"namespace": where[0], "name": where[1]}


def _owners(owner: str) -> list[Data]:
    return [{"name": f"team:{owner}", "type": "OWNER"}]


def _job_event(told: Told, plan: Plan, pipeline: Pipeline) -> Data:
    facets: Data = {"jobType": _job_type(pipeline)}
    owner = pipeline.owner or plan.header.accountable
    if owner:
        facets["ownership"] = _facet("OwnershipJobFacet", owners=_owners(owner))
    if pipeline.description:
        facets["documentation"] = _facet("DocumentationJobFacet", description=pipeline.description)
    code = _code(plan, pipeline)
    if code:
        facets["sourceCodeLocation"] = _facet("SourceCodeLocationJobFacet", **code)
    if pipeline.outputs:
        facets["lineage"] = _facet(
            "LineageJobFacet",
            entries=[
                {**_dataset(told, name), "type": "DATASET", "inputs": _inputs(told, _feeding(told, name, pipeline))}
                for name in pipeline.outputs
            ],
        )
    return {
        "job": {"namespace": namespace(plan.id), "name": pipeline.id, "facets": facets},
        "inputs": [_dataset(told, name) for name in pipeline.inputs],
        "outputs": [_dataset(told, name) for name in pipeline.outputs],
    }


def _job_type(pipeline: Pipeline) -> Data:
    """Say how a pipeline works; without an engine named, the integration is the plan itself."""
    continuous = pipeline.pattern == "stream" or (pipeline.pattern == "cdc" and pipeline.schedule is None)
    return _facet(
        "JobTypeJobFacet",
        processingType="STREAMING" if continuous else "BATCH",
        integration=(pipeline.engine or "plangate").upper(),
        **({"jobType": pipeline.kind_.upper()} if pipeline.kind_ else {}),
    )


def _code(plan: Plan, pipeline: Pipeline) -> Data | None:
    """Say where the code lies, where the plan names its one repository by an address; nothing is guessed."""
    places = [code for code in plan.header.code if code.repo]
    if len(places) != 1 or not (places[0].repo or "").startswith(("https://", "http://")):
        return None
    path = pipeline.entrypoint or places[0].path
    return {"type": "git", "url": places[0].repo, "repoUrl": places[0].repo, **({"path": path} if path else {})}


def _inputs(told: Told, datasets: Iterable[str]) -> list[Data]:
    return [{**_dataset(told, name), "type": "DATASET"} for name in datasets if name in told.names]


def _feeding(told: Told, output: str, pipeline: Pipeline) -> Sequence[str]:
    """Give the inputs of a job that one output rests on, over what the job builds between, else all of them."""
    upstream = told.graph.graph.upstream(output)
    return [name for name in pipeline.inputs if name in upstream] or pipeline.inputs


def _dataset_event(told: Told, entry: Entry, said: "_Described", columns: Sequence[ColumnNode]) -> Data:
    facets: Data = {}
    listed = said.columns.get(entry.id)
    if listed:
        facets["schema"] = _facet("SchemaDatasetFacet", fields=[_field(column) for column in listed])
    if entry.node.owner:
        facets["ownership"] = _facet("OwnershipDatasetFacet", owners=_owners(entry.node.owner))
    if entry.id in said.texts:
        facets["documentation"] = _facet("DocumentationDatasetFacet", description=said.texts[entry.id])
    fields = {column.name: origins for column in columns if (origins := _origins(told, column))}
    if fields:
        facets["columnLineage"] = _facet(
            "ColumnLineageDatasetFacet", fields={column: {"inputFields": origins} for column, origins in fields.items()}
        )
    inputs = _inputs(told, sorted(told.graph.before.get(entry.id, ())))
    if inputs or fields:
        facets["lineage"] = _facet(
            "LineageDatasetFacet",
            inputs=inputs,
            fields={
                column: {"inputs": [{**origin, "type": "DATASET"} for origin in origins]}
                for column, origins in fields.items()
            },
        )
    return {"dataset": {**_dataset(told, entry.id), "facets": facets}}


def _origins(told: Told, column: ColumnNode) -> list[Data]:
    """Give the columns that a column comes from, each with what is done to it."""
    found = []
    for one in column.before:
        dataset, _, name = one.partition("#")
        if dataset in told.names:
            origin = {**_dataset(told, dataset), "field": name}
            if column.transform:
                origin["transformations"] = [
                    {
                        "type": "INDIRECT" if column.transform in _INDIRECT else "DIRECT",
                        "subtype": column.transform.upper(),
                        "masking": column.masked,
                    }
                ]
            found.append(origin)
    return found


AnyColumn = Column | ContractColumn | SourceColumn


def _field(column: AnyColumn) -> Data:
    known = {"name": column.name, "type": column.type, "description": column.description}
    return {name: value for name, value in known.items() if value}


class _Described(Struct, frozen=True):
    """What a plan says of its datasets: their columns (a contract's list goes before a model's) and descriptions."""

    columns: Mapping[str, Sequence[AnyColumn]]
    texts: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> "_Described":
        columns: dict[str, Sequence[AnyColumn]] = {}
        texts: dict[str, str] = {}
        for name, listed, text in _said(plan):
            if listed:
                columns.setdefault(name, listed)
            if text:
                texts.setdefault(name, text)
        return cls(columns, texts)


def _said(plan: Plan) -> Iterator[tuple[str, Sequence[AnyColumn], str | None]]:
    for contract in plan.contracts.contracts if plan.contracts else ():
        if contract.dataset:
            yield contract.dataset, _promised(contract), contract.description
    for model in plan.modeling.models if plan.modeling else ():
        yield model.id, model.columns, model.description
    for stream in plan.events.streams if plan.events else ():
        if stream.dataset:
            yield stream.dataset, (), stream.description
    for source in plan.sources.sources if plan.sources else ():
        for dataset in source.datasets:
            yield dataset.id, dataset.columns, dataset.description


def _promised(contract: Contract) -> Sequence[AnyColumn]:
    return contract.columns if isinstance(contract.columns, tuple) else ()
