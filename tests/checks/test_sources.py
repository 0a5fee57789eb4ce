"""Limits of APIs, volumes told twice, late sources, and hours in which nobody may read."""

from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

SOURCES = "02-sources.yml"
ACCESS = 'access: {method: read replica, secret: "vault:shop_db/replica"}'
API = (SOURCES, "kind: database", "kind: api")


def access(more: str) -> tuple[str, str, str]:
    return SOURCES, ACCESS, f"{ACCESS.removesuffix('}')}, {more}}}"


@pytest.mark.parametrize(
    ("limits", "problems"),
    [
        ("rate_limit: 2 requests/s, quota: 5000 requests/d, rows_per_request: 100 rows", []),
        (
            "rows_per_request: 100 rows",
            [("sources[0].access", "Source shop_db is an API and does not state rate_limit, quota")],
        ),
        (
            "rate_limit: 2 requests/s, quota: 5000 requests/d",
            [("sources[0].access", "Source shop_db is an API and does not state rows_per_request")],
        ),
        # 60 requests: 16.7 h of 24 h are just within 70 %, 16.9 h are not.
        ("rate_limit: 0.001 requests/s, quota: 5000 requests/d, rows_per_request: 100 rows", []),
        (
            "rate_limit: 0.00099 requests/s, quota: 5000 requests/d, rows_per_request: 100 rows",
            [("sources[0].access.rate_limit",
              "Reading a day's rows of source shop_db takes 16.8 h; it can be read for 24 h")],
        ),
        (
            "rate_limit: 0.001 requests/s, quota: 5000 requests/d, rows_per_request: 100 rows, "
            'extract_window: {start: "22:00", end: "04:00", timezone: UTC}',
            [("sources[0].access.rate_limit",
              "Reading a day's rows of source shop_db takes 16.7 h; it can be read for 6 h")],
        ),
        (
            "rate_limit: 2 requests/s, quota: 80 requests/d, rows_per_request: 100 rows",
            [("sources[0].access.quota", "Reading source shop_db takes 60 requests/d, its quota is 80 requests/d")],
        ),
        ("rate_limit: 2 requests/s, quota: 90 requests/d, rows_per_request: 100 rows", []),
    ],
)  # fmt: skip
def test_limits_of_an_api(tmp_path: Path, limits: str, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "SRC008", [API, access(limits)])
    assert told(found) == problems
    assert all(entry.severity == "warning" for entry in found)


def test_other_sources_have_no_limits(tmp_path: Path) -> None:
    assert judged(tmp_path, "SRC008") == []


def test_a_refused_limit_leaves_them_undetermined(tmp_path: Path) -> None:
    limits = access("rate_limit: fast, quota: 5000 requests/d, rows_per_request: 100 rows")
    assert verdicts(judged(tmp_path, "SRC008", [API, limits])) == [("SRC008", "undetermined", None)]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("6_300 rows/d", None),
        ("5_700 rows/d", None),
        (
            "6_301 rows/d",
            "Workload raw.orders counts 6_301 rows/d, its source shop_db.orders 6_000 rows/d: 5.02 % apart",
        ),
        ("3_000 rows/d", "Workload raw.orders counts 3_000 rows/d, its source shop_db.orders 6_000 rows/d: 50 % apart"),
        ("0 rows/d", "Workload raw.orders counts 0 rows/d, its source shop_db.orders 6_000 rows/d: 100 % apart"),
    ],
)
def test_workloads_tell_the_volume_of_their_source(tmp_path: Path, own: str, message: str | None) -> None:
    change = ("03-capacity.yml", "shape: append,", f"shape: append, rows_per_day: {own},")
    assert told(judged(tmp_path, "SRC011", [change])) == ([("workloads[0].rows_per_day", message)] if message else [])


@pytest.mark.parametrize(("one", "other", "found"), [(3_000, 3_100, 0), (2_000, 3_000, 2), (3_000, 6_000, 1)])
def test_workloads_may_be_parts_of_a_source(tmp_path: Path, one: int, other: int, found: int) -> None:
    changes = [
        ("03-capacity.yml", "shape: append,", f"shape: append, rows_per_day: {one} rows/d,"),
        ("03-capacity.yml", "shape: upsert,", f"shape: upsert, rows_per_day: {other} rows/d,"),
    ]
    assert len(judged(tmp_path, "SRC011", changes)) == found


def test_a_workload_cannot_have_rows_when_its_source_has_none(tmp_path: Path) -> None:
    changes = [
        ("03-capacity.yml", "shape: append,", "shape: append, rows_per_day: 1 rows/d,"),
        (SOURCES, "assume: 6_000 rows/d", "assume: 0 rows/d"),
    ]
    assert told(judged(tmp_path, "SRC011", changes)) == [
        ("workloads[0].rows_per_day", "Workload raw.orders counts 1 rows/d, its source shop_db.orders 0 rows/d")
    ]


def test_a_refused_volume_leaves_them_undetermined(tmp_path: Path) -> None:
    changes = [
        ("03-capacity.yml", "shape: append,", "shape: append, rows_per_day: 9000 rows/d,"),
        ("03-capacity.yml", "shape: upsert,", "shape: upsert, rows_per_day: 6000 rows,"),
        (SOURCES, "assume: 6_000 rows/d", "assume: 9_000 rows/d"),
    ]
    assert verdicts(judged(tmp_path, "SRC011", changes)) == [("SRC011", "undetermined", None)]


ARRIVAL = "arrival: {continuous: true, delay_p50: 1 min, delay_p95: 5 min}"


def arrives(text: str) -> tuple[str, str, str]:
    return SOURCES, ARRIVAL, f"arrival: {{{text}}}"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([arrives('schedule: "0 1 * * *", timezone: UTC, delay_p95: 6 h')], []),
        (
            [arrives('schedule: "0 1 * * *", timezone: UTC, delay_p95: 361 min')],
            [("sources[0].freshness.error_after",
              "Source shop_db counts as late after 30 h; before each delivery its data is up to just over 30 h old",
              None)],
        ),
        (
            [arrives('schedule: "0 1 * * 1-5", timezone: UTC, delay_p95: 5 min')],
            [("sources[0].freshness.error_after",
              "Source shop_db counts as late after 30 h; before each delivery its data is up to 72.1 h old", None)],
        ),
        (
            [arrives("continuous: true")],
            [("sources[0].arrival.delay_p95",
              "Source shop_db counts as late after 30 h, and when it is due is not known: missing is the p95 delay of "
              "source shop_db", None)],
        ),
        (
            [(SOURCES, f"    {ARRIVAL}\n", "")],
            [("sources[0].arrival",
              "Source shop_db counts as late after 30 h, and when it is due is not known: missing is when data of "
              "source shop_db arrives, the p95 delay of source shop_db", "GEN014")],
        ),
        ([arrives("not_applicable: Nobody writes down when it comes")], []),
    ],
)  # fmt: skip
def test_a_source_is_late_when_it_is_late(
    tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]
) -> None:
    found = judged(tmp_path, "SRC013", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found] == problems


def test_a_refused_delivery_leaves_it_undetermined(tmp_path: Path) -> None:
    change = arrives('schedule: "0 30 * * *", timezone: UTC, delay_p95: 5 min')
    assert verdicts(judged(tmp_path, "SRC013", [change])) == [("SRC013", "undetermined", None)]


UPKEEP = (SOURCES, "    classification: internal\n", "    classification: internal\n    maintenance: [{MAINTENANCE}]\n")


def upkeep(text: str) -> tuple[str, str, str]:
    return UPKEEP[0], UPKEEP[1], UPKEEP[2].replace("MAINTENANCE", text)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([upkeep('schedule: "0 4 * * *", timezone: UTC, duration: 1 h')], []),
        (
            [upkeep('schedule: "0 2 * * 0", timezone: UTC, duration: 90 min')],
            [("pipelines[0].schedule.cron",
              "Pipeline load_orders reads source shop_db in its maintenance, first on 2027-01-17 at 03:00 UTC")],
        ),
        (
            [access('extract_window: {start: "22:00", end: "03:05", timezone: UTC}')],
            [("pipelines[0].schedule.cron",
              "Pipeline load_orders reads source shop_db outside the hours in which it may be read, first on "
              "2027-01-13 at 03:00 UTC")],
        ),
        ([access('extract_window: {start: "22:00", end: "03:06", timezone: UTC}')], []),
        (
            [upkeep("duration: 1 h")],
            [("sources[0].maintenance[0]",
              "Whether runs keep to the hours of their sources is not known: missing is when source shop_db can be "
              "read, in full")],
        ),
        (
            [
                upkeep('schedule: "0 4 * * *", timezone: UTC, duration: 1 h'),
                ("03-capacity.yml", "  - {pipeline: load_orders, p50: 3 min, p95: 6 min, max: 15 min}\n", ""),
            ],
            [("runtimes",
              "Whether runs keep to the hours of their sources is not known: missing is the p95 runtime of pipeline "
              "load_orders")],
        ),
    ],
)  # fmt: skip
def test_runs_keep_to_the_hours_of_a_source(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "SRC014", changes)) == problems


@pytest.mark.parametrize(
    "change",
    [
        upkeep('schedule: "0 40 * * *", timezone: UTC, duration: 1 h'),
        access('extract_window: {start: "25:00", end: "03:05", timezone: UTC}'),
    ],
)
def test_a_refused_hour_leaves_it_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, "SRC014", [change])) == [("SRC014", "undetermined", None)]
