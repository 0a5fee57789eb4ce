"""A base revision as files: the plans and references of a commit, read from git's objects without a checkout, and what
changed since."""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

_REGULAR = frozenset({"100644", "100755"})
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "protocol.allow=never")


class GitError(Exception):
    """Git cannot say what was asked, in a sentence for people: no repository, no such revision, objects that are not
    here."""


class Revision(Struct, frozen=True):
    """A commit of a repository: its top folder, and the full id."""

    top: Path
    sha: str


class Entry(Struct, frozen=True):
    """What a commit holds under a name (from the folder asked for): its mode as git writes it, its id, and its bytes.

    `size` is None for what has no content of its own, such as a submodule.
    """

    name: str
    mode: str
    id: str
    size: int | None


class Commit(Struct, frozen=True):
    """A commit with its parents and the address of its author."""

    sha: str
    parents: tuple[str, ...]
    email: str


Trees = tuple[tuple[str, ...], str | None]
"""The ids of a folder's content at the parents that had it, and at the commit; None where it is not there."""


class Logged(Struct, frozen=True):
    """A commit that changed folders: its day, what it says of itself (of whoever wrote it, believe nothing), and the
    content of each folder; `first` is one without a parent here."""

    sha: str
    day: date | None
    email: str
    subject: str
    folders: Mapping[str, Trees]
    first: bool = False


def commits(found: Revision, *paths: str, most: int = 500) -> tuple[Commit, ...]:
    """List the commits up to a revision that changed paths (from the top of the repository), the newest first.

    A merge is one of them where it differs from all that it joins. Raises GitError.
    """
    form = "--format=%H%x1f%P%x1f%ae"
    output = _git(
        found.top,
        "log",
        "-z",
        "--full-history",
        f"--max-count={most}",
        form,
        found.sha,
        "--",
        *paths,
        wrong=_no_history(found),
    )
    listed = (entry.decode("utf-8", "replace").split("\x1f") for entry in output.split(b"\0") if entry.strip())
    return tuple(Commit(sha.strip(), tuple(parents.split()), email) for sha, parents, email in listed)


def _no_history(found: Revision) -> str:
    return f"the history of commit {found.sha[:12]} is not here; fetch it first (a shallow clone may not hold it)"


def logged(found: Revision, folder: str) -> tuple[Logged, ...]:
    """List the commits up to a revision that changed a folder of folders (from the top of the repository).

    Children come before parents. A merge changes only folders that differ from all that it joins. Raises GitError.
    """
    plain = ("--no-ext-diff", "--no-textconv", "--no-renames", "--no-show-signature", "--no-follow", "--encoding=UTF-8")
    shape = ("--raw", "-z", "-m", "-t", "--root", "--no-abbrev", "--format=%H%x1f%P%x1f%cs%x1f%ae%x1f%s")
    asked = ("--literal-pathspecs", "log", "--date-order", *plain, *shape, found.sha, "--", folder)
    tokens = iter(_git(found.top, *asked, wrong=_no_history(found)).split(b"\0"))
    sides: dict[str, list[dict[str, _Ids]]] = {}
    heads: dict[str, list[str]] = {}
    sha = ""
    for token in tokens:
        text = token.lstrip(b"\n")
        if text.startswith(b":"):
            path = PurePosixPath(os.fsdecode(next(tokens)))
            if path.parent == PurePosixPath(folder) and b"040000" in text[1:].split()[:2]:
                sides[sha][-1][path.name] = _ids(text)
        elif text:
            head = text.decode("utf-8", "replace").split("\x1f", 4)
            sha = head[0]
            heads[sha] = head
            sides.setdefault(sha, []).append({})
    return tuple(_logged(head, sides[sha]) for sha, head in heads.items())


_Ids = tuple[str | None, str | None]


def _ids(entry: bytes) -> _Ids:
    """Read the ids of a folder before and after from a raw entry of a log."""
    modes, ids = entry[1:].split()[:2], entry.split()[2:4]
    old, new = (one.decode("ascii") if mode == b"040000" else None for mode, one in zip(modes, ids, strict=True))
    return old, new


def _logged(head: list[str], sides: list[dict[str, _Ids]]) -> Logged:
    sha, parents, day, email, subject = head
    beside = parents.split()
    own = sides[0] if len(sides) >= len(beside) else {}
    changed = {name: ids for name, ids in own.items() if all(name in side for side in sides)}
    folders: dict[str, Trees] = {
        name: (tuple(dict.fromkeys(old for side in sides if (old := side[name][0]) is not None)), new)
        for name, (_, new) in changed.items()
    }
    try:
        when = date.fromisoformat(day)
    except ValueError:
        when = None
    return Logged(sha, when, email, subject, folders, first=not beside)


def shallow(found: Revision) -> bool:
    """Tell whether a repository holds only the newest part of its history; raises GitError."""
    told = _git(found.top, "rev-parse", "--is-shallow-repository", wrong="git cannot tell how much history is here")
    return told.strip() == b"true"


@contextmanager
def files_of(found: Revision, tree_id: str, name: str) -> Iterator[Path]:
    """Give the content of a folder, by its id, as a temporary folder of that name; raises GitError as `files_at`."""
    with TemporaryDirectory(prefix="plangate-version-") as place:
        folder = Path(place, name)
        folder.mkdir()
        _put(folder, Revision(found.top, tree_id), ".")
        yield folder


def taken_away(found: Revision, folder: str) -> tuple[str, ...]:
    """List the files of a folder (from the top of the repository) that some commit deleted and that are not there now.

    Raises GitError.
    """
    form = ("-z", "-m", "--no-renames", "--diff-filter=D", "--name-only", "--format=")
    output = _git(found.top, "log", *form, found.sha, "--", folder, wrong=_no_history(found))
    there = {name for name, _ in _listed(found, folder)}
    return tuple(sorted({os.fsdecode(name) for name in output.split(b"\0") if name.strip()} - there))


def signature(found: Revision, sha: str) -> str | None:
    """Give the principal whose good and trusted signature a commit has; None where it has no such signature."""
    output = _git(
        found.top, "show", "-s", "--format=%G?%x1f%GS", sha, "--", wrong=f"git cannot verify commit {sha[:12]}"
    )
    trust, _, signer = output.decode("utf-8", "replace").strip().partition("\x1f")
    return signer if trust == "G" and signer else None


def tree(found: Revision, sha: str, path: str) -> str | None:
    """Give the id of a folder's content at a commit; None where it is not there."""
    try:
        return _git(found.top, "rev-parse", "--verify", "--quiet", f"{sha}:{path}", wrong="").strip().decode("ascii")
    except GitError:
        return None


def revision(inside: Path, name: str) -> Revision:
    """Find a commit by any name that git knows (`main`, `HEAD~1`, an id); raises GitError."""
    top = _git(inside, "rev-parse", "--show-toplevel", wrong=f"{inside} lies in no git repository")
    sha = _git(
        inside,
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        f"{name}^{{commit}}",
        wrong=f"git knows no revision {name!r}; a shallow clone may not hold it",
    )
    return Revision(Path(os.fsdecode(top.strip())), sha.strip().decode("ascii"))


@contextmanager
def files_at(found: Revision, *folders: Path) -> Iterator[dict[Path, Path]]:
    """Give folders of a repository as they were at a commit: each maps to a temporary copy, empty where there was none.

    Links and submodules are left out. Raises GitError where the commit's objects are not here, ValueError for a folder
    outside the repository.
    """
    with TemporaryDirectory(prefix="plangate-base-") as place:
        copies: dict[Path, Path] = {}
        for folder in folders:
            inside = PurePosixPath(folder.resolve().relative_to(found.top.resolve()).as_posix())
            copies[folder] = Path(place, str(inside))
            copies[folder].mkdir(parents=True, exist_ok=True)
            _put(Path(place), found, str(inside))
        yield copies


def entries(found: Revision, folder: Path) -> tuple[Entry, ...]:
    """List all that a commit holds below a folder, links and submodules included, sorted by name.

    Raises GitError, and ValueError for a folder outside the repository.
    """
    inside = folder.resolve().relative_to(found.top.resolve()).as_posix()
    listed = (replace(entry, name=entry.name.removeprefix(f"{inside}/")) for entry in _below(found, inside, "-l"))
    return tuple(sorted(listed, key=lambda entry: os.fsencode(entry.name)))


def contents(found: Revision, listed: Iterable[Entry]) -> Iterator[bytes]:
    """Read the contents of entries, in their order; raises GitError where one is not here."""
    return _contents(found, [entry.id for entry in listed])


def is_part_of(found: Revision, sha: str) -> bool:
    """Tell whether a commit, named by its full id, is a revision or one of its ancestors."""
    try:
        _git(found.top, "merge-base", "--is-ancestor", sha, found.sha, wrong="it is not")
    except GitError:
        return False
    return True


def _put(place: Path, found: Revision, folder: str) -> None:
    """Write the files below a folder to a place, under their names from the top."""
    listed = dict(_listed(found, folder))
    for name, content in zip(listed, _contents(found, listed.values()), strict=True):
        target = Path(place, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def changed_files(found: Revision, *folders: Path, until: Revision | None = None) -> frozenset[Path]:
    """Give the files below folders that differ between a commit and the work tree, or another commit.

    Deleted ones are among them, and those of the work tree that git does not track yet. Raises GitError where git
    cannot compare, ValueError for a folder outside the repository.
    """
    top = found.top.resolve()
    inside = [folder.resolve().relative_to(top).as_posix() for folder in folders]
    missing = f"the files of commit {found.sha[:12]} are not here; fetch it first (a shallow clone may not hold it)"
    plain = ("--no-ext-diff", "--no-textconv", "--no-renames", "--name-only", "-z")
    ends = (found.sha, *((until.sha,) if until is not None else ()))
    tracked = _git(top, "--literal-pathspecs", "diff", *plain, *ends, "--", *inside, wrong=missing)
    if until is not None:
        return frozenset(top / os.fsdecode(name) for name in tracked.split(b"\0") if name)
    others = ("ls-files", "--others", "--exclude-standard", "-z")
    new = _git(
        top, "--literal-pathspecs", *others, "--", *inside, wrong="git cannot list the files that it does not track"
    )
    return frozenset(top / os.fsdecode(name) for name in (*tracked.split(b"\0"), *new.split(b"\0")) if name)


def _listed(found: Revision, folder: str) -> Iterator[tuple[str, str]]:
    """List the regular files below a folder: name from the top of the repository, and the id of the content."""
    for entry in _below(found, folder):
        if entry.mode in _REGULAR and not _escapes(entry.name):
            yield entry.name, entry.id


def _below(found: Revision, folder: str, *sizes: str) -> Iterator[Entry]:
    """List all that a commit holds below a folder, by its name from the top of the repository; sizes with `-l` only."""
    where = () if folder == "." else ("--", folder)
    missing = f"the files of commit {found.sha[:12]} are not here; fetch it first (a shallow clone may not hold it)"
    output = _git(found.top, "ls-tree", "-r", "-z", *sizes, "--full-tree", found.sha, *where, wrong=missing)
    for row in output.split(b"\0"):
        head, _, name = row.partition(b"\t")
        if head:
            mode, _, blob, *size = head.decode("ascii").split()
            yield Entry(os.fsdecode(name), mode, blob, int(size[0]) if size and size[0].isdigit() else None)


def _escapes(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts


def _contents(found: Revision, blobs: Iterable[str]) -> Iterator[bytes]:
    """Read contents by their ids, in their order, with one process for all of them."""
    asked = list(blobs)
    missing = f"a file of commit {found.sha[:12]} is not here; fetch it first (a partial clone may not hold it)"
    output = _git(found.top, "cat-file", "--batch", wrong=missing, given="".join(f"{blob}\n" for blob in asked))
    place = 0
    for _ in asked:
        end = output.index(b"\n", place)
        head = output[place:end].split()
        if len(head) != 3 or head[1] != b"blob":
            raise GitError(missing)
        place = end + 1 + int(head[2])
        yield output[end + 1 : place]
        place += 1


def _git(folder: Path, *arguments: str, wrong: str, given: str = "") -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603 -- arguments are a list, names come behind --end-of-options or --
            ["git", "-C", str(folder), *_QUIET, *arguments],  # noqa: S607 -- git is where the user has it
            check=False,
            capture_output=True,
            input=given.encode("ascii"),
            env=environment,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error.strerror or error}") from None
    if done.returncode != 0:
        raise GitError(wrong)
    return done.stdout


def user_email(inside: Path) -> str | None:
    """Give the address that git would sign commits with here; None where it has none."""
    try:
        told = _git(inside, "config", "user.email", wrong="git has no address")
    except GitError:
        return None
    return told.decode("utf-8", "replace").strip() or None
