"""Streams after an outage: the job catches up in time, and what it and replays read is still there."""

from collections.abc import Iterator

from plangate.analysis.amount import beside, no_less
from plangate.analysis.streaming import OutageFacts, ReplayFacts, StreamFacts, StreamingFacts
from plangate.checks.absences import absent, settled
from plangate.checks.events import edited, has_streams, problem, streaming
from plangate.checks.rule import FROM_B, Subject, rule
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity, parse
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
            f"After {worst.outage.value} without the job{_restart(worst)} {case.backlog} wait; {_LOADS[load]}, "
            f"{case.rate}, it {takes}; allowed are {found.target.value}"
        )
        whole = found.capacity.value if found.capacity else "what there is"
        hint = f"{found.usable} may be used of {whole}{_idle(subject)}"
        expected = f"at most {found.target.value}"
        path = ("recovery", "catch_up")
        yield problem("STR008", path, message, str(case.duration), expected, hint, severity=severity)
        return


def _restart(worst: OutageFacts) -> str:
    """Say of an outage how long it is with the restart, in which events arrive as well."""
    return f" ({worst.down} with its restart)" if worst.down.value.base > worst.outage.value.base else ""


def _idle(subject: Subject) -> str:
    """Say of tasks without a partition that they carry nothing; nothing where all have one, or none was measured."""
    told, known = subject.plan.events.parallelism if subject.plan.events else None, streaming(subject).partitions
    if told is None or told.value is None or told.per_task is None or known is None or told.value <= known.value.base:
        return ""
    return f", which {known.value} of {told.value} tasks carry: the others have no partition to read"


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
    (`retention_margin`) more; at least the window of each replay from it; and reaches back to the oldest event that a
    replay reads, at its end. So does the window of that replay.

    A compacted topic keeps the last event of each key and is not judged by an outage.
    """
    for entry in streaming(subject).streams:
        path = ("streams", entry.index, "retention")
        if entry.retention is None:
            if not subject.refused("events.streams[].retention"):
                message = f"Stream {entry.stream.id} does not say for how long its events are kept"
                cause = None if settled(subject, "events", path) else "STR001"
                yield problem("STR009", path[:2], message, None, "`retention`", cause=cause)
            continue
        yield from _short(entry, entry.retention.value)
        for replay in entry.replays:
            yield from _beyond(replay, entry.retention.value)


def falls_short(subject: Subject, index: int) -> bool:
    """Tell whether STR009 asks a stream to keep its events for longer."""
    found = subject.facts.streaming
    entry = next((one for one in found.streams if one.index == index), None) if found else None
    if entry is None or entry.retention is None or subject.plan.header.tier not in FROM_B:
        return False
    return bool(_needs(entry, entry.retention.value))


def _short(entry: StreamFacts, kept: Quantity) -> Iterator[Problem]:
    """Tell once of a stream that keeps its events for too short a time, whatever asks for more."""
    needs, endless = _needs(entry, kept), _endless(entry)
    said = "; ".join([*(text for text, _ in needs), *(f"{text}, no time is enough" for text, _ in endless)])
    message = f"Stream {entry.stream.id} keeps events for {kept}; {said}"
    path: Path = ("streams", entry.index, "retention")
    if needs:
        (said, most), *others = sorted(needs, key=lambda need: -need[1].base)
        least = f"at least {no_less(most, parse('PT1S'))}"
        yield problem("STR009", path, message, str(kept), f"{least}, as {said}" if others else least)
    elif endless:
        yield problem("STR009", path, message, str(kept), cause=endless[0][1])


def _needs(entry: StreamFacts, kept: Quantity) -> list[tuple[str, Quantity]]:
    """Give what needs events for longer than the stream keeps them, as it is told, and for how long."""
    found = []
    if not entry.compacted and entry.needed is not None and not entry.needed.never:
        part = {one.name: one.value for one in entry.needed.inputs}
        said = f"an outage with its restart ({part['down']}), {part['catch_up']} to catch up and a margin of "
        found.append((f"{said}{part['margin']} take {beside(entry.needed.value, kept)}", entry.needed.value))
    for replay in entry.replays:
        window, reach = replay.window.value if replay.window else None, replay.reach
        if window is not None:
            found.append((f"backfill {replay.backfill} is to be replayable for {beside(window, kept)}", window))
        if reach is not None and not reach.never and not _within(window, kept):
            found.append(
                (f"backfill {replay.backfill} reads events that are up to {beside(reach.value, kept)} old", reach.value)
            )
    return [(text, need) for text, need in found if need.base > kept.base]


def _endless(entry: StreamFacts) -> list[tuple[str, str]]:
    """Give what no retention is enough for, as it is told, and the rule that tells of it."""
    found = []
    if not entry.compacted and entry.needed is not None and entry.needed.never:
        found.append(("as the job never catches up", "STR008"))
    never = (replay.backfill for replay in entry.replays if replay.reach is not None and replay.reach.never)
    return [*found, *((f"as backfill {name} never ends", "BCK003") for name in never)]


def _within(window: Quantity | None, kept: Quantity) -> bool:
    """Tell whether a replay window ends before what the stream keeps does."""
    return window is not None and window.base < kept.base


def _beyond(replay: ReplayFacts, kept: Quantity) -> Iterator[Problem]:
    """Tell where a replay reads what is older than its window, of a stream that keeps more."""
    window, reach = replay.window.value if replay.window else None, replay.reach
    if window is None or reach is None or reach.never or not _within(window, kept) or reach.value.base <= window.base:
        return
    message = f"Backfill {replay.backfill} reads events that are up to {reach} old; its replay window is {window}"
    hint = "Start it earlier, make it faster, or fill a shorter range"
    place: Path = ("backfill", replay.index, "range")
    yield Problem("STR009", message, "cutover", place, str(reach), f"at most {window}", hint)
