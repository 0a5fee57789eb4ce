"""`plangate waive`: writes one waiver."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from plangate.checks.judge import order_of
from plangate.checks.own import known_rules
from plangate.checks.rule import ALIASES
from plangate.checks.waived import refusals, waivable
from plangate.cli import options
from plangate.cli.filing import RecordRejected, file_new, record_text
from plangate.cli.signer import signer
from plangate.model.nearest import nearest
from plangate.model.policy import Policy
from plangate.model.problem import HEADER
from plangate.model.review import Waiver
from plangate.reports.lines import line


@click.command("waive")
@click.argument("rule")
@click.option("--plan", "plan", required=True, help="The plan that is allowed to break the rule.")
@click.option("--gate", help="Only in this gate.")
@click.option("--path", "place", help="Only at this place, as findings name it: pipelines[0].retries")
@click.option("--reason", required=True, help="Why the rule may be broken.")
@click.option("--control", help="What is done instead of keeping it.")
@click.option("--owner", required=True, help="Who mends it by then: a person, team or rota of people.yml.")
@click.option("--expires", type=options.DayType(), required=True, help="The last day on which it holds.")
@click.option("--as", "person", help="Who approves it, as in people.yml.  [default: whose address git has]")
@click.option("--ticket", help="Where the work on it is followed.")
@options.today
@options.plans_dir
@options.references_dir
def waive_command(  # noqa: PLR0913, PLR0917 -- one parameter per option
    rule: str,
    plan: str,
    gate: str | None,
    place: str | None,
    reason: str,
    control: str | None,
    owner: str,
    expires: date,
    person: str | None,
    ticket: str | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Let one rule be broken in a plan until a day. One file is written, nothing else."""
    day = options.day_or_now(today)
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    policy = portfolio.policy
    _known(policy, rule, owner)
    _gate(order_of(portfolio.read(plan_id).plan, policy), gate)
    folder = plans_dir / plan_id / "waivers"
    taken = [file.stem for file in folder.glob("W-*.yml")] if folder.is_dir() else []
    first = max((int(stem[2:]) for stem in taken if stem[2:].isdigit()), default=0) + 1
    for number in range(first, first + 1000):
        name = f"W-{number:03d}"
        data: dict[str, object] = {
            "id": name,
            "rule": rule,
            "gate": gate,
            "path": place,
            "reason": reason,
            "compensating_control": control,
            "owner": owner,
            "approved_by": signer(policy, person),
            "created": day.isoformat(),
            "expires": expires.isoformat(),
            "ticket": ticket,
        }
        data = {key: value for key, value in data.items() if value is not None}
        try:
            text = record_text(data, Waiver)
            refused = next(refusals(Waiver.model_validate(data), policy, day), None)
            if refused is not None:
                raise click.UsageError(f"{refused.message}; expected {refused.expected}")
            file = file_new(folder, [f"{name}.yml"], text)
        except RecordRejected as rejected:
            raise click.UsageError(f"The waiver cannot be written: {rejected}") from None
        except FileExistsError:
            continue
        except OSError as error:
            raise click.UsageError(f"{folder.as_posix()} cannot be written: {error.strerror or error}") from None
        click.echo(line("wrote ", file.as_posix()))
        return 0
    raise click.UsageError(f"No number is free in {folder.as_posix()}")


def _gate(order: Sequence[str], gate: str | None) -> None:
    if gate is not None and gate not in (known := (HEADER, *order)):
        raise click.UsageError(f"The plan has no gate {gate!r}; it has {', '.join(known)}")


def _known(policy: Policy, rule: str, owner: str) -> None:
    if rule in ALIASES:
        raise click.UsageError(f"{rule} is another name of {ALIASES[rule]}; waive that one")
    if rule not in (known := known_rules(policy)):
        near = nearest(rule, known)
        raise click.UsageError(f"{rule!r} is no rule{f'; did you mean {near}?' if near else ''}")
    if not waivable(rule, policy):
        raise click.UsageError(f"{rule} cannot be waived")
    if not policy.people.knows(owner):
        near = nearest(owner, policy.people.names())
        raise click.UsageError(f"{owner!r} is nobody of people.yml{f'; did you mean {near}?' if near else ''}")
