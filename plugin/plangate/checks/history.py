"""Whether sources still hold what a backfill reads."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from plangate.analysis.timeline import midnight
from plangate.checks.absences import absent
from plangate.checks.lineage import FEEDS
from plangate.checks.rule import Edit, Subject, rule
from plangate.model.cutover import Backfill
from plangate.model.problem import Path, Problem
from plangate.model.sources import Source

_NONE = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n'
_FILLED = """backfill:
  - id: orders_history
    dataset: raw.orders
    reason: The report compares with the year before
    owner: data_team
    range: {start: START, end: 2027-01-12}
    replay: {pattern: partition_overwrite, idempotency: merge_on_key}
    must_finish_within: 60 h
"""


def _from(start: str) -> tuple[Edit, ...]:
    return (Edit("09-cutover.yml", _NONE, _FILLED.replace("START", start)),)


@rule(
    "SRC012",
    "Sources hold the history that a backfill reads",
    scope="plan",
    reason="On the day of the backfill it is too late to find out that the source keeps 400 days.",
    reads=(
        "sources.sources[].history_from",
        "sources.sources[].retention",
        "cutover.backfill[].range",
        "cutover.backfill[].dataset",
        "cutover.backfill[].origin",
        "cutover.backfill[].starts",
        "cutover.cutover.t0",
        "plan.go_live",
        "sources.sources[].id",
        "events.streams[].id",
        "events.streams[].topic",
        *FEEDS,
    ),
    applies=lambda subject: bool(subject.plan.cutover and subject.plan.cutover.backfill and subject.plan.sources),
    where="a backfill is planned and sources are described",
    fails=_from("2023-12-31"),
    passes=_from("2024-01-01"),
)
def history_is_there(subject: Subject) -> Iterator[Problem]:
    """Each source from which a backfilled dataset is built holds history from the start of the backfill or earlier
    (`history_from`), and still does when the backfill runs: its `retention` is at least the age of that start.

    A backfill whose `origin` is none of these sources reads its history elsewhere.
    """
    for place, backfill in enumerate(subject.plan.cutover.backfill if subject.plan.cutover else ()):
        start = backfill.range.start if backfill.range else None
        if start is None:
            continue
        runs = backfill.starts or _switch(subject)
        for index, source in _read(subject, backfill):
            yield from _held(subject, source, ("sources", index), backfill, place, start, runs)


def _held(
    subject: Subject,
    source: Source,
    path: Path,
    backfill: Backfill,
    place: int,
    start: datetime,
    runs: datetime | None,
) -> Iterator[Problem]:
    who = f"Backfill {backfill.id} starts at {start:%Y-%m-%d}"
    hint = "Fill a shorter range, or say in `origin` where older rows come from"
    where: Path = ("backfill", place, "range")
    if source.history_from is None:
        message = f"{who}, and source {source.id} does not say from when on it holds history"
        yield from absent(
            subject, "SRC012", "sources", (*path, "history_from"), message, f"{start:%Y-%m-%d} or earlier"
        )
    elif midnight(source.history_from) > start:
        message = f"{who}, source {source.id} holds history from {source.history_from} on"
        expected = f"{source.history_from} or later"
        yield Problem("SRC012", message, "cutover", where, f"{start:%Y-%m-%d}", expected, hint)
    if source.retention is None:
        message = f"{who}, and source {source.id} does not say for how long it keeps rows"
        yield from absent(subject, "SRC012", "sources", (*path, "retention"), message, "a duration in `retention`")
    elif runs is not None and runs - start > timedelta(seconds=float(source.retention.base)):
        age = f"{(runs - start).days} d"
        message = f"{who}, {age} before it runs; source {source.id} keeps rows for {source.retention}"
        yield Problem("SRC012", message, "cutover", where, age, f"at most {source.retention}", hint)


def _switch(subject: Subject) -> datetime | None:
    switch = subject.plan.switch
    return (switch.t0 if switch else None) or subject.plan.header.go_live


def _read(subject: Subject, backfill: Backfill) -> list[tuple[int, Source]]:
    """Give the sources that a backfill reads: those above its dataset, or of them the one that it names."""
    above = subject.facts.lineage.upstream(backfill.dataset or "") | {backfill.dataset}
    sources = enumerate(subject.plan.sources.sources if subject.plan.sources else ())
    found = [(index, source) for index, source in sources if any(entry.id in above for entry in source.datasets)]
    if backfill.origin is None:
        return found
    streams = subject.plan.events.streams if subject.plan.events else ()
    named = {backfill.origin, *(stream.dataset for stream in streams if backfill.origin in {stream.topic, stream.id})}
    return [(index, source) for index, source in found if named & {source.id, *(entry.id for entry in source.datasets)}]
