"""Worst ages: published cases, every kind of trigger, streams, and what is missing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from plangate.analysis.computed import with_values
from plangate.model.plan import Plan

from .scheduled import (
    Data,
    check,
    fresh,
    hourly,
    lacking_plan,
    lacks,
    load,
    made,
    minutes,
    one_load,
    replace_gate,
    runtime,
    source,
)


def test_the_published_case_is_105_minutes() -> None:
    age = fresh(one_load()).ages["raw.orders"]
    assert minutes(age) == 105
    assert age.age is not None
    assert age.age.work == "15 min + 60 min + 0 min + 25 min + 0 min + 5 min"
    assert [(stage.pipeline, stage.dataset) for stage in age.chain] == [("", "shop.orders"), ("load", "raw.orders")]
    assert [(term.name, str(term.input.value)) for stage in age.chain for term in stage.terms] == [
        ("arrival", "15 min"),
        ("wait", "60 min"),
        ("runtime", "25 min"),
        ("check", "5 min"),
    ]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (hourly("0 6 * * 1-5"), 72 * 60 + 45),  # Friday to Monday
        (hourly("0 6 * * *", "Europe/Berlin"), 25 * 60 + 45),  # the night on which clocks go back
        (hourly("0 0 1 * *"), 31 * 24 * 60 + 45),
        ({"event": "a file is there"}, 45),
        ({"event": "a file is there", "trigger_latency": "2 min"}, 47),
    ],
)
def test_the_largest_gap_of_a_year_counts(schedule: Data, expected: int) -> None:
    assert minutes(fresh(one_load(schedule)).ages["raw.orders"]) == expected


@pytest.mark.parametrize(
    ("arrival", "source_age", "expected"),
    [
        # Delivered daily at 04:00 and there at 04:15: the load of 05:00 takes it.
        ({"continuous": False, "schedule": "0 4 * * *", "timezone": "UTC"}, 1455, 1455 + 45 + 30),
        # There at 05:00, just in time; a minute more and it waits for the next hour.
        ({"continuous": False, "schedule": "0 4 * * *", "timezone": "UTC", "delay_p95": "60 min"}, 1500, 1500 + 30),
        (
            {"continuous": False, "schedule": "0 4 * * *", "timezone": "UTC", "delay_p95": "61 min"},
            1501,
            1501 + 59 + 30,
        ),
        ({"continuous": False, "schedule": "0 4 * * 1-5", "timezone": "UTC"}, 4335, 4335 + 45 + 30),
    ],
)
def test_deliveries_by_a_schedule_meet_the_load(arrival: Data, source_age: int, expected: int) -> None:
    ages = fresh(one_load(arrival=arrival)).ages
    assert (minutes(ages["shop.orders"]), minutes(ages["raw.orders"])) == (source_age, expected)


def chain(second: Data, **more: Any) -> Plan:
    """An hourly load of 10 min, read by a second pipeline of 4 min."""
    return made(
        sources={"sources": [source("shop.orders", "5 min"), source("crm.accounts", "1 min")]},
        capacity={
            "runtimes": [
                runtime("load", "10 min", queue_wait="1 min", publish="2 min"),
                runtime("build", "4 min"),
                runtime("between", "3 min"),
            ]
        },
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], hourly()),
                load("build", more.pop("reads", ["raw.orders"]), ["mart.orders"], second, **more),
                load("between", ["crm.accounts"], ["raw.accounts"], {"after": ["load"]}),
            ]
        },
    )


LOADED = 5 + 60 + 1 + 10 + 2


@pytest.mark.parametrize(
    ("second", "more", "expected"),
    [
        ({"after": ["load"]}, {}, LOADED + 4),
        ({"after": ["load"], "trigger_latency": "30 s"}, {}, LOADED + Decimal("4.5")),
        # Through another pipeline: its run lies between.
        ({"after": ["between"]}, {}, LOADED + 3 + 4),
        ({"after": ["load", "between"]}, {}, LOADED + 3 + 4),
        # Ready 13 min after the hour: at :15 it waits for 2 min, at :10 for 57.
        (hourly("15 * * * *"), {}, LOADED + 2 + 4),
        (hourly("10 * * * *"), {}, LOADED + 57 + 4),
        (hourly("15 3 * * *"), {}, LOADED + 2 + 23 * 60 + 4),
        # A run that waits for the load of its hour takes it up at once.
        (hourly(), {"waits_for": [{"pipeline": "load", "timeout": "30 min"}]}, LOADED + 4),
        (hourly("15 * * * *"), {"waits_for": [{"dataset": "raw.orders"}]}, LOADED + 2 + 4),
        # A second input that nothing starts the build for waits as long as the schedule of the load says.
        ({"after": ["load"]}, {"reads": ["crm.accounts"]}, 1 + 60 + 13 + 4),
        ({"after": ["load"]}, {"reads": ["raw.orders", "crm.accounts"]}, LOADED + 4),
    ],
)
def test_pairs_of_pipelines(second: Data, more: Data, expected: Decimal | int) -> None:
    assert minutes(fresh(chain(second, **more)).ages["mart.orders"]) == expected


def test_readers_of_several_schedules_take_the_largest_gap() -> None:
    """The build starts when an hourly and a daily load are in; what neither brings waits for a day."""
    plan = made(
        sources={
            "sources": [source("shop.orders", "0 min"), source("crm.accounts", "0 min"), source("hr.staff", "0 min")]
        },
        capacity={"runtimes": [runtime(name, "1 min") for name in ("orders", "accounts", "build")]},
        ingestion={
            "pipelines": [
                load("orders", ["shop.orders"], ["raw.orders"], hourly()),
                load("accounts", ["crm.accounts"], ["raw.accounts"], hourly("0 4 * * *")),
                load("build", ["hr.staff"], ["mart.staff"], {"after": ["orders", "accounts"]}),
            ]
        },
    )
    assert minutes(fresh(plan).ages["mart.staff"]) == 24 * 60 + 1 + 1


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        # At 04:05 the build takes up the load of midnight; what came since then, it takes up a day later.
        (hourly("0 4 * * *"), 24 * 60 + 4 * 60),
        (hourly("0 6 * * *"), 24 * 60),
        (hourly("0 6 * * 1"), 7 * 24 * 60),
        (hourly("30 * * * *"), 6 * 60 + 30),
        (hourly("0 */6 * * *"), 6 * 60),
    ],
)
def test_what_runs_after_several_waits_for_the_rarest(second: Data, expected: int) -> None:
    """A load every 6 h beside another, and a build that starts when both have ended anew."""
    plan = made(
        sources={"sources": [source("shop.orders", "0 min"), source("crm.accounts", "0 min")]},
        capacity={"runtimes": [runtime("orders", "5 min"), runtime("accounts", "5 min"), runtime("build", "2 min")]},
        ingestion={
            "pipelines": [
                load("orders", ["shop.orders"], ["raw.orders"], hourly("0 */6 * * *")),
                load("accounts", ["crm.accounts"], ["raw.accounts"], second),
                load("build", ["raw.orders"], ["mart.orders"], {"after": ["orders", "accounts"]}),
            ]
        },
    )
    assert minutes(fresh(plan).ages["mart.orders"]) == expected + 5 + 2


def test_the_slowest_branch_counts_and_is_shown_among_the_others() -> None:
    plan = made(
        sources={"sources": [source("shop.orders", "4 min"), source("pay.payments", "8 min")]},
        capacity={"runtimes": [runtime("aa", "12 min"), runtime("bb", "9 min"), runtime("build", "12 min")]},
        ingestion={
            "pipelines": [
                load("aa", ["shop.orders"], ["raw.orders"], hourly()),
                load("bb", ["pay.payments"], ["raw.payments"], hourly()),
                load("build", ["raw.orders", "raw.payments"], ["mart.orders"], {"after": ["aa", "bb"]}),
            ]
        },
    )
    age = fresh(plan).ages["mart.orders"]
    assert age.age is not None
    assert minutes(age) == 8 + 60 + 12 + 12  # the build waits for the other load, which takes 12 min
    assert [(entry.name, str(entry.value)) for entry in age.age.inputs] == [
        ("raw.orders", "88 min"),
        ("raw.payments", "92 min"),
    ]
    assert [stage.dataset for stage in age.chain] == ["pay.payments", "raw.payments", "mart.orders"]
    path = ("sources", ("sources", 0, "arrival", "delay_p95"))
    assert with_values(age.age, {path: Decimal(600)}) == (10 + 60 + 12 + 12) * 60
    # A shorter run makes what waits for the other no younger; a longer one holds back both.
    for run, expected in ((3, 92), (20, 8 + 60 + 20 + 12)):
        assert with_values(age.age, {("capacity", ("runtimes", 1, "p95")): Decimal(run * 60)}) == expected * 60


def test_a_dataset_with_two_writers_is_as_old_as_the_slower_leaves_it() -> None:
    plan = made(
        sources={"sources": [source("shop.orders", "0 min")]},
        capacity={"runtimes": [runtime("web", "5 min"), runtime("store", "9 min")]},
        ingestion={
            "pipelines": [
                load("web", ["shop.orders"], ["raw.orders"], hourly(), partitioned_by_writer=True),
                load("store", ["shop.orders"], ["raw.orders"], hourly(), partitioned_by_writer=True),
            ]
        },
    )
    assert minutes(fresh(plan).ages["raw.orders"]) == 69


@pytest.mark.parametrize("kind", ["view", "ephemeral"])
def test_a_view_is_as_old_as_what_it_shows(kind: str) -> None:
    models = [
        {"id": "stg.orders", "depends_on": ["raw.orders"], "materialized": kind},
        {"id": "stg.again", "depends_on": ["stg.orders"], "materialized": kind},
    ]
    ages = fresh(one_load(modeling={"models": models})).ages
    assert minutes(ages["stg.again"]) == 105
    assert [stage.dataset for stage in ages["stg.again"].chain] == ["shop.orders", "raw.orders"]


def test_a_pipeline_that_reads_a_view_is_started_by_what_the_view_shows() -> None:
    plan = made(
        sources={"sources": [source("shop.orders", "5 min")]},
        capacity={"runtimes": [runtime("load", "10 min"), runtime("build", "4 min")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], hourly()),
                load("build", ["stg.orders"], ["mart.orders"], {"after": ["load"]}),
            ]
        },
        modeling={"models": [{"id": "stg.orders", "depends_on": ["raw.orders"], "materialized": "view"}]},
    )
    assert minutes(fresh(plan).ages["mart.orders"]) == 79


@pytest.mark.parametrize(
    ("checks", "reconciliation", "expected"),
    [
        ([], [], 100),
        ([check("ca", "raw.orders", "2 min"), check("cb", "raw.orders", "30 s")], [], Decimal("102.5")),
        ([check("ca", "raw.orders", "2 min", stage="pre_load")], [], 102),
        ([check("ca", "raw.orders", "2 min", stage="post_load", action="block_publish")], [], 102),
        ([check("ca", "raw.orders", "2 min", stage="post_load", action="page")], [], 100),
        ([check("ca", "raw.other", "2 min")], [], 100),
        ([], [{"id": "rr", "target": "raw.orders", "action": "block_publish", "runtime": "3 min"}], 103),
    ],
)
def test_checks_that_readers_wait_for(checks: list[Data], reconciliation: list[Data], expected: Decimal | int) -> None:
    plan = replace_gate(one_load(), "quality", {"checks": checks, "reconciliation": reconciliation})
    assert minutes(fresh(plan).ages["raw.orders"]) == expected


def test_checks_of_what_a_dataset_is_made_of_count() -> None:
    """A check of an intermediate model that no pipeline writes holds up what is built from it."""
    plan = made(
        sources={"sources": [source("shop.orders", "0 min")]},
        capacity={"runtimes": [runtime("build", "10 min")]},
        ingestion={"pipelines": [load("build", ["shop.orders"], ["mart.orders", "mart.other"], hourly())]},
        modeling={
            "models": [
                {"id": "int.orders", "depends_on": ["shop.orders"], "materialized": "ephemeral"},
                {"id": "mart.orders", "depends_on": ["int.orders"], "materialized": "table"},
            ]
        },
        quality={"checks": [check("inner", "int.orders", "3 min")]},
    )
    ages = fresh(plan).ages
    assert (minutes(ages["mart.orders"]), minutes(ages["mart.other"])) == (73, 70)


OTHER = {
    "ingestion": {"pipelines": [load("sessionize", ["web.clicks"], ["web.sessions"], {"event": "a click"})]},
    "sources": {"freshness": [{"dataset": "web.sessions", "target": "60 min"}]},
}


@pytest.mark.parametrize(
    ("gates", "expected"),
    [
        (OTHER, 60),
        (
            {
                **OTHER,
                "sources": {},
                "contracts": {"contracts": [{"dataset": "web.sessions", "sla": {"freshness": "2 h"}}]},
            },
            120,
        ),
        (
            {
                **OTHER,
                "sources": {"freshness": "from_consumers"},
                "context": {"consumers": [{"id": "ranking", "reads": ["web.sessions"], "freshness": "90 min"}]},
            },
            90,
        ),
        ({**OTHER, "sources": {}}, 50),  # no promise there: its arrival here counts
    ],
)
def test_what_another_plan_makes_is_as_old_as_it_promises(gates: Mapping[str, Data], expected: int) -> None:
    plan = made(
        sources={"sources": [source("web.sessions", "50 min")]},
        capacity={"runtimes": [runtime("load", "10 min")]},
        ingestion={"pipelines": [load("load", ["web.sessions"], ["raw.sessions"], hourly())]},
    )
    ages = fresh(plan, made("other-plan", **gates)).ages
    assert (minutes(ages["web.sessions"]), minutes(ages["raw.sessions"])) == (expected, expected + 70)


def test_without_promise_and_arrival_another_plan_leaves_the_age_open() -> None:
    plan = made(
        capacity={"runtimes": [runtime("load", "10 min")]},
        ingestion={"pipelines": [load("load", ["web.sessions"], ["raw.sessions"], hourly())]},
    )
    ages = fresh(plan, made("other-plan", ingestion=OTHER["ingestion"])).ages
    assert minutes(ages["raw.sessions"]) is None
    assert lacks(ages["raw.sessions"]) == ["a promise of plan other-plan for web.sessions, or its arrival"]


STREAM: Data = {
    "streams": [{"id": "clicks", "dataset": "web.clicks", "partitions": 24}],
    "time": {"watermark": "bounded", "max_out_of_orderness": "30 s"},
    "delivery": {"guarantee": "at_least_once"},
}


def stream(**events: Any) -> Plan:
    return made(
        sources={"sources": [source("web.clicks", "10 s")]},
        events={**STREAM, **events},
        capacity={"runtimes": [runtime("job", "45 s", publish="10 s")]},
        ingestion={
            "pipelines": [load("job", ["web.clicks"], ["web.sessions"], {"event": "a click"}, pattern="stream")]
        },
    )


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ({}, 95),
        ({"windows": [{"id": "ww", "kind": "session", "gap": "30 min"}]}, 95 + 1800),
        ({"windows": [{"id": "ww", "kind": "tumbling", "size": "5 min"}]}, 95 + 300),
        ({"windows": [{"id": "ww", "kind": "sliding", "size": "1 h", "slide": "1 min"}]}, 95 + 60),
        ({"windows": [{"id": "ww", "kind": "global"}]}, 95),
        (
            {
                "windows": [
                    {"id": "wa", "kind": "tumbling", "size": "5 min"},
                    {"id": "wb", "kind": "session", "gap": "9 min"},
                ]
            },
            95 + 540,
        ),
        (
            {
                "windows": [{"id": "ww", "kind": "session", "gap": "30 min"}],
                "time": {"max_out_of_orderness": "30 s", "allowed_lateness": "3 min"},
            },
            95 + 1800 + 180,
        ),
        ({"time": {"max_out_of_orderness": "30 s", "allowed_lateness": "3 min"}}, 95),  # nothing waits without a window
        ({"time": {"watermark": "monotonous"}, "windows": [{"id": "ww", "kind": "tumbling", "size": "60 s"}]}, 65 + 60),
        (
            {
                "streams": [{**STREAM["streams"][0], "low_traffic": True}],
                "time": {"max_out_of_orderness": "30 s", "idleness": "1 min"},
            },
            95 + 60,
        ),
        ({"sink": {"commit_interval": "60 s"}}, 95 + 60),
        ({"delivery": {"guarantee": "exactly_once"}, "checkpoints": {"interval": "2 min"}}, 95 + 120),
        # Committed with the checkpoint: the rarer of the two counts, not both.
        ({"sink": {"commit_interval": "60 s", "transactional": True}, "checkpoints": {"interval": "2 min"}}, 95 + 120),
        ({"sink": {"commit_interval": "3 min"}, "checkpoints": {"interval": "2 min"}}, 95 + 180),
    ],
)
def test_streams(events: Data, seconds: int) -> None:
    age = fresh(stream(**events)).ages["web.sessions"]
    assert age.age is not None
    assert age.age.value.base == seconds
    assert age.age.formula == "stream_age"


@pytest.mark.parametrize(
    ("events", "what"),
    [
        (
            {"time": None, "windows": [{"id": "ww", "kind": "tumbling", "size": "60 s"}]},
            "time.max_out_of_orderness of the stream",
        ),
        ({"windows": [{"id": "ww", "kind": "session"}]}, "the gap of window ww"),
        ({"delivery": {"guarantee": "exactly_once"}}, "the checkpoint interval"),
        ({"streams": [{**STREAM["streams"][0], "low_traffic": True}]}, "time.idleness of the stream"),
    ],
)
def test_what_a_stream_lacks(events: Data, what: str) -> None:
    age = fresh(stream(**events)).ages["web.sessions"]
    assert (age.age, lacks(age)) == (None, [what])


ARRIVES = {"arrival": {"continuous": True, "delay_p95": "1 min"}}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, [("sources", ("sources", 0, "arrival"), "when data of source shop arrives"),
              ("sources", ("sources", 0, "arrival", "delay_p95"), "the p95 delay of source shop")]),
        ({"source": {"arrival": {"continuous": True}}},
         [("sources", ("sources", 0, "arrival", "delay_p95"), "the p95 delay of source shop")]),
        ({"source": {"arrival": {"schedule": "0 4 * * *", "delay_p95": "1 min"}}},
         [("sources", ("sources", 0, "arrival", "timezone"), "the time zone of the arrival of source shop")]),
        ({"source": {"arrival": {"schedule": "0 0 30 2 *", "timezone": "UTC", "delay_p95": "1 min"}}},
         [("sources", ("sources", 0, "arrival", "schedule"), "a day on which `0 0 30 2 *` fires")]),
        ({"source": ARRIVES, "runtimes": []}, [("capacity", ("runtimes",), "the p95 runtime of pipeline load")]),
        ({"source": ARRIVES, "runtimes": [{"pipeline": "load", "p50": "1 min"}]},
         [("capacity", ("runtimes", 0, "p95"), "the p95 runtime of load")]),
        ({"source": ARRIVES, "pipeline": {"schedule": None}},
         [("ingestion", ("pipelines", 0, "schedule"), "the schedule of pipeline load")]),
        ({"source": ARRIVES, "pipeline": {"schedule": {"cron": "0 * * * *"}}},
         [("ingestion", ("pipelines", 0, "schedule", "timezone"), "the time zone of pipeline load")]),
        ({"source": ARRIVES, "pipeline": {"inputs": []}},
         [("ingestion", ("pipelines", 0, "inputs"), "what pipeline load reads")]),
        ({"source": ARRIVES, "pipeline": {"inputs": ["raw.orders"]}},
         [("ingestion", ("pipelines", 0, "inputs"), "what pipeline load reads")]),
        ({"source": ARRIVES, "pipeline": {"inputs": ["other.orders"]}},
         [("ingestion", ("pipelines",), "a pipeline that writes other.orders")]),
        ({"source": ARRIVES, "checks": [{"id": "pk", "dataset": "raw.orders", "action": "block_publish"}]},
         [("quality", ("checks", 0, "runtime"), "the runtime of pk")]),
        ({"source": ARRIVES, "created": None},
         [("plan", ("go_live",), "the go-live, from which schedules are followed for a year")]),
    ],
)  # fmt: skip
def test_an_age_with_something_missing_is_open(changes: Data, missing: list[tuple[str, Any, str]]) -> None:
    age = fresh(lacking_plan(**changes)).ages["raw.orders"]
    assert (age.age, age.chain, list(age.missing)) == (None, (), missing)


def test_what_an_event_brings_how_often_is_not_known() -> None:
    """The build is started by an event-driven load and reads another source as well."""
    plan = made(
        sources={"sources": [source("shop.orders"), source("crm.accounts")]},
        capacity={"runtimes": [runtime("load"), runtime("build")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], {"event": "a file is there"}),
                load("build", ["raw.orders", "crm.accounts"], ["mart.orders"], {"after": ["load"]}),
            ]
        },
    )
    assert lacks(fresh(plan).ages["mart.orders"]) == ["the longest time between two events of load, `event_gap`"]


def test_events_lie_no_farther_apart_than_is_said() -> None:
    """What the build reads beside the load waits for the event, and then for the load."""
    plan = made(
        sources={"sources": [source("shop.orders"), source("crm.accounts")]},
        capacity={"runtimes": [runtime("load"), runtime("build")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], {"event": "a file is there", "event_gap": "90 min"}),
                load("build", ["raw.orders", "crm.accounts"], ["mart.orders"], {"after": ["load"]}),
            ]
        },
    )
    assert minutes(fresh(plan).ages["mart.orders"]) == 15 + 90 + 25 + 25


@pytest.mark.parametrize(("gap", "waits"), [("90 min", 90), ("20 min", 60)])
def test_beside_a_schedule_the_rarer_of_both_counts(gap: str, waits: int) -> None:
    plan = made(
        sources={"sources": [source("shop.orders"), source("crm.accounts")]},
        capacity={"runtimes": [runtime("load"), runtime("other"), runtime("build")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], hourly()),
                load("other", ["crm.accounts"], ["raw.accounts"], {"event": "a file is there", "event_gap": gap}),
                load("build", ["raw.orders"], ["mart.orders"], {"after": ["load", "other"]}),
            ]
        },
    )
    assert minutes(fresh(plan).ages["mart.orders"]) == 15 + 60 + 25 + waits + 25 + 25


def test_how_long_a_run_waits_for_an_event_beside_a_schedule_is_not_known() -> None:
    plan = made(
        sources={"sources": [source("shop.orders"), source("crm.accounts")]},
        capacity={"runtimes": [runtime("load"), runtime("other"), runtime("build"), runtime("alone")]},
        ingestion={
            "pipelines": [
                load("load", ["shop.orders"], ["raw.orders"], hourly()),
                load("other", ["crm.accounts"], ["raw.accounts"], {"event": "a file is there"}),
                load("build", ["raw.orders"], ["mart.orders"], {"after": ["load", "other"]}),
                load("alone", ["raw.accounts"], ["mart.accounts"], {"after": ["other"]}),
            ]
        },
    )
    ages = fresh(plan).ages
    assert lacks(ages["mart.orders"]) == ["the longest time between two events of other, `event_gap`"]
    assert minutes(ages["mart.accounts"]) == 15 + 25 + 25


def test_pipelines_that_start_each_other_have_no_age() -> None:
    plan = made(
        sources={"sources": [source("shop.orders")]},
        capacity={"runtimes": [runtime("one"), runtime("two")]},
        ingestion={
            "pipelines": [
                load("one", ["shop.orders"], ["raw.orders"], {"after": ["two"]}),
                load("two", ["raw.orders"], ["mart.orders"], {"after": ["one"]}),
            ]
        },
    )
    assert lacks(fresh(plan).ages["raw.orders"]) == [
        "an order of the pipelines that start each other (one → two → one)"
    ]


def test_datasets_that_are_built_from_each_other_have_no_age() -> None:
    plan = made(
        capacity={"runtimes": [runtime("one"), runtime("two")]},
        ingestion={
            "pipelines": [
                load("one", ["b.orders"], ["a.orders"], hourly()),
                load("two", ["a.orders"], ["b.orders"], hourly()),
                load("three", ["b.orders"], ["c.orders"], hourly()),
            ]
        },
    )
    ages = fresh(plan).ages
    way = "an order of the datasets that are built from each other (a.orders → b.orders → a.orders)"
    assert {name: lacks(ages[name]) for name in ("a.orders", "c.orders")} == {"a.orders": [way], "c.orders": [way]}
