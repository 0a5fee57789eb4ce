"""`plangate new`: starts a plan, guided by questions or in one shot."""

import re
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click

from plangate.cli import options
from plangate.cli.skeleton import Start, plan_files, questions
from plangate.model.nearest import nearest
from plangate.model.reference import PLAN
from plangate.reading.policy import load_policy
from plangate.reading.yaml import MAX_BYTES, YamlRejected, load
from plangate.reports.lines import line

_SITE = re.compile(r"(?m)^site_url:\s*[\"']?(https?://[^\s\"'#]+)")
_BUILT = "../../site/schemas/"


@click.command("new")
@click.argument("plan")
@click.option("--profile", default="batch", show_default=True, help="batch, streaming, or one of workflow.yml.")
@click.option("--tier", type=click.Choice(["A", "B", "C"]), default="C", show_default=True, help="How critical it is.")
@click.option(
    "--mode",
    type=click.Choice(["guided", "one_shot"]),
    default=None,
    help="guided asks questions, one_shot makes every unknown an assumption.  [default: guided at a terminal]",
)
@click.option(
    "--answers",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A YAML file of `topic: answer` for guided mode without a terminal; an empty answer declines.",
)
@click.option(
    "--owner", help="The team that answers for it; its defaults are inherited.  [default: the only team there is]"
)
@options.today
@options.plans_dir
@options.references_dir
def new_command(  # noqa: PLR0913, PLR0917 -- one parameter per option
    plan: str,
    profile: str,
    tier: str,
    mode: str | None,
    answers: Path | None,
    owner: str | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Start a plan: the files of all gates of its profile. Nothing that exists is overwritten."""
    folder = _folder(plans_dir, plan)
    policy, problems = load_policy(options.references_folder(references_dir))
    for problem in problems:
        click.echo(line(f"error {problem.rule} ", f"{problem.file}:{problem.line}  {problem.message}"), err=True)
    if profile not in policy.workflow.profiles:
        raise click.UsageError(
            f"There is no profile {profile!r}; known are {', '.join(sorted(policy.workflow.profiles))}"
        )
    if owner is not None and not policy.people.knows(owner):
        near = nearest(owner, policy.people.names())
        meant = f"did you mean {near}?" if near else f"known are {', '.join(policy.people.names())}"
        raise click.UsageError(f"{owner!r} is nobody of people.yml; {meant}")
    if mode == "one_shot" and answers is not None:
        raise click.UsageError("--answers is for guided mode; one_shot asks nothing")
    chosen = mode or ("guided" if answers is not None or sys.stdin.isatty() else "one_shot")
    given: Mapping[str, str | None] = {}
    if chosen == "guided":
        given = _ask() if answers is None else _answers(answers)
    start = Start(plan, profile, tier, chosen, options.day_or_now(today), owner, given)
    files = plan_files(start, policy, _schema_base(plans_dir))
    folder.mkdir(parents=True)
    for name, text in files.items():
        with (folder / name).open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        click.echo(line("wrote ", (folder / name).as_posix()))
    declined = (
        [question.topic for question in questions() if not given.get(question.topic)] if chosen == "guided" else []
    )
    if declined:
        click.echo(line("An assumption stands for each question that was declined: ", ", ".join(declined)))
    click.echo(line("Next: ", f"plangate check {plan}"))
    return 0


def _folder(plans_dir: Path, plan: str) -> Path:
    if not PLAN.fullmatch(plan):
        raise click.UsageError(
            f"{plan!r} is no plan id: up to 64 small letters, digits and hyphens, such as orders-mart"
        )
    folder = plans_dir / plan
    if folder.exists() or folder.is_symlink():
        raise click.UsageError(f"{folder.as_posix()} exists already; nothing was written")
    return folder


def _ask() -> dict[str, str | None]:
    """Ask every question. An empty answer declines; so does the end of the input for all that is left."""
    click.echo("Press Enter to decline a question; an assumption then stands for the answer.")
    given: dict[str, str | None] = {}
    for question in questions():
        try:
            answer = click.prompt(question.question, default="", show_default=False)
        except click.Abort:
            if sys.stdin.isatty():
                raise
            break
        given[question.topic] = answer.strip() or None
    return given


def _answers(file: Path) -> dict[str, str | None]:
    try:
        with file.open("rb") as stream:
            data = load(stream.read(MAX_BYTES + 1), name=file.name, mapping=True).data
    except OSError as error:
        raise click.UsageError(f"{file.as_posix()} cannot be read: {error.strerror or error}") from None
    except YamlRejected as rejected:
        raise click.UsageError(f"{file.as_posix()}:{rejected.line}:{rejected.column}: {rejected.message}") from None
    topics = [question.topic for question in questions()]
    found = data if isinstance(data, dict) else {}
    for topic, answer in found.items():
        if topic not in topics:
            raise click.UsageError(f"{file.as_posix()}: {topic!r} is no topic; known are {', '.join(topics)}")
        if isinstance(answer, dict | list):
            raise click.UsageError(f"{file.as_posix()}: the answer to {topic!r} must be text")
    return {topic: None if found.get(topic) is None else str(found[topic]).strip() or None for topic in topics}


def _schema_base(plans_dir: Path) -> str:
    """Give the address of the schemas: the portal's own site where mkdocs.yml names it, else the site as built here."""
    config = plans_dir.parent / "mkdocs.yml"
    found = _SITE.search(config.read_text("utf-8", errors="replace")) if config.is_file() else None
    return f"{found[1].rstrip('/')}/schemas/" if found else _BUILT
