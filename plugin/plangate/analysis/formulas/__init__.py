"""The registry of formulas, a module per topic; loading it works out the dimension of each."""

from collections.abc import Iterable, Mapping

from plangate.analysis.formula import Formula
from plangate.analysis.formulas import backfill, cost, general, runtime, streaming, throughput, volume


def _registry(formulas: Iterable[Formula]) -> Mapping[str, Formula]:
    registry: dict[str, Formula] = {}
    for formula in formulas:
        if formula.id in registry:
            raise ValueError(f"formula {formula.id} is defined twice")
        registry[formula.id] = formula
    return registry


FORMULAS: Mapping[str, Formula] = _registry(
    formula for topic in (volume, throughput, runtime, backfill, streaming, cost, general) for formula in topic.FORMULAS
)
"""Every formula by its id, in the order in which the method tells them."""
