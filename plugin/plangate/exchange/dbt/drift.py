"""Where a plan and a dbt project disagree: models, columns, edges, tests and exposures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from plangate.analysis.facts import Facts
from plangate.exchange.dbt.project import DbtColumn, DbtModel, DbtProject
from plangate.exchange.dbt.properties import model_names, read_from_outside
from plangate.model.modeling import Column, Model
from plangate.model.table import Type
from plangate.model.typename import read_type

About = Literal["model", "column", "edge", "test", "source", "exposure"]

_TESTS = {
    "unique": "unique",
    "not_null": "not_null",
    "accepted_values": "accepted_values",
    "relationships": "relationship",
}


class Drift(Struct, frozen=True):
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

    A model is the same by the dataset id that the project gives in `meta`, by schema and table, by a name with the
    layer before it (`stg_orders` is `acme_stg.orders`), or by its name alone. Of a versioned model the latest counts.
    """
    return tuple(sorted(_Comparison(facts, project).found(), key=lambda one: (one.about, one.name, one.says)))


class _Named(Struct, frozen=True):
    """A model of the plan by its names: id, name in an exported project, schema and table in the warehouse."""

    dataset: str
    name: str
    physical: tuple[str, ...]


def _by_place(stated: _Named, model: DbtModel) -> bool:
    place = (model.schema.casefold(), model.relation.casefold())
    return model.dataset is None and place in {stated.physical, tuple(stated.dataset.rsplit(".", 1))}


def _by_layer(stated: _Named, model: DbtModel) -> bool:
    space, _, last = stated.dataset.rpartition(".")
    layered = {stated.name, f"{space}_{last}", f"{space.rpartition('_')[2]}_{last}", f"{space}__{last}"} - {last}
    return model.dataset is None and model.name.casefold() in layered


def _by_name(stated: _Named, model: DbtModel) -> bool:
    return model.dataset is None and model.name.casefold() == stated.dataset.rpartition(".")[2]


_WAYS: Sequence[Callable[[_Named, DbtModel], bool]] = (
    lambda stated, model: model.dataset == stated.dataset,
    _by_place,
    _by_layer,
    _by_name,
)


class _Comparison:
    def __init__(self, facts: Facts, project: DbtProject) -> None:
        self.facts, self.project = facts, project
        self.stated = {model.id: model for model in (facts.plan.modeling.models if facts.plan.modeling else ())}
        self.built = [model for model in project.models if model.version in {None, model.latest_version}]
        self.pairs = self._pairs()
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

    def _pairs(self) -> Mapping[str, DbtModel]:
        """Find the model of the project that each of the plan is: the surest ways first, none twice, none by guess."""
        pairs: dict[str, DbtModel] = {}
        free = {model.unique_id: model for model in self.built}
        names = model_names(self.facts.plan)
        for is_same in _WAYS:
            claims: dict[str, list[str]] = {}
            for dataset in (name for name in self.stated if name not in pairs):
                stated = _Named(dataset, names[dataset], self._physical(dataset))
                found = [model for model in free.values() if is_same(stated, model)]
                if len(found) == 1:
                    claims.setdefault(found[0].unique_id, []).append(dataset)
            pairs |= {some[0]: free.pop(model) for model, some in claims.items() if len(some) == 1}
        return {name: pairs[name] for name in self.stated if name in pairs}

    def _physical(self, dataset: str) -> tuple[str, ...]:
        place = self.stated[dataset].physical
        return tuple((place.name or "").casefold().split(".")[-2:]) if place else ()

    def _sources(self) -> Iterator[tuple[str, str]]:
        """Give the dataset of the plan that each source of the project is: by its id, else by an unambiguous name."""
        known = read_from_outside(self.facts.plan)
        for source in self.project.sources:
            name = self.project.dataset(source.unique_id)
            by_name = [one for one in known if one.rpartition(".")[2] == (source.identifier or source.name).casefold()]
            if name in known:
                yield source.unique_id, str(name)
            elif len(by_name) == 1 and source.dataset is None:
                yield source.unique_id, by_name[0]

    def _model(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        name = stated.id
        if stated.materialized and built.materialized and stated.materialized != built.materialized:
            said = f"{name} is planned as {stated.materialized} and built as {built.materialized}"
            yield Drift("model", name, stated.materialized, built.materialized, said)
        yield from self._edges(stated, built)
        yield from self._columns(stated, built)
        yield from self._tests(stated, built)

    def _edges(self, stated: Model, built: DbtModel) -> Iterator[Drift]:
        planned = set(stated.depends_on)
        real = {known for one in built.depends_on if (known := self.ids.get(one) or self.project.dataset(one))}
        for one in sorted(planned - real):
            yield Drift("edge", stated.id, one, None, f"{stated.id} is planned to read {one}, the project's does not")
        for one in sorted(real - planned):
            yield Drift("edge", stated.id, None, one, f"{stated.id} reads {one} in the project, and not in the plan")

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
