"""Options that several commands share, and the portfolio that they lead to."""

import os
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from plangate.cli import crash
from plangate.model.nearest import nearest
from plangate.model.problem import Problem
from plangate.reports.lines import line

if TYPE_CHECKING:
    from plangate.model.review import Identity
    from plangate.reading.portfolio import Portfolio


class DayType(click.ParamType[date]):
    """A date of the calendar, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a date; anything else is a usage error."""
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value)
        except ValueError:
            day = None
        if day is None or day.isoformat() != value or not 1900 <= day.year <= 2999:
            self.fail(f"{value!r} is not a date such as 2026-12-05", param, ctx)
        return day


class ZoneType(click.ParamType[str]):
    """A zone of the IANA database."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the name of a zone; one that is not known is a usage error."""
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            self.fail(f"{value!r} is not a zone such as Europe/Berlin", param, ctx)
        return str(value)


plans_dir = click.option(
    "--plans-dir",
    type=click.Path(path_type=Path),
    default=Path("plans"),
    show_default=True,
    help="Where the plans lie.",
)
references_dir = click.option(
    "--references-dir",
    type=click.Path(path_type=Path),
    default=None,
    help="Where workflow.yml, checklists.yml and people.yml lie.  [default: references]",
)
today = click.option(
    "--today",
    type=DayType(),
    help="The day on which is checked.  [default: SOURCE_DATE_EPOCH, or the current day in UTC]",
)


identity = click.option(
    "--identity",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What verify-identity found out about signers.  [default: every name is a claim]",
)


def identity_of(file: Path | None) -> "Identity | None":
    """Read what was found out about signers, where a file is named; one that is not whole is a usage error."""
    if file is None:
        return None
    from plangate.reading.identity import IdentityRejected, read_identity  # noqa: PLC0415 -- the options stay cheap

    try:
        return read_identity(file)
    except IdentityRejected as rejected:
        raise click.UsageError(str(rejected)) from None


def day_or_now(day: date | None) -> date:
    """Give the day asked for, else that of SOURCE_DATE_EPOCH, else the current day in UTC."""
    if day is not None:
        return day
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise click.UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}, not a number of seconds") from None


def references_folder(folder: Path | None) -> Path | None:
    """Give the folder of references: the one asked for (a usage error where it is none), else `references` if there."""
    if folder is not None and not folder.is_dir():
        raise click.UsageError(f"{folder.as_posix()} is no folder")
    found = folder or Path("references")
    if not found.is_dir():
        return None
    if not os.access(found, os.R_OK | os.X_OK):
        raise click.UsageError(f"{found.as_posix()} cannot be read: its permissions do not allow it")
    return found


def portfolio(
    plans: Path,
    references: Path | None,
    progress: Callable[[int, int], None] = lambda done, of: None,
    jobs: int = 1,
    *,
    told: bool = True,
) -> "Portfolio":
    """Read all plans; a folder that is not there or holds no plan is a usage error. Broken configuration is `told`,
    unless the caller does that."""
    from plangate.reading.portfolio import read_portfolio  # noqa: PLC0415 -- the options alone stay cheap

    if not plans.is_dir():
        raise click.UsageError(
            f"{plans.as_posix()} is no folder; run this where plans/ lies, or name it by --plans-dir"
        )
    found = read_portfolio(plans, references_folder(references), root=Path(), jobs=jobs, progress=progress)
    need_plan(plans, (*found.reads, *found.failures))
    if told:
        tell_problems(found.problems)
    return found


def need_plan(plans: Path, found: Sequence[object]) -> None:
    """Tell that a folder holds no plan, where none was found: a usage error."""
    if not found:
        where = plans.as_posix()
        raise click.UsageError(
            f"{where} holds no plan: there is no {where}/PLAN/plan.yml; `plangate new PLAN` starts one"
        )


def tell_problems(problems: Iterable[Problem]) -> None:
    """Tell what is wrong with the configuration, a line each, on the error stream."""
    for problem in problems:
        place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}"
        click.echo(line(f"error {problem.rule} ", f"{place}  {problem.message}"), err=True)


def plan_ids(found: "Portfolio", names: Iterable[str], *, broken: bool = False) -> tuple[str, ...]:
    """Give the ids of the plans named, by id or folder; an unknown one is a usage error that tells the nearest.

    A plan on which reading broke down raises RuntimeError, unless `broken` ones are asked for too.
    """
    known = sorted({*(plan.id for plan in found.plans), *found.failures})
    ids = []
    for name in names:
        plan_id = name.rstrip("/").rsplit("/", 1)[-1]
        if plan_id not in known:
            near = nearest(plan_id.replace("-", "_"), [plan.replace("-", "_") for plan in known])
            meant = f"did you mean {near.replace('_', '-')}?" if near else f"there are {', '.join(known)}"
            raise click.UsageError(f"There is no plan {name!r}; {meant}")
        if plan_id in found.failures and not broken:
            raise RuntimeError(f"plan {plan_id}: {found.failures[plan_id]}")
        ids.append(plan_id)
    return tuple(dict.fromkeys(ids))


def unread(found: "Portfolio", ids: Iterable[str]) -> int:
    """Tell what could not be read, and is missing from what is written: gives 3 by our own fault, 1 by the plans'."""
    for name, reason in found.failures.items():
        crash.tell(reason, f"plan {name}: {reason}", f"plan: {name}")
    problems = [(found.read(name).folder, problem) for name in ids for problem in found.read(name).problems]
    for folder, problem in problems:
        place = f"{folder}/{problem.file or 'plan.yml'}:{problem.line or 1}:{problem.column or 1}"
        click.echo(line(f"error {problem.rule} ", f"{place}  {problem.message}"), err=True)
    return 3 if found.failures else 1 if problems else 0


def base_portfolio(name: str | None, plans: Path, references: Path | None) -> "Portfolio | None":
    """Read the plans of a base revision; a revision that git cannot give is a usage error. None where none is asked."""
    if name is None:
        return None
    from plangate.reading.git import GitError  # noqa: PLC0415 -- the options stay cheap
    from plangate.reading.portfolio import read_base  # noqa: PLC0415

    try:
        return read_base(name, plans, references_folder(references))
    except (GitError, ValueError) as error:
        raise click.UsageError(f"Nothing can be compared with {name}: {error}") from None
