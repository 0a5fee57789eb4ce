"""What a plan says of each dataset: its contract and how that changes, its checks, objectives, needs and worst age."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct

from plangate.analysis.chains import DatasetAge
from plangate.analysis.derived import Derived, Origin
from plangate.analysis.freshness import FreshnessFacts, Need
from plangate.model.contracts import Change, Contract
from plangate.model.modeling import Model
from plangate.model.operations import Slo
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.sources import Source, SourceDataset

Value = TypeVar("Value")


class DatasetCheck(Struct, frozen=True):
    """A check or reconciliation of a dataset, stated or derived; `about` says of which columns or why it is there.

    `columns` are the columns that it looks at together.
    """

    id: str
    kind: str
    about: str
    severity: str | None
    origin: Origin
    gate: str
    path: Path
    columns: tuple[str, ...] = ()


class DatasetFacts(Struct, frozen=True):
    """Everything that one plan says of one dataset, each kind in the order of the plan."""

    contracts: tuple[Contract, ...] = ()
    changes: tuple[Change, ...] = ()
    checks: tuple[DatasetCheck, ...] = ()
    slos: tuple[Slo, ...] = ()
    needs: tuple[Need, ...] = ()
    age: DatasetAge | None = None
    model: Model | None = None
    sources: tuple[tuple[Source, SourceDataset], ...] = ()
    pipelines: tuple[str, ...] = ()

    @property
    def promise(self) -> Need | None:
        """The tightest of what is promised: by the plan, by the contract or by an objective."""
        promised = [need for need in self.needs if need.kind in {"promise", "contract", "slo"}]
        return min(promised, key=lambda need: need.need.base, default=None)


def datasets(plan: Plan, derived: Derived, freshness: FreshnessFacts) -> Mapping[str, DatasetFacts]:
    """Sort what a plan says by the dataset that it is about; what it does not speak of has no entry."""
    contracts = _grouped(
        (contract.dataset, contract) for contract in (plan.contracts.contracts if plan.contracts else ())
    )
    evolution = plan.contracts.evolution if plan.contracts else None
    changes = _grouped((change.dataset, change) for change in (evolution.changes if evolution else ()))
    checks = _grouped(_checks(plan, derived))
    slos = _grouped((slo.dataset, slo) for slo in (plan.operations.slos if plan.operations else ()))
    needs = _grouped((need.dataset, need) for need in freshness.needs)
    models = {model.id: model for model in (plan.modeling.models if plan.modeling else ())}
    sources = _grouped(
        (dataset.id, (source, dataset))
        for source in (plan.sources.sources if plan.sources else ())
        for dataset in source.datasets
    )
    pipelines = _grouped(
        (name, pipeline.id)
        for pipeline in (plan.ingestion.pipelines if plan.ingestion else ())
        for name in pipeline.outputs
    )
    names = {*contracts, *changes, *checks, *slos, *needs, *models, *sources, *pipelines, *freshness.ages}
    return {
        name: DatasetFacts(
            contracts.get(name, ()),
            changes.get(name, ()),
            checks.get(name, ()),
            slos.get(name, ()),
            needs.get(name, ()),
            freshness.ages.get(name),
            models.get(name),
            sources.get(name, ()),
            tuple(dict.fromkeys(pipelines.get(name, ()))),
        )
        for name in sorted(names)
    }


def _grouped(pairs: Iterable[tuple[str | None, Value]]) -> dict[str, tuple[Value, ...]]:
    found: dict[str, list[Value]] = {}
    for name, value in pairs:
        if name is not None:
            found.setdefault(name, []).append(value)
    return {name: tuple(values) for name, values in found.items()}


def _checks(plan: Plan, derived: Derived) -> Iterator[tuple[str | None, DatasetCheck]]:
    for index, check in enumerate(plan.quality.checks if plan.quality else ()):
        about = ", ".join(check.column) or check.description or ""
        place: Path = ("checks", index)
        kind = check.kind_ or ""
        yield (
            check.dataset,
            DatasetCheck(check.id, kind, about, check.severity, "stated", "quality", place, check.column),
        )
    for index, entry in enumerate(plan.quality.reconciliation if plan.quality else ()):
        about = f"{entry.measure or 'compared'} against {entry.source}" if entry.source else entry.measure or ""
        path: Path = ("reconciliation", index)
        yield (
            entry.target,
            DatasetCheck(entry.id, "reconciliation", about, entry.severity, "stated", "quality", path),
        )
    for implied in derived.checks:
        gate, path = implied.origin
        about = ", ".join(implied.columns) or implied.because
        yield (
            implied.dataset,
            DatasetCheck(implied.id, implied.kind, about, None, "derived", gate, path, implied.columns),
        )
