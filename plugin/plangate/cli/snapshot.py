"""What a run depends on, as digests: every file of the plans and the references by name and content, the options, the
day, this program and its Python."""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from operator import attrgetter
from pathlib import Path
from time import time_ns
from typing import Any

from msgspec import Struct

import plangate
from plangate.cli import kept, options
from plangate.cli.output import coloured
from plangate.reading.files import contents
from plangate.reading.program import program_digest

_SETTLED = 2_000_000_000
"""So long, in ns, a file has to be at rest before its times tell that it is the same: clocks of files tick slowly."""

_UNKNOWN = ("base", "changed", "write_baseline", "baseline_file", "identity")
"""Options with which a run depends on more than is looked at here."""

_Found = tuple["os.DirEntry[str]", os.stat_result]


class Snapshot(Struct, frozen=True):
    """Digests of all that a run depends on: `key` of everything, `settings` of all but the plans, and each plan's.

    `stamps` are of the times and sizes of all files, by which is seen that nothing was saved since.
    """

    key: str
    settings: str
    plans: Mapping[str, str]
    places: tuple[Path, ...]
    stamps: Mapping[str, str]

    def holds(self, read: Collection[str]) -> bool:
        """Tell whether nothing was added or removed since, and nothing saved in the references and the plans that were
        read."""
        left = {os.path.join(self.places[0], name) for name in self.plans.keys() - set(read)}
        try:
            entries = {entry.path: entry for place in self.places for entry in _sorted(place)}
            return entries.keys() == self.stamps.keys() and all(
                self.stamps[path] == _stamp(_below(entry))[0] for path, entry in entries.items() if path not in left
            )
        except OSError:
            return False


def snapshot(
    wanted: Sequence[tuple[str, Path | None]],
    fail_on: str,
    *,
    plans_dir: Path,
    references_dir: Path | None,
    jobs: int | None,
    **asked: Any,
) -> Snapshot | None:
    """Give the digests of all that a run depends on; None where that is not known."""
    if any(asked[name] for name in _UNKNOWN):
        return None
    begun, references = time_ns(), options.references_folder(references_dir)
    places = (plans_dir, references) if references else (plans_dir,)
    settings = _digest_of(
        *(f"{name} {value}" for name, value in sorted(asked.items())),
        *(str(Path.cwd()), str(plans_dir), str(references), sys.version, plangate.__version__),
        *(program_digest(), _installed(), "digests" if any(name == "json" for name, _ in wanted) else ""),
    )
    try:
        held = {entry.path: (*_below(entry),) for place in places for entry in _sorted(place)}
        stamped = {path: _stamp(below) for path, below in held.items()}
        for entry in _sorted(references) if references else ():
            settings.update(_content(held[entry.path]))
        seen = _seen(places)
        plans = {}
        for entry in _sorted(plans_dir):
            stamp, digest = seen.get(entry.path, ("", ""))
            plans[entry.name] = digest if stamp == stamped[entry.path][0] else _content(held[entry.path]).hex()
    except (OSError, KeyError):  # what comes and goes while we look is nothing to build on
        return None
    outputs = (f"{name} {coloured(file)}" for name, file in wanted)
    key = _digest_of(settings.hexdigest(), fail_on, *outputs, *(f"{name} {plans[name]}" for name in plans))
    stamps = {name: stamp for name, (stamp, _) in stamped.items()}
    settled = {
        path: (stamped[path][0], digest)
        for name, digest in plans.items()
        if stamped[path := os.path.join(plans_dir, name)][1] < begun - _SETTLED
    }
    if settled != seen:
        kept.write(_seen_name(places), json.dumps(settled))
    return Snapshot(key.hexdigest(), settings.hexdigest(), plans, places, stamps)


def _digest_of(*texts: str) -> "hashlib._Hash":
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape"))


def _installed() -> str:
    """Tell when something was installed beside this program."""
    found = find_spec("pydantic")
    return str(Path(found.origin).parents[1].stat().st_mtime_ns) if found and found.origin else ""


def _content(below: Iterable[_Found]) -> bytes:
    """Give a digest of kind, name and content of an entry and of everything below it; no link is followed."""
    content = hashlib.sha256()
    for found, status in below:
        content.update(f"{found.path}\0{stat.S_IFMT(status.st_mode)}\0".encode("utf-8", "surrogateescape"))
        held = b""
        if stat.S_ISREG(status.st_mode):
            held = contents(found.path, sys.maxsize)
        elif stat.S_ISLNK(status.st_mode):
            held = os.readlink(found.path).encode("utf-8", "surrogateescape")
        content.update(b"%d\0" % len(held))
        content.update(held)
    return content.digest()


def _stamp(below: Iterable[_Found]) -> tuple[str, int]:
    """Give a stamp of an entry and everything below it, and when the last of that changed, in ns.

    A stamp holds every name with its number, size and times; that of the last change is set by the system alone.
    """
    told: list[str] = []
    times: list[int] = []
    for found, status in below:
        saved, changed = status.st_mtime_ns, status.st_ctime_ns
        told.append(f"{found.path}\0{status.st_mode} {status.st_ino} {status.st_size} {saved} {changed}\0")
        times += (saved, changed)
    return _digest_of(*told).hexdigest(), max(times)


def _seen(places: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Give stamp and digest of each entry as they were seen last, of those that had been at rest for a while."""
    text = kept.read(_seen_name(places))
    if text is not None:
        with suppress(ValueError, TypeError, AttributeError):
            return {path: (str(stamp), str(digest)) for path, (stamp, digest) in json.loads(text).items()}
    return {}


def _seen_name(places: Iterable[Path]) -> str:
    return f"{_digest_of(str(Path.cwd()), *map(str, places)).hexdigest()}.seen"


def _below(entry: "os.DirEntry[str]") -> Iterator[_Found]:
    """Give an entry and everything below it, in an order of its own; no link is followed."""
    waiting = [entry]
    while waiting:
        found = waiting.pop()
        status = found.stat(follow_symlinks=False)
        yield found, status
        if stat.S_ISDIR(status.st_mode):
            waiting.extend(_sorted(found))


def _sorted(place: "os.PathLike[str]") -> list["os.DirEntry[str]"]:
    with os.scandir(place) as entries:
        return sorted(entries, key=attrgetter("name"))
