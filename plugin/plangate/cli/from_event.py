"""What the forge's event of a review asks to be signed, in the plans that lie here."""

from datetime import date
from pathlib import Path

import click

from plangate.analysis.said import SaidRejected, Wish, commands, known_by, wishes
from plangate.cli import options, selection
from plangate.reading.forge import EventRejected, read_review
from plangate.reading.git import GitError, files_at, revision


def wishes_of(event: Path, plans_dir: Path, references_dir: Path | None, day: date) -> tuple[Wish, ...]:
    """Give the records that a review asks for; one that asks for none gives none, a refused one is a usage error.

    The plans that lie here have to be those of the commit that was reviewed.
    """
    try:
        review = read_review(event)
        said = commands(review.body)
        if not said and not review.approves:
            return ()
        found = options.portfolio(plans_dir, references_dir)
        if not _as_at(review.commit, plans_dir):
            raise click.UsageError(f"{plans_dir.as_posix()} is not as it was at the commit that was reviewed")
        touched, _ = selection.touched(found, plans_dir, None, review.base)
        person = known_by(found.policy, review.login, day)
        plans = [plan for plan in found.plans if touched is not None and plan.id in touched]
        return wishes(found.policy, plans, said, person, day)
    except (EventRejected, SaidRejected, GitError, ValueError) as refused:
        raise click.UsageError(f"Nothing is signed: {refused}") from None


def _as_at(commit: str, plans_dir: Path) -> bool:
    """Tell whether every file of the plans here is the commit's, byte by byte, whatever git's index says."""
    with files_at(revision(plans_dir, commit), plans_dir) as copies:
        for file in (path for path in plans_dir.rglob("*") if not path.is_dir() or path.is_symlink()):
            copy = copies[plans_dir] / file.relative_to(plans_dir)
            if file.is_symlink() or not copy.is_file() or file.read_bytes() != copy.read_bytes():
                return False
    return True
