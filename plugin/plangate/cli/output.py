"""Where a command writes what it made: the terminal, or a file that is there as a whole or not at all."""

import sys
from pathlib import Path

import click

from plangate.reports.writing import write_atomically


def write(text: str, file: Path | None) -> None:
    """Write text to the terminal, or to a file where one is given; a file that cannot be written is a usage error."""
    if file is None:
        if isinstance(sys.stdout.encoding, str) and sys.stdout.encoding.casefold() not in {"utf-8", "utf8"}:
            text = text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding)
        click.echo(text, nl=False, color=True)
        return
    try:
        write_atomically(file, text)
    except OSError as error:
        raise click.UsageError(f"{file.as_posix()} cannot be written: {error.strerror or error}") from None
