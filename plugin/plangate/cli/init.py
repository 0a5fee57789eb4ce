"""`plangate init`: makes a portal from the method's pages and registers; what exists is left alone."""

import re
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from plangate import __version__
from plangate.reports.lines import line

FIRST = "first-plan"
_SAMPLE = "orders-mart"

_MACRO = re.compile(r"\{\{.*?\}\}")
_LINK = re.compile(rf"(\]\((?:\.\./)?plans/){_SAMPLE}(/)")


@click.command("init")
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path, file_okay=False))
def init_command(folder: Path) -> int:
    """Make a portal: mkdocs.yml, references/, a first plan, CI workflows. Nothing that exists is overwritten."""
    plan = _plan_there(folder)
    left = 0
    for name, text in sorted(portal_files(plan or FIRST, with_plan=plan is None).items()):
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as stream:
                stream.write(text)
            click.echo(line("wrote ", path.as_posix()))
        except FileExistsError:
            left += 1
            click.echo(line("left alone ", f"{path.as_posix()}, which exists"))
        except OSError as error:
            raise click.UsageError(f"{path.as_posix()} cannot be written: {error.strerror or error}") from None
    if plan is not None:
        click.echo(line("left alone ", f"{(folder / 'plans').as_posix()}, which holds plans"))
    if (
        left
        and (folder / "mkdocs.yml").is_file()
        and "plangate" not in (folder / "mkdocs.yml").read_text("utf-8", "replace")
    ):
        click.echo("Next: add `plangate` to the plugins of mkdocs.yml, then mkdocs serve")
    else:
        click.echo("Next: mkdocs serve")
    return 0


def portal_files(plan: str, *, with_plan: bool = True) -> dict[str, str]:
    """Give every file of a new portal by its name; `plan` is the plan that the method's pages show as an example."""
    defaults = resources.files("plangate") / "defaults"
    portal = defaults / "portal"
    files = {
        "mkdocs.yml": (portal / "mkdocs.yml").read_text("utf-8"),
        ".gitignore": (portal / "gitignore").read_text("utf-8"),
        "references/people.yml": (defaults / "references" / "people.yml").read_text("utf-8"),
    }
    for name, file in _below(portal / "github"):
        files[f".github/{name}"] = file.read_text("utf-8").replace("==$version", f"=={__version__}")
    for name, file in _below(portal / "references"):
        files[f"references/{name}"] = file.read_text("utf-8")
    for name, file in _below(pages()):
        if name.endswith(".md"):
            files[f"references/{name}"] = localised(file.read_text("utf-8"), plan)
    if with_plan:
        for name, file in _below(defaults / FIRST):
            files[f"plans/{FIRST}/{name}"] = file.read_text("utf-8")
    return files


def pages() -> Traversable:
    """Give the folder of the method's pages: packed into the package, or that of the repository it is run from."""
    packed = resources.files("plangate") / "defaults" / "pages"
    if packed.is_dir():
        return packed
    return Path(__file__).resolve().parents[3] / "references"


def localised(text: str, plan: str) -> str:
    """Point the macros and links of a page of the method at a plan that exists in the new portal."""
    text = _MACRO.sub(lambda call: call[0].replace(f'"{_SAMPLE}"', f'"{plan}"'), text)
    text = _LINK.sub(rf"\g<1>{plan}\g<2>", text)
    return text.replace("[Orders mart](", "[This plan](").replace("of the orders mart](", "of a plan of this portal](")


def _below(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        elif not entry.name.startswith("."):
            yield f"{prefix}{entry.name}", entry


def _plan_there(folder: Path) -> str | None:
    """Name the first plan that the folder has already."""
    plans = folder / "plans"
    found = sorted(path.parent.name for path in plans.glob("*/plan.yml")) if plans.is_dir() else []
    return found[0] if found else None
