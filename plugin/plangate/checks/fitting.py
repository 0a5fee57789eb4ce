"""Gate quality: checks that fit the columns that they look at, and tolerances that fit what they compare."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from plangate.analysis.amount import digits, settled
from plangate.analysis.terms import refused
from plangate.checks.absences import absent
from plangate.checks.measures import column_types
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quality import Check, Reconciliation
from plangate.model.text import spoken
from plangate.model.typename import read_type
from plangate.model.unit import RATIO

_FILE = "07-quality.yml"
_DERIVE = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
_COUNTING = frozenset({"count", "distinct_count"})
_TIMES = frozenset({"date", "timestamp"})
_ORDERED = frozenset({"integer", "float", "decimal", "date", "time", "timestamp", "interval"})
_KINDS: Mapping[str, frozenset[str]] = {
    "range": _ORDERED,
    "pattern": frozenset({"string", "uuid"}),
    "freshness": _TIMES,
    "accepted_values": frozenset({"boolean", "integer", "decimal", "string", "uuid", "date"}),
}
"""The kinds of type that a kind of check can look at."""
_NUMBERS = frozenset({"integer", "float", "decimal"})
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOSED = re.compile(r"\\.|\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|\\.|[^\]\\])*+\]", re.DOTALL)
"""What holds no bracket of its own: an escaped letter, and a set from one end to the other."""
_UNTOLD = re.compile(r"\\Q|\(\?(?:#|[a-z]*x)")
_OF_COLUMNS = frozenset({"not_null", "accepted_values", "range", "pattern", "relationship"})
_DAY = Decimal(86400)


def _check(text: str) -> tuple[Edit, ...]:
    return (Edit(_FILE, _DERIVE, f"{_DERIVE}checks:\n  - {{id: one_more, dataset: mart.orders, {text}}}\n"),)


def _entries(subject: Subject) -> Iterator[tuple[Path, Check | Reconciliation]]:
    quality = subject.plan.quality
    for index, check in enumerate(quality.checks if quality else ()):
        yield ("checks", index), check
    for index, entry in enumerate(quality.reconciliation if quality else ()):
        yield ("reconciliation", index), entry


@rule(
    "DQ009",
    "Checks look at columns that are there and that they can judge",
    scope="plan",
    tiers=FROM_B,
    reason="A check on a column that was renamed never fails: it never runs.",
    reads=("quality.checks", "quality.reconciliation", "modeling.models[].columns", "sources.sources[].datasets"),
    applies=lambda subject: any(_entries(subject)),
    where="there are checks or reconciliations",
    fails=_check("column: order_numer, kind: not_null"),
    passes=_check("column: order_date, kind: range, min: 2024-01-01"),
)
def checks_fit_columns(subject: Subject) -> Iterator[Problem]:
    """Each check has a `kind` and a `dataset`, and one of `not_null`, `accepted_values`, `range`, `pattern` or
    `relationship` a `column`. Each says what it holds a value against: `range` a `min` or `max`, `pattern` its
    `pattern`, `accepted_values` its `values` (or those of the column), `custom_sql` its `sql` or a `description`; a
    `relationship` says in `references` to what, and a reconciliation names `source` and `target`.

    Columns that checks and reconciliations name are among those of the dataset, where these are listed; `grain` and
    `keys` of a reconciliation are columns of its target or source. `range` looks at numbers and times, `pattern` at
    texts, `freshness` at a date or time, `accepted_values` at what can be listed. The `min` of a range is not above its
    `max`; both are numbers where the column is one and none where it is a date or a time; and every bracket of a
    `pattern` is closed.
    """
    types = column_types(subject)
    for path, entry in _entries(subject):
        if isinstance(entry, Reconciliation):
            for name, dataset, column in (
                ("column", entry.target, entry.column),
                ("source_column", entry.source, entry.source_column),
            ):
                if dataset is None:
                    side = "target" if name == "column" else "source"
                    message = f"Reconciliation {entry.id} has no `{side}`"
                    yield from absent(subject, "DQ009", "quality", (*path, side), message, f"`{side}`")
                if column is not None:
                    yield from _known(subject, path, name, entry.id, dataset, (column,))
            for name in ("grain", "keys"):
                listed = subject.facts.references.columns.get(entry.source or "", frozenset())
                columns = tuple(column for column in getattr(entry, name) if column not in listed)
                yield from _known(subject, path, name, entry.id, entry.target, columns)
            continue
        yield from _known(subject, path, "column", entry.id, entry.dataset, entry.column)
        yield from _complete(subject, path, entry)
        yield from _workable(path, entry, types.get(entry.dataset or "", {}))
        allowed = _KINDS.get(entry.kind_ or "")
        for column in entry.column if allowed else ():
            written = types.get(entry.dataset or "", {}).get(column)
            kind = read_type(written).kind if written else "unknown"
            if allowed is not None and kind not in {"unknown", *allowed}:
                message = f"Check {entry.id} of kind {entry.kind_} cannot judge {entry.dataset}#{column}, a {written}"
                yield Problem("DQ009", message, "quality", (*path, "kind"), entry.kind_, f"a check for a {kind}")


def _known(
    subject: Subject, path: Path, name: str, check: str, dataset: str | None, columns: tuple[str, ...]
) -> Iterator[Problem]:
    listed = subject.facts.references.columns.get(dataset or "")
    unknown = [column for column in columns if listed is not None and column not in listed]
    if unknown and not subject.gone("modeling.models.columns.name", "sources.sources.datasets.columns.name"):
        message = f"Check {check} looks at {spoken(unknown)} of {dataset}, which has no such column"
        expected = spoken(sorted(listed or ()))
        yield Problem("DQ009", message, "quality", (*path, name), spoken(unknown), expected)


def _workable(path: Path, check: Check, types: Mapping[str, str]) -> Iterator[Problem]:
    """Tell of a range that holds nothing or is of another type than its column, and of brackets left open."""
    for name, bound in (("min", check.min), ("max", check.max)):
        for column in check.column if check.kind_ == "range" and bound is not None else ():
            kind = read_type(types[column]).kind if column in types else "unknown"
            number = _number(bound) is not None
            if (kind in _NUMBERS and not number) or (kind in _TIMES and number):
                message = f"Check {check.id} holds {check.dataset}#{column}, a {types[column]}, against `{bound}`"
                yield Problem("DQ009", message, "quality", (*path, name), bound, f"a {kind}")
    if check.kind_ == "range" and _reversed(check.min, check.max):
        message = f"Check {check.id} allows nothing: its `min`, {check.min}, is above its `max`, {check.max}"
        yield Problem("DQ009", message, "quality", (*path, "min"), check.min, f"at most {check.max}")
    if check.kind_ == "pattern" and check.pattern is not None and (left := _left_open(check.pattern)):
        message = f"The pattern of check {check.id} matches nothing: {left}"
        yield Problem("DQ009", message, "quality", (*path, "pattern"), check.pattern, "a closing bracket for each")


def _number(text: str | None) -> Decimal | None:
    try:
        found = Decimal(text or "")
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _reversed(least: str | None, most: str | None) -> bool:
    low, high = _number(least), _number(most)
    if low is not None and high is not None:
        return low > high
    days = bool(least and most and _DATE.fullmatch(least) and _DATE.fullmatch(most))
    return days and str(least) > str(most)


def _left_open(pattern: str) -> str | None:
    """Say which bracket of a pattern has no partner in any dialect; nothing where one may be quoted or a comment."""
    if _UNTOLD.search(pattern):
        return None
    bare = _CLOSED.sub("", pattern)
    if "[" in bare:
        return "a `[` is not closed"
    depth = 0
    for letter in bare:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            return "a `)` closes nothing"
    return "a `(` is not closed" if depth else None


def _complete(subject: Subject, path: Path, check: Check) -> Iterator[Problem]:
    needed = {
        "dataset": check.dataset is None,
        "column": check.kind_ in _OF_COLUMNS and not check.column,
        "references": check.kind_ == "relationship" and check.references is None,
        "pattern": check.kind_ == "pattern" and check.pattern is None,
        "min": check.kind_ == "range" and check.min is None and check.max is None,
        "values": check.kind_ == "accepted_values" and not check.values and not _listed(subject, check),
        "sql": check.kind_ == "custom_sql"
        and check.sql is None
        and check.description is None
        and not refused(subject.plan, "quality", (*path, "description")),
        "kind": check.kind_ is None,
    }
    for name in (name for name, missing in needed.items() if missing):
        message = f"Check {check.id} has no `{name}`"
        yield from absent(subject, "DQ009", "quality", (*path, name), message, f"`{name}`")


def _listed(subject: Subject, check: Check) -> bool:
    """Tell whether the columns of a check have lists of values of their own, or may have: they were refused."""
    models = subject.plan.modeling.models if subject.plan.modeling else ()
    known = {column.name for model in models if model.id == check.dataset for column in model.columns if column.values}
    return bool(check.column and known.issuperset(check.column)) or subject.refused("modeling.models[].columns")


def _compared(subject: Subject) -> bool:
    return bool(subject.plan.quality and any(entry.tolerance for entry in subject.plan.quality.reconciliation))


@rule(
    "DQ005",
    "Tolerances fit what is compared",
    severity="warning",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="Sums of floats never agree to the last digit, and of a hundred rows one is a whole percent.",
    reads=(
        "quality.reconciliation",
        "modeling.models[].columns",
        "sources.sources[].datasets",
        "capacity.workloads",
    ),
    applies=_compared,
    where="a reconciliation has a tolerance",
    fails=(Edit(_FILE, "tolerance: 0.1 %", "tolerance: 0.01 %"),),
    passes=(Edit(_FILE, "tolerance: 0.1 %", "tolerance: 0.02 %"),),
)
def tolerances_fit(subject: Subject) -> Iterator[Problem]:
    """A reconciliation of sums over a column of floats has a tolerance above zero; and one of counts with a percentage
    compares, on a mean day, so many rows that one row is within it.
    """
    types, rows = column_types(subject), _rows(subject)
    for index, entry in enumerate(subject.plan.quality.reconciliation if subject.plan.quality else ()):
        tolerance, path = entry.tolerance, ("reconciliation", index, "tolerance")
        if tolerance is None:
            continue
        written = types.get(entry.target or "", {}).get(entry.column or "")
        if tolerance.base == 0 and entry.measure == "sum" and written and read_type(written).kind == "float":
            message = (
                f"Reconciliation {entry.id} sums {entry.target}#{entry.column}, a {written}, and tolerates nothing"
            )
            yield Problem("DQ005", message, "quality", path, str(tolerance), "more than zero, or a decimal column")
        daily = rows.get(entry.source or "") or rows.get(entry.target or "")
        if tolerance.dimension != RATIO or tolerance.base == 0 or entry.measure not in _COUNTING or not daily:
            continue
        if daily * tolerance.base < 1:
            message = (
                f"Reconciliation {entry.id} tolerates {tolerance} of {digits(daily)} rows a day, which is less "
                "than one row"
            )
            yield Problem("DQ005", message, "quality", path, str(tolerance), "a tolerance in rows, or a larger one")


def _rows(subject: Subject) -> Mapping[str, Decimal]:
    """Give the rows of a mean day of each dataset that says them."""
    plan = subject.plan
    found: dict[str, Decimal] = {}
    for entry in plan.capacity.workloads if plan.capacity else ():
        if entry.dataset and entry.rows_per_day is not None:
            found[entry.dataset] = settled(entry.rows_per_day.base.base * _DAY)
    for source in plan.sources.sources if plan.sources else ():
        for dataset in source.datasets:
            if dataset.rows_per_day is not None:
                found[dataset.id] = settled(dataset.rows_per_day.base.base * _DAY)
    return found
