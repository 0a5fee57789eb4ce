"""How often pipelines run and how many slots they hold on average."""

from decimal import Decimal
from pathlib import Path

import pytest

from plangate.analysis.pool import interval, pool_load

from .plans import plan

CAPACITY = """
workloads: [{dataset: raw.files, runs_per_day: 48}]
runtimes: [{pipeline: first, p50: 3 min, p95: 6 min}, {pipeline: second, p95: 6 min}]
resources: {pools: [{id: warehouse, size: 8}, {id: own}]}
"""


def pipelines(first: str, second: str = "after: [first]") -> str:
    return (
        "pipelines:\n"
        f"  - {{id: first, outputs: [raw.files], schedule: {{{first}}}, concurrency: {{pool: warehouse}}}}\n"
        f"  - {{id: second, schedule: {{{second}}}, concurrency: {{pool: warehouse, pool_slots: 3}}}}\n"
        '  - {id: third, schedule: {cron: "0 6 * * *", timezone: UTC}}\n'
    )


@pytest.mark.parametrize(
    ("first", "second", "seconds"),
    [
        ('cron: "0 * * * *", timezone: UTC', "after: [first]", (3600, 3600)),
        ('cron: "0 * * * *", timezone: Europe/Berlin', "after: [first]", (3600, 3600)),
        ('cron: "0 6 * * *"', "after: [first]", (86400, 86400)),
        ('cron: "0 * * * *", timezone: UTC', "after: [first, third]", (3600, 86400)),
        ('cron: "0 * * * *", timezone: UTC', "after: [first, elsewhere]", (3600, None)),
        ("event: a file arrives", "after: [first]", (1800, 1800)),
        ("after: [second]", "after: [first]", (1800, None)),  # they wait for each other; of one the workload says more
        ('cron: "0 0 30 2 *", timezone: UTC', "event: a file arrives", (None, None)),
    ],
)
def test_the_mean_time_between_runs(
    tmp_path: Path, first: str, second: str, seconds: tuple[int | None, int | None]
) -> None:
    read = plan(tmp_path, capacity=CAPACITY, ingestion=pipelines(first, second))
    assert read.ingestion is not None
    found = tuple(interval(read, pipeline) for pipeline in read.ingestion.pipelines[:2])
    assert found == tuple(None if entry is None else Decimal(entry) for entry in seconds)


def test_the_mean_slots_of_a_pool(tmp_path: Path) -> None:
    """One and three slots for six minutes of every hour; half of the first in its low case."""
    read = plan(tmp_path, capacity=CAPACITY, ingestion=pipelines('cron: "0 * * * *", timezone: UTC'))
    found = pool_load(read, "warehouse")
    assert found is not None
    assert [str(entry.mean) for entry in found.pipelines] == ["0.1", "0.3"]
    assert found.mean is not None
    assert (str(found.mean.low), str(found.mean)) == ("0.35", "0.4")


@pytest.mark.parametrize("pool", [None, "own", "elsewhere"])
def test_a_pool_without_a_size_has_no_load(tmp_path: Path, pool: str | None) -> None:
    assert pool_load(plan(tmp_path, capacity=CAPACITY), pool) is None


def test_a_pool_that_nobody_uses_is_free(tmp_path: Path) -> None:
    found = pool_load(plan(tmp_path, capacity=CAPACITY), "warehouse")
    assert found is not None
    assert (found.pipelines, str(found.mean), found.unknown) == ((), "0", ())
