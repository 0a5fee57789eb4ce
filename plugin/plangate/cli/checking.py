"""`plangate check`, as it is asked for: what is known from the run before is told again, the rest is examined."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from plangate.cli import options, remembered
from plangate.cli.output import write_all
from plangate.cli.snapshot import snapshot
from plangate.reading.processes import without_collector
from plangate.reports.formats import FORMATS


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
@click.option("--base", metavar="REV", help="Compare with the plans as they were at this revision of git.")
@click.option("--changed", is_flag=True, help="Examine only plans that differ from --base, or from the last commit.")
@options.today
@click.option("--preset", type=click.Choice(["minimal", "standard", "strict"]), help="Replace that of checklists.yml.")
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(path_type=Path),
    help="Findings that are known, and let pass until they are gone.  [default: references/baseline.yml]",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found today as known.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "never"]),
    default="error",
    show_default=True,
    help="From which severity on the command fails.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes share the work.  [default: one per processor]",
)
@click.option("--no-cache", is_flag=True, help="Examine everything, also what no change since the last run can touch.")
@click.option("--require", type=click.Choice(["approved"]), help="Fail where a plan in review waits for an approval.")
@options.identity
@options.plans_dir
@options.references_dir
def check_command(
    plans: tuple[str, ...], formats: tuple[str, ...], output: Path | None, fail_on: str, no_cache: bool, **asked: Any
) -> int:
    """Check all plans, or those named, also by one of their files.

    Exit status: 0 nothing fails, 1 findings that fail, 2 usage or configuration, 3 an internal error in a plan.
    """
    with without_collector():  # nothing that a run makes is garbage before it is over
        return _checked(_outputs(formats, output), plans, fail_on, no_cache=no_cache, **asked)


def _checked(
    wanted: Sequence[tuple[str, Path | None]], plans: tuple[str, ...], fail_on: str, *, no_cache: bool, **asked: Any
) -> int:
    """Tell what is known, or examine and remember."""
    asked["today"] = options.day_or_now(asked["today"])
    found = None if no_cache or plans else snapshot(wanted, fail_on, **asked)
    told = remembered.recall(found) if found is not None else None
    if told is not None:
        return told.status if write_all(zip(told.texts, (file for _, file in wanted), strict=True)) else 2
    from plangate.cli.check import Ground, examine  # noqa: PLC0415 -- where nothing changed none of it is needed

    ground = Ground(remembered.recall_plans(found), found.plans) if found is not None else None
    status, made = examine(wanted, fail_on, ground, plans=plans, **asked)
    if found is not None and made is not None and found.holds(made.read):  # nothing was saved meanwhile
        remembered.remember(found, remembered.Run(status, made.texts))
        remembered.remember_plans(found, made.known)
    return status


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
