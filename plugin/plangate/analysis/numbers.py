"""The one index of a plan's named numbers: what each is called, what it is about, and what it is held against."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from plangate.analysis.amount import NUMBER, amount
from plangate.analysis.computed import Computed, Input, given
from plangate.analysis.formulas import FORMULAS
from plangate.model.pattern import along
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Quantity

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

SubjectKind = Literal["plan", "dataset", "pipeline", "backfill", "stream", "sizing"]


@dataclass(frozen=True, slots=True)
class Named:
    """A computed number of a plan under its name: `peak_rows_per_second` of a dataset, `monthly_cost` of the plan.

    `subject` is the id of what it is about. `limit` is what it is held against and `rule` the rule that does so. Sizes
    are written in GiB where it is `binary`.
    """

    name: str
    subject_kind: SubjectKind
    subject: str
    title: str
    computed: Computed
    limit: Input | None = None
    rule: str | None = None
    lower_is_better: bool = True
    binary: bool = False

    def quantity(self, base: Decimal) -> Quantity:
        """Give another value of the number, in base units, written as it is written."""
        plain = FORMULAS[self.computed.formula].unit == NUMBER
        return amount(base, self.computed.value.dimension, binary=self.binary, plain=plain)

    @property
    def label(self) -> str:
        """The title with what it is about: `peak rate of raw.orders`; the plan goes without saying."""
        return self.title if self.subject_kind == "plan" else f"{self.title} of {self.subject}"

    @property
    def holds(self) -> bool | None:
        """Tell whether the number keeps to its limit; None where it has none."""
        if self.limit is None:
            return None
        number, limit = self.computed.value.base, self.limit.value.base
        return number <= limit if self.lower_is_better else number >= limit


TITLES: Mapping[str, str] = {
    "average_rows_per_second": "Mean rate",
    "peak_rows_per_second": "Peak rate",
    "bytes_per_day": "Volume a day",
    "stored_at_go_live": "Stored at go-live",
    "stored_at_horizon": "Stored at the horizon",
    "usable_rows_per_second": "Rate that may be used",
    "headroom": "Headroom of the peak",
    "units_needed": "Units needed",
    "monthly_cost": "Cost a month",
    "monthly_cost_at_horizon": "Cost a month at the horizon",
    "one_off_cost": "Cost once",
    "backfill_units": "Units",
    "effective_parallel": "Units at one time",
    "backfill_duration": "Duration",
    "backfill_scanned": "Bytes read",
    "backfill_scan_cost": "Cost of the bytes read",
}
"""Every name that a number may have, with what people call it."""


def numbers(facts: "Facts") -> tuple[Named, ...]:
    """Give every named number of a plan that can be computed, the plan's own first, then by what they are about."""
    found = [
        replace(entry, binary=facts.capacity.binary)
        for topic in (_volumes, _costs, _backfills)
        for entry in topic(facts)
    ]
    return tuple(sorted(found, key=lambda entry: entry.subject_kind != "plan"))


def _named(
    kind: SubjectKind, subject: str, parts: Iterable[tuple[str, Computed | None, Input | None, str | None]]
) -> Iterator[Named]:
    """Give those of the numbers of one subject that are known; each with its limit and the rule."""
    for name, computed, limit, rule in parts:
        if computed is not None:
            held = limit if limit is not None and limit.value.dimension == computed.value.dimension else None
            better = name not in _HIGHER_IS_BETTER
            yield Named(name, kind, subject, TITLES[name], computed, held, rule if held is not None else None, better)


_HIGHER_IS_BETTER = frozenset({"usable_rows_per_second", "headroom"})


def _volumes(facts: "Facts") -> Iterator[Named]:
    found = facts.capacity
    usable = given("limit", found.limit)
    yield from _named(
        "plan",
        facts.plan.id,
        (
            ("peak_rows_per_second", found.peak_rate, usable, "CAP004"),
            ("usable_rows_per_second", found.limit, None, None),
            ("headroom", found.headroom, None, None),
            ("bytes_per_day", found.total_daily, None, None),
            ("stored_at_go_live", found.total_stored_at_go_live, None, None),
            ("stored_at_horizon", found.total_stored_at_horizon, None, None),
        ),
    )
    for size in found.sizing:
        count = given("count", size.sizing.count, "capacity", ("resources", "sizing", size.index, "count"))
        yield from _named("sizing", size.name, (("units_needed", size.needed, count, "CAP003"),))
    for entry in found.workloads:
        yield from _named(
            "dataset",
            entry.dataset,
            (
                ("average_rows_per_second", entry.average_rate, None, None),
                ("peak_rows_per_second", entry.peak_rate, None, None),
                ("bytes_per_day", entry.daily_volume, None, None),
                ("stored_at_go_live", entry.stored_at_go_live, None, None),
                ("stored_at_horizon", entry.stored_at_horizon, None, None),
            ),
        )


def _costs(facts: "Facts") -> Iterator[Named]:
    found = facts.cost
    budget = given("budget", found.budget, "capacity", ("cost", "budget"))
    yield from _named(
        "plan",
        facts.plan.id,
        (
            ("monthly_cost", found.monthly, budget, "CAP009"),
            ("monthly_cost_at_horizon", found.monthly_at_horizon, budget, "CAP009"),
            ("one_off_cost", found.one_off, None, None),
        ),
    )


def _backfills(facts: "Facts") -> Iterator[Named]:
    for entry in facts.backfills:
        yield from _named(
            "backfill",
            entry.backfill.id,
            (
                ("backfill_units", entry.units, None, None),
                ("effective_parallel", entry.effective.of if entry.effective else None, None, None),
                ("backfill_duration", entry.duration, given("allowed", entry.allowed), "BCK003"),
                ("backfill_scanned", entry.scanned, None, None),
                ("backfill_scan_cost", entry.scan_cost, None, None),
            ),
        )


_NAMES = ("id", "dataset", "pipeline", "name", "stock", "backfill", "driver")
"""What tells a part of a plan from its neighbours."""


def called(plan: Plan, entry: Input) -> str:
    """Say what an input is: `rows per day of raw.orders`; what the plan does not say has its name in the formula."""
    if entry.gate is None or not entry.path:
        return entry.name.replace("_", " ")
    holders = along(plan.gates.get(entry.gate), entry.path[:-1])
    for depth, holder in reversed(list(enumerate(holders))):
        about = next((name for key in _NAMES if isinstance(name := getattr(holder, key, None), str)), None)
        if about is not None:
            purpose = getattr(holder, "purpose", None)
            behind = f" ({purpose.replace('_', ' ')})" if isinstance(purpose, str) and purpose != "run" else ""
            return f"{_words(entry.path[depth:])} of {about}{behind}"
    return _words(entry.path)


def _words(path: Path) -> str:
    words = " ".join(step.replace("_", " ") for step in path if isinstance(step, str))
    return f"{words} runtime" if words in {"p50", "p95"} else words
