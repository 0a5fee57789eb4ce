"""The command line as a whole: its commands, its exit status, and what is left of an internal error."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import plangate
from plangate.cli import explain
from plangate.cli.main import COMMANDS

Cli = Callable[..., Any]


def test_version(cli: Cli) -> None:
    assert cli("--version") == (0, f"plangate {plangate.__version__}\n", "")


def test_help_lists_every_command(cli: Cli) -> None:
    done = cli("--help")
    assert done.status == 0
    assert all(f"  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(cli: Cli, name: str) -> None:
    done = cli(name, "--help")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"Usage: plangate {name}")


@pytest.mark.parametrize(
    "args",
    [(), ("chek",), ("--no-such-option",), ("check", "--format", "xml"), ("explain",), ("show",), ("init", "--force")],
)
def test_wrong_usage_is_two(cli: Cli, args: tuple[str, ...]) -> None:
    done = cli(*args)
    assert done.status == 2
    assert done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("chek",), "Error: There is no command 'chek'; did you mean check?"),
        (("verify_identity",), "Error: There is no command 'verify_identity'; did you mean verify-identity?"),
        (("export", "sgv"), "Error: There is no command 'sgv'; did you mean svg?"),
        (("import", "airflow"), "Error: There is no command 'airflow'; there are dbt, odcs, rehearsal"),
    ],
)
def test_a_command_that_is_none_is_told_with_the_one_that_is_meant(cli: Cli, args: tuple[str, ...], told: str) -> None:
    done = cli(*args)
    assert (done.status, done.err.splitlines()[-1]) == (2, told)


def test_an_internal_error_is_three_with_one_line_and_a_report(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the floor\nis missing \x1b[31m")

    monkeypatch.setattr(explain, "known_rules", broken)
    done = cli("rules")
    assert done.status == 3
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert "RuntimeError: the floor" in done.err
    (report,) = (tmp_path / ".plangate").glob("crash-*.txt")
    assert f".plangate/{report.name}" in done.err
    text = report.read_text("utf-8")
    assert text.startswith(f"plangate {plangate.__version__}, Python 3.")
    assert "Traceback (most recent call last)" in text
    assert cli("rules").status == 3
    assert len(list((tmp_path / ".plangate").iterdir())) == 1


def test_an_internal_error_where_nothing_can_be_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".plangate").write_text("a file")
    monkeypatch.setattr(explain, "known_rules", lambda _: 1 / 0)
    done = cli("rules")
    assert done.status == 3
    assert "no report could be written" in done.err


def ended(portal: Path, shell: str, **more: str) -> tuple[int, str]:
    """Run the command line in a shell of its own; gives its status, and what it said on the error stream."""
    command = f"{sys.executable} -c 'from plangate.cli.main import main; main()' {shell}"
    environment = {**os.environ, "XDG_CACHE_HOME": str(portal / "cache"), **more}
    done = subprocess.run(["sh", "-c", command], cwd=portal, env=environment, capture_output=True, check=False)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def test_an_output_that_nobody_opened_is_none_that_breaks(portal: Path) -> None:
    assert ended(portal, "check >&-") == (0, "")
    assert ended(portal, "status >&-") == (0, "")
    assert ended(portal, "check 2>&-") == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_disk_is_no_fault_of_the_program(portal: Path) -> None:
    assert ended(portal, "rules > /dev/full") == (
        2,
        "Error: The output cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_letters_that_an_output_has_not_break_nothing(portal: Path, encoding: str) -> None:
    assert ended(portal, "explain CAP004 > out.txt", PYTHONIOENCODING=encoding) == (0, "")
    assert "\\u03c1" in (portal / "out.txt").read_text(encoding)  # the ρ of a queue's load


@pytest.mark.parametrize("asked", [("rules",), ("rules", "--format", "json"), ("show", "first-plan"), ("check",)])
def test_an_output_that_nobody_reads_is_no_finding(portal: Path, asked: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-c", "from plangate.cli.main import main; main()", *asked]
    done = subprocess.run(command, cwd=portal, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")
