"""Whatever is suggested for a backfill that does not end in its time brings it into that time."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plangate.checks.rule import Edit

from .test_backfill import Changes, findings

POOL = "{id: default_pool, size: 4}"
PARALLEL = re.compile(r"`parallel: (\d+)`(?: with `size: (\d+)`)?")
WINDOW = re.compile(r"`must_finish_within: ([\d_.]+ h)`")
SIZE = re.compile(r"^`size: (\d+)` of pool")
RUNTIME = re.compile(r"at most ([\d_.]+ min) \(`unit_runtime.p95`\)")
SHARED = "rows: 10_000_000 rows\n    throughput: RATE\n    parallel: 2"


def hint(changes: Changes, size: str | None = None) -> str | None:
    """Give what BCK003 expects and its hint for a backfill that is changed so, in a pool of so many slots; None where
    it fits."""
    edits = (Edit("03-capacity.yml", POOL, POOL.replace("4", size)),) if size is not None else ()
    with TemporaryDirectory() as folder:
        found = [entry for entry in findings(Path(folder), "BCK003", changes, edits) if entry.verdict == "fail"]
    return f"{found[0].expected}. {found[0].hint}" if found else None


def written(
    parallel: str, slots: int = 1, p95: str = "12 min", window: str = "24 h", depends: str = "false"
) -> Sequence[tuple[str, str]]:
    return [
        ("parallel: 2", f"parallel: {parallel}\n    slots: {slots}"),
        ("{p50: 9 min, p95: 12 min}", f"{{p95: {p95}}}"),
        ("must_finish_within: 60 h", f"must_finish_within: {window}"),
        ("depends_on_past: false", f"depends_on_past: {depends}"),
    ]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 6), st.integers(1, 90), st.integers(1, 90))
def test_more_units_at_one_time_or_a_longer_window(parallel: int, slots: int, minutes: int, hours: int) -> None:
    now = written(str(parallel), slots, f"{minutes} min", f"{hours} h")
    said = hint(now)
    if said is None:
        return
    more, longer, size = PARALLEL.search(said), WINDOW.search(said), SIZE.search(said)
    assert longer is not None
    assert more is not None or minutes * 1.05 > hours * 60 * 0.8 or longer[1] == f"{hours} h", "one unit is too long"
    if more is not None:
        assert hint(written(more[1], slots, f"{minutes} min", f"{hours} h"), more[2]) is None
    assert hint(written(str(parallel), slots, f"{minutes} min", longer[1]), size and size[1]) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 400), st.integers(1, 90))
def test_runs_of_several_units(parallel: int, per_run: int, hours: int) -> None:
    def changes(parallel: str = str(parallel), p95: str = "12 min", window: str = f"{hours} h") -> Changes:
        return written(f"{parallel}\n    units_per_run: {per_run}", 1, p95, window)

    said = hint(changes(), "20")
    if said is None:
        return
    more, longer, faster = PARALLEL.search(said), WINDOW.search(said), RUNTIME.search(said)
    if more is not None:
        assert hint(changes(more[1]), more[2] or "20") is None
    if longer is not None:
        assert hint(changes(window=longer[1]), "20") is None
    if faster is not None:
        assert hint(changes(p95=f"{faster[1]} min"), "20") is None
    assert more or longer or faster


@pytest.mark.parametrize(("minutes", "hours"), [("12 min", "24 h"), ("7 min", "50 h"), ("1.5 min", "1 h")])
def test_units_that_need_the_one_before(minutes: str, hours: str) -> None:
    said = hint(written("2", 1, minutes, hours, "true"))
    assert said is not None
    assert PARALLEL.search(said) is None
    longer, faster = WINDOW.search(said), RUNTIME.search(said)
    assert longer is not None
    assert faster is not None
    assert hint(written("2", 1, minutes, longer[1], "true")) is None
    assert hint(written("2", 1, faster[1], hours, "true")) is None


@pytest.mark.parametrize("rate", ["50 rows/s", "100_000 rows/h", "0.1 rows/s"])
def test_rows_on_a_shared_path(rate: str) -> None:
    """Live loads take 6000 rows a day of the path, each of two datasets; at 0.1 rows/s nothing is left."""
    changes = [("parallel: 2", SHARED.replace("RATE", rate))]
    said = hint(changes)
    assert said is not None
    needed = re.search(r"carries at least ([\d_.]+ rows/[sh])", said)
    assert needed is not None
    assert needed[1].endswith(rate[-2:])
    assert hint([("parallel: 2", SHARED.replace("RATE", needed[1]))]) is None
    longer = WINDOW.search(said)
    assert (longer is None) == (rate == "0.1 rows/s")
    if longer is not None:
        assert hint([*changes, ("must_finish_within: 60 h", f"must_finish_within: {longer[1]}")]) is None
