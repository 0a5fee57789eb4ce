"""What each source has to say of itself."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE = "02-sources.yml"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("", "", []),
        ("system: postgres", "x_system: postgres", ["system"]),
        ("kind: database", "x_kind: database", ["kind"]),
        ("owner: data_platform", "x_owner: data_platform", ["owner"]),
        ("contact:", "x_contact:", ["contact"]),
        ("access: {method: read replica, ", "access: {", ["access.method"]),
        ("    access:", "    x_access:", ["access.method"]),
        ("datasets:", "x_datasets:", ["datasets"]),
    ],
)
def test_sources_are_known(tmp_path: Path, old: str, new: str, problems: list[str]) -> None:
    found = judged(tmp_path, "SRC001", [change(old, new)] if old else [])
    assert told(found) == [(f"sources[0].{name}", f"Source shop_db does not say its `{name}`") for name in problems]
    assert [entry.cause for entry in found] == ["GEN014" if name == "owner" else None for name in problems]


@pytest.mark.parametrize(
    ("limits", "problems"),
    [
        ("warn_after: 26 h, error_after: 30 h", []),
        ("warn_after: 1799 min, error_after: 30 h", []),
        ("warn_after: 1800 min, error_after: 30 h", ["Source shop_db warns after 1800 min and is in error after 30 h"]),
        ("warn_after: 31 h, error_after: 30 h", ["Source shop_db warns after 31 h and is in error after 30 h"]),
        ("warn_after: 0 h, error_after: 30 h", ["Source shop_db warns at once, after 0 h"]),
        ("warn_after: 26 h", ["Source shop_db does not say `error_after`"]),
        ("error_after: 30 h", ["Source shop_db does not say `warn_after`"]),
    ],
)
def test_late_is_said(tmp_path: Path, limits: str, problems: list[str]) -> None:
    found = judged(tmp_path, "SRC002", [change("warn_after: 26 h, error_after: 30 h", limits)])
    assert [message for _, message in told(found)] == problems
    assert all(entry.cause is None for entry in found)


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ([], False),
        ([change("loaded_at_field: loaded_at", "loaded_at_query: select max(at) from orders")], False),
        ([change("loaded_at_field: loaded_at", "metadata: The time of the last commit")], False),
        ([change(", loaded_at_field: loaded_at", "")], True),
        ([change(", loaded_at_field: loaded_at", ""), change("capture: incremental", "capture: full")], False),
        ([change(", loaded_at_field: loaded_at", ""), change("capture: incremental", "capture: cdc_log")], True),
        ([change(", loaded_at_field: loaded_at", ""), change("    capture: incremental\n", "")], True),
    ],
)
def test_something_tells_the_freshness(tmp_path: Path, changes: Changes, fires: bool) -> None:
    assert bool(told(judged(tmp_path, "SRC003", changes))) == fires


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        ("peak_factor: 3", "peak_factor: 1", []),
        ("growth: {assume", "growth: {base: 2 %/month, basis: measured}\n        x_old: {assume", []),
        (
            "growth: {assume: 2 %/month, because: Orders grew by about a quarter in the last twelve months, ",
            "growth: 2 %/month\n        x_old: {",
            [("growth", "shop_db.orders grows by 2 %/month, and nothing says what that rests on")],
        ),
        (
            "peak_factor: 3",
            "peak_factor: 0.9",
            [("peak_factor", "shop_db.orders has a peak of 0.9 times the mean, which is below the mean")],
        ),
        ("peak_factor: 3", "x_peak: 3", [("peak_factor", "shop_db.orders has no `peak_factor`")]),
        ("row_bytes: 300 B", "x_bytes: 300 B", [("row_bytes", "shop_db.orders has no `row_bytes`")]),
        ("rows_per_day: {assume", "x_rows: {assume", [("rows_per_day", "shop_db.orders has no `rows_per_day`")]),
        ("growth: {assume", "x_growth: {assume", [("growth", "shop_db.orders has no `growth`")]),
    ],
)
def test_volumes_are_said(tmp_path: Path, old: str, new: str, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "SRC004", [change(old, new)])
    assert told(found) == [(f"sources[0].datasets[0].{name}", message) for name, message in problems]


KEY, CURSOR = "        primary_key: [id]\n", "        cursor: updated_at\n"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([change(CURSOR, "        log_position: lsn\n")], []),
        ([change(CURSOR, "")], ["shop_db.orders is captured by incremental and has no `cursor` or a `log_position`"]),
        ([change(KEY, "")], ["shop_db.orders is captured by incremental and has no `primary_key`"]),
        (
            [change(CURSOR, ""), change("capture: incremental", "capture: cdc_trigger")],
            ["shop_db.orders is captured by cdc_trigger and has no `cursor` or a `log_position`"],
        ),
        ([change(CURSOR, ""), change(KEY, ""), change("capture: incremental", "capture: snapshot")], []),
        ([change("    capture: incremental\n", "")], ["Source shop_db does not say how its changes are captured"]),
    ],
)
def test_changes_are_found(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "SRC005", changes))] == problems


HARD = change("deletes: soft", "deletes: hard")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([HARD], ["Source shop_db deletes rows, which an incremental capture does not see"]),
        ([HARD, change("capture: incremental", "capture: cdc_log")], []),
        ([change("deletes: soft", "deletes: hard, delete_detection: Keys are compared every night")], []),
        ([change("deletes: soft", "deletes: unknown")], []),
        ([change(", deletes: soft", "")], ["Source shop_db does not say what becomes of deleted rows"]),
    ],
)
def test_deletes_are_noticed(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "SRC006", changes))] == problems


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ("SRC001", change("kind: database", "kind: databse")),
        ("SRC002", change("error_after: 30 h", "error_after: 30")),
        ("SRC003", change(", loaded_at_field: loaded_at", ", loaded_at_field: [loaded_at]")),
        ("SRC004", change("row_bytes: 300 B", "row_bytes: 300")),
        ("SRC005", change("capture: incremental", "capture: incremntal")),
        ("SRC006", change("deletes: soft", "deletes: softly")),
        ("SRC007", change("classification: internal", "classification: inner")),
    ],
)
def test_a_refused_value_leaves_sources_undetermined(tmp_path: Path, rule: str, refused: tuple[str, str, str]) -> None:
    assert verdicts(judged(tmp_path, rule, [refused])) == [(rule, "undetermined", None)]


def test_without_sources_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "SRC001 SRC002 SRC003 SRC004 SRC005 SRC006 SRC007", [(FILE, None, None)]) == 7
