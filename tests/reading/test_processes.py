"""Work over many plans: what comes out does not depend on how many processes share it."""

import gc
import os
import signal

import pytest

from plangate.reading.processes import cores, spread, without_collector


@pytest.mark.parametrize("jobs", [1, 2, 3, 100])
@pytest.mark.parametrize("number", [0, 1, 8, 9, 100])
def test_results_come_in_the_order_of_the_items(number: int, jobs: int) -> None:
    assert list(spread(lambda item: item * item, range(number), jobs)) == [item * item for item in range(number)]


def test_the_work_is_really_shared() -> None:
    assert os.getpid() not in set(spread(lambda _: os.getpid(), range(100), 2))
    assert set(spread(lambda _: os.getpid(), range(100), 1)) == {os.getpid()}


def test_what_breaks_down_in_a_process_breaks_down_here() -> None:
    with pytest.raises(ZeroDivisionError):
        list(spread(lambda item: 1 // item, range(100), 2))


def test_a_process_that_is_killed_leaves_its_work_to_this_one() -> None:
    here = os.getpid()

    def work(item: int) -> int:
        if item == 50 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    assert list(spread(work, range(100), 2)) == list(range(100))


def test_where_nothing_can_fork_the_work_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    assert set(spread(lambda _: os.getpid(), range(100), 2)) == {os.getpid()}


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_afterwards_as_it_was(enabled: bool) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        with without_collector():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


def test_there_is_a_processor() -> None:
    assert cores() >= 1
