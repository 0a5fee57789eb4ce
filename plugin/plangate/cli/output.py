"""Where a command writes what it made: the terminal, or a file that is there as a whole or not at all."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from plangate.cli.progress import is_terminal
from plangate.reports.lines import line
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


def write_all(texts: Iterable[tuple[str, Path | None]]) -> bool:
    """Write texts each to its place; one that cannot be written is told and does not keep the others back."""
    done = True
    for text, file in texts:
        try:
            write(text, file)
        except click.UsageError as error:
            click.echo(line("Error: ", error.format_message()), err=True)
            done = False
    return done


def coloured(file: Path | None) -> bool:
    """Tell whether what is written to a place may have colours: a terminal, where nobody asked for none."""
    return file is None and is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
