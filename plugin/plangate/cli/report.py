"""`plangate report`: what a forge shows of a check: the one comment of a pull request, the feed, the states."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote, urlsplit

import click
from msgspec import Struct
from msgspec.structs import replace

from plangate.checks.report import Report
from plangate.checks.runner import check
from plangate.cli import options
from plangate.cli.compared import Place, compared
from plangate.cli.output import write
from plangate.reading.git import GitError
from plangate.reading.portfolio import Portfolio
from plangate.reports.comment import report_comment
from plangate.reports.difference import DifferenceReport
from plangate.reports.feed import feed
from plangate.reports.outcome import fails
from plangate.reports.state import state_json


class Asked(Struct, frozen=True):
    """What a form is written of: the check, the plans, the difference from the base if there is one, the address."""

    report: Report
    portfolio: Portfolio
    difference: DifferenceReport | None
    preview: str | None


FORMS: Mapping[str, Callable[[Asked], str]] = MappingProxyType(
    {
        "comment": lambda asked: report_comment(
            asked.report, asked.difference, failed=fails(asked.report), preview=asked.preview
        ),
        "feed": lambda asked: feed(asked.report, asked.portfolio, asked.preview or ""),
        "state": lambda asked: state_json(asked.report),
    }
)
"""Every form by its name."""


@click.command("report")
@click.option("--format", "form", type=click.Choice(list(FORMS)), required=True)
@click.option("--base", metavar="REV", help="Compare with the plans as they were at this revision of git.")
@click.option("--preview", metavar="URL", help="Where the portal of this state was built.")
@click.option("--output", type=click.Path(path_type=Path), help="Write it here instead of to the terminal.")
@options.identity
@options.today
@options.plans_dir
@options.references_dir
def report_command(
    form: str,
    base: str | None,
    preview: str | None,
    output: Path | None,
    identity: Path | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Write what a forge shows of a check; the status is 0 however the check ends, 3 after an internal error."""
    place = Place(plans_dir, options.references_folder(references_dir))
    day, who, address = options.day_or_now(today), options.identity_of(identity), _address(preview)
    difference: DifferenceReport | None = None
    notes: tuple[str, ...] = ()
    if base is not None:
        try:
            difference = compared(place, base, None, day, (), who)
        except (GitError, ValueError) as error:
            notes = (f"Nothing is compared with {base}: {error}",)
    portfolio = options.portfolio(place.plans, place.references)
    report = difference.after if difference is not None else check(portfolio, today=day, identity=who)
    report = replace(report, notes=(*report.notes, *notes)).under(portfolio.problems)
    write(FORMS[form](Asked(report, portfolio, difference, address)), output)
    return 3 if report.failures else 0


def _address(url: str | None) -> str | None:
    """Give an address as a link of Markdown can hold it; one that is none of the web is a usage error."""
    if url is None:
        return None
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).netloc:
        raise click.UsageError(f"{url!r} is no address such as https://preview.example/")
    return quote(url, safe="/:?#=&%~._-")
