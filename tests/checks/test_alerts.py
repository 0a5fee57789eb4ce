"""Objectives with alerts, alerts that reach somebody, failures and costs that are heard of."""

from pathlib import Path

import pytest

from .judging import Changes, idle, judged, stream, told, verdicts

FILE = "08-operations.yml"
FRESH = "{id: fresh, sli: freshness, dataset: mart.orders, objective: 99 %, window: 30 d, alerts: [orders_late]}"
RIGHT = "{id: right, sli: correctness, dataset: mart.orders, objective: 99 %, window: 30 d, alerts: [orders_late]}"
NO_PROMISE = ("02-sources.yml", "slo: 99 %, window: 30 d", "x_note: none")


def slos(*entries: str) -> tuple[str, str, str]:
    return FILE, "dashboards:", f"slos: [{', '.join(entries)}]\ndashboards:"


def change(old: str, new: str) -> tuple[str, str, str]:
    return FILE, old, new


LACKS = "Critical dataset mart.orders has no objective for"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([slos(FRESH, RIGHT)], []),
        ([slos(FRESH, RIGHT), NO_PROMISE], []),
        ([slos(RIGHT)], []),
        ([slos(RIGHT), NO_PROMISE], [f"{LACKS} freshness"]),
        ([slos(FRESH)], [f"{LACKS} correctness"]),
        ([NO_PROMISE], [f"{LACKS} correctness", f"{LACKS} freshness"]),
        ([slos(FRESH, RIGHT.replace(", window: 30 d", ""))], [f"{LACKS} correctness"]),
        ([slos(FRESH, RIGHT.replace("objective: 99 %, ", ""))], [f"{LACKS} correctness"]),
        ([slos(FRESH, RIGHT.replace("mart.orders", "stg.orders"))], [f"{LACKS} correctness"]),
        ([("05-modeling.yml", "access: public", "access: protected"), NO_PROMISE], []),
    ],
)
def test_objectives_are_set(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "OPS001", changes)) == [("slos", message) for message in problems]


@pytest.mark.parametrize(
    ("hours", "always"),
    [
        ("24x7", True),
        ("24/7, by two teams in turn", True),
        ("7x24", True),
        ("24 h on 7 days", True),
        ("24 hours a day, 7 days a week", True),
        ("Around the clock", True),
        ("day and night, weekends included", True),
        ("24x7 except weekends and holidays", False),
        ("24x7 on weekdays", False),
        ("around the clock on working days", False),
        ("24 h on 5 days", False),
        ("always during office hours", False),
        ("not always", False),
    ],
)
def test_hours_around_the_clock(tmp_path: Path, hours: str, always: bool) -> None:
    found = judged(tmp_path, "OPS002", [slos(FRESH), PAGE, change("working days 08:00 to 18:00 UTC", f'"{hours}"')])
    assert [entry.path for entry in found] == ([] if always else ["oncall.hours"])


PAGE = change("severity: ticket", "severity: page")
ALWAYS = change("hours: working days 08:00 to 18:00 UTC", "hours: 24x7")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([slos(FRESH)], []),
        ([slos(FRESH.replace(", alerts: [orders_late]", ""))], [("slos[0].alerts", "SLO fresh has no alert")]),
        ([slos(FRESH), PAGE, ALWAYS], []),
        ([PAGE], []),
        ([slos(FRESH), PAGE], [
            ("oncall.hours", "SLO fresh pages at any hour, on call is somebody working days 08:00 to 18:00 UTC")]),
        ([slos(FRESH), PAGE, change("hours: working days 08:00 to 18:00 UTC", "hours: 24 / 7")], []),
        ([slos(FRESH), PAGE, change(", hours: working days 08:00 to 18:00 UTC", "")],
         [("oncall.hours", "SLO fresh pages, and nothing says when somebody answers")]),
        ([PAGE, change(", runbook: late_orders}", "}")],
         [("alerts[0].runbook", "Alert orders_late pages, and no runbook says what to do")]),
        ([PAGE, change(', route: "#data"', "")],
         [("alerts[0].route", "Alert orders_late pages, and no route says whom it calls")]),
        ([slos(FRESH), change(', route: "#data"', "")], []),
    ],
)  # fmt: skip
def test_alerts_reach_somebody(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "OPS002", changes)) == problems


@pytest.mark.parametrize(
    ("guardrails", "problems"),
    [
        ("alert_at: 80 %, owner: data_team", []),
        ("alert_at: 80.1 %, owner: data_team", [("alert_at", "The alert on cost goes out at 80.1 % of the budget")]),
        ("alert_at: 80 %", [("owner", "The cost guardrails do not say who hears of it")]),
        (
            "owner: data_team",
            [("alert_at", "The cost guardrails do not say at which share of the budget an alert goes out")],
        ),
    ],
)
def test_cost_is_watched(tmp_path: Path, guardrails: str, problems: list[tuple[str, str]]) -> None:
    found = judged(tmp_path, "OPS008", [change("alert_at: 80 %, owner: data_team", guardrails)])
    assert told(found) == [(f"cost_guardrails.{name}", message) for name, message in problems]
    assert all(entry.severity == "warning" for entry in found)


NO_ROUTE = change(', route: "#data"', "")
UNHEARD = "Pipeline load_orders tells of failures by alert orders_late, which has no route"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        (
            [("04-ingestion.yml", "on_failure: {alert: orders_late}", "on_failure: {quarantine: raw_q.orders}")],
            [
                ("pipelines[0].on_failure.alert", "Nobody hears when pipeline load_orders fails", None),
                ("pipelines[1].on_failure.alert", "Nobody hears when pipeline build_orders fails", None),
            ],
        ),
        (
            [NO_ROUTE],
            [
                ("alerts[0].route", UNHEARD.replace("load", "build"), None),
                ("alerts[0].route", UNHEARD, None),
            ],
        ),
        (
            [NO_ROUTE, PAGE],
            [
                ("alerts[0].route", UNHEARD.replace("load", "build"), "OPS002"),
                ("alerts[0].route", UNHEARD, "OPS002"),
            ],
        ),
        (
            [change("oncall: {team: data_oncall, ", "oncall: {")],
            [("oncall.team", "Pipelines fail, and nobody is on call", None)],
        ),
    ],
)
def test_failures_are_heard(tmp_path: Path, changes: Changes, problems: list[tuple[str, str, str | None]]) -> None:
    found = judged(tmp_path, "ING011", changes)
    assert [(entry.path, entry.message, entry.cause) for entry in found] == problems


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("OPS001", [slos(FRESH, RIGHT.replace("99 %", "most"))]),
        ("OPS002", [slos(FRESH), change("severity: ticket", "severity: pager")]),
        ("OPS008", [change("alert_at: 80 %", "alert_at: late")]),
        ("ING011", [change("team: data_oncall", "team: Data On Call")]),
    ],
)
def test_a_refused_value_leaves_alerts_undetermined(tmp_path: Path, rule: str, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, rule, changes)) == [(rule, "undetermined", None)]


def test_without_operations_nothing_is_asked(tmp_path: Path) -> None:
    assert idle(tmp_path, "OPS001 OPS002 OPS008 ING011", [(FILE, None, None)]) == 4
    assert idle(tmp_path / "again", "OPS002") == 1
    assert stream(tmp_path / "stream", "OPS001 OPS002 OPS008 ING011") == []
