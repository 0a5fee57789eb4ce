"""Goals and readers that are known, and readers against the worst age of what they read."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

READS = "reads: [mart.orders]"


def needs(text: str) -> tuple[str, str, str]:
    return "01-context.yml", READS, f"{READS}, freshness: {text}"


NO_RUNTIME = ("03-capacity.yml", "  - {pipeline: build_orders, p50: 2 min, p95: 4 min, max: 10 min}\n", "")
NO_PROMISE = (
    "02-sources.yml",
    "freshness:\n  - {dataset: mart.orders, target: 30 h, slo: 99 %, window: 30 d}",
    "freshness: []",
)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([needs("1455 min")], []),
        (
            [needs("1454 min")],
            [("Consumer stock_report needs data at most 1454 min old, mart.orders is at worst 1,455 min old", None)],
        ),
        (
            [needs("24 h")],
            [("Consumer stock_report needs data at most 24 h old, mart.orders is at worst 24.3 h old", None)],
        ),
        (
            [needs("36 h"), NO_PROMISE, NO_RUNTIME],
            [
                (
                    "Consumer stock_report needs data at most 36 h old, and how old mart.orders gets is not known: "
                    "missing is the p95 runtime of pipeline build_orders",
                    None,
                )
            ],
        ),
        (
            [needs("36 h"), NO_RUNTIME],
            [
                (
                    "Consumer stock_report needs data at most 36 h old, and how old mart.orders gets is not known: "
                    "missing is the p95 runtime of pipeline build_orders",
                    "ING008",
                )
            ],
        ),
    ],
)
def test_consumers_get_data_that_is_fresh_enough(
    tmp_path: Path, changes: Changes, found: list[tuple[str, str | None]]
) -> None:
    problems = judged(tmp_path, "CTX010", changes)
    assert [(entry.message, entry.cause) for entry in problems] == found
    assert all(entry.path == "consumers[0].freshness" for entry in problems)


def test_a_need_in_another_unit_never_looks_like_the_age(tmp_path: Path) -> None:
    """24.25 h of age against a need of 24.249 h: rounded both are 24.2."""
    (finding,) = judged(tmp_path, "CTX010", [needs("24.249 h")])
    assert finding.message.endswith("needs data at most 24.249 h old, mart.orders is at worst 24.3 h old")
    (finding,) = judged(tmp_path / "again", "CTX010", [needs("1_454.9 min")])
    assert finding.message.endswith("mart.orders is at worst just over 1,455 min old")


@pytest.mark.parametrize(
    "change",
    [
        needs("20"),
        ("04-ingestion.yml", 'cron: "0 3 * * *"', 'cron: "0 30 * * *"'),
    ],
)
def test_a_refused_value_leaves_needs_undetermined(tmp_path: Path, change: tuple[str, str, str]) -> None:
    changes = [change] if change[0] == "01-context.yml" else [needs("20 h"), change]
    assert verdicts(judged(tmp_path, "CTX010", changes)) == [("CTX010", "undetermined", None)]


def test_every_dataset_that_a_consumer_reads_is_judged(tmp_path: Path) -> None:
    changes = [("01-context.yml", READS, "reads: [mart.orders, raw.orders], freshness: 10 h")]
    assert told(judged(tmp_path, "CTX010", changes)) == [
        (
            "consumers[0].freshness",
            "Consumer stock_report needs data at most 10 h old, mart.orders is at worst 24.3 h old and "
            "raw.orders 24.2 h",
        ),
    ]


CONTEXT = "01-context.yml"
SAYS = "Metric daily_orders does not say its"
HAS = "Consumer stock_report has no"


@pytest.mark.parametrize(
    ("rule", "old", "new", "problems"),
    [
        ("CTX001", "    name: Orders per day\n", "", [("metrics[0].name", f"{SAYS} `name`")]),
        ("CTX001", "grain: [order_date]", "grain: []", [("metrics[0].grain", f"{SAYS} `grain`")]),
        ("CTX001", "    definition:", "    formula:",
         [("metrics[0].definition", f"{SAYS} `definition`")]),
        ("CTX001", "    owner: data_team\n", "", [("metrics[0].owner", f"{SAYS} `owner`")]),
        ("CTX002", "baseline: 96 %", "baseline: 99.4 %", []),
        ("CTX002", "baseline: 96 %", "baseline: 99.50 %",
         [("metrics[0].target", "Metric daily_orders is 99.50 % today and to be 99.5 %: nothing is to change")]),
        ("CTX002", "baseline: 96 %", "baseline: 96 min",
         [("metrics[0].baseline", "Metric daily_orders is 96 min today and to be 99.5 %: these cannot be compared")]),
        ("CTX002", "    baseline: 96 %\n", "", [("metrics[0].baseline", "Metric daily_orders has no `baseline`")]),
        ("CTX002", "    target: 99.5 %\n", "", [("metrics[0].target", "Metric daily_orders has no `target`")]),
        ("CTX002", "    due: 2027-03-31\n", "", [("metrics[0].due", "Metric daily_orders has no `due`")]),
        ("CTX002", "    measured_by: mart.orders#order_id\n", "",
         [("metrics[0].measured_by", "Metric daily_orders has no `measured_by`")]),
        ("CTX003", 'contact: "#data", ', "", [("consumers[0].contact", f"{HAS} `contact`")]),
        ("CTX003", "type: dashboard, ", "", [("consumers[0].type", f"{HAS} `type`")]),
        ("CTX003", 'owner: data_team, contact', "contact", [("consumers[0].owner", f"{HAS} `owner`")]),
        ("CTX004", "out: [returns and refunds]", "out: [orders of the shop]", []),
        ("CTX004", "out: [returns and refunds]", "out: [returns, ORDERS of the web shop]",
         [("scope.out[1]", "“ORDERS of the web shop” is out of scope and in scope")]),
        ("CTX004", "out: [returns and refunds]", "out: []", [("scope.out", "The scope does not say what is out")]),
        ("CTX004", "in: [orders of the web shop], ", "", [("scope.in", "The scope does not say what is in")]),
    ],
)  # fmt: skip
def test_goals_and_readers_are_known(
    tmp_path: Path, rule: str, old: str, new: str, problems: list[tuple[str, str]]
) -> None:
    assert told(judged(tmp_path, rule, [(CONTEXT, old, new)])) == problems


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("CTX001", (CONTEXT, "owner: data_team\n    baseline", "owner: Data Team\n    baseline")),
        ("CTX002", (CONTEXT, "target: 99.5 %", "target: high")),
        ("CTX003", (CONTEXT, "type: dashboard", "type: dashbord")),
        ("CTX004", (CONTEXT, "out: [returns and refunds]", "out: returns and refunds")),
        ("CTX005", ("plan.yml", "tier: B", "tier: D")),
    ],
)
def test_a_refused_value_leaves_goals_undetermined(tmp_path: Path, rule: str, refused: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, rule, [refused])) == [(rule, "undetermined", None)]


def test_without_a_context_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "CTX001 CTX002 CTX003 CTX004", [(CONTEXT, None, None)]) == 4


def test_the_tier_has_to_be_told(tmp_path: Path) -> None:
    assert told(judged(tmp_path, "CTX005")) == []
    assert told(judged(tmp_path / "again", "CTX005", [("plan.yml", "tier: B\n", "")])) == [
        ("tier", "The plan does not say how critical it is")
    ]


def test_a_metric_without_a_column_is_told_once(tmp_path: Path) -> None:
    found = judged(tmp_path, "CTX002 CTX006", [(CONTEXT, "    measured_by: mart.orders#order_id\n", "")])
    assert verdicts(found) == [("CTX002", "error", None), ("CTX006", "error", "CTX002")]
