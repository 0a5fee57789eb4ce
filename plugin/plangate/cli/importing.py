"""`plangate import`: what was made elsewhere, read into plans."""

import click

from plangate.cli.odcs import import_odcs_command


@click.group("import")
def import_command() -> None:
    """Read what was made elsewhere into a plan."""


import_command.add_command(import_odcs_command)
