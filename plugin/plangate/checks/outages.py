"""Streams after an outage: the job catches up in time, and what it and replays read is still there."""

from collections.abc import Iterator

from plangate.analysis.computed import Computed
from plangate.analysis.streaming import ReplayFacts, StreamFacts, StreamingFacts
from plangate.checks.absences import absent
from plangate.checks.events import edited, has_streams, problem, streaming
from plangate.checks.rule import FROM_B, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity
from plangate.model.text import spoken

_LOADS = {"mean": "at the mean rate", "peak": "at the peak", "peak_at_horizon": "at the peak at the horizon"}


@rule(
    "STR008",
    "After an outage the job catches up in time",
    scope="plan",
    tiers=FROM_B,
    reason="New events go on arriving while the old ones are worked off: only what capacity is left over counts.",
    reads=(
        "events.streams",
        "events.recovery",
        "events.parallelism",
        "operations.recovery.rto",
        "capacity.throughput",
        "capacity.workloads",
        "sources.sources[].datasets",
    ),
    applies=has_streams,
    where="the streams are known well enough to be counted",
    on="first-stream",
    fails=edited("per_task: 500 rows/s", "per_task: 100 rows/s"),
    passes=edited("catch_up: 90 min", "catch_up: 40 min"),
)
def catches_up(subject: Subject) -> Iterator[Problem]:
    """After the longest outage that the plan allows (`recovery.max_outage`, or the `rto` of gate operations) and the
    restart (`recovery.restart_time`), what piled up at the peak is worked off within `recovery.catch_up`.

    The time is the backlog over the capacity that may be used less what keeps arriving. Where it is missed at the peak
    of the horizon only, that is a warning; the high case of the volumes is shown and not judged.
    """
    found = streaming(subject)
    worst = found.worst
    reads = ("events.recovery", "events.parallelism", "capacity.throughput", "capacity.workloads")
    if worst is None or worst.under("peak") is None or found.target is None:
        if not subject.refused(*reads, "sources.sources[].datasets", "operations.recovery", "events.streams"):
            yield from _no_catch_up(found)
        return
    recovery = subject.plan.events.recovery if subject.plan.events else None
    if recovery is None or recovery.restart_time is None:
        message = "Nothing says how long the job takes to start again; what arrives meanwhile is not counted"
        expected = "`restart_time`, such as `restart_time: 2 min`"
        yield from absent(subject, "STR008", "events", ("recovery", "restart_time"), message, expected)
    for load, severity in (("peak", None), ("peak_at_horizon", "warning")):
        case = worst.under(load)  # type: ignore[arg-type]
        if case is None or case.duration.value.base <= found.target.value.base:
            continue
        takes = "is never level again" if case.duration.never else f"takes {case.duration} to be level again"
        message = (
            f"After {worst.outage.value} without the job {case.backlog} wait; {_LOADS[load]}, {case.rate}, it {takes}; "
            f"allowed are {found.target.value}"
        )
        hint = f"{found.usable} may be used of {found.capacity.value if found.capacity else 'what there is'}"
        expected = f"at most {found.target.value}"
        path = ("recovery", "catch_up")
        yield problem("STR008", path, message, str(case.duration), expected, hint, severity=severity)
        return


def _no_catch_up(found: StreamingFacts) -> Iterator[Problem]:
    missing, cause = [], None
    if found.target is None:
        missing, cause = ["`recovery.catch_up`"], "GEN014"
    if found.worst is None:
        missing.append("`recovery.max_outage`")
    if found.capacity is None:
        missing.append("`parallelism.per_task` or the throughput of gate capacity")
    elif found.usable is None:
        missing.append("the target utilisation of gate capacity")
    if not missing:
        missing.append("a workload with rows per day and peak factor for each stream")
    message = f"Whether the job catches up after an outage cannot be told without {spoken(missing)}"
    yield problem("STR008", ("recovery",), message, None, spoken(missing), cause=cause)


@rule(
    "STR009",
    "The broker keeps events until they are read",
    scope="plan",
    tiers=FROM_B,
    reason="What falls out of a topic before it is read is lost, and no replay brings it back.",
    reads=("events.streams", "events.recovery", "cutover.backfill[].replay", "cutover.backfill[].range"),
    applies=has_streams,
    where="the streams are known well enough to be counted",
    on="first-stream",
    fails=edited("retention: 7 d\n", "retention: 3 h\n"),
    passes=edited("max_outage: 2 h", "max_outage: 6 h"),
)
def retention_suffices(subject: Subject) -> Iterator[Problem]:
    """The retention of a stream is at least the longest outage with restart and catching up, and 20 %
    (`retention_margin`) more; at least the window of each replay from it; and that window reaches back to the oldest
    event that the replay reads, at its end.

    A compacted topic keeps the last event of each key and is not judged by an outage.
    """
    for entry in streaming(subject).streams:
        path = ("streams", entry.index, "retention")
        if entry.retention is None:
            if not subject.refused("events.streams[].retention"):
                message = f"Stream {entry.stream.id} does not say for how long its events are kept"
                yield problem("STR009", path[:2], message, None, "`retention`")
            continue
        if not entry.compacted and entry.needed is not None and entry.needed.value.base > entry.retention.value.base:
            yield _short(entry, entry.retention.value, entry.needed)
        for replay in entry.replays:
            yield from _beyond(replay, entry)


def _short(entry: StreamFacts, kept: Quantity, needed: Computed) -> Problem:
    path = ("streams", entry.index, "retention")
    if needed.never:
        message = f"Stream {entry.stream.id} keeps events for {kept}; as the job never catches up, no time is enough"
        return problem("STR009", path, message, str(kept), cause="STR008")
    message = (
        f"Stream {entry.stream.id} keeps events for {kept}; an outage with catching up and a margin takes {needed}"
    )
    return problem("STR009", path, message, str(kept), f"at least {needed}")


def _beyond(replay: ReplayFacts, entry: StreamFacts) -> Iterator[Problem]:
    """Tell where a replay asks for more than the stream keeps, or reads what is older than its window."""
    path: Path = ("backfill", replay.index)
    kept = entry.retention.value if entry.retention else None
    window = replay.window.value if replay.window else None
    name = f"Backfill {replay.backfill}"
    if kept is not None and window is not None and window.base > kept.base:
        message = f"{name} is to be replayable for {window}; stream {entry.stream.id} keeps events for {kept}"
        place = (*path, "replay", "window")
        yield Problem("STR009", message, "cutover", place, str(window), f"at most {kept}")
    limit = window if window is not None and (kept is None or window.base < kept.base) else kept
    if replay.reach is not None and limit is not None and replay.reach.value.base > limit.base:
        of = "its replay window" if limit is window else f"what stream {entry.stream.id} keeps"
        message = f"{name} reads events that are up to {replay.reach} old; {of} is {limit}"
        hint = "Start it earlier, make it faster, or fill a shorter range"
        yield Problem("STR009", message, "cutover", (*path, "range"), str(replay.reach), f"at most {limit}", hint)
