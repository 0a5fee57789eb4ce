"""`plangate status`: who must do what next."""

import json
from datetime import date
from pathlib import Path

import click

from plangate.checks.runner import check
from plangate.cli import options
from plangate.reports.status import status_data, status_lines


@click.command("status")
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.identity
@options.today
@options.plans_dir
@options.references_dir
def status_command(
    plans: tuple[str, ...],
    form: str,
    identity: Path | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Tell who must do what next, for all plans or those named."""
    portfolio = options.portfolio(plans_dir, references_dir)
    only = options.plan_ids(portfolio, plans)
    report = check(
        portfolio, today=options.day_or_now(today), only=only or None, identity=options.identity_of(identity)
    )
    if form == "json":
        click.echo(json.dumps(status_data(report), indent=2, ensure_ascii=True))
        return 0
    for row in status_lines(report):
        click.echo(row)
    return 0
