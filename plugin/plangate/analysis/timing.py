"""How schedules of a plan fit together: runs within their interval, readers after their writers, clocks that change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct

from plangate.analysis.calendar import YEAR, in_clock_change, smallest_lead
from plangate.analysis.computed import Input
from plangate.analysis.firing import DAY, Timed, days_alike, utc_seconds
from plangate.analysis.terms import Missing, as_one, check_terms, run_terms
from plangate.analysis.triggers import NO_START, Triggers, duration, simulated_from
from plangate.model.plan import Plan
from plangate.model.quantity import Quantity


class Coupling(Struct, frozen=True):
    """Two pipelines that only the clock holds together: one reads a dataset that the other writes.

    `lead` is the smallest time from a start of the writer to the next start of the reader, `ready` what the writer
    takes until the dataset can be read; None where `missing` names what that needs.
    """

    writer: str
    reader: str
    dataset: str
    lead: Quantity | None
    ready: Input | None
    missing: tuple[Missing, ...] = ()


class TimingFacts(Struct, frozen=True):
    """Couplings by the clock, the smallest gap between the starts of each pipeline with a schedule, and the pipelines
    that may start while the clock is changed."""

    couplings: tuple[Coupling, ...]
    intervals: Mapping[str, Input]
    in_clock_change: tuple[str, ...]


def timing(plan: Plan) -> TimingFacts:
    """Follow the schedules of a plan for a year; without a day to begin nothing is known but the couplings."""
    triggers, start = Triggers(plan), simulated_from(plan)
    timed = {name: found for name in triggers.pipelines if (found := triggers.timed(name)) is not None}
    return TimingFacts(
        tuple(_couplings(triggers, timed, start)),
        dict(_intervals(triggers, timed, start)) if start is not None else {},
        tuple(name for name, found in timed.items() if start is not None and in_clock_change(*found, start)),
    )


def _intervals(triggers: Triggers, timed: Mapping[str, Timed], start: datetime) -> Iterator[tuple[str, Input]]:
    for name, schedule in timed.items():
        gap = smallest_gap(*schedule, start)
        if gap is not None:
            value = duration(gap)
            yield name, Input("interval", value, value, value, "ingestion", (*triggers.place(name), "cron"))


def _couplings(triggers: Triggers, timed: Mapping[str, Timed], start: datetime | None) -> Iterator[Coupling]:
    for reader in timed:
        pipeline = triggers.pipelines[reader][1]
        for writer in timed:
            written = triggers.pipelines[writer][1].outputs
            shared = next((name for name in pipeline.inputs if name in written), None)
            if shared is None or writer == reader or triggers.waits_for(reader, shared, writer):
                continue
            run = run_terms(triggers.plan, writer) + check_terms(triggers.plan, shared)
            missing = run.missing if start is not None else (*run.missing, NO_START)
            if start is None or missing:
                yield Coupling(writer, reader, shared, None, None, missing)
                continue
            lead = smallest_lead(timed[writer], timed[reader], start)
            if lead is not None:
                yield Coupling(writer, reader, shared, duration(lead), as_one("ready", run.terms))


@lru_cache(maxsize=1024)
def smallest_gap(cron: str, zone: str, start: datetime) -> Decimal | None:
    """Give the smallest gap, in seconds, between two fires of a schedule in the year from `start`; None under two."""
    begin = utc_seconds(start)
    last, smallest = None, None
    for base, days, offsets in days_alike((cron, zone), begin, begin + int(YEAR.total_seconds())):
        gaps = [_narrowest(offsets)] if len(offsets) > 1 else []
        if last is not None:
            gaps.append(base + offsets[0] - last)
        if days > 1:
            gaps.append(DAY + offsets[0] - offsets[-1])
        smallest = min([*gaps, smallest] if smallest is not None else gaps, default=None)
        last = base + (days - 1) * DAY + offsets[-1]
    return None if smallest is None else Decimal(smallest)


@lru_cache(maxsize=1024)
def _narrowest(offsets: tuple[int, ...]) -> int:
    return min(later - earlier for earlier, later in pairwise(offsets))
