"""`plangate compat`: what changed between two files of a schema or contract, and for whom it breaks."""

import json
from pathlib import Path
from typing import cast

import click

from plangate.analysis.compatibility.change import Verdict
from plangate.analysis.compatibility.documents import NATIVE, judge_documents
from plangate.analysis.compatibility.modes import MODES
from plangate.analysis.compatibility.protobuf_rules import Category
from plangate.cli.output import write
from plangate.model.contracts import Compatibility
from plangate.model.schema_document import SchemaDocument
from plangate.model.typename import system_of
from plangate.model.typewords import SYSTEM_WORDS
from plangate.reading.schemas.read import read_schema_file
from plangate.reports.compatibility import compatibility_data, compatibility_text
from plangate.reports.lines import line

_FAILS = frozenset({Verdict.BREAKING, Verdict.UNDETERMINED})


@click.command("compat")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(list(MODES)), default="backward", show_default=True, help="What must hold.")
@click.option("--system", metavar="NAME", help="The system whose types SQL names: snowflake, bigquery, postgres ….")
@click.option("--lenient", is_flag=True, help="JSON Schema: also accept what the older object did not name.")
@click.option(
    "--category",
    type=click.Choice(["FILE", "WIRE_JSON", "WIRE"]),
    default="WIRE_JSON",
    show_default=True,
    help="Protobuf: what has to go on working.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compat_command(old: Path, new: Path, mode: str, system: str | None, lenient: bool, category: str, form: str) -> int:
    """Compare two versions: ODCS, Avro, JSON Schema, Protobuf, SQL with CREATE TABLE, or models of dbt.

    Files of different kinds are compared as tables. Exit status: 0 compatible or nothing asked, 1 breaking or
    undetermined, 2 usage or a file that cannot be read.
    """
    if system is not None and system_of(system) is None:
        raise click.UsageError(f"{system!r} is no system that is known; there are {', '.join(sorted(SYSTEM_WORDS))}")
    before, after = _read(old, system), _read(new, system)
    try:
        found = judge_documents(
            cast("Compatibility", mode), before, after, lenient=lenient, category=cast("Category", category)
        )
    except ValueError as error:
        _tell(before, after)
        raise click.UsageError(f"{old.as_posix()} and {new.as_posix()} cannot be compared: {error}") from None
    except RecursionError:
        raise click.UsageError(f"{old.as_posix()} or {new.as_posix()} is nested too deeply to be compared") from None
    names = old.as_posix(), new.as_posix()
    if form == "json":
        click.echo(json.dumps(compatibility_data(found, *names), indent=2, ensure_ascii=True))
    else:
        write(compatibility_text(found, *names), None)
    return int(found.verdict in _FAILS)


def _read(path: Path, system: str | None) -> SchemaDocument:
    """Read a file; what is wrong with it is told, and it is a usage error where it holds no table."""
    name = path.as_posix()
    if not path.is_file():
        raise click.UsageError(f"{name} cannot be read: there is no such file")
    document = read_schema_file(path, name, system=system)
    if document.kind is None and document.raw is not None and path.suffix == ".json":
        document = read_schema_file(path, name, "json_schema")  # a schema need not say that it is one
    if document.kind not in NATIVE or document.raw is None:
        _tell(document)
    if not document.tables and document.raw is None:
        raise click.UsageError(f"{name} holds no schema that can be read")
    return document


def _tell(*documents: SchemaDocument) -> None:
    for document in documents:
        for problem in document.problems:
            place = f"{problem.file or document.name}:{problem.line or 1}:{problem.column or 1}"
            click.echo(line(f"{problem.severity or 'error'} {problem.rule} ", f"{place}  {problem.message}"), err=True)
