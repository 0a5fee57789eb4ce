"""Runs that may run twice, late rows, what landed, and what a load writes into."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, stream, told, verdicts

FILE, SOURCES, MODELS = "04-ingestion.yml", "02-sources.yml", "05-modeling.yml"
MERGE = "load: merge\n    idempotency: {mechanism: merge_on_key, key: [id]}"
BACKFILL = (
    "09-cutover.yml",
    'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n',
    "backfill: [{id: history, dataset: raw.orders, replay: {window: 4 d}}]\n",
)

DEEP = (*BACKFILL[:2], BACKFILL[2].replace("raw.orders", "mart.orders"))


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


NO_RETRY = change("retries: 2", "retries: 0")
NO_REASON = change("    idempotency: {mechanism: merge_on_key, key: [id]}\n", "")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([change(MERGE, "load: append\n    idempotency: {mechanism: dedupe_window, key: [id]}")], []),
        ([change(MERGE, "load: full_refresh\n    idempotency: {mechanism: transactional_swap}")], []),
        (
            [change(MERGE, "load: append\n    idempotency: {mechanism: transactional_swap}")],
            [("key", "Pipeline load_orders appends and names no key by which repeated rows are known")],
        ),
        (
            [change(MERGE, "load: merge\n    idempotency: {mechanism: merge_on_key}")],
            [("key", "Pipeline load_orders relies on merge_on_key and names no key by which repeated rows are known")],
        ),
        (
            [change(MERGE, "load: merge\n    idempotency: {mechanism: none}")],
            [("mechanism", "Pipeline load_orders is tried again and does harm when it runs twice")],
        ),
        (
            [NO_REASON],
            [("mechanism", "Pipeline load_orders is tried again, and nothing says why a second run does no harm")],
        ),
        ([NO_REASON, NO_RETRY], []),
        (
            [NO_REASON, NO_RETRY, BACKFILL],
            [
                (
                    "mechanism",
                    "Pipeline load_orders is run again by a backfill, and nothing says why a second run does no harm",
                )
            ],
        ),
    ],
)
def test_repeats_do_no_harm(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "ING003", changes)) == [
        (f"pipelines[0].idempotency.{name}", message) for name, message in problems
    ]


MARK = "watermark: {column: updated_at, lookback: 3 d, late: upsert}"
WHOLE = "load: full_refresh\n    idempotency: {mechanism: transactional_swap}"
SAYS = {"column": "column: updated_at, ", "lookback": "lookback: 3 d, ", "late": ", late: upsert"}
LATE = (SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 72 h")
LATER = (SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 73 h")
SHORT = "Pipeline load_orders looks back 3 d; of source shop_db one row in a hundred comes more than 3.04 d late"
FULL = (SOURCES, "capture: incremental", "capture: full")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([LATE], []),
        ([LATER], [("lookback", SHORT)]),
        *(
            (
                [change(MARK, MARK.replace(text, ""))],
                [(name, f"Pipeline load_orders loads changes and does not say its `{name}`")],
            )
            for name, text in SAYS.items()
        ),
        (
            [change(f"    {MARK}\n", "")],
            [
                (name, f"Pipeline load_orders loads changes and does not say its `{name}`")
                for name in ("column", "late", "lookback")
            ],
        ),
        ([change(MARK, "watermark: {column: updated_at, late: upsert}"), FULL], [
            ("lookback", "Pipeline load_orders loads changes and does not say its `lookback`")]),
        (
            [change(f"    {MARK}\n", ""), change(MERGE, WHOLE)],
            [],
        ),
    ],
)  # fmt: skip
def test_late_rows_are_read(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "ING005", changes)) == [
        (f"pipelines[0].watermark.{name}", message) for name, message in problems
    ]


def test_a_stream_goes_on_by_its_event_time(tmp_path: Path) -> None:
    mark = ("05-ingestion.yml", "    watermark: {column: occurred_at, lookback: 1 h, late: quarantine}\n", "")
    assert idle(tmp_path, "ING005", [mark], "first-stream") == 1


def test_loads_of_everything_need_no_watermark(tmp_path: Path) -> None:
    assert idle(tmp_path, "ING005", [change(f"    {MARK}\n", ""), FULL]) == 1


ONCE = (SOURCES, "    retention: 5 yr\n", "    retention: 5 yr\n    rereadable: false\n")
RAW = ("03-capacity.yml", "retention: {hot: 2 yr, total: 3 yr}", "retention: {hot: 1 d, total: 2 d}")


def landing(text: str) -> tuple[str, str, str]:
    return change(MERGE, f"landing: {{retention: {text}}}\n    {MERGE}")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([ONCE], []),
        ([ONCE, landing("3 d")], []),
        ([ONCE, landing("71 h")], ["Source shop_db cannot be read again; pipeline load_orders keeps what it landed for "
                                   "71 h, needed are 3 d"]),
        ([ONCE, landing("3 d"), DEEP, (MODELS, "materialized: view", "materialized: veiw")],
         ["Source shop_db cannot be read again; pipeline load_orders keeps what it landed for 3 d, needed are 4 d"]),
        ([ONCE, landing("3 d"), BACKFILL], ["Source shop_db cannot be read again; pipeline load_orders keeps what it "
                                            "landed for 3 d, needed are 4 d"]),
        ([ONCE, RAW], ["Source shop_db cannot be read again; pipeline load_orders keeps what it landed for 2 d, needed "
                       "are 3 d"]),
        ([ONCE, RAW, landing("5 d")], []),
        ([ONCE, ("03-capacity.yml", None, None)], ["Source shop_db cannot be read again, and pipeline load_orders does "
                                                   "not say for how long it keeps what it landed"]),
    ],
)  # fmt: skip
def test_landed_is_kept(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "ING012", changes)) == [
        ("pipelines[0].landing.retention", message) for message in problems
    ]


def test_what_can_be_read_again_need_not_be_kept(tmp_path: Path) -> None:
    assert idle(tmp_path, "ING012", [RAW]) == 1
    assert stream(tmp_path / "again", "ING012") == []


BUILD = "load: merge\n    idempotency: {mechanism: merge_on_key, key: [order_id]}"
KEPT = (
    "materialized: incremental\n"
    "    incremental: {strategy: merge, unique_key: [order_id], on_schema_change: append_new_columns}"
)


@pytest.mark.parametrize(
    ("load", "kept", "shown"),
    [
        ("merge", "incremental\n    incremental: {strategy: merge}", None),
        ("append", "incremental\n    incremental: {strategy: append}", None),
        ("overwrite_partition", "incremental\n    incremental: {strategy: insert_overwrite}", None),
        ("insert_delete", "incremental\n    incremental: {strategy: delete+insert}", None),
        ("merge", "incremental", None),
        ("full_refresh", "table", None),
        ("snapshot", "snapshot", None),
        ("full_refresh", "incremental", "incremental"),
        ("full_refresh", "incremental\n    incremental: {strategy: merge}", "incremental (merge)"),
        ("append", "incremental\n    incremental: {strategy: merge}", "incremental (merge)"),
        ("merge", "table", "table"),
        ("merge", "view", "view"),
        ("append", "snapshot", "snapshot"),
    ],
)
def test_loads_fit(tmp_path: Path, load: str, kept: str, shown: str | None) -> None:
    changes = [change(BUILD, BUILD.replace("merge", load, 1)), (MODELS, KEPT, f"materialized: {kept}")]
    message = f"Pipeline build_orders loads mart.orders by {load}, the model is kept as {shown}"
    assert told(judged(tmp_path, "ING013", changes)) == ([("pipelines[1].load", message)] if shown else [])


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("ING003", [change("mechanism: merge_on_key, key: [id]", "mechanism: merge, key: [id]")]),
        ("ING005", [change("lookback: 3 d", "lookback: 3")]),
        ("ING005", [(SOURCES, "delay_p95: 5 min", "delay_p95: 5 min, delay_p99: 73")]),
        ("ING012", [ONCE, landing("3")]),
        ("ING012", [ONCE, landing("3 d"), DEEP, (MODELS, "depends_on: [raw.orders]", "depends_on: raw.orders")]),
        ("ING013", [(MODELS, "materialized: incremental", "materialized: incrementl")]),
    ],
)
def test_a_refused_value_leaves_reruns_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]
