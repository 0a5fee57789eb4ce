"""Groups of commands that say which one was probably meant."""

import click

from plangate.model.nearest import nearest


class Group(click.Group):
    """A group whose failure over a name that no command has suggests one, or tells all."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that the first argument names; raises click.UsageError where there is none."""
        known = self.list_commands(ctx)
        if args[0] in known or args[0].startswith("-"):
            return super().resolve_command(ctx, args)
        near = nearest(args[0], known)
        meant = f"did you mean {near}?" if near else f"there are {', '.join(known)}"
        raise click.UsageError(f"There is no command {args[0]!r}; {meant}", ctx)
