"""What a backfill has to take along: the whole history, and what is built from the dataset."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from plangate.analysis.backfill import BackfillFacts
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape

from .plans import POLICY, plan

SOURCES = "sources: [{id: shop_db, history_from: 2024-01-01, datasets: [{id: shop_db.orders}]}]\n"
INGESTION = """
pipelines:
  - id: load
    kind: ingest
    inputs: [shop_db.orders]
    outputs: [raw.orders]
    schedule: {cron: "0 * * * *", timezone: UTC, start_date: 2026-11-18}
  - {id: build, kind: transform, inputs: [raw.orders], outputs: [mart.orders, mart.days]}
"""
MODELING = """
layers: [{id: staging}, {id: marts, reads: [staging]}]
models:
  - {id: stg.orders, layer: staging, depends_on: [raw.orders], materialized: view}
  - {id: mart.orders, layer: marts, depends_on: [stg.orders], materialized: incremental}
  - {id: mart.days, layer: marts, depends_on: [mart.orders], materialized: table}
"""
CUTOVER = """
backfill:
  - id: history
    dataset: raw.orders
    range: {start: 2025-11-18, end: 2026-11-18}
    granularity: 1 d
cutover: {t0: 2026-12-05T20:00:00+00:00}
"""
BACKFILL_OF_MART = CUTOVER.replace("dataset: raw.orders", "dataset: mart.orders")
VERSIONS = MODELING.replace("materialized: incremental", "materialized: incremental, history: {scd_type: 2}")


def first(folder: Path, **gates: str) -> BackfillFacts:
    given = {"sources": SOURCES, "ingestion": INGESTION, "modeling": MODELING, "cutover": CUTOVER, **gates}
    read = plan(folder, **given)
    return Facts(read, POLICY, Landscape((read,))).backfills[0]


@pytest.mark.parametrize(
    ("gates", "reasons"),
    [
        ({}, ()),
        ({"cutover": CUTOVER.replace("1 d", "1 d\n    depends_on_past: true")}, ("each unit needs the one before",)),
        (
            {"ingestion": INGESTION.replace("kind: ingest", "kind: ingest\n    depends_on_past: true")},
            ("each unit needs the one before",),
        ),
        ({"cutover": BACKFILL_OF_MART, "modeling": VERSIONS}, ("it keeps versions by key (SCD type 2)",)),
        ({"cutover": BACKFILL_OF_MART, "modeling": VERSIONS.replace("type: 2", "type: 1")}, ()),
        (
            {"cutover": BACKFILL_OF_MART, "modeling": MODELING.replace("incremental", "snapshot")},
            ("it is a snapshot that keeps versions by key",),
        ),
        (
            {"cutover": BACKFILL_OF_MART, "modeling": MODELING.replace("[stg.orders]", "[stg.orders, mart.orders]")},
            ("it reads itself",),
        ),
        ({"ingestion": INGESTION.replace("[shop_db.orders]", "[shop_db.orders, raw.orders]")}, ("it reads itself",)),
        (
            {"cutover": CUTOVER.replace("1 d", "1 d\n    replay: {pattern: append, idempotency: append}")},
            ("a unit cannot run twice without harm",),
        ),
        ({"cutover": CUTOVER.replace("1 d", "1 d\n    replay: {idempotency: merge_on_key}")}, ()),
    ],
)
def test_when_a_part_will_not_do(tmp_path: Path, gates: dict[str, str], reasons: tuple[str, ...]) -> None:
    assert first(tmp_path, **gates).whole.reasons == reasons


@pytest.mark.parametrize(
    ("span", "more", "gates", "gaps"),
    [
        ("{start: 2024-01-01, end: 2026-11-18}", "", {}, ()),
        ("{start: 2023-01-01, end: 2026-12-01}", "", {}, ()),
        ("{start: 2025-11-18, end: 2026-11-18}", "", {},
         ("its range starts on 2025-11-18, its history on 2024-01-01",)),
        ("{start: 2024-01-01, end: 2026-11-17}", "", {},
         ("its range ends on 2026-11-17, live loads start on 2026-11-18",)),
        ("{start: 2024-01-01, end: 2026-11-18}", "excluded: [2025-01-01]", {}, ("a day in it is left out",)),
        ("{start: 2024-01-01, end: 2026-11-18}", "", {"sources": SOURCES.replace("history_from: 2024-01-01, ", "")},
         ("nothing says when its history begins",)),
        ("{start: 2024-01-01, end: 2026-11-18}", "", {"ingestion": INGESTION.replace(", start_date: 2026-11-18", "")},
         ("its range ends on 2026-11-18, live loads start on 2026-12-05",)),
    ],
)  # fmt: skip
def test_what_keeps_a_range_from_being_the_whole(
    tmp_path: Path, span: str, more: str, gates: dict[str, str], gaps: tuple[str, ...]
) -> None:
    text = CUTOVER.replace("{start: 2025-11-18, end: 2026-11-18}", span)
    text = text.replace("1 d", f"1 d\n    depends_on_past: true\n    {more}")
    assert first(tmp_path, **{"cutover": text, **gates}).whole.gaps == gaps


def test_a_model_says_itself_where_its_history_begins(tmp_path: Path) -> None:
    text = MODELING.replace("materialized: incremental", "materialized: incremental, incremental: {begin: 2025-03-01}")
    assert first(tmp_path, cutover=BACKFILL_OF_MART, modeling=text).whole.begins == datetime(2025, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "becomes"),
    [
        ("", ["follows", "open", "open"]),
        ("downstream: {rebuild: [mart.orders, mart.days]}", ["follows", "rebuilt", "rebuilt"]),
        (
            "downstream: {rebuild: [mart.orders], exclude: [{dataset: mart.days, because: It is built anew}]}",
            ["follows", "rebuilt", "excluded"],
        ),
    ],
)
def test_what_becomes_of_the_datasets_behind(tmp_path: Path, told: str, becomes: list[str]) -> None:
    found = first(tmp_path, cutover=CUTOVER.replace("1 d", f"1 d\n    {told}")).downstream
    assert [entry.dataset for entry in found] == ["stg.orders", "mart.orders", "mart.days"]
    assert [entry.becomes for entry in found] == becomes
    assert found[2].after == ("mart.orders",)


def test_a_dataset_with_a_backfill_of_its_own_is_taken_along(tmp_path: Path) -> None:
    more = "  - {id: days, dataset: mart.days}\ncutover: {"
    found = first(tmp_path, cutover=CUTOVER.replace("cutover: {", more)).downstream
    assert [entry.becomes for entry in found] == ["follows", "open", "backfilled"]


def test_what_lineage_does_not_know_has_nothing_behind_it(tmp_path: Path) -> None:
    assert first(tmp_path, cutover=CUTOVER.replace("    dataset: raw.orders\n", "")).downstream == ()
