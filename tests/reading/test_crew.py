"""Workers that are asked several times: what they hold stays with them, in processes of their own or in this one."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from plangate.reading.crew import Alone, Crew, Heard, LostError, can_fork, forks


class Counter:
    """Adds up what it is given."""

    def __init__(self) -> None:
        self.sum = 0

    def add(self, number: int, heard: Heard) -> tuple[int, int]:
        self.sum += number
        for done in range(number):
            heard(done + 1, number)
        return self.sum, os.getpid()

    def fail(self, heard: Heard) -> None:
        raise KeyError("nothing of that name")

    def die(self, heard: Heard) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def odd(self, heard: Heard) -> Callable[[], int]:
        return lambda: self.sum


def silent(done: int, of: int) -> None:
    """Hear nothing."""


@contextmanager
def _alone(worker: object, number: int) -> Iterator[Crew]:
    assert number
    yield Alone(worker)


def test_every_process_goes_on_with_what_it_holds() -> None:
    with forks(Counter(), 3) as crew:
        first = crew.ask("add", [(1,), (2,), (3,)], silent)
        second = crew.ask("add", [(10,), (10,), (10,)], silent)
    assert [total for total, _ in first] == [1, 2, 3]
    assert [total for total, _ in second] == [11, 12, 13]
    assert [process for _, process in first] == [process for _, process in second]
    assert len({os.getpid(), *(process for _, process in first)}) == 4


def test_alone_the_work_is_done_here() -> None:
    crew = Alone(Counter())
    assert crew.ask("add", [(1,)], silent) == [(1, os.getpid())]
    assert crew.ask("add", [(10,)], silent) == [(11, os.getpid())]


def test_what_is_done_is_told_of_all_together() -> None:
    told: list[tuple[int, int]] = []
    with forks(Counter(), 2) as crew:
        crew.ask("add", [(4,), (6,)], lambda done, of: told.append((done, of)))
    assert told[-1] == (10, 10)
    assert [done for done, _ in told] == list(range(1, 11))


@pytest.mark.parametrize("made", [forks, _alone])
def test_what_a_worker_raises_is_raised_here(made: Callable[[object, int], Iterator[Crew]]) -> None:
    with pytest.raises(KeyError, match="nothing of that name"), made(Counter(), 1) as crew:  # type: ignore[attr-defined]
        crew.ask("fail", [()], silent)


def test_a_process_that_is_killed_is_lost() -> None:
    with pytest.raises(LostError), forks(Counter(), 2) as crew:
        crew.ask("die", [(), ()], silent)


def test_what_cannot_be_sent_is_no_answer() -> None:
    with forks(Counter(), 1) as crew, pytest.raises(TypeError, match=r"Counter\.odd answers what cannot be sent"):
        crew.ask("odd", [()], silent)


def test_nobody_is_left_behind() -> None:
    with forks(Counter(), 2) as crew:
        processes = [process for _, process in crew.ask("add", [(1,), (1,)], silent)]
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_where_no_process_is_to_be_had_the_crew_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> int:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(os, "fork", none)
    with pytest.raises(LostError), forks(Counter(), 2):
        pass


def test_a_system_without_forks_has_no_crew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert can_fork()
    monkeypatch.delattr(os, "fork")
    assert not can_fork()
