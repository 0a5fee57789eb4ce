"""Rehearsals held against the plan: shares, maxima, and the critical path by measured times."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.cutover import cutover
from plangate.analysis.facts import Facts
from plangate.analysis.rehearsed import Rehearsed, held, measured
from plangate.model.cutover import Cutover, Rehearsal
from plangate.model.plan import Header, Plan

from .plans import POLICY, plan

SWITCH = """cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}
  steps:
    - {id: s01, after: [], expected: 30 min, max: 40 min}
    - {id: s02, after: [], expected: 20 min}
    - {id: s03, after: [s01, s02], expected: 10 min, max: 15 min}
rollback: {steps: [{id: r01, expected: 20 min, max: 25 min, undoes: [s01]}, {id: r02, after: [r01], expected: 5 min}]}
"""


def runs(folder: Path, rehearsals: str) -> tuple[Rehearsed, ...]:
    return measured(Facts(plan(folder, cutover=f"{SWITCH}rehearsals: {rehearsals}\n"), POLICY))


def test_each_step_beside_what_it_took(tmp_path: Path) -> None:
    (found,) = runs(tmp_path, "[{date: 2026-11-14, measured: {s01: 45 min, s03: 9 min, r01: 20 min}}]")
    assert [(step.id, step.took, step.share, step.over, step.back) for step in found.steps] == [
        ("s01", Decimal(2700), Decimal("0.5"), True, False),
        ("s02", None, None, False, False),
        ("s03", Decimal(540), Decimal("-0.1"), False, False),
        ("r01", Decimal(1200), Decimal(0), False, True),
        ("r02", None, None, False, True),
    ]
    assert found.missing == ("s02",)


@pytest.mark.parametrize(
    ("took", "path", "moved", "left", "most", "critical"),
    [
        ("s01: 30 min", ("s01", "s03"), 0, 4800, 3300, {"s01", "s03"}),
        ("s01: 15 min", ("s02", "s03"), -600, 5400, 3300, {"s02", "s03"}),
        ("s01: 20 min", ("s01", "s03"), -600, 5400, 3300, {"s01", "s02", "s03"}),
        ("s02: 50 min", ("s02", "s03"), 1200, 3600, 3900, {"s02", "s03"}),
        ("s01: 115 min", ("s01", "s03"), 5100, -300, 7800, {"s01", "s03"}),
    ],
)
def test_the_path_by_measured_times(
    tmp_path: Path, took: str, path: tuple[str, ...], moved: int, left: int, most: int, critical: set[str]
) -> None:
    (found,) = runs(tmp_path, f"[{{date: 2026-11-14, measured: {{{took}}}}}]")
    assert found.schedule is not None
    assert found.schedule.critical_path == path
    assert (found.moved, found.schedule.buffer_seconds, found.schedule.duration_max) == (moved, left, most)
    assert {step.id for step in found.steps if step.critical} == critical
    assert {step.id for step in found.steps if step.was_critical} == {"s01", "s03"}


def test_the_way_back_by_measured_times(tmp_path: Path) -> None:
    (found,) = runs(tmp_path, "[{date: 2026-11-14, measured: {r01: 30 min}}]")
    assert found.back is not None
    assert found.back.whole is not None
    assert (found.back.whole.expected, found.back.whole.most) == (Decimal(2100), Decimal(2100))


def test_rehearsals_in_the_order_of_their_days_and_none_without_measured_times(tmp_path: Path) -> None:
    found = runs(
        tmp_path,
        "[{date: 2026-11-14, measured: {s01: 1 min}}, {date: 2026-11-20}, {measured: {s01: 2 min}},"
        " {date: 2026-11-07, measured: {s01: 3 min}}]",
    )
    assert [run.index for run in found] == [2, 3, 0]


@pytest.mark.parametrize("text", ["backfill: []\n", "rehearsals: [{date: 2026-11-14, measured: {}}]\n"])
def test_without_a_switch_there_is_nothing_to_hold_against(tmp_path: Path, text: str) -> None:
    assert measured(Facts(plan(tmp_path, cutover=text), POLICY)) == ()


def test_steps_without_a_time_have_no_path(tmp_path: Path) -> None:
    text = "cutover: {steps: [{id: s01, after: [], expected: 5 min}]}\nrehearsals: [{measured: {s01: 4 min}}]\n"
    (found,) = measured(Facts(plan(tmp_path, cutover=text), POLICY))
    assert (found.schedule, found.planned, found.moved) == (None, None, None)
    assert found.steps[0].share == Decimal("-0.2")


TIMES = st.dictionaries(st.sampled_from(["s01", "s02", "s03"]), st.integers(0, 500), min_size=1)


@settings(deadline=None)
@given(TIMES)
def test_it_is_the_schedule_of_a_plan_that_expects_what_was_measured(took: dict[str, int]) -> None:
    steps: list[dict[str, Any]] = [
        {"id": "s01", "expected": "30 min"},
        {"id": "s02", "expected": "20 min", "max": "25 min"},
        {"id": "s03", "after": ["s01", "s02"], "expected": "10 min"},
    ]

    def plan_of(changes: dict[str, int]) -> Plan:
        listed = [
            step | ({"expected": f"{changes[step['id']]} min"} if step["id"] in changes else {}) for step in steps
        ]
        gate = {"cutover": {"t0": "2026-12-05T20:00:00Z", "steps": listed}}
        return Plan("a", Header(id="a"), {"cutover": Cutover.model_validate(gate)})

    run = Rehearsal.model_validate({"measured": {name: f"{minutes} min" for name, minutes in took.items()}})
    found = held(Facts(plan_of({}), POLICY), run).schedule
    expected = cutover(plan_of(took))
    assert found is not None
    assert expected is not None
    assert found.duration_expected == expected.duration_expected
    assert found.critical_path == expected.critical_path
    assert found.duration_max >= found.duration_expected
