"""Work on many plans: spread over processes where the system can fork, and without pauses to look for garbage."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_CHUNKS = 32
"""Into so many pieces the share of each process is cut, so that none waits long for the others."""

_work: Callable[[Any], Any] | None = None


def cores() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def without_collector() -> Iterator[None]:
    """Keep Python from searching what is kept anyway for garbage, again and again; how it was before comes back."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def spread(work: Callable[[Item], Result], items: Sequence[Item], jobs: int, *, few: int = 8) -> Iterator[Result]:
    """Give what `work` makes of every item, in the order of the items, made by up to `jobs` processes.

    So `few` items are not worth a process of their own. The processes are forks of this one, so they know what it
    knows; items and results have to be picklable. Where the system cannot fork, or a process is killed, the work is
    done here.
    """
    done = 0
    if jobs > 1 and len(items) > few and hasattr(os, "fork"):
        for result in _forked(work, items, min(jobs, -(-len(items) // few))):
            done += 1
            yield result
    for item in items[done:]:
        yield work(item)


def _forked(work: Callable[[Item], Result], items: Sequence[Item], jobs: int) -> Iterator[Result]:
    """Give results as long as the processes live."""
    global _work  # noqa: PLW0603 -- what a fork finds without its being sent
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 -- one process needs none of this
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    size = max(1, len(items) // (jobs * _CHUNKS))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    _work = work
    try:
        with ProcessPoolExecutor(jobs, get_context("fork")) as pool:
            for results in pool.map(_done, chunks):
                yield from results
    except (BrokenProcessPool, OSError):  # killed, or no more processes are to be had
        return
    finally:
        _work = None


def _done(chunk: Sequence[Any]) -> list[Any]:
    assert _work is not None  # noqa: S101 -- set before the fork
    with without_collector():
        return [_work(item) for item in chunk]
