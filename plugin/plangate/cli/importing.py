"""`plangate import`: what other programs write, as gates of a plan."""

from pathlib import Path
from typing import Any

import click

from plangate.cli.output import write
from plangate.exchange.odcs.gate import gate_contracts
from plangate.exchange.yaml_text import yaml_text
from plangate.reading.schemas.read import read_schema_file
from plangate.reports.lines import line


@click.group("import")
def import_command() -> None:
    """Read what other programs write, as YAML of a plan's gates."""


@import_command.command("odcs")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--output", metavar="FILE", help="Write a new file, for example plans/orders/06-contracts.yml.")
def odcs_command(files: tuple[str, ...], output: str | None) -> int:
    """Read documents of the Open Data Contract Standard 3.0 and 3.1 as gate contracts.

    What has no place in a plan is told, and what is wrong with a document. To keep all of a document, put it into
    contracts/ of the plan and name it as `columns: {file: contracts/….odcs.yaml}`.
    """
    target = None if output is None else Path(output)
    if target is not None and target.exists():
        raise click.UsageError(f"{target.as_posix()} is there already; nothing is overwritten")
    contracts: list[dict[str, Any]] = []
    failed = False
    for name in files:
        if not Path(name).exists():
            raise click.UsageError(f"There is no file {name}")
        document = read_schema_file(Path(name), Path(name).as_posix(), kind="odcs")
        for problem in document.problems:
            severity = problem.severity or "error"
            failed = failed or severity == "error"
            place = f"{problem.file}:{problem.line or 1}:{problem.column or 1}"
            click.echo(line(f"{severity} {problem.rule} ", f"{place}  {problem.message}"), err=True)
        made = gate_contracts(document)
        contracts += made.contracts
        for path, times in made.lost:
            more = f" ({times} times)" if times > 1 else ""
            click.echo(line("note ", f"{Path(name).as_posix()}: {path}{more} has no place in gate contracts"), err=True)
    if contracts:
        write(yaml_text({"contracts": contracts}), target)
    return 1 if failed or not contracts else 0
