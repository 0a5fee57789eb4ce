"""Who defines an id and who uses it, over the whole plan, derived elements included."""

from collections import ChainMap
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from msgspec import Struct

from plangate.analysis.derived import Derived
from plangate.analysis.landscape import Landscape, listed
from plangate.analysis.lineage import defined
from plangate.model.nearest import nearest
from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import HEADER, Path
from plangate.model.reference import Definition, Use


class Unresolved(Struct, frozen=True):
    """A use that names no element; `near` is the id that was probably meant."""

    gate: str
    use: Use
    near: str | None


class Duplicate(Struct, frozen=True):
    """An element whose id another element of its kind has already."""

    gate: str
    path: Path
    kind: str
    id: str
    first_gate: str
    first_path: Path


class References(Struct, frozen=True, dict=True):
    """The index of a plan. Datasets are those of its sources, streams, pipelines and models, and of other plans."""

    plan: Plan
    policy: Policy
    derived: Derived
    landscape: Landscape
    marks: Iterable[tuple[str, Use | Definition]]
    """Every place of plan.yml and of the gates that names an element or gives it its id."""

    @cached_property
    def _defined(self) -> tuple[tuple[str, Definition], ...]:
        return tuple((gate, found) for gate, found in self.marks if gate != HEADER and isinstance(found, Definition))

    @cached_property
    def uses(self) -> tuple[tuple[str, Use], ...]:
        """Every place of plan.yml and of the gates that names an element."""
        return tuple((gate, found) for gate, found in self.marks if isinstance(found, Use))

    @cached_property
    def _own(self) -> Mapping[str, frozenset[str]]:
        """The ids of every kind that the plan and its policy define; datasets and plans of others are not in it."""
        found: dict[str, set[str]] = {}
        for _, definition in self._defined:
            found.setdefault(definition.kind, set()).add(definition.id)
        found.setdefault("check", set()).update(check.id for check in self.derived.checks)
        found.setdefault("criterion", set()).update(criterion.id for criterion in self.derived.criteria)
        found["dataset"] = {*defined(self.plan)}
        found["team"] = set(self.policy.people.names())
        found["plan"] = {self.plan.id}
        return {kind: frozenset(names) for kind, names in found.items()}

    @cached_property
    def _known(self) -> Mapping[str, tuple[Collection[str], ...]]:
        """The ids of each kind that a reference may name: those of the plan, and those of all plans."""
        others = {"dataset": self.landscape.built, "plan": self.landscape.names}
        return {kind: (ids, others[kind]) if kind in others else (ids,) for kind, ids in self._own.items()}

    def is_known(self, kind: str, text: str) -> bool:
        """Tell whether an element of a kind has an id: in this plan, or a dataset or a plan in any."""
        for ids in self._known.get(kind, ()):  # noqa: SIM110 -- asked thousands of times, and faster like this
            if text in ids:
                return True
        return False

    @cached_property
    def columns(self) -> Mapping[str, frozenset[str]]:
        """The columns of every dataset for which they are listed, in this plan or in the one that produces it."""
        return ChainMap(dict(listed(self.plan)), self.landscape.listed)  # type: ignore[arg-type]  # only read

    @cached_property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """Every use that names nothing."""
        return tuple(Unresolved(gate, use, self._near(use)) for gate, use in self.uses if not self._resolves(use))

    def _resolves(self, use: Use) -> bool:
        for kind in use.kinds:
            if self._is_column(use.text) if kind == "column" else self.is_known(kind, use.text):
                return True
        return False

    def _is_column(self, text: str) -> bool:
        dataset, _, column = text.partition("#")
        listed = self.columns.get(dataset)
        return self.is_known("dataset", dataset) and (listed is None or column in listed)

    def _near(self, use: Use) -> str | None:
        candidates: Iterable[str] = {name for kind in use.kinds for ids in self._known.get(kind, ()) for name in ids}
        text = use.text
        if "column" in use.kinds:
            dataset, _, column = text.partition("#")
            if self.is_known("dataset", dataset):
                candidates = {f"{dataset}#{name}" for name in self.columns.get(dataset, ())}
            else:
                near = nearest(dataset, {name for ids in self._known["dataset"] for name in ids})
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
