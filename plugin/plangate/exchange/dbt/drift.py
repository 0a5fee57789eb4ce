"""Where a plan and a dbt project disagree: models, columns, edges, tests and exposures."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from plangate.analysis.facts import Facts
from plangate.exchange.dbt.project import DbtColumn, DbtModel, DbtProject
from plangate.exchange.dbt.properties import model_names
from plangate.model.modeling import Column, Model
from plangate.model.sources import Source
from plangate.model.table import Type
from plangate.model.typename import read_type

About = Literal["model", "column", "edge", "test", "source", "exposure"]

_TESTS = {
    "unique": "unique",
    "not_null": "not_null",
    "accepted_values": "accepted_values",
    "relationships": "relationship",
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One disagreement: about what, of which dataset or consumer, what the plan says and what the project says.

    None is what one of the two does not have.
    """

    about: About
    name: str
    plan: str | None
    project: str | None
    says: str


def drift(facts: Facts, project: DbtProject) -> tuple[Drift, ...]:
    """Compare a plan with a project, sorted by what it is about and by name.

    A model is the same by the dataset id that the project gives in `meta`, by schema and table, or by a name that only one
    model has. Of a versioned model the latest counts.
    """
    return tuple(sorted(_Comparison(facts, project).found(), key=lambda one: (one.about, one.name, one.says)))


class _Comparison:
    def __init__(self, facts: Facts, project: DbtProject) -> None:
        self.facts, self.project = facts, project
        self.stated = {model.id: model for model in (facts.plan.modeling.models if facts.plan.modeling else ())}
        self.built = [model for model in project.models if model.version in {None, model.latest_version}]
        self.pairs = dict(self._pairs())
        self.ids = {model.unique_id: name for name, model in self.pairs.items()} | dict(self._sources())

    def found(self) -> Iterator[Drift]:
        for name in self.stated.keys() - self.pairs.keys():
            yield Drift("model", name, "planned", None, f"The project builds no {name}")
        for model in self.built:
            if model.unique_id not in self.ids and model.kind == "model":
                yield Drift("model", model.name, None, model.path or "there", f"The plan knows no model {model.name}")
        for name, model in self.pairs.items():
            yield from self._model(self.stated[name], model)
        yield from self._exposures()

    def _pairs(self) -> Iterator[tuple[str, DbtModel]]:
        names = model_names(self.facts.plan)
        for dataset, name in names.items():
            space, _, last = dataset.rpartition(".")
            ways = (
                [one for one in self.built if one.dataset == dataset],
                [one for one in self.built if one.dataset is None and (one.schema, one.relation) == (space, last)],
                [one for one in self.built if one.dataset is None and one.name in {name, last, f"{space}_{last}"}],
            )
            match = next((way for way in ways if way), [])
            if len(match) == 1:
                yield dataset, match[0]

    def _sources(self) -> Iterator[tuple[str, str]]:
        known = {dataset.id for source in self._stated_sources() for dataset in source.datasets}
        last: dict[str, list[str]] = {}
        for name in known:
            last.setdefault(name.rpartition(".")[2], []).append(name)
        for source in self.project.sources:
            name = self.project.dataset(source.unique_id) or ""
            by_name = last.get(source.identifier or source.name, [])
            if name in known:
                yield source.unique_id, name
            elif len(by_name) == 1:
                yield source.unique_id, by_name[0]

    def _stated_sources(self) -> Iterable[Source]:
        return self.facts.plan.sources.sources if self.facts.plan.sources else ()

    def _model(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        name = stated.id
        if stated.materialized and built.materialized and stated.materialized != built.materialized:
            said = f"{name} is planned as {stated.materialized} and built as {built.materialized}"
            yield Drift("model", name, stated.materialized, built.materialized, said)
        yield from self._edges(stated, built)
        yield from self._columns(stated, built)
        yield from self._tests(stated, built)

    def _edges(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        landed = self._landed()
        planned = {landed.get(one, one) for one in stated.depends_on}
        real = {landed.get(known, known) for one in built.depends_on if (known := self.ids.get(one)) is not None}
        real |= {known for one in built.depends_on if one not in self.ids and (known := self.project.dataset(one))}
        for one in sorted(planned - real):
            yield Drift(
                "edge", stated.id, one, None, f"{stated.id} is planned to read {one}, and the project's does not"
            )
        for one in sorted(real - planned):
            yield Drift("edge", stated.id, None, one, f"{stated.id} reads {one} in the project, and not in the plan")

    def _landed(self) -> Mapping[str, str]:
        """Give for each dataset that an ingest lands the source that it copies: to dbt both are one table."""
        pipelines = self.facts.plan.ingestion.pipelines if self.facts.plan.ingestion else ()
        return {
            pipeline.outputs[0]: pipeline.inputs[0]
            for pipeline in pipelines
            if pipeline.kind_ == "ingest" and len(pipeline.outputs) == len(pipeline.inputs) == 1
        }

    def _columns(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        if not stated.columns or not built.columns:
            return
        planned = {column.name.casefold(): column for column in stated.columns}
        real = {column.name.casefold(): column for column in built.columns}
        for key in planned.keys() - real.keys():
            name = f"{stated.id}#{planned[key].name}"
            yield Drift("column", name, planned[key].type or "there", None, f"The project documents no column {name}")
        for key in real.keys() - planned.keys():
            name = f"{stated.id}#{real[key].name}"
            yield Drift("column", name, None, real[key].type or "there", f"The plan lists no column {name}")
        for key in planned.keys() & real.keys():
            yield from self._column(stated.id, planned[key], real[key])

    def _column(self, dataset: str, stated: Column, built: DbtColumn) -> Iterator[Drift]:
        name = f"{dataset}#{stated.name}"
        if (
            stated.type
            and built.type
            and not _same(read_type(stated.type), read_type(built.type, self.project.adapter))
        ):
            said = f"{name} is {stated.type} in the plan and {built.type} in the project"
            yield Drift("column", name, stated.type, built.type, said)
        if stated.nullable is False and not built.not_null:
            said = f"{name} is never null in the plan, and nothing in the project holds it to that"
            yield Drift("column", name, "not null", None, said)

    def _tests(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        if self.facts.plan.quality is None:
            return
        planned = {
            (kind, tuple(name.casefold() for name in columns))
            for kind, columns in self._planned(stated.id)
            if kind in _TESTS.values() and len(columns) == 1
        }
        real = {
            (_TESTS[test.kind], tuple(name.casefold() for name in test.columns))
            for test in self.project.tests
            if test.on == built.unique_id and test.kind in _TESTS and len(test.columns) == 1
        }
        real |= {("not_null", (one.name.casefold(),)) for one in built.columns if one.not_null}
        held = {("unique", (name.casefold(),)) for name in built.primary_key if len(built.primary_key) == 1}
        for kind, columns in sorted(planned - real - held):
            said = f"The plan checks {kind.replace('_', ' ')} of {stated.id}#{columns[0]}, the project does not"
            yield Drift("test", f"{stated.id}#{columns[0]}", kind, None, said)
        constraints = {("not_null", (one.name.casefold(),)) for one in stated.columns if one.nullable is False}
        for kind, columns in sorted(real - planned - constraints):
            said = f"The project tests {kind.replace('_', ' ')} of {stated.id}#{columns[0]}, the plan does not"
            yield Drift("test", f"{stated.id}#{columns[0]}", None, kind, said)

    def _planned(self, dataset: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        quality = self.facts.plan.quality
        for check in quality.checks if quality else ():
            if check.dataset == dataset:
                yield check.kind_ or "", check.column
        for implied in self.facts.derived.checks:
            if implied.dataset == dataset:
                yield implied.kind, implied.columns

    def _exposures(self) -> Iterator[Drift]:
        consumers = {one.id: one for one in (self.facts.plan.context.consumers if self.facts.plan.context else ())}
        exposures = {one.name: one for one in self.project.exposures}
        for name in consumers.keys() - exposures.keys():
            if any(read in self.pairs for read in consumers[name].reads):
                said = f"Consumer {name} of the plan is no exposure of the project"
                yield Drift("exposure", name, "planned", None, said)
        for name in exposures.keys() - consumers.keys():
            yield Drift("exposure", name, None, "there", f"Exposure {name} of the project is no consumer of the plan")
        for name in consumers.keys() & exposures.keys():
            planned = {one for one in consumers[name].reads if one in self.pairs}
            real = {known for one in exposures[name].depends_on if (known := self.ids.get(one)) in self.pairs}
            for one in sorted(planned ^ real, key=str):
                side = ("plan", "project") if one in planned else ("project", "plan")
                said = f"{name} reads {one} in the {side[0]}, and not in the {side[1]}"
                yield Drift("exposure", name, one if one in planned else None, one if one in real else None, said)


def _same(one: Type, other: Type) -> bool:
    """Tell whether two types hold the same, as far as both say; what neither can read is compared as written."""
    if "unknown" in {one.kind, other.kind}:
        return one.written.casefold() == other.written.casefold()
    told = ((getattr(one, name), getattr(other, name)) for name in ("bits", "precision", "scale", "length", "zoned"))
    return one.kind == other.kind and all(None in pair or pair[0] == pair[1] for pair in told)
