"""The way back from every step: by hand, and against plain reasoning on random ways."""

from decimal import Decimal
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plangate.analysis.cutover import cutover
from plangate.analysis.rollback import WayBack, way_back
from plangate.model.cutover import Rollback, Switch

from .plans import plan

CUTOVER = """
cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-06T00:00:00Z}
  steps:
    - {id: s01, after: [], expected: 30 min}
    - {id: s02, after: [s01], expected: 60 min}
    - {id: c01, kind: go_no_go, after: [s02], expected: 10 min}
    - {id: s03, after: [c01], expected: 20 min, reversible: false}
    - {id: s04, after: [s03], expected: 15 min}
  point_of_no_return: {after: s03, why: The old tables are dropped}
rollback:
  max: 40 min
  steps:
    - {id: r02, expected: 20 min, max: 30 min, undoes: [s02]}
    - {id: r01, after: [r02], expected: 5 min, undoes: [s01]}
"""


def found(folder: Path, text: str = CUTOVER) -> WayBack:
    read = plan(folder, cutover=text)
    assert read.cutover is not None
    assert read.cutover.cutover is not None
    back = way_back(read.cutover.cutover, read.cutover.rollback, cutover(read))
    assert back is not None
    return back


def test_what_undoes_a_step_and_all_before_it(tmp_path: Path) -> None:
    back = found(tmp_path)
    assert {
        name: (entry.steps, int(entry.expected) // 60, int(entry.most) // 60) for name, entry in back.after.items()
    } == {
        "s01": (("r01",), 5, 5),
        "s02": (("r02", "r01"), 25, 35),
        "c01": (("r02", "r01"), 25, 35),
    }, "after the point of no return there is no way back"
    assert {name: entry.left for name, entry in back.after.items()} == {"s01": 12600, "s02": 9000, "c01": 8400}
    assert all(entry.in_time for entry in back.after.values())
    assert back.latest is not None
    assert (back.room, back.latest.isoformat()) == (Decimal(8400), "2026-12-05T23:25:00+00:00")


def test_a_way_that_takes_longer_than_its_maximum_is_not_in_time(tmp_path: Path) -> None:
    back = found(tmp_path, CUTOVER.replace("max: 40 min", "max: 34 min"))
    assert {name: entry.in_time for name, entry in back.after.items()} == {"s01": True, "s02": False, "c01": False}


def test_a_circle_of_rollback_steps_is_named(tmp_path: Path) -> None:
    back = found(tmp_path, CUTOVER.replace("{id: r02, ", "{id: r02, after: [r01], "))
    assert (set(back.cycle), back.whole, back.after) == ({"r01", "r02"}, None, {})


def test_without_a_rollback_there_is_no_way_back(tmp_path: Path) -> None:
    read = plan(tmp_path, cutover=CUTOVER)
    assert read.cutover is not None
    assert read.cutover.cutover is not None
    assert way_back(read.cutover.cutover, None, cutover(read)) is None


@given(st.lists(st.tuples(st.integers(1, 60), st.sets(st.integers(0, 6))), min_size=1, max_size=7))
def test_the_longest_path_against_a_recursion(drawn: list[tuple[int, set[int]]]) -> None:
    steps = [
        {"id": f"r{place}", "expected": f"{minutes} min", "after": [f"r{b}" for b in before if b < place]}
        for place, (minutes, before) in enumerate(drawn)
    ]

    def ends(place: int) -> int:
        minutes, before = drawn[place]
        return minutes + max((ends(b) for b in before if b < place), default=0)

    switch = Switch.model_validate({"steps": [{"id": "s01"}]})
    back = way_back(switch, Rollback.model_validate({"steps": [{**step, "undoes": ["s01"]} for step in steps]}), None)
    assert back is not None
    assert back.after["s01"].most == 60 * max(ends(place) for place in range(len(drawn)))
