"""Progress on a terminal, for what takes longer than a second."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

_PATIENCE = 1.0  # seconds


@contextmanager
def progress(stream: TextIO, clock: Callable[[], float] = monotonic) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that tells what is done of how many plans, on one line that is gone in the end.

    It says nothing in the first second, nor where the stream is no terminal.
    """
    begun, terminal, shown = clock(), is_terminal(stream), False

    def step(doing: str, done: int, of: int) -> None:
        nonlocal shown
        if terminal and clock() - begun > _PATIENCE:
            shown = True
            stream.write(f"\r{doing}: {done} of {of} plans\x1b[K")
            stream.flush()

    try:
        yield step
    finally:
        if shown:
            stream.write("\r\x1b[K")
            stream.flush()


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that can move about on its line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"
