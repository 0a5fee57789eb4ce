"""What the last runs said, so that one in which nothing changed says it again, and one in which a plan changed judges
no more than that can touch.

A run is kept under a digest of everything that it depends on: every file of the plans and the references by name and
content, the options, the day, this program and its Python; what came of each plan under the same without the plans. It
lies in the cache folder of the user, outside of any repository, because whoever could write it could write `Passed`:
nothing that is committed is ever read as a result. It holds text alone. What is broken, or belongs to somebody else, is
thrown away.
"""

import hashlib
import json
import os
import stat
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any

import plangate
from plangate.cli import options
from plangate.cli.output import coloured
from plangate.reading.program import program_digest
from plangate.reports.writing import write_atomically

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from plangate.checks.again import Known

_MOST = {"run": 32, "plans": 4, "seen": 4}
"""So many runs are kept, so many times what came of all plans, and of so many folders what they held."""

_SETTLED = 2_000_000_000
"""So long, in ns, a file has to be at rest before its times tell that it is the same: clocks of files tick slowly."""

_UNKNOWN = ("base", "changed", "write_baseline", "baseline_file", "identity")
"""Options with which a run depends on more than is looked at here."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to: its exit status, and the texts that it wrote."""

    status: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
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
                self.stamps[path] == _stamp(entry)[0] for path, entry in entries.items() if path not in left
            )
        except OSError:
            return False


def folder() -> Path | None:
    """Give the cache folder of the user for this program; None where there is none."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return (Path(named) if Path(named).is_absolute() else Path.home() / ".cache") / "plangate"
    except RuntimeError:
        return None


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
        stamped = _stamped(places)
        for entry in _sorted(references) if references else ():
            settings.update(_content(entry))
        seen = _seen(places)
        plans = {}
        for entry in _sorted(plans_dir):
            stamp, digest = seen.get(entry.path, ("", ""))
            plans[entry.name] = digest if stamp == stamped[entry.path][0] else _content(entry).hex()
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
        _write(_seen_name(places), json.dumps(settled))
    return Snapshot(key.hexdigest(), settings.hexdigest(), plans, places, stamps)


def recall(found: Snapshot) -> Run | None:
    """Give what a run said; None where it is not known, or where what lies there is not what was written."""
    text = _read(f"{found.key}.run")
    if text is not None:
        with suppress(ValueError, KeyError, TypeError):
            data = json.loads(text)
            texts = tuple(data["texts"])
            if data["status"] in {0, 1} and all(isinstance(text, str) for text in texts):
                return Run(data["status"], texts)
    return None


def remember(found: Snapshot, run: Run) -> None:
    """Keep what a run said; where that cannot be written nothing is kept."""
    _write(f"{found.key}.run", json.dumps({"status": run.status, "texts": run.texts}))


def recall_plans(found: Snapshot) -> "Known | None":
    """Give what came of each plan in the last run under the same settings; None as for `recall`."""
    text = _read(f"{found.settings}.plans")
    if text is not None:
        with suppress(ValueError):
            return _known().validate_json(text)
    return None


def remember_plans(found: Snapshot, known: "Known") -> None:
    """Keep what came of each plan; where that cannot be written nothing is kept."""
    with suppress(ValueError):  # half a character, which no file can hold
        _write(f"{found.settings}.plans", _known().dump_json(known).decode("utf-8"))


@cache
def _known() -> "TypeAdapter[Known]":
    from pydantic import TypeAdapter  # noqa: PLC0415 -- where nothing changed none of it is needed

    from plangate.checks.again import Known  # noqa: PLC0415

    return TypeAdapter(Known)


def _read(name: str) -> str | None:
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


def _write(name: str, body: str) -> None:
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


def _digest_of(*texts: str) -> "hashlib._Hash":
    return hashlib.sha256("\0".join(texts).encode("utf-8", "surrogateescape"))


def _installed() -> str:
    """Tell when something was installed beside this program."""
    found = find_spec("pydantic")
    return str(Path(found.origin).parents[1].stat().st_mtime_ns) if found and found.origin else ""


def _content(entry: "os.DirEntry[str]") -> bytes:
    """Give a digest of kind, name and content of an entry and of everything below it; no link is followed."""
    content = hashlib.sha256()
    for found, status in _below(entry):
        content.update(f"{found.path}\0{stat.S_IFMT(status.st_mode)}\0".encode("utf-8", "surrogateescape"))
        held = b""
        if stat.S_ISREG(status.st_mode):
            with open(found.path, "rb", buffering=0) as stream:
                held = stream.read()
        elif stat.S_ISLNK(status.st_mode):
            held = os.readlink(found.path).encode("utf-8", "surrogateescape")
        content.update(b"%d\0" % len(held))
        content.update(held)
    return content.digest()


def _stamped(places: Iterable[Path]) -> dict[str, tuple[str, int]]:
    """Give for each entry of some folders a stamp of all below it, and when the last of that changed, in ns.

    A stamp holds every name with its number, size and times; that of the last change is set by the system alone.
    """
    return {entry.path: _stamp(entry) for place in places for entry in _sorted(place)}


def _stamp(entry: "os.DirEntry[str]") -> tuple[str, int]:
    stamp, last = hashlib.sha256(), 0
    for below, status in _below(entry):
        times = f"{status.st_mtime_ns} {status.st_ctime_ns}"
        told = f"{below.path}\0{status.st_mode} {status.st_ino} {status.st_size} {times}\0"
        stamp.update(told.encode("utf-8", "surrogateescape"))
        last = max(last, status.st_mtime_ns, status.st_ctime_ns)
    return stamp.hexdigest(), last


def _seen(places: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Give stamp and digest of each entry as they were seen last, of those that had been at rest for a while."""
    text = _read(_seen_name(places))
    if text is not None:
        with suppress(ValueError, TypeError, AttributeError):
            return {path: (str(stamp), str(digest)) for path, (stamp, digest) in json.loads(text).items()}
    return {}


def _seen_name(places: Iterable[Path]) -> str:
    return f"{_digest_of(str(Path.cwd()), *map(str, places)).hexdigest()}.seen"


def _below(entry: "os.DirEntry[str]") -> Iterator[tuple["os.DirEntry[str]", os.stat_result]]:
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
        return sorted(entries, key=lambda entry: entry.name)
