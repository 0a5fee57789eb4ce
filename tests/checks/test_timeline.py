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
