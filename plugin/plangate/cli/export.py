"""`plangate export`: plans in the forms that other programs read."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from plangate.analysis.atlas import Atlas, atlas
from plangate.analysis.columns import ColumnLineage, columns
from plangate.analysis.landscape import Landscape
from plangate.cli import options, runbook
from plangate.cli.dbt import export_dbt
from plangate.cli.group import Group
from plangate.cli.odcs import export_odcs
from plangate.cli.output import write
from plangate.exchange.lineage.csv import csv
from plangate.exchange.lineage.data import lineage_data
from plangate.exchange.lineage.dot import dot
from plangate.exchange.lineage.graph import Graph, around, graph
from plangate.exchange.lineage.mermaid import mermaid
from plangate.exchange.lineage.naming import names, physical_names
from plangate.exchange.openlineage import Told, events
from plangate.model.nearest import nearest
from plangate.render.lineage import LineageDrawing, LineageNode
from plangate.render.lineage.svg import svg
from plangate.render.lineage_page import MOST_BOXES, by_layer
from plangate.reports.lines import line

STEPS = 2
"""How far the surroundings of a dataset go where it is not said."""

Command = TypeVar("Command", bound=Callable[..., Any])


class Chosen(Struct, frozen=True):
    """What is exported: the graph of the plans named, that of all that stand, the part that was asked for, columns."""

    some: Atlas
    whole: Atlas
    part: Graph
    columns: ColumnLineage
    dataset: str | None


@click.group("export", cls=Group)
def export_command() -> None:
    """Write plans in a form that other programs read.

    Without a plan named all that stand are written: those neither retired nor withdrawn nor superseded.
    """


def _options(command: Command) -> Command:
    """Add what every form of the lineage takes."""
    for option in reversed(
        (
            click.argument("plans", nargs=-1, metavar="[PLAN]..."),
            click.option("--output", default="-", metavar="FILE", help="Write here; - is the terminal.  [default: -]"),
            click.option("--dataset", metavar="ID", help="Only what lies around this dataset."),
            click.option(
                "--up", type=click.IntRange(0), metavar="N", help=f"So many steps before it.  [default: {STEPS}]"
            ),
            click.option(
                "--down", type=click.IntRange(0), metavar="N", help=f"So many steps behind it.  [default: {STEPS}]"
            ),
            options.plans_dir,
            options.references_dir,
        )
    ):
        command = option(command)
    return command


def _export(
    make: Callable[[Chosen], str],
    plans: tuple[str, ...],
    output: str,
    dataset: str | None,
    up: int | None,
    down: int | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Make a form of what was chosen and write it; gives the exit status."""
    portfolio = options.portfolio(plans_dir, references_dir)
    ids = options.plan_ids(portfolio, plans)
    landscape = Landscape(portfolio.plans)
    some = atlas([landscape.by_id[name] for name in ids], landscape.lineage) if ids else landscape.atlas
    part = _part(some, landscape.atlas, dataset, up, down)
    told = columns(tuple({plan.id: plan for plan in (*some.plans.values(), *landscape.standing)}.values()))
    write(make(Chosen(some, landscape.atlas, part, told, dataset)), None if output == "-" else Path(output))
    return options.unread(portfolio, tuple(some.plans))


def _part(some: Atlas, whole: Atlas, dataset: str | None, up: int | None, down: int | None) -> Graph:
    if dataset is None:
        if up is not None or down is not None:
            raise click.UsageError("--up and --down are steps from a dataset; name it by --dataset")
        return graph(some, whole)
    known = [entry.id for entry in some.datasets]
    if dataset not in known:
        near = nearest(dataset, known)
        raise click.UsageError(
            f"There is no dataset {dataset!r}; "
            + (f"did you mean {near}?" if near else f"the plans know {len(known)} datasets")
        )
    return around(some, whole, dataset, STEPS if up is None else up, STEPS if down is None else down)


@export_command.command("svg")
@_options
def svg_command(**chosen: Any) -> int:
    """Draw the lineage as one SVG file."""
    return _export(_picture, **chosen)


@export_command.command("mermaid")
@_options
def mermaid_command(**chosen: Any) -> int:
    """Write the lineage as a Mermaid flowchart."""
    return _export(lambda made: mermaid(made.part), **chosen)


@export_command.command("dot")
@_options
def dot_command(**chosen: Any) -> int:
    """Write the lineage for Graphviz."""
    return _export(lambda made: dot(made.part), **chosen)


@export_command.command("csv")
@click.option(
    "--what",
    type=click.Choice(["lineage", "runbook"]),
    default="lineage",
    show_default=True,
    help="Of what there is a table.",
)
@_options
def csv_command(what: str, **chosen: Any) -> int:
    """Write a table: of the lineage, a row an edge; or of the runbook of one plan, a row a step."""
    return runbook.table(**chosen) if what == "runbook" else _export(lambda made: csv(made.part), **chosen)


@export_command.command("lineage-json")
@_options
def lineage_json_command(**chosen: Any) -> int:
    """Write nodes, edges, layers and columns as JSON."""
    return _export(_data, **chosen)


@export_command.command("openlineage")
@options.today
@_options
def openlineage_command(today: date | None, **chosen: Any) -> int:
    """Write a JobEvent for each pipeline and a DatasetEvent for each dataset, one a line."""
    day = options.day_or_now(today)

    def lines(made: Chosen) -> str:
        only = None if made.dataset is None else frozenset(node.id for node in made.part.nodes)
        told = Told(made.some, names(made.some, made.whole), made.columns, only)
        return "".join(f"{json.dumps(event, ensure_ascii=True)}\n" for event in events(told, day))

    return _export(lines, **chosen)


for command in (*runbook.COMMANDS, export_dbt, export_odcs):
    export_command.add_command(command)


def _data(made: Chosen) -> str:
    physical = physical_names((*made.whole.plans.values(), *made.some.plans.values()))
    return json.dumps(lineage_data(made.part, made.columns, physical), indent=2, ensure_ascii=True) + "\n"


def _picture(made: Chosen) -> str:
    """Draw every box, or of too many a box a layer, which is told."""
    part = made.part
    boxes = [
        LineageNode(
            id=node.id,
            label=node.label,
            layer=node.layer,
            kind=node.kind,
            stub=node.plan not in part.plans,
            note=f"owner {node.owner}" if node.owner else "",
            critical=node.critical,
        )
        for node in part.nodes
    ]
    edges = [(edge.source, edge.target) for edge in part.edges]
    if len(boxes) > MOST_BOXES:
        said = f"{len(boxes)} boxes are more than {MOST_BOXES}, so each layer is one; --dataset draws a part"
        click.echo(line("note ", said), err=True)
        boxes, edges = by_layer(boxes, edges, part.layers)
    return svg(LineageDrawing(part.title, boxes, edges, part.layers))
