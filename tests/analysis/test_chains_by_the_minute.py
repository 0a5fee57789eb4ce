"""Worst ages against a simulation: every run takes its p95, and what readers see is looked at minute by minute."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush

from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.model.plan import Plan

from .scheduled import Data, check, fresh, hourly, load, made, runtime, source

CRONS = {
    "0 * * * *": range(0, 1440, 60),
    "*/20 * * * *": range(0, 1440, 20),
    "15 */6 * * *": range(15, 1440, 360),
    "30 3 * * *": (210,),
    "0 5 * * *": (300,),
}
DAYS, STEADY = 16, 8
PUBLISHED, ENDED, STARTED = range(3)


@dataclass(frozen=True)
class Pipe:
    """A pipeline: the pipelines that it runs after, or else its cron; what it reads, the source where that is -1; the
    minutes of a run; the check of each dataset that it writes."""

    after: tuple[int, ...]
    cron: str
    reads: tuple[int, ...]
    latency: int
    run: int
    checks: tuple[int, ...]


@dataclass(frozen=True)
class World:
    """Pipelines in order, a source that arrives all the time, and each pipeline reading the first that others write."""

    delay: int
    pipes: tuple[Pipe, ...]

    def plan(self) -> Plan:
        pipelines, runtimes, checks = [], [], []
        for place, pipe in enumerate(self.pipes):
            by: Data = {"after": [f"p{before}" for before in pipe.after]} if pipe.after else hourly(pipe.cron)
            reads = ["src.data" if read < 0 else f"d{read}.out0" for read in pipe.reads]
            writes = [f"d{place}.out{number}" for number in range(len(pipe.checks))]
            pipelines.append(load(f"p{place}", reads, writes, {**by, "trigger_latency": f"{pipe.latency} min"}))
            runtimes.append(runtime(f"p{place}", f"{pipe.run} min"))
            checks += [
                check(f"{name[:2]}_{name[3:]}", name, f"{took} min")
                for name, took in zip(writes, pipe.checks, strict=True)
            ]
        return made(
            sources={"sources": [source("src.data", f"{self.delay} min")]},
            capacity={"runtimes": runtimes},
            ingestion={"pipelines": pipelines},
            quality={"checks": checks},
        )

    def before(self, place: int) -> frozenset[int]:
        after = self.pipes[place].after
        return frozenset(after).union(*(self.before(other) for other in after))

    def exact(self) -> bool:
        """Tell whether all starts by one schedule, is over before the next fire, and reads what starts it."""
        crons = {pipe.cron for pipe in self.pipes if not pipe.after}
        reads_before = all(
            self.before(place).issuperset(pipe.reads) if pipe.after else pipe.reads == (-1,)
            for place, pipe in enumerate(self.pipes)
        )
        longest = sum(pipe.latency + pipe.run + sum(pipe.checks) for pipe in self.pipes)
        return reads_before and len(crons) == 1 and longest < (20 if "*/20 * * * *" in crons else 60)

    def ages(self) -> dict[str, int]:
        """The largest age of each dataset once all has settled: that just before each publication."""
        seen: dict[str, int] = {}
        worst: dict[str, int] = defaultdict(int)
        for moment, name, since in self._publications():
            if name in seen and moment > STEADY * 1440:
                worst[name] = max(worst[name], moment - seen[name])
            seen[name] = since
        return worst

    def _publications(self) -> Iterator[tuple[int, str, int]]:
        """Give when each dataset is published, and until when its data reaches."""
        fires = [
            (day * 1440 + minute, STARTED, place, "", 0)
            for place, pipe in enumerate(self.pipes)
            if not pipe.after
            for day in range(DAYS)
            for minute in CRONS[pipe.cron]
        ]
        heapify(fires)
        ended: dict[int, set[int]] = defaultdict(set)
        seen: dict[int, int] = {}
        while fires:
            moment, what, place, name, since = heappop(fires)
            pipe = self.pipes[place]
            if what == PUBLISHED:
                yield moment, name, since
                if name.endswith("out0"):
                    seen[place] = since
            elif what == ENDED:
                for later, other in enumerate(self.pipes):
                    if place in other.after:
                        ended[later].add(place)
                        if ended[later] == set(other.after):
                            ended[later].clear()
                            heappush(fires, (moment + other.latency, STARTED, later, "", 0))
            else:
                over = moment + pipe.run
                if all(read < 0 or read in seen for read in pipe.reads):
                    since = min(moment - self.delay if read < 0 else seen[read] for read in pipe.reads)
                    for number, took in enumerate(pipe.checks):
                        heappush(fires, (over + took, PUBLISHED, place, f"d{place}.out{number}", since))
                heappush(fires, (over + sum(pipe.checks), ENDED, place, "", 0))


@st.composite
def worlds(draw: st.DrawFn, crons: tuple[str, ...], longest: int) -> World:
    pipes: list[Pipe] = []
    number = st.integers(0, longest)
    for place in range(draw(st.integers(1, 5))):
        after = tuple(draw(st.lists(st.integers(0, place - 1), max_size=3, unique=True))) if place else ()
        known = {*after}.union(*(pipes[other].reads for other in after), *(pipes[other].after for other in after)) - {
            -1
        }
        reads = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, unique=True)) if after else [-1]
        reads += draw(st.lists(st.integers(-1, place - 1), max_size=draw(st.sampled_from([0, 0, 2]))))
        checks = tuple(draw(st.lists(number, min_size=1, max_size=2)))
        cron = draw(st.sampled_from(crons))
        pipes.append(Pipe(after, cron, tuple(dict.fromkeys(reads)), draw(number), draw(number) + 1, checks))
    return World(draw(st.integers(0, 90)), tuple(pipes))


def worked_out(world: World) -> dict[str, Decimal]:
    ages = fresh(world.plan()).ages
    return {name: entry.age.value.base / 60 for name, entry in ages.items() if entry.age and name != "src.data"}


@given(worlds(("0 * * * *",), 3))
@settings(max_examples=150, deadline=None)
def test_ages_by_one_schedule_are_those_that_readers_see(world: World) -> None:
    found, seen = worked_out(world), world.ages()
    assert found.keys() == seen.keys()
    if world.exact():
        assert found == seen
    assert all(age >= seen[name] for name, age in found.items())


@given(worlds(tuple(CRONS), 40))
@settings(max_examples=150, deadline=None)
def test_no_reader_sees_anything_older_than_its_worst_age(world: World) -> None:
    found, seen = worked_out(world), world.ages()
    assert found.keys() == seen.keys()
    assert all(age >= seen[name] for name, age in found.items())
