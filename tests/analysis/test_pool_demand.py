"""The slots that may be asked for at one time: everything, but for what certainly takes turns."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from plangate.analysis.calendar import fires
from plangate.analysis.pool_demand import PoolDemand, pool_demands

from .plans import plan

SIZE = "resources: {pools: [{id: slots, size: 1}, {id: other, size: 9}]}\n"


def pipeline(
    name: str, schedule: str, slots: int = 1, timeout: str = "1 h", more: str = "", runs: int = 1, pool: str = "slots"
) -> str:
    return (
        f"{{id: {name}, execution_timeout: {timeout}, schedule: {{{schedule}, catchup: false}}{more},"
        f" concurrency: {{pool: {pool}, pool_slots: {slots}, max_active_runs: {runs}}}}}"
    )


def at(hour: int, zone: str = "UTC") -> str:
    return f'cron: "0 {hour} * * *", timezone: {zone}, start_date: 2027-01-01'


def demand(folder: Path, *pipelines: str, size: str = SIZE, **gates: str) -> PoolDemand:
    text = f"pipelines: [{', '.join(pipelines)}]\n"
    return pool_demands(plan(folder, capacity=size, ingestion=text, **gates))[0]


@pytest.mark.parametrize(
    ("pipelines", "by"),
    [
        ([pipeline("aa", at(1)), pipeline("bb", at(1))], "aa bb"),
        # Apart by a minute more than a run may take, or by a minute less.
        ([pipeline("aa", at(1), timeout="60 min"), pipeline("bb", at(2))], "aa"),
        ([pipeline("aa", at(1), timeout="61 min"), pipeline("bb", at(2))], "aa bb"),
        ([pipeline("aa", at(1), slots=2), pipeline("bb", at(3), slots=3)], "bb"),
        # Retries and waits take time as well.
        ([pipeline("aa", at(1), more=", retries: 1, retry_delay: 5 min"), pipeline("bb", at(3))], "aa bb"),
        ([pipeline("aa", at(1), more=", retries: 1, retry_delay: 5 min"), pipeline("bb", at(4))], "aa"),
        ([pipeline("aa", at(1), more=", retries: 1"), pipeline("bb", at(4))], "aa bb"),
        ([pipeline("aa", at(1), more=", waits_for: [{event: file, timeout: 2 h}]"), pipeline("bb", at(3))], "aa bb"),
        ([pipeline("aa", at(1), more=", waits_for: [{event: file, timeout: 2 h}]"), pipeline("bb", at(4))], "aa"),
        ([pipeline("aa", at(1), more=", waits_for: [{event: file}]"), pipeline("bb", at(4))], "aa bb"),
        # Another zone; on two days a year the hours meet.
        ([pipeline("aa", at(3, "Europe/Berlin")), pipeline("bb", at(3))], "aa"),
        ([pipeline("aa", at(3, "Europe/Berlin")), pipeline("bb", at(1))], "aa bb"),
        # What one starts comes after it, and is over before the next night.
        ([pipeline("aa", at(1)), pipeline("bb", "after: [aa]"), pipeline("cc", "after: [bb]")], "aa"),
        ([pipeline("aa", at(1)), pipeline("bb", "after: [aa]", timeout="23 h")], "aa"),
        ([pipeline("aa", at(1)), pipeline("bb", "after: [aa]", timeout="24 h")], "aa bb"),
        ([pipeline("aa", at(1)), pipeline("bb", "after: [aa]"), pipeline("cc", at(2))], "aa cc"),
        ([pipeline("aa", at(1)), pipeline("bb", "after: [aa]"), pipeline("cc", at(3))], "aa"),
        # Nobody knows when these run.
        ([pipeline("aa", at(1)), pipeline("bb", "event: a file")], "aa bb"),
        ([pipeline("aa", at(1)), pipeline("bb", at(4), more=", pattern: stream")], "aa bb"),
        ([pipeline("aa", at(1)), pipeline("bb", at(4)).replace("catchup: false", "catchup: true")], "aa bb"),
        ([pipeline("aa", at(1)), pipeline("bb", at(4)).replace("execution_timeout: 1 h, ", "")], "aa bb"),
        ([pipeline("aa", at(1)), pipeline("bb", "after: [cc]"), pipeline("cc", "after: [bb]")], "aa bb cc"),
        ([pipeline("aa", at(1)), pipeline("bb", at(1), pool="other")], "aa"),
        # More than one run at a time, and a pipeline that meets itself.
        ([pipeline("aa", at(1), slots=2, runs=3)], "aa"),
        ([pipeline("aa", 'cron: "0 * * * *", timezone: UTC', timeout="90 min"), pipeline("bb", at(1))], "aa bb"),
    ],
)
def test_what_may_run_together(tmp_path: Path, pipelines: list[str], by: str) -> None:
    found = demand(tmp_path, *pipelines)
    assert " ".join(found.by) == by


def test_runs_times_slots(tmp_path: Path) -> None:
    found = demand(tmp_path, pipeline("aa", at(1), slots=2, runs=3))
    assert found.demand is not None
    assert (str(found.demand), found.demand.work) == ("6", "the sum of 6")
    assert str(found.headroom) == "-500 %"


def test_everything_adds_up_where_there_is_room(tmp_path: Path) -> None:
    size = SIZE.replace("size: 1", "size: 2")
    found = demand(tmp_path, pipeline("aa", at(1)), pipeline("bb", at(4)), size=size)
    assert (found.by, str(found.demand)) == (("aa", "bb"), "2")


@pytest.mark.parametrize(
    ("backfill", "slots"),
    [
        ("", "2"),
        (", parallel: 4", "5"),
        (", parallel: 4, slots: 2", "9"),
        (", parallel: 4, depends_on_past: true", "2"),
    ],
)
def test_a_backfill_runs_at_any_time(tmp_path: Path, backfill: str, slots: str) -> None:
    text = f"backfill: [{{id: history, dataset: raw.orders, pool: slots{backfill}}}]\n"
    found = demand(tmp_path, pipeline("aa", at(1)), cutover=text)
    assert (found.by, str(found.demand)) == (("aa", "backfill history"), slots)


def test_a_pool_that_nobody_uses(tmp_path: Path) -> None:
    found = demand(tmp_path, pipeline("aa", at(1), pool="other"))
    assert (found.demand, found.by, found.headroom, found.mean) == (None, (), None, None)


@pytest.mark.parametrize(("pattern", "mean"), [("batch", "0.0208"), ("stream", "None")])
def test_mean_slots_grow_with_the_volume_unless_a_stream_holds_them(tmp_path: Path, pattern: str, mean: str) -> None:
    capacity = f"{SIZE}runtimes: [{{pipeline: aa, p50: 30 min, p95: 30 min}}]\n"
    found = demand(tmp_path, pipeline("aa", at(1), more=f", pattern: {pattern}"), size=capacity)
    assert str(found.mean) == mean


@pytest.mark.parametrize("hours", [(1, 2, 3), (1, 3, 5), (0, 12, 23), (22, 23, 0)])
@pytest.mark.parametrize("lengths", [(60, 60, 60), (30, 119, 60), (150, 20, 45)])
def test_what_takes_turns_never_meets_in_a_year(
    tmp_path: Path, hours: tuple[int, ...], lengths: tuple[int, ...]
) -> None:
    """Held against the runs of a year, minute by minute as they start and end."""
    names = ("aa", "bb", "cc")
    texts = (
        pipeline(name, at(hour), timeout=f"{length} min")
        for name, hour, length in zip(names, hours, lengths, strict=True)
    )
    found = demand(tmp_path, *texts)
    year = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
    runs = {
        name: [(fire, fire + timedelta(minutes=length)) for fire in fires(f"0 {hour} * * *", "UTC", *year)]
        for name, hour, length in zip(names, hours, lengths, strict=True)
    }
    ends = sorted(
        (moment, step) for spans in runs.values() for span in spans for moment, step in zip(span, (1, -1), strict=True)
    )
    running = most = 0
    for _, step in ends:
        running += step
        most = max(most, running)
    assert found.demand is not None
    assert found.demand.value.base >= most
    apart = [
        all(first[1] <= second[0] or second[1] <= first[0] for first in runs[one] for second in runs[other])
        for one, other in combinations(names, 2)
    ]
    assert (found.demand.value.base == 1) == all(apart)
