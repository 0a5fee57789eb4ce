"""Reading from sources: rates and quotas of APIs, volumes told twice, and hours in which nobody may read."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plangate.analysis.extracts import ExtractFacts, extracts

from .scheduled import Data, hourly, load, made, runtime, source

LIMITS = {"rate_limit": "5 requests/s", "quota": "30000 requests/d", "rows_per_request": "100 rows"}


def api(rows: list[str | None], access: Data | None, **more: Any) -> ExtractFacts:
    datasets = [
        {"id": f"pay.table{place}", **({"rows_per_day": number} if number else {})} for place, number in enumerate(rows)
    ]
    entry = {"id": "pay", "kind": "api", "datasets": datasets, "access": access, **more}
    return extracts(made(sources={"sources": [entry]}))


@pytest.mark.parametrize("rows", [["2_000_000 rows/d"], ["1_500_000 rows/d", "500_000 rows/d"]])
def test_a_days_rows_take_their_time(rows: list[str | None]) -> None:
    (pull,) = api(rows, LIMITS).pulls
    assert pull.time is not None
    assert pull.requests is not None
    assert pull.time_room is not None
    assert pull.request_room is not None
    assert pull.time.value.base == 4000
    assert round(pull.requests.value.to("requests/d"), 20) == 20_000
    assert pull.time_room.value.base == 1 - Decimal(4000) / 86400
    assert str(pull.request_room) == "33.3 %"


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (None, "24 h"),
        ({"start": "22:00", "end": "04:00", "timezone": "UTC"}, "6 h"),
        ({"start": "09:00", "end": "10:30", "timezone": "UTC"}, "90 min"),
        ({"start": "09:00", "end": "09:00", "timezone": "UTC"}, "24 h"),
        ({"start": "09:00"}, "24 h"),
    ],
)
def test_it_is_held_against_the_hours_for_reading(window: Data | None, text: str) -> None:
    (pull,) = api(["2_000_000 rows/d"], {**LIMITS, "extract_window": window}).pulls
    assert str(pull.window.value) == text


@pytest.mark.parametrize(
    ("rows", "access", "known"),
    [
        (["1 rows/d"], {**LIMITS, "quota": None}, (True, True, True, False)),
        (["1 rows/d"], {**LIMITS, "rate_limit": None}, (False, False, True, True)),
        (["1 rows/d"], {**LIMITS, "rows_per_request": None}, (False, False, False, False)),
        (["1 rows/d", None], LIMITS, (False, False, False, False)),
        (["1 rows/d"], None, (False, False, False, False)),
    ],
)
def test_what_is_missing_leaves_numbers_open(
    rows: list[str | None], access: Data | None, known: tuple[bool, ...]
) -> None:
    (pull,) = api(rows, access).pulls
    numbers = (pull.time, pull.time_room, pull.requests, pull.request_room)
    assert tuple(number is not None for number in numbers) == known


def test_only_apis_and_services_have_limits() -> None:
    assert api(["1 rows/d"], LIMITS, kind="database").pulls == ()


@pytest.mark.parametrize(
    ("own", "theirs", "apart"),
    [
        ("105 rows/d", "100 rows/d", "-0.05"),
        ("80 rows/d", "100 rows/d", "0.2"),
        ("100 rows/d", "100 rows/d", "0"),
        ("1 rows/d", "0 rows/d", None),
    ],
)
def test_volumes_that_are_told_twice(own: str, theirs: str, apart: str | None) -> None:
    plan = made(
        sources={"sources": [{"id": "shop", "datasets": [{"id": "shop.orders", "rows_per_day": theirs}]}]},
        capacity={
            "workloads": [
                {"dataset": "raw.orders", "from": "shop.orders", "rows_per_day": own},
                {"dataset": "raw.same", "from": "shop.orders"},
                {"dataset": "mart.orders", "rows_per_day": own},
            ]
        },
    )
    (drift,) = extracts(plan).drifts
    assert (drift.workload, drift.dataset, drift.source) == (0, "raw.orders", "shop.orders")
    assert (None if drift.apart is None else round(drift.apart.value.base, 20)) == (apart and Decimal(apart))


def reading(schedule: Data, created: date | None = date(2026, 11, 2), /, **entry: Any) -> ExtractFacts:
    """A load of 20 min (2 min in the queue, 5 min for publishing) with a second one started by it, both reading."""
    plan = made(
        "a-plan",
        created,
        sources={"sources": [source("shop.orders") | entry]},
        capacity={
            "runtimes": [runtime("load", "20 min", queue_wait="2 min", publish="5 min"), runtime("later", "1 min")]
        },
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], schedule),
                load("later", ["shop.orders"], ["raw.lines"], {"after": ["load"]}),
                load("job", ["shop.orders"], ["raw.stream"], {"event": "a row"}, pattern="stream"),
            ]
        },
    )
    return extracts(plan)


def clashes(facts: ExtractFacts) -> list[tuple[str, str, str]]:
    return [(clash.pipeline, clash.root, f"{clash.at:%Y-%m-%d %H:%M}") for clash in facts.clashes]


def upkeep(cron: str, length: str) -> Data:
    return {"maintenance": [{"schedule": cron, "timezone": "UTC", "duration": length}]}


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({}, []),
        (upkeep("0 4 * * *", "1 h"), []),
        # The load reads until 03:22, and the second one, which starts with its result at 03:27, until 03:28.
        (upkeep("22 3 * * *", "5 min"), []),
        (upkeep("22 3 * * *", "6 min"), [("later", "load", "2026-11-02 03:27")]),
        (upkeep("21 3 * * *", "1 min"), [("load", "load", "2026-11-02 03:21")]),
        (upkeep("28 3 * * *", "1 h"), []),
        (upkeep("0 2 * * 0", "61 min"), [("load", "load", "2026-11-08 03:00")]),
        (upkeep("0 2 * * 0", "88 min"), [("load", "load", "2026-11-08 03:00"), ("later", "load", "2026-11-08 03:27")]),
        ({"access": {"extract_window": {"start": "03:00", "end": "03:28", "timezone": "UTC"}}}, []),
        (
            {"access": {"extract_window": {"start": "03:00", "end": "03:27", "timezone": "UTC"}}},
            [("later", "load", "2026-11-02 03:27")],
        ),
        (
            {"access": {"extract_window": {"start": "03:27", "end": "05:00", "timezone": "UTC"}}},
            [("load", "load", "2026-11-02 03:00")],
        ),
        (
            {"access": {"extract_window": {"start": "04:00", "end": "05:00", "timezone": "Europe/Berlin"}}},
            [("load", "load", "2027-03-28 03:00"), ("later", "load", "2027-03-28 03:27")],
        ),
    ],
)
def test_runs_against_the_hours_of_a_source(entry: Data, expected: list[tuple[str, str, str]]) -> None:
    facts = reading(hourly("0 3 * * *"), **entry)
    assert (clashes(facts), facts.missing) == (expected, ())


@pytest.mark.parametrize(
    ("schedule", "created", "entry", "whats"),
    [
        (
            {"timezone": "UTC"},
            date(2026, 11, 2),
            upkeep("0 4 * * *", "1 h"),
            ["the schedule of pipeline load"],
        ),
        (
            {"event": "a file is there"},
            date(2026, 11, 2),
            upkeep("0 4 * * *", "1 h"),
            ["the longest time between two events of load, `event_gap`"],
        ),
        (hourly(), None, upkeep("0 4 * * *", "1 h"), ["the go-live, from which schedules are followed for a year"]),
        (
            hourly(),
            date(2026, 11, 2),
            {"maintenance": [{"duration": "1 h"}]},
            ["when source shop can be read, in full"],
        ),
        (
            hourly(),
            date(2026, 11, 2),
            {"access": {"extract_window": {"start": "04:00", "end": "05:00"}}},
            ["when source shop can be read, in full"],
        ),
    ],
)
def test_what_is_missing_to_tell(schedule: Data, created: date | None, entry: Data, whats: list[str]) -> None:
    facts = reading(schedule, created, **entry)
    assert ([what for _, _, what in facts.missing], facts.clashes) == (whats, ())


@pytest.mark.parametrize(
    ("arrival", "hours"),
    [
        ({"continuous": True, "delay_p95": "1 h"}, 1),
        ({"schedule": "0 1 * * 1-5", "timezone": "UTC", "delay_p95": "1 h"}, 73),
        ({"continuous": True}, None),
    ],
)
def test_how_old_data_is_when_a_source_has_it(arrival: Data, hours: int | None) -> None:
    plan = made(sources={"sources": [{"id": "shop", "arrival": arrival}]})
    (age,) = extracts(plan).arrivals
    assert (None if age.age is None else age.age.value.base / 3600) == hours
