"""The command line: its commands are loaded when they are asked for, so that `--version` answers at once."""

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from errno import EBADF, EIO, ENOSPC
from importlib import import_module
from io import TextIOWrapper
from types import MappingProxyType

import click

from plangate import __version__
from plangate.cli import crash
from plangate.cli.group import Group
from plangate.reports.lines import line

COMMANDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "check": ("checking", "Check all plans, or those named."),
        "compat": ("compat", "Compare two versions of a schema: for whom it breaks."),
        "export": ("export", "Write plans in a form that other programs read."),
        "diff": ("diff", "Tell what changed in the plans, by meaning."),
        "drift": ("dbt", "Tell where a plan and a dbt project disagree."),
        "explain": ("explain", "Explain a rule: condition, reason, examples."),
        "import": ("importing", "Read what was made elsewhere into a plan."),
        "init": ("init", "Make a portal; never overwrite."),
        "new": ("new", "Start a plan, guided by questions or in one shot."),
        "report": ("report", "Write the comment of a pull request."),
        "rules": ("explain", "List the rules."),
        "schema": ("schema", "Print the JSON Schema of a gate's file, for editors."),
        "show": ("show", "Show what is computed from a plan."),
        "sign": ("sign", "Sign gates of a plan: write one record of a review."),
        "status": ("status", "Tell who must do what next."),
        "take-plans": ("take_plans", "Put the plans of another commit here, as data."),
        "verify-identity": ("verify_identity", "Find out from git and the forge who signed, for `check --identity`."),
        "vet-report": ("vet_report", "Look at a check's artifact before it is posted."),
        "waive": ("waive", "Let one rule be broken until a day: write one waiver."),
    }
)
"""The module and the short help of each command."""

FINDINGS = 1
USAGE = 2
INTERNAL = 3
_INTERRUPTED = 130
_CLOSED = 141


class Commands(Group):
    """A group whose commands are imported only when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of a command and give the command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"plangate.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, f"{cmd_name.replace('-', '_')}_command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.command(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 nothing fails, 1 findings, 2 usage or configuration, 3 internal error.",
)
@click.version_option(__version__, prog_name="plangate", message="%(prog)s %(version)s")
def plangate() -> None:
    """Plans for data platforms as code: check them, see what follows from them, start new ones."""


def main() -> None:
    """Run the command line and leave with its status."""
    # Nothing that happens to be installed beside this program is to look into plans, or is searched for.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever called
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a letter that the terminal has not is shown by its number
            stream.reconfigure(errors="backslashreplace")
    status = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # nobody may listen any more
            stream.flush()
    os._exit(status)  # what is there goes with the process; to take it apart first takes time


def run(args: Sequence[str]) -> int:
    """Run the command line and give its exit status: 0, 1 findings, 2 usage or configuration, 3 internal error."""
    try:
        result = plangate.main(args=list(args), prog_name="plangate", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _tell(error)
        return USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return _INTERRUPTED
    except SystemExit:  # so click ends where nobody reads the output any more
        return _CLOSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED
    except OSError as error:
        if error.errno not in {ENOSPC, EIO, EBADF} or error.filename is not None:
            return _broken(error)
        click.echo(f"Error: The output cannot be written: {error.strerror}", err=True)
        return USAGE
    except Exception as error:
        return _broken(error)
    return result if isinstance(result, int) else 0


def _broken(error: Exception) -> int:
    """Tell of an internal error."""
    crash.tell("".join(traceback.format_exception(error)), f"{type(error).__name__}: {error}")
    return INTERNAL


def _tell(error: click.ClickException) -> None:
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    if isinstance(error, click.UsageError) and context is not None:
        click.echo(context.get_usage(), err=True)
    click.echo(line("Error: ", error.format_message()), err=True)
