"""The switch in the order of time: decisions, the last moment for a rollback, and plans that have no agenda."""

from pathlib import Path

import pytest

from plangate.analysis.agenda import Agenda, agenda
from plangate.analysis.facts import Facts

from .plans import POLICY, plan

START = "2026-12-05T20:00:00Z"
STEPS = """
  steps:
    - {id: s02, after: [s01], expected: 60 min, undo: 1}
    - {id: s01, after: [], expected: 30 min}
    - {id: c01, kind: go_no_go, after: [s02], expected: 10 min}
    - {id: c02, kind: go_no_go, after: [c01], expected: 10 min}
    - {id: s03, after: [c02], expected: 5 min}
    - {id: s04, after: [s03], expected: 5 min}
""".replace(", undo: 1", "")
WINDOW = f"  window: {{start: {START}, end: 2026-12-05T23:00:00Z}}\n"
BACK = "rollback: {steps: [{id: r01, expected: 20 min, max: MOST, undoes: [s01, s02]}]}\n"
POINT = "  point_of_no_return: {after: s03, why: Legacy stops}\n"


def made(folder: Path, switch: str, rest: str = "") -> Agenda | None:
    return agenda(Facts(plan(folder, cutover=f"cutover:\n  t0: {START}\n{switch}{rest}"), POLICY))


def test_steps_stand_in_the_order_of_time(tmp_path: Path) -> None:
    found = made(tmp_path, STEPS + WINDOW + POINT, BACK.replace("MOST", "30 min"))
    assert found is not None
    assert [entry.step.id for entry in found.entries] == ["s01", "s02", "c01", "c02", "s03", "s04"]
    assert [entry.step.id for entry in found.entries if entry.turns] == ["s03"]
    assert [entry.step.id for entry in found.entries if entry.after_turn] == ["s04"]
    assert [entry.step.id for entry in found.entries if entry.restore] == ["s01", "s02", "c01", "c02"]
    assert found.zone == "UTC"


def test_the_first_decision_and_the_last_one_before_there_is_no_way_back(tmp_path: Path) -> None:
    found = made(tmp_path, STEPS + WINDOW + POINT)
    assert found is not None
    assert found.first_decision is not None
    assert found.last_safe is not None
    assert (found.first_decision.step, f"{found.first_decision.at:%H:%M}") == ("c01", "21:30")
    assert (found.last_safe.step, f"{found.last_safe.at:%H:%M}") == ("c02", "21:50")


@pytest.mark.parametrize(
    ("switch", "most", "by"),
    [
        (STEPS + WINDOW + POINT, "30 min", "21:50"),  # the point of no return comes first
        (STEPS + WINDOW + POINT, "100 min", "21:20"),  # the end of the window comes first
        (STEPS + WINDOW, "30 min", "22:30"),
        (STEPS + POINT, "30 min", "21:50"),
        (STEPS, "30 min", None),
    ],
)
def test_when_a_rollback_has_to_begin(tmp_path: Path, switch: str, most: str, by: str | None) -> None:
    found = made(tmp_path, switch, BACK.replace("MOST", most))
    assert found is not None
    assert (f"{found.rollback_by:%H:%M}" if found.rollback_by else None) == by


def test_without_a_rollback_there_is_no_moment_for_one(tmp_path: Path) -> None:
    found = made(tmp_path, STEPS + WINDOW + POINT)
    assert found is not None
    assert found.rollback_by is None


def test_words_in_the_order_of_time_and_the_zone_of_the_people(tmp_path: Path) -> None:
    words = "comms: [{audience: b, offset: 1 h}, {audience: a, offset: -72 h}, {audience: c}]\n"
    found = made(tmp_path, f"{STEPS}  timezones: [Asia/Tokyo, UTC]\n", words)
    assert found is not None
    assert [(word.comms.audience, f"{word.at:%m-%d %H}") for word in found.words] == [
        ("a", "12-02 20"),
        ("b", "12-05 21"),
    ]
    assert found.zone == "Asia/Tokyo"
    assert f"{found.local(found.t0):%d %H:%M}" == "06 05:00"
    assert f"{found.local(found.t0, 'America/New_York'):%d %H:%M}" == "05 15:00"


@pytest.mark.parametrize(
    "switch",
    ["", "  steps: []\n", "  steps: [{id: s01, after: [s02]}, {id: s02, after: [s01]}]\n"],
)
def test_without_steps_that_can_be_ordered_there_is_none(tmp_path: Path, switch: str) -> None:
    assert made(tmp_path, switch) is None


def test_without_t0_or_gate_there_is_none(tmp_path: Path) -> None:
    assert agenda(Facts(plan(tmp_path / "a", cutover=f"cutover:{STEPS}"), POLICY)) is None
    assert agenda(Facts(plan(tmp_path / "b"), POLICY)) is None
