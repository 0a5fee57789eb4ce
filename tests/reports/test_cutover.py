"""The switch as data and for people: times in a zone, ways back, who is wanted twice."""

from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.reports.cutover import cutover_data, cutover_lines
from tests.analysis.plans import POLICY, plan

SWITCH = """cutover:
  t0: 2026-12-05T20:00:00Z
  timezones: [Europe/Berlin, UTC]
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}
  freeze: {start: 2026-12-05T18:00:00Z, end: 2026-12-06T08:00:00Z, systems: [dwh]}
  downtime_budget: 5 min
  steps:
    - {id: s01, name: Freeze, owner: dba, after: [], expected: 30 min, rollback: r01}
    - {id: s02, owner: dba, after: [], expected: 20 min}
    - {id: c01, kind: go_no_go, owner: lead, decision_owner: boss, after: [s01, s02], expected: 10 min}
    - {id: s03, owner: dba, after: [c01], expected: 10 min, downtime: true, forward_fix: Point back}
    - {id: s04, owner: dba, after: [s03], expected: 5 min}
  point_of_no_return: {after: s03, why: Legacy stops}
rollback: {steps: [{id: r01, expected: 20 min, max: 100 min, undoes: [s01]}]}
"""
LINES = """- cutover: 55 min of a window of 2 h, 65 min left; at most 55 min
  - times in Europe/Berlin; t0 is 2026-12-05 21:00
  - critical path: s01 → c01 → s03 → s04
  - freeze of dwh: 2026-12-05 19:00 to 2026-12-06 09:00
  - downtime: 10 min of at most 5 min: ✕ too long
  - first go/no-go: c01 at 2026-12-05 21:30
  - last safe decision: c01, over at 2026-12-05 21:40
  - a rollback begins at the latest at 2026-12-05 21:20
  - point of no return: the end of s03, 2026-12-05 21:50
  - ✕ dba has s01 and s02 at one time, for 20 min
  - steps:
    - 2026-12-05 21:00 s02, dba, 20 min, slack 10 min; ✕ no way back
    - 2026-12-05 21:00 s01 Freeze, dba, 30 min, critical; back by r01 in at most 100 min: ✕ too late
    - 2026-12-05 21:30 c01, boss, 10 min, critical; back by r01 in at most 100 min: ✕ too late
    - 2026-12-05 21:40 s03, dba, 10 min, critical, downtime; ▲ no way back from its end on
    - 2026-12-05 21:50 s04, dba, 5 min, critical; forward only"""


def facts(folder: Path, text: str = SWITCH) -> Facts:
    return Facts(plan(folder, cutover=text), POLICY)


def test_the_lines_in_the_order_of_time(tmp_path: Path) -> None:
    assert list(cutover_lines(facts(tmp_path))) == LINES.splitlines()


@pytest.mark.parametrize(
    ("zone", "told"), [(None, "2026-12-05 21:00"), ("UTC", "2026-12-05 20:00"), ("Asia/Tokyo", "2026-12-06 05:00")]
)
def test_the_lines_in_another_zone(tmp_path: Path, zone: str | None, told: str) -> None:
    shown = list(cutover_lines(facts(tmp_path), zone))
    assert shown[1].endswith(f"t0 is {told}")
    assert f"{told} s02" in shown[11]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("backfill: []\n", "- cutover: no steps with a time yet"),
        ("cutover: {steps: [{id: s01, after: []}]}\n", "- cutover: no steps with a time yet"),
        (
            "cutover: {t0: 2026-12-05T20:00:00Z, steps: [{id: s01, after: [s02]}, {id: s02, after: [s01]}]}\n",
            "- cutover: these steps wait for each other: s01 → s02 → s01",
        ),
        ("cutover: {t0: 2026-12-05T20:00:00Z, steps: [{id: s01, after: []}]}\n", "- cutover: 0 s; at most 0 s"),
    ],
)
def test_what_is_said_where_little_is_known(tmp_path: Path, text: str, told: str) -> None:
    assert next(cutover_lines(facts(tmp_path, text))) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("end: 2026-12-05T22:00:00Z}", "end: 2026-12-05T20:30:00Z}", "30 min, ✕ 25 min too long"),
        ("{after: s03, why: Legacy stops}", "{none: The old one stays}", "point of no return: none: The old one stays"),
        ("downtime_budget: 5 min", "downtime_budget: 30 min", "downtime: 10 min of at most 30 min"),
        ("  downtime_budget: 5 min\n", "", "downtime: 10 min"),
    ],
)
def test_figures(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SWITCH
    assert told in "\n".join(cutover_lines(facts(tmp_path, SWITCH.replace(old, new))))


def test_the_data(tmp_path: Path) -> None:
    data = cutover_data(facts(tmp_path))
    assert data is not None
    assert data["zone"] == "Europe/Berlin"
    assert data["freeze"]["systems"] == ["dwh"]
    assert (data["downtime"]["value"], data["downtime_budget"]["value"]) == (600, 300)
    assert data["first_decision"] == {"step": "c01", "at": "2026-12-05T20:30:00+00:00"}
    assert data["rollback_by"] == "2026-12-05T20:20:00+00:00"
    assert data["overlaps"][0]["shared"] == {"value": 1200, "unit": "s", "text": "20 min"}
    restores = {step["step"]: step["restore"] for step in data["steps"]}
    assert restores["s01"]["most"]["value"] == 6000
    assert restores["s01"]["in_time"] is False
    assert restores["s02"] is None
    assert cutover_data(facts(tmp_path / "none", "backfill: []\n")) is None
