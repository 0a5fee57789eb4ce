"""Gate quality: what checks and reconciliations measure, and the bounds and tolerances that can hold it."""

from collections.abc import Mapping

from plangate.checks.rule import Subject
from plangate.model.bound import Bound
from plangate.model.quality import Check, Reconciliation
from plangate.model.quantity import Quantity
from plangate.model.typename import read_type
from plangate.model.unit import RATIO

_TIME = (("s", 1),)
_COUNTS = frozenset(((what, 1),) for what in ("rows", "events", "requests", "keys"))
_RATES = frozenset(((what, 1), ("s", -1)) for what in ("rows", "events", "requests", "keys"))
_OF_ROWS = frozenset({"not_null", "unique", "accepted_values", "range", "pattern", "relationship"})
"""Kinds that find rows: their bound is a number or a share of these."""
_OF_VOLUME = frozenset({"row_count", "volume_anomaly"})
_COUNTED = frozenset({"count", "distinct_count", "hash"})
_MOMENTS = frozenset({"date", "timestamp"})


def column_types(subject: Subject) -> Mapping[str, Mapping[str, str]]:
    """Give the types of the columns of each dataset for which they are listed."""
    found: dict[str, dict[str, str]] = {}
    for source in subject.plan.sources.sources if subject.plan.sources else ():
        for dataset in source.datasets:
            found[dataset.id] = {column.name: column.type for column in dataset.columns if column.type}
    for model in subject.plan.modeling.models if subject.plan.modeling else ():
        found[model.id] = {column.name: column.type for column in model.columns if column.type}
    return found


def fitting_bound(check: Check, bound: Bound) -> str | None:
    """Say which bound a check of its kind can be held against, where `bound` is none."""
    dimension, kind = bound.value.dimension, check.kind_
    if kind == "freshness" and (dimension != _TIME or bound.operator not in {"<", "<="}):
        return "an age that the data may have, such as `<= 2 h`"
    if kind in _OF_ROWS and (
        dimension not in {RATIO, *_COUNTS} or (dimension in _COUNTS and bound.operator in {">", ">="})
    ):
        return "how many rows may be found, such as `<= 0 rows` or `<= 0.1 %`"
    if kind in _OF_VOLUME and dimension not in {RATIO, *_COUNTS, *_RATES}:
        return "a number of rows, such as `>= 1000 rows`, or a share of the usual one"
    return None


def fitting_tolerance(entry: Reconciliation, tolerance: Quantity, written: str | None) -> str | None:
    """Say which tolerance fits what a reconciliation measures of a column of the type `written`, where this does not.

    A number may stand for a time; one with decimals hardly does.
    """
    dimension, kind = tolerance.dimension, read_type(written).kind if written else "unknown"
    if dimension == RATIO:
        return None
    if entry.measure in _COUNTED and dimension not in _COUNTS:
        return "a share or a number of rows, such as `0.1 %` or `5 rows`"
    if entry.measure in {"sum", "min_max"} and kind == "decimal" and dimension == _TIME:
        return "a share or an amount, such as `0.1 %` or `10 EUR`"
    if entry.measure == "min_max" and kind in _MOMENTS and dimension != _TIME:
        return "a share or a time, such as `60 min`"
    return None
