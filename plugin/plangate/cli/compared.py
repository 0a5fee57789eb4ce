"""Two states of the plans, checked on one day, for commands that tell what changed."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from plangate.checks.runner import check
from plangate.cli import options
from plangate.model.review import Identity
from plangate.reading.git import GitError, changed_files, revision
from plangate.reading.portfolio import Portfolio, read_base
from plangate.reports.difference import DifferenceReport, difference_report

WORK_TREE = "the work tree"


class Place(Struct, frozen=True):
    """Where plans and references lie."""

    plans: Path
    references: Path | None


def portfolio_at(place: Place, revision_name: str | None) -> Portfolio:
    """Read the plans of a revision, or of the work tree where none is named; raises GitError."""
    if revision_name is None:
        return options.portfolio(place.plans, place.references)
    found = read_base(revision_name, place.plans, place.references)
    folder = place.plans.as_posix()
    reads = tuple(replace(read, folder=f"{folder}/{read.plan.id}") for read in found.reads)
    return replace(found, reads=reads)


def compared(
    place: Place,
    base: str,
    head: str | None,
    today: date,
    names: Iterable[str] = (),
    identity: Identity | None = None,
) -> DifferenceReport:
    """Compare two states of all plans, or of those named, which one of the states has to hold.

    Raises GitError where git cannot give a state, click.UsageError for a plan that neither holds.
    """
    after, before = portfolio_at(place, head), portfolio_at(place, base)
    wanted = _wanted(names, before, after)
    reports = [
        check(
            portfolio,
            today=today,
            only=None if wanted is None else [name for name in wanted if name in portfolio],
            base=older,
            identity=identity,
        )
        for portfolio, older in ((before, None), (after, before))
    ]
    files = _files(place, base, head)
    touched = {
        name: _gates(place, portfolio, name, files)
        for portfolio in (before, after)
        for name in (read.plan.id for read in portfolio.reads)
    }
    shown = frozenset(name for path in files if (name := _shown(place, path)) is not None)
    return difference_report(reports[0], reports[1], base, head or WORK_TREE, shown, touched)


def _wanted(names: Iterable[str], *portfolios: Portfolio) -> tuple[str, ...] | None:
    asked = [name.rstrip("/").rsplit("/", 1)[-1] for name in names]
    known = {read.plan.id for portfolio in portfolios for read in portfolio.reads}
    for name in asked:
        if name not in known:
            raise click.UsageError(f"There is no plan {name!r}; there are {', '.join(sorted(known)) or 'none'}")
    return tuple(dict.fromkeys(asked)) or None


def _files(place: Place, base: str, head: str | None) -> frozenset[Path]:
    """Give the files of plans with other bytes; raises GitError."""
    until = revision(place.plans, head) if head is not None else None
    return changed_files(revision(place.plans, base), place.plans, until=until)


def _shown(place: Place, path: Path) -> str | None:
    """Give the name of a file as findings have it."""
    top = place.plans.resolve()
    inside = path.relative_to(top).as_posix() if path.is_relative_to(top) else None
    return f"{place.plans.as_posix()}/{inside}" if inside is not None else None


def _gates(place: Place, portfolio: Portfolio, name: str, files: frozenset[Path]) -> frozenset[str]:
    """Give the gates of a plan whose files are among those that changed, `plan` for plan.yml."""
    read = portfolio.read(name)
    folder = place.plans.resolve() / name
    inside = {path.relative_to(folder).as_posix() for path in files if path.is_relative_to(folder)}
    written = {gate for gate, file in read.files.items() if file in inside}
    return frozenset(written | {gate for gate, prose in read.plan.prose.items() if prose.file in inside})


def missing(error: GitError | ValueError) -> click.UsageError:
    """Make a usage error of what git cannot give."""
    return click.UsageError(f"Nothing can be compared: {error}")
