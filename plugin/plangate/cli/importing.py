"""`plangate import`: what was made elsewhere, read into plans."""

import click

from plangate.cli.rehearsal import rehearsal_command


@click.group("import")
def import_command() -> None:
    """Read what was made elsewhere into a plan."""


import_command.add_command(rehearsal_command)
