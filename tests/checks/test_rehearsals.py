"""Rehearsals of the switch of a sample plan."""

from pathlib import Path

import pytest

from .judging import Changes, sample, told

FILE = "09-cutover.yml"


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
