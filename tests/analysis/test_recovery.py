"""Restores of small plans, worked by hand."""

from pathlib import Path

import pytest

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape

from .plans import POLICY, plan

CAPACITY = """
horizon: 12 month
workloads:
  - {dataset: raw.orders, shape: append, rows_per_day: 1_000_000 rows/d, row_bytes: 1 kB, retention: {total: 360 d}}
  - {dataset: mart.orders, shape: upsert, rows_total: 100_000_000 rows, rows_per_day: 1 rows/d, row_bytes: 1 kB}
"""
RECOVERY = "recovery: {rpo: 2 h, rto: 1 h, backup_every: 30 min, restore_throughput: 100 MB/s}\n"


def test_by_hand(tmp_path: Path) -> None:
    """100 GB at go-live, a year of 1 GB a day more at the horizon, 100 MB in a second."""
    read = plan(tmp_path, capacity=CAPACITY, operations=RECOVERY)
    found = Facts(read, POLICY, Landscape((read,))).recovery
    assert found is not None
    assert (str(found.at_go_live), str(found.at_horizon)) == ("16.7 min", "76.7 min")
    assert (str(found.headroom), str(found.headroom_at_horizon)) == ("72.2 %", "-27.8 %")
    assert (str(found.loses and found.loses.value), str(found.headroom_rpo)) == ("30 min", "75 %")


def test_the_free_space_of_a_disk_is_not_restored(tmp_path: Path) -> None:
    capacity = CAPACITY.replace("shape: append,", "shape: append, os_reserve: 50 %, service_overhead: 20 %,")
    facts = Facts(read := plan(tmp_path, capacity=capacity, operations=RECOVERY), POLICY, Landscape((read,)))
    assert facts.recovery is not None
    assert str(facts.capacity.total_stored_at_horizon) == "1,000 GB"  # 100 GB, and 360 GB on disks that are 40 % full
    assert (str(facts.recovery.at_go_live), str(facts.recovery.at_horizon)) == ("16.7 min", "76.7 min")


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("restore_throughput: 100 MB/s", ["at_go_live", "headroom"]),
        ("rto: 1 h", ["headroom"]),
        ("rpo: 2 h", ["headroom_rpo"]),
    ],
)
def test_what_is_missing_is_not_guessed(tmp_path: Path, name: str, without: list[str]) -> None:
    text = RECOVERY.replace(f"{name}, ", "").replace(f", {name}", "")
    read = plan(tmp_path, capacity=CAPACITY, operations=text)
    found = Facts(read, POLICY, Landscape((read,))).recovery
    assert all(getattr(found, entry) is None for entry in without)


def test_without_objectives_there_is_nothing_to_hold(tmp_path: Path) -> None:
    read = plan(tmp_path, capacity=CAPACITY, operations="reprocessing: The load is run again.\n")
    assert Facts(read, POLICY, Landscape((read,))).recovery is None
