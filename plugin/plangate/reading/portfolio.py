"""All plans of a repository, read at once: what did not change since the last reading is not read again."""

import os
import stat
from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from pathlib import Path
from traceback import format_exc

from msgspec import Struct, field

from plangate.model.plan import Plan
from plangate.model.policy import Policy
from plangate.model.problem import Problem
from plangate.reading import git
from plangate.reading.folder import Folder, load_folder
from plangate.reading.plan import ReadPlan, read_plan
from plangate.reading.policy import load_policy
from plangate.reading.processes import spread, without_collector

Signature = tuple[tuple[str, int, int], ...]
"""Name, time of change (ns) and size of every file of a folder."""


class Portfolio(Struct, frozen=True, dict=True):
    """Every plan that was read, sorted by id, with the policy that they were read under.

    `problems` are those of the configuration (rule CONFIG); what is wrong with a plan stands in its ReadPlan.
    `failures` tells of plans that could not be read because Plangate itself broke down: a sentence, then the traceback.
    """

    policy: Policy
    reads: tuple[ReadPlan, ...]
    problems: tuple[Problem, ...] = ()
    signatures: dict[str, Signature] = field(default_factory=dict)
    policy_signature: Signature = ()
    failures: dict[str, str] = field(default_factory=dict)

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """The typed plans, sorted by id."""
        return tuple(read.plan for read in self.reads)

    @cached_property
    def _by_id(self) -> dict[str, ReadPlan]:
        return {read.plan.id: read for read in self.reads}

    def read(self, plan_id: str) -> ReadPlan:
        """Give a plan by its id; raises KeyError."""
        return self._by_id[plan_id]

    def __contains__(self, plan_id: object) -> bool:
        return plan_id in self._by_id


def read_portfolio(
    plans_dir: Path,
    references_dir: Path | None = None,
    *,
    root: Path | None = None,
    only: Collection[str] | None = None,
    previous: Portfolio | None = None,
    tried: bool = False,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Portfolio:
    """Read every plan below `plans_dir` under the policy of `references_dir` (packaged defaults where there is none).

    With `only` no others than the plans of these ids are read. `root` is the folder that shown file names are relative
    to (the parent of `plans_dir` where none is given). Plans whose files are as they were for `previous` are taken from
    it. `tried` is that of `load_policy`. `jobs` is how many processes may share the work. `progress` is told how many
    are done. Raises FileNotFoundError where `plans_dir` is no folder.
    """
    if not plans_dir.is_dir():
        raise FileNotFoundError(f"{plans_dir} is no folder with plans")
    base = root if root is not None else plans_dir.parent
    policy_signature = signature_of(references_dir) if references_dir is not None and references_dir.is_dir() else ()
    if previous is not None and previous.policy_signature == policy_signature:
        policy, problems, known = previous.policy, previous.problems, previous
    else:
        policy, problems = load_policy(references_dir, tried=tried)
        known = None
    folders = {folder: signature_of(folder) for folder in _folders(plans_dir, only)}
    same = {
        folder: known.read(folder.name)
        for folder, signature in folders.items()
        if known is not None and folder.name in known and known.signatures[folder.name] == signature
    }
    reads: list[ReadPlan] = []
    failures: dict[str, str] = {}
    with without_collector():
        contents = spread(_content, [folder for folder in folders if folder not in same], jobs)
        for number, folder in enumerate(folders):
            progress(number, len(folders))
            if folder in same:
                reads.append(same[folder])
                continue
            content = next(contents)
            if isinstance(content, str):
                failures[folder.name] = content
                continue
            try:
                reads.append(read_plan(folder, _relative(folder, base), policy, content))
            except Exception as error:  # one plan on which reading breaks down must not hide the others
                failures[folder.name] = _told(error)
    signatures = {folder.name: signature for folder, signature in folders.items()}
    return Portfolio(policy, tuple(reads), problems, signatures, policy_signature, failures)


def _content(folder: Path) -> Folder | str:
    """Give what a plan's folder holds, or how reading it broke down."""
    try:
        return load_folder(folder)
    except Exception as error:  # it has to reach the process that tells of it
        return _told(error)


def _told(error: Exception) -> str:
    return f"reading broke down: {type(error).__name__}: {error}\n{format_exc()}"


def read_base(name: str, plans_dir: Path, references_dir: Path | None = None) -> Portfolio:
    """Read the plans as they were at a commit of their repository, under the references of that commit.

    Raises GitError where git cannot give them, for a folder outside the repository too.
    """
    found = git.revision(plans_dir, name)
    folders = [plans_dir] if references_dir is None else [plans_dir, references_dir]
    for folder in folders:
        if not folder.resolve().is_relative_to(found.top.resolve()):
            raise git.GitError(f"{folder} lies outside of the repository at {found.top}")
    with git.files_at(found, *folders) as copies:
        references = copies[references_dir] if references_dir is not None else None
        return read_portfolio(copies[plans_dir], references if references and any(references.iterdir()) else None)


def _folders(plans_dir: Path, only: Collection[str] | None) -> Iterable[Path]:
    """List the folders that hold a plan: any YAML file in them makes them one."""
    for folder in sorted(plans_dir.iterdir() if only is None else (plans_dir / name for name in only)):
        if folder.name.startswith(".") or folder.is_symlink() or not folder.is_dir():
            continue
        try:
            holds = any(entry.suffix in {".yml", ".yaml"} for entry in folder.iterdir())
        except OSError:  # what cannot be listed may be a plan: whoever reads it tells why it cannot
            holds = True
        if holds:
            yield folder


def _relative(folder: Path, base: Path) -> str:
    try:
        return folder.resolve().relative_to(base.resolve()).as_posix()
    except ValueError:
        return f"{folder.parent.name}/{folder.name}"


def signature_of(folder: Path) -> Signature:
    """Give what tells that a folder is as it was; what is in one that cannot be listed is left out. Raises OSError."""
    found: list[tuple[str, int, int]] = []
    waiting = [""]
    while waiting:
        place = waiting.pop()
        try:
            entries = os.scandir(folder / place)
        except PermissionError:
            continue
        with entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                name = f"{place}{entry.name}"
                found.append((name, status.st_mtime_ns, status.st_size))
                if stat.S_ISDIR(status.st_mode):
                    waiting.append(f"{name}/")
    return tuple(sorted(found))
