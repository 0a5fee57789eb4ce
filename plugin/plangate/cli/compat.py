"""`plangate compat`: what changed between two files of a schema, and for whom it breaks."""

import json
from pathlib import Path
from typing import cast

import click

from plangate.analysis.compatibility.avro_schema import parse
from plangate.analysis.compatibility.change import Verdict
from plangate.analysis.compatibility.compare import Schema
from plangate.analysis.compatibility.judge import judge
from plangate.analysis.compatibility.modes import MODES
from plangate.cli.output import write
from plangate.model.contracts import Compatibility
from plangate.reports.compatibility import compatibility_data, compatibility_text

_FAILS = frozenset({Verdict.BREAKING, Verdict.UNDETERMINED})


@click.command("compat")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--mode", type=click.Choice(list(MODES)), default="backward", show_default=True, help="What must hold.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def compat_command(old: Path, new: Path, mode: str, form: str) -> int:
    """Compare two versions of a schema: Avro (.avsc, .json) or JSON Schema (.json).

    Exit status: 0 compatible or nothing asked, 1 breaking or undetermined, 2 usage or a file that cannot be read.
    """
    before, after = load(old), load(new)
    try:
        found = judge(cast("Compatibility", mode), after, (before,))
    except ValueError as error:
        raise click.UsageError(f"{old.as_posix()} and {new.as_posix()} cannot be compared: {error}") from None
    except RecursionError:
        raise click.UsageError(f"{old.as_posix()} or {new.as_posix()} is nested too deeply to be compared") from None
    names = old.as_posix(), new.as_posix()
    if form == "json":
        click.echo(json.dumps(compatibility_data(found, *names), indent=2, ensure_ascii=True))
    else:
        write(compatibility_text(found, *names), None)
    return int(found.verdict in _FAILS)


def load(path: Path) -> Schema:
    """Read a schema from a file; a usage error says why one cannot be read."""
    name = path.as_posix()
    if path.suffix not in (".avsc", ".json"):
        raise click.UsageError(f"{name} is neither .avsc nor .json; only Avro and JSON Schema are read")
    try:
        raw = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise click.UsageError(f"{name} cannot be read: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{name} is no JSON: {error}") from None
    if path.suffix == ".json" and not _is_avro(raw):
        return Schema("json_schema", raw, name)
    try:
        parse(raw)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{name} is no Avro schema: {error}") from None
    return Schema("avro", raw, name)


def _is_avro(raw: object) -> bool:
    """Tell Avro from JSON Schema, which has neither `fields` nor `symbols` beside a name, and is no list."""
    if isinstance(raw, dict):
        return "$schema" not in raw and raw.get("type") in ("record", "error", "enum", "fixed")
    return isinstance(raw, list | str)
