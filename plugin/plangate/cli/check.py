"""`plangate check`: all checks over all plans, or those named."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click

from plangate.checks.report import Report
from plangate.checks.runner import check
from plangate.cli import crash, options, selection
from plangate.cli.output import write
from plangate.cli.progress import is_terminal, progress
from plangate.model.baseline import Baseline
from plangate.reading import baseline as baselines
from plangate.reading.git import GitError
from plangate.reading.portfolio import Portfolio, read_base
from plangate.reports.baseline import baseline_text
from plangate.reports.formats import FORMATS, Told
from plangate.reports.lines import line
from plangate.reports.outcome import count, fails


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
    help=f"Findings that are known, and let pass until they are gone.  [default: references/{baselines.NAME}]",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found today as known.")
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
def check_command(
    plans: tuple[str, ...], formats: tuple[str, ...], output: Path | None, fail_on: str, **asked: Any
) -> int:
    """Check all plans, or those named, also by one of their files.

    Exit status: 0 nothing fails, 1 findings that fail, 2 usage or configuration, 3 an internal error in a plan.
    """
    wanted = _outputs(formats, output)
    with progress(sys.stderr) as step:
        report, portfolio = _examined(_Asked(plans, **asked), step)
    if "text" not in {name for name, _ in wanted}:
        for note in report.notes:
            click.echo(line("note ", note), err=True)
    written = _write(wanted, report, portfolio, fail_on)
    for plan, reason in report.failures.items():
        crash.tell(reason, f"plan {plan}: {reason}", f"plan: {plan}")
    if report.failures:
        return 3
    if portfolio.problems or not written:
        return 2
    return 1 if fails(report, fail_on) else 0


@dataclass(frozen=True)
class _Asked:
    """What the command was asked to examine, and how."""

    plans: tuple[str, ...]
    plans_dir: Path
    references_dir: Path | None
    base: str | None
    changed: bool
    today: date | None
    preset: str | None
    baseline_file: Path | None
    write_baseline: bool
    require: str | None
    identity: Path | None


def _examined(asked: _Asked, step: Callable[[str, int, int], None]) -> tuple[Report, Portfolio]:
    """Check what is asked for, write the baseline where that is asked for, and check again under it."""
    references = options.references_folder(asked.references_dir)
    portfolio = options.portfolio(asked.plans_dir, references, lambda done, of: step("Reading", done, of))
    if asked.baseline_file is not None:
        portfolio = _with_baseline(portfolio, asked.baseline_file, to_be_written=asked.write_baseline)
    only, notes = _chosen(asked, portfolio, references)
    base = None
    if asked.base is not None:
        try:
            base = read_base(asked.base, asked.plans_dir, references)
        except (GitError, ValueError) as error:
            notes.append(f"Nothing is compared with {asked.base}: {error}")
    day, identity = options.day_or_now(asked.today), options.identity_of(asked.identity)

    def examine(read: Portfolio) -> Report:
        return check(
            read,
            today=day,
            preset=asked.preset,
            only=only,
            base=base,
            identity=identity,
            require=asked.require,
            progress=partial(step, "Checking"),
        )

    report = examine(portfolio)
    if asked.write_baseline:
        file = asked.baseline_file or (references or Path("references")) / baselines.NAME
        text, number = baseline_text(report, portfolio)
        write(text, file)
        click.echo(line("Wrote ", f"{count(number, 'known finding')} to {_shown(file)}"), err=True)
        portfolio = _with_baseline(portfolio, file)
        report = examine(portfolio)
    return replace(report, notes=tuple(notes)), portfolio


def _chosen(asked: _Asked, portfolio: Portfolio, references: Path | None) -> tuple[tuple[str, ...] | None, list[str]]:
    """Give the plans to examine (None for all), and what is to be said about that."""
    only, notes = selection.named(portfolio, asked.plans_dir, asked.plans), []
    if asked.changed:
        ids, note = selection.touched(portfolio, asked.plans_dir, references, asked.base)
        notes.append(note)
        only = ids if only is None else only if ids is None else tuple(name for name in only if name in ids)
    if only is not None:
        only = tuple(name for name in only if name in portfolio)  # the others have broken down, and are told as such
    return only, notes


def _with_baseline(portfolio: Portfolio, file: Path, *, to_be_written: bool = False) -> Portfolio:
    """Give a portfolio under another baseline; one that is not there is a usage error, unless it is about to be."""
    shown = _shown(file)
    if not file.is_file():
        if not to_be_written:
            raise click.UsageError(f"There is no baseline {shown}; --write-baseline writes one")
        return replace(portfolio, policy=replace(portfolio.policy, baseline=Baseline(shown)))
    known, problems = baselines.read_baseline(file, shown)
    options.tell_problems(() if to_be_written else problems)
    others = tuple(
        problem for problem in portfolio.problems if problem.file not in {shown, portfolio.policy.baseline.file}
    )
    return replace(portfolio, policy=replace(portfolio.policy, baseline=known), problems=(*others, *problems))


def _shown(file: Path) -> str:
    """Give the name of a file as reports show it: relative to this folder, or else without its folders."""
    whole, here = Path(os.path.abspath(file)), Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else file.name


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


def _write(wanted: Sequence[tuple[str, Path | None]], report: Report, portfolio: Portfolio, fail_on: str) -> bool:
    """Write every form; one that cannot be written is told and does not keep the others back."""
    done = True
    for name, file in wanted:
        colour = file is None and is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
        try:
            write(FORMATS[name](Told(report, portfolio, fail_on, colour)), file)
        except click.UsageError as error:
            click.echo(line("Error: ", error.format_message()), err=True)
            done = False
    return done
