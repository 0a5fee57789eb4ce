"""Texts that a run leaves for the next one, in the cache folder of the user.

That lies outside of any repository, because whoever could write it could write `Passed`: nothing that is committed is
ever read as a result. Each text is sealed by a digest of its name and itself. What is broken, or belongs to somebody
else, is thrown away.
"""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from plangate.reports.writing import write_atomically

_MOST = {"run": 32, "plans": 4, "seen": 4}
"""So many texts of each kind are kept, the newest: runs, what came of all plans, and what folders held."""


def folder() -> Path | None:
    """Give the cache folder of the user for this program; None where there is none."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(named) if Path(named).is_absolute() else Path.home() / ".cache") / "plangate"
    except RuntimeError:
        return None


def read(name: str) -> str | None:
    """Give a text that was kept; what is not as it was written is thrown away."""
    place = folder()
    if place is None:
        return None
    path = place / name
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        status = os.fstat(handle)
        own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
        if stat.S_ISREG(status.st_mode) and own and not status.st_mode & 0o022:
            with suppress(OSError, ValueError):
                seal, _, body = stream.read().decode("utf-8").partition("\n")
                if seal == _sealed(name, body):
                    return body
    with suppress(OSError):
        path.unlink()
    return None


def write(name: str, body: str) -> None:
    """Keep a text under a name that ends in its kind; where that cannot be written nothing is kept."""
    place = folder()
    if place is None:
        return
    with suppress(OSError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(place / name, f"{_sealed(name, body)}\n{body}", lasting=False)
        kind = name.rpartition(".")[2]
        kept = sorted(place.glob(f"*.{kind}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in kept[_MOST[kind] :]:
            path.unlink()


def _sealed(name: str, body: str) -> str:
    return hashlib.sha256(f"{name}\n{body}".encode()).hexdigest()
