"""The registry of formulas: one place that computes, shows the numbers put in, and documents.

Conventions: rows/s, bytes, seconds; month = 30 d and yr = 365 d for rates; nothing is rounded before display. The
dimensions of every formula are worked out when the registry loads: adding rows to bytes fails there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from itertools import product
from typing import Any

from plangate.analysis.amount import amount, dimension_of
from plangate.model.estimate import Estimate
from plangate.model.problem import Path
from plangate.model.quantity import Dimension, Quantity, dimension_text


@dataclass(frozen=True, slots=True)
class Parameter:
    """An input of a formula: its name there, the unit that it is told in, and what it means."""

    name: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula with everything that is said about it; `law` computes it in base units."""

    id: str
    name: str
    expression: str
    inputs: tuple[Parameter, ...]
    unit: str
    source: str
    law: Callable[..., Any]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """A number put into a formula: low, base and high case, and where the plan says it (gate and path), if it does."""

    name: str
    low: Quantity
    value: Quantity
    high: Quantity
    gate: str | None = None
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed number: base case with its low and high case, the formula, and the numbers put in."""

    formula: str
    low: Quantity
    value: Quantity
    high: Quantity
    inputs: tuple[Input, ...]

    @property
    def spread(self) -> bool:
        """Tell whether low and high case differ."""
        return self.low != self.high

    @property
    def work(self) -> str:
        """The formula with the numbers put in: `rows per run 100,000 rows, peak factor 6, …`."""
        return ", ".join(f"{entry.name.replace('_', ' ')} {entry.value}" for entry in self.inputs)

    def __str__(self) -> str:
        return str(self.value)


class Dimensional:
    """A stand-in for a number that carries only its dimension through a formula's law."""

    def __init__(self, dimension: Mapping[str, int]) -> None:
        self.powers = {base: power for base, power in dimension.items() if power}

    def _times(self, other: object, sign: int) -> "Dimensional":
        powers = dict(self.powers)
        for base, power in (other.powers if isinstance(other, Dimensional) else {}).items():
            powers[base] = powers.get(base, 0) + sign * power
        return Dimensional(powers)

    def __mul__(self, other: object) -> "Dimensional":
        return self._times(other, 1)

    __rmul__ = __mul__

    def __truediv__(self, other: object) -> "Dimensional":
        return self._times(other, -1)

    def __rtruediv__(self, other: object) -> "Dimensional":
        return Dimensional({})._times(self, -1)

    def __add__(self, other: object) -> "Dimensional":
        powers = other.powers if isinstance(other, Dimensional) else {}
        if powers != self.powers:
            raise TypeError(f"{self.powers} and {powers} cannot be added")
        return self

    __radd__ = __sub__ = __rsub__ = __add__

    def __pow__(self, other: object) -> "Dimensional":
        if self.powers or (isinstance(other, Dimensional) and other.powers):
            raise TypeError("only a ratio can be raised to the power of a ratio")
        return self


def ceiling(number: Any) -> Any:
    """Round up to a whole number: of machines, shards and waves there are no fractions."""
    return number if isinstance(number, Dimensional) else Decimal(number).to_integral_value(ROUND_CEILING)


def _formula(
    key: str,
    name: str,
    expression: str,
    inputs: str,
    unit: str,
    source: str,
    law: Callable[..., Any],
    note: str = "",
) -> Formula:
    parameters = tuple(Parameter(*(part.strip() for part in line.split("|"))) for line in inputs.strip().splitlines())
    return Formula(key, name, expression, parameters, unit, source, law, note)


def _copies(name: str) -> Callable[..., Any]:
    """The law of a table that is kept whole, so many times."""

    def law(**given: Any) -> Any:
        raw = given["rows_total"] * given["row_bytes"] * given[name] * given["growth"]
        return raw / given["compression"] * given["replication"] * (1 + given["overhead"])

    return law


def _retained(**given: Any) -> Any:
    stored = given["daily_volume"] * given["kept"] / given["compression"]
    return stored * given["replication"] * (1 + given["overhead"])


_ALL = (
    _formula(
        "average_rate",
        "Average rate",
        "rows per day ÷ 86,400",
        "rows_per_day | rows/s | rows that arrive, as a rate",
        "rows/s",
        "F1",
        lambda rows_per_day: rows_per_day,
        "A rate per day and a rate per second are one quantity; only the unit changes.",
    ),
    _formula(
        "peak_rate",
        "Peak rate of a stream",
        "rows per day ÷ 86,400 × peak factor",
        "rows_per_day | rows/s | rows that arrive, as a rate\npeak_factor | 1 | busiest hour over the mean of the day",
        "rows/s",
        "F1",
        lambda rows_per_day, peak_factor: rows_per_day * peak_factor,
    ),
    _formula(
        "batch_peak_rate",
        "Peak rate of a batch",
        "rows per day ÷ runs per day × peak factor ÷ p95 runtime",
        "rows_per_day | rows/s | rows that arrive, as a rate\ninterval | s | a day over the runs in it\n"
        "peak_factor | 1 | fullest run over the mean run\nruntime | s | p95 runtime of the pipeline that loads it",
        "rows/s",
        "F2",
        lambda rows_per_day, interval, peak_factor, runtime: rows_per_day * interval * peak_factor / runtime,
        "A nightly batch moves a day's rows within its run time, not within the day.",
    ),
    _formula(
        "daily_volume",
        "Daily volume",
        "rows per day × bytes per row",
        "rows_per_day | rows/s | rows that arrive, as a rate\nrow_bytes | B/rows | mean size of a row",
        "B/s",
        "F2",
        lambda rows_per_day, row_bytes: rows_per_day * row_bytes,
    ),
    _formula(
        "growth_compound",
        "Compound growth",
        "(1 + growth) ^ periods",
        "growth | 1 | growth in one period\nperiods | 1 | number of periods",
        "1",
        "F3",
        lambda growth, periods: (1 + growth) ** periods,
    ),
    _formula(
        "growth_linear",
        "Linear growth",
        "1 + growth × periods",
        "growth | 1 | growth in one period\nperiods | 1 | number of periods",
        "1",
        "F3",
        lambda growth, periods: 1 + growth * periods,
    ),
    _formula(
        "storage_retained",
        "Storage of appended rows",
        "daily volume × weighted days kept ÷ compression × replication × (1 + overhead)",
        "daily_volume | B/s | bytes that arrive, as a rate\n"
        "kept | s | time kept, each month weighted with its growth\ncompression | 1 | raw size over stored size\n"
        "replication | 1 | copies stored\noverhead | 1 | indexes and the like, as a share",
        "B",
        "F2, F3",
        _retained,
        "Kept is the retention, or the age (with what was backfilled) where that is shorter. "
        "Volume grows from the go-live on; backfilled history counts at today's volume.",
    ),
    _formula(
        "storage_snapshot",
        "Storage of full snapshots",
        "rows in total × bytes per row × snapshots kept × growth ÷ compression × replication × (1 + overhead)",
        "rows_total | rows | rows in one snapshot\nrow_bytes | B/rows | mean size of a row\n"
        "snapshots | 1 | snapshots kept\ngrowth | 1 | size over today's size\n"
        "compression | 1 | raw size over stored size\n"
        "replication | 1 | copies stored\noverhead | 1 | indexes and the like, as a share",
        "B",
        "F2",
        _copies("snapshots"),
    ),
    _formula(
        "storage_upsert",
        "Storage of upserted rows",
        "rows in total × bytes per row × versions × growth ÷ compression × replication × (1 + overhead)",
        "rows_total | rows | rows kept\nrow_bytes | B/rows | mean size of a row\n"
        "versions | 1 | versions kept of a row\ngrowth | 1 | size over today's size\n"
        "compression | 1 | raw size over stored size\n"
        "replication | 1 | copies stored\noverhead | 1 | indexes and the like, as a share",
        "B",
        "F2",
        _copies("versions"),
    ),
    _formula(
        "headroom",
        "Headroom",
        "1 − demand ÷ limit",
        "demand | rows/s | what is needed\nlimit | rows/s | what may be used",
        "1",
        "F5",
        lambda demand, limit: 1 - demand / limit,
    ),
    _formula(
        "usable_rate",
        "Usable throughput",
        "capacity × target utilisation",
        "capacity | rows/s | measured limit\ntarget_utilisation | 1 | share that may be used",
        "rows/s",
        "F5",
        lambda capacity, target_utilisation: capacity * target_utilisation,
    ),
    _formula(
        "monthly_cost",
        "Monthly cost of a line",
        "quantity per month × unit price",
        "quantity | B/s | what is billed, as a rate\nunit_price | EUR/B | price of one unit",
        "EUR/s",
        "F14",
        lambda quantity, unit_price: quantity * unit_price,
        "Quantity and price may have any unit whose product is money per time.",
    ),
    _formula(
        "storage_cost",
        "Monthly cost of stored data",
        "stored bytes × price per byte and month",
        "stored | B | what is stored\nunit_price | EUR/B/s | price of a byte for a time",
        "EUR/s",
        "F14",
        lambda stored, unit_price: stored * unit_price,
    ),
    _formula(
        "one_off_cost",
        "Cost that arises once",
        "quantity × unit price",
        "quantity | B | what is billed\nunit_price | EUR/B | price of one unit",
        "EUR",
        "F14",
        lambda quantity, unit_price: quantity * unit_price,
        "Quantity and price may have any unit whose product is money.",
    ),
    _formula(
        "critical_path",
        "Critical path",
        "longest sum of step durations along dependencies",
        "durations | s | expected duration of the steps on the path",
        "s",
        "F11",
        lambda durations: durations,
        "Worked out over the graph of steps by a forward and a backward pass (critical path method).",
    ),
    _formula(
        "buffer_share",
        "Buffer of the window",
        "(window − critical path) ÷ window",
        "window | s | time that is allowed\ncritical_path | s | time that is needed",
        "1",
        "F11",
        lambda window, critical_path: (window - critical_path) / window,
    ),
    _formula(
        "backfill_duration",
        "Duration of a backfill",
        "⌈units ÷ parallel⌉ × p95 unit runtime × (1 + retry rate)",
        "units | 1 | units of the range\nparallel | 1 | units that run at one time\n"
        "unit_runtime | s | p95 runtime of a unit\nretry_rate | 1 | share of units that run twice",
        "s",
        "F8",
        lambda units, parallel, unit_runtime, retry_rate: ceiling(units / parallel) * unit_runtime * (1 + retry_rate),
        "Units that depend on the unit before run one at a time.",
    ),
)


def verify(formula: Formula) -> None:
    """Work out a formula's dimension from those of its inputs; raises TypeError where it is not that of its unit."""
    given = {entry.name: Dimensional(dict(dimension_of(entry.unit))) for entry in formula.inputs}
    result = formula.law(**given)
    found = result.powers if isinstance(result, Dimensional) else {}
    if found != dict(dimension_of(formula.unit)):
        raise TypeError(f"formula {formula.id} gives {found}, not {formula.unit}")


def _registry(formulas: Iterable[Formula]) -> Mapping[str, Formula]:
    registry = {}
    for formula in formulas:
        verify(formula)
        registry[formula.id] = formula
    return registry


FORMULAS: Mapping[str, Formula] = _registry(_ALL)
"""Every formula by its id."""

Number = Quantity | Estimate[Any] | Computed | Decimal | int | None


def given(name: str, number: Number, gate: str | None = None, path: Path = ()) -> Input | None:
    """Make an input of whatever the plan or another formula holds; None where nothing stands."""
    if number is None:
        return None
    if isinstance(number, Computed):
        return Input(name, number.low, number.value, number.high, gate, path)
    if isinstance(number, Estimate):
        low, base, high = (_quantity(case) for case in number.cases)
        return Input(name, low, base, high, gate, path)
    value = _quantity(number)
    return Input(name, value, value, value, gate, path)


def _quantity(number: Any) -> Quantity:
    if isinstance(number, Quantity):
        return number
    value = Decimal(number)
    return Quantity(
        value, (), value, "", f"{value.normalize():f}" if value == value.to_integral_value() else f"{value:.4g}"
    )


def compute(formula_id: str, *inputs: Input | None, binary: bool = False) -> Computed | None:
    """Put numbers into a formula, for the base case and over all corners of low and high; None where one is missing.

    The corners give the extremes because every law is monotone in each of its inputs.
    """
    present = [entry for entry in inputs if entry is not None]
    if len(present) != len(inputs):
        return None
    law = FORMULAS[formula_id].law
    try:
        base = law(**{entry.name: entry.value.base for entry in present})
        corners = [
            law(**{entry.name: case for entry, case in zip(present, cases, strict=True)})
            for cases in product(*({entry.low.base: 0, entry.high.base: 0} for entry in present))
        ]
    except ArithmeticError:
        return None
    dimension = _result(FORMULAS[formula_id], present)
    low, value, high = (amount(number, dimension, binary=binary) for number in (min(corners), base, max(corners)))
    return Computed(formula_id, low, value, high, tuple(present))


def _result(formula: Formula, inputs: Iterable[Input]) -> Dimension:
    """Give the dimension of what was really put in: cost formulas take any unit whose product is money."""
    powers = formula.law(**{entry.name: Dimensional(dict(entry.value.dimension)) for entry in inputs}).powers
    return tuple(sorted(powers.items()))


def total(formula_id: str, parts: Iterable[Computed], *, binary: bool = False) -> Computed | None:
    """Add computed numbers of one dimension, low to low and high to high; None where there is none."""
    found = list(parts)
    if not found:
        return None
    dimension = found[0].value.dimension
    if any(part.value.dimension != dimension for part in found):
        raise TypeError(f"cannot add {', '.join(sorted({dimension_text(part.value.dimension) for part in found}))}")
    cases = (sum((getattr(part, case).base for part in found), Decimal(0)) for case in ("low", "value", "high"))
    low, value, high = (amount(case, dimension, binary=binary) for case in cases)
    inputs = tuple(Input(f"part {number}", p.low, p.value, p.high) for number, p in enumerate(found, start=1))
    return Computed(formula_id, low, value, high, inputs)
