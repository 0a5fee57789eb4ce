"""`plangate import`: what was made elsewhere, read into plans."""

import click

from plangate.cli.dbt import import_dbt
from plangate.cli.group import Group
from plangate.cli.odcs import import_odcs
from plangate.cli.rehearsal import rehearsal_command


@click.group("import", cls=Group)
def import_command() -> None:
    """Read what was made elsewhere into a plan."""


for command in (import_dbt, import_odcs, rehearsal_command):
    import_command.add_command(command)
