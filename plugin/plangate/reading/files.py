"""Files of a plan's folder as data: regular files only, no links followed, names that every system agrees about."""

import hashlib
import os
import stat
import unicodedata
from pathlib import Path

from plangate.model.problem import Problem

FOLDERS = ("contracts", "images", "reviews", "waivers")
"""The folders that a plan may hold beside its gate files."""

MAX_BYTES = 1_000_000
"""The size of the largest file that is read as a plan's YAML or Markdown."""


def listing(folder: Path) -> tuple[dict[str, Path], list[Problem]]:
    """List a plan's files by their name relative to its folder (`reviews/x.yml`), with what is refused and why."""
    files: dict[str, Path] = {}
    problems: list[Problem] = []
    for inner in ("", *FOLDERS):
        place = folder / inner if inner else folder
        if inner and not _is_folder(place):
            continue
        try:
            entries = sorted(os.scandir(place), key=lambda entry: entry.name)
        except OSError as error:
            what = f"`{inner}`" if inner else "The folder of the plan"
            problems.append(Problem("GEN001", f"{what} cannot be read: {error.strerror}", file=inner or "plan.yml"))
            if not inner:
                break
            continue
        for entry in entries:
            name = f"{inner}/{entry.name}" if inner else entry.name
            refused = _refusal(entry, top=not inner)
            if refused:
                problems.append(Problem("GEN001", f"`{_visible(name)}` {refused}", file=_visible(name)))
            elif entry.is_file(follow_symlinks=False) and not entry.name.startswith("."):
                files[name] = Path(entry.path)
    return files, problems


def contents(path: str | Path, most: int = MAX_BYTES) -> bytes:
    """Read a regular file without following a link; raises OSError. At most one byte over the cap is read."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("not a regular file")
        left = min(status.st_size, most + 1)
        parts: list[bytes] = []
        while left and (part := os.read(handle, left)):  # there are thousands of files: no stream is made for each
            parts.append(part)
            left -= len(part)
        return b"".join(parts)
    finally:
        os.close(handle)


def fingerprint(path: Path) -> str:
    """Give the SHA-256 of a regular file of any size, without following a link; raises OSError."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError("not a regular file")
        return f"sha256:{hashlib.file_digest(stream, 'sha256').hexdigest()}"


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _refusal(entry: os.DirEntry[str], *, top: bool) -> str | None:
    if entry.is_symlink():
        return "is a symbolic link; plans are read from regular files only"
    if not (entry.name.isascii() and entry.name.isprintable()):  # as the names of nearly all files are
        if any(unicodedata.category(letter).startswith("C") for letter in entry.name):
            return "has a control character in its name; rename it"
        if unicodedata.normalize("NFC", entry.name) != entry.name:
            return "has a name in decomposed Unicode; rename it to its composed form (NFC)"
    if entry.is_dir(follow_symlinks=False):
        known = top and (entry.name in FOLDERS or entry.name.startswith("."))
        return None if known else f"is a folder that no plan has; plans hold {', '.join(FOLDERS)}"
    if not entry.is_file(follow_symlinks=False):
        return "is not a regular file"
    return None


def _visible(name: str) -> str:
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c).startswith("C") else c for c in name)
