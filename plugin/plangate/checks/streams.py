"""Gate events, stream by stream: what an event is, when it happened, and how the topic keeps it."""

from collections.abc import Iterator

from plangate.analysis.amount import alike, no_less
from plangate.checks.absences import absent
from plangate.checks.rule import FROM_B, Edit, Subject, rule
from plangate.model.events import EventTime, Stream
from plangate.model.problem import Path, Problem
from plangate.model.quantity import Quantity

_EVENTS = "03-events.yml"


def _streams(subject: Subject) -> Iterator[tuple[Path, Stream]]:
    for index, stream in enumerate(subject.plan.events.streams if subject.plan.events else ()):
        yield ("streams", index), stream


def _any(subject: Subject) -> bool:
    return bool(subject.plan.events and subject.plan.events.streams)


def _lack(subject: Subject, rule_id: str, path: Path, message: str, expected: str) -> Iterator[Problem]:
    return absent(subject, rule_id, "events", path, message, expected)


@rule(
    "STR001",
    "Every stream says its key, time, order, schema, partitions and retention",
    tiers=FROM_B,
    reason="Each of these six is found out in production by whoever did not ask.",
    reads=("events.streams",),
    applies=_any,
    where="there are streams",
    on="first-stream",
    fails=(Edit(_EVENTS, "    ordering: key\n", ""),),
)
def streams_are_said(subject: Subject) -> Iterator[Problem]:
    """Each stream has `key`, `event_time`, `ordering`, `schema_subject`, `partitions` and `retention`."""
    for path, stream in _streams(subject):
        for name in ("key", "event_time", "ordering", "schema_subject", "partitions", "retention"):
            if getattr(stream, name) is None:
                message = f"Stream {stream.id} has no `{name}`"
                yield from _lack(subject, "STR001", (*path, name), message, f"`{name}`")


@rule(
    "STR002",
    "The watermark waits for events that come late, and says what becomes of later ones",
    tiers=FROM_B,
    reason="A watermark that waits for less than events are late drops them, and every window is a little too small.",
    reads=("events.time",),
    applies=lambda subject: subject.plan.events is not None,
    where="gate events is there",
    on="first-stream",
    fails=(Edit(_EVENTS, "max_out_of_orderness: 30 s", "max_out_of_orderness: 19 s"),),
    passes=(Edit(_EVENTS, "max_out_of_orderness: 30 s", "max_out_of_orderness: 20 s"),),
)
def watermarks_wait(subject: Subject) -> Iterator[Problem]:
    """`time` has a `watermark`, an `allowed_lateness` and in `late` what becomes of later events. A bounded watermark
    waits (`max_out_of_orderness`) for at least the lateness that was measured (`measured_p99_lateness`); a monotonous
    one waits for nothing, so none was measured.
    """
    told = (subject.plan.events.time if subject.plan.events else None) or EventTime()
    needed = ["watermark", "allowed_lateness", "late"]
    needed += [] if told.watermark == "monotonous" else ["max_out_of_orderness", "measured_p99_lateness"]
    for name in needed:
        if getattr(told, name) is None:
            message = f"The event time has no `{name}`"
            yield from _lack(subject, "STR002", ("time", name), message, f"`{name}`")
    waits, late = told.max_out_of_orderness, longer_wait(told)
    if waits is not None and late is not None:
        shown = alike(late, waits)
        expected = f"at least {no_less(late, waits)}"
        message = f"The watermark waits for {waits}; one event in a hundred is more than {shown} late"
        yield Problem("STR002", message, "events", ("time", "max_out_of_orderness"), str(waits), expected)
    measured = told.measured_p99_lateness
    if told.watermark == "monotonous" and measured is not None and measured.base > 0:
        message = f"A monotonous watermark waits for nothing; one event in a hundred is more than {measured} late"
        expected = f"`watermark: bounded` with `max_out_of_orderness: {measured}`"
        yield Problem("STR002", message, "events", ("time", "watermark"), "monotonous", expected)


@rule(
    "STR003",
    "A silent partition does not hold the watermark back",
    tiers=FROM_B,
    core=False,
    reason="At night one partition has no event, the watermark stands, and no window closes until the morning.",
    reads=("events.streams[].partitions", "events.streams[].low_traffic", "events.time.idleness"),
    applies=lambda subject: any(_silent(stream) for _, stream in _streams(subject)),
    where="a stream with several partitions may fall silent",
    on="first-stream",
    fails=(Edit(_EVENTS, "idleness: 1 min, ", ""),),
    passes=(Edit(_EVENTS, "idleness: 1 min, ", "idleness: 2 min, "),),
)
def silence_is_noticed(subject: Subject) -> Iterator[Problem]:
    """With a stream of several partitions that may fall silent (all but those with `low_traffic: false`),
    `time.idleness` says after which silence a partition no longer counts.
    """
    silent = [stream.id for _, stream in _streams(subject) if _silent(stream)]
    time = subject.plan.events.time if subject.plan.events else None
    if silent and (time is None or time.idleness is None):
        message = f"A silent partition of stream {silent[0]} would hold the watermark back for ever"
        expected = "a duration after which it no longer counts, such as `idleness: 1 min`"
        hint = f"Or say of stream {silent[0]} that it never falls silent: `low_traffic: false`"
        yield from absent(subject, "STR003", "events", ("time", "idleness"), message, expected, hint)


def longer_wait(time: EventTime | None) -> Quantity | None:
    """Give the disorder that STR002 asks a watermark to wait for; None where it leaves the one that there is."""
    waits, late = (time.max_out_of_orderness, time.measured_p99_lateness) if time else (None, None)
    if time is None or time.watermark == "monotonous" or waits is None or late is None or waits.base >= late.base:
        return None
    return late


def _silent(stream: Stream) -> bool:
    return stream.partitions is not None and stream.partitions > 1 and stream.low_traffic is not False


@rule(
    "STR012",
    "Topics say how their schema may change, and what their key is",
    tiers=FROM_B,
    reason="A registry without a mode takes every schema, and the first reader that cannot read it stops.",
    reads=("events.streams[].compatibility", "events.streams[].key_schema"),
    applies=_any,
    where="there are streams",
    on="first-stream",
    fails=(Edit(_EVENTS, "    compatibility: backward\n", ""),),
)
def schemas_are_held(subject: Subject) -> Iterator[Problem]:
    """Each stream has a `compatibility` and a `key_schema`."""
    for path, stream in _streams(subject):
        for name, what in (("compatibility", "how its schema may change"), ("key_schema", "what its key is")):
            if getattr(stream, name) is None:
                message = f"Stream {stream.id} does not say {what}"
                yield from _lack(subject, "STR012", (*path, name), message, f"`{name}`")


@rule(
    "STR014",
    "Topics survive the loss of a broker",
    severity="warning",
    tiers=FROM_B,
    core=False,
    reason="With two copies the restart of one broker stops all writers, or loses what the other had not yet.",
    reads=("events.streams[].replication_factor", "events.streams[].min_insync_replicas"),
    applies=_any,
    where="there are streams",
    on="first-stream",
    fails=(Edit(_EVENTS, "replication_factor: 3", "replication_factor: 2"),),
    passes=(Edit(_EVENTS, "replication_factor: 3", "replication_factor: 4"),),
)
def topics_survive(subject: Subject) -> Iterator[Problem]:
    """Each stream has at least 3 copies (`replication_factor`), at least 2 of which have to be in sync
    (`min_insync_replicas`), and more copies than that; both numbers are thresholds of the same names.
    """
    limits = subject.policy.checklists.thresholds
    for path, stream in _streams(subject):
        copies, insync = stream.replication_factor, stream.min_insync_replicas
        for name, value, least in (
            ("replication_factor", copies, limits.replication_factor),
            ("min_insync_replicas", insync, limits.min_insync_replicas),
        ):
            if value is None:
                message = f"Stream {stream.id} has no `{name}`"
                yield from _lack(subject, "STR014", (*path, name), message, f"`{name}`, at least {least}")
            elif value < least:
                message = f"Stream {stream.id} has a `{name}` of {value}"
                yield Problem("STR014", message, "events", (*path, name), str(value), f"at least {least}")
        if copies is not None and insync is not None and copies >= limits.replication_factor and insync >= copies:
            message = f"Stream {stream.id} has {copies} copies, of which {insync} have to be in sync: none may be away"
            where = (*path, "min_insync_replicas")
            yield Problem("STR014", message, "events", where, str(insync), f"less than {copies}")
