"""dbt from the command line: `import dbt`, `export dbt` and `drift`."""

import json
from datetime import date
from pathlib import Path

import click
from msgspec.structs import asdict

from plangate.analysis.facts import Facts
from plangate.analysis.landscape import Landscape
from plangate.cli import options
from plangate.cli.output import write
from plangate.exchange.dbt.drift import Drift, drift
from plangate.exchange.dbt.manifest import ManifestRejected, read_manifest
from plangate.exchange.dbt.project import DbtProject
from plangate.exchange.dbt.properties import properties
from plangate.exchange.dbt.skeleton import skeleton
from plangate.model.reference import PLAN
from plangate.reading.policy import load_policy
from plangate.reports.lines import line

_MARKS = {"plan": "−", "project": "+", "both": "~"}


@click.command("dbt")
@click.argument("manifest", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--plan", "plan_id", required=True, help="The id of the plan that is begun; its folder must not exist.")
@click.option("--owner", help="The team that answers for the plan, as people.yml names it.")
@click.option("--packages", is_flag=True, help="Take the models of installed packages too.")
@options.today
@options.plans_dir
@options.references_dir
def import_dbt(
    manifest: Path,
    plan_id: str,
    owner: str | None,
    packages: bool,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Begin a plan from the manifest.json of a dbt project (dbt 1.5 and later).

    Models, columns, tests, contracts, sources and exposures are taken over; what is lost is told.
    """
    if not PLAN.fullmatch(plan_id):
        raise click.UsageError(f"{plan_id!r} is no plan id: up to 64 small letters, digits and hyphens")
    folder = plans_dir / plan_id
    if folder.exists() or folder.is_symlink():
        raise click.UsageError(f"{folder.as_posix()} exists already; nothing was written")
    policy, _ = load_policy(options.references_folder(references_dir))
    if owner is not None and not policy.people.knows(owner):
        raise click.UsageError(f"{owner!r} is nobody of people.yml; known are {', '.join(policy.people.names())}")
    project = _project(manifest, packages=packages)
    made = skeleton(project, plan_id, options.day_or_now(today), owner)
    for name, text in made.files.items():
        write(text, folder / name)
        click.echo(line("wrote ", (folder / name).as_posix()))
    _tell(made.lost)
    click.echo(line("Next: ", f"plangate check {plan_id}"))
    return 0


@click.command("dbt")
@click.argument("plan")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), help="The folder of the dbt project.")
@options.plans_dir
@options.references_dir
def export_dbt(plan: str, output: Path | None, plans_dir: Path, references_dir: Path | None) -> int:
    """Write a plan as properties of dbt: sources with freshness, models with contract and tests, exposures.

    Without --output the files are printed one after the other. What dbt has no word for is told on standard error.
    """
    made = properties(_facts(plan, plans_dir, references_dir))
    if not made.files:
        raise click.UsageError(f"{plan} states no source, model or consumer yet")
    for name, text in made.files.items():
        if output is None:
            click.echo(f"# {name}\n{text}")
        else:
            write(text, output / name)
            click.echo(line("wrote ", (output / name).as_posix()))
    _tell(made.lost)
    return 0


@click.command("drift")
@click.argument("plan")
@click.option(
    "--dbt",
    "manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The manifest.json of the dbt project that builds what the plan says.",
)
@click.option("--packages", is_flag=True, help="Count the models of installed packages too.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options.plans_dir
@options.references_dir
def drift_command(
    plan: str, manifest: Path, packages: bool, form: str, plans_dir: Path, references_dir: Path | None
) -> int:
    """Tell where a plan and what is built disagree: models, columns, edges, tests, exposures.

    Exit status: 0 they agree, 1 they do not, 2 usage.
    """
    facts = _facts(plan, plans_dir, references_dir)
    found = drift(facts, _project(manifest, packages=packages))
    if form == "json":
        data = {"plan": facts.plan.id, "drifts": [asdict(one) for one in found]}
        click.echo(json.dumps(data, indent=2, ensure_ascii=True))
    else:
        for one in found:
            click.echo(line(f"{_mark(one)} {one.about:<8} ", one.says))
        count = f"{len(found)} disagreement{'s' * (len(found) != 1)}" if found else "plan and project agree"
        click.echo(line("compared: ", f"{facts.plan.id}: {count}"))
    return 1 if found else 0


def _mark(one: Drift) -> str:
    return _MARKS["plan" if one.project is None else "project" if one.plan is None else "both"]


def _project(manifest: Path, *, packages: bool) -> DbtProject:
    try:
        return read_manifest(manifest.read_bytes(), manifest.name, packages=packages)
    except OSError as error:
        raise click.UsageError(f"{manifest.as_posix()} cannot be read: {error.strerror or error}") from None
    except ManifestRejected as rejected:
        raise click.UsageError(str(rejected)) from None


def _facts(plan: str, plans_dir: Path, references_dir: Path | None) -> Facts:
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    landscape = Landscape(portfolio.plans)
    return Facts(landscape.by_id[plan_id], portfolio.policy, landscape)


def _tell(lost: tuple[str, ...]) -> None:
    for one in dict.fromkeys(lost):
        click.echo(line("lost: ", one), err=True)
