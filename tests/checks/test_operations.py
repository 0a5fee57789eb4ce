"""Objectives between what the design gives and what readers need, error budgets, and outages that end in time."""

from pathlib import Path

import pytest

from .judging import Changes, judged, told, verdicts

GATE = "08-operations.yml"
BEFORE = "oncall: {team: data_oncall"
ALERT = "condition: no successful build by 09:00 UTC,"
SLO = (
    "{id: orders_fresh, sli: freshness, dataset: mart.orders, target: 30 h, objective: 99 %, window: 30 d, "
    "alerts: [orders_late]}"
)
MISSED = "SLO orders_fresh is missed at 30 h, and"


def slo(old: str = "", new: str = "") -> tuple[str, str, str]:
    return GATE, BEFORE, f"slos:\n  - {SLO.replace(old, new) if old else SLO}\n{BEFORE}"


def threshold(text: str, signal: str = "freshness") -> tuple[str, str, str]:
    return GATE, ALERT, f"{ALERT} signal: {signal}, threshold: {text},"


NO_PROMISE = (
    "02-sources.yml",
    "freshness:\n  - {dataset: mart.orders, target: 30 h, slo: 99 %, window: 30 d}",
    "freshness: []",
)


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([], []),
        ([slo(), threshold("28 h")], []),
        ([slo(), threshold("95 %")], []),
        (
            [slo("99 %", "100 %"), threshold("28 h")],
            [("slos[0].objective", "SLO orders_fresh allows no time at all to be missed in 30 d")],
        ),
        (
            [slo(", window: 30 d"), threshold("28 h")],
            [("slos[0]", "SLO orders_fresh has no window, so nobody knows when its budget is spent")],
        ),
        (
            [slo("objective: 99 %, "), threshold("28 h")],
            [("slos[0]", "SLO orders_fresh has no objective, so nobody knows when its budget is spent")],
        ),
        ([slo(), threshold("30 h")], [("slos[0]", f"{MISSED} its first alert fires at 30 h")]),
        ([slo(), threshold("100 %")], [("slos[0]", f"{MISSED} its first alert fires at 100 %")]),
        ([slo()], [("slos[0]", f"{MISSED} no alert of it has an age as its `threshold`")]),
        ([slo(), threshold("90 %")], []),
        ([slo(), threshold("80 %", "cost")],
         [("slos[0]", f"{MISSED} no alert of it has an age as its `threshold`")]),
        ([slo(), threshold("3 %", "lag")],
         [("slos[0]", f"{MISSED} no alert of it has an age as its `threshold`")]),
        ([slo(), threshold("28 h", "lag")], []),
        ([slo(", target: 30 h"), threshold("28 h")], []),  # the promise says 30 h
        (
            [slo(", target: 30 h"), threshold("28 h"), NO_PROMISE],
            [("slos[0]", "SLO orders_fresh says nowhere how old data may be: it has no target, and its dataset no "
              "promise")],
        ),
        ([slo("sli: freshness, dataset: mart.orders, target: 30 h", "sli: correctness")], []),
    ],
)  # fmt: skip
def test_error_budgets_and_early_alerts(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "OPS003", changes)) == problems


@pytest.mark.parametrize(
    "changes",
    [
        [slo("99 %", "high"), threshold("28 h")],
        [slo("30 h", "30"), threshold("28 h"), NO_PROMISE],
        [slo(), threshold("28")],
    ],
)
def test_a_refused_objective_leaves_budgets_undetermined(tmp_path: Path, changes: Changes) -> None:
    assert verdicts(judged(tmp_path, "OPS003", changes)) == [("OPS003", "undetermined", None)]


NEED = ("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], freshness: 28 h")


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([slo()], []),
        ([slo("30 h", "1455 min")], []),
        ([slo("30 h", "24 h")], ["SLO orders_fresh aims at 24 h, mart.orders is at worst 24.3 h old"]),
        (
            [slo(), NEED],
            ["SLO orders_fresh lets mart.orders be 30 h old, consumer stock_report needs it at most 28 h old"],
        ),
        ([slo("30 h", "28 h"), NEED], []),
        (
            [slo("30 h", "24 h"), ("04-ingestion.yml", 'cron: "0 3 * * *"', 'cron: "0 3 * * 1-5"')],
            ["SLO orders_fresh aims at 24 h, mart.orders is at worst 72.3 h old"],
        ),
    ],
)
def test_objectives_lie_between_design_and_need(tmp_path: Path, changes: Changes, problems: list[str]) -> None:
    assert told(judged(tmp_path, "OPS006", changes)) == [("slos[0].target", message) for message in problems]


def test_a_refused_target_leaves_objectives_undetermined(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, "OPS006", [slo("30 h", "30"), NO_PROMISE])) == [("OPS006", "undetermined", None)]


OUTAGE = ("01-context.yml", "reads: [mart.orders]", "reads: [mart.orders], tolerated_outage: 8 h")


def times(text: str) -> tuple[str, str, str]:
    return GATE, BEFORE, f"{text}{BEFORE}"


def looked(every: str) -> tuple[str, str, str]:
    derive = "derive: [unique, not_null, accepted_values, freshness, row_count]\n"
    check = (
        f"{{id: orders_age, dataset: mart.orders, kind: freshness, must_be: '<= 30 h', schedule: {{every: {every}}}}}"
    )
    return "07-quality.yml", derive, f"{derive}checks:\n  - {check}\n"


WHO = "Consumer stock_report can do without fresh data of mart.orders for 8 h"


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ([times("time_to_detect: 1 h\ntime_to_repair: 9 h\n")], []),  # nobody says what is tolerated
        ([OUTAGE, times("time_to_detect: 1 h\ntime_to_repair: 7 h\n")], []),
        (
            [OUTAGE, times("time_to_detect: 61 min\ntime_to_repair: 7 h\n")],
            [("consumers[0].tolerated_outage", f"{WHO}, detecting and repairing takes up to 8.02 h")],
        ),
        (
            [OUTAGE, times("time_to_detect: 1 h\n")],
            [("consumers[0].tolerated_outage", f"{WHO}, and no time_to_repair is stated")],
        ),
        ([OUTAGE], [("consumers[0].tolerated_outage", f"{WHO}, and no time_to_detect is stated")]),
        ([OUTAGE, times("time_to_detect: 1 h\ntime_to_repair: 7 h\n"), looked("1 h")], []),
        (
            [OUTAGE, times("time_to_detect: 1 h\ntime_to_repair: 7 h\n"), looked("2 h")],
            [
                (
                    "checks[0].schedule.every",
                    "mart.orders is looked at every 2 h, so an outage cannot be noticed within 1 h",
                )
            ],
        ),
    ],
)
def test_outages_end_in_time(tmp_path: Path, changes: Changes, problems: list[tuple[str, str]]) -> None:
    assert told(judged(tmp_path, "OPS007", changes)) == problems


def test_a_refused_time_leaves_outages_undetermined(tmp_path: Path) -> None:
    changes = [OUTAGE, times("time_to_detect: 1\ntime_to_repair: 7 h\n")]
    assert verdicts(judged(tmp_path, "OPS007", changes)) == [("OPS007", "undetermined", None)]
