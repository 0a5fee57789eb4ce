"""Gate cutover, the time of its backfills: each ends in its window, and what it takes where it does not."""

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from plangate.analysis.amount import beside, no_less, no_more
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.backfill_room import Enough, Places, enough, over, runs_for, slots
from plangate.checks.backfill import edited, has_backfill, problem, settled
from plangate.checks.rule import Subject, rule
from plangate.model.problem import Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken


@rule(
    "BCK003",
    "Every backfill ends in its time, with room to spare",
    scope="plan",
    reason="A division forgets waves, retries and live loads. What just fits in the plan does not fit at night.",
    reads=(
        "cutover.backfill",
        "capacity.resources.pools",
        "capacity.runtimes",
        "capacity.throughput.capacity",
        "ingestion.pipelines[].schedule",
        "ingestion.pipelines[].concurrency",
    ),
    applies=has_backfill,
    where="a backfill is planned",
    fails=edited(("parallel: 2", "parallel: 1"), ("must_finish_within: 60 h", "must_finish_within: 24 h")),
    passes=edited(),
)
def backfill_fits(subject: Subject) -> Iterator[Problem]:
    """The duration of a backfill is at most 80 % (`backfill_headroom`) of `must_finish_within`.

    It is the number of waves × the p95 runtime of a unit × (1 + the share of units that run twice). As many units run
    at one time as are asked for, at most as many as live loads leave of the pool, and one where each unit needs the one
    before. Of runs of several units (`units_per_run`) a wave takes as long as the units of its fullest run. Where rows
    share a path with live loads, it is the rows over what those leave of it, if that is longer.

    A backfill may go on after the switch. One that has to be over by then says so: what lies between `starts` and t0
    is its `must_finish_within`.
    """
    share = subject.policy.checklists.thresholds.backfill_headroom
    for entry in subject.facts.backfills:
        window = entry.backfill.must_finish_within
        if entry.duration is None:
            yield from _no_duration(subject, entry)
        elif window is None or entry.allowed is None:
            if not settled(subject, entry, "must_finish_within"):
                message = f"needs {entry.duration} and does not say in which time it must finish"
                expected = "a `must_finish_within`"
                yield problem("BCK003", entry, (), message, str(entry.duration), expected, cause="GEN014")
        elif entry.duration.value.base > entry.allowed.value.base:
            room = enough(entry, subject.facts.pools)
            needs = runs_for(entry, subject.facts.pools) if entry.duration.never else entry.duration.value
            if entry.duration.never and room.running is not None and room.running.pool_size and needs is not None:
                yield _no_place(
                    entry, room, room.running, window, needs, share, _past_the_switch(subject, entry, needs)
                )
                continue
            needed = beside(entry.duration.value, entry.allowed.value)
            message = f"needs {needed}, its window is {window} (limit {entry.allowed} at {share})"
            expected = "a backfill that comes to an end"
            if needs is not None and room.running is not None and room.running.window is not None:
                expected = (
                    f"at least {no_less(room.running.window, window)}, of which the {needs} that it needs are {share}"
                )
            yield problem(
                "BCK003",
                entry,
                ("must_finish_within",),
                "never ends: live loads take all that its path carries" if entry.duration.never else message,
                str(window),
                expected,
                _way_out(entry, room) + (_past_the_switch(subject, entry, needs) if needs is not None else ""),
            )


def _no_place(
    entry: BackfillFacts, room: Enough, running: Places, window: Quantity, needs: Quantity, share: Quantity, ends: str
) -> Problem:
    """Tell of a pool in which no unit finds its slots: the size that would do, and the time that it takes then."""
    pool, least = entry.pool, running.window
    assert pool is not None and least is not None  # noqa: S101, PT018 -- what has a size and an end has both
    mean = pool.mean.value.base if pool.mean is not None else Decimal(0)
    left = max(int((pool.size.value.base - mean).to_integral_value(ROUND_FLOOR)), 0)
    unit = f"{slots(entry)} slot" if slots(entry) == 1 else f"{slots(entry)} slots"
    expected, hint = f"`size: {running.pool_size}` of pool {pool.id}", f"It then takes {needs}"
    if pool.pipelines:
        expected += f", or a pool of its own with `size: {running.parallel * slots(entry)}`"
    if window.base >= least.base:
        hint += f", which `must_finish_within: {window}` holds"
    else:
        hint += f": write `must_finish_within: {no_less(least, window)}` ({needs} are {share} of it)"
        more = room.parallel
        if more is not None:
            own = f", {more.parallel * slots(entry)} in its own" if pool.pipelines else ""
            hint += f", or keep {window} by `parallel: {more.parallel}` with `size: {more.pool_size}`{own}"
    hint += ends
    if pool.pipelines:
        settles = ["CAP012", *(["BCK005"] if entry.backfill.priority in {None, "same"} else [])]
        hint += f". A pool of its own (`priority: separate_pool`) settles {spoken(settles)} too"
    message = f"cannot start: a unit needs {unit}, live loads leave {left} of the {pool.size.value} of pool {pool.id}"
    return problem("BCK003", entry, ("pool",), message, pool.id, expected, hint)


def _no_duration(subject: Subject, entry: BackfillFacts) -> Iterator[Problem]:
    backfill = entry.backfill
    wanted = ("range", "granularity", "unit_runtime", "parallel", "pool", "rows", "throughput")
    if any(settled(subject, entry, name) for name in wanted) or subject.refused(
        "capacity.runtimes", "capacity.resources"
    ):
        return
    missing = [f"`{name}`" for name in ("range", "granularity", "parallel") if getattr(backfill, name) is None]
    if backfill.unit_runtime is None or backfill.unit_runtime.p95 is None:
        missing.append("`unit_runtime.p95`")
    nowhere = backfill.pool is not None and not subject.facts.references.is_known("pool", backfill.pool)
    cause = "BCK001" if backfill.range is None or backfill.granularity is None else None
    if nowhere and not missing:
        cause = "GEN003"
    if backfill.pool is not None and entry.pool is None and not (nowhere and missing):
        missing.append(f"the size of pool {backfill.pool}")
    if entry.pool is not None and entry.pool.unknown:
        if subject.refused("ingestion.pipelines[].schedule", "ingestion.pipelines[].id"):
            return
        missing.append(f"runtime and schedule of {spoken(entry.pool.unknown)} in pool {entry.pool.id}")
    message = f"takes nobody knows how long: {spoken(missing)} {'are' if len(missing) > 1 else 'is'} missing"
    yield problem("BCK003", entry, (), message, None, ", ".join(missing), cause=cause)


def _past_the_switch(subject: Subject, entry: BackfillFacts, needs: Quantity) -> str:
    """Say that a backfill which starts before the switch ends after it, where it does."""
    switch = subject.plan.switch
    starts, t0 = entry.backfill.starts, switch.t0 if switch else None
    ends = over(entry, subject.facts.pools)
    if ends is None or starts is None or t0 is None or not starts < t0 < ends:
        return ""
    return (
        f". With {needs} it ends at {ends:%Y-%m-%d %H:%M} UTC, after the switch at {t0:%Y-%m-%d %H:%M} UTC; that is "
        "fine where no step or decision of the switch needs the history"
    )


def _way_out(entry: BackfillFacts, room: Enough) -> str:
    """Name the two cheapest ways to bring a backfill into its time, as a plan writes them."""
    told, pool = entry.backfill, entry.backfill.pool
    runtime = told.unit_runtime.p95 if told.unit_runtime else None
    ways = []
    if room.parallel is not None:
        ways.append(_in_pool(f"`parallel: {room.parallel.parallel}`", room.parallel, pool))
    if room.rate is not None:
        rate = no_less(room.rate, told.throughput or room.rate)
        ways.append(f"a path that carries at least {rate} (`throughput` here and of gate capacity)")
    if room.running is not None and room.running.window is not None and told.must_finish_within is not None:
        ways.append(f"`must_finish_within: {no_less(room.running.window, told.must_finish_within)}`")
    if room.unit_runtime is not None and runtime is not None:
        ways.append(f"units that take at most {no_more(room.unit_runtime, runtime)} (`unit_runtime.p95`)")
    said = f"It takes {', or '.join(ways[:2])}" if ways else "Fill a shorter range"
    return f"Each unit needs the one before. {said}" if entry.one_by_one else said


def _in_pool(way: str, places: Places, pool: str | None) -> str:
    return f"{way} with `size: {places.pool_size}` of pool {pool}" if places.pool_size is not None else way
