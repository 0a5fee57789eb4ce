"""`plangate export` of one plan's cutover: calendar, table, task list, data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from plangate.analysis.agenda import Agenda, agenda
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.cli import options
from plangate.cli.output import write
from plangate.exchange.runbook.csv import csv
from plangate.exchange.runbook.data import runbook_data
from plangate.exchange.runbook.ics import ics
from plangate.exchange.runbook.markdown import markdown
from plangate.reports.lines import line


def _command(name: str, make: Callable[[Agenda], str], told: str) -> click.Command:
    """Make the command that writes one form of a runbook."""

    @click.command(name, help=told)
    @click.argument("plan")
    @click.option("--output", default="-", metavar="FILE", help="Write here; - is the terminal.  [default: -]")
    @options.plans_dir
    @options.references_dir
    def command(plan: str, output: str, plans_dir: Path, references_dir: Path | None) -> int:
        return _export(make, plan, output, plans_dir, references_dir)

    return command


def table(
    plans: tuple[str, ...],
    output: str,
    plans_dir: Path,
    references_dir: Path | None,
    **around: Any,
) -> int:
    """Write the runbook of one plan as CSV; `around` are options of the lineage, which have no meaning here."""
    if len(plans) != 1:
        raise click.UsageError("--what runbook takes one plan")
    if named := [name for name, value in around.items() if value is not None]:
        raise click.UsageError(f"--{named[0]} is about lineage; --what runbook takes a plan and nothing else")
    return _export(csv, plans[0], output, plans_dir, references_dir)


def _export(make: Callable[[Agenda], str], plan: str, output: str, plans_dir: Path, references_dir: Path | None) -> int:
    """Write the runbook of a plan; gives the exit status, 1 where the plan has no switch with a time."""
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    landscape = Landscape(portfolio.plans)
    status = options.unread(portfolio, [plan_id])
    found = agenda(Facts(landscape.by_id[plan_id], portfolio.policy, landscape))
    if found is None:
        click.echo(line("error ", f"plan {plan_id} has no cutover with a t0 and steps that can be ordered"), err=True)
        return max(status, 1)
    write(make(found), None if output == "-" else Path(output))
    return status


COMMANDS = (
    _command("ics", ics, "Write the cutover of a plan as a calendar (iCalendar): steps, decisions, freeze, word."),
    _command("runbook-md", markdown, "Write the runbook of a plan as a task list in Markdown."),
    _command(
        "runbook-json",
        lambda found: json.dumps(runbook_data(found), indent=2, ensure_ascii=True) + "\n",
        "Write the runbook of a plan as JSON, with critical path, slack and the way back from every step.",
    ),
)
"""The commands about runbooks; the table is one of `csv`."""
