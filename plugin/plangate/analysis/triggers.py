"""What starts each pipeline, and how long a result waits until the next one takes it up."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from functools import cached_property

from msgspec import Struct

from plangate.analysis.calendar import largest_gap, longest_wait
from plangate.analysis.computed import Input, compute, given
from plangate.analysis.cutover import in_order
from plangate.analysis.firing import Timed
from plangate.analysis.joined import Moments, fires, joined, later, longest_until
from plangate.analysis.terms import (
    NOTHING,
    Missing,
    Part,
    Term,
    absent,
    as_one,
    check_terms,
    largest,
    pipelines_of,
    refused,
    run_terms,
    stated,
    together,
)
from plangate.model.ingestion import Pipeline
from plangate.model.plan import Plan
from plangate.model.problem import HEADER, Path
from plangate.model.quantity import Quantity, parse

NO_START: Missing = (HEADER, ("go_live",), "the go-live, from which schedules are followed for a year")

_UNITS = ((Decimal(86400), "d", 4), (Decimal(3600), "h", 2), (Decimal(60), "min", 1))


Written = tuple[str, str]
"""A pipeline and a dataset that it writes."""


class Ready(Struct, frozen=True):
    """When a result is there: the schedule that its making starts by, and how many seconds after each fire."""

    timed: Timed
    delay: Decimal


def simulated_from(plan: Plan) -> datetime | None:
    """Give the day from which schedules are followed for a year: go-live, else the first start date, else creation."""
    header = plan.header
    if header.go_live is not None:
        return header.go_live
    schedules = (pipeline.schedule for pipeline in (plan.ingestion.pipelines if plan.ingestion else ()))
    dates = [entry.start_date for entry in schedules if entry is not None and entry.start_date is not None]
    if dates:
        return min(dates)
    return datetime.combine(header.created, time(), UTC) if header.created is not None else None


def duration(seconds: Decimal) -> Quantity:
    """Write seconds as a duration in the largest unit that keeps them whole: `60 min`, `24 h`, `7 d`."""
    for size, unit, least in _UNITS:
        if seconds % size == 0 and seconds >= least * size:
            return parse(f"{seconds / size:f} {unit}")
    return parse(f"{seconds:f} s")


def gap_term(plan: Plan, name: str, timed: Timed, gate: str, path: Path) -> Part:
    """Give the largest gap between two fires of a schedule over a year as a term."""
    start = simulated_from(plan)
    if start is None:
        return Part(missing=(NO_START,))
    gap = largest_gap(*timed, start)
    if gap is None:
        return absent(gate, path, f"a day on which `{timed[0]}` fires")
    return Part((_term(name, gap, gate, path),))


def _term(name: str, seconds: Decimal, gate: str, path: Path) -> Term:
    value = duration(seconds)
    return Term(name, Input(name, value, value, value, gate, path))


class Triggers(Struct, frozen=True, dict=True):
    """What starts the pipelines of a plan: schedules, other pipelines, events."""

    plan: Plan

    @cached_property
    def pipelines(self) -> Mapping[str, tuple[int, Pipeline]]:
        """Every pipeline with its place."""
        return pipelines_of(self.plan)

    def after(self, pipeline: str) -> tuple[str, ...]:
        """Give the pipelines whose end starts a pipeline."""
        schedule = self.pipelines[pipeline][1].schedule
        return tuple(name for name in schedule.after if name in self.pipelines) if schedule else ()

    @cached_property
    def _order(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return in_order({name: self.after(name) for name in self.pipelines})

    @cached_property
    def _before(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for name in self._order[0]:
            after = self.after(name)
            found[name] = frozenset(after).union(*(found[other] for other in after))
        return found

    def starts(self, first: str, later: str) -> bool:
        """Tell whether the end of one pipeline starts another, directly or through others."""
        return first in self._before.get(later, ())

    def roots(self, pipeline: str) -> tuple[str, ...]:
        """Give the pipelines by whose schedule or event a pipeline runs: itself, or those before it."""
        return tuple(
            name
            for name in self._order[0]
            if not self.after(name) and (name == pipeline or self.starts(name, pipeline))
        )

    def latency(self, pipeline: str) -> Part:
        """Give the time from the trigger until a run starts, if one is stated; with it, that a trigger was refused."""
        schedule = self.pipelines[pipeline][1].schedule
        value = schedule.trigger_latency if schedule else None
        if refused(self.plan, "ingestion", place := (*self.place(pipeline), "after")):
            return absent("ingestion", place, f"everything that {pipeline} runs after")
        path = (*self.place(pipeline), "trigger_latency")
        return stated(self.plan, "trigger", value, "ingestion", path, f"the trigger latency of {pipeline}")

    def timed(self, pipeline: str) -> Timed | None:
        """Give the cron schedule of a pipeline with its zone; None where one is missing or something else starts it."""
        schedule = self.pipelines[pipeline][1].schedule
        if schedule is None or schedule.after or schedule.cron is None or schedule.timezone is None:
            return None
        return schedule.cron, schedule.timezone

    def place(self, pipeline: str) -> Path:
        """Give the path of the schedule of a pipeline in gate ingestion."""
        return ("pipelines", self.pipelines[pipeline][0], "schedule")

    def by_event(self, pipeline: str) -> bool:
        """Tell whether an event starts a pipeline."""
        schedule = self.pipelines[pipeline][1].schedule
        return schedule is not None and not schedule.after and schedule.cron is None and schedule.event is not None

    def untimed(self, pipeline: str) -> Part:
        """Give what is missing to know how often a pipeline runs that starts by itself; nothing where it has a schedule
        or says how far its events lie apart."""
        schedule = self.pipelines[pipeline][1].schedule
        if self.timed(pipeline) is not None:
            return NOTHING
        if self.by_event(pipeline) and schedule is not None:
            what = f"the longest time between two events of {pipeline}, `event_gap`"
            return NOTHING if schedule.event_gap is not None else absent("ingestion", self.place(pipeline), what)
        if schedule is not None and schedule.cron is not None:
            return absent("ingestion", (*self.place(pipeline), "timezone"), f"the time zone of pipeline {pipeline}")
        return absent("ingestion", self.place(pipeline), f"the schedule of pipeline {pipeline}")

    def run(self, pipeline: str) -> Part:
        """Give what a run takes until everything that it writes can be read; a check of two outputs runs once."""
        outputs = self.pipelines[pipeline][1].outputs
        checks = together(check_terms(self.plan, name) for name in outputs)
        return run_terms(self.plan, pipeline) + Part(tuple(dict.fromkeys(checks.terms)), checks.missing)

    def until(self, pipeline: str, since: Written | None = None) -> Part:
        """Give the longest way to the start of a run: from when `since` can be read, which alone leads to it, or else
        from the start of the first.

        The pipelines on the way are one term, `start`; the latency of the trigger is another. Nothing lies before a
        pipeline that starts by itself.
        """
        if pipeline not in self._before:
            cycle = " → ".join(self._order[1])
            return absent("ingestion", ("pipelines",), f"an order of the pipelines that start each other ({cycle})")
        if (pipeline, since) not in self._ways:
            self._ways[pipeline, since] = self._longest(pipeline, since)
        return self._ways[pipeline, since]

    @cached_property
    def _ways(self) -> dict[tuple[str, Written | None], Part]:
        return {}

    def _longest(self, pipeline: str, since: Written | None) -> Part:
        ways = [self._way(name, since) for name in self.after(pipeline)]
        if not ways:
            return NOTHING
        if missing := tuple(dict.fromkeys(entry for way in ways for entry in way.missing)):
            return Part(missing=missing)
        found = [Term("start", as_one("start", way.terms)) for way in ways if way.terms]
        return Part((largest("start", found),) if found else ()) + self.latency(pipeline)

    def _way(self, pipeline: str, since: Written | None) -> Part:
        """Give the way to the end of a run; what it wrote can be read before checks of its other outputs are over."""
        if since is None or pipeline != since[0]:
            return self.until(pipeline, since) + self.run(pipeline)
        before = check_terms(self.plan, since[1]).terms
        whole = self.run(pipeline)
        checks = (term for term in whole.terms if term.name == "check" and term not in before)
        return Part(tuple(checks), whole.missing)

    def _written(self, pipeline: str, dataset: str) -> Part:
        """Give the way from the start of the first until what a pipeline writes can be read."""
        return self.until(pipeline) + run_terms(self.plan, pipeline) + check_terms(self.plan, dataset)

    def ready(self, pipeline: str, dataset: str) -> Ready | None:
        """Tell when a dataset that a pipeline writes can be read; None where no one schedule decides that."""
        way = self._written(pipeline, dataset)
        schedules = {self.timed(name) for name in self.roots(pipeline)}
        timed = schedules.pop() if len(schedules) == 1 else None
        return Ready(timed, way.seconds) if timed is not None and not way.missing else None

    def wait(self, pipeline: str, dataset: str, writer: str | None, ready: Ready | None) -> Part:
        """Give how long a dataset waits at most until a pipeline that reads it starts.

        What an event starts waits for the trigger only, what its writer starts also for the others that it runs after.
        Any other pipeline polls, by its own schedule or that of the pipelines before it, whose runs come on top: that
        they give a result more time to be there is not counted on, for they may be short.
        """
        if pipeline not in self._before:
            return self.until(pipeline)
        if self.by_event(pipeline):
            return self.latency(pipeline)
        if writer is not None and self.starts(writer, pipeline):
            return self._started(pipeline, (writer, dataset))
        return self._poll(pipeline, dataset, writer, ready) + self.until(pipeline)

    def _started(self, pipeline: str, since: Written) -> Part:
        """Give how long what a pipeline has written waits for a run that starts after it, and maybe after others.

        Where one schedule or event is behind all of them, the run starts when the last one ends. Where they have
        different schedules, it starts when each has ended anew; that is followed over a year. With an event among
        them nobody knows the moments, and the largest gap counts.
        """
        if self._alone(pipeline, since[0]):
            return self.until(pipeline, since)
        before, ready = self.until(pipeline), self._written(*since)
        if missing := (before + ready).missing:
            return Part(missing=missing)
        if len({self.timed(name) or name for name in self.roots(pipeline)}) > 1:
            if any(self.by_event(name) for name in self.roots(pipeline)):
                return self._rarest(pipeline) + before
            return self._joined(pipeline, since) + self.latency(pipeline)
        last = as_one("last", (term for term in before.terms if term.name == "start"))
        rest = given("start", compute("rest_of_runs", last, as_one("ready", ready.terms)))
        return Part((Term("start", rest),) if rest else ()) + self.latency(pipeline)

    def _alone(self, pipeline: str, first: str) -> bool:
        """Tell whether the end of one pipeline, and nothing else, leads to a run of another."""
        between = {pipeline, *(name for name in self._before[pipeline] if self.starts(first, name))}
        return all(name == first or name in between for later in between for name in self.after(later))

    def _joined(self, pipeline: str, since: Written) -> Part:
        """Give the longest wait for a run that starts after pipelines of different schedules, without its latency."""
        gaps, start = self._gaps(pipeline), simulated_from(self.plan)
        if (missing := together(gaps).missing) or start is None:
            return Part(missing=missing)
        beyond = 2 * max(part.seconds for part in gaps)  # so that the rarest of them comes again
        run = run_terms(self.plan, since[0]) + check_terms(self.plan, since[1])
        ready = later(self._moments(since[0], start, beyond), run.seconds)
        waited = longest_until(ready, self._met(pipeline, start, beyond))
        return Part((_term("wait", waited, "ingestion", (*self.place(pipeline), "after")),))

    def _moments(self, pipeline: str, start: datetime, beyond: Decimal) -> Moments:
        """Give the moments at which runs start, in the year from `start` and so many seconds beyond it."""
        if (pipeline, beyond) not in self._followed:
            schedules = {self.timed(name) for name in self.roots(pipeline)}
            timed = schedules.pop() if len(schedules) == 1 else None
            self._followed[pipeline, beyond] = (
                later(fires(timed, start, beyond), self.until(pipeline).seconds)
                if timed is not None
                else later(self._met(pipeline, start, beyond), self.latency(pipeline).seconds)
            )
        return self._followed[pipeline, beyond]

    @cached_property
    def _followed(self) -> dict[tuple[str, Decimal], Moments]:
        return {}

    def _met(self, pipeline: str, start: datetime, beyond: Decimal) -> Moments:
        """Give the moments at which all that a pipeline runs after have ended anew."""
        after = self.after(pipeline)
        return joined([later(self._moments(name, start, beyond), self.run(name).seconds) for name in after])

    def _gaps(self, pipeline: str) -> list[Part]:
        """Give the largest gap of each schedule that a pipeline starts by, or what is missing to tell it."""
        found = []
        for name in self.roots(pipeline):
            timed, schedule = self.timed(name), self.pipelines[name][1].schedule
            if timed is not None:
                found.append(gap_term(self.plan, "wait", timed, "ingestion", (*self.place(name), "cron")))
            elif self.by_event(name) and schedule is not None and schedule.event_gap is not None:
                path = (*self.place(name), "event_gap")
                found.append(Part((_term("wait", schedule.event_gap.base, "ingestion", path),)))
            else:
                found.append(self.untimed(name))
        return found

    def _rarest(self, pipeline: str) -> Part:
        """Give the largest gap of all schedules and events that a pipeline starts by, or what is missing to tell it."""
        gaps = self._gaps(pipeline)
        missing = together(gaps).missing
        return Part(missing=missing) if missing else max(gaps, key=lambda part: part.seconds)

    def _poll(self, pipeline: str, dataset: str, writer: str | None, ready: Ready | None) -> Part:
        """Give the longest wait for the next fire: followed over a year where it is known when the dataset is ready,
        else the largest gap."""
        roots = self.roots(pipeline)
        unknown = together(self.untimed(name) for name in roots)
        if unknown.missing:
            return unknown
        schedules = {name: timed for name in roots if (timed := self.timed(name)) is not None}
        start = simulated_from(self.plan)
        known = len(schedules) == len(roots) and len(set(schedules.values())) == 1
        if ready is not None and start is not None and known:
            down = schedules[roots[0]]
            if self.waits_for(pipeline, dataset, writer):
                met = longest_wait(ready.timed, Decimal(0), down, start)
                waited = None if met is None else max(met - ready.delay, Decimal(0))
            elif refused(self.plan, "ingestion", waits := ("pipelines", self.pipelines[pipeline][0], "waits_for")):
                return absent("ingestion", waits, f"what pipeline {pipeline} waits for")
            else:
                waited = longest_wait(ready.timed, ready.delay, down, start)
            if waited is not None:
                return Part((_term("wait", waited, "ingestion", (*self.place(roots[0]), "cron")),))
        return self._rarest(pipeline)

    def waits_for(self, pipeline: str, dataset: str, writer: str | None) -> bool:
        """Tell whether a run waits until the run of the writer that is due has ended."""
        waits = self.pipelines[pipeline][1].waits_for
        return any(entry.dataset == dataset or (writer is not None and entry.pipeline == writer) for entry in waits)
