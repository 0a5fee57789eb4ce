"""What a finding suggests is typed into the bad plan, and the finding is gone."""

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.rule import Edit
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .judging import ROOT, judged, sample, stream
from .test_rules import TODAY, apply

BAD = ROOT / "tests" / "data" / "bad-plans"
CONTEXT, SOURCES, EVENTS, CAPACITY = "01-context.yml", "02-sources.yml", "03-events.yml", "03-capacity.yml"
CONTRACTS, CUTOVER = "06-contracts.yml", "09-cutover.yml"

Change = tuple[str, str, str]
"""File, what stands there, and what is typed in its place, with the groups of the pattern as `{0}`, `{1}`."""

TARGET_PATH = "freshness[0].target"
ON_TIME, BOARD = "consumers[0].freshness", "finance-board"
PARALLEL = r"`parallel: (\d+)` with `size: (\d+)`, (\d+) in its own"
LONGER = r"`must_finish_within: (\S+ h)`"
SHARED, ALONE = (
    "{id: default_pool, size: 4}",
    ("default_pool\n    priority: same", "alone\n    priority: separate_pool"),
)
AT_LEAST, AT_MOST, SUCH_AS = r"^at least ([^,]+)", r"^at most ([^,]+)", r"such as `(.+)`$"
LISTS = r"`(- \{consumer: [^`]+)<what they change>([^`]+)\}`, then `(acknowledged: true)` in it"
NO_MIGRATION = "migrations: {not_applicable: Everybody can still read the other columns}"
LINE = "{driver: compute, model: snowflake, purpose: run, quantity: 8 credits/month, "
PINNED_APART = (
    r"^Take `(pinned: \^1)` out here, .+; keep it for mart.turnover in gate contracts here, at `contracts\[0\]`: "
    r"`(consumers: [^`]+)` in place of `from_context`; and pin mart.orders in gate contracts of plan orders-table, at "
    r"`contracts\[0\]`: `(consumers: [^`]+)` in place of `from_context`$"
)
FIRST_DAY = r"(\d{4}-\d\d-\d\d) or later"
POINT = "after: [s01], expected: 15 min"
SWAPPED = r"`after: (\[s01\])` in c01, and `after: (\[c01\])` in s02"
R02 = "    - {id: r02, name: Point the report back at the export, owner: data_team, expected: 15 min, undoes: [s02]}\n"
DECISION = "after: [s02], expected: 10 min"
STAYS = "{none: The export stays there}"
CRITERION = "{statement: The numbers look good, owner: data_team}"
PROMISED = "plan orders-table promises 31 h for mart.orders"
MARGIN = "so that the age of mart.turnover fills no more than 80 % of its promise (`freshness_headroom`)"
TARGET, SERVED = "`freshness[0].target` of gate sources", "`contracts[0].sla.freshness` of gate contracts"
WINDOW = "window: {start: 2026-12-15T09:00:00+00:00, end: 2026-12-15T13:00:00+00:00}"
HALF = r"at most (\S+ s)$"


@pytest.mark.parametrize(
    ("place", "rule", "path", "pattern", "changes"),
    [
        ("rushed-switch/orders-switch", "BCK003", "backfill[0].pool", PARALLEL,
         [(CUTOVER, "parallel: 4", "parallel: {0}"), (CAPACITY, "size: 4", "size: {1}")]),
        ("rushed-switch/orders-switch", "BCK003", "backfill[0].pool", LONGER,
         [(CUTOVER, "must_finish_within: 12 h", "must_finish_within: {0}"), (CAPACITY, "size: 4", "size: 17")]),
        ("rushed-switch/orders-switch", "BCK003", "backfill[0].pool", r"^`(size: \d+)` of pool",
         [(CUTOVER, "must_finish_within: 12 h", "must_finish_within: 48 h"), (CAPACITY, "size: 4", "{0}")]),
        ("rushed-switch/orders-switch", "CAP012", "resources.pools[0].size", AT_LEAST,
         [(CAPACITY, "size: 4", "size: {0}")]),
        ("rushed-switch/orders-switch", "CAP012", "resources.pools[0].size", r"its own pool, `(.+)`, and",
         [(CAPACITY, "{id: default_pool, size: 4}", "{id: default_pool, size: 4}, {0}"),
          (CUTOVER, "pool: default_pool", "pool: orders_history")]),
        ("rushed-switch/orders-switch", "BCK003", "backfill[0].pool", PARALLEL,
         [(CUTOVER, "parallel: 4", "parallel: {0}"), (CAPACITY, SHARED, SHARED + ", {id: alone, size: {2}}"),
          (CUTOVER, *ALONE)]),
        ("rushed-switch/orders-switch", "BCK003", "backfill[0].pool", r"its own with `(size: \d+)`",
         [(CUTOVER, "must_finish_within: 12 h", "must_finish_within: 48 h"),
          (CAPACITY, SHARED, SHARED + ", {id: alone, {0}}"), (CUTOVER, *ALONE)]),
        ("rushed-switch/orders-switch", "CAP010", "backfill[0]", r"such as `(.+)<your price>(.+)`$",
         [(CAPACITY, "  lines:\n", "  lines:\n    - {0}2{1}\n")]),
        ("rushed-switch/orders-switch", "CUT002", "cutover.window", r"end at (\S+) or",
         [(CUTOVER, "end: 2027-01-12T10:00:00+00:00", "end: {0}")]),
        ("rushed-switch/orders-switch", "CUT004", "cutover.steps[1].after", SWAPPED,
         [(CUTOVER, DECISION, "after: {0}, expected: 10 min"), (CUTOVER, POINT, "after: {1}, expected: 15 min")]),
        ("rushed-switch/orders-switch", "CUT006", "cutover.steps[1].rollback", r"(over before s02) begins",
         [(CUTOVER, DECISION, "after: [s01], expected: 10 min"), (CUTOVER, POINT, "after: [c01], expected: 15 min")]),
        ("rushed-switch/orders-switch", "CUT004", "cutover.steps[1].criteria[0]", SUCH_AS,
         [(CUTOVER, CRITERION, "{0}")]),
        ("rushed-switch/orders-switch", "CUT006", "cutover.steps[2].rollback", SUCH_AS,
         [(CUTOVER, "reversible: true, rollback: r02", "{0}"), (CUTOVER, R02, "")]),
        ("rushed-switch/orders-switch", "CUT007", "rollback.max", r"`(max: 15 min)`",
         [(CUTOVER, "max: 10 min", "{0}")]),
        ("rushed-switch/orders-switch", "CUT008", "rollback.written_after_switch", SUCH_AS,
         [(CUTOVER, "  available_for", "  {0}\n  available_for")]),
        ("rushed-switch/orders-switch", "CUT008", "rollback.written_after_switch", r"`(written_after_switch: replay)`",
         [(CUTOVER, "written_after_switch: discard", "{0}")]),
        ("never-measured/returns-table", "CAP004", "throughput.capacity", AT_LEAST,
         [(CAPACITY, "capacity: 2000 rows/h", "capacity: {0}")]),
        ("never-measured/returns-table", "CAP004", "throughput.capacity", AT_LEAST,
         [(CAPACITY, "{capacity: 2000 rows/h, target_utilisation: 95 %}",
           "{capacity: {0}, target_utilisation: 70 %}")]),
        ("never-measured/returns-table", "CAP004", "throughput.capacity", AT_LEAST,
         [(SOURCES, "peak_factor: 0.5", "peak_factor: 1"),
          (CAPACITY, "{capacity: 2000 rows/h, target_utilisation: 95 %}",
           "{capacity: {0}, target_utilisation: 70 %}")]),
        ("never-measured/returns-table", "CAP004", "throughput.target_utilisation", r"^at most ([^(]+ %)",
         [(CAPACITY, "target_utilisation: 95 %", "target_utilisation: {0}")]),
        ("never-measured/returns-table", "CAP004", "throughput.capacity", r"Or is it `(2000 rows/s)`\?$",
         [(CAPACITY, "{capacity: 2000 rows/h, target_utilisation: 95 %}",
           "{capacity: {0}, target_utilisation: 70 %}")]),
        ("never-measured/returns-table", "CAP005", "workloads[0].growth_kind", SUCH_AS,
         [(SOURCES, "        peak_factor: 0.5\n", "        peak_factor: 0.5\n        {0}\n")]),
        ("never-measured/returns-table", "CAP008", "cost.lines[1].unit_price", SUCH_AS,
         [(CAPACITY, "unit_price: 3 EUR/GB/month", "{0}")]),
        ("never-measured/returns-table", "CAP009", "cost.budget", SUCH_AS,
         [(CAPACITY, "quantity: 8 credits/month, unit_price: 3 EUR/GB/month", "{0}"),
          (CAPACITY, "23 EUR/GB/month", "23 EUR/TB/month")]),
        ("never-measured/returns-table", "GEN012", "cost.price_as_of", FIRST_DAY,
         [(CAPACITY, "price_as_of: 2025-02-01", "price_as_of: {0}")]),
        ("broken-promises/finance-board", "PLN002", "consumers[0].pinned", PINNED_APART,
         [(CONTEXT, ", {0}", ""), (CONTRACTS, "consumers: from_context", "{1}"),
          ("../orders-table/" + CONTRACTS, "consumers: from_context", "{2}")]),
        ("broken-promises/finance-board", "PLN008", "sources[0].datasets[0]", LISTS,
         [("../orders-table/" + CONTRACTS, NO_MIGRATION, "migrations:\n    {0}Read the other column{1}, {2}}"),
          ("../orders-table/" + CONTRACTS, "sunset: 2027-01-05", "sunset: 2027-01-19")]),  # as CON006 asks for
        ("broken-promises/orders-table", "CON006", "evolution.changes[0].sunset", r"or announce .+ on (\S+) already",
         [(CONTRACTS, "announce: 2026-12-20", "announce: {0}")]),
        ("broken-promises/finance-board", "PLN002", "go_live", r"^(\S+) (\S+) UTC or later",
         [("plan.yml", "2026-12-15T09:00:00+00:00", "{0}T{1}:00Z")]),
        ("broken-promises/finance-board", "ING008", "freshness[0].target", AT_LEAST,
         [(SOURCES, "target: 31 h", "target: {0}")]),
        ("broken-promises/finance-board", "CTX010", ON_TIME, AT_LEAST,
         [(CONTEXT, "freshness: 12 h", "freshness: {0}")]),
        ("broken-promises/finance-board", "CON010", "contracts[0].sla.freshness", AT_LEAST,
         [(CONTRACTS, "freshness: 31 h", "freshness: {0}")]),
        ("broken-promises/orders-table", "CON010", "contracts[0].sla.freshness", r"^(31 h), as `freshness\[0\].target`",
         [(CONTRACTS, "freshness: 6 h", "freshness: {0}")]),
        ("broken-promises/orders-table", "DQ012", "contracts[0].sla.freshness", r"such as (.+)$",
         [(CONTRACTS, "freshness: 6 h", "freshness: {0}")]),
        ("broken-promises/finance-board", "DQ012", "contracts[0].sla.freshness", AT_LEAST,
         [(CONTRACTS, "freshness: 31 h", "freshness: {0}"), (SOURCES, "target: 31 h", "target: {0}"),
          (CONTEXT, "freshness: 12 h", "freshness: {0}")]),
        ("broken-promises/orders-table", "CON010", "contracts[0].sla.retention", AT_MOST,
         [(CONTRACTS, "retention: 10 yr", "retention: {0}")]),
        ("broken-promises/orders-table", "CON006", "contracts[0].parallel_versions", r"`(parallel_versions: 2)`",
         [(CONTRACTS, "    sla:", "    {0}\n    sla:")]),
        ("broken-promises/orders-table", "CON006", "contracts[0].parallel_versions", r"`(live_versions: .+)`$",
         [(CONTRACTS, "    sla:", "    {0}\n    sla:")]),
        ("broken-promises/orders-table", "CON006", "evolution.changes[0].sunset", FIRST_DAY,
         [(CONTRACTS, "sunset: 2027-01-05", "sunset: {0}")]),
        ("careless-stream/checkout-stream", "STR003", "time.idleness", SUCH_AS,
         [(EVENTS, "time: {watermark", "time: {{0}, watermark")]),
        ("careless-stream/checkout-stream", "STR003", "time.idleness", r"`(low_traffic: false)`",
         [(EVENTS, "low_traffic: true", "{0}")]),
        ("careless-stream/checkout-stream", "ING008", "time.idleness", SUCH_AS,
         [(EVENTS, "time: {watermark", "time: {{0}, watermark")]),
        ("careless-stream/checkout-stream", "STR009", "streams[0].retention", AT_LEAST,
         [(EVENTS, "retention: 2 h", "retention: {0}")]),
        ("careless-stream/checkout-stream", "CUT009", "streams[0].retention", AT_LEAST,
         [(EVENTS, "retention: 2 h", "retention: {0}")]),
        ("careless-stream/checkout-stream", "STR006", "checkpoints.interval", AT_LEAST,
         [(EVENTS, "checkpoints: {interval: 10 s", "checkpoints: {interval: {0}")]),
        ("careless-stream/checkout-stream", "STR006", "checkpoints.interval", HALF,
         [(EVENTS, "expected: 10 s", "expected: {0}")]),
        ("careless-stream/checkout-stream", "STR006", "checkpoints.timeout", r"`(timeout: 20 s)`",
         [(EVENTS, "timeout: 5 s", "{0}")]),
        ("careless-stream/checkout-stream", "STR005", "state[0].ttl", AT_LEAST, [(EVENTS, "ttl: 10 min", "ttl: {0}")]),
        ("careless-stream/checkout-stream", "STR005", "state[1].ttl", AT_LEAST, [(EVENTS, "ttl: 1 h,", "ttl: {0},")]),
        ("careless-stream/checkout-stream", "STR007", "delivery.transaction_timeout", r"^more than (.+)$",
         [(EVENTS, "transaction_timeout: 30 s", "transaction_timeout: {0}"), (EVENTS, ": {interval: 10 s",
           ": {interval: 19.9 s")]),
        ("careless-stream/checkout-stream", "STR007", "sink.transactional", r"^`(transactional: true)`",
         [(EVENTS, "transactional: false", "{0}")]),
        ("careless-stream/checkout-stream", "STR013", "replay.side_effects", SUCH_AS,
         [(EVENTS, "side_effects: mails", "side_effects: mails, {0}")]),
        ("careless-stream/checkout-stream", "STR013", "replay.sink_idempotent", r"^`(sink_idempotent: true)`",
         [(EVENTS, "sink_idempotent: false", "{0}")]),
        ("careless-stream/checkout-stream", "STR011", "dlq.replay", SUCH_AS, [(EVENTS, "dlq: {", "dlq: {{0}, ")]),
    ],
)  # fmt: skip
def test_what_is_suggested_mends_it(
    tmp_path: Path, place: str, rule: str, path: str, pattern: str, changes: Sequence[Change]
) -> None:
    folder, plan = place.split("/")
    shutil.copytree(BAD / folder / "plans", tmp_path / "plans")
    _mended(tmp_path, plan, rule, path, pattern, changes)


# What is left once another suggestion was taken is mended by its own.
@pytest.mark.parametrize(
    ("place", "first", "rule", "path", "pattern", "changes"),
    [
        ("rushed-switch/orders-switch", [(CUTOVER, "{after: s02, why: The export is switched off with it}", STAYS)],
         "CUT007", "cutover.window.end", r"ends at (\S+) or",
          [(CUTOVER, "end: 2027-01-12T10:00:00+00:00", "end: {0}")]),
        ("broken-promises/finance-board",
         [("plan.yml", "go_live: 2026-12-15", "go_live: 2027-01-12"), (CUTOVER, "t0: 2026-12-15", "t0: 2027-01-12")],
         "CUT002", "cutover.window", r"`(window: [^`]+)`, and the freeze along",
         [(CUTOVER, WINDOW, "{0}")]),
        ("broken-promises/finance-board", [(CUTOVER, "t0: 2026-12-15", "t0: 2027-01-12")],
         "CUT002", "cutover.window", r"`(t0: [^`]+)`, if", [(CUTOVER, "t0: 2027-01-12T09:00:00+00:00", "{0}")]),
        ("broken-promises/finance-board", [(CUTOVER, "t0: 2026-12-15", "t0: 2027-01-12")],
         "BND004", "go_live", r"`(go_live: .+)`", [("plan.yml", "go_live: 2026-12-15T09:00:00+00:00", "{0}")]),
        ("careless-stream/checkout-stream", [(EVENTS, "time: {watermark", "time: {idleness: 1 min, watermark")],
         "ING008", "freshness[0].target", r"`(allowed_lateness: .+ min)` would do",
         [(EVENTS, "allowed_lateness: 3 h", "{0}"), (EVENTS, ": 5 s, a", ": 20 s, a")]),
        ("careless-stream/checkout-stream", [(EVENTS, "time: {watermark", "time: {idleness: 1 min, watermark")],
         "ING008", "freshness[0].target", AT_LEAST,
         [(SOURCES, "target: 15 min", "target: {0}"), (EVENTS, ": 5 s, a", ": 20 s, a")]),
        ("careless-stream/checkout-stream",
         [(EVENTS, "time: {watermark", "time: {idleness: 1 min, watermark"),
          (EVENTS, "commit_interval: 60 s, transactional: false", "transactional: true")],
         "ING008", "freshness[0].target", r"`(allowed_lateness: .+ min)` would do",
         [(EVENTS, "allowed_lateness: 3 h", "{0}"), (EVENTS, "{interval: 10 s", "{interval: 20 s"),
          (EVENTS, ": 5 s, a", ": 20 s, a")]),
        ("broken-promises/orders-table",
         [(CONTRACTS, "    sla:", "    live_versions: [{version: 1.0.0, sunset: 2026-12-21}]\n    sla:")],
         "CON006", "contracts[0].live_versions[0].sunset", FIRST_DAY,
         [(CONTRACTS, "sunset: 2026-12-21", "sunset: {0}")]),
    ],
)  # fmt: skip
def test_what_is_left_is_mended_too(
    tmp_path: Path,
    place: str,
    first: Sequence[Change],
    rule: str,
    path: str,
    pattern: str,
    changes: Sequence[Change],
) -> None:
    folder, plan = place.split("/")
    shutil.copytree(BAD / folder / "plans", tmp_path / "plans")
    for change in first:
        apply(tmp_path / "plans" / plan, Edit(*change))
    _mended(tmp_path, plan, rule, path, pattern, changes)


# What is mended elsewhere is told as following from there.
@pytest.mark.parametrize(
    ("place", "rule", "path", "cause"),
    [
        ("careless-stream/checkout-stream", "ING008", "time.idleness", "STR003"),
        ("careless-stream/checkout-stream", "STR003", "time.idleness", None),
        ("rushed-switch/orders-switch", "CUT006", "cutover.steps[1].rollback", "CUT004"),
        ("rushed-switch/orders-switch", "CUT006", "cutover.steps[2].rollback", None),
        ("rushed-switch/orders-switch", "CUT007", "rollback.max", "CUT006"),
        ("broken-promises/finance-board", "DQ012", "contracts[0].sla.freshness", "CTX010"),
        ("broken-promises/orders-table", "DQ012", "contracts[0].sla.freshness", "CON010"),
    ],
)
def test_what_follows_names_its_cause(tmp_path: Path, place: str, rule: str, path: str, cause: str | None) -> None:
    folder, plan = place.split("/")
    shutil.copytree(BAD / folder / "plans", tmp_path / "plans")
    assert [finding.cause for finding in _found(tmp_path, plan, rule, path)] == [cause]


ALREADY = "whatever that is, it is at least 183 min old"
LOWER = "; that alone does not do, the most of the age is `allowed_lateness` (3 h)"
ROWS = "sources[0].datasets[0].rows_per_day"
BATCH = "raw.returns, 120,000 rows/h: 6,000 rows in 3 min (p95 of load_returns, which CAP007 doubts: its p50 is 6 min)"
NEXT = "24.2 h come from elsewhere, the most of that from the wait for the next run of copy_orders (24 h)"


# What is said of a number is true of the plan once it is mended, and says which way does not lead there.
@pytest.mark.parametrize(
    ("place", "rule", "path", "said"),
    [
        ("careless-stream/checkout-stream", "ING008", "time.idleness", ALREADY),
        ("careless-stream/checkout-stream", "CTX010", ON_TIME, ALREADY),
        ("careless-stream/checkout-stream", "CTX010", ON_TIME, LOWER),
        ("careless-stream/checkout-stream", "ING008", "time.idleness", LOWER),
        (
            "careless-stream/checkout-stream",
            "ING008",
            "time.idleness",
            "most of it `allowed_lateness` (3 h), and 15 min are promised",
        ),
        ("careless-stream/checkout-stream", "STR005", "state[1].ttl", "follows from `windows[0].size` (1 min) and"),
        ("careless-stream/checkout-stream", "STR009", "streams[0].retention", "at least 6 d, as backfill minutes_re"),
        (
            "broken-promises/finance-board",
            "CTX010",
            ON_TIME,
            f"by 45.6 h: {PROMISED}; no promise there is short enough, {NEXT}",
        ),
        (
            "broken-promises/finance-board",
            "CTX010",
            ON_TIME,
            f"at least 69 h, the same in {TARGET} and {SERVED}, {MARGIN}",
        ),
        (
            "broken-promises/finance-board",
            "ING008",
            "freshness[0].target",
            f"{PROMISED}; at most 38 min would do, but as it is built there it can promise no less than 30.4 h",
        ),
        (
            "broken-promises/orders-table",
            "CON010",
            "contracts[0].sla.freshness",
            "make mart.orders younger by 19.5 h: ",
        ),
        ("never-measured/returns-table", "CAP004", "throughput.capacity", BATCH),
        (
            "never-measured/returns-table",
            "CAP005",
            "workloads[0].growth_kind",
            "in the source dataset shop_db.returns (02-sources.yml), or in each of them",
        ),
        (
            "never-measured/returns-table",
            "CAP004",
            "throughput.capacity",
            "is 120,000 rows/h with the peak factor of shop_db.returns (0.5) taken as 1, the least that SRC004 allows,",
        ),
        ("never-measured/returns-table", "CAP007", "runtimes[0].p50", "Or `p95` at least 6 min"),
        (
            "never-measured/returns-table",
            "CAP009",
            "cost.budget",
            "the other lines alone come to 2,612 EUR/month at the ",
        ),
        ("never-measured/returns-table", "GEN011", ROWS, "measured | vendor | analogy, with `as_of`, or"),
        (
            "careless-stream/checkout-stream",
            "STR007",
            "delivery.transaction_timeout",
            "is the 20 s that STR006 asks for",
        ),
        ("careless-stream/checkout-stream", "STR013", "replay.sink_idempotent", "in `target` of `replay`"),
    ],
)
def test_what_is_said_beside_it_is_said(tmp_path: Path, place: str, rule: str, path: str, said: str) -> None:
    folder, plan = place.split("/")
    shutil.copytree(BAD / folder / "plans", tmp_path / "plans")
    told = [text for one in _found(tmp_path, plan, rule, path) for text in (one.message, one.expected, one.hint)]
    assert [said in (text or "") for text in told].count(True) == 1, told


@pytest.mark.parametrize(("late", "told"), [("12 min", False), ("13 min", True)])
def test_an_age_is_too_much_already_only_where_it_is(tmp_path: Path, late: str, told: bool) -> None:
    shutil.copytree(BAD / "careless-stream" / "plans", tmp_path / "plans")
    change = Edit(EVENTS, "allowed_lateness: 3 h", f"allowed_lateness: {late}")
    apply(tmp_path / "plans" / "checkout-stream", change)
    (found,) = _found(tmp_path, "checkout-stream", "CTX010", ON_TIME)
    assert ("whatever that is" in found.message, "alone" in (found.hint or "")) == (told, told)


# One number that is wrong at several places is mended at all of them by what one finding says.
@pytest.mark.parametrize(
    ("rule", "path", "hours", "left"),
    [("CTX010", ON_TIME, "69 h", []), ("CTX010", ON_TIME, "68.9 h", ["ING008"]), ("ING008", TARGET_PATH, "69 h", [])],
)
def test_all_places_that_have_to_say_the_same_are_named(
    tmp_path: Path, rule: str, path: str, hours: str, left: Sequence[str]
) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    (found,) = _found(tmp_path, BOARD, rule, path)
    assert found.expected is not None
    assert set(re.findall(r"`([^`]+)` of gate (\w+)", found.expected)) | {(path, found.gate)} == {
        (ON_TIME, "context"),
        (TARGET_PATH, "sources"),
        ("contracts[0].sla.freshness", "contracts"),
    }
    for file, old in ((CONTEXT, "freshness: 12 h"), (SOURCES, "target: 31 h"), (CONTRACTS, "freshness: 31 h")):
        apply(tmp_path / "plans" / BOARD, Edit(file, old, f"{old.split(':')[0]}: {hours}"))
    about_age = {"CTX010", "ING008", "CON010", "DQ012", "PLN005"}
    assert [one.rule for one in _all(tmp_path) if one.plan == BOARD and one.rule in about_age] == left


# What another plan promises can be less only as far as that one is fast enough.
@pytest.mark.parametrize(
    ("cron", "hint"),
    [
        ("0 3 * * *", "; at most 38 min would do, but as it is built"),
        ("*/5 * * * *", "; agree on at most 38 min there"),
    ],
)
def test_nothing_is_asked_of_another_plan_that_it_cannot_keep(tmp_path: Path, cron: str, hint: str) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    apply(tmp_path / "plans" / "orders-table", Edit("04-ingestion.yml", 'cron: "0 3 * * *"', f'cron: "{cron}"'))
    (found,) = _found(tmp_path, BOARD, "ING008", TARGET_PATH)
    assert hint in (found.hint or "")


# Who does all that is told in one go, as it is told, meets nothing new.
TOGETHER = {
    BOARD: [
        ("plan.yml", "go_live: 2026-12-15T", "go_live: 2027-01-13T"),
        (CUTOVER, "2026-12-15T", "2027-01-13T"),
        (CUTOVER, "2026-12-14T", "2027-01-12T"),
        ("04-ingestion.yml", "start_date: 2026-12-15", "start_date: 2027-01-13"),
        ("10-acceptance.yml", "due: 2026-12-15", "due: 2027-01-13"),
        (CONTEXT, "grain: [paid_date]", "grain: [order_date]"),
        (
            CONTEXT,
            "Number of orders, by the day on which they were paid",
            '"Number of placed orders, by order date, without cancelled ones"',
        ),
        (CONTEXT, "pinned: ^1, freshness: 12 h", "freshness: 69 h"),
        (SOURCES, "target: 31 h", "target: 69 h"),
        (SOURCES, "owner: data_platform", "owner: data_team"),
        (CONTRACTS, "freshness: 31 h", "freshness: 69 h"),
        (CONTRACTS, "consumers: from_context", "consumers: [{consumer: finance_board, pinned: ^1}]"),
    ],
    "orders-table": [
        (
            CONTRACTS,
            "consumers: from_context",
            "consumers: [{consumer: stock_report}, {consumer: finance-board, pinned: ^2}]\n    parallel_versions: 2",
        ),
        (CONTRACTS, "upgrade_order: producers_first", "upgrade_order: consumers_first"),
        (CONTRACTS, "freshness: 6 h, retention: 10 yr", "freshness: 31 h, retention: 3 yr"),
        (CONTRACTS, "sunset: 2027-01-05", "sunset: 2027-01-19"),
        (
            CONTRACTS,
            NO_MIGRATION,
            "migrations:\n"
            + "".join(
                f"    - {{consumer: {name}, dataset: mart.orders, change: status, steps: Read the other column, "
                "owner: data_team, by: 2027-01-19, acknowledged: true}\n"
                for name in ("finance-board", "stock_report")
            ),
        ),
        (CUTOVER, "comms: [", "comms: [{audience: finance-board, channel: email, offset: -24 h, owner: data_team}, "),
    ],
}


def test_all_that_is_told_of_broken_promises_can_be_done_together(tmp_path: Path) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    for plan, changes in TOGETHER.items():
        for change in changes:
            apply(tmp_path / "plans" / plan, Edit(*change))
    assert [(one.plan, one.rule, one.message) for one in _all(tmp_path) if one.severity != "info"] == []


# An age that only comes about elsewhere is told to each who relies on it, and by whom it is told there.
@pytest.mark.parametrize(
    ("there", "cause"),
    [
        ([(SOURCES, "target: 31 h", "target: 6 h")], "ING008"),
        ([(SOURCES, "  - {dataset: mart.orders, target: 31 h, slo: 99 %, window: 30 d}\n", "  []\n")], "CON010"),
        ([(SOURCES, "target: 31 h", "target: 6 h"), ("plan.yml", "tier: B", "tier: C")], None),
    ],
)
def test_a_chain_of_promises_names_who_breaks_it(tmp_path: Path, there: Sequence[Change], cause: str | None) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    for change in there:
        apply(tmp_path / "plans" / "orders-table", Edit(*change))
    apply(tmp_path / "plans" / BOARD, Edit(CONTEXT, "freshness: 12 h", "freshness: 31 h"))
    told = {one.path: one for one in _all(tmp_path) if (one.plan, one.rule) == (BOARD, "PLN005")}
    why = "it comes to 48.4 h: plan orders-table promises mart.orders within 6 h and comes to 24.3 h"
    assert {path: one.message for path, one in told.items()} == {
        ON_TIME: f"Consumer finance_board needs mart.turnover at most 31 h old; {why}",
        TARGET_PATH: f"mart.turnover is promised at most 31 h old; {why}",
    }
    for one in told.values():
        assert (one.observed, one.expected) == ("31 h", "at least 48.5 h, or less from plan orders-table")
        assert (one.cause, one.cause_plan) == (cause, cause and "orders-table")


# A day that moves takes along what lies before it, and nothing else.
@pytest.mark.parametrize(
    ("changes", "along"),
    [
        (
            [],
            " and move `cutover.t0`, `cutover.window`, `cutover.freeze`, `schedule.start_date` of copy_orders and "
            "`due` of count_correct along",
        ),
        (
            [
                ("09-cutover.yml", "2026-12-1", "2027-01-1"),
                ("04-ingestion.yml", "2026-12-15", "2027-01-12"),
                ("10-acceptance.yml", "2026-12-15", "2027-01-12"),
            ],
            "",
        ),
    ],
)
def test_what_has_to_follow_a_go_live_is_named(tmp_path: Path, changes: Sequence[Change], along: str) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    for change in changes:
        apply(tmp_path / "plans" / BOARD, Edit(*change))
    (found,) = _found(tmp_path, BOARD, "PLN002", "go_live")
    assert found.hint == f"Go live then{along}; or settle with them what is read until then"


# Two switches of the same people keep apart: the day that is suggested is one on which they do.
@pytest.mark.parametrize(
    ("there", "day", "why"),
    [
        ([], "2027-01-13 09:00 UTC", ", after the cutover of plan orders-table is over (2027-01-12 13:00 UTC)"),
        ([(CUTOVER, "data_platform", "crm"), (CUTOVER, "owner: data_team", "owner: crm")], "2027-01-12 09:00 UTC", ""),
        ([("plan.yml", "2027-01-12T09:00", "2027-01-12T10:00")], "2027-01-13 09:00 UTC", ""),
    ],
)
def test_the_day_to_go_live_is_free_for_the_switch(tmp_path: Path, there: Sequence[Change], day: str, why: str) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    for change in there:
        apply(tmp_path / "plans" / "orders-table", Edit(*change))
    (found,) = _found(tmp_path, BOARD, "PLN002", "go_live")
    assert found.expected == f"{day} or later{why}"


@pytest.mark.parametrize(("day", "meets"), [("2027-01-12", True), ("2027-01-13", False)])
def test_a_switch_that_moves_to_the_day_that_is_suggested_meets_no_other(tmp_path: Path, day: str, meets: bool) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    for file in ("plan.yml", CUTOVER):
        apply(tmp_path / "plans" / BOARD, Edit(file, "2026-12-15", day))
    assert bool([one for one in _all(tmp_path) if one.rule == "PLN006"]) is meets


# A rollback step that has to go is no reason for a longer way back, unless the way is too long without it as well.
@pytest.mark.parametrize(
    ("first", "hint", "cause"),
    [
        ("5 min", "Once r02 is deleted 10 min will do; until then it takes `max: 15 min`", "CUT006"),
        ("11 min", "Write `max: 15 min`, or shorten the longest way back", None),
    ],
)
def test_a_step_that_is_to_be_deleted_lengthens_no_way_back(
    tmp_path: Path, first: str, hint: str, cause: str | None
) -> None:
    shutil.copytree(BAD / "rushed-switch" / "plans", tmp_path / "plans")
    plan = tmp_path / "plans" / "orders-switch"
    apply(plan, Edit(CUTOVER, "expected: 5 min, undoes", f"expected: {first}, undoes"))
    (found,) = _found(tmp_path, "orders-switch", "CUT007", "rollback.max")
    assert (found.hint, found.cause) == (hint, cause)
    apply(plan, Edit(CUTOVER, "reversible: true, rollback: r02", "forward_fix: Point the report at last week's table"))
    apply(plan, Edit(CUTOVER, R02, ""))
    assert bool(_found(tmp_path, "orders-switch", "CUT007", "rollback.max")) == (cause is None)


# A pin for several datasets is none for one of them: what is expected stands where that one is promised.
def test_a_pin_for_several_datasets_is_not_to_be_changed_where_it_stands(tmp_path: Path) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    path = "consumers[0].pinned"
    (found,) = _found(tmp_path, BOARD, "PLN002", path)
    assert found.expected == "^2 for mart.orders, pinned by itself in its contract"
    apply(tmp_path / "plans" / BOARD, Edit(CONTEXT, "mart.turnover, mart.orders], pinned", "mart.orders], pinned"))
    assert [one.expected for one in _found(tmp_path, BOARD, "PLN002", path)] == ["^2"]
    apply(tmp_path / "plans" / BOARD, Edit(CONTEXT, "pinned: ^1", "pinned: ^2"))
    assert _found(tmp_path, BOARD, "PLN002", path) == []


def test_a_list_of_migrations_takes_the_place_of_the_reason_for_none(tmp_path: Path) -> None:
    shutil.copytree(BAD / "broken-promises" / "plans", tmp_path / "plans")
    plan, there, hints = tmp_path / "plans" / "orders-table", "in place of its `not_applicable`", []
    for old, new in ((NO_MIGRATION, NO_MIGRATION), (NO_MIGRATION, "migrations: []")):
        apply(plan, Edit(CONTRACTS, old, new))
        hints.append([entry.hint or "" for entry in _all(tmp_path) if entry.rule in {"CON005", "PLN008"}])
    assert [[there in hint for hint in one] for one in hints] == [[True] * 3, [False] * 3]
    listed = "{consumer: stock_report, dataset: mart.orders, change: status, steps: Read on, by: 2027-01-05}"
    apply(plan, Edit(CONTRACTS, "migrations: []", f"migrations: [{listed}]"))
    (found,) = (entry for entry in _all(tmp_path) if entry.rule == "CON005" and "stock_report" in entry.message)
    assert found.hint == "Agree with them on the steps and the day, then write `acknowledged: true`"
    apply(plan, Edit(CONTRACTS, "by: 2027-01-05}", "by: 2027-01-05, acknowledged: true}"))
    assert [entry for entry in _all(tmp_path) if entry.rule == "CON005" and "stock_report" in entry.message] == []


def test_a_name_that_has_to_go_and_names_nothing_is_not_to_be_mended(tmp_path: Path) -> None:
    shutil.copytree(BAD / "rushed-switch" / "plans", tmp_path / "plans")
    apply(tmp_path / "plans" / "orders-switch", Edit(CUTOVER, R02, ""))
    found = _found(tmp_path, "orders-switch", "GEN003", "cutover.steps[2].rollback")
    assert [(one.message, one.cause) for one in found] == [("`r02` names no rollback step", "CUT006")]


def test_a_pool_of_its_own_is_one_decision_for_three_findings(tmp_path: Path) -> None:
    shutil.copytree(BAD / "rushed-switch" / "plans", tmp_path / "plans")
    plan, settled = tmp_path / "plans" / "orders-switch", {"BCK003", "BCK005", "CAP012"}
    (found,) = _found(tmp_path, "orders-switch", "BCK003", "backfill[0].pool")
    assert found.hint is not None
    assert found.hint.endswith(
        ". With 38.4 h it ends at 2027-01-13 10:21 UTC, after the switch at 2027-01-12 09:00 UTC; that is fine "
        "where no step or decision of the switch needs the history. A pool of its own (`priority: separate_pool`) "
        "settles CAP012 and BCK005 too"
    )
    (slots,) = _found(tmp_path, "orders-switch", "CAP012", "resources.pools[0].size")
    too_short = "with either it takes 38.4 h, for which `must_finish_within` is too short (see BCK003)"
    assert too_short in (slots.hint or "")
    (told,) = _found(tmp_path, "orders-switch", "BCK005", "backfill[0].priority")
    assert told.hint == "BCK003 says which size a pool takes for it"
    assert settled <= {entry.rule for entry in _all(tmp_path)}
    for edit in (
        Edit(CAPACITY, SHARED, f"{SHARED}, {{id: alone, size: 16}}"),
        Edit(CUTOVER, *ALONE),
        Edit(CUTOVER, "must_finish_within: 12 h", "must_finish_within: 48 h"),
    ):
        apply(plan, edit)
    assert settled.isdisjoint(entry.rule for entry in _all(tmp_path))


def test_a_schedule_with_its_hour_first_is_shown_the_other_way_round(tmp_path: Path) -> None:
    shutil.copytree(BAD / "hasty-edit" / "plans", tmp_path / "plans")
    place = ("orders-draft", "GEN006", "pipelines[0].schedule.cron")
    ((typed,),) = (_suggested(SUCH_AS, found) for found in _found(tmp_path, *place))
    apply(tmp_path / "plans" / "orders-draft", Edit("04-ingestion.yml", "0 30 * * *", typed[1]))
    assert _found(tmp_path, *place) == []


def test_a_price_that_nobody_knows_is_no_number(tmp_path: Path) -> None:
    shutil.copytree(BAD / "rushed-switch" / "plans", tmp_path / "plans")
    (found,) = _found(tmp_path, "orders-switch", "CAP010", "backfill[0]")
    line = (found.expected or "").split("`")[-2]
    apply(tmp_path / "plans" / "orders-switch", Edit(CAPACITY, "  lines:\n", f"  lines:\n    - {line}\n"))
    assert [entry.rule for entry in _all(tmp_path) if "<your price>" in (entry.observed or "")] == ["GEN005"]


# A little less than what is suggested does not do.
@pytest.mark.parametrize(
    ("place", "rule", "changes"),
    [
        ("rushed-switch/orders-switch", "BCK003",
         [(CUTOVER, "parallel: 4", "parallel: 16"), (CAPACITY, "size: 4", "size: 65")]),
        ("rushed-switch/orders-switch", "BCK003",
         [(CUTOVER, "must_finish_within: 12 h", "must_finish_within: 47.9 h"), (CAPACITY, "size: 4", "size: 17")]),
        ("rushed-switch/orders-switch", "CUT002",
         [(CUTOVER, "end: 2027-01-12T10:00:00+00:00", "end: 2027-01-12T10:44:00+00:00")]),
        ("never-measured/returns-table", "CAP004",
         [(CAPACITY, "{capacity: 2000 rows/h, target_utilisation: 95 %}",
           "{capacity: 85_713 rows/h, target_utilisation: 70 %}")]),
        ("never-measured/returns-table", "GEN012", [(CAPACITY, "price_as_of: 2025-02-01", "price_as_of: 2026-05-26")]),
        ("broken-promises/finance-board", "ING008", [(SOURCES, "target: 31 h", "target: 68.9 h")]),
        ("broken-promises/finance-board", "CTX010", [(CONTEXT, "freshness: 12 h", "freshness: 55.1 h")]),
        ("broken-promises/finance-board", "CON010", [(CONTRACTS, "freshness: 31 h", "freshness: 55.1 h")]),
        ("careless-stream/checkout-stream", "STR009", [(EVENTS, "retention: 2 h", "retention: 143 h")]),
        ("careless-stream/checkout-stream", "STR006",
         [(EVENTS, "checkpoints: {interval: 10 s, timeout: 5 s", "checkpoints: {interval: 19.9 s, timeout: 20 s")]),
    ],
)  # fmt: skip
def test_a_little_less_does_not(tmp_path: Path, place: str, rule: str, changes: Sequence[Change]) -> None:
    folder, plan = place.split("/")
    shutil.copytree(BAD / folder / "plans", tmp_path / "plans")
    for change in changes:
        apply(tmp_path / "plans" / plan, Edit(*change))
    assert [finding for finding in _all(tmp_path) if (finding.plan, finding.rule) == (plan, rule)]


ARRIVES = "arrival: {continuous: true, delay_p50: 1 min, delay_p95: 5 min}"
WEEKDAYS = 'arrival: {schedule: "0 1 * * 1-5", timezone: Europe/Berlin, delay_p95: 7 min}'
SLA = "sla: {freshness: 30 h, retention: 3 yr"
WEAK = [
    (SOURCES, "    retention: 5 yr\n", "    retention: 5 yr\n    availability: 99.93 %\n"),
    ("04-ingestion.yml", "    load: merge\n", "    load: merge\n    availability: 99.97 %\n"),
]
FEW = ("tolerance: 0.1 %", "tolerance: 1.2346 %")
LAST, LOAD = "10-acceptance.yml", "load: 27_000 rows/s"


@pytest.mark.parametrize(
    ("judge", "rule", "changes", "old", "kept"),
    [
        (judged, "SRC013", [(SOURCES, ARRIVES, WEEKDAYS)], (SOURCES, "error_after: 30 h"), ""),
        (judged, "ING005", [(SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 4387 min")],
         ("04-ingestion.yml", "lookback: 3 d"), ""),
        (judged, "ING005", [(SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 4387 min"),
                            ("04-ingestion.yml", "lookback: 3 d", "lookback: 73.1 h")],
         ("04-ingestion.yml", "lookback: 73.1 h"), ""),
        (stream, "STR002", [(EVENTS, "lateness: 20 s", "lateness: 1.2346 min")],
         (EVENTS, "max_out_of_orderness: 30 s"), ""),
        (judged, "CON011", [*WEAK, (CONTRACTS, SLA, f"{SLA}, availability: 99.91 %")],
         (CONTRACTS, "availability: 99.91 %"), ""),
        (judged, "VAL003", [("07-quality.yml", *FEW), ("10-acceptance.yml", "<= 0.1 %", "<= 2 %")],
         ("10-acceptance.yml", "<= 2 %"), "<= "),
    ],
)  # fmt: skip
def test_a_number_that_is_asked_for_is_enough_once_it_is_typed(
    tmp_path: Path,
    judge: Callable[[Path, str, Sequence[Change]], list[Finding]],
    rule: str,
    changes: Sequence[Change],
    old: tuple[str, str],
    kept: str,
) -> None:
    (finding,) = judge(tmp_path / "before", rule, changes)
    asked = re.fullmatch(r"(?:at least |at most |<= )(\d[\d._]* \S+)", finding.expected or "")
    assert asked is not None, finding.expected
    file, text = old
    typed = f"{kept}{asked[1]}" if kept else f"{text.partition(': ')[0]}: {asked[1]}"
    assert judge(tmp_path / "after", rule, [*changes, (file, text, typed)]) == []


def test_the_load_that_a_test_has_to_carry_is_enough_once_it_is_typed(tmp_path: Path) -> None:
    (finding,) = sample(tmp_path / "before", "orders-mart", "VAL005", [(LAST, LOAD, "load: 17_000 rows/s")])
    assert finding.expected == "at least 17_326 rows/s"
    assert sample(tmp_path / "after", "orders-mart", "VAL005", [(LAST, LOAD, "load: 17_326 rows/s")]) == []


def test_no_finding_of_a_bad_plan_speaks_in_signs() -> None:
    """People read “at most” and “at least”; a sign stands only where a plan is to be typed."""
    said = [
        (finding.rule, text)
        for folder in sorted(BAD.iterdir())
        for finding in check(read_portfolio(folder / "plans"), today=TODAY, preset="strict").findings
        for text in (finding.message, finding.observed, finding.expected, finding.hint)
        if text is not None and re.search(r"[<>]=|[≤≥]", re.sub(r"`[^`]*`", "", text))
    ]
    assert said == []


def _mended(folder: Path, plan: str, rule: str, path: str, pattern: str, changes: Sequence[Change]) -> None:
    before = _found(folder, plan, rule, path)
    typed = [match.groups() for finding in before for match in _suggested(pattern, finding)]
    assert len(typed) == 1, [(finding.expected, finding.hint) for finding in before]
    for change in changes:
        apply(folder / "plans" / plan, Edit(change[0], _filled(change[1], typed[0]), _filled(change[2], typed[0])))
    assert [finding.message for finding in _found(folder, plan, rule, path)] == []
    assert not [finding for finding in _all(folder) if finding.rule in {"GEN001", "GEN003", "GEN005", "GEN008"}]


def _suggested(pattern: str, finding: Finding) -> list[re.Match[str]]:
    texts = (finding.expected or "", finding.hint or "")
    return [match for text in texts if (match := re.search(pattern, text)) is not None]


def _filled(text: str, typed: Sequence[str]) -> str:
    for place, value in enumerate(typed):
        text = text.replace(f"{{{place}}}", value)
    return text


def _found(folder: Path, plan: str, rule: str, path: str) -> list[Finding]:
    return [entry for entry in _all(folder) if (entry.plan, entry.rule, entry.path) == (plan, rule, path)]


def _all(folder: Path) -> list[Finding]:
    report = check(read_portfolio(folder / "plans"), today=TODAY, preset="strict")
    assert not report.failures
    return [finding for finding in report.findings if finding.verdict == "fail"]
