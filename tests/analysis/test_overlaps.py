"""Steps that one owner would have at the same time, against a comparison of all pairs."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.analysis.cutover import Schedule, cutover
from plangate.analysis.overlaps import overlaps

from .plans import plan


def schedule(folder: Path, steps: list[tuple[str, int, int]]) -> Schedule:
    """Steps by owner, minute of their start and length."""
    lines = [
        f"    - {{id: s{place:02d}, owner: {owner}, offset: {start} min, expected: {length} min}}"
        for place, (owner, start, length) in enumerate(steps)
    ]
    found = cutover(plan(folder, cutover="cutover:\n  t0: 2026-12-05T20:00:00Z\n  steps:\n" + "\n".join(lines) + "\n"))
    assert found is not None
    return found


def test_what_two_steps_share(tmp_path: Path) -> None:
    (found,) = overlaps(schedule(tmp_path, [("dba", 0, 30), ("dba", 20, 30), ("qa", 0, 60), ("dba", 50, 5)]))
    assert (found.owner, found.first, found.second, found.begin, found.end) == ("dba", "s00", "s01", 1200, 1800)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(["dba", "qa"]), st.integers(0, 40), st.integers(0, 20)), min_size=1, max_size=7)
)
def test_all_pairs_agree(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        found = overlaps(schedule(Path(folder), steps))
    expected = {
        frozenset((f"s{one:02d}", f"s{other:02d}"))
        for one, (owner, start, length) in enumerate(steps)
        for other, (second, begin, span) in enumerate(steps[:one])
        if owner == second and length and span and start < begin + span and begin < start + length
    }
    assert {frozenset((entry.first, entry.second)) for entry in found} == expected
    assert len(found) == len(expected)
