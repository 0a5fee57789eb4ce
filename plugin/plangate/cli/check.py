"""`plangate check`: all checks over all plans, or those named."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import MappingProxyType

import click

from plangate.checks.report import Report
from plangate.checks.runner import check
from plangate.cli import crash, options
from plangate.cli.output import write
from plangate.reading.portfolio import Portfolio
from plangate.reports.json_report import report_json
from plangate.reports.outcome import fails
from plangate.reports.text import report_text

Writer = Callable[[Report, Portfolio, bool, bool], str]

FORMATS: Mapping[str, Writer] = MappingProxyType(
    {
        "text": lambda report, portfolio, failed, colour: report_text(
            report, portfolio=portfolio, colour=colour, failed=failed
        ),
        "json": lambda report, _portfolio, failed, _colour: report_json(report, failed=failed),
    }
)
"""What `--format` takes."""


@click.command("check")
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="F[=FILE]",
    help=f"{' or '.join(FORMATS)}; F=FILE writes to a file, and several may be given.  [default: text]",
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
@click.option("--require", type=click.Choice(["approved"]), help="Fail where a plan in review waits for an approval.")
@options.identity
@options.plans_dir
@options.references_dir
def check_command(  # noqa: PLR0913, PLR0917 -- one parameter per option
    plans: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path | None,
    today: date | None,
    preset: str | None,
    fail_on: str,
    require: str | None,
    identity: Path | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Check all plans, or those named.

    Exit status: 0 nothing fails, 1 findings that fail, 2 usage or configuration, 3 an internal error in a plan.
    """
    wanted = _outputs(formats, output)
    portfolio = options.portfolio(plans_dir, references_dir)
    only = options.plan_ids(portfolio, plans)
    report = check(
        portfolio,
        today=options.day_or_now(today),
        preset=preset,
        only=only,
        identity=options.identity_of(identity),
        require=require,
    )
    failed = fails(report, fail_on)
    for name, file in wanted:
        write(FORMATS[name](report, portfolio, failed, file is None and _coloured()), file)
    for plan, reason in report.failures.items():
        crash.tell(reason, f"plan {plan}: {reason}", f"plan: {plan}")
    if report.failures:
        return 3
    if portfolio.problems:
        return 2
    return 1 if failed else 0


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
