"""`plangate import rehearsal`: times that were measured, written into a plan."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from plangate.analysis.agenda import zone_of
from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.analysis.rehearsed import held
from plangate.cli import options
from plangate.cli.output import write
from plangate.exchange.rehearsal_csv import Notes, notes
from plangate.exchange.rehearsal_yaml import NotWritten, measured_text, with_rehearsal
from plangate.model.cutover import Rehearsal
from plangate.reading import files
from plangate.reading.yaml import YamlRejected, load
from plangate.reports.lines import line
from plangate.reports.rehearsed import rehearsed_lines

_RESULTS = ("passed", "passed_with_deviations", "failed")


@click.command("rehearsal")
@click.argument("plan")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--environment", metavar="TEXT", help="Where it was rehearsed.")
@click.option("--result", type=click.Choice(_RESULTS), help="How it went.")
@click.option("--deviations", metavar="TEXT", help="What was different, and why.")
@click.option("--dry-run", is_flag=True, help="Show what follows, write nothing.")
@options.plans_dir
@options.references_dir
def rehearsal_command(
    plan: str,
    file: Path,
    environment: str | None,
    result: str | None,
    deviations: str | None,
    dry_run: bool,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Write the times measured at a rehearsal into gate cutover, and show what follows from them.

    FILE is CSV with the columns step, start, end: times with an offset, or those of the plan's zone.
    """
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    landscape = Landscape(portfolio.plans)
    facts = Facts(landscape.by_id[plan_id], portfolio.policy, landscape)
    gate = facts.plan.cutover
    if gate is None or gate.cutover is None or not gate.cutover.steps:
        click.echo(line("error ", f"plan {plan_id} has no cutover with steps that could have been rehearsed"), err=True)
        return 1
    zone = zone_of(gate.cutover)
    found = notes(_contents(file), gate, zone)
    for row in _told(found, file):
        click.echo(row, err=True)
    if found.wrong:
        return 1
    values = {
        "date": found.begin.astimezone(ZoneInfo(zone)).date().isoformat(),
        "environment": environment,
        "measured": {name: measured_text(seconds) for name, seconds in found.seconds().items()},
        "result": result,
        "deviations": deviations,
    }
    run = Rehearsal.model_validate({name: value for name, value in values.items() if value is not None})
    for row in rehearsed_lines(held(facts, run)):
        click.echo(row)
    return 0 if dry_run else _write(plans_dir / plan_id / portfolio.read(plan_id).files["cutover"], values)


def _contents(file: Path) -> bytes:
    try:
        data = files.contents(file)
    except OSError as error:
        raise click.UsageError(f"{file.as_posix()} cannot be read: {error.strerror or error}") from None
    if len(data) > files.MAX_BYTES:
        raise click.UsageError(f"{file.as_posix()} is larger than {files.MAX_BYTES} bytes")
    return data


def _told(found: Notes, file: Path) -> Iterator[str]:
    for entry in found.told:
        yield line(f"{entry.severity} ", f"{file.as_posix()}:{entry.line}: {entry.message}")


def _write(path: Path, values: Mapping[str, Any]) -> int:
    """Write a rehearsal into the file of the gate; where that cannot be done, say what is to be added by hand."""
    try:
        data = files.contents(path)
        text, at = with_rehearsal(load(data, name=path.name, mapping=True), values)
    except (OSError, YamlRejected) as error:
        raise click.UsageError(f"{path.as_posix()} cannot be read: {error}") from None
    except NotWritten as refused:
        click.echo(line("error ", f"{path.as_posix()}: {refused}; add this by hand:"), err=True)
        for row in refused.entry.splitlines():
            click.echo(line("| ", row))
        return 1
    text = text.replace("\n", "\r\n") if b"\r\n" in data else text
    write(f"\ufeff{text}" if data.startswith(BOM_UTF8) else text, path)
    click.echo(line("written to ", f"{path.as_posix()}:{at}"))
    return 0
