"""Processes that each keep what they have made, and are asked several times."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pickle import PicklingError
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from plangate.reading.processes import without_collector

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

Heard = Callable[[int, int], None]
"""Is told how much is done, and of how much."""


class LostError(Exception):
    """A process of a crew was killed."""


class Crew(Protocol):
    """Workers that are asked together; how many there are is for whoever asks to know."""

    def ask(self, way: str, given: Sequence[tuple[Any, ...]], heard: Heard) -> list[Any]:
        """Let each worker do one thing with what it is given, and give what each made of it.

        Raises what a worker raises, and LostError where one is gone.
        """


class Alone(Struct, frozen=True):
    """A crew of one, in this process."""

    worker: object

    def ask(self, way: str, given: Sequence[tuple[Any, ...]], heard: Heard) -> list[Any]:
        """Do it here; see Crew."""
        return [getattr(self.worker, way)(*own, heard) for own in given]


class _Forks(Struct, frozen=True):
    """A crew of processes, each at the other end of a pipe."""

    pipes: Sequence["Connection"]

    def ask(self, way: str, given: Sequence[tuple[Any, ...]], heard: Heard) -> list[Any]:
        """Ask every process, and wait for all; see Crew."""
        from multiprocessing.connection import wait  # noqa: PLC0415 -- one process needs none of this

        done = [(0, 0)] * len(self.pipes)
        answers: list[Any] = [None] * len(self.pipes)
        waiting = dict(enumerate(self.pipes))
        try:
            for pipe, own in zip(self.pipes, given, strict=True):
                pipe.send((way, own))
            while waiting:
                ready = wait(list(waiting.values()))
                for place in [place for place, pipe in waiting.items() if pipe in ready]:
                    kind, told = waiting[place].recv()
                    if kind == "heard":
                        done[place] = told
                        heard(sum(some for some, _ in done), sum(of for _, of in done))
                    elif kind == "raised":
                        raise told
                    else:
                        answers[place] = told
                        del waiting[place]
        except (EOFError, ConnectionError) as error:
            raise LostError from error
        return answers


def can_fork() -> bool:
    """Tell whether this system has what a crew of processes is made of."""
    return hasattr(os, "fork")


@contextmanager
def forks(worker: object, number: int) -> Iterator[Crew]:
    """Give a crew of processes, each a fork of this one with a `worker` of its own.

    What a worker is given and makes has to be picklable. Raises LostError where no process is to be had.
    """
    from multiprocessing import get_context  # noqa: PLC0415 -- one process needs none of this

    context = get_context("fork")
    pipes: list[Connection] = []
    processes: list[ForkProcess] = []
    try:
        for _ in range(number):
            here, there = context.Pipe()
            pipes.append(here)
            process = context.Process(target=_serve, args=(worker, there, tuple(pipes)), daemon=True)
            try:
                process.start()
            except OSError as error:
                raise LostError from error
            finally:
                there.close()
            processes.append(process)
        yield _Forks(pipes)
    finally:
        for process in processes:
            process.terminate()  # what it holds goes with it
        for process in processes:
            process.join()
        for pipe in pipes:
            pipe.close()


def _serve(worker: object, pipe: "Connection", not_mine: Sequence["Connection"]) -> None:
    """Do what is asked until nobody is at the other end any more."""
    for other in not_mine:
        other.close()

    def heard(done: int, of: int) -> None:
        pipe.send(("heard", (done, of)))

    with suppress(EOFError, ConnectionError, KeyboardInterrupt), without_collector():
        while True:
            way, given = pipe.recv()
            try:
                answer = ("made", getattr(worker, way)(*given, heard))
            except Exception as error:  # it is for whoever asked
                answer = ("raised", error)
            try:
                pipe.send(answer)
            except (TypeError, AttributeError, PicklingError) as error:
                what = f"{type(worker).__name__}.{way} {'raises' if answer[0] == 'raised' else 'answers'}"
                pipe.send(("raised", TypeError(f"{what} what cannot be sent: {error}")))
