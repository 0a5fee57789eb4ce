"""Where a command writes what it made: the terminal, or a file that is there as a whole or not at all."""

import os
import sys
import tempfile
from pathlib import Path

import click


def write(text: str, file: Path | None) -> None:
    """Write text to the terminal, or to a file where one is given; a file that cannot be written is a usage error."""
    if file is None:
        if isinstance(sys.stdout.encoding, str) and sys.stdout.encoding.casefold() not in {"utf-8", "utf8"}:
            text = text.encode(sys.stdout.encoding, "backslashreplace").decode(sys.stdout.encoding)
        click.echo(text, nl=False, color=True)
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(file)
    except OSError as error:
        raise click.UsageError(f"{file.as_posix()} cannot be written: {error.strerror or error}") from None
