"""Runs within their interval, promises at worst, readers behind their writers, and clocks that change."""

from pathlib import Path

import pytest

from .judging import Changes, judged, sample, told, verdicts

LOAD = "04-ingestion.yml"
CRON = 'cron: "0 3 * * *", timezone: UTC'
ONE_RUN = "max_active_runs: 1, overlap: queue"
MARK = "\n    partitioned_by_writer: true"
BUILD = "schedule: {after: [load_orders]}"


def every(cron: str, zone: str = "UTC") -> tuple[str, str, str]:
    return LOAD, CRON, f'cron: "{cron}", timezone: {zone}'


# The published mutations, on the plan whose orders are 93 min old at worst and 120 min are promised.

HOURLY = 'inputs: [shop_db.orders]\n    outputs: [raw.shop_orders]\n    schedule: {cron: "0 * * * *"'
TWO_HOURS = (LOAD, HOURLY, HOURLY.replace("0 *", "0 */2"))
FALSE_HOUR = (LOAD, HOURLY, HOURLY.replace("0 * * * *", "0 30 * * *"))


def promise(text: str) -> tuple[str, str, str]:
    return "02-sources.yml", "{dataset: mart.fct_orders, target: 120 min", f"{{dataset: mart.fct_orders, target: {text}"


@pytest.mark.parametrize(
    ("changes", "severity", "message"),
    [
        ([], None, None),
        (
            [TWO_HOURS],
            "error",
            "mart.fct_orders is at worst 153 min old; of the promised 120 min only 80 % (96 min) may be used",
        ),
        (
            [TWO_HOURS, promise("180 min")],
            "warning",
            "mart.fct_orders is at worst 153 min old; of the promised 180 min only 80 % (144 min) may be used",
        ),
        ([TWO_HOURS, promise("192 min")], None, None),
        (
            [promise("93 min")],
            "warning",
            "mart.fct_orders is at worst 93 min old; of the promised 93 min only 80 % (74.4 min) may be used",
        ),
        (
            [promise("90 min")],
            "error",
            "mart.fct_orders is at worst 93 min old; of the promised 90 min only 80 % (72 min) may be used",
        ),
        (
            [promise("PT1H30M")],
            "error",
            "mart.fct_orders is at worst 93 min old; of the promised PT1H30M only 80 % (72 min) may be used",
        ),
    ],
)
def test_a_schedule_against_its_promise(
    tmp_path: Path, changes: Changes, severity: str | None, message: str | None
) -> None:
    found = [entry for entry in sample(tmp_path, "orders-mart", "ING008", changes) if "fct_orders" in entry.message]
    assert [(entry.severity, entry.message) for entry in found] == ([(severity, message)] if severity else [])


def test_an_hour_that_does_not_exist_leaves_ages_undetermined(tmp_path: Path) -> None:
    rules = "GEN006 ING008 CTX010 CON010 OPS006 DQ012"
    found = sample(tmp_path, "orders-mart", rules, [FALSE_HOUR])
    assert sorted(verdicts(found)) == [
        ("CON010", "undetermined", None),
        ("CTX010", "undetermined", None),
        ("DQ012", "undetermined", None),
        ("GEN006", "error", None),
        ("ING008", "undetermined", None),
        ("OPS006", "undetermined", None),
    ]


def test_a_broken_promise_is_told_once_and_explains_the_rest(tmp_path: Path) -> None:
    found = sample(tmp_path, "orders-mart", "ING008 CTX010 CON010 OPS006 DQ012", [TWO_HOURS])
    assert sorted(verdicts(entry for entry in found if "fct_orders" in entry.message)) == [
        ("CON010", "error", "ING008"),
        ("CTX010", "error", "ING008"),
        ("DQ012", "warning", "ING008"),
        ("ING008", "error", None),
        ("OPS006", "error", "ING008"),
    ]


def test_a_broken_promise_says_what_could_be_promised_and_what_to_shorten(tmp_path: Path) -> None:
    found = [entry for entry in sample(tmp_path, "orders-mart", "ING008", [TWO_HOURS]) if entry.severity == "error"]
    hint = (
        "Or make mart.fct_orders younger by 57 min: the most of its age is the wait for the next run of "
        "build_orders (67 min)"
    )
    assert [entry.hint for entry in found] == [hint]
    elsewhere = (
        "`consumers[0].freshness` of gate context, `contracts[0].sla.freshness` of gate contracts, "
        "`checks[3].must_be` of gate quality and `slos[0].target` of gate operations"
    )
    assert [(entry.observed, entry.expected) for entry in found] == [
        ("120 min", f"at least 192 min, the same in {elsewhere}")
    ]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ("12 min", "`p95: 23 min` would do"),
        ("65 min", "less of that alone is not enough, another way or run takes as long"),
    ],
)
def test_a_shorter_run_is_suggested_only_where_it_makes_data_younger(tmp_path: Path, other: str, told: str) -> None:
    """The build of orders waits for the slowest load: where two are slow, one alone may be as short as it likes."""
    slow = [
        (
            "03-capacity.yml",
            f"pipeline: {name}, p50: {before}",
            f"pipeline: {name}, p50: 2 min, p95: {p95}, max: 90 min",
        )
        for name, before, p95 in (
            ("load_refunds", "2 min, p95: 5 min, max: 10 min", "70 min"),
            ("load_shop_orders", "6 min, p95: 12 min, max: 20 min", other),
        )
    ]
    found = sample(tmp_path, "orders-mart", "ING008", [*slow, promise("130 min")])
    (hint,) = (entry.hint or "" for entry in found if "fct_orders" in entry.message)
    assert hint == (
        "Or make mart.fct_orders younger by 47 min: the most of its age is the run of load_refunds (70 min); " + told
    )


TWICE = every("0 */12 * * *")
NO_RUNTIME = ("03-capacity.yml", "  - {pipeline: build_orders, p50: 2 min, p95: 4 min, max: 10 min}\n", "")
BLOCKING = ("07-quality.yml", "{id: orders_vs_shop,", "{id: orders_vs_shop, action: block_publish,")
ARRIVAL = "arrival: {continuous: true, delay_p50: 1 min, delay_p95: 5 min}"
DECLINED = ("02-sources.yml", ARRIVAL, "arrival: {not_applicable: The shop keeps no times}")
TOLD = "freshness:\n  - {dataset: mart.orders, target: 30 h, slo: 99 %, window: 30 d}"
NEEDED = [
    ("02-sources.yml", TOLD, "freshness: from_consumers"),
    ("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 20 h"),
]
UNKNOWN = "How old mart.orders gets is not known: missing is the"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([TWICE], []),
        ([TWICE, NO_RUNTIME], [("runtimes", f"{UNKNOWN} p95 runtime of pipeline build_orders", None)]),
        (
            [(LOAD, f"    {BUILD}\n", "")],
            [("pipelines[1].schedule", f"{UNKNOWN} schedule of pipeline build_orders", "GEN014")],
        ),
        ([BLOCKING], [("reconciliation[0].runtime", f"{UNKNOWN} runtime of orders_vs_shop", "DQ006")]),
        ([DECLINED], []),
        (
            NEEDED,
            [
                (
                    "consumers[0].freshness",
                    "mart.orders is at worst 24.3 h old; of the promised 20 h only 80 % (16 h) may be used",
                    None,
                )
            ],
        ),
    ],
)
def test_promises_and_what_they_rest_on(
    tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]
) -> None:
    found = judged(tmp_path, "ING008", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found] == problems


@pytest.mark.parametrize(
    "change",
    [
        every("0 30 * * *"),
        ("03-capacity.yml", "p50: 2 min, p95: 4 min", "p50: 2 min, p95: 4 m"),
        ("02-sources.yml", "delay_p95: 5 min", "delay_p95: five"),
        ("02-sources.yml", "target: 30 h", "target: 30"),
    ],
)
def test_a_refused_value_leaves_promises_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, "ING008", [change])) == [("ING008", "undetermined", None)]


def test_refused_values_hide_only_what_rests_on_them(tmp_path: Path) -> None:
    """A second promised dataset that has nothing to do with the refused schedule is judged."""
    other = (
        "  - {id: load_again, kind: ingest, engine: airflow, pattern: batch, inputs: [shop_db.orders], "
        'outputs: [raw.again], schedule: {cron: "0 3 * * 1-5", timezone: UTC, catchup: false}, load: merge}\n'
    )
    runs = "  - {pipeline: load_again, p50: 1 min, p95: 1 min, max: 5 min}\n"
    promised = "  - {dataset: raw.again, target: 2 d, slo: 99 %, window: 30 d}\n"
    changes = [
        every("0 30 * * *"),
        (LOAD, "pipelines:\n", f"pipelines:\n{other}"),
        ("03-capacity.yml", "runtimes:\n", f"runtimes:\n{runs}"),
        ("02-sources.yml", "freshness:\n", f"freshness:\n{promised}"),
    ]
    found = judged(tmp_path, "ING008", changes)
    assert told(found) == [
        ("freshness[0].target", "raw.again is at worst 3 d old; of the promised 2 d only 80 % (1.6 d) may be used")
    ]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([every("*/20 * * * *")], []),
        (
            [every("*/20 * * * *"), (LOAD, ONE_RUN, "max_active_runs: 2, overlap: queue")],
            [
                (
                    "pipelines[0].schedule.cron",
                    "Pipeline load_orders runs for 28 min with all retries and starts anew after 20 min",
                )
            ],
        ),
        (
            [every("*/20 * * * *"), (LOAD, ONE_RUN, "max_active_runs: 1")],
            [
                (
                    "pipelines[0].schedule.cron",
                    "Pipeline load_orders runs for 28 min with all retries and starts anew after 20 min",
                )
            ],
        ),
        ([every("*/30 * * * *"), (LOAD, ONE_RUN, "max_active_runs: 2, overlap: queue")], []),
        # Two starts within a day, one hour apart: the smallest gap counts.
        (
            [
                every("0 3,4 * * *"),
                (LOAD, ONE_RUN, "max_active_runs: 2, overlap: queue"),
                ("03-capacity.yml", "p50: 3 min, p95: 6 min", "p50: 3 min, p95: 20 min"),
            ],
            [
                (
                    "pipelines[0].schedule.cron",
                    "Pipeline load_orders runs for 70 min with all retries and starts anew after 60 min",
                )
            ],
        ),
        (
            [(LOAD, ONE_RUN, "max_active_runs: 2, overlap: queue"), (LOAD, "    retries: 2\n", "")],
            [
                (
                    "pipelines[0]",
                    "Pipeline load_orders may overlap itself, and how long it runs at worst is not known; missing: p95 "
                    "runtime, retries or their delay",
                )
            ],
        ),
    ],
)
def test_runs_fit_their_interval(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "ING007", changes)) == problems


BUILD_CUSTOMERS = "inputs: [raw.crm_accounts, mart.fct_orders]"
REVENUE = (
    ("05-modeling.yml", "depends_on: [mart.fct_orders]", "depends_on: [mart.fct_orders, mart.ledger_reconciliation]"),
    (LOAD, "inputs: [mart.fct_orders]\n", "inputs: [mart.fct_orders, mart.ledger_reconciliation]\n"),
)
CIRCLE = "These pipelines wait for each other: "


def led_back(more: str) -> tuple[str, str, str]:
    edge = f"{{from: mart.ledger_reconciliation, to: mart.revenue_daily{more}}}"
    return "08-operations.yml", "  edges: []", f"  edges: [{edge}]"


@pytest.mark.parametrize(
    ("changes", "circle"),
    [
        ([(LOAD, BUILD_CUSTOMERS, f"{BUILD_CUSTOMERS[:-1]}, mart.dim_customers]")], None),
        ([*REVENUE], "build_finance → build_reconciliation → build_finance"),
        ([*REVENUE, led_back(", via: build_finance")], "build_finance → build_reconciliation → build_finance"),
        ([*REVENUE, led_back(", feedback: true")], None),
    ],
)
def test_what_was_there_before_the_run_closes_no_circle(tmp_path: Path, changes: Changes, circle: str | None) -> None:
    found = sample(tmp_path, "orders-mart", "ING006 ING008", changes)
    assert [one.message for one in found if one.rule == "ING006"] == ([CIRCLE + circle] if circle else [])
    assert any("missing is an order" in one.message for one in found if one.rule == "ING008") == bool(circle)


PAYMENTS = "outputs: [raw.payments]\n"


@pytest.mark.parametrize(
    ("waits", "circle"),
    [
        ("{pipeline: build_orders, timeout: 30 min}", "load_payments → build_orders → load_payments"),
        (
            "{dataset: mart.revenue_daily, timeout: 30 min}",
            "load_payments → build_orders → build_finance → load_payments",
        ),
        ("{pipeline: load_payments, timeout: 30 min}", None),  # the run before
        ("{dataset: raw.payments, timeout: 30 min}", None),
        ("{pipeline: build_reconciliation, timeout: 30 min}", None),  # which has a schedule of its own
    ],
)
def test_a_run_does_not_wait_for_what_it_starts(tmp_path: Path, waits: str, circle: str | None) -> None:
    changes = [(LOAD, PAYMENTS, f"{PAYMENTS}    waits_for: [{waits}]\n")]
    found = told(sample(tmp_path, "orders-mart", "ING006", changes))
    assert [message for _, message in found] == ([CIRCLE + circle] if circle else [])


@pytest.mark.parametrize(("first", "second", "place"), [("", "", 1), (MARK, "", 1), ("", MARK, 0), (MARK, MARK, None)])
def test_the_writer_without_a_mark_is_told(tmp_path: Path, first: str, second: str, place: int | None) -> None:
    changes = [
        (LOAD, "outputs: [raw.orders]", f"outputs: [raw.orders, mart.orders]{first}"),
        (LOAD, "outputs: [mart.orders]", f"outputs: [mart.orders]{second}"),
    ]
    found = [path for path, _ in told(judged(tmp_path, "ING006", changes))]
    assert found == ([] if place is None else [f"pipelines[{place}].outputs"])


def test_an_output_that_is_named_twice_has_one_writer(tmp_path: Path) -> None:
    assert judged(tmp_path, "ING006", [(LOAD, "outputs: [mart.orders]", "outputs: [mart.orders, mart.orders]")]) == []


def test_a_refused_mark_leaves_writers_undetermined(tmp_path: Path) -> None:
    unread = (LOAD, "outputs: [raw.orders]", "outputs: [raw.orders, mart.orders]\n    partitioned_by_writer: perhaps")
    marked = (LOAD, "outputs: [mart.orders]", "outputs: [mart.orders]\n    partitioned_by_writer: true")
    assert verdicts(judged(tmp_path / "marked", "ING006", [unread, marked])) == [("ING006", "undetermined", None)]
    found = told(judged(tmp_path / "not", "ING006", [unread]))
    assert found == [("pipelines[1].outputs", "mart.orders is written by load_orders and build_orders")]


def test_a_refused_runtime_leaves_runs_undetermined(tmp_path: Path) -> None:
    changes = [
        (LOAD, ONE_RUN, "max_active_runs: 2, overlap: queue"),
        ("03-capacity.yml", "p50: 3 min, p95: 6 min", "p50: 3 min, p95: 6 m"),
    ]
    assert verdicts(judged(tmp_path, "ING007", changes)) == [("ING007", "undetermined", None)]


def clocked(cron: str, more: str = "") -> tuple[str, str, str]:
    return LOAD, BUILD, f'schedule: {{cron: "{cron}", timezone: UTC, catchup: false}}{more}'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (clocked("16 3 * * *"), None),
        (
            clocked("15 3 * * *"),
            "Pipeline build_orders starts 15 min after load_orders, which needs 6 min until raw.orders can be read; a "
            "margin of 10 min is asked for",
        ),
        (
            clocked("0 3 * * *"),
            "Pipeline build_orders starts 0 s after load_orders, which needs 6 min until raw.orders can be read; a "
            "margin of 10 min is asked for",
        ),
        (clocked("0 3 * * *", "\n    waits_for: [{pipeline: load_orders, timeout: 1 h}]"), None),
        ((LOAD, BUILD, BUILD), None),
    ],
)
def test_readers_behind_their_writers(tmp_path: Path, change: tuple[str, str, str], message: str | None) -> None:
    expected = [("pipelines[1].schedule.cron", message)] if message else []
    assert told(judged(tmp_path, "ING009", [change])) == expected


def test_a_reader_whose_writer_has_no_runtime_is_told(tmp_path: Path) -> None:
    gone = ("03-capacity.yml", "  - {pipeline: load_orders, p50: 3 min, p95: 6 min, max: 15 min}\n", "")
    assert told(judged(tmp_path, "ING009", [clocked("30 3 * * *"), gone])) == [
        (
            "pipelines[1].schedule.cron",
            "Pipeline build_orders reads raw.orders by the clock, and when load_orders is done is not known: missing "
            "is the p95 runtime of pipeline load_orders",
        )
    ]


@pytest.mark.parametrize("rule", ["ING008", "ING009"])
def test_a_refused_wait_leaves_promises_and_couplings_undetermined(tmp_path: Path, rule: str) -> None:
    mute, refused = clocked("0 3 * * *"), clocked("0 3 * * *", "\n    waits_for: load_orders")
    assert [entry.verdict for entry in judged(tmp_path / "mute", rule, [mute])] == ["fail"]
    assert verdicts(judged(tmp_path / "refused", rule, [refused])) == [(rule, "undetermined", None)]


def test_a_refused_runtime_leaves_couplings_undetermined(tmp_path: Path) -> None:
    broken = ("03-capacity.yml", "p50: 3 min, p95: 6 min", "p50: 3 min, p95: 6 m")
    assert verdicts(judged(tmp_path, "ING009", [clocked("30 3 * * *"), broken])) == [("ING009", "undetermined", None)]


@pytest.mark.parametrize(
    ("change", "fires"),
    [
        (every("30 2 * * *", "Europe/Berlin"), True),
        (every("30 1 * * *", "America/New_York"), True),
        (every("* * * * *", "Europe/Berlin"), True),
        (every("30 3 * * *", "Europe/Berlin"), False),
        (every("30 2 * * *", "Asia/Tokyo"), False),
        ((LOAD, CRON, 'cron: "30 2 * * *", timezone: Europe/Berlin, dst_policy: Made up an hour later'), False),
    ],
)
def test_clock_changes(tmp_path: Path, change: tuple[str, str, str], fires: bool) -> None:
    found = judged(tmp_path, "ING010", [change])
    assert [(entry.severity, entry.path) for entry in found] == (
        [("warning", "pipelines[0].schedule")] if fires else []
    )


def test_a_refused_zone_leaves_clock_changes_undetermined(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "ING010", [every("30 2 * * *", "Europe/Atlantis")])) == [
        ("ING010", "undetermined", None)
    ]
