"""What is left of an internal error: one line on the console and a file that can be sent with a bug report."""

import hashlib
import platform
import sys
from pathlib import Path

import click

from plangate import __version__
from plangate.reports.lines import line
from plangate.reports.writing import write_atomically

FOLDER = Path(".plangate")


def tell(report: str, reason: str, about: str = "") -> None:
    """Write a report file and say in one line on the error stream what broke and where the file lies."""
    path = write(report, about)
    place = f"the report for a bug is {path.as_posix()}" if path else "no report could be written here"
    click.echo(line("Internal error: ", f"{_first(reason)}; {place}"), err=True)


def write(report: str, about: str = "") -> Path | None:
    """Write a report file under `.plangate/`, named by its content; None where that folder cannot be written."""
    text = "\n".join(
        (
            f"plangate {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}",
            f"command: {' '.join(sys.argv[1:])}",
            *((about,) if about else ()),
            "",
            report.rstrip(),
            "",
        )
    )
    name = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]
    path = FOLDER / f"crash-{name}.txt"
    try:
        write_atomically(path, text)
    except OSError:
        return None
    return path


def _first(text: str) -> str:
    return text.strip().splitlines()[0] if text.strip() else "no reason given"
