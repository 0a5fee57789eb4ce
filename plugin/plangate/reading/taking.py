"""Which files of a stranger's commit are taken as data: plain files of plans, of known kinds and sizes."""

import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from plangate.reading.files import MAX_BYTES
from plangate.reading.git import Entry

TEXTS = ("yml", "yaml", "md")
"""Kinds that are taken anywhere below the plans, up to the size that a plan's file may have."""

ATTACHMENTS = {
    "images": ("png", "jpg", "jpeg", "gif", "webp"),
    "contracts": ("avsc", "json", "proto", "sql"),
}
"""Kinds that are taken from folders of this name."""

LARGEST_ATTACHMENT = 5_000_000
"""The bytes that one attachment may have."""

LARGEST_WHOLE = 100_000_000
"""The bytes that all files together may have."""

MOST_FILES = 20_000
"""How many files are taken."""

_REGULAR = {"100644", "100755"}
_DEEPEST = 3


class Refused(Struct, frozen=True):
    """A file that is not taken, and why; `harmless` ones are of a kind that no plan uses."""

    name: str
    why: str
    harmless: bool = False


def sifted(listed: Iterable[Entry]) -> tuple[tuple[Entry, ...], tuple[Refused, ...]]:
    """Part the entries below the plans into those that are taken and those that are not, each with its reason."""
    taken: list[Entry] = []
    refused: list[Refused] = []
    whole = 0
    for entry in listed:
        found = _refusal(entry)
        if found is None and (len(taken) >= MOST_FILES or whole + (entry.size or 0) > LARGEST_WHOLE):
            found = Refused(entry.name, f"is beyond {MOST_FILES} files or {LARGEST_WHOLE} bytes in all")
        if found is not None:
            refused.append(found)
            continue
        whole += entry.size or 0
        taken.append(entry)
    return tuple(taken), tuple(refused)


def _refusal(entry: Entry) -> Refused | None:
    parts = entry.name.split("/")
    if entry.mode not in _REGULAR or entry.size is None:
        what = "a symbolic link" if entry.mode == "120000" else "a submodule"
        return Refused(entry.name, f"is {what}; plans are read from regular files only")
    if any(unicodedata.category(letter).startswith("C") for letter in entry.name):
        return Refused(entry.name, "has a control character in its name; rename it")
    if unicodedata.normalize("NFC", entry.name) != entry.name:
        return Refused(entry.name, "has a name in decomposed Unicode; rename it to its composed form (NFC)")
    if any(part in {"", ".", ".."} for part in parts) or "\\" in entry.name:
        return Refused(entry.name, "has a name that leads out of its folder")
    kind = parts[-1].rpartition(".")[2].casefold() if "." in parts[-1] else ""
    inside = parts[-2] if len(parts) == _DEEPEST else ""
    attached = kind in ATTACHMENTS.get(inside, ())
    if len(parts) > _DEEPEST or any(part.startswith(".") for part in parts) or not (kind in TEXTS or attached):
        return Refused(entry.name, "is of no kind that plans hold", harmless=True)
    largest = MAX_BYTES if kind in TEXTS else LARGEST_ATTACHMENT
    if entry.size > largest:
        return Refused(entry.name, f"has {entry.size} bytes; {largest} are the most")
    return None
