"""`plangate diff`: what changed between two states of the plans, by meaning and not by lines."""

from datetime import date
from pathlib import Path

import click

from plangate.analysis.changes.since import Since, since
from plangate.analysis.derived import derived
from plangate.analysis.review import Review
from plangate.cli import options
from plangate.cli.compared import Place, compared, missing
from plangate.cli.output import write
from plangate.cli.signer import signer
from plangate.model.review import Identity
from plangate.reading.git import GitError, revision
from plangate.reading.portfolio import Portfolio
from plangate.reports.difference_data import as_json, difference_data, since_data
from plangate.reports.difference_text import difference_lines, difference_markdown, since_lines
from plangate.reports.markdown import fenced


@click.command("diff")
@click.argument("names", nargs=-1, metavar="BASE [HEAD] [PLAN]...")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--since-review", "person", metavar="PERSON", help="What changed since the last records of somebody.")
@options.identity
@options.today
@options.plans_dir
@options.references_dir
def diff_command(
    names: tuple[str, ...],
    form: str,
    person: str | None,
    identity: Path | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Tell what changed in the plans from a revision to another, or to the work tree.

    With --since-review it is what changed since that person last signed, and no revision is needed: records keep what
    was read. Exit status: 0 told, 2 usage, or a revision whose objects are not here, 3 an internal error in a plan.
    """
    day, who = options.day_or_now(today), options.identity_of(identity)
    place = Place(plans_dir, options.references_folder(references_dir))
    if person is not None:
        portfolio = options.portfolio(plans_dir, place.references)
        found = _since(portfolio, person, options.plan_ids(portfolio, names), day, who)
        if form == "json":
            write(as_json(since_data(found, person, day.isoformat())), None)
        else:
            rows = list(since_lines(found, person))
            write("\n".join(fenced(rows) if form == "markdown" else rows) + "\n", None)
        return 0
    if not names:
        raise click.UsageError(
            "Name the revision to compare with, as in `plangate diff main`, or --since-review PERSON"
        )
    base, rest = names[0], names[1:]
    try:
        head, plans = _head(plans_dir, rest)
        report = compared(place, base, head, day, plans, who)
    except (GitError, ValueError) as error:
        raise missing(error) from None
    if form == "json":
        write(as_json(difference_data(report)), None)
    elif form == "markdown":
        write(difference_markdown(report), None)
    else:
        write("\n".join(difference_lines(report)) + "\n", None)
    return 3 if report.before.failures or report.after.failures else 0


def _head(plans_dir: Path, names: tuple[str, ...]) -> tuple[str | None, tuple[str, ...]]:
    """Part a revision from the plans behind it: the first name is a plan where a folder of plans is called so."""
    if not names or (plans_dir / names[0].rstrip("/").rsplit("/", 1)[-1]).is_dir():
        return None, names
    try:
        revision(plans_dir, names[0])
    except GitError:
        if len(names) > 1:
            raise
        raise GitError(f"{names[0]!r} is neither a revision that git has here nor a plan") from None
    return names[0], names[1:]


def _since(
    portfolio: Portfolio, person: str, plans: tuple[str, ...], day: date, identity: Identity | None
) -> dict[str, tuple[Since, ...]]:
    """Give what changed since somebody's last records, of the plans that they signed, or that were named."""
    who = signer(portfolio.policy, person)
    found = {}
    for read in portfolio.reads:
        if plans and read.plan.id not in plans:
            continue
        review = Review(read.plan, portfolio.policy, derived(read.plan), day, identity or Identity())
        gates = since(review, who)
        if gates or plans:
            found[read.plan.id] = gates
    return found
