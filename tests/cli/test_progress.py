"""Progress: nothing in the first second, nothing where nobody looks, nothing left in the end."""

import io
from collections.abc import Iterator

import pytest

from plangate.cli.progress import progress


class Screen(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


def ticks(*seconds: float) -> Iterator[float]:
    yield from seconds


@pytest.mark.parametrize(
    ("terminal", "later", "shown"),
    [
        (True, 1.5, "\rChecking: 3 of 40 plans\x1b[K\r\x1b[K"),
        (True, 0.9, ""),
        (False, 99.0, ""),
    ],
)
def test_progress(terminal: bool, later: float, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    clock = ticks(0.0, later)
    screen = Screen(terminal)
    with progress(screen, lambda: next(clock)) as step:
        step("Checking", 3, 40)
    assert screen.getvalue() == shown


def test_the_line_is_gone_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    clock, screen = ticks(0.0, 2.0), Screen(True)
    with pytest.raises(ValueError, match="broke"), progress(screen, lambda: next(clock)) as step:  # noqa: PT012
        step("Reading", 1, 2)
        raise ValueError("broke")
    assert screen.getvalue().endswith("\r\x1b[K")
