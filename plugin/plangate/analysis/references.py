"""Who defines an id and who uses it, over the whole plan, derived elements included."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from plangate.analysis.derived import Derived
from plangate.analysis.landscape import Landscape, listed
from plangate.analysis.lineage import Lineage, produced
from plangate.model.nearest import nearest
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import HEADER, Path
from plangate.model.reference import Definition, Use, definitions, uses


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A use that names no element; `near` is the id that was probably meant."""

    gate: str
    use: Use
    near: str | None


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An element whose id another element of its kind has already."""

    gate: str
    path: Path
    kind: str
    id: str
    first_gate: str
    first_path: Path


@dataclass(frozen=True)
class References:
    """The index of a plan. Datasets are those of its sources, streams, pipelines and models, and of other plans."""

    plan: Plan
    policy: Policy
    derived: Derived
    lineage: Lineage
    landscape: Landscape

    @cached_property
    def _defined(self) -> tuple[tuple[str, Definition], ...]:
        return tuple((gate, found) for gate, value in self.plan.gates.items() for found in definitions(value))

    @cached_property
    def known(self) -> Mapping[str, frozenset[str]]:
        """The ids of every kind that a reference may name."""
        found: dict[str, set[str]] = {}
        for _, definition in self._defined:
            found.setdefault(definition.kind, set()).add(definition.id)
        found.setdefault("check", set()).update(check.id for check in self.derived.checks)
        found.setdefault("criterion", set()).update(criterion.id for criterion in self.derived.criteria)
        found["dataset"] = set(self._datasets)
        found["team"] = set(self.policy.people.names())
        found["plan"] = {*self.landscape.by_id, self.plan.id}
        return {kind: frozenset(names) for kind, names in found.items()}

    @cached_property
    def _datasets(self) -> frozenset[str]:
        own = {
            dataset.id
            for source in (self.plan.sources.sources if self.plan.sources else ())
            for dataset in source.datasets
        }
        own |= produced(self.plan)
        own |= {
            node.id
            for node in (
                self.plan.operations.lineage.nodes if self.plan.operations and self.plan.operations.lineage else ()
            )
        }
        return frozenset(own) | self.landscape.built

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns of every dataset for which they are listed, in this plan or in the one that produces it."""
        return {**self.landscape.listed, **listed(self.plan)}

    def unresolved(self) -> tuple[Unresolved, ...]:
        """Find every use that names nothing."""
        return tuple(
            Unresolved(gate, use, self._near(use))
            for gate, value in ((HEADER, self.plan.header), *self.plan.gates.items())
            for use in uses(value)
            if not self._resolves(use)
        )

    def _resolves(self, use: Use) -> bool:
        return any(
            self._is_column(use.text) if kind == "column" else use.text in self.known.get(kind, ())
            for kind in use.kinds
        )

    def _is_column(self, text: str) -> bool:
        dataset, _, column = text.partition("#")
        listed = self.columns.get(dataset)
        return dataset in self._datasets and (listed is None or column in listed)

    def _near(self, use: Use) -> str | None:
        candidates: Iterable[str] = {name for kind in use.kinds for name in self.known.get(kind, ())}
        text = use.text
        if "column" in use.kinds:
            dataset, _, column = text.partition("#")
            if dataset in self._datasets:
                candidates = {f"{dataset}#{name}" for name in self.columns.get(dataset, ())}
            else:
                near = nearest(dataset, self._datasets)
                return f"{near}#{column}" if near else None
        return nearest(text, candidates)

    def duplicates(self) -> tuple[Duplicate, ...]:
        """Find every id that stands twice within its kind."""
        first: dict[tuple[str, str], tuple[str, Path]] = {}
        found = []
        for gate, definition in self._defined:
            key = (definition.kind, definition.id)
            if key in first:
                found.append(Duplicate(gate, definition.path, definition.kind, definition.id, *first[key]))
            else:
                first[key] = (gate, definition.path)
        return tuple(found)
