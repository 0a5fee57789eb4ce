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


TOPICS: Mapping[str, tuple[Formula, ...]] = {
    "volume": volume.FORMULAS,
    "throughput": throughput.FORMULAS,
    "runtime": runtime.FORMULAS,
    "backfill": backfill.FORMULAS,
    "streaming": streaming.FORMULAS,
    "cost": cost.FORMULAS,
    "general": general.FORMULAS,
}
"""The formulas by topic, in the order in which the method tells them."""

FORMULAS: Mapping[str, Formula] = _registry(formula for topic in TOPICS.values() for formula in topic)
"""Every formula by its id."""
