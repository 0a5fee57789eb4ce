"""`plangate sign`: shows what has changed and what is found, and writes one record of a review."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

from plangate.analysis.changes.since import since
from plangate.analysis.digest import SCHEME, digest
from plangate.analysis.review import Review
from plangate.analysis.seen import packed
from plangate.analysis.states import OF_THE_REVIEW
from plangate.checks.finding import Finding
from plangate.checks.runner import check
from plangate.cli import options
from plangate.cli.filing import RecordRejected, file_new, record_text
from plangate.cli.from_event import wishes_of
from plangate.cli.signer import signer
from plangate.model.nearest import nearest
from plangate.model.policy import Policy
from plangate.model.review import Filed, Record
from plangate.reports.difference_text import OF_LAPSES, unseen
from plangate.reports.lines import line

_VERDICTS = ["approve", "approve_with_notes", "request_changes", "hold", "abstain"]
_SAY_WHY = frozenset({"approve_with_notes", "request_changes", "hold"})


@click.command("sign")
@click.argument("gates", nargs=-1, metavar="[GATE]...")
@click.option("--plan", "plan", help="The plan whose gates are signed.")
@click.option("--role", help="The role of workflow.yml in which you sign.")
@click.option(
    "--from-event",
    "event",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Sign what a review on the forge says, by its event file; nothing else is named then.",
)
@click.option("--as", "person", help="Who signs, as in people.yml.  [default: whose address git has]")
@click.option("--verdict", type=click.Choice(_VERDICTS), default="approve", show_default=True)
@click.option("--note", help="What you want to say with it.")
@click.option("--concern", "concerns", multiple=True, help="Something that has to be answered; it blocks until then.")
@click.option("--close", "closed", multiple=True, metavar="ID[=ANSWER]", help="Close a concern of yours, as answered.")
@click.option("--all-pending", is_flag=True, help="Sign all gates that wait for you in this role.")
@click.option("--despite", metavar="REASON", help="Approve though errors are open, and say why.")
@options.today
@options.plans_dir
@options.references_dir
def sign_command(  # noqa: PLR0913, PLR0917 -- one parameter per option
    gates: tuple[str, ...],
    plan: str | None,
    role: str | None,
    event: Path | None,
    person: str | None,
    verdict: str,
    note: str | None,
    concerns: tuple[str, ...],
    closed: tuple[str, ...],
    all_pending: bool,
    despite: str | None,
    today: date | None,
    plans_dir: Path,
    references_dir: Path | None,
) -> int:
    """Sign gates of a plan: what they say, not how it is written. One file is written, nothing else.

    Exit status: 0 written, 1 not written because errors are open, 2 usage or configuration.
    """
    day = options.day_or_now(today)
    if event is not None:
        if gates or plan or role or person or note or concerns or closed or all_pending or despite:
            raise click.UsageError("--from-event names everything; say nothing beside it")
        return _from_event(event, day, plans_dir, references_dir)
    if plan is None or role is None:
        raise click.UsageError("Name the plan by --plan and your role by --role")
    portfolio = options.portfolio(plans_dir, references_dir)
    (plan_id,) = options.plan_ids(portfolio, [plan])
    who = _entitled(portfolio.policy, signer(portfolio.policy, person), role, day)
    report = check(portfolio, today=day, only=[plan_id])
    facts = report.plan(plan_id).facts
    review = Review(facts.plan, portfolio.policy, facts.derived, day)
    names = _gates(review, gates, who, role, all_pending)
    if verdict in _SAY_WHY and not (note or concerns):
        raise click.UsageError(f"`{verdict}` needs a --note or a --concern: somebody has to act on it")
    mine = [filed for filed in review.records.valid if (filed.record.by, filed.record.role) == (who, role)]
    found = [f for f in report.of(plan_id) if f.gate in names or f.gate in {None, "plan"}]
    for row in _shown(review, names, who, role, [finding for finding in found if finding.rule not in OF_LAPSES]):
        click.echo(row)
    errors = [f for f in found if f.verdict == "fail" and f.severity == "error" and f.rule not in OF_THE_REVIEW]
    if errors and verdict.startswith("approve") and not (despite or "").strip():
        count = f"{len(errors)} error{'s are' if len(errors) > 1 else ' is'} open"
        click.echo(line("Not signed: ", f"{count}; mend them, or say --despite REASON"), err=True)
        return 1
    data = _data(review, names, mine, closed)
    data |= {"role": role, "by": who, "verdict": verdict, "date": day.isoformat()}
    data["concerns"] = [*data["concerns"], *_raised(review, who, concerns)]  # type: ignore[misc]
    data |= {"note": note, "despite": despite if errors else None}
    _write(plans_dir / plan_id / "reviews", f"{day.isoformat()}-{who}-{role}", data)
    return 0


def _from_event(event: Path, day: date, plans_dir: Path, references_dir: Path | None) -> int:
    """Write the records that a review on the forge asks for; the first one that is refused ends it."""
    where = {"--plans-dir": plans_dir.as_posix(), "--today": day.isoformat()}
    if references_dir is not None:
        where["--references-dir"] = references_dir.as_posix()
    asked = wishes_of(event, plans_dir, references_dir, day)
    for wish in asked:
        said = {**where, "--plan": wish.plan, "--role": wish.role, "--as": wish.person}
        arguments = [*wish.gates, *(part for pair in said.items() for part in pair)]
        status = sign_command.main(arguments, prog_name="plangate sign", standalone_mode=False)
        if status:
            return int(status)
    if not asked:
        click.echo("nothing to sign: the review neither approves nor names a gate")
    return 0


def _entitled(policy: Policy, who: str, role: str, day: date) -> str:
    if role not in policy.workflow.roles:
        near = nearest(role, policy.workflow.roles)
        meant = f"did you mean {near}?" if near else f"known are {', '.join(policy.workflow.roles)}"
        raise click.UsageError(f"{role!r} is no role of the workflow; {meant}")
    if not policy.holds(who, role, day):
        held = ", ".join(policy.people.roles_of(who, day)) or "none"
        raise click.UsageError(f"{who} does not hold the role {role} on {day}; held: {held}")
    return who


def _gates(review: Review, asked: tuple[str, ...], who: str, role: str, all_pending: bool) -> tuple[str, ...]:
    if bool(asked) == all_pending:
        raise click.UsageError("Name the gates to sign, or say --all-pending")
    order = review.profile.gates
    for name in asked:
        if name not in order:
            near = nearest(name, order)
            meant = f"did you mean {near}?" if near else f"there are {', '.join(order)}"
            raise click.UsageError(f"{name!r} is no gate of plan {review.plan.id}; {meant}")
        if name not in review.plan.gates:
            raise click.UsageError(f"Gate {name} of plan {review.plan.id} is missing or cannot be read")
    if asked:
        return tuple(name for name in order if name in asked)
    pending = tuple(
        gate
        for gate in order
        if gate in review.plan.gates
        and any(need.role == role and who in need.candidates for need in review.gates[gate].waiting)
    )
    if not pending:
        raise click.UsageError(f"No gate of plan {review.plan.id} waits for {who} as {role}")
    return pending


def _shown(review: Review, names: tuple[str, ...], who: str, role: str, found: list[Finding]) -> Iterator[str]:
    last = {one.gate: one for one in since(review, who, role)}
    for name in names:
        gate = review.gates[name]
        yield line("gate ", f"{name}  {digest(review.parts(name))}")
        if not any(need.role == role for need in gate.needs):
            yield line("  needs no approval of ", f"{role}; the record is kept beside the others")
        if name in last:
            yield from unseen(last[name])
        else:
            yield line("  new to you: ", f"you have not signed it as {role}")
    yield from (line(f"  {f.severity} {f.rule} ", f"{f.file}:{f.line}  {f.message}") for f in found)


def _data(review: Review, names: tuple[str, ...], mine: list[Filed], closed: tuple[str, ...]) -> dict[str, object]:
    """Give what stands in the record whoever signs: digests, what they were taken over, and what it supersedes."""
    rests = review.union(names)
    depends = {name: review.rests_on(name, patterns) for name, patterns in rests.items()}
    own = {name: review.parts(name) for name in names}
    return {
        "scheme": SCHEME,
        "plan": review.plan.id,
        "role": None,
        "by": None,
        "verdict": None,
        "date": None,
        "gates": {name: digest(parts) for name, parts in own.items()},
        "depends": {name: digest(parts) for name, parts in depends.items()},
        "supersedes": mine[-1].sha256 if mine else None,
        "concerns": list(_closing(mine, closed)),
        "note": None,
        "despite": None,
        "seen": packed(parts for name in review.profile.gates for parts in (own.get(name), depends.get(name)) if parts),
    }


def _closing(mine: list[Filed], closed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    raised = {concern.id: concern for filed in mine for concern in filed.record.concerns}
    for name, _, answer in (one.partition("=") for one in closed):
        if name not in raised:
            known = ", ".join(sorted(raised)) or "none"
            raise click.UsageError(f"{name!r} is no concern of yours in this role; there are {known}")
        concern = raised[name]
        gate = {"gate": concern.gate} if concern.gate else {}
        told = {"answer": answer.strip()} if answer.strip() else {}
        yield {"id": name, **gate, "text": concern.text, "state": "closed", **told}


def _raised(review: Review, who: str, texts: tuple[str, ...]) -> Iterator[dict[str, str]]:
    taken = {c.id for filed in review.plan.records if filed.record.by == who for c in filed.record.concerns}
    free = (f"c{number}" for number in range(1, 1000) if f"c{number}" not in taken)
    for text in texts:
        yield {"id": next(free), "text": text, "state": "open"}


def _write(folder: Path, stem: str, data: dict[str, object]) -> None:
    kept = {key: value for key, value in data.items() if value not in (None, [], {}) or key == "supersedes"}
    try:
        text = record_text(kept, Record)
        file = file_new(folder, (f"{stem}{'' if n == 1 else f'-{n}'}.yml" for n in range(1, 1000)), text)
    except RecordRejected as rejected:
        raise click.UsageError(f"The record cannot be written: {rejected}") from None
    except OSError as error:
        raise click.UsageError(f"{folder.as_posix()} cannot be written: {error.strerror or error}") from None
    click.echo(line("wrote ", file.as_posix()))
