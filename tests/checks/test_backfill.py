"""Backfills of the first plan, changed until a rule speaks, stays silent, or cannot judge."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from plangate.checks.finding import Finding
from plangate.checks.rule import Edit, all_rules
from plangate.checks.runner import check
from plangate.reading.portfolio import read_portfolio

from .test_rules import TODAY, first_plan

Changes = Sequence[tuple[str, str]]
(KEPT,) = all_rules()["BCK001"].passes


def findings(folder: Path, rule: str, changes: Changes, edits: Sequence[Edit] = ()) -> list[Finding]:
    """Judge the first plan with a backfill that keeps every rule, changed, in tier B."""
    text = KEPT.new or ""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    tier = Edit("plan.yml", "tier: C", "tier: B")
    plans = first_plan(folder, (Edit(KEPT.file, KEPT.old, text), tier, *edits))
    report = check(read_portfolio(plans), today=TODAY, preset="strict", rules=[rule])
    assert not report.failures
    return list(report.findings)


def told(found: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.path, finding.message) for finding in found if finding.verdict == "fail"]


MISSING = {
    "range": "which stretch it fills",
    "granularity": "how long a unit is",
    "reason": "why it is needed",
    "owner": "who owns it",
    "order": "in which order it runs",
    "method": "by which method it writes",
    "stop_when": "when it is stopped",
}


@pytest.mark.parametrize("name", MISSING)
def test_each_field_is_asked_for(tmp_path: Path, name: str) -> None:
    line = next(line for line in (KEPT.new or "").splitlines() if line.startswith(f"    {name}:"))
    found = findings(tmp_path, "BCK001", [(f"{line}\n", "")])
    assert told(found) == [("backfill[0]", f"Backfill orders_history does not say {MISSING[name]}")]


def test_a_plan_without_a_backfill_is_not_asked(tmp_path: Path) -> None:
    report = check(read_portfolio(first_plan(tmp_path, ())), today=TODAY, rules=["BCK001", "BCK003", "BCK005"])
    assert (report.findings, report.summary["not_applicable"]) == ((), 3)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("end: 2027-01-12}", "end: 2027-01-11}")], []),
        (
            [("end: 2027-01-12}", "end: 2027-01-13}")],
            [
                (
                    "backfill[0].range.end",
                    "Backfill orders_history ends on 2027-01-13, after the switch on 2027-01-12",
                )
            ],
        ),
        ([("    granularity", "    excluded: [2026-12-25, 2026-12-26]\n    granularity")], []),
        (
            [("    granularity", "    excluded: [2026-01-11, 2027-01-12]\n    granularity")],
            [
                ("backfill[0].excluded[0]", "Backfill orders_history leaves out 2026-01-11, which is not in its range"),
                ("backfill[0].excluded[1]", "Backfill orders_history leaves out 2027-01-12, which is not in its range"),
            ],
        ),
        (
            [("    granularity", "    excluded: [2026-12-26, 2026-12-25]\n    granularity")],
            [("backfill[0].excluded", "Backfill orders_history leaves out days that are not in order, each once")],
        ),
        (
            [("    granularity", "    excluded: [2026-12-25, 2026-12-25]\n    granularity")],
            [("backfill[0].excluded", "Backfill orders_history leaves out days that are not in order, each once")],
        ),
    ],
)
def test_ranges(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(findings(tmp_path, "BCK002", changes)) == problems


@pytest.mark.parametrize(
    ("other", "overlap"),
    [
        ("{start: 2025-01-12, end: 2026-01-12}", None),
        ("{start: 2026-12-01, end: 2027-01-01}", "2026-12-01 to 2027-01-01"),
        # Of what one of them leaves out nothing is filled twice.
        ("{start: 2025-01-12, end: 2026-01-13}\n    excluded: [2026-01-12]", None),
        ("{start: 2026-12-01, end: 2026-12-05}\n    excluded: [2026-12-01, 2026-12-03]", "2026-12-02 to 2026-12-03"),
        ("{start: 2026-12-01, end: 2026-12-03}\n    excluded: [2026-12-01, 2026-12-02]", None),
    ],
)
def test_two_backfills_of_a_dataset(tmp_path: Path, other: str, overlap: str | None) -> None:
    second = (KEPT.new or "").replace("backfill:\n", "").replace("orders_history", "again")
    second = second.replace("{start: 2026-01-12, end: 2027-01-12}", other)
    last = "    downstream: {rebuild: [mart.orders]}\n"
    found = told(findings(tmp_path, "BCK002", [(last, last + second)]))
    message = f"Backfill again and orders_history both fill raw.orders from {overlap}"
    assert found == ([("backfill[1].range", message)] if overlap else [])


def test_without_t0_nobody_knows_whether_it_ends_in_time(tmp_path: Path) -> None:
    no_t0 = Edit("09-cutover.yml", "  t0: 2027-01-12T09:00:00+00:00\n", "")
    text = (Edit(KEPT.file, KEPT.old, KEPT.new), no_t0)
    found = check(read_portfolio(first_plan(tmp_path, text)), today=TODAY, rules=["BCK002"]).findings
    assert [finding.path for finding in found] == ["backfill[0].range"]


ONE_AT_A_TIME = [("parallel: 2", "parallel: 1"), ("must_finish_within: 60 h", "must_finish_within: 24 h")]


@pytest.mark.parametrize(
    ("changes", "message", "hint"),
    [
        ([], None, None),
        (
            ONE_AT_A_TIME,
            "needs 76.7 h, its window is 24 h (limit 19.2 h at 80 %)",
            "It takes `parallel: 5` with `size: 7` of pool default_pool, or `must_finish_within: 95.9 h`",
        ),
        (
            [*ONE_AT_A_TIME, ("retry_rate: 5 %", "retry_rate: 0 %")],
            "needs 73 h, its window is 24 h (limit 19.2 h at 80 %)",
            "It takes `parallel: 4` with `size: 6` of pool default_pool, or `must_finish_within: 91.3 h`",
        ),
        (
            [("parallel: 2", "parallel: 1")],
            "needs 76.7 h, its window is 60 h (limit 48 h at 80 %)",
            "It takes `parallel: 2`, or `must_finish_within: 95.9 h`",
        ),
        (
            [("parallel: 2", "parallel: 8"), ("must_finish_within: 60 h", "must_finish_within: 24 h")],
            "needs 25.6 h, its window is 24 h (limit 19.2 h at 80 %)",
            "It takes `parallel: 5` with `size: 6` of pool default_pool, or `must_finish_within: 32.1 h`",
        ),
        (
            [("depends_on_past: false", "depends_on_past: true")],
            "needs 76.7 h, its window is 60 h (limit 48 h at 80 %)",
            "Each unit needs the one before. It takes `must_finish_within: 95.9 h`, or units that take at most "
            "7.51 min (`unit_runtime.p95`)",
        ),
        (
            [("parallel: 2", "parallel: 2\n    slots: 5")],
            "cannot start: a unit needs 5 slots, live loads leave 3 of the 4 of pool default_pool",
            "It then takes 38.4 h, which `must_finish_within: 60 h` holds. A pool of its own (`priority: "
            "separate_pool`) settles CAP012 too",
        ),
        (
            [("parallel: 2", "parallel: 2\n    slots: 5"), ("must_finish_within: 60 h", "must_finish_within: 48 h")],
            "cannot start: a unit needs 5 slots, live loads leave 3 of the 4 of pool default_pool",
            "It then takes 38.4 h: write `must_finish_within: 48.1 h` (38.4 h are 80 % of it), or keep 48 h by "
            "`parallel: 3` with `size: 16`, 15 in its own. A pool of its own (`priority: separate_pool`) settles "
            "CAP012 too",
        ),
        (
            [("must_finish_within: 60 h", "must_finish_within: 48 h")],
            "needs just over 38.4 h, its window is 48 h",
            None,
        ),
        (
            [*ONE_AT_A_TIME, ("parallel: 1", "starts: 2027-01-11T20:00:00+00:00\n    parallel: 1")],
            "needs 76.7 h, its window is 24 h (limit 19.2 h at 80 %)",
            "It takes `parallel: 5` with `size: 7` of pool default_pool, or `must_finish_within: 95.9 h`"
            ". With 76.7 h it ends at 2027-01-15 00:39 UTC, after the switch at 2027-01-12 09:00 UTC; that is fine "
            "where no step or decision of the switch needs the history",
        ),
        (
            [*ONE_AT_A_TIME, ("parallel: 1", "starts: 2027-01-01T20:00:00+00:00\n    parallel: 1")],
            "needs 76.7 h, its window is 24 h (limit 19.2 h at 80 %)",
            "It takes `parallel: 5` with `size: 7` of pool default_pool, or `must_finish_within: 95.9 h`",
        ),
        ([("must_finish_within: 60 h", "must_finish_within: 49 h")], None, None),
    ],
)
def test_a_backfill_fits_or_says_by_how_much_not(
    tmp_path: Path, changes: Changes, message: str | None, hint: str | None
) -> None:
    found = findings(tmp_path, "BCK003", changes)
    if message is None:
        assert found == []
        return
    (finding,) = found
    place = "pool" if "cannot start" in message else "must_finish_within"
    assert (finding.path, finding.verdict) == (f"backfill[0].{place}", "fail")
    assert finding.message.startswith(f"Backfill orders_history {message}")
    assert hint is None or finding.hint == hint


def test_a_pool_of_its_own_is_not_asked_for_twice(tmp_path: Path) -> None:
    changes = [("parallel: 2", "parallel: 2\n    slots: 5"), ("    pool: default_pool\n", "    pool: alone\n")]
    shared = "{id: default_pool, size: 4}"
    pools = Edit("03-capacity.yml", shared, f"{shared}, {{id: alone, size: 4}}")
    (finding,) = findings(tmp_path, "BCK003", changes, (pools,))
    assert finding.message.endswith("cannot start: a unit needs 5 slots, live loads leave 4 of the 4 of pool alone")
    assert finding.expected == "`size: 10` of pool alone"
    assert finding.hint == "It then takes 38.4 h, which `must_finish_within: 60 h` holds"


@pytest.mark.parametrize(
    ("parallel", "window", "message"),
    [
        (4, "48 h", None),
        (4, "24 h", "needs 19.3 h, its window is 24 h (limit 19.2 h at 80 %)"),
        (1, "24 h", "needs 76.7 h, its window is 24 h (limit 19.2 h at 80 %)"),
    ],
)
def test_the_orders_mart_with_another_window(tmp_path: Path, parallel: int, window: str, message: str | None) -> None:
    root = Path(__file__).parents[2]
    shutil.copytree(root / "plans", tmp_path / "plans")
    path = tmp_path / "plans" / "orders-mart" / "09-cutover.yml"
    text = path.read_text().replace("parallel: 4", f"parallel: {parallel}")
    path.write_text(text.replace("must_finish_within: 48 h", f"must_finish_within: {window}"))
    report = check(read_portfolio(tmp_path / "plans", root / "references"), today=TODAY, rules=["BCK003"])
    found = [f"{finding.plan}: {finding.message}" for finding in report.findings]
    assert found == ([f"orders-mart: Backfill orders_history {message}"] if message else [])


@pytest.mark.parametrize(
    ("changes", "edits", "message", "cause"),
    [
        (
            [("parallel: 2\n    ", "")],
            (),
            "Backfill orders_history takes nobody knows how long: `parallel` is missing",
            None,
        ),
        (
            [(", p95: 12 min", "")],
            (),
            "Backfill orders_history takes nobody knows how long: `unit_runtime.p95` is missing",
            None,
        ),
        (
            [("    granularity: 1 d\n", "")],
            (),
            "Backfill orders_history takes nobody knows how long: `granularity` is missing",
            "BCK001",
        ),
        (
            [],
            (Edit("03-capacity.yml", "  - {pipeline: build_orders, p50: 2 min, p95: 4 min, max: 10 min}\n", ""),),
            "Backfill orders_history takes nobody knows how long: runtime and schedule of build_orders in pool "
            "default_pool is missing",
            None,
        ),
        (
            [("pool: default_pool", "pool: default_pol")],
            (),
            "Backfill orders_history takes nobody knows how long: the size of pool default_pol is missing",
            "GEN003",
        ),
        (
            [("pool: default_pool", "pool: default_pol"), ("parallel: 2\n    ", "")],
            (),
            "Backfill orders_history takes nobody knows how long: `parallel` is missing",
            None,
        ),
        (
            [],
            (Edit("03-capacity.yml", "{id: default_pool, size: 4}", "{id: default_pool}"),),
            "Backfill orders_history takes nobody knows how long: the size of pool default_pool is missing",
            None,
        ),
        (
            [("    must_finish_within: 60 h\n", "")],
            (),
            "Backfill orders_history needs 38.4 h and does not say in which time it must finish",
            "GEN014",
        ),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, changes: Changes, edits: Sequence[Edit], message: str, cause: str | None
) -> None:
    (finding,) = findings(tmp_path, "BCK003", changes, edits)
    assert (finding.message, finding.cause) == (message, cause)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("BCK001", [("order: forward", "order: sideways")]),
        ("BCK002", [("end: 2027-01-12}", "end: tomorrow}")]),
        ("BCK003", [("p95: 12 min", "p95: 12 m")]),
        ("BCK003", [("must_finish_within: 60 h", "must_finish_within: soon")]),
        ("BCK004", [("depends_on_past: false", "depends_on_past: maybe")]),
        ("BCK005", [("priority: below_live", "priority: low")]),
        ("BCK006", [("{rebuild: [mart.orders]}", "all of them")]),
    ],
)
def test_what_was_refused_is_not_judged(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert [finding.verdict for finding in findings(tmp_path, rule, changes)] == ["undetermined"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        (
            [("depends_on_past: false", "depends_on_past: true")],
            [
                "Backfill orders_history has to fill the whole history: each unit needs the one before. But its range "
                "starts on 2026-01-12, its history on 2024-01-01"
            ],
        ),
        ([("depends_on_past: false", "depends_on_past: true"), ("start: 2026-01-12", "start: 2024-01-01")], []),
        (
            [
                ("depends_on_past: false", "depends_on_past: true"),
                ("start: 2026-01-12", "start: 2024-01-01"),
                ("order: forward", "order: backward"),
            ],
            [
                "Backfill orders_history has to fill the whole history: each unit needs the one before. But it runs "
                "backward"
            ],
        ),
        ([("order: forward", "order: backward")], []),
        (
            [("idempotency: merge_on_key", "idempotency: append")],
            [
                "Backfill orders_history has to fill the whole history: a unit cannot run twice without harm. But its "
                "range starts on 2026-01-12, its history on 2024-01-01"
            ],
        ),
        (
            [(", idempotency: merge_on_key", "")],
            ["Backfill orders_history does not say why a unit can run twice without harm"],
        ),
        ([("    replay: {pattern: partition_overwrite, idempotency: merge_on_key}\n", "")], []),
    ],
)
def test_what_depends_on_its_past(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert [message for _, message in told(findings(tmp_path, "BCK004", changes))] == problems


OWN_POOL = Edit("03-capacity.yml", "{id: default_pool, size: 4}", "{id: default_pool, size: 4}, {id: own, size: 2}")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([("priority: below_live", "priority: separate_pool"), ("pool: default_pool", "pool: own")], []),
        (
            [("priority: below_live", "priority: same")],
            [("backfill[0].priority", "Backfill orders_history has the same priority as live loads")],
        ),
        (
            [("    priority: below_live\n", "")],
            [("backfill[0]", "Backfill orders_history does not say that live loads go first")],
        ),
        (
            [("priority: below_live", "priority: separate_pool")],
            [
                (
                    "backfill[0].pool",
                    "Backfill orders_history says that its pool is separate, but load_orders and build_orders hold "
                    "slots of default_pool",
                )
            ],
        ),
        (
            [("priority: below_live", "priority: separate_pool"), ("    pool: default_pool\n", "")],
            [("backfill[0]", "Backfill orders_history says that its pool is separate and names none")],
        ),
    ],
)
def test_live_loads_go_first(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(findings(tmp_path, "BCK005", changes, (OWN_POOL,))) == problems


@pytest.mark.parametrize(
    ("size", "parallel", "p95", "late"),
    [(4, 2, "3 h", False), (2, 2, "2 h", False), (2, 2, "3 h", True), (2, 1, "3 h", False)],
)
def test_promises_hold_while_it_runs(tmp_path: Path, size: int, parallel: int, p95: str, late: bool) -> None:
    """The mart is 24 h 15 min old at worst and 30 h are promised; two runs on its way may wait for a unit each."""
    edits = (Edit("03-capacity.yml", "{id: default_pool, size: 4}", f"{{id: default_pool, size: {size}}}"),)
    changes = [("parallel: 2", f"parallel: {parallel}"), ("p95: 12 min", f"p95: {p95}")]
    found = told(findings(tmp_path, "BCK005", changes, edits))
    message = (
        "Backfill orders_history holds up live loads: mart.orders may be 30.3 h old, 24.3 h and a wait for a unit "
        "before 2 runs; promised are 30 h"
    )
    assert found == ([("backfill[0].parallel", message)] if late else [])


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        (
            [("    downstream: {rebuild: [mart.orders]}\n", "")],
            [("backfill[0]", "Backfill orders_history changes what mart.orders is built from, and says no more of it")],
        ),
        (
            [("{rebuild: [mart.orders]}", "{rebuild: []}")],
            [
                (
                    "backfill[0].downstream",
                    "Backfill orders_history changes what mart.orders is built from, and says no more of it",
                )
            ],
        ),
        ([("{rebuild: [mart.orders]}", "{exclude: [{dataset: mart.orders, because: It merges on the key}]}")], []),
        (
            [("{rebuild: [mart.orders]}", "{exclude: [{dataset: mart.orders}]}")],
            [("backfill[0].downstream.exclude[0]", "Backfill orders_history leaves out mart.orders without a reason")],
        ),
    ],
)
def test_what_is_built_from_it(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(findings(tmp_path, "BCK006", changes)) == problems


@pytest.mark.parametrize(
    ("order", "late"), [("[mart.orders, mart.order_days]", False), ("[mart.order_days, mart.orders]", True)]
)
def test_it_is_rebuilt_in_the_order_of_the_lineage(tmp_path: Path, order: str, late: bool) -> None:
    model = "  - {id: mart.order_days, layer: marts, depends_on: [mart.orders], materialized: table}\nchange_policy"
    edit = Edit("05-modeling.yml", "change_policy", model)
    found = told(findings(tmp_path, "BCK006", [("[mart.orders]", order)], (edit,)))
    message = "Backfill orders_history rebuilds mart.order_days before mart.orders, from which it is built"
    assert found == ([("backfill[0].downstream.rebuild[0]", message)] if late else [])


def test_the_rules_of_backfills_are_whole() -> None:
    known = all_rules()
    assert [name for name in known if name.startswith("BCK")] == [f"BCK00{number}" for number in range(1, 7)]
    assert all("C" in known[f"BCK00{number}"].tiers for number in range(1, 6))


@pytest.mark.parametrize(
    ("changes", "place", "observed", "expected"),
    [
        (
            [("must_finish_within: 60 h", "must_finish_within: 24 h")],
            "must_finish_within",
            "24 h",
            "at least 48.1 h, of which the 38.4 h that it needs are 80 %",
        ),
        (
            [("parallel: 2", "parallel: 2\n    slots: 5")],
            "pool",
            "default_pool",
            "`size: 11` of pool default_pool, or a pool of its own with `size: 10`",
        ),
    ],
)
def test_a_window_is_held_against_a_window_and_a_pool_against_a_pool(
    tmp_path: Path, changes: list[tuple[str, str]], place: str, observed: str, expected: str
) -> None:
    (finding,) = findings(tmp_path, "BCK003", changes)
    assert (finding.path, finding.observed, finding.expected) == (f"backfill[0].{place}", observed, expected)
