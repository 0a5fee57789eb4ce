"""What if: late starts, slow steps, owners who are away, and how likely the window is kept; by hand and as laws."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.contingency import absences, at_maximum, late_starts, latest_start, spread
from plangate.analysis.cutover import Schedule, cutover

from .plans import plan

HEAD = """
cutover:
  t0: 2026-12-05T20:00:00Z
  window: {start: 2026-12-05T20:00:00Z, end: 2026-12-05T22:00:00Z}
  steps:
"""
STEPS = """
    - {id: s01, owner: dba, backup: platform, after: [], expected: 30 min, max: 40 min}
    - {id: s02, owner: platform, backup: dba, after: [s01], expected: 40 min, max: 45 min}
    - {id: s03, owner: qa, after: [s01], expected: 30 min, max: 60 min}
    - {id: s04, owner: dba, backup: platform, after: [s01], expected: 20 min}
    - {id: c01, kind: go_no_go, owner: cutover_lead, after: [s02, s03, s04], expected: 10 min, max: 10 min}
"""


def schedule(folder: Path, steps: str = STEPS, head: str = HEAD) -> Schedule:
    found = cutover(plan(folder, cutover=head + steps))
    assert found is not None
    return found


def test_a_late_start_moves_every_end(tmp_path: Path) -> None:
    found = schedule(tmp_path)
    assert (latest_start(found), latest_start(found, most=True)) == (40 * 60, 10 * 60)
    told = [
        (case.late // 60, f"{case.start:%H:%M} {case.end:%H:%M} {case.end_max:%H:%M}", case.fits, case.fits_max)
        for case in late_starts(found, [0, 600, 601, 2400, 2401])
    ]
    assert told == [
        (0, "20:00 21:20 21:50", True, True),
        (10, "20:10 21:30 22:00", True, True),
        (10, "20:10 21:30 22:00", True, False),
        (40, "20:40 22:00 22:30", True, False),
        (40, "20:40 22:00 22:30", False, False),
    ]


def test_without_a_window_nothing_can_be_missed(tmp_path: Path) -> None:
    found = schedule(tmp_path, head="cutover:\n  t0: 2026-12-05T20:00:00Z\n  steps:\n")
    assert latest_start(found) is None
    assert [(case.fits, case.fits_max) for case in late_starts(found, [60])] == [(None, None)]
    assert {case.fits for case in at_maximum(found)} == {None}
    likely = spread(found)
    assert likely is not None
    assert likely.within is None


def test_a_slow_step_moves_the_end_by_what_its_slack_leaves(tmp_path: Path) -> None:
    found = schedule(tmp_path)
    assert [(case.step, case.moves // 60, case.duration // 60) for case in at_maximum(found)] == [
        ("s03", 20, 100),
        ("s01", 10, 90),
        ("s02", 5, 85),
    ]


def test_who_is_away_leaves_steps_and_doubles_others(tmp_path: Path) -> None:
    found = {case.owner: case for case in absences(schedule(tmp_path))}
    assert list(found) == ["cutover_lead", "dba", "platform", "qa"]
    assert found["qa"].open == ("s03",)
    assert found["dba"].covered == ("s01", "s04")
    assert [(case.owner, case.first, case.second) for case in found["dba"].overlaps] == [("platform", "s02", "s04")]
    assert [(case.owner, case.begin, case.end) for case in found["platform"].overlaps] == [("dba", 1800, 3000)]
    assert found["cutover_lead"].overlaps == ()


def test_the_path_of_maxima_can_be_another(tmp_path: Path) -> None:
    found = schedule(tmp_path)
    assert found.critical_path == ("s01", "s02", "c01")
    assert found.critical_path_max == ("s01", "s03", "c01")
    assert found.duration_max == 110 * 60


def test_the_spread_is_the_same_everywhere(tmp_path: Path) -> None:
    """Numbers that were computed once: the generator and its seed are fixed."""
    likely = spread(schedule(tmp_path))
    assert likely is not None
    assert likely == spread(schedule(tmp_path / "again"))
    assert (likely.median // 60, likely.p90 // 60, likely.within) == (83, 90, 1.0)


def test_the_share_within_the_window_is_that_of_the_triangle(tmp_path: Path) -> None:
    """From 85 to 130 min with the peak at 100 min, a window of 120 min: 1 − 10² / (45 · 30)."""
    likely = spread(schedule(tmp_path, "    - {id: s01, after: [], expected: 100 min, max: 130 min}"))
    assert likely is not None
    assert likely.within is not None
    assert abs(likely.within - (1 - 100 / 1350)) < 0.02


DURATIONS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6)


def chain(entries: list[tuple[int, int]], *, parallel: bool) -> str:
    return "".join(
        f"    - {{id: s{place:02d}, after: [{'' if parallel or not place else f's{place - 1:02d}'}], "
        f"expected: {expected} min, max: {expected + more} min}}\n"
        for place, (expected, more) in enumerate(entries)
    )


@settings(max_examples=25, deadline=None)
@given(DURATIONS, st.booleans())
def test_the_spread_lies_between_least_and_most(entries: list[tuple[int, int]], parallel: bool) -> None:
    with TemporaryDirectory() as folder:
        found = schedule(Path(folder), chain(entries, parallel=parallel))
    likely = spread(found, 60)
    assert likely is not None
    assert 0 <= likely.median <= likely.p90 <= likely.longest <= found.duration_max
    join = max if parallel else sum
    assert likely.median >= join(max(2 * expected - more, expected) * 30 for expected, more in entries) - len(entries)


@settings(max_examples=25, deadline=None)
@given(DURATIONS)
def test_in_a_chain_a_slow_step_moves_the_end_by_its_reserve(entries: list[tuple[int, int]]) -> None:
    with TemporaryDirectory() as folder:
        found = schedule(Path(folder), chain(entries, parallel=False))
    moved = {case.step: case.moves // 60 for case in at_maximum(found)}
    assert moved == {f"s{place:02d}": more for place, (_, more) in enumerate(entries) if more}
