"""Gate cutover, the time of its backfills: each ends in its window, and what it takes where it does not."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR

from plangate.analysis.amount import no_less, no_more
from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.backfill_room import Places, enough, over, slots
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
    before. Where rows share a path with live loads, it is the rows over what those leave of it.

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
            message = (
                _never(entry)
                if entry.duration.never
                else f"needs {entry.duration}, its window is {window} (limit {entry.allowed} at {share})"
            )
            found, expected = str(window), _longer(subject, entry, window, share)
            yield problem(
                "BCK003",
                entry,
                ("must_finish_within",),
                message,
                found,
                expected,
                _way_out(subject, entry) + _past_the_switch(subject, entry),
            )


def _longer(subject: Subject, entry: BackfillFacts, window: Quantity, share: Quantity) -> str:
    """Say which window would do, as long as the backfill runs as it does or once it can begin."""
    running = enough(entry, subject.facts.pools).running
    if running is None or running.window is None or entry.duration is None:
        return "a backfill that comes to an end"
    least = f"at least {no_less(running.window, window)}"
    if entry.duration.never:
        return f"{least}, once a unit finds its slots"
    return f"{least}, of which the {entry.duration} that it needs are {share}"


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
        missing.append(f"runtime and schedule of {spoken(entry.pool.unknown)} in pool {entry.pool.id}")
    message = f"takes nobody knows how long: {spoken(missing)} {'are' if len(missing) > 1 else 'is'} missing"
    yield problem("BCK003", entry, (), message, None, ", ".join(missing), cause=cause)


def _past_the_switch(subject: Subject, entry: BackfillFacts) -> str:
    """Say that a backfill which starts before the switch ends after it, where it does."""
    switch = subject.plan.switch
    starts, t0 = entry.backfill.starts, switch.t0 if switch else None
    ends = over(entry, subject.facts.pools)
    if ends is None or starts is None or t0 is None or not starts < t0 < ends:
        return ""
    how = "as it is" if ends == entry.ends else "with the longer time"
    return (
        f"; {how}, it ends at {ends:%Y-%m-%d %H:%M} UTC, after the switch at {t0:%Y-%m-%d %H:%M} UTC, which it may, as "
        "only `must_finish_within` says when it has to be over"
    )


def _never(entry: BackfillFacts) -> str:
    """Say why a backfill never ends: a unit finds no place in its pool, or live loads take the whole path."""
    pool = entry.pool
    if pool is None or pool.mean is None or entry.effective is None or entry.effective.value.base > 0:
        return "never ends: live loads take all that its path carries"
    left = max(int((pool.size.value.base - pool.mean.value.base).to_integral_value(ROUND_FLOOR)), 0)
    needs = f"{slots(entry)} slot" if slots(entry) == 1 else f"{slots(entry)} slots"
    return f"cannot start: a unit needs {needs}, live loads leave {left} of the {pool.size.value} of pool {pool.id}"


def _way_out(subject: Subject, entry: BackfillFacts) -> str:
    """Name the two cheapest ways to bring a backfill into its time, as a plan writes them, and what they take of a
    pool of its own where it cannot start in the one that it shares."""
    room, told, pool = enough(entry, subject.facts.pools), entry.backfill, entry.backfill.pool
    runtime = told.unit_runtime.p95 if told.unit_runtime else None
    never = entry.duration is not None and entry.duration.never
    ways = []
    if room.parallel is not None:
        ways.append(_in_pool(f"`parallel: {room.parallel.parallel}`", room.parallel, pool))
    if room.rate is not None:
        rate = no_less(room.rate, told.throughput or room.rate)
        ways.append(f"a path that carries at least {rate} (`throughput` here and of gate capacity)")
    if room.running is not None and room.running.window is not None and told.must_finish_within is not None:
        time = f"`must_finish_within: {no_less(room.running.window, told.must_finish_within)}`"
        ways.append(_in_pool(time, room.running, pool) if never else time)
    if room.unit_runtime is not None and runtime is not None:
        ways.append(f"units that take at most {no_more(room.unit_runtime, runtime)} (`unit_runtime.p95`)")
    said = f"It takes {', or '.join(ways[:2])}" if ways else "Fill a shorter range"
    if never and ways and entry.pool is not None and entry.pool.pipelines:
        said += _own_pool(entry, [places for places in (room.parallel, room.running) if places is not None])
    return f"Each unit needs the one before. {said}" if entry.one_by_one else said


def _own_pool(entry: BackfillFacts, ways: Sequence[Places]) -> str:
    """Say how large a pool of its own has to be for each way, and which other findings one decision settles."""
    sizes = list(dict.fromkeys(f"`size: {places.parallel * slots(entry)}`" for places in ways))
    settles = ["CAP012", *(["BCK005"] if entry.backfill.priority in {None, "same"} else [])]
    return f"; a pool of its own (`priority: separate_pool`), which settles {spoken(settles)} too, takes " + (
        f"{' and '.join(sizes)} for these" if len(sizes) > 1 else sizes[0]
    )


def _in_pool(way: str, places: Places, pool: str | None) -> str:
    return f"{way} with `size: {places.pool_size}` of pool {pool}" if places.pool_size is not None else way
