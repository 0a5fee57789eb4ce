"""Reading from sources: whether an API answers fast enough, and whether runs keep out of the hours that are closed."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from math import ceil

from msgspec import Struct

from plangate.analysis.calendar import outside, overlaps
from plangate.analysis.chains import DatasetAge, arrival_age
from plangate.analysis.computed import Computed, Input, compute, given, per, total
from plangate.analysis.terms import Missing, Part, run_terms
from plangate.analysis.triggers import NO_START, Triggers, duration, simulated_from
from plangate.model.plan import Plan
from plangate.model.problem import Path
from plangate.model.quantity import Quantity, parse
from plangate.model.sources import ExtractWindow, Maintenance, Source, SourceAccess

_DAY = parse("24 h")


class Pull(Struct, frozen=True):
    """What a day's rows of an API take: time, against the hours in which it may be read; requests, against its quota.

    The rooms are what is left of each, as shares. Each number is None where something for it is missing.
    """

    source: str
    index: int
    time: Computed | None
    window: Input
    time_room: Computed | None
    requests: Computed | None
    request_room: Computed | None


class Clash(Struct, frozen=True):
    """A run that reads a source when it must not; `path` is the place of the maintenance or the hours in gate sources.

    `root` is the pipeline by whose schedule it runs, which may be itself.
    """

    pipeline: str
    root: str
    source: str
    path: Path
    at: datetime


class Drift(Struct, frozen=True):
    """A workload that tells a volume of its own beside that of its source; `apart` is the share by which it is off.

    `apart` is None where the source tells of no rows at all.
    """

    workload: int
    dataset: str | None
    source: str
    own: Quantity
    theirs: Quantity
    apart: Computed | None


class ExtractFacts(Struct, frozen=True):
    """How sources are read. `arrivals` is how old data is when each source has it, by the place of the source;
    `missing` is what is needed to tell every clash."""

    arrivals: tuple[DatasetAge, ...]
    pulls: tuple[Pull, ...]
    drifts: tuple[Drift, ...]
    clashes: tuple[Clash, ...]
    missing: tuple[Missing, ...]


def extracts(plan: Plan) -> ExtractFacts:
    """Work out how late sources are, what reading from APIs takes, and which runs meet closed hours in a year."""
    sources = plan.sources.sources if plan.sources else ()
    looked = list(_looked(plan))
    return ExtractFacts(
        tuple(arrival_age(plan, index, source, source.id) for index, source in enumerate(sources)),
        tuple(_pull(index, source) for index, source in enumerate(sources) if source.kind_ in {"api", "saas"}),
        tuple(_drifts(plan)),
        tuple(entry for entry in looked if isinstance(entry, Clash)),
        tuple(dict.fromkeys(entry for entry in looked if not isinstance(entry, Clash))),
    )


def _pull(index: int, source: Source) -> Pull:
    access = source.access or SourceAccess()
    path: Path = ("sources", index, "access")
    rows, rate = _daily(index, source)
    answer = per(given("rows_per_request", access.rows_per_request, "sources", (*path, "rows_per_request")), "requests")
    allowed = given("rate", access.rate_limit, "sources", (*path, "rate_limit"))
    quota = given("limit", access.quota, "sources", (*path, "quota"))
    time = compute("api_pull", given("rows", rows), answer, allowed)
    requests = compute("api_requests", given("rows_per_day", rate), answer)
    window = _window(access.extract_window, (*path, "extract_window"))
    return Pull(
        source=source.id,
        index=index,
        time=time,
        window=window,
        time_room=compute("headroom", given("demand", time), window),
        requests=requests,
        request_room=compute("headroom", given("demand", requests), quota),
    )


def _daily(index: int, source: Source) -> tuple[Computed | None, Computed | None]:
    """Give the rows of a day of all datasets, and the same as a rate."""
    rows, rates = [], []
    for place, dataset in enumerate(source.datasets):
        at = ("sources", index, "datasets", place, "rows_per_day")
        entry = given("rows_per_day", dataset.rows_per_day, "sources", at)
        rows.append((dataset.id, compute("daily_rows", entry, given("day", _DAY))))
        rates.append((dataset.id, compute("average_rate", entry)))
    return (rows[0][1], rates[0][1]) if len(rows) == 1 else (total(rows), total(rates))


def _window(window: ExtractWindow | None, path: Path) -> Input:
    """Give the hours of a day in which a source may be read; all of them where it says nothing."""
    if window is None or window.start is None or window.end is None:
        return Input("limit", _DAY, _DAY, _DAY)
    length = duration(Decimal((_minute(window.end) - _minute(window.start)) % 1440 or 1440) * 60)
    return Input("limit", length, length, length, "sources", path)


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _drifts(plan: Plan) -> Iterator[Drift]:
    """Compare the rows of workloads that tell their own with those of the source dataset that they come from."""
    told = {
        dataset.id: given(
            "limit", dataset.rows_per_day, "sources", ("sources", index, "datasets", place, "rows_per_day")
        )
        for index, source in enumerate(plan.sources.sources if plan.sources else ())
        for place, dataset in enumerate(source.datasets)
    }
    for index, workload in enumerate(plan.capacity.workloads if plan.capacity else ()):
        own = given("demand", workload.rows_per_day, "capacity", ("workloads", index, "rows_per_day"))
        theirs = told.get(workload.from_ or "")
        if own is not None and theirs is not None and workload.from_ is not None:
            apart = compute("headroom", own, theirs)
            yield Drift(index, workload.dataset, workload.from_, own.value, theirs.value, apart)


def _looked(plan: Plan) -> Iterator[Clash | Missing]:
    """Hold every run that reads a source against its hours. A stream reads all the time and is left out."""
    triggers = Triggers(plan)
    for index, source in enumerate(plan.sources.sources if plan.sources else ()):
        for path, hours in _hours(index, source):
            if not _said(hours):
                yield "sources", path, f"when source {source.id} can be read, in full"
                continue
            for name, (_, pipeline) in triggers.pipelines.items():
                if pipeline.pattern != "stream" and any(entry.id in pipeline.inputs for entry in source.datasets):
                    yield from _met(triggers, name, source.id, path, hours)


def _hours(index: int, source: Source) -> Iterator[tuple[Path, Maintenance | ExtractWindow]]:
    for place, maintenance in enumerate(source.maintenance):
        yield ("sources", index, "maintenance", place), maintenance
    if source.access is not None and source.access.extract_window is not None:
        yield ("sources", index, "access", "extract_window"), source.access.extract_window


def _said(hours: Maintenance | ExtractWindow) -> bool:
    ends = (hours.schedule, hours.duration) if isinstance(hours, Maintenance) else (hours.start, hours.end)
    return None not in (hours.timezone, *ends)


def _met(
    triggers: Triggers, pipeline: str, source: str, path: Path, hours: Maintenance | ExtractWindow
) -> Iterator[Clash | Missing]:
    """Follow the runs of a pipeline for a year: each reads from its start until its p95 runtime is over. Where other
    pipelines start it, that is once they are over by theirs."""
    start, roots = simulated_from(triggers.plan), triggers.roots(pipeline)
    run = run_terms(triggers.plan, pipeline)
    reading = Part(tuple(term for term in run.terms if term.name != "publish"), run.missing)
    before = triggers.until(pipeline)
    missing = [
        *before.missing,
        *reading.missing,
        *(entry for root in roots for entry in triggers.untimed(root).missing),
    ]
    if start is None:
        missing.append(NO_START)
    yield from missing
    if start is None or missing:
        return
    for root in roots:
        timed = triggers.timed(root)
        if timed is not None:
            at = _first(timed, reading.seconds, hours, start, ceil(before.seconds))
            if at is not None:
                yield Clash(pipeline, root, source, path, at)
                return


def _first(
    timed: tuple[str, str], length: Decimal, hours: Maintenance | ExtractWindow, start: datetime, delay: int
) -> datetime | None:
    match hours:
        case Maintenance(schedule=str(cron), timezone=str(zone), duration=duration) if duration is not None:
            return overlaps(*timed, length, (cron, zone, duration.base), start, delay)
        case ExtractWindow(start=str(opens), end=str(closes), timezone=str(zone)):
            return outside(*timed, length, (opens, closes, zone), start, delay)
    return None
