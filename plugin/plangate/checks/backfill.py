"""Gate cutover, its backfills: they fit, come to an end, and leave live loads alone."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import combinations, pairwise

from plangate.analysis.backfill import BackfillFacts
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.cutover import Backfill
from plangate.model.problem import Path, Problem
from plangate.model.text import spoken

_NONE = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n'
_KEPT = """backfill:
  - id: orders_history
    dataset: raw.orders
    reason: The report compares with the year before
    owner: data_team
    range: {start: 2026-01-12, end: 2027-01-12}
    granularity: 1 d
    order: forward
    method: shadow_swap
    replay: {pattern: partition_overwrite, idempotency: merge_on_key}
    depends_on_past: false
    unit_runtime: {p50: 9 min, p95: 12 min}
    parallel: 2
    retry_rate: 5 %
    pool: default_pool
    priority: below_live
    must_finish_within: 60 h
    verify: [orders_vs_shop]
    stop_when: two failed days in a row
    downstream: {rebuild: [mart.orders]}
"""
_SAYS = {
    "dataset": "which dataset it fills",
    "range": "which stretch it fills",
    "granularity": "how long a unit is",
    "reason": "why it is needed",
    "owner": "who owns it",
    "order": "in which order it runs",
    "method": "by which method it writes",
    "stop_when": "when it is stopped",
}


def edited(*changes: tuple[str, str]) -> tuple[Edit, ...]:
    """Give the first plan a backfill that keeps every rule, then change it."""
    text = _KEPT
    for old, new in changes:
        text = text.replace(old, new)
    return (Edit("09-cutover.yml", _NONE, text),)


def has_backfill(subject: Subject) -> bool:
    return bool(subject.plan.cutover and subject.plan.cutover.backfill)


def settled(subject: Subject, entry: BackfillFacts, *path: str) -> bool:
    """Tell whether a field needs no answer any more: it was refused, or declined with a reason."""
    declined = ("cutover", ("backfill", entry.index, *path)) in subject.plan.not_applicable
    return declined or subject.refused(f"cutover.backfill[].{'.'.join(path)}")


def problem(
    rule_id: str,
    entry: BackfillFacts,
    path: Path,
    message: str,
    observed: str | None = None,
    expected: str | None = None,
    hint: str | None = None,
    cause: str | None = None,
) -> Problem:
    """Give a problem of a backfill; `path` is within it, and the message goes on from its name."""
    said = f"Backfill {entry.backfill.id} {message}"
    return Problem(rule_id, said, "cutover", ("backfill", entry.index, *path), observed, expected, hint, cause=cause)


@rule(
    "BCK001",
    "Every backfill says what it fills and when it is stopped",
    reason="A backfill without a stop condition goes on through the night that it ruins.",
    reads=tuple(f"cutover.backfill[].{name}" for name in _SAYS),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("    stop_when: two failed days in a row\n", "")),
    passes=edited(),
)
def backfill_is_said_in_full(subject: Subject) -> Iterator[Problem]:
    """Every backfill has a dataset, a range, a granularity, a reason, an owner, an order, a method, a stop condition.

    A plan that needs no backfill says so with a reason: `backfill: {not_applicable: …}`.
    """
    for entry in subject.facts.backfills:
        missing = [
            name for name in _SAYS if getattr(entry.backfill, name) is None and not settled(subject, entry, name)
        ]
        if missing:
            said = spoken([_SAYS[name] for name in missing])
            hint = f"Add {spoken([f'`{name}`' for name in missing])}"
            yield problem("BCK001", entry, (), f"does not say {said}", None, ", ".join(missing), hint)


@rule(
    "BCK002",
    "Backfilled stretches end by the switch and do not overlap",
    reason="A day that two backfills write, or one after the switch, has rows that nobody can account for.",
    reads=(
        "cutover.backfill[].range",
        "cutover.backfill[].excluded",
        "cutover.backfill[].dataset",
        "cutover.cutover.t0",
    ),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("end: 2027-01-12}", "end: 2027-02-01}")),
    passes=edited(),
)
def backfill_ranges(subject: Subject) -> Iterator[Problem]:
    """The range of a backfill starts before it ends and ends by the day of t0; days that are left out lie within it,
    in order, each once.

    Two backfills of one dataset fill stretches that do not overlap. Ranges are half-open.
    """
    switch = subject.plan.switch
    t0 = switch.t0 if switch else None
    for entry in subject.facts.backfills:
        span = entry.backfill.range
        if span is None:
            continue
        ends = f"{span.end:%Y-%m-%d}"
        if t0 is None and not subject.refused("cutover.cutover.t0"):
            message = f"ends on {ends}, and no t0 says whether that is before the switch"
            yield problem("BCK002", entry, ("range",), message, ends, "a `cutover.t0` on or after that day")
        if t0 is not None and span.end.date() > t0.date():
            message = f"ends on {ends}, after the switch on {t0:%Y-%m-%d}"
            hint = "From the switch on live loads fill the dataset; let the range end where they start"
            yield problem("BCK002", entry, ("range", "end"), message, ends, f"at most {t0:%Y-%m-%d}", hint)
        yield from _excluded(entry, span.start, span.end)
    for one, other in combinations(subject.facts.backfills, 2):
        yield from _overlap(one, other)


def _excluded(entry: BackfillFacts, start: datetime, end: datetime) -> Iterator[Problem]:
    days = entry.backfill.excluded
    for place, day in enumerate(days):
        if day < start.date() or datetime.combine(day, time(), UTC) >= end:
            within = f"a day from {start:%Y-%m-%d} to before {end:%Y-%m-%d}"
            message = f"leaves out {day}, which is not in its range"
            yield problem("BCK002", entry, ("excluded", place), message, str(day), within)
    if any(after <= day for day, after in pairwise(days)):
        message = "leaves out days that are not in order, each once"
        found, right = (", ".join(str(day) for day in found) for found in (days, sorted(set(days))))
        yield problem("BCK002", entry, ("excluded",), message, found, right)


def _overlap(one: BackfillFacts, other: BackfillFacts) -> Iterator[Problem]:
    stretch = filled_by_both(one.backfill, other.backfill)
    if one.backfill.dataset is not None and one.backfill.dataset == other.backfill.dataset and stretch:
        message = f"and {one.backfill.id} both fill {one.backfill.dataset} from {stretch}"
        hint = "Give each day to one of them; where one range ends the other may start"
        yield problem("BCK002", other, ("range",), message, stretch, "stretches that do not overlap", hint)


def filled_by_both(one: Backfill, other: Backfill) -> str | None:
    """Give the first stretch that two backfills fill, without the days that either leaves out; None where none is."""
    if one.range is None or other.range is None:
        return None
    start, end = max(one.range.start, other.range.start), min(one.range.end, other.range.end)
    last = end
    for day in sorted({*one.excluded, *other.excluded}):
        begin = datetime.combine(day, time(), UTC)
        if start < min(begin, end):
            last = min(begin, end)
            break
        start = max(start, begin + timedelta(days=1))
    return f"{start:%Y-%m-%d} to {last:%Y-%m-%d}" if start < last else None


@rule(
    "BCK004",
    "What depends on its past is filled from the beginning",
    scope="plan",
    reason="Rows with versions by key, or units that need the one before, come out wrong when a part is filled.",
    reads=(
        "cutover.backfill[].depends_on_past",
        "cutover.backfill[].replay",
        "cutover.backfill[].range",
        "cutover.backfill[].excluded",
        "ingestion.pipelines[].depends_on_past",
        "modeling.models[].history",
        "modeling.models[].incremental",
        "sources.sources[].history_from",
    ),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("depends_on_past: false", "depends_on_past: true")),
    passes=edited(
        ("depends_on_past: false", "depends_on_past: true"),
        ("start: 2026-01-12", "start: 2024-01-01"),
        ("must_finish_within: 60 h", "must_finish_within: 15 d"),
    ),
)
def whole_history(subject: Subject) -> Iterator[Problem]:
    """A backfill of a dataset that depends on its past, keeps versions by key or reads itself, or whose units cannot
    run twice, fills the whole history: from its first day to where live loads start, forward, no day left out.

    Whether a unit can run twice is said by `replay.idempotency`.
    """
    for entry in subject.facts.backfills:
        whole, replay = entry.whole, entry.backfill.replay
        gaps = [*whole.gaps, *(["it runs backward"] if whole.reasons and entry.backfill.order == "backward" else [])]
        if gaps:
            message = f"has to fill the whole history: {spoken(whole.reasons)}. But {spoken(gaps)}"
            expected = "the range from the first day to where live loads start"
            hint = "Fill it from the beginning, or change the model so that a day depends on that day alone"
            yield problem("BCK004", entry, ("range",), message, None, expected, hint)
        if replay is not None and replay.idempotency is None and not settled(subject, entry, "replay", "idempotency"):
            message = "does not say why a unit can run twice without harm"
            hint = "Name what makes it so: overwrite_partition, merge_on_key, dedupe_window, transactional_swap"
            yield problem("BCK004", entry, ("replay",), message, None, "`idempotency`", hint)


@rule(
    "BCK005",
    "A backfill does not hold up live loads",
    scope="plan",
    reason="Schedulers do not put a backfill behind live runs by themselves; today would wait for last year.",
    reads=(
        "cutover.backfill[].priority",
        "cutover.backfill[].pool",
        "cutover.backfill[].slots",
        "cutover.backfill[].parallel",
        "cutover.backfill[].unit_runtime",
        "capacity.resources.pools",
        "ingestion.pipelines[].concurrency",
    ),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("priority: below_live", "priority: same")),
    passes=edited(),
)
def live_loads_first(subject: Subject) -> Iterator[Problem]:
    """A backfill has a pool of its own (`separate_pool`, and no live pipeline holds slots of it) or runs behind live
    loads (`below_live`); and what holds for freshness without it holds while it runs.

    Where live loads and units ask for more slots than the pool has, each live run on the way of a dataset may have to
    wait for a unit to end, for the p95 runtime of a unit.
    """
    for entry in subject.facts.backfills:
        if not (settled(subject, entry, "priority") or settled(subject, entry, "pool")):
            yield from _priority(entry)
        yield from _late(entry)


def _late(entry: BackfillFacts) -> Iterator[Problem]:
    """Tell of each dataset once, with the tightest of the needs that hold only without the backfill."""
    broken = [found for found in entry.meanwhile if found.need.met and not found.met]
    tightest = {found.need.dataset: found for found in sorted(broken, key=lambda found: -found.need.need.base)}
    for dataset, found in sorted(tightest.items()):
        runs = f"{found.waits} runs" if found.waits > 1 else "a run"
        who = f"{found.need.name} needs" if found.need.kind == "consumer" else "promised are"
        message = (
            f"holds up live loads: {dataset} may be {found.age} old, {found.need.age.age} and a wait for a unit before "
            f"{runs}; {who} {found.need.need}"
        )
        hint = "Let fewer units run at one time, make a unit shorter, or give the backfill a pool of its own"
        yield problem("BCK005", entry, ("parallel",), message, str(found.age), f"at most {found.need.need}", hint)


def _priority(entry: BackfillFacts) -> Iterator[Problem]:
    backfill = entry.backfill
    names = [live.pipeline.id for live in entry.pool.pipelines] if entry.pool else []
    wanted = "below_live or separate_pool"
    if backfill.priority is None:
        yield problem("BCK005", entry, (), "does not say that live loads go first", None, f"`priority`: {wanted}")
    elif backfill.priority == "same":
        hint = "BCK003 says which size a pool takes for it" if entry.duration and entry.duration.never else None
        yield problem("BCK005", entry, ("priority",), "has the same priority as live loads", "same", wanted, hint)
    elif backfill.priority == "separate_pool" and backfill.pool is None:
        yield problem("BCK005", entry, (), "says that its pool is separate and names none", None, "a `pool`")
    elif backfill.priority == "separate_pool" and names:
        hold = "hold" if len(names) > 1 else "holds"
        message = f"says that its pool is separate, but {spoken(names)} {hold} slots of {backfill.pool}"
        yield problem("BCK005", entry, ("pool",), message, backfill.pool, "a pool without live pipelines")


@rule(
    "BCK006",
    "What is built from a backfilled dataset is rebuilt in order, or left out with a reason",
    scope="plan",
    tiers=FROM_B,
    core=False,
    reason="New history below and old history above is a table that contradicts itself.",
    reads=("cutover.backfill[].downstream", "cutover.backfill[].dataset", "modeling.models", "ingestion.pipelines"),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("    downstream: {rebuild: [mart.orders]}\n", "")),
    passes=edited(),
)
def downstream_follows(subject: Subject) -> Iterator[Problem]:
    """Every dataset that is built from a backfilled one is in `downstream.rebuild`, after what it is built from; or has
    a backfill of its own; or is in `downstream.exclude` with a reason. Views follow by themselves.
    """
    for entry in subject.facts.backfills:
        if settled(subject, entry, "downstream"):
            continue
        told = entry.backfill.downstream
        left = [found.dataset for found in entry.downstream if found.becomes == "open"]
        if left and not subject.gone("modeling.models.materialized"):
            message = (
                f"changes what {spoken(left)} {'are' if len(left) > 1 else 'is'} built from, and says no more of it"
            )
            expected = "in `downstream.rebuild`, or in `downstream.exclude` with a reason"
            yield problem("BCK006", entry, ("downstream",) if told else (), message, None, expected)
        for place, excluded in enumerate(told.exclude if told else ()):
            if excluded.because is None:
                message = f"leaves out {excluded.dataset} without a reason"
                yield problem("BCK006", entry, ("downstream", "exclude", place), message, None, "a `because`")
        yield from _out_of_order(entry, told.rebuild if told else ())


def _out_of_order(entry: BackfillFacts, order: tuple[str, ...]) -> Iterator[Problem]:
    for found in entry.downstream:
        place = order.index(found.dataset) if found.dataset in order else -1
        late = [name for name in found.after if name in order[place + 1 :]] if place >= 0 else []
        if late:
            message = f"rebuilds {found.dataset} before {spoken(late)}, from which it is built"
            hint = "List what is rebuilt in the order of the lineage"
            yield problem("BCK006", entry, ("downstream", "rebuild", place), message, found.dataset, None, hint)
