"""Dates around the switch of the first plan and of the samples."""

from datetime import date
from pathlib import Path

import pytest

from plangate.checks.rule import Edit

from . import signing
from .judging import Changes, judged, sample, told
from .test_rules import apply

FILE, ACCEPTANCE, OPERATIONS = "09-cutover.yml", "10-acceptance.yml", "08-operations.yml"
RUN = (
    'parallel_run: {not_applicable: "The hand-made export is replaced at once; both are kept until the end of '
    'February"}'
)


def run(text: str) -> tuple[str, str, str]:
    return ACCEPTANCE, RUN, f"parallel_run: {{{text}}}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([run("start: 2027-01-13, end: 2027-01-27, min: 14 d, compare: [orders_vs_shop]")], []),
        ([run("start: 2027-02-14, end: 2027-03-01, min: 14 d, compare: [orders_vs_shop]")], []),
        (
            [run("start: 2027-02-14, end: 2027-03-02, min: 14 d, compare: [orders_vs_shop]")],
            ["The parallel run ends on 2027-03-02, the old system is kept until 2027-02-28"],
        ),
        (
            [run("start: 2027-01-13, end: 2027-01-26, min: 14 d, compare: [orders_vs_shop]")],
            ["The parallel run lasts 13 d, at least 14 d are wanted"],
        ),
        (
            [run("start: 2027-01-13, end: 2027-01-26")],
            ["The parallel run compares nothing", "The parallel run does not say its `min`"],
        ),
    ],
)
def test_side_by_side(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "CUT010", changes))] == found


STEPS = "  steps:\n    - {id: s01,"


def freeze(start: str, end: str, more: str = "systems: [shop], owner: data_team, comms: Mail") -> tuple[str, str, str]:
    span = f"start: 2027-01-12T{start}:00+00:00, end: 2027-01-12T{end}:00+00:00"
    return FILE, STEPS, f"  freeze: {{{span}, {more}}}\n{STEPS}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], ["The switch has no `freeze`, so anybody may change the systems while they are switched"]),
        ([freeze("09:00", "10:05")], []),
        (
            [freeze("09:01", "10:05")],
            ["The freeze starts at 2027-01-12 09:01 UTC, it has to hold from 2027-01-12 09:00 UTC"],
        ),
        (
            [freeze("09:00", "10:04")],
            ["The freeze ends at 2027-01-12 10:04 UTC, it has to hold until 2027-01-12 10:05 UTC"],
        ),
        (
            [freeze("09:00", "10:05", "systems: [shop]")],
            ["The freeze does not say its `comms`", "The freeze does not say its `owner`"],
        ),
    ],
)
def test_frozen_meanwhile(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "CUT011", changes))] == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(FILE, "s07: 94 min", "s07: 120 min")],
            ["Step s07 took 120 min in the last rehearsal, expected 90 min (+33 %)"],
        ),
        ([(FILE, "date: 2026-11-14", "date: 2026-11-05")], []),
        (
            [(FILE, "date: 2026-11-14", "date: 2026-11-03"), (FILE, "date: 2026-11-07", "date: 2026-11-01")],
            ["The last rehearsal is 32 d before t0, at most 30 d are wanted"],
        ),
        ([(FILE, "date: 2026-11-07\n    environment", "environment")], ["Rehearsal 1 has no `date`"]),
        ([(FILE, "    result: passed\n", "    result: failed\n")], ["The last rehearsal, of 2026-11-14, failed"]),
        ([(FILE, "result: passed_with_deviations", "result: failed")], []),
        (
            [(FILE, "s07: 94 min, s08: 42 min, ", "")],
            ["The last rehearsal, of 2026-11-14, does not say how long s07 and s08 took"],
        ),
        ([(FILE, "c01: 11 min, ", ""), (FILE, "s15: 14 min, s16: 14 min, r06", "s16: 14 min, r06")], []),
    ],
)
def test_rehearsals(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    problems = told(sample(tmp_path, "orders-mart", "CUT012", changes))
    assert [message for _, message in problems if "s07" in message or "ehearsal" in message.split(" in ")[0]] == found


@pytest.mark.parametrize(
    ("took", "found", "hint"),
    [
        ("r05: 12.5 min", [], None),
        (
            "r05: 13 min",
            ["Step r05 took 13 min in the last rehearsal, expected 10 min (+30 %)"],
            "Expect 13 min, or say in `deviations` why the switch will differ and rehearse again",
        ),
        (
            "r05: 120 min",
            ["Step r05 took 120 min in the last rehearsal, expected 10 min (+1100 %)"],
            "Expect 120 min with a `max` of 120 min or more, or say in `deviations` why the switch will differ and "
            "rehearse again",
        ),
    ],
)
def test_the_way_back_is_rehearsed_too(tmp_path: Path, took: str, found: list[str], hint: str | None) -> None:
    problems = sample(tmp_path, "orders-mart", "CUT012", [(FILE, "r05: 12.5 min", took)])
    assert [message for _, message in told(problems)] == found
    assert {problem.hint for problem in problems if problem.verdict == "fail"} == ({hint} if hint else set())


def test_what_was_measured_is_a_step(tmp_path: Path) -> None:
    found = sample(
        tmp_path, "orders-mart", "GEN003 CUT012", [(FILE, "measured: {s01: 14 min", "measured: {s99: 14 min")]
    )
    assert [(one.rule, one.path, one.cause) for one in found if one.verdict == "fail"] == [
        ("GEN003", "rehearsals[1].measured.s99", None),
        ("CUT012", "rehearsals[1].measured", "GEN003"),
    ]


def test_the_last_rehearsal_measured_something(tmp_path: Path) -> None:
    changes = [(FILE, "    measured: {s01: 14 min,", "    x_measured: {s01: 14 min,")]
    message = "The last rehearsal, of 2026-11-14, does not say how long its steps took"
    assert told(sample(tmp_path, "orders-mart", "CUT012", changes)) == [("rehearsals[1].measured", message)]


COMMS = "comms: [{audience: stock_report"
SOON = "{audience: stock_report, offset: 8 h}"
EARLIER = (FILE, "offset: -120 h", "offset: -12 h")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        ([(FILE, "offset: -120 h", "offset: -24 h")], []),
        (
            [(FILE, "offset: -120 h", "offset: -23 h")],
            ["Consumer stock_report is told 23 h before the switch, 24 h are asked for"],
        ),
        (
            [(FILE, "comms: [{audience: stock_report", "comms_notice: 200 h\ncomms: [{audience: stock_report")],
            ["Consumer stock_report is told 120 h before the switch, 200 h are asked for"],
        ),
        (
            [(FILE, "comms: [{audience: stock_report", "comms: [{audience: data_platform")],
            ["Consumer stock_report is not told of the switch"],
        ),
        ([(FILE, "comms: [{audience: stock_report", "comms: [{audience: data_team")], []),
        (
            [(FILE, "offset: -120 h", "offset: 8 h")],
            ["Consumer stock_report is told only 8 h after the switch, 24 h are asked for"],
        ),
        (
            [(FILE, COMMS, f"comms: [{{audience: data_team, offset: -120 h}}, {SOON}, {{audience: stock_report")],
            [],
        ),
    ],
)
def test_readers_are_told(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(judged(tmp_path, "CUT013", changes))] == found


def test_the_earliest_entry_is_the_one_that_counts(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, "CUT013", [(FILE, COMMS, f"comms: [{SOON}, {{audience: stock_report"), EARLIER])
    assert (found.path, found.observed) == ("comms[1].offset", "-12 h")
    assert found.message == "Consumer stock_report is told 12 h before the switch, 24 h are asked for"


LEDGER = '{audience: ledger-migration, channel: "#finance-systems", offset: -14 d'


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (LEDGER, []),
        (
            LEDGER.replace("ledger-migration", "crm"),
            [("comms", "Plan ledger-migration, which reads mart.fct_orders, is not told of the switch")],
        ),
        (
            LEDGER.replace("-14 d", "-48 h"),
            [
                (
                    "comms[6].offset",
                    "Plan ledger-migration, which reads mart.fct_orders, is told 48 h before the switch, 72 h are "
                    "asked for",
                )
            ],
        ),
    ],
)
def test_plans_that_read_what_is_switched_are_told(tmp_path: Path, entry: str, found: list[tuple[str, str]]) -> None:
    assert told(sample(tmp_path, "orders-mart", "CUT013", [(FILE, LEDGER, entry)])) == found


LIVE = "go_live: 2026-12-05T20:00"
WHY = "  justification: Saturday evening, the week's lowest traffic; the close of November is signed on 2026-12-02\n"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(FILE, WHY, "")],
            [
                "t0 is on a weekend in Europe/Berlin, and no `justification` says why",
                "t0 is on a weekend in UTC, and no `justification` says why",
            ],
        ),
        (
            [(FILE, "hypercare: {until: 2026-12-12", "hypercare: {until: 2026-12-07")],
            ["Hypercare ends on 2026-12-07, less than 72 h after t0"],
        ),
        ([(FILE, "hypercare: {until: 2026-12-12", "hypercare: {until: 2026-12-08")], []),
    ],
)
def test_good_days(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(sample(tmp_path, "orders-mart", "CUT014", changes))] == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ([], []),
        (
            [(FILE, "decommission_on: 2027-01-20", "decommission_on: 2027-01-10")],
            ["Its decommission (2027-01-10) comes before the end of the old system (2027-01-15)"],
        ),
        (
            [(FILE, "keep_until: 2027-01-15", "keep_until: 2026-12-07")],
            ["The end of the old system (2026-12-07) comes before the end of the way back (2026-12-08 20:00 UTC)"],
        ),
        (
            [(FILE, "date: 2026-11-14", "date: 2026-12-07")],
            ["T0 (2026-12-05 20:00 UTC) comes before the last rehearsal (2026-12-07)"],
        ),
        ([("plan.yml", LIVE, "go_live: 2026-12-05T00:00")], []),
        ([("plan.yml", LIVE, "go_live: 2026-12-07T00:00")], []),
        (
            [("plan.yml", LIVE, "go_live: 2026-12-04T23:59")],
            ["The plan goes live on 2026-12-04, before its switch on 2026-12-05"],
        ),
        ([("plan.yml", "go_live: 2026-12-05T20:00:00+00:00", "go_live: 2026-12-04T23:30:00-23:00")], []),
    ],
)
def test_dates_in_order(tmp_path: Path, changes: Changes, found: list[str]) -> None:
    assert [message for _, message in told(sample(tmp_path, "orders-mart", "BND004", changes))] == found


@pytest.mark.parametrize(
    ("key", "day", "written"),
    [("decommission_on", "2027-01-20", "2027-01-14"), ("keep_until", "2027-01-15", "2026-12-07")],
)
def test_the_day_that_is_expected_does(tmp_path: Path, key: str, day: str, written: str) -> None:
    (found,) = sample(tmp_path / "before", "orders-mart", "BND004", [(FILE, f"{key}: {day}", f"{key}: {written}")])
    assert found.observed == written
    typed = (found.expected or "").removesuffix(" or later")
    changes = [(FILE, f"{key}: {day}", f"{key}: {typed}")]
    assert sample(tmp_path / "after", "orders-mart", "BND004 GEN006 CUT009", changes) == []


OVER = date(2027, 1, 20)
LATE = "bob approved capacity as platform on 2027-01-15, after the switch on 2027-01-12"
IN_REVIEW, LIVE_PLAN = "in_review", "live"


# In review what stands was approved by the switch; of a plan that is live, what was there by then.
@pytest.mark.parametrize(
    ("intent", "signed", "found"),
    [
        (IN_REVIEW, [("bob", "2027-01-12", "")], []),
        (IN_REVIEW, [("bob", "2027-01-15", "")], [LATE]),
        (IN_REVIEW, [("bob", "2026-12-01", ""), ("bob", "2027-01-15", "anew")], [LATE]),
        (LIVE_PLAN, [("bob", "2027-01-12", "")], []),
        (LIVE_PLAN, [("bob", "2027-01-15", "")], [f"{LATE}, and nobody had before"]),
        (LIVE_PLAN, [("bob", "2026-12-01", ""), ("bob", "2027-01-15", "anew")], []),
    ],
)
def test_approvals_come_before_the_switch(
    tmp_path: Path, intent: str, signed: list[tuple[str, str, str]], found: list[str]
) -> None:
    place = signing.plans(tmp_path, Edit("plan.yml", "intent: in_review", f"intent: {intent}"))
    last: dict[str, str] = {}
    for who, day, anew in signed:
        if anew:
            apply(place / signing.NAME, Edit("03-capacity.yml", "horizon: 24 month", "horizon: 25 month"))
        last[who] = signing.sign(place, "platform", ("capacity",), who, day, supersedes=last.get(who))
    report = signing.judged(place, today=OVER, rules=["BND004"])
    assert [finding.message for finding in report.findings] == found
    assert {finding.expected for finding in report.findings} <= {"2027-01-20 or later"}


@pytest.mark.parametrize(
    ("old", "new", "causes"),
    [
        ("keep_until: 2027-01-15", "keep_until: 2026-12-07", {"BND004": "CUT009", "CUT009": None}),
        ("decommission_on: 2027-01-20", "decommission_on: 2027-01-10", {"BND004": None}),
    ],
)
def test_an_old_system_that_ends_before_the_way_back_is_one_cause(
    tmp_path: Path, old: str, new: str, causes: dict[str, str | None]
) -> None:
    found = sample(tmp_path, "orders-mart", "BND004 CUT009", [(FILE, old, new)])
    assert {finding.rule: finding.cause for finding in found} == causes


def test_runbooks_are_drilled(tmp_path: Path) -> None:
    changes = [(OPERATIONS, "drilled: 2026-10-20", "drilled: 2026-12-20")]
    assert told(sample(tmp_path / "held", "orders-mart", "OPS005")) == []
    found = told(sample(tmp_path, "orders-mart", "OPS005", changes))
    assert found
    assert all(message.endswith("drilled on 2026-12-20, after the go-live on 2026-12-05") for _, message in found)
