"""The history of plans from the commits of their repository: what each version changed, compared once and kept.

It never decides anything: where git cannot tell, the history says so and ends.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import MsgspecError, Struct, json

from plangate.analysis.facts import Facts
from plangate.analysis.history import History, Step, Version, step
from plangate.analysis.landscape import Landscape
from plangate.model.policy import Policy
from plangate.model.reference import PLAN
from plangate.reading import secrets
from plangate.reading.git import GitError, Logged, Revision, Trees, files_of, logged, revision, shallow
from plangate.reading.plan import read_plan
from plangate.reading.program import program_digest
from plangate.reports.writing import write_atomically

FILE = "history.json"
"""What compared versions are kept in, beside the machine report."""

MOST_IN_ALL = 50
"""How many commits are looked at for all plans together: each costs about as much as it costs to check a plan."""

_LONGEST = 200

NO_REPOSITORY = "There is no history: the plans lie in no git repository that has a commit."
NOT_COMMITTED = "There is no history: this plan has not been committed yet."
SHALLOW = (
    "This repository is a shallow clone: what was before is not here. Fetch all of it (`git fetch --unshallow`, or "
    "`fetch-depth: 0` where a workflow checks it out) to see more."
)
MISSING = "Some files of earlier versions are not here, so the history ends. A partial clone may not hold them."


@dataclass(slots=True)
class Kept:
    """Steps that were compared already, by plan and the content of its folder before and after.

    They are kept in `file`, if there is one, and believed only under the same `key`: what a step says depends on
    Plangate itself and on the references. `stays` keeps the key of the first build: a preview does not compare all
    versions again for an edit.
    """

    file: Path | None = None
    stays: bool = False
    key: str = ""
    steps: dict[str, Step] = field(default_factory=dict)

    def open(self, key: str) -> None:
        """Begin a build: forget what another key has left, and take what the file has for this one."""
        if self.key == key or (self.stays and self.key):
            return
        self.key, self.steps = key, {}
        if self.file is not None:
            with suppress(OSError, MsgspecError):  # a broken file is thrown away, never believed
                found = json.decode(self.file.read_bytes(), type=_File)
                self.steps = found.steps if found.key == key else {}

    def close(self, used: Mapping[str, Step]) -> None:
        """End a build: keep the steps that it used, and no other."""
        known, self.steps = self.steps, dict(used)
        if self.file is not None and known.keys() != used.keys():
            told = json.encode(_File(self.key, dict(sorted(used.items()))))
            with suppress(OSError):  # what cannot be kept is compared again
                write_atomically(self.file, told.decode("utf-8"))


class _File(Struct, frozen=True):
    """What is kept of compared versions, and what that depends on."""

    key: str
    steps: dict[str, Step]


def histories(
    plans_dir: Path, references_dir: Path | None, policy: Policy, names: Iterable[str], most: int, kept: Kept
) -> Mapping[str, History]:
    """Give the history of plans up to the commit that is checked out, looking at the newest `most` commits of each.

    Of many plans no more than MOST_IN_ALL commits are looked at together, the newest first. Every version is read under
    the policy of now. Nothing is raised for what git cannot give.
    """
    wanted = [name for name in names if PLAN.fullmatch(name)]
    try:
        found = revision(plans_dir, "HEAD")
        folder = plans_dir.resolve().relative_to(found.top.resolve()).as_posix()
        log, cut = logged(found, folder), shallow(found)
    except (GitError, ValueError):
        return {name: History(ends=NO_REPOSITORY) for name in wanted}
    kept.open(_key(references_dir))
    search = _Search(found, folder, policy, kept.steps)
    looked, others = _chosen(log, wanted, most, cut)
    told = {name: search.history(name, looked[name], others[name], cut) for name in wanted}
    kept.close(search.used)
    return told


def _chosen(
    log: Sequence[Logged], plans: Sequence[str], most: int, cut: bool
) -> tuple[Mapping[str, list[Logged]], Mapping[str, int]]:
    """Give the commits of each plan that are looked at, the newest first, and how many are not."""
    looked: dict[str, list[Logged]] = {name: [] for name in plans}
    others = dict.fromkeys(plans, 0)
    left = MOST_IN_ALL
    for entry in log:
        if cut and entry.first:  # where a shallow clone ends, everything seems to be new
            continue
        for name in sorted(entry.folders.keys() & looked.keys()):
            if left and len(looked[name]) < most and not others[name]:
                looked[name].append(entry)
                left -= 1
            else:
                others[name] += 1
    return looked, others


class _Search:
    """The steps of one search: what was compared is used again, what was read for one step serves the next."""

    def __init__(self, found: Revision, folder: str, policy: Policy, known: Mapping[str, Step]) -> None:
        self.found, self.folder, self.policy, self.known = found, folder, policy, known
        self.used: dict[str, Step] = {}
        self.last: dict[str, Facts] = {}

    def history(self, plan: str, commits: Sequence[Logged], others: int, cut: bool) -> History:
        ends = SHALLOW if cut else "" if commits or others else NOT_COMMITTED
        self.last = {}
        versions: list[Version] = []
        cosmetic = 0
        for number, entry in enumerate(commits):
            try:
                told = self._step(plan, entry.folders[plan])
            except GitError:
                return History(tuple(versions), cosmetic, len(commits) - number + others, MISSING)
            if told is not None and not told.means:
                cosmetic += 1
                continue
            author = self.policy.people.of_address(entry.email)
            subject = secrets.mask(entry.subject[: 2 * _LONGEST])
            versions.append(Version(entry.sha, entry.day, _short(subject), author, told))
        return History(tuple(versions), cosmetic, others, ends)

    def _step(self, plan: str, trees: Trees) -> Step | None:
        """Compare a version with the one before; None where Plangate itself breaks down over one of them."""
        before, after = trees
        name = " ".join((plan, *before, "→", after or ""))
        if (known := self.known.get(name)) is None:
            try:
                old = [self._facts(plan, tree) for tree in before]
                known = step(old, self._facts(plan, after) if after is not None else None)
            except GitError:
                raise
            except Exception:  # a version of long ago must not stand in the way of a build
                return None
        self.used[name] = known
        return known

    def _facts(self, plan: str, tree: str) -> Facts:
        """Read a version of a plan, alone in its landscape."""
        if tree not in self.last:
            with files_of(self.found, tree, plan) as folder:
                read = read_plan(folder, f"{self.folder}/{plan}", self.policy).plan
            self.last[tree] = Facts(read, self.policy, Landscape((read,)))
        return self.last[tree]


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _key(references_dir: Path | None) -> str:
    """Give what a step depends on beside the versions: the program, and the references that plans are read under."""
    hashed = hashlib.sha256(program_digest().encode("ascii"))
    for path in sorted(references_dir.rglob("*.yml")) if references_dir is not None else ():
        with suppress(OSError):
            hashed.update(path.relative_to(references_dir or path).as_posix().encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()
