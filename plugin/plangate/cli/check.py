"""`plangate check`: all checks over all plans, or those named."""

import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from plangate.checks.runner import check
from plangate.cli import crash, options
from plangate.cli.output import write
from plangate.reports.formats import FORMATS, Told
from plangate.reports.outcome import fails


@click.command("check")
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[=FILE]",
    help=f"{', '.join(FORMATS)}; F=FILE writes to a file, and several may be given.  [default: text]",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write the report here instead of to the terminal.")
@options.today
@click.option("--preset", type=click.Choice(["minimal", "standard", "strict"]), help="Replace that of checklists.yml.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="From which severity on the command fails.",
)
@options.plans_dir
@options.references_dir
def check_command(
    plans: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path | None,
    today: date | None,
    preset: str | None,
    fail_on: str,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Check all plans, or those named.

    Exit status: 0 nothing fails, 1 findings that fail, 2 usage or configuration, 3 an internal error in a plan.
    """
    wanted = _outputs(formats, output)
    portfolio = options.portfolio(plans_dir, references_dir)
    only = options.plan_ids(portfolio, plans)
    report = check(portfolio, today=options.day_or_now(today), preset=preset, only=only)
    for name, file in wanted:
        write(FORMATS[name](Told(report, portfolio, fail_on, file is None and _coloured())), file)
    for plan, reason in report.failures.items():
        crash.tell(reason, f"plan {plan}: {reason}", f"plan: {plan}")
    if report.failures:
        return 3
    if portfolio.problems:
        return 2
    return 1 if fails(report, fail_on) else 0


def _outputs(formats: Sequence[str], output: Path | None) -> list[tuple[str, Path | None]]:
    """Read `--format` and `--output`: at most one format goes to the terminal or to the output file."""
    wanted: list[tuple[str, Path | None]] = []
    for text in formats or ("text",):
        name, _, file = text.partition("=")
        if name not in FORMATS:
            raise click.UsageError(f"{name!r} is no format; known are {', '.join(FORMATS)}")
        wanted.append((name, Path(file) if file else output))
    targets = [file for _, file in wanted]
    if len(set(targets)) != len(targets):
        raise click.UsageError(
            "Two formats would go to one place; give each its own file, as in --format json=report.json"
        )
    return wanted


def _coloured() -> bool:
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
