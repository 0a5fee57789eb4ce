"""`plangate take-plans`: puts the plans of another commit in the place of those here, as data and nothing more."""

import os
import tempfile
from pathlib import Path

import click

from plangate.cli import options
from plangate.reading.git import GitError, changed_files, contents, entries, revision
from plangate.reading.taking import sifted
from plangate.reports.lines import line
from plangate.reports.outcome import count

_SHOWN = 50


@click.command("take-plans")
@click.argument("commit")
@options.plans_dir
def take_plans_command(commit: str, plans_dir: Path) -> int:
    """Put the plans of a commit in the place of those here: regular files of known kinds, read from git's objects.

    Nothing of the commit is checked out or run. Exit status: 0 taken, 1 taken but for files that it refuses, 2 nothing
    taken: no such commit, or changes here that are not committed.
    """
    if plans_dir.is_symlink():
        raise click.UsageError(f"{plans_dir.as_posix()} is a symbolic link")
    try:
        found = revision(plans_dir if plans_dir.is_dir() else Path(), commit)
        if plans_dir.is_dir() and changed_files(revision(plans_dir, "HEAD"), plans_dir):
            raise click.UsageError(f"{plans_dir.as_posix()} has changes that are not committed; they would be lost")
        taken, refused = sifted(entries(found, plans_dir))
        files = list(zip((entry.name for entry in taken), contents(found, taken), strict=True))
    except (GitError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    try:
        _replace(plans_dir, files)
    except OSError as error:
        raise click.UsageError(f"{plans_dir.as_posix()} cannot be written: {error.strerror or error}") from None
    for entry in refused[:_SHOWN]:
        click.echo(line("left out " if entry.harmless else "refused ", f"{entry.name} {entry.why}"))
    if len(refused) > _SHOWN:
        click.echo(line("and ", f"{len(refused) - _SHOWN} more"))
    click.echo(line("took ", f"{count(len(taken), 'file')} of commit {found.sha}, left {len(refused)} out"))
    return 1 if any(not entry.harmless for entry in refused) else 0


def _replace(folder: Path, files: list[tuple[str, bytes]]) -> None:
    """Write files into a new folder and put it in the place of the old one, which goes with the temporary folder."""
    with tempfile.TemporaryDirectory(prefix=".plans-", dir=folder.absolute().parent) as place:
        fresh = Path(place, "new")
        fresh.mkdir()
        for name, content in files:
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if folder.is_dir():
            os.replace(folder, Path(place, "old"))
        os.replace(fresh, folder)
