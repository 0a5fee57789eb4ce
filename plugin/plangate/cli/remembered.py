"""What the last runs said, so that one in which nothing changed says it again without examining anything.

A run is kept under a digest of everything that it depends on: every file of the plans and the references by name and
content, the options, the day, this program and its Python. It lies in the cache folder of the user, outside of any
repository, because whoever could write it could write `Passed`: nothing that is committed is ever read as a result. It
holds text alone. What is broken, or belongs to somebody else, is thrown away.
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import plangate
from plangate.cli import options
from plangate.cli.output import coloured
from plangate.reading.program import program_digest
from plangate.reports.writing import write_atomically

_MOST = 32
"""So many runs are kept."""

_UNKNOWN = ("base", "changed", "write_baseline", "baseline_file", "identity")
"""Options with which a run depends on more than is looked at here."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to: its exit status, and the texts that it wrote."""

    status: int
    texts: tuple[str, ...]


def folder() -> Path | None:
    """Give the cache folder of the user for this program; None where there is none."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(named) if Path(named).is_absolute() else Path.home() / ".cache") / "plangate"
    except RuntimeError:
        return None


def key(
    wanted: Sequence[tuple[str, Path | None]],
    fail_on: str,
    *,
    plans_dir: Path,
    references_dir: Path | None,
    jobs: int | None,
    **asked: Any,
) -> str | None:
    """Give the digest of all that a run depends on; None where that is not known."""
    if any(asked[name] for name in _UNKNOWN):
        return None
    references = options.references_folder(references_dir)
    asked_for = [
        *(f"{name} {coloured(file)}" for name, file in wanted),
        *(f"{name} {value}" for name, value in sorted(asked.items())),
        *(fail_on, str(Path.cwd()), str(plans_dir), str(references), sys.version, plangate.__version__),
    ]
    digest = hashlib.sha256("\0".join(asked_for).encode("utf-8", "surrogateescape"))
    try:
        for part in (
            program_digest().encode(),
            _installed(),
            *_content(plans_dir),
            *(_content(references) if references else ()),
        ):
            digest.update(part)
    except OSError:
        return None
    return digest.hexdigest()


def recall(key: str) -> Run | None:
    """Give what a run said; None where it is not known, or where what lies there is not what was written."""
    place = folder()
    if place is None:
        return None
    path = place / f"{key}.json"
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if stat.S_ISREG(status.st_mode) and own and not status.st_mode & 0o022:
            with suppress(OSError, ValueError, KeyError, TypeError):
                return _read(key, stream.read())
    with suppress(OSError):
        path.unlink()
    return None


def remember(key: str, run: Run) -> None:
    """Keep what a run said; where that cannot be written nothing is kept."""
    place = folder()
    if place is None:
        return
    body = json.dumps({"key": key, "status": run.status, "texts": run.texts})
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(place / f"{key}.json", f"{_sealed(body)}\n{body}")
        kept = sorted(place.glob("*.json"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in kept[_MOST:]:
            path.unlink()


def _sealed(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _read(key: str, data: bytes) -> Run:
    seal, _, body = data.decode("utf-8").partition("\n")
    found = json.loads(body)
    texts = tuple(found["texts"])
    if seal != _sealed(body) or found["key"] != key or found["status"] not in (0, 1):
        raise ValueError("broken")
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("broken")
    return Run(found["status"], texts)


def _installed() -> bytes:
    """Tell when something was installed beside this program."""
    found = find_spec("pydantic")
    return str(Path(found.origin).parents[1].stat().st_mtime_ns).encode() if found and found.origin else b""


def _content(top: Path) -> Iterator[bytes]:
    """Give kind, name and content of everything below a folder, in an order of its own; no link is followed."""
    waiting = [str(top)]
    while waiting:
        place = waiting.pop()
        for entry in sorted(os.scandir(place), key=lambda entry: entry.name):
            status = entry.stat(follow_symlinks=False)
            yield f"{entry.path}\0{stat.S_IFMT(status.st_mode)}\0{status.st_size}\0".encode("utf-8", "surrogateescape")
            if stat.S_ISDIR(status.st_mode):
                waiting.append(entry.path)
            elif stat.S_ISREG(status.st_mode):
                with open(entry.path, "rb", buffering=0) as stream:
                    yield hashlib.sha256(stream.read()).digest()
            elif stat.S_ISLNK(status.st_mode):
                yield os.readlink(entry.path).encode("utf-8", "surrogateescape")
