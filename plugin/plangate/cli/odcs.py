"""Contracts in the form of the Open Data Contract Standard, in and out."""

from pathlib import Path
from typing import Any

import click

from plangate.analysis.contract_table import contract_tables
from plangate.analysis.landscape import Landscape
from plangate.cli import options
from plangate.cli.output import write
from plangate.exchange.odcs.gate import gate_contracts
from plangate.exchange.odcs.write import odcs_document
from plangate.exchange.yaml_text import yaml_text
from plangate.reading.schemas.read import read_schema_file
from plangate.reports.lines import line


@click.command("odcs")
@click.argument("plans", nargs=-1, metavar="[PLAN]...")
@click.option("--output", metavar="DIR", help="Write a file for each contract into this folder.")
@options.plans_dir
@options.references_dir
def export_odcs(plans: tuple[str, ...], output: str | None, plans_dir: Path, references_dir: Path | None) -> int:
    """Write each contract as a document of the Open Data Contract Standard 3.1.

    What stands in an ODCS file of the plan is kept. Fields that have no place in the standard are told.
    """
    portfolio = options.portfolio(plans_dir, references_dir)
    ids = options.plan_ids(portfolio, plans)
    chosen = [portfolio.read(name).plan for name in ids] or list(Landscape(portfolio.plans).standing)
    written = [odcs_document(plan, entry) for plan in chosen for entry in contract_tables(plan)]
    names = [f"{one.dataset}.odcs.yaml" for one in written]
    for name in sorted({name for name in names if names.count(name) > 1}):
        raise click.UsageError(f"{name} would be written twice; name one plan")
    for one, name in zip(written, names, strict=True):
        for lost in one.lost:
            click.echo(line("note ", f"{one.dataset}: {lost} has no place in ODCS"), err=True)
        head = "" if output is not None or len(written) == 1 else "---\n"
        write(head + yaml_text(one.document), None if output is None else Path(output) / name)
    return options.unread(portfolio, tuple(plan.id for plan in chosen))


@click.command("odcs")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--output", metavar="FILE", help="Write a new file, for example plans/orders/06-contracts.yml.")
def import_odcs(files: tuple[str, ...], output: str | None) -> int:
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
