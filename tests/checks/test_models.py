"""Keys, grains, history, second runs and contracts of models."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, told, verdicts

FILE, QUALITY, CONTRACTS = "05-modeling.yml", "07-quality.yml", "06-contracts.yml"
INCREMENTAL = "incremental: {strategy: merge, unique_key: [order_id], on_schema_change: append_new_columns}"
OWN = "    grain: [order_id]\n    owner: data_team\n    access: public\n"
NO_CONTRACT = (CONTRACTS, "dataset: mart.orders", "dataset: stg.orders")


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


STAGING = change("columns: [{", "access: public, columns: [{")


def incremental(text: str) -> tuple[str, str, str]:
    return change(INCREMENTAL, f"incremental: {{{text}}}")


NO_KEY = "Model mart.orders is incremental and neither has a key nor overwrites partitions"
GROWS = "on_schema_change: append_new_columns"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([incremental(f"strategy: insert_overwrite, partition_by: order_date, {GROWS}")], []),
        ([incremental(f"strategy: microbatch, event_time: order_date, {GROWS}")], []),
        ([incremental(f"strategy: insert_overwrite, {GROWS}")], [("unique_key", NO_KEY)]),
        ([incremental(f"strategy: append, partition_by: order_date, {GROWS}")], [("unique_key", NO_KEY)]),
        ([incremental("unique_key: [order_id]")],
         [("on_schema_change", "Model mart.orders does not say what becomes of a new column; dbt ignores it")]),
        ([incremental("unique_key: [order_id], on_schema_change: fail")], []),
        ([incremental("unique_key: [order_id], on_schema_change: ignore")],
         [("on_schema_change", "Model mart.orders takes a change of columns by `ignore`")]),
        ([incremental("unique_key: [order_id], on_schema_change: sync_all_columns")],
         [("on_schema_change", "Model mart.orders takes a change of columns by `sync_all_columns`, and it has a "
           "contract")]),
        ([incremental("unique_key: [order_id], on_schema_change: sync_all_columns"), NO_CONTRACT], []),
    ],
)  # fmt: skip
def test_rows_are_known_again(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "TRN003", changes)) == [
        (f"models[1].incremental.{name}", message) for name, message in problems
    ]


def test_tables_need_no_key(tmp_path: Path) -> None:
    assert idle(tmp_path, "TRN003", [change("materialized: incremental", "materialized: table")]) == 1


NO_DERIVE = (QUALITY, "derive: [unique, ", "derive: [")
UNTESTED = "No check holds that order_id is unique in"


def checks(column: str, kind: str = "unique", dataset: str = "mart.orders") -> tuple[str, str, str]:
    text = f"checks: [{{id: orders_pk, dataset: {dataset}, column: {column}, kind: {kind}}}]\n"
    return QUALITY, "reconciliation:\n", text + "reconciliation:\n"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([NO_DERIVE, checks("order_id")], [("models[0].grain", f"{UNTESTED} stg.orders")]),
        (
            [NO_DERIVE, checks("[order_id, order_date]")],
            [("models[0].grain", f"{UNTESTED} stg.orders"), ("models[1].grain", f"{UNTESTED} mart.orders")],
        ),
        (
            [NO_DERIVE, checks("order_id", "not_null")],
            [("models[0].grain", f"{UNTESTED} stg.orders"), ("models[1].grain", f"{UNTESTED} mart.orders")],
        ),
        (
            [change(OWN, OWN.replace("[order_id]", "[order_id, line]"))],
            [("models[1].grain", "The grain of model mart.orders has line, which is none of its columns")],
        ),
        (
            [change(OWN, OWN.replace("[order_id]", "[number, line]"))],
            [("models[1].grain", "The grain of model mart.orders has number and line, which are none of its columns")],
        ),
        (
            [NO_DERIVE, checks("order_id", dataset="stg.orders"), change(OWN, OWN.replace("[order", "[status, order"))],
            [("models[1].grain", "No check holds that status and order_id are unique in mart.orders")],
        ),
        # What is unique on a part of the grain is unique on all of it.
        (
            [NO_DERIVE, checks("order_id"), change(OWN, OWN.replace("[order", "[status, order"))],
            [("models[0].grain", f"{UNTESTED} stg.orders")],
        ),
        ([(QUALITY, None, None)], []),
    ],
)  # fmt: skip
def test_grains_hold(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "TRN004", changes)) == problems


def history(text: str) -> tuple[str, str, str]:
    return change(OWN, f"{OWN}    history: {{{text}}}\n")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("scd_type: 1", []),
        ("scd_type: 2, valid_from: order_date, valid_to: order_date, overlap_check: orders_vs_shop", []),
        ("scd_type: 2, valid_from: order_date, valid_to: order_date",
         [("overlap_check", "Model mart.orders keeps history and has no `overlap_check`")]),
        ("scd_type: 2, valid_from: order_date, valid_to: ended_at, overlap_check: orders_vs_shop",
         [("valid_to", "Model mart.orders is valid by ended_at, which is none of its columns")]),
        ("valid_from: order_date, valid_to: order_date, overlap_check: orders_vs_shop",
         [("scd_type", "Model mart.orders keeps history and does not say in which way")]),
    ],
)  # fmt: skip
def test_versions_do_not_overlap(tmp_path: Path, text: str, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "TRN006", [history(text)])) == [
        (f"models[1].history.{name}", message) for name, message in problems
    ]


def test_a_snapshot_keeps_history_and_other_models_none(tmp_path: Path) -> None:
    found = judged(tmp_path, "TRN006", [change("materialized: incremental", "materialized: snapshot")])
    asked = {path.rpartition(".")[2] for path, _ in told(found)}
    assert asked == {"scd_type", "valid_from", "valid_to", "overlap_check"}
    assert idle(tmp_path / "again", "TRN006") == 1


VIEW = change(f"materialized: incremental\n    {INCREMENTAL}", "materialized: view")
NO_PROMISE = (CONTRACTS, "retention: 3 yr}", "retention: 3 yr, latency: 2 s}")
OBJECTIVE = (
    "08-operations.yml",
    "dashboards:",
    "slos: [{id: fast, sli: latency, dataset: mart.orders, target: 3 s, objective: 99 %, window: 30 d}]\ndashboards:",
)
TESTED = (
    "10-acceptance.yml",
    "release_gates:",
    "performance_test: {id: load, dataset: mart.orders, expected_p95: 20 s}\nrelease_gates:",
)
JUSTIFIED = change(OWN, OWN + "    justification: The table has a thousand rows\n")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([VIEW], []),
        ([NO_PROMISE, OBJECTIVE, TESTED], []),
        ([VIEW, NO_PROMISE], ["mart.orders is to answer within 2 s and is a view over 1 more"]),
        ([VIEW, OBJECTIVE], ["mart.orders is to answer within 3 s and is a view over 1 more"]),
        ([VIEW, TESTED], ["mart.orders is to answer within 20 s and is a view over 1 more"]),
        ([VIEW, TESTED, JUSTIFIED], []),
        ([VIEW, TESTED, change("materialized: view, columns", "materialized: table, columns")], []),
    ],
)
def test_fast_answers_are_stored(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "TRN008", changes)) == [("models[1].materialized", message) for message in problems]


def test_a_long_chain_of_views_is_told_by_the_warning(tmp_path: Path) -> None:
    chain = "".join(
        f"  - {{id: stg.step{number}, layer: staging, grain: [order_id], owner: data_team, materialized: view, "
        f"depends_on: [stg.{f'step{number - 1}' if number > 2 else 'orders'}]}}\n"
        for number in range(2, 7)
    )
    found = judged(tmp_path, "TRN005 TRN008", [change("change_policy:", f"{chain}change_policy:")])
    assert [(entry.rule, entry.message, entry.cause) for entry in found] == [
        ("TRN008", "6 views follow each other up to stg.step6", "TRN005"),
        ("TRN005", "6 views follow each other up to stg.step6", None),
    ]


def determinism(text: str) -> tuple[str, str, str]:
    return change(OWN, f"{OWN}    determinism: {{{text}}}\n")


BACKFILL = (
    "09-cutover.yml",
    'backfill: {not_applicable: "The first load takes the whole table; there is no history besides it"}\n',
    "backfill: [{id: history, dataset: mart.orders, reproducibility: Each unit sets its own day}]\n",
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([determinism("uses_now: false")], []),
        ([determinism("uses_now: true")], ["Model mart.orders has `uses_now`: a second run gives another result"]),
        (
            [determinism("uses_random: true, ordering_dependent: true")],
            ["Model mart.orders has `uses_random` and `ordering_dependent`: a second run gives another result"],
        ),
        ([determinism("uses_now: true, note: The day is a parameter")], []),
        ([determinism("uses_now: true"), BACKFILL], []),
    ],
)
def test_second_runs_are_explained(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    found = judged(tmp_path, "TRN009", changes)
    assert told(found) == [("models[1].determinism.note", message) for message in problems]
    assert all(entry.severity == "warning" for entry in found)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([NO_CONTRACT], ["Model mart.orders is public and has no contract"]),
        ([NO_CONTRACT, change("access: public", "access: protected"), STAGING],
         []),
    ],
)  # fmt: skip
def test_public_models_are_promised(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "TRN010", changes)) == [("models[1].access", message) for message in problems]


def test_what_is_not_public_or_not_yet_promised_is_not_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "TRN010", [change("access: public", "access: protected")]) == 1
    assert idle(tmp_path / "draft", "TRN010", [(CONTRACTS, None, None)]) == 1
    assert idle(tmp_path / "none", "TRN003 TRN004 TRN006 TRN008 TRN009 TRN010", [(FILE, None, None)]) == 6


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("TRN003", [change("on_schema_change: append_new_columns", "on_schema_change: append")]),
        ("TRN004", [change("{name: order_date, type: date, nullable: false,", "{name: order_date, nullable: 7,")]),
        ("TRN006", [history("scd_type: 2, valid_from: order_date, valid_to: [], overlap_check: orders_vs_shop")]),
        ("TRN008", [change("materialized: incremental", "materialized: vew"), TESTED]),
        ("TRN008", [VIEW, TESTED, change(OWN, f"{OWN}    justification: {{of: the wrong kind}}\n")]),
        ("TRN009", [determinism("uses_now: maybe")]),
        ("TRN010", [change("access: public", "access: open")]),
    ],
)  # fmt: skip
def test_a_refused_value_leaves_models_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]
