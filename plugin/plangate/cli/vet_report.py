"""`plangate vet-report`: looks at the artifact of a check before it is posted; nothing in it is believed."""

from pathlib import Path

import click

from plangate.cli.output import write
from plangate.reports.lines import line
from plangate.reports.posted import LARGEST_ARTIFACT, PostRejected, posted


@click.command("vet-report")
@click.argument("artifact", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--number", type=click.IntRange(1), required=True, help="The pull request, as the forge's event says.")
@click.option("--sha", required=True, help="Its head commit, as the forge's event says.")
@click.option("--output", type=click.Path(path_type=Path), help="Write the comment here, not to the terminal.")
def vet_report_command(artifact: Path, number: int, sha: str, output: Path | None) -> int:
    """Look at the artifact of a check, and give its comment where it may be posted.

    Exit status: 0 given, 1 refused, 2 usage or configuration.
    """
    try:
        with artifact.open("rb") as stream:
            content = stream.read(LARGEST_ARTIFACT + 1)
    except OSError as error:
        raise click.UsageError(f"{artifact.as_posix()} cannot be read: {error.strerror or error}") from None
    try:
        text = posted(content, number, sha)
    except ImportError:
        raise click.UsageError("This needs jsonschema: pip install 'plangate[forge]'") from None
    except PostRejected as rejected:
        click.echo(line("Not posted: ", str(rejected)), err=True)
        return 1
    write(text, output)
    return 0
