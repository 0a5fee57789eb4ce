"""Where the models of a plan lie: their physical names, by the naming of OpenLineage."""

from collections.abc import Iterator

from msgspec import Struct

from plangate.model.modeling import Model
from plangate.model.plan import Plan

_FOLDED = frozenset({"mssql", "oracle", "postgres", "redshift", "snowflake", "teradata"})
"""The schemes under which small and capital letters do not tell two names apart, unless they are quoted."""


class Placed(Struct, frozen=True):
    """A model with its place in the plan, and where it lies: as it is written, and as namespace and name in one
    spelling."""

    plan: Plan
    model: Model
    index: int
    written: str
    place: tuple[str, str]


def placed(plan: Plan) -> Iterator[Placed]:
    """Give the models of a plan that say in full where they lie."""
    for index, model in enumerate(plan.modeling.models if plan.modeling else ()):
        physical = model.physical
        if physical is not None and physical.namespace and physical.name:
            namespace, name = physical.namespace.casefold().rstrip("/"), physical.name
            folds = namespace.partition(":")[0] in _FOLDED
            written = f"{name} in {physical.namespace}"
            yield Placed(plan, model, index, written, (namespace, name.casefold() if folds else name))
