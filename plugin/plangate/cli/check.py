"""What `plangate check` does: all checks over all plans, or those named, and their report in every form."""

import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import click
from msgspec import Struct
from msgspec.structs import replace

from plangate.checks.again import Again, Known, judge_again
from plangate.checks.judge import Order
from plangate.checks.report import Report
from plangate.checks.runner import check, ordered, reported
from plangate.cli import crash, options, selection
from plangate.cli.output import coloured, write, write_all
from plangate.cli.progress import progress
from plangate.model.baseline import Baseline
from plangate.model.problem import Problem
from plangate.reading import baseline as baselines
from plangate.reading.crew import Heard
from plangate.reading.git import GitError
from plangate.reading.glance import glance
from plangate.reading.portfolio import Portfolio, read_base, read_portfolio
from plangate.reading.processes import cores
from plangate.reports.baseline import baseline_text
from plangate.reports.formats import FORMATS, Told
from plangate.reports.lines import line
from plangate.reports.outcome import count, fails


class Ground(Struct, frozen=True):
    """What a run may build on: what is known of the plans from an earlier one, and the digests of today's."""

    known: Known | None
    contents: Mapping[str, str]


class Made(Struct, frozen=True):
    """What the next run may take over: the texts that were written, what came of each plan, and which were read."""

    texts: tuple[str, ...]
    known: Known
    read: Collection[str]


def examine(
    wanted: Sequence[tuple[str, Path | None]], fail_on: str, ground: Ground | None = None, **asked: Any
) -> tuple[int, Made | None]:
    """Check what is asked for and write every form of the report.

    Gives the exit status, and what the next run may take over: nothing where something broke down or was said beside
    the texts, and nothing without a ground.
    """
    with progress(sys.stderr) as step:
        if ground is None:
            report, problems = _examined(_Asked(**asked), step)
            again = None
        else:
            digests = any(name == "json" for name, _ in wanted)
            report, problems, again = _examined_again(_Asked(**asked), ground, step, digests=digests)
    if "text" not in {name for name, _ in wanted}:
        for note in report.notes:
            click.echo(line("note ", note), err=True)
        options.tell_problems(problems)
    report = report.under(problems)
    made = [(name, file, _text(name, file, report, fail_on)) for name, file in wanted]
    written = write_all((text, file) for _, file, text in made)
    for plan, reason in report.failures.items():
        crash.tell(reason, f"plan {plan}: {reason}", f"plan: {plan}")
    if report.failures:
        return 3, None
    if problems or not written:
        return 2, None
    status = 1 if fails(report, fail_on) else 0
    return status, None if again is None else Made(tuple(text for _, _, text in made), again.known, again.read)


class _Asked(Struct, frozen=True):
    """What the command was asked to examine, and how."""

    plans: tuple[str, ...]
    plans_dir: Path
    references_dir: Path | None
    base: str | None
    changed: bool
    today: date
    preset: str | None
    baseline_file: Path | None
    write_baseline: bool
    jobs: int | None
    require: str | None
    identity: Path | None


def _examined_again(
    asked: _Asked, ground: Ground, step: Callable[[str, int, int], None], *, digests: bool
) -> tuple[Report, Sequence[Problem], Again]:
    """Check all plans, those again that a change since the last run can touch."""
    references, jobs = options.references_folder(asked.references_dir), asked.jobs or cores()
    problems: Sequence[Problem] = ()

    def read(names: Collection[str], before: Portfolio | None, share: int, heard: Heard) -> Portfolio:
        nonlocal problems
        found = read_portfolio(
            asked.plans_dir,
            references,
            root=Path(),
            only=names,
            previous=before,
            tried=ground.known is not None,  # what is wrong with the references is told by a run that keeps nothing
            jobs=share,
            progress=heard,
        )
        if before is None:
            problems = found.problems
        return found

    def order(found: Portfolio) -> Order:
        return ordered(
            found,
            today=asked.today,
            preset=asked.preset,
            require=asked.require,
            digests=digests,
        )

    again = judge_again(
        ground.known or Known(), ground.contents, read, partial(glance, asked.plans_dir), order, jobs, step
    )
    options.need_plan(asked.plans_dir, (*again.judged.judgements, *again.judged.failures))
    return reported(again.order, again.judged, again.known.judgements), problems, again


def _examined(asked: _Asked, step: Callable[[str, int, int], None]) -> tuple[Report, Sequence[Problem]]:
    """Check what is asked for, write the baseline where that is asked for, and check again under it."""
    references, jobs = options.references_folder(asked.references_dir), asked.jobs or cores()
    portfolio = options.portfolio(asked.plans_dir, references, partial(step, "Reading"), jobs, told=False)
    if asked.baseline_file is not None:
        portfolio = _with_baseline(portfolio, asked.baseline_file, to_be_written=asked.write_baseline)
    only, notes = _chosen(asked, portfolio, references)
    base = None
    if asked.base is not None:
        try:
            base = read_base(asked.base, asked.plans_dir, references)
        except (GitError, ValueError) as error:
            notes.append(f"Nothing is compared with {asked.base}: {error}")
    identity = options.identity_of(asked.identity)

    def examine(read: Portfolio) -> Report:
        return check(
            read,
            today=asked.today,
            preset=asked.preset,
            only=only,
            base=base,
            identity=identity,
            require=asked.require,
            jobs=jobs,
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
    return replace(report, notes=tuple(notes)), portfolio.problems


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
    others = tuple(
        problem for problem in portfolio.problems if problem.file not in {shown, portfolio.policy.baseline.file}
    )
    return replace(portfolio, policy=replace(portfolio.policy, baseline=known), problems=(*others, *problems))


def _shown(file: Path) -> str:
    """Give the name of a file as reports show it: relative to this folder, or else without its folders."""
    whole, here = Path(os.path.abspath(file)), Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else file.name


def _text(name: str, file: Path | None, report: Report, fail_on: str) -> str:
    return FORMATS[name](Told(report, fail_on, coloured(file)))
