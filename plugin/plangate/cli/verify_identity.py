"""`plangate verify-identity`: finds out from git who signed and who changed what last, for `check` to read."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import click

from plangate.analysis.derived import derived
from plangate.analysis.digest import digests
from plangate.analysis.said import SaidRejected, commands, known_by, wishes
from plangate.cli import options
from plangate.cli.output import write
from plangate.model.plan import Plan
from plangate.model.review import Filed, Identity, Level
from plangate.reading.forge import EventRejected, ForgeReview, read_review
from plangate.reading.git import (
    Commit,
    GitError,
    Revision,
    changed_files,
    commits,
    files_at,
    is_part_of,
    revision,
    signature,
    taken_away,
    tree,
)
from plangate.reading.identity import FILE, identity_text
from plangate.reading.plan import read_plan
from plangate.reading.portfolio import Portfolio, read_portfolio
from plangate.reports.lines import line


@click.command("verify-identity")
@click.argument("head", default="HEAD")
@click.option("--base", metavar="REV", help="Take people, roles and signers from this revision, not from HEAD.")
@click.option(
    "--event",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The forge's event of a review: what its reviewer approved there is verified.",
)
@click.option("--output", type=click.Path(path_type=Path), default=FILE, show_default=True, help="Where to write.")
@options.plans_dir
@options.references_dir
def verify_identity_command(
    head: str, base: str | None, event: Path | None, output: Path, plans_dir: Path, references_dir: Path | None
) -> int:
    """Find out from git who brought each record in, and who last changed what each gate says.

    A record is `committed` where one commit brought it in, none has touched it since, and the author's address is that
    of the person who signed; `verified` where git trusts that commit's signature and its signer is that person, or
    where the person approved a commit on the forge (--event) that holds the record as it is, or asked for it there.
    """
    references = options.references_folder(references_dir)
    try:
        found = revision(plans_dir if plans_dir.is_dir() else Path(), head)
        with ExitStack() as stack:
            copies = stack.enter_context(files_at(found, plans_dir, *([references] if references else [])))
            people = copies[references] if references else None
            if base is not None and references is not None:
                people = stack.enter_context(files_at(revision(plans_dir, base), references))[references]
            portfolio = read_portfolio(copies[plans_dir], people)
            identity = _Search(
                found,
                plans_dir.resolve().relative_to(found.top.resolve()).as_posix(),
                portfolio,
                read_review(event) if event is not None else None,
            ).identity()
    except (EventRejected, GitError, ValueError) as error:
        raise click.UsageError(str(error)) from None
    write(identity_text(identity), output)
    records = sum(len(plan.records) for plan in portfolio.plans)
    counts = ", ".join(
        f"{sum(level == name for level in identity.levels.values())} {name}" for name in ("committed", "verified")
    )
    click.echo(line("records: ", f"{records}, of them {counts}"))
    click.echo(line("wrote ", output.as_posix()))
    return 0


class _Search:
    """The steps of one search through a repository's history."""

    def __init__(self, found: Revision, folder: str, portfolio: Portfolio, review: ForgeReview | None) -> None:
        self.review = review if review is not None and is_part_of(found, review.commit) else None
        self.found, self.folder, self.portfolio, self.policy = found, folder, portfolio, portfolio.policy
        self.known: dict[tuple[str, str], Mapping[str, str]] = {}

    def identity(self) -> Identity:
        levels = {
            filed.sha256: level
            for plan in self.portfolio.plans
            for filed in plan.records
            if (level := self._level(plan.id, filed)) != "claimed"
        }
        authors = {plan.id: dict(self._authors(plan.id)) for plan in self.portfolio.plans}
        gone = {plan.id: self._gone(plan.id) for plan in self.portfolio.plans}
        edited = {plan.id: self._edited(plan) for plan in self.portfolio.plans}
        return Identity(
            MappingProxyType(levels),
            MappingProxyType({name: gates for name, gates in authors.items() if gates}),
            MappingProxyType({name: files for name, files in gone.items() if files}),
            MappingProxyType({name: files for name, files in edited.items() if files}),
        )

    def _gone(self, plan: str) -> tuple[str, ...]:
        folder = f"{self.folder}/{plan}/"
        return tuple(name.removeprefix(folder) for name in taken_away(self.found, f"{folder}reviews"))

    def _edited(self, plan: Plan) -> tuple[str, ...]:
        return tuple(filed.file for filed in plan.records if len(self._touched(plan.id, filed)) > 1)

    def _touched(self, plan: str, filed: Filed) -> tuple[Commit, ...]:
        return commits(self.found, f"{self.folder}/{plan}/{filed.file}", most=2)

    def _level(self, plan: str, filed: Filed) -> Level:
        touched = self._touched(plan, filed)
        person = self.policy.people.people.get(filed.record.by)
        if len(touched) != 1 or person is None:
            return "claimed"
        if person.signers and signature(self.found, touched[0].sha) in person.signers:
            return "verified"
        if self.review is not None and self._reviewed(self.review, plan, filed):
            return "verified"
        return "committed" if self.policy.people.of_address(touched[0].email) == filed.record.by else "claimed"

    def _reviewed(self, review: ForgeReview, plan: str, filed: Filed) -> bool:
        """Tell whether the person approved a commit on the forge that holds the record, or asked for it that way."""
        record, file = filed.record, f"{self.folder}/{plan}/{filed.file}"
        if not record.approves:
            return False
        try:
            if known_by(self.policy, review.login, record.date) != record.by:
                return False
            there = tree(self.found, review.commit, file)
            if there is not None:
                return review.approves and there == tree(self.found, self.found.sha, file)
            said = commands(review.body)
            then = self._digests(plan, review.commit)
            if not (said or review.approves) or record.gates.items() - then.items():
                return False
            asked = wishes(self.policy, self._touched_at(review), said, record.by, record.date)
        except SaidRejected:
            return False
        return any(
            (wish.plan, wish.role) == (plan, record.role) and record.gates.keys() <= {*wish.gates} for wish in asked
        )

    def _touched_at(self, review: ForgeReview) -> list[Plan]:
        """Read the plans that a review looked at, as they were: those that differ from its base."""
        place, then = self.found.top / self.folder, Revision(self.found.top, review.commit)
        changed = changed_files(revision(self.found.top, review.base), place, until=then)
        names = {file.relative_to(place.resolve()).parts[0] for file in changed}
        with files_at(then, *(place / name for name in sorted(names))) as copies:
            return [
                read_plan(copy, f"{self.folder}/{folder.name}", self.policy).plan
                for folder, copy in copies.items()
                if copy.is_dir() and any(copy.iterdir())
            ]

    def _authors(self, plan: str) -> Iterator[tuple[str, str]]:
        """Go back to the commit after which each gate says what it says today; its author is the gate's author."""
        folder = f"{self.folder}/{plan}"
        now = self._digests(plan, self.found.sha)
        for commit in commits(self.found, folder, f":(exclude){folder}/reviews", f":(exclude){folder}/waivers"):
            if not now:
                return
            here = self._digests(plan, commit.sha)
            before = [self._digests(plan, parent) for parent in commit.parents]
            for gate in [name for name in now if all(here.get(name) != earlier.get(name) for earlier in before)]:
                now = {name: digest for name, digest in now.items() if name != gate}
                person = self.policy.people.of_address(commit.email)
                if person is not None:
                    yield gate, person

    def _digests(self, plan: str, sha: str) -> Mapping[str, str]:
        """Give the digests of a plan's gates at a commit; a plan that was not there yet has none."""
        content = tree(self.found, sha, f"{self.folder}/{plan}")
        if content is None:
            return {}
        if (plan, content) not in self.known:
            folder = self.found.top / self.folder / plan
            with files_at(Revision(self.found.top, sha), folder) as copies:
                read = read_plan(copies[folder], f"{self.folder}/{plan}", self.policy).plan
            self.known[plan, content] = digests(read, derived(read))
        return self.known[plan, content]
