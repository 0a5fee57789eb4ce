"""Worst ages against a second recursion over plain numbers, in minutes, for schedules that repeat each day in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.computed import with_values
from plangate.model.plan import Plan

from .scheduled import Data, check, fresh, hourly, load, made, minutes, runtime, source

CRONS = {
    "0 * * * *": range(0, 1440, 60),
    "*/20 * * * *": range(0, 1440, 20),
    "30 3 * * *": (210,),
    "15 */6 * * *": range(15, 1440, 360),
}


@dataclass(frozen=True)
class Pipe:
    """A pipeline: indexes of the pipelines before it that it reads and that start it (-1: the source, its cron)."""

    reads: tuple[int, ...]
    after: int
    cron: str
    latency: int
    queue: int
    run: int
    publish: int
    check: int


@dataclass(frozen=True)
class World:
    delay: int
    pipes: tuple[Pipe, ...]

    def plan(self) -> Plan:
        pipelines, runtimes, checks = [], [], []
        for place, pipe in enumerate(self.pipes):
            schedule: Data = hourly(pipe.cron) if pipe.after < 0 else {"after": [f"p{pipe.after}"]}
            schedule["trigger_latency"] = f"{pipe.latency} min"
            reads = ["src.data" if read < 0 else f"d{read}.data" for read in pipe.reads]
            pipelines.append(load(f"p{place}", reads, [f"d{place}.data"], schedule))
            runtimes.append(
                runtime(f"p{place}", f"{pipe.run} min", queue_wait=f"{pipe.queue} min", publish=f"{pipe.publish} min")
            )
            checks.append(check(f"c{place}", f"d{place}.data", f"{pipe.check} min"))
        return made(
            sources={"sources": [source("src.data", f"{self.delay} min")]},
            capacity={"runtimes": runtimes},
            ingestion={"pipelines": pipelines},
            quality={"checks": checks},
        )

    def own(self, place: int) -> int:
        pipe = self.pipes[place]
        return pipe.queue + pipe.run + pipe.publish + pipe.check

    def started_by(self, place: int) -> list[int]:
        """The pipelines whose ends lead to a start, the nearest first."""
        after = self.pipes[place].after
        return [] if after < 0 else [after, *self.started_by(after)]

    def begins(self, place: int) -> int:
        """Minutes from the fire of the cron to the start."""
        after = self.pipes[place].after
        return 0 if after < 0 else self.begins(after) + self.own(after) + self.pipes[place].latency

    def cron(self, place: int) -> Sequence[int]:
        after = self.pipes[place].after
        return CRONS[self.pipes[place].cron] if after < 0 else self.cron(after)

    def age(self, place: int) -> int:
        if place < 0:
            return self.delay
        return max(self.age(read) + self.wait(place, read) for read in self.pipes[place].reads) + self.own(place)

    def wait(self, place: int, read: int) -> int:
        if read in self.started_by(place):
            return self.begins(place) - self.begins(read) - self.own(read)
        fires = [day * 1440 + minute for day in range(40) for minute in self.cron(place)]
        if read < 0:
            return max(later - earlier for earlier, later in pairwise(fires)) + self.begins(place)
        delay = self.begins(read) + self.own(read)
        ready = [minute + delay for minute in self.cron(read)]
        return max(min(fire for fire in fires if fire >= moment) - moment for moment in ready) + self.begins(place)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    pipes: list[Pipe] = []
    number = st.integers(0, 90)
    for place in range(draw(st.integers(1, 5))):
        reads = draw(st.lists(st.integers(-1, place - 1), min_size=1, max_size=3, unique=True))
        latency, queue, run, publish, checked = (draw(number) for _ in range(5))
        after, cron = draw(st.integers(-1, place - 1)), draw(st.sampled_from(sorted(CRONS)))
        pipes.append(Pipe(tuple(reads), after, cron, latency, queue, run + 1, publish, checked))
    return World(draw(st.integers(0, 120)), tuple(pipes))


@given(worlds())
@settings(max_examples=150, deadline=None)
def test_ages_are_those_of_a_second_recursion(world: World) -> None:
    ages = fresh(world.plan()).ages
    assert [minutes(ages[f"d{place}.data"]) for place in range(len(world.pipes))] == [
        world.age(place) for place in range(len(world.pipes))
    ]


@given(worlds())
@settings(max_examples=80, deadline=None)
def test_an_age_is_the_sum_of_its_stages(world: World) -> None:
    for age in fresh(world.plan()).ages.values():
        assert age.age is not None
        together = Decimal(0)
        for before, stage in zip((None, *age.chain), age.chain, strict=False):
            together += sum(term.input.value.base for term in stage.terms)
            assert stage.before is before
            assert stage.age is not None
            assert stage.age.value.base == together
        assert age.age.value.base == together == with_values(age.age, {})
        assert age.chain[-1].dataset == age.dataset


GROWS = ("latency", "queue", "run", "publish", "check")


@given(worlds(), st.data())
@settings(max_examples=80, deadline=None)
def test_no_age_falls_when_a_term_grows(world: World, data: st.DataObject) -> None:
    place = data.draw(st.integers(-1, len(world.pipes) - 1))
    more = data.draw(st.integers(1, 200))
    if place < 0:
        grown = replace(world, delay=world.delay + more)
    else:
        name = data.draw(st.sampled_from(GROWS))
        pipe = replace(world.pipes[place], **{name: getattr(world.pipes[place], name) + more})
        grown = replace(world, pipes=(*world.pipes[:place], pipe, *world.pipes[place + 1 :]))
    before, after = fresh(world.plan()).ages, fresh(grown.plan()).ages
    for name, age in before.items():
        larger = after[name].age
        assert age.age is not None
        assert larger is not None
        assert larger.value.base >= age.age.value.base
