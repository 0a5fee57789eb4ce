"""A portal as `plangate init` makes it, and the command line run inside it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from plangate.cli.main import run

TODAY = "2026-11-23"


class Outcome(NamedTuple):
    """What a run of the command line left: status, standard output, standard error."""

    status: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture
def cli(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Cli:
    """Runs the command line in an empty folder, with a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")  # 2026-11-23

    def call(*args: str) -> Outcome:
        status = run(args)
        captured = capsys.readouterr()
        return Outcome(status, captured.out, captured.err)

    return call


@pytest.fixture
def portal(cli: Cli, tmp_path: Path) -> Path:
    """The folder of a new portal with its first plan."""
    assert cli("init").status == 0
    return tmp_path
