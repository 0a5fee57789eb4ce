"""The one index of a plan's named numbers: what each is called, what it is about, and what it is held against."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from plangate.analysis.amount import NUMBER, Style, above, amount, style
from plangate.analysis.computed import Computed, Input, compute, given, named
from plangate.analysis.formulas import FORMULAS
from plangate.analysis.freshness import Need, NeedKind
from plangate.analysis.terms import pipelines_of
from plangate.model.quantity import Quantity

if TYPE_CHECKING:
    from plangate.analysis.facts import Facts

SubjectKind = Literal[
    "plan",
    "dataset",
    "pipeline",
    "backfill",
    "source",
    "stream",
    "operator",
    "store",
    "outage",
    "pool",
    "sizing",
    "slo",
    "purpose",
]


class Named(Struct, frozen=True):
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
        return amount(base, self.computed.value.dimension, binary=self.binary, plain=self._plain)

    @property
    def style(self) -> Style:
        """How the number is written."""
        return style(self.computed.value.dimension, binary=self.binary, plain=self._plain)

    @property
    def _plain(self) -> bool:
        return FORMULAS[self.computed.formula].unit == NUMBER

    @property
    def label(self) -> str:
        """The title with what it is about: `Peak rate of raw.orders`; the plan goes without saying."""
        if self.subject_kind == "plan":
            return self.title
        return f"{self.title} {'after' if self.subject_kind == 'outage' else 'of'} {self.subject}"

    @property
    def holds(self) -> bool | None:
        """Tell whether the number keeps to its limit; None where it has none."""
        return None if self.limit is None else self.keeps(self.computed.value.base, self.limit.value.base)

    def keeps(self, number: Decimal, limit: Decimal) -> bool:
        """Tell whether another value of the number keeps to another limit."""
        return not (above(number, limit) if self.lower_is_better else above(limit, number))


_OF_VOLUMES = {
    "average_rows_per_second": "Mean rate",
    "peak_rows_per_second": "Peak rate",
    "usable_rows_per_second": "Rate that may be used",
    "headroom": "Headroom of the peak",
    "bytes_per_day": "Volume a day",
    "stored_at_go_live": "Stored at go-live",
    "stored_at_horizon": "Stored at the horizon",
    "stored_at_cutover": "Stored at the cutover",
    "units_needed": "Units needed",
    "slots_demanded": "Slots wanted at one time",
    "extract_time": "Time to read a day's rows",
}
_OF_COSTS = {
    "monthly_cost": "Cost a month",
    "monthly_cost_at_horizon": "Cost a month at the horizon",
    "cost_over_horizon": "Cost until the horizon",
    "one_off_cost": "Cost once",
    "legacy_cost": "Cost of the old system beside the new",
}
_OF_FRESHNESS = {
    "worst_age": "Worst age",
    "worst_runtime": "Longest run with retries",
    "availability": "Availability of the chain",
    "error_budget": "Error budget",
}
_OF_STREAMING = {
    "state_size": "State",
    "catch_up": "Catching up at the mean rate",
    "catch_up_at_peak": "Catching up at the peak",
    "catch_up_at_horizon": "Catching up at the peak of the horizon",
    "retention_needed": "Retention that is needed",
}
_OF_RECOVERY = {
    "restore_time": "Restore",
    "restore_time_at_horizon": "Restore at the horizon",
}
_OF_BACKFILLS = {
    "backfill_units": "Units",
    "effective_parallel": "Units at one time",
    "backfill_duration": "Duration",
    "backfill_scanned": "Bytes read",
    "backfill_scan_cost": "Cost of the bytes read",
}
_OF_CUTOVER = {"critical_path": "Critical path of the cutover"}

TITLES: Mapping[str, str] = {
    **_OF_VOLUMES,
    **_OF_COSTS,
    **_OF_FRESHNESS,
    **_OF_STREAMING,
    **_OF_RECOVERY,
    **_OF_BACKFILLS,
    **_OF_CUTOVER,
}
"""Every name that a number may have, with what people call it."""

SIGNED: Mapping[str, tuple[str, ...]] = {
    "average_rows_per_second": ("sources", "capacity"),
    "peak_rows_per_second": ("sources", "capacity"),
    "usable_rows_per_second": ("capacity",),
    "headroom": ("capacity",),
    "bytes_per_day": ("sources", "capacity"),
    "stored_at_go_live": ("sources", "capacity"),
    "stored_at_horizon": ("sources", "capacity"),
    "stored_at_cutover": ("capacity", "cutover"),
    "units_needed": ("capacity",),
    "slots_demanded": ("capacity", "ingestion"),
    "extract_time": ("sources", "ingestion"),
    "monthly_cost": ("capacity",),
    "monthly_cost_at_horizon": ("capacity",),
    "cost_over_horizon": ("capacity",),
    "one_off_cost": ("capacity",),
    "legacy_cost": ("capacity", "cutover"),
    "worst_age": ("context", "sources", "contracts"),
    "worst_runtime": ("ingestion",),
    "availability": ("contracts", "operations"),
    "error_budget": ("operations",),
    "state_size": ("events",),
    "catch_up": ("events",),
    "catch_up_at_peak": ("events",),
    "catch_up_at_horizon": ("events",),
    "retention_needed": ("events",),
    "restore_time": ("operations",),
    "restore_time_at_horizon": ("operations",),
    "backfill_units": ("cutover",),
    "effective_parallel": ("capacity", "cutover"),
    "backfill_duration": ("capacity", "cutover"),
    "backfill_scanned": ("capacity", "cutover"),
    "backfill_scan_cost": ("capacity", "cutover"),
    "critical_path": ("cutover",),
}
"""The gates whose reviewers decide about each number."""

COSTS = frozenset(name for name in TITLES if "cost" in name)
"""The numbers that are money."""

_HIGHER_IS_BETTER = frozenset({"usable_rows_per_second", "headroom", "availability", "error_budget"})

_Row = tuple[str, Computed | Callable[[], Computed | None] | None, Input | None, str | None]
"""A name, the number, or how to get one that takes long, what it is held against, and the rule that does so."""

_Subject = tuple[SubjectKind, str, Iterable[_Row]]


def numbers(facts: "Facts", name: str | None = None) -> tuple[Named, ...]:
    """Give every named number of a plan that can be computed, the plan's own first, then by what they are about.

    With a `name` only those of that name are given, and nothing else is computed for it that takes long.
    """
    topics = (
        (_volumes, _OF_VOLUMES),
        (_costs, _OF_COSTS),
        (_freshness, _OF_FRESHNESS),
        (_streaming, _OF_STREAMING),
        (_recovery, _OF_RECOVERY),
        (_backfills, _OF_BACKFILLS),
        (_cutover, _OF_CUTOVER),
    )
    binary = facts.capacity.binary
    found = [
        entry
        for topic, names in topics
        if name is None or name in names
        for kind, subject, rows in topic(facts)
        for row_name, computed, limit, rule in rows
        if name in {None, row_name}
        for entry in _named(kind, subject, row_name, computed, limit, rule, binary)
    ]
    return tuple(sorted(found, key=lambda entry: entry.subject_kind != "plan"))


def _named(
    kind: SubjectKind,
    subject: str,
    name: str,
    told: Computed | Callable[[], Computed | None] | None,
    limit: Input | None,
    rule: str | None,
    binary: bool,
) -> Iterator[Named]:
    """Give a number that is known; a limit of another dimension is none."""
    computed = told() if callable(told) else told
    if computed is not None:
        held = limit if limit is not None and limit.value.dimension == computed.value.dimension else None
        better = name not in _HIGHER_IS_BETTER
        yield Named(name, kind, subject, TITLES[name], computed, held, rule if held else None, better, binary)


def _volumes(facts: "Facts") -> Iterator[_Subject]:
    found = facts.capacity
    yield (
        "plan",
        facts.plan.id,
        (
            ("peak_rows_per_second", found.peak_rate, given("limit", found.limit), "CAP004"),
            ("usable_rows_per_second", found.limit, None, None),
            ("headroom", found.headroom, None, None),
            ("bytes_per_day", found.total_daily, None, None),
            ("stored_at_go_live", found.total_stored_at_go_live, None, None),
            ("stored_at_horizon", found.total_stored_at_horizon, None, None),
            ("stored_at_cutover", found.at_cutover, None, None),
        ),
    )
    for entry in found.workloads:
        rows: tuple[_Row, ...] = (
            ("average_rows_per_second", entry.average_rate, None, None),
            ("peak_rows_per_second", entry.peak_rate, None, None),
            ("bytes_per_day", entry.daily_volume, None, None),
            ("stored_at_go_live", entry.stored_at_go_live, None, None),
            ("stored_at_horizon", entry.stored_at_horizon, None, None),
        )
        yield "dataset", entry.dataset, rows
    for size in found.sizing:
        count = given("count", size.sizing.count, "capacity", ("resources", "sizing", size.index, "count"))
        yield "sizing", size.name, (("units_needed", size.needed, count, "CAP003"),)
    for pool in facts.pools:
        yield "pool", pool.id, (("slots_demanded", pool.demand, pool.size, "CAP012"),)
    for pull in facts.extracts.pulls:
        share = given("share", facts.policy.checklists.thresholds.api_utilisation)
        allowed = compute("time_allowed", named("window", pull.window), share)
        yield "source", pull.source, (("extract_time", pull.time, given("allowed", allowed), "SRC008"),)


def _costs(facts: "Facts") -> Iterator[_Subject]:
    found = facts.cost
    budget = given("budget", found.budget, "capacity", ("cost", "budget"))
    yield (
        "plan",
        facts.plan.id,
        (
            ("monthly_cost", found.monthly, budget, "CAP009"),
            ("monthly_cost_at_horizon", found.monthly_at_horizon, budget, "CAP009"),
            ("cost_over_horizon", lambda: found.over_horizon, None, None),
            ("one_off_cost", found.one_off, None, None),
            ("legacy_cost", found.legacy, None, None),
        ),
    )
    for once in found.once:
        yield "purpose", once.purpose.replace("_", " "), (("one_off_cost", once.cost, once.budget, "CAP009"),)


_NEEDS: Mapping[NeedKind, str] = {
    "promise": "ING008",
    "consumer": "CTX010",
    "contract": "CON010",
    "slo": "OPS006",
    "check": "DQ012",
}
"""Which rule holds the worst age against a need."""


def _freshness(facts: "Facts") -> Iterator[_Subject]:
    """The age of a dataset is held against what the tightest need allows; of equal ones the promise comes first."""
    found = facts.freshness
    for dataset, age in found.ages.items():
        needs = [(_allowed(facts, need), need.kind) for need in found.needs if need.dataset == dataset]
        held = [(allowed, kind) for allowed, kind in needs if allowed is not None]
        allowed, kind = min(held, key=lambda one: (one[0].value.base, one[1] != "promise"), default=(None, None))
        yield "dataset", dataset, (("worst_age", age.age, allowed, _NEEDS[kind] if kind else None),)
    known = pipelines_of(facts.plan)
    for pipeline, runtime in found.worst_runtimes.items():
        between = None if known[pipeline][1].one_at_a_time else facts.timing.intervals.get(pipeline)
        yield "pipeline", pipeline, (("worst_runtime", runtime, between, "ING007" if between else None),)
    contracts = facts.plan.contracts.contracts if facts.plan.contracts else ()
    promised = {
        entry.dataset: given(
            "availability", entry.sla.availability, "contracts", ("contracts", at, "sla", "availability")
        )
        for at, entry in enumerate(contracts)
        if entry.sla is not None
    }
    for dataset, chain in facts.availability.chains.items():
        yield "dataset", dataset, (("availability", chain.available, promised.get(dataset), "CON011"),)
    for budget in facts.availability.budgets:
        yield "slo", budget.slo, (("error_budget", budget.budget, None, None),)


def _allowed(facts: "Facts", need: Need) -> Input | None:
    """Give how old data may be for a need: of a promise, the share that is left with its headroom."""
    whole = given("need", need.need, need.gate, need.path)
    if need.kind != "promise":
        return whole
    share = min(facts.policy.checklists.thresholds.freshness_headroom.base, Decimal(1))
    allowed = compute("time_allowed", named("window", whole), given("share", amount(share, ())))
    return given("allowed", allowed)


_UNDER: Mapping[str, str] = {
    "mean": "catch_up",
    "peak": "catch_up_at_peak",
    "peak_at_horizon": "catch_up_at_horizon",
}


def _streaming(facts: "Facts") -> Iterator[_Subject]:
    found = facts.streaming
    if found is None:
        return
    for store in found.stores:
        usable = given("usable", store.usable)
        name = "store of " + ", ".join(entry.name for entry in store.operators)
        yield "store", name, (("state_size", store.size, usable, "STR004"),)
    for entry in found.operators:
        yield "operator", entry.name, (("state_size", entry.size, None, None),)
    for outage in found.outages:
        cases = ((_UNDER[case.load], case.duration, found.target, "STR008") for case in outage.cases)
        yield "outage", outage.name.replace("_", " "), tuple(cases)
    for stream in found.streams:
        kept = stream.retention if not stream.compacted else None
        yield "stream", stream.stream.id, (("retention_needed", stream.needed, kept, "STR009"),)


def _recovery(facts: "Facts") -> Iterator[_Subject]:
    found = facts.recovery
    if found is not None:
        rows: tuple[_Row, ...] = (
            ("restore_time", found.at_go_live, found.rto, "OPS004"),
            ("restore_time_at_horizon", found.at_horizon, found.rto, "OPS004"),
        )
        yield "plan", facts.plan.id, rows


def _backfills(facts: "Facts") -> Iterator[_Subject]:
    for entry in facts.backfills:
        rows: tuple[_Row, ...] = (
            ("backfill_units", entry.units, None, None),
            ("effective_parallel", entry.effective.of if entry.effective else None, None, None),
            ("backfill_duration", entry.duration, given("allowed", entry.allowed), "BCK003"),
            ("backfill_scanned", entry.scanned, None, None),
            ("backfill_scan_cost", entry.scan_cost, None, None),
        )
        yield "backfill", entry.backfill.id, rows


def _cutover(facts: "Facts") -> Iterator[_Subject]:
    """The steps on the critical path; where one of them waits for a moment of its own they are not all of it, nor is
    the window theirs where they begin after it opens."""
    schedule, switch = facts.cutover, facts.plan.switch
    if schedule is None or switch is None:
        return
    steps = [entry for entry in schedule.steps if entry.step.id in schedule.critical_path]
    parts = [
        given(entry.step.id, entry.step.expected, "cutover", ("cutover", "steps", entry.index, "expected"))
        for entry in steps
    ]
    path = compute("critical_path", *(replace(part, parameter="durations") if part else None for part in parts))
    if path is None or not parts or path.value.base != schedule.duration_expected:
        return
    if schedule.room_seconds != schedule.window_seconds:
        return
    window = None if schedule.window_seconds is None else amount(Decimal(schedule.window_seconds), (("s", 1),))
    share = given("share", amount(1 - facts.policy.checklists.thresholds.cutover_buffer.base, ()))
    allowed = compute("time_allowed", given("window", window, "cutover", ("cutover", "window")), share)
    yield "plan", facts.plan.id, (("critical_path", path, given("allowed", allowed), "CUT002"),)
