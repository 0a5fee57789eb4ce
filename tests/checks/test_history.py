"""What a backfill reads is still there when it runs."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

NONE = 'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n'
SOURCES = "02-sources.yml"


def filled(text: str, dataset: str = "raw.orders", start: str = "2024-01-01") -> tuple[str, str, str]:
    lines = (
        f"backfill:\n  - id: orders_history\n    dataset: {dataset}\n    range: {{start: {start}, end: 2027-01-12}}\n"
    )
    return "09-cutover.yml", NONE, lines + (f"    {text}\n" if text else "")


EARLY = "Backfill orders_history starts at 2023-12-31, source shop_db holds history from 2024-01-01 on"
KEPT = (SOURCES, "    retention: 5 yr\n", "    retention: 1106 d\n")
SHORT = (SOURCES, "    retention: 5 yr\n", "    retention: 1105 d\n")
OLD = "Backfill orders_history starts at 2024-01-01, 1107 d before it runs; source shop_db keeps rows for 1106 d"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([filled("")], []),
        ([filled("", start="2023-12-31")], [("backfill[0].range", EARLY)]),
        ([filled("", "mart.orders", "2023-12-31")], [("backfill[0].range", EARLY)]),
        ([filled("origin: shop_db", start="2023-12-31")], [("backfill[0].range", EARLY)]),
        ([filled("origin: tapes of the archive", start="2023-12-31")], []),
        ([filled("starts: 2027-01-11T00:00:00+00:00"), KEPT], []),
        (
            [filled("starts: 2027-01-12T00:00:00+00:00"), KEPT],
            [("backfill[0].range", OLD)],
        ),
        (
            [filled(""), SHORT],
            [("backfill[0].range", OLD.replace("1106", "1105"))],
        ),
        (
            [filled(""), (SOURCES, "    retention: 5 yr\n", "")],
            [
                (
                    "sources[0].retention",
                    "Backfill orders_history starts at 2024-01-01, and source shop_db does not say for how long it "
                    "keeps rows",
                )
            ],
        ),
        (
            [filled(""), (SOURCES, "    history_from: 2024-01-01\n", "")],
            [
                (
                    "sources[0].history_from",
                    "Backfill orders_history starts at 2024-01-01, and source shop_db does not say from when on it "
                    "holds history",
                )
            ],
        ),
    ],
)
def test_history_is_there(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "SRC012", changes)) == problems


def test_without_a_backfill_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "SRC012") == 1


@pytest.mark.parametrize(
    "refused",
    [
        (SOURCES, "retention: 5 yr", "retention: 5 years"),
        (SOURCES, "history_from: 2024-01-01", "history_from: January"),
        ("09-cutover.yml", "start: 2024-01-01", "start: January"),
    ],
)
def test_a_refused_value_leaves_history_undetermined(tmp_path: Path, refused: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, "SRC012", [filled(""), refused])) == [("SRC012", "undetermined", None)]


@pytest.mark.parametrize(
    ("refused", "verdict"),
    [
        (("05-modeling.yml", "depends_on: [raw.orders]", "depends_on: raw.orders"), "undetermined"),
        (("04-ingestion.yml", "inputs: [shop_db.orders]", "inputs: shop_db.orders"), "undetermined"),
        (("05-modeling.yml", "materialized: view", "materialized: veiw"), None),
    ],
)
def test_a_refused_step_on_the_way_to_a_source_leaves_history_undetermined(
    tmp_path: Path, refused: tuple[str, str, str], verdict: str | None
) -> None:
    changes = [filled("", "mart.orders", "2023-12-31" if verdict is None else "2024-01-01"), refused]
    found = verdicts(judged(tmp_path, "SRC012", changes))
    assert found == [("SRC012", verdict or "error", None)]
