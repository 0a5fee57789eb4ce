"""Who needs a contract, who moves first, and what a contract without a mode has to say."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, sample, stream, told, verdicts

FILE, CONTEXT, MODELS = "06-contracts.yml", "01-context.yml", "05-modeling.yml"
READS = "reads: [mart.orders]"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


def reads(text: str) -> tuple[str, str, str]:
    return CONTEXT, READS, text


PROTECTED = (MODELS, "access: public", "access: protected")
OTHER = change("dataset: mart.orders", "dataset: stg.orders")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([OTHER], [("contracts", "mart.orders is critical and has no contract", "TRN010")]),
        (
            [OTHER, (MODELS, "access: public", "critical: true")],
            [("contracts", "mart.orders is critical and has no contract", None)],
        ),
        ([OTHER, PROTECTED], []),
        (
            [OTHER, PROTECTED, reads(f"{READS}, external: true")],
            [("contracts", "mart.orders is read by consumer stock_report and has no contract", None)],
        ),
        (
            [reads("reads: [mart.orders, raw.orders], external: true")],
            [("contracts", "raw.orders is read by consumer stock_report and has no contract", None)],
        ),
        (
            [change("    owner: data_team\n    columns", "    columns")],
            [("contracts[0].owner", "The contract of mart.orders has no `owner`", None)],
        ),
        (
            [change("    version: 1.0.0\n", "")],
            [("contracts[0].version", "The contract of mart.orders has no `version`", "CON002")],
        ),
        (
            [change("    sla: {freshness: 30 h, retention: 3 yr}\n", "")],
            [("contracts[0].sla", "The contract of mart.orders has no `sla`", None)],
        ),
        (
            [change("    columns: from_model\n", "")],
            [("contracts[0].columns", "The contract of mart.orders has no `columns`", "CON002")],
        ),
    ],
)
def test_promises_are_written(tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]) -> None:
    found = judged(tmp_path, "CON001", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found] == problems


def test_what_another_plan_reads_is_promised(tmp_path: Path) -> None:
    removed = ("07-contracts.yml", "  - dataset: web.sessions\n", "  - dataset: mart.session_daily\n")
    public = ("06-modeling.yml", "access: public", "access: protected")
    uncritical = ("06-modeling.yml", "    critical: true\n", "")
    fresh = ("01-context.yml", "reads: [web.sessions], freshness: 60 min", "reads: [web.sessions]")
    found = sample(tmp_path, "clickstream-sessions", "CON001", [removed, public, uncritical, fresh])
    assert ("contracts", "web.sessions is read by plan orders-mart and has no contract") in told(found)


def test_a_topic_is_promised_by_its_schema(tmp_path: Path) -> None:
    assert stream(tmp_path, "CON001") == []


@pytest.mark.parametrize(
    ("mode", "order", "fires"),
    [
        ("backward", "consumers_first", False),
        ("backward", "producers_first", True),
        ("backward_transitive", "producers_first", True),
        ("backward", "any", True),
        ("forward", "producers_first", False),
        ("forward", "consumers_first", True),
        ("forward_transitive", "consumers_first", True),
        ("full", "any", False),
        ("full", "consumers_first", False),
        ("none", "producers_first", False),
    ],
)
def test_order_fits_mode(tmp_path: Path, mode: str, order: str, fires: bool) -> None:
    changes = [change("compatibility: backward", f"compatibility: {mode}"), change("consumers_first", order)]
    found = told(judged(tmp_path, "CON007", changes))
    who = "consumers" if mode.startswith("backward") else "producers"
    message = f"The contract of mart.orders says `compatibility: {mode}`, with which {who} move first, and {order}"
    assert found == ([("contracts[0].upgrade_order", message)] if fires else [])


@pytest.mark.parametrize("breaks", [True, False])
def test_the_order_of_moves_is_told_apart_from_a_change_that_breaks(tmp_path: Path, breaks: bool) -> None:
    entry = ", changes: [{dataset: mart.orders, kind: column_removed, element: status, classification: breaking}]"
    changes = [change("consumers_first", "producers_first")]
    if breaks:
        changes.append(change("deprecation_window: 30 d", f"deprecation_window: 30 d{entry}"))
    (found,) = judged(tmp_path, "CON007", changes)
    hint = (
        "The order is for changes that keep the mode. mart.orders#status does not: serve the old version until its "
        "readers have moved"
    )
    assert found.hint == (hint if breaks else None)


NONE = change("compatibility: backward\n", "compatibility: none\n")
OUTSIDE = reads(f"{READS}, external: true")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([OUTSIDE], []),
        ([NONE, OUTSIDE],
         ["The contract of mart.orders promises no compatibility, and consumer stock_report reads it"]),
        ([(NONE[0], NONE[1], f"{NONE[2]}    justification: Readers are told a week before\n"), OUTSIDE], []),
    ],
)  # fmt: skip
def test_no_mode_is_justified(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    found = judged(tmp_path, "CON012", changes)
    assert told(found) == [("contracts[0].justification", message) for message in problems]
    assert all(entry.severity == "warning" for entry in found)


def test_without_readers_outside_no_mode_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "CON012", [NONE]) == 1
    assert idle(tmp_path / "order", "CON007", [change("    upgrade_order: consumers_first\n", "")]) == 1


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("CON001", [change("sla: {freshness: 30 h, retention: 3 yr}", "sla: 30 h")]),
        ("CON007", [change("compatibility: backward", "compatibility: backwards")]),
        ("CON012", [OUTSIDE, change("compatibility: backward", "compatibility: backwards")]),
    ],
)
def test_a_refused_value_leaves_promises_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]
