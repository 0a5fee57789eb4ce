"""The critical path against an independent longest path, and what the header of a runbook says."""

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.cutover import _scheduled, cutover, in_order
from plangate.model.cutover import Step

from .plans import plan

STEPS = """
cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-06T00:00:00Z}
  steps:
    - {id: s01, owner: data_team, after: [], expected: 30 min, max: 45 min}
    - {id: s02, owner: data_team, after: [s01], expected: 60 min, max: 90 min}
    - {id: s03, owner: data_team, after: [s01], expected: 20 min, max: 30 min}
    - {id: c01, kind: go_no_go, owner: data_team, after: [s02, s03], expected: 10 min}
    - {id: s04, owner: data_team, after: [c01], expected: 20 min, max: 40 min, reversible: false}
  point_of_no_return: {after: s04, why: The old tables are dropped}
"""


def test_schedule_of_a_small_cutover(tmp_path: Path) -> None:
    schedule = cutover(plan(tmp_path, cutover=STEPS))
    assert schedule is not None
    assert schedule.duration_expected == 120 * 60
    assert schedule.duration_max == (45 + 90 + 10 + 40) * 60
    assert schedule.critical_path == ("s01", "s02", "c01", "s04")
    assert (schedule.buffer_seconds, schedule.buffer_share) == (7200, 0.5)
    slack = {entry.step.id: entry.slack // 60 for entry in schedule.steps}
    assert slack == {"s01": 0, "s02": 0, "s03": 40, "c01": 0, "s04": 0}
    assert [entry.step.id for entry in schedule.steps if entry.critical] == ["s01", "s02", "c01", "s04"]
    assert schedule.last_safe_decision is not None
    assert (schedule.last_safe_decision[0], schedule.last_safe_decision[1].isoformat()) == (
        "c01",
        "2026-12-05T21:40:00+00:00",
    )
    assert schedule.point_of_no_return_at is not None
    assert schedule.point_of_no_return_at.isoformat() == "2026-12-05T22:00:00+00:00"


def test_steps_that_wait_for_each_other_are_named(tmp_path: Path) -> None:
    text = STEPS.replace("id: s01, owner: data_team, after: []", "id: s01, owner: data_team, after: [c01]")
    schedule = cutover(plan(tmp_path, cutover=text))
    assert schedule is not None
    assert schedule.steps == ()
    assert schedule.cycle[0] == schedule.cycle[-1]
    assert set(schedule.cycle) <= {"s01", "s02", "s03", "c01"}


def test_offsets_hold_a_step_back(tmp_path: Path) -> None:
    text = STEPS.replace("id: s03, owner: data_team", "id: s03, offset: 2 h, owner: data_team")
    schedule = cutover(plan(tmp_path, cutover=text))
    assert schedule is not None
    held = schedule.step("s03")
    assert held is not None
    assert held.early_start == 7200
    assert schedule.duration_expected == (120 + 20 + 10 + 20) * 60


WINDOW = "window: {start: 2026-12-05T20:00:00Z"
AHEAD = "  steps:\n    - {id: c00, kind: go_no_go, owner: data_team, after: [], offset: -72 h, expected: 30 min}"


def test_offsets_count_from_t0_and_not_from_the_window(tmp_path: Path) -> None:
    text = STEPS.replace(WINDOW, "window: {start: 2026-12-05T18:00:00Z").replace(
        "after: [], exp", "offset: 15 min, exp"
    )
    schedule = cutover(plan(tmp_path, cutover=text))
    assert schedule is not None
    assert (schedule.t0.isoformat(), schedule.begin) == ("2026-12-05T20:00:00+00:00", 15 * 60)
    assert schedule.steps[0].start_at.isoformat() == "2026-12-05T20:15:00+00:00"
    assert (schedule.window_seconds, schedule.room_seconds) == (6 * 3600, 225 * 60)
    assert (schedule.duration_expected, schedule.buffer_seconds) == (120 * 60, 105 * 60)


def test_steps_that_wait_for_nothing_begin_at_t0(tmp_path: Path) -> None:
    schedule = cutover(plan(tmp_path, cutover=STEPS.replace(WINDOW, "window: {start: 2026-12-05T18:00:00Z")))
    assert schedule is not None
    assert schedule.steps[0].start_at == schedule.t0 == schedule.begin_at


def test_what_is_over_before_the_window_opens_is_no_part_of_the_switch(tmp_path: Path) -> None:
    before, after = (cutover(plan(tmp_path / name, cutover=text)) for name, text in (
        ("before", STEPS), ("after", STEPS.replace("  steps:", AHEAD))
    ))  # fmt: skip
    assert before is not None
    assert after is not None
    assert after.steps[0].start_at.isoformat() == "2026-12-02T20:00:00+00:00"
    assert (after.begin, after.duration_expected, after.duration_max) == (0, 120 * 60, before.duration_max)
    assert (after.critical_path, after.buffer_seconds) == (before.critical_path, before.buffer_seconds)


def test_what_waits_for_a_decision_days_ahead_begins_at_t0_all_the_same(tmp_path: Path) -> None:
    text = STEPS.replace("  steps:", AHEAD).replace(
        "after: [], expected: 30 min, max", "after: [c00], expected: 30 min, max"
    )
    schedule = cutover(plan(tmp_path, cutover=text))
    assert schedule is not None
    assert (schedule.steps[1].start_at, schedule.duration_expected) == (schedule.t0, 120 * 60)
    earlier = cutover(
        plan(tmp_path / "earlier", cutover=text.replace("after: [c00], e", "after: [c00], offset: -71 h, e"))
    )
    assert earlier is not None
    assert earlier.steps[1].early_start == -71 * 3600


def test_of_a_step_that_is_under_way_when_the_window_opens_the_rest_counts(tmp_path: Path) -> None:
    text = STEPS.replace("  steps:", AHEAD.replace("-72 h", "-20 min"))
    schedule = cutover(plan(tmp_path, cutover=text.replace("after: [], expected: 30", "after: [c00], expected: 30")))
    assert schedule is not None
    assert (schedule.begin, schedule.duration_expected) == (0, 130 * 60)
    assert schedule.critical_path[:2] == ("c00", "s01")


def test_no_cutover_no_schedule(tmp_path: Path) -> None:
    assert cutover(plan(tmp_path)) is None


@st.composite
def graphs(draw: st.DrawFn) -> list[Step]:
    count = draw(st.integers(1, 9))
    steps = []
    for number in range(count):
        before = draw(st.sets(st.integers(0, number - 1))) if number else set()
        told = {"id": f"s{number:02d}", "after": [f"s{other:02d}" for other in sorted(before)]}
        steps.append(Step.model_validate({**told, "expected": f"{draw(st.integers(0, 30))} min"}))
    return draw(st.permutations(steps))


@given(graphs())
def test_critical_path_is_the_longest_path(steps: list[Step]) -> None:
    by_id = {step.id: step for step in steps}

    @cache
    def longest(name: str) -> int:
        step = by_id[name]
        return int(step.expected.base if step.expected else 0) + max(
            (longest(other) for other in step.after), default=0
        )

    order, cycle = in_order({step.id: step.after for step in steps})
    scheduled = _scheduled(steps, order, datetime(2026, 1, 1, tzinfo=UTC))
    assert cycle == ()
    assert max(entry.early_finish for entry in scheduled) == max(longest(name) for name in by_id)
    for entry in scheduled:
        assert entry.early_finish == longest(entry.step.id)
        assert entry.slack >= 0


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_order_or_cycle(wanted: dict[str, list[str]]) -> None:
    after = {name: [other for other in before if other in wanted] for name, before in wanted.items()}
    order, cycle = in_order(after)
    for place, name in enumerate(order):
        assert all(other in order[:place] for other in after[name])
    if len(order) < len(after):
        assert cycle[0] == cycle[-1]
        assert all(following in after[name] for name, following in pairwise(cycle))
    else:
        assert cycle == ()


@pytest.mark.parametrize(
    ("down", "minutes"),
    [((), 0), (("s01",), 30), (("s02", "s03"), 60), (("s03", "s04"), 40), (("s01", "s03", "s04"), 70)],
)
def test_readers_see_nothing_for_all_steps_that_say_so_together(
    tmp_path: Path, down: tuple[str, ...], minutes: int
) -> None:
    text = STEPS
    for step in down:  # s03 runs beside s02, and is not on the critical path
        text = text.replace(f"id: {step}, owner", f"id: {step}, downtime: true, owner")
    schedule = cutover(plan(tmp_path, cutover=text))
    assert schedule is not None
    assert schedule.downtime == minutes * 60
