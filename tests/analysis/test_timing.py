"""Schedules against each other: from which day they are followed, intervals, couplings by the clock, clock changes."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from plangate.analysis.timing import TimingFacts, smallest_gap, timing
from plangate.analysis.triggers import simulated_from
from plangate.model.plan import Header, Plan

from .scheduled import Data, check, hourly, load, made, replace_gate, runtime, source

START = datetime(2026, 11, 2, tzinfo=UTC)
CREATED = START.date()


@pytest.mark.parametrize(
    ("header", "starts", "expected"),
    [
        ({"go_live": datetime(2026, 12, 5, 20, tzinfo=UTC)}, ["2026-11-18"], datetime(2026, 12, 5, 20, tzinfo=UTC)),
        ({}, ["2026-11-18", "2026-11-16", None], datetime(2026, 11, 16, tzinfo=UTC)),
        ({}, [None], START),
        ({"created": None}, [None], None),
    ],
)
def test_schedules_are_followed_from_the_go_live_on(
    header: dict[str, object], starts: list[str | None], expected: datetime | None
) -> None:
    pipelines = [
        load(f"load_{place}", ["a.b"], ["c.d"], {**hourly(), **({"start_date": day} if day else {})})
        for place, day in enumerate(starts)
    ]
    gates = made(ingestion={"pipelines": pipelines}).gates
    plan = Plan("a-plan", Header.model_validate({"id": "a-plan", "created": date(2026, 11, 2)} | header), gates)
    assert simulated_from(plan) == expected


@pytest.mark.parametrize(
    ("cron", "zone", "minutes"),
    [
        ("0 * * * *", "UTC", 60),
        ("* * * * *", "UTC", 1),
        ("0 9,10 * * *", "UTC", 60),
        ("0 6 * * *", "Europe/Berlin", 23 * 60),  # the night on which clocks go forward
        ("0 0 1 * *", "UTC", 28 * 24 * 60),
        ("0 23 * * 5,6", "UTC", 24 * 60),
        ("50 23,0 * * *", "UTC", 60),  # over midnight
        ("0 0 29 2 *", "UTC", None),
    ],
)
def test_the_smallest_gap(cron: str, zone: str, minutes: int | None) -> None:
    gap = smallest_gap(cron, zone, START)
    assert gap == (None if minutes is None else Decimal(minutes * 60))


def pair(writer: Data, reader: Data, created: date | None = CREATED, **more: object) -> TimingFacts:
    plan = made(
        "a-plan",
        created,
        sources={"sources": [source("shop.orders")]},
        capacity={"runtimes": [runtime("load", "10 min", queue_wait="1 min", publish="2 min"), runtime("build")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], writer),
                load("build", ["raw.orders"], ["mart.orders"], reader, **more),
            ]
        },
        quality={"checks": [check("rows", "raw.orders", "2 min")]},
    )
    return timing(plan)


@pytest.mark.parametrize(
    ("writer", "reader", "lead"),
    [
        (hourly(), hourly("20 * * * *"), "20 min"),
        (hourly(), hourly(), "0 s"),
        (hourly("*/30 * * * *"), hourly("15 * * * *"), "15 min"),
        (hourly("0 3 * * *"), hourly("30 4 * * *"), "90 min"),
        # On the nights of the change the clock in Berlin comes an hour nearer.
        (hourly("0 3 * * *"), hourly("0 6 * * *", "Europe/Berlin"), "60 min"),
    ],
)
def test_readers_that_only_the_clock_holds_behind(writer: Data, reader: Data, lead: str) -> None:
    (found,) = pair(writer, reader).couplings
    assert (found.writer, found.reader, found.dataset) == ("load", "build", "raw.orders")
    assert found.ready is not None
    assert (str(found.lead), found.ready.value.base) == (lead, Decimal(900))


@pytest.mark.parametrize(
    ("reader", "more"),
    [
        ({"after": ["load"]}, {}),
        ({"event": "raw.orders was loaded"}, {}),
        (hourly("20 * * * *"), {"waits_for": [{"pipeline": "load"}]}),
        (hourly("20 * * * *"), {"waits_for": [{"dataset": "raw.orders"}]}),
    ],
)
def test_readers_that_know_of_their_writer_are_no_matter_of_the_clock(reader: Data, more: Data) -> None:
    assert pair(hourly(), reader, **more).couplings == ()


def test_what_a_coupling_lacks() -> None:
    (found,) = pair(hourly(), hourly("20 * * * *"), None).couplings
    assert (found.lead, [what for _, _, what in found.missing]) == (
        None,
        ["the go-live, from which schedules are followed for a year"],
    )


def test_intervals_are_told_for_pipelines_with_a_schedule() -> None:
    facts = pair(hourly("0 */2 * * *"), {"after": ["load"]})
    assert {name: str(entry.value) for name, entry in facts.intervals.items()} == {"load": "2 h"}
    assert pair(hourly(), {"after": ["load"]}, None).intervals == {}


@pytest.mark.parametrize(
    ("schedule", "found"),
    [
        (hourly("30 2 * * *", "Europe/Berlin"), ("load",)),
        (hourly("30 2 * * *", "UTC"), ()),
        (hourly("30 3 * * *", "Europe/Berlin"), ()),
        (hourly("30 1 * * *", "Asia/Tokyo"), ()),
    ],
)
def test_hours_in_which_the_clock_changes(schedule: Data, found: tuple[str, ...]) -> None:
    assert pair(schedule, {"after": ["load"]}).in_clock_change == found


def test_a_plan_without_pipelines_has_no_timing() -> None:
    assert timing(replace_gate(made(), "ingestion", {})) == TimingFacts((), {}, ())
